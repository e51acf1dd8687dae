"""The mass of each process: what goes in and stays against what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

from footprint import units
from footprint.model.bill import ProcessRow
from footprint.model.graph import SupplyGraph
from footprint.model.quality import Balance

_IN = frozenset({"input", "internal_return"})
_STAYS = frozenset({"", "product"})


def balances(graph: SupplyGraph) -> Iterator[Balance]:
    """Yield the balance of each process that takes in matter by rows of its own, in the order of the sheet.

    What leaves as its row says (evaporated, recovered, waste) is on neither side, nor are energy, burned fuels and
    gases let out: air takes part in these. What goes into the product or an assembly stands in the BOM as well, so that
    the rows alone do not tell.
    """
    bill = graph.linked.bill
    rows: dict[str, list[ProcessRow]] = {}
    for row in bill.processes:
        rows.setdefault(row.process, []).append(row)
    burned = {(e.facts.get("process"), e.facts.get("flow")) for e in graph.exchanges if e.role == "fuel"}
    assembled = {graph.root, *(line.parent for line in bill.bom)}
    for process, listed in rows.items():
        matter = [row for row in listed if _is_matter(row) and (process, row.flow) not in burned]
        into = [row for row in matter if row.direction in _IN and row.destination in _STAYS]
        out = [row for row in matter if row.direction not in _IN and row.direction != "emission"]
        if into:
            open_ = any(row.flow in assembled for row in out)
            yield Balance(process, listed[0].place.address, None if open_ else _mass(into), _mass(out))


def _is_matter(row: ProcessRow) -> bool:
    return units.unit(row.amount.unit).dimension != "energy"


def _mass(rows: Sequence[ProcessRow]) -> float | None:
    """Return the mass of rows [kg], None where one has none."""
    masses = [_kilograms(row) for row in rows]
    known = [mass for mass in masses if mass is not None]
    return fsum(known) if known and len(known) == len(masses) else None


def _kilograms(row: ProcessRow) -> float | None:
    amount = row.amount
    if units.convertible(amount.unit, "kg"):
        return amount.to("kg").value
    return None if row.unit_mass is None else amount.value * row.unit_mass
