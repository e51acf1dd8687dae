"""Titles above headers that are said again: which name products, and which number pages and chapters."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported
from footprint.layouts.locating.regions import regions
from footprint.layouts.locating.table import Table
from footprint.tables.read import read

Taken = Callable[..., Imported]
EN, ZH = ("Part,Qty,Unit", "pcs"), ("名称,数量,单位", "件")


def amounts(made: Imported) -> list[object]:
    return [row.values.get("quantity") for row in lines.rows(made, {"bom.csv": "F1"}, "")]


def below(*titles: str, between: str = "\n", header: tuple[str, str] = EN) -> str:
    """Return one table below each title, with one bolt more in each."""
    caption, unit = header
    tables = (f"{title}\n{caption}\nBolt,{count},{unit}\n" for count, title in enumerate(titles, 1))
    return between.join(tables)


def states(made: Imported) -> set[str]:
    return {became.state for became in made.counts()}


@pytest.mark.parametrize("titles", [
    ("产品A", "产品B"), ("产品1", "产品2"), ("产品A清单", "产品B清单"), ("成品A", "成品B"),
    ("机型A", "机型B"), ("型号A", "型号B"), ("产品（A）", "产品（B）"), ("产品名称A", "产品名称B"),
    ("产品甲", "产品乙", "产品丙"), ("泵", "阀"), ("打印机A", "打印机B"),
    ("Item 1", "Item 2"), ("Unit A", "Unit B"), ("Typ 1", "Typ 2"),
    ("Component 1", "Component 2"), ("Teil A", "Teil B"),
    ("Printer A", "Printer B"), ("Druckregler", "Druckventil"), ("Printed circuit A", "Printed circuit B"),
    ("Print head", "Print bed"), ("Product A", "Product B blue"), ("Pump", "Valve"), ("Product-A", "Product-B"),
    ("Pumpe", "Ventil", "Rohr"), ("BOM Pump\nCompany X", "BOM Valve\nCompany X"), ("A. Pump", "B. Pump"),
    ("Company X\nBOM Pump", "Company X\nBOM Valve"), ("1. Product A", "2. Product B"),
])  # fmt: skip
@pytest.mark.parametrize("between", ["", "\n"])
def test_titles_above_the_header_said_again_are_asked_about_whatever_they_say(
    titles: Sequence[str], between: str, taken: Taken
) -> None:
    """No word in a title, and no row missing above it, makes one bill of two; each printed name is that of one."""
    text = below(*titles, between=between, header=EN if titles[0].isascii() else ZH)
    with pytest.raises(FootprintError, match="import-several-titles") as raised:
        taken(text)
    near = raised.value.problems[0].near
    assert len(near) == len(titles)
    for count, name in enumerate(near, 1):
        assert amounts(taken(text, product=name)) == [count]
    everything = taken(text, product="all")
    assert amounts(everything) == [*range(1, len(titles) + 1)]
    assert "rejected" not in states(everything)


@pytest.mark.parametrize("titles", [
    ("第一部分", "第二部分"), ("第1部分", "第2部分"), ("1、机械", "2、电气"), ("（一）机械", "（二）电气"),
    ("图1", "图2"),
    ("I. Mechanics", "II. Electronics", "III. Packing"), ("1. Mechanik", "2. Elektrik"), ("Fig. 1", "Fig. 2"),
    ("Figure 1 Housing", "Figure 2 Cover"), ("Abschnitt A", "Abschnitt B"), ("A. Metal", "B. Plastic"),
    ("Kapitel 1", "Kapitel 2"), ("Section 1: Frame", "Section 2: Motor"), ("A) Metal", "B) Plastic"),
    ("Printed 2024-01-02", "Printed 2024-01-03"), ("Print date: 1.2.2024", "Print date: 2.3.2024"),
    ("打印日期：一日", "打印日期：二日"), ("制表人 张", "制表人 李"),
    ("Gedruckt am 1.2.24", "Gedruckt am 2.3.24"), ("2024-01-01 10:05", "2024-01-01 10:06"),
])  # fmt: skip
@pytest.mark.parametrize("between", ["", "\n"])
def test_numbered_chapters_and_prints_of_one_list_are_neither_products_nor_parts(
    titles: Sequence[str], between: str, taken: Taken
) -> None:
    """What numbers the chapters of a list, or says when it was printed, is no row of it."""
    made = taken(below(*titles, between=between, header=EN if titles[0].isascii() else ZH))
    assert amounts(made) == [*range(1, len(titles) + 1)]
    assert "rejected" not in states(made)


@pytest.mark.parametrize("between", ["", "\n"])
def test_titles_below_a_list_without_one_are_asked_about_where_they_differ(between: str, taken: Taken) -> None:
    """The list above them has none; those of its name are of the others. A single one is a heading, and is named."""
    one = f"Part,Qty,Unit\nNut,9,pcs\n{between}"
    text = one + below("Product B", "Product C", between=between)
    with pytest.raises(FootprintError, match="below 2 titles"):
        taken(text)
    assert amounts(taken(text, product="Product C")) == [2]
    assert amounts(taken(text, product="all")) == [9, 1, 2]
    made = taken(one + below("Spare parts"))
    assert amounts(made) == [9, 1]
    assert any("Spare parts" in line for line in account(made, lines.rows(made, {"bom.csv": "F1"}, ""), "en"))


@pytest.mark.parametrize("head", [
    "Base quantity: 10", "Product: Pump A\nBase quantity: 10", "Base quantity: 10\nProduct: Pump A",
])  # fmt: skip
def test_a_base_quantity_is_offered_as_no_product(head: str, taken: Taken) -> None:
    """A table is called by what names its product, as it stands there; by nothing where nothing does."""
    text = below(head, "Product B")
    with pytest.raises(FootprintError, match="import-several-titles") as raised:
        taken(text)
    names = ["Pump A", "Product B"][-1 if "Product" not in head else 0 :]
    assert [*raised.value.problems[0].near] == names
    assert [amounts(taken(text, product=name, base_quantity="told")) for name in names] == [[0.1], [2]][-len(names) :]


@pytest.mark.parametrize("text", ["Designator,Value\nR1,10k\n{}", "Name,Spec,Qty,Unit\nA,b,1,pcs\n{}"])
def test_rows_that_carry_on_one_take_time_by_their_number(text: str, taken: Taken) -> None:
    """Each is looked at once, however many stand above it."""
    start = time.perf_counter()
    made = taken(text.format(",x\n" * 20_000))
    assert len(made.lines) == 1
    assert time.perf_counter() - start < 15


def test_designators_that_go_on_are_those_of_the_row_above(taken: Taken) -> None:
    """A row of designators after a comma, or of fewer than are counted, is no part; what follows is."""
    text = "Designator,Value,Qty\n\"R1,\",10k,3\nR2,,\nR3,,\nC1,1u,1\nC2,2u,\n"
    assert len(taken(text).lines) == 3


def test_a_header_whose_lowest_row_is_empty_is_looked_for_below(taken: Taken) -> None:
    """It is read or refused in words."""
    with pytest.raises(FootprintError):
        taken("Length (mm),Parent ID,Component,Name\n,,,\nx,no,B,A1\n")


@pytest.mark.parametrize("blank", [" ", "\u3000", ""])
@pytest.mark.parametrize("caption", ["Machine", "Project", "Colour", "机型"])
@pytest.mark.parametrize("rows", ["Nut,Ring,Cap,Cup", "Nut,Bolt,Nut,Bolt"])
def test_a_column_that_begins_blank_groups_no_rows(blank: str, caption: str, rows: str, taken: Taken) -> None:
    """A cell of blanks above all texts is none; nor does it hide one that stands lower."""
    names = ["Bolt", *rows.split(",")]
    owners = [blank, "Alpha", "Alpha", "Beta", "Beta"]
    text = "\n".join(f"{owner},{name},2,pcs" for owner, name in zip(owners, names, strict=True))
    with suppress(FootprintError):
        assert len(taken(f"{caption},Part,Qty,Unit\n{text}\n").lines) == 5


@pytest.mark.parametrize("text", [
    "Part,Qty,Unit\nA,1,pcs\n\n\nPart,Weight (kg)\n", "名称,数量,单位\nA,1,件\n\n\n名称,重量(kg)\n",
    "Part,Qty,Unit\nA,1,pcs\n\nPart,Quantity\n",
])  # fmt: skip
def test_a_header_without_rows_is_asked_nothing_about(text: str, taken: Taken) -> None:
    """There is nothing that it could be the summary of, or be counted in."""
    assert [line.amount for line in taken(text).lines] == [1]


def test_a_place_in_a_table_without_rows_is_in_its_header(tmp_path: Path) -> None:
    """A question about a column can be raised before there is a row."""
    (tmp_path / "bom.csv").write_text("List\nPart,Qty,Unit\n")
    sheet = read(tmp_path / "bom.csv").sheets[0]
    table = Table(sheet, regions(sheet)[0])
    assert not len(table)
    assert table.place(0, "quantity").cell == "B2"


@pytest.mark.parametrize(("one", "other"), [
    ("Product A", "Product B"), ("产品A", "产品B"), ("成品1", "成品2"), ("Produkt 1", "Produkt 2"),
    ("Modell X", "Modell Y"),
])  # fmt: skip
@pytest.mark.parametrize("header", [EN, ZH, ("Teil,Menge,Einheit", "Stk")])
@pytest.mark.parametrize("form", [
    "{0}\n{1},,\nBolt,4,{3}\n{2},,\nBolt,6,{3}\n", "{1},,\n{0}\nBolt,4,{3}\n\n{2},,\nBolt,6,{3}\n",
    "{0}\nNut,1,{3}\n{1},,\nBolt,4,{3}\n{2},,\nBolt,6,{3}\n",
])  # fmt: skip
def test_rows_that_name_products_within_a_table_are_titles(
    one: str, other: str, header: tuple[str, str], form: str, taken: Taken
) -> None:
    """What stands below each is one product's; no title is a part, whatever is answered."""
    text = form.format(header[0], one, other, header[1])
    with pytest.raises(FootprintError, match="import-several-titles"):
        taken(text)
    assert amounts(taken(text, product=one)) == [4]
    assert amounts(taken(text, product=other)) == [6]
    everything = taken(text, product="all")
    assert amounts(everything)[-2:] == [4, 6]
    assert "rejected" not in states(everything)


@pytest.mark.parametrize("form", [
    "Part,Qty,Unit\n{},,\nBolt,4,pcs\n{},,\nCap,6,pcs\n", "Part,Qty\n{}\nBolt,4\n{}\nCap,6\n",
])  # fmt: skip
def test_rows_of_a_name_alone_are_headings_or_parts_as_is_stated(form: str, taken: Taken) -> None:
    """Below a caption that is read for codes nobody can tell; what is printed makes them either."""
    text = form.format("Mechanics", "Electronics")
    made = taken(text)
    assert {str(each.code) for each in made.problems} == {"import-bare-row"}
    chapters = taken(text, headings="chapter")
    assert amounts(chapters) == [4, 6]
    assert not chapters.problems
    pieces = taken(text, blank_quantity="1")
    assert {str(each.code) for each in pieces.problems} <= {"import-no-unit"}
    assert amounts(taken(text, blank_quantity="1", unit="item")) == [1, 4, 1, 6]


def test_one_row_that_says_product_is_a_part(taken: Taken) -> None:
    """A single one, the same again or one without parts below it parts no table."""
    for rows in ("Product A,,\nBolt,4,pcs\n", "Product A,,\nBolt,4,pcs\nProduct A,,\nNut,4,pcs\n",
                 "Product A,,\nProduct B,,\nNut,4,pcs\n"):  # fmt: skip
        assert {str(each.code) for each in taken(f"Part,Qty,Unit\n{rows}").problems} == {"import-bare-row"}


@pytest.mark.parametrize("foot", [
    "Prepared by: Smith", "编制：张三", "continued on next page", "转下页", "Fortsetzung auf Seite 2",
])  # fmt: skip
@pytest.mark.parametrize("between", ["{0}\n{1}", "{0}\n\n{1}"])
def test_what_is_said_at_the_foot_of_a_page_names_no_product(foot: str, between: str, taken: Taken) -> None:
    """A caption with its text, what says that a list goes on, and what stands apart from the header below it."""
    made = taken(f"List A\n{EN[0]}\nBolt,4,pcs\n{between.format(foot, EN[0])}\nNut,5,pcs\n")
    assert amounts(made) == [4, 5]
    assert "rejected" not in states(made)


@pytest.mark.parametrize("foot", ["Smith", "Confidential", "公司内部资料"])
def test_a_name_at_the_foot_of_a_page_is_that_of_no_product(foot: str, taken: Taken) -> None:
    """It stands right below the parts, and apart from the header."""
    assert amounts(taken(f"List A\n{EN[0]}\nBolt,4,pcs\n{foot}\n\n{EN[0]}\nNut,5,pcs\n")) == [4, 5]


@pytest.mark.parametrize(("one", "other"), [
    ("No.,Part No.,Part Name,Q'ty,Unit,Remark", "序号,料号,品名,用量,单位,备注"),
    ("序号,料号,品名,用量,单位,备注", "No.,Part No.,Part Name,Qty,Unit,Remark"),
    ("Pos,Sachnummer,Benennung,Menge,Einheit,Bemerkung", "Item,Part No,Description,Qty,Unit,Note"),
])  # fmt: skip
def test_a_header_may_be_said_in_two_languages(taken: Taken, one: str, other: str) -> None:
    """Its second row is no part; one that is named like a caption is."""
    rows = "1,A-1,Plate,2,kg,x\n2,A-2,Unit,3,pcs,\n"
    for text in (f"{one}\n{other}\n{rows}", f"BOM of a pump,,,,,\n{one}\n{other}\n{rows}"):
        made = taken(text)
        assert [line.amount for line in made.lines] == [2, 3]
        assert not made.problems
