"""bw2calc's own iteration, in its own process: numbers drawn anew, solved and scored; what it took and found, as JSON.

Run by ``resampled.py``; needs bw2calc, nothing of this project.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Any


def package(arrays: Any, matrix: str, seed: int) -> Any:
    """Return the entries of a matrix with their distributions; ``seed``: each matrix has a stream of its own."""
    import bw_processing as bwp
    import numpy as np

    made = bwp.create_datapackage(sum_intra_duplicates=True, seed=seed)
    cells = zip(arrays[f"{matrix} row"], arrays[f"{matrix} col"], strict=True)
    indices = np.array(list(cells), dtype=bwp.INDICES_DTYPE)
    scatter = np.zeros(len(indices), dtype=bwp.UNCERTAINTY_DTYPE)
    for name in ("uncertainty_type", "loc", "scale", "minimum", "maximum", "negative"):
        scatter[name] = arrays[f"{matrix} {name}"]
    scatter["shape"] = np.nan
    made.add_persistent_vector(
        matrix=f"{matrix}_matrix", name=matrix, indices_array=indices, data_array=arrays[f"{matrix} value"],
        flip_array=arrays[f"{matrix} flip"], distributions_array=scatter,
    )  # fmt: skip
    return made


def method(flow: int) -> Any:
    """Return the characterisation of the one flow: 1."""
    import bw_processing as bwp
    import numpy as np

    made = bwp.create_datapackage()
    made.add_persistent_vector(matrix="characterization_matrix", name="gwp", data_array=np.ones(1),
                               indices_array=np.array([(flow, 0)], dtype=bwp.INDICES_DTYPE))  # fmt: skip
    return made


def drawn(npz: str, how: str, seconds: float, most: int, seed: int, demands: list[int]) -> dict[str, Any]:
    """Return the scores of ``demands``, one list each, and how long an iteration for the first of them took [s]."""
    import bw2calc
    import numpy as np

    arrays = np.load(npz)
    packages = [package(arrays, "technosphere", 1000 + seed), package(arrays, "biosphere", 2000 + seed)]
    flow = int(arrays["biosphere row"][0])
    lca = getattr(bw2calc, how)({demands[0]: 1}, data_objs=[*packages, method(flow)], use_distributions=True)
    lca.lci()
    lca.lcia()
    scores: list[list[float]] = [[] for _ in demands]
    times: list[float] = []
    started = time.perf_counter()
    while len(times) < most and time.perf_counter() - started < seconds:
        before = time.perf_counter()
        next(lca)
        times.append(time.perf_counter() - before)
        scores[0].append(float(lca.score))
        for at, demand in list(enumerate(demands))[1:]:
            lca.lci({demand: 1})
            lca.lcia()
            scores[at].append(float(lca.score))
        if len(demands) > 1:
            lca.build_demand_array({demands[0]: 1})
    solver = "pypardiso" if bw2calc.PYPARDISO else "UMFPACK" if bw2calc.UMFPACK else "SuperLU"
    return {"version": bw2calc.__version__, "solver": solver, "scores": scores, "seconds": sum(times) / len(times)}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    npz, how, seconds, most, seed, *demands = sys.argv[1:]
    print(json.dumps(drawn(npz, how, float(seconds), int(most), int(seed), [int(each) for each in demands])))
