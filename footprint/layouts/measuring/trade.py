"""Words for units that mean one thing in one trade only: what stands beside them in their column tells which."""

from __future__ import annotations

from collections.abc import Iterator

from footprint import units
from footprint.layouts.locating.table import Table, as_text
from footprint.layouts.measuring.pieces import in_bulk
from footprint.layouts.naming.layout import Layout, Measure
from footprint.layouts.naming.measures import ITEM, measured

_RUNNING = frozenset({"rm", "rms", "r.m", "r.m."})
"""Running metres in bills of quantities, reams of paper elsewhere."""
_PARTS = frozenset({"part", "parts"})
"""Pieces in lists of parts, parts by weight in recipes."""
_OF_WORKS = (frozenset({"m2"}), frozenset({"m3"}))
_OF_RECIPES = frozenset({"mass", "volume"})


def known(table: Table, layout: Layout) -> Layout:
    """Return a layout with the words of the unit column that its other words settle; what is stated counts first."""
    words = {text.casefold() for cell in {*table.field("unit")} if (text := as_text(cell))}
    found = dict(_settled(table, layout, words)) if words & (_RUNNING | _PARTS) else {}
    return layout._replace(units={**found, **layout.units}) if found else layout


def _settled(table: Table, layout: Layout, words: set[str]) -> Iterator[tuple[str, Measure]]:
    others = {one.unit for word in words if (one := measured(word, layout))}
    if all(not others.isdisjoint(each) for each in _OF_WORKS):
        yield from ((word, Measure(1.0, "m")) for word in words & _RUNNING)
    kinds = {units.measures(each) for each in others}
    if ITEM in kinds and kinds.isdisjoint(_OF_RECIPES) and _are_whole(table):
        yield from ((word, Measure(1.0, ITEM)) for word in words & _PARTS)


def _are_whole(table: Table) -> bool:
    """Tell whether there is a whole number of each row in parts, and none is called by what is weighed or poured."""
    cells = table.field("quantity")
    rows = [at for at, cell in enumerate(table.field("unit")) if as_text(cell).casefold() in _PARTS]
    return not in_bulk(table, rows) and all(isinstance(cell := cells[at], float) and cell.is_integer() for at in rows)
