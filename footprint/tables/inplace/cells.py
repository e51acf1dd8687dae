"""The rows and cells of one worksheet in its bytes, found by number.

A row or cell may leave out where it stands; it then follows the one before. They stand in the order of their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from footprint.errors import WorkbookError, problem
from footprint.provenance import Place, column_letters
from footprint.tables.address import column_number, split
from footprint.tables.inplace.marks import attributes, masked, tag

ROOT = re.compile(rb"<([^\s<>/!?:]+:)?worksheet(?=[\s>])")
_STATED = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")


@lru_cache(maxsize=1 << 14)
def letters(column: int) -> bytes:
    """Return the letters of a column counted from 1."""
    return column_letters(column - 1).encode()


class Row(NamedTuple):
    """A row by its number: its attributes as written, and where its tag begins, its inside begins and ends, it ends."""

    number: int
    written: bytes
    start: int
    inside: int
    close: int
    end: int


class Cell(NamedTuple):
    """A cell by its column, and the same of it."""

    column: int
    written: bytes
    start: int
    inside: int
    close: int
    end: int


class SheetXml:
    """The bytes of the worksheet at ``place``: of all, and of its cells from ``inside`` to ``close``."""

    def __init__(self, place: Place, part: str, xml: bytes) -> None:
        self.place, self.part, self.xml = place, part, xml
        self.masked = masked(xml)
        root = ROOT.search(self.masked)
        if root is None:
            raise self.malformed("worksheet")
        self.prefix = root[1] or b""
        self._addressed = re.compile(rb'<%sc(?=[\s/>])(?:\s++r="([A-Z]{1,3})[0-9]++")?+' % re.escape(self.prefix))
        body = tag(self.prefix, b"sheetData").search(self.masked)
        if body is None:
            raise self.malformed("sheetData")
        self.start, self.inside = body.span()
        self.close = self.end = self.inside
        if not body[2]:
            self.close, self.end = self._closed(b"sheetData", self.inside, len(xml))

    def malformed(self, reason: str) -> WorkbookError:
        """Return the error that says why the sheet cannot be changed."""
        return WorkbookError(problem("workbook-malformed", self.place.file, part=self.part, reason=reason))

    def _closed(self, name: bytes, start: int, end: int) -> tuple[int, int]:
        """Return where the next end tag of ``name`` begins and ends."""
        at = self.masked.find(b"</%s%s" % (self.prefix, name), start, end)
        if at < 0:
            raise self.malformed(name.decode())
        return at, self.masked.index(b">", at) + 1

    def rows(self) -> Iterator[Row]:
        """Yield the rows from top to bottom."""
        number = 0
        for found in tag(self.prefix, b"row").finditer(self.masked, self.inside, self.close):
            stated = _STATED.search(found[1])
            before, number = number, int(stated[1]) if stated else number + 1
            if number <= before:
                raise self.malformed(f"row {number}")
            start, inside = found.span()
            close, end = (inside, inside) if found[2] else self._closed(b"row", inside, self.close)
            yield Row(number, found[1], start, inside, close, end)

    def spots(self, row: Row, columns: Sequence[int]) -> list[Cell | int]:
        """Return the cells of ``row`` in ``columns``, from left to right; the byte it belongs where there is none."""
        found = [self._at_once(row, column) for column in columns]
        spots = [spot for spot in found if spot is not None]
        return spots if len(spots) == len(found) else list(self._one_by_one(row, columns))

    def _at_once(self, row: Row, column: int) -> Cell | int | None:
        """Return a spot as nearly every program writes it, None if the cells have to be looked at one by one."""
        written = b'<%sc r="%s%d"' % (self.prefix, letters(column), row.number)
        at = self.masked.find(written, row.inside, row.close)
        if at >= 0:
            again = self.masked.find(written, at + 1, row.close)
            return self._cell(row, column, at) if again < 0 else None
        last = self.masked.rfind(b"<%sc" % self.prefix, row.inside, row.close)
        found = tag(self.prefix, b"c").match(self.masked, last, row.close) if last >= 0 else None
        stated = found and _STATED.search(found[1])
        place = split(stated[1].decode()) if stated else None
        if found is None or place is None or place[0] != row.number or place[1] == column:
            return None
        if place[1] > column:
            return self._before(row, column)
        return found.end() if found[2] else self._closed(b"c", found.end(), row.close)[1]

    def _before(self, row: Row, column: int) -> int | None:
        """Return where the first cell right of ``column`` begins, None if one before does not say where it stands."""
        for found in self._addressed.finditer(self.masked, row.inside, row.close):
            at = column_number(found[1].decode()) if found[1] else column
            if at >= column:
                return found.start() if at > column else None
        return None

    def _cell(self, row: Row, column: int, at: int) -> Cell | None:
        found = tag(self.prefix, b"c").match(self.masked, at, row.close)
        if found is None:
            return None
        start, inside = found.span()
        close, end = (inside, inside) if found[2] else self._closed(b"c", inside, row.close)
        return Cell(column, found[1], start, inside, close, end)

    def _one_by_one(self, row: Row, columns: Sequence[int]) -> Iterator[Cell | int]:
        left, at = list(columns), row.inside
        for cell in self.cells(row):
            while left and left[0] <= cell.column:
                yield cell if left.pop(0) == cell.column else cell.start
            at = cell.end
        yield from (at for _ in left)

    def cells(self, row: Row) -> Iterator[Cell]:
        """Yield the cells of a row from left to right."""
        column, at, opening = 0, row.inside, tag(self.prefix, b"c")
        while found := opening.search(self.masked, at, row.close):
            stated = _STATED.search(found[1])
            place = split(stated[1].decode()) if stated else (row.number, column + 1)
            if place is None or place[0] != row.number or place[1] <= column:
                raise self.malformed(f"row {row.number}")
            column = place[1]
            start, inside = found.span()
            close, at = (inside, inside) if found[2] else self._closed(b"c", inside, row.close)
            yield Cell(column, found[1], start, inside, close, at)

    def head(self, name: bytes) -> Iterator[dict[str, str]]:
        """Yield the attributes of the elements called ``name`` before the cells."""
        for found in tag(self.prefix, name).finditer(self.masked, 0, self.start):
            yield attributes(found[1])

    def foot(self, name: bytes) -> Iterator[dict[str, str]]:
        """Yield the attributes of the elements called ``name`` behind the cells."""
        for found in tag(self.prefix, name).finditer(self.masked, self.end):
            yield attributes(found[1])
