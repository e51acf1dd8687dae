"""The sums that a list prints itself, against those of its rows: a row missing, or one too many, shows there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footprint.layouts.counting.noise import NOISE, TOTAL
from footprint.layouts.counting.sums import half
from footprint.layouts.measuring.numerals import numbers
from footprint.layouts.part import Part
from footprint.provenance import Place

_QUANTITIES = ("quantity", "total_quantity")
"""What a row of sums tells in these may be the one product that it is the sum of."""
_SUMMED = (*_QUANTITIES, "total_mass", "mass")


class Difference(NamedTuple):
    """A sum that the rows above do not add up to: what the list says, and what they do."""

    place: Place
    told: float
    found: float


def differences(part: Part) -> Iterator[Difference]:
    """Yield the printed sums that are those of no rows above: of all, of those since the last, of those that count."""
    sums = [at for at, rule in part.out.items() if rule == TOTAL]
    for field in _SUMMED if sums else ():
        if part.table.has(field):
            yield from _of(part, field, sorted(sums))


def _of(part: Part, field: str, sums: Sequence[int]) -> Iterator[Difference]:
    values = numbers(part.table, field, part.layout).values
    amounts = part.quantities.counted if field == "mass" else (1.0,) * len(values)
    listed = [at for at in range(len(values)) if part.out.get(at) not in NOISE]
    counting = [at for at in listed if at not in part.out]
    last = -1
    for at in sums:
        told = values[at]
        ranges = [[i for i in rows if start < i < at] for rows in (listed, counting) for start in (-1, last)]
        found = [math.fsum(value * amount for i in each if (value := values[i]) is not None
                           and (amount := amounts[i]) is not None) for each in ranges]  # fmt: skip
        is_product = told == 1 and field in _QUANTITIES
        agrees = told is None or any(math.isclose(told, one, rel_tol=1e-9, abs_tol=half(told)) for one in found)
        if told is not None and not agrees and not is_product:
            yield Difference(part.table.place(at, field), told, found[0])
        last = at
