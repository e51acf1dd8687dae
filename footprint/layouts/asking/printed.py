"""Whether a column of masses is of one of each row or of whole rows: the sum that the list prints below it may tell."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.counting.sums import half
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.masses import says_one
from footprint.layouts.measuring.numerals import numbers
from footprint.layouts.measuring.quantities import Quantities
from footprint.layouts.naming.layout import Layout


def asked(
    table: Table, listed: Sequence[int], totals: Sequence[int], amounts: Quantities, layout: Layout
) -> Iterator[Problem]:
    """Ask what a mass is of where its header does not say, and a sum printed below adds it up without the quantities.

    ``listed``: the rows that may count; ``totals``: those that add up others.
    """
    if not is_open(table, layout):
        return
    masses = numbers(table, "mass", layout).values
    for end in totals:
        told, rows = masses[end], [at for at in listed if at < end]
        known = [(mass, count) for at in rows
                 if (mass := masses[at]) is not None and (count := amounts.counted[at]) is not None]  # fmt: skip
        if not told or not known:
            continue
        sums = math.fsum(mass for mass, _ in known), math.fsum(mass * count for mass, count in known)
        bare, counted = (math.isclose(told, each, rel_tol=1e-9, abs_tol=half(told)) for each in sums)
        if bare and not counted:
            facts = {"told": f"{told:.10g}", "caption": table.caption("mass")}
            yield problem("import-mass-added", table.place(end, "mass"), (), **facts)
            return


def is_open(table: Table, layout: Layout) -> bool:
    """Tell whether neither the header nor the user says what the masses of a table are of."""
    caption = table.caption("mass")
    return bool(caption) and not layout.settles(caption) and not says_one(table)
