"""What a caption means, less what the cells below it cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.layouts.naming.fits import (
    FITS,
    are_prices,
    count_rows,
    designates,
    holds_no_number,
    is_number,
    names_places,
)
from footprint.layouts.naming.headers import NOTHING, Meant
from footprint.layouts.naming.once import Row
from footprint.layouts.naming.sayings import are_flags
from footprint.tables.typed.grid import holds_one

_COUNTED = frozenset({"quantity", "total_quantity"})
_SURELY = frozenset({("alternative",), ("quantity",), ("position",), ("specification",), ("fixed_quantity",),
                     ("valid_from",), ("valid_to",), ("base_quantity",)})
"""What a caption means whatever stands below it, if it means nothing else."""


def fitting(meant: Meant, caption: str, rows: Sequence[Row], at: int, sample: int) -> Meant:
    """Return what the caption of a column may mean by the rows below it; ``sample``: how many tell all but numbers.

    Rows with one text alone tell nothing, unless all are such: they are headings and notes.
    """
    if meant.is_stated:
        return meant
    told = [row for row in rows[:sample] if not holds_one(row)] or rows[:sample]
    cells = [cell for row in told if at < len(row) and (cell := row[at]) is not None]
    if meant.fields[:1] == ("parent",) and are_flags([row[at] for row in rows[:sample] if at < len(row)]):
        return NOTHING
    if "unit" in meant.fields and are_prices(cells):
        return Meant(("price",))
    if not _COUNTED.isdisjoint(meant.fields) and holds_no_number(rows, at):
        meant = meant._replace(fields=tuple(field for field in meant.fields if field not in _COUNTED))
    is_place = meant.fields == ("designator",) and cells and designates(caption)
    if not FITS.keys() & set(meant.fields) or meant.fields in _SURELY or is_place:
        return meant
    fits = {**FITS, "quantity": is_number} if "designator" in meant.fields else FITS
    fits = {**fits, "designator": names_places} if "other_quantity" in meant.fields else fits
    fit = [field for field in meant.fields if field in fits and sum(map(fits[field], cells)) * 2 > len(cells)]
    others = [field for field in meant.fields if field not in FITS]
    fit = [field for field in fit if field != "position" or "code" not in others or count_rows(cells)]
    return meant._replace(fields=(*fit, *others))
