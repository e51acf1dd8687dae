"""Where a number comes from: its place, its basis, the status of its source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple

_DASHES = re.compile(r"[\s_\-\u00ad\u2010-\u2015\u2212\u30fc]+")


def numbered(text: str) -> str:
    """Return the number or title of a document as it is compared: blanks, dashes and widths are one, case is none."""
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text).casefold()).strip("-")


class Basis(StrEnum):
    """How an amount of the foreground was obtained, best first."""

    MEASURED = "measured"
    SUPPLIER = "supplier"
    CALCULATED = "calculated"
    PROXY = "proxy"
    DEFAULT = "default"


class Status(StrEnum):
    """How far a published number was checked against its source, best first.

    ``verified``: read in the issuing text, or two independent copies agree. ``secondary``: read in another's copy.
    ``calculated``: computed here from cited inputs. ``unverified``: from a source that could not be opened.
    """

    VERIFIED = "verified"
    SECONDARY = "secondary"
    CALCULATED = "calculated"
    UNVERIFIED = "unverified"


class Place(NamedTuple):
    """A cell of a workbook (``pump.xlsx:BOM!D8``), a sheet (``pump.xlsx:BOM``), a file, or a clause of a rule file."""

    file: str
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        inside = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        return f"{self.file}:{inside}" if inside else self.file

    @property
    def address(self) -> str:
        """``BOM!D8``: the place inside its file."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet


@cache
def column_letters(index: int) -> str:
    """Return the spreadsheet letters of a zero-based column ``index``: 0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def ranges(numbers: Sequence[int]) -> str:
    """Return ascending ``numbers`` with runs drawn together: ``3, 5-9``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
