"""A row of units below a header, ``kg, kg`` under ``单重, 总重``: it belongs to the header, no row of the table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from footprint import units
from footprint.layouts.naming import headers
from footprint.layouts.naming.sayings import is_filler
from footprint.model.sheets import Cell

_MEASURED = frozenset({"mass", "length", "number", "area", "volume", "share", "density", "linear_mass", "grammage"})
_KINDS = frozenset({"mass", "length", "area", "volume", "item"})
_MONEY = re.compile(r"(?:[$€£¥￥元]|RMB|CNY|USD|EUR|GBP|JPY|HKD|TWD|万元|人民币)(?:\s?/.{1,9})?", re.IGNORECASE)
_BRACKETS = "()（）[]【】〔〕{} \t\u3000"


def unit(text: str) -> str:
    """Return the unit that a cell is, in brackets or not; "" for any other."""
    bare = text.strip(_BRACKETS)
    if not bare or any(map(str.isdecimal, bare[:1])):
        return ""
    if bare in {"%", "‰"}:
        return bare
    counted = bare.partition("/")[0].strip()
    return bare if units.measures(counted) in _KINDS and headers.unit_in(f"- ({bare})") else ""


def below(
    row: Sequence[Cell], columns: Mapping[str, tuple[int, ...]], captions: Mapping[int, str]
) -> Mapping[int, str]:
    """Return the units that a row below a header holds by column; none of a row that holds anything else.

    One of them stands under what is measured, and none under what is a unit, or names rows.
    """
    types = headers.types()
    kinds = {at: types[field] for field, ats in columns.items() for at in ats}
    found: dict[int, str] = {}
    for at, cell in enumerate(row):
        if cell is None or is_filler(cell):
            continue
        written = unit(cell) if isinstance(cell, str) and kinds.get(at, "") not in {"unit", "text", "parent"} else ""
        if not written and not (isinstance(cell, str) and at in captions and _MONEY.fullmatch(cell.strip(_BRACKETS))):
            return {}
        found |= {at: written} if written else {}
    return found if any(kinds.get(at, "") in _MEASURED for at in found) else {}
