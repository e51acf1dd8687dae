"""What a per cent is: the sign in a cell, its format, or the unit of its caption, told in one way for all columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming.layout import Layout, stated
from footprint.tables.read import read_any
from footprint.tables.shown import is_per_cent

ON = dt.date(2026, 1, 1)
Shown = tuple[float, str]
"""A number, and the format that it is shown in."""


@pytest.fixture
def taken(tmp_path: Path) -> Callable[..., Imported]:
    """Return what imports a column of cells beside amounts, some of them in a format of their own."""

    def take(captions: str, *rows: tuple[Any, ...], **constants: str) -> Imported:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for at, row in enumerate([tuple(captions.split(",")), *rows], 1):
            for column, cell in enumerate(row, 1):
                value, shown = cell if isinstance(cell, tuple) else (cell, "General")
                sheet.cell(at, column, value).number_format = shown
        book.save(tmp_path / "bom.xlsx")
        return imported([read_any(tmp_path / "bom.xlsx")], stated(constants, Layout()), ON)

    return take


def _cells(made: Imported, key: str) -> list[object]:
    return [row.values.get(key) for row in lines.rows(made, {"bom.xlsx": "F1"}, "")]


def _of(caption: str, *cells: object) -> tuple[Any, ...]:
    return (f"料号,用量,单位,{caption}", *((f"A{at}", 2.0, "kg", cell) for at, cell in enumerate(cells)))


@pytest.mark.parametrize(("caption", "cells", "wanted"), [
    ("损耗率(%)", [(0.03, "0.00%"), (0.05, "0%")], [0.03, 0.05]), ("损耗率", [(0.03, "0.0 %"), 5.0], [0.03, 0.05]),
    ("损耗率", [(0.3, "0%"), "5%"], [0.3, 0.05]), ("损耗率(%)", [(3.0, '0.0"%"'), 5.0], [0.03, 0.05]),
    ("成品率", [(0.8, "0%"), (0.9, "0%")], [0.2, 0.1]), ("成品率(%)", [(0.8, "0%"), 90.0], [0.2, 0.1]),
])  # fmt: skip
def test_what_a_format_shows_in_per_cent_is_per_cent(
    taken: Callable[..., Imported], caption: str, cells: list[object], wanted: list[float]
) -> None:
    """As the sign in the cell would be, and whatever the header says; a sign in quotes leaves the number as it is."""
    assert _cells(taken(*_of(caption, *cells)), "loss") == pytest.approx(wanted)


@pytest.mark.parametrize(("code", "wanted"), [
    ("0%", True), ("0.00 %", True), ("[Red]0.0%;-0.0%", True), ('0"%"', False), (r"0\%", False), ("0.00", False),
    ("0_%", False), ("General", False), ('"100%" 0', False),
])  # fmt: skip
def test_a_format_is_per_cent_by_its_sign(code: str, wanted: bool) -> None:
    """Quoted, escaped and skipped signs multiply nothing."""
    assert is_per_cent(code) is wanted


@pytest.mark.parametrize("caption", ["含量(%)", "含量 %", "配比"])
def test_quantities_in_per_cent_are_parts_of_the_whole(taken: Callable[..., Imported], caption: str) -> None:
    """A cell shown as 80 % is eight tenths of a kilogram, with or without a sign in the header."""
    made = taken(f"名称,{caption}", ("水", (0.8, "0.00%")), ("AES", (0.2, "0%")), unit="kg")
    assert _cells(made, "quantity") == [0.8, 0.2]


def test_kilograms_that_are_shown_in_per_cent_are_kilograms(taken: Callable[..., Imported]) -> None:
    """A unit beside the number says what it is of."""
    made = taken("料号,用量,单位", ("A", (0.5, "0%"), "kg"), ("B", (0.5, "0%"), "%"), unit="kg")
    assert _cells(made, "quantity") == [0.5, 0.5]


def test_per_cent_that_come_to_one_are_asked_about(taken: Callable[..., Imported]) -> None:
    """0.8, 0.15 and 0.05 below 含量(%) may be shares of 1, and are what is stated; 80, 15 and 5 are per cent."""
    rows = [(name, share) for name, share in (("水", 0.8), ("AES", 0.15), ("香精", 0.05))]
    with pytest.raises(FootprintError, match="import-parts"):
        taken("名称,含量(%)", *rows, unit="kg")
    assert _cells(taken("名称,含量(%)", *rows, unit="kg", parts="fraction"), "quantity") == [0.8, 0.15, 0.05]
    assert _cells(taken("名称,含量(%)", *rows, unit="kg", parts="percent"), "quantity") == [0.008, 0.0015, 0.0005]
    whole = [(name, share * 100) for name, share in rows]
    assert _cells(taken("名称,含量(%)", *whole, unit="kg"), "quantity") == pytest.approx([0.8, 0.15, 0.05])
    assert _cells(taken("名称,含量(%)", ("盐", 0.4), ("香精", 0.1), unit="kg"), "quantity") == [0.004, 0.001]


@pytest.mark.parametrize(("caption", "cells", "times"), [
    ("损耗系数(%)", [3.0, 5.0], [1.03, 1.05]), ("损耗系数", ["3%", "5%"], [1.03, 1.05]),
    ("损耗系数", [(0.03, "0%"), (0.05, "0%")], [1.03, 1.05]), ("损耗系数(%)", [103.0, 105.0], [1.03, 1.05]),
    ("损耗系数", [(1.03, "0%"), 1.05], [1.03, 1.05]), ("损耗系数", [1.03, 1.5], [1.03, 1.5]),
    ("损耗系数", [0.03, 0.05], [1.03, 1.05]), ("Scrap factor (%)", [3.0, 5.0], [1.03, 1.05]),
])  # fmt: skip
def test_a_factor_for_losses_may_be_a_share(
    taken: Callable[..., Imported], caption: str, cells: list[object], times: list[float]
) -> None:
    """Three per cent more, or 1.03 times as much, however it is written."""
    assert _cells(taken(*_of(caption, *cells)), "loss") == pytest.approx([1 - 1 / each for each in times])


@pytest.mark.parametrize(("caption", "cells", "percent", "factor"), [
    ("损耗系数", [3.0, 5.0, 2.0], [1.03, 1.05, 1.02], [3.0, 5.0, 2.0]),
    ("损耗系数(%)", [1.03, 1.05], [1.0103, 1.0105], [1.03, 1.05]),
    ("损耗系数(%)", [0.03, 0.05], [1.0003, 1.0005], [1.03, 1.05]),
])  # fmt: skip
def test_what_may_be_a_factor_or_per_cent_is_asked_about(
    taken: Callable[..., Imported], caption: str, cells: list[float], percent: list[float], factor: list[float]
) -> None:
    """Nobody takes three times as much for its losses, unless that is stated."""
    with pytest.raises(FootprintError, match="loss=percent or --set loss=factor"):
        taken(*_of(caption, *cells))
    for said, wanted in (("percent", percent), ("factor", factor)):
        rates = _cells(taken(*_of(caption, *cells), loss=said), "loss")
        assert rates == pytest.approx([1 - 1 / each for each in wanted])


def test_loss_rates_that_look_like_factors_are_asked_about(taken: Callable[..., Imported]) -> None:
    """1.03 below 损耗率 is a factor or a per cent and a bit; 1 and 1.5 are per cent, and so is what a header says."""
    rates = _of("损耗率", 1.03, 1.05, 1.0)
    with pytest.raises(FootprintError, match="loss=percent or --set loss=factor"):
        taken(*rates)
    assert _cells(taken(*rates, loss="factor"), "loss") == [pytest.approx(0.03), pytest.approx(0.05), None]
    assert _cells(taken(*rates, loss="percent"), "loss") == pytest.approx([0.0103, 0.0105, 0.01])
    assert _cells(taken(*_of("损耗率", 1.0, 1.5)), "loss") == pytest.approx([0.01, 0.015])
    assert _cells(taken(*_of("损耗率(%)", 1.2, 1.3)), "loss") == pytest.approx([0.012, 0.013])


@pytest.mark.parametrize("cells", [["3%", 0.05, 2.0], [(0.03, "0%"), 5.0, 0.02]])
def test_cells_with_a_sign_tell_what_those_without_are(taken: Callable[..., Imported], cells: list[object]) -> None:
    """0.05 beside 3 % and 2 is rather a fraction: the row is rejected."""
    assert sum(one.state == "rejected" for one in taken(*_of("损耗率", *cells)).states[0]) == 1


@pytest.mark.parametrize(("text", "code"), [
    ("余量", "import-rest"), ("加至100", "import-rest"), ("适量", "import-rest"), ("q.s. to 100", "import-rest"),
    ("10-15", "import-range"), ("10%~15%", "import-range"), ("≤0.2", "import-range"), ("10±1", "import-range"),
    ("2x3", "import-number"), ("1/2", "import-number"), ("1½", "import-number"), ("待定", "import-number"),
])  # fmt: skip
def test_what_fills_up_a_recipe_is_asked_for(taken: Callable[..., Imported], text: str, code: str) -> None:
    """A rest and a range are told from what is no number at all; none of them is guessed."""
    made = taken("名称,含量(%)", ("水", text), ("AES", 15.0), unit="kg")
    assert [problem.code for problem in made.parts[0].quantities.problems.values()] == [code]


@pytest.mark.parametrize(("text", "wanted"), [("½", 0.5), ("¾", 0.75), ("两", 2.0), ("半", 0.5), ("十", 10.0)])
def test_numbers_of_one_sign_are_numbers(taken: Callable[..., Imported], text: str, wanted: float) -> None:
    """A half as one sign, and Chinese numerals."""
    assert _cells(taken("料号,用量,单位", ("A", text, "kg")), "quantity") == [wanted]
