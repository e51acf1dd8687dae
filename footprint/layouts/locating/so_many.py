"""How many products a text says that quantities are for, wherever it stands: above a table, within it, in a caption.

A count of pieces is one of products where the text says besides that it is what something is for: ``每箱24瓶``,
``(per 100 sets)``, ``以下用量为100台``. What is counted of parts, pages or rows is none, and neither is ``第2台``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming import headers
from footprint.layouts.naming.amounts import POINT, amount, decimal_mark
from footprint.layouts.naming.headers import many_of
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.sayings import words

_LONGEST = 200
_PIECES = re.compile(
    r"(?<![\d.,第-])(?:(\d[\d.,']{0,11})|([百千万]))\s{0,2}([\u4e00-\u9fff]|[a-zäöü]{2,9}(?![a-zäöü]))", re.IGNORECASE
)
_FOR = re.compile(
    r"每|按|以[下上]|基[数准]|底数|批|/|(?<![a-z])(?:per|je|pro|each|basis|based on|batch|lot)(?![a-z])",
    re.IGNORECASE,
)  # fmt: skip
_OF_PARTS = re.compile(
    r"零|元件|部件|子件|种类|行数|页|[张项种条]\s*$|teile|positionen|"
    r"(?<![a-z])(?:parts?|components?|lines?|rows?|pages?|sheets?|levels?)(?![a-z])", re.IGNORECASE,
)  # fmt: skip
_WORDS = frozenset({
    "pcs", "pc", "piece", "pieces", "unit", "units", "set", "sets", "ea", "nos", "item", "items", "bottle", "bottles",
    "can", "cans", "pack", "packs", "box", "boxes", "stück", "stk", "satz", "sätze", "einheiten", "flaschen",
})  # fmt: skip


@lru_cache(4096)
def count(written: str) -> float:
    """Return the first number of pieces above 1 in a text; 1 where there is none."""
    if len(written) > _LONGEST:
        return 1.0
    for found in _PIECES.finditer(unicodedata.normalize("NFKC", written)):
        told = many_of(found[2]) if found[2] else _number(found[1])
        if told > 1 and _is_piece(found[3]):
            return told
    return 1.0


def _number(written: str) -> float:
    digits = written.rstrip(".,'")
    read = amount(digits, decimal_mark([digits]) or POINT)
    return read.value if read else 1.0


def _is_piece(word: str) -> bool:
    return word.casefold() in _WORDS or (not word.isascii() and units.measures(word) == "item")


def told(written: str) -> float:
    """Return how many products a title or heading may be for; 1 where it says nothing of it."""
    found = count(written)
    if found == 1 or _OF_PARTS.search(written):
        return 1.0
    is_for = _FOR.search(written) is not None or any(word in headers.normal(written) for word in words("bill"))
    return found if is_for else 1.0


def asked(table: Table, headings: Iterable[int], layout: Layout) -> Iterator[Problem]:
    """Ask about the first heading within a table that says how many products the rows at it are for."""
    if "base_quantity" in layout.constants or table.has("base_quantity"):
        return
    for at in headings:
        for cell in table.sheet.rows[table.at[at]]:
            if isinstance(cell, str) and (many := told(cell)) != 1:
                text = " ".join(cell.split())
                yield problem("import-rows-for-many", table.place(at), text=text, count=f"{many:g}")
                return
