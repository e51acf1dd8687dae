"""What goes into each process and comes out of it, by mass and by energy, as far as rows and parts tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import fsum, inf
from typing import NamedTuple

from footprint import units
from footprint.model.amounts import Amount
from footprint.model.balance import Balance, Flows, Unseen
from footprint.model.bill import BomLine, ProcessRow
from footprint.supply.bench import OUTPUTS, Bench, mass_kg
from footprint.supply.bom import quantities
from footprint.supply.parts import PACKAGING, is_part
from footprint.supply.processes import WITHOUT_OUTLET, gas_of

IN, OUT, THROUGH, BESIDE = "in", "out", "through", "beside"
_GOODS = frozenset({"mass", "volume", "normal volume", "item", "length", "area"})
_SERVICES = (WITHOUT_OUTLET | {"electricity", "capital-goods"}) - {"water"}
_LEFT = frozenset({"waste", "scrap"})
_OXIDES = ("co2-", "n2o")
_PARTS = "parts"


class Flow(NamedTuple):
    """One flow of a run: its ``side``, how much it is [kg, or MJ] (None: not known), and where it stands.

    ``unseen``: why as much as this may leave (of what goes in) or enter (of what comes out) without a row; "" if not.
    What is ``beside`` is on no side, but may be in what comes out.
    """

    side: str
    amount: float | None
    cell: str
    unseen: str = ""


def balances(bench: Bench) -> Iterator[Balance]:
    """Yield the balances of each process in the order of the sheet; consecutive steps of one thing stand together.

    Into it go materials, water and what other processes make, the parts of what it assembles, and what is taken back;
    out of it come products, scrap, waste and emissions. Energy, services, tools and packaging have no mass here. What
    is burned leaves with the air it took, by no row: it is on neither side, as is what circulates (recovered).
    """
    for steps in _steps(bench):
        rows = [row for step in steps for row in bench.process_rows[step]]
        mass = _summed(_scaled(bench, steps, _masses), "mass")
        energy = _summed(_scaled(bench, steps, _energies), "energy")
        yield Balance(", ".join(steps), rows[0].place.address, mass, _lossy(energy, rows), tuple(steps))


def _steps(bench: Bench) -> list[list[str]]:
    """Return processes, those together whose products are one line of the bill that each of them makes in full."""
    found: dict[str, list[str]] = {}
    for process, rows in bench.process_rows.items():
        made = next((row.flow for row in rows if row.direction == "product"), "")
        is_step = bench.in_bill(made) and made not in bench.pools
        found.setdefault(f"flow {made}" if is_step else f"process {process}", []).append(process)
    return [*found.values()]


def _scaled(bench: Bench, steps: Sequence[str], flows: Callable[[Bench, str, bool], Iterable[Flow]]) -> Iterator[Flow]:
    """Yield the flows of each step per run of the first, what they make only once."""
    whole = _product(bench, steps[0])
    for number, step in enumerate(steps):
        one = _product(bench, step)
        same = whole is not None and one is not None and units.convertible(whole.amount.unit, one.amount.unit)
        times = whole.amount.to(one.amount.unit).value / one.amount.value if whole and one and same else None
        for flow in flows(bench, step, number == 0):
            yield _times(flow, times) if number else flow


def _times(flow: Flow, times: float | None) -> Flow:
    return flow._replace(amount=None if flow.amount is None or times is None else flow.amount * times)


def _product(bench: Bench, process: str) -> ProcessRow | None:
    return next((row for row in bench.process_rows[process] if row.direction == "product"), None)


def _summed(flows: Iterable[Flow], unknown: str) -> Flows:
    """Return flows as the two sides; what is ``unknown``, or that there is nothing on a side, stands in the way."""
    found = [*flows]
    sides = {side: [f for f in found if f.side in {side, THROUGH}] for side in (IN, OUT)}
    into, out = (_sum(sides[side]) for side in (IN, OUT))
    open_ = next((f for f in found if f.amount is None), None)
    if open_ is not None:
        return Flows(into, out, _PARTS if open_.unseen == _PARTS else f"no-{unknown}", open_.cell)
    if not into or not out:
        return Flows(into, out, f"nothing-{unknown}", found[0].cell if found else "")
    beside = [f for f in found if f.side == BESIDE]
    return Flows(into, out, entering=_unseen([*sides[OUT], *beside]), leaving=_unseen(sides[IN]))


def _sum(flows: Sequence[Flow]) -> float | None:
    known = [flow.amount for flow in flows if flow.amount is not None]
    return fsum(known) if len(known) == len(flows) else None


def _unseen(flows: Iterable[Flow]) -> Unseen:
    """Return how much of flows may have passed on the other side without a row."""
    found = [flow for flow in flows if flow.unseen and flow.amount]
    return Unseen(fsum(f.amount or 0.0 for f in found), found[0].unseen, found[0].cell) if found else Unseen()


def _lossy(found: Flows, rows: Sequence[ProcessRow]) -> Flows:
    """Return the flows of energy: where no row states what is lost, any of it may leave unseen."""
    is_stated = any(row.direction in _LEFT and _is_energy(row.amount) for row in rows)
    return found if is_stated else found._replace(leaving=Unseen(inf, "loss", rows[0].place.address))


def _is_energy(amount: Amount) -> bool:
    return units.unit(amount.unit).dimension == "energy"


def _masses(bench: Bench, process: str, makes: bool) -> Iterator[Flow]:  # noqa: FBT001
    """Yield the flows of a process by mass [kg]; what it ``makes`` and assembles only where that is asked for."""
    rows = bench.process_rows[process]
    emits = any(row.direction == "emission" for row in rows)
    wastes = any(row.direction in _LEFT for row in rows)
    for row in rows:
        if row.direction in OUTPUTS:
            if makes or row.direction != "product":
                yield from _made(bench, row)
        elif row.direction == "input":
            yield from _taken(bench, row, emits=emits, wastes=wastes)
        elif row.direction == "emission":
            yield _emitted(row)
        elif not _is_energy(row.amount):
            side = IN if row.direction == "internal_return" else OUT
            yield Flow(side, _kilograms(bench, row), row.place.address)


def _made(bench: Bench, row: ProcessRow) -> Iterator[Flow]:
    """Yield an output, and the parts that the bill says it is assembled from."""
    if not _is_energy(row.amount):
        yield Flow(OUT, _kilograms(bench, row), row.place.address)
    times = _count(bench, row)
    for line in bench.children.get(row.flow, ()) if bench.in_bill(row.flow) else ():
        yield from (_times(flow, times) for flow in _assembled(bench, line))


def _count(bench: Bench, row: ProcessRow) -> float | None:
    """Return for how many runs of the bill's own activity an output stands [-], None where its unit does not tell."""
    unit = _unit(bench, row.flow)
    whole = bench.items if row.flow == bench.root else 1.0
    return row.amount.to(unit).value / whole if units.convertible(row.amount.unit, unit) else None


def _unit(bench: Bench, flow: str) -> str:
    """Return the unit in which a flow of the bill is made."""
    if flow == bench.root:
        return "item"
    line = bench.lines.get(flow)
    return bench.outputs[bench.makers[flow][0]][flow].amount.unit if line is None else line.quantity.unit


def _assembled(bench: Bench, line: BomLine) -> Iterator[Flow]:
    """Yield what a line brings into one run of its parent: itself, and what of it is lost or used up on the way."""
    if line.role in PACKAGING or (line.role == "processing" and not is_part(bench, line)):
        return
    moved, cell = quantities(bench, line), line.place.address
    if line.role != "consumable":
        yield Flow(IN, mass_kg(moved.gross, line.unit_mass), cell)
        if moved.lost is not None:
            yield Flow(OUT, mass_kg(moved.lost, line.unit_mass), cell)
    elif line.destination != "recovered" and units.unit(line.quantity.unit).dimension in _GOODS:
        yield Flow(THROUGH, mass_kg(moved.gross, line.unit_mass), cell)


def _taken(bench: Bench, row: ProcessRow, *, emits: bool, wastes: bool) -> Iterator[Flow]:
    """Yield an input that is matter, and where it goes as its row says."""
    if not _is_matter(bench, row):
        return
    mass, cell, to = _kilograms(bench, row), row.place.address, row.destination
    stays = to == "product" or (not to and (_is_own(bench, row) or row.fuel_use == "feedstock"))
    if stays:
        yield Flow(IN, mass, cell)
    elif to == "recovered":
        if wastes:
            yield Flow(BESIDE, inf if mass is None else mass, cell, "recovered")
    elif not to or (to == "evaporated" and emits):
        yield Flow(IN, mass, cell, "outlet")
    else:
        is_treated = wastes and to != "evaporated" and _category(bench, row) == "water"
        yield Flow(IN if is_treated else THROUGH, mass, cell)


def _is_matter(bench: Bench, row: ProcessRow) -> bool:
    """Tell whether an input has a mass that stays or leaves: no energy, service or tool, nothing that is burned."""
    if row.fuel_use == "burned" or bench.electricity_of(row):
        return False
    if _is_energy(row.amount):
        return row.fuel_use == "feedstock"
    goods = units.unit(row.amount.unit).dimension in _GOODS or row.unit_mass is not None
    return row.destination == "product" or (goods and _category(bench, row) not in _SERVICES)


def _category(bench: Bench, row: ProcessRow) -> str:
    dataset = None if _is_own(bench, row) else bench.linked.dataset(row.flow)
    return "" if dataset is None else dataset.category


def _is_own(bench: Bench, row: ProcessRow) -> bool:
    return row.flow in bench.makers or bench.in_bill(row.flow)


def _emitted(row: ProcessRow) -> Flow:
    """Return a gas: the air may have given the oxygen of an oxide, or taken that of what is taken up."""
    gas = gas_of(row.flow)
    mass = row.amount.to("kg").value if units.convertible(row.amount.unit, "kg") else None
    id_ = "" if gas is None else gas.id
    if id_.endswith("uptake"):
        return Flow(IN, mass, row.place.address, "air")
    return Flow(OUT, mass, row.place.address, "air" if id_.startswith(_OXIDES) else "")


def _kilograms(bench: Bench, row: ProcessRow) -> float | None:
    """Return the mass of a row [kg]: its own, or by the mass per unit that it or what makes it states."""
    if units.convertible(row.amount.unit, "kg"):
        return row.amount.to("kg").value
    if row.unit_mass is not None:
        return row.amount.value * row.unit_mass
    flow = _named(bench, row)
    each = bench.unit_mass(flow) if flow else None
    if each is None or not units.convertible(row.amount.unit, _unit(bench, flow)):
        return None
    return row.amount.to(_unit(bench, flow)).value * each.to("kg").value


def _named(bench: Bench, row: ProcessRow) -> str:
    """Return the flow of the bill that a row is of, "" for none."""
    if row.direction == "internal_return" and not _is_own(bench, row):
        return next(r.flow for r in bench.process_rows[row.process] if r.direction == "product")
    return row.flow if row.direction not in _LEFT and _is_own(bench, row) else ""


def _energies(bench: Bench, process: str, makes: bool) -> Iterator[Flow]:  # noqa: FBT001
    """Yield the flows of a process by energy [MJ]: heat, electricity, and what states the energy it contains.

    What is assembled of parts holds what they bring, and is on neither side, unless a row says what either contains.
    """
    rows = bench.process_rows[process]
    for row in rows:
        cell, energy = row.place.address, _megajoules(bench, row)
        if row.direction in OUTPUTS:
            if makes or row.direction != "product":
                parts = bench.children.get(row.flow, ()) if bench.in_bill(row.flow) else ()
                if energy or not parts or any(_adds(bench, each) for each in rows):
                    yield Flow(OUT, energy, cell)
                if energy and parts:
                    yield Flow(IN, None, parts[0].place.address, _PARTS)
        elif row.direction == "input":
            yield from _heated(bench, row, energy)
        elif row.direction != "emission":
            yield Flow(IN if row.direction == "internal_return" else OUT, energy, cell)


def _adds(bench: Bench, row: ProcessRow) -> bool:
    """Tell whether an input is matter that stays in what is made, beside the parts of the bill, with energy in it."""
    return row.direction == "input" and row.destination in {"", "product"} and bool(
        _is_matter(bench, row) and row.fuel_use != "burned" and _category(bench, row) != "water"
        and _megajoules(bench, row)
    )  # fmt: skip


def _heated(bench: Bench, row: ProcessRow, energy: float | None) -> Iterator[Flow]:
    """Yield the energy of an input: of one that is none, and has a mass, it must be stated; water brings none."""
    is_asked = row.fuel_use == "burned" or (_is_matter(bench, row) and _category(bench, row) != "water")
    if row.destination == "recovered" or (energy is None and not is_asked):
        return
    leaves = row.destination not in {"", "product"}
    yield Flow(THROUGH if leaves else IN, energy, row.place.address)


def _megajoules(bench: Bench, row: ProcessRow) -> float | None:
    """Return the energy of a row [MJ]: its own, or by what one unit of it contains, as it or its maker states."""
    if _is_energy(row.amount):
        return row.amount.to("MJ").value
    if row.energy_content is not None:
        return row.amount.value * row.energy_content
    flow = _named(bench, row)
    for made in (bench.outputs[process][flow] for process in bench.makers.get(flow, ())):
        if made.energy_content is not None and units.convertible(row.amount.unit, made.amount.unit):
            return row.amount.to(made.amount.unit).value * made.energy_content
    return None
