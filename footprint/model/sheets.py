"""What a spreadsheet file looks like after the door, before anyone gives it a meaning."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

from footprint.provenance import Place, column_letters

Cell = str | float | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta | None
"""A cell as read: text, number, truth value, date, or None when empty. Numbers are always float."""


class Digits(float):
    """A number of a text table that was not written as numbers are: ``1.10``, ``1E5``; as a code it is that text."""

    __slots__ = ("written",)
    written: str

    def __new__(cls, written: str) -> Self:
        """Return the number that ``written`` reads as."""
        made = super().__new__(cls, written)
        made.written = written
        return made


def digits(cell: float) -> str:
    """Return a number as a text: as it is written, else at most 15 digits."""
    return cell.written if isinstance(cell, Digits) else f"{cell:.15g}"


_NOTHING: Mapping[Any, Any] = {}
"""Never changed; a read-only view of it could not be handed to another process."""


class Sheet(NamedTuple):
    """The used cells of one sheet. ``rows[r][c]`` is the cell in row r+1, column c (both counted from A1).

    ``errors``: address -> error text (``#N/A``); ``uncached``: addresses of formulas without a stored value;
    ``hidden``: one-based numbers of hidden rows; ``merged``: ranges (``A1:C1``); ``visible``: False for hidden sheets;
    ``is_blind``: True where nothing is known of formulas without a value, hidden rows and merged ranges;
    ``formulas``: addresses of formulas with a stored value, of which nobody knows whether it is what they give;
    ``indents``: address -> how far its format moves a cell in; ``per_cent``: addresses of the cells whose formats show
    numbers in per cent (0.03 as 3 %); ``struck``: those of filled cells that it strikes through; ``outlines``:
    one-based row -> the level it is grouped in; all four where they are asked for; ``is_bare``: True where nobody tells
    formats at all; ``lengths``: how many cells the line of each row has, of text files whose lines differ in that and
    whose cells commas or semicolons part.
    """

    file: str
    name: str
    rows: tuple[tuple[Cell, ...], ...]
    errors: Mapping[str, str] = _NOTHING
    uncached: frozenset[str] = frozenset()
    hidden: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()
    visible: bool = True
    is_blind: bool = False
    formulas: frozenset[str] = frozenset()
    indents: Mapping[str, int] = _NOTHING
    per_cent: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()
    outlines: Mapping[int, int] = _NOTHING
    is_bare: bool = False
    lengths: Sequence[int] = ()

    def place(self, row: int, column: int | None = None) -> Place:
        """Return the place of zero-based ``row`` and ``column`` (of the row's first cell without a column).

        What stands before the first row, the header of a list that has none, is told at the first.
        """
        return Place(self.file, self.name, f"{column_letters(column or 0)}{max(row, 0) + 1}")


class Book(NamedTuple):
    """All sheets of one file, with the sha256 of its bytes."""

    file: str
    sheets: tuple[Sheet, ...]
    sha256: str
