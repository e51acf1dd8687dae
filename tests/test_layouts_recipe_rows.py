"""A table of one product per row, its materials side by side in columns, is no bill, and says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


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
    with pytest.raises(FootprintError, match=r'or state --set "columns\.Amount_G=ignore"'):
        taken(text)
    with pytest.raises(FootprintError, match=r"--set blank_quantity=1|=quantity") as raised:
        taken(text, {"columns.Amount_G": "ignore"})
    assert "import-side-by-side" not in str(raised.value)
