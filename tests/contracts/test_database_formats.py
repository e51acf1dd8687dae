"""What every format of databases promises, to be read or to be written, whatever formats there are."""

from __future__ import annotations

import hashlib
import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from footprint.background import exporters, importers, readable, source
from footprint.cli import main

ROOT = Path(__file__).parents[2]
LINE = SimpleNamespace(**runpy.run_path(str(ROOT / "tests" / "data" / "line.py")))
READ = pytest.mark.parametrize("read", importers.formats())
WRITTEN = pytest.mark.parametrize("written", exporters.formats())
HOSTILE = (
    "=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "db::code", "True", "(Unknown)", "1e5", "nan",
    "nul\x00 bell\x07 over\u202eride \ufffe", "很长的名称" * 400, "a\nb\r\nc", "\u2028", "]]> &lt;", '"quoted", \'', "",
)  # fmt: skip
CHILD = """
import hashlib, sys
from pathlib import Path
from footprint.background import exporters, source
from footprint.modules import modules
src = source.read(Path(sys.argv[1]))
for name in exporters.formats():
    for file, content in sorted(exporters.exporter(name).render(src).items()):
        print(name, file, hashlib.sha256(content).hexdigest())
"""


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def hostile(src: source.Source) -> source.Source:
    """Return a database in which every text that somebody wrote is replaced by something hostile."""
    number = iter(range(10**9))

    def worse(row: source.Row) -> source.Row:
        told = {"name_en", "name_zh", "note", "proxy", "synonyms", "technology", "category", "region", "citation"}
        return source.Row({k: HOSTILE[next(number) % len(HOSTILE)] if k in told else v for k, v in row.items()})

    meta = {
        **src.meta,
        "title": dict.fromkeys(("en", "zh"), HOSTILE[0]),
        "licence": HOSTILE[10],
        "citation": HOSTILE[5],
    }
    return src._replace(
        meta=meta, activities=tuple(map(worse, src.activities)), exchanges=tuple(map(worse, src.exchanges))
    )


@READ
def test_a_format_is_called_what_its_module_says(read: str) -> None:
    """The line that is found without importing is the name in the module."""
    called = importers.importer(read).FORMAT
    assert called == read


@READ
@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"PK\x03\x04", b"{}", "文本".encode("gbk"), b"\xff\xfe" * 9])
def test_what_is_of_no_format_is_not_taken_for_one(read: str, content: bytes, tmp_path: Path) -> None:
    """Looking at a file that is none, an empty folder, or nothing at all, says no and raises nothing."""
    (tmp_path / "database.yaml").write_bytes(content)
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "database.yaml", tmp_path / "empty", tmp_path / "nowhere"):
        assert not importers.importer(read).sniff(path)


@WRITTEN
def test_a_written_format_is_called_what_its_module_says(written: str) -> None:
    """Name and ending; a format of one file has an ending."""
    called, ending = exporters.exporter(written).FORMAT, exporters.exporter(written).SUFFIX
    assert called == written
    assert not ending or ending.startswith(".")


@WRITTEN
def test_a_format_of_one_file_has_an_ending(written: str, small: Path) -> None:
    """A file is opened by its ending; a folder has none."""
    found = exporters.exporter(written)
    assert ("" in found.render(source.read(small))) == bool(found.SUFFIX)


@WRITTEN
def test_hostile_text_is_only_text(written: str, small: Path) -> None:
    """Formulas, markup, control characters and endless names are written in every format."""
    assert all(exporters.exporter(written).render(hostile(source.read(small))).values())


def test_hostile_text_comes_back(small: Path, tmp_path: Path) -> None:
    """Our own form gives every text back, but for blanks around it and line ends, which a table does not keep."""
    src = hostile(source.read(small))
    readable.write(src, tmp_path)
    again = source.read(tmp_path)
    assert again.meta == src.meta
    for before, after in zip(src.activities, again.activities, strict=True):
        assert {k: " ".join(v.split()) for k, v in before.items() if v.strip()} == {
            k: " ".join(v.split()) for k, v in after.items() if v
        }


def test_same_bytes_in_another_process(small: Path) -> None:
    """Time zone, locale and hash seed change no byte of any format."""
    here = [
        f"{name} {file} {hashlib.sha256(content).hexdigest()}"
        for name in exporters.formats()
        for file, content in sorted(exporters.exporter(name).render(source.read(small)).items())
    ]
    for zone, locale, seed in (("Asia/Shanghai", "zh_CN.GB18030", "7"), ("America/Lima", "C", "0")):
        world = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        call = [sys.executable, "-c", CHILD, str(small)]
        said = subprocess.run(call, env=world, capture_output=True, text=True, check=True)
        assert said.stdout.splitlines() == here


def test_the_commands_name_every_format() -> None:
    """`--help` of import and export says which formats there are."""
    for command, names in (("import", importers.formats()), ("export", exporters.formats())):
        said = " ".join(CliRunner().invoke(main, ["db", command, "--help"]).output.split())
        assert all(name in said for name in names), command


def test_a_file_added_is_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Adding a format is adding a file: both registries look at what is there."""
    for package in (importers, exporters):
        (tmp_path / "new.py").write_text('FORMAT = "new"\n', encoding="utf-8")
        monkeypatch.setattr(package, "__file__", str(tmp_path / "__init__.py"))
        assert package.formats() == ("new",)
        monkeypatch.undo()
