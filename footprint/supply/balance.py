"""The mass of the product against the mass of its lines."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from footprint.model.bill import BomLine
from footprint.model.graph import MassBalance
from footprint.provenance import Place
from footprint.supply.bench import Bench, mass_kg
from footprint.supply.bom import quantities
from footprint.supply.processes import made_id

_PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Mass:
    """Known net mass [kg] and the places of what is not known."""

    known_kg: float
    unknown: tuple[Place, ...]


def balance(bench: Bench, tolerance: float) -> MassBalance:
    """Return the mass balance of one product item; a problem where it does not close within ``tolerance`` [-]."""
    under = _under(bench, bench.root, tolerance, frozenset())
    stated = bench.bill.product.needed("net_mass")
    summed = under.known_kg / bench.items
    place = bench.bill.product.entries["net_mass"].place
    _check(bench, place, stated, Mass(summed, under.unknown), tolerance)
    return MassBalance(stated, summed, under.unknown)


def _under(bench: Bench, parent: str, tolerance: float, seen: frozenset[str]) -> Mass:
    """Return the mass of what goes into one run of ``parent``."""
    lines = [line for line in bench.children.get(parent, ()) if _is_part(bench, line)]
    masses = [_line(bench, line, tolerance, seen) for line in lines]
    masses += [Mass(kg, ()) for kg in _added(bench, parent)]
    return Mass(fsum(m.known_kg for m in masses), tuple(place for m in masses for place in m.unknown))


def _is_part(bench: Bench, line: BomLine) -> bool:
    """Tell whether a line is in the product: a part, or the treatment of parts that stand below it."""
    return line.role == _PRODUCT or (line.role == "processing" and line.id in bench.children)


def _line(bench: Bench, line: BomLine, tolerance: float, seen: frozenset[str]) -> Mass:
    own = mass_kg(quantities(bench, line).net, line.unit_mass)
    if line.id not in bench.children or line.id in seen:
        return Mass(0.0, (line.place,)) if own is None else Mass(own, ())
    one = _under(bench, line.id, tolerance, seen | {line.id})
    count = quantities(bench, line).net.value
    inside = Mass(one.known_kg * count, one.unknown)
    if own is not None:
        _check(bench, line.places.get("net_mass", line.place), own, inside, tolerance)
    return inside


def _added(bench: Bench, parent: str) -> list[float]:
    """Return the masses [kg] that processes making ``parent`` put into one run of it."""
    found = []
    for process in bench.makers.get(parent, ()):
        rows = bench.process_rows[process]
        output = next(row for row in rows if row.flow == parent and row.direction in {"product", "co-product"})
        fed = next((e for e in bench.exchanges if e.id == made_id(output)), None)
        runs = fed.amount.value / output.amount.value if fed else 0.0
        for row in rows:
            mass = mass_kg(row.amount, None)
            if row.direction == "input" and row.destination == "product" and mass is not None:
                found.append(mass * runs)
    return found


def _check(bench: Bench, place: Place, stated: float, mass: Mass, tolerance: float) -> None:
    """Raise a problem when the lines weigh too much, or, all being known, too little."""
    short = mass.known_kg < stated * (1 - tolerance) and not mass.unknown
    if stated and (short or mass.known_kg > stated * (1 + tolerance)):
        facts = {"stated": f"{stated:.6g}", "summed": f"{mass.known_kg:.6g}", "tolerance": f"{tolerance:.2%}"}
        bench.fail("mass-balance", place, **facts)
