"""Numbers that remember how they come about: as floats they are what was entered, their formula gives any other."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.model.dependent import (
    Dependent,
    Formulas,
    Term,
    above,
    equal,
    held,
    highest,
    lowest,
    ratio,
    real,
    total,
)

Number = Any
WAYS: Mapping[str, Callable[[Number, Number, Number], Number]] = {
    "mix": lambda a, b, c: a / total([a, b, c]),
    "residual": lambda a, b, c: above(a - b - c, 1e-9 * a) / a,
    "whole": lambda a, b, c: ratio(above(a - b), highest(a, c) - b),
    "powers": lambda a, b, c: 3 * a**2 / (2 * b) - c**0.5,
    "least": lambda a, b, c: lowest(a, b, c) + highest(0.0, 1 - a) - abs(b),
    "cancelled": lambda a, b, c: (a + b + c - b) / (a + c),
    "nothing": lambda a, b, c: (a + b) * 0.0 + c,
    "turned": lambda a, b, c: 1 / (1 - 0.001 * a) + -b + 2 - c,
}


def value(of: Formulas, term: Term, drawn: Mapping[str, float]) -> float:
    """Return a term with other numbers, each part from what it is made of."""

    def part(at: int) -> float:
        found = of.parts[at]
        if found.name:
            return drawn[found.name]
        if found.test is not None and not value(of, found.test, drawn) > 0:
            return 0.0
        return math.fsum(value(of, each, drawn) for each in found.terms)

    return term.scale * math.prod(part(at) ** exponent for at, exponent in term.powers)


PAIRS = st.lists(st.tuples(st.floats(0.1, 100), st.floats(0.1, 10)), min_size=3, max_size=3)


@given(name=st.sampled_from(sorted(WAYS)), pairs=PAIRS)
def test_a_formula_gives_what_the_calculation_gives(name: str, pairs: list[tuple[float, float]]) -> None:
    """As entered and with any other numbers: sums, shares, residuals, powers, what cancels out."""
    formulas = Formulas()
    numbers = [entered * formulas.given(letter) for letter, (entered, _) in zip("abc", pairs, strict=True)]
    plain = WAYS[name](*(entered for entered, _ in pairs))
    found = WAYS[name](*numbers)
    drawn = {letter: times for letter, (_, times) in zip("abc", pairs, strict=True)}
    moved = WAYS[name](*(entered * times for entered, times in pairs))
    size = max(abs(moved), *(abs(entered * times) for entered, times in pairs), 1.0) * 1e-9
    assert float(found) == pytest.approx(plain, rel=1e-9, abs=1e-9)
    term = found.term if isinstance(found, Dependent) else Term(found, ())
    assert value(formulas, term, drawn) == pytest.approx(moved, rel=1e-9, abs=size)


def test_products_are_powers_and_share_their_sums() -> None:
    """What is a pure product has no part of its own; the same sum is one part wherever it stands."""
    formulas = Formulas()
    a, b = formulas.given("a"), formulas.given("b")
    assert (6 * a * b / a).term == Term(6.0, ((1, 1.0),))
    assert a / a == 1.0
    assert type(a / a) is float
    assert (a + b).term == (b + a).term
    assert len(formulas.parts) == 3


def test_what_may_be_off_is_neither_one_nor_nothing() -> None:
    """A share of one or of nothing as entered stays in the bill; sums of plain numbers are plain."""
    one = Formulas().given("a")
    assert one != 1.0
    assert bool(one - one + 0 * one + above(one, 2.0))
    assert type(total([1.0, 2.0])) is float
    assert real(one) is one


def test_comparisons_go_by_what_was_entered_and_are_kept() -> None:
    """One that cannot turn out otherwise is not; nor is one of texts."""
    formulas = Formulas()
    a = 4 * formulas.given("a")
    assert a > 3
    assert not a <= 3
    assert a * 2 > a
    assert not a - a
    assert equal(a, 4.0)
    assert equal("x", "x")
    assert [(branch.compare, branch.holds) for branch in formulas.branches] == [
        ("gt", True), ("le", False), ("gt", True), ("eq", True),
    ]  # fmt: skip


def test_what_has_no_formula_is_told() -> None:
    """A rule that rounds: the number as entered, with what it rests on."""
    formulas = Formulas()
    assert held(2.0, formulas.given("a"), 3.0) == 2.0
    assert [formulas.parts[at].name for powers in formulas.held for at, _ in powers] == ["a"]
    assert type(2 ** formulas.given("b")) is float
    assert len(formulas.held) == 2
