"""The rows of a long sheet as packed XML: XlsxWriter keeps half a kilobyte for each cell until the book is closed.

Texts stand in their cells, not in the table of shared texts: in a list most of them occur once.
"""

from __future__ import annotations

import datetime as dt
import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from xlsxwriter.worksheet import Worksheet

from footprint.provenance import column_letters
from footprint.tables.harmless import LONGEST_TEXT, safe

_PIECE = 20_000
"""Rows that are packed together."""
_MOST_TEXTS = 65_536
_MARKUP = re.compile("[&<>]")
_CODED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_letters = lru_cache(1024)(column_letters)
Styled = tuple[int, Any, int]
"""The column of a cell, from zero, its value, and the number of its look."""


class PackedSheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose last rows are XML already."""

    dim_rowmax: Any
    packed: Sequence[bytes] = ()
    head = 0

    def pack(self, rows: Iterable[tuple[float, Sequence[Styled]]], head: int, width: int) -> None:
        """Take the rows from number ``head`` on, from zero: the height [points] and the cells of each."""
        self.head, self.packed, last = head, [], head
        lines: list[str] = []
        texts = _Texts()
        for last, (height, cells) in enumerate(rows, head):
            lines.append(_row(last + 1, height, cells, texts, self._convert_date_time))
            if len(lines) == _PIECE:
                self.packed.append(_packed(lines))
                lines = []
        self.packed.append(_packed(lines))
        self._check_dimensions(last, width - 1)

    def _write_rows(self) -> None:
        last: int = self.dim_rowmax
        self.dim_rowmax = self.head - 1 if self.packed else last
        super()._write_rows()
        self.dim_rowmax = last
        for piece in self.packed:
            self.fh.write(zlib.decompress(piece).decode())


def _packed(lines: Sequence[str]) -> bytes:
    return zlib.compress("".join(lines).encode(), 1)


class _Texts(dict[str, str]):
    """What cells with a text hold, by the text."""

    def __missing__(self, value: str) -> str:
        if len(self) >= _MOST_TEXTS:
            self.clear()
        found = self[value] = _text(value)
        return found


def _row(number: int, height: float, cells: Sequence[Styled], texts: _Texts, of_date: Callable[[Any], float]) -> str:
    pixels = int(height * 4 / 3 + 0.5)
    inside = "".join([
        f'<c r="{_letters(at)}{number}" s="{look}"{texts[value] if type(value) is str else _content(value, of_date)}'
        for at, value, look in cells
    ])  # fmt: skip
    return f'<row r="{number}" ht="{pixels * 0.75:.16g}" customHeight="1">{inside}</row>'


def _content(value: Any, of_date: Callable[[Any], float]) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return f' t="b"><v>{value:d}</v></c>'
    return f"><v>{of_date(value) if isinstance(value, dt.date) else value:.16G}</v></c>"


def _text(value: str) -> str:
    if value.isalnum() and len(value) <= LONGEST_TEXT:
        return f' t="inlineStr"><is><t>{value}</t></is></c>'
    text = safe(value)
    if _MARKUP.search(text):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if "_x" in text:
        text = _CODED.sub(lambda found: f"_x005F{found[0]}", text)
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text or "\t" in text else ""
    return f' t="inlineStr"><is><t{kept}>{text}</t></is></c>'
