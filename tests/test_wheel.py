"""The wheel is complete: it carries its data, needs no test dependency, and is what the tests run against."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

import footprint

ROOT = Path(__file__).parents[1]
DATA = ("databases", "pcr", "templates")
TEST_ONLY = ("pytest", "_pytest", "hypothesis", "openpyxl", "pint", "jsonschema", "xdist", "coverage", "hatchling")


def _run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "FOOTPRINT_LANG"}} | environment
    return subprocess.run(
        list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel of this checkout, built with what is installed: no network."""
    target = tmp_path_factory.mktemp("wheel")
    made = _run(
        sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", target, ROOT, cwd=target
    )
    assert made.returncode == 0, made.stderr
    (found,) = target.glob("*.whl")
    return found


def _relative(folder: Path) -> dict[str, bytes]:
    files = (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def test_what_is_tested_is_the_checkout():
    """The package that the tests import is this checkout, or an installed copy that equals it."""
    package = Path(footprint.__file__).parent
    if package == ROOT / "footprint":
        return
    stale = "the installed copy differs from the checkout: run pip install . again"
    installed = {name: content for name, content in _relative(package).items() if not name.startswith("_data/")}
    assert installed == _relative(ROOT / "footprint"), stale
    for folder in DATA:
        assert _relative(package / "_data" / folder) == _relative(ROOT / folder), stale


def test_wheel_carries_databases_rules_and_templates(wheel):
    """Every file of databases/, pcr/ and templates/ is in the wheel, byte for byte, and nothing else is."""
    with zipfile.ZipFile(wheel) as archive:
        packed = {name: archive.read(name) for name in archive.namelist() if name.startswith("footprint/")}
    expected = {f"footprint/{name}": content for name, content in _relative(ROOT / "footprint").items()}
    for folder in DATA:
        expected |= {f"footprint/_data/{folder}/{name}": content for name, content in _relative(ROOT / folder).items()}
    assert packed.keys() == expected.keys()
    assert packed == expected


def test_wheel_carries_its_licence(wheel):
    """Licence and notices travel with the wheel, as the licences of the data demand."""
    with zipfile.ZipFile(wheel) as archive:
        names = {Path(name).name for name in archive.namelist() if ".dist-info/" in name}
    assert {"LICENSE", "NOTICE", "METADATA", "entry_points.txt"} <= names


def test_every_dependency_has_an_upper_bound():
    """A new major version of a dependency never arrives unannounced."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for extra in project["optional-dependencies"].values() for line in extra]
    unbounded = [line for line in [*project["dependencies"], *extras] if "<" not in line and "[" not in line]
    assert not unbounded, f"{unbounded}: add an upper bound on the major version in pyproject.toml"


_BLOCKED = f"""
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {TEST_ONLY}:
            raise ImportError(name + " is a test dependency")
sys.meta_path.insert(0, Refuse())
sys.path[:0] = [sys.argv.pop(1)]
import footprint.paths
assert footprint.paths.data_root().name == "_data", footprint.paths.data_root()
from footprint.cli import main
main()
"""


def test_wheel_runs_the_demo_without_test_dependencies(wheel, tmp_path):
    """Unpacked alone, away from the checkout, with every test dependency refused, the wheel runs the demo."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "wheel")
    ran = _run(
        sys.executable, "-c", _BLOCKED, tmp_path / "wheel", "demo", "battery", "--lang", "en",
        cwd=tmp_path, FOOTPRINT_HOME=str(tmp_path / "home"),
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    made = {path.name for path in (tmp_path / "footprint-demo-battery").iterdir()}
    assert made == {"battery.xlsx", "company.yaml", "declaration.json", "run.json", "report.html", "report.xlsx"}


@pytest.mark.slow
def test_wheel_installs_into_a_fresh_environment_and_runs_the_demo(wheel, tmp_path):
    """A fresh environment gets the wheel and its dependencies, none of the tests', and runs the demo."""
    made = _run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    scripts = Path(sysconfig.get_path("scripts", "venv", {"base": str(tmp_path / "venv")}))
    installed = _run(scripts / "python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    if "No matching distribution" in installed.stderr or "Failed to establish" in installed.stderr:
        pytest.skip("no package index at hand")
    assert installed.returncode == 0, installed.stderr
    missing = _run(scripts / "python", "-c", "import hypothesis", cwd=tmp_path)
    assert missing.returncode == 1, "a test dependency was installed with the wheel"
    ran = _run(scripts / "footprint", "demo", "battery", "--lang", "zh", cwd=tmp_path, PYTHONUTF8="1")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (tmp_path / "footprint-demo-battery" / "report.html").is_file()
