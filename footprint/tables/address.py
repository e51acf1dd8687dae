"""Cell addresses as numbers and as the byte patterns that bound them."""

from __future__ import annotations

import re
from functools import lru_cache

from footprint.tables.limits import MAX_COLUMNS, MAX_ROWS

_ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_RANGE = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}(?::[A-Z]{1,3}[1-9][0-9]{0,6})?")


@lru_cache(maxsize=1 << 15)
def column_number(letters: str) -> int:
    """Return the one-based number of column ``letters``: A -> 1, AA -> 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def split(address: str) -> tuple[int, int] | None:
    """Return the one-based row and column of ``address``, None if it is not one of the grid."""
    match = _ADDRESS.fullmatch(address)
    row, column = (int(match[2]), column_number(match[1])) if match else (0, 0)
    return (row, column) if 0 < row <= MAX_ROWS and 0 < column <= MAX_COLUMNS else None


def is_range(text: str) -> bool:
    """Tell whether ``text`` is one cell or one range in capitals, without dollar signs."""
    return _RANGE.fullmatch(text) is not None


def row_pattern(rows: int) -> tuple[bytes, int]:
    """Return a pattern of the row numbers from 1 to a round bound not below ``rows``, and that bound."""
    for digits in range(3, 6):
        if rows < 10**digits:
            return rb"[1-9][0-9]{0,%d}" % (digits - 1), 10**digits - 1
    bound = (rows // 50_000 + 1) * 50_000
    leading, half = divmod(bound, 100_000)
    patterns = [rb"[1-%d][0-9]{5}" % min(leading - 1, 9)] if leading > 1 else []
    if half:
        patterns.append(rb"%d[0-4][0-9]{4}" % leading)
    return b"|".join([*patterns, rb"[1-9][0-9]{0,4}"]), bound - 1


def column_pattern(columns: int) -> tuple[bytes, int]:
    """Return a pattern of the letters of the columns from 1 to a round bound not below ``columns``, and that bound."""
    if columns <= 26:
        return b"[A-Z]", 26
    if columns <= 702:
        steps = -(-columns // 26) - 1
        return b"[A-%c]?[A-Z]" % (64 + steps), 26 * (steps + 1)
    steps = -(-(columns - 702) // 676)
    return b"[A-%c][A-Z]{2}|[A-Z]{1,2}" % (64 + steps), 702 + 676 * steps
