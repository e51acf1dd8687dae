"""Measurement uncertainty after the GUM: readings and statements to standard uncertainties, and degrees of freedom.

References: JCGM 100:2008, Evaluation of measurement data - Guide to the expression of uncertainty in measurement.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Estimate(NamedTuple):
    """A quantity: its value, standard uncertainty [unit of the value] and degrees of freedom [-]."""

    value: float
    uncertainty: float
    dof: float = math.inf


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


def standard(expanded: float, k: float) -> float:
    """Return the standard uncertainty of an expanded one and its coverage factor ``k`` [-] (4.3.3).

    Raises ValueError for a factor or an uncertainty that is not above zero.
    """
    if not (k > 0 and expanded >= 0):
        raise ValueError(f"no uncertainty of {expanded:g} with a coverage factor of {k:g}")
    return expanded / k


def effective_dof(contributions: Sequence[float], dofs: Sequence[float]) -> float:
    """Return the effective degrees of freedom of independent contributions: Welch-Satterthwaite (equation G.2b)."""
    largest = max(map(abs, contributions), default=0.0)
    if not largest:
        return math.inf
    parts = [abs(c) / largest for c in contributions]
    share = math.fsum(part**4 / dof for part, dof in zip(parts, dofs, strict=True))
    return math.fsum(part * part for part in parts) ** 2 / share if share else math.inf
