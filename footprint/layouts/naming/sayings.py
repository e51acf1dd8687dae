"""What cells of an exported bill say by a word: yes and no, withdrawn, substitute, phantom; ``data/bom_words.csv``."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from footprint.layouts.naming import headers
from footprint.model.sheets import Cell

_WORDS = Path(__file__).parents[2] / "data" / "bom_words.csv"
_LONG = 5


@cache
def words(kind: str) -> frozenset[str]:
    """Return the words of a kind of ``data/bom_words.csv``, as headers are compared."""
    return frozenset(headers.normal(word) for word in spelt(kind))


@cache
def plain(kind: str) -> frozenset[str]:
    """Return the words of a kind that are no code or abbreviation of something else."""
    return frozenset(each for each in words(kind) if not each.isascii() or len(each) >= _LONG)


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


FILLERS = frozenset({"", "-", "--", "—", "/", "0", "无", "na", "none", "null", "空"})
"""What cells hold that say nothing, as flags are compared."""


def is_filler(cell: Cell) -> bool:
    """Tell whether a cell is empty, or filled with what stands for nothing."""
    return word(cell) in FILLERS


def are_flags(cells: Sequence[Cell]) -> bool:
    """Tell whether cells say yes or no in words: both, or one beside blanks; one alone, or over all, may be a code."""
    said = [word(cell) for cell in cells if isinstance(cell, str) and word(cell)]
    filled = sum(cell is not None and word(cell) != "" for cell in cells)
    if not said or len(said) < filled or not {*said} <= words("yes") | words("no"):
        return False
    is_first = bool(cells) and cells[0] is not None and word(cells[0]) != ""
    return len({*said}) > 1 or (len(said) < len(cells) and (len(said) > 1 or not is_first))
