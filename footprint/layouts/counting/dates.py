"""The days from and until which a row is valid, in the notation of the table: which of day and month stands first.

The cells that leave no doubt decide for both columns; where none does, and the answer matters on the day, it is asked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.layout import DATES, Layout
from footprint.model.sheets import Cell

SINCE, UNTIL = "valid_from", "valid_to"
_SURE = tuple(map(re.compile, (
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s{0,3}日?(?:[ T].*)?",
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})", r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
    r"(?P<d>\d{1,2})[-. /]{1,2}(?P<n>[A-Za-zäÄ]{3})[a-zä]*[-., /]{1,2}(?P<y>\d{4})",
    r"(?P<n>[A-Za-z]{3})[a-z]*\.? (?P<d>\d{1,2}),? (?P<y>\d{4})",
)))  # fmt: skip
_OPEN = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{2,4})(?:[ T].*)?")
"""A date of which only the cells beside it, or nobody, tell what stands first."""
_MONTHS = {name: month for month, names in enumerate(
    ("jan", "feb", "mar mär mrz", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"), 1,
) for name in names.split()}  # fmt: skip
_NEVER = re.compile(r"\D*|[09\W]*")
_EPOCH = dt.date(1899, 12, 30)
_DAYS = 2_958_466
_YEARS = range(1990, 2200)
"""Numbers that are years: as days of a spreadsheet they lie before 1907."""


def day(cell: Cell, order: str = "", *, last: bool = False) -> dt.date | None:
    """Return the day that a cell means: a date, a text of one, or the number of a spreadsheet; None otherwise.

    ``order``: what stands first in texts that do not tell it themselves, one of `DATES`; ``last``: a year is its last.
    """
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, float) and cell in _YEARS:
        return dt.date(int(cell), 12, 31) if last else dt.date(int(cell), 1, 1)
    if isinstance(cell, float):
        return _EPOCH + dt.timedelta(days=int(cell)) if 1 <= cell < _DAYS else _of_text(f"{cell:.0f}", order)
    if isinstance(cell, str):
        return _of_text(cell.strip(), order)
    return cell if isinstance(cell, dt.date) else None


def _of_text(text: str, order: str) -> dt.date | None:
    match = next(filter(None, (pattern.fullmatch(text) for pattern in _SURE)), None)
    if match:
        parts = match.groupdict()
        month = _MONTHS.get(parts["n"].casefold(), 0) if "n" in parts else int(parts["m"])
        return _date(int(parts["y"]), month, int(parts["d"]))
    found = _OPEN.fullmatch(text)
    if found is None or not order:
        return None
    written = {letter: found[order.index(letter) + 1] for letter in "ymd"}
    century = {2: 2000, 4: 0}.get(len(written["y"]))
    return None if century is None else _date(century + int(written["y"]), int(written["m"]), int(written["d"]))


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def effective(table: Table, left: Sequence[int], layout: Layout, on: dt.date) -> Iterator[int]:
    """Yield the rows that are not yet valid on the day, or no longer."""
    if table.has(SINCE) or table.has(UNTIL):
        since, until = table.field(SINCE), table.field(UNTIL)
        early, late = _outside(table, _order(table, layout, on), on)
        yield from (i for i in left if since[i] in early or until[i] in late)


def asked(table: Table, layout: Layout, on: dt.date) -> tuple[Problem, ...]:
    """Ask about the first date that nobody can read."""
    order = _order(table, layout, on) if table.has(SINCE) or table.has(UNTIL) else ""
    for field in (SINCE, UNTIL):
        cells = table.field(field)
        texts = {cell for cell in {*cells} if isinstance(cell, str) and not _NEVER.fullmatch(cell.strip())}
        unread = {text for text in texts if day(text, order) is None}
        at = next((at for at, cell in enumerate(cells) if cell in unread), None) if unread else None
        if at is not None:
            return (problem("import-date", table.place(at, field), text=str(cells[at]).strip()),)
    return ()


def _order(table: Table, layout: Layout, on: dt.date) -> str:
    """Return what stands first in the dates of a table: as stated, as they tell, or any where that is no matter."""
    texts = {cell.strip() for field in (SINCE, UNTIL) for cell in {*table.field(field)} if isinstance(cell, str)}
    open_ = [text for text in texts if _OPEN.fullmatch(text) and day(text) is None and not _NEVER.fullmatch(text)]
    orders = [order for order in DATES if open_ and all(day(text, order) for text in open_)]
    answers = {_outside(table, order, on) for order in orders} if len(orders) > 1 else {()}
    return layout.constants.get("dates", "") or (orders[0] if orders and len(answers) == 1 else "")


def _outside(table: Table, order: str, on: dt.date) -> tuple[frozenset[Cell], frozenset[Cell]]:
    """Return the cells of days from which rows are not yet valid, and of those until which they were."""
    since, until = {*table.field(SINCE)}, {*table.field(UNTIL)}
    early = frozenset(cell for cell in since if (first := day(cell, order)) and first > on)
    return early, frozenset(cell for cell in until if (end := day(cell, order, last=True)) and end < on)
