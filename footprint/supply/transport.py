"""Transport legs, use and end of life as exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import fsum

from footprint.model.amounts import Amount, Quantity
from footprint.model.bill import BomLine, EndOfLifeRow, Notice, TransportRow, UseRow
from footprint.model.graph import Exchange, Kind
from footprint.provenance import Basis
from footprint.supply.bench import Bench, amount_like, mass_kg
from footprint.supply.bom import outflow, quantities
from footprint.supply.parts import PACKAGING, counts

INBOUND, PRODUCT, WASTE = "all inbound", "product", "waste"
_BOUGHT = PACKAGING | {"product", "consumable"}


@dataclass(frozen=True, slots=True)
class Load:
    """What a leg carries: ``mass`` [kg] per run of ``activity``; ``id`` tells loads of one leg apart."""

    id: str
    name: str
    activity: str
    mass: Amount


def add_transport(bench: Bench) -> None:
    """Add one exchange per leg and thing carried: mass x distance [t·km]."""
    for row in bench.bill.transport:
        for name in row.applies_to:
            if row.mass is not None:
                load = Load(name, name, bench.delivered, row.mass.times("items", bench.items, row.place))
                _carry(bench, row, load)
                break
            for load in _loads(bench, row, name):
                _carry(bench, row, load)


def _loads(bench: Bench, row: TransportRow, name: str) -> Iterator[Load]:
    """Yield all that a leg carries."""
    if name == PRODUCT:
        yield Load(PRODUCT, bench.root, bench.delivered, _product_mass(bench, row))
    elif name == WASTE:
        yield from _waste(bench)
    else:
        for line in _lines(bench, row, name):
            mass = mass_kg(quantities(bench, line).gross, line.unit_mass)
            if mass is None:
                bench.fail("transport-mass-unknown", row.place, line=line.id, cell=line.place.address)
            else:
                gross = amount_like(line.quantity, mass, "kg", line.quantity.place)
                yield Load(line.place.address, line.name, line.parent or bench.root, gross)


def _waste(bench: Bench) -> Iterator[Load]:
    """Yield every outflow; one whose mass is not known cannot be carried, and that is said."""
    for e in [e for e in bench.exchanges if e.role in {"waste", "scrap"}]:
        if e.mass_kg is None:
            bench.notices.append(Notice("waste-mass-unknown", e.place, {"flow": e.name}))
        else:
            yield Load(e.id, e.name, e.activity, amount_like(e.amount, e.mass_kg, "kg", e.place))


def _lines(bench: Bench, row: TransportRow, name: str) -> list[BomLine]:
    """Return the lines a leg names; a dataset that already contains its transport refuses a second one."""
    if name == INBOUND:
        lines = [e for e in bench.bill.bom if not bench.assembled(e) and e.role in _BOUGHT and e.id not in row.excepted]
    else:
        lines = [bench.lines[name]] if name in bench.lines else []
        if not lines:
            bench.fail("line-unknown", row.place, near=_near(bench, name), line=name)
    for line in lines:
        dataset = bench.linked.dataset(line.dataset) if line.dataset else None
        if dataset is not None and dataset.includes_transport:
            bench.fail("transport-twice", row.place, line=line.id, dataset=dataset.key)
    return lines


def _near(bench: Bench, name: str) -> tuple[str, ...]:
    from difflib import get_close_matches

    return tuple(get_close_matches(name, [*bench.lines, INBOUND, PRODUCT, WASTE], n=3))


def _product_mass(bench: Bench, row: TransportRow) -> Amount:
    """Return the mass of the products of one run with their packaging [kg], which must be known."""
    entry = bench.bill.product.entries["net_mass"]
    stated = bench.bill.product.needed("net_mass")
    packed = fsum(_packaging_kg(bench, row)) / bench.items
    mass = Amount.of(Quantity(stated, "kg"), Basis.CALCULATED, entry.place)
    if packed:
        mass = mass.times("packaging", (stated + packed) / stated, entry.place)
    return mass if bench.items == 1 else mass.times("items", bench.items, entry.place)


def _packaging_kg(bench: Bench, row: TransportRow) -> Iterator[float]:
    """Yield the net mass [kg] of each packaging line in one run of the product, assemblies included."""
    open_ = [(bench.root, 1.0)]
    while open_:
        parent, times = open_.pop()
        for line in bench.children.get(parent, ()):
            net = quantities(bench, line).net
            if line.role not in PACKAGING:
                open_.append((line.id, times * net.value))
                continue
            mass = mass_kg(net, line.unit_mass)
            if mass is None:
                bench.fail("transport-mass-unknown", row.place, line=line.id, cell=line.place.address)
            else:
                yield times * mass


def _carry(bench: Bench, row: TransportRow, load: Load) -> None:
    """Add the exchange of one load on one leg."""
    dataset = bench.linked.dataset(row.vehicle)
    if dataset is None:
        return
    carried = row.distance.to("km").times("mass", load.mass.to("t").value, load.mass.place, "t·km")
    amount = bench.for_dataset(carried, dataset, None, row.place)
    if amount is not None:
        bench.exchanges.append(
            Exchange(
                f"{row.place.address} for {load.id}",
                load.activity,
                f"{row.leg}: {load.name}",
                "transport",
                amount,
                Kind.DATASET,
                row.distance.place,
                dataset=dataset,
                stage=row.stage,
                facts={"sheet": "Transport"},
            )
        )


def add_use(bench: Bench) -> None:
    """Add what the product consumes in use, over its life."""
    for row in bench.bill.use:
        dataset = bench.linked.dataset(row.flow)
        amount = _per_run(bench, row, row.amount)
        converted = bench.for_dataset(amount, dataset, None, row.place) if dataset else amount
        if converted is not None:
            kind = Kind.DATASET if dataset else Kind.GAP
            bench.exchanges.append(
                Exchange(
                    row.place.address,
                    bench.delivered,
                    row.flow,
                    "use",
                    converted,
                    kind,
                    row.amount.place,
                    dataset=dataset,
                    stage=row.stage,
                    facts={"sheet": "Use"},
                )
            )


def _per_run(bench: Bench, row: UseRow, amount: Amount) -> Amount:
    return amount if bench.items == 1 else amount.times("items", bench.items, row.place)


def add_end_of_life(bench: Bench) -> None:
    """Add the treatment of each part by its routes; what is not collected is a gap, not a zero."""
    for row in bench.bill.end_of_life:
        mass = _part_mass(bench, row)
        if mass is None:
            continue
        treated = mass.times("share", row.share, row.place)
        if row.collection is not None:
            treated = treated.times("collection", row.collection, row.place)
            _add_route(bench, row, mass.times("share", row.share * (1 - row.collection), row.place), "")
        _add_route(bench, row, treated, row.treatment)


def _part_mass(bench: Bench, row: EndOfLifeRow) -> Amount | None:
    """Return the net mass of a part in the products of one run [kg]; None when it is not known."""
    if row.part == PRODUCT:
        place = bench.bill.product.entries["net_mass"].place
        stated = Quantity(bench.bill.product.needed("net_mass"), "kg")
        mass = Amount.of(stated, Basis.CALCULATED, place, row.evidence)
        return mass if bench.items == 1 else mass.times("items", bench.items, place)
    line = bench.lines.get(row.part)
    if line is None:
        bench.fail("line-unknown", row.place, near=_near(bench, row.part), line=row.part)
        return None
    kg = mass_kg(quantities(bench, line).net, line.unit_mass)
    if kg is None:
        bench.fail("part-mass-unknown", row.place, line=line.id, cell=line.place.address)
        return None
    mass = amount_like(line.quantity, kg, "kg", line.quantity.place)
    for count in counts(bench, line):
        mass = mass.times("count", count.value, count.place)
    return mass


def _add_route(bench: Bench, row: EndOfLifeRow, mass: Amount, treatment: str) -> None:
    """Add what goes one way; a share that is not collected goes nowhere that is known."""
    if mass.value == 0:
        return
    collected = bool(treatment) or row.collection is None
    what = row.route if collected else "not collected 未收集"
    exchange = Exchange(
        id=row.place.address if collected else f"{row.place.address} not collected",
        activity=bench.delivered,
        name=f"{row.part}: {what}",
        role="treatment",
        amount=mass,
        kind=Kind.GAP,
        place=row.places.get("share", row.place),
        mass_kg=mass.value,
        facts={"sheet": "End of life", "route": row.route, "collected": collected},
    )
    bench.exchanges += [replace(e, role="treatment") for e in outflow(bench, exchange, treatment)]
