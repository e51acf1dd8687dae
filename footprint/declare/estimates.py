"""What stands in for gaps, as parts of the document."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum
from typing import Any

from footprint.declare.numbers import exact
from footprint.declare.texts import said
from footprint.model.bill import EstimateRow
from footprint.model.graph import Estimate
from footprint.model.ledger import Ledger, Posting
from footprint.model.rating import Estimated
from footprint.provenance import Place

Part = dict[str, Any]


def estimate(found: Estimate) -> Part:
    """Return which gap a line stands in for, and what the workbook says of that."""
    row = found.row
    said_of = {"reason": row.reason, "source": row.source}
    return {"gap": found.key, "title": dict(found.title), "cell": row.place.address, **said_of}


def estimated(found: Estimated) -> Part:
    """Return how much of the result stands in for gaps; nothing where no gap is estimated."""
    if not found.lines:
        return {}
    mass = None if found.mass_share is None else exact(found.mass_share)
    told = {"gaps": found.gaps, "lines": found.lines, "impact_share": exact(found.impact_share), "mass_share": mass}
    return {"estimated": told}


def assumed(ledger: Ledger, absolute: float, rows: Iterable[EstimateRow]) -> list[Part]:
    """Return what stands in for each gap, why, and what it adds, with the cell that says so."""
    found: dict[Place, list[Posting]] = {}
    for posted in ledger.postings:
        if posted.exchange.estimate is not None:
            found.setdefault(posted.exchange.estimate.row.place, []).append(posted)
    return [_assumed(row, found[row.place], ledger, absolute) for row in rows if row.place in found]


def _assumed(row: EstimateRow, posted: list[Posting], ledger: Ledger, absolute: float) -> Part:
    whole = fsum(abs(ledger.value(p)) for p in posted)
    facts = {
        "gap": row.gap,
        "dataset": row.dataset,
        "reason": " ".join(filter(None, (row.reason, f"[{row.source}]" if row.source else ""))),
        "lines": len(posted),
        "share": f"{100 * whole / absolute:.2g} %" if absolute else "-",
    }
    return {"cell": row.place.address, "code": "gap-estimated", "text": said("gap-estimated", **facts)}
