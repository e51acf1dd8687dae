"""What is to be said where the periods of different sheets do not meet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from footprint.model.bill import Entry, Notice
from footprint.model.spans import span
from footprint.provenance import ranges
from footprint.tables.typed.table import Row, Table


def notices(tables: Mapping[str, Table], entries: Mapping[str, Entry]) -> None:
    """Add to the tables the notices of periods outside the reference period, and of supplies of other years."""
    processes, electricity, factors = (tables.get(name) for name in ("Processes", "Electricity", "Factors"))
    if factors is not None:
        factors.notices += (*_expired(factors, entries), *_not_final(factors))
    for table in (processes, electricity):
        if table is not None:
            table.notices += _outside(table, entries)
    if processes is not None and electricity is not None:
        processes.notices += _differing(processes, electricity)


def _outside(table: Table, entries: Mapping[str, Entry]) -> Iterator[Notice]:
    """Yield one notice per period that has no day in common with the reference period."""
    start, end = (entries[key].value if key in entries else None for key in ("period_start", "period_end"))
    if not isinstance(start, dt.date) or not isinstance(end, dt.date):
        return
    for period, rows in _by_period(table).items():
        days = span(period)
        if days and (days[1] < start or days[0] > end):
            facts = {"period": period, "rows": ranges([row.index + 1 for row in rows]), "start": start, "end": end}
            yield Notice("period-outside", rows[0].place("period"), facts)


def _expired(table: Table, entries: Mapping[str, Entry]) -> Iterator[Notice]:
    """Yield a notice for each footprint of a supplier that may not be used any more on the day of issue."""
    day = issued(entries)
    for row in table.rows:
        until = row.date("valid_until")
        if until is not None and day is not None and until < day:
            facts = {"factor": row.text("code"), "until": until, "day": day}
            yield Notice("factor-expired", row.place("valid_until"), facts)


def _not_final(table: Table) -> Iterator[Notice]:
    """Yield a notice for each footprint of a supplier that is not final."""
    for row in table.rows:
        if row.text("state"):
            yield Notice(f"factor-{row.text('state')}", row.place("state"), {"factor": row.text("code")})


def issued(entries: Mapping[str, Entry]) -> dt.date | None:
    """Return the day of issue, where nobody stated one that on which the reference period ends."""
    days = (entries[key].value for key in ("issue_date", "period_end") if key in entries)
    return next((day for day in days if isinstance(day, dt.date)), None)


def _by_period(table: Table) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table.rows:
        found.setdefault(row.text("period"), []).append(row)
    return found


def _differing(processes: Table, electricity: Table) -> Iterator[Notice]:
    """Yield one notice per period of process rows and row of the supply they use when these share no year."""
    supplies: dict[str, list[Row]] = {}
    for row in electricity.rows:
        supplies.setdefault(row.text("supply"), []).append(row)
    told: set[tuple[str, int]] = set()
    for row in processes.rows:
        for supply in supplies.get(row.text("supply"), ()):
            seen = (row.text("period"), supply.index)
            if seen not in told and _no_common_year(row.text("period"), supply.text("period")):
                told.add(seen)
                yield Notice("period-differs", row.place("period"), _facts(row, supply))


def _facts(row: Row, supply: Row) -> dict[str, object]:
    cell = supply.place("period").address
    return {"period": row.text("period"), "supply": row.text("supply"), "cell": cell, "other": supply.text("period")}


def _no_common_year(one: str, other: str) -> bool:
    a, b = span(one), span(other)
    return a is not None and b is not None and (a[1].year < b[0].year or b[1].year < a[0].year)
