"""What a table counts where it does not say so: rows once each, a column to be stated, what fills the next cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from footprint.errors import FootprintError
from footprint.layouts.account import account
from footprint.layouts.bill import Imported

Taken = Callable[..., Any]


def amounts(made: Any) -> list[tuple[float | None, str]]:
    return [(line.amount, line.part.quantities.units[line.at]) for line in made.lines]


@pytest.mark.parametrize("text", [
    "Part,Note,Supplier\nrod,a,x\nnail,b,x\nplate,c,x\n",
    "名称,材质,备注\n杆,钢,a\n钉,铁,b\n", "Name,Unit,Price\nrod,pcs,2\nnail,pcs,3\n",
])  # fmt: skip
def test_a_table_without_quantities_counts_each_row_once_where_stated(taken: Taken, text: str) -> None:
    """Cut lists and lists of modules have one row for each piece; the remedy that is printed works."""
    with pytest.raises(FootprintError, match="--set blank_quantity=1"):
        taken(text)
    assert {*amounts(taken(text, blank_quantity="1"))} == {(1.0, "item")}


def test_rows_in_other_units_are_not_counted_once(taken: Taken) -> None:
    """Kilograms without a number are no piece."""
    made = taken("Name,Unit,Price\nrod,pcs,2\noil,kg,3\n", blank_quantity="1")
    assert [problem.code for problem in made.problems] == ["import-no-quantity"]


@pytest.mark.parametrize(("header", "caption"), [
    ("Name,Spec,Supplier,qty_robot,cost", "qty_robot"), ("Name,Spec,Supplier,Q,unit price", "Q"),
    ("Name,Spec,Supplier,Shelf,consumed_per", "consumed_per"),
    ("Name,Spec,Supplier,require_num,Year", "require_num"),
])  # fmt: skip
def test_a_column_of_numbers_that_may_count_is_named_with_what_states_it(
    taken: Taken, header: str, caption: str
) -> None:
    """The likeliest column of numbers stands in the remedy, and stating it reads the table."""
    text = f"{header}\nrod,a,x,2,7\nnail,b,x,4,9\n"
    with pytest.raises(FootprintError, match=f'--set "columns.{caption}=quantity"'):
        taken(text)
    assert [value for value, _ in amounts(taken(text, {f"columns.{caption}": "quantity", "unit": "item"}))]


def test_a_rule_of_signs_is_no_line(taken: Taken) -> None:
    """Dashes below the header part nothing and are no part."""
    made = taken("Part,Qty,Note\n-------,,\nrod,2,a\n=====,====,===\nnail,4,b\n")
    assert (amounts(made), made.problems) == ([(2.0, "item"), (4.0, "item")], [])


def test_a_number_that_slipped_beside_its_caption_is_told(taken: Taken) -> None:
    """Counting such a row once would be wrong; no remedy says so."""
    made = taken("Part,Qty,,Note\nrod,2,,a\nnail,,4,b\n")
    (problem,) = made.problems
    assert problem.code == "import-quantity-beside"
    assert "blank_quantity" not in problem.text("en")


BILL = "CODE,DESCRIPTION,QTY,UNIT,RATE\n"


def test_chapters_of_a_bill_of_quantities_are_headings(taken: Taken) -> None:
    """A code and a text without quantity and unit, whose code others go on from, is a heading; a bare part is none."""
    text = f"{BILL}02.0.0,Walls,,,\n02.1.0,Brick,,,\n02.1.1,Laid,12,m3,9\n02.2,Block,,,\n02.2.1,Set,4,sqm,9\n"
    made = taken(text)
    assert [line.at for line in made.lines] == [2, 4]
    assert made.problems == []
    assert [each.code for each in taken(f"{BILL}A.1,Rod,2,pcs,9\nA.2,Nail,,,\n").problems] == ["import-no-unit"]


@pytest.mark.parametrize(("unit", "symbol"), [
    ("cum", "m3"), ("LS", "item"), ("lot", "item"), ("package", "item"), ("張", "item"), ("個", "item"), ("rmt", "m"),
    ("UN", "item"),
])  # fmt: skip
def test_units_of_bills_of_quantities_are_known(taken: Taken, unit: str, symbol: str) -> None:
    """Cubic and running metres, lump sums, lots and traditional signs."""
    assert amounts(taken(f"{BILL}A,Rod,2,{unit},9\n")) == [(2.0, symbol)]


def test_a_unit_of_two_meanings_is_told_once_with_its_rows(taken: Taken) -> None:
    """A running metre or a stacked cubic one; the same for many rows is one message."""
    made = taken(BILL + "".join(f"A{at},Rod,2,rm,9\n" for at in range(30)) + "B,Oil,1,vat,9\n")
    told = [line for line in lines_of(made) if "[import-unit]" in line]
    assert len(told) == 2
    assert "So in 30 rows: D2, D3, D4," in told[0]
    assert "rows" not in told[1]


def lines_of(made: Imported) -> list[str]:
    from footprint.layouts.lines import rows

    return [*account(made, rows(made, {"bom.csv": "F1"}, ""), "en")]


@pytest.mark.parametrize("text", [
    "Part,Qty,Unit\nrod,2,$19.95\nnail,4,$1.10\n", "Part,Qty,Unit\nrod,2,19.95\nnail,4,1.10\n",
    "Part,Qty,Unit,UOM\nrod,2,1.20 EUR,pcs\nnail,4,1 EUR,pcs\n",
])  # fmt: skip
def test_units_that_are_prices_are_prices(taken: Taken, text: str) -> None:
    """``Unit`` is short for what one costs where money or numbers stand below it."""
    assert amounts(taken(text)) == [(2.0, "item"), (4.0, "item")]


def test_whole_numbers_below_unit_are_no_prices(taken: Taken) -> None:
    """They may be anything, and the rows have no unit until it is stated."""
    made = taken("Part,Qty,Unit\nrod,2,12\nnail,4,3\n")
    assert {each.code for each in made.problems} == {"import-no-unit"}


def test_what_says_that_there_is_no_code_is_none(taken: Taken) -> None:
    """Rows without a code are called by where they stand; several of them are no same part."""
    made = taken("Part Number,Name,Qty\nA1,rod,2\nN/A,nail,4\n-,pin,4\nn.a.,bar,4\n")
    assert [line.part.text("code", line.at) for line in made.lines] == ["A1", "", "", ""]


@pytest.mark.parametrize("caption", ["Manufacturer PN", "LCSC", "LCSC_PN", "Mouser Part", "Manufacturer Part",
                                     "Supplier Part #"])
def test_numbers_of_makers_and_dealers_are_codes_where_there_is_no_other(taken: Taken, caption: str) -> None:
    """What a part is ordered by tells it from others; beside a number of its own it is left on the sheet Unused."""
    table = taken(f"Reference,Value,Qty,{caption}\nR1,1k,1,XY-1\nR2,2k,1,XY-2\n").parts[0].table
    assert (table.caption("code"), table.caption("specification")) == (caption, "Value")
    table = taken(f"Part Number,{caption},Name,Qty\nA,XY-1,rod,1\nB,XY-2,nail,1\n").parts[0].table
    assert (table.caption("code"), table.caption("name")) == ("Part Number", "Name")


@pytest.mark.parametrize("text", ["rod M3,2,0.5\nnail,4,0.1\npin,4,0.1\n", "2,rod M3\n4,nail\n4,pin\n"])
def test_a_list_without_a_header_is_read_by_letters(taken: Taken, text: str) -> None:
    """The refusal names the columns by their letters; stated so, every row counts, the first too."""
    with pytest.raises(FootprintError, match="--set header=none") as refused:
        taken(text)
    words = refused.value.text("en").split()
    stated = dict(word.split("=") for word in words if word.startswith(("header=", "columns.")))
    made = taken(text, {**stated, "unit": "item"})
    assert amounts(made) == [(2.0, "item"), (4.0, "item"), (4.0, "item")]
    assert made.parts[0].text("name", 0) == "rod M3"
    assert next(iter(lines_of(made))).startswith("bom.csv:bom!A1: 3 rows")


def test_letters_say_nothing_until_they_are_stated(taken: Taken) -> None:
    """A column D is no diameter, and a list of which nothing is stated is none."""
    with pytest.raises(FootprintError, match="--set header=none"):
        taken("rod,a,x,2\nnail,b,y,4\n", header="none")
    made = taken("rod,a,x,30,2\nnail,b,y,40,4\n", {"header": "none", "columns.A": "name", "columns.E": "quantity",
                                                    "unit": "item"})
    assert {*made.parts[0].table.columns} == {"name", "quantity"}


@pytest.mark.parametrize(("text", "given"), [
    ("1,Board K3\n2,Coil X\n8,Screw M3\n", {"header": "none", "columns.B": "name", "columns.A": "quantity"}),
    ("Board K3,x,1\nCoil X,y,2\nScrew M3,z,8\n", {"header": "none", "columns.A": "name", "columns.C": "quantity"}),
    ("Alkatresz,Mennyiseg\nRueda,1\nTornillo M3,4\n", {"columns.Alkatresz": "name", "columns.Mennyiseg": "quantity"}),
    ("Widget,Both sides\nred disc,1\nbolt M5,6\nclip,12\n",
     {"columns.Widget": "name", "columns.Both sides": "quantity"}),
])  # fmt: skip
def test_columns_that_are_stated_count_as_those_that_are_known(taken: Taken, text: str, given: dict[str, str]) -> None:
    """Whole numbers, one among them and few of most, are pieces with a note, as below a header that says so."""
    (part,) = taken(text, given).parts
    assert part.quantities.are_pieces
    assert {*part.quantities.units} == {"item"}


@pytest.mark.parametrize(("text", "given"), [
    ("500,Board\n30,Coil\n1,Screw\n", {"header": "none", "columns.B": "name", "columns.A": "quantity"}),
    ("5,Board\n3,Coil\n", {"header": "none", "columns.B": "name", "columns.A": "quantity"}),
    ("1,Board\n3,Cable\n", {"header": "none", "columns.B": "name", "columns.A": "quantity"}),
    ("Cable,Quantity\nX5-K black,1\nCAT6,4\n", {"columns.Cable": "name", "columns.Quantity": "quantity"}),
    ("Elnevezes,Porcent\nRueda,1\nTornillo,4\n", {"columns.Elnevezes": "name", "columns.Porcent": "quantity"}),
    ("Part No,Litros\nP1,1\nP2,4\n", {"columns.Litros": "quantity"}),
    ("Ingrédient,Qté\nRoue,1\nVis,4\n", {"columns.Ingrédient": "name", "columns.Qté": "quantity"}),
])  # fmt: skip
def test_columns_that_are_stated_and_may_be_masses_are_asked_about(
    taken: Taken, text: str, given: dict[str, str]
) -> None:
    """Large numbers, none of 1, what may be cut, and captions of masses, lengths and recipes in any language."""
    with pytest.raises(FootprintError, match="import-unit-unstated"):
        taken(text, given)


@pytest.mark.parametrize(("text", "given", "unit"), [
    ("Wire,Length\nW1,1\nW2,4\n", {"columns.Wire": "code", "columns.Length": "quantity"}, "unit=mm"),
    ("Part No,Weight\nP1,1\nP2,4\n", {"columns.Weight": "quantity"}, "unit=g"),
])  # fmt: skip
def test_what_is_stated_to_be_a_quantity_and_measures_has_a_unit_of_its_kind(
    taken: Taken, text: str, given: dict[str, str], unit: str
) -> None:
    """Lengths are asked for millimetres or metres, not for pieces, and what is printed reads them."""
    with pytest.raises(FootprintError, match=rf"--set {unit}\b"):
        taken(text, given)
    assert {each for _, each in amounts(taken(text, given, unit=unit[5:]))} == {unit[5:]}


def test_whole_masses_of_parts_are_no_pieces(taken: Taken) -> None:
    """A header of masses is none of a count, though parts have numbers of their own."""
    with pytest.raises(FootprintError, match="import-measure-no-unit"):
        taken("Part No,Weight\nP1,500\nP2,30\n")


def test_rows_that_say_only_a_name_are_parts_where_each_row_is_one(taken: Taken) -> None:
    """No heading is told from them; a signature is, and a table with quantities has headings as ever."""
    made = taken("Name,Code,Note\nBolt,A1,x\nNut,,\nFrame,A2,\nOil can,,\nApproved by: A,,\n", {"blank_quantity": "1"})
    assert [line.part.text("name", line.at) for line in made.lines] == ["Bolt", "Nut", "Frame", "Oil can"]
    made = taken("Name,Code,Qty\nMechanics,,\nBolt,A1,2\nNut,A2,3\n", {"blank_quantity": "1", "unit": "pcs"})
    assert len(made.lines) == 2


@pytest.mark.parametrize("row", [
    "编制,,校对,,审核,", ",编制/日期,校对/日期,审核/日期,批准/日期,", ",Prepared by,Checked by,Approved by,,",
    ",Gezeichnet,Meier,Geprüft,Huber,", "编制：甲,,审核：乙,,批准：丙,",
])  # fmt: skip
def test_a_row_of_signatures_is_no_part(taken: Taken, row: str) -> None:
    """Captions of signatures alone, or with names and days beside them."""
    made = taken(f"序号,物料编码,名称,规格,数量,单位\n1,A1,钢板,1.2,2,kg\n2,A2,校对仪,M6,4,个\n{row}\n")
    assert amounts(made) == [(2.0, "kg"), (4.0, "item")]
    assert [became.state for became in made.states[0]] == ["used", "used", "excluded"]


def test_a_part_may_be_called_like_a_signature(taken: Taken) -> None:
    """One such word beside others is no row of signatures: it is a row without an amount, and rejected."""
    made = taken("序号,物料编码,名称,规格,数量,单位\n1,A1,钢板,1.2,2,kg\n2,A2,设计,M6,若干,个\n")
    assert [became.state for became in made.states[0]] == ["used", "rejected"]


@pytest.mark.parametrize("parts", [2, 3, 5])
def test_notes_below_a_list_do_not_say_what_its_columns_are(taken: Taken, parts: int) -> None:
    """``Item`` numbers the rows though more notes than parts stand in its column."""
    rows = "".join(f"{at},PX-{at},Plate,{at},kg\n" for at in range(1, parts + 1))
    notes = "Notes:,,,,\n1. All dimensions in mm,,,,\n2. Break sharp edges,,,,\nPrepared by: J. D.,,,,\n"
    made = taken(f"Item,Part No,Description,Qty,Unit\n{rows}{notes}")
    [part] = made.parts
    assert [part.text("code", at) for at in range(parts)] == [f"PX-{at}" for at in range(1, parts + 1)]
