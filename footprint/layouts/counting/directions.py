"""Which rows of an inventory come out: products, wastes, emissions and what is returned are no parts.

Told by a column of directions or by headings. ``outputs`` states the texts of either that come out, ``none`` for none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from footprint.layouts.locating.flags import Left
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import NONE, Layout
from footprint.layouts.naming.sayings import plain, word, words

DIRECTION = "direction"
IN, KIND, OUT, PRODUCT = "in", "kind", "out", "product"
_APART = re.compile(r"[,，;；]")
_SHORT = 2
"""Letters of a Chinese word that others may follow."""


class Said(NamedTuple):
    """The texts of a column: those that come ``out``, and those of which nobody knows, in their order."""

    out: frozenset[str]
    open: tuple[str, ...]


def kind(text: str) -> str:
    """Return what a text says: it goes in, is a kind of what does, comes out, or is what is made; "" for another."""
    said = word(text)
    for each, kinds in _KINDS.items():
        if any(said in words(one) for one in kinds):
            return each
    starts = (each for each in (IN, OUT) if said.startswith(_begins(_KINDS[each])))
    return next(starts, "")


_KINDS = {IN: ("input",), OUT: ("output", "made"), KIND: ("entering",), PRODUCT: ("produced",)}


@cache
def _begins(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return the words that a text may begin with: ``Input from technosphere``, ``产出-产品``."""
    every = frozenset[str]().union(*map(plain, kinds))
    return tuple(each for each in every if each.isascii() or len(each) >= _SHORT)


def said(cells: Iterable[object], layout: Layout) -> Said:
    """Return what the texts of a column of directions say; letters for both are understood where one goes in."""
    texts = [*dict.fromkeys(filter(None, (as_text(cell) for cell in cells)))]  # type: ignore[arg-type]
    kinds = {text: kind(text) or ("" if text.strip("-—/ ") else IN) for text in texts}
    stated = layout.constants.get("outputs", "")
    if stated:
        return Said(frozenset(text for text in texts if is_stated_out(text, layout)), ())
    signs = {word(text) for text in texts if not kinds[text]}
    if signs & words("input sign") and signs <= words("input sign") | words("output sign"):
        kinds |= {text: IN if word(text) in words("input sign") else OUT for text in texts if not kinds[text]}
    return Said(frozenset(text for text in texts if kinds[text] in {OUT, PRODUCT}),
                tuple(text for text in texts if not kinds[text]))  # fmt: skip


def is_stated_out(text: str, layout: Layout) -> bool:
    """Tell whether a text is one of those that are stated to come out."""
    stated = {word(each) for each in _APART.split(layout.constants.get("outputs", ""))} - {""}
    return stated != {NONE} and word(text) in stated


def out(table: Table, left: Left, layout: Layout) -> Iterator[int]:
    """Yield the rows that come out by a column of directions."""
    for cells in map(table.column, table.columns.get(DIRECTION, ())):
        found = said([cells[at] for at in left], layout).out
        yield from (at for at in left if as_text(cells[at]) in found)


def below(table: Table, headings: Sequence[int], layout: Layout) -> Iterator[int]:
    """Yield the rows below headings that are stated to come out, each up to the next heading."""
    said_out = {at for at in headings if is_stated_out(heading(table, at), layout)} if headings else set()
    is_out, heads = False, {*headings}
    for at in range(len(table)) if said_out else ():
        is_out = at in said_out if at in heads else is_out
        if is_out and at not in heads:
            yield at


def heading(table: Table, at: int) -> str:
    """Return the text of a heading."""
    row = table.sheet.rows[table.at[at]]
    return next((as_text(cell) for cell in row if isinstance(cell, str) and cell.strip()), "")
