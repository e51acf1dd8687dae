"""Every name, verb, function and term a rule file may use (``data/vocabulary.csv``), and what computes a function."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from math import ceil, floor
from pathlib import Path
from typing import NamedTuple

from footprint.model.dependent import held, highest, lowest, total
from footprint.model.expressions import Scalar

VERSION = "3"
_LONGEST_LIFE = 200
_SEPARATOR = re.compile("[;,；，、]")
TRUTHS = {"yes": True, "true": True, "no": False, "false": False}


class Word(NamedTuple):
    """A name: its ``type`` (number, text, truth), unit, captions, and whether it is a table of such values."""

    name: str
    type: str
    unit: str
    en: str
    zh: str
    is_table: bool = False

    def caption(self, lang: str) -> str:
        """Return the caption in ``lang``."""
        return self.zh if lang == "zh" else self.en


class Function(NamedTuple):
    """A function: what its arguments must be, from how many to how many, what it gives, and how it is computed."""

    arguments: str
    arity: tuple[int, int]
    gives: str
    compute: Callable[..., Scalar]
    en: str
    zh: str


class Entry(NamedTuple):
    """One row of the vocabulary. ``kind``: key (of a part of the file), name, function, note, or the kind of a term.

    ``choices``: the words a text can hold, or the keys of a table, parted by ``|``; ``@stages``: the ids of that list
    of the rule file. Empty: any.
    """

    kind: str
    name: str
    type: str
    required: str
    unit: str
    choices: str
    en: str
    zh: str
    meaning_en: str
    meaning_zh: str


def declining(rate: float, years: float) -> float:
    """Return the sum of (1 - rate) ** (y - 1) over the whole years y = 1 .. ``years`` [-]; ValueError otherwise.

    What a first year of 1 yields over a life in which each year gives less than the one before by ``rate`` [-].
    """
    whole = held(float(years), years)
    if not 0 <= rate <= 1 or whole != int(whole) or not 0 <= whole <= _LONGEST_LIFE:
        raise ValueError(f"declining({rate:g}, {years:g}): a rate from 0 to 1 and 0 to {_LONGEST_LIFE} whole years")
    left, terms = 1.0, []
    for _ in range(int(whole)):
        terms.append(left)
        left *= 1 - rate
    return total(terms)


def contains(whole: str, word: str) -> bool:
    """Tell whether ``word`` is one of the words of a list, which semicolons or commas part, else blanks."""
    parts = _SEPARATOR.split(whole) if _SEPARATOR.search(whole) else whole.split()
    return word.strip() in [part.strip() for part in parts]


def days(start: str, end: str) -> float:
    """Return the days from one date to another, each YYYY-MM-DD; ValueError for other texts."""
    return float((date.fromisoformat(end) - date.fromisoformat(start)).days)


def _whole(rounded: Callable[[float], int]) -> Callable[[float], float]:
    """Return what rounds to a whole number what is not one in its first nine decimals: 1.1 / 0.1 is 11."""
    return lambda number: held(float(rounded(round(number, 9))), number)


_COMPUTE: Mapping[str, tuple[str, tuple[int, int], Callable[..., Scalar]]] = {
    "min": ("number", (2, 9), lowest),
    "max": ("number", (2, 9), highest),
    "abs": ("number", (1, 1), abs),
    "contains": ("text", (2, 2), contains),
    "known": ("any", (1, 1), lambda value: value is not None),
    "declining": ("number", (2, 2), declining),
    "ceil": ("number", (1, 1), _whole(ceil)),
    "floor": ("number", (1, 1), _whole(floor)),
    "days": ("text", (2, 2), days),
}


@cache
def entries() -> tuple[Entry, ...]:
    """Return the rows of the vocabulary, in their order."""
    path = Path(__file__).parent.parent / "data" / "vocabulary.csv"
    with path.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return tuple(Entry(*row) for row in rows)


def example() -> str:
    """Return a whole rule file that uses what is printed before it."""
    return (Path(__file__).parent.parent / "data" / "rules.yaml").read_text(encoding="utf-8")


@cache
def terms(kind: str) -> tuple[str, ...]:
    """Return the terms of one kind: verb, method, role, supply, criterion, untracked, scheme, matrix, topic."""
    return tuple(entry.name for entry in entries() if entry.kind == kind)


@cache
def keys_of(part: str) -> frozenset[str]:
    """Return the keys that a part of a rule file may have: ``file`` for the file itself, else the name of a section."""
    prefix = f"{part}."
    return frozenset(e.name.removeprefix(prefix) for e in entries() if e.kind == "key" and e.name.startswith(prefix))


@cache
def required_of(part: str) -> tuple[str, ...]:
    """Return the keys that a part of a rule file must have."""
    prefix = f"{part}."
    return tuple(e.name.removeprefix(prefix) for e in entries() if e.required and e.name.startswith(prefix))


@cache
def words() -> Mapping[str, Word]:
    """Return the fixed names by path; product fields and parameters are added per rule file."""
    return {e.name: _word(e) for e in entries() if e.kind == "name"}


def _word(entry: Entry) -> Word:
    type_, _, table = entry.type.partition(" ")
    return Word(entry.name, type_, entry.unit, entry.en, entry.zh, bool(table))


def like(word: str, options: Iterable[str]) -> tuple[str, ...]:
    """Return up to three of ``options`` that are spelt almost like ``word``."""
    from difflib import get_close_matches

    folded = {option.casefold(): option for option in options}
    return tuple(folded[near] for near in get_close_matches(word.casefold(), folded, n=3))


def like_name(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return up to three of ``names`` that are like ``name`` after the dot, and of its kind if it has one."""
    kind, dot, own = name.rpartition(".")
    inner = {each.rpartition(".")[2]: each for each in names if not dot or each.startswith(f"{kind}.")}
    return tuple(inner[near] for near in like(own, inner))


def _functions() -> dict[str, Function]:
    about = {e.name: e for e in entries() if e.kind == "function"}
    return {
        name: Function(arguments, arity, about[name].type, compute, about[name].en, about[name].zh)
        for name, (arguments, arity, compute) in _COMPUTE.items()
    }


FUNCTIONS: Mapping[str, Function] = _functions()
