"""Amounts in several columns, one for each unit, and columns of weights that tell none."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


@pytest.mark.parametrize("head", [
    "Part,Pcs,Kg,Metre", "名称,个数,重量kg,长度m", "Teil,Stück,kg,m", "Part,Qty pcs,Qty kg,Qty m",
])  # fmt: skip
@pytest.mark.parametrize("rows", [
    "Bolt,4,,\nSteel,,2.5,\nCable,,,3\n", "Cable,,,3\nSteel,,2.5,\nBolt,4,,\nNut,2,,\n", "Steel,,2.5,\nBolt,4,,\n",
])  # fmt: skip
def test_a_row_fills_one_of_several_amounts(taken: Taken, head: str, rows: str) -> None:
    """No kilograms of steel are a piece: one column of amounts is asked for, or that the others tell none."""
    with pytest.raises(FootprintError, match="import-amounts-apart") as raised:
        taken(f"{head}\n{rows}", blank_quantity="1")
    printed = dict(each.split("=", 1) for each in re.findall('"(columns[^"]*)"', str(raised.value)))
    assert len(taken(f"{head}\n{rows}", printed, unit="item").lines) == rows.count("\n")


@pytest.mark.parametrize("text", [
    "Part,Qty,Weight (kg)\nA,4,\nB,2,1.5\n", "Part,Qty,Unit,Price\nA,4,pcs,\nB,,pcs,2\n",
    "Part,Qty,Unit,Length mm\nA,4,pcs,\nB,,pcs,\n", "Part,Qty,Unit,Weight (kg)\nA,4,pcs,1\nB,,pcs,1\n",
])  # fmt: skip
def test_other_blanks_ask_nothing(taken: Taken, text: str) -> None:
    """What rows with a quantity have, too, or what is no amount, is none."""
    assert len(taken(text).lines) == 2


def test_weights_that_are_none_may_be_left_out(taken: Taken) -> None:
    """Shares of a job called weight are no masses: that is a way out of each question about them."""
    text = "code,activity,unit,quantity,weight\nE,Earth,m3,10,60\nD,Drain,m,5,40\n"
    for given in ({}, {"mass_unit": "g"}):
        with pytest.raises(FootprintError, match=r'--set "columns\.weight=ignore"'):
            taken(text, given)
    assert [line.amount for line in taken(text, {"columns.weight": "ignore"}).lines] == [10, 5]
