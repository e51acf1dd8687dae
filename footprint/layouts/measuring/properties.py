"""Tables of materials beside a bill: what a file itself states of them, such as densities on a sheet of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.layouts.locating.regions import WITHIN, Region
from footprint.layouts.measuring.materials import PROPERTIES
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.merged import MOST_COLUMNS
from footprint.model.sheets import Cell, Sheet, digits

_OF_BILLS = frozenset({"quantity", "total_quantity", "designator", "mass", "total_mass", "level", "parent"})
_NAMING = ("material", "name", "code", "specification")


def is_of_materials(region: Region) -> bool:
    """Tell whether a table states properties and no amount: it is no bill."""
    columns = region.header.columns.keys()
    return bool(columns & PROPERTIES.keys()) and not columns & _OF_BILLS


def stated(sheets: Sequence[Sheet], layout: Layout) -> tuple[dict[str, str], list[Sheet]]:
    """Return what sheets without a bill state of materials, as a map does, and the sheets that do.

    A column of properties needs its unit in the header; what a map states counts first.
    """
    found: dict[str, str] = {}
    told = []
    for sheet in sheets:
        own = dict(_rows(sheet, layout))
        found = {**own, **found}
        told += [sheet] if own else []
    return found, told


def _rows(sheet: Sheet, layout: Layout) -> Iterator[tuple[str, str]]:
    for top, row in enumerate(sheet.rows[:WITHIN]):
        names, properties = _columns(row[:MOST_COLUMNS], layout)
        if names and properties:
            for below in sheet.rows[top + 1 :]:
                cell = below[names[0]]
                name = digits(cell) if isinstance(cell, float) else cell
                texts = [f"{below[at]:.15g} {unit}" for at, unit in properties.items() if isinstance(below[at], float)]
                if isinstance(name, str) and name.strip() and texts:
                    yield name.strip(), "; ".join(texts)
            return


def _columns(row: Sequence[Cell], layout: Layout) -> tuple[list[int], Mapping[int, str]]:
    """Return the columns that name a material, the surest first, and those of its properties with their units."""
    meant = {at: layout.meant(cell) for at, cell in enumerate(row) if isinstance(cell, str)}
    names = [at for field in _NAMING for at, one in meant.items() if field in one.fields]
    return names, {at: one.unit for at, one in meant.items() if one.unit and {*one.fields[:1]} & PROPERTIES.keys()}
