"""Periods as people write them: a year, a month, a day, or a range of these."""

from __future__ import annotations

import calendar
import datetime as dt
import re

_PART = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)

Span = tuple[dt.date, dt.date]
"""First and last day."""


def span(text: str) -> Span | None:
    """Return the days of a year, a month, a day or a range; None when there is no such period."""
    first, _, last = text.partition("/")
    start, end = _days(first), _days(last or first)
    return (start[0], end[1]) if start and end and start[0] <= end[1] else None


def _days(text: str) -> Span | None:
    match = _PART.fullmatch(text)
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        start = dt.date(int(year), int(month or 1), int(day or 1))
        last = int(month or 12)
        return start, dt.date(start.year, last, int(day or calendar.monthrange(start.year, last)[1]))
    except ValueError:
        return None
