"""Laws of balances, on random processes: closed ones close in any unit, and open by what was taken away."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from footprint.background.open import Background

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))
Row = dict[str, Any]
WITHIN = 1e-9

# the fixtures below hold no state of an example
law = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
kilograms = st.floats(0.01, 50).map(lambda x: float(f"{x:.4g}"))
_STAYING = ("steel", "copper", "wood", "paint", "slag")
_UNITS = {"kg": 1.0, "t": 1e-3, "g": 1e3, "mg": 1e6, "lb": 1 / 0.45359237}


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def balances(book: Callable[..., Any], background: Background) -> Callable[..., Any]:
    """Return what balances rows of Processes, by the name of the process."""

    def of(rows: list[Row]) -> dict[str, Any]:
        cells = book(processes=rows, product=LINE.plain_product())
        found = LINE.run(cells, background, LINE.rules()).graph.balances
        return {each.process: each.mass for each in found}

    return of


@st.composite
def closed(draw: st.DrawFn) -> list[Row]:
    """A process of which all comes out that goes in: products, scrap, waste, gases, a part of its output taken back."""
    into = {flow: draw(kilograms) for flow in draw(st.permutations(_STAYING))[: draw(st.integers(1, 5))]}
    rows = [_row(draw, "input", flow, mass, destination="product") for flow, mass in into.items()]
    left, back = fsum(into.values()), draw(st.sampled_from([0.0, 0.0, 0.1, 0.5]))
    shares = [draw(st.floats(0.01, 1)) for _ in range(draw(st.integers(1, 5)))]
    masses = [left * share / fsum(shares) for share in shares]
    rows.append(_row(draw, "product", "made", masses[0] / (1 - back), allocation="mass"))
    if back:
        rows.append(_row(draw, "internal_return", "made", masses[0] / (1 - back) * back))
    kinds = (("co-product", "other", {}), ("scrap", "chips", {}), ("waste", "dust", {"destination": "landfill"}),
             ("emission", "sf6", {}))  # fmt: skip
    rows += [_row(draw, way, flow, mass, **more) for (way, flow, more), mass in zip(kinds, masses[1:], strict=False)]
    return draw(st.permutations([{"process": "make", **row} for row in rows]))


def _row(draw: st.DrawFn, direction: str, flow: str, mass: float, **more: Any) -> Row:
    """Return a row of ``mass`` [kg] in any unit of mass, or where it may be in another one, with its mass per unit."""
    told = {"direction": direction, "flow": flow, **more}
    if direction in {"scrap", "waste"} and "destination" not in more and draw(st.booleans()):
        density = draw(st.sampled_from([0.5, 1.25, 2.0, 1000.0]))
        return {**told, "amount": mass / density, "unit": draw(st.sampled_from(["m3", "Nm3"])), "unit_mass": density}
    unit = "kg" if direction in {"product", "internal_return"} else draw(st.sampled_from([*_UNITS]))
    return {**told, "amount": mass * _UNITS[unit], "unit": unit}


def used(rows: list[Row]) -> list[Row]:
    """Return rows with the process that takes what they make."""
    make: Row = {"process": "use", "direction": "product", "flow": "PUMP", "amount": 1.0, "unit": "item"}
    return [*rows, make, {**make, "direction": "input", "flow": "made", "unit": "kg"}]


def kg(row: Row) -> float:
    return float(row["amount"] * (row["unit_mass"] if "unit_mass" in row else 1 / _UNITS[row["unit"]]))


@law
@given(rows=closed())
def test_what_is_closed_closes_in_any_unit(rows: list[Row], balances: Any) -> None:
    """Whatever the units of its rows and their order, with co-products and with what is taken back."""
    found = balances(used(rows))["make"].judged(WITHIN)
    assert found.why == ""
    assert found.difference == pytest.approx(0, abs=WITHIN)


@law
@given(rows=closed(), number=st.integers(0, 4))
def test_a_balance_opens_by_what_was_taken_away(rows: list[Row], number: int, balances: Any) -> None:
    """Without one of several inputs exactly its mass is missing, and without an outflow exactly that of it."""
    taken = [row for row in rows if row["direction"] == "input"]
    assume(len(taken) > 1)
    gone = taken[number % len(taken)]
    found = balances(used([row for row in rows if row is not gone]))["make"]
    assert found.out - found.into == pytest.approx(kg(gone), rel=1e-9, abs=1e-9 * found.out)
    for out in (row for row in rows if row["direction"] in {"scrap", "waste", "emission"}):
        found = balances(used([row for row in rows if row is not out]))["make"]
        assert found.into - found.out == pytest.approx(kg(out), rel=1e-9, abs=1e-9 * found.into)


@law
@given(rows=closed(), times=st.sampled_from([1e-3, 0.5, 7.0, 1e4]), missing=st.floats(0.0, 0.5))
def test_scale_changes_no_difference(rows: list[Row], times: float, missing: float, balances: Any) -> None:
    """A run twice as long takes and gives twice as much: what is missing stays the same share."""
    taken = [row for row in rows if row["direction"] == "input"]
    less = [{**row, "amount": row["amount"] * (1 - missing)} if row is taken[0] else row for row in rows]
    one = balances(used(less))["make"]
    many = balances(used([{**row, "amount": row["amount"] * times} for row in less]))["make"]
    assert many.into == pytest.approx(one.into * times)
    assert many.difference == pytest.approx(one.difference, abs=WITHIN)


@law
@given(rows=closed(), loop=st.floats(0.01, 0.9))
def test_processes_in_a_loop_close_each(rows: list[Row], loop: float, balances: Any) -> None:
    """What goes round between two processes goes into one and comes out of the other, and balances both."""
    made = next(row for row in rows if row["direction"] == "product")
    round_ = {"flow": "slip", "amount": loop * made["amount"] * 1000, "unit": "g", "allocation": "mass"}
    more = [
        {"process": "make", "direction": "input", **round_},
        {"process": "wash", "direction": "product", **round_},
        {"process": "wash", "direction": "input", "flow": "made", "amount": loop * made["amount"], "unit": "kg"},
    ]
    grown = [{**row, "amount": row["amount"] * (1 + loop)} if row is made else row for row in rows]
    back = [row for row in rows if row["direction"] == "internal_return"]
    assume(not back)
    found = balances(used([*grown, *more]))
    assert [found[name].judged(WITHIN).difference for name in ("make", "wash")] == pytest.approx([0, 0], abs=WITHIN)
