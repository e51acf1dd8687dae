"""The volume of a solid part from the size that its text states: ``1.2*1000*2000``, ``Φ20x1000``.

A size may be that of a box around a hollow part. It counts only where the row is called a plate, sheet, strip, foil,
film or bar (``data/bom_words.csv``, kind ``solid``), and has three measures, or a diameter and a length. Where point or
comma may mark decimals or thousands, and nothing tells which (``1.200*600*2``), it does not count.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache, lru_cache

from footprint import units
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.amounts import POINT, Size, decimal_mark, sizes
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.sayings import spelt

_ONE = r"[ΦφØ⌀]?\s*\d(?:[\d.,]*\d)?+\s*(?:mm|cm|m|毫米|厘米|米)?"
_BY = r"\s*[*×xX]\s*"
_SIZED = re.compile(rf"(?<![\w.*×])(?<!\d,){_ONE}(?:{_BY}{_ONE}){{1,2}}(?!{_BY}\d|,?[\d.])")
_DIGITS = re.compile(r"\d[\d.,]*")
_ROUND = re.compile(r"[ΦφØ⌀]")
_BOX, _LONGEST = 3, 500
"""Measures of a box, and letters of a text that may state a size: what is longer tells a story."""
_KNOWN = 65536
_TEXTS = ("specification", "material", "name")


def volume(table: Table, at: int, layout: Layout) -> float | None:
    """Return the volume [m3] of what a row is one of; None where its text states none, or not in which unit."""
    measures, is_round = size(table, at, layout) or ((), False)
    stated = table.unit_of("specification") or layout.constants.get("length_unit", "")
    lengths = [_metres(one, stated) for one in measures]
    if not lengths or any(one is None for one in lengths):
        return None
    known = [one for one in lengths if one is not None]
    return math.pi / 4 * known[0] ** 2 * known[1] if is_round else math.prod(known)


def size(table: Table, at: int, layout: Layout) -> tuple[tuple[Size, ...], bool] | None:
    """Return the measures of a solid part and whether the first is a diameter; None where there are none.

    No measures where there are some, and nobody says which of point and comma marks their decimals.
    """
    texts = [cell for field in _TEXTS for column in table.columns.get(field, ())
             if isinstance(cell := table.column(column)[at], str) and len(cell) <= _LONGEST]  # fmt: skip
    if not any(map(_is_solid, texts)):
        return None
    for text in texts:
        match = _SIZED.search(" ".join(unicodedata.normalize("NFKC", text).split()))
        rounds = [bool(_ROUND.match(part.strip())) for part in re.split(_BY, match[0])] if match else []
        if match and (rounds == [True, False] or (len(rounds) == _BOX and not any(rounds))):
            mark = _mark(_DIGITS.findall(match[0]), table, layout)
            found = sizes(match[0], mark) if mark else ()
            if found or not mark:
                return found, rounds[0]
    return None


def _mark(written: list[str], table: Table, layout: Layout) -> str | None:
    """Return the decimal mark of a size: as it shows itself, else as is stated, else that of the table."""
    own = decimal_mark(written)
    return own or POINT if own is not None else layout.constants.get("decimal") or table.decimal


@lru_cache(_KNOWN)
def _is_solid(text: str) -> bool:
    return _solid().search(text) is not None


@cache
def _solid() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{word}\b" if word.isascii() else word for word in spelt("solid")), re.IGNORECASE)


def _metres(one: Size, stated: str) -> float | None:
    try:
        return one.value * units.factor(one.unit or stated, "m")
    except (units.UnknownUnitError, ValueError):
        return None
