"""Laws of electricity: shares make the whole, claims move one result and not the other, paper can be cut anywhere."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint.background.open import Background
from footprint.errors import WorkbookError
from footprint.intake import read as intake
from footprint.matching.link import link

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))
METERED, DRAWN = 1000.0, 10.0  # kWh of the plant in 2024, and per item
Row = dict[str, Any]
Book = Callable[..., Any]
law = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
MONTHS = [f"2024-{month:02d}" for month in range(1, 13)]
PERIODS = ["2024", "2024", "2024", *MONTHS, "2024-01/2024-06", "2023/2024"]


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture(scope="module", params=["certificate", "certificate cancelled period market"])
def rules(request: pytest.FixtureRequest) -> Any:
    """The rules for arithmetic, demanding little and everything."""
    found = LINE.rules()
    return found._replace(electricity=found.electricity._replace(criteria=frozenset(request.param.split())))


@st.composite
def claims(draw: st.DrawFn, least: int = 0) -> list[Row]:
    """Any claims that add up to no more than was consumed, with and without their proof."""
    count = draw(st.integers(least, 5))
    return [_claim(draw, str(i), METERED / 5) for i in range(count)]


def _claim(draw: st.DrawFn, name: str, most: float) -> Row:
    kind = draw(st.sampled_from(["contract", "green_certificate", "on_site", "direct_line"]))
    paper = kind in {"contract", "green_certificate"}
    row: Row = {
        "supply": "E", "type": kind, "generator": draw(st.sampled_from(["wind", "solar", "coal"])),
        "period": draw(st.sampled_from([*PERIODS, "2022"] if paper else PERIODS)),
        "kwh": float(f"{draw(st.floats(0.5, most)):.4g}"),
        "attributes_sold": draw(st.sampled_from(["no", "no", "yes"])),
    }  # fmt: skip
    proof = {"certificate": f"C-{name}", "cancelled_on": "2025-01-31", "cancelled_for": "us", "market": "CN"}
    dropped = draw(st.sampled_from([None, None, None, *proof]))
    return row | {key: value for key, value in proof.items() if key != dropped}


METERS = st.sampled_from([["2024"], MONTHS, ["2024-01/2024-06", "2024-07/2024-12"], ["2023", "2024"]])


def meters(periods: Sequence[str]) -> list[Row]:
    """Return meters of so much that no claim of any period exceeds them."""
    return [{"supply": "E", "type": "metered", "kwh": METERED, "period": period} for period in periods]


def plant(book: Book, electricity: Sequence[Row]) -> Any:
    """Return a workbook whose only burden but a kilogram of steel is electricity of supply E."""
    drawn = {"process": "p", "direction": "input", "flow": "electricity", "amount": DRAWN, "unit": "kWh", "supply": "E"}
    made = {"process": "p", "direction": "product", "flow": "PUMP", "amount": 1, "unit": "item"}
    steel = {"line": "L1", "quantity": 1, "unit": "kg", "dataset": "steel"}
    return book(product=LINE.plain_product(), bom=[steel], processes=[made, drawn], electricity=list(electricity))


def results(book: Book, electricity: Sequence[Row], background: Background, rules: Any) -> tuple[float, float]:
    """Return the result by contract and by location [kg CO2e]."""
    found = LINE.document(plant(book, electricity), background, rules)["result"]
    return found["total"], found["location_based"]


@law
@given(periods=METERS, claimed=claims())
def test_the_parts_of_a_supply_are_the_whole_of_it(
    periods: list[str], claimed: list[Row], book: Book, background: Background, rules: Any
) -> None:
    """Shares are positive and add up to one; delivery comes with what it delivers; declared kWh add up as well."""
    bill = intake.read(plant(book, [*meters(periods), *claimed]), rules.fields)
    linked = link(bill, background, rules.electricity)
    (parts,) = linked.electricity.values()
    assert all(0 < part.share <= 1 + 1e-12 for part in parts)
    assert fsum(part.share for part in parts if part.location) == pytest.approx(1, rel=1e-12)
    own = [s for s in linked.supplies if s.state == "accepted"]
    counted = fsum(s.row.energy.value for s in own) + fsum(s.untracked_kwh for s in linked.supplies)
    unused = fsum(s.row.energy.value for s in linked.supplies if s.state == "unused")
    assert counted + unused == pytest.approx(METERED * len(periods), rel=1e-12)


@law
@given(periods=METERS, claimed=claims())
def test_no_contract_moves_the_result_by_location(
    periods: list[str], claimed: list[Row], book: Book, background: Background, rules: Any
) -> None:
    """Certificates and contracts, good ones, bad ones or none: by location the plant has what its grid delivers."""
    paper = [{**row, "type": "contract"} for row in claimed]
    _, located = results(book, [*meters(periods), *paper], background, rules)
    total, same = results(book, meters(periods), background, rules)
    assert located == pytest.approx(same, rel=1e-11)
    assert total == pytest.approx(same, rel=1e-11)


@law
@given(bought=st.lists(st.sampled_from(["2023", *PERIODS]), max_size=3), claimed=claims())
def test_no_contract_moves_the_result_by_location_where_nothing_is_metered(
    bought: list[str], claimed: list[Row], book: Book, background: Background
) -> None:
    """Beside any rows of grid electricity, or alone: paper that does not count says nothing of when power was used."""
    found = LINE.rules()
    demanding = found._replace(electricity=found.electricity._replace(criteria=frozenset({"cancelled", "market"})))
    paper = [{**row, "type": "contract", "market": "DE"} for row in claimed]
    grid = [{"supply": "E", "type": "grid", "kwh": 10.0 + i, "period": period} for i, period in enumerate(bought)]
    plain = grid or [{"supply": "E", "type": "grid", "kwh": 1.0, "period": "2024"}]
    if grid or paper:
        before = results(book, plain, background, demanding)
        assert results(book, [*grid, *paper], background, demanding) == pytest.approx(before, rel=1e-11)


@law
@given(periods=METERS, claimed=claims())
def test_claiming_nothing_changes_nothing(
    periods: list[str], claimed: list[Row], book: Book, background: Background, rules: Any
) -> None:
    """A certificate of zero kWh, proven or not, moves neither result."""
    nothing = {"supply": "E", "type": "contract", "generator": "wind", "kwh": 0.0, "period": "2024"}
    proven = {**nothing, "certificate": "C-none", "cancelled_on": "2025-01-31", "cancelled_for": "us", "market": "CN"}
    before = results(book, [*meters(periods), *claimed], background, rules)
    after = results(book, [*meters(periods), nothing, *claimed, proven], background, rules)
    assert after == pytest.approx(before, rel=1e-11)


@law
@given(periods=METERS, claimed=claims(least=1), share=st.floats(0.01, 0.99))
def test_a_certificate_may_be_cut_in_two(
    periods: list[str], claimed: list[Row], share: float, book: Book, background: Background, rules: Any
) -> None:
    """Two certificates, each with its own id, are worth what the one was; also where nothing is metered."""
    first, *others = claimed
    one, two = ({**first, "kwh": first["kwh"] * part} for part in (share, 1 - share))
    two |= {"certificate": f"{two['certificate']}-b"} if "certificate" in two else {}
    for meter in (meters(periods), [{"supply": "E", "type": "grid", "kwh": 100.0, "period": "2024"}]):
        whole = results(book, [*meter, first, *others], background, rules)
        assert results(book, [*meter, one, *others, two], background, rules) == pytest.approx(whole, rel=1e-10)


@law
@given(kwh=st.floats(1, 2000), parts=st.lists(st.floats(0.05, 1), min_size=1, max_size=4))
def test_more_is_refused_exactly_where_it_is_more(
    kwh: float, parts: list[float], book: Book, background: Background, rules: Any
) -> None:
    """However the certificates are cut, their sum decides: they pass up to what was metered, and not beyond."""
    sizes = [kwh * part / fsum(parts) for part in parts]
    rows = [{"supply": "E", "type": "contract", "generator": "wind", "kwh": size, "period": "2024"} for size in sizes]
    cells = plant(book, [{"supply": "E", "type": "metered", "kwh": METERED, "period": "2024"}, *rows])
    if kwh > METERED * (1 + 1e-6):
        assert "[certificates-exceed-consumption]" in LINE.refused(lambda: LINE.run(cells, background, rules))
    elif kwh < METERED * (1 - 1e-6):
        LINE.run(cells, background, rules)


OF_HERE = st.sampled_from(["on_site", "direct_line"])
TAKEN = st.floats(0.1, 5000)
SHOWN = st.sampled_from(["per item", "by a part", "facility"])


def supplied(book: Book, electricity: Sequence[Row], taken: float, shown: str = "per item") -> Any:
    """Return a workbook whose item takes ``taken`` kWh of supply E: its process says so, a part's, or a facility's."""
    drawn: Row = {"process": "p", "direction": "input", "flow": "electricity", "unit": "kWh", "supply": "E"}
    drawn["amount"] = taken / 1000 if shown == "by a part" else taken
    if shown == "facility":
        drawn |= {"covers": "facility_total", "sharing_key": "area", "share": 0.5}
    made: list[Row] = [{"process": "p", "direction": "product", "flow": "PUMP", "amount": 1, "unit": "item"}]
    if shown == "by a part":
        made[0] |= {"flow": "part", "unit": "kg"}
        made.append({"process": "q", "direction": "product", "flow": "PUMP", "amount": 1, "unit": "item"})
        made.append({"process": "q", "direction": "input", "flow": "part", "amount": 1000, "unit": "kg"})
    steel = {"line": "L1", "quantity": 1, "unit": "kg", "dataset": "steel"}
    return book(product=LINE.plain_product(), bom=[steel], processes=[*made, drawn], electricity=list(electricity))


@law
@given(claimed=claims(least=1), taken=TAKEN, shown=SHOWN)
def test_a_claim_covers_no_more_than_its_kilowatt_hours(
    claimed: list[Row], taken: float, shown: str, book: Book, background: Background, rules: Any
) -> None:
    """Without a meter, what the claims do not reach of that which one item takes is electricity that nobody claims."""
    if shown == "facility":
        claimed = [{**row, "kwh": row["kwh"] * taken / METERED / 1.001} for row in claimed]
    found = LINE.document(supplied(book, claimed, taken, shown), background, rules)
    own = {p["target"].rpartition(":")[2]: p for p in found["ledger"] if p["target"].rpartition(":")[2] != "steel"}
    drawn = taken / 2 if shown == "facility" else taken
    generated = fsum(p["amount"] for code, p in own.items() if not code.startswith(("grid", "delivery")))
    whole = fsum(p["amount"] for code, p in own.items() if not code.startswith("delivery"))
    per_unit = drawn / whole
    covered = min(1.0, fsum(row["kwh"] for row in claimed) / taken)
    assert generated * per_unit <= covered * drawn * (1 + 1e-9)


@law
@given(claimed=claims(), taken=TAKEN, bought=st.lists(st.sampled_from(["2023", *PERIODS]), max_size=2))
def test_by_location_no_claim_counts_that_nobody_can_compare(
    claimed: list[Row], taken: float, bought: list[str], book: Book, background: Background, rules: Any
) -> None:
    """Paper or own roof, without a meter the result by location is that of the grid alone.

    A claim beside grid electricity bought in 2023 counts with the generators of 2023: the small database has none.
    """
    grid = [{"supply": "E", "type": "grid", "kwh": 10.0 + i, "period": period} for i, period in enumerate(bought)]
    plain = grid or [{"supply": "E", "type": "grid", "kwh": 1.0, "period": "2024"}]
    before = LINE.document(supplied(book, plain, taken), background, rules)["result"]
    cells = supplied(book, [*grid, *claimed] or plain, taken)
    if "2023" in bought:
        with suppress(WorkbookError):
            LINE.document(cells, background, rules)
            bought = []
        if bought:
            said = LINE.refused(lambda: LINE.document(cells, background, rules))
            assert {*re.findall(r"\[([a-z-]+)\]", said)} <= {"generator-unknown", "delivery-unknown"}
            return
    after = LINE.document(cells, background, rules)["result"]
    assert after["location_based"] == pytest.approx(before["location_based"], rel=1e-11)


@law
@given(
    own=st.lists(st.tuples(OF_HERE, st.sampled_from(MONTHS), st.floats(1, METERED / 24)), max_size=4),
    claimed=claims(),
    period=st.sampled_from(["", *MONTHS]),
)
def test_no_contract_moves_what_was_made_here(
    own: list[tuple[str, str, float]], claimed: list[Row], period: str, book: Book, background: Background, rules: Any
) -> None:
    """Paper that spans the meters of many months leaves each month its own roof, also by location."""
    roof = [{"supply": "E", "type": t, "generator": "solar", "kwh": kwh, "period": month} for t, month, kwh in own]
    metered = [{"supply": "E", "type": "metered", "kwh": METERED, "period": month} for month in MONTHS]
    paper = [{**row, "type": "contract"} for row in claimed]

    def located(electricity: list[Row]) -> Any:
        drawn = {"process": "p", "direction": "input", "flow": "electricity", "amount": DRAWN, "unit": "kWh"}
        made = {"process": "p", "direction": "product", "flow": "PUMP", "amount": 1, "unit": "item"}
        steel = {"line": "L1", "quantity": 1, "unit": "kg", "dataset": "steel"}
        rows = [made, {**drawn, "supply": "E", "period": period}]
        cells = book(product=LINE.plain_product(), bom=[steel], processes=rows, electricity=electricity)
        return LINE.document(cells, background, rules)["result"]["location_based"]

    assert located([*metered, *roof, *paper]) == pytest.approx(located([*metered, *roof]), rel=1e-11)
