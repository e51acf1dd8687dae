"""Which formulas rest on cells that change, directly or through others, so that what is stored with them is past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from footprint.tables.inplace.formulas import Formula
from footprint.tables.inplace.references import EVERY_SHEET, Area, Referred

_MOST_PASSES = 60
"""After which formulas not yet judged are taken to rest on what changes: a chain against the order of its sheets."""


class On(NamedTuple):
    """A formula and the sheet it stands on, in small letters."""

    sheet: str
    formula: Formula


class _Changing:
    """The cells that change: a byte for each by sheet and column, so that areas are searched as fast as memory is."""

    def __init__(self) -> None:
        self._marks: dict[str, dict[int, bytearray]] = {}

    def add(self, sheet: str, area: Area) -> None:
        columns = self._marks.setdefault(sheet, {})
        for column in range(area.left, area.right + 1):
            marks = columns.setdefault(column, bytearray())
            if len(marks) <= area.bottom:
                marks.extend(bytes(max(area.bottom + 1 - len(marks), len(marks))))
            marks[area.top : area.bottom + 1] = b"\1" * (area.bottom + 1 - area.top)

    def touches(self, area: Area, own: str) -> bool:
        sheets = self._marks if area.sheet == EVERY_SHEET else (area.sheet or own,)
        return any(
            marks.find(1, area.top, area.bottom + 1) >= 0
            for sheet in sheets
            for column, marks in self._marks.get(sheet, {}).items()
            if area.left <= column <= area.right
        )


def stale(
    formulas: Sequence[On], changed: Mapping[str, Iterable[tuple[int, int]]], names: Mapping[str, Referred]
) -> list[On]:
    """Return those of ``formulas`` that rest on ``changed`` cells (by sheet; row and column), or may.

    ``names``: what the names of the workbook, those of its tables among them, stand for.
    """
    changing = _Changing()
    for sheet, cells in changed.items():
        for row, column in cells:
            changing.add(sheet, Area("", row, column, row, column))
    found: list[On] = []
    left = [(each, _whole(each.formula.refers, names)) for each in formulas]
    for _ in range(_MOST_PASSES):
        rests = [item for item in left if _rests(*item, changing)]
        if not rests:
            return found
        found += [each for each, _ in rests]
        gone = set(map(id, rests))
        left = [item for item in left if id(item) not in gone][::-1]
    return [*found, *(each for each, _ in left)]


def _rests(each: On, refers: Referred, changing: _Changing) -> bool:
    """Tell whether a formula rests on what changes; if so, what it shows changes too."""
    rests = refers.anything or any(changing.touches(area, each.sheet) for area in refers.areas)
    if rests:
        changing.add(each.sheet, each.formula.shown)
    return rests


def _whole(refers: Referred, names: Mapping[str, Referred]) -> Referred:
    """Return what a formula refers to with its names put in."""
    if not refers.names or refers.anything:
        return refers
    areas, seen, waiting = list(refers.areas), set[str](), list(refers.names)
    while waiting:
        name = waiting.pop()
        if name in seen or name not in names:
            continue
        seen.add(name)
        told = names[name]
        if told.anything or any(any(area.moving) or not area.sheet for area in told.areas):
            return Referred(anything=True)
        areas += told.areas
        waiting += told.names
    return Referred(tuple(areas))
