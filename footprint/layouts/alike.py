"""Tables of one import that tell the same parts: versions of a bill, its summary, or what is bought for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, islice

from footprint.errors import Problem, problem
from footprint.layouts.naming import levels
from footprint.layouts.naming.layout import ALL
from footprint.layouts.nesting.structures import pairs
from footprint.layouts.nesting.trees import key
from footprint.layouts.part import Part

_COMPARED, _SHOWN = 50, 3
"""Tables that are held against each other, and titles that are told."""
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


def called(part: Part, parts: Sequence[Part]) -> str:
    """Return what names a table among all: its sheet, with its first cell where another stands on that sheet."""
    sheet = part.table.sheet
    same = (one.table.sheet for one in parts if one is not part)
    several = any((each.file, each.name) == (sheet.file, sheet.name) for each in same)
    return f"{sheet.name}:{part.table.origin.cell}" if several else sheet.name


def asked(tables: Sequence[Told], whole: Collection[int], product: str) -> Iterator[Problem]:
    """Ask which sheets or files count where one tells mostly the same parts as another, no others, or is hidden.

    ``whole``: the ids of the tables that are the product's own; ``product``: the one that is wanted, where one is.
    Sheets that a map names are meant to count together; so are, where all products are wanted, the tables below titles,
    which are held against no other.
    """
    lists = [(part, codes) for part, codes in tables if id(part) in whole and part.structure != levels.PAIRS]
    parts = [part for part, _ in lists]
    is_all = any(part.layout.constants.get("product") == ALL for part in parts)
    are_stated = any(part.layout.sheets for part in parts)
    several = [] if is_all else [*(() if are_stated else _products(parts)), *_headed(parts)]
    if several:
        yield from several[:1]
        return
    if is_all:
        lists = [each for each in lists if not each[0].table.heading]
    elif not are_stated and not product:
        yield from _variants(lists)
    same = {(id(one), id(other)) for one, other in alike(lists)}
    for (one, its), (other, others) in combinations(lists, 2):
        is_same = (id(one), id(other)) in same or (its and its <= others) or (others and others <= its)
        is_hidden = one.table.sheet.visible != other.table.sheet.visible
        if (is_same or (is_hidden and not its.isdisjoint(others))) and not one.layout.sheets:
            is_file = one.table.sheet.file == other.table.sheet.file
            names = [called(part, (one, other)) if is_file else part.table.sheet.name for part in (one, other)]
            yield problem("import-same-parts" if is_file else "import-same-files", other.table.origin,
                          other=one.table.origin, one=names[not one.table.sheet.visible and is_hidden],
                          both=",".join(dict.fromkeys(names)))  # fmt: skip
            return


def _products(lists: Sequence[Part]) -> Iterator[Problem]:
    """Ask which product is meant where tables beside each other name different ones."""
    named: list[tuple[set[str], str, Part]] = []
    for part in lists:
        code = part.block.code or (part.text("code", part.kept[part.top]) if part.top >= 0 else "")
        code = code or part.block.product
        called = {key(each) for each in (code, part.block.product, part.block.name) if each}
        if code and not any(called & others for others, *_ in named):
            named.append((called, code, part))
    if len(named) > 1:
        places = [part.table.origin for *_, part in named]
        products = ", ".join(code for _, code, _ in named)
        names = ",".join(dict.fromkeys(part.table.sheet.name for part in lists))
        yield problem("import-several-products", places[1], other=places[0], products=products, names=names)


def _headed(lists: Sequence[Part]) -> Iterator[Problem]:
    """Ask which product is meant where tables of a sheet stand below several titles, and all of them would count.

    A table without one, but for products of a number of its own, is of another than that below a title.
    """
    open_ = [part for part in lists if not _is_chosen(part)]
    titled = {id(part.table.sheet) for part in open_ if part.table.heading}
    named = [part.table for part in open_
             if part.table.heading or (part.block.quantity and id(part.table.sheet) in titled)]  # fmt: skip
    titles = dict.fromkeys(table.heading for table in named)
    if len(titles) > 1:
        near = tuple(filter(None, titles))[:_SHOWN]
        yield problem("import-several-titles", named[1].origin, near, other=named[0].origin, count=len(titles))


def _is_chosen(part: Part) -> bool:
    """Tell whether it is stated that a table counts, by its first cell."""
    return f"{part.table.sheet.name}:{part.table.origin.cell}" in part.layout.sheets


def _variants(lists: Sequence[Told]) -> Iterator[Problem]:
    """Ask which sheet of a file is meant where several are called alike but for a number, and have parts in common."""
    by_shape: dict[tuple[str, str], list[Told]] = {}
    for part, codes in lists:
        name = part.table.sheet.name
        if not _PAGE.match(name) and (shape := _NUMBER.sub("0", name)) != name:
            by_shape.setdefault((part.table.sheet.file, shape), []).append((part, codes))
    for group in by_shape.values():
        names = [*dict.fromkeys(part.table.sheet.name for part, _ in group)]
        if len(names) > 1 and any(its & others for (_, its), (_, others) in combinations(group, 2)):
            place = group[0][0].table.sheet.place(group[0][0].table.header.bottom)
            every = ",".join(names)
            yield problem("import-variants", place, names=", ".join(names), one=names[0], all=every)


_NUMBER = re.compile(r"\d+")
_PAGE = re.compile(
    r"\s*(?:sheets?|tabelle|table|tab|page|seite|blatt|part|bom|bill|list|工作表|清单|物料清单|表|第|页)?"
    r"\s*[-_(（]?\s*\d+\s*[页)）]?\s*$", re.IGNORECASE
)  # fmt: skip
"""Names of sheets that one list goes on over."""


def differing(parts: Sequence[Part], left: Sequence[tuple[int, int]]) -> Iterator[Problem]:
    """Ask about a pair that is told twice with other quantities; ``left``: the rows that are no part of the product."""
    concerned = {parts[number].text("code", parts[number].kept[at]) for number, at in left}
    left_ = {*left}
    known: dict[tuple[str, str], list[tuple[Part, int]]] = {}
    rows = ((number, part, above) for number, part in enumerate(parts) if part.structure == levels.PAIRS
            for above in (pairs(part.table, part.kept),))  # fmt: skip
    again: list[tuple[Part, int, tuple[str, str]]] = []
    for number, part, above in rows:
        for index, at in enumerate(part.kept):
            if (code := part.text("code", at)) in concerned and at not in part.out:
                if (number, index) in left_:
                    again.append((part, at, (above[index], code)))
                else:
                    known.setdefault((above[index], code), []).append((part, at))
    for part, at, pair in again:
        others = known.get(pair, [])
        if others and all(_amount(*each) != _amount(part, at) for each in others):
            other, row = others[0]
            there = other.table.place(row, "quantity")
            yield problem("import-told-other", part.table.place(at, "quantity"), other=there, one=called(other, parts))
            return


def _amount(part: Part, at: int) -> tuple[float | None, str]:
    return part.quantities.values[at], part.quantities.units[at]
