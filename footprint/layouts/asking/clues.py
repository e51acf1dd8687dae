"""Columns nobody knows that behave like the structure of a bill: cells that name rows, numbers that run in levels.

What a column is called is a matter of words; what its cells do is not. A bill that would be flat without such a column
is asked about: whether rows are parts of others depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise, takewhile

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming import levels
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.sayings import spelt
from footprint.model.sheets import Cell

_LEAST = 2
"""Different cells, of what tells rows apart."""
_SAID = ("position", "note", "category", "process", "designator", "sub_bom")
"""Fields of columns whose cells may as well name other rows."""
_NAMING = ("code", "name", "outline", "position", "designator")
"""Fields of what rows are called by."""
_SMALL = re.compile(r"\d{1,3}")
"""A number that as well counts something as it names a row."""
_FLAGS = frozenset({0, 1})


def asked(table: Table, kept: Sequence[int], layout: Layout) -> Iterator[Problem]:
    """Ask about the first open column that may tell what rows of a flat table are parts of."""
    unused = {*table.header.unused}
    said = {at for field in _SAID for at in table.columns.get(field, ())}
    open_ = [at for at in sorted(unused | said) if not layout.settles(table.header.captions[at])]
    if len(kept) < _LEAST or not open_:
        return
    texts = {field: _taken(table.field(field), kept) for field in _NAMING if table.has(field)}
    names = {field: {*cells} - {None} for field, cells in texts.items()}
    own = [cells for field, cells in texts.items() if field != "position"]
    nameless = [at for at, each in enumerate(zip(*own, strict=True)) if not any(each)]
    for at in open_:
        caption, cells = table.header.captions[at], _taken(table.column(at), kept)
        named = _named(cells, texts, names)
        if at in unused and not named and nameless and _stand_alone(cells, nameless):
            named = f">{next(field for field in texts if field != 'position')}"
        if named:
            other, is_named = table.caption(named[1:]), named[0] == "<"
            child, parent = (caption, other) if is_named else (other, caption)
            place = table.sheet.place(table.header.bottom, table.columns["code"][0] if is_named else at)
            yield problem("import-like-parent", place, caption=parent, other=child)
            return
        if at in unused and not layout.meant(caption).fields and _are_levels(cells, caption):
            yield problem("import-like-level", table.sheet.place(table.header.bottom, at), caption=caption)
            return


def _taken(cells: Sequence[Cell], kept: Sequence[int]) -> Sequence[Cell]:
    """Return the cells of some rows."""
    return cells if len(kept) == len(cells) else [cells[at] for at in kept]


def _named(cells: Sequence[Cell], texts: Mapping[str, Sequence[Cell]], names: Mapping[str, set[Cell]]) -> str:
    """Return the field whose rows the cells of a column name, behind ``>``; behind ``<`` where its cells name theirs.

    "" for none. A code of another row is no accident; other texts must name rows all but one, that is the product.
    """
    values = {*cells} - {None}
    for field in texts if len({*cells}) >= _LEAST else ():
        if field == "designator" or (field != "code" and len(values) < _LEAST) or values.isdisjoint(names[field]):
            continue
        if _name(cells, texts[field]):
            return f">{field}"
        if field == "code" and _name(texts[field], cells):
            return f"<{field}"
        if field == "code" and _name(cells, texts[field], most=len(values)):
            return f">{field}"
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


def _stand_alone(cells: Sequence[Cell], nameless: Sequence[int]) -> bool:
    """Tell whether texts stand just where rows have no name of their own: what is above others is named apart."""
    told = [at for at, cell in enumerate(cells) if isinstance(cell, str)]
    return len(told) < len(cells) and told[:1] == [0] and {*told} <= {*nameless}


def _are_levels(cells: Sequence[Cell], caption: str) -> bool:
    """Tell whether cells may be levels: small numbers that never rise by more than one, and fall or leave one on top.

    Flags do as much, and pages; under a word for levels no such doubt is left. Dotted numbers must be in their order.
    """
    if not isinstance(cells[0], str | float):
        return False
    read = cells if levels.level(cells[0]) is not None else levels.by_signs(cells)
    if levels.level(read[0]) is None:
        return False
    depths = [*takewhile(lambda depth: depth is not None, map(levels.level, read))]
    if len(depths) < len(cells):
        return levels.by_dots(cells[:1]) != [levels.LOST] and _are_dotted(cells)
    known = [depth for depth in depths if depth is not None]
    told = {*known}
    if len(told) < _LEAST or _words().search(caption):
        return len(told) >= _LEAST
    if known[0] != min(told) or any(b > a + 1 for a, b in pairwise(known)):
        return False
    falls = any(b < a for a, b in pairwise(known))
    is_headed = known.count(known[0]) == 1 and len(told) < len(known)
    return known[0] in _FLAGS and (is_headed or (falls and told != _FLAGS))


def _are_dotted(cells: Sequence[Cell]) -> bool:
    """Tell whether cells are dotted numbers each of which has its place: ``1 1.1 1.2 2``.

    No two are the same as written; a number that a spreadsheet made of ``1.10`` has its place by those before it.
    """
    filled = [cell for cell in cells if cell is not None]
    told = [as_text(cell) for cell in filled if not (type(cell) is float and not cell.is_integer())]
    if levels.kind(filled, (), ()) != levels.DOTTED or len({*told}) < len(told) or 2 * len(filled) < len(cells):
        return False
    above = levels.by_dots(filled)
    return levels.LOST not in above and any(up >= 0 for up in above)


@cache
def _words() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, spelt("level"))), re.IGNORECASE)
