"""Large systems: strong inputs factorised, weak ones iterated, and the same intensities as of the whole factorised."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from footprint.engine import compile as compiling
from footprint.engine.compile import intensities
from footprint.engine.splitting import Split, UnsettledError, loses
from footprint.errors import CalculationError
from footprint.model.background import Key
from footprint.model.system import System

KEYS = (Key("fossil", "AR6", "secondary"), Key("biogenic-uptake", "AR6", "secondary"))


def scaled(size: int, seed: int, gain: float = 0.8, *, wastes: bool = True, credit: float = 0.0) -> System:
    """Return a system in units far apart, of a spectral radius below ``gain``, with hubs, loops and wastes."""
    of = np.random.default_rng(seed)
    worth = np.exp(of.normal(0, 6, size))
    outputs = np.where(of.random(size) < 0.1, -1.0, 1.0) if wastes else np.ones(size)
    rows = []
    for at in range(size):
        others = np.unique(of.integers(0, max(2, size // 3) if at % 2 else size, of.integers(1, 9)))
        shares = of.random(len(others)) ** 3
        shares *= gain / shares.sum()
        signs = np.where(of.random(len(others)) < credit, -1.0, 1.0)
        amounts = shares * signs * worth[at] / worth[others] * outputs[others]
        rows += [(at, int(other), float(amount)) for other, amount in zip(others, amounts, strict=True)]
    given_off = tuple((int(at), KEYS[int(at) % 2], float(worth[at])) for at in of.integers(0, size, size // 2 + 1))
    return System(tuple(f"d{at}" for at in range(size)), tuple(map(float, outputs)), tuple(rows), given_off)


@pytest.mark.parametrize(("gain", "credit"), [(0.5, 0.0), (0.95, 0.0), (0.9999, 0.0), (0.6, 0.2)])
def test_split_and_whole_give_the_same(monkeypatch: pytest.MonkeyPatch, gain: float, credit: float) -> None:
    """Every intensity agrees, the small beside the large too, loops that hardly lose included."""
    system = scaled(600, 3, gain, credit=credit)
    whole = intensities(system)
    monkeypatch.setattr(compiling, "_SPLIT_FROM", 10)
    split = intensities(system)
    for code, row in whole.impact.items():
        assert split.impact[code].keys() == row.keys()
        for key, value in row.items():
            assert split.impact[code][key] == pytest.approx(value, rel=1e-9, abs=1e-12 * abs(value))


def test_a_loop_that_gains_is_refused_as_it_is_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever way a system is solved, it is refused and the loop is named."""
    system = scaled(60, 5)
    system = system._replace(technosphere=(*system.technosphere, (3, 4, 5.0), (4, 3, 5.0)))
    for start in (10**9, 10):
        monkeypatch.setattr(compiling, "_SPLIT_FROM", start)
        with pytest.raises(CalculationError, match="loop-gain"):
            intensities(system)


@given(st.integers(2, 12), st.integers(0, 2**32 - 1), st.floats(0.3, 1.6))
def test_loops_lose_exactly_below_a_spectral_radius_of_one(size: int, seed: int, gain: float) -> None:
    """No answer of yes is ever wrong; well below one, no answer of no either."""
    of = np.random.default_rng(seed)
    dense = of.random((size, size)) * (of.random((size, size)) < 0.5) * gain
    radius = max(abs(np.linalg.eigvals(dense)))
    said = loses(sp.csr_array(dense))
    assert not (said and radius >= 1 + 1e-9)
    assert said or radius > 0.99


def test_what_does_not_settle_says_so() -> None:
    """Credits and loops that feed each other are no case for iteration."""
    with pytest.raises(UnsettledError):
        Split(sp.csr_array(np.array([[0.0, 30.0], [30.0, 0.0]]) * 1e200)).solve(np.ones((2, 1)))
