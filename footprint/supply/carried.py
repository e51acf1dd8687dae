"""How much of the product came by legs that the workbook states: the rest is what default journeys are for."""

from __future__ import annotations

from footprint.model.dependent import highest, total
from footprint.supply.bench import Bench
from footprint.supply.loads import WASTE, contents
from footprint.supply.parts import below, in_products, is_part

_OUTBOUND = frozenset({"product", WASTE})


def uncarried(bench: Bench) -> float:
    """Return the share of the product's net mass that no leg brings, nor a dataset that holds its transport [-]."""
    parts = {line.id for line in below(bench, bench.root, is_part) if line.id not in bench.children}
    carried = {id_: _mass_kg(bench, id_, 0.0) for id_ in parts if _delivered(bench, id_)}
    for row in bench.bill.transport:
        named = {id_ for name in row.applies_to if name not in _OUTBOUND for id_ in contents(bench, row, name)}
        ids = sorted(named & parts)
        stated = 0.0 if row.mass is None else row.mass.to("kg").value * bench.items
        for id_ in ids:
            carried.setdefault(id_, _mass_kg(bench, id_, stated / len(ids)))
    if parts and parts <= carried.keys():
        return 0.0
    return highest(0.0, 1 - total(carried.values()) / bench.items / bench.bill.product.needed("net_mass"))


def _delivered(bench: Bench, id_: str) -> bool:
    """Tell whether the dataset of a line holds its transport."""
    dataset = bench.linked.dataset(bench.lines[id_].dataset)
    return dataset is not None and dataset.includes_transport


def _mass_kg(bench: Bench, id_: str, otherwise: float) -> float:
    """Return the mass of a line in the products of one run [kg], ``otherwise`` where nobody knows it."""
    mass = in_products(bench, bench.lines[id_])
    return mass.value if mass.unit == "kg" else otherwise
