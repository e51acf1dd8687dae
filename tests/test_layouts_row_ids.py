"""Trees whose rows have ids of their own, and name the row above by its id."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported
from footprint.layouts.naming import levels, row_ids
from footprint.layouts.naming.levels import LOST, PRODUCT

Taken = Callable[..., Imported]
_CAPTIONS = ("id,parent_id", "node_id,parent_node_id", "uid,parent_uid", "line_id,parent_line_id", "ID,Parent",
             "Key,ParentKey",
             "Nr,Übergeordnet", "id,上级id", "行号,上级行号", "bom_line_id,parent_bom_line_id", "id,id_padre",
             "No.,Parent No.")  # fmt: skip
_ROWS = ("10,{0},a,2,pcs", "11,10,b,3,pcs", "12,11,c,5,kg")


def _mass(made: Imported) -> float:
    """Return what all lines in kilograms weigh in one product [kg]."""
    of: list[float] = []
    for line in made.lines:
        of.append((line.amount or math.nan) * (of[line.parent] if line.parent >= 0 else 1))
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    return sum(amount for amount, row in zip(of, rows, strict=True) if row.unit == "kg")


@pytest.mark.parametrize("captions", _CAPTIONS)
@pytest.mark.parametrize(("none", "order"), [("", (0, 1, 2)), ("0", (2, 0, 1)), ("NULL", (2, 1, 0)), ("-", (1, 2, 0))])
def test_ids_tell_what_each_row_is_part_of(taken: Taken, captions: str, none: str, order: tuple[int, ...]) -> None:
    """Whatever they are called, in any order, and with codes that come again beside them."""
    rows = [_ROWS[at].format(none) for at in order]
    made = taken("\n".join((f"{captions},Name,Qty,Unit", *rows, "")))
    assert [part.structure for part in made.parts] == [levels.IDS]
    assert _mass(made) == 30
    coded = (f"{row},X" for row in rows)
    assert _mass(taken("\n".join((f"{captions},Name,Qty,Unit,Part No", *coded, "")))) == 30


@pytest.mark.parametrize("captions", ["Item no,Parent item no", "Part No,Parent Part No", "料号,上级料号"])
def test_codes_of_parts_are_no_ids_of_rows(taken: Taken, captions: str) -> None:
    """They may come again, each time with all of its parts."""
    made = taken(f"{captions},Qty,Unit\nA,P,1,pcs\nB,P,1,pcs\nC,A,2,pcs\nC,B,3,pcs\nD,C,1,kg\n")
    assert [part.structure for part in made.parts] == [levels.PAIRS]
    assert _mass(made) == 5


@pytest.mark.parametrize("captions", ["uid,parent_uid,Part,Qty,Unit", "uid,parent_uid,Name,Qty,Unit"])
def test_several_rows_above_all_others_may_be_products(taken: Taken, captions: str) -> None:
    """Each answer that is printed leads to what it says."""
    text = f"{captions}\n10,,Car,1,pcs\n11,10,Door,3,pcs\n12,,Bike,1,pcs\n13,12,Wheel,5,kg\n"
    with pytest.raises(FootprintError, match=r"2 rows.*Car, Bike.*--product Car.*structure=ids"):
        taken(text)
    assert [line.amount for line in taken(text, product="Car").lines] == [3]
    assert [line.amount for line in taken(text, product="Bike").lines] == [5]
    assert [line.amount for line in taken(text, structure="ids").lines] == [1, 3, 1, 5]
    assert [line.amount for line in taken(text.replace("Car,1", "Car,2")).lines] == [2, 3, 1, 5]


def test_a_row_below_no_other_is_rejected_with_its_place(taken: Taken) -> None:
    """One that is stated to name the row above by its id, and names none."""
    text = "a,b,Name,Qty,Unit\n1,,Car,1,pcs\n2,7,Door,3,pcs\n3,1,Wheel,4,pcs\n4,5,Axle,1,pcs\n5,4,Hub,1,pcs\n"
    made = taken(text, **{"columns.a": "row_id", "columns.b": "parent_row"})
    assert [(each.code, each.place.cell) for each in made.problems] == [
        ("import-no-place", "B3"), ("import-no-place", "B5"), ("import-no-place", "B6")]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [("row_id", "parent_row"), ("parent_row", "row_id")])
def test_one_of_both_columns_asks_for_the_other(taken: Taken, one: str, other: str) -> None:
    """Ids of rows alone say nothing of what these are part of."""
    with pytest.raises(FootprintError, match=f"columns.CAPTION={other}"):
        taken("a,b,Name,Qty,Unit\n1,,Car,1,pcs\n2,1,Door,3,pcs\n", **{"columns.a": one})


@given(st.lists(st.integers(-1, 11), min_size=1, max_size=12))
def test_rows_come_behind_what_they_are_part_of(above: list[int]) -> None:
    """Each keeps its parent, or has no place: where that is no row, or it is part of itself by whatever way."""
    told = ["" if up < 0 else str(up) for up in above]
    parents = levels.by_ids([*map(str, range(len(above)))], told)
    for at, up in enumerate(above):
        path = [at]
        while (last := above[path[-1]] if path[-1] < len(above) else LOST) >= 0 and last not in path:
            path.append(last)
        is_placed = last == -1
        assert parents[at] == ((PRODUCT if up < 0 else up) if is_placed else LOST)
    kept, moved = levels.in_order(range(len(above)), parents)
    assert sorted(kept) == [*range(len(above))]
    assert all(up < at for at, up in enumerate(moved))
    assert [kept[up] if up >= 0 else up for up in moved] == [parents[at] for at in kept]


@pytest.mark.parametrize(("captions", "rows", "are_ids"), [
    (("id", "parent_id"), [("1", ""), ("2", "1"), ("3", "2")], True),
    (("id", "parent_id"), [("1", ""), ("2", "1"), ("2", "1")], False),
    (("id", "parent_id"), [("1", "1"), ("2", "1"), ("3", "2")], False),
    (("id", "parent_id"), [("1", ""), ("2", "9")], False),
    (("id", "BOM parent"), [("b1", ""), ("l1", "b1"), ("l2", "b1")], False),
    (("id", "BOM parent"), [("b1", ""), ("l1", "b1"), ("l2", "l1")], True),
])  # fmt: skip
def test_ids_of_rows_are_those_of_one_row_each(
    captions: tuple[str, str], rows: list[tuple[str, str]], *, are_ids: bool
) -> None:
    """None is named that no row has, none is part of itself, and lines of bills name no rows above them."""
    found = row_ids.of_rows(dict(enumerate(captions)), {}, rows)
    assert {at: meant.fields for at, meant in found.items()} == (
        {0: (row_ids.ROW,), 1: (row_ids.ABOVE,)} if are_ids else {})  # fmt: skip
