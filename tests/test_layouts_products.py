"""Several products in one file: never added up unasked, and each of them, or one table of a sheet, can be stated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported, imported
from footprint.layouts.locating.titles import bare
from footprint.layouts.naming import layout
from footprint.layouts.naming.layout import Layout
from footprint.model.sheets import Book
from footprint.tables.read import read

ON = dt.date(2026, 1, 1)
NOTHING: Mapping[str, str] = {}
HEAD = "物料编码,物料名称,用量,单位\n"
ONE, TWO = f"{HEAD}A,架,2,kg\nB,盖,1,kg\n", f"{HEAD}C,轴,3,kg\nD,壳,4,kg\n"
Taken = Callable[..., Imported]


@pytest.fixture
def taken(tmp_path: Path) -> Taken:
    """Return what sheets of one file give, or one sheet, as comma-separated text."""

    def take(text: str | Mapping[str, str], product: str = "", stated: Mapping[str, str] = NOTHING) -> Imported:
        made = []
        for number, (name, each) in enumerate(({"BOM": text} if isinstance(text, str) else text).items()):
            (tmp_path / f"{number}.csv").write_text(each, encoding="utf-8")
            made.append(read(tmp_path / f"{number}.csv").sheets[0]._replace(file="bom.xlsx", name=name))
        return imported([Book("bom.xlsx", tuple(made), "0" * 64)], layout.stated(stated, Layout()), ON, product)

    return take


def bom(made: Imported) -> list[tuple[object, object]]:
    return [(row.id, row.quantity) for row in lines.rows(made, {"bom.xlsx": "F1"}, "")]


@pytest.mark.parametrize("title", [
    "产品：{}", "产品,{}", "Product: {}", "产品名称：{}", "成品料号：{}", "产品编码：{}", "机型：{}", "Erzeugnis: {}",
    "Finished good,{}", "{} 产品物料清单", "BOM for {}", "产品：{} 第1页", "产品：{}  版本：A",
])  # fmt: skip
def test_what_names_a_product_above_a_table_keeps_it_apart(taken: Taken, title: str) -> None:
    """On sheets of their own, below each other with a blank row and without: one is chosen, or they are asked about."""
    one, two = f"{title.format('P1')}\n{ONE}", f"{title.format('P2')}\n{TWO}"
    for text in ({"S1": one, "S2": two}, f"{one}\n{two}", f"{one}{two}"):
        with pytest.raises(FootprintError, match="name different products: P1, P2"):
            taken(text)
        assert bom(taken(text, "P1")) == [("A", 2), ("B", 1)]
        assert bom(taken(text, "P2")) == [("C", 3), ("D", 4)]


def test_a_product_named_between_rows_begins_another_list(taken: Taken) -> None:
    """Without its header again; a product named below all rows, or named again, is none."""
    text = f"{HEAD}产品：P1\nA,架,2,kg\n产品：P2\nC,轴,3,kg\n"
    with pytest.raises(FootprintError, match="P1, P2"):
        taken(text)
    assert bom(taken(text, "P2")) == [("C", 3)]
    assert len(taken(f"产品：P1\n{ONE}产品：P2  审核：王\n").lines) == 2
    assert len(taken(f"产品：P1 第1页\n{ONE}\n产品：P1 第2页\n{TWO}").lines) == 4
    assert len(taken({"机械": f"产品：P1\n{ONE}", "电气": f"产品：P1\n{TWO}"}).lines) == 4


def test_tables_side_by_side_have_titles_of_their_own(taken: Taken) -> None:
    head, rows = HEAD.strip(), "A,架,2,kg,,C,轴,3,kg"
    text = f"产品：P1,,,,,产品：P2,,,\n{head},,{head}\n{rows}\n"
    with pytest.raises(FootprintError, match=r"BOM!F2: this table and that at bom.xlsx:BOM!A2 .*P1, P2"):
        taken(text)
    assert bom(taken(text, "P2")) == [("C", 3)]


def test_blocks_of_assemblies_on_one_sheet_are_parts_of_one_product(taken: Taken) -> None:
    """A block that says whose parts it tells has them, times as many as there are; it is no part of the product."""
    made = taken(f"父项编码：P\n{HEAD}A,架,2,个\nB,盖,1,kg\n\n父项编码：A\n{HEAD}C,轴,3,kg\n")
    rows = [(row.id, row.values.get("parent"), row.quantity) for row in lines.rows(made, {"bom.xlsx": "F1"}, "")]
    assert rows == [("A", None, 2), ("C", "A", 3), ("B", None, 1)]


@pytest.mark.parametrize("caption", ["产品", "成品", "机型", "产品型号", "Product", "Finished good", "Erzeugnis"])
@pytest.mark.parametrize("second", ["P1", ""])
def test_a_column_of_several_products_is_asked_about(taken: Taken, caption: str, second: str) -> None:
    """One, or all together; an empty cell is of the product above it. A column of one product asks nothing."""
    text = f"{caption},{HEAD}P1,A,架,2,kg\n{second},B,盖,1,kg\nP2,C,轴,3,kg\nP2,A,架,4,kg\n"
    with pytest.raises(FootprintError, match=r"names several products: P1, P2.*product=P1"):
        taken(text)
    with pytest.raises(FootprintError, match="several products"):
        taken(text, "P3")
    assert bom(taken(text, "P2")) == bom(taken(text, stated={"product": "P2"})) == [("C", 3), ("A", 4)]
    assert bom(taken(text, "P1")) == [("A", 2), ("B", 1)]
    assert len(taken(text, "all").lines) == len(taken(text, stated={f"columns.{caption}": "ignore"}).lines) == 4
    assert len(taken(text.replace("P2", "P1")).lines) == 4


@pytest.mark.parametrize("text", [
    "Level,Product,Part No,Quantity,Unit\n1,架,AX-1,2,pcs\n2,板,AX-2,3,kg\n1,盖,AX-3,1,pcs\n2,板,AX-2,1,kg\n",
    "Product,Part No,Quantity,Unit\n[AX-1] 架,AX-1,2,kg\n[AX-2] 板,AX-2,3,kg\n[AX-2] 板,AX-2,1,kg\n",
])  # fmt: skip
def test_a_column_with_a_name_for_each_code_names_the_rows(taken: Taken, text: str) -> None:
    """Rows of levels are of one product, however it is called; a name that holds the code is the name of the code."""
    names = [row.values["name"].split()[-1] for row in lines.rows(taken(text), {"bom.xlsx": "F1"}, "")]
    assert names[:2] == ["架", "板"]


def test_a_column_that_differs_in_every_row_may_name_products_or_rows(taken: Taken) -> None:
    """Without levels, and without the codes in it, either may be: the answer that is offered first keeps the names."""
    text = "Product,Part No,Quantity,Unit\n架,AX-101,2,kg\n板,AX-102,3,kg\n"
    with pytest.raises(FootprintError, match=r'in each row: 架, 板\. State --set "columns.Product=name" if'):
        taken(text)
    made = taken(text, stated={"columns.Product": "name"})
    assert [row.values["name"] for row in lines.rows(made, {"bom.xlsx": "F1"}, "")] == ["架", "板"]
    assert [len(taken(text, stated={"product": each}).lines) for each in ("all", "架")] == [2, 1]


def test_a_column_of_models_right_of_the_code_specifies(taken: Taken) -> None:
    """The model of a part names no product, however often it is repeated; nor does a product that is the only name."""
    made = taken("物料编码,物料名称,产品型号,用量,单位\nA,架,M3,2,kg\nC,架,M3,2,kg\nB,盖,M4,1,kg\n")
    assert [row.values["specification"] for row in lines.rows(made, {"bom.xlsx": "F1"}, "")] == ["M3", "M3", "M4"]
    (row, _) = lines.rows(taken("Product,Quantity,UoM\nSteel,2,kg\nCopper,3,kg\n"), {"bom.xlsx": "F1"}, "")
    assert row.values["name"] == "Steel"


def test_one_table_of_a_sheet_can_be_stated(taken: Taken) -> None:
    """By its first cell, as the question names it: the remedy leads out of the question."""
    text = "零件清单\n编码,名称,数量,单位\nA,架,2,件\nB,盖,3,件\n\n汇总\n材料,重量(kg)\n钢,5\n铜,1\n"
    with pytest.raises(FootprintError, match='--set "sheets=BOM:A2"'):
        taken(text)
    assert bom(taken(text, stated={"sheets": "BOM:A2"})) == [("A", 2), ("B", 3)]
    assert bom(taken(text, stated={"sheets": "BOM!A7"})) == [("R8", 5), ("R9", 1)]
    with pytest.raises(FootprintError, match="no sheet has one of the names stated: BOM:A70"):
        taken(text, stated={"sheets": "BOM:A70"})


def test_tables_of_one_sheet_that_tell_the_same_parts_are_asked_about(taken: Taken) -> None:
    """Two versions below each other: each can be stated, and both."""
    text = "编码,名称,数量,单位\nA,架,2,件\nB,盖,3,件\n\n编码,名称,单位,数量\nA,架,件,2\nB,盖,件,4\n"
    with pytest.raises(FootprintError, match=r'"sheets=BOM:A1", or both, --set "sheets=BOM:A1,BOM:A5"'):
        taken(text)
    assert bom(taken(text, stated={"sheets": "BOM:A5"})) == [("A", 2), ("B", 4)]
    assert len(taken(text, stated={"sheets": "BOM:A1,BOM:A5"}).lines) == 4
    pairs = "父项,子项,用量,单位\nP,A,2,kg\nP,B,1,kg\n\n父项,子项,单位,用量\nP,A,kg,2\nP,B,kg,1.5\n"
    with pytest.raises(FootprintError, match=r'told at bom.xlsx:BOM!C3, too.*"sheets=BOM:A1"'):
        taken(pairs)
    assert bom(taken(pairs, stated={"sheets": "BOM:A5"})) == [("A", 2), ("B", 1.5)]


@pytest.mark.parametrize("captions", ["P1用量,P2用量", "220V用量,380V用量", "数量1,数量2", "用量A1,用量A2"])
def test_quantities_of_two_variants_are_asked_about(taken: Taken, captions: str) -> None:
    """Columns that differ in a code only: the other one is left out, or nothing is read."""
    one = captions.partition(",")[0]
    text = f"编码,名称,{captions},单位\nA,架,2,3,kg\n"
    with pytest.raises(FootprintError, match="mean the same and differ"):
        taken(text)
    assert bom(taken(text, stated={f"columns.{one}": "ignore"})) == [("A", 3)]


@pytest.mark.parametrize(("text", "value"), [
    ("P1", "P1"), ("P1  版本：A", "P1"), ("P1 版本:A", "P1"), ("Pump P 100", "Pump P 100"), ("P1 第 2 页", "P1"),
    ("P1 Page 2", "P1"), ("2024-01-01 10:30", "2024-01-01 10:30"),
])  # fmt: skip
def test_a_value_ends_where_more_is_said(text: str, value: str) -> None:
    """Behind a title others stand in its cell: a version, a page; a time is none."""
    assert bare(text) == value


@pytest.mark.parametrize("above", ["P1,P2", "标准型,加强型", "220 V,380 V"])
def test_quantities_under_one_caption_are_told_apart_by_what_stands_above(taken: Taken, above: str) -> None:
    """The variants of a product, side by side: which one counts is asked, and stated by both captions."""
    text = f",,{above},\n编码,名称,用量,用量,单位\nA,架,2,3,件\nB,盖,1,5,件\n"
    with pytest.raises(FootprintError, match="mean the same and differ"):
        taken(text)
    for front, quantity in zip(above.split(","), (2, 3), strict=True):
        assert bom(taken(text, stated={f"columns.{front} 用量": "quantity"}))[0] == ("A", quantity)


def test_one_product_in_other_words_is_one(taken: Taken) -> None:
    """Its code on one sheet and its name on both; nothing behind a caption names none."""
    one, two = f"产品编码：P1,产品名称：泵\n{ONE}", f"产品名称：泵\n{TWO}"
    assert len(taken({"机械": one, "电气": two}).lines) == 4
    one, two = (f"产品：,日期：2024-0{month}-01\n{text}" for month, text in ((1, ONE), (2, TWO)))
    assert len(taken({"机械": one, "电气": two}).lines) == 4


@pytest.mark.parametrize("heads", ["产品：{}", "产品编码：{}"])
def test_a_product_that_no_table_is_of_adds_up_nothing(taken: Taken, heads: str) -> None:
    """Mistyped, it is asked again; by another case, or its name, it is found; one table may be called anything."""
    sheets = {"S1": f"{heads.format('P1')},产品名称：泵甲\n{ONE}", "S2": f"{heads.format('P2')},产品名称：泵乙\n{TWO}"}
    with pytest.raises(FootprintError, match="different products: P1, P2"):
        taken(sheets, "P9")
    for called in ("P2", "p2", "泵乙"):
        assert bom(taken(sheets, called)) == [("C", 3), ("D", 4)]
    assert len(taken({"S1": sheets["S1"]}, "MY-ID").lines) == 2
    assert len(taken(sheets, "all").lines) == 4


def test_two_versions_below_each_other_are_asked_about(taken: Taken) -> None:
    """Each under a title of its own; a product named further up is that of the first table."""
    head = "编码,名称,用量,单位\n"
    text = f"BOM版本：V1\n{head}A,a,2,kg\nBOM版本：V2\n{head}A,a,3,kg\n"
    with pytest.raises(FootprintError, match=r'"sheets=BOM:A2", or both'):
        taken(text)
    assert bom(taken(text, stated={"sheets": "BOM:A5"})) == [("A", 3)]
    made = taken(f"产品：P1\n数量：10\n\n版本：A\n{head}A,a,2,kg\n", stated={"base_quantity": "10"})
    assert (made.parts[0].block.product, bom(made)) == ("P1", [("A", 0.2)])
