"""What rows below a header tell of it: columns side by side that are levels, and values where it would go on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise

from footprint import units
from footprint.layouts.naming import headers, levels
from footprint.layouts.naming.headers import Meant
from footprint.model.sheets import Cell

_NUMBERS = frozenset({"number", "mass", "length", "area", "volume", "share", "density", "linear_mass", "grammage"})
_NUMBER = re.compile(r"\s*[-+<>≤≥~±]?\s*\d[\d.,' ]{0,20}\s*(?:%|[^\W\d_]{0,5})\s*")
_CODE = re.compile(r"\s*[\w./-]*\d[\w./-]*\s*")
_LEAST_STEPS = 3
"""Columns side by side that are levels whatever they are called, where each row has one filled."""


def marked_levels(
    captions: Mapping[int, str], named: Collection[int], parents: frozenset[int], rows: Sequence[Sequence[Cell]]
) -> tuple[int, ...]:
    """Return columns side by side of which each row has one marked, that of its level.

    They are called by levels (L1, L2, L3), or hold the names themselves, one step deeper at a time. Where no other
    column names anything, as those ``named`` do, the marks are the names. Two are enough if the first is one of
    ``parents``: what stands alone is no parent of its row, but the row.
    """
    depths = {at: depth for at in captions if (depth := levels.named(captions[at])) is not None}
    others = {at for at in named if at not in depths}
    for first in (at for at, depth in sorted(depths.items()) if depth in {0, 1}):
        last = first
        while depths.get(last + 1) == depths[last] + 1:
            last += 1
        columns = tuple(range(first, last + 1))
        cells = [cell for row in rows for cell in row[first : last + 1] if cell is not None]
        may_name = not (depths and others)
        if last > first and cells and (
            all(_marks(cell) or (isinstance(cell, str) and may_name) for cell in cells)
            or _each_in_one(columns, depths, rows)
        ):
            return columns
    steps = _steps(captions, rows)
    return steps if len(steps) >= _LEAST_STEPS or not parents.isdisjoint(steps[:1]) else ()


def _marks(cell: Cell) -> bool:
    return cell in (1.0, True) or (isinstance(cell, str) and not any(map(str.isdecimal, cell)))


def _each_in_one(columns: Sequence[int], depths: Mapping[int, int], rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether each filled row has just one of some columns filled, with the number of its level, or a text."""
    filled = [row for row in rows if any(cell is not None for cell in row)]
    marked = [[(at, row[at]) for at in columns if at < len(row) and row[at] is not None] for row in filled]
    return all(len(each) == 1 for each in marked) and all(
        isinstance(cell, str) or cell == depths[at] for (at, cell), in marked)  # fmt: skip


def with_levels(
    columns: Mapping[str, tuple[int, ...]], marked: tuple[int, ...], rows: Sequence[Sequence[Cell]], *, are_names: bool
) -> dict[str, tuple[int, ...]]:
    """Return columns with those that mark levels; they name the rows where these have no other names or no codes."""
    found = {"level": marked, **columns} | ({"outline": marked} if are_names else {})
    has_codes = not {"outline", "code"} & found.keys() and _hold_codes(marked, rows)
    return {**columns, **found} | ({"code": marked} if has_codes else {})


def _hold_codes(columns: Sequence[int], rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether columns that mark levels do so by the codes of their rows."""
    cells = [row[at] for row in rows for at in columns if at < len(row) and row[at] is not None]
    return len({*cells}) > len(columns) and all(
        isinstance(cell, str) and len(cell) > 1 and _CODE.fullmatch(cell) for cell in cells)  # fmt: skip


def _steps(captions: Mapping[int, str], rows: Sequence[Sequence[Cell]]) -> tuple[int, ...]:
    """Return the first columns, if each filled row has a text in just one of them, never more than one step deeper."""
    first = min(captions, default=0)
    if first + 1 not in captions or any(None not in row[first : first + 2] for row in rows if len(row) > first + 1):
        return ()
    filled = [row for row in rows if any(cell is not None for cell in row)]
    depths: dict[int, int] = {}
    count = 0
    while first + count in captions:
        told = [at for at, row in enumerate(filled) if row[first + count] is not None]
        if not told or not depths.keys().isdisjoint(told) or not all(_names(filled[at][first + count]) for at in told):
            break
        depths |= dict.fromkeys(told, count)
        count += 1
    steps = [depths.get(at, count) for at in range(len(filled))]
    is_stepwise = all(b <= a + 1 for a, b in pairwise((-1, *steps))) and len(depths) == len(filled)
    return tuple(range(first, first + count)) if is_stepwise and count > 1 else ()


def _names(cell: Cell) -> bool:
    return isinstance(cell, str) and any(map(str.isalpha, cell))


def holds_values(row: Sequence[Cell], columns: Mapping[str, Sequence[int]], meant: Callable[[str], Meant]) -> bool:
    """Tell whether a row below a header holds values, so that it is no further row of it.

    Numbers where it counts or measures, units under a unit, codes with digits under a code.
    """
    types = headers.types()
    for field, ats in columns.items():
        for cell in (row[at] for at in ats):
            if not isinstance(cell, str):
                continue
            if types[field] in _NUMBERS and _NUMBER.fullmatch(cell):
                return True
            if types[field] == "unit" and units.measures(cell.strip()):
                return True
            if field == "code" and _CODE.fullmatch(cell) and not meant(cell).fields:
                return True
    return False
