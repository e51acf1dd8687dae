"""How much of each row: a number and its unit, from the cells that say so, or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.locating.so_many import count
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring import trade
from footprint.layouts.measuring.bases import base_or_lot, bases
from footprint.layouts.measuring.likely import likely
from footprint.layouts.measuring.numerals import PARTS, PER_CENT, Read, numbers
from footprint.layouts.measuring.own_units import OF_MASS, unstated
from footprint.layouts.measuring.pieces import are_pieces, of_units
from footprint.layouts.naming import headers
from footprint.layouts.naming.amounts import LARGEST
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.designators import counted_by
from footprint.layouts.naming.headers import per_in
from footprint.layouts.naming.layout import FRACTION, PRODUCT, Layout
from footprint.layouts.naming.measures import ITEM, measured
from footprint.model.sheets import Cell

ZERO = "zero-quantity"
_PER_ONE = re.compile(r"^[^/(（]*/\s*[^\s/()（）]{1,5}$")
"""A header that tells what the quantity is for, not in which unit: ``用量/台``, ``Qty/set``."""


class Quantities(NamedTuple):
    """How much of each row, ``None`` where that is not known, and in which unit; ``problems`` by position.

    ``counted``: how much the row itself says, for however many parents; ``are_totals``: counted for the whole product,
    not for one parent; ``sizes``: how many of its unit one of what a row is written in holds, of those a map sizes;
    ``are_pieces``: no unit is stated, and they can be nothing but pieces; ``parted``: the rows in per cent, which are
    for one of the parent whatever the table is for.
    """

    values: Sequence[float | None]
    units: Sequence[str]
    problems: Mapping[int, Problem]
    counted: Sequence[float | None]
    are_totals: bool = False
    asked: tuple[Problem, ...] = ()
    sizes: Mapping[int, float] = MappingProxyType({})
    are_pieces: bool = False
    parted: frozenset[int] = frozenset()

    @property
    def is_divided(self) -> bool:
        """Whether any of it is written for more than one parent."""
        return any(value != said for value, said in zip(self.values, self.counted, strict=True))


def quantities(
    table: Table, layout: Layout, per: float = 1.0, used: Mapping[int, float] = MappingProxyType({}),
    fixed: Mapping[int, float] = MappingProxyType({}), continued: Sequence[int] = (),
) -> Quantities:  # fmt: skip
    """Return how much of each row one unit of its parent takes; rows without are counted by their designators.

    ``per``: the number of products that the whole table is for; ``used``: the share of its quantity a row counts with;
    ``fixed``: the size of the order that takes a row once; ``continued``: the rows that carry on the one above.
    """
    field = "quantity" if table.has("quantity") or not table.has("total_quantity") else "total_quantity"
    layout = trade.known(table, layout)
    read = numbers(table, field, layout)
    base = bases(table, layout)
    values = [*read.values]
    problems = {**base.problems, **read.problems}
    if table.has("designator"):
        values = counted_by(table.field("designator"), values, problems, continued)
    pieces = not table.has("unit") and "unit" not in layout.constants and (
        _is_bare(table) or are_pieces(table, read.values, read.units))
    found = _resolved(table, field, read, layout, problems, ITEM if pieces else "")
    _count_blanks(values, found, problems, layout)
    sizes = {at: one.times for at, one in enumerate(found) if one.times != 1}
    if sizes:
        values = [v if v is None else float(f"{v * sizes.get(at, 1.0):.15g}") for at, v in enumerate(values)]
    times = numbers(table, "multiplier", layout)
    problems = {**times.problems, **problems}
    values = [v if n is None or v is None else v * n for v, n in zip(values, times.values, strict=True)]
    counted = [*values]
    many = per_in(table.caption(field))
    _divide(table, values, base.values, per if many == 1 else many, problems)
    parted = frozenset(at for at, one in enumerate(found) if one.is_part)
    for at in parted:
        values[at] = counted[at]
    for at, lot in fixed.items():
        values[at] = None if (value := counted[at]) is None or not lot else value / lot
    for at, share in used.items():
        values[at] = None if (value := values[at]) is None else value * share
    for at, value in enumerate(values):
        if (value is None or not 0 <= value <= LARGEST) and at not in problems:
            problems[at] = _no_amount(table, at, value)
    asked = (*read.asked, *base.asked, *times.asked, *_unstated(table, field, found, layout),
             *base_or_lot(table, base, layout))  # fmt: skip
    unsaid = pieces and not (table.has("designator") or _over(table, field, layout))
    unsaid = unsaid and any(each is not None and not unit for each, unit in zip(read.values, read.units, strict=True))
    are_totals = layout.constants.get("counted_for", "" if field == "quantity" else PRODUCT) == PRODUCT
    return Quantities(values, [one.unit for one in found], problems, counted, are_totals, asked, sizes, unsaid,
                      parted)  # fmt: skip


def weighs(table: Table, layout: Layout) -> bool:
    """Tell whether the quantities of a table are masses under a header of masses: it tells no others."""
    return not {"mass", "total_mass"}.isdisjoint(layout.meant(table.caption("quantity")).fields)


def _no_amount(table: Table, at: int, value: float | None) -> Problem:
    if value is None:
        beside = _beside(table, at)
        code = "import-no-quantity" if beside is None else "import-quantity-beside"
        return problem(code, table.place(at, "quantity"), text=as_text(beside))
    if value > LARGEST:
        return problem("import-number", table.place(at, "quantity"), text=f"{value:g}")
    return problem("import-negative", table.place(at, "quantity"), value=f"{value:g}")


def _beside(table: Table, at: int) -> float | None:
    """Return the number in the cell right of a quantity, where that column has no caption: it may have slipped."""
    column = next(iter(table.columns.get("quantity", ())), -1) + 1
    if not column or column in table.header.captions or column >= len(table.sheet.rows[table.at[at]]):
        return None
    cell = table.column(column)[at]
    return cell if isinstance(cell, float) else None


def _divide(
    table: Table, values: list[float | None], base: Sequence[float | None], general: float, problems: dict[int, Problem]
) -> None:
    """Divide quantities by the number of parents they are for: as the row says, else as the table: ``general``."""
    if general == 1 and not table.has("base_quantity"):
        return
    for at, (value, own) in enumerate(zip(values, base, strict=True)):
        per = general if own is None else own
        if per <= 0:
            problems.setdefault(at, problem("import-base", table.place(at, "base_quantity"), value=f"{per:g}"))
        elif value is not None and per != 1:
            values[at] = value / per


def _count_blanks(
    values: list[float | None], found: Sequence[Resolved], problems: Mapping[int, Problem], layout: Layout
) -> None:
    """Count rows of pieces without a quantity once where that is stated: some systems leave a single one out."""
    for at, one in enumerate(found) if "blank_quantity" in layout.constants else ():
        if values[at] is None and at not in problems and one.unit == ITEM:
            values[at] = 1.0


def _unstated(table: Table, field: str, found: Sequence[Resolved], layout: Layout) -> tuple[Problem, ...]:
    """Ask for the unit of a table that states none anywhere, and for what its shares are parts of."""
    part = next((at for at, one in enumerate(found) if one.code == _OF_WHAT), None)
    if part is not None:
        return (problem(_OF_WHAT, table.place(part, field), caption=table.caption(field)),)
    told = {one.unit for one in found if one.code == "import-unit"}
    if len(told) == 1 and all(one.code for one in found) and (extent := _extent(unit := told.pop())):
        return (problem("import-per-extent", table.place(0, field), unit=unit, counted=extent[0], per=extent[1]),)
    if _is_bare(table):
        caption, place = likely(table, layout), table.sheet.place(table.header.bottom)
        asked = problem("import-quantity-column" if caption else "import-no-quantities", place, caption=caption)
        return () if "blank_quantity" in layout.constants else (asked,)
    if table.has("unit") or not found or any(one.code != "import-no-unit" for one in found):
        return ()
    beside = next((caption for caption in of_units(table) if not layout.settles(caption)), "")
    if beside:
        facts = {"caption": table.caption(field), "other": beside, "field": "unit"}
        return (problem("import-unit-column", table.place(0, field), (), **facts),)
    return (_no_unit(table, field, layout),)


def _no_unit(table: Table, field: str, layout: Layout) -> Problem:
    """Return the question for the unit of quantities, with units of what their caption says that they measure."""
    place, caption = table.place(0, field), table.caption(field)
    if weighs(table, layout):
        return unstated(place, caption, OF_MASS, is_amount=True)
    small, large = _UNITS.get(next(iter(headers.meant(caption).fields), ""), ("", ""))
    code = "import-extent-no-unit" if small else "import-unit-unstated"
    return problem(code, place, caption=caption, small=small, large=large)


_UNITS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "length": ("mm", "m"), "area": ("cm2", "m2"), "volume": ("mL", "L"), "mass": ("g", "kg"), "total_mass": ("g", "kg"),
    "gross_mass": ("g", "kg"),
})  # fmt: skip
"""A small and a large unit of what a caption of quantities says that they measure."""


def _is_bare(table: Table) -> bool:
    """Tell whether no column says how much of each row there is."""
    return not {"quantity", "total_quantity", "designator"} & table.columns.keys()


def _extent(written: str) -> tuple[str, ...]:
    """Return what is counted, and per what length, area or volume of the product: the kg and km of ``kg/km``."""
    counted, _, per = written.partition("/")
    is_extent = units.measures(counted) == "mass" and units.measures(per) in {"length", "area", "volume"}
    return (counted, per) if is_extent else ()


class Resolved(NamedTuple):
    """The unit that a row is counted in, ``times`` its number; ``code`` and ``other`` tell why there is none.

    ``is_part``: written as so many per cent of the unit, for one of the parent whatever the table is for.
    """

    unit: str
    times: float = 1.0
    code: str = ""
    other: str = ""
    is_part: bool = False


def _over(table: Table, field: str, layout: Layout) -> str:
    """Return the unit in the header of quantities; not what they are for (``用量/台``, ``用量(千只)`` if so stated)."""
    caption = table.caption(field)
    over = "%" if PER_CENT.search(caption) else table.unit_of(field)
    if (many := count(caption)) != 1 and layout.constants.get("base_quantity", "1") in {f"{many:g}", "told"}:
        return "" if units.measures(over) == ITEM else over
    measure = measured(over, layout) if _PER_ONE.search(caption) else None
    return "" if measure and measure.unit == ITEM else over


def _resolved(
    table: Table, field: str, read: Read, layout: Layout, problems: dict[int, Problem], pieces: str
) -> list[Resolved]:
    """Return the unit of each row: that in the cell, in its column, in the header, what the map states, or pieces."""
    over = _over(table, field, layout)
    stated = over or layout.constants.get("mass_unit" if weighs(table, layout) else "unit", "")
    stated, is_of_one = stated or layout.constants.get("unit", "") or pieces, layout.constants.get("parts") == FRACTION
    known: dict[tuple[str, Cell], Resolved] = {}
    found = []
    for at, key in enumerate(zip(read.units, table.field("unit"), strict=True)):
        one = known.get(key)
        if one is None:
            one = known[key] = _resolve(*key, stated, over, layout)
            one = known[key] = _of_one(one) if over and is_of_one and not any(key) else one
        one = Resolved("") if pieces and not over and at in read.problems else one
        if pieces and not over and not any(key) and not (read.values[at] or 0.0).is_integer():
            one = Resolved("", code="import-no-unit")
        if one.code and at not in problems:
            place = table.place(at, "unit" if table.has("unit") else field)
            problems[at] = problem(one.code, place, unit=one.unit, other=one.other)
        found.append(one)
    return found


def _resolve(own: str, cell: Cell, stated: str, over: str, layout: Layout) -> Resolved:
    """Return the unit of a row by what is written in its amount, in its unit cell, and over the column."""
    beside = cell.strip() if isinstance(cell, str) else ""
    written = own or beside or stated
    measure, other = measured(written, layout), measured(beside, layout) if own and beside else None
    if not written:
        return Resolved("", code="import-no-unit")
    if measure is None:
        return Resolved(written, code="import-unit")
    if other is not None and other != measure:
        return Resolved(measure.unit, code="import-two-units", other=beside)
    if beside and not own and over and measured(over, layout) not in {measure, None}:
        return Resolved(measure.unit, code="import-header-unit", other=over)
    if measure.unit in PARTS:
        whole = measured(layout.constants.get("unit", ""), layout)
        times = measure.times * units.factor(measure.unit, "%") / 100
        return Resolved(whole.unit, times * whole.times, is_part=True) if whole else Resolved(written, code=_OF_WHAT)
    return Resolved(measure.unit, measure.times)


def _of_one(one: Resolved) -> Resolved:
    """Return the unit of shares of 1 under a header in per cent or per thousand."""
    return one._replace(times=float(f"{one.times * 100:.15g}")) if one.is_part else one


_OF_WHAT = "import-part"
