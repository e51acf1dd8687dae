"""What an order takes once, whatever it makes: fixed quantities (Fixe Menge, 固定用量) and losses (固定损耗)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from footprint.errors import Problem, problem
from footprint.layouts.locating.blocks import Block
from footprint.layouts.locating.flags import flagged
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.numerals import Read, numbers
from footprint.layouts.naming.amounts import amount
from footprint.layouts.naming.layout import Layout
from footprint.model.sheets import Cell


class Orders(NamedTuple):
    """``lots``: how many parents one order makes, row by row, 0 where nobody says it.

    ``fixed``: that number, of the rows whose quantity is taken by the order; ``loss``: the fixed loss of each row.
    """

    lots: Sequence[float]
    fixed: Mapping[int, float]
    loss: Read
    asked: tuple[Problem, ...]


def orders(table: Table, layout: Layout, block: Block) -> Orders:
    """Return what a table takes by the order; ask for the size of an order where it is needed and nobody says it."""
    written, loss = numbers(table, "lot_size", layout), numbers(table, "fixed_loss", layout)
    stated = amount(layout.constants.get("lot_size", ""))
    general = block.lot or (stated.value if stated else 0.0)
    general = general or float(_is_of_each(table, loss, layout))
    lots = [own or general for own in written.values]
    by_order = [*flagged(table, range(len(table)), "fixed_quantity")]
    lost = [at for at, n in enumerate(loss.values) if n]
    needing = {**dict.fromkeys(by_order, "fixed_quantity"), **dict.fromkeys(lost, "fixed_loss")}
    bare = next((at for at in sorted(needing) if not lots[at]), None)
    asked = () if bare is None else (problem("import-lot", table.place(bare, needing[bare])),)
    below = {
        at: problem("import-order", table.place(at, field), value=f"{value:g}")
        for field, values in (("lot_size", written.values), ("fixed_loss", loss.values))
        for at in lost if (value := values[at]) and value < 0
    }  # fmt: skip
    if below:
        loss = loss._replace(values=[None if at in below else value for at, value in enumerate(loss.values)],
                             problems={**loss.problems, **below})  # fmt: skip
    return Orders(lots, {at: lots[at] for at in by_order}, loss, (*written.asked, *loss.asked, *asked))


def _is_of_each(table: Table, loss: Read, layout: Layout) -> bool:
    """Tell whether another column is each quantity with its loss: so much is lost of each parent, not of an order."""
    if not any(loss.values) or not table.has("quantity"):
        return False
    net = numbers(table, "quantity", layout).values
    told = [(at, value + lost) for at, (value, lost) in enumerate(zip(net, loss.values, strict=True))
            if value is not None and lost]  # fmt: skip
    others = [table.column(at) for at in table.header.captions if at not in table.columns["quantity"]]
    return bool(told) and any(all(_is(column[at], gross) for at, gross in told) for column in others)


def _is(cell: Cell, wanted: float) -> bool:
    return isinstance(cell, float) and math.isclose(cell, wanted, rel_tol=1e-6)
