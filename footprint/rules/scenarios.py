"""The lines that rules add: default transport, use and end of life of the product delivered, from its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from footprint import gwp, units
from footprint.errors import PcrError, Problem, UnfitError, WorkbookError, problem
from footprint.model.amounts import Amount, Quantity
from footprint.model.background import Dataset
from footprint.model.bill import Bill, Notice
from footprint.model.dependent import real
from footprint.model.expressions import Call, Logic, Node
from footprint.model.graph import Exchange, Kind, SupplyGraph, kind_of
from footprint.model.linked import Linked
from footprint.model.pcr import Pcr, Scenario
from footprint.model.spans import year_of
from footprint.provenance import Basis, Place
from footprint.rules.expressions import ExpressionError, MissingValueError, Scope, asked, evaluate, names
from footprint.rules.scope import bill_scope, boundary_of, needs, product_scope

SHEET = "Scenario"
GRID = "electricity"


class Wanted(NamedTuple):
    """What a scenario asks the background for: a dataset by code, or the grid of ``country`` in ``year``."""

    place: Place
    dataset: str
    country: str = ""
    year: str = ""

    @property
    def is_grid(self) -> bool:
        """Whether the average electricity of a country is asked for."""
        return self.dataset == GRID


class Applied(NamedTuple):
    """One scenario that applies: ``amount`` [unit of the scenario] per item, and what it leads to."""

    scenario: Scenario
    amount: float
    basis: Basis
    wanted: Wanted | None
    gas: str = ""


def place_of(pcr: Pcr, scenario: Scenario) -> Place:
    """Return where a line that rules add stands: in the rules."""
    return Place(f"{pcr.id}.yaml", "PCR", scenario.id)


def applied(pcr: Pcr, linked: Linked, uncarried: float) -> tuple[Applied, ...]:
    """Return the scenarios that apply to a bill; `WorkbookError` naming each field that one of them needs.

    ``uncarried``: share of the product's net mass that no leg brings [-].
    """
    bill, scope = linked.bill, _scope(pcr, linked, uncarried)
    found: list[Applied] = []
    problems: list[Problem] = []
    for scenario in pcr.scenarios:
        try:
            if evaluate(scenario.when, scope):
                found.append(_applied(pcr, scenario, scope, bill))
        except MissingValueError as exc:
            problems.append(needs(exc, "scenario-needs", bill.product.place, rule=scenario.id))
        except ExpressionError as exc:
            said = f"{pcr.id}/{scenario.id}"
            raise PcrError(problem("rule-cannot-run", place_of(pcr, scenario), rule=said, said=exc)) from exc
    if problems:
        raise WorkbookError(*problems)
    return tuple(found)


def _scope(pcr: Pcr, linked: Linked, uncarried: float = 1.0) -> Scope:
    return {**product_scope(linked.bill.product, pcr), **bill_scope(linked, uncarried)}


def _applied(pcr: Pcr, scenario: Scenario, scope: Scope, bill: Bill) -> Applied:
    amount, basis = real(evaluate(scenario.amount, scope)), _basis(scenario, scope)
    if scenario.gas is not None:
        return Applied(scenario, amount, basis, None, _gas(str(evaluate(scenario.gas, scope))))
    place = place_of(pcr, scenario)
    if scenario.dataset != GRID:
        return Applied(scenario, amount, basis, Wanted(place, scenario.dataset))
    country = _text(scenario.country, scope, bill.product.text("country"))
    year = bill.grid_year or _text(scenario.year, scope, _year(bill))
    return Applied(scenario, amount, basis, Wanted(place, GRID, country, year))


def _year(bill: Bill) -> str:
    """Return the year of the reference period, as for the electricity of the bill."""
    start, end = bill.product.date("period_start"), bill.product.date("period_end")
    return "" if start is None or end is None else year_of((start, end))


def _text(node: Node | None, scope: Scope, otherwise: str) -> str:
    return otherwise if node is None else str(evaluate(node, scope))


def _gas(written: str) -> str:
    try:
        return gwp.gas(written).id
    except gwp.GwpError as exc:
        raise ExpressionError("unfit-gas", near=exc.near if hasattr(exc, "near") else (), gas=written) from exc


def lines(pcr: Pcr, graph: SupplyGraph, find: Callable[[Wanted], Dataset | None]) -> Iterable[Exchange]:
    """Yield one exchange per scenario that applies to the product delivered; those of nothing are left away."""
    for each in applied(pcr, graph.linked, graph.uncarried):
        if each.amount:
            yield _line(pcr, graph, each, None if each.wanted is None else find(each.wanted))


def _line(pcr: Pcr, graph: SupplyGraph, each: Applied, dataset: Dataset | None) -> Exchange:
    scenario, place = each.scenario, place_of(pcr, each.scenario)
    root = graph.activities[graph.root]
    unit = "kg" if each.gas else scenario.unit if dataset is None else dataset.unit
    if not units.convertible(scenario.unit, unit):
        said = UnfitError("unfit-units", one=scenario.unit, other=unit)
        raise PcrError(problem("rule-cannot-run", place, rule=f"{pcr.id}/{scenario.id}", said=said))
    amount = Amount.of(Quantity(each.amount, scenario.unit), each.basis, place)
    amount = amount if root.output == 1 else amount.times("items", root.output, root.place)
    return Exchange(
        id=place.address,
        activity=graph.root,
        name=f"{scenario.name['en']} {scenario.name['zh']}",
        role=_role(each, unit),
        amount=amount.to(unit),
        kind=Kind.GAS if each.gas else kind_of(dataset),
        place=place,
        target=each.gas,
        dataset=dataset,
        stage=scenario.stage,
        rule=scenario.id,
        clause=scenario.cited.clause,
        facts={"sheet": SHEET, **_of(each.wanted)},
    )


def _of(wanted: Wanted | None) -> dict[str, str | bool]:
    """Return what a line says of the dataset it asks for: its code, or the country of the grid."""
    if wanted is None:
        return {}
    return {"electricity": True, "country": wanted.country} if wanted.is_grid else {"asked": wanted.dataset}


def lowering(added: Iterable[Exchange]) -> Iterable[Notice]:
    """Yield what must be said of each line that rules add and that lowers the result."""
    for line in added:
        entered = line.amount.entered
        if float(entered.value) < 0:
            facts = {"rule": line.rule, "value": f"{entered.value:.6g} {entered.unit}"}
            yield Notice("scenario-negative", line.place, facts)


def standing_back(pcr: Pcr, linked: Linked) -> Iterable[Notice]:
    """Yield which scenarios inside the boundary did not apply, and why: a row of Use, or a field that is empty."""
    scope, bill = _scope(pcr, linked), linked.bill
    boundary = boundary_of(bill.product, pcr)
    for scenario in pcr.scenarios:
        if scenario.stage not in (*boundary.stages, *boundary.apart) or _holds(scenario, scope):
            continue
        facts = {"rule": scenario.id, "en": scenario.name["en"], "zh": scenario.name["zh"]}
        if _holds(scenario, _scope(pcr, linked._replace(bill=bill._replace(use=())))):
            for row in bill.use:
                if not _holds(scenario, _scope(pcr, linked._replace(bill=bill._replace(use=(row,))))):
                    yield Notice("scenario-for-row", row.place, facts)
        elif empty := _empty(scenario, scope):
            yield Notice("scenario-for-field", bill.product.place, {**facts, "fields": ", ".join(empty)})


def _holds(scenario: Scenario, scope: Scope) -> bool:
    try:
        return bool(evaluate(scenario.when, scope))
    except UnfitError:
        return False


def _empty(scenario: Scenario, scope: Scope) -> list[str]:
    """Return the fields of its amount that alone keep a scenario from applying: it asks whether they are known."""
    parts = scenario.when.items if isinstance(scenario.when, Logic) and scenario.when.op == "and" else (scenario.when,)
    against = [part for part in parts if _is_false(part, scope)]
    empty = {name for part in against if isinstance(part, Call) and part.function == "known" for name in names(part)}
    only = len(empty) == len(against) and empty <= names(scenario.amount)
    return sorted(name.removeprefix("product.") for name in empty) if only else []


def _is_false(part: Node, scope: Scope) -> bool:
    try:
        return not evaluate(part, scope)
    except UnfitError:
        return False


def _basis(scenario: Scenario, scope: Scope) -> Basis:
    """Return default where a number of the rules went into the amount, calculated where only the product's own did."""
    of_rules = any(name.startswith("parameter.") for name in asked(scenario.amount, scope))
    return Basis.DEFAULT if of_rules else Basis.CALCULATED


def _role(each: Applied, unit: str) -> str:
    """Return the role of a line that rules add: a gas is let out, a mass carried over a distance, all else used."""
    if each.gas:
        return "emission"
    return "transport" if units.convertible(unit, "t·km") else "use"
