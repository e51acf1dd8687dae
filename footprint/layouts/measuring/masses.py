"""The mass of one unit of each row, by the first way that its columns allow; a mass nobody states stays unknown.

In order: as stated; that of the whole row over its amount, in a column of masses or as an auxiliary quantity; length by
mass per metre; area by grammage; volume by density. What a map states of a material fills what the file
leaves empty (`materials`); a density is never assumed.

A mass per piece, metre or roll is that of as many as one unit of the row holds. One that says no more than kilograms is
that of what the row is written in. Of dozens and thousands it may be that of a piece, of metres, square metres and
litres that of the whole row, unless its header says it is of one: it is asked for (``mass_of``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring import auxiliary, bodies, materials, own_units, shapes
from footprint.layouts.measuring.bodies import MEASURES
from footprint.layouts.measuring.materials import MASS, PROPERTIES, Kind, Property, apart, filled, times_of
from footprint.layouts.measuring.numerals import numbers
from footprint.layouts.measuring.own_units import unstated
from footprint.layouts.measuring.pieces import of_units
from footprint.layouts.measuring.portions import otherwise
from footprint.layouts.measuring.quantities import Quantities
from footprint.layouts.naming.amounts import LARGEST
from footprint.layouts.naming.headers import per_in
from footprint.layouts.naming.layout import PIECE, ROW, UNIT, Layout
from footprint.layouts.naming.measures import ITEM, measured

STATED, SHARE, LINEAR, AREAL, VOLUME = "stated", "total", "linear", "areal", "volume"
AUXILIARY = "auxiliary"
ASKED = frozenset({
    "import-decimal", "import-mass-of", "import-mass-of-row", "import-measure-no-unit", "import-mass-no-unit",
    "map-material",
    "import-unit-column",
})  # fmt: skip
_OF_ONE = re.compile(r"[单每净]|米重|/|\bnet|\bper\b|per\s?u|\bunit|\beach\b|einzel|\bje\b|\bpro\b", re.IGNORECASE)
"""A header that says it is of one of what the row counts; net masses are those that systems keep of a unit."""
_NET = re.compile(
    r"^(?!.*(?:[单每]|/|\bper\b|per\s?u|\bunit|\beach\b|einzel|\bje\b|\bpro\b)).*(?:净|\bnet)", re.IGNORECASE
)
"""One that says no more than that its masses are net ones: of lengths and volumes those of the row may be, too."""
_SMALL = {"length": ("m", 0.1), "area": ("m2", 0.01), "volume": ("m3", 1e-4)}
"""Below so much of a unit nobody weighs one."""
_DENSEST = 22_600.0
"""No matter has more kilograms in a cubic metre: osmium has 22.59 t (CRC Handbook of Chemistry and Physics)."""
_OF_MASS = frozenset({"mass"})
WAYS = (STATED, SHARE, AUXILIARY, LINEAR, AREAL, VOLUME)
OF_ROWS = frozenset({STATED, SHARE, AUXILIARY})
"""Ways that do not measure one piece."""
Numbers = Sequence[float | None]
_LENGTH = Kind("m", "", "length_unit")
KINDS = {
    "mass": MASS, "total_mass": MASS, **PROPERTIES,
    **dict.fromkeys(MEASURES[:-2], _LENGTH), "area": Kind("m2"), "volume": Kind("m3"),
}  # fmt: skip
_OF_MATERIAL = {STATED: "mass", LINEAR: "linear_mass", AREAL: "grammage", VOLUME: "density"}


class Masses(NamedTuple):
    """The mass of one unit of each row [kg], and how it was found; ``None`` and "" where it is not known.

    ``problems``: what could not be read; ``asked``: what must be told before; ``said``: what the user stated of the
    material, of the rows whose mass rests on it; ``sized``: the rows whose measures stand in their text; ``both``: the
    masses of one and of all of each row [kg], its amount and its total amount, where the columns tell both masses.
    """

    values: Numbers
    ways: Sequence[str]
    problems: tuple[Problem, ...]
    asked: tuple[Problem, ...] = ()
    said: Mapping[int, str] = MappingProxyType({})
    sized: frozenset[int] = frozenset()
    both: tuple[Numbers, ...] = ()


def masses(table: Table, amounts: Quantities, layout: Layout) -> Masses:
    """Return the mass of one unit of each row that is not counted in a unit of mass."""
    problems: list[Problem] = []
    read = {field: _column(table, field, layout, problems) for field in KINDS if table.has(field)}
    columns = {field: column.values for field, column in read.items()}
    if "mass" in read:
        columns["mass"] = _of_units(read["mass"], table, amounts, layout, problems)
    stated = materials.stated(table, layout)
    problems += stated.problems
    none = (None,) * len(table)
    pieces = {unit: units.factor(unit, ITEM) for unit in {*amounts.units} if units.measures(unit) == ITEM}
    of = {**stated.of, "mass": _of_pieces(stated.of.get("mass", {}), amounts.units, pieces)}
    every = {field: filled(columns.get(field, none), of.get(field, {})) for field in KINDS}
    sized = _sized(table, every, layout)
    whole = amounts.counted if per_in(table.caption("total_mass")) == 1 else amounts.values
    found = {way: [*values] for way, values in _ways(table, every, amounts.units, whole, sized) if any(values)}
    if any(aside := auxiliary.masses(table, layout)):
        found[AUXILIARY] = [*map(_over, aside, amounts.counted)]
    values: list[float | None] = [None] * len(table)
    ways = [""] * len(table)
    weighed = {unit for unit in {*amounts.units} if units.measures(unit) == "mass"}
    for way in (way for way in WAYS if way in found):
        of_one = {} if way in OF_ROWS else pieces
        for at, (value, unit) in enumerate(zip(found[way], amounts.units, strict=True)):
            if value and values[at] is None and unit not in weighed and abs(value) <= LARGEST:
                ways[at], values[at] = way, value * of_one.get(unit, 1.0)
    both: tuple[Numbers, ...] = ()
    if {"mass", "total_mass"} <= columns.keys():
        both = (columns["mass"], columns["total_mass"], whole, numbers(table, "total_quantity", layout).values)
    problems += islice(otherwise(table, read, amounts, layout), 1) if weighed else ()
    asked = tuple(found for found in problems if found.code in ASKED)
    rest = tuple(found for found in problems if found.code not in ASKED)
    said = {
        at: own[at].said for at, way in enumerate(ways) if stated.of and way in _OF_MATERIAL
        for own in (of.get(_OF_MATERIAL[way], {}),)
        if at in own and columns.get(_OF_MATERIAL[way], none)[at] is None
    }  # fmt: skip
    return Masses(values, ways, rest, asked, said, frozenset(at for at in sized if ways[at] == VOLUME), both)


def _sized(table: Table, column: Mapping[str, Numbers], layout: Layout) -> dict[int, float]:
    """Return the volumes [m3] of rows with a density whose measures stand in their text, not in columns."""
    measures = [column[field] for field in MEASURES if field != "area"]
    bare = (at for at, density in enumerate(column["density"])
            if density is not None and all(each[at] is None for each in measures))  # fmt: skip
    return {at: found for at in bare
            if not bodies.is_hollow(table, at) and (found := shapes.volume(table, at, layout))}  # fmt: skip


def _ways(
    table: Table, column: Mapping[str, Numbers], written: Sequence[str], whole: Numbers, sized: Mapping[int, float]
) -> Iterator[tuple[str, Numbers]]:
    """Yield each way to a mass with the masses it gives. ``whole``: how much of a row its total mass is that of."""
    yield STATED, column["mass"]
    if any(column["total_mass"]):
        yield SHARE, [_over(mass, amount) for mass, amount in zip(column["total_mass"], whole, strict=True)]
    if not any(any(column[field]) for field in ("linear_mass", "grammage", "density")):
        return
    lengths = _in_unit(written, "m", column["length"])
    areas = _in_unit(written, "m2", _either(column["area"], _products(lengths, column["width"])))
    yield LINEAR, _products(lengths, column["linear_mass"])
    yield AREAL, _products(areas, column["grammage"])
    boxes = [None if density is None else _volume(table, at, column, written[at])
             for at, density in enumerate(column["density"])]  # fmt: skip
    for at, body in sized.items():
        boxes[at] = body if units.measures(written[at]) == ITEM else boxes[at]
    yield VOLUME, _products(boxes, column["density"])


def _volume(table: Table, at: int, column: Mapping[str, Numbers], unit: str) -> float | None:
    """Return the volume [m3] of one unit of a row by its columns."""
    given = {field: value for field in MEASURES if (value := column[field][at])}
    return bodies.volume(given, unit, is_hollow=bool(given) and bodies.is_hollow(table, at))


def _either(one: Numbers, other: Numbers) -> Numbers:
    return [b if a is None else a for a, b in zip(one, other, strict=True)]


def _over(whole: float | None, amount: float | None) -> float | None:
    return whole / amount if whole is not None and amount else None


def _products(one: Numbers, other: Numbers) -> Numbers:
    return [None if a is None or b is None else a * b for a, b in zip(one, other, strict=True)]


def _in_unit(written: Sequence[str], base: str, otherwise: Numbers) -> Numbers:
    """Return how many ``base`` one unit of each row is; where it measures less than that, what its measures say."""
    wanted = units.unit(base).dimension
    less = _LESS[: _LESS.index(wanted)]
    each = {*written}
    own = {unit: units.factor(unit, base) for unit in each if units.measures(unit) == wanted}
    measured_by = {unit for unit in each if units.measures(unit) in less}
    return [measure if unit in measured_by else own.get(unit) for unit, measure in zip(written, otherwise, strict=True)]


_LESS = ("item", "length", "area", "volume")
"""What a row is counted in, by how much of its measures that already tells."""


class _Column(NamedTuple):
    """The numbers of a field in the unit of its kind, each with the unit it is written in."""

    values: Numbers
    written: Sequence[str]


def _column(table: Table, field: str, layout: Layout, problems: list[Problem]) -> _Column:
    """Return the numbers of a field in the unit of its kind; none where their unit is not stated."""
    kind = KINDS[field]
    read = numbers(table, field, layout)
    problems += (*read.problems.values(), *read.asked)
    general = table.unit_of(field) or layout.constants.get(kind.constant, "")
    many = per_in(table.caption(field))
    beside = own_units.beside(table, field, kind.constant, layout)
    known: dict[str, float | None] = {}
    found: list[float | None] = []
    units_of: list[str] = []
    for at, (value, own, cell) in enumerate(zip(read.values, read.units, beside, strict=True)):
        said = own or (cell.strip() if isinstance(cell, str) else "")
        written = said or general
        units_of.append(f"{written}/{ITEM}" if many != 1 and not said else written)
        if not value:
            found.append(value)
            continue
        if said not in known:
            known[said] = times_of(apart(written)[0] if field == "mass" else written, kind, layout)
            if known[said] is None:
                problems.append(_no_unit(table, at, field, written, layout))
        times = known[said]
        found.append(None if times is None else value * times if said else value * times / many)
    return _Column(found, units_of)


def _of_units(column: _Column, table: Table, amounts: Quantities, layout: Layout, problems: list[Problem]) -> Numbers:
    """Return the stated masses, each of one unit of its row; none where they are of something else, which is said.

    One that may be of the whole row is none where the row tells that besides.
    """
    known: dict[tuple[str, str, float], float | None] = {}
    found: list[float | None] = []
    told: set[str] = set()
    stated, whole = layout.constants.get("mass_of", ""), table.field("total_mass")
    of_rows = _may_be_of_rows(column, table, amounts)
    for at, (value, written, unit) in enumerate(zip(*column, amounts.units, strict=True)):
        key = (written, unit, amounts.sizes.get(at, 1.0))
        count = amounts.counted[at]
        doubtful = unit in of_rows and key[2] == 1 and not apart(written)[1:] and count not in {1.0, None}
        doubtful = doubtful and not _is_too_dense(value, count, unit)
        if value is not None and doubtful and stated != UNIT:
            found.append(_over(value, count) if stated == ROW else None)
            if stated != ROW and whole[at] is None and unit not in told:
                told.add(unit)
                code = "import-mass-other" if stated else "import-mass-of-row"
                place, caption = table.place(at, "mass"), table.caption("mass")
                problems.append(problem(code, place, caption=caption, unit=unit, per=f"{written}/{PIECE}"))
            continue
        if value is not None and key not in known:
            known[key] = _held(*key, layout)
            if known[key] is None and units.measures(unit) not in {"", "mass"}:
                own = table.field("unit")[at] or unit
                code = "import-mass-other" if apart(written)[1:] else "import-mass-of"
                place, caption = table.place(at, "mass"), table.caption("mass")
                problems.append(problem(code, place, caption=caption, unit=str(own), per=written))
        held = known.get(key)
        found.append(None if value is None or held is None else value * held)
    return found


def _is_too_dense(value: float | None, count: float | None, unit: str) -> bool:
    """Tell whether a mass [kg] is none of so many units of volume: no matter is as dense."""
    if value is None or not count or units.measures(unit) != "volume":
        return False
    return value > _DENSEST * count * units.factor(unit, "m3")


def _may_be_of_rows(column: _Column, table: Table, amounts: Quantities) -> frozenset[str]:
    """Return the units of lengths, areas and volumes whose masses may be those of whole rows."""
    over = table.unit_of("mass")
    is_of_one = says_one(table) and not (over and _NET.search(table.caption("mass").replace(over, "")))
    kinds = {unit: units.measures(unit) for unit in {*amounts.units}} if any(column.values) else {}
    return frozenset(
        unit for unit, kind in kinds.items() if kind in _SMALL
        and (not is_of_one or units.factor(unit, _SMALL[kind][0]) < _SMALL[kind][1])
    )  # fmt: skip


def says_one(table: Table) -> bool:
    """Tell whether the header of masses says that they are of one of what a row counts."""
    return _OF_ONE.search(table.caption("mass").replace(table.unit_of("mass"), "")) is not None


def _held(written: str, unit: str, size: float, layout: Layout) -> float | None:
    """Return how many of what a mass is stated for one unit of a row holds; None where it is for something else."""
    per = apart(written)[1:]
    if per:
        of = measured(per[0], layout)
        fits = of is not None and units.measures(of.unit) == units.measures(unit) != ""
        return units.factor(unit, of.unit) / of.times if of is not None and fits else None
    several = units.measures(unit) == ITEM and size * units.factor(unit, ITEM) != 1
    if several and layout.constants.get("mass_of") == PIECE:
        return units.factor(unit, ITEM)
    return None if several and layout.constants.get("mass_of") != UNIT else 1 / size


def _of_pieces(own: Mapping[int, Property], written: Sequence[str], pieces: Mapping[str, float]) -> dict[int, Property]:
    """Return what is stated of the mass of a piece, of one unit of the rows that count pieces."""
    return {
        at: one._replace(value=one.value * pieces[unit]) for at, one in own.items() if (unit := written[at]) in pieces
    }


def _no_unit(table: Table, at: int, field: str, written: str, layout: Layout) -> Problem:
    """Return what is said of a unit that does not fit, or is not stated: what would tell it is asked for."""
    place, caption, kind = table.place(at, field), table.caption(field), KINDS[field]
    of_mass = of_units(table, _OF_MASS) if kind.constant == "mass_unit" and not written else ()
    if beside := [other for other in of_mass if not layout.settles(other)]:
        facts = {"caption": caption, "other": beside[0], "field": "mass_unit"}
        return problem("import-unit-column", place, (), **facts)
    if written:
        return problem("import-measure-unit", place, caption=caption, unit=written)
    if kind.constant:
        return unstated(place, caption, kind.constant)
    return problem("import-measure-bare", place, caption=caption, unit="/".join(filter(None, (kind.unit, kind.per))))
