"""The moments of a result from its derivatives: the law of propagation (JCGM 100:2008, equation 10), by adjoints.

One solve of the transposed bill gives the derivative to every variable, another one what every line has to do with it:
the covariance of a line with the total over the variance of the total. The contributions of the lines add up to 1, as
do those of the variables; one that moves against the total has a negative one.

Where the result has a kink (what a certificate does not cover of a consumption ends at nothing), there is no
derivative: such variables are named, and mean and deviation are not a number. Shares count half a slope there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from math import fsum, nan
from typing import NamedTuple

from footprint.engine.response import Response, valued
from footprint.engine.supply import supply
from footprint.engine.together import joint, origins
from footprint.model.dependent import Term
from footprint.model.gum import effective_dof

_REACHED = 2.0
"""Standard deviations within which a kink is reached: a derivative says nothing of what is beyond."""
_EXACT = 1e-9
_Weighed = tuple[Term, float]
"""A term, and the derivative of something to it."""


class FirstOrder(NamedTuple):
    """What the derivatives tell of a result [kg CO2e per declared unit].

    ``mean`` and ``deviation``: exact where the result is linear in its variables, and lognormal ones that move together
    are narrow: what their logarithms have in common is taken for what they have. ``combined``: standard uncertainty,
    which is the deviation but for what few degrees of freedom add to it (no bound up to two); ``dof``: its effective
    degrees of freedom (Welch-Satterthwaite) [-]. ``slopes``: relative change of the result per relative change of each
    variable times the result [kg CO2e]; ``variables`` and ``lines``: shares of the variance [-]. ``kinks``: the
    variables without a derivative; `nan` are mean, deviation and degrees of freedom beside one.
    """

    total: float
    mean: float
    deviation: float
    combined: float
    dof: float
    slopes: tuple[float, ...]
    variables: tuple[float, ...]
    lines: tuple[float, ...]
    kinks: tuple[int, ...] = ()


def first_order(of: Response) -> FirstOrder:
    """Return the first-order moments of a response, with the share of each variable and line in the variance."""
    given = [v.distribution for v in of.variables]
    through = passing(of)
    adjoint = _adjoint(of, through)
    slopes = adjoint[: len(given)]
    kinks = tuple(_kinks(of, adjoint, through))
    parts = [slope * each.width for slope, each in zip(slopes, given, strict=True)]
    is_bounded = not any(slope and math.isinf(each.deviation) for slope, each in zip(slopes, given, strict=True))
    together = joint(of.variables, parts)
    variance = fsum(part * other for part, other in zip(parts, together, strict=True))
    total = fsum(of.runs[leaf.activity] * leaf.value for leaf in of.leaves)
    mean = total + fsum(slope * (each.mean - 1) for slope, each in zip(slopes, given, strict=True))
    standard = [slope * each.standard for slope, each in zip(slopes, given, strict=True)]
    apart = origins(of.variables, standard)
    combined = math.sqrt(fsum(apart.values()))
    freedom = {name: v.distribution.dof for v in of.variables for name in (v.id, *dict(v.causes))}
    dof = effective_dof([*map(math.sqrt, apart.values())], [freedom.get(name, math.inf) for name in apart])
    towards = [other * each.width for other, each in zip(together, given, strict=True)]
    moments = (nan, nan, nan, nan) if kinks else (mean, math.sqrt(variance) if is_bounded else math.inf, combined, dof)
    return FirstOrder(
        total, *moments, tuple(slopes),
        tuple(part * other / variance if variance else 0.0 for part, other in zip(parts, together, strict=True)),
        tuple(change / variance if variance else 0.0 for change in _changes(of, towards, through)), kinks,
    )  # fmt: skip


def independent(of: Response) -> dict[str, float]:
    """Return the share of each independent number in the variance [-], by name: causes of variables, else variables."""
    slopes = _adjoint(of, passing(of))[: len(of.variables)]
    parts = [slope * v.distribution.standard for slope, v in zip(slopes, of.variables, strict=True)]
    found = origins(of.variables, parts)
    variance = fsum(found.values())
    return {name: share / variance if variance else 0.0 for name, share in found.items()}


def _adjoint(of: Response, through: Sequence[float]) -> list[float]:
    """Return the derivative of the total to each variable and part [kg CO2e]: one solve of the transposed bill."""
    burdens: dict[str, list[float]] = {}
    for leaf in of.leaves:
        burdens.setdefault(leaf.activity, []).append(leaf.value)
    transposed: dict[str, dict[str, float]] = {a: {} for a in of.consumption}
    for consumer, consumed in of.consumption.items():
        for activity, share in consumed.items():
            transposed[activity][consumer] = share
    worth = supply(transposed, {a: fsum(values) for a, values in burdens.items()}, of.file)
    moved = [(Term(leaf.unit, leaf.powers), of.runs[leaf.activity]) for leaf in of.leaves]
    moved += [(Term(line.unit, line.powers), of.runs[line.activity] * worth[line.target]) for line in of.inside]
    return backward(of, [*moved, (of.demand, worth[of.root])], through)


def backward(of: Response, weighed: Iterable[_Weighed], passing: Sequence[float]) -> list[float]:
    """Return the derivative to each variable and part of a sum of terms, each times its weight.

    ``passing``: what of a change goes through each part.
    """
    entered, first = of.entered, len(of.variables)
    found = [0.0] * len(entered)

    def add(term: Term, weight: float) -> None:
        if weight:
            for at, slope in partials(term, entered):
                found[at] += weight * slope

    for term, weight in weighed:
        add(term, weight)
    for at in reversed(range(first, len(entered))):
        part = of.parts[at - first]
        for term in part.terms if found[at] else ():
            add(term, found[at] * passing[at - first])
    return found


def partials(term: Term, entered: Sequence[float]) -> Iterator[tuple[int, float]]:
    """Yield the derivative of a term to each of its parts."""
    value = valued(term, entered)
    for number, (at, exponent) in enumerate(term.powers):
        if entered[at]:
            yield at, exponent * value / entered[at]
        elif exponent == 1:
            others = (*term.powers[:number], *term.powers[number + 1 :])
            yield at, valued(Term(term.scale, others), entered)


class _Test(NamedTuple):
    """The test of a part: its value, its derivatives, its standard deviation, and how far it is drawn down and up."""

    value: float
    slopes: list[float]
    deviation: float
    down: float
    up: float


def passing(of: Response) -> list[float]:
    """Return what of a change goes through each part: all, nothing below its threshold, half of it in a kink."""
    found = [1.0] * len(of.parts)
    for number, part in enumerate(of.parts):
        if part.test is not None:
            test = _test(of, part.test, found)
            width = _EXACT * max(test.down, test.up)
            below, beyond = test.value - test.down < -width, test.value + test.up > width
            at_it = abs(test.value) <= width
            found[number] = 0.5 if at_it and below and beyond else float(beyond if at_it else test.value > 0)
    return found


def _test(of: Response, term: Term, through: Sequence[float]) -> _Test:
    given = [v.distribution for v in of.variables]
    slopes = backward(of, [(term, 1.0)], through)[: len(given)]
    pairs = list(zip(slopes, given, strict=True))
    ways = [[slope * reach for reach in ((-each.reach[0], each.reach[1]))] for slope, each in pairs if slope]
    return _Test(
        valued(term, of.entered), slopes, math.hypot(*(slope * each.width for slope, each in pairs)),
        -fsum(min(way) for way in ways), fsum(max(way) for way in ways),
    )  # fmt: skip


def _kinks(of: Response, adjoint: Sequence[float], through: Sequence[float]) -> list[int]:
    """Return the variables that reach, by themselves or with others, a kink that the result has."""
    found: set[int] = set()
    for part, weight in zip(of.parts, adjoint[len(of.variables) :], strict=True):
        if part.test is None or not weight:
            continue
        test = _test(of, part.test, through)
        width = _EXACT * max(test.down, test.up)
        is_crossed = test.value - test.down < -width and test.value + test.up > width
        if is_crossed and abs(test.value) <= _REACHED * test.deviation:
            found.update(at for at, v in enumerate(of.variables) if test.slopes[at] and v.distribution.width)
    return sorted(found)


def _changes(of: Response, towards: list[float], through: Sequence[float]) -> list[float]:
    """Return how much each line changes where the variables move ``towards`` [kg CO2e]: one solve of the bill."""
    entered = of.entered
    moves = [*towards]

    def step(term: Term) -> float:
        return fsum(slope * moves[at] for at, slope in partials(term, entered))

    for part, share in zip(of.parts, through, strict=True):  # each rests on those before
        moves.append(share * fsum(map(step, part.terms)))
    more: dict[str, list[float]] = {of.root: [step(of.demand)]}
    for line in of.inside:
        change = of.runs[line.activity] * step(Term(line.unit, line.powers))
        more.setdefault(line.target, []).append(change)
    runs = supply(of.consumption, {a: fsum(values) for a, values in more.items()}, of.file)
    return [
        of.runs[leaf.activity] * step(Term(leaf.unit, leaf.powers)) + runs[leaf.activity] * leaf.value
        for leaf in of.leaves
    ]
