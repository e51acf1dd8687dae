"""Lines of the bill of materials as exchanges: quantities, losses and where the lost material goes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from footprint.model.amounts import Amount
from footprint.model.background import Dataset
from footprint.model.bill import BomLine, Notice
from footprint.model.graph import Activity, Exchange, Kind
from footprint.supply.bench import Bench, amount_like, mass_kg

BURDEN_FREE = "recycling"
_KEPT = frozenset({"internal", "recovered"})
_NO_OUTFLOW = _KEPT | {"evaporated", "product", ""}


@dataclass(frozen=True, slots=True)
class Quantities:
    """Net and gross amount of a line per run of its parent, and the lost mass [kg] (None when unknown)."""

    net: Amount
    gross: Amount
    lost_kg: float | None


def add_bom(bench: Bench) -> None:
    """Add the product, its assemblies and every line."""
    product = bench.bill.product
    name = product.text("name") or product.text("model")
    bench.activities[bench.root] = Activity(bench.root, name, "item", bench.items, product.place)
    for line in bench.bill.bom:
        if bench.assembled(line):
            bench.activities[line.id] = Activity(line.id, line.name, line.quantity.unit, 1.0, line.place)
    for line in bench.bill.bom:
        moved = quantities(bench, line)
        _add_line(bench, line, moved)
        _add_lost(bench, line, moved)
        _add_outlet(bench, line, moved)


def quantities(bench: Bench, line: BomLine) -> Quantities:
    """Return what a line moves: a loss raises what is bought, unless it returns to the same step."""
    if not line.loss or line.loss_to in _KEPT:
        return Quantities(line.quantity, line.quantity, 0.0)
    place = line.places.get("loss", line.place)
    growth = 1 + line.loss if bench.bill.product.text("loss_formula") == "multiply" else 1 / (1 - line.loss)
    if bench.bill.product.text("quantities") == "gross":
        net, gross = line.quantity.times("net_of_loss", 1 / growth, place), line.quantity
    else:
        net, gross = line.quantity, line.quantity.times("loss", growth, place)
    mass = mass_kg(net, line.unit_mass)
    return Quantities(net, gross, None if mass is None else mass * (growth - 1))


def _add_line(bench: Bench, line: BomLine, moved: Quantities) -> None:
    """Add the line itself: to its own activity, to its dataset, or as a gap."""
    exchange = Exchange(
        id=line.place.address,
        activity=line.parent or bench.root,
        name=line.name,
        role=line.role,
        amount=moved.gross,
        kind=Kind.GAP,
        place=line.quantity.place,
        mass_kg=mass_kg(moved.net, line.unit_mass),
        facts=_facts(line),
    )
    dataset = bench.linked.dataset(line.dataset) if line.dataset else None
    if bench.assembled(line):
        bench.exchanges.append(replace(exchange, kind=Kind.ACTIVITY, target=line.id))
        if dataset is not None:
            _add_processing(bench, line, dataset)
    elif dataset is None:
        bench.exchanges.append(exchange)
    else:
        amount = bench.for_dataset(moved.gross, dataset, line.unit_mass, line.places.get("unit", line.place))
        if amount is not None:
            secondary = bench.linked.dataset(line.secondary) if line.secondary else None
            named = {"primary": dataset} | ({"secondary": secondary} if secondary else {})
            bench.exchanges.append(replace(exchange, amount=amount, kind=Kind.DATASET, dataset=dataset, datasets=named))


def _facts(line: BomLine) -> dict[str, str | float | bool]:
    facts: dict[str, str | float | bool] = {
        "sheet": "BOM",
        "origin": line.origin,
        "supplier": line.supplier,
        "loss": line.loss,
    }
    if line.recycled_share is not None:
        facts["recycled_share"] = line.recycled_share
    return facts


def _add_processing(bench: Bench, line: BomLine, dataset: Dataset) -> None:
    """Add the dataset of an assembly, allowed only for its processing: its materials stand in the lines below it."""
    place = line.places.get("dataset", line.place)
    if line.role != "processing":
        bench.fail("dataset-and-children", place, line=line.id)
        return
    amount = bench.for_dataset(
        amount_like(line.quantity, 1.0, line.quantity.unit, place), dataset, line.unit_mass, place
    )
    if amount is not None:
        id_ = f"{line.place.address} processing"
        bench.exchanges.append(
            Exchange(
                id_, line.id, line.name, "processing", amount, Kind.DATASET, place, dataset=dataset, facts=_facts(line)
            )
        )


def _add_lost(bench: Bench, line: BomLine, moved: Quantities) -> None:
    """Add the outflow of what is lost: to a treatment, to recycling, or to a place nobody named."""
    if moved.gross is moved.net or line.loss_to == "evaporated":
        return
    place = line.places.get("loss_to", line.places.get("loss", line.place))
    if moved.lost_kg is None:
        bench.notices.append(Notice("mass-unknown", line.place, {"line": line.id}))
        return
    add_outflow(bench, line, "lost", amount_like(line.quantity, moved.lost_kg, "kg", place), line.loss_to)


def _add_outlet(bench: Bench, line: BomLine, moved: Quantities) -> None:
    """Add the treatment of a consumable that ends as waste."""
    if line.role != "consumable" or line.destination in _NO_OUTFLOW:
        return
    mass = mass_kg(moved.net, line.unit_mass)
    if mass is None:
        bench.notices.append(Notice("mass-unknown", line.place, {"line": line.id}))
        return
    place = line.places.get("destination", line.place)
    add_outflow(bench, line, "outlet", amount_like(line.quantity, mass, "kg", place), line.destination)


def add_outflow(bench: Bench, line: BomLine, what: str, mass: Amount, to: str) -> None:
    """Add an outflow [kg] of ``line`` to the treatment ``to``, or a gap where ``to`` names no dataset."""
    activity = line.parent or bench.root
    bench.exchanges += outflow(bench, f"{line.place.address} {what}", activity, line.name, mass, to)


def outflow(bench: Bench, id_: str, activity: str, name: str, mass: Amount, to: str) -> list[Exchange]:
    """Return the exchange that takes ``mass`` to ``to``: scrap to recycling, a treatment, or a gap."""
    dataset = bench.linked.dataset(to)
    amount = bench.for_dataset(mass, dataset, None, mass.place) if dataset else mass
    if amount is None:
        return []
    role = "scrap" if to == BURDEN_FREE else "waste"
    kind = Kind.DATASET if dataset else Kind.GAP
    known = mass_kg(mass, None)
    facts = {"sheet": mass.place.sheet, "to": to}
    return [Exchange(id_, activity, name, role, amount, kind, mass.place, dataset=dataset, mass_kg=known, facts=facts)]
