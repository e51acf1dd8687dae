"""Long sheets are written row by row, and read as if they were short."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from footprint.intake import schema
from footprint.tables import write
from footprint.tables.made import Made
from footprint.tables.read import parse
from footprint.tables.typed import look
from footprint.tables.write import Cell, Formula, SheetSpec, write_book

VALUES = ["=cmd|calc", "+1", " a <b> & c\n", "_x0041_", "", None, 1.5, -2e-300, 0.1 + 0.2, 7, True, dt.date(2026, 1, 2),
          "钢 📦", "\x01\ufffe", "x" * 40_000, "\tq"]  # fmt: skip


def spec(rows: int) -> SheetSpec:
    def row(at: int) -> list[Cell | None]:
        dated = {"style": "date"}
        return [None, *(Cell(each, **(dated if isinstance(each, dt.date) else {})) for each in (*VALUES, at))]

    return SheetSpec("S", Made(rows, row, [[Cell("top", "head", "said", span=2)]]), widths=[10] * 18)


def test_a_long_sheet_reads_like_a_short_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in a cell is read back the same, whether its row was packed or kept."""
    kept = parse(write_book([spec(40)]), Path("a.xlsx"))
    monkeypatch.setattr(write, "LONG", 20)
    packed = parse(write_book([spec(40)]), Path("a.xlsx"))
    assert packed.sheets[0].rows == kept.sheets[0].rows
    assert not packed.sheets[0].uncached
    assert write_book([spec(40)]) == write_book([spec(40)])


def test_a_long_sheet_holds_values_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A formula far down a long sheet would be lost: it is refused where it is written, not dropped."""
    monkeypatch.setattr(write, "LONG", 20)
    rows = [[Cell(1)]] * 30 + [[Cell(Formula("=1+1", 2))]]
    with pytest.raises(ValueError, match="S row 31"):
        write_book([SheetSpec("S", rows)])


def test_a_long_guided_sheet_holds_what_a_short_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many lines there are, each cell stands under its header, and captions and numbers are read the same."""
    lines: list[dict[str, look.Entered]] = [
        {"line": f"L{n}", "name": f"钢 & {n}", "quantity": n / 7, "unit": "kg", "role": "product", "loss": "5%"}
        for n in range(40)
    ]
    plan = look.Plan(schema.sheets()["BOM"], schema.fields("BOM"), "zh", examples=False, spare=0)
    kept = look.table_sheet(plan, lines, {})
    monkeypatch.setattr(look, "LONG", 20)
    packed = look.table_sheet(plan, Made(len(lines), lambda at: lines[at]), {})
    assert [*packed.rows] == [*kept.rows]
