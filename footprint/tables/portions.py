"""A large sheet read in portions: while calamine works on one in a thread, the scan walks over the next.

Only plain cells come in, row by row, each with its address; a portion is therefore a small sheet of its own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from footprint.tables.limits import MAX_CELLS
from footprint.tables.packed import stored_pieces
from footprint.tables.values import Common, body, opened

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from python_calamine import CalamineSheet

    from footprint.model.sheets import Cell

PORTION = 6 << 20
"""Bytes of cells read at once, more if the shared texts are long, for these are read with each; smaller sheets are
read as a whole."""

_LARGEST = MAX_CELLS // 2
_START = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_ROW_END, _END = b"</row>", b"</sheetData></worksheet>"


class Portions:
    """Collects the bytes of scanned cells and has them read a portion at a time.

    Nothing is read before the first portion is full, and nothing more once the bounds of a sheet pass `_LARGEST` cells:
    calamine asks for memory for the whole extent of each portion. ``unless`` keeps it from reading at all.
    """

    def __init__(self, common: Common, *, unless: bool = False) -> None:
        self._common = common
        self._portion = max(PORTION, 4 * common.strings.size if common.strings else 0)
        self._waiting: list[bytes] = []
        self._size = 0
        self._pool: ThreadPoolExecutor | None = None
        self._read: list[Future[CalamineSheet]] = []
        self._refused = unless

    def add(self, cells: bytes, extent: int) -> None:
        """Take the bytes of plain ``cells`` of a sheet whose rows times columns are at most ``extent`` so far."""
        self._refused = self._refused or extent > _LARGEST
        if self._refused:
            self._waiting.clear()
            return
        self._waiting.append(cells)
        self._size += len(cells)
        if self._size >= self._portion:
            self._cut()

    def _cut(self) -> None:
        """Have read what waits, up to its last complete row."""
        *whole, last = self._waiting
        at = last.rfind(_ROW_END) + len(_ROW_END)
        if at >= len(_ROW_END):
            self._submit(*whole, last[:at])
            self._waiting, self._size = [last[at:]], len(last) - at

    def _submit(self, *cells: bytes) -> None:
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1))
        member = stored_pieces("", (_START, *cells, _END))
        self._read.append(self._pool.submit(lambda: opened(self._common, [member]).get_sheet_by_index(0)))

    def rows(self) -> list[tuple[Cell, ...]] | None:
        """Return the rows of the whole sheet from row 1 on; None if it was not read in portions, or out of order."""
        if self._refused or self._pool is None:
            return None
        self._submit(*self._waiting)
        rows: list[tuple[Cell, ...]] = []
        for portion in self._read:
            sheet = portion.result()
            first = (sheet.start or (len(rows), 0))[0]
            if first < len(rows):
                return None
            rows += [()] * (first - len(rows))
            rows += body(sheet)
        return rows

    def close(self) -> None:
        """Forget what was read, and wait for what is being read."""
        self._waiting.clear()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._read.clear()
