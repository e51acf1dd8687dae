"""An instrument's calibration gives what it measured a standard uncertainty: U over k, over what was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from footprint.intake import read as intake
from footprint.quality.measured import instrumented

DAYS = {"period_start": "2024-01-01", "period_end": "2024-12-31"}
METER = {"id": "D1", "type": "meter", "opening": 1000.0, "closing": 1300.0, "multiplier": 40.0, "unit": "kWh",
         "instrument": "M1", **DAYS}  # fmt: skip
VALID = {"calibrated_on": "2023-12-01", "valid_until": "2025-11-30"}
MADE = {"process": "P", "direction": "product", "flow": "L1", "amount": 1.0}


@pytest.fixture
def told(book: Callable[..., Any]) -> Callable[..., Any]:
    """Return (cell, variable, relative standard uncertainty) of what a meter and its calibrations give."""

    def of(rows: Any, *calibrations: Any, **document: Any) -> Any:
        common = {"process": "P", "direction": "input", "flow": "electricity", "evidence": "D1"}
        inputs = [{**common, **row} for row in rows]
        given = {"bom": [{"line": "L1"}], "processes": [MADE, *inputs], "evidence": [{**METER, **document}]}
        instruments = [{"id": "M1", **VALID, **each} for each in calibrations]
        bill = intake.read(book(**given, instruments=instruments))
        return [(m.amount.place.address, m.variable, m.deviation) for m in instrumented(bill)]

    return of


KWH = {"amount": 12000.0, "unit": "kWh"}


def test_per_cent_is_of_the_reading_over_k(told: Callable[..., Any]) -> None:
    """U = 1 % with k = 2 is a standard uncertainty of 0.5 %, whatever the amount."""
    found = told([KWH], {"expanded": 1.0, "expanded_unit": "%", "k": 2.0})
    assert found == [("Processes!G3", "Instruments!I2", 0.005)]


@pytest.mark.parametrize(("expanded", "unit"), [(120.0, "kWh"), (0.432, "GJ")])
def test_a_unit_is_over_all_that_was_read(told: Callable[..., Any], expanded: float, unit: str) -> None:
    """120 kWh of 12,000 kWh are 1 %; two consumers of one reading are both off by it, together."""
    rows = [{"amount": 7.0, "unit": "MWh"}, {"amount": 5000.0, "unit": "kWh"}]
    found = told(rows, {"expanded": expanded, "expanded_unit": unit, "k": 2.0})
    assert [(cell, name) for cell, name, _ in found] == [
        ("Processes!G3", "Instruments!I2 of D1"), ("Processes!G4", "Instruments!I2 of D1"),
    ]  # fmt: skip
    assert [u for *_, u in found] == pytest.approx([0.005, 0.005], rel=1e-12)


def test_without_readings_the_amount_is_what_was_measured(told: Callable[..., Any]) -> None:
    """A weighing states its result: 0.1 kg with k = 2 are 0.05 kg of 10 kg."""
    none = {"opening": None, "closing": None, "multiplier": None, "unit": None, "type": "weighing"}
    row = {"amount": 10.0, "unit": "kg", "flow": "water"}
    ((cell, _, u),) = told([row], {"expanded": 100.0, "expanded_unit": "g", "k": 2.0}, **none)
    assert (cell, u) == ("Processes!G3", pytest.approx(0.005, rel=1e-12))


def test_of_several_calibrations_in_use_the_widest_counts(told: Callable[..., Any]) -> None:
    """One that ended before says nothing; of two that follow each other in the year the worse one holds."""
    old = {"calibrated_on": "2022-01-01", "valid_until": "2023-06-30", "expanded": 9.0, "expanded_unit": "%", "k": 2.0}
    first = {**old, "calibrated_on": "2023-07-01", "valid_until": "2024-06-30", "expanded": 1.0}
    second = {**old, "calibrated_on": "2024-07-01", "valid_until": "2025-06-30", "expanded": 2.0}
    assert told([KWH], old, first, second) == [("Processes!G3", "Instruments!I4", 0.01)]


@pytest.mark.parametrize(
    "calibration",
    [
        {"expanded": 1.0, "expanded_unit": "%"}, {"expanded": 1.0, "k": 2.0}, {"expanded_unit": "%", "k": 2.0},
        {"expanded": 1.0, "expanded_unit": "kg", "k": 2.0}, {"expanded": 0.0, "expanded_unit": "%", "k": 2.0},
        {"expanded": 1.0, "expanded_unit": "%", "k": 2.0, "calibrated_on": "2020-01-01", "valid_until": "2020-12-31"},
        {"expanded": 120.0, "expanded_unit": "%", "k": 2.0},
    ],
)  # fmt: skip
def test_what_is_missing_is_not_made_up(told: Callable[..., Any], calibration: Any) -> None:
    """Without U, unit, k or a calibration in the time of use there is no uncertainty; nor from one too wide."""
    assert told([KWH], calibration) == []


def test_amounts_of_another_kind_are_not_what_was_read(told: Callable[..., Any]) -> None:
    """Water on the same page as the meter has no uncertainty from it."""
    water = {"amount": 3.0, "unit": "m3", "flow": "water"}
    found = told([KWH, water], {"expanded": 1.0, "expanded_unit": "%", "k": 2.0})
    assert [cell for cell, *_ in found] == ["Processes!G3"]
