"""Cells as texts, the same wherever they are compared: numbers as the digits that are seen, blanks as one."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.model.sheets import Cell, digits


def as_text(cell: Cell) -> str:
    """Return a cell as text, "" for none; a number as the digits that are seen."""
    if type(cell) is str and cell.isalnum():
        return cell
    if isinstance(cell, float):
        return digits(cell)
    return "" if cell is None else " ".join(str(cell).split())


def text_at(row: Sequence[Cell], at: int) -> str:
    """Return a cell of a row as text, "" where the row ends before it."""
    return as_text(row[at]) if at < len(row) else ""
