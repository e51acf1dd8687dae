"""What one counter shows over time: it stands at one number at a time, and never runs backwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from math import isclose

from footprint import units
from footprint.model.findings import Finding
from footprint.model.spans import overlap
from footprint.quality.register import Document

_COUNTED = frozenset({"meter", "invoice"})
"""Documents whose readings are those of a counter; the readings of a balance are tare and gross of one weighing."""
_DAY = dt.timedelta(days=1)


def contradicting(documents: Sequence[Document]) -> Iterator[Finding]:
    """Yield the readings that one instrument cannot have shown in periods that overlap.

    They are the same, or follow one another. Where periods part, a counter may have been exchanged or set back.
    """
    counted = [each for each in documents if each.row.type in _COUNTED and _runs(each)]
    for first, second in combinations(counted, 2):
        if overlap(first.days, second.days) is not None and not _agree(first, second):
            facts = {"instrument": second.row.instrument, "document": second.row.id, "other": first.row.id}
            told = {"first": first.place("opening").address, "readings": _shown(second), "others": _shown(first)}
            yield Finding("readings-contradict", second.place("opening"), {**facts, **told})


def _runs(document: Document) -> bool:
    """Tell whether a document has both readings of a counter that ran forward."""
    row = document.row
    return row.opening is not None and row.closing is not None and row.opening <= row.closing


def _agree(first: Document, second: Document) -> bool:
    """Tell whether a counter can have shown both: at each moment one number, none below an earlier one."""
    unit, other = first.row.unit, second.row.unit
    factor = units.factor(other, unit) if unit != other and units.convertible(other, unit) else 1.0
    if unit and other and unit != other and not units.convertible(other, unit):
        return True
    points = sorted([*_points(first, 1.0), *_points(second, factor)])
    return all(
        isclose(early, late) or (early < late and day < later) for (day, early), (later, late) in pairwise(points)
    )


def _points(document: Document, factor: float) -> Iterator[tuple[dt.date, float]]:
    """Yield the moments, each the start of a day, at which a counter was read."""
    row, (start, end) = document.row, document.days
    if row.opening is not None and row.closing is not None:
        yield start, row.opening * factor
        yield end + _DAY if end < dt.date.max else end, row.closing * factor


def _shown(document: Document) -> str:
    return f"{document.row.opening:.10g} – {document.row.closing:.10g}"
