"""Rows that add up others, told by arithmetic: without a code, and just as much as the rows since the last sum, or all.

With a word for a sum or a weight, or without a name, such a row is left out; else it may be a part: it is asked about.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.locating.flags import Left
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.numerals import numbers
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import COUNT, LEAVE, Layout
from footprint.layouts.naming.measures import measured
from footprint.layouts.naming.namings import are_names
from footprint.layouts.naming.sayings import spelt, word
from footprint.model.sheets import Cell

_NAMES = ("name", "outline", "specification", "material")
_SPARE = frozenset({"name", "outline", "note", "category", "unit", "mass_unit", "quantity", "total_quantity", "mass",
                    "total_mass", "gross_mass", "other_mass", "stock_unit", "price"})  # fmt: skip
"""Fields that a row of sums may fill in; what tells more of a row tells of a part."""
_QUANTITIES, _MASSES = ("quantity", "total_quantity"), ("total_mass", "mass")
_LEAST, _LEAST_PIECES, _NEAR, _EXACT = 2, 3, 0.025, 1e-9
"""Rows that a sum without a word for it adds up, pieces more, and how near it must be to them."""


_Kind = tuple[str, float]


class Sums(NamedTuple):
    """The rows that are sums, and what must be told of those that may be."""

    rows: tuple[int, ...] = ()
    asked: tuple[Problem, ...] = ()


class _Sum(NamedTuple):
    """A row as much as ``rows`` others above it: what it tells, in which field; ``is_near``, or only rounded."""

    field: str
    told: float
    rows: int
    is_near: bool


def adding(table: Table, left: Left, totals: Left, layout: Layout) -> Sums:
    """Return the rows of ``left`` that add up others. ``totals``: those known to, by their words."""
    are_called = _are_called(table)
    bare = {*left} if are_called else table.uncoded.intersection(left)
    if not bare:
        return Sums()
    fields = (*_NAMES, "code") if are_called else _NAMES
    stated, is_coded = layout.constants.get("sums", ""), 2 * len(bare) < len(left)
    columns, ends, last = [*_columns(table, layout)], {*totals}, max((*left, *totals))
    may_ask = {False: not are_called, True: True}
    rows: list[int] = []
    asked: list[Problem] = []
    for at in sorted((*left, *totals)):
        found = _found(columns, at) if at in bare else None
        names = _names(table, at, fields) if found or (at == last and at in bare) else []
        is_sum = at in ends
        if _is_said(names, found) or (at == last and len(left) > _LEAST and _is_last(table, at, names)):
            is_sum = is_sum or stated != COUNT
        elif found and found.is_near and may_ask[at == last] and _is_plain(table, at, fields) and _may_be(
            table, at, found, is_coded=is_coded
        ):
            is_sum = stated == LEAVE
            if not stated:
                place, text = table.place(at, found.field), " ".join(names)
                asked.append(problem("import-sum", place, text=text, told=f"{found.told:.10g}", count=found.rows))
        if is_sum and at not in ends:
            rows.append(at)
        for one in columns:
            one.pass_(at, is_sum=is_sum)
    return Sums(tuple(rows), tuple(asked))


def _names(table: Table, at: int, fields: Sequence[str]) -> list[str]:
    """Return what a row is called in some fields."""
    return [as_text(cell) for field in fields if (cell := table.field(field)[at]) is not None]


def _is_said(names: Sequence[str], found: _Sum | None) -> bool:
    """Tell whether a row as much as others has no name, or one with a word for a sum or a weight."""
    return found is not None and (not names or any(_is_worded(name, found.rows) for name in names))


def _is_last(table: Table, at: int, names: Sequence[str]) -> bool:
    """Tell whether the last row of a list, of one at most, is called a sum."""
    return table.field("quantity")[at] in {None, "", 1.0} and any(map(_ends_in_total, names))


def told_again(table: Table, left: Left, known: Left, layout: Layout) -> Sums:
    """Return the rows without a code that tell once more what the row above them, with one, is made of, by mass.

    ``known``: those that say so (of which): the others that make up all of it with them are shares, too.
    """
    codes, stated = table.field("code"), layout.constants.get("sums", "")
    bare = table.uncoded.intersection(left)
    if len(bare | {*known}) in {0, len(left) + len(known)} or stated == COUNT:
        return Sums()
    weighed = next((one for one in _columns(table, layout) if one.field in _QUANTITIES), None)
    if weighed is None:
        return Sums()
    said, rows, asked = {*known}, [], []
    for head, run in _runs(sorted((*left, *known)), bare | said):
        others = [at for at in run if at not in said]
        if len(run) < _LEAST or not weighed.are_all_of(head, run) or not _weighs(table, head, weighed.field):
            continue
        if stated or len(others) < len(run):
            rows += others
        elif all(_is_plain(table, at) for at in run):
            facts = {"text": as_text(codes[head]), "count": str(len(run))}
            asked.append(problem("import-shares", table.place(run[0], weighed.field), (), **facts))
    return Sums(tuple(rows), tuple(asked))


def headed(
    table: Table, left: Left, amounts: Sequence[float | None], units_: Sequence[str], layout: Layout
) -> Sums:
    """Return the rows of a flat list that are sums of those below them, where such parts make up all of it.

    Each is as much as the rows that follow it, up to the next of them, and has no code where any row has one.
    """
    stated = layout.constants.get("sums", "")
    parts = [] if stated == COUNT else [*_parted(left, amounts, units_)]
    if not parts or len(parts) > len(left) // 2:
        return Sums()
    large = [part for part in parts if len(part) > _LEAST]
    bare = {*left} if _are_called(table) else table.uncoded.intersection(left)
    heads_ = [part[0] for part in parts]
    is_told = bare >= {*heads_} and (len(bare) < len(left) or all(_is_numbered(table, at) for at in heads_))
    weighs = all(units.measures(units_[at]) == "mass" for at in left) and (len(bare) == len(left) or is_told)
    enough = len(large) > 1 or len(parts[0]) > _LEAST_PIECES or (
        weighs and (len(parts) > 1 or _are_materials(table, layout)))  # fmt: skip
    if not large or not enough or not (weighs or is_told):
        return Sums()
    if stated:
        return Sums((*heads_,))
    at, told = large[0][0], amounts[large[0][0]] or 0.0
    text = next(iter(_names(table, at, (*_NAMES, "code"))), "")
    facts = {"text": text, "told": f"{told:.10g}", "count": str(len(large[0]) - 1)}
    return Sums((), (problem("import-sum-above", table.place(at, "quantity"), (), **facts),))


def _are_materials(table: Table, layout: Layout) -> bool:
    """Tell whether the rows are named by materials: by such a column, or by one that may be."""
    return table.named_by == "material" or "material" in layout.meant(table.caption(table.named_by)).fields


def _parted(left: Left, amounts: Sequence[float | None], units_: Sequence[str]) -> Iterator[list[int]]:
    """Yield the parts of a list that begin with the sum of what follows; none where not all of it is in such parts."""
    parts: list[list[int]] = []
    rest = 0.0
    for at in left:
        amount = amounts[at]
        if not amount:
            return
        if rest == 0.0:
            parts.append([at])
            rest = amount
            continue
        head = parts[-1][0]
        if units_[at] != units_[head] or amount > rest * (1 + _EXACT):
            return
        parts[-1].append(at)
        is_all = math.isclose(amount, rest, rel_tol=_EXACT, abs_tol=_EXACT * (amounts[head] or 0.0))
        rest = 0.0 if is_all else rest - amount
    if rest == 0.0:
        yield from parts


def _is_numbered(table: Table, at: int) -> bool:
    """Tell whether the name of a row begins with a number of a heading: ``一、金属``, ``A. Metals``, ``II. ...``."""
    return any(_HEADING.match(cell) for field in _NAMES if isinstance(cell := table.field(field)[at], str))


_HEADING = re.compile(r"\s*[(（]?(?:[一二三四五六七八九十]{1,3}|[IVX]{1,4}|[A-Z])[)）.、:：]\s*\S")


def _runs(every: Sequence[int], bare: Collection[int]) -> Iterator[tuple[int, list[int]]]:
    """Yield each row with a code that others without one follow, and these."""
    head, run = -1, list[int]()
    for at in every:
        if at in bare:
            run.append(at)
            continue
        if head >= 0 and run:
            yield head, run
        head, run = at, []
    if head >= 0 and run:
        yield head, run


def _may_be(table: Table, at: int, found: _Sum, *, is_coded: bool) -> bool:
    """Tell whether a row may be a sum by what it counts: pieces of one thing and of others come to any number."""
    weighs = _weighs(table, at, found.field)
    return found.rows >= (_LEAST if weighs else _LEAST_PIECES) and (weighs or is_coded)


class _Column:
    """What the rows of one column tell and add, and what they come to since the last sum, and in all.

    ``kinds``: what each is counted in, and how many of that one of its unit is.
    """

    def __init__(
        self, field: str, told: Sequence[float | None], adds: Sequence[float | None], kinds: Sequence[_Kind]
    ) -> None:
        self.field, self.told, self._adds, self._kinds = field, told, adds, kinds
        self._since: dict[str, tuple[float, int]] = {}
        self._all: dict[str, tuple[float, int]] = {}

    def pass_(self, at: int, *, is_sum: bool) -> None:
        """Add a row; one that is a sum begins anew."""
        amount, (kind, times) = self._adds[at], self._kinds[at]
        if is_sum:
            self._since = {}
        elif amount is not None:
            for run in (self._since, self._all):
                before, count = run.get(kind, (0.0, 0))
                run[kind] = before + amount * times, count + 1

    def are_all_of(self, head: int, rows: Sequence[int]) -> bool:
        """Tell whether rows add up to the one above them."""
        whole, *each = ((self._adds[at] or 0.0) * self._kinds[at][1] for at in (head, *rows))
        is_one_kind = {self._kinds[at][0] for at in rows} == {self._kinds[head][0]}
        return whole > 0 and all(each) and is_one_kind and math.isclose(math.fsum(each), whole, rel_tol=1e-6)

    def sum(self, at: int) -> _Sum | None:
        """Return the sum that a row is, None for none; without a unit it may be that of rows of one unit."""
        told, (kind, times) = self.told[at], self._kinds[at]
        for run in (self._since, self._all) if told else ():
            found, count = run.get(kind, (0.0, 0)) if kind or len(run) > 1 else next(iter(run.values()), (0.0, 0))
            if told and count and math.isclose(told * times, found, rel_tol=1e-9, abs_tol=half(told) * times):
                return _Sum(self.field, told, count, math.isclose(told * times, found, rel_tol=_NEAR))
        return None


def _found(columns: Sequence[_Column], at: int) -> _Sum | None:
    """Return the sum that a row is, if it is any; masses decide where it tells one."""
    weighed = [one for one in columns if one.field in _MASSES and one.told[at]]
    return next((found for one in weighed or columns if (found := one.sum(at))), None)


def _columns(table: Table, layout: Layout) -> Iterator[_Column]:
    """Yield what columns say of the quantity and the mass of each row; a mass of one counts times its quantity."""
    times: Sequence[float | None] = (None,) * len(table)
    for field in (field for field in (*_QUANTITIES, *_MASSES) if table.has(field)):
        read, of_mass = numbers(table, field, layout), field in _MASSES
        beside = table.field("mass_unit" if of_mass else "unit")
        known = {cell: _kind(cell, layout) for cell in {*beside, *read.units}}
        over = _kind(table.unit_of(field), layout)
        kinds = [known[own or cell] if own or cell else over for own, cell in zip(read.units, beside, strict=True)]
        adds = read.values if field != "mass" else [_times(*each) for each in zip(read.values, times, strict=True)]
        yield _Column(field, read.values, adds, kinds)
        times = read.values if field == "quantity" else times


def _times(each: float | None, amount: float | None) -> float | None:
    return each if each is None or amount is None else each * amount


def _kind(cell: Cell, layout: Layout) -> _Kind:
    """Return what a word for a unit is compared by, and how many of that it is: of masses kilograms."""
    known = measured(as_text(cell), layout) if cell else None
    if known and units.measures(known.unit) == "mass":
        return "kg", known.times * units.factor(known.unit, "kg")
    return (known.unit, known.times) if known else (word(cell), 1.0)


def _weighs(table: Table, at: int, field: str) -> bool:
    """Tell whether a row tells a mass."""
    written = as_text(table.field("unit")[at]) or table.unit_of(field)
    return field in _MASSES or units.measures(written) == "mass"


def _are_called(table: Table) -> bool:
    """Tell whether rows are called by what is read for their codes, in words: ``Item: Motor``."""
    return not any(map(table.has, ("name", "outline"))) and table.has("code") and are_names(table.field("code"))


def _is_plain(table: Table, at: int, naming: Collection[str] = ()) -> bool:
    """Tell whether a row has no more than a name, amounts and notes: no number, no material, no supplier."""
    spare = (_SPARE.union(naming) - {"specification", "material"}) | {table.named_by}
    others = (column for field, ats in table.columns.items() if field not in spare for column in ats)
    return not any(as_text(table.column(column)[at]) for column in others)


def _is_worded(name: str, rows: int) -> bool:
    """Tell whether a name begins or ends with a word for a sum or a weight: ``Subtotal metal``, ``整机净重``.

    One that begins with a word for a sum may be a counter: as much as a single row it is no sum.
    """
    begins, ends, _ = _worded()
    return ends.search(name) is not None or (begins.match(name) is not None and rows >= _LEAST)


def _ends_in_total(name: str) -> bool:
    """Tell whether a name ends with a word for a sum, but for what is said in brackets: ``Project total (approx.)``."""
    found = _worded()[2].search(_BRACKETS.sub("", name))
    return found is not None


_BRACKETS = re.compile(r"\s*[(（\[][^()（）\[\]]*[)）\]]\s*$")


@cache
def _worded() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what finds such words at the beginning, weights there or any of them at the end, and sums there."""
    sums, weights = ("|".join(r"\s*".join(map(re.escape, each)) for each in sorted(spelt(kind), key=len, reverse=True))
                     for kind in ("total", "weighed"))  # fmt: skip
    last = rf"^\W*(?:{weights})(?![^\W\d_])|(?<![a-z])(?:{sums}|{weights})\W*$"
    each = rf"\W*(?:{sums})(?![^\W\d_])", last, rf"(?<![^\W\d_])(?:{sums})\W*$"
    begins, ends, total = (re.compile(pattern, re.IGNORECASE) for pattern in each)
    return begins, ends, total


def half(told: float) -> float:
    """Return half a unit in the last digit of a printed sum: so far it may be rounded."""
    return 10.0 ** -len(f"{told:.10f}".rstrip("0").partition(".")[2]) / 2
