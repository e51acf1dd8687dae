"""Rows that are all called the same while a column that nobody reads tells them apart: product and parts mixed up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.asking.counts import is_measured
from footprint.layouts.asking.owners import groups_parts
from footprint.layouts.locating.flags import Left
from footprint.layouts.locating.table import Table
from footprint.layouts.locating.titles import OF_PRODUCT
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.namings import are_names
from footprint.model.sheets import Cell

_NAMING = ("code", "name", "outline", "specification", "material", "inci", "cas", "designator", "sub_bom", "substitute",
           "order_code")  # fmt: skip
_AMOUNTS = frozenset({"quantity", "total_quantity", "other_quantity", "mass", "total_mass", "gross_mass", "other_mass",
                      "unit", "mass_unit", "stock_unit", "position", "price", "note", "loss"})  # fmt: skip
"""Fields that may differ among rows of one part."""
_LEAST, _DIGITS, _MOSTLY, _LONGEST = 3, 4, 0.75, 60
"""Rows; digits of a number that is taken for a code; texts of a column that differ; letters that are shown."""
_ASIDE = re.compile(
    r"batch|(?<![a-z])lots?(?![a-z])|serial|charge|date|day|year|month|week|time|(?<![a-z])(?:po|sn|ean|gtin|mark)(?![a-z])"
    r"|order|cent(?:er|re)|turnover|colou?r|where|remark|comment|datum|jahr|monat|woche|farbe|serie|bemerkung|auftrag"
    r"|批|序列|日期|时间|年|月|周|颜色|工位|订单|条码|标记|去向", re.IGNORECASE)  # fmt: skip
"""What captions say of each piece of a part, and not of what it is."""
_NO_NAME = re.compile(r"\d{1,4}[-./年]\d{1,2}[-./月]\d{1,4}日?(?:[\sT].*)?|\S+://.*|[$€£¥￥].*|.*[$€£¥￥]", re.DOTALL)
"""Days, links, and money."""


def asked(table: Table, left: Left, layout: Layout) -> Iterator[Problem]:
    """Ask what names the parts where all that is read of them is one name, and another column differs in most rows."""
    columns = {at: field for field in _NAMING for at in table.columns.get(field, ())}
    told = [at for field, ats in table.columns.items() if field not in _AMOUNTS for at in ats]
    if len(left) < _LEAST or not all(_is_one(table, left, at) for at in told):
        return
    filled = [at for at in columns if as_text(table.column(at)[left[0]])]
    if not filled or any(layout.settles(table.called(at)) for at in filled):
        return
    free = [at for at in _free(table, left) if not layout.settles(table.called(at))]
    if free:
        place, name = table.sheet.place(table.at[left[1]], free[0]), as_text(table.column(filled[0])[left[0]])
        name = f"{name[:_LONGEST]} …" if len(name) > _LONGEST else name
        yield problem("import-rows-alike", place, name=name, caption=table.called(filled[0]),
                      other=table.called(free[0]), stated=_stated(table, left, filled, free),
                      field=columns[filled[0]])  # fmt: skip


def _is_one(table: Table, left: Left, at: int) -> bool:
    """Tell whether a column says the same of all of some rows."""
    cells = table.column(at)
    first = as_text(cells[left[0]])
    return all(as_text(cells[row]) == first for row in left)


def _free(table: Table, left: Left) -> list[int]:
    """Return the columns left of the quantities that may name parts: those not read, and positions too large to be."""
    captions = Counter(table.header.captions.values())
    numbering = [at for at in table.columns.get("position", ()) if all(map(_is_code, _cells(table, left, at)))]
    before = min((at for field in ("quantity", "total_quantity") for at in table.columns.get(field, ())), default=0)
    may = (at for at in sorted((*table.header.unused, *numbering))
           if at < before and captions[table.called(at)] == 1 and _may_name(table.called(at)))  # fmt: skip
    return [at for at in may if _tells_apart(_cells(table, left, at))]


def _may_name(caption: str) -> bool:
    """Tell whether a column may name parts by its caption, which can be stated."""
    return not (groups_parts(caption) or _ASIDE.search(caption) or '"' in caption or "=" in caption)


def _tells_apart(cells: Sequence[Cell]) -> bool:
    """Tell whether most cells of a column differ, and may be what parts are called by: no measures, days or links."""
    may = all(_is_code(cell) or (isinstance(cell, str) and not is_measured(cell) and not _NO_NAME.fullmatch(cell))
              for cell in cells)  # fmt: skip
    return may and len({*map(as_text, cells)}) >= _MOSTLY * len(cells)


def _is_code(cell: Cell) -> bool:
    """Tell whether a cell is a whole number that is too large to count rows."""
    text = as_text(cell)
    return text.isdecimal() and len(text.lstrip("0")) >= _DIGITS


def _cells(table: Table, left: Left, at: int) -> Sequence[Cell]:
    """Return the cells of a column in some rows."""
    cells = table.column(at)
    return [cells[row] for row in left]


def _stated(table: Table, left: Left, filled: Sequence[int], free: Sequence[int]) -> str:
    """Return what to state where the columns read are those of the product: the others are a code, and a name."""
    stated = dict.fromkeys(map(table.called, filled), IGNORE) | {table.called(filled[0]): OF_PRODUCT}
    worded = [at for at in free if are_names(_cells(table, left, at))]
    coded = [at for at in free if at not in worded]
    stated |= {table.called(at): field for field, ats in (("code", coded), ("name", worded)) for at in ats[:1]}
    return " ".join(f'--set "columns.{caption}={field}"' for caption, field in stated.items())
