"""Levels that no column is called by: ticks in one of several columns side by side, and groups of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from footprint.layouts.locating.table import Table
from footprint.model.sheets import Cell

_TICK = re.compile(r"\s*(?:[^\w\s-]{1,3}|[xXvVyY])\s*")
_LEAST = 2


def ticked(table: Table, kept: Sequence[int]) -> tuple[int, ...]:
    """Return columns without a use of which each kept row has one ticked, no more than one step deeper; () for none."""
    return next((run for run in _runs(table.header.unused) if _steps(table, kept, run)), ())


def are_sure(table: Table, kept: Sequence[int], columns: Sequence[int]) -> bool:
    """Tell whether ticks are levels: their columns are called 1, 2, 3, and they come back after they went down."""
    called = [table.header.captions[at].strip() for at in columns]
    steps = _steps(table, kept, columns)
    comes_back = any(b < a for a, b in pairwise(steps))
    return called in ([*map(str, range(len(called)))], [str(at + 1) for at in range(len(called))]) and comes_back


def depths(table: Table, kept: Sequence[int], columns: Sequence[int]) -> list[Cell]:
    """Return the level of each kept row by its tick."""
    return [float(step + 1) for step in _steps(table, kept, columns)]


def _runs(unused: Sequence[int]) -> Iterator[tuple[int, ...]]:
    run: list[int] = []
    for at in (*unused, -1):
        if run and at != run[-1] + 1:
            if len(run) >= _LEAST:
                yield tuple(run)
            run = []
        run.append(at)


def _steps(table: Table, kept: Sequence[int], run: Sequence[int]) -> list[int]:
    """Return which of the columns each row has ticked, the first one the first; none where they are no such ticks."""
    columns = [table.column(at) for at in run]
    found: list[int] = []
    for at in kept:
        filled = [step for step, cells in enumerate(columns) if cells[at] is not None and cells[at] != ""]
        last = found[-1] if found else -1
        cell = columns[filled[0]][at] if len(filled) == 1 else None
        if not isinstance(cell, str) or not _TICK.fullmatch(cell[:9]) or filled[0] > last + 1:
            return []
        found.append(filled[0])
    return found if len({*found}) >= _LEAST else []


def grouped(table: Table, kept: Sequence[int]) -> list[Cell]:
    """Return the level of each kept row by the groups of a sheet, those within a row below it; none where it has none.

    No row is grouped more than a level deeper than the one above it, and the first is in no group.
    """
    groups = table.sheet.outlines
    if not groups:
        return []
    found = [groups.get(table.at[at] + 1, 0) for at in kept]
    is_told = len({*found}) >= _LEAST and all(b <= a + 1 for a, b in pairwise((found[0], *found))) and not found[0]
    return [float(step + 1) for step in found] if is_told else []
