"""The cells of a worksheet as nearly every program writes them, understood at the speed of one regular expression.

`PlainCells` walks over the bytes between ``<sheetData>`` and ``</sheetData>``. What the grammar covers needs no look
(values, formulas with a stored value, blanks); error cells, formulas without a value and hidden rows are noted one by
one; at anything else (prefixes, comments, CDATA, other attributes, cells without an address) it stops, and the sheet
has to be read the slow way. So no cell passes unseen.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from footprint.tables.address import column_number, column_pattern, row_pattern
from footprint.tables.limits import MAX_COLUMNS, MAX_ROWS

ERRORS = frozenset((b"#N/A", b"#REF!", b"#DIV/0!", b"#VALUE!", b"#NAME?", b"#NULL!", b"#NUM!"))
"""The error values calamine knows; it refuses the whole file for any other."""

_NUMBER = rb"-?[0-9]++(?:\.[0-9]++)?+(?:[eE][-+]?[0-9]{1,2})?+"
STYLE = rb'(?: (?:s|cm|vm|ph)="[0-9]++")*+'
_FORMULA = rb'(?:<f(?: [a-zA-Z0-9]++="[^"<>]*+"){0,12}+(?: ?/>|>[^<]*+</f>))?+'
TEXT = rb'<t xml:space="preserve">[^<]*+</t>|<t>(?![ \t\r\n])[^<]*+(?<![ \t\r\n])</t>|<t ?/>'
"""A text that calamine hands on as it stands: it cuts off the spaces at both ends unless told to preserve them."""
_VALUE = rb">(?:%s<v>%s</v>)?+</c>" % (_FORMULA, _NUMBER)
_TYPED = b"|".join((
    rb's"%s><v>[0-9]{1,9}+</v></c>' % STYLE,
    rb'n"%s%s' % (STYLE, _VALUE),
    rb'str"%s>%s<v(?: ?/>|(?: xml:space="preserve")?+>[^<]*+</v>)</c>' % (STYLE, _FORMULA),
    rb'inlineStr"%s><is>(?:%s)</is></c>' % (STYLE, TEXT),
    rb'b"%s>%s<v>[01]</v></c>' % (STYLE, _FORMULA),
    rb'd"%s>%s<v>[0-9TZ:.+-]++</v></c>' % (STYLE, _FORMULA),
    rb'[a-zA-Z]{1,9}+"%s ?/>' % STYLE,
))  # fmt: skip
BODY = rb'%s| t="(?:%s)| ?/>' % (_VALUE, _TYPED)
ROW_LOOK = rb'(?: (?!hidden="[1t]|ht="0)[a-zA-Z0-9:]++="[^"<>]*+"){0,16}+ ?'
_ROW = rb'<row r="[1-9][0-9]{0,6}+"%s/?>' % ROW_LOOK

_ADDRESS = re.compile(rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"')
_ODD_CELL = re.compile(
    rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"((?: [a-z]++="[^"<>&]*+"){0,6}+)>'
    rb"(" + _FORMULA + rb")(?:<v>([^<]*+)</v>|<v ?/>)?+</c>"
)
_STORED = re.compile(rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"[^<>]*+><f')
_ODD_ROW = re.compile(rb'<row r="([1-9][0-9]{0,6})"((?: [a-zA-Z0-9:]++="[^"<>&]*+"){0,16}+) ?/?>')
_TYPE = re.compile(rb' t="([a-zA-Z]*)"')
_HIDDEN = re.compile(rb' (?:hidden="(?:1|true)"|ht="0(?:\.0*)?")')
_SHARED = re.compile(rb't="s"[^<]*+<v>([0-9]++)')
_ANY_NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


class NotPlainError(Exception):
    """The part holds something only the slow scan can judge."""


@lru_cache(maxsize=64)
def _grammar(columns: bytes, rows: bytes) -> re.Pattern[bytes]:
    cell = rb'<c r="(?:%s)(?:%s)"%s(?:%s)' % (columns, rows, STYLE, BODY)
    return re.compile(rb"(?:%s|</row>|%s|[ \t\r\n]++)*+" % (cell, _ROW))


class PlainCells:
    """What was seen so far of the cells of one sheet.

    ``rows`` and ``columns`` bound every address from above. ``lengths`` are the bytes of the shared texts, given only
    if their use has to be added up, into ``text``.
    """

    def __init__(self, lengths: Sequence[int]) -> None:
        self.errors: dict[str, str] = {}
        self.uncached: set[str] = set()
        self.formulas: set[str] = set()
        self.hidden: set[int] = set()
        self.rows = self.columns = self.text = 0
        self._lengths = lengths
        self.admit(1, 1)

    def walk(self, buffer: bytes, at: int) -> int:
        """Return how far ``buffer`` is understood from ``at`` on: up to the end tag, a cell cut off, or what is odd."""
        while True:
            match = self._plain.match(buffer, at)
            end = match.end() if match else at
            if self._lengths:
                self._add_texts(buffer, at, end)
            if buffer.find(b"f", at, end) >= 0 and buffer.find(b"<f", at, end) >= 0:  # one letter is found far faster
                self.formulas.update(found.decode() for found in _STORED.findall(buffer, at, end))
            at = end
            address = _ADDRESS.match(buffer, at)
            if not (address and self._widened(address)):
                at = self._noted(buffer, at)
                if at == end:
                    return end

    def admit(self, rows: int, columns: int) -> None:
        """Take cells up to a row and a column, counted from one, for cells of this sheet."""
        if rows > self.rows or columns > self.columns:
            row, self.rows = row_pattern(max(rows, self.rows))
            column, self.columns = column_pattern(max(columns, self.columns))
            self._plain = _grammar(column, row)

    def _widened(self, address: re.Match[bytes]) -> bool:
        """Widen the grammar if a cell stands beyond it, and tell so; raise if it stands beyond the grid."""
        row, column = int(address[2]), column_number(address[1].decode())
        if row > MAX_ROWS or column > MAX_COLUMNS:
            raise NotPlainError
        if row <= self.rows and column <= self.columns:
            return False
        self.admit(row, column)
        return True

    def _add_texts(self, buffer: bytes, start: int, end: int) -> None:
        known = len(self._lengths)
        used = (int(index) for index in _SHARED.findall(buffer, start, end))
        self.text += sum(self._lengths[index] for index in used if index < known)

    def _noted(self, buffer: bytes, at: int) -> int:
        """Return the end of the row or cell at ``at``, noted; ``at`` itself if there is none that can be."""
        row = _ODD_ROW.match(buffer, at)
        if row:
            if _HIDDEN.search(row[2]):
                self.hidden.add(int(row[1]))
            return row.end()
        cell = _ODD_CELL.match(buffer, at)
        if cell and self._noted_cell(cell):
            return cell.end()
        return at

    def _noted_cell(self, cell: re.Match[bytes]) -> bool:
        address, value = cell[1].decode(), cell[4]
        kind = _TYPE.search(cell[2])
        if kind and kind[1] == b"e":
            if value in ERRORS:
                self.errors[address] = value.decode()
            return value in ERRORS
        if cell[3] and not value:
            self.uncached.add(address)
            return kind is None or kind[1] in {b"n", b"str", b"b"}
        self.formulas.update([address] if cell[3] else [])
        return (kind is None or kind[1] == b"n") and _is_finite(value or b"")


def _is_finite(value: bytes) -> bool:
    return _ANY_NUMBER.fullmatch(value) is not None and math.isfinite(float(value))
