"""Tables of one product per row, its materials side by side in columns: ``Raw A, kg A, Raw B, kg B``. No bill is so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.quantities import weighs
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.layout import Layout
from footprint.model.sheets import Cell

_ENDS = re.compile(r"(.*?)[\s_\-.#]*(?:(?<![A-Za-z])([A-Z])|(\d{1,2}))\s*#?")
"""A caption of a series: what all of it are called, and the letter or number of each."""
_LEAST, _MOST, _LONGEST = 3, 20, 60
"""Captions of a series, series of each kind that are compared, and letters of a caption."""
_SHOWN = 4
"""Captions that are named."""
_AMOUNTS = ("quantity", "total_quantity", "designator")


def asked(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask about two series of columns, one of texts and one of numbers, where no column tells amounts of the rows.

    If the rows are parts, what they weigh is how much there is of each, or there is one of each.
    """
    captions = table.header.captions
    of_rows = [at for field in _AMOUNTS for at in table.columns.get(field, ())]
    series = {stem: ats for stem, ats in _series(table).items() if not any(layout.settles(captions[at]) for at in ats)}
    texts, amounts = ([ats for ats in series.values() if _are(table, ats, kind)] for kind in (str, float))
    for one, other in product(texts[:_MOST], amounts[:_MOST]):
        if len(one) == len(other) and (weighs(table, layout) or {*of_rows} <= {*other}):
            every = sorted((*one, *other))
            place, names = table.sheet.place(table.header.bottom, every[0]), [captions[at] for at in every]
            caption, field = _of_rows(table, layout, names)
            yield problem("import-side-by-side", place, names=", ".join(names[:_SHOWN]), caption=caption, field=field)
            return


def _of_rows(table: Table, layout: Layout, names: Sequence[str]) -> tuple[str, str]:
    """Return a caption and what to state of it, so that the rows are read as parts: by what they weigh, or without."""
    masses = ("quantity",) if weighs(table, layout) else ("total_mass", "mass")
    mass = next(filter(None, map(table.caption, masses)), "")
    if mass and mass not in names:
        return mass, "quantity"
    return next((each for each in map(table.caption, _AMOUNTS) if each in names), names[0]), IGNORE


def _series(table: Table) -> dict[str, list[int]]:
    """Return the columns called alike but for a letter or number that counts on from the first, by what they are."""
    found: dict[str, list[int]] = {}
    last: dict[str, int] = {}
    for at, caption in sorted(table.header.captions.items()):
        ends = _ENDS.fullmatch(caption.strip()) if len(caption) <= _LONGEST else None
        place = ends and (ord(ends[2]) - ord("A") + 1 if ends[2] else int(ends[3]))
        if ends and place == last.get(ends[1], 0) + 1:
            found.setdefault(ends[1], []).append(at)
            last[ends[1]] = place
    return {stem: ats for stem, ats in found.items() if stem and len(ats) >= _LEAST}


def _are(table: Table, ats: Sequence[int], kind: type[str | float]) -> bool:
    """Tell whether some columns hold cells of one kind, blanks aside."""
    cells: list[Cell] = [cell for at in ats for cell in table.column(at) if cell is not None and cell != ""]
    return bool(cells) and all(isinstance(cell, kind) for cell in cells)
