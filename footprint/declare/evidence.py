"""The register of documents and instruments as the document carries it, with what was found about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from math import fsum
from types import MappingProxyType
from typing import Any

from footprint.declare.numbers import exact
from footprint.messages import LANGUAGES
from footprint.model.bill import Bill, EvidenceRow, InstrumentRow
from footprint.model.findings import Finding, kinds
from footprint.model.ledger import Posting
from footprint.model.result import Result

Part = dict[str, Any]
Shares = Mapping[str, tuple[float, list[str]]]


def evidence(res: Result) -> Part:
    """Return the part on evidence, nothing where the bill has none and nothing is to be said of that."""
    bill = res.ruled.graph.linked.bill
    if not (bill.evidence or bill.instruments or res.rating.findings):
        return {}
    return {"evidence": {"share": exact(res.rating.documented), **register(bill, res.rating.findings, _shares(res))}}


def register(bill: Bill, findings: Iterable[Finding], shares: Shares = MappingProxyType({})) -> Part:
    """Return documents, instruments and findings; ``shares``: of a document, its share of the result and the cells."""
    return {
        "documents": [_document(row, bill, *shares.get(row.id, (None, []))) for row in bill.evidence],
        "instruments": [_instrument(row) for row in bill.instruments],
        "findings": [_finding(found) for found in findings],
    }


def _shares(res: Result) -> Shares:
    """Return by document the share of absolute contributions that it backs [-], and the cells of these amounts."""
    by_id: dict[str, list[Posting]] = {}
    for posting in res.ledger.postings:
        by_id.setdefault(posting.exchange.amount.evidence, []).append(posting)
    whole = res.rating.absolute
    return {
        id_: (
            exact(fsum(abs(res.ledger.value(p)) for p in postings) / whole) if whole else 0.0,
            list(dict.fromkeys(p.exchange.amount.place.address for p in postings)),
        )
        for id_, postings in by_id.items()
    }


def _document(row: EvidenceRow, bill: Bill, share: float | None, cells: list[str]) -> Part:
    return {
        "id": row.id,
        "cell": row.place.address,
        "type": row.type,
        "document": row.document,
        "issuer": row.issuer,
        "date": _day(row.date),
        "period": {"start": _day(row.period_start), "end": _day(row.period_end)},
        "readings": {
            "opening": row.opening,
            "closing": row.closing,
            "multiplier": row.multiplier,
            "unit": row.unit,
            "instrument": row.instrument,
            **({"repeats": list(row.repeats)} if row.repeats else {}),
        },
        "file": {"name": row.file, "sha256": row.sha256, "state": _state(row, bill), **_found(row, bill)},
        "share": share,
        "backs": cells,
    }


def _state(row: EvidenceRow, bill: Bill) -> str:
    """Return what can be said of a file: none named, absent, without a checksum to hold it to, unchanged or changed."""
    if not row.file:
        return ""
    found = bill.at_hand.get(row.file)
    if found is None:
        return "absent"
    return "unchecked" if not row.sha256 else "unchanged" if found == row.sha256 else "changed"


def _found(row: EvidenceRow, bill: Bill) -> dict[str, str]:
    """Return the checksum of a file at hand where the workbook states none, or another."""
    found = bill.at_hand.get(row.file)
    return {} if found in {None, row.sha256} else {"found": str(found)}


def _instrument(row: InstrumentRow) -> Part:
    return {
        "id": row.id,
        "cell": row.place.address,
        "what": row.what,
        "accuracy_class": row.accuracy_class,
        "certificate": row.certificate,
        "laboratory": row.laboratory,
        "accreditation": row.accreditation,
        "calibrated_on": _day(row.calibrated_on),
        "valid_until": _day(row.valid_until),
        "expanded": row.expanded,
        "expanded_unit": row.expanded_unit,
        "k": row.k,
        **({} if row.dof is None else {"dof": row.dof}),
    }


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _finding(found: Finding) -> Part:
    kind = kinds()[found.id]
    return {
        "id": found.id,
        "kind": kind.kind,
        "topic": kind.topic,
        "cell": found.place.address,
        "text": {lang: found.text(lang) for lang in LANGUAGES},
        "clause": kind.clause,
        "source": kind.source,
        "status": kind.status,
    }
