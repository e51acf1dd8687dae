"""Columns beside those that are read: a second one of the same meaning, and unknown ones that may tell what counts."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.counting.dates import SINCE, UNTIL, day
from footprint.layouts.locating.flags import TELLS, told_by
from footprint.layouts.locating.table import Table
from footprint.layouts.locating.withdrawn import says_so
from footprint.layouts.measuring.masses import KINDS
from footprint.layouts.measuring.materials import times_of
from footprint.layouts.naming import headers
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.measures import measured
from footprint.layouts.naming.sayings import plain, word, words
from footprint.model.sheets import Cell

_ASKED = frozenset({
    "unit", "mass", "parent", "base_quantity", "usage_share", "loss", "loss_factor", "fixed_loss", "assembly_scrap",
    "yield", "density", "linear_mass", "grammage", SINCE, UNTIL, *TELLS,
})  # fmt: skip
"""Fields of which two columns that differ give two results."""
_NAMED = frozenset({"quantity", "total_quantity", "code", "level", "total_mass", *_ASKED})
_ROUNDED = 0.01
_LEAST_TOLD, _MOST_FLAGS, _MOST_TOLD = 2, 4, 500
"""Different cells that tell rows apart; of a column of flags with its blanks; that are looked at."""
_LEAST_ROWS = 6
"""Rows of which two words that nobody knows are a flag, and no names."""
_LONGEST = 12


class Rival(NamedTuple):
    """A column at ``at`` that may mean a field and is not read for it.

    ``as_sure``: no less so than the one that is read, and it says otherwise.
    """

    field: str
    at: int
    as_sure: bool


def rivals(table: Table, layout: Layout, on: dt.date) -> tuple[Rival, ...]:
    """Return the columns without a use of their own that mean what another is read for, and tell something else."""
    found = ((one, *_differ(table, one, layout, on)) for one in _rivals(table, layout) if one.field in _NAMED)
    return tuple(one._replace(as_sure=one.as_sure and clashes) for one, clashes, tells in found if clashes or tells)


def _rivals(table: Table, layout: Layout) -> Iterator[Rival]:
    types = headers.types()
    idle = {at for field, ats in table.columns.items() if types[field] == "ignored" for at in ats}
    priced = {at for at in table.columns.get("price", ())
              if "price" not in layout.meant(table.header.captions[at]).fields}  # fmt: skip
    for at in (each for each in (*table.header.unused, *sorted(idle - priced)) if each not in table.header.owners):
        fields = _fields(table.header.captions[at], layout)
        field = next((field for field in fields[:1] if table.has(field) and types[field] != "ignored"), "")
        if field and (at in table.header.whole) == (table.columns[field][0] in table.header.whole):
            yield Rival(field, at, fields == _fields(table.caption(field), layout))


def _fields(caption: str, layout: Layout) -> tuple[str, ...]:
    """Return what a caption means, one of several rows by its lowest if that is a quantity: ``加强型 用量``."""
    fields = layout.meant(caption).fields
    if fields or layout.settles(caption) or " " not in caption:
        return fields
    lowest = layout.meant(caption.rsplit(" ", 1)[1]).fields
    return lowest if lowest[:1] in {("quantity",), ("total_quantity",)} else ()


def asked(table: Table, rivals: Sequence[Rival]) -> tuple[Problem, ...]:
    """Ask which column counts where two as surely mean the same, and give two results."""
    if variants := (*_of_variants(table, rivals),):
        return variants
    one = next((one for one in rivals if one.as_sure and (one.field in _ASKED or _is_of_variant(table, one))), None)
    if one is None:
        return ()
    caption, other = table.caption(one.field), table.header.captions[one.at]
    return (problem("import-two-columns", table.place(0, one.field), caption=caption, other=other),)


def _is_of_variant(table: Table, one: Rival) -> bool:
    """Tell whether two captions of quantities differ in a code or before their last word: ``P1用量, P2用量``."""
    caption, other = table.caption(one.field), table.header.captions[one.at]
    if one.field not in {"quantity", "total_quantity"} or caption == other:
        return False
    words_, others = caption.split(), other.split()
    if min(len(words_), len(others)) > 1 and words_[-1] == others[-1]:
        return True
    rest = {_CODE.sub("", each) for each in (caption, other)}
    return len(rest) == 1 and all(map(_CODE.search, (caption, other)))


_CODE = re.compile(r"(?<![A-Za-z])[A-Za-z]{0,8}[-_ ]?[0-9][A-Za-z0-9.-]{0,12}")
"""What tells variants apart in captions that are alike besides."""


def _of_variants(table: Table, rivals: Sequence[Rival]) -> Iterator[Problem]:
    """Ask which quantities count where two columns that differ stand below one caption: those of two variants."""
    header = table.header
    for one in (one for one in rivals if one.as_sure and one.field in {"quantity", "total_quantity"}):
        caption, other = table.caption(one.field), header.captions[one.at]
        first, _, own = caption.partition(" ")
        if own and header.bottom > header.top and other.startswith(f"{first} ") and other != caption:
            yield problem("import-variant-columns", table.place(0, one.field), caption=caption, other=other,
                          field=one.field)  # fmt: skip
            return


def _differ(table: Table, one: Rival, layout: Layout, on: dt.date) -> tuple[bool, bool]:
    """Tell whether a column says otherwise than the one that is read, and whether it says anything where that is empty.

    By what becomes of rows where it decides that, else by its cells.
    """
    tell = _teller(one.field, on)
    scales = _scales(one.field, table.unit_of(one.field), table.header.units.get(one.at, ""), layout)
    pairs = {*zip(table.field(one.field), table.column(one.at), strict=True)}
    if tell:
        return any(tell(a) != tell(b) for a, b in pairs), False
    clash = any(_unlike(a, b, scales, layout) for a, b in pairs if a is not None and b is not None)
    return clash, any(a is None and b is not None for a, b in pairs)


def _teller(field: str, on: dt.date) -> Callable[[Cell], object] | None:
    """Return what a cell of a field decides of its row; None for fields of numbers and texts."""
    if field in {SINCE, UNTIL}:
        return lambda cell: (found := day(cell, "ymd")) is not None and (found > on if field == SINCE else found < on)
    return told_by(field) if field in TELLS else None


def _unlike(one: Cell, other: Cell, scales: tuple[float, float] | None, layout: Layout) -> bool:
    """Tell whether two cells differ, more than by the spelling of a unit or by those in their headers."""
    if isinstance(one, str) and isinstance(other, str):
        return (measured(one, layout) or one) != (measured(other, layout) or other)
    if not (isinstance(one, float) and isinstance(other, float) and scales):
        return one != other
    return not math.isclose(one * scales[0], other * scales[1], rel_tol=_ROUNDED)


def _scales(field: str, over: str, beside: str, layout: Layout) -> tuple[float, float] | None:
    """Return what the units of two headers are in one; None where they are none of the same."""
    if kind := KINDS.get(field):
        one, other = times_of(over, kind, layout), times_of(beside, kind, layout)
        return (one, other) if one and other else None
    a, b = measured(over, layout), measured(beside, layout)
    if not (a and b and units.convertible(a.unit, b.unit)):
        return None
    return a.times * units.factor(a.unit, b.unit), b.times


def unknown(table: Table) -> list[str]:
    """Return the captions of the columns nobody knows that tell rows apart by dates, or by yes and no."""
    return [table.header.captions[at] for at in table.header.unused if _tells(table.column(at))]


def _tells(cells: list[Cell]) -> bool:
    """Tell whether a column holds nothing but dates, two words one of which may take a row out, or withdraws a row."""
    every = dict.fromkeys(cells)
    filled = [cell for cell in islice(every, _MOST_TOLD) if cell is not None and word(cell) != ""]
    if not filled or len(every) < _LEAST_TOLD:
        return False
    if any(word(cell) in plain("dead") or says_so(cell) for cell in filled):
        return True
    if len(every) > _MOST_FLAGS or len(filled) > _LEAST_TOLD:
        return all(map(_is_date, filled))
    takes_out = any(word(cell) in plain(kind) for cell in filled for kind in _TAKING_OUT)
    return takes_out or all(map(_is_date, filled)) or all(_is_flag(cell, len(cells)) for cell in filled)


def _is_date(cell: Cell) -> bool:
    return not isinstance(cell, float) and any(day(cell, order) for order in ("ymd", "mdy", "dmy"))


_TAKING_OUT = ("dead", "alternate", "phantom", "made", "output")
_FLAGS = ("yes", "no", *_TAKING_OUT)


def _is_flag(cell: Cell, rows: int) -> bool:
    said = word(cell)
    known = any(said in words(kind) for kind in _FLAGS)
    return known or (isinstance(cell, str) and rows >= _LEAST_ROWS and len(said) <= _LONGEST and said.isalpha())
