"""Columns nobody knows that behave like parents or levels: a bill that would be flat without them is asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Became, Imported, imported
from footprint.layouts.gaps import known_mass
from footprint.layouts.naming.layout import Layout, stated
from footprint.model.sheets import Book
from footprint.tables.read import read

ON = dt.date(2026, 1, 1)
Taken = Callable[..., Imported]


def mass(made: Imported) -> float:
    return known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0]


def asked(taken: Taken, text: str) -> str:
    with pytest.raises(FootprintError) as raised:
        taken(text)
    return str(raised.value)


ROWS = ("P,A,2,pcs", "A,B,3,kg", "P,C,1,kg")


@pytest.mark.parametrize("caption", ["归属代码", "Kopfartikel", "Used on", "Product No", "Whatever"])
def test_cells_that_name_other_rows_are_asked_about(taken: Taken, caption: str) -> None:
    """By their codes; what is stated then is what is read: 7 kg as parents, 4 kg as anything else."""
    text = "\n".join((f"{caption},Component,Qty,Unit", *ROWS))
    assert f'--set "columns.{caption}=parent"' in asked(taken, text)
    given = {f"columns.{caption}": "parent", "columns.Component": "code"}
    assert mass(taken(text, given)) == pytest.approx(7)
    assert mass(taken(text, {f"columns.{caption}": "ignore"})) == pytest.approx(4)
    assert mass(taken(text, {"structure": "flat"})) == pytest.approx(4)


def test_it_is_the_other_column_where_that_holds_the_product(taken: Taken) -> None:
    """Each of two columns of codes names the other's rows; the parents' has one more that is no row."""
    text = "\n".join(("组件编码,子件编码,Qty,Unit", *ROWS))
    assert "columns.组件编码=parent" in asked(taken, text)
    assert mass(taken(text, {"columns.组件编码": "parent", "columns.子件编码": "code"})) == pytest.approx(7)


def test_one_code_of_another_row_is_enough(taken: Taken) -> None:
    """Parts of the product itself may name nothing."""
    text = "Goes to,Code,Qty,Unit\n,A,2,pcs\nA,B,3,kg\n,C,1,kg\n"
    assert "columns.Goes to=parent" in asked(taken, text)
    assert mass(taken(text, {"columns.Goes to": "parent", "columns.Code": "code"})) == pytest.approx(7)


def test_rows_are_named_by_names_and_by_their_numbers_too(taken: Taken) -> None:
    """A text names rows if all but one does; numbers of rows name those above."""
    assert "columns.Goes into=parent" in asked(taken, "Goes into,Name,Qty,Unit\nPump,Body,2,pcs\nBody,Steel,3,kg\n")
    rows = ("1,,Body,2,pcs", "2,1,Steel,3,kg", "3,1,Zinc,1,kg", "4,,Lid,2,pcs", "5,4,Copper,1,kg", "6,4,Tin,1,kg")
    text = "\n".join(("Item,Up,Name,Qty,Unit", *rows))
    assert "columns.Up=parent" in asked(taken, text)
    assert mass(taken(text, {"columns.Up": "parent", "columns.Item": "code"})) == pytest.approx(12)


@pytest.mark.parametrize("caption", ["Level No.", "阶数", "Hierarchieebene", "Tier", "Whatever"])
@pytest.mark.parametrize("numbers", ["1 2 1", ".1 ..2 .1", "0 1 0", "1 1.1 2", "+ ++ +"])
def test_numbers_that_run_like_levels_are_asked_about(taken: Taken, caption: str, numbers: str) -> None:
    """Small ones that never rise by more than one, dotted ones, and signs; stated, they are read so."""
    if caption == "Whatever" and numbers == "0 1 0":  # as well yes and no
        return
    one, two, three = numbers.split()
    text = f"{caption},Code,Qty,Unit\n{one},A,2,pcs\n{two},B,3,kg\n{three},C,1,kg\n"
    assert f'--set "columns.{caption}=level"' in asked(taken, text)
    assert mass(taken(text, {f"columns.{caption}": "level"})) == pytest.approx(7)
    assert mass(taken(text, {f"columns.{caption}": "ignore"})) == pytest.approx(4)


def test_dotted_numbers_past_nine_are_asked_about(taken: Taken) -> None:
    """1.10 is the tenth part of 1 and no second 1.1; a row without a number keeps the others no structure."""
    rows = "".join(f"1.{number},P{number},1,kg\n" for number in range(1, 12))
    for last in ("2,C,1,kg\n2.1,D,1,kg\n", "2,C,1,kg\n,D,1,kg\n"):
        text = f"Index,Code,Qty,Unit\n1,A,4,pcs\n{rows}{last}"
        assert '--set "columns.Index=level"' in asked(taken, text)
        assert mass(taken(text, {"columns.Index": "ignore"})) == pytest.approx(13)
    text = f"Index,Code,Qty,Unit\n1,A,4,pcs\n{rows}2,C,3,pcs\n2.1,D,1,kg\n"
    assert mass(taken(text, {"columns.Index": "level"})) == pytest.approx(4 * 11 + 3)


def test_other_columns_are_no_clue(taken: Taken) -> None:
    """Flags, pages, numbers of rows, own codes and groups tell no structure; nor does anything beside one that does."""
    for cells in ("0 1 0", "1 1 2", "1 2 3", "3 1 2", "A B C", "x x y", "7 8 7", "0.5 1 1.5"):
        one, two, three = cells.split()
        assert mass(taken(f"Whatever,Code,Qty,Unit\n{one},A,2,pcs\n{two},B,3,kg\n{three},C,1,kg\n")) == pytest.approx(4)
    text = "Level,Whatever,Code,Qty,Unit\n1,1,A,2,pcs\n2,2,B,3,kg\n1,1,C,1,kg\n"
    assert mass(taken(text)) == pytest.approx(7)


@pytest.mark.parametrize(("caption", "used", "out"), [
    ("子项类型", "标准件", "返还件"), ("子项类型", "普通", "联副产品"), ("投入/产出", "投入", "产出"),
    ("Direction", "Input", "Output"), ("Line type", "Component", "By-Product"),
    ("Line type", "Component", "Co-Product"), ("产出品", "否", "是"),
    ("By-product", "", "X"), ("Remark", "", "by-product"),
])  # fmt: skip
def test_what_comes_out_is_not_used(taken: Taken, caption: str, used: str, out: str) -> None:
    """By-products and returned parts are left out by a rule that the account names."""
    made = taken(f"Code,Name,Qty,Unit,{caption}\nA,copper,2,kg,{used}\nB,scrap,0.3,kg,{out}\n")
    assert mass(made) == pytest.approx(2)
    assert made.counts()[Became("excluded", "comes-out")] == 1


def test_sheets_called_alike_with_parts_in_common_are_asked_about(tmp_path: Path) -> None:
    """Variants, or parts of one product: pages of one list and sheets called by what they are go together."""
    def sheets(one: str, other: str, **given: str) -> Imported:
        books = []
        for name, rows in ((one, "A,2,kg\nB,1,kg\n"), (other, "A,3,kg\nC,1,kg\n")):
            (tmp_path / f"{name}.csv").write_text(f"Code,Qty,Unit\n{rows}", encoding="utf-8")
            books.append(read(tmp_path / f"{name}.csv").sheets[0]._replace(file="bom.csv", name=name))
        return imported([Book("bom.csv", tuple(books), "")], stated(given, Layout()), ON)

    with pytest.raises(FootprintError, match="M100,M200"):
        sheets("M100", "M200")
    assert mass(sheets("M100", "M200", sheets="M100")) == pytest.approx(3)
    assert mass(sheets("M100", "M200", sheets="M100,M200")) == pytest.approx(7)
    for one, other in (("Sheet1", "Sheet2"), ("第1页", "第2页"), ("Page 1", "Page 2"), ("Frame", "Motor")):
        assert mass(sheets(one, other)) == pytest.approx(7)


def test_a_name_apart_is_asked_about_beside_numbers_of_rows(taken: Taken) -> None:
    """A number names nothing: what is above others may be named in a column of its own."""
    assert "columns.总成=parent" in asked(taken, "序号,总成,零件,数量,单位\n1,泵,,2,个\n2,,钢,3,kg\n3,,漆,1,kg\n")
