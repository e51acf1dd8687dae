"""Laws of co-products, on random processes: nothing is lost, nothing twice, however burdens are shared."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint import units
from footprint.background.open import Background
from footprint.engine.whole import compare

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))
Row = dict[str, Any]
Book = Callable[..., Any]

# the fixtures below hold no state of an example
law = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture(scope="module")
def background(folder: Path) -> Background:
    return LINE.opened(folder)


TREES = {
    "mass": ("mass | process.has_masses",),
    "energy": ("energy | process.has_energy",),
    "economic": ("economic | process.has_prices",),
    "custom": ("custom | process.has_custom",),
    "substitution": ("substitution | process.has_substitute",),
    "by ratio": ("economic | process.price_ratio > 4", "mass | process.price_ratio <= 4"),
}
SHARING = sorted(set(TREES) - {"substitution"})

amounts = st.floats(0.01, 50).map(lambda x: float(f"{x:.4g}"))
_ROWS: tuple[Row, ...] = (
    {"direction": "input", "flow": "electricity", "unit": "kWh"},
    {"direction": "input", "flow": "copper", "unit": "g", "destination": "burning"},
    {"direction": "input", "flow": "gas-burned", "unit": "MJ", "fuel_use": "burned"},
    {"direction": "emission", "flow": "sf6", "unit": "g"},
    {"direction": "waste", "flow": "dust", "unit": "kg", "destination": "landfill"},
)


@st.composite
def splits(draw: st.DrawFn, subdivided: bool = True) -> list[Row]:
    """Any process of two to four outputs whose every property is known, some of its rows for one output alone."""
    flows = [f"out{i}" for i in range(draw(st.integers(2, 4)))]
    rows = [_output(draw, flow) for flow in flows]
    for row in draw(st.permutations(_ROWS))[: draw(st.integers(1, 5))]:
        alone = draw(st.sampled_from(["", "", *flows])) if subdivided else ""
        rows.append({**row, "amount": draw(amounts), **({"only_for": alone} if alone else {})})
    return [{"process": "split", **row} for row in rows]


def _output(draw: st.DrawFn, flow: str) -> Row:
    row: Row = {
        "direction": "product" if flow == "out0" else "co-product", "flow": flow, "amount": draw(amounts),
        "unit": draw(st.sampled_from(["kg", "t", "item"])), "price": draw(amounts), "energy_content": draw(amounts),
        "allocation": "custom", "allocation_value": draw(amounts),
    }  # fmt: skip
    if row["unit"] == "item":
        row["unit_mass"] = draw(amounts)
    if flow != "out0":
        row["substitute"] = draw(st.sampled_from(["copper", "steel", "wood", "slag", "coking"]))
    return row


def outputs(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["direction"] in {"product", "co-product"}]


def taking(rows: list[Row], *flows: str) -> list[Row]:
    """Return the process that makes the product of all, or of the named, outputs of one run."""
    made: Row = {"process": "use", "direction": "product", "flow": "PUMP", "amount": 1.0, "unit": "item"}
    taken = [row for row in outputs(rows) if not flows or row["flow"] in flows]
    return [made, *({**made, "direction": "input", **_of(row)} for row in taken)]


def _of(row: Row) -> Row:
    return {"flow": row["flow"], "amount": row["amount"], "unit": row["unit"]}


@pytest.fixture
def solved(book: Book, background: Background) -> Callable[..., Any]:
    """Return what calculates processes under a tree."""

    def calculate(rows: list[Row], tree: str) -> Any:
        cells = book(processes=rows, product=LINE.plain_product())
        return LINE.run(cells, background, LINE.sharing(*TREES[tree]))

    return calculate


def absolute(found: Any) -> float:
    return fsum(abs(v) for p in found.ledger.postings for v in p.impact.values())


def near(found: Any, *others: Any) -> Any:
    """Return the result of ``found`` as near as sums of postings of this size can be."""
    scale = max(absolute(each) for each in (found, *others))
    return pytest.approx(found.ledger.total(), rel=1e-11, abs=1e-11 * scale)


def alone(rows: list[Row]) -> list[Row]:
    """Return the process with its product alone, which bears every row."""
    kept = [row for row in rows if row["direction"] != "co-product"]
    return [{key: value for key, value in row.items() if key != "only_for"} for row in kept]


@law
@given(rows=splits(), tree=st.sampled_from(SHARING))
def test_shares_sum_to_one(rows: list[Row], tree: str, solved: Any) -> None:
    """Of every process that shares, and in the chain of every row it has in common, once per output."""
    found = solved([*rows, *taking(rows, "out0")], tree)
    (shared,) = found.graph.allocated
    if shared.method != "subdivision":
        assert fsum(b.share for b in shared.outputs) == pytest.approx(1, rel=1e-12)
    factors: dict[str, list[float]] = {}
    for line in found.graph.exchanges:
        for step in line.amount.steps:
            if step.what == "allocation":
                factors.setdefault(line.id.partition(" for ")[0], []).append(step.factor)
    common = [row for row in rows if row not in outputs(rows) and not row.get("only_for")]
    outlets = sum(row["flow"] == "copper" for row in common)
    assert len(factors) == len(common) + outlets
    assert all(fsum(values) == pytest.approx(1, rel=1e-12) for values in factors.values())


@law
@given(rows=splits(), tree=st.sampled_from(sorted(TREES)))
def test_the_burden_of_a_process_is_conserved_over_its_outputs(rows: list[Row], tree: str, solved: Any) -> None:
    """Who takes all that one run makes bears all that it takes, whatever the method; substitutes cancel."""
    found = solved([*rows, *taking(rows)], tree)
    lone = solved([*alone(rows), *taking(rows, "out0")], tree)
    assert found.ledger.total() == near(lone, found)


@law
@given(rows=splits())
def test_substitution_takes_off_what_the_co_products_replace(rows: list[Row], solved: Any) -> None:
    """The product bears all common and own rows less the substitutes, a co-product its own rows and its substitute."""
    tree = "substitution"
    parts = [solved([*rows, *taking(rows, row["flow"])], tree) for row in outputs(rows)]
    (shared,) = parts[0].graph.allocated
    whole = solved([*alone(rows), *taking(rows, "out0")], tree)
    steel = solved(taking(rows, "-"), tree).ledger.total()  # the bill, which every one of them has
    assert fsum(part.ledger.total() - steel for part in parts) + steel == near(whole, *parts)
    if shared.method == tree:
        credited = [p for p in parts[0].ledger.postings if p.exchange.coefficient == -1]
        assert len(credited) == len(parts) - 1
    for part in parts[1:]:
        assert all(p.quantity >= 0 for p in part.ledger.postings)


@law
@given(rows=splits(), tree=st.sampled_from(sorted(TREES)), share=st.sampled_from([0.5, 0.25, 0.1]), data=st.data())
def test_a_row_in_two_is_the_row(rows: list[Row], tree: str, share: float, data: Any, solved: Any) -> None:
    """An input, emission or waste entered in two parts is what it was."""
    number = data.draw(st.integers(len(outputs(rows)), len(rows) - 1))
    row = rows[number]
    two = [{**row, "amount": row["amount"] * x} for x in (share, 1 - share)]
    split = [*rows[:number], *two, *rows[number + 1 :]]
    one = solved([*rows, *taking(rows, "out0")], tree)
    assert solved([*split, *taking(rows, "out0")], tree).ledger.total() == near(one)


@law
@given(rows=splits(subdivided=False), tree=st.sampled_from(sorted(TREES)), share=st.sampled_from([0.5, 0.25, 0.1]))
def test_a_co_product_in_two_is_the_co_product(rows: list[Row], tree: str, share: float, solved: Any) -> None:
    """Two co-products of the same kind leave the product with what it bore beside one."""
    last = outputs(rows)[-1]
    two = [{**last, "flow": name, "amount": last["amount"] * x} for name, x in (("a", share), ("b", 1 - share))]
    split = [new for row in rows for new in (two if row is last else [row])]
    one = solved([*rows, *taking(rows, "out0")], tree)
    assert solved([*split, *taking(rows, "out0")], tree).ledger.total() == near(one)


@law
@given(rows=splits(), tree=st.sampled_from(sorted(TREES)), share=st.sampled_from([0.5, 0.25, 0.1]))
def test_a_plant_in_two_is_the_plant(rows: list[Row], tree: str, share: float, solved: Any) -> None:
    """Two plants that are alike, whatever their shares, are one; their co-products are their own."""
    def of(flow: str, plant: str) -> str:
        return flow if flow in {"", "out0"} else f"{flow} of {plant}"

    plants = []
    for name, part in (("a", share), ("b", 1 - share)):
        for row in rows:
            made = {"flow": of(row["flow"], name)} if row in outputs(rows) else {}
            only = {"only_for": of(row["only_for"], name)} if row.get("only_for") else {}
            of_all = {"output_share": part} if row["direction"] == "product" else {}
            plants.append({**row, "process": name, **made, **only, **of_all})
    one = solved([*rows, *taking(rows, "out0")], tree)
    assert solved([*plants, *taking(rows, "out0")], tree).ledger.total() == near(one)


@law
@given(rows=splits(), tree=st.sampled_from(sorted(TREES)), factor=st.sampled_from([2.0, 7.3, 1e-3]))
def test_only_ratios_of_prices_count(rows: list[Row], tree: str, factor: float, solved: Any) -> None:
    """Another currency, another unit of the output with its price per unit: the same shares."""

    def rewritten(row: Row) -> Row:
        if row not in outputs(rows):
            return row
        priced = {**row, "price": row["price"] * factor}
        if row["unit"] == "item":
            return priced
        other = "t" if row["unit"] == "kg" else "kg"
        per = units.factor(other, row["unit"])
        told = {key: priced[key] * per for key in ("price", "energy_content", "allocation_value")}
        return {**priced, **told, "unit": other, "amount": row["amount"] / per}

    changed = [rewritten(row) for row in rows]
    one = solved([*rows, *taking(rows, "out0")], tree)
    assert solved([*changed, *taking(rows, "out0")], tree).ledger.total() == near(one)


@law
@given(rows=splits(), tree=st.sampled_from(sorted(TREES)))
def test_the_reference_finds_what_the_ledger_finds(rows: list[Row], tree: str, solved: Any, folder: Path) -> None:
    """Shared, subdivided and substituted: bw2calc agrees to 1e-9."""
    found = solved([*rows, *taking(rows)], tree)
    demand = found.items / found.graph.activities[found.graph.root].output
    compare(found.ruled, found.ledger, demand, LINE.system(folder, "AR6"))
