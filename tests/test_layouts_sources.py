"""Rows that only name makers, rows without a quantity, shares and headings: what is left out, and what is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


def parts(made: Imported) -> list[tuple[object, object]]:
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    return [(row.values.get("part") or row.values.get("name"), row.values.get("quantity")) for row in rows]


def said(made: Imported) -> str:
    return "\n".join(account(made, lines.rows(made, {"bom.csv": "F1"}, ""), "en"))


@pytest.mark.parametrize("row", [",,,,TDK,C1608", ",,,,TDK,", "A,cap,,个,TDK,C1608"])
def test_a_row_that_only_names_a_further_maker_is_no_part(row: str, taken: Taken) -> None:
    """Below the part it is for, with what the maker calls it; merged cells may repeat the part beside it."""
    made = taken(f"料号,名称,用量,单位,制造商,规格\nA,cap,2,个,Murata,GRM1\n{row}\nB,res,1,个,Yageo,RC1\n")
    assert parts(made) == [("A", 2), ("B", 1)]
    assert not made.problems
    assert "told again for another maker" in said(made)


def test_a_row_with_a_designator_of_its_own_is_told(taken: Taken) -> None:
    """What stands at a place of its own is more than another maker."""
    made = taken("料号,名称,用量,位号,制造商\nA,cap,,C1,Murata\n,,,C2,TDK\nB,res,,R1,Yageo\n", unit="item")
    assert "told again for another maker" not in said(made)


def test_pieces_without_a_quantity_count_once_where_that_is_stated(taken: Taken) -> None:
    """Some systems leave a single one out; kilograms nobody counts."""
    text = "Level,Item Id,Quantity,Unit\n1,A,2,each\n2,B,,each\n1,C,,kg\n"
    assert [problem.code for problem in taken(text).problems] == ["import-no-quantity"] * 2
    assert "blank_quantity=1" in said(taken(text))
    made = taken(text, blank_quantity="1")
    assert parts(made) == [("A", 2), ("B", 1), ("C", None)]


def test_more_than_the_row_above_is_no_share_of_it(taken: Taken) -> None:
    """A name may begin like a share; one of as much or less is told once more."""
    text = "名称,用量,单位\n壳,{},个\n其中弹簧,2,个\n螺钉,4,个\n"
    assert [count for _, count in parts(taken(text.format(1)))] == [1, 2, 4]
    assert [count for _, count in parts(taken(text.format(3)))] == [3, 4]


def test_names_taken_for_headings_are_told(taken: Taken) -> None:
    """A part without anything but its name looks like one; what stands at the end or with a colon is a note."""
    made = taken("名称,用量,单位\n壳,1,个\n密封胶,,\n螺钉,4,个\n编制：某某,,\n")
    assert "taken for headings: 密封胶. If one" in said(made)
