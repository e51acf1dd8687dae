"""Brightway's own way, in its own process: project, ExcelImporter, LCA; no report. Prints the score.

Run by ``brightway.py`` with BRIGHTWAY2_DIR set; needs bw2data, bw2io and bw2calc, nothing of this project.
"""

from __future__ import annotations

import sys
from pathlib import Path

PROJECT, METHOD = "bench", ("GWP", "100")


def prepare(npz: str) -> None:
    """Write background, flows and method into the project, once."""
    import bw2data
    import numpy as np

    bw2data.projects.set_current(PROJECT)
    arrays = np.load(npz)
    n, n_bio = int(arrays["n"]), int(arrays["n_bio"])
    about = {"unit": "kilogram", "type": "emission", "categories": ("air",)}
    bw2data.Database("bio").write({("bio", str(i)): {"name": f"flow {i}", **about} for i in range(n_bio)})
    factors = arrays["cf"][:, 0]
    bw2data.Method(METHOD).register(unit="kg CO2e")
    bw2data.Method(METHOD).write([(("bio", str(i)), float(factors[i])) for i in np.flatnonzero(factors)])
    common = {"unit": "kilogram", "location": "GLO", "type": "process"}
    nodes = {("bg", f"d{i:05d}"): {"name": f"dataset d{i:05d}", **common, "exchanges": []} for i in range(n)}
    for row, column, value in zip(arrays["t_row"], arrays["t_col"], arrays["t_val"], strict=True):
        own = row == column
        nodes["bg", f"d{column:05d}"]["exchanges"].append({
            "input": ("bg", f"d{row:05d}"), "amount": float(value if own else -value),
            "type": "production" if own else "technosphere",
        })
    for row, column, value in zip(arrays["b_row"], arrays["b_col"], arrays["b_val"], strict=True):
        exchange = {"input": ("bio", str(row)), "amount": float(value), "type": "biosphere"}
        nodes["bg", f"d{column:05d}"]["exchanges"].append(exchange)
    bw2data.Database("bg").write(nodes)


def calculate(workbook: str) -> None:
    """Import the workbook, match it with itself and the background, write it, and print the score of its product."""
    import bw2calc
    import bw2data
    import bw2io

    bw2data.projects.set_current(PROJECT)
    importer = bw2io.ExcelImporter(workbook)
    importer.apply_strategies()
    importer.match_database(fields=("name", "unit", "location"))
    importer.match_database("bg", fields=("name", "unit", "location"))
    assert not list(importer.unlinked), "everything must be linked"
    importer.write_database()
    product = bw2data.get_node(database="fg", code="product")
    demand, objects, _ = bw2data.prepare_lca_inputs({product: 1}, method=METHOD)
    lca = bw2calc.LCA(demand, data_objs=objects)
    lca.lci()
    lca.lcia()
    print("score", repr(float(lca.score)))


if __name__ == "__main__":
    {"prepare": prepare, "calculate": calculate}[sys.argv[1]](sys.argv[2])
    for marker in sys.argv[3:]:
        Path(marker).touch()
