"""What columns are read for where a table has none of a kind: numbers of makers for codes, masses for quantities."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from footprint import units
from footprint.layouts.naming import headers
from footprint.model.sheets import Cell

COUNTS = frozenset({"quantity", "total_quantity", "designator"})
"""What tells how much of a row there is."""
MASSES = ("mass", "total_mass", "gross_mass")
_OF_BILL = re.compile(r"bom|基本数量", re.IGNORECASE)
_OF_EACH = ("length", "area", "volume")


def with_codes(columns: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Return columns, the numbers of makers and dealers as the codes of rows that have no other."""
    if "order_code" in columns and "code" not in columns:
        return {"code" if field == "order_code" else field: ats for field, ats in columns.items()}
    return columns


def with_names(columns: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Return columns, materials as the names of rows that nothing else names: ``Raw material, Qty``.

    Without these, what substances are called on labels names them.
    """
    if not _NAMING.isdisjoint(columns):
        return columns
    named = next((field for field in ("material", "inci") if field in columns), "")
    return {"name" if field == named else field: ats for field, ats in columns.items()}


_NAMING = frozenset({"code", "name", "outline", "specification", "designator"})


def with_mass_units(
    columns: dict[str, tuple[int, ...]], captions: Mapping[int, str], rows: Sequence[Sequence[Cell]]
) -> dict[str, tuple[int, ...]]:
    """Return columns, units of masses alone right of a mass as those of it, where quantities say that they are pieces.

    ``Stück, Einzelgewicht, Gesamtgewicht, Einheit``: the kilograms are those of the weights.
    """
    at, counts = columns.get("unit", (-1,))[0], columns.get("quantity", (-1,))[0]
    if at < 0 or counts < 0 or "mass_unit" in columns or not is_after_mass(at, columns):
        return columns
    cells = {row[at] for row in rows if at < len(row)} - {None, ""}
    are_of_mass = cells and all(isinstance(cell, str) and units.measures(cell.strip()) == "mass" for cell in cells)
    caption = captions[counts]
    if not (are_of_mass and (headers.counts_pieces(caption) or units.measures(caption.strip()) == "item")):
        return columns
    return {"mass_unit" if field == "unit" else field: ats for field, ats in columns.items()}


def is_after_mass(at: int, columns: Mapping[str, tuple[int, ...]]) -> bool:
    """Tell whether a column stands right of a mass."""
    return any(at - 1 in columns.get(field, ()) for field in MASSES)


def counted(columns: Mapping[str, tuple[int, ...]], captions: Mapping[int, str]) -> Mapping[str, tuple[int, ...]]:
    """Return columns with quantities: where none are told, masses are, and what is else the base of a bill's."""
    if COUNTS & columns.keys():
        return columns
    may = () if "unit" in columns else ("total_mass", "mass")
    may = (*may, *(field for field in _OF_EACH if headers.is_of_each(captions.get(columns.get(field, (-1,))[0], ""))))
    if "base_quantity" in columns and _OF_BILL.search(captions[columns["base_quantity"][0]]):
        may = ("base_quantity", *may)
    kept = next((field for field in may if field in columns), "")
    if not kept:
        return columns
    renamed = {kept: "quantity", "mass_unit": "unit"} if kept in MASSES else {kept: "quantity"}
    return {renamed.get(field, field): ats for field, ats in columns.items()}
