"""Published small systems, written as packages of openLCA and solved through the import: each asserted number."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator, Mapping
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from footprint import units
from footprint.background import importers, systems
from footprint.background.importers.asked import Asked, Read
from footprint.engine.compile import intensities

TESTS = Path(__file__).parents[1]
OLCA = SimpleNamespace(**runpy.run_path(str(TESTS / "data" / "olca.py")))
CASES = SimpleNamespace(**runpy.run_path(str(TESTS / "cases" / "test_published_cases.py")))
SHARED = CASES.SHARED
ENERGY = {"MJ", "kWh"}
Json = dict[str, Any]


def entities(raw: Mapping[str, Any], kind: str) -> Iterator[Json]:
    """Yield a case as entities: products by allocation factors, credits as avoided, categories of all its flows."""
    rows = CASES.chain(int(raw["chain"])) if "chain" in raw else raw["processes"]
    parts = {name: CASES.parts(name, row) for name, row in rows.items()}
    unit = {product: row.get("unit", "kg") for name, row in rows.items() for product in parts[name]}
    used = {each for row in rows.values() for each in row.get("uses", {})}
    products = {
        name: OLCA.flow(name, kind, "energy" if unit.get(name) in ENERGY else "mass") for name in (*unit, *used)
    }
    named = {flow for row in rows.values() for flow in row.get("emits", {})} | set(raw.get("factors", {}))
    flows = {name: OLCA.flow(f"flow {name}", OLCA.ELEMENTARY) for name in named}
    yield from (*products.values(), *flows.values())
    for name, row in rows.items():
        yield process(name, row, parts[name], products, flows, unit)
    yield OLCA.category("score", CASES.numbers(raw.get("factors", {})), flows, direction="OUTPUT")
    yield from (OLCA.category(f"inventory {name}", {name: 1.0}, flows, direction="OUTPUT") for name in flows)


def process(
    name: str, row: Mapping[str, Any], parts: Any, products: Json, flows: Json, unit: Mapping[str, str]
) -> Json:
    made = [OLCA.made(products[product], amount, unit=unit[product]) for product, (amount, _) in parts.items()]
    for also in made[1:]:
        del also["isQuantitativeReference"]
    uses = [
        OLCA.used(products[each], abs(float(x)), unit=unit.get(each, "kg"), isAvoidedProduct=float(x) < 0)
        for each, x in row.get("uses", {}).items()
    ]
    given_off = [
        OLCA.exchange(flows[flow], abs(x), into=x < 0, unit="kg")
        for flow, x in CASES.emitted(row.get("emits", {}), 1.0)
    ]
    factors = [OLCA.share(products[product], part) for product, (_, part) in parts.items()]
    more = {"allocationFactors": factors, "defaultAllocationMethod": "PHYSICAL_ALLOCATION"}
    return OLCA.process(f"P {name}", *made, *uses, *given_off, **more)


def answer(path: Path, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a case comes to through the import: its score, each inventory, its runs and contributions."""
    wanted = {kind for name in ("expected", "printed") for kind in raw.get(name, {})}
    read = importers.read(path, Asked(method="score"))
    codes = {row["name_en"].removeprefix("P ").partition(" | ")[0]: row["code"] for row in read.source.activities}
    case = CASES.read(raw)
    demand = {codes[product]: amount for product, amount in case.demand.items()}
    found: dict[str, Any] = {"score": score(read, demand), "shares": case.shares}
    if wanted & {"runs", "supply", "direct"}:
        found |= runs(read, demand, codes)
    if "intensity" in wanted:
        found["intensity"] = {name: score(read, {code: 1.0}) for name, code in codes.items()}
    if "inventory" in wanted:
        names = {flow for kind in ("expected", "printed") for flow in raw.get(kind, {}).get("inventory", {})}
        reads = {name: importers.read(path, Asked(method=f"inventory {name}")) for name in names}
        found["inventory"] = {name: score(each, demand) for name, each in reads.items()}
    return found


def score(read: Read, demand: Mapping[str, float]) -> float:
    solution = intensities(systems.system(read.source, "AR6"))
    return fsum(amount * value for code, amount in demand.items() for value in solution.impact[code].values())


def runs(read: Read, demand: Mapping[str, float], codes: Mapping[str, str]) -> dict[str, Any]:
    system = systems.system(read.source, "AR6")
    matrix = np.diag(np.array(system.outputs))
    for i, consumed, x in system.technosphere:
        matrix[consumed, i] -= x
    wanted = [demand.get(code, 0.0) for code in system.codes]
    found = dict(zip(system.codes, np.linalg.solve(matrix, wanted).tolist(), strict=True))
    own = {code: fsum(x for i, _, x in system.emissions if system.codes[i] == code) for code in system.codes}
    outputs = dict(zip(system.codes, system.outputs, strict=True))
    return {
        "runs": {name: found[code] for name, code in codes.items()},
        "supply": {name: found[code] * outputs[code] for name, code in codes.items()},
        "direct": {name: found[code] * own[code] for name, code in codes.items()},
    }


def wrong(path: Path, raw: Mapping[str, Any], kind: str, schema: int) -> list[str]:
    """Return every number of a case that the import does not find."""
    OLCA.package(path, *entities(raw, kind), schema=schema)
    return list(CASES.wrong(raw, lambda _: answer(path, raw)))


def small(file: str) -> list[Json]:
    return [raw for raw in CASES.cases(file) if int(raw.get("chain", "0")) < 1000]


@pytest.mark.parametrize(("kind", "schema"), [(OLCA.PRODUCT, 2), (OLCA.WASTE, 1)])
@pytest.mark.parametrize("file", CASES.FILES)
def test_published_numbers_come_through_the_import(file, kind, schema, tmp_path):
    """Loops, credits, allocation and units, whether what is exchanged are products or wastes, in both schemas."""
    found = [wrong(tmp_path / f"{n}.zip", raw, kind, schema) for n, raw in enumerate(small(file))]
    assert [said for each in found for said in each] == []


@pytest.mark.parametrize(
    "folder",
    [
        "02_openlca_tests",
        "03_allocation_multifunctional",
        "04_loops_lca_algebraic",
        "05_bike",
        "19_openlca_bottle_jsonld",
    ],
)
def test_the_third_party_numbers_come_through_the_import(folder, tmp_path):
    """Every value that the collections assert, without passing through a transcription."""
    path = SHARED / folder / "case.json"
    if not path.is_file():
        pytest.skip(f"{folder}: third-party cases are not beside the checkout")
    found = [CASES.foreign(raw) for raw in json.loads(path.read_text("utf-8"))["cases"] if "processes" in raw]
    assert found
    said = [wrong(tmp_path / f"{n}", raw, OLCA.PRODUCT, 2) for n, raw in enumerate(found)]
    assert [each for of_case in said for each in of_case] == []


@pytest.mark.slow
def test_a_chain_of_15000_processes_comes_through_the_import(tmp_path):
    """No recursion: a chain of any depth is read, linked and solved."""
    raw = {
        "name": "chain",
        "chain": "15000",
        "factors": {"e": "1"},
        "demand": {"1": "1"},
        "expected": {"score": "15000"},
    }
    assert wrong(tmp_path / "chain.zip", raw, OLCA.PRODUCT, 2) == []


@pytest.mark.parametrize(
    ("file", "bottles", "kg"), [("My_little_database.zip", 5, 15.0), ("My_little_database.zip", 50, 150.0)]
)
def test_the_bottle_of_openlca(file, bottles, kg):
    """A package as openLCA 1.11 wrote it, with its own impact category: 15 kg for five bottles, 150 kg for fifty."""
    path = SHARED / "19_openlca_bottle_jsonld" / file
    if not path.is_file():
        pytest.skip("the package is not beside the checkout")
    read = importers.read(path, Asked(method="Mac IAM: Global warming"))
    (bottle,) = (row for row in read.source.activities if row["name_en"] == "Bottle assembly")
    assert score(read, {bottle["code"]: bottles}) == pytest.approx(kg, rel=1e-12)
    assert units.unit(bottle["unit"]).symbol == "item"
