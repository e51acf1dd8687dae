"""How much of the product came by legs that the workbook states: the rest is what default journeys are for."""

from __future__ import annotations

from math import fsum

from footprint.supply.bench import Bench
from footprint.supply.loads import WASTE, contents
from footprint.supply.parts import below, in_products, is_part

_OUTBOUND = frozenset({"product", WASTE})


def uncarried(bench: Bench) -> float:
    """Return the share of the product's net mass that no leg brings from its supplier [-]."""
    parts = {line.id for line in below(bench, bench.root, is_part) if line.id not in bench.children}
    carried: dict[str, float] = {}
    for row in bench.bill.transport:
        named = {id_ for name in row.applies_to if name not in _OUTBOUND for id_ in contents(bench, row, name)}
        ids = sorted(named & parts)
        stated = 0.0 if row.mass is None else row.mass.to("kg").value * bench.items
        for id_ in ids:
            mass = in_products(bench, bench.lines[id_])
            carried.setdefault(id_, mass.value if mass.unit == "kg" else stated / len(ids))
    if parts and parts <= carried.keys():
        return 0.0
    return max(0.0, 1 - fsum(carried.values()) / bench.items / bench.bill.product.needed("net_mass"))
