"""Use and end of life as exchanges: what the product consumes over its life, and what becomes of all of it."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator
from itertools import islice
from typing import NamedTuple

from footprint.model.amounts import Amount, Quantity
from footprint.model.bill import BomLine, EndOfLifeRow, Notice, UseRow
from footprint.model.dependent import total
from footprint.model.graph import Exchange, Kind
from footprint.provenance import Basis
from footprint.supply.bench import Bench
from footprint.supply.bom import outflow
from footprint.supply.loads import PRODUCT, near
from footprint.supply.parts import PACKAGING, below, in_products, is_inside, is_packed, is_part
from footprint.supply.recycled import fit, of_row, roles

_RECYCLING, _DISPOSAL, _TREATMENT = "recycling", "disposal", "treatment"


def add_use(bench: Bench) -> None:
    """Add what the product consumes in use, over its life."""
    for row in bench.bill.use:
        place = row.places.get("flow", row.place)
        dataset = bench.linked.dataset(row.flow, place)
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
                    facts={
                        "sheet": "Use",
                        "country": row.country or bench.bill.product.used_in,
                        "electricity": place in bench.linked.grids,
                    },
                )
            )


def _per_run(bench: Bench, row: UseRow, amount: Amount) -> Amount:
    return amount if bench.items == 1 else amount.times("items", bench.items, row.place)


def add_end_of_life(bench: Bench, tolerance: float) -> None:
    """Add the treatment of each part by its routes; what is not collected or not listed is a gap, not a zero.

    ``tolerance``: the share of the product's mass that may be missing from the sheet [-].
    """
    rows = bench.bill.end_of_life
    parts: dict[str, EndOfLifeRow] = {}
    for row in rows:
        parts.setdefault(row.part, row)
    masses = {part: mass for part, row in parts.items() if (mass := _part_mass(bench, row)) is not None}
    _refuse_overlaps(bench, parts)
    for row in rows:
        if row.part in masses:
            _add_routes(bench, row, masses[row.part])
    if rows and len(masses) == len(parts):
        _add_uncovered(bench, rows[0], masses, tolerance)
        _add_packaging(bench, rows[0], parts)


def _refuse_overlaps(bench: Bench, parts: dict[str, EndOfLifeRow]) -> None:
    """Refuse what would be treated twice: a line beside the product or the assembly whose mass it is in."""
    claimed: dict[str, EndOfLifeRow] = {}
    for row in parts.values():
        ids = [] if row.part == PRODUCT else [row.part]
        ids += [line.id for line in _inside(bench, row.part)]
        for id_ in islice((id_ for id_ in ids if claimed.setdefault(id_, row) is not row), 1):
            other = claimed[id_]
            place = row.places.get("part", row.place)
            bench.fail("treated-twice", place, line=id_, part=row.part, other=other.part, cell=other.place.address)


def _inside(bench: Bench, part: str) -> Iterator[BomLine]:
    """Yield the lines in the mass of a part."""
    return below(bench, bench.root, is_part) if part == PRODUCT else below(bench, part, is_inside)


def _add_uncovered(bench: Bench, first: EndOfLifeRow, masses: dict[str, Amount], tolerance: float) -> None:
    """Add what is in the product and in no part that is listed, as a gap."""
    if PRODUCT in masses:
        return
    inside = {line.id for line in _inside(bench, PRODUCT)}
    whole = _product_mass(bench)
    missing = whole.value - total(mass.value for part, mass in masses.items() if part in inside)
    if float(missing) > tolerance * float(whole.value):
        amount = whole.times("uncovered", missing / whole.value, first.place)
        way = Way(f"{PRODUCT}: not covered by End of life 未列入报废", "not covered")
        _add_route(bench, _end(bench, first, amount), amount, way)


def _add_packaging(bench: Bench, first: EndOfLifeRow, parts: Collection[str]) -> None:
    """Add the packaging that is in no part that is listed, each as a gap: the mass of the product does not hold it."""
    listed = {id_ for part in parts if part != PRODUCT for id_ in (part, *(line.id for line in _inside(bench, part)))}
    for line in below(bench, bench.root, is_packed):
        if line.role not in PACKAGING or line.id in listed or _stands_in(bench, line, listed):
            continue
        amount = in_products(bench, line)
        way = Way(f"{line.id}: not covered by End of life 未列入报废", f"{line.id} not covered")
        end = _end(bench, first, amount)
        _add_route(bench, end._replace(facts={**end.facts, "of_role": line.role}), amount, way)


def _stands_in(bench: Bench, line: BomLine, listed: Container[str]) -> bool:
    """Tell whether packaging is told of with what it is in, or is told of by what is in it."""
    parent = bench.lines.get(line.parent)
    is_in = parent is not None and parent.role in PACKAGING
    return is_in or any(inner.id in listed for inner in _inside(bench, line.id))


def _product_mass(bench: Bench, evidence: str = "") -> Amount:
    """Return the net mass of the products of one run [kg]."""
    place = bench.bill.product.entries["net_mass"].place
    stated = Quantity(bench.bill.product.needed("net_mass"), "kg")
    mass = Amount.of(stated, Basis.CALCULATED, place, evidence)
    return mass if bench.items == 1 else mass.times("items", bench.items, place)


def _part_mass(bench: Bench, row: EndOfLifeRow) -> Amount | None:
    """Return the net mass of a part in the products of one run [kg]; None when it is not known."""
    if row.part == PRODUCT:
        return _product_mass(bench, row.evidence)
    line = bench.lines.get(row.part)
    if line is None:
        bench.fail("line-unknown", row.place, near=near(bench, row.part), line=row.part)
        return None
    mass = in_products(bench, line)
    if mass.unit != "kg":
        bench.fail("part-mass-unknown", row.place, line=line.id, cell=line.place.address)
        return None
    return mass._replace(evidence=row.evidence or mass.evidence)


class Way(NamedTuple):
    """Where a part goes: how the line is called, what tells it apart from the others of its row, its treatment.

    ``route``: as the sheet has it, or ``disposal`` for what is left over; "" where nobody said anything.
    """

    name: str
    apart: str = ""
    treatment: str = ""
    route: str = ""


def _add_routes(bench: Bench, row: EndOfLifeRow, mass: Amount) -> None:
    """Add what is collected, what is not, and what is left of the former after recycling.

    All that is collected is treated. What is recovered leaves free of burden, unless rules say otherwise. What is not
    collected and what is not recovered is disposed of as the row says; a gap where it does not.
    """
    datasets = roles(bench, row)
    if not fit(bench, row, datasets):
        return
    mass = mass.driven_by(*(row.places[key] for key in ("share",) if key in row.places))
    end = _end(bench, row, mass)
    end = end._replace(datasets=datasets, facts={**end.facts, **of_row(bench, row)})
    collected = mass.times("share", row.share, row.places.get("share", row.place))
    if row.collection is not None:
        left = mass.times("share", row.share * (1 - row.collection), row.places.get("collection", row.place))
        _add_route(bench, end, left, Way(f"{row.part}: not collected 未收集", "not collected", row.disposal, _DISPOSAL))
        collected = collected.times("collection", row.collection, row.places.get("collection", row.place))
    _add_route(bench, end, collected, Way(f"{row.part}: {row.route}", "", row.treatment, row.route))
    if row.recovery is None:
        return
    place = row.places.get("recovery", row.place)
    if row.route != _RECYCLING:
        bench.notices.append(Notice("recovery-unused", place, {"route": row.route}))
        return
    residue = collected.times("residue", 1 - row.recovery, place)
    _add_route(bench, end, residue, Way(f"{row.part}: residue 残余", "residue", row.disposal, _DISPOSAL))


def _end(bench: Bench, row: EndOfLifeRow, mass: Amount) -> Exchange:
    """Return the exchange by which ``mass`` ends, before anything is said of its way."""
    facts = {"sheet": "End of life"}
    place = row.places.get("share", row.place)
    return Exchange(row.place.address, bench.delivered, row.part, _TREATMENT, mass, Kind.GAP, place, facts=facts)


def _add_route(bench: Bench, end: Exchange, mass: Amount, way: Way) -> None:
    """Add what goes one way; what has no treatment goes nowhere that is known."""
    if mass.value == 0:
        return
    facts = {**end.facts, "route": way.route, "collected": way.apart != "not collected"}
    id_ = f"{end.id} {way.apart}".strip()
    weight = mass.value if mass.unit == "kg" else None
    exchange = end._replace(id=id_, name=way.name, amount=mass, mass_kg=weight, facts=facts)
    bench.exchanges += [e._replace(role=_TREATMENT) for e in outflow(bench, exchange, way.treatment)]
