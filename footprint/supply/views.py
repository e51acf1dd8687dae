"""The supply-chain graph as networkx knows it, for analysis in notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footprint.model.graph import SupplyGraph

if TYPE_CHECKING:
    import networkx as nx


def networkx_graph(graph: SupplyGraph) -> nx.MultiDiGraph[str]:
    """Return activities, datasets, gases and gaps as nodes and every exchange as an edge from consumer to consumed.

    Edges carry ``amount`` [``unit`` per run of the consumer], ``name``, ``role`` and ``cell``.
    """
    import networkx as nx

    view: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for activity in graph.activities.values():
        view.add_node(activity.id, name=activity.name, kind="activity", output=activity.output, unit=activity.unit)
    for line in graph.exchanges:
        target = line.dataset.key if line.dataset else line.target or line.id
        if target not in view:
            view.add_node(target, name=line.name, kind=line.kind.value)
        cell = line.amount.place.address
        view.add_edge(
            line.activity,
            target,
            amount=line.amount.value,
            unit=line.amount.unit,
            name=line.name,
            role=line.role,
            cell=cell,
        )
    return view
