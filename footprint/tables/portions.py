"""A large sheet read in portions: rows of known cells as they come, and others by calamine, in a thread meanwhile.

Only plain cells come in, row by row, each with its address; a portion is therefore a small sheet of its own.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from footprint.tables.alike import Alike, Rows
from footprint.tables.limits import MAX_CELLS
from footprint.tables.packed import stored_pieces
from footprint.tables.values import SHEET_END, SHEET_START, Common, body, opened

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from python_calamine import CalamineSheet

    from footprint.model.sheets import Cell

PORTION = 6 << 20
"""Bytes of cells read at once, more if the shared texts are long, for these are read with each; smaller sheets are
read as a whole."""

_LARGEST = MAX_CELLS // 2
_ROW_END = b"</row>"


class Portions:
    """Collects the bytes of scanned cells and has them read a portion at a time.

    Calamine asks for memory for the whole extent of each portion, and a portion may span the sheet. So portions whose
    bounds pass `_LARGEST` cells together wait for each other, and once those read pass `MAX_CELLS` all are given up:
    the sheet is then read as a whole. ``size``: the bytes of the sheet; ``lengths``: those of each shared text;
    ``room``: how many bytes of them calamine may copy, where that is looked at.
    """

    def __init__(self, common: Common, size: int = 0, lengths: Sequence[int] = (), room: int | None = None) -> None:
        self._common, self._room = common, room
        self._portion = max(PORTION, 4 * common.strings.size if common.strings else 0)
        self._alike = Alike(common, lengths, counted=room is not None, unless=size < self._portion)
        self._waiting: list[bytes] = []
        self._size = self._extent = 0
        self._pool: ThreadPoolExecutor | None = None
        self._read: list[Future[CalamineSheet]] = []
        self._all: list[Future[CalamineSheet] | Rows] = []
        self._waited_for = self._spent = 0
        self.gave_up = False

    @property
    def wanted(self) -> int:
        """How many bytes of complete rows to `take` at once, 0 for none."""
        return 0 if self.gave_up else self._alike.wanted

    def take(self, rows: bytes) -> tuple[int, int, int] | None:
        """Read complete rows by cells that are known; return the last row and column, and the shared texts shown.

        None where that cannot be.
        """
        found = self._alike.look_up(rows, MAX_CELLS)
        if found is None or not self._flushed():
            return None
        self._all.append(found)
        return found.first + len(found.rows), found.columns, found.text

    def _flushed(self) -> bool:
        """Have read what waits; False where there is no room."""
        if any(self._waiting):
            if not self._has_room(self._extent):
                self._give_up()
                return False
            self._submit(*self._waiting)
            self._waiting, self._size = [], 0
        return True

    def add(self, cells: bytes, extent: int, text: int = 0) -> None:
        """Take the bytes of plain ``cells`` of a sheet whose rows times columns are at most ``extent`` so far.

        ``text``: the bytes of shared texts that the sheet shows so far.
        """
        if self.gave_up:
            return
        self._waiting.append(cells)
        self._size, self._extent = self._size + len(cells), extent
        is_too_much = extent > _LARGEST or (self._room is not None and text > self._room)
        if is_too_much or (self._size >= self._portion and not self._has_room(extent)):
            self._give_up()
        elif self._size >= self._portion:
            self._cut()

    def _give_up(self) -> None:
        self.gave_up = True
        self.close()

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
        member = stored_pieces("", (SHEET_START, *cells, SHEET_END))
        self._read.append(self._pool.submit(lambda: opened(self._common, [member]).get_sheet_by_index(0)))
        self._all.append(self._read[-1])

    def rows(self) -> list[tuple[Cell, ...]] | None:
        """Return the rows of the whole sheet from row 1 on; None if it was not read in portions, or out of order."""
        if self.gave_up or not self._all or not self._flushed():
            return None
        rows: list[tuple[Cell, ...]] = []
        for portion in self._all:
            if isinstance(portion, Rows):
                first, found = portion.first, portion.rows
            else:
                sheet = portion.result()
                first, found = (sheet.start or (len(rows), 0))[0], body(sheet)
            if first < len(rows):
                return None
            rows += [()] * (first - len(rows))
            rows += found
        return rows

    def close(self) -> None:
        """Forget what was read, and wait for what is being read."""
        self._waiting.clear()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._read.clear()
        self._all.clear()
