"""Components from above: a line that names none is part of what its assembly, or what its process makes, is part of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from footprint.model.graph import Exchange, Kind
from footprint.supply.bench import Bench
from footprint.supply.processes import activity_id

_SHEETS = frozenset({"BOM", "Processes"})


def with_components(bench: Bench) -> list[Exchange]:
    """Return the exchanges of ``bench``, those of the bill and of processes with the component they are part of."""
    stated = {line.id: line.component for line in bench.bill.bom if line.component}
    for process, outputs in bench.outputs.items():
        stated |= {activity_id(bench, process, row): row.component for row in outputs.values() if row.component}
    if not stated:
        return bench.exchanges
    components = _components(stated, bench.exchanges)
    return [_named(exchange, components.get(exchange.activity, "")) for exchange in bench.exchanges]


def _components(stated: Mapping[str, str], exchanges: Iterable[Exchange]) -> dict[str, str]:
    """Return the component of each activity: as stated, else the one that all who need it are part of."""
    needs: dict[str, set[str]] = {}
    needed_by: dict[str, set[str]] = {}
    for exchange in exchanges:
        if exchange.kind is Kind.ACTIVITY and exchange.target != exchange.activity:
            needs.setdefault(exchange.activity, set()).add(exchange.target)
            needed_by.setdefault(exchange.target, set()).add(exchange.activity)
    found, open_ = dict(stated), list(stated)
    while open_:
        for target in sorted(needs.get(open_.pop(), set()) - found.keys()):
            parts = {found.get(user, "") for user in needed_by[target]}
            if len(parts) == 1:
                found[target] = parts.pop()
                open_.append(target)
    return found


def _named(exchange: Exchange, component: str) -> Exchange:
    facts = exchange.facts
    if not component or "component" in facts or facts.get("sheet") not in _SHEETS:
        return exchange
    return exchange._replace(facts={**facts, "component": component})
