"""Columns of numbers of parts beside those that are but called as parts: numbers are codes, and the others names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from footprint.layouts.naming import headers
from footprint.layouts.naming.headers import Meant
from footprint.layouts.naming.namings import are_names
from footprint.model.sheets import Cell

_THING = re.compile(
    r"part|item|component|material|article|product|零件|零部件|部件|元件|元器件|器件|物料|子件|组件|teil|bauteil|artikel|komponente"
)
_NUMBERED = re.compile(
    rf"(?:{_THING.pattern}|sach|ident|erp|internal|company)?(?:e?(?:number|num|nummer|nr|no|pn|code)|pn|编码|编号|代码|料号|品号|件号|号)"
)
"""Captions of a thing alone, and of its number, as `headers.normal` leaves them."""


def of_numbered(
    captions: Mapping[int, str], said: Mapping[int, Meant], rows: Sequence[Sequence[Cell]]
) -> Mapping[int, Meant]:
    """Return the columns called as parts alone as names, where another has their numbers: ``Part, Part Number``.

    Their cells are words, or what stands at the places of a circuit: ``Reference, Part, Part Number``.
    """
    codes = {at: headers.normal(captions[at]) for at, meant in said.items()
             if meant.fields[:1] == ("code",) and not meant.is_stated}  # fmt: skip
    things = [at for at, caption in codes.items() if _THING.fullmatch(caption)]
    numbered = [at for at, caption in codes.items() if _NUMBERED.fullmatch(caption) and _are_codes(_column(rows, at))]
    if len(things) != 1 or len(numbered) != 1:
        return {}
    cells = _column(rows, things[0])
    is_placed = any(meant.fields[:1] == ("designator",) for meant in said.values())
    is_named = any(meant.fields[:1] == ("name",) for meant in said.values())
    if not (are_names(cells) or is_placed) or (is_named and headers.normal(captions[things[0]]) == "material"):
        return {}
    return {things[0]: Meant(("specification",) if is_named else ("name",)), numbered[0]: Meant(("code",))}


def _are_codes(cells: Sequence[Cell]) -> bool:
    """Tell whether most cells are filled, by what is no name in words."""
    filled = [cell for cell in cells if cell is not None and cell != ""]
    return 2 * len(filled) > len(cells) and not are_names(cells)


def _column(rows: Sequence[Sequence[Cell]], at: int) -> list[Cell]:
    """Return the cells of a column in the rows that hold anything."""
    return [row[at] for row in rows if at < len(row) and any(cell is not None and cell != "" for cell in row)]
