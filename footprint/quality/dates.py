"""The dates of documents: against what they record, the study they are for, and a period left open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from footprint.model.findings import Finding
from footprint.quality.register import Document

RECORDS = frozenset({"meter", "weighing", "invoice", "batch_record"})
"""Types of documents that tell what has happened: they are not older than that."""
PUBLISHED = frozenset({"publication", "dataset", "rule", "standard"})
"""Types of documents whose numbers may be of another time than the study: their age is rated, nothing contradicts."""
_YEARS = 5
"""From the end of the reference period on: a later document is told of, a limit of this program."""


def dated(document: Document, issued: dt.date | None) -> Iterator[Finding]:
    """Yield a date before what the document records, or after the study, and a period of which one end is missing."""
    row, place = document.row, document.place("date")
    if (row.period_start is None) != (row.period_end is None):
        key = "period_end" if row.period_end is None else "period_start"
        first, last = document.days
        yield Finding("period-open", document.place(key), {"document": row.id, "first": first, "last": last})
    if row.date is None:
        return
    facts = {"document": row.id, "date": row.date}
    recorded = row.period_start if row.closing is None else row.period_end
    if row.type in RECORDS and recorded is not None and row.date < recorded:
        yield Finding("document-early", place, {**facts, "day": recorded})
    end = document.reference[1]
    if issued is not None and row.date > issued:
        yield Finding("document-after", place, {**facts, "day": issued})
    elif end.year + _YEARS < dt.MAXYEAR and row.date > end.replace(year=end.year + _YEARS, day=min(end.day, 28)):
        yield Finding("document-late", place, {**facts, "day": end, "years": _YEARS})
