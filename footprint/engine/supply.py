"""How often each activity runs: (I - M) s = d, solved loop by loop in plain floats, in stated order.

M[i, j] is what one run of j consumes of i per output of i. Without loops this is one pass in topological order. A loop
(rework, internal recycling) is a strongly connected component, solved by elimination without pivoting: all amounts of
the bill are positive, so I - M is a Z-matrix, and it has a meaningful solution exactly when every pivot is positive.
No BLAS and no libm: same input, same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from math import fsum

from footprint.errors import CalculationError, problem
from footprint.provenance import Place

Consumption = Mapping[str, Mapping[str, float]]
"""activity -> consumed activity -> amount per run of the former, in outputs of the latter [-]."""
Add = Callable[[Iterable[float]], float]


def supply(
    consumption: Consumption, demand: Mapping[str, float], file: str = "", add: Add = fsum
) -> dict[str, float]:
    """Return the runs of every activity for ``demand`` (activity -> runs); `CalculationError` when a loop gains.

    ``add``: how numbers are summed; `model.dependent.total` where they are to remember how they came about.
    """
    consumers = _consumers(consumption)
    runs: dict[str, float] = {}
    for group in groups(consumption):
        outside = {
            a: add([demand.get(a, 0.0), *(runs[c] * x for c, x in consumers.get(a, ()) if c not in group)])
            for a in group
        }
        if len(group) == 1 and group[0] not in consumption.get(group[0], {}):
            runs[group[0]] = outside[group[0]]
        else:
            runs.update(_loop(group, consumption, outside, file, add))
    return runs


def _consumers(consumption: Consumption) -> dict[str, list[tuple[str, float]]]:
    consumers: dict[str, list[tuple[str, float]]] = {}
    for consumer, consumed in consumption.items():
        for activity, amount in consumed.items():
            consumers.setdefault(activity, []).append((consumer, amount))
    return consumers


def groups(consumption: Consumption) -> list[tuple[str, ...]]:
    """Return the activities consumers first; activities of one loop stand together."""
    sorter = TopologicalSorter({a: [] for a in consumption})
    for consumer, consumed in consumption.items():
        for activity in consumed:
            if activity != consumer:
                sorter.add(activity, consumer)
    try:
        return [(activity,) for activity in sorter.static_order()]
    except CycleError:
        return _condensed(consumption)


def _condensed(consumption: Consumption) -> list[tuple[str, ...]]:
    import networkx as nx

    graph = nx.DiGraph((c, a) for c, consumed in consumption.items() for a in consumed)
    graph.add_nodes_from(consumption)
    position = {a: i for i, a in enumerate(consumption)}
    condensed = nx.condensation(graph)
    members = [tuple(sorted(condensed.nodes[n]["members"], key=position.__getitem__)) for n in condensed]
    first = {n: min(position[a] for a in group) for n, group in enumerate(members)}
    return [members[n] for n in nx.lexicographical_topological_sort(condensed, key=first.__getitem__)]


def _loop(
    group: Sequence[str], consumption: Consumption, outside: Mapping[str, float], file: str, add: Add
) -> dict[str, float]:
    """Return the runs of the activities of one loop; every pivot must be positive, or the loop gains."""
    n = len(group)
    rows = [
        [(1.0 if i == j else 0.0) - consumption.get(b, {}).get(a, 0.0) for j, b in enumerate(group)] + [outside[a]]
        for i, a in enumerate(group)
    ]
    for k in range(n):
        if not float(rows[k][k]) > 1e-12:
            raise CalculationError(problem("loop-gain", Place(file), culprits=", ".join(group)))
        for i in range(k + 1, n):
            ratio = rows[i][k] / rows[k][k]
            if ratio:
                rows[i] = [x - ratio * y for x, y in zip(rows[i], rows[k], strict=True)]
    runs = [0.0] * n
    for k in reversed(range(n)):
        runs[k] = (rows[k][n] - add(rows[k][j] * runs[j] for j in range(k + 1, n))) / rows[k][k]
    return dict(zip(group, runs, strict=True))
