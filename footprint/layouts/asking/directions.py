"""Columns and headings that say of rows whether they go in or come out, as inventories do: what comes out is no part.

Such a column is called by anything (``type``, ``flow``, ``category``); its words tell it, one of each is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.counting.directions import DIRECTION, IN, KIND, OUT, PRODUCT, heading, kind, said
from footprint.layouts.counting.editions import some
from footprint.layouts.locating.table import Table
from footprint.layouts.locating.titles import OF_PRODUCT
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.sayings import plain, word
from footprint.model.sheets import Cell

_NAMING = frozenset({"code", "name", "outline", "designator", "note", "material", "package", "order_code", "position",
                     "manufacturer", "supplier", "process", "status", "sub_bom", "parent"})  # fmt: skip
"""Fields in which a word for a direction may be the name of something."""
_KIND = re.compile(
    r"typ|tipo|flow|flux|fluss|flujo|categor|kategor|catégor|kind|gr[ou]+p|klass?e|class|clase|art(?![a-z])|exchange"
    r"|direction|richtung|role|[类類]|流|方向|组", re.IGNORECASE)  # fmt: skip
"""What captions say of columns that sort rows."""
_ALONE = re.compile(r"outputs?|产出物?|输出物?", re.IGNORECASE)
"""Headings that say so where no other says what goes in."""
_MOST, _MANY = 50, 1_000
"""Different texts of a column that sorts rows, and cells that are looked at together."""


def asked(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask whether the first column with words for both is that of directions, and what its other words say."""
    if not table.has(DIRECTION):
        yield from _unknown(table, layout)
        return
    for at in table.columns[DIRECTION]:
        cells, caption = table.column(at), table.header.captions[at]
        found = said(cells, layout)
        row = next((row for row, cell in enumerate(cells) if as_text(cell) in found.open), -1)
        if row >= 0:
            known = ",".join(sorted(found.out)) or found.open[-1]
            yield problem("import-direction-words", table.sheet.place(table.at[row], at), caption=caption,
                          names=some(found.open), text=known, other=IGNORE)  # fmt: skip
            return
        yield from _several(table, layout, [row for row, cell in enumerate(cells) if as_text(cell) in found.out])


def headed(table: Table, headings: Sequence[int], layout: Layout) -> Iterator[Problem]:
    """Ask about the first heading that says so of what stands below it, where another says what goes in, or is made."""
    if "outputs" in layout.constants:
        return
    kinds = {at: kind(heading(table, at)) for at in headings}
    out = [at for at in headings if kinds[at] in {OUT, PRODUCT}]
    first = next((at for at in out if kinds[at] == OUT), -1)
    is_told = not {IN, KIND, PRODUCT}.isdisjoint(kinds.values())
    if first >= 0 and (is_told or _ALONE.fullmatch(heading(table, first).strip(" :："))):
        names = [heading(table, at) for at in out]
        yield problem("import-direction-headings", table.place(first), names=some(names), text=",".join(names))


def _unknown(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask whether a column that is not known for one is that of directions."""
    fields = {at: field for field, ats in table.columns.items() for at in ats}
    for at, caption in sorted(table.header.captions.items()):
        if layout.settles(caption):
            continue
        cells = table.column(at)
        known: dict[Cell, str] = {cell: kind(as_text(cell)) for cell in _few(cells)}
        told = {*known.values()}
        if OUT not in told or not (told <= {IN, OUT} or _may_sort(table, fields.get(at, ""), caption)):
            continue
        is_strict = any(each == OUT and word(cell) in _strict() for cell, each in known.items())
        if IN in told or (is_strict and not told.isdisjoint({KIND, PRODUCT})):
            row = next(row for row, cell in enumerate(cells) if known.get(cell) == OUT)
            yield problem("import-directions", table.sheet.place(table.at[row], at), caption=caption,
                          text=str(cells[row]), field=DIRECTION, other=IGNORE)  # fmt: skip
            return


def _few(cells: Sequence[Cell]) -> set[Cell]:
    """Return what differs in a column that may sort rows; nothing of one that holds too much for that."""
    found: set[Cell] = set()
    for at in range(0, len(cells), _MANY):
        found.update(cells[at : at + _MANY])
        if len(found) > _MOST:
            return set()
    return found - {None, ""}


def _strict() -> frozenset[str]:
    """Return the words for what comes out that say nothing else beside kinds of materials and products."""
    return (plain("output") | plain("made")) - {"reference", "return", "returned"}


def _may_sort(table: Table, field: str, caption: str) -> bool:
    """Tell whether a column may hold kinds of rows, and no names or values of parts."""
    if field in _NAMING or table.has("designator"):
        return False
    return field != "specification" or _KIND.search(caption) is not None


def _several(table: Table, layout: Layout, out: Sequence[int]) -> Iterator[Problem]:
    """Ask which product is meant where a column tells what goes in for each of several that come out."""
    fields = {at: field for field, ats in table.columns.items() for at in ats}
    naming = next((field for field in ("code", "name", "material") if table.has(field)), "")
    if len(out) < 2 or not naming or table.has(OF_PRODUCT) or table.has("parent") or table.has("level"):
        return
    for at, caption in sorted(table.header.captions.items()):
        if layout.settles(caption) or fields.get(at, "") in {DIRECTION, naming, "unit"}:
            continue
        cells = table.column(at)
        names = [as_text(cells[row]) for row in out]
        fed = {as_text(cells[row]) for row in range(len(table)) if row not in out}
        is_text = all(isinstance(cells[row], str) for row in out)
        if is_text and len({*names}) == len(names) and len(fed & {*names}) > 1 and fed <= {*names}:
            yield problem("import-several-made", table.sheet.place(table.at[out[1]], at), caption=caption,
                          names=some(names), first=names[0], field=OF_PRODUCT, other=table.caption(naming),
                          known=naming)  # fmt: skip
            return
