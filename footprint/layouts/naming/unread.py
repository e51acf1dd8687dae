"""What stands in place of a number: a date, what fills up a recipe (余量, q.s. to 100), a range (10-15)."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from footprint.layouts.naming.sayings import spelt
from footprint.model.sheets import Cell

_FROM_TO = re.compile(
    r"[<>≤≥＜＞±]\s?\d[\d.,]{0,11}\s?\S{0,3}"
    r"|\d[\d.,]{0,11}\s?%?\s?[-–—~～至到±]\s?\d[\d.,]{0,11}\s?\S{0,3}"
)
_LONGEST = 30
"""Letters of a text that is looked at."""


def no_number(cell: Cell) -> str:
    """Return the code of what is said of a cell that is no number."""
    if isinstance(cell, date):
        return "import-date-for-number"
    text = str(cell)
    if len(text) > _LONGEST:
        return "import-number"
    if _rests().search(text):
        return "import-rest"
    return "import-range" if _FROM_TO.fullmatch(text.strip()) else "import-number"


@cache
def _rests() -> re.Pattern[str]:
    each = (rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word) for word in spelt("rest"))
    return re.compile("|".join(each), re.IGNORECASE)
