"""What the text of a formula refers to: areas of sheets and names; or that it may refer to anything."""

from __future__ import annotations

import re
from typing import NamedTuple

from footprint.tables.address import column_number
from footprint.tables.limits import MAX_COLUMNS, MAX_ROWS

EVERY_SHEET = "*"
_SHEET = r"'(?:[^']|'')*+'!|(?:\[\d+\])?[\w.]+(?::[\w.]+)?!|\[\d+\]!"
_CELL = r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})"
_END = r"(?![\w.(!\[])"
_TOKEN = re.compile(
    rf'"(?:[^"]|"")*+"|(?P<sheet>{_SHEET})?+(?:'
    rf"(?P<cells>{_CELL}(?::{_CELL})?){_END}"
    rf"|(?P<columns>(\$?)([A-Za-z]{{1,3}}):(\$?)([A-Za-z]{{1,3}})){_END}"
    rf"|(?P<rows>(\$?)([0-9]{{1,7}}):(\$?)([0-9]{{1,7}})){_END}"
    r"|(?P<name>[^\W\d][\w.\\?]*+)(?P<more>\(|\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*+\])*+\])?+)"
    r"|\d[\d.]*(?:[eE][+-]?\d+)?|(?P<odd>[:\"'])",
    re.DOTALL,
)
LONGEST = 8_192
"""Characters of a formula."""
_CELLS_AT, _COLUMNS_AT, _ROWS_AT = (_TOKEN.groupindex[name] for name in ("cells", "columns", "rows"))
_ANYWHERE = frozenset(("INDIRECT", "OFFSET"))
_GROWING = frozenset(("SUMIF", "AVERAGEIF"))
"""Functions whose last area is as large as their first, whatever it is written as."""


class Area(NamedTuple):
    """Cells from one corner to the other, on ``sheet`` (in small letters; "" its own, `EVERY_SHEET` each).

    ``moving`` tells of top, left, bottom and right whether it moves with the formula.
    """

    sheet: str
    top: int
    left: int
    bottom: int
    right: int
    moving: tuple[bool, bool, bool, bool] = (False, False, False, False)

    def moved(self, rows: int, columns: int) -> Area:
        """Return what a formula refers to that stands so many rows and columns off."""
        down, along, deep, far = self.moving
        return Area(
            self.sheet, self.top + rows * down, self.left + columns * along,
            self.bottom + rows * deep, self.right + columns * far, self.moving,
        )  # fmt: skip


class Referred(NamedTuple):
    """What a formula refers to. ``anything``: what it says does not tell."""

    areas: tuple[Area, ...] = ()
    names: tuple[str, ...] = ()
    anything: bool = False


ANYTHING = Referred(anything=True)


def referred(formula: str) -> Referred:
    """Return what ``formula``, without its equals sign, refers to; other workbooks aside."""
    if len(formula) > LONGEST:
        return ANYTHING
    areas: list[Area] = []
    names: list[str] = []
    grows = False
    for token in _TOKEN.finditer(formula):
        if token["odd"]:
            return ANYTHING
        name, sheet = token["name"], _sheet(token["sheet"] or "")
        if name:
            if token["more"] == "(" and name.upper() in _ANYWHERE:
                return ANYTHING
            grows = grows or name.upper() in _GROWING
            names += [] if token["more"] == "(" else [name.casefold()]
        elif sheet is not None:
            areas += [area for area in (_area(token, sheet),) if area]
    return Referred(_of_one_size(areas) if grows else tuple(areas), tuple(names))


def _sheet(written: str) -> str | None:
    """Return which sheet is named before a reference, None if one of another workbook."""
    bare = written[1:-2].replace("''", "'") if written.startswith("'") else written.removesuffix("!")
    if "[" in bare:
        return None
    return EVERY_SHEET if ":" in bare else bare.casefold()


def _area(token: re.Match[str], sheet: str) -> Area | None:
    if token["cells"]:
        at = _CELLS_AT
        first = (token[at + 1], token[at + 2], token[at + 3], token[at + 4])
        last = (token[at + 5], token[at + 6], token[at + 7], token[at + 8]) if token[at + 6] else first
        return _between(sheet, first, last)
    if token["columns"]:
        at = _COLUMNS_AT
        return _between(
            sheet, (token[at + 1], token[at + 2], "$", "1"), (token[at + 3], token[at + 4], "$", str(MAX_ROWS))
        )
    if token["rows"]:
        at = _ROWS_AT
        return _between(sheet, ("$", "A", token[at + 1], token[at + 2]), ("$", "XFD", token[at + 3], token[at + 4]))
    return None


_Corner = tuple[str, str, str, str]


def _between(sheet: str, first: _Corner, last: _Corner) -> Area:
    """Return the area between two corners, whichever of them stands above or left of the other."""
    top, bottom = (int(first[3]), not first[2]), (int(last[3]), not last[2])
    left, right = (column_number(first[1]), not first[0]), (column_number(last[1]), not last[0])
    if top > bottom:
        top, bottom = bottom, top
    if left > right:
        left, right = right, left
    return Area(sheet, top[0], left[0], bottom[0], right[0], (top[1], left[1], bottom[1], right[1]))


def _of_one_size(areas: list[Area]) -> tuple[Area, ...]:
    """Return ``areas`` from their first corners, as large as the largest."""
    height = max((area.bottom - area.top for area in areas), default=0)
    width = max((area.right - area.left for area in areas), default=0)
    return tuple(
        area._replace(bottom=min(area.top + height, MAX_ROWS), right=min(area.left + width, MAX_COLUMNS))
        for area in areas
    )
