"""How far the intensities of a background may be off: closed forms of sums, products and loops."""

from __future__ import annotations

import math

import numpy as np
import pytest

from footprint.engine.chain import chains
from footprint.engine.resampled import Scatter, background, intensities, nominal
from footprint.model.background import Key
from footprint.model.system import System

FOSSIL, UPTAKE = Key("fossil", "AR6", "verified"), Key("biogenic_uptake", "AR6", "verified")
COUNTED = frozenset({"fossil"})


def variance(sigma: float) -> float:
    return math.exp(sigma**2) * math.expm1(sigma**2)


def test_a_sum_has_the_moments_of_its_parts() -> None:
    """One burden of its own and one input: exact, since the sum is linear in both; what does not count is left out."""
    one = System(("a", "b"), (2.0, 1.0), ((0, 1, 3.0),), ((0, FOSSIL, 4.0), (0, UPTAKE, -9.0), (1, FOSSIL, 1.0)))
    ((at, found),) = chains(one, Scatter([0.4], [0.5, 1.0, 0.0]), COUNTED, [0])
    assert at == 0
    assert found.mean == pytest.approx(1 + 3 / 7 * math.expm1(0.08) + 4 / 7 * math.expm1(0.125))
    assert found.deviation == pytest.approx(math.sqrt(9 / 49 * variance(0.4) + 16 / 49 * variance(0.5)))


def test_a_loop_scatters_as_when_it_is_drawn() -> None:
    """Two datasets that take in each other: within the error of 20,000 draws."""
    loop = System(("a", "b"), (1.0, 2.0), ((0, 1, 0.6), (1, 0, 0.2)), ((0, FOSSIL, 1.0), (1, FOSSIL, 4.0)))
    scatter = Scatter([0.05, 0.1], [0.08, 0.06])
    of = background(loop, scatter, COUNTED, "loop")
    drawn = intensities(of, 20_000, 1) / nominal(of)
    for at, found in chains(loop, scatter, COUNTED, [0, 1]):
        assert found.mean == pytest.approx(float(drawn[:, at].mean()), abs=0.002)
        assert found.deviation == pytest.approx(float(np.std(drawn[:, at])), rel=0.03)


def test_what_nobody_states_scatters_nothing() -> None:
    """No scatter: no deviation; no intensity: no chain at all."""
    still = System(("a", "none"), (1.0, 1.0), (), ((0, FOSSIL, 4.0),))
    assert dict(chains(still, Scatter([], [0.0]), COUNTED, [0, 1])) == {0: (1.0, 0.0)}
