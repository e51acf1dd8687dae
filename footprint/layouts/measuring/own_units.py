"""The units of masses and lengths by row, where columns of their own tell them."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming import headers
from footprint.layouts.naming.layout import Layout
from footprint.model.sheets import Cell
from footprint.provenance import Place

OF_MASS, OF_LENGTH = "mass_unit", "length_unit"


_LIKELY = {OF_MASS: ("kg", "g", "lb"), OF_LENGTH: ("mm", "m", "in")}
"""The units that columns without one are most often in, of what states it."""


def unstated(place: Place, caption: str, told: str, *, is_amount: bool = False) -> Problem:
    """Return the question for the unit of a column of masses or lengths. ``told``: the constant that states it.

    ``is_amount``: it is read for how much of each row there is; else one that tells no masses may be left out.
    """
    one, two, three = _LIKELY[told]
    code = "import-mass-no-unit" if told == OF_MASS and not is_amount else "import-measure-no-unit"
    return problem(code, place, caption=caption, key=told, one=one, two=two, three=three)


def beside(table: Table, field: str, told: str, layout: Layout) -> Sequence[Cell]:
    """Return the units of a field by row, none where no column tells them. ``told``: what such a column means.

    That of masses stands right of them, or there is one for all. That of lengths stands right of one or several; one
    elsewhere is of the length alone, and where its caption says of no length, of all without a unit over them.
    """
    none = (None,) * len(table)
    if told not in {OF_MASS, OF_LENGTH} or not table.has(told):
        return none
    at = table.columns[field][0] + 1
    while told == OF_LENGTH and at in _measures(table):
        at += 1
    if told in layout.meant(table.header.captions.get(at, "")).fields:
        return table.column(at)
    if told == OF_MASS or field == "length":
        return table.field(told)
    is_of_length = "length" in headers.meant(table.caption(told).split(" ", 1)[0].split("_", 1)[0]).fields
    return none if is_of_length or table.unit_of(field) else table.field(told)


def _measures(table: Table) -> set[int]:
    return {at for field, ats in table.columns.items() if headers.types()[field] == "length" for at in ats}
