"""Recipes: parts of a whole in per cent, or in a mass per mass, however the column is called."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


@pytest.mark.parametrize(("caption", "cells"), [
    ("含量%", ("72", "28")), ("% w/w", ("72", "28")), ("Percent", ("72%", "28%")), ("Anteil (%)", ("72", "28")),
    ("质量分数(%)", ("72", "28")), ("添加量(g/kg)", ("720", "280")), ("用量(kg/t)", ("720", "280")),
    ("Amount (g/100g)", ("72", "28")), ("用量(kg/kg)", ("0.72", "0.28")), ("用量", ("720 g/kg", "28 %")),
])  # fmt: skip
def test_parts_of_a_whole_are_those_of_the_unit_that_is_stated(taken: Taken, caption: str, cells: list[str]) -> None:
    """0.72 and 0.28 kg of each kilogram, in whichever words; of what they are parts is asked for."""
    text = f"原料,{caption}\n水,{cells[0]}\n盐,{cells[1]}\n"
    with pytest.raises(FootprintError, match="import-part"):
        taken(text)
    rows = lines.rows(taken(text, unit="kg"), {"bom.csv": "F1"}, "")
    assert [(row.quantity, row.unit) for row in rows] == [(pytest.approx(0.72), "kg"), (pytest.approx(0.28), "kg")]


@pytest.mark.parametrize("unit", ["g/m2", "kg/m3", "kg/km", "xyz/kg"])
def test_a_mass_of_something_else_is_no_part(taken: Taken, unit: str) -> None:
    """Only a mass per mass has no unit."""
    assert "is not known" in str(taken(f"原料,用量,单位\n水,72,{unit}\n盐,1,kg\n").parts[0].quantities.problems[0])


def test_a_batch_above_parts_of_a_whole_divides_nothing(taken: Taken) -> None:
    """The account says that quantities are those of 1000 only where they are."""
    for column, divides in (("配比(%)", False), ("用量(kg)", True)):
        made = taken(f"批量,1000 kg\n,\n原料,{column}\n水,72\n盐,28\n", unit="kg")
        told = "\n".join(account(made, lines.rows(made, {"bom.csv": "F1"}, ""), "en"))
        assert ("read as those of 1000" in told) is divides


@pytest.mark.parametrize("caption", ["phr", "Parts by weight", "质量份", "份数", "Gewichtsteile"])
def test_parts_of_a_recipe_are_of_their_sum(taken: Taken, caption: str) -> None:
    """70, 30 and 50 parts make 150: of one kilogram a third is the last; their sum is told, and stated."""
    text = f"Ingredient,{caption}\nSBR,70\nBR,30\nCB,50\nTotal,150\n"
    with pytest.raises(FootprintError, match=r"150 in all.*--set base_quantity=150"):
        taken(text, unit="kg")
    made = taken(text, unit="kg", base_quantity="150")
    assert [row.quantity for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [70 / 150, 30 / 150, 50 / 150]
