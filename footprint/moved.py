"""A bill with other numbers in some of its cells, and a bill whose numbers remember what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any

from footprint.line import Prepared, under_rules
from footprint.model.amounts import Amount, Quantity
from footprint.model.bill import Bill, EndOfLifeRow, Entry
from footprint.model.dependent import Formulas, highest, lowest, total
from footprint.provenance import Place

ROWS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "bom": (
        "BOM", {"quantity": "quantity", "unit_mass": "net_mass", "loss": "loss", "recycled_share": "recycled_share"},
    ),
    "processes": ("Processes", {"amount": "amount", "price": "price"}),
    "electricity": ("Electricity", {"energy": "kwh"}),
    "transport": ("Transport", {"distance": "km", "mass": "mass"}),
    "use": ("Use", {"amount": "amount"}),
    "end_of_life": ("End of life", {"share": "share", "collection": "collection", "recovery": "recovery"}),
    "estimates": ("Estimates", {"ratio": "ratio"}),
}  # fmt: skip
"""Part of a bill -> its sheet, and what of a row is moved with its cell: attribute -> key of the column."""
_PARTS_OF_ALL = frozenset({"recycled_share", "collection", "recovery"})


def traced(ready: Prepared, named: Mapping[Place, Sequence[str]]) -> tuple[Prepared, Formulas]:
    """Return a bill built of numbers that remember the variables of their cells, and the formulas of all of them.

    ``named``: cell of a number -> the variables that it is proportional to.
    """
    formulas = Formulas()
    ratios = {cell: prod(map(formulas.given, names), start=1.0) for cell, names in named.items()}
    return under_rules(moved(ready.read, ratios), ready.pcr, ready.background), formulas


def moved(bill: Bill, ratios: Mapping[Place, float]) -> Bill:
    """Return ``bill`` with the number in each cell times its ratio, in every amount that rests on it.

    Shares of one whole stay one: where one of the routes at the end of life takes more, the others take less.
    """
    found: dict[str, Any] = {
        part: tuple(_row(row, keys, ratios) for row in getattr(bill, part)) for part, (_, keys) in ROWS.items()
    }
    found["end_of_life"] = _whole(bill.end_of_life, found["end_of_life"])
    entries = {key: _field(entry, ratios) for key, entry in bill.product.entries.items()}
    return bill._replace(product=bill.product._replace(entries=entries), **found)


def _row(row: Any, keys: Mapping[str, str], ratios: Mapping[Place, float]) -> Any:
    """Return a row with each number times the ratio of its cell; parts of all are no more than all."""
    changed: dict[str, Any] = {}
    for attribute, key in keys.items():
        given, cell = getattr(row, attribute), row.places.get(key)
        if isinstance(given, Amount):
            cells = [cell for cell in dict.fromkeys((given.place, *given.cells)) if cell in ratios]
            changed |= {attribute: _amount(given, cells, ratios)} if cells else {}
        elif given is not None and cell in ratios:
            number = given * ratios[cell]
            changed[attribute] = lowest(1.0, number) if attribute in _PARTS_OF_ALL else number
    return row._replace(**changed) if changed else row


def _amount(amount: Amount, cells: Sequence[Place], ratios: Mapping[Place, float]) -> Amount:
    """Return an amount with the number of each cell, as entered or in a step of its own, times its ratio."""
    own = {step.place: at for at, step in enumerate(amount.steps) if step.place != amount.place}
    steps, entered = list(amount.steps), amount.entered.value
    for cell in cells:
        if cell in own:
            step = steps[own[cell]]
            steps[own[cell]] = replace(step, factor=step.factor * ratios[cell])
        else:
            entered *= ratios[cell]
    return amount._replace(entered=Quantity(entered, amount.entered.unit), steps=tuple(steps))


def _field(entry: Entry, ratios: Mapping[Place, float]) -> Entry:
    if entry.place not in ratios or not isinstance(entry.value, float):
        return entry
    return entry._replace(value=entry.value * ratios[entry.place])


def _whole(entered: Sequence[EndOfLifeRow], rows: Sequence[EndOfLifeRow]) -> tuple[EndOfLifeRow, ...]:
    """Return ``rows`` with shares that add up to one for each part and scenario; of one route alone, to no more."""
    if all(one is other for one, other in zip(entered, rows, strict=True)):
        return tuple(rows)
    wholes = {}
    for whole in {(row.part, row.scenario) for row in rows}:
        shares = [row.share for row in rows if (row.part, row.scenario) == whole]
        wholes[whole] = total(shares) if len(shares) > 1 else highest(1.0, *shares)
    return tuple(row._replace(share=row.share / wholes[row.part, row.scenario]) for row in rows)
