"""Two columns of codes, one filled in each row, as tables of materials and of assemblies joined into one write them."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.headers import rank
from footprint.layouts.naming.layout import Layout
from footprint.model.sheets import Cell


def asked(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask for one column where another that may name parts is filled in just the rows without a code or a name."""
    if not table.has("code"):
        return
    codes, names = table.field("code"), table.field("name")
    bare = {at for at, cell in enumerate(codes) if _is_empty(cell)}
    for at in sorted({*table.header.unused, *table.columns.get("position", ())}) if 0 < len(bare) < len(codes) else ():
        caption = table.header.captions.get(at, "")
        filled = {row for row, cell in enumerate(table.column(at)) if not _is_empty(cell)}
        is_code = rank(caption) != "" and "code" in layout.meant(caption).fields and not layout.settles(caption)
        if is_code and filled == bare and all(_is_empty(names[row]) for row in bare):
            place = table.sheet.place(table.at[min(bare)], at)
            yield problem("import-either-code", place, caption=table.caption("code"), other=caption)
            return


def _is_empty(cell: Cell) -> bool:
    return cell is None or cell == ""
