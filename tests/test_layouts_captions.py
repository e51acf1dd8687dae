"""What is stated of a caption counts, for the column that is so called, or it is told why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from footprint.errors import FootprintError, WorkbookError
from footprint.layouts import lines
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming.layout import Layout, load, stated
from footprint.tables.read import read

Taken = Callable[..., Imported]


def amounts(made: Imported) -> list[tuple[object, object]]:
    evidence = dict.fromkeys(("bom.csv", "bom.xlsx"), "F1")
    return [(row.quantity, row.unit) for row in lines.rows(made, evidence, "")]


def refused(taken: Taken, text: str, given: dict[str, str]) -> WorkbookError:
    with pytest.raises(WorkbookError) as raised:
        taken(text, given)
    return raised.value


@pytest.mark.parametrize(("captions", "named", "unit"), [
    ("Qty,Qty (Items)", "Qty (Items)", "item"), ("Qty,Qty (kg)", "qty(KG)", "kg"), ("Qty,Qty [m]", "Qty [m]", "m"),
    ("用量,用量（千克）", "用量(千克)", "kg"),
])  # fmt: skip
def test_a_caption_that_is_stated_is_the_one_so_written(
    taken: Taken, captions: str, named: str, unit: str
) -> None:
    """Brackets are left aside only where no caption is written so."""
    made = taken(f"Part no,{captions}\nA1,1,5\nA2,1,7\n", {f"columns.{named}": "quantity"})
    assert amounts(made) == [(5.0, unit), (7.0, unit)]
    first = captions.split(",", maxsplit=1)[0]
    assert amounts(taken(f"Part no,{captions}\nA1,1,5\nA2,1,7\n", {f"columns.{first}": "quantity"}))[0] == (1.0, "item")


def test_a_map_tells_captions_apart_by_their_brackets(tmp_path: Path) -> None:
    """What it says of one means no other that is the same without them, be it rows that are left out."""
    (tmp_path / "bom.csv").write_text("Part no,Qty,Qty (kg),State,State (old)\nA1,1,5,on,off\nA2,1,7,off,on\n")
    said = '  "Part no": code\n  "Qty": ignore\n  "Qty (kg)": quantity\n'
    rule = '  - {rule: off, column: "State (old)", is: ["off"]}\n'
    (tmp_path / "map.yaml").write_text(f'footprint-map: "1.0"\ncolumns:\n{said}rows:\n{rule}')
    made = imported([read(tmp_path / "bom.csv")], load(tmp_path / "map.yaml"), dt.date(2026, 1, 1))
    assert amounts(made) == [(7.0, "kg")]


def test_a_caption_without_its_brackets_means_the_only_one_that_fits(taken: Taken) -> None:
    """Of two that fit, which is meant is asked, and each answer works."""
    assert amounts(taken("Code,Demand (kg)\nA1,5\n", {"columns.Demand": "quantity"})) == [(5.0, "kg")]
    text = "Code,Demand (kg),Demand (pcs)\nA1,5,2\n"
    assert "both fit what is stated to be quantity" in str(refused(taken, text, {"columns.Demand": "quantity"}))
    assert amounts(taken(text, {"columns.Demand (pcs)": "quantity"})) == [(2.0, "item")]


def test_a_caption_that_no_column_has_is_refused(taken: Taken) -> None:
    """Nothing would come of it, and nobody would know."""
    said = str(refused(taken, "Code,Qty,Unit\nA1,5,kg\n", {"columns.Scrapp": "loss"}))
    assert "no column is called 'Scrapp'" in said
    assert "Code, Qty, Unit" in said


def test_a_field_that_two_columns_are_stated_to_be_is_refused(taken: Taken) -> None:
    """One column is read for it; where both may count, as notes do, both are."""
    text = "Code,Unit,Need,Want,N1,N2,N3,N4\nA1,kg,5,6,x,y,,\n"
    said = str(refused(taken, text, {"columns.Need": "quantity", "columns.Want": "quantity"}))
    assert "'Need' and 'Want' are both stated to be quantity" in said
    given = {"columns.Need": "quantity", "columns.Want": "ignore", "columns.N3": "ignore",
             "columns.N4": "ignore", "columns.N1": "note", "columns.N2": "note"}
    assert amounts(taken(text, given)) == [(5.0, "kg")]


def test_a_caption_stated_as_two_fields_is_refused() -> None:
    """However it is written."""
    with pytest.raises(FootprintError):
        stated({"columns.Qty": "quantity", "columns.QTY ": "mass"}, Layout())


def test_what_is_stated_counts_whatever_stands_below(taken: Taken) -> None:
    """A column of parts that look like no designators is one where that is said, and a product's code is a name."""
    made = taken("Product,Component,Qty\nP one,C one,2\n", {"columns.Product": "note", "unit": "item"})
    assert [row.values["note"] for row in lines.rows(made, {"bom.csv": "F1"}, "")] == ["P one"]


def test_a_caption_of_a_sheet_beside_the_bill_is_known(tmp_path: Path) -> None:
    """What is stated of materials stands on a sheet that is no bill."""
    book = Workbook()
    for row in (["Code", "Qty", "Unit"], ["A1", 5, "kg"], ["B2", 6, "kg"]):
        book.active.append(row)
    beside = book.create_sheet("Stuff")
    beside.append(["What", "How heavy"])
    beside.append(["steel", 7.85])
    book.save(tmp_path / "bom.xlsx")
    layout = stated({"columns.How heavy": "density"}, Layout())
    assert amounts(imported([read(tmp_path / "bom.xlsx")], layout, dt.date(2026, 1, 1))) == [(5.0, "kg"), (6.0, "kg")]
    with pytest.raises(WorkbookError, match="no column is called 'How light'"):
        imported([read(tmp_path / "bom.xlsx")], stated({"columns.How light": "density"}, Layout()), dt.date(2026, 1, 1))


def test_a_caption_in_one_row_of_a_header_is_known(tmp_path: Path) -> None:
    """What stands over it belongs to it, and may be left out; two columns of one caption are nobody's mistake."""
    book = Workbook()
    for row in (["", "Need", ""], ["Code", "Demand", "Unit"], ["A1", 5, "kg"], ["B2", 6, "kg"]):
        book.active.append(row)
    book.active.merge_cells("B1:C1")
    book.save(tmp_path / "bom.xlsx")
    layout = stated({"columns.Demand": "quantity"}, Layout())
    assert amounts(imported([read(tmp_path / "bom.xlsx")], layout, dt.date(2026, 1, 1))) == [(5.0, "kg"), (6.0, "kg")]


def test_two_columns_of_one_caption_are_read_as_without_a_statement(taken: Taken) -> None:
    """The first is; nobody could state the other."""
    made = taken("Code,Demand,Demand,Unit\nA1,5,5,kg\nB2,6,6,kg\n", {"columns.Demand": "quantity"})
    assert amounts(made) == [(5.0, "kg"), (6.0, "kg")]
