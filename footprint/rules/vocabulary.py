"""Every name, type, unit and function an expression may use: ``data/vocabulary.csv`` and the functions below."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from footprint.model.expressions import Scalar

VERSION = "1"


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


FUNCTIONS: Mapping[str, Function] = {
    "min": Function("number", (2, 9), "number", min, "the smaller of", "取小"),
    "max": Function("number", (2, 9), "number", max, "the larger of", "取大"),
    "abs": Function("number", (1, 1), "number", abs, "the absolute value of", "绝对值"),
    "contains": Function("text", (2, 2), "truth", lambda whole, part: part in whole.split(), "contains", "包含"),
    "known": Function("any", (1, 1), "truth", lambda value: value is not None, "is stated", "已填写"),
}


@cache
def words() -> Mapping[str, Word]:
    """Return the fixed names by path; product fields and parameters are added per rule file."""
    path = Path(__file__).parent.parent / "data" / "vocabulary.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {r["name"]: Word(r["name"], r["type"], r["unit"], r["en"], r["zh"]) for r in csv.DictReader(file)}
