"""Which rows of an exported bill say what by a word in a field: withdrawn, substitute, phantom."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType

from footprint.layouts.locating.table import Table
from footprint.layouts.locating.withdrawn import says_so
from footprint.layouts.naming import headers
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.sayings import word, words
from footprint.model.sheets import Cell

OUT = ("dead", "gone", "unfitted", "reference")
"""The kinds of words that take a row out, whatever they stand below."""
TELLS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "disabled": ("yes", *OUT, "optional"), "status": ("dead", "gone"), "fitted": ("no", *OUT),
    "substitute_flag": ("yes", "alternate"), "main_flag": ("no",), "phantom": ("yes", "phantom"),
    "procurement": ("phantom",), "fixed_quantity": ("yes", "fixed"), "direction": ("made", "output"),
    "by_product": ("yes", "made"),
})  # fmt: skip
"""The kinds of words that change what becomes of a row, by the field they stand in."""
_BY_CAPTION = frozenset({"disabled", "phantom"})
"""Fields whose captions, written in a cell, say yes: ``Excluded from BOM``."""
Left = Sequence[int]
"""Positions in a table that no rule has taken yet."""


def flagged(table: Table, left: Left, field: str, wanted: frozenset[str] | None = None) -> Iterator[int]:
    """Yield the rows of ``left`` with one of some words in a field, those of `TELLS` unless others are wanted."""
    told = told_by(field, wanted)
    for cells in map(table.column, table.columns.get(field, ())):
        known = {cell: told(cell) for cell in set(cells) if cell is not None}
        yield from (i for i in left if (cell := cells[i]) is not None and known[cell])


def told_by(field: str, wanted: frozenset[str] | None = None) -> Callable[[Cell], bool]:
    """Return what tells whether a cell of a field is one of its words, a sign before it (``Y.虚设件``) left aside."""
    every = frozenset[str]().union(*map(words, TELLS.get(field, ()))) if wanted is None else wanted
    every |= headers.spellings(field) if wanted is None and field in _BY_CAPTION else frozenset()
    may_be_out = wanted is None and "dead" in TELLS.get(field, ())
    return lambda cell: word(cell) in every or _without_sign(cell) in every or (may_be_out and says_so(cell))


def undecided(table: Table, used: Sequence[int]) -> Iterator[tuple[str, Mapping[str, int]]]:
    """Yield the columns by which rows that count differ, and how many say what: states, versions, letters.

    L, N, T of an item category, 1 and 0 of a status: whether one of them takes rows out nobody knows.
    """
    least = table.columns.get("code", (0,))[0] if table.has("parent") else 0
    versions = [at for at in table.columns.get("version", ()) if at >= least]
    states = {*table.columns.get("status", ()), *(at for at in versions if _OF_BILL.search(table.header.captions[at]))}
    for at in sorted({*states, *table.columns.get("category", ()), *table.header.unused}):
        cells = table.column(at)
        if at in states or _are_letters(islice(cells, _SAMPLE)):
            said: Counter[str] = Counter()
            for cell, count in Counter(cells[i] for i in used).items():
                said[as_text(cell)] += count
            if len(said) > 1 and (at in states or _are_letters(said)):
                yield table.header.captions[at], said


def _are_letters(cells: Iterable[Cell]) -> bool:
    """Tell whether all cells are a few different letters, or empty."""
    texts = {as_text(cell) for cell in cells}
    return len(texts) <= _MOST_LETTERS and all(_LETTER.fullmatch(text) for text in texts)


_LETTER = re.compile(r"[A-Za-z]?")
_OF_BILL = re.compile(r"bom|清单|stückliste", re.IGNORECASE)
"""A version of a bill, by which its rows may be told apart; one of a part is its own."""
_SAMPLE, _MOST_LETTERS = 200, 4
"""Cells that are looked at first; different letters that tell kinds of rows: more of them name something else."""


def _without_sign(cell: Cell) -> str:
    found = _SIGN.match(cell) if isinstance(cell, str) else None
    return word(found[1]) if found else ""


_SIGN = re.compile(r"\s*[A-Za-z0-9]{1,3}\s*[.:：、-]\s*(\S.*)")
