"""The row of a table that is the product itself, above all its parts; how many of it the quantities are for."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.counting.sums import Sums
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.bases import OF_ORDER
from footprint.layouts.measuring.quantities import Quantities
from footprint.layouts.naming import levels, row_ids
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import COUNT, TOLD, Layout
from footprint.layouts.naming.records import is_id, is_of_bill
from footprint.layouts.nesting.structures import pairs
from footprint.layouts.nesting.yields import unread
from footprint.model.sheets import Cell

_LEAST_OTHERS, _NEAR = 3, 1e-3
"""Rows that a product weighs as much as, and how nearly."""
_SHOWN = 5
"""Products that are named."""
_EXPLODED = re.compile(r"\((?:cun|kme)\)|\bmng(?:ko|lg)\b", re.IGNORECASE)
"""Calculated component quantities of SAP: nothing public says whether those of several levels hold the levels above."""


def head(table: Table, kept: Sequence[int], parents: Sequence[int], amounts: Quantities, layout: Layout) -> int:
    """Return the position among ``kept`` of the product itself, `levels.LOST` for none; ``parents``: none for pairs.

    Its row tells one of it, no count, or as many as the quantities are stated to be for.
    """
    if not parents:
        return _of_pairs(table, kept, amounts)
    if not _is_above_all(parents):
        return levels.LOST
    is_stated = _is_product(table, kept[0]) and layout.constants.get("base_quantity", TOLD) != TOLD
    return 0 if is_stated or amounts.values[kept[0]] in {1.0, None} else levels.LOST


def asked(
    table: Table, kept: Sequence[int], parents: Sequence[int], amounts: Quantities, layout: Layout
) -> Iterator[Problem]:
    """Ask what quantities are for: below a product of which its row tells several, and in orders of several levels.

    So where nobody can read how many it tells, unless that is stated for the whole table.
    """
    yield from _of_order(table, kept, parents, amounts, layout)
    top = head(table, kept, parents, amounts, layout) if layout.constants.get("base_quantity", TOLD) == TOLD else -1
    for at, text in unread(table, [kept[top]] if top >= 0 else (), amounts):
        field, item = "quantity" if table.has("quantity") else "total_quantity", table.field("code")[at]
        yield problem("import-head-unread", table.place(at, field), text=text,
                      item=as_text(item or table.field("name")[at]))  # fmt: skip
    if not _is_above_all(parents) or not _is_product(table, kept[0]):
        return
    if layout.constants.get("base_quantity", TOLD) != TOLD:
        return
    count = amounts.values[kept[0]]
    if count not in {1.0, None}:
        field = "quantity" if table.has("quantity") else "total_quantity"
        yield problem("import-product-quantity", table.place(kept[0], field), count=f"{count:g}")


def _of_order(
    table: Table, kept: Sequence[int], parents: Sequence[int], amounts: Quantities, layout: Layout
) -> Iterator[Problem]:
    """Ask what a required quantity is for, of what is part of several: for one of these, or for the product."""
    caption = table.caption("quantity")
    if "counted_for" in layout.constants or not (OF_ORDER.search(caption) or _EXPLODED.search(caption)):
        return
    above = {*pairs(table, kept)} - {""} if not parents else set()
    whole = (up for up in parents if up >= 0) if parents else (
        at for at, code in enumerate(table.texts("code", kept)) if code in above)  # fmt: skip
    at = next((kept[up] for up in whole if amounts.values[kept[up]] not in {1.0, None}), None)
    if at is not None:
        yield problem("import-counted-for", table.place(at, "quantity"), caption=caption,
                      count=f"{amounts.values[at]:g}")  # fmt: skip


def bare(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask for the lines of bills where a table has but the heads of these: each with an id that calls it a bill.

    ``BOM-0001``, ``mrp_bom_12``; how much each makes tells no part from it, unless what it makes is in the id.
    """
    if not len(table) or table.has("parent") or table.has("level"):
        return
    captions = table.header.captions
    is_one = {*table.field("quantity")} <= {1.0, None}
    for at in (at for at, caption in captions.items() if is_id(caption) and not layout.settles(caption)):
        ids = [as_text(cell) for cell in table.column(at)]
        may = is_one or any(_are_in(table.column(other), ids) for other in captions if other != at)
        if may and len({*ids}) == len(ids) and all(map(is_of_bill, ids)):
            shown = ", ".join(ids[:_SHOWN]) + (" …" if len(ids) > _SHOWN else "")
            field = "code" if "code" in layout.meant(captions[at]).fields else IGNORE
            yield problem("import-heads-only", table.sheet.place(table.at[0], at), caption=captions[at], names=shown,
                          field=field)  # fmt: skip
            return


def _are_in(cells: Sequence[Cell], ids: Sequence[str]) -> bool:
    return all(isinstance(cell, str) and cell in each for cell, each in zip(cells, ids, strict=True))


def whole(
    table: Table, left: Sequence[int], amounts: Quantities, weights: Sequence[float | None], layout: Layout
) -> Sums:
    """Return the first or last row of a flat list if it weighs as much as all others: the product itself, or a part.

    ``weights``: those of one unit of each row [kg]. One with a material is a part.
    """
    stated = layout.constants.get("sums", "")
    if len(left) <= _LEAST_OTHERS or stated == COUNT:
        return Sums()
    each = [None if (n := amounts.values[at]) is None or (mass := weights[at]) is None else n * mass for at in left]
    known = [mass for mass in each if mass is not None]
    if len(known) < len(each):
        return Sums()
    total = math.fsum(known)
    materials = table.field("material") if table.named_by != "material" else [None] * len(table)
    for at, mass in ((left[0], known[0]), (left[-1], known[-1])):
        if materials[at] is None and math.isclose(2 * mass, total, rel_tol=_NEAR):
            field = "mass" if table.has("mass") else "total_mass"
            asked_ = problem("import-whole", table.place(at, field), told=f"{mass:.6g}", count=len(left) - 1)
            return Sums((at,)) if stated else Sums((), (asked_,))
    return Sums()


def several(
    table: Table, kept: Sequence[int], parents: Sequence[int], amounts: Quantities, layout: Layout
) -> Iterator[Problem]:
    """Ask which product is meant where several with parts stand at level 0, or, one of each, above all by their ids."""
    tops = [at for at, up in enumerate(parents) if up == levels.PRODUCT]
    are_one = table.has(row_ids.ROW) and {amounts.values[kept[at]] for at in tops} <= {1.0, None}
    may_be = are_one or _is_product(table, kept[tops[0]]) if tops else False
    if layout.structure or len(tops) < 2 or not {*tops} <= {*parents} or not may_be:
        return
    names = [as_text(table.field("code")[kept[at]] or table.field("name")[kept[at]]) for at in tops]
    by_id = table.has(row_ids.ROW)
    code = "import-id-products" if by_id else "import-level-products"
    place = table.place(kept[tops[1]], row_ids.ABOVE if by_id else "level")
    yield problem(code, place, count=len(tops), first=names[0],
                  names=", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else ""))  # fmt: skip


def _is_above_all(parents: Sequence[int]) -> bool:
    """Tell whether the first row is the only one that is part of nothing."""
    return len(parents) > 1 and parents[0] == levels.PRODUCT and levels.PRODUCT not in parents[1:]


def _is_product(table: Table, at: int) -> bool:
    """Tell whether a row is said to be a product: level 0 is above the first level of parts."""
    return table.has("level") and levels.level(table.field("level")[at]) == 0


def _of_pairs(table: Table, kept: Sequence[int], amounts: Quantities) -> int:
    """Return the position of the only pair without a parent, one of it: the product itself."""
    above = pairs(table, kept)
    blank = [at for at, code in enumerate(above) if not code]
    if len(blank) != 1 or amounts.values[kept[blank[0]]] not in {1.0, None}:
        return levels.LOST
    return blank[0] if table.texts("code", kept)[blank[0]] in {*above} else levels.LOST
