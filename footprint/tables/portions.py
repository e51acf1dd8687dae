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

    Calamine asks for memory for the whole extent of each portion, and a portion may span the sheet. So portions whose
    bounds pass `_LARGEST` cells together wait for each other, and once those read pass `MAX_CELLS` all are given up:
    the sheet is then read as a whole. ``unless`` keeps it from reading at all.
    """

    def __init__(self, common: Common, *, unless: bool = False) -> None:
        self._common = common
        self._portion = max(PORTION, 4 * common.strings.size if common.strings else 0)
        self._waiting: list[bytes] = []
        self._size = 0
        self._pool: ThreadPoolExecutor | None = None
        self._read: list[Future[CalamineSheet]] = []
        self._waited_for = self._spent = 0
        self.gave_up = unless

    def add(self, cells: bytes, extent: int) -> None:
        """Take the bytes of plain ``cells`` of a sheet whose rows times columns are at most ``extent`` so far."""
        if self.gave_up:
            return
        self._waiting.append(cells)
        self._size += len(cells)
        if extent > _LARGEST or (self._size >= self._portion and not self._has_room(extent)):
            self.gave_up = True
            self.close()
        elif self._size >= self._portion:
            self._cut()

    def _has_room(self, extent: int) -> bool:
        """Wait until one more portion of ``extent`` cells fits beside those being read; False if those read do not."""
        while (len(self._read) - self._waited_for + 1) * extent > _LARGEST:
            portion = self._read[self._waited_for]
            if portion.exception() is not None:
                return False
            self._waited_for += 1
            self._spent += portion.result().height * portion.result().width
        return self._spent <= MAX_CELLS

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
        if self.gave_up or self._pool is None:
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
