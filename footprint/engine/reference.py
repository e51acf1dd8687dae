"""The reference: a whole system through Brightway's own ``bw2calc``, from float64 arrays in memory.

No project, no database on disk, no machine-wide state. ``add_persistent_vector`` keeps float64 (``add_entries`` would
store float32), and every burden gets its own elementary flow, so that the split is read from one inventory.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

from footprint.engine.compile import intensities
from footprint.errors import CalculationError, problem
from footprint.model.background import Key
from footprint.model.system import System
from footprint.provenance import Place


class Result(NamedTuple):
    """What ``bw2calc`` answers: impact by key [kg CO2e], gaps by code, supply (runs) by activity code."""

    impact: dict[Key, float]
    gaps: dict[str, float]
    supply: dict[str, float]


def solve(system: System, demand: Mapping[str, float]) -> Result:
    """Return the burdens of ``demand`` (code -> amount of its product) through ``bw2calc.LCA``."""
    import numpy as np

    intensities(system)  # refuses what bw2calc would let through: NaN, gaining loops, singular systems
    burdens: list[tuple[int, Hashable, float]] = [*system.emissions, *system.gaps]
    flows = sorted({burden for _, burden, _ in burdens}, key=repr)
    first = len(system.codes) + 1
    number = {flow: first + i for i, flow in enumerate(flows)}
    lca = _lca(system, burdens, number, demand)
    inventory = lca.inventory @ np.ones(lca.inventory.shape[1])
    totals = {flow: float(inventory[lca.dicts.biosphere[number[flow]]]) for flow in flows}
    supply = {code: float(lca.supply_array[lca.dicts.activity[i + 1]]) for i, code in enumerate(system.codes)}
    return Result(
        {flow: value for flow, value in totals.items() if isinstance(flow, Key)},
        {flow: value for flow, value in totals.items() if isinstance(flow, str)},
        supply,
    )


def score(system: System, demand: Mapping[str, float]) -> dict[Key, float]:
    """Return the impact of ``demand`` by key [kg CO2e]."""
    return solve(system, demand).impact


def _lca(system: System, burdens: list[Any], number: Mapping[Hashable, int], demand: Mapping[str, float]) -> Any:
    """Return the solved ``bw2calc.LCA`` of ``demand``."""
    import bw2calc
    import numpy as np

    if not number:
        raise CalculationError(problem("system-without-burdens", Place("system")))
    codes = {code: i + 1 for i, code in enumerate(system.codes)}
    outputs = [(i + 1, i + 1, abs(value), value < 0) for i, value in enumerate(system.outputs)]
    inputs = [(product + 1, activity + 1, amount, True) for activity, product, amount in system.technosphere]
    flows = [(number[burden], activity + 1, amount, False) for activity, burden, amount in burdens]
    characterised = [(flow, 0, 1.0, False) for flow in number.values()]
    package = _package({"technosphere_matrix": [*outputs, *inputs], "biosphere_matrix": flows}, np)
    method = _package({"characterization_matrix": characterised}, np)
    lca = bw2calc.LCA({codes[code]: amount for code, amount in demand.items()}, data_objs=[package, method])
    lca.lci()
    lca.lcia()
    return lca


def _package(matrices: Mapping[str, list[tuple[int, int, float, bool]]], np: Any) -> Any:
    """Return an in-memory datapackage of (row, column, amount, flip) entries by matrix."""
    import bw_processing

    package = bw_processing.create_datapackage(sum_intra_duplicates=True)
    for matrix, entries in matrices.items():
        package.add_persistent_vector(
            matrix=matrix,
            name=matrix,
            indices_array=np.array([entry[:2] for entry in entries], dtype=bw_processing.INDICES_DTYPE),
            data_array=np.array([entry[2] for entry in entries], dtype=np.float64),
            flip_array=np.array([entry[3] for entry in entries], dtype=bool),
        )
    return package
