"""A bill with other numbers in some of its cells, and a bill whose numbers remember what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from footprint.line import Prepared, under_rules
from footprint.model.amounts import Amount, Quantity
from footprint.model.bill import Bill, EndOfLifeRow, Entry
from footprint.model.dependent import Formulas, highest, total
from footprint.provenance import Place

_AMOUNTS = {"bom": "quantity", "processes": "amount", "electricity": "energy", "transport": "distance", "use": "amount"}


def traced(ready: Prepared, named: Mapping[Place, Sequence[str]]) -> tuple[Prepared, Formulas]:
    """Return a bill built of numbers that remember the variables of their cells, and the formulas of all of them.

    ``named``: cell of a number -> the variables that it is proportional to.
    """
    formulas = Formulas()
    ratios = {cell: prod(map(formulas.given, names), start=1.0) for cell, names in named.items()}
    return under_rules(moved(ready.read, ratios), ready.pcr, ready.background), formulas


def nudged(bill: Bill, cell: Place, ratio: float) -> Bill:
    """Return ``bill`` with the number in ``cell`` times ``ratio``, in every amount that rests on it."""
    return moved(bill, {cell: ratio})


def moved(bill: Bill, ratios: Mapping[Place, float]) -> Bill:
    """Return ``bill`` with the number in each cell times its ratio, in every amount that rests on it.

    Shares of one whole stay one: where one of the routes at the end of life takes more, the others take less.
    """

    def of(row: Any, key: str) -> Any:
        amount: Amount = getattr(row, key)
        changes = [ratios[cell] for cell in dict.fromkeys(amount.cells) if cell in ratios]
        if not changes:
            return row
        entered = Quantity(prod(changes, start=amount.entered.value), amount.entered.unit)
        return row._replace(**{key: amount._replace(entered=entered)})

    found: dict[str, Any] = {part: tuple(of(row, key) for row in getattr(bill, part)) for part, key in _AMOUNTS.items()}
    found["bom"] = tuple(_row(row, "loss", ratios) for row in found["bom"])
    found["end_of_life"] = _whole(bill.end_of_life, tuple(_row(row, "share", ratios) for row in bill.end_of_life))
    found["estimates"] = tuple(_row(row, "ratio", ratios) for row in bill.estimates)
    entries = {key: _field(entry, ratios) for key, entry in bill.product.entries.items()}
    return bill._replace(product=bill.product._replace(entries=entries), **found)


def _row(row: Any, key: str, ratios: Mapping[Place, float]) -> Any:
    """Return a row with the number under ``key`` times the ratio of its cell."""
    cell = row.places.get(key)
    return row._replace(**{key: getattr(row, key) * ratios[cell]}) if cell in ratios else row


def _field(entry: Entry, ratios: Mapping[Place, float]) -> Entry:
    if entry.place not in ratios or not isinstance(entry.value, float):
        return entry
    return entry._replace(value=entry.value * ratios[entry.place])


def _whole(entered: Sequence[EndOfLifeRow], rows: Sequence[EndOfLifeRow]) -> tuple[EndOfLifeRow, ...]:
    """Return ``rows`` with shares that add up to one for each part; of a part with one route, to no more."""
    if all(one is other for one, other in zip(entered, rows, strict=True)):
        return tuple(rows)
    wholes = {}
    for part in {row.part for row in rows}:
        shares = [row.share for row in rows if row.part == part]
        wholes[part] = total(shares) if len(shares) > 1 else highest(1.0, *shares)
    return tuple(row._replace(share=row.share / wholes[row.part]) for row in rows)
