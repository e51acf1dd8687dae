"""What a table counts where it does not say so: rows once each, a column to be stated, what fills the next cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from footprint.errors import FootprintError

Taken = Callable[..., Any]


def amounts(made: Any) -> list[tuple[float | None, str]]:
    return [(line.amount, line.part.quantities.units[line.at]) for line in made.lines]


@pytest.mark.parametrize("text", [
    "Part,Note,Supplier\nrod,a,x\nnail,b,x\nplate,c,x\n",
    "名称,材质,备注\n杆,钢,a\n钉,铁,b\n", "Name,Unit,Price\nrod,pcs,2\nnail,pcs,3\n",
])  # fmt: skip
def test_a_table_without_quantities_counts_each_row_once_where_stated(taken: Taken, text: str) -> None:
    """Cut lists and lists of modules have one row for each piece; the remedy that is printed works."""
    with pytest.raises(FootprintError, match="--set blank_quantity=1"):
        taken(text)
    assert {*amounts(taken(text, blank_quantity="1"))} == {(1.0, "item")}


def test_rows_in_other_units_are_not_counted_once(taken: Taken) -> None:
    """Kilograms without a number are no piece."""
    made = taken("Name,Unit,Price\nrod,pcs,2\noil,kg,3\n", blank_quantity="1")
    assert [problem.code for problem in made.problems] == ["import-no-quantity"]


@pytest.mark.parametrize(("header", "caption"), [
    ("Name,Spec,Supplier,qty_robot,cost", "qty_robot"), ("Name,Spec,Supplier,Q,unit price", "Q"),
    ("Name,Spec,Supplier,Shelf,consumed_per", "consumed_per"),
    ("Name,Spec,Supplier,require_num,Year", "require_num"),
])  # fmt: skip
def test_a_column_of_numbers_that_may_count_is_named_with_what_states_it(
    taken: Taken, header: str, caption: str
) -> None:
    """The likeliest column of numbers stands in the remedy, and stating it reads the table."""
    text = f"{header}\nrod,a,x,2,7\nnail,b,x,4,9\n"
    with pytest.raises(FootprintError, match=f'--set "columns.{caption}=quantity"'):
        taken(text)
    assert [value for value, _ in amounts(taken(text, {f"columns.{caption}": "quantity", "unit": "item"}))]


def test_a_rule_of_signs_is_no_line(taken: Taken) -> None:
    """Dashes below the header part nothing and are no part."""
    made = taken("Part,Qty,Note\n-------,,\nrod,2,a\n=====,====,===\nnail,4,b\n")
    assert (amounts(made), made.problems) == ([(2.0, "item"), (4.0, "item")], [])


def test_a_number_that_slipped_beside_its_caption_is_told(taken: Taken) -> None:
    """Counting such a row once would be wrong; no remedy says so."""
    made = taken("Part,Qty,,Note\nrod,2,,a\nnail,,4,b\n")
    (problem,) = made.problems
    assert problem.code == "import-quantity-beside"
    assert "blank_quantity" not in problem.text("en")
