"""What cells of an exported bill say by a word: yes and no, withdrawn, substitute, phantom; ``data/bom_words.csv``."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from footprint.layouts import headers
from footprint.layouts.table import Table
from footprint.model.sheets import Cell

_WORDS = Path(__file__).parents[1] / "data" / "bom_words.csv"
Left = Sequence[int]
"""Positions in a table that no rule has taken yet."""


@cache
def words(kind: str) -> frozenset[str]:
    """Return the words of a kind of ``data/bom_words.csv``, as headers are compared."""
    return frozenset(headers.normal(word) for word in spelt(kind))


@cache
def spelt(kind: str) -> tuple[str, ...]:
    """Return the words of a kind as they are written."""
    with _WORDS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    return tuple(word for row in rows for lang in ("zh", "en", "de") for word in row[lang].split("|") if word)


def word(cell: Cell) -> str:
    """Return a cell as flags are compared."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return headers.normal(f"{cell:g}" if isinstance(cell, float) else str(cell))


def flagged(table: Table, left: Left, field: str, wanted: frozenset[str]) -> Iterator[int]:
    """Yield the rows of ``left`` with one of some words in a field, a sign before it (``Y.虚设件``) left aside."""
    if table.has(field):
        cells = table.field(field)
        known = {cell: word(cell) in wanted or _without_sign(cell) in wanted for cell in set(cells) if cell is not None}
        yield from (i for i in left if (cell := cells[i]) is not None and known[cell])


def _without_sign(cell: Cell) -> str:
    found = _SIGN.match(cell) if isinstance(cell, str) else None
    return word(found[1]) if found else ""


_SIGN = re.compile(r"\s*[A-Za-z0-9]{1,3}\s*[.:：、-]\s*(\S.*)")
