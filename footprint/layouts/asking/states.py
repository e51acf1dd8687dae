"""Columns that are not read for it, and take rows out by a word: not fitted, removed, reference only, substitute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from footprint.errors import Problem, problem
from footprint.layouts.locating.flags import OUT
from footprint.layouts.locating.table import Table
from footprint.layouts.locating.withdrawn import says_so
from footprint.layouts.naming import levels
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.sayings import plain, word, words
from footprint.model.sheets import Cell

_NAMED = ("category", "role", "process", "procurement")
"""Fields that take nothing out by such words, or only by some of them."""
_OPTION = re.compile(
    r"^\s*(?:is[ _]?)?option(?:al)?\s*(?:item|part|flag|\?)?\s*$|^(?:是否)?(?:可选|选配|选装)件?$", re.IGNORECASE
)
"""Captions that say which rows only some products have."""


def asked(table: Table, left: Sequence[int], layout: Layout, structure: str) -> Iterator[Problem]:
    """Ask about the first column in which a row that counts says nothing but such a word, and others say otherwise."""
    named = (*_NAMED, *(("parent",) if structure != levels.PAIRS else ()))
    for at in (*table.header.unused, *(at for field in named for at in table.columns.get(field, ()))):
        caption, cells = table.header.captions.get(at, ""), table.column(at)
        if not caption or layout.settles(caption):
            continue
        is_option = _OPTION.search(caption) is not None
        every = {cell: _field(cell, table, is_option=is_option) for cell in {*cells} if cell is not None}
        known: dict[Cell, str] = {cell: field for cell, field in every.items() if field}
        found = [row for row in left if cells[row] in known] if known else []
        if found and len(found) < len(left):
            field = _by_others(known[cells[found[0]]], cells)
            yield problem("import-may-take-out", table.sheet.place(table.at[found[0]], at), caption=caption,
                          text=str(cells[found[0]]).strip(), count=len(found), field=field, other=IGNORE)  # fmt: skip
            return


def _field(cell: Cell, table: Table, *, is_option: bool) -> str:
    """Return the field by which a word takes its row out, "" for a word that does not.

    ``is_option``: its caption speaks of what is delivered with some products only.
    """
    said = word(cell)
    if is_option:
        return "disabled" if said in words("yes") | words("optional") else ""
    if not isinstance(cell, str):
        return ""
    if said in plain("alternate"):
        return "" if table.has("substitute_flag") else "substitute_flag"
    return "fitted" if said in _out() or says_so(cell) else ""


@cache
def _out() -> frozenset[str]:
    return frozenset[str]().union(*(words(kind) for kind in (*OUT, "unused")))


def _by_others(field: str, cells: Sequence[Cell]) -> str:
    """Return the field by which only such words take rows out: where others say no of it, it is of what is not."""
    said = {word(cell) for cell in cells if cell is not None}
    says_no = not (said & words("no")) <= _out() and said.isdisjoint(words("yes"))
    return "disabled" if field == "fitted" and says_no else field
