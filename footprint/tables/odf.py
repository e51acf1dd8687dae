"""Which cells of an OpenDocument spreadsheet are shown in per cent: calamine does not tell, their values say so."""

from __future__ import annotations

from footprint.provenance import column_letters
from footprint.tables.xmls import Attributes, PartReader, local_name

PART, _KIND = "content.xml", b"percentage"
_MOST = 2_000_000
"""Cells in per cent that are noted: a few bytes may say that millions are alike."""
_CELLS = frozenset({"table-cell", "covered-table-cell"})


def per_cent(content: bytes, file: str) -> dict[str, frozenset[str]]:
    """Return the addresses of the cells with values in per cent, by the names of their sheets; none where none are."""
    if _KIND not in content:
        return {}
    reader = _Values(file, PART)
    reader.feed(content, last=True)
    return {name: frozenset(cells) for name, cells in reader.found.items()}


class _Values(PartReader):
    """Counts rows and columns, repeated ones with how many they stand for, and notes the cells in per cent."""

    def __init__(self, file: str, part: str) -> None:
        super().__init__(file, part)
        self.found: dict[str, set[str]] = {}
        self._cells: set[str] | None = None
        self._row, self._rows, self._column, self._left = 0, 1, 0, _MOST

    def start(self, name: str, attributes: Attributes) -> None:
        local = local_name(name)
        if local == "table":
            self._cells, self._row, self._rows = self.found.setdefault(_said(attributes, "name"), set()), 0, 0
        elif local == "table-row":
            self._row, self._rows, self._column = self._row + self._rows, _times(attributes, "number-rows-repeated"), 0
        elif local in _CELLS and self._cells is not None:
            many = _times(attributes, "number-columns-repeated")
            if _said(attributes, "value-type") == _KIND.decode():
                self._note(self._cells, many)
            self._column += many

    def end(self, name: str) -> None:
        if local_name(name) == "table":
            self._cells = None

    def _note(self, cells: set[str], many: int) -> None:
        self._left -= many * self._rows
        if self._left < 0:
            raise self.malformed(f"more than {_MOST} cells in per cent")
        for column in range(self._column, self._column + many):
            letters = column_letters(column)
            cells.update(f"{letters}{row + 1}" for row in range(self._row, self._row + self._rows))


def _said(attributes: Attributes, name: str) -> str:
    return next((value for key, value in attributes.items() if local_name(key) == name), "")


def _times(attributes: Attributes, name: str) -> int:
    written = _said(attributes, name)
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= len(str(_MOST)) else 1
