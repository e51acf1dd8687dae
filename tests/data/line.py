"""A small background with round numbers, and the line from cells to ledger in memory: for tests of stages and laws.

The numbers are for arithmetic and stand for nothing. Tests load this file with ``runpy``.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum
from pathlib import Path
from typing import Any, NamedTuple

from footprint.background import source, systems
from footprint.background.build import compile_folder
from footprint.background.open import Background, open_background
from footprint.declare.declare import declare, text
from footprint.engine.compile import intensities
from footprint.engine.ledger import solve
from footprint.errors import FootprintError
from footprint.intake import read as intake
from footprint.line import solved, under_rules
from footprint.model.background import Intensity
from footprint.model.graph import Ruled, SupplyGraph
from footprint.model.ledger import Ledger
from footprint.model.pcr import Allocation, Pcr, Step
from footprint.model.result import Result
from footprint.model.sheets import Book
from footprint.model.system import System
from footprint.rules.expressions import parse
from footprint.rules.load import load
from footprint.rules.scope import declared_amount

RULES = Path(__file__).parents[1] / "golden" / "pump" / "rules.yaml"
ANY_MASS = 1e15  # a mass tolerance beyond which nothing lies

ACTIVITIES = """
steel              | kg   | steel
steel-recycled     | kg   | recycled steel
steel-recycled-t   | t    | recycled steel by the tonne
steel-market       | kg   | steel, delivered       | includes_transport=yes
copper             | kg   | copper
chip               | item | chip
stamping           | kg   | stamping
resin              | kg   | resin, no number       | kind=gap
paint              | kg   | paint
wood               | kg   | wood
slag               | kg   | slag
truck              | t·km | truck
ship               | t·km | ship
landfill           | kg   | landfill
burning            | kg   | burning of waste
water-treatment    | m3   | water treatment
gas-burned         | MJ   | gas, burned            | category=fuel-burned
gas-supply         | MJ   | gas, supply only       | category=fuel-supply
factory            | item | factory                | category=capital-goods
coking             | kg   | coking
mining             | kg   | mining
grid-2023          | kWh  | grid 2023
grid-2024          | kWh  | grid 2024
solar-2024         | kWh  | solar 2024
wind-2024          | kWh  | wind 2024
coal-2024          | kWh  | coal 2024
delivery-2024      | kWh  | delivery 2024
"""
EXCHANGES = """
steel            | emission | co2e-unsplit | 2
steel-recycled   | emission | co2e-unsplit | 0.5
steel-recycled-t | input    | steel-recycled | 1000
steel-market     | input    | steel        | 1
steel-market     | input    | truck        | 0.5 | unit=t·km
copper           | emission | co2-fossil   | 3
copper           | emission | ch4-fossil   | 0.01
chip             | emission | co2-fossil   | 1.5
chip             | emission | sf6          | 0.0001
stamping         | emission | co2e-fossil  | 0.25 | gwp_set=AR5, status=secondary
paint            | input    | resin        | 0.4
paint            | emission | co2-fossil   | 1
wood             | emission | co2-uptake   | 1.8
wood             | emission | co2-fossil   | 0.2
slag             | emission | co2-fossil   | 0.1
slag             | input    | mining       | -0.3
truck            | emission | co2-fossil   | 0.1
ship             | emission | co2-fossil   | 0.02
landfill         | emission | ch4-biogenic | 0.004
burning          | emission | co2-fossil   | 1.2
water-treatment  | emission | co2e-unsplit | 0.4
gas-burned       | emission | co2-fossil   | 0.056
gas-burned       | input    | gas-supply   | 1
gas-supply       | emission | ch4-fossil   | 0.0004
factory          | emission | co2e-unsplit | 9
coking           | input    | mining       | 0.6
coking           | emission | co2-fossil   | 0.8
mining           | input    | coking       | 0.05
mining           | emission | co2-fossil   | 0.03
grid-2023        | emission | co2e-unsplit | 0.6
grid-2024        | emission | co2e-unsplit | 0.5
solar-2024       | emission | co2e-unsplit | 0.04
wind-2024        | emission | co2e-unsplit | 0.02
coal-2024        | emission | co2e-unsplit | 0.9
delivery-2024    | emission | co2e-unsplit | 0.03
"""
ELECTRICITY = {
    "CN": {
        "2023": {"grid": "grid-2023"},
        "2024": {
            "grid": "grid-2024", "solar": "solar-2024", "wind": "wind-2024", "coal": "coal-2024",
            "delivery": "delivery-2024",
        },
    }
}  # fmt: skip
_ACTIVITY = {
    "amount": "1", "region": "CN", "period": "2024", "technology": "", "category": "test", "kind": "unit-process",
    "boundary": "cradle-to-gate", "gwp_set": "", "status": "unverified", "citation": "arithmetic test, no real factor",
    "includes_transport": "", "proxy": "", "note": "", "synonyms": "", "unit_mass_kg": "",
}  # fmt: skip
_EXCHANGE = {"status": "unverified", "citation": "arithmetic test, no real factor", "gwp_set": "", "note": ""}


class Solved(NamedTuple):
    """The line up to its ledger. ``items``: product items per declared unit."""

    graph: SupplyGraph
    ruled: Ruled
    ledger: Ledger
    items: float


def rows(text: str, keys: Sequence[str], defaults: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the rows of a compact table; further cells are ``key=value, key=value``."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        cells = [cell.strip() for cell in line.split("|")]
        more = [item.partition("=") for cell in cells[len(keys) :] for item in cell.split(",")]
        found.append({**defaults, **dict(zip(keys, cells, strict=False)), **{k.strip(): v.strip() for k, _, v in more}})
    return found


def activities(text: str = ACTIVITIES) -> list[dict[str, str]]:
    """Return the rows of activities.csv."""
    made = rows(text, ("code", "unit", "name_en"), _ACTIVITY)
    return [{**row, "name_zh": f"测试{row['name_en']}"} for row in made]


def exchanges(text: str = EXCHANGES, units: Mapping[str, str] | None = None) -> list[dict[str, str]]:
    """Return the rows of exchanges.csv; an input without unit is in the unit of what it consumes."""
    known = units or {row["code"]: row["unit"] for row in activities()}
    made = rows(text, ("activity", "direction", "flow", "amount"), _EXCHANGE)
    for row in made:
        if "unit" not in row:
            row["unit"] = "kg" if row["direction"] == "emission" else known[row["flow"]]
        if row["flow"].startswith("co2e-") and not row["gwp_set"]:
            row["gwp_set"] = "unknown"
    return made


def write_database(
    folder: Path,
    made: Sequence[Mapping[str, str]],
    exchanged: Sequence[Mapping[str, str]],
    electricity: object = ELECTRICITY,
    version: str = "1",
) -> Path:
    """Write and compile a database folder; its id is the folder's name."""
    folder.mkdir(parents=True, exist_ok=True)
    meta = {
        "id": folder.name, "version": version, "title": {"en": folder.name, "zh": f"测试库{folder.name}"},
        "licence": "none", "citation": "arithmetic test", "gwp_sets": ["AR5", "AR6"], "electricity": electricity,
    }  # fmt: skip
    (folder / "database.yaml").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
    _write(folder / "activities.csv", made)
    _write(folder / "exchanges.csv", exchanged)
    compile_folder(folder, intensities)
    return folder


def _write(path: Path, found: Iterable[Mapping[str, str]]) -> None:
    listed = list(found)
    keys = list(dict.fromkeys(key for row in listed for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, keys, restval="")
        writer.writeheader()
        writer.writerows(listed)


def small(folder: Path) -> Path:
    """Write the small database into ``folder`` / small and return its path."""
    return write_database(folder / "small", activities(), exchanges())


ODD = """
1001 | kg  | 316            | kind=unit-process
true | t   | a::b "quoted"  | period=2024, synonyms=x|y
co2-fossil | MJ | true      | region=
waste | kg | waste, treated | amount=-1, region=CN, note=a remark
burn  | kg | burning wood   | proxy=Stands in for another wood.
none  | item | nobody knows | kind=gap, note=no number
"""
ODD_EXCHANGES = """
1001 | input | true | 2 | unit=kg
1001 | emission | co2-fossil | 1500 | unit=g, gsd=1.2
1001 | input | none | 3 | unit=item
true | emission | sf6 | 0.001 | gsd=1.1
true | input | co2-fossil | 1 | unit=kWh
true | input | waste | 0.5 | unit=kg
co2-fossil | emission | co2e-unsplit | 0.1 | gwp_set=AR5
co2-fossil | emission | co2e-fossil | 0.2
waste | emission | ch4-fossil | 0.01
burn | emission | co2-biogenic | 1.8
burn | emission | co2-uptake | 1.8
burn | input | true | -0.001 | unit=t, gsd=1.3
"""


def odd(folder: Path) -> Path:
    """Write a database of everything that other programs take for something else into ``folder`` / odd."""
    made = activities(ODD)
    units = {row["code"]: row["unit"] for row in made}
    return write_database(folder / "odd", made, exchanges(ODD_EXCHANGES, units), {}, "7")


def edited(folder: Path, tmp_path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """Return a copy of ``folder`` in which the bytes of file ``name`` are changed."""
    copy = Path(shutil.copytree(folder, tmp_path / "small"))
    (copy / name).write_bytes(change((copy / name).read_bytes()))
    return copy


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    """Return what replaces the first ``old`` of a file."""

    def change(content: bytes) -> bytes:
        assert old.encode() in content, old
        return content.replace(old.encode(), new.encode(), 1)

    return change


def rules() -> Pcr:
    """Return the rules for arithmetic."""
    return load(str(RULES))


def run(book: Book, background: Background, pcr: Pcr, tolerance: float = ANY_MASS) -> Solved:
    """Return the line from cells to ledger."""
    bill = intake.read(book, pcr.fields)
    ruled = under_rules(bill, pcr._replace(mass_tolerance=tolerance), background).ruled
    per_item, _ = declared_amount(pcr, bill.product)
    items = (bill.product.number("declared_amount") or 1.0) / per_item
    known: dict[str, Intensity] = {}

    def intensity(dataset: Any) -> Intensity:
        if dataset.key not in known:
            known[dataset.key] = background.intensity(dataset, pcr.gwp_set)
        return known[dataset.key]

    return Solved(ruled.graph, ruled, solve(ruled, intensity, items, pcr.gwp_set, pcr.headline), items)


def opened(folder: Path) -> Background:
    """Return the database in ``folder``, opened."""
    return open_background((str(folder),))


def system(folder: Path, gwp_set: str) -> dict[str, System]:
    """Return the system of the database in ``folder`` by its id and version."""
    found = source.read(folder)
    return {found.id: systems.system(found, gwp_set)}


def plain_product(**more: object) -> dict[str, object]:
    """Return the Product fields of a bill under the rules for arithmetic."""
    return {
        "pcr": "plain-goods", "boundary": "cradle-to-grave", "declared_unit": "item", "gross_kwh": None,
        "loss_formula": "divide", **more,
    }  # fmt: skip


def refused(call: Callable[[], object]) -> str:
    """Return what a call is refused with, one line per problem, after looking that each is told in Chinese too."""
    try:
        call()
    except FootprintError as error:
        for found in error.problems:
            said = found.text("zh")
            assert re.search(r"[\u4e00-\u9fff]", said.partition(f"{found.place}: ")[2]), said
            assert "{" not in said
            assert said != found.text("en")
        return str(error)
    raise AssertionError("nothing was refused")


def values(solved: Solved) -> dict[str, float]:
    """Return what each crossing line adds to the result [kg CO2e], by its id; gaps are None."""
    found = {p.exchange.id: solved.ledger.value(p) for p in solved.ledger.postings}
    return {**found, **{p.exchange.id: None for p in solved.ledger.open_lines}}  # type: ignore[dict-item]


def used(solved: Solved) -> dict[str, float]:
    """Return how much of each dataset, gas or gap the declared unit takes [its unit], by code, gas or name."""
    found: dict[str, list[float]] = {}
    for posted in (*solved.ledger.postings, *solved.ledger.open_lines):
        line = posted.exchange
        name = line.dataset.code if line.dataset else line.target or f"gap: {line.name}"
        found.setdefault(name, []).append(posted.quantity)
    return {name: fsum(quantities) for name, quantities in found.items()}


def result(book: Book, background: Background, pcr: Pcr, tolerance: float = ANY_MASS) -> Result:
    """Return the result of cells: ledger, rating and clauses."""
    bill = intake.read(book, pcr.fields)
    return solved(under_rules(bill, pcr._replace(mass_tolerance=tolerance), background))


def document(book: Book, background: Background, pcr: Pcr, tolerance: float = ANY_MASS) -> dict[str, Any]:
    """Return the declaration of cells, as it is read back from its JSON."""
    found: dict[str, Any] = json.loads(text(declare(result(book, background, pcr, tolerance))))
    return found


GBA = (
    "substitution | process.has_substitute",
    "economic | process.price_ratio > 4",
    "mass | process.price_ratio <= 4",
)
"""The order of the rules for batteries: expansion, then price where it differs by more than four, else mass."""


def sharing(*steps: str, ignore_below: str = "") -> Pcr:
    """Return the rules for arithmetic with steps for co-products, each ``method | when``; a step is named by it."""
    pcr = rules()
    cited = pcr.declared_units[0].cited
    parted = (tuple(part.strip() for part in step.split("|")) for step in steps)
    made = tuple(
        Step(f"by-{method}", parse(when), method, {"zh": f"规则 {method}", "en": f"rule {method}"},
             cited._replace(clause=f"co-products {method}"))
        for method, when in parted
    )  # fmt: skip
    return pcr._replace(allocation=Allocation(parse(ignore_below) if ignore_below else None, made))
