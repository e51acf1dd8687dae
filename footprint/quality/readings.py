"""What an instrument read, against the amounts that are said to be it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import fsum

from footprint import units
from footprint.model.amounts import Amount
from footprint.model.bill import EvidenceRow
from footprint.model.findings import Finding
from footprint.provenance import Place

_MOST = 0.005
"""What rounding may do to an amount at most [-]: half a per cent, a limit of this program."""
_NOISE = 1e-9
_SHOWN = 8


def measured(row: EvidenceRow) -> float | None:
    """Return what was measured [``row.unit``]: the difference of the readings times the multiplier; None: not known.

    Of a quantity that was read again and again, the mean.
    """
    if row.repeats and row.opening is None and row.closing is None:
        return fsum(row.repeats) / len(row.repeats) * row.multiplier
    if row.opening is None or row.closing is None:
        return None
    return (row.closing - row.opening) * row.multiplier


def disagreeing(row: EvidenceRow, amounts: Sequence[Amount]) -> Iterator[Finding]:
    """Yield what is wrong with the readings of a document that backs ``amounts``."""
    id_, value = {"document": row.id}, measured(row)
    if value is None:
        if row.opening is not None or row.closing is not None:
            yield Finding("readings-half", _place(row, "opening", "closing"), id_)
    elif value < 0:
        yield Finding("readings-reversed", _place(row, "closing"), {**id_, **_shown(row, "opening", "closing")})
    else:
        yield from _unlike(row, value, amounts)


def _unlike(row: EvidenceRow, value: float, amounts: Sequence[Amount]) -> Iterator[Finding]:
    """Yield the sheets whose amounts are not what was read; those in units of another kind are not of the readings."""
    if not row.unit:
        yield Finding("readings-unitless", row.place, {"document": row.id})
        return
    alike = [a for a in amounts if units.convertible(a.entered.unit, row.unit)]
    if amounts and not alike:
        facts = {"document": row.id, "unit": row.unit, "wanted": amounts[0].entered.unit, "cells": _cells(amounts)}
        yield Finding("readings-unit", _place(row, "unit"), facts)
    for sheet in dict.fromkeys(a.place.sheet for a in alike):
        for group in _groups([a for a in alike if a.place.sheet == sheet]):
            if not _agrees(value, row.unit, group):
                told = fsum(a.entered.to(row.unit).value for a in group)
                facts = {"document": row.id, "cells": _cells(group), "readings": _read(row),
                         "reading": f"{value:.10g} {row.unit}", "amount": f"{told:.10g} {row.unit}"}  # fmt: skip
                yield Finding("readings-disagree", group[0].place, facts)


def _groups(amounts: Sequence[Amount]) -> Iterator[list[Amount]]:
    """Yield what has to be the reading: each total of a facility alone, all other amounts of a sheet together."""
    others = []
    for amount in amounts:
        if any(step.what == "share" for step in amount.steps):
            yield [amount]
        else:
            others.append(amount)
    if others:
        yield others


def _agrees(value: float, unit: str, amounts: Sequence[Amount]) -> bool:
    """Tell whether the sum of ``amounts`` is ``value`` [``unit``] within the digits in which they were entered."""
    found = [a.entered.to(unit).value for a in amounts]
    slack = fsum(_half_digit(a.entered.value) * units.factor(a.entered.unit, unit) for a in amounts)
    return abs(fsum(found) - value) <= min(slack, _MOST * value) + _NOISE * abs(value)


def _half_digit(value: float) -> float:
    """Return half a unit of the last digit in which ``value`` was entered: what rounding can have taken away."""
    exponent = Decimal(f"{value:.12g}").as_tuple().exponent
    return 0.5 * 10.0 ** int(exponent)


def _cells(amounts: Sequence[Amount]) -> str:
    more = "" if len(amounts) <= _SHOWN else f" … ({len(amounts)})"
    return ", ".join(a.place.address for a in amounts[:_SHOWN]) + more


def _read(row: EvidenceRow) -> str:
    """Return the cells of the readings and of the multiplier."""
    keys = ("opening", "closing", "repeats", "multiplier")
    return ", ".join(row.places[key].address for key in keys if key in row.places)


def _shown(row: EvidenceRow, *keys: str) -> Mapping[str, object]:
    return {key: f"{getattr(row, key):.10g}" for key in keys}


def _place(row: EvidenceRow, *keys: str) -> Place:
    return next((row.places[key] for key in keys if key in row.places), row.place)
