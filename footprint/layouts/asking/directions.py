"""Columns that say of each row whether it goes in or comes out, as inventories do: what comes out is no part.

Such a column is called by anything (``type``, ``flow``, ``category``); its words tell it.
"""

from __future__ import annotations

from collections.abc import Iterator

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.sayings import word, words

DIRECTION = "direction"


def asked(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask whether the first column with words for both is that of directions, unless that is said."""
    goes_in, comes_out = words("input"), words("output") | words("made")
    known = goes_in | comes_out | {""}
    for at, caption in sorted(table.header.captions.items()) if not table.has(DIRECTION) else ():
        cells = table.column(at)
        if layout.settles(caption) or not all(word(cell) in known for cell in cells):
            continue
        said = [word(cell) for cell in cells]
        row = next((row for row, each in enumerate(said) if each in comes_out), -1)
        if row >= 0 and not goes_in.isdisjoint(said):
            yield problem("import-directions", table.sheet.place(table.at[row], at), caption=caption,
                          text=str(cells[row]), field=DIRECTION, other=IGNORE)  # fmt: skip
            return
