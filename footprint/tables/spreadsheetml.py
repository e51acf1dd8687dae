"""XML spreadsheets of Excel 2003, which SAP and Oracle write under the name of a workbook (``bom.xls``)."""

from __future__ import annotations

import re

from footprint.errors import WorkbookError
from footprint.model.sheets import Cell, Sheet
from footprint.provenance import column_letters
from footprint.tables.grid import rectangle, too_large
from footprint.tables.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from footprint.tables.xmls import Attributes, PartReader

_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_SS = f"{_NAMESPACE}}}"
_HEAD, _PIECE = 4096, 1 << 20
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")


def is_spreadsheetml(data: bytes) -> bool:
    """Tell whether a file is an XML spreadsheet, whatever its name is."""
    head = data[:_HEAD].replace(b"\0", b"")
    return b"<Workbook" in head and _NAMESPACE.encode() in head


def read_spreadsheetml(data: bytes, file: str) -> tuple[Sheet, ...]:
    """Return the sheets of an XML spreadsheet; raise `WorkbookError` placed at ``file`` where it is malformed."""
    reader = _Reader(file, file)
    for start in range(0, len(data), _PIECE):
        reader.feed(data[start : start + _PIECE])
    reader.feed(b"", last=True)
    return tuple(reader.sheets)


class _Reader(PartReader):
    """Collects the cells of each sheet. Rows and cells may be left out: the next says its number then."""

    def __init__(self, file: str, part: str) -> None:
        super().__init__(file, part)
        self.sheets: list[Sheet] = []
        self._name, self._cells = "", 0
        self._rows: list[list[Cell]] = []
        self._merged: list[str] = []
        self._texts: list[str] | None = None
        self._type = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """Begin a sheet, row, cell, or the content of a cell."""
        if name == f"{_SS}Worksheet":
            self._name, self._rows, self._merged = attributes.get(f"{_SS}Name", ""), [], []
        elif name == f"{_SS}Row":
            self._rows += [[] for _ in range(self._number(attributes, "Index", len(self._rows) + 1) - len(self._rows))]
        elif name == f"{_SS}Cell" and self._rows:
            self._begin_cell(attributes)
        elif name == f"{_SS}Data" and self._rows:
            self._texts, self._type = [], attributes.get(f"{_SS}Type", "")

    def _begin_cell(self, attributes: Attributes) -> None:
        row, top = self._rows[-1], len(self._rows)
        across = self._number(attributes, "MergeAcross", 0)
        at = self._number(attributes, "Index", len(row) + 1)
        if at + across > MAX_COLUMNS:
            raise WorkbookError(too_large(self.file, self._name, top, at + across))
        self._count(at + across - len(row))
        row += [None] * (at + across - len(row))
        self._at = at - 1
        down = self._number(attributes, "MergeDown", 0)
        if across or down:
            area = f"{column_letters(at - 1)}{top}:{column_letters(at + across - 1)}{min(top + down, MAX_ROWS)}"
            self._merged.append(area)

    def end(self, name: str) -> None:
        """Take what a cell holds, or end a sheet."""
        if name == f"{_SS}Data" and self._texts is not None and self._rows and self._rows[-1]:
            self._rows[-1][self._at] = _cell("".join(self._texts), self._type)
            self._texts = None
        elif name == f"{_SS}Worksheet":
            self._count(max(map(len, self._rows), default=0) * len(self._rows) - self._cells)
            rows = rectangle([tuple(row) for row in self._rows])
            self.sheets.append(Sheet(self.file, self._name, rows, merged=tuple(self._merged)))

    def text(self, characters: str) -> None:
        """Take text between tags, if it is of a cell."""
        if self._texts is not None:
            self._texts.append(characters)

    def _number(self, attributes: Attributes, key: str, otherwise: int) -> int:
        """Return a number among attributes, no less than what it is without one."""
        written = attributes.get(f"{_SS}{key}", "")
        found = int(written) if written.isdecimal() and len(written) < len(str(MAX_ROWS)) + 1 else otherwise
        if found > MAX_ROWS:
            raise WorkbookError(too_large(self.file, self._name, found, 1))
        return max(found, otherwise)

    def _count(self, cells: int) -> None:
        self._cells += max(cells, 0)
        if self._cells > MAX_CELLS or len(self._rows) > MAX_ROWS:
            raise WorkbookError(too_large(self.file, self._name, len(self._rows), 1, self._cells))


def _cell(written: str, kind: str) -> Cell:
    if kind == "Number" and _NUMBER.fullmatch(written.strip()):
        return float(written)
    return bool(int(written)) if kind == "Boolean" and written in {"0", "1"} else written or None
