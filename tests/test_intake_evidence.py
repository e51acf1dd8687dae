"""Documents and instruments as people enter them: known types, types of one's own, readings, calibrations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.intake import read as intake
from footprint.model.sheets import Book
from footprint.tables.read import read

Make = Callable[..., Book]


@pytest.mark.parametrize(
    ("written", "told"),
    [("Batch record", "batch_record"), ("发票", "invoice"), ("meter reading", "meter reading"), ("抄表", "抄表")],
)
def test_a_type_is_a_word_of_the_list_or_ones_own(book: Make, written: str, told: str) -> None:
    """A listed type is known in both languages; whatever older workbooks hold is kept as it is."""
    bill = intake.read(book(evidence=[{"id": "D1", "type": written}]))
    assert [row.type for row in bill.evidence] == [told]


def test_readings_and_their_instrument_are_read(book: Make) -> None:
    """Period, readings, multiplier and unit stand at the document; no multiplier counts as one."""
    row = {"id": "D1", "period_start": "2024-01-01", "period_end": "2024-06-30", "opening": 10.0, "closing": 35.0,
           "multiplier": 40.0, "unit": "度", "instrument": "M1"}  # fmt: skip
    bill = intake.read(book(evidence=[row, {"id": "D2"}], instruments=[{"id": "M1", "expanded": 1.0, "k": 2.0}]))
    full, empty = bill.evidence
    assert (full.period_start, full.period_end) == (dt.date(2024, 1, 1), dt.date(2024, 6, 30))
    assert (full.opening, full.closing, full.multiplier, full.unit) == (10.0, 35.0, 40.0, "kWh")
    assert full.places["closing"].address == "Evidence!K2"
    assert (empty.opening, empty.multiplier, empty.instrument) == (None, 1.0, "")
    assert [(i.id, i.expanded, i.k) for i in bill.instruments] == [("M1", 1.0, 2.0)]


def test_an_instrument_nobody_reads_serves_nobody(book: Make) -> None:
    """An instrument without a document is listed as not referenced, and an older workbook has none at all."""
    bill = intake.read(book(evidence=[{"id": "D1", "instrument": "M1"}], instruments=[{"id": "M1"}, {"id": "M2"}]))
    states = [(r.state, r.why) for r in bill.account.rows if r.place.sheet == "Instruments"]
    assert states == [("used", ""), ("excluded", "not-referenced")]
    assert intake.read(book()).instruments == ()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_workbook_comes_back_as_it_was_filled_in(workbook: Callable[..., Path], lang: str) -> None:
    """Per cent and units of uncertainty, dates and calibrations survive the file, in both languages."""
    calibrations = [
        {"id": "M1", "certificate": f"CAL-{n}", "calibrated_on": f"202{n}-01-01", "valid_until": f"202{n}-12-31",
         "expanded": 1.5, "expanded_unit": unit, "k": 2.0}
        for n, unit in ((3, "%"), (4, "kWh"))
    ]  # fmt: skip
    bill = intake.read(read(workbook(evidence=[{"id": "D1", "type": "meter"}], instruments=calibrations, lang=lang)))
    assert [(i.expanded_unit, i.valid_until) for i in bill.instruments] == [
        ("%", dt.date(2023, 12, 31)), ("kWh", dt.date(2024, 12, 31)),
    ]  # fmt: skip
    assert bill.evidence[0].type == "meter"
