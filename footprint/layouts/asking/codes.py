"""Codes that a spreadsheet has made numbers of and rounded: several of them may have become one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.locating.blocks import Block
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.cells import as_text
from footprint.model.sheets import Cell

_FIELDS = ("parent", "code", "sub_bom", "substitute_of")
_ROUNDED = re.compile(r"\d(?:[.,]\d{1,14})?E\+\d{2,3}", re.IGNORECASE)
"""``1.00E+11``: a code of twelve digits as a spreadsheet shows it; one of more than 15 digits it does not keep."""


def rounded(table: Table, kept: Sequence[int], above: Block) -> Iterator[Problem]:
    """Refuse the first code of rows, or above them, that is a rounded number: nobody can tell which it was."""
    said = above.said.get("parent") or above.said.get("code")
    if said and _is_rounded(said.text):
        yield problem("import-rounded", said.place, text=said.text, caption=table.caption("code"))
        return
    for field in _FIELDS:
        cells = table.field(field) if table.has(field) else ()
        at = next((at for at in kept if _is_rounded(cells[at])), None) if cells else None
        if at is not None:
            text = as_text(cells[at])
            yield problem("import-rounded", table.place(at, field), text=text, caption=table.caption(field))
            return


def _is_rounded(cell: Cell) -> bool:
    if isinstance(cell, str) and "+" not in cell:
        return False
    return isinstance(cell, str | float) and _ROUNDED.fullmatch(as_text(cell)) is not None
