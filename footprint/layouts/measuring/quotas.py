"""Whether quantities are quotas that hold what is lost: times the yield beside them they come to the net mass."""

from __future__ import annotations

import math
from collections.abc import Iterator

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.materials import MASS, apart, times_of
from footprint.layouts.measuring.numerals import numbers
from footprint.layouts.measuring.quantities import Quantities
from footprint.layouts.measuring.shares import shares
from footprint.layouts.naming import headers
from footprint.layouts.naming.layout import Layout

_ROUNDED = 0.01


def asked(table: Table, amounts: Quantities, layout: Layout) -> Iterator[Problem]:
    """Ask whether quantities are gross where each, times its yield, is the net mass that its row states."""
    caption = table.caption("quantity")
    if "quantities" in layout.constants or headers.is_gross(caption):
        return
    if not ({"quantity", "yield", "mass"} <= table.columns.keys()):
        return
    masses = numbers(table, "mass", layout)
    over = table.unit_of("mass") or layout.constants.get("mass_unit", "")
    rows = zip(amounts.counted, amounts.units, shares(table, "yield", layout).values, masses.values, masses.units,
               strict=True)  # fmt: skip
    told = [(value * units.factor(unit, "kg") * kept, mass * times) for value, unit, kept, mass, own in rows
            if value and mass and kept and kept != 1 and units.measures(unit) == "mass"
            and (times := times_of(apart(own or over)[0], MASS, layout))]  # fmt: skip
    if told and all(math.isclose(*each, rel_tol=_ROUNDED) for each in told):
        names = {"caption": caption, "other": table.caption("mass")}
        yield problem("import-quota", table.place(0, "quantity"), (), **names)
