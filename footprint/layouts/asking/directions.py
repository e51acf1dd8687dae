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
    for at, caption in sorted(table.header.captions.items()) if not table.has(DIRECTION) else ():
        said = {word(cell) for cell in {*table.column(at)}} - {""}
        if said <= goes_in | comes_out and said & goes_in and said & comes_out and not layout.settles(caption):
            row = next(row for row, cell in enumerate(table.column(at)) if word(cell) in comes_out)
            yield problem("import-directions", table.sheet.place(table.at[row], at), caption=caption,
                          text=str(table.column(at)[row]), field=DIRECTION, other=IGNORE)  # fmt: skip
            return
