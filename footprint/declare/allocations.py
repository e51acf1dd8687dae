"""How processes with co-products share, as a part of the document."""

from __future__ import annotations

from typing import Any

from footprint.declare.numbers import exact
from footprint.declare.texts import caption, said
from footprint.messages import LANGUAGES
from footprint.model.allocation import SUBDIVISION, Allocated, Bearing

Part = dict[str, Any]


def allocation(found: Allocated) -> Part:
    """Return how one process shares, by which step and clause, and what each of its outputs bears."""
    decision, cited = found.decision, found.decision.cited
    own = "allocation-subdivided" if found.method == SUBDIVISION else "allocation-as-stated"
    return {
        "process": found.process,
        "cell": found.place.address,
        "method": found.method,
        "title": caption(f"report-method-{found.method}"),
        "step": decision.step,
        "clause": decision.clause,
        "source": "" if cited is None else cited.source,
        "status": "" if cited is None else cited.status.value,
        "reason": dict(decision.reason) or said(own),
        "seen": dict(decision.seen) or dict.fromkeys(LANGUAGES, ""),
        "stated": found.stated,
        "deviates": found.deviates,
        "outputs": [_output(bearing) for bearing in found.outputs],
    }


def _output(bearing: Bearing) -> Part:
    made, by = bearing.output, bearing.by
    return {
        "flow": made.flow,
        "cell": made.place.address,
        "amount": exact(made.amount.value),
        "unit": made.amount.unit,
        "property": None if by is None else exact(by.value),
        "property_unit": "" if by is None else by.unit,
        "property_cell": "" if by is None else by.place.address,
        "share": None if bearing.share is None else exact(bearing.share),
        "substitute": bearing.substitute,
        "own": [place.address for place in bearing.own],
    }
