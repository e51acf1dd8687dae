"""What a transport leg carries: lines, all that is bought, the product with its packaging, or waste; nothing twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from footprint import units
from footprint.model.amounts import Amount, Quantity
from footprint.model.background import Dataset
from footprint.model.bill import BomLine, Notice, TransportRow
from footprint.model.dependent import total
from footprint.model.graph import Exchange
from footprint.provenance import Basis
from footprint.supply.bench import Bench, amount_of, mass_kg
from footprint.supply.bom import quantities
from footprint.supply.parts import PACKAGING, below, is_inside, is_packed
from footprint.supply.processes import WITHOUT_OUTLET

INBOUND, PRODUCT, WASTE = "all inbound", "product", "waste"
_BOUGHT = PACKAGING | {"product", "consumable"}
_GOODS = frozenset({"mass", "volume", "normal volume", "item", "length", "area"})
_NOT_CARRIED = WITHOUT_OUTLET | {"electricity", "capital-goods"}


class Load(NamedTuple):
    """What a leg carries: ``mass`` per run of ``activity``; ``id`` tells loads of one leg apart.

    ``mass`` is in another unit than a mass where nobody knows how heavy the load is.
    """

    id: str
    name: str
    activity: str
    mass: Amount


def loads(bench: Bench, row: TransportRow) -> Iterator[Load]:
    """Yield all that a leg carries. A stated mass is per product item delivered: rework does not raise it."""
    names = tuple(_known(bench, row))
    _refuse_overlaps(bench, row, names)
    _refuse_delivered(bench, row, names)
    if row.mass is not None:
        yield Load("", "", bench.delivered, row.mass.times("items", bench.items, row.place))
        return
    for name in names:
        yield from _carried(bench, row, name)


def near(bench: Bench, name: str) -> tuple[str, ...]:
    """Return the lines and words closest to ``name``."""
    from difflib import get_close_matches

    return tuple(get_close_matches(name, [*bench.lines, INBOUND, PRODUCT, WASTE], n=3))


def _known(bench: Bench, row: TransportRow) -> Iterator[str]:
    """Yield what a leg names; what is neither a word nor a line is a problem."""
    for name in row.applies_to:
        if name in bench.lines or name in {INBOUND, PRODUCT, WASTE}:
            yield name
        else:
            bench.fail("line-unknown", row.place, near=near(bench, name), line=name)


def _refuse_overlaps(bench: Bench, row: TransportRow, names: tuple[str, ...]) -> None:
    """Refuse what one leg would carry twice: a thing named twice, or a part beside what it is part of."""
    claimed: dict[str, int] = {}
    for number, name in enumerate(names):
        twice = (id_ for id_ in contents(bench, row, name) if claimed.setdefault(id_, number) != number)
        for id_ in islice(twice, 1):
            bench.fail("carried-twice", row.place, first=names[claimed[id_]], second=name, line=id_)


def contents(bench: Bench, row: TransportRow, name: str) -> Iterator[str]:
    """Yield the lines in the mass that goes by ``name``."""
    if name == INBOUND:
        yield from (line.id for line in _inbound(bench, row))
    elif name == PRODUCT:
        yield from (name, *(line.id for line in below(bench, bench.root, is_packed)))
    else:
        yield from (name, *(line.id for line in below(bench, name, is_inside)))


def _refuse_delivered(bench: Bench, row: TransportRow, names: tuple[str, ...]) -> None:
    """Refuse a leg for what comes with its transport: its dataset, or that of its recycled share, contains it."""
    for name in names:
        for line in _lines(bench, row, name):
            named = (bench.linked.dataset(written) for written in (line.dataset, line.secondary))
            _refuse_market(bench, row, line.id, named)
        for e in _materials(bench, row) if name == INBOUND else ():
            _refuse_market(bench, row, str(e.facts["flow"]), (e.dataset,))


def _refuse_market(bench: Bench, row: TransportRow, name: str, datasets: Iterable[Dataset | None]) -> None:
    for dataset in datasets:
        if dataset is not None and dataset.includes_transport:
            bench.fail("transport-twice", row.place, line=name, dataset=dataset.key)


def _carried(bench: Bench, row: TransportRow, name: str) -> Iterator[Load]:
    """Yield what goes by ``name`` at its own mass."""
    if name == PRODUCT:
        yield Load(PRODUCT, bench.root, bench.delivered, _product_mass(bench, row))
    elif name == WASTE:
        waste = [e for e in bench.exchanges if e.role in {"waste", "scrap"}]
        yield from (_load(bench, e, "waste-mass-unknown") for e in waste)
    for line in _lines(bench, row, name):
        mass = mass_kg(quantities(bench, line).gross, line.unit_mass)
        if mass is None:
            bench.fail("transport-mass-unknown", row.place, line=line.id, cell=line.place.address)
        else:
            gross = amount_of(line.quantity, mass, "kg", line.quantity.place)
            yield Load(line.place.address, line.name, line.parent or bench.root, gross)
    if name == INBOUND:
        yield from (_load(bench, e, "input-mass-unknown") for e in _materials(bench, row))


def _lines(bench: Bench, row: TransportRow, name: str) -> list[BomLine]:
    """Return the lines that ``name`` stands for; none for the product and for waste."""
    return _inbound(bench, row) if name == INBOUND else [bench.lines[name]] if name in bench.lines else []


def _inbound(bench: Bench, row: TransportRow) -> list[BomLine]:
    return [e for e in bench.bill.bom if not bench.assembled(e) and e.role in _BOUGHT and e.id not in row.excepted]


def _materials(bench: Bench, row: TransportRow) -> list[Exchange]:
    """Return the goods that processes buy besides the lines of the BOM, but for those the leg leaves out."""
    bought = [e for e in bench.exchanges if e.role == "input" and e.dataset and e.facts.get("flow") not in row.excepted]
    return [e for e in bought if _is_goods(e)]


def _is_goods(exchange: Exchange) -> bool:
    """Tell whether an input comes as goods do, neither by pipe or wire nor as a service."""
    carried = exchange.dataset is not None and exchange.dataset.category not in _NOT_CARRIED
    return carried and units.unit(exchange.amount.unit).dimension in _GOODS


def _load(bench: Bench, exchange: Exchange, unknown: str) -> Load:
    """Return an exchange as a load; one whose mass is not known stays in its own unit, and that is said."""
    if exchange.mass_kg is None:
        bench.notices.append(Notice(unknown, exchange.place, {"flow": exchange.name}))
        return Load(exchange.id, exchange.name, exchange.activity, exchange.amount)
    mass = amount_of(exchange.amount, exchange.mass_kg, "kg", exchange.place)
    return Load(exchange.id, exchange.name, exchange.activity, mass)


def _product_mass(bench: Bench, row: TransportRow) -> Amount:
    """Return the mass of the products of one run with their packaging [kg], which must be known."""
    entry = bench.bill.product.entries["net_mass"]
    stated = bench.bill.product.needed("net_mass")
    packed = total(_packaging_kg(bench, row)) / bench.items
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
