"""Derived lines: the terms that take the place of a line, each with its coefficient, dataset, stage and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from footprint import units
from footprint.messages import LANGUAGES
from footprint.model.amounts import Amount
from footprint.model.background import Dataset
from footprint.model.dependent import real, total
from footprint.model.expressions import Literal, Node, Operation
from footprint.model.graph import Exchange, Formula, Kind, Term, kind_of
from footprint.model.linked import Linked
from footprint.model.pcr import Derived, Rule, Text
from footprint.rules.expressions import Compute, ExpressionError, Scope, computed, names
from footprint.rules.filled import filled, taken
from footprint.rules.sentences import sentence
from footprint.rules.vocabulary import Word, entries, terms

OWN = "own"


class _Expression(NamedTuple):
    """An expression as a tree, as the function of the scope that it is, and the names it asks for."""

    node: Node
    compute: Compute
    names: tuple[str, ...]


class _Part(NamedTuple):
    """One derived line of a rule; ``number`` counts from 1."""

    number: int
    derived: Derived
    coefficient: _Expression
    per: _Expression | None


class _Counted(NamedTuple):
    """A part that makes a line: its coefficient [-] and ``per`` [unit/of], neither of them zero."""

    part: _Part
    coefficient: float
    per: float | None


class Deriver:
    """Derives lines by one rule."""

    def __init__(self, rule: Rule, linked: Linked, words: Mapping[str, Word]) -> None:
        self._rule, self._linked, self._words = rule, linked, words
        self._said: dict[object, Formula] = {}
        self._parts = tuple(
            _Part(i, d, _expression(d.coefficient), None if d.per is None else _expression(d.per))
            for i, d in enumerate(rule.derived, start=1)
        )
        self._only_own = all(part.derived.dataset == OWN for part in self._parts)

    def lines(self, line: Exchange, scope: Scope) -> tuple[Exchange, ...]:
        """Return the lines that replace ``line``; none where every term is zero, a gap where a role has no dataset.

        `UnfitError` for a missing value, an expression that cannot run and units that do not convert.
        """
        if line.kind is Kind.ACTIVITY or (line.kind is Kind.GAS and not self._only_own):
            raise ExpressionError("unfit-derive", kind=line.kind.value)
        counted = tuple(self._counted(scope))
        shares = _mass_shares([c.coefficient for c in counted])
        return tuple(self._line(line, c, share, scope) for c, share in zip(counted, shares, strict=True))

    def _counted(self, scope: Scope) -> Iterator[_Counted]:
        for part in self._parts:
            coefficient = real(part.coefficient.compute(scope))
            per = None if part.per is None or not coefficient else real(part.per.compute(scope))
            if coefficient and per != 0:
                yield _Counted(part, coefficient, per)

    def _line(self, line: Exchange, counted: _Counted, share: float, scope: Scope) -> Exchange:
        part, coefficient, per = counted
        derived = part.derived
        own = derived.dataset == OWN
        dataset = line.dataset if own else self._dataset(line, derived.dataset)
        return line._replace(
            id=f"{line.id} {self._rule.id}.{part.number}",
            coefficient=line.coefficient * coefficient,
            amount=_amount(line, derived, per, dataset),
            dataset=dataset,
            kind=line.kind if own else kind_of(dataset),
            stage=derived.stage or line.stage,
            mass_kg=None if line.mass_kg is None else line.mass_kg * share,
            rule=self._rule.id,
            clause=self._rule.cited.clause,
            facts={**line.facts, "derived": part.number},
            term=self._term(line, part, scope),
            base=line.base or line.id,
        )

    def _dataset(self, line: Exchange, asked: str) -> Dataset | None:
        """Return the dataset that a line names by role, or that the rule names by code; None where nobody names one."""
        return line.datasets.get(asked) if asked in terms("role") else self._linked.dataset(asked)

    def _term(self, line: Exchange, part: _Part, scope: Scope) -> Term:
        """Return what a term says of itself; a line that was derived before brings its coefficient along."""
        per = None if part.per is None else self._formula(part.per, scope)
        coefficient = self._formula(part.coefficient, scope, line.coefficient)
        return Term(part.derived.title, asked(part.derived.dataset), coefficient, per)

    def _formula(self, expression: _Expression, scope: Scope, before: float = 1.0) -> Formula:
        """Return ``before`` times an expression in words; many lines have the same numbers, and it is said once."""
        node = expression.node
        values = [scope.get(name) for name in expression.names]
        key = (id(node), before, *(value for value in values if not isinstance(value, Mapping)))
        if key not in self._said:
            chosen = taken(node if before == 1 else Operation("*", Literal(before), node), scope)
            numbers = filled(chosen, scope)
            said = ({lang: sentence(tree, lang, self._words) for lang in LANGUAGES} for tree in (chosen, numbers))
            self._said[key] = Formula(*said)
        return self._said[key]


def _expression(node: Node) -> _Expression:
    return _Expression(node, computed(node), tuple(sorted(names(node))))


@cache
def asked(dataset: str) -> Text:
    """Return the dataset a rule asks for in words: the caption of a role, or the code."""
    role = next((entry for entry in entries() if entry.kind == "role" and entry.name == dataset), None)
    return {"zh": role.zh, "en": role.en} if role else dict.fromkeys(LANGUAGES, dataset)


def _amount(line: Exchange, derived: Derived, per: float | None, dataset: Dataset | None) -> Amount:
    """Return the amount of a line as the dataset of a term needs it; `ExpressionError` where dimensions differ."""
    amount = line.amount
    if per is not None:
        amount = _in(amount, derived.of).times("per", per, line.place, derived.unit)
    return amount if dataset is None else _in(amount, dataset.unit)


def _in(amount: Amount, unit: str) -> Amount:
    if not units.convertible(amount.unit, unit):
        raise ExpressionError("unfit-units", one=amount.unit, other=unit)
    return amount.to(unit)


def _mass_shares(coefficients: Sequence[float]) -> list[float]:
    """Return by what to multiply the mass of a line for each term, so that times its coefficient all add to the mass.

    What a term gives back is no part of the product.
    """
    positive = total(c for c in coefficients if c > 0)
    return [1 / positive if c > 0 else 0.0 for c in coefficients]
