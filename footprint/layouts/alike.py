"""Tables of one import that tell the same parts: versions of a bill, its summary, or what is bought for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, islice

from footprint.errors import Problem, problem
from footprint.layouts import levels
from footprint.layouts.part import Part

_COMPARED = 50
"""Tables that are held against each other."""
Told = tuple[Part, frozenset[str]]
"""A table, and the parts of it that count."""


def told(parts: Sequence[Part], used: Sequence[Collection[int]]) -> list[Told]:
    """Return what the tables tell. ``used``: the kept rows of each that count."""
    return [(part, frozenset({_named(part, at) for at in rows} - {""}))
            for part, rows in islice(zip(parts, used, strict=True), _COMPARED)]  # fmt: skip


def _named(part: Part, at: int) -> str:
    return part.text("code", at) or part.text("name", at)


def alike(tables: Sequence[Told]) -> Iterator[tuple[Part, Part]]:
    """Yield the tables that tell mostly the same parts."""
    for (one, its), (other, others) in combinations(tables, 2):
        if 2 * len(its & others) > len(its | others) and len(its & others) > 1:
            yield one, other


def asked(tables: Sequence[Told], whole: Collection[int]) -> Iterator[Problem]:
    """Ask which sheets of a file count where one tells mostly the same parts as another, or no others.

    ``whole``: the ids of the tables that are the product's own. Sheets that a map names are meant to count together.
    """
    lists = [(part, codes) for part, codes in tables if id(part) in whole and part.structure != levels.PAIRS]
    same = {(id(one), id(other)) for one, other in alike(lists)}
    for (one, its), (other, others) in combinations(lists, 2):
        here, there = one.table.sheet, other.table.sheet
        is_same = (id(one), id(other)) in same or (its and its <= others) or (others and others <= its)
        if is_same and here.file == there.file and here.name != there.name and not one.layout.sheets:
            places = [part.table.sheet.place(part.table.header.bottom) for part in (one, other)]
            yield problem("import-same-parts", places[1], other=places[0], one=here.name, two=there.name)
            return
