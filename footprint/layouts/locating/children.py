"""Exports that write a document and the table within it side by side: ``Item, Qty, Item (Items), Qty (Items)``.

The captions of the inner table carry its name in brackets, or in front: ``BoM Lines/Component``. What the document says
of itself stands in the first row of each: it holds for all the rows up to the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from footprint import units
from footprint.layouts.locating.titles import OF_PRODUCT
from footprint.layouts.naming import headers
from footprint.layouts.naming.headers import NOTHING, Meant
from footprint.layouts.naming.records import is_id
from footprint.layouts.naming.sayings import words
from footprint.model.sheets import Cell

_WITHIN = re.compile(r"(.*\S)\s*[(（]([^()（）]{1,40})[)）]\s*")
_LINES = re.compile("line", re.IGNORECASE)
"""What says of lines that they are those of something else, whatever that is told by."""
_LEAST, _LONGEST = 2, 40
"""Columns of an inner table, and letters of its name."""
_NAMES = ("code", "name", OF_PRODUCT)


class Children(NamedTuple):
    """``columns``: those of the inner table, each with its caption without the name of that; ``whole``: the others.

    ``outer``: those of the document itself, and of no other inner table; ``name``: that of the inner table.
    """

    columns: Mapping[int, str]
    whole: Mapping[int, str]
    name: str = ""
    outer: frozenset[int] = frozenset()


NONE = Children({}, {})


def children(captions: Mapping[int, str], rows: Sequence[Sequence[Cell]]) -> Children:
    """Return the columns of the table that stands within each of some documents; `NONE` where there is no such."""
    groups: dict[str, dict[int, str]] = {}
    for at, caption in captions.items():
        if found := _parted(caption):
            groups.setdefault(found[0], {})[at] = found[1]
    groups = {name: inner for name, inner in groups.items() if len(inner) >= _LEAST}
    outer = {at: caption for at, caption in captions.items() if not any(at in each for each in groups.values())}
    tables = [name for name, inner in groups.items() if _is_table(name, inner, outer, rows)]
    if not tables:
        return NONE
    name = min(tables, key=lambda each: each not in _known())
    whole = {at: said for at, said in captions.items() if at not in groups[name]}
    return Children(groups[name], whole, name, frozenset(outer))


def _parted(caption: str) -> tuple[str, str] | None:
    """Return the name of the inner table that a caption is of, in brackets or a known one in front, and its rest."""
    if found := _WITHIN.fullmatch(caption):
        return headers.normal(found[2]), found[1]
    front, _, rest = caption.partition("/")
    is_path = len(front) <= _LONGEST and rest.strip() and headers.normal(front) in words("within")
    return (headers.normal(front), rest.strip()) if is_path else None


def _is_table(
    name: str, inner: Mapping[int, str], outer: Mapping[int, str], rows: Sequence[Sequence[Cell]]
) -> bool:
    """Tell whether columns with a name in brackets are those of an inner table: what documents say is not repeated.

    Where each document has but one row, it is one that is known, with a caption that the document has, too.
    """
    if units.measures(name) not in {"", "item"} or name in words("compared") or not _tells(inner):
        return False
    named = [at for at, caption in outer.items() if not {*_NAMES, "parent"}.isdisjoint(headers.meant(caption).fields)]
    if not named:
        return False
    filled = [{at for at, cell in enumerate(row) if cell is not None and cell != ""} for row in rows]
    filled = [each for each in filled if not each.isdisjoint(inner)]
    starts = [not each.isdisjoint(outer) for each in filled]
    if not starts or not starts[0] or any(is_start and each.isdisjoint(named)
                                          for each, is_start in zip(filled, starts, strict=True)):  # fmt: skip
        return False
    own = {headers.normal(caption) for caption in outer.values()}
    again = not own.isdisjoint(map(headers.normal, inner.values()))
    is_known = name in _known()
    return is_known and (again or _LINES.search(name) is not None) if all(starts) else again or is_known


def _known() -> frozenset[str]:
    """Return the names of inner tables."""
    return words("inner") | words("within")


def _tells(inner: Mapping[int, str]) -> bool:
    """Tell whether captions name something, and tell how much of it there is."""
    fields = [headers.meant(caption).fields for caption in inner.values()]
    return any(not {*_NAMES}.isdisjoint(each) for each in fields) and any("quantity" in each for each in fields)


def of_inner(found: Children, said: Mapping[int, Meant], within: Mapping[int, Meant]) -> dict[int, Meant]:
    """Return what the columns mean: those of the inner table of its rows, the others of what these are parts of.

    ``said``: what captions mean as they stand; ``within``: those of the inner table without its name. An id is that of
    a row, or of a bill, where another column names what stands there.
    """
    parent = _parent(found, said)
    return {**dict(_of_rows(found, within)), **{at: _of_whole(found, at, said, parent) for at in found.whole}}


def _of_rows(found: Children, within: Mapping[int, Meant]) -> Iterator[tuple[int, Meant]]:
    is_named = any(not is_id(found.columns[at]) and _names(meant) for at, meant in within.items())
    for at, meant in within.items():
        is_product = meant.fields[:1] == (OF_PRODUCT,)
        yield at, NOTHING if is_named and is_id(found.columns[at]) else Meant(("code",)) if is_product else meant


def _of_whole(found: Children, at: int, said: Mapping[int, Meant], parent: int) -> Meant:
    """Return what a column of the document means: what is made, how much of it, by which bill; else what it says."""
    meant = said.get(at, NOTHING)
    if at == parent:
        return Meant(("parent",))
    if "quantity" in meant.fields:
        return Meant(("base_quantity",), meant.unit)
    if is_id(found.whole[at]):
        return Meant(("version",))
    return NOTHING if _names(meant) or {"unit", "position", "level"} & {*meant.fields} or _parted(
        found.whole[at]) else meant  # fmt: skip


def _parent(found: Children, said: Mapping[int, Meant]) -> int:
    """Return the column of what is made: what the inner table is called by, a code, a name, or the id of the bill.

    A product is made before anything else.
    """
    alike = [at for at, caption in found.whole.items() if headers.normal(caption) in {found.name, found.name[:-1]}]
    above = [at for at in found.whole if said.get(at, NOTHING).fields[:1] == ("parent",)]
    named = {at: said[at].fields for at in found.whole if at in said and _names(said[at])}
    codes = sorted((at for at, fields in named.items() if not {"code", OF_PRODUCT}.isdisjoint(fields)),
                   key=lambda at: headers.rank(found.whole[at]) != "product")  # fmt: skip
    every = [*alike, *above, *(at for at in (*codes, *named) if not is_id(found.whole[at])), *codes]
    return every[0] if every else -1


def _names(meant: Meant) -> bool:
    return not {*_NAMES}.isdisjoint(meant.fields)
