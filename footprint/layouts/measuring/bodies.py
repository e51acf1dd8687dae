"""The volume of one unit of a row from the columns of its measures: one way for each shape, which uses all of them.

A plate has a length, a width and a thickness; a bar a diameter and a length, a disc a diameter and a thickness; a tube
two of outer diameter, inner diameter and wall, and a length. What is left over tells that it is another shape. What is
called a tube, an angle or a profile, or has holes (``data/bom_words.csv``, kinds ``hollow`` and ``open``), fills
neither a box nor a cylinder: no volume is made of some of the measures that a row states.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from footprint import units
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.sayings import spelt

MEASURES = ("length", "width", "thickness", "wall_thickness", "diameter", "inner_diameter", "area", "volume")
_LINES = frozenset(MEASURES[:-2])
_TEXTS = ("specification", "material", "name")
_LONGEST = 200
"""Letters of a text that are looked at."""
_ALIKE = 0.02
"""How far measures that tell the same may be apart."""
_BASES = {"length": "m", "area": "m2", "volume": "m3"}
_WITHIN = {"item": (), "length": ("length",), "area": ("area", "length", "width"), "volume": MEASURES}
"""The measures of stock that a unit of a row replaces, by what the row is measured in."""
Given = Mapping[str, float]


def volume(given: Given, unit: str, *, is_hollow: bool) -> float | None:
    """Return the volume [m3] of one ``unit`` of a row with measures [m, m2, m3]; None where they tell no one shape."""
    kind = units.measures(unit)
    if kind not in _WITHIN:
        return None
    stated = {field: value for field, value in given.items() if value and field not in _WITHIN[kind]}
    if kind in _BASES:
        stated[kind] = units.factor(unit, _BASES[kind])
    if "volume" in stated:
        return stated["volume"]
    if "area" in stated:
        return None if is_hollow else _sheet(stated)
    found = shape(frozenset(stated), is_hollow=is_hollow)
    return found(stated) if found else None


def shape(fields: frozenset[str], *, is_hollow: bool) -> Callable[[Given], float | None] | None:
    """Return what makes a volume of lengths in some fields; None where they are those of no shape."""
    if fields == _WALLED:
        return _tube if is_hollow else None
    return _HOLLOW.get(fields) or (None if is_hollow else _SOLID.get(fields))


def stated(table: Table, at: int) -> frozenset[str]:
    """Return the fields of measures that a row fills."""
    return frozenset(field for field in MEASURES if table.field(field)[at])


def is_hollow(table: Table, at: int) -> bool:
    """Tell whether a text of a row calls it a tube, an angle or a profile."""
    cells = (table.column(column)[at] for field in _TEXTS for column in table.columns.get(field, ()))
    return any(_calls_hollow(cell) for cell in cells if isinstance(cell, str))


@lru_cache(65536)
def _calls_hollow(text: str) -> bool:
    """Tell whether a text has a word for what is hollow, and none for what is solid behind it: ``圆钢管``."""
    read = unicodedata.normalize("NFKC", text[:_LONGEST])
    if _words("open").search(read):
        return True
    ends = [max((found.end() for found in _words(kind).finditer(read)), default=0) for kind in ("hollow", "solid")]
    return ends[0] > ends[1]


@cache
def _words(kind: str) -> re.Pattern[str]:
    each = (rf"\b{re.escape(word)}\b" if word.isascii() and word.islower() else word for word in spelt(kind))
    return re.compile(rf"(?:{'|'.join(each)})(?![板理]|blech|boden|\s?sheet|\s?plate)", re.IGNORECASE)


def _sheet(of: Given) -> float | None:
    """Return the volume of a sheet by its area; None where that is larger than what it is cut from."""
    lines = of.keys() & _LINES
    deep = lines & {"thickness", "wall_thickness"}
    if len(deep) != 1 or lines - deep - {"length", "width"}:
        return None
    whole = of.get("length", math.inf) * of.get("width", math.inf)
    return of["area"] * of[deep.pop()] if of["area"] <= whole * (1 + _ALIKE) else None


def _box(of: Given) -> float:
    return of["length"] * of["width"] * of["thickness"]


def _bar(of: Given) -> float:
    return _ring(of["diameter"], 0.0) * of["length"]


def _disc(of: Given) -> float:
    return _ring(of["diameter"], 0.0) * of["thickness"]


def _tube(of: Given) -> float | None:
    """Return the volume of a tube or washer; None where its measures contradict each other."""
    wall = of.get("wall_thickness", of.get("thickness")) if "length" in of else None
    outer, inner = of.get("diameter"), of.get("inner_diameter")
    if outer is None:
        outer = (inner or 0.0) + 2 * (wall or 0.0)
    if inner is None:
        inner = outer - 2 * (wall or 0.0)
    fits = wall is None or math.isclose(outer - inner, 2 * wall, rel_tol=_ALIKE)
    return _ring(outer, inner) * of.get("length", of.get("thickness", 0.0)) if fits and 0 <= inner < outer else None


def _ring(outer: float, inner: float) -> float:
    return math.pi / 4 * (outer * outer - inner * inner)


_WALLED = frozenset({"diameter", "thickness", "length"})
"""A tube with its wall where it is called one, else nobody knows what."""
_SOLID: Mapping[frozenset[str], Callable[[Given], float | None]] = {
    frozenset({"length", "width", "thickness"}): _box, frozenset({"diameter", "length"}): _bar,
    frozenset({"diameter", "thickness"}): _disc,
}  # fmt: skip
_HOLLOW: Mapping[frozenset[str], Callable[[Given], float | None]] = {
    frozenset({"diameter", "wall_thickness", "length"}): _tube,
    frozenset({"diameter", "inner_diameter", "length"}): _tube,
    frozenset({"inner_diameter", "wall_thickness", "length"}): _tube,
    frozenset({"diameter", "inner_diameter", "wall_thickness", "length"}): _tube,
    frozenset({"diameter", "inner_diameter", "thickness"}): _tube,
}
