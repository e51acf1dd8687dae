"""What an expression may ask: the product, the parameters in force, a line; and what the workbook chose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from footprint import units
from footprint.errors import Problem, WorkbookError, problem
from footprint.model.bill import Bill, Product, UseRow
from footprint.model.dependent import real
from footprint.model.expressions import Scalar
from footprint.model.graph import Exchange
from footprint.model.linked import Linked
from footprint.model.pcr import Boundary, DeclaredUnit, Parameter, Pcr
from footprint.provenance import Place
from footprint.rules.expressions import ExpressionError, MissingValueError, evaluate

PRODUCT = "product"
ELECTRICITY = "electricity"
EXPIRED = "factor-expired"
NOT_FINAL = frozenset({"factor-draft", "factor-lower-bound", "factor-deprecated", "factor-contradictory"})
_FUEL, _SUPPLIED = "fuel", "supplied"
_NOT_BOUGHT = frozenset({PRODUCT, "waste"})


def boundary_of(product: Product, pcr: Pcr) -> Boundary:
    """Return the boundary the workbook asks for; `WorkbookError` naming the ones there are."""
    wanted = product.text("boundary")
    found = named(wanted, pcr.boundaries)
    if found is not None:
        return next(b for b in pcr.boundaries if b.id == found)
    place = product.entries["boundary"].place
    raise WorkbookError(problem("boundary-unknown", place, near=tuple(b.id for b in pcr.boundaries), boundary=wanted))


def named(written: str, titled: Sequence[Boundary] | Sequence[DeclaredUnit]) -> str | None:
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
        scope[f"product.{key}"] = named(product.text(key), titled) or product.text(key)
    scope["product.year"] = product.text("period_end")[:4]
    for parameter in pcr.parameters:
        scope[f"parameter.{parameter.id}"] = in_force(parameter, product)
    return scope


def bill_scope(linked: Linked, uncarried: float = 1.0) -> dict[str, Scalar | Mapping[str, Scalar] | None]:
    """Return what expressions may ask of the bill: how far its sheets are filled in.

    ``uncarried``: share of the product's net mass that no leg brings [-].
    """
    bill = linked.bill
    legs = [row for row in bill.transport if PRODUCT in row.applies_to]
    return {
        "bill.use_rows": float(len(bill.use)),
        "bill.use_kinds": " ".join(dict.fromkeys(_kind(row, linked) for row in bill.use)),
        "bill.end_of_life_rows": float(len(bill.end_of_life)),
        "bill.product_legs": float(len(legs)),
        "bill.inbound_legs": float(sum(not {*row.applies_to} <= _NOT_BOUGHT for row in bill.transport)),
        "bill.uncarried_share": uncarried,
        "bill.plants": _plants(bill),
        "bill.expired_factors": float(sum(notice.code == EXPIRED for notice in bill.notices)),
        "bill.provisional_factors": float(sum(notice.code in NOT_FINAL for notice in bill.notices)),
    }


def _kind(row: UseRow, linked: Linked) -> str:
    """Return what a row of Use is of: the category of its dataset; of an own factor its energy, or its dimension."""
    place = row.places.get("flow", row.place)
    dataset = linked.dataset(row.flow, place)
    category = ELECTRICITY if place in linked.grids else "" if dataset is None else dataset.category
    if category in {"", _SUPPLIED}:
        stated = (own.energy for own in linked.bill.factors if dataset is not None and own.code == dataset.code)
        return next(filter(None, stated), units.unit(row.amount.unit).dimension)
    return _FUEL if category.startswith(f"{_FUEL}-") else category


def _plants(bill: Bill) -> float:
    """Return between how many plants the making of one product is shared: the most of any, 1 where it is not."""
    shared = Counter(row.flow for row in bill.processes if row.direction == "product" and row.output_share is not None)
    return float(max(shared.values(), default=1))


def in_force(parameter: Parameter, product: Product) -> Scalar | Mapping[str, Scalar] | None:
    """Return the value of ``parameter`` on the last day of the reference period, None when none is in force."""
    day = product.date("period_end")
    for dated in parameter.values:
        starts = dated.valid_from is None or day is None or dated.valid_from <= day
        ends = dated.valid_to is None or day is None or day <= dated.valid_to
        if starts and ends:
            return dated.value
    return None


_WHERE_STATED = {
    f"line.{key}": key
    for key in (
        "material", "recycled_share", "recovery", "quality_in", "quality_out", "allocation_factor", "lhv",
        "heat_efficiency", "electricity_efficiency",
    )
}  # fmt: skip
"""What a line has only where the workbook states it."""


def line_scope(line: Exchange) -> dict[str, Scalar | Mapping[str, Scalar] | None]:
    """Return what expressions may ask of a line."""
    dataset = line.dataset
    category = dataset.category if dataset else ""
    facts = line.facts
    return {
        "line.sheet": facts.get("sheet", ""),
        "line.role": line.role,
        "line.of_role": facts.get("of_role", ""),
        "line.name": line.name,
        "line.stage": line.stage,
        "line.leads_to": line.kind.value,
        "line.mass_kg": line.mass_kg,
        "line.basis": line.amount.basis.value,
        "line.origin": facts.get("origin", ""),
        "line.loss": facts.get("loss", 0.0),
        "line.route": facts.get("route", ""),
        "line.collected": facts.get("collected", True),
        "line.fuel_use": facts.get("fuel_use", ""),
        "line.electricity": bool(facts.get("electricity")) or category == ELECTRICITY,
        "line.category": category,
        "line.boundary": dataset.boundary if dataset else "",
        "line.dataset_status": dataset.status if dataset else "",
        "line.is_proxy": line.estimate is not None or (bool(dataset.proxy) if dataset else False),
        "line.component": component_of(line),
        "line.supplier": facts.get("supplier", ""),
        "line.situation": facts.get("situation", ""),
        "line.country": facts.get("country", ""),
        "line.amount": line.coefficient * line.amount.value,
        "line.unit": line.amount.unit,
        "line.energy_mj": _energy_mj(line),
        "line.evidence": facts.get("evidence", line.amount.evidence),
        **{name: facts.get(key) for name, key in _WHERE_STATED.items()},
        "line.excluded": False,
        "line.excluded_by": "",
    }


def component_of(line: Exchange) -> str:
    """Return the component of a line as the rules call it, "" when none is stated."""
    return str(line.facts.get("component", ""))


def _energy_mj(line: Exchange) -> float | None:
    """Return the amount of a line as energy [MJ per run], None when it is none."""
    energy = line.energy_mj
    return None if energy is None else line.coefficient * energy


def declared_amount(pcr: Pcr, product: Product) -> tuple[float, str]:
    """Return how many declared units one product item provides [unit], and the unit's id; `WorkbookError` otherwise."""
    wanted = product.text("declared_unit")
    place = product.entries["declared_unit"].place
    found = named(wanted, pcr.declared_units)
    if found is not None:
        return amount_of(pcr, product, found, place), found
    raise WorkbookError(
        problem("declared-unit-unknown", place, near=tuple(u.id for u in pcr.declared_units), unit=wanted)
    )


def amount_of(pcr: Pcr, product: Product, unit_id: str, place: Place) -> float:
    """Return how many of ``unit_id`` one product item provides; `WorkbookError` when a field is missing."""
    unit = next(u for u in pcr.declared_units if u.id == unit_id)
    try:
        amount = real(evaluate(unit.amount, product_scope(product, pcr)))
    except MissingValueError as exc:
        raise WorkbookError(needs(exc, "declared-unit-needs", place, unit=unit_id)) from exc
    except ExpressionError as exc:
        raise WorkbookError(problem("declared-unit-value", place, unit=unit_id, said=exc)) from exc
    if not float(amount) > 0:
        raise WorkbookError(problem("declared-unit-value", place, unit=unit_id, said=f"{amount:g}"))
    return amount


def needs(missing: MissingValueError, code: str, place: Place, **facts: str) -> Problem:
    """Return the problem ``code`` of a field that is missing; what the rules lack has a remedy of its own."""
    if not missing.path.startswith("parameter."):
        return Problem(code, place, {"field": missing.path, "said": missing, **facts})
    return problem("parameter-lacking", place, part=" ".join(facts.values()), said=missing)
