"""The supply chain inside a declaration: its loops, and what one unit of each activity carries."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Entry = Mapping[str, Any]
LARGEST_LOOP = 48
"""Activities of one loop that are solved here; a larger one is left open (NaN), and said to be."""


class Chain(NamedTuple):
    """Activities, the flows between them and the postings on them.

    ``components``: activities in loops together, each after those it needs; ``intensity``: what one run of an activity
    carries with everything beneath it [kg CO2e/run], NaN when it could not be solved.
    """

    names: Mapping[str, str]
    flows: tuple[Entry, ...]
    components: tuple[tuple[str, ...], ...]
    intensity: Mapping[str, float]

    def carried(self, flow: Entry, supply: Mapping[str, float]) -> float:
        """Return what ``flow`` hands to its parent [kg CO2e per declared unit]."""
        return supply[flow["parent"]] * per_run(flow) * self.intensity[flow["child"]]

    def loop_of(self, activity: str) -> tuple[str, ...]:
        """Return the activities in a loop with ``activity``, () when it is in none."""
        component = next((c for c in self.components if activity in c), ())
        looped = len(component) > 1 or any(f["parent"] == f["child"] == activity for f in self.flows)
        return component if looped else ()


def per_run(flow: Entry) -> float:
    """Return coefficient x amount of a flow or a posting [unit per run of its parent]."""
    return float(flow["coefficient"] * flow["amount"])


def chain_of(document: Entry) -> Chain:
    """Return the supply chain of ``document``."""
    activities = [a["id"] for a in document["activities"]]
    flows = tuple(document["flows"])
    needs: dict[str, list[str]] = {a: [] for a in activities}
    for flow in flows:
        needs[flow["parent"]].append(flow["child"])
    components = tuple(strong_components(needs))
    direct = _direct(document["ledger"], activities)
    names = {a["id"]: a["name"] for a in document["activities"]}
    return Chain(names, flows, components, _intensities(components, flows, direct))


def strong_components(needs: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Yield the strongly connected components of a graph, each after those it leads to (Tarjan, without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    closed: set[str] = set()
    for root in needs:
        work = [] if root in order else [(root, iter(needs[root]))]
        while work:
            node, children = work[-1]
            if node not in order:
                order[node] = low[node] = len(order)
                open_nodes.append(node)
            child = next((c for c in children if _visit(c, node, order, low, closed)), None)
            if child is not None:
                work.append((child, iter(needs[child])))
                continue
            work.pop()
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
            if low[node] == order[node]:
                yield _close(node, open_nodes, closed)


def _visit(child: str, node: str, order: dict[str, int], low: dict[str, int], closed: set[str]) -> bool:
    """Return whether ``child`` is new; note the way back when it is still open."""
    if child not in order:
        return True
    if child not in closed:
        low[node] = min(low[node], order[child])
    return False


def _close(node: str, open_nodes: list[str], closed: set[str]) -> tuple[str, ...]:
    component = [open_nodes.pop()]
    while component[-1] != node:
        component.append(open_nodes.pop())
    closed.update(component)
    return tuple(reversed(component))


def inverse(matrix: Sequence[Sequence[float]]) -> list[list[float]] | None:
    """Return the inverse of a small square ``matrix`` (Gauss-Jordan with pivoting), None when it has none."""
    size = len(matrix)
    work = [[*map(float, row), *(float(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda r: abs(work[r][column]))
        if abs(work[pivot][column]) < 1e-14:
            return None
        work[column], work[pivot] = work[pivot], work[column]
        lead = work[column][column]
        work[column] = [v / lead for v in work[column]]
        for row in range(size):
            share = work[row][column]
            if row != column and share:
                work[row] = [a - share * b for a, b in zip(work[row], work[column], strict=True)]
    return [row[size:] for row in work]


def loop_response(component: Sequence[str], flows: Sequence[Entry]) -> list[list[float]] | None:
    """Return what each activity of a loop runs per unit asked of each from outside, (I - A)^-1; None if unsolvable."""
    if len(component) > LARGEST_LOOP:
        return None
    at = {a: i for i, a in enumerate(component)}
    matrix = [[float(i == j) for j in range(len(at))] for i in range(len(at))]
    for flow in flows:
        if flow["parent"] in at and flow["child"] in at:
            matrix[at[flow["child"]]][at[flow["parent"]]] -= per_run(flow)
    return inverse(matrix)


def _direct(ledger: Sequence[Entry], activities: Sequence[str]) -> dict[str, float]:
    sums: dict[str, list[float]] = {a: [] for a in activities}
    for entry in ledger:
        supply = entry["supply"]
        sums[entry["activity"]].append(entry["value"] / supply if supply else per_run(entry) * entry["factor"])
    return {a: math.fsum(values) for a, values in sums.items()}


def _intensities(
    components: Sequence[Sequence[str]], flows: Sequence[Entry], direct: Mapping[str, float]
) -> dict[str, float]:
    below: dict[str, list[Entry]] = {a: [] for a in direct}
    for flow in flows:
        below[flow["parent"]].append(flow)
    known: dict[str, float] = {}
    for component in components:
        inside = set(component)
        own = [
            direct[a] + math.fsum(per_run(f) * known[f["child"]] for f in below[a] if f["child"] not in inside)
            for a in component
        ]
        within = [f for a in component for f in below[a] if f["child"] in inside]
        known.update(zip(component, _solved(component, within, own), strict=True))
    return known


def _solved(component: Sequence[str], within: Sequence[Entry], own: Sequence[float]) -> list[float]:
    """Return x of x = own + A' x over one component."""
    if not within:
        return list(own)
    response = loop_response(component, within)
    if response is None:
        return [math.nan] * len(own)
    return [math.fsum(response[j][i] * own[j] for j in range(len(own))) for i in range(len(own))]
