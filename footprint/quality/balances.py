"""The mass of each process: what goes in against what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

from footprint import units
from footprint.model.bill import ProcessRow
from footprint.model.graph import SupplyGraph
from footprint.model.quality import Balance

_IN = frozenset({"input", "internal_return"})
_NO_MATTER = frozenset({"energy"})


def balances(graph: SupplyGraph) -> Iterator[Balance]:
    """Yield the balance of each process that takes in matter by rows of its own, in the order of the sheet.

    Energy has no mass here, nor have fuels that are burned, nor gases let out: air takes part in both.
    """
    rows: dict[str, list[ProcessRow]] = {}
    for row in graph.linked.bill.processes:
        rows.setdefault(row.process, []).append(row)
    burned = {str(e.facts.get("flow")) for e in graph.exchanges if e.role == "fuel" and e.facts.get("process")}
    for process, listed in rows.items():
        into = [row for row in listed if row.direction in _IN and _is_matter(row) and row.flow not in burned]
        out = [row for row in listed if row.direction not in _IN and row.direction != "emission" and _is_matter(row)]
        if into:
            yield Balance(process, listed[0].place.address, _mass(into), _mass(out))


def _is_matter(row: ProcessRow) -> bool:
    return units.unit(row.amount.unit).dimension not in _NO_MATTER


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
