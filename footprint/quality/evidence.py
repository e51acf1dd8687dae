"""Hold documents and instruments against the amounts they back. Everything is said; nothing here changes a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from footprint.model.bill import Bill, EvidenceRow
from footprint.model.findings import Finding, kinds
from footprint.model.spans import Span, covers, overlap
from footprint.model.uncertain import WIDEST
from footprint.provenance import Basis, Place, numbered, ranges
from footprint.quality import calibration, counters, dates, measured, readings
from footprint.quality.register import Backed, Document, Register

_MEASURED = frozenset({"meter", "weighing"})
_STATED = frozenset({Basis.MEASURED, Basis.SUPPLIER})


def findings(bill: Bill) -> tuple[Finding, ...]:
    """Return what is to be said of the documents and instruments of ``bill``: contradictions first, then gaps."""
    register = Register(bill)
    found = chain(
        _undocumented(register.rows),
        *(_of_document(each, bill) for each in register.documents),
        _unused(register),
        _unread(register),
        _doubled([each.row for each in register.documents]),
        _instruments(register.documents),
        calibration.shared(bill.instruments),
    )
    return tuple(sorted(found, key=lambda each: kinds()[each.id].kind))


def _instruments(documents: Sequence[Document]) -> Iterator[Finding]:
    """Yield what is missing of each instrument that some document was read from."""
    read: dict[str, list[Document]] = {}
    for document in documents:
        read.setdefault(document.row.instrument, []).append(document)
    for each in read.values():
        for row in each[0].instruments:
            yield from calibration.incomplete(row, [document.row for document in each])
        yield from counters.contradicting([document for document in each if document.row.instrument])


def _undocumented(rows: Sequence[Backed]) -> Iterator[Finding]:
    """Yield one finding per sheet with amounts that were measured, or told by a supplier, and name no document."""
    missing: dict[str, list[Place]] = {}
    for row in rows:
        if not row.evidence and row.amount is not None and row.amount.basis in _STATED:
            missing.setdefault(row.place.sheet, []).append(row.place)
    for places in missing.values():
        numbers = sorted(int(place.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for place in places)
        facts = {"count": len(places), "rows": ranges(numbers)}
        yield Finding("document-missing", places[0], facts, len(places))


def _unused(register: Register) -> Iterator[Finding]:
    """Yield the documents that nothing refers to."""
    known = {row.evidence for row in register.rows}
    for row in register.bill.evidence:
        if row.id not in known:
            yield Finding("document-unused", row.place, {"document": row.id})


def _unread(register: Register) -> Iterator[Finding]:
    """Yield the instruments that no document was read from."""
    read = {row.instrument for row in register.bill.evidence}
    for id_, rows in register.instruments.items():
        if id_ not in read:
            yield Finding("instrument-unused", rows[0].place, {"instrument": id_})


def _of_document(document: Document, bill: Bill) -> Iterator[Finding]:
    yield from _file(document, bill.at_hand)
    yield from _period(document)
    yield from dates.dated(document, bill.product.date("issue_date"))
    yield from _set_aside(document, bill)
    yield from _claimed(document)
    yield from readings.disagreeing(document.row, document.amounts)
    if document.row.instrument:
        yield from calibration.lapsed(document.instruments, document.row, document.days)
        yield from _wide(document)
        yield from measured.told(document)
    elif document.row.type in _MEASURED and any(a.basis is Basis.MEASURED for a in document.amounts):
        yield Finding("instrument-missing", document.place("type"), {"document": document.row.id})


def _set_aside(document: Document, bill: Bill) -> Iterator[Finding]:
    """Yield repeated readings that do not count: beside those of a meter, or where the amount states its own."""
    if not document.row.repeats:
        return
    place, id_ = document.place("repeats"), {"document": document.row.id}
    if measured.is_metered(document.row):
        yield Finding("repeats-beside", place, id_)
        return
    stated = [a.place for a in document.amounts if a.place in bill.spreads and bill.spreads[a.place].distribution]
    if stated:
        yield Finding("repeats-overridden", place, {**id_, "cells": ", ".join(each.address for each in stated)})


def _wide(document: Document) -> Iterator[Finding]:
    """Yield the amounts whose instrument is so uncertain that a normal distribution of them would go below zero."""
    for found in measured.of(document):
        if found.deviation > WIDEST:
            facts = {"instrument": found.calibration.id, "cells": found.amount.place.address}
            told = {"share": f"{found.deviation:.2g}", "limit": f"{WIDEST:g}"}
            yield Finding("uncertainty-wide", found.place, {**facts, **told})


def _file(document: Document, at_hand: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is wrong with the file of a document: none in the folder of the workbook, no checksum, another one."""
    row = document.row
    facts = {"document": row.id, "file": row.file}
    if not row.file:
        return
    if row.file not in at_hand:
        yield Finding("file-absent", document.place("file"), facts)
    if not row.sha256:
        yield Finding("hash-missing", document.place("file"), facts)
    elif row.file in at_hand and at_hand[row.file] != row.sha256:
        yield Finding("file-changed", document.place("sha256"), {**facts, "hash": at_hand[row.file]})


def _period(document: Document) -> Iterator[Finding]:
    """Yield a document without a period, of another time than the study, or of a part of the time it is for."""
    row, id_ = document.row, {"document": document.row.id}
    if row.period_start is None and row.period_end is None:
        if row.type in dates.RECORDS:
            yield Finding("period-missing", row.place, id_)
        return
    if row.type in dates.PUBLISHED:
        return
    days, wanted = document.days, document.wanted
    facts = {**id_, "start": days[0], "end": days[1]}
    place = document.place("period_start" if row.period_start else "period_end")
    if overlap(days, document.reference) is None:
        first, last = document.reference
        yield Finding("period-outside", place, {**facts, "first": first, "last": last})
    elif not covers(days, wanted):
        shared = overlap(days, wanted)
        counts = {"days": _length(wanted), "covered": 0 if shared is None else _length(shared)}
        yield Finding("period-partly", place, {**facts, "first": wanted[0], "last": wanted[1], **counts})


def _length(days: Span) -> int:
    return (days[1] - days[0]).days + 1


def _claimed(document: Document) -> Iterator[Finding]:
    """Yield a certificate that backs the claims of several rows of electricity."""
    claims = [each.place for each in document.rows if each.claims]
    if document.row.type == "certificate" and len(claims) > 1:
        cells = ", ".join(place.address for place in claims)
        yield Finding("certificate-twice", claims[1], {"document": document.row.id, "cells": cells})


def _doubled(rows: Sequence[EvidenceRow]) -> Iterator[Finding]:
    """Yield the documents that stand in the register once more: the same file; of certificates, title and issuer.

    Of what is published one file may hold several titles, as a compilation does.
    """
    first: dict[tuple[str, ...], EvidenceRow] = {}
    for row in rows:
        title = (numbered(row.document),) if row.type in dates.PUBLISHED else ()
        marks: list[tuple[str, ...]] = [(row.sha256, *title)] if row.sha256 else []
        if row.type == "certificate":
            marks.append((numbered(row.document), numbered(row.issuer)))
        seen = next((first[mark] for mark in marks if mark in first), None)
        if seen is not None:
            facts = {"document": row.id, "other": seen.id, "first": seen.place.address}
            yield Finding("document-twice", row.places.get("document", row.place), facts)
        for mark in marks:
            first.setdefault(mark, row)
