"""Whether a column of masses is of one of each row or of whole rows: the sum that the list prints of it may tell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.counting.sums import half
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.masses import says_one
from footprint.layouts.measuring.numerals import numbers
from footprint.layouts.measuring.quantities import Quantities
from footprint.layouts.naming.amounts import POINT, amount, decimal_mark
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import Layout
from footprint.provenance import Place


def asked(
    table: Table, listed: Sequence[int], totals: Sequence[int], amounts: Quantities, layout: Layout
) -> Iterator[Problem]:
    """Ask what a mass is of where its header does not say, and a sum printed of it adds it up without the quantities.

    ``listed``: the rows that may count; ``totals``: those that add up others.
    """
    if not is_open(table, layout):
        return
    masses = numbers(table, "mass", layout).values
    below = ((masses[end], [at for at in listed if at < end], table.place(end, "mass")) for end in totals)
    for told, rows, place in (*_above(table, listed), *below):
        known = [(mass, count) for at in rows
                 if (mass := masses[at]) is not None and (count := amounts.counted[at]) is not None]  # fmt: skip
        if not told or not known:
            continue
        sums = math.fsum(mass for mass, _ in known), math.fsum(mass * count for mass, count in known)
        bare, counted = (math.isclose(told, each, rel_tol=1e-9, abs_tol=half(told)) for each in sums)
        if bare and not counted:
            facts = {"told": f"{told:.10g}", "caption": table.caption("mass")}
            yield problem("import-mass-added", place, (), **facts)
            return


def _above(table: Table, listed: Sequence[int]) -> Iterator[tuple[float | None, Sequence[int], Place]]:
    """Yield the total masses that are told above a table, in the unit of its masses, with the rows these are of."""
    unit = table.unit_of("mass") or "kg"
    for row in table.above:
        texts = " ".join(as_text(cell) for cell in table.sheet.rows[row] if cell is not None)
        found = _TOTAL.search(texts[:_LONGEST])
        read = amount(found[1], decimal_mark([found[1]]) or POINT) if found else None
        own = found[2] or unit if found else unit
        if read and units.measures(own) == units.measures(unit) == "mass":
            yield read.value * units.factor(own, unit), listed, table.sheet.place(row)


_LONGEST = 500
_TOTAL = re.compile(
    r"(?:total (?:net )?(?:weight|mass)|(?:gesamt|total)(?:gewicht|masse)|总重量?|总质量|合计重量)"
    r"(?:\s*[(（](?:kg|g|t)[)）])?\s*[:：=]?\s*(\d[\d.,]{0,15})\s*(kg|g|t|lbs?)?(?![a-z])", re.IGNORECASE,
)  # fmt: skip


def is_open(table: Table, layout: Layout) -> bool:
    """Tell whether neither the header nor the user says what the masses of a table are of."""
    caption = table.caption("mass")
    return bool(caption) and not layout.settles(caption) and not says_one(table)
