"""The mix of one supply of electricity: who covers what of it, and what nobody does, by period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from footprint.model.bill import ElectricityRow
from footprint.model.dependent import above, highest, ratio, total
from footprint.model.spans import Span, overlap, span, year_of

METERED, GRID = "metered", "grid"
OWN = frozenset({"on_site", "direct_line"})
"""Made and used here: it covers its part of what was consumed in its own days, whatever was bought for the rest."""
CONTRACTUAL = frozenset({"contract", "green_certificate"})
"""Paper: it says whose electricity was bought, and nothing of when it was used."""
_ROUNDING = 1e-9  # of a sum of kilowatt-hours that were written down one by one


class Portion(NamedTuple):
    """Electricity of one row of a supply; a metered row stands for what no other row covers of it.

    ``period``: whose factors it takes, unless the process has a period of its own. ``needed``: the days a claim on it
    must be of.
    """

    row: ElectricityRow
    kwh: float
    period: str
    needed: Span


def kwh(row: ElectricityRow) -> float:
    """Return the electricity of a row [kWh]."""
    return row.energy.to("kWh").value


def days(row: ElectricityRow) -> Span:
    """Return the days of a row; reading has made sure that it has a period."""
    found = span(row.period)
    if found is None:
        raise ValueError(f"{row.place}: {row.period!r} is no period")
    return found


def held(row: ElectricityRow, rows: Iterable[ElectricityRow]) -> Span:
    """Return the days for which a row of a supply stands: its own, or those metered for paper of quite other days."""
    metered = [days(each) for each in _metered(rows)] if row.type in CONTRACTUAL else []
    if not metered or any(overlap(span_, days(row)) for span_ in metered):
        return days(row)
    return min(metered)[0], max(end for _, end in metered)


class Use(NamedTuple):
    """What is known of the consumption of a supply without meters: at least ``kwh``; ``whole``: that is all of it."""

    kwh: float = 0.0
    whole: bool = False


def portions(rows: Sequence[ElectricityRow], drawn: Span, use: Use = Use()) -> list[Portion]:  # noqa: B008  immutable
    """Return the portions of a supply on which a process of the days ``drawn`` draws."""
    if not _metered(rows):
        return list(_unmetered(rows, drawn, use)) if any(map(kwh, rows)) else []
    groups = _drawn_on(periods(rows), drawn)
    return [portion for group in groups for portion in _covered(group, drawn)]


def _unmetered(rows: Sequence[ElectricityRow], drawn: Span, use: Use) -> Iterable[Portion]:
    """Yield the portions where nothing is metered: what the rows do not cover of the consumption nobody claims.

    Paper is used when the rest that was bought is. So is what was made here, as long as nobody states how much was
    consumed; where that is stated, no paper takes from the part that was made here.
    """
    grid = [row for row in rows if row.type == GRID]
    years = [(year.period, share) for year, share in _years(grid)] or [("", 1.0)]
    all_, own, bought = (total(map(kwh, each)) for each in (rows, [row for row in rows if row.type in OWN], grid))
    whole = highest(use.kwh, all_)
    held = highest(use.kwh, total(kwh(row) for row in rows if row.type not in CONTRACTUAL)) if use.whole else whole
    part = _ratio(held - own, whole - own)
    unclaimed = part * (whole - all_ + bought)
    for row in rows:
        if row.type == GRID:
            yield Portion(row, unclaimed * _ratio(kwh(row), bought), row.period, drawn)
        elif row.type in OWN and use.whole:
            yield Portion(row, kwh(row), row.period, drawn)
        else:
            each = kwh(row) * (part if row.type in CONTRACTUAL else 1.0)
            yield from (Portion(row, each * share, period, drawn) for period, share in years)
    if not bought:
        yield Portion(max(rows, key=lambda row: float(kwh(row)))._replace(type=GRID), unclaimed, "", drawn)


def _ratio(part: float, whole: float) -> float:
    return ratio(above(part), whole)


def _drawn_on(groups: list[list[ElectricityRow]], drawn: Span) -> list[list[ElectricityRow]]:
    """Return the groups that are metered in the days ``drawn``, all where none is."""
    return [group for group in groups if any(overlap(days(row), drawn) for row in _metered(group))] or groups


def periods(rows: Sequence[ElectricityRow]) -> list[list[ElectricityRow]]:
    """Return rows in groups whose days have nothing to do with each other, as far as they can be parted."""
    groups: list[list[ElectricityRow]] = []
    end = None
    for (start, last), row in sorted(((held(row, rows), row) for row in rows), key=lambda each: each[0]):
        if end is None or start > end:
            groups.append([])
            end = last
        groups[-1].append(row)
        end = max(end, last)
    return groups


def _metered(group: Iterable[ElectricityRow]) -> list[ElectricityRow]:
    return [row for row in group if row.type == METERED]


def untracked(row: ElectricityRow, rows: Sequence[ElectricityRow]) -> float:
    """Return what of a row of a supply nobody claims [kWh]: all of it, or of a metered row what no other covers."""
    if row.type != METERED:
        return kwh(row)
    group = next(group for group in periods(rows) if row in group)
    metered = total(kwh(each) for each in _metered(group))
    return _uncovered(group) * kwh(row) / metered if metered else 0.0


def _uncovered(group: Sequence[ElectricityRow]) -> float:
    """Return what of the metered electricity of a group no row covers [kWh]."""
    metered = total(kwh(row) for row in _metered(group))
    rest = metered - total(kwh(row) for row in group if row.type != METERED)
    return above(rest, _ROUNDING * metered)


def _covered(group: Sequence[ElectricityRow], drawn: Span) -> Iterable[Portion]:
    """Yield the portions of metered electricity: of each row that covers some of it, and of the rest.

    What was made here covers the meters of its own days. Paper covers all that was bought in the group, so that it
    moves nothing of that, however many meters it spans.
    """
    metered = _metered(group)
    years = _years([row for row in metered if overlap(days(row), drawn)] or metered)
    bought, then = _bought(group), _then(group, drawn)
    part = _ratio(_bought(then), bought)
    for row in group:
        size = kwh(row) if row in then else 0.0 if row.type in OWN else kwh(row) * part
        if row.type != METERED and size:
            needed = _needed(row, metered, drawn)
            yield from (Portion(row, size * share, year.period, needed) for year, share in years)
    if rest := _uncovered(group) * part:
        yield from (Portion(year, rest * share, year.period, drawn) for year, share in years)


def _then(group: Sequence[ElectricityRow], drawn: Span) -> list[ElectricityRow]:
    """Return the meters of the days ``drawn``, with what was made here in their days."""
    parted = periods([row for row in group if row.type == METERED or row.type in OWN])
    return [row for each in _drawn_on(parted, drawn) for row in each]


def _bought(rows: Iterable[ElectricityRow]) -> float:
    """Return what was metered and not made here [kWh]."""
    return total(kwh(row) * (-1 if row.type in OWN else 1) for row in rows if row.type == METERED or row.type in OWN)


def _years(consumed: Iterable[ElectricityRow]) -> list[tuple[ElectricityRow, float]]:
    """Return the first row of each year in which there was consumption, with the share of the year [-]."""
    years: dict[str, list[ElectricityRow]] = {}
    for row in consumed:
        years.setdefault(year_of(days(row)), []).append(row)
    sums = [(rows[0], total(map(kwh, rows))) for rows in years.values()]
    whole = total(sum_ for _, sum_ in sums)
    return [(first, sum_ / whole) for first, sum_ in sums] if whole else []


def _needed(claim: ElectricityRow, metered: Sequence[ElectricityRow], drawn: Span) -> Span:
    """Return the days a claim must be of: those of the meters it is held against, as far as the process ran then."""
    held = [days(row) for row in metered if overlap(days(row), days(claim))]
    if not held:
        return drawn
    return overlap((min(held)[0], max(end for _, end in held)), drawn) or drawn
