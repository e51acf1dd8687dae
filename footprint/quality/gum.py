"""Measurement uncertainty after the GUM: readings and statements to standard uncertainties, combined and expanded.

References: JCGM 100:2008, Evaluation of measurement data - Guide to the expression of uncertainty in measurement.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from footprint.model.student import coverage_factor

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
        """Return the expanded uncertainty at ``level`` [-], with the degrees of freedom cut to whole ones (G.4.1).

        Raises ValueError where inputs are correlated: nobody knows the degrees of freedom then.
        """
        if self.dof is None:
            raise ValueError("no coverage factor where inputs are correlated: state the degrees of freedom")
        dof = self.dof if math.isinf(self.dof) else max(math.floor(self.dof + 1e-9), 1)
        return coverage_factor(dof, level) * self.uncertainty


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
    """Return the estimate of a certificate that states an expanded uncertainty and its factor ``k`` [-] (4.3.3).

    Raises ValueError for a factor or an uncertainty that is not above zero.
    """
    if not (k > 0 and expanded >= 0):
        raise ValueError(f"no uncertainty of {expanded:g} with a coverage factor of {k:g}")
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
    pairs = _pairs(correlations or {})
    values = [x.value for x in inputs]
    terms = [_sensitivity(function, values, i, x.uncertainty) * x.uncertainty for i, x in enumerate(inputs)]
    variance = math.fsum([*(t * t for t in terms), *(2 * r * terms[i] * terms[j] for (i, j), r in pairs.items())])
    uncertainty = math.sqrt(max(variance, 0.0))
    dof = None if pairs else effective_dof(terms, [x.dof for x in inputs])
    return Combined(function(*values), uncertainty, dof, tuple(terms))


def _pairs(correlations: Mapping[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Return each pair once; ValueError for a coefficient beyond 1, or one given twice that differs."""
    found: dict[tuple[int, int], float] = {}
    for (i, j), r in correlations.items():
        pair = (min(i, j), max(i, j))
        if not -1 <= r <= 1 or found.setdefault(pair, r) != r:
            raise ValueError(f"{r:g} is no correlation of inputs {i} and {j}, or not the only one")
    return {pair: r for pair, r in found.items() if r}


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
