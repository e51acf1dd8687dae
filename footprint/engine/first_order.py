"""The variance of a result from its derivatives: the law of propagation (JCGM 100:2008, equation 10), by adjoints.

One solve of the transposed bill gives the derivative to every variable, another one what every line has to do with it:
the covariance of a line with the total over the variance of the total. The contributions of the lines add up to 1, as
do those of the variables; a line that moves against the total has a negative one.
"""

from __future__ import annotations

import math
from math import fsum
from typing import NamedTuple

from footprint.engine.response import Powers, Response
from footprint.engine.supply import supply


class FirstOrder(NamedTuple):
    """What the derivatives tell of a result [kg CO2e per declared unit].

    ``mean`` and ``deviation``: exact where the result is linear in its variables. ``dof``: effective degrees of freedom
    (Welch-Satterthwaite) [-]. ``slopes``: relative change of the result per relative change of each variable times the
    result [kg CO2e]; ``variables`` and ``lines``: shares of the variance [-].
    """

    total: float
    mean: float
    deviation: float
    dof: float
    slopes: tuple[float, ...]
    variables: tuple[float, ...]
    lines: tuple[float, ...]


def first_order(of: Response) -> FirstOrder:
    """Return the first-order moments of a response, with the share of each variable and line in the variance."""
    slopes = _slopes(of)
    moments = [(v.distribution.mean, v.distribution.deviation) for v in of.variables]
    parts = [slope * deviation for slope, (_, deviation) in zip(slopes, moments, strict=True)]
    variance = fsum(part * part for part in parts)
    total = fsum(of.runs[leaf.activity] * leaf.value for leaf in of.leaves)
    mean = total + fsum(slope * (mean - 1) for slope, (mean, _) in zip(slopes, moments, strict=True))
    fourth = fsum(part**4 / v.distribution.dof for part, v in zip(parts, of.variables, strict=True))
    towards = [part * deviation for part, (_, deviation) in zip(parts, moments, strict=True)]
    return FirstOrder(
        total, mean, math.sqrt(variance), variance**2 / fourth if fourth else math.inf, tuple(slopes),
        tuple(part * part / variance if variance else 0.0 for part in parts),
        tuple(change / variance if variance else 0.0 for change in _changes(of, towards)),
    )  # fmt: skip


def _slopes(of: Response) -> list[float]:
    """Return the derivative of the total to the logarithm of each variable [kg CO2e]: one solve of the adjoint."""
    burdens: dict[str, list[float]] = {}
    for leaf in of.leaves:
        burdens.setdefault(leaf.activity, []).append(leaf.value)
    transposed: dict[str, dict[str, float]] = {a: {} for a in of.consumption}
    for consumer, consumed in of.consumption.items():
        for activity, share in consumed.items():
            transposed[activity][consumer] = share
    worth = supply(transposed, {a: fsum(values) for a, values in burdens.items()}, of.file)
    found: list[list[float]] = [[] for _ in of.variables]
    moved = [(leaf.powers, of.runs[leaf.activity] * leaf.value) for leaf in of.leaves]
    moved += [(line.powers, of.runs[line.activity] * line.share * worth[line.target]) for line in of.inside]
    moved += [(powers, of.runs[activity] * worth[activity]) for activity, powers in of.outputs.items()]
    moved += [(of.demanded, runs * worth[activity]) for activity, runs in of.demand.items()]
    for powers, value in moved:
        for at, exponent in powers:
            found[at].append(exponent * value)
    return [fsum(values) for values in found]


def _changes(of: Response, towards: list[float]) -> list[float]:
    """Return how much each line changes where the variables move ``towards`` [kg CO2e]: one solve of the bill."""

    def step(powers: Powers) -> float:
        return fsum(exponent * towards[at] for at, exponent in powers)

    more: dict[str, list[float]] = {}
    for line in of.inside:
        more.setdefault(line.target, []).append(of.runs[line.activity] * line.share * step(line.powers))
    for activity, powers in of.outputs.items():
        more.setdefault(activity, []).append(of.runs[activity] * step(powers))
    for activity, demand in of.demand.items():
        more.setdefault(activity, []).append(demand * step(of.demanded))
    runs = supply(of.consumption, {a: fsum(values) for a, values in more.items()}, of.file)
    return [leaf.value * (of.runs[leaf.activity] * step(leaf.powers) + runs[leaf.activity]) for leaf in of.leaves]
