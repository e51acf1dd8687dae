"""Laws of the declaration: its own numbers reproduce its own numbers, on random plants, and on every machine."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from math import fsum, prod
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from footprint import forms
from footprint.background.open import Background

DATA = Path(__file__).parents[1] / "data"
LINE = SimpleNamespace(**runpy.run_path(str(DATA / "line.py")))
PLANTS = SimpleNamespace(**runpy.run_path(str(DATA / "plants.py")))
WRITTEN = 1e-10  # twelve significant digits, a product of few of them
Book = Callable[..., Any]

# the fixtures below hold no state of an example
law = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture(scope="module")
def rules() -> Any:
    return LINE.rules()


def document(book: Book, plant: Any, background: Any, rules: Any, **product: object) -> dict[str, Any]:
    """Return the declaration of a plant, read back from its JSON."""
    fields = LINE.plain_product(service_years=10.0, **{**plant.product, **product})
    return LINE.document(book(**{**plant.sheets(), "product": fields}), background, rules)


def near(value: float, scale: float = 0.0) -> Any:
    return pytest.approx(value, rel=WRITTEN, abs=WRITTEN * scale)


@law
@given(plant=PLANTS.plants())
def test_every_number_follows_from_those_beside_it(plant: Any, book: Book, background: Any, rules: Any) -> None:
    """Value = supply x coefficient x amount x factor; amount = entered x steps; total = sum of values; parts add up."""
    doc = document(book, plant, background, rules)
    result, ledger, absolute = doc["result"], doc["ledger"], doc["result"]["absolute"]
    for line in ledger:
        assert line["value"] == near(line["supply"] * line["coefficient"] * line["amount"] * line["factor"])
        assert line["amount"] == near(line["entered"]["value"] * prod(step["factor"] for step in line["steps"]))
        assert fsum(line["statuses"].values()) == near(line["value"], abs(line["value"]))
        assert fsum(line["sets"].values()) == near(line["value"], abs(line["value"]))
        inside = {c["id"] for c in result["by_class"] if c["in_total"]}
        assert fsum(v for k, v in line["classes"].items() if k in inside) == near(line["value"], absolute)
    assert result["total"] == near(fsum(line["value"] for line in ledger), absolute)
    assert result["total"] == near(fsum(stage["value"] for stage in result["by_stage"]), absolute)
    assert result["total"] == near(fsum(c["value"] for c in result["by_class"] if c["in_total"]), absolute)
    assert absolute == near(fsum(abs(line["value"]) for line in ledger))
    for share in ("by_basis", "by_status", "by_gwp_set"):
        assert fsum(part["share"] for part in result[share]) == near(1.0 if absolute else 0.0)
    amount, per_item = doc["declared_unit"]["amount"], doc["declared_unit"]["per_item"]
    assert result["per_item"] == near(result["total"] * per_item / amount)
    for other in result["also"]:
        assert other["total"] * other["per_item"] == near(result["per_item"])


@law
@given(plant=PLANTS.plants())
def test_supplies_follow_from_the_flows(plant: Any, book: Book, background: Any, rules: Any) -> None:
    """supply(child) = demand + sum over parents of supply x coefficient x amount, loops included."""
    doc = document(book, plant, background, rules)
    supply = {a["id"]: a["supply"] for a in doc["activities"]}
    for name, runs in supply.items():
        fed = [doc["demand"]["amount"]] if name == doc["demand"]["activity"] else []
        fed += [supply[f["parent"]] * f["coefficient"] * f["amount"] for f in doc["flows"] if f["child"] == name]
        assert runs == near(fsum(fed))
    for flow in doc["flows"]:
        assert flow["amount"] == near(flow["entered"]["value"] * prod(step["factor"] for step in flow["steps"]))


@law
@given(plant=PLANTS.plants())
def test_nothing_disappears(plant: Any, book: Book, background: Any, rules: Any) -> None:
    """Each row is counted in one state; one that posts or feeds is used, one only left out is excluded, by name."""
    doc = document(book, plant, background, rules)
    rows, counts = doc["account"]["rows"], doc["account"]["counts"]
    assert len({row["cell"] for row in rows}) == len(rows)
    for states in counts:
        found = [row["state"] for row in rows if row["cell"].startswith(f"{states['sheet']}!")]
        told = {state: found.count(state) for state in ("used", "merged", "excluded", "rejected")}
        assert states == {"sheet": states["sheet"], **told}
        assert len(found) == sum(told.values())
    used = {row_of(row["cell"]) for row in rows if row["state"] in {"used", "merged"}}
    assert {row_of(line["cell"]) for line in doc["ledger"]} <= used
    excluded = {row_of(row["cell"]): row["why"]["en"] for row in rows if row["state"] == "excluded"}
    posted = {row_of(line["cell"]) for line in (*doc["ledger"], *doc["flows"])}
    gaps = {row_of(cell) for gap in doc["completeness"]["gaps"] for cell in gap["cell"].split(", ")}
    for line in doc["excluded"]:
        row = row_of(line["cell"])
        assert excluded.get(row) == line["rule"] or row in posted | gaps


def row_of(cell: str) -> tuple[str, str]:
    sheet, _, address = cell.removesuffix(" …").partition("!")
    return sheet, address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@law
@given(plant=PLANTS.plants())
def test_a_boundary_only_leaves_out(plant: Any, book: Book, background: Any, rules: Any) -> None:
    """Cradle to gate is cradle to grave without the stages after the gate: the other postings stay as they are."""
    whole, gate = (document(book, plant, background, rules, boundary=b) for b in ("cradle-to-grave", "cradle-to-gate"))
    inside = {stage["id"] for stage in gate["study"]["stages"] if stage["included"]}
    kept = [(line["id"], line["value"]) for line in whole["ledger"] if line["stage"] in inside]
    assert [(line["id"], line["value"]) for line in gate["ledger"]] == kept
    assert {line["stage"] for line in gate["ledger"]} <= inside
    left = {line["id"] for line in whole["ledger"] if line["stage"] not in inside}
    assert left <= {line["id"] for line in gate["excluded"] if line["rule"] == "boundary"}


# --- the same bytes everywhere


CHILD = """
import sys
from pathlib import Path
from footprint import service
from footprint.declare.declare import text
path, rules, database = sys.argv[1:]
calculated = service.calculate(service.Request(Path(path), rules, (database,) if database else ()))
sys.stdout.buffer.write(text(calculated.document).encode())
"""
EVERYWHERE = (
    {"PYTHONHASHSEED": "0"},
    {"PYTHONHASHSEED": "1", "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8", "TZ": "Asia/Shanghai"},
    {"PYTHONHASHSEED": "random", "LC_ALL": "C", "TZ": "America/St_Johns", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "random", "LC_ALL": "de_DE.UTF-8", "COLUMNS": "40"},
)


def child(workbook: Path, cwd: Path, env: dict[str, str], rules: str = "", database: str = "") -> bytes:
    """Return declaration.json as another process writes it."""
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root, "FOOTPRINT_HOME": str(cwd / "home"), **env}
    command = [sys.executable, "-c", CHILD, str(workbook), rules, database]
    return subprocess.run(command, cwd=cwd, env=environment, check=True, capture_output=True).stdout


def test_the_same_workbook_is_the_same_bytes_everywhere(bill: Any, tmp_path: Path) -> None:
    """Hash seed, language, time zone, working directory and the folder of the workbook change no byte."""
    database = LINE.small(tmp_path)
    path = bill(
        """
        B | board | 3 item | loss=0.1, loss_to=landfill, net_mass=0.3
          C | chip | 4 item | chip | net_mass=0.05
          F | foil | 0.1 kg | copper | recycled_share=0.3, secondary=steel-recycled
        L | plate | 1.7 kg | paint
        W | board | 0.3 kg | wood
        [Processes]
        a | product | PUMP | 7 item
        a | input | electricity | 3 kWh | supply=E
        a | input | half | 2 kg
        a | internal_return | PUMP | 0.1 item
        b | product | half | 3 kg
        b | input | electricity | 1.1 MJ
        b | input | other | 0.1 kg
        b | emission | sf6 | 0.3 g
        c | product | other | 7 kg
        c | input | half | 0.7 kg
        [Electricity]
        E | grid | 3
        E | on_site | 7 | generator=solar
        [Transport]
        all inbound | truck | 333
        product | ship | 1111 | stage=distribution
        """,
        product=LINE.plain_product(net_mass=2.9, service_years=7),
    )
    folders = [tmp_path / name for name in ("here", "dort", "那里", "a b")]
    for folder in folders:
        folder.mkdir()
        shutil.copy(path, folder / path.name)
    rules = str(LINE.RULES)
    found = [
        child(folder / path.name, folders[i - 1], env, rules, str(database))
        for i, (folder, env) in enumerate(zip(folders, EVERYWHERE, strict=True))
    ]
    assert json.loads(found[0])["result"]["total"] > 0
    assert len(set(found)) == 1


def test_the_example_is_the_same_bytes_everywhere(tmp_path: Path) -> None:
    """The battery under the embedded database: no byte depends on seed, language, zone or directory."""
    found = []
    for i, env in enumerate(EVERYWHERE[:3:2]):
        folder = tmp_path / str(i)
        folder.mkdir()
        (folder / "battery.xlsx").write_bytes(forms.example("battery", "en"))
        found.append(child(folder / "battery.xlsx", folder, env))
    assert len(json.loads(found[0])["ledger"]) > 50
    assert len(set(found)) == 1
