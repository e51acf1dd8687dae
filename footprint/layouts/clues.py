"""Columns nobody knows that behave like the structure of a bill: cells that name rows, numbers that run in levels.

What a column is called is a matter of words; what its cells do is not. A bill that would be flat without such a column
is asked about: whether rows are parts of others depends on it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cache

from footprint.errors import Problem, problem
from footprint.layouts import levels
from footprint.layouts.layout import Layout
from footprint.layouts.sayings import spelt
from footprint.layouts.table import Table, as_text
from footprint.model.sheets import Cell

_LEAST = 2
"""Different cells, of what tells rows apart."""
_SAID = ("position", "note", "category", "process", "designator")
"""Fields of columns whose cells may as well name other rows."""
_SMALL = re.compile(r"\d{1,3}")
"""A number that as well counts something as it names a row."""
_FLAGS = frozenset({0, 1})


def asked(table: Table, kept: Sequence[int], layout: Layout) -> Iterator[Problem]:
    """Ask about the first open column that may tell what rows of a flat table are parts of."""
    unused = {*table.header.unused}
    said = {at for field in _SAID for at in table.columns.get(field, ())}
    for at in sorted(unused | said) if len(kept) >= _LEAST else ():
        caption, cells = table.header.captions[at], [table.column(at)[row] for row in kept]
        if layout.settles(caption):
            continue
        named = _named(table, kept, cells)
        if named:
            is_named = named[0] == "<"
            child, parent = (caption, named[1:]) if is_named else (named[1:], caption)
            column = table.columns["code"][0] if is_named else at
            place = table.sheet.place(table.header.bottom, column)
            yield problem("import-like-parent", place, caption=parent, other=child)
            return
        other = table.caption("code") or table.caption("name")
        if at in unused and other and _stand_alone(cells, [_own(table, row) for row in kept]):
            place = table.sheet.place(table.header.bottom, at)
            yield problem("import-like-parent", place, caption=caption, other=other)
            return
        if at in unused and not layout.meant(caption).fields and _are_levels(cells, caption):
            yield problem("import-like-level", table.sheet.place(table.header.bottom, at), caption=caption)
            return


def _named(table: Table, kept: Sequence[int], cells: Sequence[Cell]) -> str:
    """Return the caption of the column whose rows the cells of another name, ``<`` before it if it is that which names.

    ``>`` otherwise; "" for none. A code of another row is no accident; other texts must name rows all but one, that is
    the product.
    """
    values = {cell for cell in cells if cell is not None}
    for field in ("code", "name", "position") if len(values) >= _LEAST else ():
        own = [table.field(field)[row] for row in kept] if table.has(field) else ()
        if not own or values.isdisjoint(own):
            continue
        if _name(cells, own):
            return f">{table.caption(field)}"
        if field == "code" and _name(own, cells):
            return f"<{table.caption(field)}"
        if field == "code" and _name(cells, own, most=len(values)):
            return f">{table.caption(field)}"
    return ""


def _name(cells: Sequence[Cell], own: Sequence[Cell], most: int = 1) -> bool:
    """Tell whether cells name other rows by their ``own`` texts, and at ``most`` so many things that are no row.

    Small numbers do where each names a row above it.
    """
    texts = [*map(as_text, own)]
    first = {text: at for at, text in reversed([*enumerate(texts)]) if text}
    told = [(at, text) for at, text in enumerate(map(as_text, cells)) if text]
    selves = sum(text == texts[at] for at, text in told)
    others = {text for _, text in told if text not in first}
    hits = [(at, text) for at, text in told if text in first and text != texts[at]]
    if all(_SMALL.fullmatch(text) for _, text in hits):
        above = all(first[text] < at for at, text in hits)
        return above and not selves and others <= {"0"} and len(told) > len({text for _, text in told}) >= _LEAST
    return len(hits) > selves if most > 1 else not selves and len(others) <= most


def _own(table: Table, row: int) -> Cell:
    """Return what a row is called by."""
    cells = (table.field(field)[row] for field in ("code", "name", "outline", "designator"))
    return next((cell for cell in cells if cell is not None), None)


def _stand_alone(cells: Sequence[Cell], own: Sequence[Cell]) -> bool:
    """Tell whether texts stand just where rows have no name of their own: what is above others is named apart."""
    told = sum(isinstance(cell, str) for cell in cells)
    beside = any(cell is not None and name is not None for cell, name in zip(cells, own, strict=True))
    return 0 < told < len(cells) and not beside and None in own and cells[0] is not None


def _are_levels(cells: Sequence[Cell], caption: str) -> bool:
    """Tell whether cells may be levels: small numbers that never rise by more than one, and fall or leave one on top.

    Flags do as much, and pages; under a word for levels no such doubt is left. Dotted numbers must be in their order.
    """
    read = levels.by_signs(cells)
    depths = [levels.level(cell) for cell in read if cell is not None]
    if not depths or len(depths) < len(cells) or None in depths:
        return _are_dotted(cells)
    known = [depth for depth in depths if depth is not None]
    told = {*known}
    if len(told) < _LEAST or _words().search(caption):
        return len(told) >= _LEAST
    if levels.LOST in levels.by_level(read):
        return False
    falls = any(b < a for a, b in itertools.pairwise(known))
    is_headed = known.count(known[0]) == 1 and len(told) < len(known)
    return known[0] in _FLAGS and (is_headed or (falls and told != _FLAGS))


def _are_dotted(cells: Sequence[Cell]) -> bool:
    """Tell whether cells are dotted numbers each of which has its place: ``1 1.1 1.2 2``."""
    if levels.kind(cells, (), ()) != levels.DOTTED or len({*cells}) < len(cells):
        return False
    above = levels.by_dots(cells)
    return levels.LOST not in above and any(up >= 0 for up in above)


@cache
def _words() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, spelt("level"))), re.IGNORECASE)
