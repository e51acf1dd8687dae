"""What the user states of materials: ``SPCC: 7.85 g/cm3``, ``EVA: 460 g/m2``, ``M5 screw: 2.1 g``; the unit says what.

A material is that of a row whose material, code, name or specification is its text, or has it as a word. A constant
(``density``, ``grammage``, ``linear_mass``) is that of every row. What stands in the file counts first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming import headers
from footprint.layouts.naming.amounts import amount
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.measures import measured
from footprint.model.sheets import digits
from footprint.provenance import Place

_PER = re.compile(r"/|每|\bper\b", re.IGNORECASE)
_GSM = re.compile(r"gsm", re.IGNORECASE)
_WORDS = re.compile(r"[\s;,，；、/()（）]+")
_NAMING = ("material", "code", "name", "specification")
_LISTED = re.compile(r"[;；]")


class Kind(NamedTuple):
    """What a column measures: ``unit`` over ``per``, "" for a plain unit, and the constant of a map that states it."""

    unit: str
    per: str = ""
    constant: str = ""


PROPERTIES = {"density": Kind("kg", "m3"), "grammage": Kind("kg", "m2"), "linear_mass": Kind("kg", "m")}
MASS = Kind("kg", "item", "mass_unit")


class Property(NamedTuple):
    """What a material is stated to have: the ``field`` that it fills [in the unit of its kind], and how it is said."""

    field: str
    value: float
    said: str


class Stated(NamedTuple):
    """What the user states of the materials of each row, by field and row."""

    of: Mapping[str, Mapping[int, Property]]
    problems: tuple[Problem, ...] = ()


def stated(table: Table, layout: Layout) -> Stated:
    """Return what the map and the command line state of the materials of a table."""
    problems: list[Problem] = []
    every = [found for key in PROPERTIES if (text := layout.constants.get(key, ""))
             for found in _read(key, text, layout, problems) if found.field == key]  # fmt: skip
    by_text = {
        headers.normal(name): [*_read(f"materials.{name}", text, layout, problems)]
        for name, text in layout.materials.items()
    }
    of: dict[str, dict[int, Property]] = {}
    for found in every:
        of.setdefault(found.field, {}).update(dict.fromkeys(range(len(table)), found))
    for at in range(len(table)) if by_text else ():
        for name in _named(table, at):
            for found in by_text.get(name, ()):
                of.setdefault(found.field, {})[at] = found
    return Stated(of, tuple(problems))


def _named(table: Table, at: int) -> Iterator[str]:
    """Yield the texts that a row may be known by, the surest last."""
    for field in reversed(_NAMING):
        for column in reversed(table.columns.get(field, ())):
            cell = table.column(column)[at]
            if isinstance(cell, str | float):
                yield from _spelt(cell if isinstance(cell, str) else digits(cell))


@lru_cache(65536)
def _spelt(text: str) -> tuple[str, ...]:
    return (*map(headers.normal, filter(None, _WORDS.split(text))), headers.normal(text))


def _read(key: str, text: str, layout: Layout, problems: list[Problem]) -> Iterator[Property]:
    """Yield what a text states: one property, or several parted by semicolons."""
    for each in _LISTED.split(text):
        read = amount(each)
        kinds = {**PROPERTIES, "mass": MASS}
        found = [(field, times) for field, kind in kinds.items()
                 if read and read.unit and (times := times_of(read.unit, kind, layout))]  # fmt: skip
        if not found or read is None or read.value <= 0:
            problems.append(problem("map-material", Place(layout.file, key), value=each.strip()))
        else:
            field, times = found[0]
            yield Property(field, read.value * times, f"{key.removeprefix('materials.')} = {each.strip()}")


def apart(written: str) -> list[str]:
    """Return what a unit counts, and per what where it says so: ``g/pcs``, ``每件克``."""
    return [part.strip() for part in _PER.split(_GSM.sub("g/m2", written), maxsplit=1)]


def times_of(written: str, kind: Kind, layout: Layout) -> float | None:
    """Return how many of a kind's unit one unit as written is: ``g/pcs`` of a mass per piece is 0.001."""
    counted, *per = apart(written)
    measure, wanted = measured(counted, layout), kind.per
    if measure is None or units.measures(measure.unit) != units.measures(kind.unit):
        return None
    times = measure.times * units.factor(measure.unit, kind.unit)
    divisor = measured(per[0], layout) if per else None
    if not per and (not wanted or wanted == "item"):
        return times
    if divisor is None or units.measures(divisor.unit) != units.measures(wanted):
        return None
    return times / (divisor.times * units.factor(divisor.unit, wanted))


def filled(column: Sequence[float | None], own: Mapping[int, Property]) -> Sequence[float | None]:
    """Return a column with what is stated of its empty rows."""
    if not own:
        return column
    return [own[at].value if value is None and at in own else value for at, value in enumerate(column)]
