"""Lines of the bill of materials as exchanges: quantities, losses and where the lost material goes."""

from __future__ import annotations

from typing import NamedTuple

from footprint import units
from footprint.model.amounts import Amount, Quantity
from footprint.model.background import Dataset
from footprint.model.bill import BomLine
from footprint.model.graph import Activity, Exchange, Kind
from footprint.provenance import Basis, Place
from footprint.supply.bench import Bench, amount_like, mass_kg

BURDEN_FREE = "recycling"
_KEPT = frozenset({"internal", "recovered"})
_NO_OUTFLOW = _KEPT | {"evaporated", "product", ""}
Facts = dict[str, str | float | bool]


class Quantities(NamedTuple):
    """Net and gross amount of a line per run of its parent, and what of it is lost on the way (None: nothing)."""

    net: Amount
    gross: Amount
    lost: Amount | None


def add_bom(bench: Bench) -> None:
    """Add the product, its assemblies and every line."""
    product = bench.bill.product
    name = product.text("name") or product.text("model")
    made = Activity(bench.root, name, "item", bench.items, product.place)
    bench.activities[bench.root] = made
    if bench.delivered != bench.root:
        bench.activities[bench.delivered] = made._replace(id=bench.delivered)
        bench.exchanges.append(_hand_over(bench, made))
    for line in bench.bill.bom:
        if bench.assembled(line):
            bench.activities[line.id] = Activity(line.id, line.name, line.quantity.unit, 1.0, line.place)
    times = in_product(bench)
    for line in bench.bill.bom:
        moved = quantities(bench, line)
        _add_line(bench, line, moved, times[line.id])
        _add_lost(bench, line, moved)
        _add_outlet(bench, line, moved)


def _hand_over(bench: Bench, made: Activity) -> Exchange:
    """Return the exchange by which what is delivered draws on what is made."""
    place = bench.bill.product.entries["bom_quantity"].place
    amount = Amount.of(Quantity(made.output, made.unit), Basis.CALCULATED, place)
    return Exchange(
        f"{place.address} delivered", bench.delivered, made.name, "product", amount, Kind.ACTIVITY, place,
        target=bench.root, facts={"sheet": "Product"},
    )  # fmt: skip


def quantities(bench: Bench, line: BomLine) -> Quantities:
    """Return what a line moves: a loss raises what is bought, unless it returns to the same step."""
    if not line.loss:
        return Quantities(line.quantity, line.quantity, None)
    place = line.places.get("loss", line.place)
    growth = 1 + line.loss if bench.bill.product.text("loss_formula") == "multiply" else 1 / (1 - line.loss)
    if bench.bill.product.text("quantities") == "gross":
        net, gross = line.quantity.times("net_of_loss", 1 / growth, place), line.quantity
    else:
        net, gross = line.quantity, line.quantity.times("loss", growth, place)
    if line.loss_to in _KEPT:
        return Quantities(net, net, None)
    return Quantities(net, gross, net.times("lost", growth - 1, place))


def in_product(bench: Bench) -> dict[str, float]:
    """Return how many parents of each line are in the products of one run [-]: what was lost of them is not."""
    found: dict[str, float] = {}
    level = [(line, 1.0) for line in bench.children.get(bench.root, ())]
    while level:
        found |= {line.id: times for line, times in level}
        inside = [(line, times * quantities(bench, line).net.value) for line, times in level]
        level = [(child, times) for line, times in inside for child in bench.children.get(line.id, ())]
    return found


def _add_line(bench: Bench, line: BomLine, moved: Quantities, in_product: float) -> None:
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
        facts={**_facts(line), "in_product": in_product},
        datasets=materials(bench, line),
    )
    dataset = bench.linked.dataset(line.dataset or line.cut_off)
    if bench.assembled(line):
        bench.exchanges.append(exchange._replace(kind=Kind.ACTIVITY, target=line.id))
        if line.cut_off:
            bench.fail("cut-off-with-data", line.places["cut_off"], en="Estimate if left out", zh="取舍估算")
        elif dataset is not None:
            _add_processing(bench, line, dataset)
    elif dataset is None:
        bench.exchanges.append(exchange)
    else:
        amount = bench.for_dataset(moved.gross, dataset, line.unit_mass, line.places.get("unit", line.place))
        if amount is not None:
            secondary = exchange.datasets.get("secondary")
            if secondary and not units.convertible(secondary.unit, dataset.unit):
                place = line.places.get("secondary", line.place)
                bench.fail("unit-mismatch", place, unit=dataset.unit, wanted=secondary.unit)
            named = {**exchange.datasets, "primary": dataset}
            bench.exchanges.append(exchange._replace(amount=amount, kind=Kind.DATASET, dataset=dataset, datasets=named))


def materials(bench: Bench, line: BomLine) -> dict[str, Dataset]:
    """Return the datasets that a line names for its material, by role: primary, secondary."""
    named = {"primary": bench.linked.dataset(line.dataset), "secondary": bench.linked.dataset(line.secondary)}
    return {role: dataset for role, dataset in named.items() if dataset is not None}


def stated(row: object, *keys: str) -> Facts:
    """Return the fields of a row that are filled in, by key: an empty one is not a fact."""
    found = ((key, getattr(row, key)) for key in keys)
    return {key: value for key, value in found if value not in {None, ""}}


def of_material(line: BomLine) -> Facts:
    """Return what rules may ask of the material of a line."""
    return stated(line, "component", "material", "recycled_share")


def _facts(line: BomLine) -> Facts:
    facts: Facts = {"sheet": "BOM", "origin": line.origin, "supplier": line.supplier, "loss": line.loss}
    own = stated(line, "quality_in", "allocation_factor", "situation")
    return {**facts, **of_material(line), **own, **_left_out(line)}


def _left_out(line: BomLine) -> Facts:
    return {"cut_off": True} if line.cut_off else {}


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
    if moved.lost is not None and line.loss_to != "evaporated":
        place = line.places.get("loss_to", line.places.get("loss", line.place))
        _add_outflow(bench, line, "lost", moved.lost, line.loss_to, place)


def _add_outlet(bench: Bench, line: BomLine, moved: Quantities) -> None:
    """Add the treatment of a consumable that ends as waste."""
    if line.role == "consumable" and line.destination not in _NO_OUTFLOW:
        place = line.places.get("destination", line.place)
        _add_outflow(bench, line, "outlet", moved.net, line.destination, place)


def _add_outflow(bench: Bench, line: BomLine, what: str, amount: Amount, to: str, place: Place) -> None:
    exchange = Exchange(
        id=f"{line.place.address} {what}", activity=line.parent or bench.root, name=line.name, role="waste",
        amount=amount, kind=Kind.GAP, place=place, mass_kg=mass_kg(amount, line.unit_mass),
        facts={"sheet": "BOM", "of": line.id, "of_role": line.role, **_left_out(line),
               **stated(line, "component", "material")},
    )  # fmt: skip
    bench.exchanges += outflow(bench, exchange, to, line.unit_mass)


def outflow(bench: Bench, exchange: Exchange, to: str, unit_mass: Amount | None = None) -> list[Exchange]:
    """Return ``exchange`` as it leaves to ``to``: scrap to recycling, the dataset of a treatment, or a gap."""
    sent = exchange._replace(role="scrap" if to == BURDEN_FREE else "waste", facts={**exchange.facts, "to": to})
    dataset = bench.linked.dataset(to)
    if dataset is None:
        return [sent]
    amount = bench.for_dataset(exchange.amount, dataset, unit_mass, exchange.place)
    return [] if amount is None else [sent._replace(amount=amount, kind=Kind.DATASET, dataset=dataset)]
