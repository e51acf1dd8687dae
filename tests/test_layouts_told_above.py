"""How many products a list is for, and the days that its rows count on: in titles, headers and dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming.layout import Layout
from footprint.tables.read import read

ON = dt.date(2026, 1, 1)
Taken = Callable[..., Imported]
PLAIN = "物料,单位,用量\n铜带,kg,8\nPA66,kg,3\n"


def bom(made: Imported) -> list[tuple[object, ...]]:
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    return [(row.values["line"], row.values.get("parent"), row.values.get("quantity")) for row in rows]


@pytest.mark.parametrize("title", [
    "每千只用料表", "每1000件用量", "1000PCS用料清单", "千只耗用", "Materials per 1000 pcs", "Bedarf je 1.000 Stück",
])  # fmt: skip
def test_a_title_may_tell_how_many_products_the_list_is_for(taken: Taken, title: str) -> None:
    """Quantities for a thousand are divided by it, and the account says so."""
    made = taken(f'"{title}",,\n{PLAIN}')
    assert [quantity for *_, quantity in bom(made)] == [0.008, 0.003]
    said = "\n".join(account(made, lines.rows(made, {"bom.csv": "F1"}, ""), "en"))
    assert "bom!A1: the quantities are read as those of 1000 of the product." in said


@pytest.mark.parametrize("title", ["用量单位：千只", "包装：每1000只一箱", "packed per 100 pcs"])
def test_a_title_that_may_tell_it_is_asked_about(taken: Taken, title: str) -> None:
    """Nobody guesses what a thousand in a title is of."""
    with pytest.raises(FootprintError, match=r"A1: .*--set base_quantity=1"):
        taken(f"{title},,\n{PLAIN}")
    assert [quantity for *_, quantity in bom(taken(f"{title},,\n{PLAIN}", base_quantity="1000"))] == [0.008, 0.003]
    assert [quantity for *_, quantity in bom(taken(f"{title},,\n{PLAIN}", base_quantity="1"))] == [8, 3]


@pytest.mark.parametrize("title", ["每千克产品用料", "电压 1000V", "序列号 21000只", "每件用量"])
def test_titles_of_something_else_change_nothing(taken: Taken, title: str) -> None:
    """A kilogram is no thousand pieces, and the end of a number is no number."""
    assert [quantity for *_, quantity in bom(taken(f"{title},,\n{PLAIN}"))] == [8, 3]


@pytest.mark.parametrize("caption", ["千只用量", "每K用量", "用量（每千件）", "用量/1000PCS", "每千只用量"])
def test_a_header_may_tell_it(taken: Taken, caption: str) -> None:
    """In front or behind, with its word for a piece or without."""
    assert bom(taken(f"物料,单位,{caption}\n铜带,kg,8\n")) == [("铜带", None, 0.008)]


GERMAN = "{}\n;;;\nKomponente;Objektkurztext;Menge;ME\nA1;Schraube;1.500,5;KG\n"


@pytest.mark.parametrize("said", ["Basismenge;1.000,000;;", "Basismenge;1.000;;", "Basismenge: 1.000 ST;;;"])
def test_numbers_above_a_table_are_in_its_notation(taken: Taken, said: str) -> None:
    """A base quantity of 1.000 above decimal commas is a thousand; without any, the decimal mark is asked for."""
    assert bom(taken(GERMAN.format(said))) == [("A1", None, 1.5005)]
    bare = GERMAN.format("Basismenge: 1.000 ST;;;").replace("1.500,5", "3")
    with pytest.raises(FootprintError, match=r"A1: .*--set decimal"):
        taken(bare)
    made = taken(bare, decimal=",")
    assert bom(made) == [("A1", None, 0.003)]


def test_a_number_above_a_table_that_is_none_is_not_passed_over(taken: Taken) -> None:
    """A base quantity with digits that nobody can read is asked about; without digits there is none."""
    with pytest.raises(FootprintError, match="B1: '100-500' is no number"):
        taken(GERMAN.format("Basismenge;100-500;;"))
    assert bom(taken(GERMAN.format("Basismenge;-;;"))) == [("A1", None, 1500.5)]


DATED = "Part Number,Qty,Unit,From date,To date\nA,1,kg,{},{}\nB,2,kg,{},{}\n"


@pytest.mark.parametrize("dates", [
    ("1/1/2020", "12/31/2022", "2/1/2020", "12/31/2154"), ("1/1/2020", "31/12/2022", "1/2/2020", "31/12/2154"),
    ("01-JAN-2020", "31-DEC-2022", "01-Feb-2020", "31. Dezember 2154"), ("1/1/20", "12/31/22", "1/1/20", ""),
    ("Jan 1, 2020", "Dec 31, 2022", "", "99/99/9999"), ("01/02/2020", "03/04/2022", "05/06/2020", "07/08/2154"),
])  # fmt: skip
def test_dates_are_read_as_the_table_writes_them(taken: Taken, dates: tuple[str, ...]) -> None:
    """What stands first is told by any cell with a day above twelve; where it makes no difference it may be open."""
    quoted = [f'"{date}"' for date in dates]
    assert [line for line, *_ in bom(taken(DATED.format(*quoted)))] == ["B"]


@pytest.mark.parametrize("dates", [
    ("", "03/04/2022", "", "01/02/2026"), ("", "22/12/31", "", ""), ("", "111/12/31", "", ""), ("", "KW 12/22", "", ""),
])  # fmt: skip
def test_dates_that_decide_and_cannot_be_read_are_asked_about(tmp_path: Path, dates: tuple[str, ...]) -> None:
    """A row that is valid in one reading and past in another is never counted without a word."""
    (tmp_path / "bom.csv").write_text(DATED.format(*dates), encoding="utf-8")
    with pytest.raises(FootprintError, match=r"E\d: .*--set dates=mdy"):
        imported([read(tmp_path / "bom.csv")], Layout(), dt.date(2026, 1, 15))


def test_the_order_of_dates_may_be_stated(taken: Taken) -> None:
    """What is stated decides what nothing else tells."""
    text = DATED.format("", "12/11/26", "", "")
    assert [[line for line, *_ in bom(taken(text, dates=order))] for order in ("ymd", "mdy")] == [["B"], ["A", "B"]]
