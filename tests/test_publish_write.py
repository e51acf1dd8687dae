"""The door through which spreadsheets are written."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest

from footprint.tables.harmless import safe
from footprint.tables.write import STYLES, Cell, Formula, SheetSpec, Validation, write_book


def read(*sheets: SheetSpec, **options: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_book(sheets)), **options)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "http://example.com", "{=1}", "=cmd|' /C calc'!A0"]
)
def test_text_is_never_a_formula_or_a_link(text: str) -> None:
    """A text that looks like a formula or an address is written as text."""
    cell = read(SheetSpec("S", [[Cell(text)]]))["S"]["A1"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_formulas_carry_the_value_they_have() -> None:
    """A reader that does not calculate sees the value given with the formula."""
    spec = SheetSpec("S", [[Cell(2.0), Cell(Formula("=A1*3", 6.0), "number")]])
    assert read(spec)["S"]["B1"].value == "=A1*3"
    assert read(spec, data_only=True)["S"]["B1"].value == 6


def test_kinds_of_values_survive() -> None:
    """Numbers, truth values, dates and empty cells are read back as what they were."""
    row = [Cell(1.5), Cell(True), Cell(dt.date(2024, 3, 1), "date"), Cell(None), Cell(0.03, "share")]
    cells = read(SheetSpec("S", [row]))["S"][1]
    assert [cells[i].value for i in (0, 1, 3, 4)] == [1.5, True, None, 0.03]
    assert cells[2].value.date() == dt.date(2024, 3, 1)
    assert cells[4].number_format == "0.0%"


def test_same_sheets_same_bytes() -> None:
    """The bytes depend on the sheets alone."""
    spec = SheetSpec("S", [[Cell("a", "head", comment="why")]], widths=(12,), freeze=(1, 0))
    assert write_book([spec]) == write_book([spec])


def test_choices_of_any_length_become_lists() -> None:
    """Few short choices stand in the cell's own list; many, or choices with commas, on a hidden sheet."""
    many = [f"dataset-{n}, region" for n in range(60)]
    book = read(
        SheetSpec("S", [[Cell("x")]], validations=[Validation("A1:A9", ["kg", "g"]), Validation("B1:B9", many, "pick")])
    )
    few, long = book["S"].data_validations.dataValidation
    assert few.formula1 == '"kg,g"'
    assert long.formula1 == "lists!$A$1:$A$60"
    assert [c.value for c in book["lists"]["A"]] == many
    assert book["lists"].sheet_state == "hidden"
    assert long.error == "pick"


def test_arrangement_is_written() -> None:
    """Freeze, widths, comments, hidden sheets and spans reach the file."""
    book = read(
        SheetSpec(
            "S",
            [[Cell("t", "title", span=3)], [Cell("h", "required", comment="meaning\nof h")]],
            widths=(30,),
            freeze=(2, 1),
        ),
        SheetSpec("footprint", [[Cell("schema"), Cell("1.0")]], hidden=True),
    )
    assert book["S"].freeze_panes == "B3"
    assert book["S"].column_dimensions["A"].width == pytest.approx(30, abs=1)
    assert book["S"]["A2"].comment.text == "meaning\nof h"
    assert [str(r) for r in book["S"].merged_cells.ranges] == ["A1:C1"]
    assert book["footprint"].sheet_state == "hidden"


def test_every_style_can_be_written() -> None:
    """Each named look is one XlsxWriter understands."""
    assert read(SheetSpec("S", [[Cell("x", style) for style in STYLES]]))["S"].max_column == len(STYLES)


def test_formats_of_a_sheet_and_of_a_cell() -> None:
    """A sheet may give a style another number format, and a cell the last word."""
    row = [Cell(1.0, "number"), Cell(1.0, "number", number_format="0.00")]
    cells = read(SheetSpec("S", [row], formats={"number": "0.0"}))["S"][1]
    assert [c.number_format for c in cells] == ["0.0", "0.00"]


def test_long_texts_make_high_rows() -> None:
    """A row is as high as its longest wrapped text needs, merged columns counted together."""
    sheet = read(
        SheetSpec("S", [[Cell("x" * 100, "wrap")], [Cell("x" * 100, "wrap", span=2)], [Cell("x")]], widths=(20, 100))
    )["S"]
    heights = [sheet.row_dimensions[row].height for row in (1, 2, 3)]
    assert heights[0] > 4 * heights[2]
    assert heights[1] == heights[2]


def test_what_no_cell_can_hold_is_replaced() -> None:
    """Control characters and lone surrogates become the replacement character; endless text ends with an ellipsis."""
    assert safe("a\x00b\ud800c") == "a\ufffdb\ufffdc"
    assert len(safe("字" * 40_000)) == 32_767
    assert safe("字" * 40_000).endswith("…")
