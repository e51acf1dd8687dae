"""Parts of a whole, or kilograms, beside other masses of the rows: which are the amounts, and what differs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.materials import apart
from footprint.layouts.measuring.numerals import numbers
from footprint.layouts.measuring.quantities import Quantities
from footprint.layouts.measuring.shares import shares
from footprint.layouts.naming.layout import Layout

_OF_PARTS = frozenset({"import-part", "import-parts"})
_MASSES = ("total_mass", "mass")
_NESTING = frozenset({"level", "parent", "outline"})
"""Fields of tables whose totals may be those of the whole product."""
_NEARLY = 0.1
Column = tuple[Sequence[float | None], Sequence[str]]
"""Masses [kg], and the unit that each is written in."""


def asked(table: Table, questions: Sequence[Problem], layout: Layout) -> tuple[Problem, ...]:
    """Return the questions about quantities, those of what parts are of replaced where masses of the rows stand beside.

    Answered one by one they would make kilograms of the parts, whatever the rows weigh.
    """
    caption = table.caption("quantity")
    of_parts = [each for each in questions if each.code in _OF_PARTS]
    weighed = next((field for field in _MASSES if table.has(field) and any(numbers(table, field, layout).values)), "")
    if not (of_parts and weighed and caption) or layout.settles(caption):
        return (*questions,)
    names = {"caption": caption, "other": table.caption(weighed)}
    mine = problem("import-mass-or-part", of_parts[0].place, (), **names)
    return (mine, *(each for each in questions if each not in of_parts))


def otherwise(table: Table, read: Mapping[str, Column], amounts: Quantities, layout: Layout) -> Iterator[Problem]:
    """Yield what is said of each row counted in a unit of mass whose stated mass is another, and not one of the unit.

    One of several pieces may be stated, and the net mass of what is lost in part.
    """
    pieces = numbers(table, "other_quantity", layout).values
    kept = shares(table, "yield", layout).values if table.has("yield") else (None,) * len(table)
    fields = _MASSES if _NESTING.isdisjoint(table.columns) else _MASSES[1:]
    for field in (field for field in fields if field in read):
        rows = zip(*read[field], amounts.units, amounts.counted, strict=True)
        for at, (stated, written, unit, count) in enumerate(rows):
            if not stated or not count or units.measures(unit) != "mass" or apart(written)[1:]:
                continue
            one = units.factor(unit, "kg")
            told, passed = count * one, (amounts.values[at] or count) * one
            may = (told, one, passed, told / (pieces[at] or 1), told * (kept[at] or 1))
            if not any(math.isclose(stated, each, rel_tol=_NEARLY) for each in may):
                yield problem("import-weighs-otherwise", table.place(at, field), told=f"{told:.6g}",
                              found=f"{stated:.6g}", caption=table.caption(field))  # fmt: skip
