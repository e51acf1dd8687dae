"""Post every crossing line: supply(parent) x coefficient x amount(line) x factor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum

from footprint import gwp
from footprint.engine.supply import Add, supply
from footprint.errors import CalculationError, problem
from footprint.model.amounts import Quantity
from footprint.model.background import Dataset, GhgClass, Impact, Intensity, Key
from footprint.model.dependent import total
from footprint.model.graph import APART, CUT_OFF, Activity, Exchange, Kind, Ruled, SupplyGraph
from footprint.model.ledger import Ledger, Posting

HEADLINES = {
    "0/0": frozenset(
        {
            "fossil",
            "aircraft",
            "biogenic_non_co2",
            "land_use_change",
            "land_management_emission",
            "land_management_removal",
            "technological_removal",
            "unsplit",
        }
    ),
}
HEADLINES["-1/+1"] = HEADLINES["0/0"] | {"biogenic_release", "biogenic_uptake"}

_BIOGENIC_TOLERANCE = 1e-6
NONE: frozenset[str] = frozenset()

Intensities = Callable[[Dataset], Intensity]


def solve(ruled: Ruled, intensity: Intensities, items: float, gwp_set: str, headline: str) -> Ledger:
    """Return the ledger of one declared unit, which takes ``items`` product items [item]."""
    graph = ruled.graph
    demand = {graph.root: float(items / graph.activities[graph.root].output)}
    runs = supply(consumption(graph.activities, ruled.exchanges), demand, graph.linked.bill.file)
    known: dict[str, Intensity] = {}

    def lookup(dataset: Dataset) -> Intensity:
        if dataset.key not in known:
            known[dataset.key] = intensity(dataset)
        return known[dataset.key]

    lines = [line for line in ruled.exchanges if line.crossing]
    beside = {rule: [e.exchange for e in ruled.excluded if e.rule == rule] for rule in (CUT_OFF, APART)}
    _refuse_unlisted_gases([*lines, *beside[APART]], gwp_set)
    postings = tuple(_posting(line, runs[line.activity], lookup, gwp_set, ruled.closed) for line in ruled.posted)
    _refuse_unmatched_release(postings)
    unfilled = tuple(Posting(line, runs[line.activity], {}) for line in lines if line.kind is Kind.GAP)
    left_out, apart = (
        tuple(_beside(line, runs[line.activity], lookup, gwp_set, closed) for line in beside[rule])
        for rule, closed in ((CUT_OFF, NONE), (APART, ruled.closed))
    )
    return Ledger(postings, unfilled, runs, HEADLINES[headline], gwp_set, left_out, apart)


def _beside(line: Exchange, runs: float, lookup: Intensities, gwp_set: str, closed: frozenset[str]) -> Posting:
    """Return what a line beside the result would have posted; nothing is known of one that leads to a gap."""
    return Posting(line, runs, {}) if line.kind is Kind.GAP else _posting(line, runs, lookup, gwp_set, closed)


def _refuse_unlisted_gases(lines: Sequence[Exchange], gwp_set: str) -> None:
    """Raise for every gas that the GWP set of the rules does not list: no factor is not a factor of zero."""
    gases = [line for line in lines if line.kind is Kind.GAS]
    open_ = [line for line in gases if gwp_set not in gwp.gas(line.target).factors]
    if open_:
        raise CalculationError(*(problem("gas-unlisted", e.place, gas=e.target, set=gwp_set) for e in open_))


def _refuse_unmatched_release(postings: tuple[Posting, ...]) -> None:
    """Raise when the plant releases more biogenic CO2 than was taken up: a biomass needs both halves of its cycle."""
    own = [p for p in postings if p.exchange.kind is Kind.GAS and p.exchange.target == "co2-biogenic"]
    if not own:
        return
    sums = {GhgClass.BIOGENIC_RELEASE: 0.0, GhgClass.BIOGENIC_UPTAKE: 0.0}
    for ghg in sums:
        sums[ghg] = fsum(v for p in postings for k, v in p.impact.items() if k.ghg == ghg)
    released, taken_up = sums[GhgClass.BIOGENIC_RELEASE], -sums[GhgClass.BIOGENIC_UPTAKE]
    if released > taken_up * (1 + _BIOGENIC_TOLERANCE):
        raise CalculationError(*(problem("biogenic-without-uptake", p.exchange.place) for p in own))


def consumption(
    activities: Mapping[str, Activity], exchanges: Iterable[Exchange], add: Add = fsum
) -> dict[str, dict[str, float]]:
    """Return what one run of each activity consumes of the others, in their outputs [-]."""
    amounts: dict[str, dict[str, list[float]]] = {a: {} for a in activities}
    for line in exchanges:
        if line.kind is Kind.ACTIVITY:
            share = line.coefficient * line.amount.value / activities[line.target].output
            amounts[line.activity].setdefault(line.target, []).append(share)
    return {a: {b: add(values) for b, values in consumed.items()} for a, consumed in amounts.items()}


def drawn(graph: SupplyGraph) -> dict[str, float]:
    """Return what one product item takes of each supply of electricity [kWh]."""
    demand = {graph.root: 1 / graph.activities[graph.root].output}
    bill = graph.linked.bill
    runs = supply(consumption(graph.activities, graph.exchanges, total), demand, bill.file, total)
    named = {row.amount.place: row.supply for row in bill.processes if row.supply}
    taken: dict[str, list[float]] = {}
    for line in graph.exchanges:
        if line.facts.get("electricity") and not line.facts.get("in_grid") and line.place in named:
            taken.setdefault(named[line.place], []).append(runs[line.activity] * line.amount.to("kWh").value)
    return {id_: total(parts) for id_, parts in taken.items()}


def _posting(line: Exchange, runs: float, lookup: Intensities, gwp_set: str, closed: frozenset[str]) -> Posting:
    if line.kind is Kind.GAS:
        return Posting(line, runs, gas_impact(line, gwp_set))
    assert line.dataset is not None  # noqa: S101 - a crossing line is a gap, a gas or a dataset
    found = lookup(line.dataset)
    quantity = runs * line.coefficient * line.amount.value
    database = line.dataset.key.removesuffix(line.dataset.code)
    gaps = {database + code: quantity * amount for code, amount in found.gaps.items()}
    gaps = {key: amount for key, amount in gaps.items() if key not in closed}
    return Posting(line, runs, found.impact, gaps, _by_location(line, lookup))


def _by_location(line: Exchange, lookup: Intensities) -> Impact | None:
    """Return the factor of bought electricity by location; nothing for delivery, which the grid's factor contains."""
    if line.facts.get("in_grid"):
        return {}
    if line.location is None or line.dataset is None or line.location == line.dataset:
        return None
    there, size = lookup(line.location).impact, Quantity(1, line.dataset.unit).to(line.location.unit).value
    return there if size == 1 else {key: size * value for key, value in there.items()}


def gas_impact(line: Exchange, gwp_set: str) -> Impact:
    """Return the characterisation factor of an elementary flow [kg CO2e/kg], by key."""
    gas = gwp.gas(line.target)
    return {Key(gas.ghg, gwp_set, gas.status): gas.factor(gwp_set)}
