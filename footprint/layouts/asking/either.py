"""Two columns of codes, one in each row, as tables of materials and of assemblies joined into one write them."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.headers import normal, pattern, rank
from footprint.layouts.naming.layout import Layout

_NAMING = frozenset({"code", "name"})


def asked(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask for one column where another that may name parts is filled in all rows without a code or a name."""
    bare, names = table.uncoded, table.field("name")
    may = {*table.header.unused, *table.columns.get("position", ())} if 0 < len(bare) < len(table) else ()
    are_parts = all(table.field("quantity")[row] is not None for row in bare)
    for at in sorted(may):
        caption = table.header.captions.get(at, "")
        is_other = are_parts and not table.has("name") and at in table.header.unused and (
            pattern().fullmatch(normal(caption)) or _NAMING & {*layout.meant(caption).fields})
        is_ranked = rank(caption) and "code" in layout.meant(caption).fields
        if not (is_ranked or is_other) or layout.settles(caption):
            continue
        filled = {row for row, cell in enumerate(table.column(at)) if cell is not None and cell != ""}
        if bare <= filled and all(names[row] in {None, ""} for row in bare):
            place = table.sheet.place(table.at[min(bare)], at)
            yield problem("import-either-code", place, caption=table.caption("code"), other=caption)
            return
