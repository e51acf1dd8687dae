"""What stands over columns in merged cells, and in numbers that are captions: where the headers of a sheet may be."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.model.sheets import Cell, Sheet, digits
from footprint.tables.typed.grid import corners

MOST_HEADER_ROWS = 3
MOST_COLUMNS = 400
"""Columns among which headers are looked for."""
_MOST_MERGED = 500_000
"""Cells of merged ranges that are looked at for headers; lists of many have theirs at the top."""


def called_by_number(row: Sequence[Cell]) -> Sequence[Cell]:
    """Return a row with the numbers 1, 2, 3 side by side, and no others, as the texts that columns of levels have."""
    numbers = [at for at, cell in enumerate(row) if isinstance(cell, float)]
    run = range(numbers[0], numbers[-1] + 1) if len(numbers) > 1 else ()
    first = int(row[numbers[0]] == 1.0) if numbers else 0
    if [row[at] for at in numbers] != [float(count) for count, _ in enumerate(run, first)]:
        return row
    return [digits(cell) if isinstance(cell, float) else cell for cell in row]


def merged(sheet: Sheet) -> dict[tuple[int, int], Cell]:
    """Return what stands in the first cell of each merged range, for its other cells; only where headers may stand."""
    found: dict[tuple[int, int], Cell] = {}
    for area in sheet.merged:
        top, left, bottom, right = corners(area)
        if bottom - top < MOST_HEADER_ROWS and right - left < MOST_COLUMNS and top < len(sheet.rows):
            row = sheet.rows[top]
            value = row[left] if left < len(row) else None
            if isinstance(value, str):
                found |= {(r, c): value for r in range(top, bottom + 1) for c in range(left, right + 1)}
            if len(found) > _MOST_MERGED:
                break
    return found
