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
    """Two datasets that take in each other: within the error of 2,000 draws."""
    loop = System(("a", "b"), (1.0, 2.0), ((0, 1, 0.6), (1, 0, 0.2)), ((0, FOSSIL, 1.0), (1, FOSSIL, 4.0)))
    scatter = Scatter([0.05, 0.1], [0.08, 0.06])
    of = background(loop, scatter, COUNTED, "loop")
    drawn = intensities(of, 2_000, 1) / nominal(of)
    for at, found in chains(loop, scatter, COUNTED, [0, 1]):
        assert found.mean == pytest.approx(float(drawn[:, at].mean()), abs=0.002)
        assert found.deviation == pytest.approx(float(np.std(drawn[:, at])), rel=0.03)


def test_what_nobody_states_scatters_nothing() -> None:
    """No scatter: no deviation; no intensity: no chain at all."""
    still = System(("a", "none"), (1.0, 1.0), (), ((0, FOSSIL, 4.0),))
    for nothing in (0.0, None):
        ((at, found),) = chains(still, Scatter([], [nothing]), COUNTED, [0, 1])
        assert (at, found.mean, found.deviation, found.causes) == (0, 1.0, 0.0, ())
        assert (found.exact, found.open) == (((0, 1.0),), 1.0) if nothing is None else ((), 0.0)


def test_what_is_exact_for_want_of_a_statement_is_counted_once() -> None:
    """Dataset a takes 2 b (of 3 kg, and 1 kg of c) and emits 4 kg: input b and what c emits are open."""
    of = System(
        ("a", "b", "c"), (1.0, 1.0, 1.0), ((0, 1, 2.0), (1, 2, 1.0)),
        ((0, FOSSIL, 4.0), (1, FOSSIL, 3.0), (2, FOSSIL, 1.0)),
    )  # fmt: skip
    ((_, found),) = chains(of, Scatter([None, 0.1], [0.1, 0.2, None]), COUNTED, [0])
    assert dict(found.exact) == pytest.approx({0: 8 / 12, 4: 2 / 12})
    assert found.open == pytest.approx(8 / 12)
    ((_, known),) = chains(of, Scatter([0.3, 0.1], [0.1, 0.2, None]), COUNTED, [0])
    assert (dict(known.exact), known.open) == (pytest.approx({4: 2 / 12}), pytest.approx(2 / 12))


def test_credits_hide_nothing_of_what_is_exact() -> None:
    """Of 4 kg and -3 kg in one loop, the -3 kg is open: three of seven kilograms, not three of one."""
    of = System(("a", "b"), (1.0, 1.0), ((0, 1, 1.0), (1, 0, 0.5)), ((0, FOSSIL, 4.0), (1, FOSSIL, -3.0)))
    ((_, found),) = chains(of, Scatter([0.1, 0.1], [0.1, None]), COUNTED, [0])
    assert found.open == pytest.approx(3 / 7)
    assert dict(found.exact) == pytest.approx({3: 3 / 7})


def test_a_product_has_the_mean_of_a_product() -> None:
    """Two wide numbers in a row: the mean exactly, the deviation but for what both of them make together."""
    row = System(("a", "b"), (1.0, 1.0), ((0, 1, 2.0),), ((1, FOSSIL, 3.0),))
    ((_, found),) = chains(row, Scatter([0.6], [0.4]), COUNTED, [0])
    parts = [math.expm1(0.36), math.expm1(0.16)]
    assert found.mean == pytest.approx(math.exp((0.36 + 0.16) / 2))
    assert found.deviation == pytest.approx(found.mean * math.sqrt(sum(parts)))
    assert dict(found.causes) == pytest.approx({at: math.sqrt(part / sum(parts)) for at, part in enumerate(parts)})


def test_causes_are_numbered_as_the_rows_stand_and_carry_their_sign() -> None:
    """Inputs first, then emissions, those that do not count included in the numbering; a credit moves against."""
    of = System(("a", "b"), (1.0, 1.0), ((0, 1, -0.5),), ((0, UPTAKE, -9.0), (0, FOSSIL, 4.0), (1, FOSSIL, 2.0)))
    ((_, found),) = chains(of, Scatter([0.1], [0.3, 0.1, 0.2]), COUNTED, [0])
    causes = dict(found.causes)
    assert set(causes) == {0, 2, 3}
    assert (causes[0] < 0, causes[2] > 0, causes[3] < 0) == (True, True, True)
    assert sum(share * share for share in causes.values()) == pytest.approx(1, abs=1e-5)


def test_what_gains_at_the_means_has_no_chain() -> None:
    """A loop of 0.9 that wide numbers take beyond 1: no mean, so nothing is said."""
    loop = System(("a",), (1.0,), ((0, 0, 0.9),), ((0, FOSSIL, 1.0),))
    assert dict(chains(loop, Scatter([1.0], [0.0]), COUNTED, [0])) == {}
