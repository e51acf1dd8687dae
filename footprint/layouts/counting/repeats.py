"""Rows below each other that tell one place twice: another maker of the part that is there, or another part for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from footprint.errors import Problem, problem
from footprint.layouts.locating.flags import Left
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import ALL, FIRST, Layout
from footprint.layouts.naming.sayings import word
from footprint.model.sheets import Cell

_DESIGNATOR = re.compile(r"[A-Za-z]{1,4}\d{1,5}[A-Za-z]?(?:\s?[-~–]\s?[A-Za-z]{0,4}\d{1,5})?")
_BETWEEN = re.compile(r"[\s,，;；、/]+")
_MOST_LETTERS = 2_000
"""Letters of a list of designators that is looked at."""
_APART = ("process", "plant", "bom_usage", "version", "alternative", "substitute_group")
"""Fields that tell uses of one part apart."""
SAME, PERHAPS = "same", "perhaps"


def again(
    table: Table, left: Left, layout: Layout, above: Mapping[int, object], usage: Sequence[float | None]
) -> Iterator[int]:
    """Yield the rows that tell their place again: the same part by another maker; more of them where that is stated.

    ``above``: what each row is part of; ``usage``: the share that each counts with, where it has one: these all count.
    """
    stated = layout.constants.get("repeated", "")
    if stated != ALL:
        yield from (at for _, at, how in _repeated(table, left, above, usage) if how == SAME or stated == FIRST)


def asked(
    table: Table, left: Left, layout: Layout, above: Mapping[int, object], usage: Sequence[float | None]
) -> Iterator[Problem]:
    """Ask about the first row that may tell the place of the one above it again, or count beside it."""
    if "repeated" in layout.constants:
        return
    found = ((one, at) for one, at, how in _repeated(table, left, above, usage) if how == PERHAPS)
    one, at = next(found, (-1, -1))
    if at >= 0:
        field = "designator" if place(table, at) else "position"
        text = as_text(table.field(field)[at])
        yield problem("import-same-place", table.place(at, field), text=text[:_SHOWN], other=table.place(one, field))


_SHOWN = 60


def _repeated(
    table: Table, left: Left, above: Mapping[int, object], usage: Sequence[float | None]
) -> Iterator[tuple[int, int, str]]:
    """Yield the rows that tell the place of the row above once more, each with the first of them, and how surely."""
    first, numbers, codes, places = -1, *map(table.field, ("position", "code", "designator"))
    for one, at in pairwise(left):
        may = usage[at] is None and (places[at] is not None or (codes[one] == codes[at] is not None))
        how = _how(table, one, at, numbers) if may and above.get(one) == above.get(at) else ""
        first = first if how and first >= 0 else one
        if how:
            yield first, at, how
        else:
            first = -1


def _how(table: Table, one: int, at: int, numbers: Sequence[Cell]) -> str:
    """Return how surely a row tells the place of another again: by the same designators, else number, part, amount."""
    if not _is_as_much(table, one, at) or not all(_are_alike(table, one, at, field) for field in _APART):
        return ""
    is_same = _are_filled_alike(table, one, at, "code")
    if table.has("designator") and (own := place(table, at)) and own == place(table, one):
        return SAME if is_same else PERHAPS
    if is_same and _names_another_maker(table, one, at):
        return SAME
    is_numbered = numbers[at] is not None and word(numbers[at]) == word(numbers[one])
    return PERHAPS if is_numbered and is_same and not table.field("designator")[at] else ""


def _names_another_maker(table: Table, one: int, at: int) -> bool:
    """Tell whether a row names a maker that another does not, and no amount of its own."""
    counted = (table.field(field)[at] for field in ("quantity", "total_quantity"))
    makers = [table.field(field) for field in ("manufacturer", "supplier")]
    return all(cell is None for cell in counted) and any(c[at] is not None and c[at] != c[one] for c in makers)


def place(table: Table, at: int) -> frozenset[str]:
    """Return the designators of a row; none where one of them is a word."""
    text = as_text(table.field("designator")[at])[:_MOST_LETTERS]
    each = [part for part in _BETWEEN.split(text) if part]
    return frozenset(each) if all(map(_DESIGNATOR.fullmatch, each)) else frozenset()


def _is_as_much(table: Table, one: int, at: int) -> bool:
    """Tell whether a row tells the amount of another, or none."""
    columns = [table.field(field) for field in ("quantity", "total_quantity", "unit") if table.has(field)]
    return all(column[at] is None or column[at] == column[one] for column in columns)


def _are_alike(table: Table, one: int, at: int, field: str) -> bool:
    cells = table.field(field)
    return cells[one] == cells[at]


def _are_filled_alike(table: Table, one: int, at: int, field: str) -> bool:
    return word(table.field(field)[one]) != "" and _are_alike(table, one, at, field)
