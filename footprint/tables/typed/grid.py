"""What the cells of a sheet say before they have a type: blanks, comments, faults, hidden rows, merged ranges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from footprint.errors import Problem, problem
from footprint.model.bill import Notice
from footprint.model.sheets import Cell, Sheet
from footprint.provenance import Place, ranges
from footprint.tables.typed.cells import is_error

ADDRESS = re.compile(r"([A-Z]+)(\d+)")
_MOST = 12
"""Cells of a sheet that are named."""


def holds_one(row: Sequence[Cell]) -> bool:
    """Tell whether just one cell of a row holds anything."""
    return row.count(None) + row.count("") == len(row) - 1


def is_blank(row: Sequence[Cell]) -> bool:
    """Tell whether a row holds nothing but blanks."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)


def filled_rows(sheet: Sheet, start: int = 0) -> list[int]:
    """Return the indices of the rows from ``start`` on that hold anything, an error or an uncached formula too."""
    faulty = faulty_cells(sheet)
    end = max(len(sheet.rows), *(index + 1 for index in faulty)) if faulty else len(sheet.rows)
    return [i for i in range(start, end) if i in faulty or not is_blank(cells_of(sheet, i))]


def cells_of(sheet: Sheet, index: int) -> Sequence[Cell]:
    """Return the cells of a row, none beyond the last row."""
    return sheet.rows[index] if index < len(sheet.rows) else ()


def faulty_cells(sheet: Sheet) -> dict[int, dict[str, Problem]]:
    """Return error cells and formulas without a value: row index -> column letters -> problem."""
    found: dict[int, dict[str, Problem]] = {}
    for address in sorted(sheet.errors.keys() | sheet.uncached):
        match = ADDRESS.fullmatch(address)
        if match:
            place = Place(sheet.file, sheet.name, address)
            error = sheet.errors.get(address)
            fault = problem("cell-error", place, error=error) if error else problem("cell-uncached", place)
            found.setdefault(int(match[2]) - 1, {})[match[1]] = fault
    return found


def unseen(sheet: Sheet, data: Iterable[int]) -> list[Notice]:
    """Return the notices of what is read and not shown: a hidden sheet, hidden rows among ``data``, stored values."""
    place, numbers = Place(sheet.file, sheet.name), {index + 1 for index in data}
    notices = [] if sheet.visible else [Notice("sheet-hidden", place)]
    hidden = sorted(numbers & sheet.hidden)
    if hidden:
        notices.append(Notice("rows-hidden", place, {"rows": ranges(hidden)}))
    found = [match for match in map(ADDRESS.fullmatch, sheet.formulas) if match and int(match[2]) in numbers]
    stored = [match[0] for match in sorted(found, key=lambda match: (int(match[2]), len(match[1]), match[1]))]
    if stored:
        cells = ", ".join([*stored[:_MOST], *["…"][: len(stored[_MOST:])]])
        notices.append(Notice("formulas-stored", place, {"count": len(stored), "cells": cells}))
    return notices


def is_comment(cells: Sequence[Cell]) -> bool:
    """Tell whether the first filled one of the leading cells starts with ``#`` and is no error value."""
    first = next((cell for cell in cells if cell is not None and cell != ""), "")
    return isinstance(first, str) and first.lstrip().startswith(("#", "＃")) and not is_error(first)


def corners(area: str) -> tuple[int, int, int, int]:
    """Return top, left, bottom, right of a range, counted from zero."""
    ends = [match.groups() for match in ADDRESS.finditer(area)]
    (left, top), (right, bottom) = ends[0], ends[-1]
    return int(top) - 1, _index(left), int(bottom) - 1, _index(right)


def _index(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
