"""A table of one product per row, its materials side by side in columns, is no bill, and says so."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


def printed(said: Exception) -> dict[str, str]:
    """Return what a message says to state."""
    return dict(each.split("=", 1) for each in re.findall('"(columns[^"]*)"|(blank_quantity=1)', str(said)) for each in
                filter(None, each))  # fmt: skip


@pytest.mark.parametrize("heads", [
    "W_A,RAW_A,W_B,RAW_B,W_C,RAW_C", "% 1,Material 1,% 2,Material 2,% 3,Material 3", "kg A,料A,kg B,料B,kg C,料C",
])  # fmt: skip
@pytest.mark.parametrize("total", ["WEIGHT", "Weight (kg)"])
def test_materials_side_by_side_are_told_apart_from_bills(taken: Taken, heads: str, total: str) -> None:
    """By two series of columns, texts and numbers, where nothing else tells how much of each row there is."""
    text = f"PRODUCT,Name,{total},{heads}\nX1,soap,10,7,water,3,oil,,\nX2,acid,20,15,water,4,acid,1,dye\n"
    with pytest.raises(FootprintError) as raised:
        taken(text)
    assert "[import-side-by-side]" in str(raised.value)
    assert str(raised.value).count("[import-") == 1
    assert f'--set "columns.{total}=quantity"' in str(raised.value)
    made = taken(text, {f"columns.{total}": "quantity"}, product="all", unit="" if "kg" in total else "kg")
    assert [line.amount for line in made.lines] == [10, 20]


def test_series_beside_quantities_are_something_else(taken: Taken) -> None:
    """Substitutes, places or shares of a part, where a column tells how much of each row there is."""
    text = "Code,Qty,Unit,Shop 1,Price 1,Shop 2,Price 2,Shop 3,Price 3\nP-1,1,kg,a,7,b,3,c,2\nP-2,2,kg,a,7,b,3,c,2\n"
    assert len(taken(text).lines) == 2


def test_the_column_that_is_read_for_amounts_is_the_one_to_leave_out(taken: Taken) -> None:
    """Of a series one of which carries a unit: to leave out another would let the rows be read by that, empty."""
    heads = ",".join(f"Amount_{letter},Raw_{letter}" for letter in "ABCDEFG")
    text = f"Product,Note,{heads}\nX1,a,7,water,3,oil\nX2,b,15,water,4,acid\n"
    with pytest.raises(FootprintError, match=r'or state .*--set "columns\.Amount_G=ignore"') as raised:
        taken(text)
    given = printed(raised.value)
    assert [line.amount for line in taken(text, given, blank_quantity="1", product="all").lines] == [1, 1]


@pytest.mark.parametrize("heads", [
    "Name,Material 1,Qty 1,Material 2,Qty 2", "名称,材料1,用量1,材料2,用量2",
    "Product,Ingredient 1,Qty 1,Ingredient 2,Qty 2",
    "Name,Material 1,Qty 1,Material 2,Qty 2,Material 3,Qty 3", "Bezeichnung,Rohstoff A,Menge A,Rohstoff B,Menge B",
])  # fmt: skip
@pytest.mark.parametrize("count", [1, 2, 3])
def test_pairs_of_materials_and_amounts_are_no_parts(taken: Taken, heads: str, count: int) -> None:
    """Two of them are enough beside a name; what is printed leaves all of them out."""
    more = ",PA,1" * (heads.count(",") // 2 - 2)
    text = f"{heads}\n" + "".join(f"{name},PP,10,PE,2{more}\n" for name in ("Cup", "Lid", "Pot")[:count])
    known = {"columns.Bezeichnung": "name", "columns.Menge A": "quantity"} if "Bezeichnung" in heads else {}
    with pytest.raises(FootprintError, match="import-side-by-side") as raised:
        taken(text, known, unit="g")
    made = taken(text, {**known, **printed(raised.value)}, product="all", unit="item")
    assert [line.amount for line in made.lines] == [1] * count


def test_a_single_series_asks_nothing(taken: Taken) -> None:
    """Two tables of names and amounts beside each other, and prices of dealers, are no recipes."""
    made = taken("Name,Qty,Unit,Shop 1,Price 1,Shop 2,Price 2\nCup,2,pcs,a,1,b,2\nLid,1,pcs,a,1,b,3\n")
    assert [line.amount for line in made.lines] == [2, 1]
