"""Laws of recycling: the methods meet where they must, and no credit depends on how the rows are written."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Mapping
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint.background.open import Background
from footprint.engine.whole import compare
from footprint.rules.load import load

DATA = Path(__file__).parents[1] / "data"
LINE = SimpleNamespace(**runpy.run_path(str(DATA / "line.py")))
RULES = DATA / "rules-recycling.yaml"
AGREEMENT = 1e-9
Row = dict[str, Any]
Book = Callable[..., Any]

# the fixtures below hold no state of an example
law = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
shares = st.floats(0, 1).map(lambda x: float(f"{x:.3g}"))
amounts = st.floats(0.01, 20).map(lambda x: float(f"{x:.4g}"))
methods = st.sampled_from(["cut-off", "0-100", "50-50", "cff"])
"""Data in which a rounding error is not the only thing that is left: three figures are what a workbook holds."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture(scope="module")
def background(folder: Path) -> Background:
    return LINE.opened(folder)


@pytest.fixture(scope="module")
def rules() -> Any:
    return load(str(RULES))


@st.composite
def part(draw: st.DrawFn, name: str) -> tuple[Row, list[Row]]:
    """A part and what becomes of it: recycled, burned and buried, each in part; every cell of the formula filled in."""
    line = {
        "line": name, "dataset": draw(st.sampled_from(["steel", "copper", "wood"])), "quantity": draw(amounts),
        "recycled_share": draw(shares), "secondary": "steel-recycled", "quality_in": draw(shares),
        "allocation_factor": draw(shares),
    }  # fmt: skip
    recycled, burned = draw(shares), draw(shares) / 2
    total = recycled + burned + 0.25
    base = {"part": name, "allocation_factor": line["allocation_factor"], "disposal": "landfill"}
    rows = [
        {**base, "route": "recycling", "share": recycled / total, "treatment": "steel-recycled",
         "recovery": draw(shares),
         "collection": draw(shares), "quality_out": draw(shares)},
        {**base, "route": "incineration", "share": burned / total, "treatment": "burning", "collection": draw(shares)}
        | draw(st.sampled_from([{}, {"lhv": 30, "heat_efficiency": 0.4, "electricity_efficiency": 0.2,
                                     "heat": "gas-burned", "electricity": "electricity"}])),
        {**base, "route": "landfill", "share": 0.25 / total, "treatment": "landfill"},
    ]  # fmt: skip
    return line, rows


@st.composite
def bills(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """A product of one to three such parts: its lines, and the rows of its end."""
    made = [draw(part(f"L{i}")) for i in range(draw(st.integers(1, 3)))]
    return [line for line, _ in made], [row for _, rows in made for row in rows]


@pytest.fixture
def solve(book: Book, background: Background, rules: Any) -> Callable[..., Any]:
    """Return what solves lines and rows under a method."""

    def solved(lines: list[Row], ends: list[Row], method: str, **product: object) -> Any:
        fields = LINE.plain_product(recycling_method=method, **product)
        return LINE.run(book(bom=lines, end_of_life=ends, product=fields), background, rules)

    return solved


def sums(solved: Any) -> dict[tuple[str, str], float]:
    """Return what is posted by stage and dataset [kg CO2e], by hand from each posting."""
    found: dict[tuple[str, str], list[float]] = {}
    for posted in solved.ledger.postings:
        key = (posted.exchange.stage, posted.exchange.dataset.code)
        found.setdefault(key, []).append(solved.ledger.value(posted))
    return {key: fsum(values) for key, values in found.items()}


def absolute(*solved: Any) -> float:
    """Return the sum of absolute postings [kg CO2e]."""
    return fsum(abs(v) for s in solved for p in s.ledger.postings for v in p.impact.values()) or 1.0


def alike(one: Any, other: Any) -> bool:
    """Tell whether two results are the same, stage by stage and dataset by dataset."""
    here, there = sums(one), sums(other)
    scale = absolute(one, other)
    return all(abs(here.get(k, 0.0) - there.get(k, 0.0)) <= AGREEMENT * scale for k in here | there)


def with_all(rows: list[Row], cells: Mapping[str, Any]) -> list[Row]:
    return [{**row, **cells} for row in rows]


def without_energy(rows: list[Row]) -> list[Row]:
    energy = {"lhv", "heat_efficiency", "electricity_efficiency", "heat", "electricity"}
    return [{key: value for key, value in row.items() if key not in energy} for row in rows]


@law
@given(bill=bills())
def test_with_a_of_one_and_no_energy_the_formula_is_the_cut_off(bill: Any, solve: Callable[..., Any]) -> None:
    """The user of scrap bears its recycling, the supplier nothing: recycled content, stage by stage."""
    lines, ends = bill
    ends = without_energy(ends)
    one = {"allocation_factor": 1}
    formula = solve(with_all(lines, one), with_all(ends, one), "cff")
    assert alike(formula, solve(lines, ends, "cut-off"))


@law
@given(bill=bills(), method=methods)
def test_where_nothing_is_recycled_there_are_virgin_material_and_disposal(
    bill: Any, method: str, solve: Callable[..., Any]
) -> None:
    """R1 = R2 = R3 = 0: every method is the bill itself, all of it buried."""
    lines, _ = bill
    new = with_all(lines, {"recycled_share": 0})
    ends = [{"part": line["line"], "route": "landfill", "share": 1, "treatment": "landfill"} for line in lines]
    found = solve(new, ends, method)
    plain = [{"line": line["line"], "dataset": line["dataset"], "quantity": line["quantity"]} for line in lines]
    assert alike(found, solve(plain, ends, method))
    assert {p.exchange.coefficient for p in found.ledger.postings} == {1.0}


@law
@given(bill=bills(), a=shares)
def test_the_formula_is_linear_in_a(bill: Any, a: float, solve: Callable[..., Any]) -> None:
    """Between cut-off (A = 1) and substitution (A = 0) it is their mean, weighed by A."""
    lines, ends = bill

    def total(factor: float) -> Any:
        cells = {"allocation_factor": factor}
        return solve(with_all(lines, cells), with_all(ends, cells), "cff")

    found, one, none = total(a), total(1), total(0)
    expected = a * one.ledger.total() + (1 - a) * none.ledger.total()
    assert abs(found.ledger.total() - expected) <= AGREEMENT * absolute(found, one, none)


@law
@given(bill=bills(), method=methods, share=st.floats(0.1, 0.9))
def test_an_end_of_life_row_in_two_is_the_same_row(
    bill: Any, method: str, share: float, solve: Callable[..., Any]
) -> None:
    """Splitting each row by its share changes nothing."""
    lines, ends = bill
    split = [{**row, "share": row["share"] * part} for row in ends for part in (share, 1 - share)]
    assert alike(solve(lines, ends, method), solve(lines, split, method))


@law
@given(bill=bills(), method=methods, share=st.floats(0.1, 0.9))
def test_a_line_in_two_is_the_same_line(bill: Any, method: str, share: float, solve: Callable[..., Any]) -> None:
    """Splitting each line, and with it its end, changes nothing."""
    lines, ends = bill
    halves = {"a": share, "b": 1 - share}
    split = [{**x, "line": x["line"] + h, "quantity": x["quantity"] * k} for x in lines for h, k in halves.items()]
    split_ends = [{**row, "part": row["part"] + half} for row in ends for half in halves]
    assert alike(solve(lines, ends, method), solve(split, split_ends, method))


@law
@given(bill=bills(), method=methods)
def test_nothing_of_a_part_is_lost_on_its_way(bill: Any, method: str, solve: Callable[..., Any]) -> None:
    """Before any rule, what is treated and what is disposed of weigh as much as the part, what is recovered aside."""
    lines, ends = bill
    solved = solve(lines, ends, method)
    found: dict[str, list[float]] = {line["line"]: [] for line in lines}
    for exchange in solved.graph.exchanges:
        if exchange.facts["sheet"] == "End of life" and not exchange.id.endswith("residue"):
            found[exchange.name.partition(":")[0]].append(exchange.mass_kg)
    for line in lines:
        assert fsum(found[line["line"]]) == pytest.approx(line["quantity"], rel=1e-9)


@settings(law, max_examples=60)
@given(bill=bills(), method=methods)
def test_the_reference_agrees_on_credits(bill: Any, method: str, solve: Callable[..., Any], folder: Path) -> None:
    """Bill and background as one system through bw2calc give every key of the ledger, negative lines and all."""
    solved = solve(*bill, method)
    demand = solved.items / solved.graph.activities[solved.graph.root].output
    if solved.ledger.postings:
        found = compare(solved.ruled, solved.ledger, demand, LINE.system(folder, "AR6"))
        assert found.difference <= AGREEMENT
        assert abs(found.total - solved.ledger.total()) <= AGREEMENT * absolute(solved)


@law
@given(bill=bills(), method=methods)
def test_stages_add_to_the_result(bill: Any, method: str, book: Book, background: Background, rules: Any) -> None:
    """In the declaration, terms split over stages sum to the total, and every posting is what it says it is."""
    lines, ends = bill
    fields = LINE.plain_product(recycling_method=method)
    document = LINE.document(book(bom=lines, end_of_life=ends, product=fields), background, rules)
    whole = fsum(abs(e["value"]) for e in document["ledger"]) or 1.0
    total = document["result"]["total"]
    assert abs(fsum(s["value"] for s in document["result"]["by_stage"]) - total) <= AGREEMENT * whole
    for entry in document["ledger"]:
        product = entry["supply"] * entry["coefficient"] * entry["amount"] * entry["factor"]
        assert product == pytest.approx(entry["value"], rel=1e-9)
        assert entry["coefficient"] != 0
        assert ("term" in entry) is (entry["rule"] != "")
