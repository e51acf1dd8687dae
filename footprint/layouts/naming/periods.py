"""Cells that tell the first and the last day of a row in one: ``from 2020-01-01 to 2023-06-30``."""

from __future__ import annotations

import re
from functools import lru_cache

from footprint.model.sheets import Cell

_SINCE, _UNTIL = r"(?:from|since|as of|ab|von|vom|自|从|由)", r"(?:to|until|till|thru|through|up to|bis|至|到)"
_DAY = r"\d[\d./年月日]*(?:[- ](?:\d{1,2}|[^\W\d_]{3})[- ]\d{2,4})?|\d{1,2}[- ][^\W\d_]{3}[- ]\d{2,4}"
_BOTH = re.compile(
    rf"{_SINCE}?\s*({_DAY})\s*(?:{_UNTIL}|[~～]|\s[-–—]\s|[–—]|\.\.\.?)\s*({_DAY}|\D{{1,12}})?", re.IGNORECASE
)
_FIRST = re.compile(rf"{_SINCE}\s*({_DAY})\s*(?:起|on|onwards)?|({_DAY})\s*起", re.IGNORECASE)
_LAST = re.compile(rf"{_UNTIL}\s*({_DAY})|({_DAY})\s*止", re.IGNORECASE)
_LONGEST = 60


@lru_cache(4096)
def period(cell: Cell) -> tuple[str, str] | None:
    """Return the first and the last day of a period as they are written, "" for an open end; None for no period."""
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return None
    text = " ".join(cell.split())
    if both := _BOTH.fullmatch(text):
        return both[1].strip(), (both[2] or "").strip()
    if first := _FIRST.fullmatch(text):
        return (first[1] or first[2]).strip(), ""
    last = _LAST.fullmatch(text)
    return ("", (last[1] or last[2]).strip()) if last else None


def is_period(cell: Cell) -> bool:
    """Tell whether a cell is a period."""
    return period(cell) is not None
