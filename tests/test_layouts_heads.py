"""The row of the product itself above its parts: how many of it they are for, and which of several is meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported, imported
from footprint.layouts.gaps import known_mass
from footprint.layouts.layout import Layout
from footprint.tables.read import read

Taken = Callable[..., Imported]


@pytest.fixture
def taken(tmp_path: Path) -> Taken:
    def take(text: str, product: str = "", structure: str = "", **constants: str) -> Imported:
        (tmp_path / "bom.csv").write_text(text, encoding="utf-8")
        layout = Layout(constants=constants, structure=structure)
        return imported([read(tmp_path / "bom.csv")], layout, dt.date(2026, 1, 1), product)

    return take


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
    chosen = mass(taken(text, "P1")), mass(taken(text, "P2")), mass(taken(text, structure="level"))
    assert chosen == (2, 5, 7)
    assert mass(taken("Level,Code,Qty,Unit\n0,A,1,pcs\n1,B,2,kg\n0,C,5,kg\n")) == 7
