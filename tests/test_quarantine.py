"""What is set aside of a system: no more than it takes, so that the rest has a solution, and the same every time."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from footprint.engine import loops
from footprint.engine.compile import intensities
from footprint.engine.quarantine import inexact, unsolvable
from footprint.errors import CalculationError
from footprint.model.background import Key
from footprint.model.system import System

KEY = Key("fossil", "AR6", "secondary")


def system(size: int, consumed: dict[tuple[int, int], float], outputs: dict[int, float] | None = None) -> System:
    """Return a system; ``consumed``: (activity, consumed activity) -> amount."""
    made = [(outputs or {}).get(at, 1.0) for at in range(size)]
    rows = tuple((activity, other, amount) for (activity, other), amount in consumed.items())
    emissions = tuple((at, KEY, 1.0) for at in range(size))
    return System(tuple(f"d{at:03d}" for at in range(size)), tuple(made), rows, emissions)


def without(of: System, codes: tuple[str, ...]) -> System:
    """Return a system without the activities of ``codes``, whoever consumed them having a gap."""
    kept = [at for at, code in enumerate(of.codes) if code not in codes]
    number = {at: new for new, at in enumerate(kept)}
    rows = tuple((number[a], number[b], x) for a, b, x in of.technosphere if a in number and b in number)
    gaps = tuple((number[a], of.codes[b], x) for a, b, x in of.technosphere if a in number and b not in number)
    emissions = tuple((number[a], key, x) for a, key, x in of.emissions if a in number)
    return System(tuple(of.codes[at] for at in kept), tuple(of.outputs[at] for at in kept), rows, emissions, gaps)


@pytest.mark.parametrize(("found", "aside"), [
    (system(3, {(0, 1): 0.5, (1, 2): 0.5, (2, 0): 0.9}), ()),
    (system(1, {(0, 0): 0.999999}), ()),
    (system(2, {(0, 0): 1.0, (1, 0): 2.0}), ("d000",)),
    (system(2, {(0, 0): 7.0, (1, 0): 2.0}), ("d000",)),
    (system(3, {(0, 1): 2.0, (1, 0): 0.5, (2, 1): 1.0, (2, 0): 1.0}), ("d000",)),
    (system(4, {(0, 1): 2.0, (1, 0): 3.0, (2, 0): 1.0, (3, 0): 1.0}), ("d001",)),
    (system(3, {(0, 1): 2.0, (1, 2): 1.0, (2, 0): 0.6}), ("d000",)),
    (system(2, {(0, 1): -2.0, (1, 0): -0.1}, {0: -1.0, 1: -1.0}), ()),
    (system(2, {(0, 1): -2.0, (1, 0): -0.5}, {0: -1.0, 1: -1.0}), ("d000",)),
    (system(3, {(0, 1): 1.0}, {2: 0.0}), ("d002",)),
    (system(3, {(0, 1): float("nan"), (2, 1): float("inf")}), ("d000", "d002")),
])  # fmt: skip
def test_what_has_no_solution_is_set_aside_and_nothing_else(found: System, aside: tuple[str, ...]) -> None:
    """Loops of a gain of one and more, outputs of nothing, amounts that are no numbers; wastes with both signs."""
    assert unsolvable(found) == aside
    intensities(without(found, aside))


def test_credits_may_hold_a_loop_below_one() -> None:
    """A loop that would gain loses where a by-product comes back into it as a credit; it is not set aside."""
    found = system(3, {(0, 1): 1.2, (1, 0): 0.9, (0, 2): 1.0, (2, 0): -0.5})
    assert unsolvable(found) == ()
    intensities(found)


EDGES = st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 6)), st.floats(0, 1.2), max_size=20)


@given(EDGES)
def test_the_rest_always_has_a_solution(consumed: dict[tuple[int, int], float]) -> None:
    """Whatever loops there are: without what is set aside the system solves; a system that solves loses nothing."""
    found = system(7, consumed)
    aside = unsolvable(found)
    intensities(without(found, aside))
    matrix = np.zeros((7, 7))
    for (activity, other), amount in consumed.items():
        matrix[other, activity] += amount
    if max(abs(np.linalg.eigvals(matrix))) < 0.999:
        assert aside == ()


def test_many_bad_loops_in_a_large_database_take_no_time() -> None:
    """A ring of all activities holds a hundred pairs that gain: one of each pair goes, the others stay."""
    size = 6000
    consumed = {(at, (at + 1) % size): 0.5 for at in range(size)}
    consumed |= {(at, at - 1): 2.5 for at in range(50, size, 60)}
    started = time.process_time()
    aside = unsolvable(system(size, consumed))
    assert len(aside) == 100
    assert time.process_time() - started < 20


def test_an_output_too_small_to_divide_by_is_set_aside() -> None:
    """What is consumed of it would be more runs than any number: the smallest float there is, and no warning."""
    tiny = system(2, {(0, 1): 1.0})._replace(outputs=(1.0, 5e-324))
    assert unsolvable(tiny) == (tiny.codes[1],)


def test_a_large_loop_that_gains_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the size of dense matrices one activity of the loop goes, as within it."""
    found = system(50, {(at, (at + 1) % 50): 0.9 for at in range(50)} | {(7, 9): 400.0, (20, 3): 0.5})
    for dense in (400, 10):
        monkeypatch.setattr(loops, "_DENSE", dense)
        aside = unsolvable(found)
        assert len(aside) == 1
        intensities(without(found, aside))


def solved_without(of: System) -> tuple[str, ...]:
    """Return what is set aside of a system, as an import does it; without it, it solves."""
    aside = unsolvable(of)
    while True:
        left = without(of, aside)
        try:
            intensities(left)
        except CalculationError as exc:
            more = inexact(left) if exc.problems[0].code == "system-inaccurate" else ()
            if not more:
                raise
            aside += more
        else:
            return aside


def pairs(*gains: float) -> dict[tuple[int, int], float]:
    """Return loops of two, each of which the one before uses."""
    found = {(2 * at + one, 2 * at + 1 - one): gain for at, gain in enumerate(gains) for one in (0, 1)}
    return found | {(2 * at, 2 * at + 2): 1.0 for at in range(len(gains) - 1)}


@pytest.mark.parametrize(("found", "aside"), [
    (system(3, {(0, 1): 0.9999999, (1, 0): 0.9999999}), 1),
    (system(3, {(0, 1): 0.9999999e9, (1, 0): 0.9999999e-9}), 1),
    (system(3, {(0, 1): -0.9999999, (1, 0): -0.9999999}), 0),
    (system(3, {(0, 1): -0.9999999, (1, 0): 0.9999999}), 0),
    (system(2, {(0, 0): 0.99999999, (1, 0): 2.0}), 0),
    (system(4, pairs(0.9999999, 0.9999999)), 2),
    (system(4, pairs(0.9999999, 0.9)), 1),
    (system(4, pairs(0.5, 0.999999)), 0),
    (system(4, {(0, 1): 0.5, (1, 0): 1.99999999, (1, 2): 0.3, (2, 3): 0.5, (3, 2): 0.9}), 1),
    (system(4, pairs(1 - 6e-7, 1 - 6e-7)), 1),
    (system(3, {(0, 1): 0.9999999, (1, 0): 0.9999999, (1, 2): -5e9}), 1),
])  # fmt: skip
def test_loops_that_rounding_decides_are_set_aside_where_that_matters(found: System, aside: int) -> None:
    """One of each, of whatever units and signs; a chain of loops that are nearly as bad is opened one by one."""
    assert len(solved_without(found)) == aside


def test_large_loops_that_rounding_decides_are_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """As small ones are, with credits and without."""
    ring = {(at, (at + 1) % 50): 1.0 for at in range(50)} | {(49, 0): 1 - 1e-8}
    for consumed in (ring, ring | {(0, 1): -1.0, (1, 2): -1.0, (7, 8): 1.5, (7, 7): -0.5}):
        for dense, at_most in ((400, 3000), (10, 20)):
            monkeypatch.setattr(loops, "_DENSE", dense)
            monkeypatch.setattr(loops, "_DENSE_AT_MOST", at_most)
            assert len(solved_without(system(50, consumed))) == 1


@given(EDGES, st.integers(0, 6), st.floats(1e-8, 1e-3), st.lists(st.integers(-6, 6), min_size=9, max_size=9))
def test_no_sound_loop_is_set_aside_with_others(
    consumed: dict[tuple[int, int], float], user: int, kept: float, sizes: list[int]
) -> None:
    """Only a loop near to a gain of one is, in whatever units it and the others are stated."""
    half = {key: amount / 10 for key, amount in consumed.items()}
    rows = half | {(7, 8): 1 - kept, (8, 7): 1 - kept, (user, 7): 1.0}
    scaled = {(a, b): x * 10.0 ** (sizes[b] - sizes[a]) for (a, b), x in rows.items()}
    found = system(9, scaled)
    gains = loops.per_output(found).toarray()[:7, :7]
    assume(max(abs(np.linalg.eigvals(gains))) < 0.99)
    aside = inexact(found)
    assert aside in {(), ("d007",), ("d008",)}
    assert bool(aside) == (kept < 4.4e-5) or kept == pytest.approx(4.4e-5, rel=0.1)
    assert len(solved_without(found)) <= 1
