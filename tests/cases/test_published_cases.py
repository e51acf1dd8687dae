"""Published small systems, solved every way the engine knows: each number of each publication, to 1e-9.

The files beside this one hold the systems in one form. A process ``makes`` an amount of the product it is named after,
``uses`` amounts of others (negative: a credit) and ``emits`` flows (negative: a resource); amounts are per run. Several
products with allocation values ``by`` unit of product are split into one process each; a lone product may carry the
``share`` its source gives. ``expected`` numbers hold to 1e-9; ``printed`` ones to what their publication rounds to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import fsum
from pathlib import Path
from typing import Any

import pytest
import yaml

from footprint import units
from footprint.engine import reference
from footprint.engine.compile import intensities
from footprint.engine.supply import supply
from footprint.model.background import Key
from footprint.model.system import System

HERE = Path(__file__).parent
SHARED = HERE.parents[1].parent / "shared" / "cases"


def written(file: str) -> Any:
    """Return the content of one file of cases, scalars as text; anchors are allowed here, for repeated systems."""
    with (HERE / file).open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=yaml.CBaseLoader)


FILES = sorted(path.name for path in HERE.glob("*.yaml"))
KINDS = {"score", "inventory", "runs", "supply", "direct", "intensity", "shares"}

Numbers = dict[str, float]


@dataclass(frozen=True)
class Process:
    """One product and what one run takes and gives; flows may be listed several times."""

    makes: float
    uses: Numbers
    emits: tuple[tuple[str, float], ...]
    unit: str = ""


@dataclass(frozen=True)
class Case:
    """A system, what is demanded of it [unit of each product], and what its publication found."""

    processes: dict[str, Process]
    factors: Numbers
    demand: Numbers
    shares: Numbers


Answer = dict[str, Any]
"""What one way of solving answers, by kind; a way may not know every kind."""


# --- reading


def numbers(texts: Mapping[str, str]) -> Numbers:
    return {name: float(text) for name, text in texts.items()}


def emitted(texts: Mapping[str, Any], share: float) -> tuple[tuple[str, float], ...]:
    listed = [(flow, x) for flow, found in texts.items() for x in (found if isinstance(found, list) else [found])]
    return tuple((flow, float(x) * share) for flow, x in listed)


def parts(name: str, row: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return amount and share of each product of a process."""
    makes = row["makes"]
    if isinstance(makes, str):
        return {name: (float(makes), float(row.get("share", "1")))}
    worth = {product: float(amount) * float(row["by"][product]) for product, amount in makes.items()}
    return {product: (float(makes[product]), worth[product] / fsum(worth.values())) for product in makes}


def chain(length: int) -> dict[str, Any]:
    """Return ``length`` processes, each using one of the next and emitting one of e."""
    rows = {str(i): {"makes": "1", "uses": {str(i + 1): "1"}, "emits": {"e": "1"}} for i in range(1, length)}
    return rows | {str(length): {"makes": "1", "emits": {"e": "1"}}}


def amount(text: str, unit: str) -> float:
    number, _, written = text.partition(" ")
    return float(number) * (units.factor(written, unit) if written else 1.0)


def read(raw: Mapping[str, Any]) -> Case:
    processes: dict[str, Process] = {}
    shares: Numbers = {}
    for name, row in (chain(int(raw["chain"])) if "chain" in raw else raw["processes"]).items():
        for product, (makes, share) in parts(name, row).items():
            uses = {used: float(x) * share for used, x in row.get("uses", {}).items()}
            processes[product] = Process(makes, uses, emitted(row.get("emits", {}), share), row.get("unit", ""))
            shares[product] = share
    demand = {product: amount(text, processes[product].unit) for product, text in raw["demand"].items()}
    return Case(processes, numbers(raw.get("factors", {})), demand, shares)


# --- solving


def as_system(case: Case) -> System:
    """Return the case with every flow under two keys: as it is, and characterised."""
    number = {product: i for i, product in enumerate(case.processes)}
    technosphere = [(number[p], number[u], x) for p, process in case.processes.items() for u, x in process.uses.items()]
    emissions = []
    for product, process in case.processes.items():
        for flow, x in process.emits:
            emissions.append((number[product], Key(flow, "inventory", "verified"), x))
            if flow in case.factors:
                emissions.append((number[product], Key(flow, "score", "verified"), x * case.factors[flow]))
    outputs = tuple(process.makes for process in case.processes.values())
    return System(tuple(case.processes), outputs, tuple(technosphere), tuple(emissions))


def split(impact: Mapping[Key, float]) -> Answer:
    inventory = {key.ghg: value for key, value in impact.items() if key.gwp == "inventory"}
    return {"inventory": inventory, "score": fsum(v for key, v in impact.items() if key.gwp == "score")}


def by_adjoint(case: Case) -> Answer:
    """Demand times the intensities of A^T: what a stored database answers."""
    solution = intensities(as_system(case))
    sums: dict[Key, list[float]] = {}
    for product, demanded in case.demand.items():
        for key, value in solution.impact[product].items():
            sums.setdefault(key, []).append(demanded * value)
    intensity = {product: split(found)["score"] for product, found in solution.impact.items()}
    return split({key: fsum(values) for key, values in sums.items()}) | {"intensity": intensity}


def by_reference(case: Case) -> Answer:
    """Through Brightway's bw2calc."""
    found = reference.solve(as_system(case), case.demand)
    return split(found.impact) | from_runs(case, found.supply)


def by_ledger(case: Case) -> Answer:
    """Runs in plain floats, then postings: runs x direct burdens."""
    consumption = {
        product: {used: x / case.processes[used].makes for used, x in process.uses.items()}
        for product, process in case.processes.items()
    }
    demand = {product: demanded / case.processes[product].makes for product, demanded in case.demand.items()}
    return from_postings(case, supply(consumption, demand))


def by_dense_solve(case: Case) -> Answer:
    """A dense solve that knows nothing of the engine: it checks the transcription, not the program."""
    import numpy as np

    number = {product: i for i, product in enumerate(case.processes)}
    matrix = np.diag([process.makes for process in case.processes.values()])
    for product, process in case.processes.items():
        for used, x in process.uses.items():
            matrix[number[used], number[product]] -= x
    demand = [case.demand.get(product, 0.0) for product in case.processes]
    return from_postings(case, dict(zip(case.processes, np.linalg.solve(matrix, demand).tolist(), strict=True)))


def from_runs(case: Case, runs: Numbers) -> Answer:
    direct = {
        product: runs[product] * fsum(x * case.factors.get(flow, 0.0) for flow, x in process.emits)
        for product, process in case.processes.items()
    }
    return {"runs": runs, "supply": {p: runs[p] * case.processes[p].makes for p in runs}, "direct": direct}


def from_postings(case: Case, runs: Numbers) -> Answer:
    answer = from_runs(case, runs)
    sums: dict[str, list[float]] = {}
    for product, process in case.processes.items():
        for flow, x in process.emits:
            sums.setdefault(flow, []).append(runs[product] * x)
    inventory = {flow: fsum(values) for flow, values in sums.items()}
    return answer | {"inventory": inventory, "score": fsum(answer["direct"].values())}


# --- comparing


def differences(found: Any, expected: Any, **within: float) -> Iterable[str]:
    """Yield what differs; zero may be written by leaving it out."""
    if not isinstance(expected, dict):
        if found != pytest.approx(float(expected), **within):
            yield f"{found!r} instead of {expected}"
        return
    for name, value in expected.items():
        yield from (f"{name}: {said}" for said in differences(found.get(name, 0.0), value, **within))


def wrong(raw: Mapping[str, Any], way: Callable[[Case], Answer]) -> list[str]:
    """Return every number of one case that ``way`` does not find."""
    case = read(raw)
    answer = way(case) | {"shares": case.shares}
    said = [
        f"{raw['name']}: {kind} {text}"
        for kind, expected in raw["expected"].items() if kind in answer
        for text in differences(answer[kind], expected, rel=1e-9, abs=1e-12)
    ]
    printed = dict(raw.get("printed", {}))
    within = float(printed.pop("within", "0"))
    return said + [
        f"{raw['name']}: printed {kind} {text}"
        for kind, expected in printed.items() if kind in answer
        for text in differences(answer[kind], expected, abs=within)
    ]


def cases(file: str) -> list[dict[str, Any]]:
    return list(written(file)["cases"])


@pytest.mark.parametrize("way", [by_adjoint, by_reference, by_ledger])
@pytest.mark.parametrize("file", FILES)
def test_every_published_number_is_found(file, way):
    """Scores, inventories, runs, contributions and intensities of published systems, each way through the engine."""
    assert [said for raw in cases(file) for said in wrong(raw, way)] == []


@pytest.mark.parametrize("file", FILES)
def test_the_transcription_solves_to_its_own_numbers(file):
    """Each system, as written down here, has its published solution: found without the engine."""
    small = [raw for raw in cases(file) if int(raw.get("chain", "0")) < 1000]
    assert [said for raw in small for said in wrong(raw, by_dense_solve)] == []


@pytest.mark.parametrize("file", FILES)
def test_every_file_says_where_its_numbers_are_from(file):
    """A publication, a commit, a licence and a place for every case; only known kinds of numbers, at least one each."""
    content = written(file)
    assert content["source"]["publication"]
    assert all("commit" in copy and "(" in copy for copy in content["source"]["copies"])
    for raw in content["cases"]:
        assert raw["where"]
        assert raw["expected"]
        assert set(raw["expected"]) | set(raw.get("printed", {})) <= KINDS | {"within"}, raw["name"]
    names = [raw["name"] for raw in content["cases"]]
    assert len(set(names)) == len(names)


# --- the third-party files themselves, read in place


def foreign(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a third-party case in the form of this folder: products named after their only process."""
    product = {row["id"]: next(iter(row["outputs"])) for row in raw["processes"]}
    processes = {
        product[row["id"]]: {
            "makes": str(row["outputs"][product[row["id"]]]), "uses": row["inputs"], "emits": row["emissions"],
        }
        for row in raw["processes"]
    }
    expected = {"runs" if kind == "scaling" else kind: value for kind, value in raw["expected"].items()}
    for kind in ("runs", "direct"):
        if kind in expected:
            expected[kind] = {product[name]: value for name, value in expected[kind].items()}
    demand = {name: str(value) for name, value in raw["demand"].items()}
    return {"name": raw["name"], "processes": processes, "factors": raw["cf"], "demand": demand, "expected": expected}


@pytest.mark.parametrize("folder", [
    "01_heijungs_suh", "02_openlca_tests", "03_allocation_multifunctional", "04_loops_lca_algebraic", "05_bike",
])
def test_the_third_party_files_are_reproduced_where_they_lie(folder):
    """The collections behind these cases give the same numbers without passing through a transcription."""
    path = SHARED / folder / "case.json"
    if not path.is_file():
        pytest.skip(f"{folder}: third-party cases are not beside the checkout")
    found = [foreign(raw) for raw in json.loads(path.read_text("utf-8"))["cases"] if "processes" in raw]
    assert found
    assert [said for raw in found for way in (by_adjoint, by_reference, by_ledger) for said in wrong(raw, way)] == []
