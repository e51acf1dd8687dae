"""The row of the product itself above its parts: how many of it they are for, and which of several is meant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import known_mass

Taken = Callable[..., Imported]


def mass(made: Imported) -> float:
    return known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0]


@pytest.mark.parametrize("quantity", ["Qty", "Total Qty"])
def test_several_of_the_product_may_share_what_is_below_it(taken: Taken, quantity: str) -> None:
    """A product of which its row tells 100 is asked about: the parts are for all of these, or for one."""
    text = f"Level,Code,Name,{quantity},Unit\n0,P,pump,100,pcs\n1,A,a,200,kg\n1,B,b,50,kg\n"
    with pytest.raises(FootprintError, match=r"D2.*tells 100 of it.*base_quantity=100, or --set base_quantity=1 for"):
        taken(text)
    for stated, expected in (("100", 2.5), ("1", 250)):
        made = taken(text, base_quantity=stated)
        assert (mass(made), len(made.lines)) == (expected, 2)


def test_one_part_at_level_1_may_be_several(taken: Taken) -> None:
    """Level 1 is that of parts: a product of two that are made of others counts both."""
    assert mass(taken("Level,Code,Qty,Unit\n1,A,2,pcs\n2,B,3,kg\n")) == 6


def test_several_products_at_level_0_are_asked_about(taken: Taken) -> None:
    """Each product can be chosen; stated to be levels of one bill, all are its parts."""
    text = "Level,Code,Qty,Unit\n0,P1,1,pcs\n1,A,2,kg\n0,P2,1,pcs\n1,B,5,kg\n"
    with pytest.raises(FootprintError, match=r"A4: 2 rows at level 0.*P1, P2.*--product P1"):
        taken(text)
    chosen = mass(taken(text, product="P1")), mass(taken(text, product="P2")), mass(taken(text, structure="level"))
    assert chosen == (2, 5, 7)
    assert mass(taken("Level,Code,Qty,Unit\n0,A,1,pcs\n1,B,2,kg\n0,C,5,kg\n")) == 7


@pytest.mark.parametrize("last", [False, True])
def test_a_row_that_weighs_as_much_as_all_others_is_asked_about(taken: Taken, last: bool) -> None:
    """The product itself stands above or below its parts in flat lists, with its mass and a code; or it is a part."""
    parts = ["A,a,2,pcs,1.25,", "B,b,1,pcs,3,Q235", "C,c,4,pcs,0.5,Q235"]
    at = len(parts) if last else 0
    text = "\n".join(["Part,Name,Qty,Unit,Mass (kg),Material", *parts[:at], "P,pump,1,pcs,{},{}", *parts[at:], ""])
    with pytest.raises(FootprintError, match=r"as much as all 3 others together, 7.5 kg.*sums=leave"):
        taken(text.format(7.5, ""))
    made = taken(text.format(7.5, ""), sums="leave")
    assert (mass(made), [why for state, why in made.counts() if state == "excluded"]) == (7.5, ["product-row"])
    assert mass(taken(text.format(7.5, ""), sums="count")) == 15
    assert (mass(taken(text.format(7.5, "Q235"))), mass(taken(text.format(7.4, "")))) == (15, 14.9)


@pytest.mark.parametrize(("above", "caption"), [
    ("生产数量：100", "需求数量"), ("订单数量：100", "用量"), ("Number of boards:,100", "Total Qty"),
    ("Assembly qty,100", "Required qty"), ("批次数量：100", "Qty"), ("计划产量,100 台", "用量"),
    ("per 100", "Qty"), ("基数 100", "用量"), ("Build qty 100 pcs", "Qty"),
])  # fmt: skip
def test_a_number_of_products_above_a_table_is_asked_about(taken: Taken, above: str, caption: str) -> None:
    """What an order is for stands above its list: the quantities may be for all of it; stated either way they count."""
    text = f"{above}\n编码,名称,{caption},单位\nA,a,200,kg\n"
    with pytest.raises(FootprintError, match=r"100.*' may tell that the quantities are for 100 products"):
        taken(text)
    assert [mass(taken(text, base_quantity=each)) for each in ("100", "1")] == [2, 200]


def test_a_number_above_a_table_is_written_as_those_in_it(taken: Taken) -> None:
    """Below a decimal comma ``1,000`` is one; beside points, or where it is stated, a thousand that is asked about."""
    text = 'Base Qty (PC ) "1,000"\n编码;名称;用量;单位\nA;a;{};kg\nB;b;0{}5;kg\n'.replace('"', "")
    assert mass(taken(text.format("0,620", ","))) == 1.12
    for given, stated in ((text.format("0.620", "."), ""), (text.format("2", ""), ".")):
        with pytest.raises(FootprintError, match="for 1000 products"):
            taken(given, decimal=stated)
    assert mass(taken(text.format("2", ""), decimal=",")) == 7


@pytest.mark.parametrize(("above", "caption"), [
    ("Build Qty:,100", "Qty per"), ("订单数量：100", "单台用量"), ("零件数量：100", "用量"),
    ("Number of parts,100", "Qty"), ("数量：1", "用量"), ("Pump P 100", "Qty"), ("per 1", "Qty"), ("版本 2", "用量"),
])  # fmt: skip
def test_a_quantity_for_one_and_a_number_of_parts_leave_no_question(taken: Taken, above: str, caption: str) -> None:
    """Quantities that say they are for one are; how many parts a list has, and one product, change nothing."""
    assert mass(taken(f"{above}\n编码,名称,{caption},单位\nA,a,200,kg\n")) == 200


def test_the_quantity_of_the_product_is_what_those_of_its_parts_are_for(taken: Taken) -> None:
    """Beside what an order requires, the quantity of its product divides; beside what may be for one it is asked."""
    text = "MO No,Product,Product Qty,Component,{},Unit\nM1,P,50,A,200,kg\nM1,P,50,B,100,kg\n"
    made = taken(text.format("Required Qty"))
    assert (mass(made), made.product) == (6, "P")
    with pytest.raises(FootprintError, match="'Product Qty' may tell how many parents"):
        taken(text.format("Qty"))
