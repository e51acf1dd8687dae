"""Hold documents and instruments against the amounts they back. Everything is said; nothing here changes a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from footprint.model.amounts import Amount
from footprint.model.bill import Bill, EvidenceRow, InstrumentRow
from footprint.model.findings import Finding
from footprint.model.spans import Span, covers, overlap, span
from footprint.provenance import Basis, Place, ranges
from footprint.quality import calibration, readings

_MEASURED = frozenset({"meter", "weighing"})
_DATED = _MEASURED | {"invoice", "batch_record"}
_STATED = frozenset({Basis.MEASURED, Basis.SUPPLIER})
_NO_CLAIM = frozenset({"grid", "metered"})


class Backed(NamedTuple):
    """A row that may refer to a document: its amount, the period it names, and whether it claims electricity."""

    evidence: str
    place: Place
    amount: Amount | None = None
    period: str = ""
    claims: bool = False


def backed(bill: Bill) -> Iterator[Backed]:
    """Yield every row of the bill that may refer to a document, sheet by sheet."""
    for line in bill.bom:
        yield _of(line.quantity)
    for row in bill.processes:
        yield _of(row.amount, row.period)
    for supply in bill.electricity:
        yield _of(supply.energy, supply.period, claims=supply.type not in _NO_CLAIM)
    amounts = ((leg.distance for leg in bill.transport), (use.amount for use in bill.use))
    yield from map(_of, chain(*amounts))
    for route in bill.end_of_life:
        yield Backed(route.evidence, route.places.get("share", route.place))
    for parameter in bill.parameters:
        yield Backed(parameter.evidence, parameter.value_place)
    for factor in bill.factors:
        yield Backed(factor.evidence, factor.place)


def _of(amount: Amount, period: str = "", *, claims: bool = False) -> Backed:
    return Backed(amount.evidence, amount.place, amount, period, claims)


class Document(NamedTuple):
    """A document with the rows it backs and the reference period of the study; ``instruments``: its calibrations."""

    row: EvidenceRow
    rows: Sequence[Backed]
    reference: Span
    instruments: Sequence[InstrumentRow]

    @property
    def amounts(self) -> list[Amount]:
        """The amounts it backs."""
        return [each.amount for each in self.rows if each.amount is not None]

    @property
    def wanted(self) -> Span:
        """The days it has to cover: those of the periods that its rows name, else the reference period."""
        named = [span(each.period) for each in self.rows]
        days = [each for each in named if each is not None]
        if not days or len(days) < len(named):
            return self.reference
        return min(each[0] for each in days), max(each[1] for each in days)

    @property
    def days(self) -> Span:
        """The days it covers; where it does not say, those it has to cover."""
        (start, end), row = self.wanted, self.row
        first = row.period_start or min(start, row.period_end or start)
        return first, row.period_end or max(end, first)

    def place(self, key: str) -> Place:
        """Return the cell of ``key``, the row where it is empty."""
        return self.row.places.get(key, self.row.place)


class Register:
    """The documents and instruments of a bill, and what they back."""

    def __init__(self, bill: Bill) -> None:
        self.bill = bill
        self.rows = tuple(backed(bill))

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Every document that something refers to."""
        product = self.bill.product
        start, end = product.date("period_start") or dt.date.min, product.date("period_end") or dt.date.max
        by_id: dict[str, list[Backed]] = {}
        for row in self.rows:
            by_id.setdefault(row.evidence, []).append(row)
        return tuple(
            Document(row, by_id[row.id], (start, end), self.instruments.get(row.instrument, ()))
            for row in self.bill.evidence
            if row.id in by_id
        )

    @cached_property
    def instruments(self) -> Mapping[str, Sequence[InstrumentRow]]:
        """The calibrations of each instrument, by its id."""
        found: dict[str, list[InstrumentRow]] = {}
        for row in self.bill.instruments:
            found.setdefault(row.id, []).append(row)
        return found


def findings(bill: Bill) -> tuple[Finding, ...]:
    """Return what is to be said of the documents and instruments of ``bill``."""
    register = Register(bill)
    return tuple(
        chain(
            _undocumented(register.rows),
            *(_of_document(each, bill.at_hand) for each in register.documents),
            _doubled([each.row for each in register.documents]),
            _instruments(register.documents),
            calibration.shared(bill.instruments),
        )
    )


def _instruments(documents: Sequence[Document]) -> Iterator[Finding]:
    """Yield what is missing of each instrument that some document was read from."""
    read: dict[str, list[Document]] = {}
    for document in documents:
        read.setdefault(document.row.instrument, []).append(document)
    for each in read.values():
        for row in each[0].instruments:
            yield from calibration.incomplete(row, [document.row for document in each])


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


def _of_document(document: Document, at_hand: Mapping[str, str]) -> Iterator[Finding]:
    yield from _file(document, at_hand)
    yield from _period(document)
    yield from _claimed(document)
    yield from readings.disagreeing(document.row, document.amounts)
    if document.row.instrument:
        yield from calibration.lapsed(document.instruments, document.row, document.days)
    elif document.row.type in _MEASURED and any(a.basis is Basis.MEASURED for a in document.amounts):
        yield Finding("instrument-missing", document.place("type"), {"document": document.row.id})


def _file(document: Document, at_hand: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is wrong with the file of a document: none beside the workbook, no checksum, or another one."""
    row = document.row
    facts = {"document": row.id, "file": row.file}
    if not row.file:
        return
    if not row.sha256:
        yield Finding("hash-missing", document.place("file"), facts)
    elif row.file not in at_hand:
        yield Finding("file-absent", document.place("file"), facts)
    elif at_hand[row.file] != row.sha256:
        yield Finding("file-changed", document.place("sha256"), {**facts, "hash": at_hand[row.file]})


def _period(document: Document) -> Iterator[Finding]:
    """Yield a document without a period, of another time than the study, or of a part of the time it is for."""
    row, id_ = document.row, {"document": document.row.id}
    if row.period_start is None and row.period_end is None:
        if row.type in _DATED:
            yield Finding("period-missing", row.place, id_)
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
    """Yield the certificates that stand in the register once more: the same file, or the same title and issuer."""
    first: dict[tuple[str, ...], EvidenceRow] = {}
    for row in rows:
        if row.type == "certificate":
            title = tuple(" ".join(text.casefold().split()) for text in (row.document, row.issuer))
            marks = [title, *([(row.sha256,)] if row.sha256 else [])]
            seen = next((first[mark] for mark in marks if mark in first), None)
            if seen is not None:
                facts = {"document": row.id, "other": seen.id, "first": seen.place.address}
                yield Finding("document-twice", row.places.get("document", row.place), facts)
            first = {**dict.fromkeys(marks, row), **first}
