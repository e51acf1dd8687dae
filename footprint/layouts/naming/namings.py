"""Which column names the parts, by its cells: words that come once do; a material comes again beside a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from footprint.layouts.naming import headers
from footprint.layouts.naming.headers import Meant
from footprint.model.sheets import Cell

_WORD = re.compile(r"[^\W\d_]{4,}|[\u3040-\u9fff\uac00-\ud7af]{2,}")
_SHORT = 4
"""Letters in capitals that may be a code."""
_MOST, _LEAST_AGAIN = 0.6, 2
"""Share of a column that is in words; how often each of its cells comes on average, at least, that is a material."""
_DESCRIBES = re.compile(r"descri|desc\b|desc\.|beschreibung|text|描述|说明|說明", re.IGNORECASE)
_OF_MATERIAL = re.compile(r"material|werkstoff|材", re.IGNORECASE)
_LEAST_ROWS = 3


def are_names(cells: Sequence[Cell]) -> bool:
    """Tell whether most cells of a column are words, and most of these come once: what parts are called, no codes."""
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    filled = sum(cell is not None and cell != "" for cell in cells)
    return sum(map(_is_name, texts)) > _MOST * filled and len({*texts}) * 2 > filled > 1


def _is_name(text: str) -> bool:
    if any(map(str.isdecimal, text)):
        return _WORD.search(text) is not None and (" " in text or not text.isascii())
    return len(text) > _SHORT or not (text.isupper() and text.isascii())


def of_names(
    captions: Mapping[int, str], said: Mapping[int, Meant], rows: Sequence[Sequence[Cell]]
) -> Iterator[tuple[int, Meant]]:
    """Yield what columns mean besides a name: descriptions beside one in words, and a material that comes again.

    ``said``: what captions mean by themselves; what is stated counts.
    """
    names = [at for at, meant in said.items() if meant.fields[:1] == ("name",)]
    codes = [at for at, meant in said.items() if meant.fields[:1] == ("code",)]
    for at in names:
        is_described = _DESCRIBES.search(captions[at]) and not said[at].is_stated
        if is_described and any(are_names(_column(rows, other)) for other in codes):
            others = tuple(field for field in said[at].fields if field != "name")
            yield at, Meant(others or ("specification",))
    for at in codes:
        beside = [other for other in (*names, *codes) if other != at]
        may = _OF_MATERIAL.search(captions[at]) and headers.rank(captions[at]) in {"stock", ""} and beside
        if may and not said[at].is_stated and _come_again(_column(rows, at)):
            yield at, Meant(("material",))


def _column(rows: Sequence[Sequence[Cell]], at: int) -> list[Cell]:
    return [row[at] for row in rows if at < len(row)]


def _come_again(cells: Sequence[Cell]) -> bool:
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    return len(texts) >= _LEAST_ROWS and len({*texts}) * _LEAST_AGAIN <= len(texts)
