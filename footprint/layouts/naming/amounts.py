"""Amounts as people type them into cells: ``1,5 kg``, ``３PCS``, ``1.234,5``, ``12 %``, ``0.3mm*20``.

Which of point and comma marks the decimals is decided for a whole column, by the cells that leave no doubt; where none
does and one is in doubt, it is not guessed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from footprint.model.sheets import Cell

POINT, COMMA = ".", ","
_DIGITS = r"[+-]?(?:\d[\d.,'\u00a0\u2009 ]*\d|\d|[.,]\d+)(?:[eE][+-]?\d{1,3})?"
_WRITTEN = re.compile(rf"(?:约|≈|~|=|x|×)?\s*({_DIGITS})\s*(.*)", re.DOTALL | re.IGNORECASE)
_TRAILING = re.compile(r"^(\d[\d.,'\u00a0\u2009 ]*)-(?=\s*(?:[^\W\d_]|$))")
"""A minus behind its number, as SAP writes it."""
_BLANKS = re.compile(r"[\s'\u00a0\u2009\u202f]+")
_SIZES = re.compile(r"\s*[*×xX]\s*")
_SIZE = re.compile(rf"(?:[ΦφØ⌀]|[LWTHDΦ]=?)?\s*({_DIGITS})\s*([a-zA-Zμµ米毫厘丝]*)")
_UNIT = re.compile(r"[^\W\d_][\w ./·²³-]{0,23}|[%‰°Ω][\w /]{0,9}")
_FRACTION = re.compile(r"\u2044([0-9]{1,6})\s{0,3}([^\W\d_]?[^\W\d]{0,23})")
_MIXED = re.compile(r"\d\s?[¼-¾⅐-⅞]")
"""What follows the upper number of ``½ kg``, one sign; columns of amounts alone have ``1½`` and ``1/2``."""
_TIMES = re.compile(r"[xX×]\s?\d")
_NUMERALS = {**{sign: float(at) for at, sign in enumerate("零一二三四五六七八九十")}, "两": 2.0, "半": 0.5,
             "half": 0.5, "halb": 0.5}  # fmt: skip
"""Chinese numbers of one sign, and a half in words."""
_BARE = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_THOUSAND = 3
LARGEST = 1e30
"""Beyond it nothing is an amount of anything, and products of a few are no numbers."""


class Amount(NamedTuple):
    """A number and the unit written beside it, "" for none; ``%`` is left as a unit."""

    value: float
    unit: str = ""


class Size(NamedTuple):
    """One measure of ``0.3mm*20``."""

    value: float
    unit: str


def decimal_mark(cells: Iterable[Cell]) -> str | None:
    """Return what marks the decimals in the texts of a column, "" where no text has a mark; None where in doubt."""
    surely, doubtful = set(), False
    for text in (cell for cell in {*cells} if isinstance(cell, str)):
        mark = _mark(text)
        if mark is None:
            doubtful = True
        elif mark:
            surely.add(mark)
    if len(surely) > 1:
        return None
    return surely.pop() if surely else None if doubtful else ""


def _mark(text: str) -> str | None:
    """Return the decimal mark a text shows, "" where it has neither mark; None for ``1,234`` and ``1.234``."""
    found = _WRITTEN.fullmatch(_TRAILING.sub(r"-\1", _narrow(text)))
    digits = _BLANKS.sub("", found[1]) if found else ""
    points, commas = digits.count(POINT), digits.count(COMMA)
    if points and commas:
        return POINT if digits.rfind(POINT) > digits.rfind(COMMA) else COMMA
    if not points and not commas:
        return ""
    mark, other = (POINT, COMMA) if points else (COMMA, POINT)
    head, _, tail = digits.rpartition(mark)
    if points + commas > 1:
        return other
    thousand = len(tail) == _THOUSAND and head.lstrip("+-") not in {"", "0"} and len(head.lstrip("+-")) <= _THOUSAND
    return None if thousand else mark


@lru_cache(65536)
def amount(written: str, mark: str = POINT) -> Amount | None:
    """Return the number a text begins with and its unit; None where it is no number, or none that ``mark`` allows."""
    narrow = _narrow(written)
    if narrow.casefold() in _NUMERALS:
        return Amount(_NUMERALS[narrow.casefold()])
    found = _WRITTEN.fullmatch(_TRAILING.sub(r"-\1", narrow))
    if found is None:
        return None
    value = number(found[1], mark)
    unit = found[2].strip()
    part = None if value is None or _MIXED.search(written) else _FRACTION.fullmatch(unit)
    if value is not None and part and value.is_integer() and (below := float(part[1])):
        value, unit = value / below, part[2]
    if value is None or _TIMES.match(unit) or (unit and not _UNIT.fullmatch(unit)):
        return None
    return Amount(value, unit)


def number(digits: str, mark: str = POINT) -> float | None:
    """Return the value of digits whose decimals follow ``mark``; None where others are grouped than by threes."""
    other = POINT if mark == COMMA else COMMA
    whole, _, decimals = digits.partition(mark)
    groups = re.split(rf"[{other}'\s]", whole.lstrip("+-"))
    grouped = len(groups) > 1 and not (0 < len(groups[0]) <= _THOUSAND and all(len(g) == _THOUSAND for g in groups[1:]))
    bare = re.sub(rf"[{other}'\s]", "", whole) + (f".{decimals}" if decimals else "")
    if grouped or not _BARE.fullmatch(bare):
        return None
    value = float(bare)
    return value if abs(value) <= LARGEST else None


def added(numbers: Iterable[float]) -> float:
    """Return the exact sum; infinite where it is beyond what a float can be."""
    try:
        return math.fsum(numbers)
    except OverflowError:
        return math.inf


def sizes(written: str, mark: str = POINT) -> tuple[Size, ...]:
    """Return the measures of ``1200*600*2mm``, the last unit for those without; empty where it is no such text."""
    parts = _SIZES.split(" ".join(_narrow(written).split()))
    found = [_SIZE.fullmatch(part.strip()) for part in parts]
    if len(parts) == 1 or not all(found):
        return ()
    values = [number(match[1], mark) for match in found if match]
    units = [match[2] for match in found if match]
    if None in values:
        return ()
    return tuple(Size(value, unit or units[-1]) for value, unit in zip(values, units, strict=True) if value is not None)


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
