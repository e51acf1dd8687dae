"""Own electricity: what each supply counts with, and the result by location beside the one by contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from footprint.declare.lines import few, location_value
from footprint.declare.numbers import declared, exact, total
from footprint.declare.texts import Both, caption, noticed, said, same
from footprint.model.bill import ElectricityRow
from footprint.model.ledger import Ledger
from footprint.model.linked import Supply
from footprint.model.result import Result

Part = dict[str, Any]
_SUPPLIERS = "supplied"
"""Category of the factors of suppliers: their electricity is settled and hidden in one number."""


def electricity(res: Result) -> Part:
    """Return what the rules let electricity count with, and what became of every supply."""
    rules, linked = res.pcr.electricity, res.ruled.graph.linked
    return {
        "accepted": [_titled("type", type_) for type_ in sorted(rules.accepted)],
        "criteria": [_titled("criterion", criterion) for criterion in sorted(rules.criteria)],
        "untracked": _titled("untracked", rules.untracked),
        "approximated": linked.approximated,
        "clause": rules.cited.clause,
        "source": rules.cited.source,
        "status": rules.cited.status.value,
        "supplies": [_supply(supply) for supply in linked.supplies],
    }


def _titled(kind: str, id_: str) -> Part:
    return {"id": id_, "title": caption(f"report-{kind}-{id_}")}


def _supply(supply: Supply) -> Part:
    row = supply.row
    return {
        "id": row.id,
        "type": row.type,
        "type_title": caption(f"report-type-{row.type}"),
        "generator": row.generator,
        "generator_title": caption(f"report-generator-{row.generator}") if row.generator else same(""),
        "kwh": exact(row.energy.to("kWh").value),
        "untracked_kwh": exact(supply.untracked_kwh),
        "period": row.period,
        "certificate": row.certificate,
        "cancelled": _cancelled(row),
        "market": row.market,
        "state": supply.state,
        "unproven": supply.unproven,
        "why": [noticed(notice) for notice in supply.why],
        "cell": row.place.address,
        "used_by": [place.address for place in supply.used],
    }


def _cancelled(row: ElectricityRow) -> str:
    """Return when and for whom a certificate was cancelled."""
    return " · ".join(filter(None, (str(row.cancelled_on or ""), row.cancelled_for)))


def by_location(res: Result) -> Part:
    """Return the result with all own electricity as its grids deliver it, and what must be said of it."""
    found = _location_based(res.ledger)
    return {
        "location_based": exact(found),
        "location_declared": declared(found, res.pcr.figures, res.pcr.round_to, bound=res.rating.is_bound),
        "location_notes": list(_notes(res.ledger)),
    }


def _location_based(ledger: Ledger) -> float:
    located = ((ledger.value(p), location_value(ledger, p)) for p in ledger.postings)
    return total(own if there is None else there for own, there in located)


def _notes(ledger: Ledger) -> Iterator[Both]:
    if all(posted.location is None for posted in ledger.postings):
        yield said("location-equal")
    used = (p.exchange.dataset for p in ledger.postings if p.exchange.dataset)
    suppliers = [dataset.code for dataset in used if dataset.category == _SUPPLIERS]
    if suppliers:
        yield said("location-suppliers", datasets=few(suppliers))
