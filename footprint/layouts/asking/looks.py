"""What columns whose captions nobody knows look like by their cells: names, codes, specifications, units, amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from footprint import units
from footprint.layouts.asking.owners import names_owner
from footprint.layouts.naming.amounts import amount
from footprint.model.sheets import Cell

_MOST_UNITS = 30
_COUNTED = frozenset({"item", "mass", "length", "area", "volume"})


def are_amounts(cells: Sequence[Cell]) -> bool:
    """Tell whether cells are numbers, or some are and the others numbers with a unit: ``2``, ``1 set``."""
    numbers = sum(isinstance(cell, float) for cell in cells)
    return bool(numbers) and all(isinstance(cell, float) or _has_amount(cell) for cell in cells)


def _has_amount(cell: Cell) -> bool:
    read = amount(cell) if isinstance(cell, str) else None
    return read is not None and units.measures(read.unit) in _COUNTED


def are_names(cells: Sequence[Cell]) -> bool:
    """Tell whether most cells are words: with blanks between them, or without digits and not in capitals alone."""
    return 2 * sum(isinstance(cell, str) and _is_worded(cell.strip()) for cell in cells) > len(cells)


def _is_worded(text: str) -> bool:
    return " " in text or (any(map(str.isalpha, text)) and not any(map(str.isdigit, text)) and not text.isupper())


def further(
    columns: Mapping[int, Sequence[Cell]], captions: Mapping[int, str], field: str, *, has_unit: bool
) -> Iterator[tuple[str, str]]:
    """Yield the captions of further columns of texts with what they look like, each field once.

    ``columns``: the cells of those that nobody knows; ``field``: what is known of rows already, code or name.
    """
    texts = {at: cells for at, cells in columns.items() if cells and all(isinstance(cell, str) for cell in cells)
             and not names_owner(captions[at]) and not names_place(captions[at])}  # fmt: skip
    unit = next((at for at, cells in texts.items() if _are_units(cells)), -1)
    if unit >= 0:
        texts.pop(unit)
    tell = [at for at in texts if _tells_rows(texts[at])]
    if field == "code":
        named = max((at for at in tell if are_names(texts[at])), key=lambda at: len({*texts[at]}), default=-1)
        other = (named, "name")
    else:
        other = (next((at for at in tell if _are_codes(texts[at])), -1), "code")
    specified = next((at for at in tell if at != other[0] and _specify(texts[at])), -1)
    for at, of in (other, (specified, "specification"), (-1 if has_unit else unit, "unit")):
        if at >= 0:
            yield captions[at], of


def names_place(caption: str) -> bool:
    """Tell whether a caption says where something is kept or stands: that names no parts."""
    return _PLACE.search(caption) is not None


_PLACE = re.compile(r"ubicac|locat|standort|lagerort|emplacement|posizione|位置|库位|仓", re.IGNORECASE)


def _tells_rows(cells: Sequence[Cell]) -> bool:
    """Tell whether most cells are each another."""
    return 2 * len({*cells}) > len(cells) > 1


def _are_codes(cells: Sequence[Cell]) -> bool:
    texts = [str(cell).strip() for cell in cells]
    return len({*texts}) == len(texts) and all(" " not in text and any(map(str.isdigit, text)) for text in texts)


def _specify(cells: Sequence[Cell]) -> bool:
    """Tell whether most texts hold both letters and digits, as sizes and types do; links and dates do not."""
    texts = [str(cell) for cell in cells if "://" not in str(cell)]
    mixed = (any(map(str.isalpha, text)) and any(map(str.isdigit, text)) for text in texts)
    return 2 * sum(mixed) > len(cells)


def _are_units(cells: Sequence[Cell]) -> bool:
    texts = {str(cell).strip() for cell in cells}
    is_said = any(len(text) > 1 or not text.isascii() for text in texts)
    return is_said and len(texts) <= _MOST_UNITS and all(units.measures(text) in _COUNTED for text in texts)
