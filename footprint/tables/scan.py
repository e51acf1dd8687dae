"""What a worksheet holds besides values, read from its XML before any other reader may see it.

A sheet is scanned at two speeds. What stands around the cells goes through expat; the cells themselves go through the
grammar of `footprint.tables.plain`, those of a large sheet once for all that are written alike. Where one of them meets
what it cannot vouch for, the sheet is scanned once more, cell by cell, and written anew for calamine
(`footprint.tables.rewrite`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from footprint.tables.address import is_range, split
from footprint.tables.alike import ROW
from footprint.tables.container import Container, Member
from footprint.tables.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from footprint.tables.plain import NotPlainError, PlainCells
from footprint.tables.xmls import Attributes, PartReader, local_name

_OPEN, _CLOSED, _END = b"<sheetData>", b"<sheetData/>", b"</sheetData>"
_MAX_HEAD = 4 << 20
_MAX_TOKEN = 1 << 20
_PLACE = re.compile(rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"')


class Scanned(NamedTuple):
    """What was found in a sheet, and the part calamine may read.

    ``rows`` and ``columns`` bound the used cells from above, counted from A1. ``text`` counts the bytes of shared texts
    the cells show, if asked for.
    """

    member: Member
    rows: int
    columns: int
    errors: dict[str, str]
    uncached: frozenset[str]
    formulas: frozenset[str]
    hidden: frozenset[int]
    merged: tuple[str, ...]
    text: int


class _Frame(PartReader):
    """The XML of a sheet around its cells: merged ranges, and whether calamine would read it as we do.

    ``cells_at`` is the byte where ``<sheetData`` starts, -1 before.
    """

    def __init__(self, file: str, part: str) -> None:
        super().__init__(file, part)
        self.merged: list[str] = []
        self.cells_at = -1
        self._path: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        """Note the place of the cells, the dimension and the merged ranges."""
        self._path.append(name)
        local = local_name(name)
        if local == "sheetData":
            self._enter_cells()
        elif len(self._path) > 2 and local_name(self._path[1]) == "sheetData":
            raise NotPlainError
        elif local in {"mergeCell", "dimension"}:
            area = attributes.get("ref", "")
            if not is_range(area):
                raise NotPlainError
            self.merged += [area] if local == "mergeCell" else []

    def end(self, _name: str) -> None:
        """Leave an element."""
        self._path.pop()

    def _enter_cells(self) -> None:
        namespace = self._path[0].removesuffix("worksheet")
        if self._path != [f"{namespace}worksheet", f"{namespace}sheetData"] or self.cells_at >= 0:
            raise NotPlainError
        self.cells_at = self.position


Keep = Callable[[bytes, int, int], None]
"""Takes the bytes of plain cells, the rows times columns that hold all cells so far, and the text these show."""


class Known(Protocol):
    """Whoever reads rows by what is known of their cells; ``wanted``: the bytes to give at once, 0 for none."""

    @property
    def wanted(self) -> int:
        """Bytes of rows."""

    def take(self, rows: bytes) -> tuple[int, int, int] | None:
        """Read and keep complete rows; return the last row and column, and the bytes of shared texts if they count.

        None where the rows must be walked over.
        """


def scan_plain(
    container: Container, part: str, lengths: Sequence[int], keep: Keep, known: Known | None = None
) -> Scanned:
    """Scan the worksheet ``part``; raise `NotPlainError` if it is not written as nearly all are.

    ``lengths`` are the bytes of the shared texts if their use is to be added up; ``keep`` gets the cells on the way but
    those that ``known`` takes.
    """
    pieces = _gathered(container.stream(part), known) if known else container.stream(part)
    frame, cells = _Frame(container.file, part), PlainCells(lengths)
    buffer = _head(pieces, frame)
    if buffer is not None:
        rest = _cells(pieces, cells, buffer, keep, known)
        frame.feed(_END + rest)
    for piece in pieces:
        frame.feed(piece)
    frame.feed(b"", last=True)
    return Scanned(
        container.member(part), cells.rows, cells.columns, cells.errors, frozenset(cells.uncached),
        frozenset(cells.formulas), frozenset(cells.hidden), tuple(frame.merged), cells.text,
    )  # fmt: skip


def _head(pieces: Iterator[bytes], frame: _Frame) -> bytes | None:
    """Feed ``frame`` up to the cells and return the bytes after ``<sheetData>``; None if there are no cells."""
    buffer = b""
    for piece in pieces:
        buffer += piece
        at = buffer.find(_OPEN)
        if at >= 0:
            frame.feed(buffer[: at + len(_OPEN)])
            if frame.cells_at != at or frame.encoding not in {"utf-8", "us-ascii"}:
                raise NotPlainError
            return buffer[at + len(_OPEN) :]
        if len(buffer) > _MAX_HEAD:
            raise NotPlainError
    if _CLOSED not in buffer:
        raise NotPlainError
    frame.feed(buffer)
    return None


def _read(buffer: bytes, cells: PlainCells, keep: Keep, known: Known | None) -> int:
    """Return how far the cells are read: to the last complete row while rows are wanted, else while they are plain."""
    end = len(buffer)
    if known and known.wanted:
        stop = buffer.find(_END)
        end = stop if stop >= 0 else buffer.rfind(ROW)
        reached = known.take(buffer[:end]) if end > 0 and buffer.startswith(ROW) else None
        if reached:
            cells.admit(*reached[:2])
            cells.text += reached[2]
            return end
    at = cells.walk(buffer[:end] if end > 0 else buffer, 0)
    if cells.rows > MAX_ROWS or cells.columns > MAX_COLUMNS:
        raise NotPlainError
    keep(buffer[:at], cells.rows * cells.columns, cells.text)
    return at


class TooFarError(Exception):
    """The cells that hold something reach farther than any sheet that is read: to ``rows`` and ``columns`` at least."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__(rows, columns)
        self.rows, self.columns = rows, columns


def _last_filled(buffer: bytes, end: int) -> tuple[int, int]:
    """Return the row and column of the last cell before ``end`` that holds something, of those easily told."""
    value = buffer.rfind(b"</v></c>", 0, end)
    found = _PLACE.match(buffer, buffer.rfind(b'<c r="', 0, value)) if value >= 0 else None
    return (split(found[1].decode()) or (0, 0)) if found else (0, 0)


def _gathered(pieces: Iterator[bytes], known: Known) -> Iterator[bytes]:
    """Yield pieces together that are as long as wanted."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= known.wanted:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


def _cells(pieces: Iterator[bytes], cells: PlainCells, buffer: bytes, keep: Keep, known: Known | None) -> bytes:
    """Walk over the cells and return the bytes after ``</sheetData>``."""
    rows = columns = 0
    while True:
        at = _read(buffer, cells, keep, known)
        row, column = _last_filled(buffer, at)
        rows, columns = max(rows, row), max(columns, column)
        if rows * columns > MAX_CELLS:
            raise TooFarError(rows, columns)
        if buffer.startswith(_END, at):
            if cells.rows * cells.columns > MAX_CELLS:
                raise NotPlainError
            return buffer[at + len(_END) :]
        piece = next(pieces, b"")
        if not piece or len(buffer) - at > _MAX_TOKEN:
            raise NotPlainError
        buffer = buffer[at:] + piece
