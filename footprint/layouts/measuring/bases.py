"""What quantities are for: so many of the parent, as a column beside them says, or as that of an order may."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.numerals import Read, numbers
from footprint.layouts.naming import headers
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.measures import ITEM, measured
from footprint.model.sheets import Cell

OF_ORDER = re.compile(r"[需应领总]|required|requirement|total|issue|bedarf", re.IGNORECASE)
"""What says that a quantity is that of an order, for all products that it makes."""
_OF_ONE = re.compile(
    r"[单每]|比例|(?<![a-z])(?:per|each|unit|upa|qpa|qpu|je|pro)(?![a-z])|einzel", re.IGNORECASE
)  # fmt: skip
"""What says that a quantity is for one."""
_ORDERED = re.compile(
    r"订单|生产|计划|投产|产量|制造|工单|order|production|plan|make|build|auftrag|fertigung|produktion", re.IGNORECASE
)
_WHOLES = {"mass": "kg", ITEM: ITEM}
BASE, LOT = "base_quantity", "lot_size"


def bases(table: Table, layout: Layout) -> Read:
    """Return how many parents the quantity of each row is for, None where its row does not say."""
    base = numbers(table, BASE, layout)
    return base._replace(values=_as_parents(table, _in_parents(table, base, layout)))


def _as_parents(table: Table, base: Sequence[float | None]) -> Sequence[float | None]:
    """Return the base of each row, one written beside a parent but once for all its parts with each of them."""
    above = table.field("parent")
    if not any(value is not None for value in base):
        return base
    of = _only(above, base)
    found: list[float | None] = []
    for parent, own in zip(above, base, strict=True):
        is_same = parent is None and bool(found)
        found.append(own if own is not None else found[-1] if is_same else of.get(parent))
    return found


def _only(above: Sequence[Cell], base: Sequence[float | None]) -> dict[Cell, float]:
    """Return the base of each parent that has but one."""
    told: dict[Cell, set[float]] = {}
    for parent, own in zip(above, base, strict=True):
        if own is not None and parent is not None:
            told.setdefault(parent, set()).add(own)
    return {parent: values.pop() for parent, values in told.items() if len(values) == 1}


def _in_parents(table: Table, base: Read, layout: Layout) -> Sequence[float | None]:
    """Return the bases of the rows in pieces or kilograms of the parent, where they say in which unit they are."""
    over = table.unit_of(BASE)
    if not over and not any(base.units):
        return base.values
    found = []
    for value, own in zip(base.values, base.units, strict=True):
        measure = measured(own or over, layout)
        whole = _WHOLES.get(units.unit(measure.unit).dimension) if measure else None
        times = measure.times * units.factor(measure.unit, whole) if measure and whole else 1.0
        found.append(None if value is None else value * times)
    return found


def base_or_lot(table: Table, base: Read, layout: Layout) -> Iterator[Problem]:
    """Ask what a column is that may tell what the quantities are for, or how many one order makes."""
    field = BASE if table.has(BASE) else LOT
    caption, columns = table.caption(field), table.columns.get(field, ())
    if not columns or layout.settles(caption) or not table.header.outer.isdisjoint(columns):
        return
    read = base if field == BASE else numbers(table, LOT, layout)
    at = next((at for at, value in enumerate(read.values) if value not in {None, 1.0}), None)
    if at is not None and (_may_be_lot(table, caption, layout) if field == BASE else _may_be_base(table, read)):
        yield problem("import-base-or-lot", table.place(at, field), caption=caption)


def _may_be_lot(table: Table, caption: str, layout: Layout) -> bool:
    fields = layout.meant(caption).fields
    of_product = "quantity" in fields and headers.rank(caption) == "product"
    return LOT in fields or (of_product and not OF_ORDER.search(table.caption("quantity")))


def _may_be_base(table: Table, lots: Read) -> bool:
    """Tell whether the size of an order may be what quantities are for: one for each parent, and they are not per one.

    Where something is taken once in each order, that is what it tells.
    """
    quantity = table.caption("quantity") or table.caption("total_quantity")
    if not _ORDERED.search(table.caption(LOT)) or (_OF_ONE.search(quantity) and not OF_ORDER.search(quantity)):
        return False
    if table.has("fixed_loss") or table.has("fixed_quantity"):
        return False
    above, known = table.field("parent"), {value for value in lots.values if value is not None}
    pairs = {(parent, value) for parent, value in zip(above, lots.values, strict=True) if value is not None}
    return len(known) == 1 or len(pairs) == len({parent for parent, _ in pairs})
