"""Build the supply-chain graph of a linked bill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from footprint.errors import WorkbookError
from footprint.model.allocation import Decide, as_stated
from footprint.model.graph import Exchange, Kind, SupplyGraph, kind_of
from footprint.model.linked import Linked
from footprint.supply.balance import balance
from footprint.supply.bench import Bench
from footprint.supply.bom import add_bom
from footprint.supply.carried import uncarried
from footprint.supply.components import with_components
from footprint.supply.ends import add_end_of_life, add_use
from footprint.supply.flows import balances
from footprint.supply.plants import add_plants
from footprint.supply.processes import activity_id, add_processes
from footprint.supply.transport import add_transport


def build(linked: Linked, mass_tolerance: float, decide: Decide = as_stated) -> SupplyGraph:
    """Return activities and exchanges of ``linked``; `WorkbookError` with all that does not fit together.

    ``mass_tolerance``: by how much the lines may miss the stated mass of the product [-]. ``decide``: how co-products
    share.
    """
    bench = Bench(linked, decide)
    add_bom(bench)
    add_plants(bench)
    add_processes(bench)
    add_transport(bench)
    add_use(bench)
    add_end_of_life(bench, mass_tolerance)
    closed = balance(bench, mass_tolerance)
    _refuse_orphans(bench)
    if bench.problems:
        raise WorkbookError(*bench.problems)
    _refuse_twins(bench.exchanges)
    exchanges = tuple(_located(_without_numbers(e), linked) for e in with_components(bench))
    notices = {(n.code, n.place): n for n in (*linked.notices, *bench.notices)}
    return SupplyGraph(
        linked, bench.delivered, bench.activities, exchanges, closed, tuple(notices.values()), tuple(bench.allocated),
        uncarried(bench), tuple(balances(bench)),
    )  # fmt: skip


def _refuse_twins(exchanges: Iterable[Exchange]) -> None:
    """Raise ValueError for two exchanges under one id: one of them would be posted for the other."""
    twins = [id_ for id_, count in Counter(e.id for e in exchanges).items() if count > 1]
    if twins:
        raise ValueError(f"exchanges share an id: {', '.join(twins[:5])}")


def _without_numbers(exchange: Exchange) -> Exchange:
    """Return a line on a dataset nobody has numbers for as the gap it is."""
    is_gap = exchange.kind is Kind.DATASET and kind_of(exchange.dataset) is Kind.GAP
    return exchange._replace(kind=Kind.GAP) if is_gap else exchange


def _located(exchange: Exchange, linked: Linked) -> Exchange:
    """Return a line of electricity that a supplier's factor stands for with the grid it would be by location."""
    grid = linked.located.get(exchange.place) if exchange.kind is Kind.DATASET else None
    return exchange if grid is None else exchange._replace(location=grid)


def _refuse_orphans(bench: Bench) -> None:
    """Refuse a process that makes nothing anybody needs: it would drop out of the result without a word."""
    fed: dict[str, list[str]] = {}
    for exchange in bench.exchanges:
        if exchange.kind is Kind.ACTIVITY:
            fed.setdefault(exchange.activity, []).append(exchange.target)
    reached, open_ = {bench.delivered}, [bench.delivered]
    while open_:
        for target in fed.get(open_.pop(), ()):
            if target not in reached:
                reached.add(target)
                open_.append(target)
    near = tuple(sorted({bench.root, *bench.lines}))[:3]
    for process, outputs in bench.outputs.items():
        made = list(outputs.values())
        mine = {activity_id(bench, process, row) for row in made}
        if made and not mine & reached:
            bench.fail("process-orphan", made[0].place, near=near, process=process, flow=made[0].flow)
