"""Tables below each other on one sheet: a header said again is the same table, unless it is the bill of another thing.

Prints say their header on each page; prints of several bills say it above each, below what that is the bill of.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, pairwise
from typing import NamedTuple

from footprint.layouts.locating.blocks import pairs_in
from footprint.layouts.locating.namesakes import are_chapters, called, named, names_product, title, unpaged
from footprint.layouts.locating.regions import Region
from footprint.layouts.locating.titles import OF_PRODUCT
from footprint.layouts.naming import headers
from footprint.layouts.naming.cells import as_text
from footprint.model.sheets import Cell, Sheet
from footprint.tables.typed.grid import corners, holds_one, is_blank

_LEAST = 2
"""Titles of several products."""
_ABOVE = 30
"""Rows above a header that a head is looked for in."""
_IDENTITY = ("parent", "code", "sub_bom", "name", OF_PRODUCT)
"""What a head says of what its table is the bill of, the surest first."""
_WORDS = re.compile(r"[^\s:：,，;；()（）]+")
_CAPTION = re.compile("[:：]")
_TOKENS = re.compile(r"[\u4e00-\u9fff]|[^\W\d_\u4e00-\u9fff]+|\d+")
_CODE = re.compile(r"(?=.*\d)(?!\d{1,3}$)[^\s:：()（）]{3,40}")


class _Head(NamedTuple):
    """What stands above a header: its first row, fields and their texts, and its words as they are compared.

    ``titles``: the rows that hold a single text, by that text.
    """

    start: int
    said: Mapping[str, str]
    words: Mapping[str, str]
    titles: Mapping[str, int]


class _Titles(NamedTuple):
    """What two tables are of by their titles, "" where nothing says it, and the first row of that of the second."""

    first: str
    own: str
    at: int


_NONE = _Titles("", "", -1)


def stacked(sheet: Sheet, found: Sequence[Region], *, by_headings: bool = False) -> list[Region]:
    """Return the tables of a sheet, parted where a header is said again below the head of another bill.

    Each ends where the head of the next begins, and looks for its own no higher than there. ``by_headings``: a heading
    that is the name of a row begins another bill without a header.
    """
    made: list[Region] = []
    beside = Counter(region.start for region in found)
    for region in found:
        if beside[region.start] > 1:
            made.append(region)
            continue
        own = region
        if made:
            made[-1], own = _below(sheet, made[-1], region)
        parted = _parted(sheet, own)
        made += [each for one in parted for each in (_headed if by_headings else _by_products)(sheet, one)]
    return [*_called(sheet, made)] if len(made) > 1 else made


def _below(sheet: Sheet, before: Region, region: Region) -> tuple[Region, Region]:
    """Return a table and the one below it, that with the head that is its own, which is no part of the one before."""
    own, titled = _head(sheet, before.start, region.header.top), _NONE
    if not own.said:
        titled = _headings(sheet, _head(sheet, before.above.start, before.header.top), own)
        is_same = before.header.columns.keys() == region.header.columns.keys()
        if not is_same and not _is_of_one_form(titled.first, titled.own):
            titled = _NONE
        before = before._replace(heading=before.heading or titled.first)
    if not own.said and not titled.own:
        return before, region
    start = min(own.start, titled.at) if titled.own else own.start
    above = range(start, region.header.top)
    before = _within(before, before.start, min(before.end, start))
    return before, region._replace(above=above, heading=titled.own)


def _called(sheet: Sheet, made: Sequence[Region]) -> Iterator[Region]:
    """Yield several tables, those whose heads say nothing else with the code of a row that stands in their title."""
    codes = cache(lambda: frozenset[str]().union(*(_codes(sheet, each) for each in made)))
    for region in made:
        own = _head(sheet, region.above.start, region.header.top)
        words = () if own.said or region.title or not own.words else own.words
        title = next((own.words[word] for word in words if word in codes()), "")
        yield region._replace(title=title) if title else region


def _parted(sheet: Sheet, region: Region) -> Iterator[Region]:
    """Yield the tables of a region: itself, and those that begin where its header is said again for another bill."""
    header, known = region.header, _head(sheet, region.above.start, region.header.top)
    lines, codes = header.bottom - header.top, cache(lambda: _codes(sheet, region))
    names = cache(lambda: _names(sheet, region))
    start, one = region.start, region
    ends = [*_said_again(sheet, region)]
    floors = [start, *(bottom + 1 for bottom in ends)]
    heads = [_head(sheet, floor, bottom - lines) for floor, bottom in zip(floors, ends, strict=False)]
    are_several = len({name for head in heads for name in islice(_titled(head), 1)}) > 1
    for bottom, head in zip(ends, heads, strict=True):
        own, title, titled = head, _other(head, known, codes), _NONE
        if title is None:
            named = next((name for name in own.titles if name in names() and name not in known.titles), None)
            titled = _headings(sheet, known, own, are_several=are_several) if named is None else _NONE
            if named is None and not titled.own:
                continue
            title = names()[named] if named is not None else ""
            own = own._replace(start=min(own.start, own.titles[named] if named is not None else titled.at))
        yield _within(one._replace(heading=one.heading or titled.first), start, own.start)
        own_header, heading = header._replace(top=bottom - lines, bottom=bottom), titled.own
        one = region._replace(header=own_header, above=range(own.start, own_header.top), title=title, heading=heading)
        start, known = bottom + 1, own
    yield _within(one, start, region.end)


def _headed(sheet: Sheet, region: Region) -> Iterator[Region]:
    """Yield the tables of a region, one of which begins at each heading that is the name of one of its rows."""
    names, one, start = _names(sheet, region), region, region.start
    for at in range(region.start, region.end):
        name = title(sheet.rows[at])
        if name and name in names:
            yield _within(one, start, at)
            header = region.header._replace(top=at, bottom=at)
            one, start = region._replace(header=header, above=range(at, at + 1), title=names[name]), at + 1
    yield _within(one, start, region.end)


def _by_products(sheet: Sheet, region: Region) -> Iterator[Region]:
    """Yield the tables of a region, one below each row that says no more than which product: ``Product A``.

    They tell so where several do, or one besides the title above the header, and parts stand below each.
    """
    rows, every = sheet.rows, range(region.start, region.end)
    tops = [at for at in every if holds_one(rows[at]) and names_product(title(rows[at]))]
    filled = [at for at in every if not is_blank(rows[at])] if tops else []
    over = next((at for at in reversed(region.above) if names_product(title(rows[at]))), -1) if tops else -1
    names = [unpaged(title(rows[at])) for at in (over, *tops) if at >= 0]
    is_each = not any(one in tops and other in tops for one, other in pairwise(filled))
    if len(names) < _LEAST or len({*names}) < len(names) or not is_each or filled[-1:] == tops[-1:]:
        yield region
        return
    first = _only(sheet, over) if over >= 0 else ""
    one = region._replace(heading=region.heading or first)
    start = region.start
    for at in tops:
        if at > filled[0]:
            yield _within(one, start, at)
        header = region.header._replace(top=at, bottom=at)
        one = region._replace(header=header, above=range(at, at + 1), title="", heading=_only(sheet, at))
        start = at + 1
    yield _within(one, start, region.end)


def _said_again(sheet: Sheet, region: Region) -> Iterator[int]:
    """Yield the rows below a header in which it is said again, the last of each."""
    header, rows = region.header, sheet.rows
    said = [[rows[at][column] for column in header.captions] for at in range(header.top, header.bottom + 1)]
    filled = [column for column, cell in zip(header.captions, said[-1], strict=True) if cell is not None]
    column = next(iter(filled or header.captions))
    last, height = rows[header.bottom][column], len(said)
    for at in range(region.start + height - 1, region.end):
        if rows[at][column] == last:
            again = [[rows[row][each] for each in header.captions] for row in range(at - height + 1, at + 1)]
            if again == said:
                yield at


def _within(region: Region, start: int, end: int) -> Region:
    """Return a region from one row to another, with the ranges and faults that stand there."""
    merged = region.merged[bisect_left(region.merged, (start,)) : bisect_left(region.merged, (end,))]
    faulty = [each for each in region.faulty if start <= corners(each)[0] < end]
    return region._replace(start=start, end=end, merged=merged, faulty=faulty)


def _head(sheet: Sheet, floor: int, top: int) -> _Head:
    """Return what stands above a header, down from a row that is no data of the table before."""
    said: dict[str, str] = {}
    start, words, titles = top, dict[str, str](), dict[str, int]()
    for at in range(top - 1, max(floor, top - _ABOVE) - 1, -1):
        row = sheet.rows[at]
        filled = [cell for cell in row if not is_blank((cell,))]
        if own := _said(sheet, at, filled):
            start, said = at, {**said, **own}
        elif len(filled) > 1:
            titles = _without_footers(sheet, titles, at + 1, top)
            break
        words |= {headers.normal(word): word for cell in filled for word in _WORDS.findall(as_text(cell))}
        titles |= {name: at} if len(filled) == 1 and not own and (name := title(row)) else {}
        start = at if filled and at and is_blank(sheet.rows[at - 1]) else start
    return _Head(start, said, words, titles)


def _without_footers(sheet: Sheet, titles: dict[str, int], start: int, top: int) -> dict[str, int]:
    """Return titles without those right below a table, down from ``start``, with a blank row before the header."""
    blank = next((at for at in range(start, top) if is_blank(sheet.rows[at])), start)
    return {name: at for name, at in titles.items() if at >= blank}


def _said(sheet: Sheet, at: int, filled: Sequence[Cell]) -> dict[str, str]:
    """Return the fields that a row of captions and what they say tells; none of a row of data."""
    first = filled[0] if filled else None
    if not isinstance(first, str) or not (":" in first or "：" in first or headers.meant(first).fields):
        return {}
    return {field: one.text for field, one in reversed([*pairs_in(sheet, at)])}


def _other(own: _Head, before: _Head, codes: Callable[[], frozenset[str]]) -> str | None:
    """Return the code in the title of another bill, "" where fields tell that a head is of another; None for the same.

    It is another by its code, name or base; or by a title with the code of one of the rows.
    """
    for field in (*_IDENTITY, "base_quantity"):
        is_same = field in own.said and headers.normal(own.said[field]) == headers.normal(before.said.get(field, ""))
        if field in own.said and (field in _IDENTITY or not is_same):
            return None if is_same else ""
    words = own.words.keys() - before.words.keys()
    return next((own.words[word] for word in words if word in codes()), None) if words else None


def _headings(sheet: Sheet, before: _Head, own: _Head, *, are_several: bool = False) -> _Titles:
    """Return the titles of two tables that may be of two products, the first "" where nothing names it; or none.

    What both heads say is no title of either; nor is what numbers the pages or chapters of one list. A first table
    without a head is parted from the next where ``are_several`` titles stand above the tables below it.
    """
    known = _titled(before)
    names = {name: at for name, at in _titled(own).items() if not _signs(sheet, name, at, known)}
    shared = names.keys() & known.keys()
    name, at = next(((name, at) for name, at in names.items() if name not in shared), ("", -1))
    one, first = next(((one, first) for one, first in known.items() if one not in shared), ("", -1))
    if not name or not (one or before.said or are_several) or are_chapters(one, name):
        return _NONE
    said = next((before.said[field] for field in _IDENTITY if field in before.said), "")
    start = at
    while any(row == start - 1 for each, row in own.titles.items() if unpaged(each) in {"", *shared}):
        start -= 1
    return _Titles(_only(sheet, first) if one else said, _only(sheet, at), start)


def _titled(head: _Head) -> dict[str, int]:
    """Return the titles of a head with their rows, the nearest first, without the numbers of pages; no fields."""
    return {name: at for each, at in head.titles.items() if (name := unpaged(each)) and not _says_field(name)}


def _signs(sheet: Sheet, name: str, at: int, known: Mapping[str, int]) -> bool:
    """Tell whether a title is said at the end of the table above: a caption with its text, of no title's form."""
    is_below = at > 0 and not is_blank(sheet.rows[at - 1])
    return is_below and bool(_CAPTION.search(name)) and not any(_is_of_one_form(name, one) for one in known)


def _says_field(name: str) -> bool:
    """Tell whether a title is a known caption with what it says: ``Date: Monday``; a caption's word alone may name."""
    caption, *rest = _CAPTION.split(name, 1)
    return bool(rest) and bool(headers.meant(caption).fields)


def _is_of_one_form(one: str, other: str) -> bool:
    """Tell whether two titles have half the words of the shorter in common; in Chinese, half of its signs."""
    words, others = (Counter(_TOKENS.findall(named(text))) for text in (one, other))
    return 2 * (words & others).total() >= min(words.total(), others.total()) > 0


def _only(sheet: Sheet, at: int) -> str:
    """Return the only text of a row."""
    return next(as_text(cell) for cell in sheet.rows[at] if not is_blank((cell,)))


def _names(sheet: Sheet, region: Region) -> dict[str, str]:
    """Return the codes of the rows of a region by their names, "" where these have several, or none."""
    found = called(sheet.rows[region.start : region.end], region.header.columns)
    return {name: next(iter(codes)) if len(codes) == 1 else "" for name, codes in found.items()}


def _codes(sheet: Sheet, region: Region) -> frozenset[str]:
    """Return the codes of the rows of a region that are no mere count, as words are compared."""
    columns = region.header.columns.get("code", ())
    rows = sheet.rows[region.start : region.end]
    cells = {row[column] for column in columns for row in rows if not title(row)}
    return frozenset(headers.normal(text) for text in map(as_text, cells) if _CODE.fullmatch(text))
