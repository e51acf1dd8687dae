"""What co-products replace elsewhere: taken off the product's burdens, and borne by who uses the co-product here."""

from __future__ import annotations

from footprint import units
from footprint.model.allocation import SUBSTITUTION
from footprint.model.amounts import Amount
from footprint.model.background import Dataset
from footprint.model.bill import ProcessRow
from footprint.model.graph import Exchange, Kind
from footprint.supply.allocation import Part
from footprint.supply.bench import Bench, made_mass
from footprint.supply.bom import stated


def replacements(bench: Bench, part: Part, activity: str) -> list[Exchange]:
    """Return what an output bears of what is replaced; nothing unless the rules decided that way.

    The product bears it less for every co-product, once; a co-product bears it for itself.
    """
    if part.decision.method != SUBSTITUTION:
        return []
    made = bench.outputs[part.output.process].values()
    if part.output.direction == "product":
        lines = [_line(bench, row, part, activity, -1.0) for row in made if row.direction != "product"]
    else:
        lines = [_line(bench, part.output, part, activity, 1.0)]
    return [line for line in lines if line is not None]


def _line(bench: Bench, row: ProcessRow, part: Part, activity: str, coefficient: float) -> Exchange | None:
    """Return the exchange on the dataset that the co-product in ``row`` replaces, for all of it."""
    dataset = bench.linked.dataset(row.substitute, row.places.get("substitute", row.place))
    amount = None if dataset is None else _in_its_unit(bench, row, dataset)
    if amount is None:
        return None
    return Exchange(
        id=f"{row.place.address} {'replaced' if coefficient < 0 else 'replaces'}",
        activity=activity,
        name=row.flow,
        role="co-product",
        amount=amount,
        kind=Kind.DATASET,
        place=row.places.get("substitute", row.place),
        dataset=dataset,
        stage=row.stage,
        coefficient=coefficient,
        rule=part.decision.step,
        clause=part.decision.clause,
        facts={"sheet": "Processes", "process": row.process, "flow": row.flow, **stated(row, "component")},
    )


def _in_its_unit(bench: Bench, row: ProcessRow, dataset: Dataset) -> Amount | None:
    """Return the amount of a co-product in the unit of what it replaces, by its energy or mass where they differ."""
    unit = row.amount.unit
    if row.energy_content is not None and not units.convertible(unit, "MJ") and units.convertible(dataset.unit, "MJ"):
        place = row.places.get("energy_content", row.place)
        return row.amount.times("energy_content", row.energy_content, place, "MJ").to(dataset.unit)
    place = row.places.get("substitute", row.place)
    return bench.for_dataset(row.amount, dataset, made_mass(row) or bench.unit_mass(row.flow), place)
