"""What a cell must be to be of a field whose captions also mean others."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from footprint.layouts.naming.amounts import amount
from footprint.layouts.naming.periods import is_period
from footprint.layouts.naming.sayings import plain, word, words
from footprint.model.sheets import Cell

_DESIGNATORS = re.compile(r"[A-Za-z+-]{1,6}\d{0,4}[A-Za-z]?(?:[,;，、\s~-]++[A-Za-z+-]{0,6}\d{1,4}[A-Za-z]?)*+")
_NAMED = re.compile(
    r"[A-Za-z]{1,6}\d{1,4}(?:\([^()]{1,12}\))?|[A-Za-z_]{1,12}\d{0,4}(?:\s*+[,;，、]\s*+[A-Za-z_]{1,12}\d{1,4})++"
)
"""A designator with what it is of in brackets, or several by longer names: ``C2(0.1UF)``, ``DAC, LICK_1, LICK_2``."""
_DESIGNATING = re.compile(r"designator|ref\W{0,2}des|位号|位號|位置号", re.IGNORECASE)
_POSITION = re.compile(
    r"[#(（\[]?\d[\d.\- ]*[a-z]?[.)）、\]]?\*?|\*|\d*\.?[a-z]|[IVX]{1,5}|[一二三四五六七八九十]{1,3}[、.]?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d.,]*|[.,]\d+")
_PRICE = re.compile(
    r"(?:[$€£¥￥]|USD|EUR|CNY|RMB)\s?\d[\d.,]{0,15}|\d[\d.,]{0,15}(?:\s?(?:[$€£¥￥元]|USD|EUR|CNY|RMB))?", re.IGNORECASE
)
_DAY = re.compile(r"\d{1,4}\s?[-/.年 ]\s?(?:\d{1,2}|[^\W\d_]{3,9})\.?\s?[-/.月, ]\s?\d{1,4}(?:\D.*)?|\d{8}")
_DAYS = (20_000, 80_000)
"""How a day is written, and the numbers of a spreadsheet that are days of a bill."""
_BILL = re.compile(r"\d{1,3}|[A-Za-z]", re.ASCII)
"""How alternatives of a bill are called; what else stands in such a column are parts that may be used instead."""


def _designates(cell: Cell) -> bool:
    return isinstance(cell, str) and _DESIGNATORS.fullmatch(cell.strip()) is not None


def designates(caption: str) -> bool:
    """Tell whether a caption that means designators says so, whatever they look like; a ``Location`` may be a shelf."""
    return _DESIGNATING.search(caption) is not None


def names_places(cell: Cell) -> bool:
    """Tell whether a cell is designators, by names of any kind, under a header that else counts parts."""
    return _designates(cell) or (isinstance(cell, str) and _NAMED.fullmatch(cell.strip()) is not None)


def _counts(cell: Cell) -> bool:
    return isinstance(cell, float) or (isinstance(cell, str) and _POSITION.fullmatch(cell.strip()) is not None)


def _numbers_a_bill(cell: Cell) -> bool:
    return isinstance(cell, float) or (isinstance(cell, str) and _BILL.fullmatch(cell.strip()) is not None)


def is_day(cell: Cell) -> bool:
    """Tell whether a cell looks like a day, whatever stands first in it."""
    if isinstance(cell, float):
        return _DAYS[0] < cell < _DAYS[1]
    return isinstance(cell, dt.date) or (isinstance(cell, str) and _DAY.fullmatch(cell.strip()) is not None)


def _measures(cell: Cell) -> bool:
    return isinstance(cell, float) or (isinstance(cell, str) and any(map(str.isdecimal, cell)))


def is_number(cell: Cell) -> bool:
    """Tell whether a cell is a number, as it is or in text."""
    return isinstance(cell, float) or (isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()) is not None)


def count_rows(cells: Sequence[Cell]) -> bool:
    """Tell whether numbers may be those of rows, and no codes: they begin low for the steps they rise by."""
    told = [cell if isinstance(cell, float) else float(cell) for cell in cells
            if isinstance(cell, float) or (isinstance(cell, str) and cell.strip().isdecimal())]  # fmt: skip
    each = sorted({*told})
    if len(told) < len(cells) or not each or each[0] <= _FIRST:
        return True
    least = min((b - a for a, b in pairwise(each)), default=_FIRST)
    return each[0] <= _STEPS * least


_FIRST, _STEPS = 100.0, 10
"""The largest number that the first row has whatever the others have, and steps that it may begin above zero."""


def holds_no_number(rows: Sequence[Sequence[Cell]], at: int) -> bool:
    """Tell whether the column at ``at`` holds words in some rows, and a number, or a word for one, in none."""
    is_filled = False
    for row in rows:
        cell = row[at] if at < len(row) else None
        if isinstance(cell, float) or (isinstance(cell, str) and (any(map(str.isnumeric, cell)) or amount(cell))):
            return False
        is_filled = is_filled or (isinstance(cell, str) and any(map(str.isalpha, cell)))
    return is_filled


def are_prices(cells: Sequence[Cell]) -> bool:
    """Tell whether most of some cells are money or numbers, not all of them whole: below ``Unit`` what one costs."""
    texts = [cell for cell in cells if isinstance(cell, str) and _PRICE.fullmatch(cell.strip())]
    numbers = [cell for cell in cells if isinstance(cell, float)]
    costs = any(not text.strip().isdecimal() for text in texts) or not all(map(float.is_integer, numbers))
    return costs and 2 * (len(texts) + len(numbers)) > len(cells)


def _is_said(cell: Cell) -> bool:
    return isinstance(cell, str) and not _measures(cell)


def _outlines(cell: Cell) -> bool:
    return word(cell) not in words("structure")


def _specifies(cell: Cell) -> bool:
    return word(cell) not in plain("alternate") | words("main")


FITS: Mapping[str, Callable[[Cell], bool]] = MappingProxyType({
    "designator": _designates, "position": _counts, "alternative": _numbers_a_bill, "quantity": _measures,
    "outline": _outlines, "specification": _specifies, "fixed_quantity": _is_said,
    "valid_from": is_day, "valid_to": is_day, "base_quantity": _measures, "validity": is_period,
})  # fmt: skip
"""What a cell must be to be of a field whose captions also mean others; half of a column has to."""
