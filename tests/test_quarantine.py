"""What is set aside of a system: no more than it takes, so that the rest has a solution, and the same every time."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.engine import loops
from footprint.engine.compile import intensities
from footprint.engine.quarantine import unsolvable
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
