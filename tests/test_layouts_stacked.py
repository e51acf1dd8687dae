"""Bills below each other on one sheet: a header said again is another bill's where what stands above it says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming.layout import Layout
from footprint.tables.read import read

Taken = Callable[..., Imported]
HEADER = "序号,子项代码,名称,用量,单位"
WHOLE = f"{HEADER}\n1,2.01,机壳,2,个\n2,3.01,胶,0.1,kg\n"
PART = f"{HEADER}\n1,3.02,板,25,kg\n2,3.03,钉,40,个\n"


def bom(made: Imported) -> list[tuple[object, ...]]:
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    return [(row.values["line"], row.values.get("parent"), row.values.get("quantity")) for row in rows]


OF_TEN = [("2.01", None, 2), ("3.02", "2.01", 2.5), ("3.03", "2.01", 4), ("3.01", None, 0.1)]
OF_ONE = [("2.01", None, 2), ("3.02", "2.01", 25), ("3.03", "2.01", 40), ("3.01", None, 0.1)]


@pytest.mark.parametrize(("first", "second"), [
    ("物料代码：1.01,,批量：1", "物料代码：2.01,,批量：10"),
    ("物料代码,1.01,,批量,1", "物料代码,2.01,,批量,10"),
    ("父项代码：1.01 整机  批量：1", "父项代码：2.01 机壳  批量：10"),
    ("BOM清单\n物料代码:,1.01\n批量:,1\n", "BOM清单\n物料代码:,2.01\n批量:,10\n"),
    ("Material,1.01,,Base quantity,1 PC", "Material,2.01,,Base quantity,10 PC"),
    ("", "父项：2.01,,基准数量：10"),
])  # fmt: skip
@pytest.mark.parametrize("between", ["", "\n", "\n\n", "编制：某某\n\n"])
def test_each_bill_of_a_sheet_is_that_of_what_stands_above_it(
    first: str, second: str, between: str, taken: Taken
) -> None:
    """Code and base of an assembly count for its own table, whatever stands between it and the one before."""
    assert bom(taken(f"{first}\n{WHOLE}{between}{second}\n{PART}")) == OF_TEN


def test_a_title_with_the_code_of_a_row_is_that_of_its_bill(taken: Taken) -> None:
    """A title says it as well, above or below the bill that has the part; its number of products is for its table."""
    assert bom(taken(f"整机 1.01 清单\n{WHOLE}\n机壳 2.01 清单\n{PART}")) == OF_ONE
    assert bom(taken(f"机壳 2.01 清单\n{PART}\n物料代码：1.01\n{WHOLE}")) == OF_ONE


@pytest.mark.parametrize(("first", "second"), [
    ("物料代码：1.01,,批量：1", "物料代码：1.01,,批量：1"),
    ("物料清单 第1页", "物料清单 第2页"),
    ("物料代码：1.01,,页次：1/2", "物料代码：1.01,,页次：2/2"),
    ("", "续上页"),
    ("", "辅料"),
])  # fmt: skip
def test_pages_and_chapters_of_one_bill_stay_one(first: str, second: str, taken: Taken) -> None:
    """The same head on each page, numbers of pages and headings without a code begin no other bill: levels go on."""
    header = "层次,物料编码,名称,用量,单位\n"
    one, other = "1,2.01,机壳,2,个\n2,3.02,板,25,kg\n", "2,3.03,钉,40,个\n1,3.01,胶,0.1,kg\n"
    assert bom(taken(f"{first}\n{header}{one}\n{second}\n{header}{other}")) == OF_ONE


@pytest.mark.parametrize("title", ["机壳", "机壳 明细表", "机壳BOM"])
@pytest.mark.parametrize("between", ["", "\n"])
def test_a_title_that_is_the_name_of_a_row_is_that_of_its_bill(title: str, between: str, taken: Taken) -> None:
    """The name of one row, and nothing else, tells whose parts follow; that of no row is the title of a chapter."""
    assert bom(taken(f"整机\n{WHOLE}{between}{title}\n{PART}")) == OF_ONE
    rows = bom(taken(f"整机\n{WHOLE}{between}面板\n{PART}", product="all"))
    assert [parent for _, parent, _ in rows] == [None] * 4


@pytest.mark.parametrize(("called", "title"), [("表2", "机壳 清单"), ("机壳", "")])
def test_a_sheet_that_is_called_as_a_row_is_that_of_its_bill(called: str, title: str, tmp_path: Path) -> None:
    """What a sheet is called, and its title, tell as much as a title below another table."""
    book = openpyxl.Workbook()
    for sheet, text in ((book.active, WHOLE), (book.create_sheet(called), f"{title}\n{PART}")):
        for line in text.splitlines():
            sheet.append([float(cell) if cell.isdecimal() else cell for cell in line.split(",")])
    book.save(tmp_path / "bom.xlsx")
    made = imported([read(tmp_path / "bom.xlsx")], Layout(), dt.date(2026, 1, 1))
    rows = lines.rows(made, {"bom.xlsx": "F1"}, "")
    assert [row.values.get("parent") for row in rows] == [None, "2.01", "2.01", None]


def test_a_title_that_is_the_name_of_several_rows_or_of_one_without_a_code_is_asked_about(taken: Taken) -> None:
    """The code tells which, in the title or in place of the names; stated to be one product, all are its parts."""
    twice = f"{WHOLE}3,2.02,机壳,1,个\n\n机壳\n{PART}"
    with pytest.raises(FootprintError, match=r"A6: '机壳'.* is the name of several rows.*product=all"):
        taken(twice)
    assert [parent for _, parent, _ in bom(taken(twice.replace("\n机壳\n", "\n2.01 机壳\n")))].count("2.01") == 2
    assert {parent for _, parent, _ in bom(taken(twice, {"product": "all"}))} == {None}
    bare = "名称,用量,单位\n机壳,2,个\n胶,0.1,kg\n\n机壳\n名称,用量,单位\n板,25,kg\n"
    with pytest.raises(FootprintError, match=r"'机壳'.* is the name of .*State --set \"columns.名称=code\""):
        taken(bare)
    assert bom(taken(bare, {"columns.名称": "code"})) == [("机壳", None, 2), ("板", "机壳", 25), ("胶", None, 0.1)]


def test_a_heading_that_is_the_name_of_several_of_a_row_is_asked_about(taken: Taken) -> None:
    """Rows below it may be the parts of one of these; one of the row, and the name of no row, ask nothing."""
    text = f"{WHOLE}\n机壳\n1,3.02,板,25,kg\n2,3.03,钉,40,个\n"
    with pytest.raises(FootprintError, match=r"A5: '机壳' is a heading.*D2, of which there are 2.*=assembly if"):
        taken(text)
    assert bom(taken(text, headings="assembly")) == OF_ONE
    assert {parent for _, parent, _ in bom(taken(text, headings="chapter"))} == {None}
    for other in (text.replace("机壳,2,个", "机壳,1,个"), text.replace("\n机壳\n", "\n面板\n")):
        assert len(taken(other).lines) == 4


def test_a_count_above_one_of_several_bills_is_asked_about_and_answered_for_each(taken: Taken) -> None:
    """A number of products above a table is its own: no answer for all tables fits, so each may count as told."""
    text = f"物料代码：1.01,,数量：1\n{WHOLE}\n物料代码：2.01,,数量：10\n{PART}"
    with pytest.raises(FootprintError, match="base_quantity=told"):
        taken(text)
    assert bom(taken(text, base_quantity="told")) == OF_TEN
    assert bom(taken(text, base_quantity="1")) == OF_ONE


def test_one_of_the_bills_of_a_sheet_can_be_chosen(taken: Taken) -> None:
    """The product may be an assembly: its own table is what is imported."""
    text = f"物料代码：1.01,,批量：1\n{WHOLE}\n物料代码：2.01,,批量：10\n{PART}"
    assert bom(taken(text, product="2.01")) == [("3.02", None, 2.5), ("3.03", None, 4)]


def test_a_table_of_other_columns_takes_its_own_head(taken: Taken) -> None:
    """Where the second table has a header of its own, what stands above it is no row of the first."""
    other = "料号,名称,规格,数量,单位\n3.02,板,t2,25,kg\n"
    made = taken(f"物料代码：1.01,,批量：1\n{WHOLE}\n物料代码：2.01,,批量：10\n{other}")
    assert bom(made) == [("2.01", None, 2), ("3.02", "2.01", 2.5), ("3.01", None, 0.1)]
    assert not made.problems


TITLED = "Part,Qty,Unit\nBolt,{},pc\nPlate,{},pc\n"


@pytest.mark.parametrize("between", ["", "\n"])
def test_titles_above_the_same_header_may_name_products(between: str, taken: Taken) -> None:
    """Neither are their parts added up nor is a title a part: which product counts, or that all do, is told."""
    third = f"{between}Product C\nPart,Qty,Unit\nNut,5,pc\n"
    three = f"Product A\n{TITLED.format(4, 1)}{between}Product B\n{TITLED.format(6, 2)}{third}"
    with pytest.raises(FootprintError, match="same columns stand below 3 titles") as raised:
        taken(three)
    assert raised.value.problems[0].near == ("Product A", "Product B", "Product C")
    for product, quantities in (("Product A", [4, 1]), ("product b", [6, 2]), ("Product C", [5])):
        assert [row[2] for row in bom(taken(three, product=product))] == quantities
    assert [row[2] for row in bom(taken(three, product="all"))] == [4, 1, 6, 2, 5]


def test_a_caption_spelt_otherwise_hides_no_product(taken: Taken) -> None:
    """The same fields below another title are another product's, however their captions are spelt."""
    two = f"Product A\n{TITLED.format(4, 1)}\nProduct B\n{TITLED.format(6, 2).replace('Qty', 'Quantity')}"
    with pytest.raises(FootprintError, match="same columns stand below 2 titles"):
        taken(two)
    assert [row[2] for row in bom(taken(two, product="Product B"))] == [6, 2]


@pytest.mark.parametrize(("one", "other", "between"), [
    ("Sheet 1: Pump A", "Sheet 2: Pump B", ""), ("Steel sheet 2mm", "Steel sheet 3mm", ""), ("产品甲", "产品乙", ""),
    ("BOM Pump\nExample Co.", "BOM Valve\nExample Co.", "\n"), ("Pump Page 1/2", "Valve Page 1/2", "\n"),
    ("Product: Pump\nBase quantity: 10", "Valve", "\n"), ("Chair", "Table", "\n"),
])  # fmt: skip
def test_other_titles_are_asked_about(one: str, other: str, between: str, taken: Taken) -> None:
    """Numbers of sheets before a name, what both titles say besides, and fields above the first hide no product."""
    with pytest.raises(FootprintError, match="import-several-titles"):
        taken(f"{one}\n{TITLED.format(4, 1)}{between}{other}\n{TITLED.format(6, 2)}")


def test_another_column_hides_no_product(taken: Taken) -> None:
    """Tables of other columns may be chapters; titles that differ in one word name products all the same."""
    more = "Part,Qty,Unit,Note\nNut,6,pc,x\nFoil,2,pc,y\n"
    with pytest.raises(FootprintError, match="import-several-titles"):
        taken(f"Product A\n{TITLED.format(4, 1)}\nProduct B\n{more}")
    assert len(taken(f"Mechanics\n{TITLED.format(4, 1)}\nElectronics\n{more}").lines) >= 4


def test_a_product_that_no_title_names_is_asked_about(taken: Taken) -> None:
    """A slip of the pen adds nothing up; of titles that come again, all tables are of that product."""
    text = f"Product A\n{TITLED.format(4, 1)}\nProduct B\n{TITLED.format(6, 2)}"
    with pytest.raises(FootprintError, match="import-several-titles"):
        taken(text, product="Product Z")
    again = f"{text}\nProduct A\nPart,Qty,Unit\nNut,9,pc\n"
    assert [row[2] for row in bom(taken(again, product="Product A"))] == [4, 1, 9]
    assert [row[2] for row in bom(taken(again, product="Product B"))] == [6, 2]


def test_a_sheet_that_is_stated_leaves_its_titles_open(tmp_path: Path) -> None:
    """Which sheet counts says nothing of the products on it; the first cells of its tables do."""
    (tmp_path / "bom.csv").write_text(f"Product A\n{TITLED.format(4, 1)}\nProduct B\n{TITLED.format(6, 2)}")
    books = [read(tmp_path / "bom.csv")]
    with pytest.raises(FootprintError, match="import-several-titles"):
        imported(books, Layout(sheets=frozenset({"bom"})), dt.date(2026, 1, 1))
    both = Layout(sheets=frozenset({"bom:A2", "bom:A7"}))
    assert len(imported(books, both, dt.date(2026, 1, 1)).lines) == 4


@pytest.mark.parametrize("titles", [
    ("Product A", "Page 2"), ("Product A", "Printed on a Monday"), ("Product A", "Product A"), ("1/2", "2/2"),
    ("", "Product B"), ("一、原材料", "二、包装"), ("BOM 1/2", "BOM 2/2"), ("Product A", "Product A (continued)"),
    ("Product A Page 1", "Product A Page 2"), ("清单 第1页", "清单 第2页"), ("Sheet 1", "Sheet 2"),
])  # fmt: skip
def test_titles_of_pages_name_no_product(titles: tuple[str, str], taken: Taken) -> None:
    """What numbers the pages of a list, comes again or stands only above some of them parts it in no products."""
    one, other = titles
    made = taken(f"{one}\n{TITLED.format(4, 1)}\n{other}\n{TITLED.format(6, 2)}")
    assert sum(row[2] for row in bom(made) if isinstance(row[2], float)) == 13
    assert not any(became.state == "rejected" for became in made.counts())


@pytest.mark.parametrize(("head", "parents", "quantities"), [
    ("父项：2.01", [None, "2.01", "2.01", None], [2, 25, 40, 0.1]),
    ("批量：10", [None, None, None, None], [2, 0.1, 2.5, 4]),
])  # fmt: skip
def test_the_code_or_the_base_alone_tells_another_bill(
    head: str, parents: list[str | None], quantities: list[float], taken: Taken
) -> None:
    """Either ends the table before; the base counts for the table below it and no other."""
    rows = bom(taken(f"父项：1.01\n{WHOLE}\n{head}\n{PART}"))
    assert [parent for _, parent, _ in rows] == parents
    assert [quantity for *_, quantity in rows] == quantities


def test_a_title_below_a_list_without_one_is_no_product(taken: Taken) -> None:
    """Two titles are needed for two products: the second table goes on below a title of its own, which is no part."""
    made = taken(f"{TITLED.format(4, 1)}\nSpare parts\n{TITLED.format(6, 2)}")
    assert [row[2] for row in bom(made)] == [4, 1, 6, 2]
