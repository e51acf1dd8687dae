"""Laws of the two solvers: any system with a meaningful solution is solved as numpy solves it, any other is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from footprint.engine import reference
from footprint.engine.compile import intensities
from footprint.engine.supply import supply
from footprint.errors import CalculationError
from footprint.model.background import Key
from footprint.model.system import System

AGREEMENT = 1e-9
NEAR_ONE = 1e-6  # no verdict is asked for gains this close to one: float and float may differ
FAR_FROM_ONE = 1e-3  # nor an answer to 1e-9 of a loop that amplifies what rounding does to its numbers


# --- supply: the bill's own activities


@st.composite
def consumptions(draw: st.DrawFn, most: int = 8) -> dict[str, dict[str, float]]:
    """Any graph of activities, loops and all, of any gain."""
    names = [f"a{i}" for i in range(draw(st.integers(1, most)))]
    amounts = st.one_of(st.floats(0, 0.4), st.floats(0, 3))
    uses = st.dictionaries(st.sampled_from(names), amounts, max_size=3)
    return {name: draw(uses) for name in draw(st.permutations(names))}


def matrix(consumption: dict[str, dict[str, float]]) -> np.ndarray:
    """Return M[consumed, consumer]."""
    index = {name: i for i, name in enumerate(consumption)}
    found = np.zeros((len(index), len(index)))
    for consumer, consumed in consumption.items():
        for name, amount in consumed.items():
            found[index[name], index[consumer]] += amount
    return found


def gain(m: np.ndarray) -> float:
    """Return the largest spectral radius of the loops: of the whole matrix, since it is not negative."""
    return float(max(abs(np.linalg.eigvals(m)), default=0.0))


@settings(max_examples=200)
@given(consumptions(), st.data())
def test_runs_are_those_of_a_dense_solve_or_the_loop_gains(
    consumption: dict[str, dict[str, float]], data: st.DataObject
) -> None:
    """(I - M) s = d: solved to 1e-9 when every loop gains less than one, refused when one gains one or more."""
    demand = data.draw(st.dictionaries(st.sampled_from(sorted(consumption)), st.floats(0, 10), min_size=1))
    m = matrix(consumption)
    assume(abs(gain(m) - 1) > NEAR_ONE)
    if gain(m) >= 1:
        with pytest.raises(CalculationError, match="loop-gain"):
            supply(consumption, demand)
        return
    expected = np.linalg.solve(np.eye(len(m)) - m, [demand.get(name, 0.0) for name in consumption])
    found = supply(consumption, demand)
    assert set(found) == set(consumption)
    assert [found[name] for name in consumption] == pytest.approx(expected, rel=AGREEMENT, abs=1e-12)


@settings(max_examples=50)
@given(consumptions(5), st.permutations(range(5)))
def test_runs_do_not_depend_on_the_order_of_activities(
    consumption: dict[str, dict[str, float]], order: list[int]
) -> None:
    """The same graph listed otherwise gives the same runs."""
    assume(gain(matrix(consumption)) < 1 - NEAR_ONE)
    names = list(consumption)
    shuffled = {names[i]: consumption[names[i]] for i in order if i < len(names)}
    demand = dict.fromkeys(names, 1.0)
    assert supply(shuffled, demand) == pytest.approx(supply(consumption, demand), rel=1e-12)


@pytest.mark.parametrize("back", [1.0, 1 + 1e-9, 2.0, 1e6])
def test_a_loop_that_gives_nothing_away_is_refused(back: float) -> None:
    """At a gain of exactly one, and above it, in one activity and through several."""
    for loop in ({"a": {"a": back}}, {"a": {"b": 2.0}, "b": {"c": 0.5}, "c": {"a": back}}):
        with pytest.raises(CalculationError, match=r"a loop consumes as much as it makes, or more: a"):
            supply(loop, {"a": 1.0})


def test_a_loop_that_gives_little_away_is_solved() -> None:
    """A gain of 0.999999 is a million runs, not an error."""
    assert supply({"a": {"a": 0.999999}}, {"a": 1.0})["a"] == pytest.approx(1e6, rel=1e-6)


# --- intensities: the background


KEYS = (
    Key("fossil", "AR6", "verified"),
    Key("biogenic_uptake", "AR6", "secondary"),
    Key("unsplit", "unknown", "verified"),
)


def sized(low: float, high: float) -> st.SearchStrategy[float]:
    """Return numbers whose products and quotients keep all their digits: none near the subnormal ones."""
    return st.floats(low, high).map(lambda x: 0.0 if abs(x) < 1e-100 else x)


@st.composite
def systems(draw: st.DrawFn, most: int = 7) -> System:
    """Any system: outputs of any sign, waste treatments, credits, duplicates, loops, gaps."""
    n = draw(st.integers(1, most))
    numbers = st.integers(0, n - 1)
    waste = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    sizes = draw(st.lists(st.sampled_from([1.0, 0.5, 1000.0]), min_size=n, max_size=n))
    outputs = tuple(-size if is_waste else size for size, is_waste in zip(sizes, waste, strict=True))
    rows = draw(st.lists(st.tuples(numbers, numbers, sized(-0.2, 0.9)), max_size=2 * n))
    # an amount per output of what is consumed: waste is "consumed" negatively, so that loops stay of one sign
    technosphere = tuple((a, b, share * outputs[b]) for a, b, share in rows)
    emissions = draw(st.lists(st.tuples(numbers, st.sampled_from(KEYS), sized(-5, 5)), max_size=2 * n))
    gaps = draw(st.lists(st.tuples(numbers, st.sampled_from(["x", "y"]), sized(0, 2)), max_size=2))
    return System(tuple(f"d{i}" for i in range(n)), outputs, technosphere, tuple(emissions), tuple(gaps))


def dense(system: System) -> np.ndarray:
    """Return A [product x activity]."""
    a = np.diag(system.outputs).astype(float)
    for activity, consumed, amount in system.technosphere:
        a[consumed, activity] -= amount
    return a


def gains(system: System) -> float:
    """Return the largest spectral radius of consumption per output."""
    m = np.zeros((len(system.codes), len(system.codes)))
    for activity, consumed, amount in system.technosphere:
        m[consumed, activity] += amount / system.outputs[consumed]
    return gain(m)


@settings(max_examples=200)
@given(systems())
def test_intensities_are_those_of_a_dense_solve(system: System) -> None:
    """A^T X = B^T, by class and by gap; a gaining loop of non-negative shares is refused."""
    radius = gains(system)
    assume(abs(radius - 1) > FAR_FROM_ONE)
    if radius >= 1:
        with pytest.raises(CalculationError):
            intensities(system)
        return
    found = intensities(system)
    for burdens, columns in ((system.emissions, found.impact), (system.gaps, found.gaps)):
        for key in {key for _, key, _ in burdens}:
            b = np.zeros(len(system.codes))
            for activity, name, amount in burdens:
                b[activity] += amount if name == key else 0.0
            expected = np.linalg.solve(dense(system).T, b)
            column = [columns[code].get(key, 0.0) for code in system.codes]
            assert column == pytest.approx(expected, rel=AGREEMENT, abs=AGREEMENT * max(abs(expected)))


@settings(max_examples=25)
@given(systems(5))
def test_intensities_are_those_of_the_reference(system: System) -> None:
    """Demanding one unit of each product through bw2calc gives its intensity, key by key, to 1e-9."""
    assume(system.emissions and gains(system) < 1 - FAR_FROM_ONE)
    found = intensities(system)
    for code, output in zip(system.codes, system.outputs, strict=True):
        answer = reference.solve(system, {code: math.copysign(1.0, output)})
        every = (abs(x) for row in found.impact.values() for x in row.values())
        scale = max(every, default=1.0)  # what nothing causes is noise there
        for key, value in answer.impact.items():
            assert value == pytest.approx(
                math.copysign(found.impact[code].get(key, 0.0), found.impact[code].get(key, 0.0) * output),
                rel=AGREEMENT, abs=AGREEMENT * scale,
            )  # fmt: skip


ONE = System(("a", "b"), (1.0, 2.0), ((0, 1, 0.5),), ((1, KEYS[0], 3.0),), ((0, "x", 1.0),))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("where", ["outputs", "technosphere", "emissions", "gaps"])
def test_a_number_that_is_none_is_refused_wherever_it_stands(bad: float, where: str) -> None:
    """Solvers drop NaN and spread infinity without a word; here the dataset is named."""
    changed = {
        "outputs": (1.0, bad), "technosphere": ((1, 0, bad),), "emissions": ((1, KEYS[0], bad),),
        "gaps": ((1, "x", bad),),
    }[where]  # fmt: skip
    with pytest.raises(CalculationError) as caught:
        intensities(ONE._replace(**{where: changed}), "small")
    assert str(caught.value) == (
        "small: there is a number that is not finite, or an output of zero: b. Correct it. [number-not-finite]"
    )
    with pytest.raises(CalculationError, match="number-not-finite"):
        reference.solve(ONE._replace(**{where: changed}), {"a": 1.0})


def test_an_output_of_zero_is_refused() -> None:
    """A dataset that makes nothing has no intensity."""
    with pytest.raises(CalculationError, match="an output of zero: b"):
        intensities(ONE._replace(outputs=(1.0, 0.0)))


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("back", [1.0, 1 + 1e-12, 1.5, 1e9])
def test_a_gain_of_one_and_more_is_refused_whatever_the_sign_of_the_flow(back: float, sign: float) -> None:
    """A waste treatment that makes as much waste as it treats is no better than a plant that eats what it makes."""
    alone = System(("a", "b"), (1.0, sign), ((0, 1, 0.3 * sign), (1, 1, back * sign)), ((1, KEYS[0], 1.0),))
    uses = ((0, 1, 4.0 * sign), (1, 2, 0.5), (2, 0, back))
    ring = System(("a", "b", "c"), (2.0, sign, 1.0), uses, ((0, KEYS[0], 1.0),))
    for system in (alone, ring):
        with pytest.raises(CalculationError):
            intensities(system)
        with pytest.raises(CalculationError):
            reference.solve(system, {"a": 1.0})


def test_a_gaining_loop_is_named_beside_credits() -> None:
    """With a negative amount elsewhere the loops themselves are examined, and the one that gains is named."""
    system = System(
        ("a", "b", "c"), (1.0, 1.0, 1.0), ((0, 1, 1.2), (1, 0, 1.0), (2, 0, -0.5)), ((0, KEYS[0], 1.0),)
    )  # fmt: skip
    with pytest.raises(CalculationError, match=r"more: a, b\. Check"):
        intensities(system)


def test_duplicates_are_summed_not_overwritten() -> None:
    """Two rows of one exchange are their sum, in the ledger's solver and in Brightway's."""
    twice = System(("a", "b"), (1.0, 1.0), ((0, 1, 0.5), (0, 1, 0.25)), ((1, KEYS[0], 2.0), (1, KEYS[0], 2.0)))
    assert intensities(twice).impact["a"][KEYS[0]] == pytest.approx(3.0, rel=1e-12)
    assert reference.score(twice, {"a": 1.0})[KEYS[0]] == pytest.approx(3.0, rel=1e-12)


def test_units_far_apart_do_not_cost_accuracy() -> None:
    """Grams beside gigatonnes: the error bound holds, or the system is refused; nothing wrong passes."""
    system = System(
        ("g", "kt", "t"), (1e-9, 1e9, 1.0), ((0, 1, 1e-3), (1, 2, 5e8), (2, 0, 1e-12)), ((2, KEYS[0], 1e-6),)
    )  # fmt: skip
    expected = np.linalg.solve(dense(system).T, [0, 0, 1e-6])
    assert [intensities(system).impact[c][KEYS[0]] for c in system.codes] == pytest.approx(expected, rel=AGREEMENT)


@pytest.mark.slow
@settings(max_examples=3000)
@given(consumptions(14), systems(14))
def test_large_systems_too(consumption: dict[str, dict[str, float]], system: System) -> None:
    """The same laws, further out."""
    m = matrix(consumption)
    if gain(m) < 1 - NEAR_ONE:
        expected = np.linalg.solve(np.eye(len(m)) - m, np.ones(len(m)))
        found = supply(consumption, dict.fromkeys(consumption, 1.0))
        assert [found[name] for name in consumption] == pytest.approx(expected, rel=AGREEMENT)
    elif gain(m) > 1 + NEAR_ONE:
        with pytest.raises(CalculationError):
            supply(consumption, dict.fromkeys(consumption, 1.0))
    if gains(system) < 1 - FAR_FROM_ONE:
        intensities(system)
