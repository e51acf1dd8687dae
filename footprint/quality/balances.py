"""The mass of each process: what goes in and stays against what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

from footprint import units
from footprint.model.bill import ProcessRow
from footprint.model.graph import SupplyGraph
from footprint.model.quality import Balance

_MADE = frozenset({"product", "co-product"})
_OUT = _MADE | {"scrap", "waste"}


def balances(graph: SupplyGraph) -> Iterator[Balance]:
    """Yield the balance of each process that takes in matter by rows of its own, in the order of the sheet.

    What goes in: bought materials that stay in the product, what other processes make, and what is taken back. Energy,
    water, services and what leaves as its row says (evaporated, recovered, waste) are on neither side. Rows alone do
    not tell of a process that lets gases out, nor of one that makes the product or an assembly: its parts are in the
    BOM.
    """
    bill = graph.linked.bill
    made = {row.flow for row in bill.processes if row.direction in _MADE}
    assembled = {graph.root, *(line.parent for line in bill.bom)}
    rows: dict[str, list[ProcessRow]] = {}
    for row in bill.processes:
        rows.setdefault(row.process, []).append(row)
    for process, listed in rows.items():
        into = [row for row in listed if row.direction == "internal_return" or _stays(row, made)]
        out = [row for row in listed if row.direction in _OUT]
        if into:
            open_ = any(row.direction == "emission" or row.flow in assembled for row in listed)
            yield Balance(process, listed[0].place.address, None if open_ else _mass(into), _mass(out))


def _stays(row: ProcessRow, made: set[str]) -> bool:
    return row.direction == "input" and (row.destination == "product" or row.flow in made)


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
