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
from footprint.layouts.naming.sayings import are_flags, plain, word, words
from footprint.model.sheets import Cell
from footprint.tables.typed.grid import holds_one

_COUNTED = frozenset({"quantity", "total_quantity"})
_SURELY = frozenset({("alternative",), ("quantity",), ("position",), ("specification",), ("fixed_quantity",),
                     ("valid_from",), ("valid_to",), ("base_quantity",)})
"""What a caption means whatever stands below it, if it means nothing else."""


def fitting(meant: Meant, caption: str, rows: Sequence[Row], at: int, sample: int) -> Meant:
    """Return what the caption of a column may mean by the rows below it; ``sample``: how many tell all but numbers.

    What stands alone in its row numbers none, unless all does: headings and notes.
    """
    if meant.is_stated:
        return meant
    cells = _cells(rows[:sample], at)
    if meant.fields[:1] == ("parent",) and are_flags([row[at] for row in rows[:sample] if at < len(row)]):
        return NOTHING
    if "unit" in meant.fields and are_prices(cells):
        return Meant(("price",))
    if "substitute" in meant.fields and _tell_which(cells):
        return Meant(("substitute_flag",))
    if not _COUNTED.isdisjoint(meant.fields) and holds_no_number(rows, at):
        meant = meant._replace(fields=tuple(field for field in meant.fields if field not in _COUNTED))
    is_place = meant.fields == ("designator",) and cells and designates(caption)
    if not FITS.keys() & set(meant.fields) or meant.fields in _SURELY or is_place:
        return meant
    fits = {**FITS, "quantity": is_number} if "designator" in meant.fields else FITS
    fits = {**fits, "designator": names_places} if "other_quantity" in meant.fields else fits
    own = _cells([row for row in rows[:sample] if not holds_one(row)], at) or cells
    of = {field: own if field == "position" else cells for field in meant.fields}
    fit = [field for field in meant.fields if field in fits and sum(map(fits[field], of[field])) * 2 > len(of[field])]
    others = [field for field in meant.fields if field not in FITS]
    fit = [field for field in fit if field != "position" or "code" not in others or count_rows(own)]
    return meant._replace(fields=(*fit, *others))


def _cells(rows: Sequence[Row], at: int) -> list[Cell]:
    return [cell for row in rows if at < len(row) and (cell := row[at]) is not None]


def _tell_which(cells: Sequence[Cell]) -> bool:
    """Tell whether cells of substitutes say of each row whether it is one: main parts and alternatives, by a word."""
    said = {word(cell) for cell in cells if cell != ""}
    return bool(said & words("main")) and bool(said & plain("alternate")) and said <= words("main") | plain("alternate")
