"""Exports of records: bills and lines with ids of their own, heads above or beside their parts."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from footprint.errors import FootprintError
from footprint.layouts import account, balance, lines
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming.layout import Layout
from footprint.tables.read import read

Taken = Callable[..., Imported]
PATHS = ("id,code,product_tmpl_id/id,product_qty,product_uom_id/id,bom_line_ids/id,bom_line_ids/product_id/id,"
         "bom_line_ids/product_id/name,bom_line_ids/product_qty,bom_line_ids/product_uom_id/id")
LABELS = ("External ID,Reference,Product,Quantity,Unit of Measure,BoM Lines/ID,BoM Lines/Component/External ID,"
          "BoM Lines/Component/Display Name,BoM Lines/Quantity,BoM Lines/Product Unit of Measure")
DOCUMENT = ("own.bom_1,,own.stool,10,uom.product_uom_unit,own.l1,own.seat,Seat,10,uom.product_uom_unit\n"
            ",,,,,own.l2,own.leg,Leg,40,uom.product_uom_unit\n"
            ",,,,,own.l3,own.glue,Glue,500,uom.product_uom_gram\n")
RECORDS = ("id,product_id/id,product_qty,product_uom_id/id,bom_id/id\n"
           "bom_1,stool,{stool},product.product_uom_unit,\n"
           "bom_2,{second},{seat},product.product_uom_unit,\n"
           "line_1,seat,10,product.product_uom_unit,bom_1\n"
           "line_2,leg,40,product.product_uom_unit,bom_1\n"
           "line_3,board,15,product.product_uom_kgm,bom_2\n")


def parts(made: Imported) -> list[tuple[object, ...]]:
    values = [row.values for row in lines.rows(made, {"bom.csv": "F1"}, "")]
    return [(each.get("part"), each.get("name"), each["quantity"], each["unit"]) for each in values]


def states(made: Imported) -> list[tuple[str, str]]:
    return [tuple(became) for became in made.states[0]]


@pytest.mark.parametrize("head", [PATHS, LABELS])
def test_lines_behind_the_name_of_their_table_are_the_parts(taken: Taken, head: str) -> None:
    """By the paths of fields or by their labels: what leads to the component names the part, no id of a line does."""
    made = taken(f"{head}\n{DOCUMENT}")
    assert parts(made) == [("own.seat", "Seat", 1.0, "item"), ("own.leg", "Leg", 4.0, "item"),
                           ("own.glue", "Glue", 50.0, "g")]  # fmt: skip
    assert made.product == "own.stool"


@pytest.mark.parametrize("head", [
    "product_tmpl_id,bom_line_ids/product_id,bom_line_ids/product_qty",
    "Product,BoM Lines/Component,BoM Lines/Quantity",
])  # fmt: skip
def test_bills_of_one_line_each_are_told_apart(taken: Taken, head: str) -> None:
    """Though each row says all of its bill, what is made is no part."""
    text = f"{head}\nStool,Seat,2\nBox,Card,3\n"
    with pytest.raises(FootprintError, match=r"tell 2 products.*--product"):
        taken(text, unit="item")
    assert parts(taken(text, product="Box", unit="item")) == [("Card", "Card", 3.0, "item")]


def test_what_a_line_calls_a_product_is_its_part(taken: Taken) -> None:
    """As the table within the document is one of parts."""
    head = "Assembly,Lines/Product,Lines/Quantity,Lines/Unit"
    assert parts(taken(f"{head}\nStool,Seat,1,pcs\n,Leg,4,pcs\n")) == [("Seat", "Seat", 1.0, "item"),
                                                                       ("Leg", "Leg", 4.0, "item")]  # fmt: skip


def test_the_id_of_a_line_is_no_part_where_another_column_leads_to_it(taken: Taken) -> None:
    """Lines alone are parts of the bills that they name."""
    text = ("id,product_id/id,product_id/name,product_qty,product_uom/id,bom_id/id\n"
            "line_1,seat,Seat,1,product.product_uom_unit,bom_1\nline_2,glue,Glue,0.2,product.product_uom_kgm,bom_1\n")
    made = taken(text)
    assert (parts(made), made.product) == ([("seat", "Seat", 1.0, "item"), ("glue", "Glue", 0.2, "kg")], "bom_1")


def test_the_ids_of_lines_name_no_parts_of_what_comes_again(taken: Taken) -> None:
    """A part that several lines take is no product of theirs."""
    text = "id,product_id/id,product_qty,product_uom/id\n" + "".join(
        f"own.line_{at},own.{part},{at},product.product_uom_unit\n" for at, part in enumerate(("a", "a", "b", "b"), 1))
    assert [each[0] for each in parts(taken(text))] == ["own.a", "own.a", "own.b", "own.b"]


def test_a_part_that_comes_again_in_a_tree_is_told_apart_by_the_ids_of_rows(taken: Taken) -> None:
    """Records of a tree name the row above by its id; their codes may come again."""
    made = taken("id,parent,product_id,qty,unit\nr1,,K1,2,pcs\nr2,r1,K2,3,pcs\nr3,r2,K2,5,kg\n")
    assert [each[0] for each in parts(made)] == ["K1", "K2", "K2"]
    assert [line.parent for line in made.lines] == [-1, 0, 1]


_TREES = ("1,,K1,a,2,pcs\n2,1,K2,b,3,pcs\n3,1,K3,c,5,kg\n4,,K9,d,1,pcs\n",
          "1,,K1,a,2,pcs\n2,1,K2,b,3,pcs\n3,2,K3,c,5,kg\n4,,K9,d,1,pcs\n")
_HEADS = ("ID,Parent ID,Product ID,Name,Qty,Unit", "id,parent id,part no,name,qty,unit",
          "id,parent,product_id,name,qty,unit")  # fmt: skip


@pytest.mark.parametrize(("head", "rows"), [
    *itertools.product(_HEADS, _TREES), ("ID,BOM parent,Product ID,Name,Qty,Unit", _TREES[1]),
])  # fmt: skip
def test_each_row_of_a_tree_by_ids_is_a_part(taken: Taken, head: str, rows: str) -> None:
    """The top rows are, with their quantities, whether others are part of them or not: none is the head of a bill."""
    made = taken(f"{head}\n{rows}")
    assert [(each[0], each[2]) for each in parts(made)] == [("K1", 2.0), ("K2", 3.0), ("K3", 5.0), ("K9", 1.0)]
    assert [line.parent for line in made.lines] == [-1, 0, 0 if rows == _TREES[0] else 1, -1]
    assert not made.problems


def test_a_code_may_look_like_the_id_of_another_row(taken: Taken) -> None:
    """Where each parent is the id of a row, and not each the code of one."""
    made = taken("ID,Parent ID,Part No,Name,Qty,Unit\n1,,5,a,1,pcs\n2,1,6,b,3,pcs\n3,2,1,c,5,kg\n4,,9,d,1,pcs\n")
    assert [(line.at, line.parent) for line in made.lines] == [(0, -1), (1, 0), (2, 1), (3, -1)]


@pytest.mark.parametrize("line", ["", "line_4,nail,7,product.product_uom_unit,bom_1\n"])
def test_a_bill_without_lines_is_not_left_out(taken: Taken, line: str) -> None:
    """Nor counted with the lines above it: which product is meant is asked, and what is none of it says so."""
    head = "id,product_id/id,product_qty,product_uom_id/id,bom_id/id\nbom_1,stool,1,product.product_uom_unit,\n"
    text = f"{head}line_1,seat,10,product.product_uom_unit,bom_1\n{line}bom_3,lid,1,product.product_uom_unit,\n"
    with pytest.raises(FootprintError) as raised:
        taken(text)
    assert [each.code for each in raised.value.problems] == ["import-products"]
    assert states(taken(text, product="stool"))[-1] == ("excluded", "not-of-product")


def test_the_head_of_no_line_is_an_amount_of_nothing(taken: Taken) -> None:
    """It may be a part whose name is missing: it is asked about or rejected, unless it tells no amount."""
    text = "Parent,Component,Qty,Unit\nStool,Seat,2,pcs\nStool,Leg,4,pcs\nShelf,,{},pcs\n"
    with pytest.raises(FootprintError, match=r"Stool.*Shelf"):
        taken(text.format(1))
    assert states(taken(text.format("")))[-1] == ("excluded", "bill-head")


def test_lines_name_the_bill_that_they_are_in_by_its_id(taken: Taken) -> None:
    """What it makes is the product, or a part of another bill, and its head is none."""
    made = taken(RECORDS.format(stool=1, second="seat", seat=1), product="stool")
    assert parts(made) == [("seat", "seat", 10.0, "item"), ("board", "board", 15.0, "kg"), ("leg", "leg", 40.0, "item")]
    assert states(made)[:2] == [("excluded", "bill-head")] * 2


def test_two_bills_of_one_product_are_not_added_up(taken: Taken) -> None:
    """Each is asked for by its id."""
    text = RECORDS.format(stool=1, second="stool", seat=1)
    with pytest.raises(FootprintError, match=r"tell 2 products.*bom_1.*bom_2"):
        taken(text)
    assert [each[0] for each in parts(taken(text, product="bom_2"))] == ["board"]


def test_a_head_may_make_several(taken: Taken) -> None:
    """The quantities of its lines are for all of these or for one: that is asked, and each head has its own number."""
    text = RECORDS.format(stool=10, second="seat", seat=5)
    with pytest.raises(FootprintError, match=r"C2.*of stool tells 10 of it.*base_quantity=told.*base_quantity=1"):
        taken(text)
    made = taken(text, base_quantity="told")
    assert [each[2] for each in parts(made)] == [1.0, 3.0, 4.0]
    written = balance.written(made, account.sums(lines.rows(made, {"bom.csv": "F1"}, "")))
    assert (written and written.why) == ("base",)
    assert [each[2] for each in parts(taken(text, base_quantity="1"))] == [10.0, 15.0, 40.0]
    twice = RECORDS.format(stool=10, second="stool", seat=5)
    assert [each[2] for each in parts(taken(twice, base_quantity="told", product="bom_2"))] == [3.0]


@pytest.mark.parametrize("head", [
    "Level,Product,BoM Lines/Component,BoM Lines/Quantity,BoM Lines/Unit of Measure", "No,Product,Component,Qty,Unit",
    "No,Parent item,Component,Qty,Unit", "No,Finished product,Ingredient,Qty,Unit",
])  # fmt: skip
@pytest.mark.parametrize("count", ["1", ""])
def test_a_row_that_names_no_part_is_the_head_of_those_below(taken: Taken, head: str, count: str) -> None:
    """It counts in none of them, and holds for all up to the next."""
    text = f"{head}\n0,Stool,,{count},pcs\n,,Seat,1,pcs\n,,Leg,4,pcs\n0,Box,,{count},pcs\n,,Card,0.4,kg\n"
    with pytest.raises(FootprintError, match=r"Stool.*Box"):
        taken(text)
    made = taken(text, product="Stool")
    assert [each[1:3] for each in parts(made)] == [("Seat", 1.0), ("Leg", 4.0)]
    assert [why for state, why in states(made) if state == "excluded"].count("bill-head") == 2


def test_a_head_of_several_holds_for_what_it_tells(taken: Taken) -> None:
    """By a column of the product as by one of the parent."""
    for head in ("Product,Component,Qty,Unit", "Product,Ingredient,Qty,Unit"):
        text = f"{head}\nCake,,12,kg\n,Flour,6,kg\n,Butter,3,kg\n"
        with pytest.raises(FootprintError, match=r"C2.*Cake tells 12 kg of it.*for 1 kg"):
            taken(text)
        assert [each[2] for each in parts(taken(text, base_quantity="told"))] == [0.5, 0.25]


@pytest.mark.parametrize(("text", "at"), [
    ("Part,Name,Qty,Unit\nA,Arm,2,pcs\n,,5,pcs\nB,Base,1,kg\n", 1),
    ("Level,Part,Name,Qty,Unit\n1,A,Arm,2,pcs\n1,,,7,pcs\n2,B,Base,1,kg\n", 1),
    ("Parent,Component,Qty,Unit\nP,,1,pcs\nP,A,2,pcs\nP,,1,pcs\nP,B,2,kg\n", 2),
    ("Name,Qty,Unit,Price\nArm,2,pcs,3\n,5,pcs,4\n", 1),
])  # fmt: skip
def test_an_amount_of_nothing_is_no_part(taken: Taken, text: str, at: int) -> None:
    """A row without code and name is rejected with its address, not counted."""
    made = taken(text)
    assert states(made)[at] == ("rejected", "import-no-name")
    assert [each.code for each in made.problems] == ["import-no-name"]


@pytest.mark.parametrize("text", [
    "Part,Material,Qty,Unit\nA,Q235,2,kg\n,Q345,5,kg\n", "Part,Designator,Qty\nA,R1,1\n,\"C1,C2\",2\n",
    "Part,Specification,Qty,Unit\nA,M4,2,pcs\n,M5,5,pcs\n", "Part,Qty,Unit\nA,2,pcs\n,0,pcs\n",
])  # fmt: skip
def test_whatever_names_a_row_does(taken: Taken, text: str) -> None:
    """A material, a place on the board; and nothing of something needs no name."""
    assert states(taken(text))[0] == ("used", "")
    assert not taken(text).problems


@pytest.mark.parametrize("text", [
    "id,product_tmpl_id/id,product_id/id,product_qty\nown.mrp_bom_1,own.stool,,1.0\nown.mrp_bom_2,own.box,,1.0\n",
    "ID,Item,Quantity,UOM\nBOM-STOOL-001,STOOL,10,Nos\nBOM-BOX-001,BOX,1,Nos\n",
    "编号,物料名称,数量,单位\nBOM-01,凳子,1,件\nBOM-02,盒子,1,件\n",
])  # fmt: skip
def test_heads_of_bills_without_lines_are_no_bill(taken: Taken, text: str) -> None:
    """What is made is no part of one product: the lines are asked for, unless the ids are stated to tell nothing."""
    with pytest.raises(FootprintError, match=r"head of a bill.*Export the lines") as raised:
        taken(text)
    assert [each.code for each in raised.value.problems] == ["import-heads-only"]
    assert len(parts(taken(text, {f"columns.{text.partition(',')[0]}": "ignore"}, unit="item"))) == 2


def test_a_header_without_rows_has_no_heads(taken: Taken) -> None:
    """Though a column of ids is there to tell them."""
    assert not taken("ID,Item,Quantity,UOM\n").lines


@pytest.mark.parametrize("ids", [("BOM-01", "BOM-01"), ("bom_line_1", "bom_line_2"), ("A1", "A2")])
def test_other_ids_are_those_of_rows(taken: Taken, ids: tuple[str, str]) -> None:
    """Of lines, or of one bill in all its rows."""
    assert len(parts(taken(f"ID,Item,Quantity,UOM\n{ids[0]},Seat,1,pcs\n{ids[1]},Leg,1,pcs\n"))) == 2
    assert len(parts(taken("ID,Item,Quantity,UOM\nBOM-01,Seat,1,pcs\nBOM-02,Leg,4,pcs\n"))) == 2


_DOUGH = "No,Parent item,Component,Qty,Unit\n1,Cake,,1,pcs\n,,Dough,{used}\n2,Dough,,{head}\n,,Flour,300,g\n"


@pytest.mark.parametrize(("used", "head", "told"), [
    ("3,kg", "500,g", 600), ("3,kg", "1,t", 0.3), ("3000,g", "0.5,kg", 0.6), ("3,pcs", "1,dozen", 25),
    ("3,dozen", "6,pcs", 600), ("3,kg", "5,", 60), ("3,kg", "1,kg", 300),
])  # fmt: skip
def test_a_head_counts_in_the_unit_that_what_it_makes_is_used_in(
    taken: Taken, used: str, head: str, told: float
) -> None:
    """A kilogram of dough takes twice the flour of 500 g of it."""
    text = _DOUGH.format(used=used, head=head)
    assert parts(taken(text, base_quantity="told"))[1][2] == pytest.approx(told)
    if head.startswith("1,"):
        assert parts(taken(text))[1][2] == parts(taken(text, base_quantity="1"))[1][2] == pytest.approx(told)
        return
    with pytest.raises(FootprintError) as raised:
        taken(text)
    assert [each.code for each in raised.value.problems] == ["import-head-quantity"]


@pytest.mark.parametrize(("used", "head", "said"), [
    ("3,kg", "1,pcs", ""), ("3,kg", "5,pcs", "told"), ("3,kg", "500,g", "1"), ("3,kg", "500,g", "200"),
    ("3,kg\n,,Dough,20,g", "1,kg", ""),
])  # fmt: skip
def test_lines_of_a_head_in_another_unit_are_rejected(taken: Taken, used: str, head: str, said: str) -> None:
    """Pieces are no kilograms; one of 500 g may be a gram or a kilogram; and lines are not for grams and kilograms."""
    made = taken(_DOUGH.format(used=used, head=head), base_quantity=said)
    assert states(made)[-1] == ("rejected", "import-head-unit")


def test_lines_are_for_as_many_of_the_unit_of_their_head_as_is_stated(taken: Taken) -> None:
    """Those for 500 g are read for a kilogram."""
    assert parts(taken(_DOUGH.format(used="3,kg", head="500,g"), base_quantity="500"))[1][2] == pytest.approx(600)


@pytest.mark.parametrize(("head", "per"), [("1,t", "1 kg"), ("500,g", "1 kg"), ("1,dozen", "1"), ("12,pcs", "1")])
def test_a_product_is_read_per_kilogram_or_piece(taken: Taken, head: str, per: str) -> None:
    """Unlike what its head tells, so that is asked."""
    text = f"Product,Component,Qty,Unit\nCake,,{head}\n,Flour,300,kg\n"
    with pytest.raises(FootprintError) as raised:
        taken(text)
    assert raised.value.problems[0].facts["per"] == per
    amount = {"1,t": 0.3, "500,g": 600, "1,dozen": 25, "12,pcs": 25}[head]
    assert parts(taken(text, base_quantity="told"))[0][2] == pytest.approx(amount)


@pytest.mark.parametrize(("head", "text"), [
    ("blob,kg", "blob kg"), ("#N/A,kg", "#N/A"), ("0,kg", "0 kg"), ("-2,kg", "-2 kg"), ("5,blob", "5 blob"),
])  # fmt: skip
def test_a_head_that_cannot_be_read_is_asked_about(taken: Taken, head: str, text: str) -> None:
    """Its lines are not for one, unless that is stated."""
    bill = _DOUGH.format(used="3,kg", head=head)
    for said in ("", "told"):
        with pytest.raises(FootprintError, match=r"D4.*cannot be read") as raised:
            taken(bill, base_quantity=said)
        assert [each.code for each in raised.value.problems] == ["import-head-unread"]
        assert str(raised.value.problems[0].facts["text"]).startswith(text)
    assert parts(taken(bill, base_quantity="1"))[1][2] == 300


def test_parts_in_per_cent_are_for_one_whatever_the_head_tells(taken: Taken) -> None:
    """Half of a cake is flour, of one or of twelve."""
    text = "Product,Ingredient,Qty,Unit\nCake,,12,kg\n,Flour,50,%\n,Egg,6,kg\n"
    assert [each[2] for each in parts(taken(text, unit="kg", base_quantity="told"))] == [0.5, 0.5]
    dough = _DOUGH.format(used="300,g", head="2,kg").replace("Flour,300,g", "Flour,50,%")
    assert parts(taken(dough, unit="kg", base_quantity="told"))[1][2:] == (0.0005, "kg")


def test_two_bills_of_one_name_are_asked_about(taken: Taken) -> None:
    """The first counts, or both, each for what its own head tells."""
    text = "Product,Component,Qty,Unit\nCard,,10,pcs\n,Paper,10,kg\n,Ink,5,kg\nCard,,5,pcs\n,Glue,10,kg\n"
    for said in ("told", "1"):
        with pytest.raises(FootprintError, match=r"A5.*Card has a head here and another at .*A2") as raised:
            taken(text, base_quantity=said)
        assert [each.code for each in raised.value.problems] == ["import-head-twice"]
    first = taken(text, base_quantity="told", repeated="first")
    assert [each[1:3] for each in parts(first)] == [("Paper", 1.0), ("Ink", 0.5)]
    assert states(first)[-1] == ("excluded", "other-bill")
    assert [each[2] for each in parts(taken(text, base_quantity="told", repeated="all"))] == [1.0, 0.5, 2.0]


@pytest.mark.parametrize(("cell", "text"), [("#N/A", "#N/A"), ("=1+1", "=")])
def test_an_error_in_a_head_is_asked_about(tmp_path: Path, cell: str, text: str) -> None:
    """As a formula never calculated is: nobody knows how many the lines are for."""
    rows = [line.split(",") for line in _DOUGH.format(used="3,kg", head=f"{cell},kg").splitlines()]
    book = Workbook()
    for row in rows:
        assert book.active
        book.active.append([float(each) if each.isdecimal() else each or None for each in row])
    book.save(tmp_path / "bom.xlsx")
    with pytest.raises(FootprintError) as raised:
        imported([read(tmp_path / "bom.xlsx")], Layout(), dt.date(2026, 1, 1), "")
    assert [(each.code, each.facts["text"]) for each in raised.value.problems] == [("import-head-unread", text)]


def test_a_head_of_several_may_be_named_again_beside_each_part(taken: Taken) -> None:
    """What its lines are for is asked as where they name nothing."""
    text = "Product,Component,Qty,Unit\nStool,,10,pcs\nStool,Seat,10,pcs\nStool,Leg,40,pcs\n"
    with pytest.raises(FootprintError, match="import-head-quantity"):
        taken(text)
    assert [line.amount for line in taken(text, base_quantity="told").lines] == [1, 4]
    assert [line.amount for line in taken(text, base_quantity="1").lines] == [10, 40]


_LISTED = "Assembly,Part,Qty,Unit\nWheel,,4,pcs\n{0}Spoke,32,pcs\n{0}Rim,1,pcs\nFrame,,1,pcs\n{1}Tube,3,m\n"


@pytest.mark.parametrize("text", [
    "No," + _LISTED.format("@,Wheel,", "@,Frame,").replace("\nWheel", "\n1,Wheel").replace("\nFrame", "\n2,Frame"),
    _LISTED.format("Wheel,", "Frame,"),
])  # fmt: skip
def test_heads_may_be_parts_of_one_product_each_as_often_as_it_tells(taken: Taken, text: str) -> None:
    """That is asked, and what is printed for it leads there: two columns outline the product."""
    text = text.replace("@,Wheel,", ",,").replace("@,Frame,", ",,")
    with pytest.raises(FootprintError) as raised:
        taken(text)
    [asked] = raised.value.problems
    assert asked.code == "import-head-quantity-or"
    stated = {f"columns.{asked.facts[each]}": "outline" for each in ("owner", "part")}
    rows = [row.values for row in lines.rows(taken(text, **stated), {"bom.csv": "F1"}, "")]
    assert [(row["name"], row["quantity"]) for row in rows] == [
        ("Wheel", 4), ("Spoke", 32), ("Rim", 1), ("Frame", 1), ("Tube", 3)]  # fmt: skip
    wheel, frame = rows[0]["line"], rows[3]["line"]
    assert [row.get("parent") for row in rows] == [None, wheel, wheel, None, frame]
