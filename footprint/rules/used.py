"""Which parameters of a rule file a result rests on: those that something asked for that acted."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.model.clauses import Clause, Outcome
from footprint.model.expressions import Node
from footprint.model.graph import Ruled
from footprint.model.pcr import Pcr
from footprint.rules.expressions import names

_PREFIX = "parameter."


def parameters_used(pcr: Pcr, unit_id: str, ruled: Ruled, clauses: Iterable[Clause]) -> frozenset[str]:
    """Return the ids of the parameters that the declared unit, a rule that acted or an applicable clause asks for."""
    acted = {e.rule for e in ruled.exchanges} | {e.rule for e in ruled.excluded}
    applied = {c.id for c in clauses if c.outcome is not Outcome.NOT_APPLICABLE}
    asked = (name for node in _nodes(pcr, unit_id, acted, applied) for name in names(node))
    return frozenset(name.removeprefix(_PREFIX) for name in asked if name.startswith(_PREFIX))


def _nodes(pcr: Pcr, unit_id: str, acted: set[str], applied: set[str]) -> Iterable[Node]:
    yield from (unit.amount for unit in pcr.declared_units if unit.id == unit_id)
    for rule in pcr.rules:
        if rule.id in acted:
            yield from (rule.when, *(d.coefficient for d in rule.derived))
            yield from (d.per for d in rule.derived if d.per is not None)
    for scenario in pcr.scenarios:
        if scenario.id in acted:
            yield from (scenario.when, scenario.amount)
    for check in pcr.checks:
        if check.id in applied and check.test is not None:
            yield check.test
    if pcr.allocation is not None:
        yield from (step.when for step in pcr.allocation.steps)
