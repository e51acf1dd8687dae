"""The mass of one unit of each row, by the first way that its columns allow; a mass nobody states stays unknown.

In order: as stated; that of the whole row over its amount; length by mass per metre; area by grammage; volume by
density.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.layout import Layout
from footprint.layouts.quantities import Quantities, measured, numbers
from footprint.layouts.table import Table

STATED, SHARE, LINEAR, AREAL, VOLUME = "stated", "total", "linear", "areal", "volume"
ASKED = frozenset({"import-decimal", "import-measure-no-unit"})
WAYS = (STATED, SHARE, LINEAR, AREAL, VOLUME)
Numbers = Sequence[float | None]
_PER = re.compile(r"/|每|\bper\b", re.IGNORECASE)
_GSM = re.compile(r"gsm", re.IGNORECASE)


class Kind(NamedTuple):
    """What a column measures: ``unit`` over ``per``, "" for a plain unit, and the constant of a map that states it."""

    unit: str
    per: str = ""
    constant: str = ""


KINDS = {
    **dict.fromkeys(("mass", "total_mass"), Kind("kg", "item", "mass_unit")),
    "linear_mass": Kind("kg", "m"), "grammage": Kind("kg", "m2"), "density": Kind("kg", "m3"),
    **dict.fromkeys(("length", "width", "thickness", "diameter"), Kind("m", "", "length_unit")),
}  # fmt: skip


class Masses(NamedTuple):
    """The mass of one unit of each row [kg], and how it was found; ``None`` and "" where it is not known.

    ``problems``: what could not be read; ``asked``: the units that nobody states.
    """

    values: Numbers
    ways: Sequence[str]
    problems: tuple[Problem, ...]
    asked: tuple[Problem, ...] = ()


def masses(table: Table, amounts: Quantities, layout: Layout) -> Masses:
    """Return the mass of one unit of each row that is not counted in a unit of mass."""
    problems: list[Problem] = []
    columns = {field: _column(table, field, layout, problems) for field in KINDS if table.has(field)}
    none = (None,) * len(table)
    found = {way: [*values] for way, values in _ways({k: columns.get(k, none) for k in KINDS}, amounts) if any(values)}
    values: list[float | None] = [None] * len(table)
    ways = [""] * len(table)
    for at, unit in enumerate(amounts.units) if found else ():
        if _dimension(unit) != "mass":
            known = ((way, value) for way in WAYS if way in found and (value := found[way][at]))
            ways[at], values[at] = next(known, ("", None))
    asked = tuple(found for found in problems if found.code in ASKED)
    return Masses(values, ways, tuple(found for found in problems if found.code not in ASKED), asked)


def _ways(column: dict[str, Numbers], amounts: Quantities) -> Iterator[tuple[str, Numbers]]:
    """Yield each way to a mass with the masses it gives."""
    length, width, thickness = column["length"], column["width"], column["thickness"]
    yield STATED, column["mass"]
    yield SHARE, [_over(whole, amount) for whole, amount in zip(column["total_mass"], amounts.values, strict=True)]
    lengths = _in_unit(amounts.units, "m", length)
    areas = _in_unit(amounts.units, "m2", _products(length, width))
    yield LINEAR, _products(lengths, column["linear_mass"])
    yield AREAL, _products(areas, column["grammage"])
    round_ = [None if d is None else math.pi / 4 * d * d for d in column["diameter"]]
    boxes = [a or b for a, b in zip(_products(areas, thickness), _products(lengths, round_), strict=True)]
    yield VOLUME, _products(_in_unit(amounts.units, "m3", boxes), column["density"])


def _over(whole: float | None, amount: float | None) -> float | None:
    return whole / amount if whole is not None and amount else None


def _products(one: Numbers, other: Numbers) -> Numbers:
    return [None if a is None or b is None else a * b for a, b in zip(one, other, strict=True)]


def _in_unit(written: Sequence[str], base: str, otherwise: Numbers) -> Numbers:
    """Return how many ``base`` one unit of each row is; where it is an item, what its own measures say."""
    dimension = units.unit(base).dimension
    return [
        units.factor(unit, base) if _dimension(unit) == dimension else measure if _dimension(unit) == "item" else None
        for unit, measure in zip(written, otherwise, strict=True)
    ]


@lru_cache(1024)
def _dimension(unit: str) -> str:
    try:
        return units.unit(unit).dimension
    except units.UnknownUnitError:
        return ""


def _column(table: Table, field: str, layout: Layout, problems: list[Problem]) -> Numbers:
    """Return the numbers of a field in the unit of its kind; none where their unit is not stated."""
    kind = KINDS[field]
    read = numbers(table, field, layout)
    problems += (*read.problems.values(), *read.asked)
    stated = table.unit_of(field) or layout.constants.get(kind.constant, "")
    beside = table.field("mass_unit") if kind.constant == "mass_unit" else (None,) * len(table)
    known: dict[str, float | None] = {}
    found: list[float | None] = []
    for at, (value, own, cell) in enumerate(zip(read.values, read.units, beside, strict=True)):
        if value is None:
            found.append(None)
            continue
        written = own or (cell.strip() if isinstance(cell, str) else "") or stated
        if written not in known:
            known[written] = _times(written, kind, layout)
            if known[written] is None:
                code = "import-measure-unit" if written else "import-measure-no-unit"
                problems.append(problem(code, table.place(at, field), caption=table.caption(field), unit=written))
        times = known[written]
        found.append(None if times is None else value * times)
    return found


def _times(written: str, kind: Kind, layout: Layout) -> float | None:
    """Return how many of a kind's unit one unit as written is: ``g/pcs`` of a mass per piece is 0.001."""
    counted, *per = (part.strip() for part in _PER.split(_GSM.sub("g/m2", written), maxsplit=1))
    measure, wanted = measured(counted, layout), kind.per
    if measure is None or _dimension(measure.unit) != _dimension(kind.unit):
        return None
    times = measure.times * units.factor(measure.unit, kind.unit)
    divisor = measured(per[0], layout) if per else None
    if not per and (not wanted or wanted == "item"):
        return times
    if divisor is None or _dimension(divisor.unit) != _dimension(wanted):
        return None
    return times / (divisor.times * units.factor(divisor.unit, wanted))
