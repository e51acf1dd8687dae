"""The mass of the product against the mass of its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import NamedTuple

from footprint import units
from footprint.model.allocation import Output
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
    inside = _added(bench)
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


def _added(bench: Bench) -> dict[str, list[Mass]]:
    """Return by product or line the masses that the processes making it put into one run of it."""
    fed = {e.id: e.amount.value for e in bench.exchanges if e.kind is Kind.ACTIVITY}
    shared = {found.process: [bearing.output for bearing in found.outputs] for found in bench.allocated}
    found: dict[str, list[Mass]] = {}
    for process, rows in bench.process_rows.items():
        added = [(row, mass) for row in rows if (mass := _stays(row)) is not None]
        for output in bench.outputs[process].values() if added else ():
            draw = fed.get(made_id(output))
            if draw is not None:
                share = _mass_share(shared.get(process, ()), output.flow)
                parts = (_part(row, mass, output.flow, share) for row, mass in added)
                times = draw / output.amount.value
                found.setdefault(output.flow, []).extend(Mass(p.known_kg * times, p.unknown) for p in parts)
    return found


def _part(row: ProcessRow, mass: float, flow: str, share: float | None) -> Mass:
    """Return what of an input stays in output ``flow``: all, nothing, or its share of what all outputs take along."""
    if row.only_for:
        return Mass(mass if row.only_for == flow else 0.0, ())
    return Mass(0.0, (row.place,)) if share is None else Mass(mass * share, ())


def _mass_share(outputs: Sequence[Output], flow: str) -> float | None:
    """Return the share [-] of one output in the mass of all, 1 where it is the only one, None while one is not known.

    What is no matter, like heat, takes none along.
    """
    if not outputs:
        return 1.0
    masses = {o.flow: 0.0 if units.unit(o.amount.unit).dimension == "energy" else o.whole("mass") for o in outputs}
    known = [mass for mass in masses.values() if mass is not None]
    own = masses[flow]
    return own / fsum(known) if own and len(known) == len(masses) else None


def _stays(row: ProcessRow) -> float | None:
    """Return the mass [kg] of an input that stays in what is made, None for all others."""
    return mass_kg(row.amount, None) if row.direction == "input" and row.destination == "product" else None


def _check(bench: Bench, place: Place, stated_kg: float, mass: Mass, tolerance: float) -> None:
    """Raise a problem when the lines weigh too much, or, all being known, too little."""
    stated, known = float(stated_kg), float(mass.known_kg)
    short = known < stated * (1 - tolerance) and not mass.unknown
    if stated and (short or known > stated * (1 + tolerance)):
        facts = {"stated": f"{stated:.6g}", "summed": f"{known:.6g}", "tolerance": f"{tolerance:.2%}"}
        bench.fail("mass-balance", place, **facts)
