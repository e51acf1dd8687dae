"""Apply a rule file to a supply graph: stages, exclusions and derived lines, each with the clause that asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from footprint.errors import PcrError, Problem, UnfitError, WorkbookError, problem
from footprint.model.bill import Notice
from footprint.model.graph import APART, CUT_OFF, Added, Exchange, Exclusion, Ruled, SupplyGraph
from footprint.model.linked import Linked
from footprint.model.pcr import Pcr, Rule
from footprint.rules.derive import Deriver
from footprint.rules.expressions import Compute, MissingValueError, Scope, computed
from footprint.rules.named import worded
from footprint.rules.scope import bill_scope, boundary_of, line_scope, needs, product_scope
from footprint.rules.words import words_of

BOUNDARY_RULE = "boundary"
NOTHING_ADDED = Added()


class _Line(NamedTuple):
    """A line with what rules may ask of it, and the rules that made it what it is."""

    exchange: Exchange
    scope: Scope
    rules: frozenset[str]


@dataclass
class _Ruling:
    """One application of a rule file: its conditions as functions, what the product says, what is collected."""

    pcr: Pcr
    linked: Linked
    base: Scope
    conditions: tuple[tuple[Rule, Compute], ...]
    stages: Mapping[str, str]
    excluded: list[Exclusion] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    derivers: dict[str, Deriver] = field(default_factory=dict)
    acted: set[str] = field(default_factory=set)

    def asked(self, line: Exchange, rules: frozenset[str]) -> _Line:
        """Return a line that ``rules`` made what it is, with what rules may ask of it."""
        return _Line(line, {**self.base, **line_scope(line)}, rules)

    def again(self, line: _Line, changed: Exchange, rules: frozenset[str]) -> _Line:
        """Return what ``rules`` made of a line; one that only got a stage is asked for that alone."""
        if changed.id != line.exchange.id:
            return self.asked(changed, rules)
        return _Line(changed, {**line.scope, "line.stage": changed.stage}, rules)


def apply(graph: SupplyGraph, pcr: Pcr, added: Added = NOTHING_ADDED) -> Ruled:
    """Return ``graph`` and the lines ``added`` to it under ``pcr``.

    `WorkbookError` for unknown stages and for lines left out that may not be, `PcrError` for rules that cannot run.
    """
    product = graph.linked.bill.product
    boundary = boundary_of(product, pcr)
    conditions = tuple((rule, computed(rule.when)) for rule in pcr.rules)
    base = {**product_scope(product, pcr), **bill_scope(graph.linked, graph.uncarried)}
    ruling = _Ruling(pcr, graph.linked, base, conditions, _stage_names(pcr))
    kept: list[Exchange] = []
    problems: list[Problem] = []
    staging = {rule.id for rule in pcr.rules if rule.verb == "stage"}
    for exchange in (*worded(graph, pcr), *added.exchanges):
        for line, _, rules in _ruled(exchange, ruling):
            if line.crossing and line.stage not in ruling.stages:
                problems.append(_stage_problem(line, pcr))
                continue
            outside = line.crossing and line.stage not in boundary.stages
            apart = line.stage in boundary.apart
            ruling.acted |= rules & staging if outside and not apart else rules
            if outside:
                ruling.excluded.append(Exclusion(line, APART if apart else BOUNDARY_RULE, boundary.cited.clause))
            elif line.facts.get("cut_off"):
                problems += _cut_off(line, ruling)
            else:
                kept.append(line)
    if problems:
        raise WorkbookError(*problems)
    reached, cut = _below_exclusions(graph.root, kept, ruling.excluded)
    notices = (*added.notices, *ruling.notices)
    return Ruled(graph, tuple(reached), (*ruling.excluded, *cut), notices, frozenset(ruling.acted))


def _cut_off(line: Exchange, ruling: _Ruling) -> Iterable[Problem]:
    """Leave out a line that the user left out, where the rules permit it; yield what stands in the way."""
    permitted = ruling.pcr.cut_off
    if permitted is None:
        yield problem("cut-off-not-permitted", line.place, pcr=ruling.pcr.id)
    else:
        ruling.excluded.append(Exclusion(line, CUT_OFF, permitted.cited.clause))


def _stage_names(pcr: Pcr) -> dict[str, str]:
    """Return the id of each stage by id and by title, whatever their case."""
    return {
        name: stage.id
        for stage in pcr.stages
        for written in (stage.id, *stage.also, *stage.title.values())
        for name in (written, written.casefold())
    }


def _stage_problem(line: Exchange, pcr: Pcr) -> Problem:
    """Return what is wrong with the stage of a line: rules give it none, or do not know its own."""
    near = tuple(stage.id for stage in pcr.stages)
    code = "stage-unknown" if line.stage else "stage-missing"
    return problem(code, line.place, near=near, stage=line.stage, line=line.name)


def _ruled(exchange: Exchange, ruling: _Ruling) -> list[_Line]:
    """Return the lines one exchange becomes: rules act in the order of the file."""
    written = exchange.stage.strip()
    stage = ruling.stages.get(written) or ruling.stages.get(written.casefold()) or exchange.stage
    added = frozenset({exchange.rule} - {""})
    lines = [ruling.asked(exchange if stage == exchange.stage else exchange._replace(stage=stage), added)]
    for rule, condition in ruling.conditions:
        after: list[_Line] = []
        for line in lines:
            if not _holds(rule, condition, line.exchange, line.scope, ruling.pcr):
                after.append(line)
                continue
            changed = _changed(rule, line.exchange, line.scope, ruling)
            rules = line.rules | {rule.id}
            after += [line if e is line.exchange else ruling.again(line, e, rules) for e in changed]
            if not changed:
                ruling.acted |= rules
        lines = after
    return lines


def _holds(rule: Rule, condition: Compute, line: Exchange, scope: Scope, pcr: Pcr) -> bool:
    try:
        return bool(condition(scope))
    except UnfitError as exc:
        raise _cannot_run(rule, line, pcr, exc) from exc


def _cannot_run(rule: Rule, line: Exchange, pcr: Pcr, reason: UnfitError) -> PcrError:
    named = f"{pcr.id}/{rule.id}"
    if isinstance(reason, MissingValueError):
        return PcrError(needs(reason, "rule-cannot-run", line.place, rule=named))
    return PcrError(problem("rule-cannot-run", line.place, rule=named, said=reason))


def _changed(rule: Rule, line: Exchange, scope: Scope, ruling: _Ruling) -> Sequence[Exchange]:
    """Return what becomes of ``line``; nothing where the rule leaves it out."""
    if rule.verb == "exclude":
        ruling.excluded.append(Exclusion(line, rule.id, rule.cited.clause))
        return ()
    if rule.verb == "stage":
        return (line if line.stage else line._replace(stage=rule.stage),)
    if rule.verb == "note":
        ruling.notices.append(Notice("rule-note", line.place, {**rule.reason, "rule": rule.id}))
        return (line,)
    return _derived(rule, line, scope, ruling)


def _derived(rule: Rule, line: Exchange, scope: Scope, ruling: _Ruling) -> Sequence[Exchange]:
    """Return the lines that replace ``line``; where none does, it is left out by the rule."""
    if rule.id not in ruling.derivers:
        ruling.derivers[rule.id] = Deriver(rule, ruling.linked, words_of(ruling.pcr))
    try:
        lines = ruling.derivers[rule.id].lines(line, scope)
    except UnfitError as exc:
        raise _cannot_run(rule, line, ruling.pcr, exc) from exc
    if not lines:
        ruling.excluded.append(Exclusion(line, rule.id, rule.cited.clause))
    return lines


def _below_exclusions(
    root: str, kept: Sequence[Exchange], excluded: Sequence[Exclusion]
) -> tuple[list[Exchange], list[Exclusion]]:
    """Return the lines still fed by the product, and those that stood only under an excluded assembly."""
    fed: dict[str, list[str]] = {}
    for line in kept:
        if not line.crossing:
            fed.setdefault(line.activity, []).append(line.target)
    reached = _reached([root], fed)
    below = {a: e for e in excluded if not e.exchange.crossing for a in _reached([e.exchange.target], fed)}
    inside = [line for line in kept if line.activity in reached or line.activity not in below]
    cut = [line for line in kept if line.activity in below and line.activity not in reached]
    return inside, [Exclusion(line, below[line.activity].rule, below[line.activity].clause) for line in cut]


def _reached(starts: Sequence[str], fed: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the activities that feed ``starts``, themselves included."""
    found, open_ = set(starts), list(starts)
    while open_:
        for target in fed.get(open_.pop(), ()):
            if target not in found:
                found.add(target)
                open_.append(target)
    return found
