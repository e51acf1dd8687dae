"""Loops with credits: sound unless consumption per output has a real eigenvalue of one or more, and solved right."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse.linalg import splu

from footprint.engine import compile as compiling
from footprint.engine import loops, reference
from footprint.engine.chain import chains
from footprint.engine.compile import intensities
from footprint.engine.loops import heaviest
from footprint.engine.quarantine import unsolvable
from footprint.engine.resampled import Scatter, background, nominal
from footprint.engine.resampled import intensities as drawn
from footprint.engine.splitting import Split, has_credits, sign
from footprint.errors import CalculationError
from footprint.model.background import Key
from footprint.model.system import System

FOSSIL = Key("fossil", "AR6", "verified")
COUNTED = frozenset({"fossil"})
NEAR = 1e-3
"""How near to one, and to the real axis, no verdict is asked for, nor an answer to 1e-9."""


def system(matrix: Any, outputs: Any = None) -> System:
    """Return a system of consumption [consumed x activity] per output, each activity emitting 1 kg and its number."""
    m = np.asarray(matrix, float)
    made = np.ones(len(m)) if outputs is None else np.asarray(outputs, float)
    rows = ((int(a), int(c), float(m[c, a] * made[c])) for c, a in zip(*m.nonzero(), strict=True))
    emissions = tuple((at, FOSSIL, 1.0 + at) for at in range(len(m)))
    return System(tuple(f"d{at:03d}" for at in range(len(m))), tuple(map(float, made)), tuple(rows), emissions)


def expected(of: System) -> np.ndarray:
    """Return the intensities of a dense solve."""
    a = np.diag(of.outputs).astype(float)
    for activity, consumed, amount in of.technosphere:
        a[consumed, activity] -= amount
    return np.asarray(np.linalg.solve(a.T, [amount for *_, amount in of.emissions]))


def found(of: System) -> list[float]:
    """Return the intensities of all activities."""
    solved = intensities(of).impact
    return [solved[code].get(FOSSIL, 0.0) for code in of.codes]


def without(of: System, codes: tuple[str, ...]) -> System:
    """Return a system without the activities of ``codes``."""
    kept = [at for at, code in enumerate(of.codes) if code not in codes]
    number = {at: new for new, at in enumerate(kept)}
    rows = tuple((number[a], number[b], x) for a, b, x in of.technosphere if a in number and b in number)
    emissions = tuple((number[a], key, x) for a, key, x in of.emissions if a in number)
    return System(tuple(of.codes[at] for at in kept), tuple(of.outputs[at] for at in kept), rows, emissions)


@st.composite
def mixed(draw: st.DrawFn) -> np.ndarray:
    """Any consumption per output of either sign: loops of any gain, credits of any size."""
    n = draw(st.integers(1, 7))
    sizes = st.one_of(st.just(0.0), st.floats(-0.5, 0.5), st.floats(-5, 2))
    values = draw(st.lists(sizes, min_size=n * n, max_size=n * n))
    return np.array([0.0 if abs(x) < 1e-6 else x for x in values]).reshape(n, n)


@settings(max_examples=120)
@given(mixed(), st.booleans())
def test_a_system_has_a_supply_unless_an_eigenvalue_is_real_and_one_or_more(m: np.ndarray, split: bool) -> None:
    """Solved as numpy solves it, whichever way; else refused, and without what is set aside the rest is solved."""
    values = np.linalg.eigvals(m)
    doubtful = (abs(values.imag) < NEAR) & ((abs(values.real - 1) < NEAR) | ((values.imag != 0) & (values.real > 0.9)))
    assume(not doubtful.any())
    assume(np.linalg.cond(np.eye(len(m)) - m) < 1e4)
    of = system(m)
    with pytest.MonkeyPatch.context() as patch:
        if split:
            patch.setattr(compiling, "_SPLIT_FROM", 0)
        if np.any((values.imag == 0) & (values.real >= 1)):
            with pytest.raises(CalculationError, match="loop-gain"):
                intensities(of)
            left = without(of, unsolvable(of))
            assert len(left.codes) < len(of.codes)
            assert unsolvable(left) == ()
            return
        truth = expected(of)
        assert found(of) == pytest.approx(truth, rel=1e-9, abs=1e-9 * max(abs(truth)))
    assert unsolvable(of) == ()


@pytest.mark.parametrize("back", [-0.5, -1.5, -30.0, -1e5])
def test_a_loop_that_feeds_back_against_itself_is_solved_as_its_series_says(back: float) -> None:
    """What is asked for takes 1 / (1 - gain) of it, in one activity and through two, in Brightway too."""
    alone, two = system([[back]]), system([[0, back], [1, 0]])
    assert found(alone) == pytest.approx([1 / (1 - back)], rel=1e-12)
    assert found(two) == pytest.approx([(1 + 2) / (1 - back), (2 + back) / (1 - back)], rel=1e-12)
    for of in (alone, two):
        assert unsolvable(of) == ()
        for code, intensity in zip(of.codes, found(of), strict=True):
            answer = reference.solve(of, {code: 1.0})
            assert answer.impact[FOSSIL] == pytest.approx(intensity, rel=1e-9)
            assert answer.supply[code] == pytest.approx(1 / (1 - back), rel=1e-9)


@pytest.mark.parametrize(("m", "is_sound"), [
    ([[0, -2], [3, 0]], True),
    ([[1.2, -1], [0.5, 0]], True),
    ([[3, -2], [2, 3]], True),
    ([[-7]], True),
    ([[0.5, -0.5], [0.5 - 1e-6, 1.5 - 3e-6]], True),
    ([[1 + 1e-6, 0.001], [-1e-9, -2]], False),
    ([[1 - 1e-4, 0.001], [-1e-9, -2]], True),
    ([[1.5, 0.5], [-0.5, 0.5]], False),
    ([[2, 0.1], [-0.1, 3]], False),
    ([[2, 0.5], [-0.5, 1]], False),
    ([[0, -2], [-2, 0]], False),
    ([[-5, 1, 0], [0, 0, -1], [-2, 0, 0]], True),
], ids=[
    "imaginary pair", "uses 1.2 of itself, held by a credit", "complex pair", "credit of 7", "pair of 1",
    "just above one", "just below one", "singular", "two above one", "a double one", "each credits the other", "ring",
])  # fmt: skip
def test_only_real_eigenvalues_of_one_and_more_are_senseless(m: list[list[float]], is_sound: bool) -> None:
    """However large the others are; an even number of them too, of which the determinant says nothing."""
    of = system(m)
    if is_sound:
        assert unsolvable(of) == ()
        assert found(of) == pytest.approx(expected(of), rel=1e-9)
        return
    aside = unsolvable(of)
    assert aside
    intensities(without(of, aside))
    with pytest.raises(CalculationError, match=r"loop-gain|system-singular"):
        intensities(of)


def test_two_equal_eigenvalues_are_real_however_they_are_rounded() -> None:
    """Solvers answer a double one with a pair a little beside the axis; a pair farther off turns, and is sound."""
    assert loops._greatest(np.array([-3, 1.5 + 1e-8j, 1.5 - 1e-8j]), 1.0) in {1, 2}
    assert loops._greatest(np.array([-3, 1.5 + 1e-3j, 1.5 - 1e-3j, 0.9]), 1.0) is None


def test_credits_elsewhere_do_not_change_which_of_a_pair_is_set_aside() -> None:
    """Components are looked at by themselves: of a pair that gains, the one that fewer use."""
    pair = np.zeros((5, 5))
    pair[[0, 1, 0, 0], [1, 0, 2, 3]] = 2.0, 3.0, 1.0, 1.0
    assert unsolvable(system(pair)) == ("d001",)
    pair[4, 4] = -1.5
    assert unsolvable(system(pair)) == ("d001",)


# --- large components


def ring(size: int, seed: int, *feedback: tuple[int, int, float]) -> np.ndarray:
    """Return a component of weak links, some of them credits, with what is fed back (consumed, activity, amount)."""
    of = np.random.default_rng(seed)
    m = np.zeros((size, size))
    m[np.roll(np.arange(size), -1), np.arange(size)] = of.uniform(0.1, 0.4, size)
    for _ in range(2 * size):
        m[of.integers(size), of.integers(size)] += of.normal(0, 0.1)
    for consumed, activity, amount in feedback:
        m[consumed, activity] += amount
    return m


CASES = {
    "sound": (), "back": ((3, 3, -4.0),), "far back": ((3, 9, -30.0), (9, 3, 20.0)),
    "turning": ((3, 9, -2.0), (9, 3, 3.0)),
    "gains": ((3, 3, 1.6),), "gains in two": ((3, 9, 2.0), (9, 3, 2.0)), "gains twice": ((3, 3, 1.6), (30, 30, 2.2)),
    "gains beside": ((3, 3, 1.6), (20, 20, -50.0), (30, 40, -9.0), (40, 30, 9.0)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", [1, 2])
def test_large_components_are_judged_as_small_ones_are(monkeypatch: pytest.MonkeyPatch, name: str, seed: int) -> None:
    """The outermost eigenvalues suffice: the same verdict, and the same activity set aside."""
    m = ring(200, seed, *CASES[name])
    block = sp.csr_array(m)
    values = np.linalg.eigvals(m)
    gains = bool(((values.imag == 0) & (values.real >= 1)).any())
    assert gains == name.startswith("gains")
    dense = heaviest(block, 1 - 1e-9)
    assert (dense is not None) == gains
    monkeypatch.setattr(loops, "_DENSE", 10)
    monkeypatch.setattr(loops, "_DENSE_AT_MOST", 10)
    monkeypatch.setattr(loops, "_STEPS", (60, 150))
    assert heaviest(block, 1 - 1e-9) == dense


def test_units_far_apart_hide_no_eigenvalue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Grams beside gigatonnes: components are looked at in value, whatever the units are."""
    monkeypatch.setattr(loops, "_DENSE", 10)
    monkeypatch.setattr(loops, "_DENSE_AT_MOST", 10)
    units = np.exp(np.random.default_rng(1).normal(0, 8, 200))
    for name, feedback in CASES.items():
        m = ring(200, 1, *feedback) * units[:, None] / units
        assert (heaviest(sp.csr_array(m), 1 - 1e-9) is not None) == name.startswith("gains")


@pytest.mark.parametrize("most", [10, 3000])
def test_where_no_iteration_ends_all_are_known_or_the_sign_decides(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """An odd number of eigenvalues above one is caught by the determinant; of an even one only where all are known."""
    monkeypatch.setattr(loops, "_DENSE", 10)
    monkeypatch.setattr(loops, "_DENSE_AT_MOST", most)
    monkeypatch.setattr(loops, "_STEPS", (3,))
    monkeypatch.setattr(loops, "_SETTLED", 0.0)
    monkeypatch.setattr(loops, "_greatest", loops._greatest if most == 3000 else lambda *_: None)
    said = {name: heaviest(sp.csr_array(ring(200, 1, *feedback)), 1 - 1e-9) for name, feedback in CASES.items()}
    assert {name for name, at in said.items() if at is not None} == {
        name for name in CASES if name.startswith("gains") and (most == 3000 or name != "gains twice")
    }
    assert said["gains"] == 3


@given(st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_the_sign_of_a_determinant_is_read_from_its_factors(size: int, seed: int) -> None:
    """Of any matrix that has one, permuted as it may be."""
    m = np.random.default_rng(seed).normal(size=(size, size))
    assert sign(splu(sp.csc_array(m))) == np.sign(np.linalg.det(m))


# --- solved by parts


@pytest.mark.parametrize("back", [-1.5, -30.0, -3e4, -1e6])
@pytest.mark.parametrize("apart", [0.0, 6.0])
def test_systems_with_large_feedback_are_solved_by_parts_too(
    monkeypatch: pytest.MonkeyPatch, back: float, apart: float
) -> None:
    """Each intensity as that of a dense solve, of what uses the loops and of what does not, units far apart or not."""
    monkeypatch.setattr(compiling, "_SPLIT_FROM", 10)
    monkeypatch.setattr(compiling, "_factorised", None)
    of = np.random.default_rng(7)
    size = 150
    m = np.triu(of.random((size, size)) * (of.random((size, size)) < 0.04), 1).T * 0.2
    for at in (20, 60, 100):
        m[[at, at + 1, at + 5], [at + 1, at, at]] = back, 1.0, 0.1
        m[at, at + 5] = -0.3
    units = np.exp(of.normal(0, apart, size))
    one = system(m * units[:, None] / units)
    worth = tuple((at, FOSSIL, float(1 / units[at])) for at in range(size))
    one = one._replace(emissions=worth)
    value = np.linalg.solve(np.eye(size) - m.T, np.ones(size))
    assert np.array(found(one)) * units == pytest.approx(value, rel=1e-7, abs=1e-9)


def test_what_no_iteration_settles_is_factorised_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many weak credits that add up: the sweeps do not come to rest, and the answer is right all the same."""
    m = np.full((60, 60), -0.12)
    with pytest.raises(ArithmeticError):
        Split(sp.csr_array(m)).solve(np.ones((60, 1)))
    monkeypatch.setattr(compiling, "_SPLIT_FROM", 10)
    assert found(system(m)) == pytest.approx(expected(system(m)), rel=1e-9)
    assert has_credits(sp.csr_array(m))
    assert not has_credits(sp.csr_array(-m))


# --- uncertainty


@pytest.mark.parametrize("back", [-1.5, pytest.param(-30.0, marks=pytest.mark.slow)])
def test_draws_and_first_order_know_large_feedback(back: float) -> None:
    """Each draw as its closed form; the first order as the draws scatter, credits included."""
    loop = system([[0, back], [1, 0]])._replace(emissions=((0, FOSSIL, 1.0), (1, FOSSIL, 2.0)))
    scatter = Scatter([0.03, 0.05], [0.04, 0.02])
    of = background(loop, scatter, COUNTED, "loop")
    assert nominal(of) == pytest.approx(expected(loop), rel=1e-9)
    runs = drawn(of, 300, 1) / nominal(of)
    for at, chain in chains(loop, scatter, COUNTED, [0, 1]):
        assert chain.mean == pytest.approx(float(runs[:, at].mean()), abs=0.01)
        assert chain.deviation == pytest.approx(float(np.std(runs[:, at])), rel=0.1)


def test_what_holds_a_loop_down_is_no_less_open_than_what_it_leaves() -> None:
    """A credit nobody states an uncertainty of: without it the loop would make 0.3 more of 1."""
    loop = system([[-0.3]])
    ((_, chain),) = chains(loop, Scatter([None], [0.1]), COUNTED, [0])
    assert chain.open == pytest.approx(0.3)


def test_a_draw_that_gains_beside_credits_is_refused() -> None:
    """Its numbers look like any others: only the loops tell."""
    for m in ([[0, -0.9], [-0.9, 0]], [[0.9, 0.1], [-0.001, -2]]):
        of = background(system(m), Scatter([0.4] * np.count_nonzero(m), [0] * 2), COUNTED, "gaining")
        nominal(of)
        with pytest.raises(CalculationError, match="no meaningful intensities"):
            drawn(of, 50, 1)
    even = system([[2, 0.1], [-0.1, 3]])
    with pytest.raises(CalculationError, match="no meaningful intensities"):
        nominal(background(even, Scatter([0] * 4, [0] * 2), COUNTED, "even"))


# --- numbers without end


@pytest.mark.parametrize("size", [1e308, -1e200, math.inf, math.nan])
def test_amounts_beyond_any_use_are_set_aside(size: float) -> None:
    """One such amount costs its own activity, not all the others."""
    of = system([[0, 0, 0], [0.5, 0, 0], [0, 0.5, 0]])
    for part, row in (("technosphere", (1, 2, size)), ("emissions", (1, FOSSIL, size)), ("gaps", (1, "x", size))):
        bad = of._replace(**{part: (*getattr(of, part), row)})
        assert unsolvable(bad) == ("d001",)
        intensities(without(bad, ("d001",)))
    assert unsolvable(of._replace(outputs=(1.0, size, 1.0))) == ("d001",)
    assert unsolvable(of._replace(outputs=(1.0, 1e-200, 1.0))) == ("d001",)
