"""The formulas of a worksheet, found in its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from footprint.tables.address import split
from footprint.tables.inplace.cells import SheetXml
from footprint.tables.inplace.marks import ATTRIBUTES, attributes, text
from footprint.tables.inplace.references import ANYTHING, Area, Referred, referred

_ANY = re.compile(rb"<(?:[^\s<>/!?:]++:)?+f[\s/>]")
_WHOLE = frozenset(("array", "dataTable"))
"""Kinds of formulas that give several cells at once."""


class Formula(NamedTuple):
    """A formula: its cell, its kind, its text, the cells that show what it gives, and what it refers to.

    ``group``: the number of the formulas that share one text, "" for none; ``first``: the text is written here.
    """

    row: int
    column: int
    kind: str
    text: str
    shown: Area
    refers: Referred
    group: str = ""
    first: bool = False


def has_formulas(xml: bytes) -> bool:
    """Tell whether the bytes of a worksheet may hold a formula."""
    return _ANY.search(xml) is not None


@lru_cache(maxsize=16)
def _pattern(prefix: bytes) -> re.Pattern[bytes]:
    p = re.escape(prefix)
    return re.compile(rb"<%sc(?=[\s>])%s>\s*+<%sf(?=[\s/>])%s(?:/>|>([^<]*+))" % (p, ATTRIBUTES, p, ATTRIBUTES))


def formulas(sheet: SheetXml) -> Iterator[Formula]:
    """Yield the formulas of ``sheet``, from top to bottom."""
    shared: dict[str, Formula] = {}
    implied: dict[int, tuple[int, int]] = {}
    for each in _pattern(sheet.prefix).finditer(sheet.masked, sheet.inside, sheet.close):
        place = split(attributes(each[1]).get("r", ""))
        if place is None:
            implied = implied or dict(_places(sheet))
            place = implied[each.start()]
        one = _formula(sheet, place, each, shared)
        if one.first:
            shared[one.group] = one
        yield one


def _places(sheet: SheetXml) -> Iterator[tuple[int, tuple[int, int]]]:
    for row in sheet.rows():
        for cell in sheet.cells(row):
            yield cell.start, (row.number, cell.column)


def _formula(sheet: SheetXml, place: tuple[int, int], found: re.Match[bytes], shared: dict[str, Formula]) -> Formula:
    said = attributes(found[2]) if found[2] else {}
    kind, group = said.get("t", "normal"), said.get("si", "") if said.get("t") == "shared" else ""
    start, end = found.span(3)
    written = sheet.xml[start:end].decode("utf-8", "replace") if found[3] else ""
    row, column = place
    shown = area_of(said.get("ref", "")) if kind in _WHOLE else None
    shown = shown or Area("", row, column, row, column)
    if kind == "dataTable" or (found[3] or b"") != sheet.xml[start:end] * bool(found[3]):
        refers = ANYTHING
    elif written:
        refers = referred(text(written))
    else:
        refers = _moved(shared.get(group), row, column)
    return Formula(row, column, kind, text(written), shown, refers, group, bool(group and written))


def _moved(first: Formula | None, row: int, column: int) -> Referred:
    """Return what a formula refers to that shares the text of ``first``."""
    if first is None:
        return ANYTHING
    steps = (row - first.row, column - first.column)
    return first.refers._replace(areas=tuple(area.moved(*steps) for area in first.refers.areas))


def area_of(written: str) -> Area | None:
    """Return the cells of a range as it is written, None if it is none of the grid."""
    first, _, last = written.partition(":")
    one, other = split(first), split(last or first)
    return Area("", *one, *other) if one and other else None
