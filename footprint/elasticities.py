"""What numbers do that act otherwise than in proportion: elasticities, measured on the bill built anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log
from typing import Any

from footprint.engine.response import DEMAND
from footprint.errors import FootprintError
from footprint.line import Prepared, under_rules
from footprint.model.amounts import Amount, Quantity
from footprint.model.bill import Bill, ElectricityRow, Entry
from footprint.provenance import Place
from footprint.rules.scope import declared_amount

_AMOUNTS = {"bom": "quantity", "processes": "amount", "electricity": "energy", "transport": "distance", "use": "amount"}
_NUDGE = 1e-5
_ROUND = 1e-3
_PACKAGING = frozenset({"sales_packaging", "transport_packaging"})


def elasticities(ready: Prepared, numbers: Mapping[Place, tuple[int, ...]]) -> Iterator[tuple[int, dict[str, float]]]:
    """Yield what the variables do that act otherwise than in proportion in some of their cells."""
    awkward = {at for place in _awkward(ready) for at in numbers.get(place, ())}
    for at in sorted(awkward):
        found = _elasticity(ready, [place for place, others in numbers.items() if at in others])
        if found is not None:
            yield at, found


def _awkward(ready: Prepared) -> set[Place]:
    """Return the cells that act otherwise than in proportion: on shares of a mix, of co-products, of a load.

    So does what no amount is proportional to: losses, fields of the product, rows that the rules turn into others.
    """
    graph = ready.ruled.graph
    bill = graph.linked.bill
    amounts = list(_of_mixes(bill))
    plain = {cell for line in ready.ruled.exchanges for cell in line.amount.cells}
    plain |= {cell for activity in graph.activities.values() for cell in activity.cells}
    factors = {(row.place.sheet, row_of(row.place)) for row in bill.factors}
    apart = {cell for cell in bill.spreads if cell not in plain and (cell.sheet, row_of(cell)) not in factors}
    amounts += [bearing.output.amount for process in graph.allocated for bearing in process.outputs]
    if bill.transport:
        above = {line.id: line for line in bill.bom}
        for line in (line for line in bill.bom if line.role in _PACKAGING):
            amounts.append(line.quantity)
            while line.parent in above:
                line = above[line.parent]  # noqa: PLW2901  up the tree
                amounts.append(line.quantity)
    return apart | {cell for amount in amounts for cell in amount.cells}


def _of_mixes(bill: Bill) -> Iterator[Amount]:
    """Yield what makes the mix of a supply of electricity: its rows, and where none is a meter what is taken of it."""
    supplies: dict[str, list[ElectricityRow]] = {}
    for row in bill.electricity:
        supplies.setdefault(row.id, []).append(row)
    mixed = {id_: rows for id_, rows in supplies.items() if len(rows) > 1 or rows[0].type != "grid"}
    unmetered = {id_ for id_, rows in mixed.items() if all(row.type != "metered" for row in rows)}
    yield from (row.energy for rows in mixed.values() for row in rows)
    yield from (row.amount for row in bill.processes if row.supply in unmetered)


def _elasticity(ready: Prepared, cells: Sequence[Place]) -> dict[str, float] | None:
    """Return what ``cells`` do together to lines and outputs [relative change per relative change], by building anew.

    None where the bill cannot be built with other numbers: the cells then act as their lines say.
    """
    found = _measured(ready, cells, 1 + _NUDGE)
    if found is None:  # a share of all of it
        found = _measured(ready, cells, 1 - _NUDGE)
    if found is None:
        return None
    outputs = {id_: -exponent for id_, exponent in found.items() if id_ in ready.ruled.graph.activities}
    return {id_: exponent for id_, exponent in (found | outputs).items() if exponent}


def _measured(ready: Prepared, cells: Sequence[Place], ratio: float) -> dict[str, float] | None:
    bill = ready.read
    for cell in cells:
        bill = nudged(bill, cell, ratio)
    try:
        moved = under_rules(bill, ready.pcr, ready.background)
        before, after = dict(_sizes(ready)), dict(_sizes(moved))
    except FootprintError:
        return None
    both = ((id_, size, after[id_]) for id_, size in before.items() if size and after.get(id_))
    return {id_: _neat(log(b / a) / log(ratio)) for id_, a, b in both if b / a > 0}


def _neat(exponent: float) -> float:
    """Return an exponent without the noise of having been measured."""
    return float(round(exponent)) if abs(exponent - round(exponent)) < _ROUND else exponent


def _sizes(ready: Prepared) -> Iterator[tuple[str, float]]:
    """Yield the sizes of lines and outputs, and how many items a declared unit takes."""
    ruled, product = ready.ruled, ready.ruled.graph.linked.bill.product
    yield DEMAND, product.needed("declared_amount") / declared_amount(ready.pcr, product)[0]
    yield from ((line.id, line.coefficient * line.amount.value) for line in ruled.exchanges)
    yield from ((activity.id, activity.output) for activity in ruled.graph.activities.values())


def nudged(bill: Bill, cell: Place, ratio: float) -> Bill:
    """Return ``bill`` with the number in ``cell`` times ``ratio``, in every amount that rests on it."""

    def moved(row: Any, key: str) -> Any:
        amount: Amount = getattr(row, key)
        if cell not in amount.cells:
            return row
        entered = Quantity(amount.entered.value * ratio, amount.entered.unit)
        return row._replace(**{key: amount._replace(entered=entered)})

    found: dict[str, Any] = {
        part: tuple(moved(row, key) for row in getattr(bill, part)) for part, key in _AMOUNTS.items()
    }
    found["bom"] = tuple(_moved(row, "loss", cell, ratio) for row in found["bom"])
    found["end_of_life"] = tuple(_moved(row, "share", cell, ratio) for row in bill.end_of_life)
    entries = {key: _field(entry, cell, ratio) for key, entry in bill.product.entries.items()}
    return bill._replace(product=bill.product._replace(entries=entries), **found)


def _moved(row: Any, key: str, cell: Place, ratio: float) -> Any:
    """Return a row with the number in ``cell`` times ``ratio``, if that is where its ``key`` stands."""
    return row._replace(**{key: getattr(row, key) * ratio}) if row.places.get(key) == cell else row


def _field(entry: Entry, cell: Place, ratio: float) -> Entry:
    if entry.place != cell or not isinstance(entry.value, float):
        return entry
    return entry._replace(value=entry.value * ratio)


def row_of(place: Place) -> str:
    """Return the number of the row of a cell."""
    return place.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
