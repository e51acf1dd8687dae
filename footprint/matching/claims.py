"""What may be claimed of electricity: proof, and no more than was consumed."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, problem
from footprint.matching.supplies import CONTRACTUAL, GRID, METERED, Portion, days, held, kwh
from footprint.model.bill import ElectricityRow, Notice, ProcessRow
from footprint.model.dependent import total
from footprint.model.pcr import Electricity
from footprint.model.spans import Span, covers, overlap, span
from footprint.provenance import Place

PROOF = frozenset({
    "electricity-no-certificate", "electricity-not-cancelled", "electricity-other-period", "electricity-other-market",
    "electricity-cancelled-early",
})  # fmt: skip
"""What is said of a claim that lacks a proof which the rules demand."""
_ROUNDING = 1e-9
_SHOWN = 5
_WHOLE = "share"
"""The step by which a row takes its part of the total of a facility."""


def is_claim(row: ElectricityRow) -> bool:
    """Tell whether a row says that its electricity is of a generator."""
    return row.type not in {GRID, METERED}


def refusals(portion: Portion, country: str, rules: Electricity) -> list[Notice]:
    """Return why a claim does not count: the rules do not know such, it was sold, or a proof they demand is missing."""
    row = portion.row
    if row.type not in rules.accepted:
        return [_refused("electricity-not-accepted", row, "type", rules, type=row.type)]
    if row.attributes_sold:
        return [_refused("electricity-attributes-sold", row, "attributes_sold", rules)]
    return _unproven(portion, country, rules) if row.type in CONTRACTUAL else []


def _unproven(portion: Portion, country: str, rules: Electricity) -> list[Notice]:
    """Return each criterion of the rules that a contract or certificate used in ``country`` does not meet."""
    row, (first, last) = portion.row, portion.needed
    missed = {
        "certificate": not row.certificate,
        "cancelled": not row.cancelled_for or row.cancelled_on is None or _is_early(row),
        "period": not covers(days(row), portion.needed),
        "market": row.market != country,
    }
    cancelled = "electricity-cancelled-early" if _is_early(row) else "electricity-not-cancelled"
    told = {
        "certificate": _refused("electricity-no-certificate", row, "certificate", rules),
        "cancelled": _refused(cancelled, row, "cancelled_on", rules, first=days(row)[0]),
        "period": _refused("electricity-other-period", row, "period", rules, period=row.period, first=first, last=last),
        "market": _refused("electricity-other-market", row, "market", rules, market=row.market or "-", country=country),
    }
    return [told[criterion] for criterion, misses in missed.items() if misses and criterion in rules.criteria]


def _is_early(row: ElectricityRow) -> bool:
    """Tell whether a certificate was cancelled before the first of its electricity was made."""
    return row.cancelled_on is not None and row.cancelled_on < days(row)[0]


def _refused(code: str, row: ElectricityRow, key: str, rules: Electricity, **facts: object) -> Notice:
    return Notice(code, row.places.get(key, row.place), {"supply": row.id, "clause": cited(rules), **facts})


def cited(rules: Electricity) -> str:
    """Return where rules say what they say of electricity."""
    return f"{rules.cited.source} {rules.cited.clause}"


class Energy(NamedTuple):
    """Electricity claimed or consumed [kWh] in some days, and where it stands."""

    days: Span
    kwh: float
    place: Place


def consumption(rows: Sequence[ElectricityRow], users: Sequence[ProcessRow], reference: Span) -> list[Energy]:
    """Return what was consumed of a supply, as far as it is stated as a whole: by meters, else by its facilities."""
    metered = [_energy(row) for row in rows if row.type == METERED]
    return metered or _facility_totals(users, reference)


def uncompared(rows: Sequence[ElectricityRow], consumed: Sequence[Energy]) -> list[ElectricityRow]:
    """Return the claims of days for which nobody states the whole consumption of the supply."""
    if any(row.type == METERED for row in rows):
        return []
    known = (min(c.days[0] for c in consumed), max(c.days[1] for c in consumed)) if consumed else None
    return [row for row in rows if is_claim(row) and not (known and covers(known, days(row)))]


def exceeding(rows: Sequence[ElectricityRow], consumed: Sequence[Energy]) -> Problem | None:
    """Return the problem of a supply of which more is claimed than consumed in some days.

    Where it is metered every other row takes a part of that; else the claims alone do, of what facilities consumed.
    """
    metered = any(row.type == METERED for row in rows)
    open_ = uncompared(rows, consumed)
    taking = (row for row in rows if (row.type != METERED if metered else is_claim(row)) and row not in open_)
    claimed = [_energy(row)._replace(days=held(row, rows)) for row in taking]
    then = _excess(claimed, consumed)
    return _exceeds(rows[0].id, then, claimed, consumed) if then else None


def _energy(row: ElectricityRow) -> Energy:
    return Energy(days(row), float(kwh(row)), row.energy.place)


def _facility_totals(users: Sequence[ProcessRow], reference: Span) -> list[Energy]:
    """Return what facilities consumed of a supply as a whole; nothing when a process states only its own part."""
    shared = all(any(step.what == _WHOLE for step in row.amount.steps) for row in users)
    if not shared or not all(units.convertible(row.amount.unit, "kWh") for row in users):
        return []
    return [Energy(span(row.period) or reference, float(_whole(row)), row.amount.place) for row in users]


def stated(users: Sequence[ProcessRow]) -> float:
    """Return what the rows of processes say that they took of a supply, of a facility its total [kWh]."""
    return total(_whole(row) for row in users if units.convertible(row.amount.unit, "kWh"))


def _whole(row: ProcessRow) -> float:
    """Return the amount of a process row [kWh]; the total of the facility where it takes its share of one."""
    amount = row.amount
    whole = amount._replace(steps=tuple(step for step in amount.steps if step.what != _WHOLE))
    return whole.to("kWh").value


def _excess(claimed: Sequence[Energy], consumed: Sequence[Energy]) -> Span | None:
    """Return the first days in which more was claimed than consumed: those of some claim to those of another."""
    by_end = sorted(claimed, key=lambda part: part.days[1])
    for start in sorted({part.days[0] for part in claimed}):
        sum_ = 0.0
        for part in by_end:
            if part.days[0] >= start:
                sum_ += part.kwh
                then = (start, part.days[1])
                if sum_ > fsum(p.kwh for p in consumed if overlap(p.days, then)) * (1 + _ROUNDING):
                    return then
    return None


def _exceeds(supply: str, then: Span, claimed: Sequence[Energy], consumed: Sequence[Energy]) -> Problem:
    inside = [part for part in claimed if covers(then, part.days)]
    there = [part for part in consumed if overlap(part.days, then)]
    return problem(
        "certificates-exceed-consumption",
        inside[0].place,
        supply=supply,
        claimed=_sum(inside),
        claims=_cells(inside),
        consumed=_sum(there),
        cells=_cells(there),
        first=then[0],
        last=then[1],
    )


def _sum(parts: Sequence[Energy]) -> str:
    return f"{fsum(part.kwh for part in parts):.12g}"


def _cells(parts: Sequence[Energy]) -> str:
    """Return the first cells of ``parts``, and a mark that there are more."""
    return ", ".join(part.place.address for part in parts[:_SHOWN]) + (" …" if len(parts) > _SHOWN else "") or "-"
