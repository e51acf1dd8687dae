"""What the calibration of an instrument says of the amounts it measured: their relative standard uncertainty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

from footprint import units
from footprint.model.amounts import Amount
from footprint.model.bill import Bill, EvidenceRow, InstrumentRow
from footprint.model.findings import Finding
from footprint.model.gum import standard, type_a
from footprint.model.spans import Span, overlap
from footprint.model.uncertain import NORMAL, Distribution, lognormal
from footprint.provenance import Place
from footprint.quality.calibration import PER_CENT
from footprint.quality.readings import measured
from footprint.quality.register import Document, Register


class Measured(NamedTuple):
    """An amount, the calibration behind it, and its relative standard uncertainty ``deviation`` [-].

    ``variable``: the random variable. A calibration in per cent is one, whatever was measured with it: all is off
    together. One in a unit is another share of each reading, but the same error in all: their variables have it as
    their ``cause`` (JCGM 100:2008, 5.2.4).
    """

    amount: Amount
    calibration: InstrumentRow
    variable: str
    deviation: float
    cause: str = ""

    @property
    def place(self) -> Place:
        """The cell of the expanded uncertainty."""
        return self.calibration.places["expanded"]

    @property
    def distribution(self) -> Distribution:
        """Normal, Student's of few degrees of freedom, as far as it stays above zero; else the lognormal as wide."""
        normal = Distribution(NORMAL, (self.deviation,), self.calibration.dof or inf)
        return lognormal(1.0, self.deviation) if normal.is_below_zero else normal


def instrumented(bill: Bill) -> Iterator[Measured]:
    """Yield the amounts whose instrument has a calibration, with its uncertainty, in the time of use."""
    if bill.instruments:
        for document in Register(bill).documents:
            yield from (found for found in of(document) if found.deviation > 0)


class Repeated(NamedTuple):
    """An amount that was read again and again: the relative standard uncertainty of the mean [-], and its freedom.

    ``place``: the cell of the readings. All amounts of one document are off together.
    """

    amount: Amount
    document: EvidenceRow
    deviation: float
    dof: float

    @property
    def place(self) -> Place:
        """The cell of the readings."""
        return self.document.places["repeats"]


def repeated(bill: Bill) -> Iterator[Repeated]:
    """Yield the amounts whose document holds repeated readings, with their type A uncertainty (JCGM 100:2008, 4.2)."""
    if any(row.repeats for row in bill.evidence):
        for document in Register(bill).documents:
            row = document.row
            estimate = type_a(row.repeats) if row.repeats and not is_metered(row) else None
            for amount in document.amounts if estimate else ():
                if estimate and (not row.unit or units.convertible(amount.entered.unit, row.unit)):
                    yield Repeated(amount, row, estimate.uncertainty / estimate.value, estimate.dof)


def is_metered(row: EvidenceRow) -> bool:
    """Tell whether a document has the readings of a meter: repeated ones are then of something else."""
    return row.opening is not None or row.closing is not None


def of(document: Document) -> Iterator[Measured]:
    """Yield what was measured of the amounts that a document backs; not those in units of another kind.

    The standard uncertainty is U / k (JCGM 100:2008, 4.3.3); in another unit than %, over what was measured: readings
    times multiplier, else the amount itself. Of several calibrations in the time of use the widest counts.
    """
    unit = document.row.unit
    for amount in document.amounts:
        if not unit or units.convertible(amount.entered.unit, unit):
            found = [_measured(row, document.row, amount) for row in _in_use(document.instruments, document.days)]
            yield from sorted(filter(None, found), key=lambda each: -each.deviation)[:1]


def told(document: Document) -> Iterator[Finding]:
    """Yield what has to be known of the uncertainty of what was read.

    Of several calibrations in use one counts, and one in a unit counts for the readings times their multiplier.
    """
    row = document.row
    calibrations = [r for r in _in_use(document.instruments, document.days) if r.expanded is not None and r.k]
    facts = {"instrument": row.instrument, "document": row.id}
    if len({(r.expanded, r.expanded_unit, r.k) for r in calibrations}) > 1:
        cells = ", ".join(r.places["expanded"].address for r in calibrations)
        yield Finding("calibration-several", calibrations[0].places["expanded"], {**facts, "cells": cells})
    for each in calibrations:
        kinds = {each.expanded_unit, row.unit}
        is_in_unit = kinds.isdisjoint({"", PER_CENT}) and units.convertible(each.expanded_unit, row.unit)
        if is_in_unit and row.multiplier != 1 and measured(row) is not None:
            told_of = {**facts, "unit": each.expanded_unit, "multiplier": f"{row.multiplier:g}"}
            yield Finding("uncertainty-multiplied", each.places["expanded"], told_of)


def _in_use(rows: Sequence[InstrumentRow], days: Span) -> Iterator[InstrumentRow]:
    """Yield the calibrations that hold on some of ``days``; one without dates may."""
    for row in rows:
        start, end = row.calibrated_on or days[0], row.valid_until or days[1]
        if overlap((start, end), days) is not None:
            yield row


def _measured(row: InstrumentRow, document: EvidenceRow, amount: Amount) -> Measured | None:
    """Return U / k over what was measured, None where something of it is missing."""
    if row.expanded is None or row.k is None or not row.expanded_unit:
        return None
    name = row.places["expanded"].address
    if row.expanded_unit == PER_CENT:
        return Measured(amount, row, name, standard(row.expanded, row.k) / 100)
    value, unit, reading = measured(document), document.unit, document.id
    if value is None or not unit:
        value, unit, reading = amount.entered.value, amount.entered.unit, amount.place.address
    if not value > 0 or not units.convertible(row.expanded_unit, unit):
        return None
    width = standard(row.expanded, row.k) * units.factor(row.expanded_unit, unit)
    return Measured(amount, row, f"{name} of {reading}", width / value, name)
