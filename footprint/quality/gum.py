"""Measurement uncertainty after the GUM: readings and statements to standard uncertainties, combined and expanded.

References: JCGM 100:2008, Evaluation of measurement data - Guide to the expression of uncertainty in measurement.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

_STEP = 1e-5
_SHAPES = {"rectangular": math.sqrt(3), "triangular": math.sqrt(6), "arcsine": math.sqrt(2)}


class Estimate(NamedTuple):
    """An input: its value, standard uncertainty [unit of the value] and degrees of freedom [-]."""

    value: float
    uncertainty: float
    dof: float = math.inf


class Combined(NamedTuple):
    """A result: value, combined standard uncertainty, effective degrees of freedom, and c_i u(x_i) of each input.

    ``dof`` is None where inputs are correlated: the Welch-Satterthwaite formula does not hold then (G.4.1, note 2).
    """

    value: float
    uncertainty: float
    dof: float | None
    contributions: tuple[float, ...]

    def expanded(self, level: float = 0.95) -> float:
        """Return the expanded uncertainty at ``level`` [-], with the degrees of freedom cut to whole ones (G.4.1)."""
        dof = math.inf if self.dof is None else self.dof
        return coverage_factor(dof if math.isinf(dof) else math.floor(dof + 1e-9), level) * self.uncertainty


def type_a(readings: Sequence[float]) -> Estimate:
    """Return mean, standard deviation of the mean and degrees of freedom of repeated readings (4.2).

    Raises ValueError for fewer than two: one reading says nothing of its scatter.
    """
    n = len(readings)
    if n < 2:
        raise ValueError("two readings at least are needed")
    mean = math.fsum(readings) / n
    squares = math.fsum((x - mean) ** 2 for x in readings)
    return Estimate(mean, math.sqrt(squares / (n - 1) / n), n - 1)


def type_b(value: float, half_width: float, shape: str, reliability: float | None = None) -> Estimate:
    """Return the estimate of a quantity that lies within ``half_width`` of ``value`` (4.3, G.4.2).

    ``shape``: rectangular, triangular or arcsine; ``reliability``: relative uncertainty of the statement itself [-], of
    which the degrees of freedom follow (equation G.3). KeyError for another shape.
    """
    return Estimate(value, half_width / _SHAPES[shape], _dof(reliability))


def certified(value: float, expanded: float, k: float, dof: float = math.inf) -> Estimate:
    """Return the estimate of a certificate that states an expanded uncertainty and its factor ``k`` [-] (4.3.3)."""
    return Estimate(value, expanded / k, dof)


def _dof(reliability: float | None) -> float:
    return 0.5 / reliability**2 if reliability else math.inf


def correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the correlation coefficient of the means of readings taken in pairs (equations 14, 17 and 5.2.3)."""
    mean_one, mean_other = math.fsum(one) / len(one), math.fsum(other) / len(other)
    both = math.fsum((x - mean_one) * (y - mean_other) for x, y in zip(one, other, strict=True))
    squares = [math.fsum((x - mean_one) ** 2 for x in one), math.fsum((y - mean_other) ** 2 for y in other)]
    return both / math.sqrt(math.prod(squares))


def combine(
    function: Callable[..., float],
    inputs: Sequence[Estimate],
    correlations: Mapping[tuple[int, int], float] | None = None,
) -> Combined:
    """Return the result of ``function`` of ``inputs`` by the law of propagation (equations 10 and 16).

    ``correlations``: coefficients [-] by the positions of two inputs.
    """
    values = [x.value for x in inputs]
    terms = [_sensitivity(function, values, i, x.uncertainty) * x.uncertainty for i, x in enumerate(inputs)]
    pairs = {pair: r for pair, r in (correlations or {}).items() if r}
    variance = math.fsum([*(t * t for t in terms), *(2 * r * terms[i] * terms[j] for (i, j), r in pairs.items())])
    uncertainty = math.sqrt(max(variance, 0.0))
    dof = None if pairs else effective_dof(terms, [x.dof for x in inputs])
    return Combined(function(*values), uncertainty, dof, tuple(terms))


def joint(one: Sequence[float], other: Sequence[float], correlations: Mapping[tuple[int, int], float]) -> float:
    """Return the correlation of two results from their ``contributions`` of the same inputs (equation H.9)."""
    own = [(i, j, 1.0 if i == j else _of(correlations, i, j)) for i in range(len(one)) for j in range(len(one))]
    both = math.fsum(one[i] * r * other[j] for i, j, r in own)
    squares = [math.fsum(c[i] * r * c[j] for i, j, r in own) for c in (one, other)]
    return both / math.sqrt(math.prod(squares))


def _of(correlations: Mapping[tuple[int, int], float], i: int, j: int) -> float:
    return correlations.get((i, j), correlations.get((j, i), 0.0))


def _sensitivity(function: Callable[..., float], values: Sequence[float], at: int, uncertainty: float) -> float:
    """Return the derivative of ``function`` to one input: a central difference over a part of its uncertainty."""
    if not uncertainty:
        return 0.0
    step = max(uncertainty * 1e-2, abs(values[at]) * _STEP * 1e-3)
    moved = [[*values[:at], values[at] + way * step, *values[at + 1 :]] for way in (1, -1)]
    return (function(*moved[0]) - function(*moved[1])) / (2 * step)


def effective_dof(contributions: Sequence[float], dofs: Sequence[float]) -> float:
    """Return the effective degrees of freedom of independent contributions: Welch-Satterthwaite (equation G.2b)."""
    total = math.fsum(c * c for c in contributions) ** 2
    share = math.fsum(c**4 / dof for c, dof in zip(contributions, dofs, strict=True))
    return total / share if share else math.inf


def coverage_factor(dof: float, level: float = 0.95) -> float:
    """Return the two-sided quantile of Student's distribution [-] (table G.2), of the normal one for infinite ``dof``.

    Raises ValueError for less than one degree of freedom and for levels outside 0 and 1.
    """
    if not (dof >= 1 and 0 < level < 1):
        raise ValueError(f"no coverage factor for {dof:g} degrees of freedom at {level:g}")
    low, high = 0.0, 1.0
    while _within(high, dof) < level:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, dof) < level else (low, middle)
        if high - low <= 1e-14 * high:
            break
    return (low + high) / 2


def _within(t: float, dof: float) -> float:
    """Return the probability [-] that Student's variable lies within ``t`` of zero."""
    if math.isinf(dof):
        return math.erf(t / math.sqrt(2))
    return 1.0 - _beta(dof / (dof + t * t), dof / 2, 0.5)


def _beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    c, d = 1.0, 1.0 / (1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, 1000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        before = result
        for factor in (even, odd):
            d, c = 1.0 / (1 + factor * d), 1 + factor / c
            result *= c * d
        if abs(result - before) <= 1e-16 * abs(result):
            break
    return front * result
