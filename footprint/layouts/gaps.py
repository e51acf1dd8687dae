"""The masses that a bill does not tell, largest quantity first, with what to ask for; and the sum of those it tells.

A line that is made of others weighs what these weigh; a line without parts and counted in no unit of mass needs one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footprint import units
from footprint.layouts.lines import Row
from footprint.layouts.measuring import bodies, shapes
from footprint.layouts.naming import levels
from footprint.layouts.naming.amounts import added
from footprint.layouts.part import Part
from footprint.layouts.steps import weighs_nothing

MASS, SOLID, LENGTH_UNIT, DECIMAL = "mass", "solid", "length-unit", "decimal"
_BY_UNIT = {"length": "linear-mass", "area": "grammage", "volume": "density"}


class Gap(NamedTuple):
    """A line whose mass is not known: how much of it one product takes, and what to ask for."""

    row: Row
    total: float | None
    ask: str


def gaps(rows: Sequence[Row]) -> list[Gap]:
    """Return the lines whose mass is not known, those of the largest quantity first [in the base of their unit]."""
    if not any(map(_lacks, rows)):
        return []
    found = [Gap(row, total, _ask(row)) for row, total in _ends(rows) if _lacks(row)]
    return sorted(found, key=lambda gap: -_in_base(gap))


def known_mass(rows: Sequence[Row]) -> tuple[float, int, int]:
    """Return the mass [kg] of the lines without parts in one product, of how many of them, and how many there are."""
    weighed = [_weight(row, total) for row, total in _ends(rows)]
    known = [mass for mass in weighed if mass is not None]
    return added(known), len(known), len(weighed)


def _ends(rows: Sequence[Row]) -> Iterator[tuple[Row, float | None]]:
    """Yield the lines without parts, each with how much of it one product takes; None where that is not known."""
    totals: list[float | None] = []
    for row in rows:
        above = totals[up] if (up := row.line.parent) >= 0 else 1.0 if up == levels.PRODUCT else None
        own = row.quantity
        totals.append(above * own if above is not None and isinstance(own, float) else None)
    parents = {row.line.parent for row in rows}
    yield from ((row, totals[at]) for at, row in enumerate(rows) if at not in parents)


def _lacks(row: Row) -> bool:
    is_read = row.line.part.masses.values[row.line.at] is not None
    is_open = row.mass is None and not is_read and units.measures(row.unit) not in {"mass", ""}
    return is_open and not weighs_nothing(row.line.part, row.line.at)


def _weight(row: Row, total: float | None) -> float | None:
    unit, each = row.unit, row.mass
    if total is None:
        return None
    if units.measures(unit) == "mass":
        return total * units.factor(unit, "kg")
    return total * each if isinstance(each, float) else None


def _in_base(gap: Gap) -> float:
    """Return the quantity in the base of its unit: what is not known comes first."""
    unit = units.unit(gap.row.unit)
    return math.inf if gap.total is None else gap.total * unit.numerator / unit.denominator


def _ask(row: Row) -> str:
    """Return what makes the mass of a line known with the least."""
    part, at = row.line.part, row.line.at
    counted = units.measures(row.unit)
    if counted in _BY_UNIT:
        return _BY_UNIT[counted]
    return _of_solid(part, at) if counted == "item" else MASS


def _of_solid(part: Part, at: int) -> str:
    table, is_hollow = part.table, bodies.is_hollow(part.table, at)
    stated = bodies.stated(table, at)
    if len(stated) > 1 or "volume" in stated:
        is_shape = {"volume", "area"} & stated or bodies.shape(stated, is_hollow=is_hollow)
        return SOLID if is_shape and table.field("density")[at] is None else MASS
    size = None if is_hollow else shapes.size(table, at, part.layout)
    if size is None:
        return MASS
    return DECIMAL if not size[0] else SOLID if shapes.volume(table, at, part.layout) else LENGTH_UNIT
