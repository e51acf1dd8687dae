"""A worksheet with other values in some of its cells: what is between them stays as it was written."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from footprint.errors import Problem, problem
from footprint.provenance import column_letters
from footprint.tables.address import column_number
from footprint.tables.harmless import safe
from footprint.tables.inplace.cells import Cell, Row, SheetXml, letters
from footprint.tables.inplace.looks import Looks
from footprint.tables.inplace.marks import attributes, tag, with_attribute, written
from footprint.tables.packed import escaped

Value = str | float | bool | dt.date | None
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CORNERS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_OWN = frozenset((b"r", b"t", b"cm", b"vm"))
"""Attributes of a cell that its value brings, or that tie it to what its formula or its picture is."""


class Unset(NamedTuple):
    """In place of a value: the cell loses what is stored as the result of a formula.

    ``own`` False: the formula stands in another cell, and this one shows an error until it is calculated.
    """

    own: bool


Cells = Mapping[tuple[int, int], Value | Unset]


class Styles:
    """The style each cell of a sheet has, or would have: its own, that of its row, that of its column, the first."""

    def __init__(self, sheet: SheetXml) -> None:
        said = [each for each in sheet.head(b"col") if {"min", "max", "style"} <= each.keys()]
        self._columns = [(int(each["min"]), int(each["max"]), int(each["style"])) for each in said]

    def of(self, row: Row | None, column: int, cell: Cell | None) -> int:
        """Return the number of the style of ``cell``, or of one to be made in ``column`` of ``row``."""
        if cell is not None:
            return next((int(said[1:-1]) for name, said in written(cell.written) if name == b"s"), 0)
        said = attributes(row.written) if row else {}
        if said.get("customFormat") in {"1", "true"} and "s" in said:
            return int(said["s"])
        return next((style for first, last, style in self._columns if first <= column <= last), 0)


class Changed:
    """The bytes of a worksheet as they will be, made row by row."""

    def __init__(self, sheet: SheetXml, encoding: str, looks: Looks) -> None:
        self._sheet, self._encoding, self._looks = sheet, encoding, looks
        self._prefix = sheet.prefix.decode()
        self._styles = Styles(sheet)
        self._protected = any(said.get("sheet") in {"1", "true"} for said in sheet.foot(b"sheetProtection"))
        self.problems: list[Problem] = []
        """Why cells cannot be set."""

    def xml(self, cells: Cells) -> bytes:
        """Return the bytes of the sheet with ``cells`` (row and column, both from 1) set."""
        wanted: dict[int, dict[int, Value | Unset]] = {}
        for (row, column), value in sorted(cells.items(), key=lambda each: each[0]):
            wanted.setdefault(row, {})[column] = value
        sheet = self._sheet
        head, inside = sheet.xml[: sheet.start], b"".join(self._rows(wanted))
        opened = sheet.xml[sheet.start : sheet.inside]
        closed = sheet.xml[sheet.close : sheet.end]
        if not closed:
            opened, closed = opened.replace(b"/>", b">"), b"</%ssheetData>" % sheet.prefix
        return b"".join([self._wider(head, cells), opened, inside, closed, sheet.xml[sheet.end :]])

    def _rows(self, wanted: dict[int, dict[int, Value | Unset]]) -> Iterator[bytes]:
        """Yield what stands between the first row and the last, rows that are new among those that were there."""
        xml, at = self._sheet.xml, self._sheet.inside
        waiting = iter(wanted)
        due = next(waiting, None)
        for row in self._sheet.rows():
            if due is None:
                break
            while due is not None and due < row.number:
                yield xml[at : row.start]
                yield self._new(due, wanted[due])
                at, due = row.start, next(waiting, None)
            if due == row.number:
                yield xml[at : row.start]
                yield from self._row(row, wanted[due])
                at, due = row.end, next(waiting, None)
        yield xml[at : self._sheet.close]
        while due is not None:
            yield self._new(due, wanted[due])
            due = next(waiting, None)

    def _new(self, number: int, values: Mapping[int, Value | Unset]) -> bytes:
        """Return a row that was not there."""
        made = b"".join(self._cell(number, column, value, None, None) for column, value in values.items())
        return b'<%srow r="%d">%s</%srow>' % (self._sheet.prefix, number, made, self._sheet.prefix) if made else b""

    def _row(self, row: Row, values: Mapping[int, Value | Unset]) -> Iterator[bytes]:
        """Yield a row in which ``values`` are set."""
        xml, at = self._sheet.xml, row.inside
        yield b"<%srow%s>" % (self._sheet.prefix, _spanning(row.written, values))
        for (column, value), spot in zip(values.items(), self._sheet.spots(row, list(values)), strict=True):
            if isinstance(spot, Cell):
                yield xml[at : spot.start] + self._cell(row.number, column, value, row, spot)
                at = spot.end
            else:
                yield xml[at:spot] + self._cell(row.number, column, value, row, None)
                at = spot
        yield xml[at : row.close]
        yield b"</%srow>" % self._sheet.prefix

    def _cell(self, number: int, column: int, value: Value | Unset, row: Row | None, cell: Cell | None) -> bytes:
        """Return a cell that holds ``value`` in the style it has or would have."""
        if isinstance(value, Unset):
            return b"" if cell is None else self._unset(cell, own=value.own)
        style = self._styles.of(row, column, cell)
        self._check(value, style, number, column)
        if cell is None and value in (None, ""):
            return b""
        kind, inside = self._content(value, style)
        kept = b' r="%s%d"' % (letters(column), number)
        if cell is not None:
            kept += b"".join(b" %s=%s" % one for one in written(cell.written) if one[0] not in _OWN)
        elif style:
            kept += b' s="%d"' % style
        return self._element("c", kept + (b' t="%s"' % kind.encode() if kind else b""), inside)

    def _check(self, value: Value, style: int, row: int, column: int) -> None:
        """Note why a cell of this style cannot be set to ``value``."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        for refused, code in (
            (self._protected and self._looks.is_locked(style), "edit-locked"),
            (is_number and self._looks.shows_time(style), "edit-date"),
        ):
            if refused:
                cell = f"{column_letters(column - 1)}{row}"
                self.problems.append(problem(code, self._sheet.place._replace(cell=cell)))

    def _element(self, name: str, written: bytes, inside: str) -> bytes:
        name = f"{self._prefix}{name}"
        opened = b"<%s%s" % (name.encode(), written)
        return b"%s>%s</%s>" % (opened, self._encoded(inside), name.encode()) if inside else opened + b"/>"

    def _encoded(self, xml: str) -> bytes:
        return xml.encode(self._encoding, "xmlcharrefreplace")

    def _content(self, value: Value, style: int) -> tuple[str, str]:
        """Return the type of a cell that holds ``value``, and what is inside of it."""
        p = self._prefix
        if isinstance(value, bool):
            return "b", f"<{p}v>{value:d}</{p}v>"
        if isinstance(value, dt.date):
            value = self._looks.serial(value, style) or value.isoformat()
        if isinstance(value, int | float):
            return "", f"<{p}v>{_number(value)}</{p}v>"
        if not value:
            return "", ""
        shown = escaped(_ESCAPE_LIKE.sub("_x005F_", safe(value)))
        return "inlineStr", f'<{p}is><{p}t xml:space="preserve">{shown}</{p}t></{p}is>'

    def _unset(self, cell: Cell, *, own: bool) -> bytes:
        """Return a cell without the value that was stored as the result of a formula."""
        if not own:
            shown = f"<{self._prefix}v>#N/A</{self._prefix}v>"
            return self._element("c", with_attribute(with_attribute(cell.written, "t", "e"), "vm", None), shown)
        sheet, end = self._sheet, cell.close
        for name in (b"v", b"is"):
            stored = tag(sheet.prefix, name).search(sheet.masked, cell.inside, end)
            end = stored.start() if stored else end
        kept = with_attribute(with_attribute(cell.written, "t", None), "vm", None)
        name = self._prefix.encode()
        return b"<%sc%s>%s</%sc>" % (name, kept, sheet.xml[cell.inside : end], name)

    def _wider(self, head: bytes, cells: Cells) -> bytes:
        """Return what stands before the cells, with an extent that holds those set."""
        found = tag(self._sheet.prefix, b"dimension").search(self._sheet.masked, 0, self._sheet.start)
        said = attributes(found[1]).get("ref", "") if found else ""
        area = _CORNERS.fullmatch(said)
        if found is None or area is None or not cells:
            return head
        left, top, right, bottom = area[1], int(area[2]), area[3] or area[1], int(area[4] or area[2])
        rows, columns = {row for row, _ in cells}, {column for _, column in cells}
        left, right = (
            column_letters(pick((column_number(side), pick(columns))) - 1) for pick, side in ((min, left), (max, right))
        )
        ref = f"{left}{min(top, *rows)}:{right}{max(bottom, *rows)}"
        start, end = found.span(1)
        return head[:start] + with_attribute(found[1], "ref", ref) + head[end:]


def _number(value: float) -> str:
    """Return a number as a cell holds it; one that is none is a fault of the program."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number of a cell")
    return str(int(value)) if isinstance(value, int) else repr(float(value))


def _spanning(written: bytes, columns: Iterable[int]) -> bytes:
    """Return the attributes of a row whose stated span holds ``columns``."""
    first, _, last = attributes(written).get("spans", "").partition(":")
    if not (first.isdecimal() and last.isdecimal()):
        return with_attribute(written, "spans", None)
    return with_attribute(written, "spans", f"{min(int(first), *columns)}:{max(int(last), *columns)}")
