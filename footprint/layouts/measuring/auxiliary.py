"""Auxiliary quantities: how much a row is in a second unit, as systems keep them beside the one that is counted.

They say the same amount once more, so that they are never added up; one in a unit of mass is the mass of the row.
"""

from __future__ import annotations

from collections.abc import Sequence

from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.materials import MASS, times_of
from footprint.layouts.measuring.numerals import numbers
from footprint.layouts.naming.layout import Layout

QUANTITY, UNIT = "aux_quantity", "aux_unit"
FIELDS = (QUANTITY, UNIT)


def masses(table: Table, layout: Layout) -> Sequence[float | None]:
    """Return the mass [kg] of all of each row by its auxiliary quantity; None where that is in no unit of mass."""
    if not table.has(QUANTITY):
        return (None,) * len(table)
    read, over = numbers(table, QUANTITY, layout), table.unit_of(QUANTITY)
    found: list[float | None] = []
    for value, own, beside in zip(read.values, read.units, table.field(UNIT), strict=True):
        written = own or (beside.strip() if isinstance(beside, str) else "") or over
        times = times_of(written, MASS, layout) if written and "/" not in written else None
        found.append(value * times if value is not None and times else None)
    return found
