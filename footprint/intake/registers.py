"""What must hold on the sheets of documents and instruments: days in order, a row per calibration, no zero divisor."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.errors import Problem, problem
from footprint.intake import schema
from footprint.tables.typed.table import Row, Table


def days(table: Table, first: str, last: str) -> Iterator[Problem]:
    """Yield the rows whose ``last`` day is before their ``first``."""
    for row in table.rows:
        start, end = row.date(first), row.date(last)
        if start and end and end < start:
            yield problem("days-reversed", row.place(last), first=start, last=end)


def calibrations(table: Table) -> Iterator[Problem]:
    """Yield the rows that repeat an instrument without being another calibration of it."""
    first: dict[tuple[str, object], Row] = {}
    for row in (row for row in table.rows if row.text("id")):
        seen = first.setdefault((row.text("id"), row.date("calibrated_on")), row)
        if seen is not row:
            yield problem("calibration-twice", row.place("id"), id=row.text("id"), first=seen.place("id").address)


def above_zero(table: Table, key: str) -> Iterator[Problem]:
    """Yield the cells of ``key`` that are zero and would make nothing of everything."""
    field = schema.field(table.name, key)
    for row in table.rows:
        if row.number(key) == 0:
            yield Problem("must-exceed-zero", row.place(key), {"en": field.en, "zh": field.zh})
