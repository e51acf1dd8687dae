"""Exports that write a document and the table within it side by side: the inner columns are the parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming.layout import Layout, load
from footprint.layouts.proposal import proposed
from footprint.tables.read import read

Taken = Callable[..., Imported]
EN = "ID,Item,Quantity,UOM,ID (Items),Item Code (Items),Item Name (Items),Qty (Items),UOM (Items)"
DE = ("ID,Artikel,Menge,Einheit,ID (Artikel),Artikel-Code (Artikel),Artikelname (Artikel),Menge (Artikel),"
      "Einheit (Artikel)")
ROWS = "BOM-P-1,P,2,Nos,ab12,A,Arm,4,Nos\n,,,,ab13,B,Base,3,Kg\n,,,,ab14,C,Cap,1,Litre\n"


def parts(made: Imported) -> list[tuple[object, ...]]:
    values = [row.values for row in lines.rows(made, {"bom.csv": "F1"}, "")]
    return [(each["part"], each["name"], each["quantity"], each["unit"]) for each in values]


@pytest.mark.parametrize("head", [EN, DE, EN.replace("(Items)", "(Lines of it)")])
def test_inner_columns_are_the_parts_of_what_their_document_makes(taken: Taken, head: str) -> None:
    """How much is made stands once for all rows of a document, and the name of the inner table is no unit."""
    made = taken(f"{head}\n{ROWS}")
    assert parts(made) == [("A", "Arm", 2.0, "item"), ("B", "Base", 1.5, "kg"), ("C", "Cap", 0.5, "L")]
    assert made.product == "P"


def test_a_document_of_one_row_is_read_alike(taken: Taken) -> None:
    """Where the inner table has a name that is known."""
    assert parts(taken(f"{EN}\n{ROWS.splitlines()[0]}\n")) == [("A", "Arm", 2.0, "item")]


def test_several_documents_are_told_apart(taken: Taken) -> None:
    """The product is chosen; a part that another document makes has the parts of that."""
    text = f"{EN}\n{ROWS}BOM-Q-1,Q,1,Nos,ab21,P,Pump,5,Nos\n,,,,ab22,D,Disc,6,Nos\n"
    assert [each[0] for each in parts(taken(text))] == ["P", "A", "B", "C", "D"]
    other = f"{EN}\n{ROWS}BOM-Q-1,Q,1,Nos,ab21,E,Edge,5,Nos\n"
    with pytest.raises(FootprintError, match="--product"):
        taken(other)
    assert parts(taken(other, product="Q")) == [("E", "Edge", 5.0, "item")]


def test_two_bills_of_one_item_are_asked_about(taken: Taken) -> None:
    """They are not added up: each id is a bill of its own."""
    text = f"{EN}\n{ROWS}BOM-P-2,P,1,Nos,ab21,A,Arm,7,Nos\n"
    with pytest.raises(FootprintError, match="version=BOM-P-1"):
        taken(text)
    assert parts(taken(text, version="BOM-P-2")) == [("A", "Arm", 7.0, "item")]


def test_what_one_document_says_holds_for_all_its_rows(taken: Taken) -> None:
    """One that is not active is left out with all its parts."""
    head = EN.replace("UOM,ID", "Is Active,ID", 1)
    text = f"{head}\n{ROWS.replace('Nos,ab12', '0,ab12')}BOM-Q-1,Q,1,1,ab21,E,Edge,5,Nos\n"
    assert [became.why for became in taken(text, product="Q").states[0]] == ["disabled"] * 3 + [""]


def test_the_map_of_such_a_table_reads_it_again(tmp_path: Path) -> None:
    """The name of the inner table is no unit there either."""
    (tmp_path / "bom.csv").write_text(f"{EN}\n{ROWS}")
    book = read(tmp_path / "bom.csv")
    (tmp_path / "map.yaml").write_text(proposed([book], Layout(), "en"), encoding="utf-8")
    made = imported([book], load(tmp_path / "map.yaml"), dt.date(2026, 1, 1))
    assert [each[2] for each in parts(made)] == [2.0, 1.5, 0.5]


@pytest.mark.parametrize(("head", "text", "told"), [
    ("Part no,Qty,Part no (old),Qty (old)", "A,1,A,2\nB,3,B,4\n", ["A", "B"]),
    ("Part no,Qty,Part no (old),Qty (old)", "A-10,1,A-10,2\nB-10,3,,\n,,C-10,7\n", ["A-10", "B-10"]),
    ("Code,Qty,Length (mm),Width (mm)", "A,1,10,20\nB,3,10,20\n", ["A", "B"]),
    ("Name (en),Name (de),Qty (pcs)", "A,A,1\nB,B,3\n", [None, None]),
])  # fmt: skip
def test_other_words_in_brackets_are_no_inner_table(taken: Taken, head: str, text: str, told: list[object]) -> None:
    """Units, languages and versions."""
    made = taken(f"{head}\n{text}", length_unit="mm")
    rows = lines.rows(made, {"bom.csv": "F1"}, "")[:2]
    assert [row.values.get("part") for row in rows] == told
    assert [row.quantity for row in rows] == [1.0, 3.0]


def test_other_inner_tables_are_no_parts(taken: Taken) -> None:
    """What they say stands beside the parts, and rows of theirs alone are left out; what holds for all still does."""
    head = "ID,Item,Quantity,Is Active,Item Code (Items),Qty (Items),UOM (Items),ID (Steps),Step (Steps),Hours (Steps)"
    rows = "b1,P,2,0,A-1,4,Nos,s1,cut,3\n,,,,B-2,6,Kg,s2,weld,4\n,,,,,,,s3,paint,5\nb2,Q,1,1,C-3,1,Nos,,,\n"
    made = taken(f"{head}\n{rows}", product="Q")
    assert [became.why for became in made.states[0]] == ["disabled", "disabled", "heading", ""]
