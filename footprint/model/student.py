"""Student's distribution: what a standard uncertainty is multiplied by to hold a level of coverage."""

from __future__ import annotations

import math

_NORMAL = 1e7
"""Degrees of freedom above which quantiles are the normal ones to seven digits; the series loses its own by then."""


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
    if dof > _NORMAL:
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
