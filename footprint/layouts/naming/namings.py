"""Which column names the parts, by its cells: words that come once do; a material comes again beside a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from footprint.layouts.naming import headers
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.headers import Meant
from footprint.layouts.naming.sayings import spelt
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
    counted = [other for other, meant in said.items() if meant.fields[:1] in _COUNTED]
    beside = {at: [other for other in (*names, *codes) if other != at] for at in codes}
    materials = [at for at in codes if _may_be_material(captions[at], said[at])
                 and _are_materials(rows, at, beside[at], counted)]  # fmt: skip
    yield from ((at, Meant(("material",))) for at in materials)
    if materials == codes and len(names) > 1 and (at := _coding(names, said, rows)) >= 0:
        yield at, Meant(("code",))


def _may_be_material(caption: str, meant: Meant) -> bool:
    is_so_called = _OF_MATERIAL.search(caption) is not None and headers.rank(caption) in {"stock", ""}
    return is_so_called and not meant.is_stated


def _coding(names: Sequence[int], said: Mapping[int, Meant], rows: Sequence[Sequence[Cell]]) -> int:
    """Return which of several columns of names holds codes, as another is in words; -1 for none."""
    cells = {at: [*map(_numbered, _column(rows, at))] for at in names}
    worded = [at for at in names if are_names(cells[at])]
    coded = [at for at in names if not said[at].is_stated and at not in worded and _are_codes(cells[at])]
    return coded[0] if worded and len(coded) == 1 else -1


def _numbered(cell: Cell) -> Cell:
    """Return a number as text that is too long for a grade of a material, another cell as it is."""
    return as_text(cell) if isinstance(cell, float) and _is_number(as_text(cell)) else cell


def _are_codes(cells: Sequence[Cell]) -> bool:
    """Tell whether each of some cells is another text without a blank, and with a digit."""
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    filled = sum(cell is not None and cell != "" for cell in cells)
    return 1 < len({*texts}) == len(texts) == filled and all(
        any(map(str.isdecimal, text)) and " " not in text.strip() for text in texts)  # fmt: skip


def _are_materials(
    rows: Sequence[Sequence[Cell]], at: int, beside: Sequence[int], counted: Sequence[int]
) -> bool:
    """Tell whether a column that may hold codes holds materials: these come again, or are called so.

    Right of a name they are no codes where not each row has its own, nor right of how many there are of it.
    """
    cells = _column(rows, at)
    texts = {cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()} if beside else set()
    if not texts or _come_again(cells) or 2 * sum(map(_is_material, texts)) > len(texts):
        return bool(texts)
    is_last = any(other < at for other in counted)
    return min(beside) < at and not all(map(_is_number, texts)) and (is_last or not _are_codes(cells))


_COUNTED = {("quantity",), ("total_quantity",)}


def _is_material(text: str) -> bool:
    """Tell whether a word of a text is one for what is weighed, poured or cut; a code in capitals is none."""
    return not (_CODE.fullmatch(text) and text.isupper()) and not _materials().isdisjoint(
        map(str.casefold, _WORDS.findall(text)))  # fmt: skip


@cache
def _materials() -> frozenset[str]:
    return frozenset(word.casefold() for kind in ("bulk", "solid") for word in spelt(kind) if " " not in word)


def _is_number(text: str) -> bool:
    return sum(map(str.isdecimal, text)) >= _LONG_NUMBER


_CODE = re.compile(r"\S*\d\S*")
_WORDS = re.compile(r"[^\W\d_]+")
_LONG_NUMBER = 5
"""Digits of what is a code, and no grade of a material."""


def _column(rows: Sequence[Sequence[Cell]], at: int) -> list[Cell]:
    return [row[at] for row in rows if at < len(row)]


def _come_again(cells: Sequence[Cell]) -> bool:
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    return len(texts) >= _LEAST_ROWS and len({*texts}) * _LEAST_AGAIN <= len(texts)
