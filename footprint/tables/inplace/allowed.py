"""Which cells of a worksheet may not change on their own, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footprint.errors import Problem, problem
from footprint.provenance import Place, column_letters
from footprint.tables.inplace.formulas import Formula, area_of
from footprint.tables.inplace.references import Area


class Listed(NamedTuple):
    """A table of a worksheet (a list of records): its name, its cells, and how many of its rows are head and foot."""

    name: str
    area: Area
    heads: int
    totals: int


class Wanted:
    """Cells to change on one sheet, asked for by area."""

    def __init__(self, place: Place, cells: Sequence[tuple[int, int]]) -> None:
        self._place = place
        self._rows: dict[int, list[int]] = {}
        for row, column in cells:
            self._rows.setdefault(row, []).append(column)

    def at(self, row: int, column: int) -> Place:
        """Return the place of a cell."""
        return self._place._replace(cell=f"{column_letters(column - 1)}{row}")

    def within(self, area: Area) -> Iterator[tuple[int, int]]:
        """Yield those within ``area``."""
        rows = range(area.top, area.bottom + 1)
        for row in rows if len(rows) < len(self._rows) else [row for row in self._rows if row in rows]:
            for column in self._rows.get(row, ()):
                if area.left <= column <= area.right:
                    yield row, column


def refused(
    wanted: Wanted, merged: Sequence[str], formulas: Sequence[Formula], tables: Sequence[Listed]
) -> Iterator[Problem]:
    """Yield why ``wanted`` cells cannot change: others would be lost, or the change would not be seen."""
    for written in merged:
        yield from _merged(wanted, written)
    for formula in formulas:
        yield from _several(wanted, formula)
    yield from _shared(wanted, formulas)
    for table in tables:
        for row, column in wanted.within(table.area):
            if row < table.area.top + table.heads or row > table.area.bottom - table.totals:
                yield problem("edit-table", wanted.at(row, column), table=table.name)


def _merged(wanted: Wanted, written: str) -> Iterator[Problem]:
    """Yield the cells of a merged range that are not seen."""
    area = area_of(written)
    for place in wanted.within(area) if area else ():
        if area and place != (area.top, area.left):
            yield problem("edit-merged", wanted.at(*place), area=written)


def _several(wanted: Wanted, formula: Formula) -> Iterator[Problem]:
    """Yield the cells that show part of what a formula gives."""
    shown = formula.shown
    if (shown.top, shown.left) == (shown.bottom, shown.right) and formula.kind != "dataTable":
        return
    for place in wanted.within(shown):
        yield problem("edit-array", wanted.at(*place), formula=wanted.at(formula.row, formula.column).cell)


def _shared(wanted: Wanted, formulas: Sequence[Formula]) -> Iterator[Problem]:
    """Yield the cells whose formula others share that stay."""
    groups: dict[str, list[Formula]] = {}
    for each in formulas:
        if each.group:
            groups.setdefault(each.group, []).append(each)
    for group in groups.values():
        first = next((each for each in group if each.first), None)
        if first is None or not _changes(wanted, first):
            continue
        staying = sum(not _changes(wanted, each) for each in group)
        if staying:
            yield problem("edit-shared", wanted.at(first.row, first.column), count=staying)


def _changes(wanted: Wanted, formula: Formula) -> bool:
    return any(True for _ in wanted.within(Area("", formula.row, formula.column, formula.row, formula.column)))
