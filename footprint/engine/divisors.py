"""What a result divides by: where a draw of it may be nothing, neither mean nor standard deviation exist."""

from __future__ import annotations

import math
from collections.abc import Iterator

from footprint.engine.first_order import backward, passing
from footprint.engine.response import Response
from footprint.model.dependent import Term


def reaching_nothing(of: Response) -> list[int]:
    """Return the variables that let something the result divides by reach nothing, what reaches furthest first.

    Where formulas ask whether there is a whole, they divide by no other.
    """
    found: dict[int, float] = {}
    through = passing(of)
    for at in sorted(set(_divisors(of))):
        slopes = backward(of, [(Term(1.0, ((at, 1.0),)), 1.0)], through)[: len(of.variables)]
        ways = [max(slope, 0.0) * v.distribution.reach[0] - min(slope, 0.0) * v.distribution.reach[1]
                for slope, v in zip(slopes, of.variables, strict=True)]  # fmt: skip
        whole = of.entered[at]
        if math.hypot(*ways) >= abs(whole):
            widest = max(ways)
            found |= {number: way / abs(whole) for number, way in enumerate(ways) if way > widest / 2}
    return sorted(found, key=lambda number: -found[number])


def _divisors(of: Response) -> Iterator[int]:
    powers = [of.demand.powers, *(line.powers for line in of.inside), *(leaf.powers for leaf in of.leaves)]
    powers += [term.powers for part in of.parts if part.test is None for term in part.terms]
    yield from (at for each in powers for at, exponent in each if exponent < 0)
