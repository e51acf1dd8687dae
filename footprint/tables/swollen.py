"""OpenDocument sheets that are larger than what is written: a few bytes may say that millions of cells are alike.

Calamine writes out every repeated cell and row. Here they are counted, in the bytes as they stand and by the names that
calamine looks for, for all cells take an XML parser longer than calamine takes to read them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from footprint.errors import WorkbookError
from footprint.tables.grid import too_large
from footprint.tables.limits import MAX_CELLS

_UNWRITTEN, _EACH = 1_000_000, 4
"""Cells that need not be written, and how many more for each that is: half-empty rows say how many cells are empty."""
_START = re.compile(rb"<table:table(?=[\s>]|-row[\s/>])")
_ROW, _ROW_END = b"-row", b"</table:table-row"
_CELL = re.compile(rb"<table:(?:covered-)?table-cell(?=[\s/>])")
_CELLS = (b"<table:table-cell", b"<table:covered-table-cell")
_HOLDS = (b":value", b"-value", b":formula")
_NAME = re.compile(rb"""\btable:name\s*=\s*["']([^"']*)""")
_ROWS = re.compile(rb"""number-rows-repeated\s*=\s*["']([^"']*)""")
_COLUMNS = re.compile(rb"""number-columns-repeated\s*=\s*["']([^"']*)""")


class _Sheet:
    """How far a sheet reaches with all that is repeated, and how many of its cells are written."""

    def __init__(self, head: bytes) -> None:
        named = _NAME.search(head)
        self.name = html.unescape(named[1].decode(errors="replace")) if named else ""
        self.rows = self.columns = self.written = self._row = 0

    def add(self, row: bytes) -> None:
        """Count a row; empty cells and rows at the end are none."""
        self._row += max(map(_many, _ROWS.findall(row)), default=1)
        filled = _filled(row.rpartition(_ROW_END)[0])
        written = sum(map(filled.count, _CELLS))
        if written:
            columns = written + sum(_many(times) - 1 for times in _COLUMNS.findall(filled))
            self.rows, self.columns = self._row, max(self.columns, columns)
            self.written += written


def bounded(content: bytes, file: str) -> None:
    """Raise `WorkbookError` where the sheets are larger than may be, or far larger than what is written of them."""
    cells, most = 0, _UNWRITTEN
    for sheet in _sheets(content):
        cells, most = cells + sheet.rows * sheet.columns, min(most + _EACH * sheet.written, MAX_CELLS)
        if cells > most:
            raise WorkbookError(too_large(file, sheet.name, sheet.rows, sheet.columns, cells, most))


def _sheets(content: bytes) -> Iterator[_Sheet]:
    sheet = _Sheet(b"")
    for piece in _START.split(content):
        if piece.startswith(_ROW):
            sheet.add(piece)
        else:
            yield sheet
            sheet = _Sheet(piece)
    yield sheet


def _filled(row: bytes) -> bytes:
    """Return a row without the empty cells at its end."""
    last = max(map(row.rfind, _HOLDS))
    if last < 0:
        return b""
    after = _CELL.search(row, last)
    return row[: after.start()] if after else row


def _many(written: bytes) -> int:
    """Return how many a number says: more than may be where nobody can read it."""
    return int(written) if written.isdigit() and len(written) <= len(str(MAX_CELLS)) else 2 * MAX_CELLS
