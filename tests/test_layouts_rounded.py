"""Codes that a spreadsheet has made numbers of: what it rounded is refused, what it did not stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming.layout import Layout
from footprint.tables.read import read

ON = dt.date(2026, 1, 1)
Taken = Callable[..., Imported]


def bom(made: Imported) -> list[tuple[object, ...]]:
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    return [(row.values["line"], row.values.get("parent"), row.values.get("quantity")) for row in rows]


@pytest.mark.parametrize(("text", "cell"), [
    ("父件编码,子件编码,名称,用量,单位\nP1,1.00E+11,定子,2,个\nP1,1.00E+11,转子,1,个\n1.00E+11,C1,铜线,3,kg\n", "A4"),
    ("物料编码,名称,用量,单位\nA,电机,1,个\n1.00235E+11,螺钉,4,个\n", "A3"),
    ("物料编码,名称,用量,单位\nA,电机,1,个\n1E+05,螺钉,4,个\n", "A3"),
    ("物料编码;名称;用量;单位\nA;电机;1,5;个\n1,23E+12;螺钉;4;个\n", "A3"),
    ("产品编码：1.2E+12\n物料编码,名称,用量,单位\nA,电机,1,个\nB,螺钉,4,个\n", "A1"),
])  # fmt: skip
def test_codes_that_a_spreadsheet_has_rounded_are_refused(text: str, cell: str, taken: Taken) -> None:
    """Two codes may have become one, or an assembly its own part: nobody can tell which they were."""
    with pytest.raises(FootprintError, match=rf"!{cell}:.*rounded.*as text"):
        taken(text)


def test_long_codes_kept_as_numbers_in_a_sheet_are_refused(tmp_path: Path) -> None:
    """A spreadsheet keeps 15 digits of a number; what fits is a code as it stands."""
    for name, code in (("kept", 123456789012345), ("lost", 12345678901234567)):
        with xlsxwriter.Workbook(tmp_path / f"{name}.xlsx") as book:
            sheet = book.add_worksheet("B")
            sheet.write_row(0, 0, ("物料编码", "名称", "用量", "单位"))
            sheet.write_row(1, 0, (code, "螺钉", 4, "个"))
    kept = imported([read(tmp_path / "kept.xlsx")], Layout(), ON)
    assert kept.parts[0].text("code", 0) == "123456789012345"
    with pytest.raises(FootprintError, match="rounded"):
        imported([read(tmp_path / "lost.xlsx")], Layout(), ON)


def test_codes_like_a_power_of_ten_without_its_sign_stay(taken: Taken) -> None:
    """``12E5`` and ``1E5-X`` are codes as anybody may have them."""
    made = taken("物料编码,名称,用量,单位\n12E5,电机,1,个\n1E5-X,螺钉,4,个\n")
    assert [line for line, *_ in bom(made)] == ["12E5", "1E5-X"]
