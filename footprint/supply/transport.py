"""Transport legs as exchanges: mass x distance."""

from __future__ import annotations

from footprint import units
from footprint.model.bill import TransportRow
from footprint.model.graph import Exchange, Kind
from footprint.supply.bench import Bench
from footprint.supply.loads import Load, loads


def add_transport(bench: Bench) -> None:
    """Add one exchange per leg and thing carried: mass x distance [t·km]."""
    for row in bench.bill.transport:
        for load in [*loads(bench, row)]:
            _carry(bench, row, load)


def _carry(bench: Bench, row: TransportRow, load: Load) -> None:
    """Add the exchange of one load on one leg: a gap where nobody knows how heavy it is."""
    dataset = bench.linked.dataset(row.vehicle)
    if dataset is None:
        return
    exchange = Exchange(
        id=f"{row.place.address} for {load.id}" if load.id else row.place.address,
        activity=load.activity,
        name=f"{row.leg}: {load.name}" if load.name else row.leg,
        role="transport",
        amount=load.mass,
        kind=Kind.GAP,
        place=row.distance.place,
        stage=row.stage,
        facts={"sheet": "Transport"},
    )
    if units.unit(load.mass.unit).dimension != "mass":
        bench.exchanges.append(exchange)
        return
    carried = row.distance.to("km").times("mass", load.mass.to("t").value, load.mass.place, "t·km")
    carried = carried.driven_by(*load.mass.cells)
    amount = bench.for_dataset(carried, dataset, None, row.place)
    if amount is not None:
        bench.exchanges.append(exchange._replace(amount=amount, kind=Kind.DATASET, dataset=dataset))
