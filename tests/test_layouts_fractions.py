"""Fractions in columns of amounts are read; what a spreadsheet may have made of something else is asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from footprint.errors import FootprintError
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming.layout import Layout
from footprint.tables.read import read

Taken = Callable[..., Imported]


@pytest.mark.parametrize(("cells", "amounts"), [
    (("1 1/2", "1/2"), [1.5, 0.5]), (("1/2 kg", "3/4"), [0.5, 0.75]), (("1/100", "1/2"), [0.01, 0.5]),
    (("1½", "⅓"), [1.5, 1 / 3]), (("half", "Half"), [0.5, 0.5]), (("1 1/2", "2/4"), [None, None]),
    (("1 1/2", "3/2"), [None, None]), (("1/0", "2"), [None, 2]),
])  # fmt: skip
def test_fractions_are_amounts(taken: Taken, cells: tuple[str, str], amounts: list[float | None]) -> None:
    """One that can be no date tells what those beside it are; two parts that are no fraction are left to the user."""
    made = taken("Code,Qty,Unit\n" + "".join(f"A-{at},{cell},kg\n" for at, cell in enumerate(cells)))
    assert [*made.parts[0].quantities.values] == amounts


def test_a_fraction_that_may_be_a_date_is_asked_about(taken: Taken) -> None:
    """A spreadsheet shows 1-2 as 1/2: stated it counts, or its row is left open."""
    text = "Code,Qty,Unit\nA-1,1/2,kg\nA-2,3,kg\n"
    with pytest.raises(FootprintError, match=r"B2: '1/2' in 'Qty' may be a fraction.*State --set fractions=count if"):
        taken(text)
    values = [[*taken(text, fractions=said).parts[0].quantities.values] for said in ("count", "leave")]
    assert values == [[0.5, 3], [None, 3]]


def test_a_date_for_an_amount_says_what_made_it(tmp_path: Path) -> None:
    """A cell that is a date is no range of numbers; a formula nobody calculated is never worked out here."""
    path = tmp_path / "bom.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["Code", "Qty", "Unit"], ["A-1", dt.date(2026, 1, 2), "kg"], ["A-2", "=1+2", "kg"], ["A-3", 3, "kg"]):
        book.active.append(row)
    book.save(path)
    made = imported([read(path)], Layout(), dt.date(2026, 1, 1))
    assert [each.code for each in made.problems] == ["import-date-for-number", "cell-uncached"]
    assert [line.amount for line in made.lines] == [None, None, 3]
    assert "Excel or LibreOffice, recalculate and save it" in str(made.problems[1])
