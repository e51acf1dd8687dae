"""Amounts in several columns, one for each unit, of which each row fills one: ``Pcs, Kg, Metre``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming import headers
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.measures import measured

_MEASURES = frozenset({"mass", "total_mass", "gross_mass", "length", "area", "volume", "total_quantity", "quantity"})
_COUNTS = re.compile(
    r"qty|quant|pieces|pcs|menge|anzahl|stück|[数用]量|个数|件数|cantidad|qt[éeàd](?![a-z])",
    re.IGNORECASE)  # fmt: skip
"""What captions of counts say; a number of the row is none."""


def asked(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask for one column of amounts where rows without a quantity have one in another column, and no row has two."""
    if not table.has("quantity") or table.has("designator"):
        return
    read = table.columns["quantity"][0]
    others = [at for at in table.header.captions if at != read and _may_tell(table, at, layout)]
    each = {at: {row for row, cell in enumerate(table.column(at)) if cell is not None and cell != ""}
            for at in (read, *others)}  # fmt: skip
    each = {at: rows for at, rows in each.items() if rows}
    rows = [row for filled in each.values() for row in filled]
    if len(each) > 1 and read in each and len(rows) == len({*rows}):
        captions = [table.called(at) for at in sorted(each)]
        place = table.place(min({*rows} - each[read]), "quantity")
        left = " ".join(f'--set "columns.{table.called(at)}=ignore"' for at in sorted(each) if at != read)
        yield problem("import-amounts-apart", place, names=", ".join(captions), stated=left)


def _may_tell(table: Table, at: int, layout: Layout) -> bool:
    """Tell whether a column may tell amounts in a unit that its caption names: it holds nothing but numbers."""
    caption = table.called(at)
    if layout.settles(caption):
        return False
    one = measured(headers.unit_in(caption), layout) or measured(caption, layout)
    fields = {*layout.meant(caption).fields[:1]}
    is_said = bool(fields & _MEASURES) or _COUNTS.search(caption) is not None
    may = is_said or (one is not None and bool(units.measures(one.unit)))
    return may and all(isinstance(cell, float) or cell in {None, ""} for cell in table.column(at))
