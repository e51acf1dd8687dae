"""Rows of a text file with more cells than their header: a comma within a text that nobody quoted has moved them."""

from __future__ import annotations

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.cells import as_text

SHIFTED = "import-shifted"


def shifted(table: Table) -> dict[int, Problem]:
    """Return the rows whose line holds more than that of the header, with what stands beyond its last caption.

    Where most rows do, or the header's line is as long, that is a column without a caption.
    """
    lengths = table.sheet.lengths
    last = max(table.header.captions)
    if not lengths or lengths[table.header.bottom] > last + 1:
        return {}
    row_of, right = table.sheet.rows, table.span[1]
    beyond = {at: next((column for column in range(last + 1, right) if as_text(row_of[row][column]).strip()), -1)
              for at, row in enumerate(table.at) if lengths[row] > last + 1}  # fmt: skip
    found = {at: column for at, column in beyond.items() if column >= 0}
    if 2 * len(found) > len(table):
        return {}
    return {at: problem(SHIFTED, table.sheet.place(table.at[at], column),
                        text=as_text(row_of[table.at[at]][column])) for at, column in found.items()}  # fmt: skip
