"""Apply a rule file to a supply graph: stages, exclusions and derived lines, each with the clause that asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from footprint.errors import PcrError, Problem, WorkbookError, problem
from footprint.model.bill import Notice, Product
from footprint.model.expressions import Scalar
from footprint.model.graph import Exchange, Exclusion, Ruled, SupplyGraph, kind_of
from footprint.model.pcr import Boundary, DeclaredUnit, Parameter, Pcr, Rule
from footprint.provenance import Place
from footprint.rules.expressions import ExpressionError, MissingValueError, Scope, evaluate

BOUNDARY_RULE = "boundary"


def apply(graph: SupplyGraph, pcr: Pcr) -> Ruled:
    """Return ``graph`` under ``pcr``; `WorkbookError` for unknown stages, `PcrError` for rules that cannot run."""
    base = product_scope(graph.linked.bill.product, pcr)
    boundary = boundary_of(graph.linked.bill.product, pcr)
    kept: list[Exchange] = []
    excluded: list[Exclusion] = []
    notices: list[Notice] = []
    problems: list[Problem] = []
    for exchange in graph.exchanges:
        lines, out = _ruled(exchange, pcr, base, notices)
        excluded += out
        for line in lines:
            problem_ = _stage_problem(line, pcr)
            if problem_ is not None:
                problems.append(problem_)
            elif line.crossing and line.stage not in boundary.stages:
                excluded.append(Exclusion(line, BOUNDARY_RULE, boundary.cited.clause))
            else:
                kept.append(line)
    if problems:
        raise WorkbookError(*problems)
    reached, cut = _below_exclusions(graph.root, kept, excluded)
    return Ruled(graph, tuple(reached), (*excluded, *cut), tuple(notices))


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


def boundary_of(product: Product, pcr: Pcr) -> Boundary:
    """Return the boundary the workbook asks for; `WorkbookError` naming the ones there are."""
    wanted = product.text("boundary")
    found = _id_of(wanted, pcr.boundaries)
    if found is not None:
        return next(b for b in pcr.boundaries if b.id == found)
    place = product.entries["boundary"].place
    raise WorkbookError(problem("boundary-unknown", place, near=tuple(b.id for b in pcr.boundaries), boundary=wanted))


def _id_of(written: str, titled: Sequence[Boundary] | Sequence[DeclaredUnit]) -> str | None:
    """Return the id of the part that ``written`` names by id or title, None when there is none."""
    wanted = written.strip().casefold()
    found = (t.id for t in titled if wanted in {t.id.casefold(), *(title.casefold() for title in t.title.values())})
    return next(found, None)


def product_scope(product: Product, pcr: Pcr) -> dict[str, Scalar | Mapping[str, Scalar] | None]:
    """Return what expressions may ask of the product and of the parameters in force at the end of its period."""
    scope: dict[str, Scalar | Mapping[str, Scalar] | None] = {}
    for key, entry in product.entries.items():
        scope[f"product.{key}"] = entry.value if isinstance(entry.value, str | float | bool) else str(entry.value)
    for key, titled in (("boundary", pcr.boundaries), ("declared_unit", pcr.declared_units)):
        scope[f"product.{key}"] = _id_of(product.text(key), titled) or product.text(key)
    for parameter in pcr.parameters:
        scope[f"parameter.{parameter.id}"] = in_force(parameter, product)
    return scope


def in_force(parameter: Parameter, product: Product) -> Scalar | Mapping[str, Scalar] | None:
    """Return the value of ``parameter`` on the last day of the reference period, None when none is in force."""
    day = product.date("period_end")
    for dated in parameter.values:
        starts = dated.valid_from is None or day is None or dated.valid_from <= day
        ends = dated.valid_to is None or day is None or day <= dated.valid_to
        if starts and ends:
            return dated.value
    return None


def line_scope(line: Exchange) -> dict[str, Scalar | Mapping[str, Scalar] | None]:
    """Return what expressions may ask of a line."""
    dataset = line.dataset
    facts = line.facts
    return {
        "line.sheet": facts.get("sheet", ""),
        "line.role": line.role,
        "line.name": line.name,
        "line.stage": line.stage,
        "line.leads_to": line.kind.value,
        "line.mass_kg": line.mass_kg,
        "line.basis": line.amount.basis.value,
        "line.origin": facts.get("origin", ""),
        "line.recycled_share": facts.get("recycled_share"),
        "line.loss": facts.get("loss", 0.0),
        "line.route": facts.get("route", ""),
        "line.collected": facts.get("collected", True),
        "line.fuel_use": facts.get("fuel_use", ""),
        "line.electricity": facts.get("electricity", False),
        "line.category": dataset.category if dataset else "",
        "line.boundary": dataset.boundary if dataset else "",
        "line.dataset_status": dataset.status if dataset else "",
        "line.is_proxy": bool(dataset.proxy) if dataset else False,
    }


def _ruled(
    exchange: Exchange, pcr: Pcr, base: Scope, notices: list[Notice]
) -> tuple[Sequence[Exchange], Sequence[Exclusion]]:
    """Return the lines one exchange becomes, and what was excluded of it: rules act in the order of the file."""
    first = replace(exchange, stage=pcr.stage_id(exchange.stage) or exchange.stage)
    lines: list[tuple[Exchange, Scope]] = [(first, {**base, **line_scope(first)})]
    excluded: list[Exclusion] = []
    for rule in pcr.rules:
        after: list[tuple[Exchange, Scope]] = []
        for line, scope in lines:
            if not _holds(rule, line, scope, pcr):
                after.append((line, scope))
            elif rule.verb == "exclude":
                excluded.append(Exclusion(line, rule.id, rule.cited.clause))
            else:
                changed = _changed(rule, line, scope, pcr, notices)
                after += [(e, scope if e is line else {**base, **line_scope(e)}) for e in changed]
        lines = after
    return [line for line, _ in lines], excluded


def _holds(rule: Rule, line: Exchange, scope: Scope, pcr: Pcr) -> bool:
    try:
        return bool(evaluate(rule.when, scope))
    except MissingValueError as exc:
        said = f"{exc.path}: missing"
        raise PcrError(problem("rule-cannot-run", line.place, rule=f"{pcr.id}/{rule.id}", said=said)) from exc
    except ExpressionError as exc:
        raise PcrError(problem("rule-cannot-run", line.place, rule=f"{pcr.id}/{rule.id}", said=str(exc))) from exc


def _changed(rule: Rule, line: Exchange, scope: Scope, pcr: Pcr, notices: list[Notice]) -> Iterable[Exchange]:
    if rule.verb == "stage":
        return (replace(line, stage=rule.stage) if not line.stage else line,)
    if rule.verb == "note":
        notices.append(
            Notice("rule-note", line.place, {"zh": rule.reason["zh"], "en": rule.reason["en"], "rule": rule.id})
        )
        return (line,)
    return _derived(rule, line, scope, pcr)


def _derived(rule: Rule, line: Exchange, scope: Scope, pcr: Pcr) -> Iterable[Exchange]:
    """Return the lines that replace ``line``; one whose dataset is not named stays a gap."""
    for number, derived in enumerate(rule.derived, start=1):
        try:
            coefficient = line.coefficient * float(evaluate(derived.coefficient, scope))
        except ValueError as exc:
            raise PcrError(problem("rule-cannot-run", line.place, rule=f"{pcr.id}/{rule.id}", said=str(exc))) from exc
        dataset = line.datasets.get(derived.dataset)
        amount = line.amount
        if dataset is not None and line.dataset is not None and dataset.unit != line.dataset.unit:
            amount = amount.to(dataset.unit)
        yield replace(
            line,
            id=f"{line.id} {rule.id}.{number}",
            coefficient=coefficient,
            amount=amount,
            dataset=dataset,
            kind=kind_of(dataset),
            rule=rule.id,
            clause=rule.cited.clause,
            facts={**line.facts, "derived": number},
        )


def _stage_problem(line: Exchange, pcr: Pcr) -> Problem | None:
    """Return a problem unless a crossing line has a stage of the rule file: its own, or one that a rule gave it."""
    if not line.crossing or pcr.stage_id(line.stage) == line.stage:
        return None
    near = tuple(stage.id for stage in pcr.stages)
    return problem(
        "stage-unknown" if line.stage else "stage-missing", line.place, near=near, stage=line.stage, line=line.name
    )


def declared_amount(pcr: Pcr, product: Product) -> tuple[float, str]:
    """Return how many declared units one product item provides [unit], and the unit's id; `WorkbookError` otherwise."""
    wanted = product.text("declared_unit")
    place = product.entries["declared_unit"].place
    found = _id_of(wanted, pcr.declared_units)
    if found is not None:
        return amount_of(pcr, product, found, place), found
    raise WorkbookError(
        problem("declared-unit-unknown", place, near=tuple(u.id for u in pcr.declared_units), unit=wanted)
    )


def amount_of(pcr: Pcr, product: Product, unit_id: str, place: Place) -> float:
    """Return how many of ``unit_id`` one product item provides; `WorkbookError` when a field is missing."""
    unit = next(u for u in pcr.declared_units if u.id == unit_id)
    try:
        amount = float(evaluate(unit.amount, product_scope(product, pcr)))
    except MissingValueError as exc:
        raise WorkbookError(problem("declared-unit-needs", place, unit=unit_id, field=exc.path)) from exc
    except ExpressionError as exc:
        raise WorkbookError(problem("declared-unit-value", place, unit=unit_id, said=str(exc))) from exc
    if not amount > 0:
        raise WorkbookError(problem("declared-unit-value", place, unit=unit_id, said=f"{amount:g}"))
    return amount
