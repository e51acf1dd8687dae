"""The mass of the product against the mass of its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import NamedTuple

from footprint.model.bill import BomLine, ProcessRow
from footprint.model.graph import Kind, MassBalance
from footprint.provenance import Place
from footprint.supply.bench import Bench, mass_kg
from footprint.supply.bom import quantities
from footprint.supply.parts import below, is_part
from footprint.supply.processes import made_id


class Mass(NamedTuple):
    """Known net mass [kg] and the places of what is not known."""

    known_kg: float
    unknown: tuple[Place, ...]


def balance(bench: Bench, tolerance: float) -> MassBalance:
    """Return the mass balance of one product item; a problem where it does not close within ``tolerance`` [-]."""
    parts = list(below(bench, bench.root, is_part))
    inside = _inside(bench, parts)
    for line in parts:
        own = mass_kg(quantities(bench, line).net, line.unit_mass)
        if line.id in bench.children and own is not None:
            _check(bench, line.places.get("net_mass", line.place), own, _masses(bench, line, inside), tolerance)
    whole = _sum(inside.get(bench.root, []))
    product = Mass(whole.known_kg / bench.items, whole.unknown)
    stated = bench.bill.product.needed("net_mass")
    _check(bench, bench.bill.product.entries["net_mass"].place, stated, product, tolerance)
    return MassBalance(stated, product.known_kg, product.unknown)


def _inside(bench: Bench, parts: Sequence[BomLine]) -> dict[str, list[Mass]]:
    """Return the masses of what goes into one run of the product and of each assembly among its ``parts``."""
    inside: dict[str, list[Mass]] = {}
    for flow, added in _added(bench).items():
        inside[flow] = [Mass(kg, ()) for kg in added]
    for line in reversed(parts):
        inside.setdefault(line.parent or bench.root, []).append(_masses(bench, line, inside))
    return inside


def _masses(bench: Bench, line: BomLine, inside: Mapping[str, list[Mass]]) -> Mass:
    """Return the mass of a line: of what it is made of, or its own where it is bought."""
    net = quantities(bench, line).net
    if line.id in bench.children:
        one = _sum(inside.get(line.id, []))
        return Mass(one.known_kg * net.value, one.unknown)
    own = mass_kg(net, line.unit_mass)
    return Mass(0.0, (line.place,)) if own is None else Mass(own, ())


def _sum(masses: Sequence[Mass]) -> Mass:
    """Return masses, listed from the last line up, as one."""
    return Mass(fsum(m.known_kg for m in masses), tuple(place for m in reversed(masses) for place in m.unknown))


def _added(bench: Bench) -> dict[str, list[float]]:
    """Return by product or line the masses [kg] that the processes making it put into one run of it."""
    fed = {e.id: e.amount.value for e in bench.exchanges if e.kind is Kind.ACTIVITY}
    found: dict[str, list[float]] = {}
    for process, rows in bench.process_rows.items():
        added = [(mass, row.only_for) for row in rows if (mass := _stays(row)) is not None]
        for output in bench.outputs[process].values() if added else ():
            draw = fed.get(made_id(output))
            if draw is not None:
                mine = (kg for kg, only_for in added if only_for in {"", output.flow})
                found.setdefault(output.flow, []).extend(kg * draw / output.amount.value for kg in mine)
    return found


def _stays(row: ProcessRow) -> float | None:
    """Return the mass [kg] of an input that stays in the product, None for all others."""
    return mass_kg(row.amount, None) if row.direction == "input" and row.destination == "product" else None


def _check(bench: Bench, place: Place, stated: float, mass: Mass, tolerance: float) -> None:
    """Raise a problem when the lines weigh too much, or, all being known, too little."""
    short = mass.known_kg < stated * (1 - tolerance) and not mass.unknown
    if stated and (short or mass.known_kg > stated * (1 + tolerance)):
        facts = {"stated": f"{stated:.6g}", "summed": f"{mass.known_kg:.6g}", "tolerance": f"{tolerance:.2%}"}
        bench.fail("mass-balance", place, **facts)
