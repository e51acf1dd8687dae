"""How much more of a row is taken than ends up in its parent, as the systems mean it; and which share of it is used.

- Loss rate (component scrap, 子件损耗率, 变动损耗率): lost of the component when it goes into its parent.
- Assembly scrap (装配报废率, shrinkage) and yield of a row that is an assembly (成品率): lost of what the row is when
  it is made. More of it is begun, which is the same as taking more of it: both raise the quantity of the row itself,
  one after the other (200 with 10 % and 10 % take 242).
- Component yield (产出率, 利用率): what ends up in the parent of what is taken: quantity / yield.
- Yield above a table (成品率 of the parent): what comes of its making; each row taken is divided by it.
- Loss factor (损耗系数, scrap factor): what the quantity is multiplied by, 1.03; a column below 1 comes on top of it.
- Fixed loss (固定损耗, constant scrap): lost in each order whatever its size: its share of the parents of one order.

A loss rate raises a quantity to x(1+r) in most systems and to /(1-r) in some; which of them is a setting that no export
tells. It is a constant of the map (``loss_formula``), else it stays open in the workbook. What a yield takes is known
without it, and is written as the loss of the formula /(1-r).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.locating.blocks import Block
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.numerals import Read
from footprint.layouts.measuring.orders import Orders
from footprint.layouts.measuring.quantities import Quantities
from footprint.layouts.measuring.shares import factors, shares
from footprint.layouts.naming.layout import DIVIDE, MULTIPLY, Layout
from footprint.layouts.naming.measures import measured


class Loss(NamedTuple):
    """What is taken besides: ``rates`` by the formula; then ``growth`` times; then ``fixed`` as a part of the net."""

    rates: tuple[float, ...] = ()
    growth: float = 1.0
    fixed: float = 0.0

    def times(self, formula: str) -> float:
        """Return how many times the net quantity is taken."""
        each = [1 / (1 - rate) if formula == DIVIDE else 1 + rate for rate in self.rates]
        return math.prod(each) * self.growth + self.fixed


NONE = Loss()


class Losses(NamedTuple):
    """The loss of each row; ``rules``: the rows that each rule but a plain loss rate has raised.

    ``parted``: the rows that are divided by the yield above the table.
    """

    values: Sequence[Loss]
    problems: Mapping[int, Problem]
    rules: Mapping[str, Sequence[int]]
    parted: frozenset[int]
    asked: tuple[Problem, ...] = ()


def losses(table: Table, amounts: Quantities, layout: Layout, block: Block, tops: Iterable[int], by: Orders) -> Losses:
    """Return the losses of a table. ``tops``: its rows that are parts of what the table is the bill of."""
    fixed, factor = _in_units(by.loss, table, amounts, layout), factors(table, layout)
    lost, made, kept = (_left(shares(table, field, layout), table, field, layout)
                        for field in ("loss", "assembly_scrap", "yield"))  # fmt: skip
    asked = (*lost.asked, *made.asked, *kept.asked, *factor.asked)
    problems = {**kept.problems, **fixed.problems, **factor.problems, **made.problems, **lost.problems}
    each = {rate: Loss((rate,)) if rate else NONE for rate in {*lost.values}}
    values = [each[rate] for rate in lost.values]
    rules: dict[str, list[int]] = {}
    parted = dict.fromkeys(tops, block.yielded) if block.yielded else {}
    told = [read.values for read in (made, kept, fixed, factor) if any(value is not None for value in {*read.values})]
    raised = parted.keys() | {at for each in told for at, value in enumerate(each) if value is not None}
    for at in sorted(raised):
        rates = tuple(rate for rate in (lost.values[at], made.values[at]) if rate)
        left, net, more = _or_all(kept.values[at]) * parted.get(at, 1.0), amounts.values[at], fixed.values[at]
        order = by.lots[at] * (net or 0.0)
        spent = more / order if more and order else 0.0
        times = _or_all(factor.values[at])
        values[at] = Loss(rates, times / left, spent)
        acted = {"yield": left != 1, "assembly-scrap": bool(made.values[at]), "fixed-loss": bool(spent),
                 "loss-factor": times != 1}  # fmt: skip
        for name in (name for name, acts in acted.items() if acts):
            rules.setdefault(name, []).append(at)
    return Losses(values, problems, rules, frozenset(parted), asked)


def _in_units(loss: Read, table: Table, amounts: Quantities, layout: Layout) -> Read:
    """Return fixed losses in the units of their rows, where their header has one; a row of another kind is named."""
    over = table.unit_of("fixed_loss")
    if not over:
        return loss
    measure = measured(over, layout)
    values, problems = [*loss.values], {**loss.problems}
    for at, (value, unit) in enumerate(zip(loss.values, amounts.units, strict=True)):
        if value and (measure is None or units.measures(unit) != units.measures(measure.unit)):
            place = table.place(at, "fixed_loss")
            values[at], problems[at] = None, problem("import-header-unit", place, unit=unit, other=over)
        elif value and measure:
            values[at] = value * measure.times * units.factor(measure.unit, unit)
    return loss._replace(values=values, problems=problems)


def _left(read: Read, table: Table, field: str, layout: Layout) -> Read:
    """Return rates of loss without those of all there is, where quantities are divided by what is left."""
    if field == "yield" or layout.constants.get("loss_formula") != DIVIDE or 1 not in read.values:
        return read
    all_lost = {
        at: problem("import-all-lost", table.place(at, field)) for at, rate in enumerate(read.values) if rate == 1
    }
    values = [None if rate == 1 else rate for rate in read.values]
    return read._replace(values=values, problems={**read.problems, **all_lost})


def _or_all(share: float | None) -> float:
    return 1.0 if share is None else share


def formula(every: Iterable[Losses], layout: Layout) -> str:
    """Return the formula that losses are written by: as stated, else open where there is a loss rate."""
    stated, raised = layout.constants.get("loss_formula", ""), False
    for each in every:
        if any(one.rates for one in each.values):
            return stated
        raised = raised or any(one != NONE for one in each.values)
    return stated or (DIVIDE if raised else "")


def rate(chain: Sequence[Loss], formula: str) -> float | None:
    """Return the loss rate of losses one after the other, by ``formula``; None for no loss.

    ``nan`` where the formula must be known for it: a loss rate is not alone, and nobody states how it counts.
    """
    return _alone(chain[0], formula) if len(chain) == 1 else _together(chain, formula)


@lru_cache(4096)
def _alone(loss: Loss, formula: str) -> float | None:
    return _together((loss,), formula)


def _together(chain: Sequence[Loss], formula: str) -> float | None:
    real = [loss for loss in chain if loss != NONE]
    if not real:
        return None
    if len(real) == 1 and len(real[0].rates) == 1 and real[0] == Loss(real[0].rates):
        return real[0].rates[0]
    if not formula:
        return math.nan
    times = math.prod(loss.times(formula) for loss in real)
    return times - 1 if formula == MULTIPLY else 1 - 1 / times
