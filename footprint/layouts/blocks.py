"""What stands above a table: the product or assembly it is the bill of, as pairs of caption and value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from footprint.layouts import headers
from footprint.layouts.amounts import amount
from footprint.layouts.flags import spelt
from footprint.model.sheets import Cell, Sheet, digits
from footprint.provenance import Place

_INSIDE = re.compile(r"\s*([^:：]{1,30})[:：]\s*+(\S(?:.*\S)?)\s*", re.DOTALL)
_PARENT = ("parent", "code", "name", "base_quantity", "specification", "alternative", "yield", "lot_size",
           "sub_bom")  # fmt: skip
_ABOVE = 30


class Said(NamedTuple):
    """A value above a table, and where it stands."""

    text: str
    place: Place


class Block(NamedTuple):
    """What is said above a table. ``code`` and ``name`` are those of what it is the bill of."""

    said: Mapping[str, Said]

    @property
    def code(self) -> str:
        """The code of what the table is the bill of, "" where none is said."""
        found = self.said.get("parent") or self.said.get("code")
        return found.text if found else ""

    @property
    def bill(self) -> str:
        """The number of the bill itself, by which others refer to it."""
        found = self.said.get("sub_bom")
        return found.text if found else ""

    @property
    def name(self) -> str:
        """The name of what the table is the bill of."""
        found = self.said.get("name")
        return found.text if found else ""

    @property
    def quantity(self) -> float | None:
        """How many of it the table is the bill of."""
        return self._number("base_quantity")

    @property
    def lot(self) -> float | None:
        """How many of it one order makes."""
        return self._number("lot_size")

    @property
    def yielded(self) -> float | None:
        """Which share of what is begun becomes it; a number above 1 is per cent."""
        found = self._number("yield")
        return found if found is None or found <= 1 else found / 100

    def _number(self, field: str) -> float | None:
        found = self.said.get(field)
        read = amount(found.text) if found else None
        return read.value if read and read.value > 0 else None


def block(sheet: Sheet, header: int) -> Block:
    """Return what is said in the rows above the header of a table; the first of each field counts."""
    said: dict[str, Said] = {}
    for at in range(max(0, header - _ABOVE), header):
        for field, found in _pairs(sheet, at):
            said.setdefault(field, found)
    return Block(said)


def where_used(sheet: Sheet, header: int) -> Place | None:
    """Return where a title above a table says that it tells what a part is used in, not what it is made of."""
    titles = ((row, column, cell) for row in range(max(0, header - _ABOVE), header)
              for column, cell in enumerate(sheet.rows[row]) if isinstance(cell, str))  # fmt: skip
    said = (sheet.place(row, column) for row, column, cell in titles
            if any(word in cell.casefold() for word in spelt("where-used")))  # fmt: skip
    return next(said, None)


def _pairs(sheet: Sheet, at: int) -> Iterator[tuple[str, Said]]:
    """Yield the fields said in a row, each by its caption and the next filled cell, or both in one cell."""
    row = sheet.rows[at]
    filled = [column for column, cell in enumerate(row) if cell is not None and str(cell).strip()]
    for place, column in enumerate(filled):
        cell = row[column]
        inside = _INSIDE.fullmatch(cell) if isinstance(cell, str) else None
        if inside:
            yield from _said(inside[1], inside[2], sheet.place(at, column))
        elif isinstance(cell, str) and place + 1 < len(filled):
            following = filled[place + 1]
            yield from _said(cell.rstrip(":： "), _text(row[following]), sheet.place(at, following))


def _said(caption: str, value: str, place: Place) -> Iterator[tuple[str, Said]]:
    field = _first(headers.meant(caption).fields)
    if field and not headers.meant(value).fields:
        yield field, Said(value.strip(), place)


def _first(fields: Sequence[str]) -> str:
    return next((field for field in fields if field in _PARENT), "")


def _text(cell: Cell) -> str:
    return digits(cell) if isinstance(cell, float) else str(cell)
