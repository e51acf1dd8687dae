"""Tables of one product per row, its materials side by side in columns: ``Raw A, kg A, Raw B, kg B``. No bill is so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import product

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.quantities import weighs
from footprint.layouts.naming import headers
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.layout import Layout
from footprint.model.sheets import Cell

_ENDS = re.compile(r"(.*?)[\s_\-.#]*(?:(?<![A-Za-z])([A-Z])|(\d{1,2}))\s*#?")
"""A caption of a series: what all of it are called, and the letter or number of each."""
_LEAST, _MANY, _MOST, _LONGEST = 2, 3, 20, 60
"""Captions of a series, and where nothing else need tell it; series that are compared; letters of a caption."""
_SHOWN = 4
"""Captions that are named."""
_AMOUNTS = ("quantity", "total_quantity", "designator")


def asked(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask about two series of columns, one of texts and one of numbers, where no column tells amounts of the rows.

    If the rows are parts, what they weigh is how much there is of each, or there is one of each.
    """
    captions = table.header.captions
    of_rows = {at for field in _AMOUNTS for at in table.columns.get(field, ())}
    series = [ats for ats in _series(table).values() if not all(layout.settles(captions[at]) for at in ats)]
    texts, amounts = ([ats for ats in series if _are(table, ats, kind)] for kind in (str, float))
    for one, other in product(texts[:_MOST], amounts[:_MOST]):
        every = sorted((*one, *other))
        are_pairs = len(one) == len(other) and (weighs(table, layout) or of_rows <= {*other})
        if are_pairs and (len(one) >= _MANY or _are_beside_names(table, of_rows, every)):
            place, names = table.sheet.place(table.header.bottom, every[0]), [captions[at] for at in every]
            stated = _of_rows(table, layout, names)
            shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
            yield problem("import-side-by-side", place, names=shown, stated=stated)
            return


def _are_beside_names(table: Table, of_rows: Collection[int], series: Collection[int]) -> bool:
    """Tell whether columns tell amounts, all of them in two series, beside another of texts."""
    return bool(of_rows) and any(_are(table, [at], str) for at in table.header.captions if at not in series)


def _of_rows(table: Table, layout: Layout, names: Sequence[str]) -> str:
    """Return what to state so that the rows are read as parts: by what they weigh, or one each without the series."""
    masses = ("quantity",) if weighs(table, layout) else ("total_mass", "mass")
    mass = next(filter(None, map(table.caption, masses)), "")
    if mass and mass not in names:
        return f'--set "columns.{mass}=quantity"'
    own = [caption for at, caption in sorted(table.header.captions.items())
           if caption not in names and not layout.settles(caption) and _are(table, [at], str)]  # fmt: skip
    named = next((name for name in own if "name" in headers.meant(name).fields), next(iter(own), ""))
    stated = {**({named: "name"} if named else {}), **dict.fromkeys(names, IGNORE)}
    return " ".join((*(f'--set "columns.{name}={field}"' for name, field in stated.items()), "--set blank_quantity=1"))


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
