"""Numbers that remember how they come about: the formula that the stages run is the one that draws are put into.

A `Dependent` is a float, the number as entered, and calculates as one. Besides it keeps its formula over the numbers
that may be off. Products and powers stay products; a sum, or what is nothing below a threshold, is a part of its own.
Comparisons go by the number as entered and are kept: in a draw they may turn out otherwise.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from math import fsum, isfinite
from typing import Any, NamedTuple, Self

Powers = tuple[tuple[int, float], ...]
"""The parts of a formula, by number, that something is proportional to, each with its exponent [-]."""


class Term(NamedTuple):
    """A product: ``scale`` times powers of parts."""

    scale: float
    powers: Powers


class Part(NamedTuple):
    """A part of formulas: a ``name``, or the sum of ``terms``, nothing where ``test`` is not above zero.

    ``value``: as entered.
    """

    value: float
    terms: tuple[Term, ...] = ()
    test: Term | None = None
    name: str = ""

    @property
    def made_of(self) -> tuple[Term, ...]:
        """The terms that the part rests on."""
        return self.terms if self.test is None else (*self.terms, self.test)


class Branch(NamedTuple):
    """A comparison of a number with zero that the stages made: ``holds`` is what came of it as entered."""

    term: Term
    compare: str
    holds: bool


class Formulas:
    """The parts of all formulas of one bill, each once; the ``branches`` taken; what rules ``held`` as entered."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.branches: dict[Branch, None] = {}
        self.held: dict[Powers, None] = {}
        self._numbers: dict[object, int] = {}

    def given(self, name: str) -> Dependent:
        """Return the variable of a name: what is drawn over what was entered, 1 as entered."""
        return Dependent(1.0, Term(1.0, ((self._number(name, Part(1.0, name=name)), 1.0),)), self)

    def part(self, value: float, terms: Iterable[Term], test: Term | None = None) -> float:
        """Return the sum of ``terms``, nothing where ``test`` is not above zero; a plain number where nothing varies.

        ``value``: as entered.
        """
        summed = tuple(terms)
        if test is None and len(summed) == 1:
            return self.product(value, summed[0])
        like: dict[Powers, list[float]] = {}
        for scale, powers in (each for term in summed for each in self._flat(term)):
            like.setdefault(powers, []).append(scale)
        sums = tuple(Term(scale, powers) for powers, scales in sorted(like.items()) if (scale := fsum(scales)))
        if test is None and len(sums) < 2:
            return self.product(value, sums[0] if sums else Term(value, ()))
        at = self._number((sums, test), Part(value, sums, test))
        return Dependent(value, Term(1.0, ((at, 1.0),)), self)

    def product(self, value: float, term: Term) -> float:
        """Return a product that is ``value`` as entered; a plain number where nothing of it varies."""
        return Dependent(value, term, self) if term.scale and term.powers else term.scale

    def _flat(self, term: Term) -> Iterable[Term]:
        """Yield the terms of a sum that is in a sum: what cancels out is not there."""
        if len(term.powers) == 1 and term.powers[0][1] == 1:
            part = self.parts[term.powers[0][0]]
            if part.terms and part.test is None:
                return (Term(term.scale * scale, powers) for scale, powers in part.terms)
        return (term,)

    def _number(self, key: object, part: Part) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self.parts)
            self.parts.append(part)
        return self._numbers[key]


class Dependent(float):
    """A number with the ``term`` that it is, of parts in ``formulas``.

    Another dependent number equals it only where it is the same: what may be off is neither one nor nothing.
    """

    __slots__ = ("formulas", "term")
    term: Term
    formulas: Formulas

    def __new__(cls, value: float, term: Term, formulas: Formulas) -> Self:
        """Return the number ``value`` that is ``term``."""
        made = super().__new__(cls, value)
        made.term, made.formulas = term, formulas
        return made

    __hash__ = float.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def __bool__(self) -> bool:
        return True

    def __mul__(self, other: float) -> float:
        if type(other) is float:
            return self.formulas.product(float.__mul__(self, other), Term(self.term.scale * other, self.term.powers))
        scale, powers = _term(other)
        return self._product(float.__mul__(self, other), self.term.scale * scale, powers)

    __rmul__ = __mul__

    def __truediv__(self, other: float) -> float:
        scale, powers = _term(other)
        turned = tuple((at, -exponent) for at, exponent in powers)
        return self._product(float.__truediv__(self, other), self.term.scale / scale, turned)

    def __rtruediv__(self, other: float) -> float:
        turned = tuple((at, -exponent) for at, exponent in self.term.powers)
        return self.formulas.product(float.__rtruediv__(self, other), Term(other / self.term.scale, turned))

    def __pow__(self, other: float, modulo: None = None) -> float:
        value: float = _plain(operator.pow, self, other)
        if isinstance(other, Dependent):
            held(value, self, other)
            return value
        raised = tuple((at, exponent * other) for at, exponent in self.term.powers)
        return self.formulas.product(value, Term(self.term.scale**other, raised)) if other else value

    def __rpow__(self, other: float, modulo: None = None) -> float:
        value: float = held(_plain(operator.pow, other, self), self)
        return value

    def __add__(self, other: float) -> float:
        return self.formulas.part(float.__add__(self, other), (self.term, _term(other)))

    __radd__ = __add__

    def __sub__(self, other: float) -> float:
        return self.formulas.part(float.__sub__(self, other), (self.term, _minus(_term(other))))

    def __rsub__(self, other: float) -> float:
        return self.formulas.part(float.__rsub__(self, other), (_term(other), _minus(self.term)))

    def __neg__(self) -> float:
        return self.formulas.product(float.__neg__(self), _minus(self.term))

    def __abs__(self) -> float:
        return self if self >= 0 else -self

    def __lt__(self, other: float) -> bool:
        return _compared(self, other, operator.lt)

    def __le__(self, other: float) -> bool:
        return _compared(self, other, operator.le)

    def __gt__(self, other: float) -> bool:
        return _compared(self, other, operator.gt)

    def __ge__(self, other: float) -> bool:
        return _compared(self, other, operator.ge)

    def _product(self, value: float, scale: float, powers: Powers) -> float:
        if not powers:
            return self.formulas.product(value, Term(scale, self.term.powers))
        sums = dict(self.term.powers)
        for at, exponent in powers:
            sums[at] = sums.get(at, 0.0) + exponent
        merged = tuple(sorted((at, exponent) for at, exponent in sums.items() if exponent))
        return self.formulas.product(value, Term(scale, merged))


def real(value: Any) -> float:
    """Return a number as a float; a dependent one stays what it is."""
    return value if isinstance(value, Dependent) else float(value)


def total(values: Iterable[float]) -> float:
    """Return the exact sum of numbers, rounded once."""
    summed = [*values]
    formulas = next((value.formulas for value in summed if isinstance(value, Dependent)), None)
    return fsum(summed) if formulas is None else formulas.part(fsum(summed), map(_term, summed))


def above(value: float, least: float = 0.0) -> float:
    """Return ``value`` where it is above ``least``, else nothing."""
    return _where(value - least, value, float(value) if float(value) > float(least) else 0.0)


def ratio(part: float, whole: float) -> float:
    """Return ``part`` over ``whole``, nothing where there is no whole."""
    if not isinstance(whole, Dependent):
        return part / whole if whole > 0 else 0.0
    value = float(part) / float(whole) if float(whole) > 0 else 0.0
    scale, powers = whole.term
    turned = Dependent(0.0, Term(1 / scale, tuple((at, -exponent) for at, exponent in powers)), whole.formulas)
    return _where(whole, turned * part, value)


def highest(*values: float) -> float:
    """Return the highest of numbers."""
    first, *others = values
    for other in others:
        first = first + above(other - first) if _varies(first, other) else max(first, other)
    return first


def lowest(*values: float) -> float:
    """Return the lowest of numbers."""
    first, *others = values
    for other in others:
        first = first - above(first - other) if _varies(first, other) else min(first, other)
    return first


def equal(one: Any, other: Any) -> bool:
    """Tell whether two values are the same as entered; where a number may be off, remember that it was asked."""
    if isinstance(one, Dependent) or isinstance(other, Dependent):
        return _compared(one, other, operator.eq)
    return bool(one == other)


def held(value: Any, *given: object) -> Any:
    """Return what a rule made of ``given`` in a way that has no formula, and remember that it stays as entered."""
    for number in given:
        if isinstance(number, Dependent):
            number.formulas.held[number.term.powers] = None
    return value


def _varies(*values: object) -> bool:
    return any(isinstance(value, Dependent) for value in values)


def _term(value: float) -> Term:
    return value.term if isinstance(value, Dependent) else Term(float(value), ())


def _minus(term: Term) -> Term:
    return Term(-term.scale, term.powers)


def _plain(compute: Callable[[Any, Any], Any], *values: float) -> Any:
    return compute(*map(float, values))


def _where(test: float, value: float, entered: float) -> float:
    """Return ``value``, ``entered`` as entered, where ``test`` is above zero, else nothing."""
    if not isinstance(test, Dependent):
        return value if test > 0 else 0.0
    return test.formulas.part(entered, (_term(value),), test.term)


def _compared(one: float, other: float, compare: Callable[[Any, Any], bool]) -> bool:
    """Return a comparison of numbers as entered, and remember it where it may turn out otherwise."""
    holds = _plain(compare, one, other)
    if isfinite(other) and isfinite(one):
        apart = one - other
        if isinstance(apart, Dependent):
            apart.formulas.branches[Branch(apart.term, compare.__name__, bool(holds))] = None
    return bool(holds)
