"""Whether quantities without a unit can be nothing but pieces, as CAD and EDA systems write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from footprint import units
from footprint.layouts import headers
from footprint.layouts.table import Table
from footprint.model.sheets import Cell

_OF_PIECES = frozenset({"mass", "total_mass", "gross_mass", "length", "width", "thickness", "wall_thickness",
                        "diameter", "inner_diameter", "package"})  # fmt: skip
_PART = re.compile(r"part|p/?n\b|drawing|teil|zeichnung|零件|部件|件号|图号", re.IGNORECASE)
_ITEMS = frozenset({"item"})
_MOST_UNITS, _COUNTABLE = 30, frozenset({"item", "mass", "length", "area", "volume"})


def are_pieces(table: Table, values: Sequence[float | None], written: Sequence[str]) -> bool:
    """Tell whether numbers without a unit are of pieces: whole ones of parts that are designated, measured or weighed.

    Parts have a number of their own; materials have not, and may be counted in anything but where other cells count
    pieces (``1 set``). ``written``: the unit in the cell of each number, "" for none.
    """
    if table.has("designator"):
        return True
    if _ITEMS & {*map(units.measures, {*written} - {""})}:
        bare = [value for value, unit in zip(values, written, strict=True) if value is not None and not unit]
        return all(map(float.is_integer, bare)) and not _tells_units(table)
    known = [value for value in values if value is not None]
    if headers.counts_pieces(table.caption("quantity")) and all(map(float.is_integer, known)):
        return not _tells_units(table)
    of_parts = not _OF_PIECES.isdisjoint(table.columns) or _PART.search(table.caption("code")) is not None
    return of_parts and bool(known) and all(map(float.is_integer, known)) and not _tells_units(table)


def _tells_units(table: Table) -> bool:
    """Tell whether a column whose header nobody knows holds nothing but units."""
    return bool(of_units(table))


def of_units(table: Table, kinds: frozenset[str] = _COUNTABLE) -> list[str]:
    """Return the captions of the columns nobody knows that hold nothing but units of some kinds."""
    header = table.header
    return [header.captions[at] for at in header.unused if _are_units({*table.column(at)} - {None}, kinds)]


def _are_units(cells: set[Cell], kinds: frozenset[str]) -> bool:
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    known = 0 < len(texts) == len(cells) <= _MOST_UNITS and all(units.measures(text) in kinds for text in texts)
    return known and any(len(text) > 1 or not text.isascii() for text in texts)
