"""Quantities that another column tells besides: without the losses they hold, or before they were divided.

Losses that a quantity holds would be counted twice, and one that is for one parent divided again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.numerals import numbers
from footprint.layouts.measuring.shares import shares
from footprint.layouts.naming.amounts import POINT, amount
from footprint.layouts.naming.layout import Layout
from footprint.model.sheets import Cell

_ROUNDED = 2e-3
Numbers = Sequence[float | None]


def asked(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask which of two columns counts where the one that is read is the other with its loss, or by its base."""
    caption = table.caption("quantity")
    if not caption or layout.settles(caption) or "quantities" in layout.constants:
        return
    told = numbers(table, "quantity", layout).values
    lost = shares(table, "loss", layout).values if table.has("loss") else ()
    base = numbers(table, "base_quantity", layout).values if table.has("base_quantity") else ()
    for at in table.header.unused if lost or base else ():
        own = [_number(cell, layout.constants.get("decimal") or table.decimal or POINT) for cell in table.column(at)]
        names = {"caption": caption, "other": table.header.captions[at]}
        if lost and any(_are(told, own, [raised(rate) for rate in lost]) for raised in (_more, _over)):
            yield problem("import-loss-told", table.place(0, "quantity"), (), loss=table.caption("loss"), **names)
            return
        if base and not layout.settles(table.caption("base_quantity")) and _are(told, own, [_part(n) for n in base]):
            yield problem("import-base-told", table.place(0, "quantity"), (), base=table.caption("base_quantity"),
                          **names)  # fmt: skip
            return


def _are(told: Numbers, own: Numbers, times: Numbers) -> bool:
    """Tell whether numbers are others so many times in each row that tells both, and other than these in one."""
    rows = [(a, b, n) for a, b, n in zip(told, own, times, strict=True) if a and b]
    return any(n not in {None, 1.0} for *_, n in rows) and all(
        math.isclose(a, b * (1.0 if n is None else n), rel_tol=_ROUNDED) for a, b, n in rows)  # fmt: skip


def _more(rate: float | None) -> float | None:
    return None if rate is None else 1 + rate


def _over(rate: float | None) -> float | None:
    return None if rate is None or rate >= 1 else 1 / (1 - rate)


def _part(base: float | None) -> float | None:
    return 1 / base if base else None


def _number(cell: Cell, mark: str) -> float | None:
    read = amount(cell, mark) if isinstance(cell, str) else None
    return cell if isinstance(cell, float) else read.value if read else None
