"""Periods as people write them: a year, a month, a day, or a range of these."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache

_PART = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)

Span = tuple[dt.date, dt.date]
"""First and last day."""


@lru_cache(maxsize=1024)
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


def overlap(one: Span, other: Span) -> Span | None:
    """Return the days that two spans share, None when there are none."""
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start <= end else None


def covers(whole: Span, part: Span) -> bool:
    """Tell whether every day of ``part`` is one of ``whole``."""
    return whole[0] <= part[0] and part[1] <= whole[1]


def year_of(days: Span) -> str:
    """Return the year that holds most of the days, the earlier of two that hold as many."""
    start, end = days
    years = range(start.year, end.year + 1)
    longest = max(years, key=lambda year: (_days_in(year, days), -year))
    return f"{longest:04d}"


def _days_in(year: int, days: Span) -> int:
    shared = overlap(days, (dt.date(year, 1, 1), dt.date(year, 12, 31)))
    return (shared[1] - shared[0]).days if shared else -1
