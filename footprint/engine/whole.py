"""Bill and background of one product as one system: what the reference solves and the ledger must match."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import NamedTuple

from footprint.engine import reference
from footprint.engine.ledger import gas_impact
from footprint.errors import CalculationError, problem
from footprint.model.background import Key
from footprint.model.graph import Exchange, Kind, Ruled
from footprint.model.ledger import Ledger
from footprint.model.system import System
from footprint.provenance import Place

AGREEMENT = 1e-9


class Agreement(NamedTuple):
    """How far ledger and reference are apart, of the sum of absolute postings [-], and the reference's total."""

    difference: float
    total: float
    activities: int


def compare(ruled: Ruled, ledger: Ledger, demand: float, background: Mapping[str, System]) -> Agreement:
    """Solve the whole system through Brightway and compare every key; `CalculationError` beyond 1e-9.

    ``demand``: runs of the root per declared unit; ``background``: system by database (``id@version``).
    """
    system = whole(ruled, background, ledger.gwp_set)
    root = ruled.graph.root
    found = reference.solve(system, {f"bill:{root}": demand * ruled.graph.activities[root].output})
    posted = _posted(ledger)
    scale = fsum(abs(v) for p in ledger.postings for v in p.impact.values()) or 1.0
    worst = max((abs(found.impact.get(k, 0.0) - v) for k, v in posted.items()), default=0.0)
    spurious = max((abs(v) for k, v in found.impact.items() if k not in posted), default=0.0)
    difference = max(worst, spurious) / scale
    if not difference <= AGREEMENT:
        raise CalculationError(
            problem("reference-disagrees", Place(ruled.graph.linked.bill.file), difference=f"{difference:.1e}")
        )
    total = fsum(v for k, v in found.impact.items() if k.ghg in ledger.headline)
    return Agreement(difference, total, len(system.codes))


def _posted(ledger: Ledger) -> dict[Key, float]:
    sums: dict[Key, list[float]] = {}
    for posting in ledger.postings:
        for key, value in posting.impact.items():
            sums.setdefault(key, []).append(value)
    return {key: fsum(values) for key, values in sums.items()}


def whole(ruled: Ruled, background: Mapping[str, System], gwp_set: str) -> System:
    """Return bill and background as one system; codes are ``bill:activity`` and dataset keys."""
    names = [f"bill:{a}" for a in ruled.graph.activities]
    outputs = [a.output for a in ruled.graph.activities.values()]
    technosphere: list[tuple[int, int, float]] = []
    emissions: list[tuple[int, Key, float]] = []
    gaps: list[tuple[int, str, float]] = []
    for database, system in background.items():
        first = len(names)
        names += [f"{database}:{code}" for code in system.codes]
        outputs += system.outputs
        technosphere += [(a + first, b + first, x) for a, b, x in system.technosphere]
        emissions += [(a + first, key, x) for a, key, x in system.emissions]
        gaps += [(a + first, f"{database}:{gap}", x) for a, gap, x in system.gaps]
    numbers = {name: i for i, name in enumerate(names)}
    for line in ruled.exchanges:
        activity, amount = numbers[f"bill:{line.activity}"], line.coefficient * line.amount.value
        if line.kind is Kind.GAS:
            emissions += [(activity, key, amount * x) for key, x in gas_impact(line, gwp_set).items()]
        elif line.kind is Kind.GAP:
            gaps.append((activity, f"bill:{line.id}", amount))
        else:
            technosphere.append((activity, numbers[_code(line)], amount))
    return System(tuple(names), tuple(outputs), tuple(technosphere), tuple(emissions), tuple(gaps))


def _code(line: Exchange) -> str:
    return f"bill:{line.target}" if line.kind is Kind.ACTIVITY else line.dataset.key if line.dataset else ""
