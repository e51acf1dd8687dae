"""The days from and until which a row is valid, in the notation of the table: which of day and month stands first.

The cells that leave no doubt decide for both columns; where none does, and the answer matters on the day, it is asked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.layout import DATES, Layout
from footprint.layouts.naming.periods import period
from footprint.model.sheets import Cell

SINCE, UNTIL, PERIOD = "valid_from", "valid_to", "validity"
_SURE = tuple(map(re.compile, (
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s{0,3}日?(?:[ T].*)?",
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})", r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
    r"(?P<d>\d{1,2})[-. /]{1,2}(?P<n>[A-Za-zäÄ]{3})[a-zä]*[-., /]{1,2}(?P<y>\d{4}|\d{2})",
    r"(?P<n>[A-Za-z]{3})[a-z]*\.? (?P<d>\d{1,2}),? (?P<y>\d{4})",
)))  # fmt: skip
_OPEN = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{2,4})(?:[ T].*)?")
"""A date of which only the cells beside it, or nobody, tell what stands first."""
_MONTHS = {name: month for month, names in enumerate(
    ("jan", "feb", "mar mär mrz", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"), 1,
) for name in names.split()}  # fmt: skip
_CENTURY = 2000
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
        return _date(int(parts["y"]) + (_CENTURY if len(parts["y"]) < len("2000") else 0), month, int(parts["d"]))
    found = _OPEN.fullmatch(text)
    if found is None or not order:
        return None
    written = {letter: found[order.index(letter) + 1] for letter in "ymd"}
    century = {2: _CENTURY, 4: 0}.get(len(written["y"]))
    return None if century is None else _date(century + int(written["y"]), int(written["m"]), int(written["d"]))


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def effective(table: Table, left: Sequence[int], layout: Layout, on: dt.date) -> Iterator[int]:
    """Yield the rows that are not yet valid on the day, or no longer."""
    if _tells(table):
        order = _order(table, layout, on)
        each = [(cells, _outside({*cells}, ends, order, on)) for ends in _ENDS for cells in (table.field(ends),)]
        yield from (i for i in left if any(cells[i] in out for cells, out in each))


def asked(table: Table, layout: Layout, on: dt.date) -> tuple[Problem, ...]:
    """Ask about the first date that nobody can read."""
    order = _order(table, layout, on) if _tells(table) else ""
    for field in _ENDS:
        cells = table.field(field)
        texts = {cell for cell in {*cells} if isinstance(cell, str) and any(map(_may_be_day, _days(cell, field)))}
        unread = {text for text in texts if any(day(each, order) is None for each in _days(text, field)
                                                if _may_be_day(each))}  # fmt: skip
        at = next((at for at, cell in enumerate(cells) if cell in unread), None) if unread else None
        if at is not None:
            return (problem("import-date", table.place(at, field), text=str(cells[at]).strip()),)
    return ()


def _tells(table: Table) -> bool:
    return any(map(table.has, _ENDS))


def _days(cell: Cell, field: str) -> tuple[Cell, ...]:
    """Return the days that a cell of a field tells: one, or those that a period begins and ends with."""
    return period(cell) or (() if cell is None else (cell,)) if field == PERIOD else (cell,)


def _may_be_day(text: Cell) -> bool:
    return not isinstance(text, str) or not _NEVER.fullmatch(text.strip())


def _order(table: Table, layout: Layout, on: dt.date) -> str:
    """Return what stands first in the dates of a table: as stated, as they tell, or any where that is no matter."""
    every = {field: {*table.field(field)} for field in _ENDS}
    texts = {each.strip() for field, cells in every.items() for cell in cells for each in _days(cell, field)
             if isinstance(each, str)}  # fmt: skip
    open_ = [text for text in texts if _OPEN.fullmatch(text) and day(text) is None and not _NEVER.fullmatch(text)]
    orders = [order for order in DATES if open_ and all(day(text, order) for text in open_)]
    answers = {tuple(_outside(cells, field, order, on) for field, cells in every.items()) for order in orders}
    return layout.constants.get("dates", "") or (orders[0] if orders and len(answers) == 1 else "")


def _outside(cells: Iterable[Cell], field: str, order: str, on: dt.date) -> frozenset[Cell]:
    """Return the cells of a field that say of their rows that these are not yet valid on the day, or no longer."""
    return frozenset(cell for cell in cells if _is_outside(*_ENDS[field](cell), order, on))


def _is_outside(first: Cell, last: Cell, order: str, on: dt.date) -> bool:
    begins, ends = day(first, order), day(last, order, last=True)
    return (begins is not None and begins > on) or (ends is not None and ends < on)


_ENDS: Mapping[str, Callable[[Cell], tuple[Cell, Cell]]] = MappingProxyType({
    SINCE: lambda cell: (cell, None), UNTIL: lambda cell: (None, cell),
    PERIOD: lambda cell: period(cell) or (None, None),
})  # fmt: skip
"""The fields of days, and the first and the last one that a cell of each tells."""
