"""Rows of cells as a `Sheet` wants them: one rectangle from A1, empty rows and columns at its ends cut off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from footprint.errors import Problem, problem
from footprint.model.sheets import Cell
from footprint.provenance import Place, column_letters
from footprint.tables.address import split
from footprint.tables.limits import MAX_CELLS

Rows = tuple[tuple[Cell, ...], ...]


def rectangle(rows: Sequence[tuple[Cell, ...]], keep: Iterable[str] = ()) -> Rows:
    """Return ``rows`` of one width, without the empty rows and columns at the end, but wide enough to hold ``keep``."""
    least_rows, least_columns = reach(keep)
    filled = [_filled(row) for row in rows]
    height = max(least_rows, max((n for n, width in enumerate(filled, 1) if width), default=0))
    width = max(least_columns, max(filled, default=0))
    empty = (None,) * width
    fitted = [row if len(row) == width else (row + empty)[:width] for row in rows[:height]]
    return (*fitted, *[empty] * (height - len(fitted)))


def reach(addresses: Iterable[str]) -> tuple[int, int]:
    """Return the rows and columns from A1 that hold all ``addresses``."""
    rows = columns = 0
    for address in addresses:
        row, column = split(address) or (0, 0)
        rows, columns = max(rows, row), max(columns, column)
    return rows, columns


def _filled(row: Sequence[Cell]) -> int:
    """Return the number of cells of a row up to its last filled one."""
    width = len(row)
    while width and row[width - 1] is None:
        width -= 1
    return width


def too_large(file: str, sheet: str, rows: int, columns: int, cells: int = 0, most: int = MAX_CELLS) -> Problem:
    """Return the problem of a sheet that reaches too far, placed at its far corner."""
    far = f"{column_letters(max(columns, 1) - 1)}{max(rows, 1)}"
    return problem("extent-too-large", Place(file, sheet, far), cells=cells or rows * columns, limit=most)
