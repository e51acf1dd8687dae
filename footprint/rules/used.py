"""Which parameters of a rule file a result rests on: those that something asked for that acted."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.model.clauses import Clause, Outcome
from footprint.model.expressions import Node
from footprint.model.graph import Ruled
from footprint.model.pcr import Pcr
from footprint.rules.allocate import PRICES, RATIO
from footprint.rules.expressions import asked, names
from footprint.rules.scope import bill_scope, product_scope

_PREFIX = "parameter."


def parameters_used(pcr: Pcr, unit_id: str, ruled: Ruled, clauses: Iterable[Clause]) -> frozenset[str]:
    """Return the ids of the parameters that the unit, what acted, a clause that applies or a condition asks for."""
    decided = {found.decision.step for found in ruled.graph.allocated}
    applied = {c.id for c in clauses if c.outcome is not Outcome.NOT_APPLICABLE}
    mentioned = (names(node) for node in (*_nodes(pcr, ruled.acted, applied), *_of_allocation(pcr, decided)))
    linked = ruled.graph.linked
    scope = {**product_scope(linked.bill.product, pcr), **bill_scope(linked, ruled.graph.uncarried)}
    taken = (asked(node, scope) for node in _of_product(pcr, unit_id, ruled.acted))
    found = (name for part in (*mentioned, *taken) for name in part)
    return frozenset(name.removeprefix(_PREFIX) for name in found if name.startswith(_PREFIX))


def _of_product(pcr: Pcr, unit_id: str, acted: frozenset[str]) -> Iterable[Node]:
    """Yield what was computed from the product alone: there a field that is stated wins over the rules' number."""
    yield from (unit.amount for unit in pcr.declared_units if unit.id == unit_id)
    for scenario in pcr.scenarios:
        if scenario.id in acted:
            where = (scenario.country, scenario.year) if scenario.gas is None else (scenario.gas,)
            yield from (node for node in (scenario.when, scenario.amount, *where) if node is not None)


def _nodes(pcr: Pcr, acted: frozenset[str], applied: set[str]) -> Iterable[Node]:
    for rule in pcr.rules:
        if rule.id in acted:
            yield from (rule.when, *(d.coefficient for d in rule.derived))
            yield from (d.per for d in rule.derived if d.per is not None)
    yield from (class_.when for class_ in pcr.classes if class_.when is not None)
    for check in pcr.checks:
        asked = (check.when, check.for_each, check.test) if check.id in applied else (check.when,)
        yield from (node for node in asked if node is not None)


def _of_allocation(pcr: Pcr, decided: set[str]) -> Iterable[Node]:
    """Yield what was asked of processes with co-products: every step up to the last that decided."""
    if pcr.allocation is None:
        return
    steps, least = pcr.allocation.steps, pcr.allocation.ignore_below
    last = max((number for number, step in enumerate(steps, start=1) if step.id in decided), default=0)
    asked = [step.when for step in steps[:last]]
    yield from asked
    if least is not None and any(names(when) & {PRICES, RATIO} for when in asked):
        yield least


def nodes(pcr: Pcr) -> Iterable[Node]:
    """Yield every expression of ``pcr`` that computes or tests something."""
    for unit in pcr.declared_units:
        yield from _of_product(pcr, unit.id, frozenset(s.id for s in pcr.scenarios))
    yield from _nodes(pcr, frozenset(rule.id for rule in pcr.rules), {check.id for check in pcr.checks})
    if pcr.allocation is not None:
        yield from (step.when for step in pcr.allocation.steps)
        yield from (node for node in (pcr.allocation.ignore_below,) if node is not None)
    yield from (mark.test for mark in pcr.benchmarks if mark.test is not None)
