"""Import an exported database with Brightway itself and print every score: run where bw2data and bw2io are installed.

Arguments: the format and the file. ``BRIGHTWAY2_DIR`` names an empty folder, or a project of the user would be touched.
"""

from __future__ import annotations

import json
import sys
import warnings

warnings.simplefilter("ignore")

import bw2calc  # noqa: E402
import bw2data  # noqa: E402
import bw2io  # noqa: E402


def imported(kind: str, path: str) -> str:
    """Import a file and return the name of its database; a workbook brings no methods, so they are made."""
    if kind == "bw2package":
        return bw2io.BW2Package.import_file(path)[0].name
    book = bw2io.ExcelImporter(path)
    book.apply_strategies()
    assert not [exc for node in book.data for exc in node["exchanges"] if "input" not in exc]
    book.write_database()
    flows = [node for node in bw2data.Database(book.db_name) if node["type"] == "emission"]
    for gwp_set in [key.split()[1] for key in flows[0].as_dict() if key.startswith("GWP100 ")]:
        method = bw2data.Method((book.db_name, f"GWP100 {gwp_set}", "-1/+1"))
        method.register(unit="kg CO2-eq")
        method.write([(flow.key, flow[f"GWP100 {gwp_set}"]) for flow in flows])
    return book.db_name


def scores(name: str) -> dict[str, dict[str, float]]:
    """Return method -> code -> score of one unit."""
    nodes = [node for node in bw2data.Database(name) if node["type"] != "emission"]
    found = {}
    for method in sorted(m for m in bw2data.methods if m[0] == name):
        demand, packages, _ = bw2data.prepare_lca_inputs({nodes[0]: 1}, method=method)
        lca = bw2calc.LCA(demand, data_objs=packages)
        lca.lci()
        lca.lcia()
        found["|".join(method[1:])] = {}
        for node in nodes:
            lca.lcia({node.id: 1})
            found["|".join(method[1:])][str(node["code"])] = lca.score
    return found


bw2data.projects.set_current("exported")
database = imported(*sys.argv[1:])
sys.stdout.write("\n" + json.dumps({"scores": scores(database)}) + "\n")
