"""Process rows as activities: reference products, allocated co-products, inputs, outflows, emissions, returns."""

from __future__ import annotations

from collections.abc import Sequence

from footprint import gwp, units
from footprint.errors import CalculationError, problem
from footprint.model.amounts import Amount
from footprint.model.background import Dataset
from footprint.model.bill import BomLine, ProcessRow
from footprint.model.graph import Activity, Exchange, Kind
from footprint.supply.allocation import Part, parts
from footprint.supply.bench import OUTPUTS, Bench, amount_like, made_mass, mass_kg
from footprint.supply.bom import BURDEN_FREE, outflow, stated
from footprint.supply.replacing import replacements

BURNED, SUPPLIED = "fuel-burned", "fuel-supply"
_FUELS = frozenset({BURNED, SUPPLIED})
_SUBSTANCES = frozenset({"mass", "volume", "normal volume"})
WITHOUT_OUTLET = frozenset({"water", "freight", "waste", "processing", "heat"})


def add_processes(bench: Bench) -> None:
    """Add one activity per output of every process, and the exchanges of each."""
    for process, rows in bench.process_rows.items():
        for part in parts(bench, process, _outputs(bench, rows)):
            output = part.output
            activity = activity_id(bench, process, output)
            made = output.amount
            bench.activities[activity] = Activity(activity, process, made.unit, made.value, made.place, made.cells)
            _feed(bench, output, activity)
            for row in rows:
                if part.bears(row):
                    bench.exchanges += [_allocated(e, row, part) for e in _exchanges(bench, row, activity)]
            bench.exchanges += replacements(bench, part, activity)


def _outputs(bench: Bench, rows: Sequence[ProcessRow]) -> list[ProcessRow]:
    """Return the outputs of a process: each once, each more than nothing."""
    outputs: dict[str, ProcessRow] = {}
    for row in rows:
        if row.direction in OUTPUTS:
            if row.flow in outputs:
                first = outputs[row.flow].places.get("flow", outputs[row.flow].place)
                bench.fail("id-twice", row.places.get("flow", row.place), id=row.flow, first=first.address)
            elif not row.amount.value:
                bench.fail("amount-zero", row.amount.place, en="Amount", zh="数量")
            else:
                outputs[row.flow] = row
    return list(outputs.values())


def activity_id(bench: Bench, process: str, output: ProcessRow) -> str:
    """Return the id of the activity that makes ``output``: its product's name, unless the bill has that activity."""
    shared = len(bench.makers.get(output.flow, ())) > 1
    return f"{process}:{output.flow}" if _draws(bench, output.flow) or shared else output.flow


def _draws(bench: Bench, name: str) -> bool:
    """Tell whether a flow has an activity of its own that draws on the processes making it."""
    return bench.in_bill(name) or name in bench.pools


def _allocated(exchange: Exchange, row: ProcessRow, part: Part) -> Exchange:
    """Return an exchange of a row as one output bears it: its share, or all of it where it belongs to it alone."""
    output = part.output
    id_ = exchange.id if output.direction == "product" else f"{exchange.id} for {output.flow}"
    if row.only_for or part.share == 1:
        return exchange._replace(id=id_)
    mass = None if exchange.mass_kg is None else exchange.mass_kg * part.share
    return exchange._replace(id=id_, amount=exchange.amount.times("allocation", part.share, part.place), mass_kg=mass)


def _feed(bench: Bench, output: ProcessRow, activity: str) -> None:
    """Let what a process makes draw on it: one unit per unit, or its share of that among several plants."""
    if not _draws(bench, output.flow):
        return
    consumer = bench.activities[output.flow]
    one = amount_like(output.amount, consumer.output, consumer.unit, output.place)
    if output.output_share is not None:
        one = one.times("output_share", output.output_share, output.places.get("output_share", output.place))
    mass = made_mass(output) or bench.unit_mass(output.flow)
    amount = bench.in_unit_of(one, output.amount.unit, mass, output.place)
    if amount is not None:
        exchange = Exchange(
            made_id(output), output.flow, output.process, "processing", amount, Kind.ACTIVITY, output.place,
            target=activity, facts={"sheet": "Processes"},
        )  # fmt: skip
        bench.exchanges.append(exchange)


def made_id(output: ProcessRow) -> str:
    """Return the id of the exchange by which a line or the product draws on the process that makes it."""
    return f"{output.place.address} made"


def _exchanges(bench: Bench, row: ProcessRow, activity: str) -> list[Exchange]:
    """Return the exchanges of one row, seen from one of the activities of its process."""
    exchange = Exchange(
        id=row.place.address,
        activity=activity,
        name=row.flow,
        role=row.direction,
        amount=row.amount,
        kind=Kind.GAP,
        place=row.amount.place,
        stage=row.stage,
        mass_kg=mass_kg(row.amount, None),
        facts={
            "sheet": "Processes",
            "process": row.process,
            "flow": row.flow,
            "fuel_use": row.fuel_use,
            "destination": row.destination,
            "country": _country(bench, row),
            **stated(row, "component", "situation"),
            **_heat_value(row),
        },
    )
    if row.direction == "input":
        return _left_out(bench, row, exchange) if row.cut_off else _input(bench, row, exchange)
    if row.direction == "emission":
        return _emission(bench, row, exchange)
    if row.direction in {"waste", "scrap"}:
        if units.convertible(row.amount.unit, "MJ") and not row.destination:
            return []  # energy that is lost: nothing of it is treated, it counts in the balance alone
        to = BURDEN_FREE if row.direction == "scrap" and not row.destination else row.destination
        return outflow(bench, exchange, to)
    if row.direction == "internal_return":
        flow = _returned(bench, row)
        _refuse_return(bench, row, flow)
        return _own(bench, row, exchange, flow, _taken_back(bench, row, flow))
    return []


def _heat_value(row: ProcessRow) -> dict[str, str | float | bool]:
    """Return the energy of one unit of a row that is none itself [MJ/``energy_unit``], nothing where none is stated."""
    if row.energy_content is None or units.convertible(row.amount.unit, "MJ"):
        return {}
    return {"energy_content": row.energy_content, "energy_unit": row.amount.unit}


def _country(bench: Bench, row: ProcessRow) -> str:
    """Return where a process runs: as the row says, else the row of what it makes, else the product."""
    stated = (made.country for made in (row, *bench.outputs[row.process].values()))
    return next(filter(None, stated), bench.bill.product.text("country"))


def _input(bench: Bench, row: ProcessRow, exchange: Exchange) -> list[Exchange]:
    parts = bench.electricity_of(row)
    if parts:
        return _electricity(bench, row, exchange)
    counted = _in_bom(bench, row)
    if counted is not None:
        place = row.places.get("flow", row.place)
        bench.fail("input-in-bom", place, line=counted.id, cell=counted.place.address)
        return []
    if row.flow in bench.activities or row.flow in bench.makers:
        return _own(bench, row, exchange, row.flow, own_activity(bench, row.flow))
    dataset = bench.linked.dataset(row.flow)
    if dataset is None:
        return [exchange]
    _check_fuel(bench, row, dataset.category)
    amount = bench.for_dataset(row.amount, dataset, None, row.places.get("unit", row.place))
    if amount is None:
        return []
    role = _role(amount, is_fuel=dataset.category in _FUELS)
    return [
        exchange._replace(amount=amount, kind=Kind.DATASET, dataset=dataset, role=role, name=dataset.name_en),
        *_outlet(bench, row, dataset, role, exchange),
    ]


def _left_out(bench: Bench, row: ProcessRow, exchange: Exchange) -> list[Exchange]:
    """Return an input that the user left out, on the dataset that estimates it, if there is one."""
    role = _role(row.amount, is_fuel=bool(row.fuel_use))
    left_out = exchange._replace(role=role, facts={**exchange.facts, "cut_off": True})
    dataset = bench.linked.dataset(row.cut_off)
    if dataset is None:
        return [left_out]
    amount = bench.for_dataset(row.amount, dataset, None, row.places.get("unit", row.place))
    if amount is None:
        return []
    role = _role(amount, is_fuel=bool(row.fuel_use) or dataset.category in _FUELS)
    return [left_out._replace(amount=amount, kind=Kind.DATASET, dataset=dataset, role=role)]


def _in_bom(bench: Bench, row: ProcessRow) -> BomLine | None:
    """Return the line of the BOM that an input counts a second time: a bought one, or a part of what is made here."""
    line = bench.lines.get(row.flow)
    if line is None:
        return None
    again = not bench.assembled(line) or (line.parent or bench.root) in bench.outputs[row.process]
    return line if again else None


def _role(amount: Amount, *, is_fuel: bool) -> str:
    """Return the role of an input: a fuel, other energy, anything else."""
    return "fuel" if is_fuel else "energy" if units.unit(amount.unit).dimension == "energy" else "input"


def _check_fuel(bench: Bench, row: ProcessRow, category: str) -> None:
    """Check that a fuel says whether it is burned and that its dataset fits: no combustion lost, none invented."""
    place = row.places.get("fuel_use", row.place)
    if category in _FUELS and not row.fuel_use:
        bench.fail("fuel-use-missing", place, fuel=row.flow)
    elif category == SUPPLIED and row.fuel_use == "burned":
        bench.fail("fuel-without-combustion", place, fuel=row.flow)
    elif category == BURNED and row.fuel_use == "feedstock":
        bench.fail("feedstock-with-combustion", place, fuel=row.flow)


def _outlet(bench: Bench, row: ProcessRow, dataset: Dataset, role: str, exchange: Exchange) -> list[Exchange]:
    """Return the treatment of an auxiliary: a bought substance other than fuel or water must say where it goes."""
    substance = units.unit(row.amount.unit).dimension in _SUBSTANCES and dataset.category not in WITHOUT_OUTLET
    if role != "input" or not substance or row.destination in {"product", "evaporated", "recovered"}:
        return []
    if not row.destination:
        bench.fail("auxiliary-outlet", row.place, flow=row.flow)
        return []
    place = row.places.get("destination", row.place)
    return outflow(bench, exchange._replace(id=f"{exchange.id} outlet", place=place), row.destination)


def _electricity(bench: Bench, row: ProcessRow, exchange: Exchange) -> list[Exchange]:
    """Return one exchange per part of the supply."""
    found = []
    parts = bench.electricity_of(row)
    alone = sum(float(part.share) > 0 for part in parts) == 1
    for number, part in enumerate(parts, start=1):
        amount = row.amount if part.share == 1 else row.amount.times("supply_share", part.share, part.place)
        converted = bench.for_dataset(amount, part.dataset, None, row.places.get("unit", row.place))
        if converted is not None:
            facts = {**exchange.facts, "electricity": True, "in_grid": part.location is None}
            is_whole = alone and float(part.share) > 0
            id_ = exchange.id if is_whole else f"{exchange.id} part {number}"
            found.append(
                exchange._replace(
                    id=id_,
                    base="" if is_whole else exchange.id,
                    amount=converted,
                    kind=Kind.DATASET,
                    dataset=part.dataset,
                    location=part.location,
                    role="energy",
                    facts=facts,
                )
            )
    return found


def _own(bench: Bench, row: ProcessRow, exchange: Exchange, flow: str, target: str) -> list[Exchange]:
    """Return the exchange with another activity of the bill, which makes ``flow``."""
    made = bench.activities.get(target)
    unit = made.unit if made else bench.outputs[bench.makers[flow][0]][flow].amount.unit
    amount = bench.in_unit_of(row.amount, unit, bench.unit_mass(flow), row.places.get("unit", row.place))
    return [] if amount is None else [exchange._replace(amount=amount, kind=Kind.ACTIVITY, target=target)]


def own_activity(bench: Bench, flow: str) -> str:
    """Return the activity that a flow of the bill comes from."""
    if flow in bench.activities or flow not in bench.makers:
        return flow
    process = bench.makers[flow][0]
    return activity_id(bench, process, bench.outputs[process][flow])


def _emission(bench: Bench, row: ProcessRow, exchange: Exchange) -> list[Exchange]:
    place = row.places.get("flow", row.place)
    gas = gas_of(row.flow)
    if gas is None:
        bench.fail("gas-unknown", place, near=_near_gas(row.flow), gas=row.flow)
        return []
    if not units.convertible(row.amount.unit, "kg"):
        bench.fail("unit-mismatch", row.places.get("unit", row.place), unit=row.amount.unit, wanted="kg")
        return []
    return [exchange._replace(amount=row.amount.to("kg"), kind=Kind.GAS, target=gas.id, name=gas.name_en)]


def gas_of(written: str) -> gwp.Gas | None:
    """Return the gas that ``written`` names by id or name."""
    wanted = written.strip().casefold()
    found = (g for g in gwp.gases().values() if wanted in {g.id, g.name_en.casefold(), g.name_zh})
    return next(found, None)


def _near_gas(written: str) -> tuple[str, ...]:
    try:
        return (gwp.gas(written.strip().casefold()).id,)
    except gwp.GwpError as exc:
        return exc.near


def _refuse_return(bench: Bench, row: ProcessRow, flow: str) -> None:
    """Refuse to take back all that is made: shared with co-products, the loop itself would not gain."""
    made = bench.outputs[row.process][flow].amount
    if units.convertible(row.amount.unit, made.unit) and float(row.amount.to(made.unit).value) >= float(made.value):
        raise CalculationError(problem("loop-gain", row.amount.place, culprits=flow))


def _returned(bench: Bench, row: ProcessRow) -> str:
    """Return what an internal return takes back: the output it names, else the product; each output bears its share.

    What is made again takes all that the first took, so the return draws on the product itself.
    """
    made = bench.outputs[row.process]
    return row.flow if row.flow in made else next(f for f, r in made.items() if r.direction == "product")


def _taken_back(bench: Bench, row: ProcessRow, flow: str) -> str:
    """Return the activity that a return draws on: among several plants, the one that takes it back."""
    pooled = flow in bench.pools and not bench.in_bill(flow)
    return activity_id(bench, row.process, bench.outputs[row.process][flow]) if pooled else own_activity(bench, flow)
