"""Datasets set aside: those that have no meaningful number become gaps, which every result that rests on them names."""

from __future__ import annotations

from collections.abc import Collection

from footprint.background.source import Row, Rows, Source
from footprint.model.background import EITHER_WAY

NOTE, INEXACT = "inventory-aside", "inventory-inexact"


def set_aside(source: Source, codes: Collection[str], why: str = NOTE) -> Source:
    """Return ``source`` with the datasets of ``codes`` as gaps without exchanges; ``why``: the code of a message."""
    if not codes:
        return source
    activities = Rows(_gap(row, why) if row["code"] in codes else row for row in source.activities)
    exchanges = tuple(row for row in source.exchanges if row["activity"] not in codes)
    return source._replace(activities=activities, exchanges=exchanges)


def _gap(row: Row, why: str) -> Row:
    return Row({**row, "kind": "gap", "amount": "1", "category": EITHER_WAY, "note": f"{why} {row['note']}".strip()})
