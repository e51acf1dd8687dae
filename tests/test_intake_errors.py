"""What can be wrong with a guided workbook: each fact is told with its place and its remedy, in both languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from footprint.errors import WorkbookError
from footprint.intake import read
from footprint.messages import codes, message
from footprint.model.sheets import Book, Sheet

Make = Callable[..., Book]


def line(id_: str = "L1", **cells: Any) -> dict[str, Any]:
    return {"line": id_, **cells}


def process(direction: str = "input", **cells: Any) -> dict[str, Any]:
    return {"process": "weld", "direction": direction, "flow": "steel", "amount": 1, **cells}


PRODUCT_ROW = process("product", flow="PUMP", unit="item")
EVIDENCE = {"id": "D1"}

CELLS = [
    ({"quantity": "seven"}, "F2: 'seven' is not a number. Enter a number alone, or leave the cell empty if it is not "
     "known and not required. [number-expected]"),
    ({"quantity": "７５０"}, "F2: '７５０' is text, not a number. It reads as 750: enter that as a number. [number-as-text]"),
    ({"quantity": "1,250.5"}, "F2: '1,250.5' is text, not a number. It reads as 1250.5: enter that as a number. "
     "[number-as-text]"),
    ({"quantity": "750 g"}, "F2: '750 g' holds a number and a text in one cell. Enter 750 alone and the unit in its own "
     "column. [number-with-unit]"),
    ({"quantity": dt.date(2024, 1, 5)}, "F2: the cell is the date or time 2024-01-05, which as a number reads as 45296. "
     "Format the cell as a number and enter the number meant. [number-from-date]"),
    ({"quantity": dt.time(12, 0)}, "F2: the cell is the date or time 12:00:00, which as a number reads as 0.5. "
     "Format the cell as a number and enter the number meant. [number-from-date]"),
    ({"quantity": True}, "F2: the cell is the truth value TRUE, which as a number reads as 1. Enter a number. "
     "[number-from-bool]"),
    ({"quantity": -2}, "F2: -2 is negative. Enter it as a positive number; the direction carries the sign. "
     "[amount-negative]"),
    ({"quantity": None}, "F2: 'Quantity' is empty. Fill it in; it is required. [value-missing]"),
    ({"quantity": "#N/A"}, "F2: the cell shows the error #N/A. Mend the formula or enter the value. [cell-error]"),
    ({"name": "#REF!"}, "D2: the cell shows the error #REF!. Mend the formula or enter the value. [cell-error]"),
    ({"loss": 3}, "I2: 3 is more than 1, and shares are fractions. Enter 0.03 (shown as 3 %). [share-percent]"),
    ({"loss": -0.5}, "I2: -0.5 is not a share. Enter a number from 0 to 1. [share-range]"),
    ({"loss": "3%"}, "I2: '3%' is text, not a number. It reads as 0.03: enter that as a number. [number-as-text]"),
    ({"unit": "kgs"}, "G2: unit 'kgs' is not known. Did you mean 'kg'? [unit-unknown]"),
    ({"unit": "☃"}, "G2: unit '☃' is not known. Use one of the drop-down list, such as kg, g, t, item"),
    ({"role": "produkt"}, "E2: 'produkt' is not a choice of 'Role'. Choose one of: product, sales packaging, transport "
     "packaging, consumable, processing. Did you mean 'product'? [choice-unknown]"),
    ({"name": dt.date(2024, 1, 5)}, "D2: the cell is the date or time 2024-01-05 where a text belongs. Format the cell as "
     "text and enter it again. [text-from-date]"),
    ({"name": False}, "D2: the cell is the truth value FALSE where a text belongs. Format the cell as text and enter it "
     "again. [text-from-bool]"),
    ({"line": 1234567890123456.0}, "A2: the number 1.23456789012346e+15 has more digits than a spreadsheet keeps. Format "
     "the cell as text and enter the id again. [id-digits]"),
    ({"level": 1.1}, "C2: the number 1.1 can mean level 1.1 or 1.10. Format the Level column as text and enter the level "
     "again. [level-ambiguous]"),
    ({"level": "top"}, "C2: 'top' is not a level. Enter 1, 2, 3 ... or a dotted level such as 1.2.3. [level-expected]"),
    ({"level": 0.0}, "C2: '0' is not a level. Enter 1, 2, 3 ... or a dotted level such as 1.2.3. [level-expected]"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "sentence"), CELLS)
def test_a_cell_that_cannot_be_read_is_told_by_its_address(book: Make, cells: dict[str, Any], sentence: str) -> None:
    """A cell that is not what its column asks for is an error with its address, the fact and the remedy."""
    (found,) = read.examine(book(bom=[{**line(name="steel"), **cells}], product={"net_mass": 1})).problems
    assert str(found).startswith(f"pump.xlsx:BOM!{sentence}")


PRODUCT = [
    ({"period_end": 45292.0}, "Product!B13: the number 45292 stands where a date belongs; it reads as 2024-01-01. Format "
     "the cell as a date. [date-from-number]"),
    ({"period_end": "31/12/2024"}, "Product!B13: '31/12/2024' is not a date. Enter a date such as 2024-12-31. "
     "[date-expected]"),
    ({"period_end": "2024-02-30"}, "Product!B13: '2024-02-30' is not a date. Enter a date such as 2024-12-31. "
     "[date-expected]"),
    ({"period_end": "2023-12-31"}, "Product!B13: the reference period ends on 2023-12-31, before it starts on 2024-01-01. "
     "Correct one of the dates. [period-order]"),
    ({"country": "China"}, "Product!B5: 'China' is not a country code. Enter the two letters of ISO 3166, such as CN or "
     "DE. [country-code]"),
    ({"bom_quantity": 0, "net_mass": 1}, "Product!B11: 'Items the BOM is written for' is zero, and other amounts are "
     "divided by it. Enter a number above zero. [amount-zero]"),
    ({"pcr": None}, "Product: field 'PCR' is missing. Add a row with this name and its value. [field-missing]"),
    ({"pcr": ""}, "Product!B7: 'PCR' is empty. Fill it in; it is required. [value-missing]"),
    ({"Product id": "P2"}, "Product!A17: field 'Product id' stands here and in B1. Keep one of them. [field-twice]"),
    ({"quantities": "both"}, "Product!B14: 'both' is not a choice of 'BOM quantities are'. Choose one of: net, gross. "
     "[choice-unknown]"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "sentence"), PRODUCT)
def test_a_product_field_that_cannot_be_read_is_told_by_its_address(
    book: Make, fields: dict[str, Any], sentence: str
) -> None:
    """A product field that is missing, double or unreadable is an error with its address and the remedy."""
    (found,) = read.examine(book(product=fields)).problems
    assert str(found) == f"pump.xlsx:{sentence}"


BETWEEN_ROWS = [
    ({"bom": [line("L1"), line("L1")]}, "BOM!A3: 'L1' is used here and in BOM!A2. Give each its own id. [id-twice]"),
    ({"bom": [line("PUMP")]}, "BOM!A2: 'PUMP' is used here and in Product!B1. Give each its own id. [id-twice]"),
    ({"bom": [line("A1"), line("A2", parent="A11")]}, "BOM!B3: parent 'A11' is not a line of the BOM. Enter the id of a "
     "line, or leave the cell empty for a part of the product itself. Did you mean 'A1'? [parent-unknown]"),
    ({"bom": [line("A", parent="B"), line("B", parent="C"), line("C", parent="A")]}, "BOM!B2: a part contains itself: "
     "A > C > B > A. Correct the parents; use 'internal return' on the Processes sheet for material that comes back. "
     "[part-cycle]"),
    ({"bom": [line("A", parent="A")]}, "BOM!B2: a part contains itself: A > A. Correct the parents; use 'internal return' "
     "on the Processes sheet for material that comes back. [part-cycle]"),
    ({"bom": [line("A", level=1), line("B", level=3)]}, "BOM!C3: level 3 follows level 1: no line of level 2 stands above "
     "it. Correct the level or add the line. [level-jump]"),
    ({"bom": [line("A", level="1.1"), line("B", level="1.1.1")]}, "BOM!C2: level 1.1 has no line of level 1 to belong to. "
     "Correct the level or add the line. [level-orphan]"),
    ({"bom": [line("A", level="1"), line("B", level="1.1"), line("C", level="1.1")]}, "BOM!C4: level 1.1 is used here and "
     "in C3. Give each line its own dotted level. [level-twice]"),
    ({"bom": [line("A", level=1), line("B")]}, "BOM!C3: the line has neither a level nor a parent, and other lines have "
     "levels. Enter its level. [level-missing]"),
    ({"bom": [line("A", level=1), line("B", level=2), line("C", level=2, parent="B")]}, "BOM!B4: parent 'B' and level 2 "
     "disagree: by its level the line belongs to A. Correct one of them, or use only one of the two columns. "
     "[parent-level-conflict]"),
    ({"bom": [line(parameter="yield")]}, "BOM!S2: parameter 'yield' is not on the Parameters sheet. Add it there or correct "
     "the name. [parameter-unknown]"),
    ({"bom": [line(parameter="y")], "parameters": [{"name": "y", "value": 2, "unit": "kg/item"}]}, "BOM!S2: parameter 'y' "
     "[kg/item] cannot multiply an amount in kg. Use a pure number, or new unit/old unit with kg as the old one. "
     "[parameter-unit]"),
    ({"bom": [line(evidence="D2")], "evidence": [{**EVIDENCE}]}, "BOM!R2: evidence 'D2' is not on the Evidence sheet. Add "
     "it there or correct the id. Did you mean 'D1'? [evidence-unknown]"),
    ({"bom": [line("L1", name="bolt", supplier_share=0.5), line("L2", name="bolt", supplier_share=0.3)]}, "BOM!O2: the "
     "supplier shares of 'bolt' add to 80 %, not to 100 %. Correct them: O2, O3. [supplier-shares]"),
    ({"bom": [line("L1", name="bolt", supplier_share=1), line("L2", name="bolt")]}, "BOM!O3: 'bolt' has several rows, some "
     "with a supplier share and this one without. Enter its share, or give the row its own name. "
     "[supplier-share-missing]"),
    ({"bom": [line(recycled_share=0.2, dataset="steel")]}, "BOM!L2: a recycled share needs a primary and a secondary "
     "dataset, and 'Dataset of the recycled material' is empty. Fill it in. [recycled-dataset]"),
    ({"bom": [line(recycled_share=0.2, secondary="scrap")]}, "BOM!P2: a recycled share needs a primary and a secondary "
     "dataset, and 'Dataset' is empty. Fill it in. [recycled-dataset]"),
    ({"bom": [line(role="consumable")]}, "BOM!T2: a consumable needs an outlet, and its destination is empty. Choose "
     "evaporated, recovered, waste or wastewater, or name the dataset of its treatment. [destination-missing]"),
    ({"bom": [line(loss=0.03)]}, "Product: the BOM has losses (BOM!I2), and 'Loss formula' is empty. Choose multiply, "
     "x(1+r), or divide, /(1-r). [loss-formula-missing]"),
    ({"bom": [line(loss=1)], "product": {"loss_formula": "divide"}}, "BOM!I2: a loss of 100 % with the formula /(1-r) "
     "divides by zero. Correct the loss. [loss-whole]"),
    ({"processes": [process()]}, "Processes!A2: process 'weld' has no product row. Add a row with direction 'product' that "
     "states its output. [product-row-missing]"),
    ({"processes": [PRODUCT_ROW, process("product", flow="L1")]}, "Processes!E3: process 'weld' has another product row in "
     "E2. Keep one, and enter further products as co-products. [product-row-twice]"),
    ({"processes": [{**PRODUCT_ROW, "amount": 0}]}, "Processes!G2: 'Amount' is zero, and other amounts are divided by it. "
     "Enter a number above zero. [amount-zero]"),
    ({"processes": [PRODUCT_ROW, process(covers="facility_total", share=0.2)]}, "Processes!J3: the amount is a facility "
     "total, and 'Sharing key' is empty. Enter by what the total is shared out and the share of this process. "
     "[share-missing]"),
    ({"processes": [PRODUCT_ROW, process(covers="facility total", sharing_key="area")]}, "Processes!K3: the amount is a "
     "facility total, and 'Share' is empty. Enter by what the total is shared out and the share of this process. "
     "[share-missing]"),
    ({"processes": [PRODUCT_ROW, process(supply="E2")], "electricity": [{"supply": "E1"}]}, "Processes!M3: electricity "
     "supply 'E2' is not on the Electricity sheet. Add it there or correct the id. Did you mean 'E1'? [supply-unknown]"),
    ({"processes": [PRODUCT_ROW, process(period="last year")]}, "Processes!D3: 'lastyear' is not a period. Enter a year "
     "(2024), a month (2024-03), a day, or a range (2024-01-01/2024-12-31). [period-expected]"),
    ({"electricity": [{"supply": "E1", "type": "on_site"}]}, "Electricity!C2: the generator of this supply is empty, and it "
     "is not from the grid. Choose what generates it. [generator-missing]"),
    ({"electricity": [{"supply": "E1", "kwh": 0}]}, "Electricity!D2: the rows of electricity supply 'E1' add to 0 kWh, so "
     "its mix is not known. Enter the kWh of each row. [supply-zero]"),
    ({"transport": [{"applies_to": "L1; L9", "vehicle": "truck", "km": 5}]}, "Transport!A2: 'L9' is not a line of the BOM. "
     "Enter a line id of the BOM. Did you mean 'L1'? [line-unknown]"),
    ({"transport": [{"applies_to": "all inbound except L7", "vehicle": "truck", "km": 5}]}, "Transport!A2: 'L7' is not a "
     "line of the BOM. Enter a line id of the BOM. Did you mean 'L1'? [line-unknown]"),
    ({"end_of_life": [{"part": "product", "share": 0.9}, {"part": "product", "share": 0.05}]}, "End of life!C2: the "
     "end-of-life shares of 'product' add to 95 %, not to 100 %. Correct them: C2, C3. [route-shares]"),
    ({"end_of_life": [{"part": "XYZ", "share": 1}]}, "End of life!A2: 'XYZ' is not a line of the BOM. Enter a line id of "
     "the BOM. [line-unknown]"),
    ({"evidence": [{**EVIDENCE, "sha256": "abc"}]}, "Evidence!G2: 'abc' is not a SHA-256 checksum. Enter its 64 "
     "hexadecimal digits, or leave the cell empty. [sha256-malformed]"),
    ({"bom": []}, "BOM: sheet 'BOM' has no rows. Fill in at least one row below the header. [sheet-empty]"),
    ({"bom": [{"line": "# nothing but a comment"}]}, "BOM: sheet 'BOM' has no rows. Fill in at least one row below the "
     "header. [sheet-empty]"),
]  # fmt: skip


@pytest.mark.parametrize(("sheets", "sentence"), BETWEEN_ROWS)
def test_what_does_not_fit_together_is_told_once(book: Make, sheets: dict[str, Any], sentence: str) -> None:
    """Rows that contradict each other or lack each other give one error, at the cell to be mended."""
    (found,) = read.examine(book(**sheets)).problems
    assert str(found) == f"pump.xlsx:{sentence}"


FAULTS = [
    ({"BOM": {"errors": {"F2": "#DIV/0!"}}}, "BOM!F2: the cell shows the error #DIV/0!. Mend the formula or enter the "
     "value. [cell-error]"),
    ({"BOM": {"uncached": frozenset(["F2"])}}, "BOM!F2: the formula has no stored value. Open the file in a spreadsheet "
     "program, recalculate and save it, or enter the value. [cell-uncached]"),
    ({"Product": {"uncached": frozenset(["B1"])}}, "Product!B1: the formula has no stored value. Open the file in a "
     "spreadsheet program, recalculate and save it, or enter the value. [cell-uncached]"),
    ({"BOM": {"merged": ("N2:N3",)}}, "BOM!N2: cells N2:N3 are merged, so only the first of them holds a value. Unmerge "
     "them and fill in each cell. [cell-merged]"),
]  # fmt: skip


@pytest.mark.parametrize(("faults", "sentence"), FAULTS)
def test_what_a_cell_hides_is_an_error(book: Make, faults: dict[str, Any], sentence: str) -> None:
    """Error values, formulas never calculated and merged cells do not pass as blanks."""
    made = book(bom=[line("L1", supplier="A"), line("L2", name="bolt")], faults=faults)
    (found,) = read.examine(made).problems
    assert str(found) == f"pump.xlsx:{sentence}"


def without(book: Book, name: str) -> Book:
    return replace(book, sheets=tuple(sheet for sheet in book.sheets if sheet.name != name))


def with_sheet(book: Book, name: str, *rows: tuple[Any, ...]) -> Book:
    return replace(without(book, name), sheets=(*without(book, name).sheets, Sheet("pump.xlsx", name, rows)))


def test_a_missing_sheet_is_told(book: Make) -> None:
    """A file without a BOM says so, and says what else is wrong."""
    (found,) = read.examine(without(book(), "BOM")).problems
    assert str(found) == "pump.xlsx: sheet 'BOM' is missing. Add it, or start from a new template. [sheet-missing]"


def test_two_sheets_for_one_purpose_are_an_error(book: Make) -> None:
    """Nobody guesses which of two bills of materials counts."""
    (found,) = read.examine(with_sheet(book(), "物料清单", ("line",), ("L1",))).problems
    assert str(found) == "pump.xlsx:物料清单: sheets 'BOM' and '物料清单' are both 'BOM'. Keep one of them. [sheet-twice]"


def test_a_sheet_without_its_header_is_an_error(book: Make) -> None:
    """Rows under no known header are not guessed at."""
    found = read.examine(with_sheet(book(), "Evidence", ("a", "b"), ("c", "d"))).problems
    assert [str(p) for p in found] == [
        "pump.xlsx:Evidence: no header row was found in the first 20 rows. Restore the header of the template: "
        "Evidence id, Type, Document. [header-missing]"
    ]


def test_a_missing_column_is_told_by_its_header(book: Make) -> None:
    """A required column that is missing is one error, not one per row."""
    made = with_sheet(book(), "Evidence", ("Evidence id", "文件名称"), ("D1", "log"), ("D2", "log"))
    (found,) = read.examine(made).problems
    assert str(found) == "pump.xlsx:Evidence!A1: column 'Type' is missing. Add a column with this header. [column-missing]"


def test_a_column_that_stands_twice_is_an_error(book: Make) -> None:
    """Two columns of one name may disagree, so that none of them is read silently."""
    made = with_sheet(book(), "Evidence", ("id", "type", "document", "类型"), ("D1", "a", "b", "c"))
    (found,) = read.examine(made).problems
    assert str(found) == "pump.xlsx:Evidence!D1: column 'Type' stands here and in B1. Keep one of them. [column-twice]"


def test_a_bill_without_structure_is_an_error(book: Make) -> None:
    """A BOM needs a parent or a level column."""
    row = ("L1", "steel", "product", 1.0, "kg", "measured")
    made = with_sheet(book(), "BOM", ("line", "name", "role", "quantity", "unit", "basis"), row)
    (found,) = read.examine(made).problems
    assert str(found).startswith("pump.xlsx:BOM!A1: both 'Parent line' and 'Level' are missing.")


def test_a_unit_beside_a_product_field_is_not_ignored(book: Make) -> None:
    """1850 with 'g' beside it is not 1850 kg."""
    rows = (("Field", "Value", "Unit"), *((k, v) for k, v in cells(book(), "Product") if k != "net_mass"))
    (found,) = read.examine(with_sheet(book(), "Product", *rows, ("net_mass", 1850.0, "g"))).problems
    assert str(found) == (
        "pump.xlsx:Product!C18: 'Net mass of one item' is given in kg here, not in 'g'. Enter the value in kg. [unit-fixed]"
    )


def cells(book: Book, name: str) -> tuple[tuple[Any, ...], ...]:
    return next(sheet.rows for sheet in book.sheets if sheet.name == name)


def test_a_workbook_of_another_major_version_is_refused(book: Make) -> None:
    """What a later schema means is not guessed."""
    (found,) = read.examine(with_sheet(book(), "footprint", ("schema", "2.1"))).problems
    assert str(found) == (
        "pump.xlsx:footprint!B1: the workbook is of schema version '2.1', and this program reads 1.0. "
        "Use the template of this program. [schema-version]"
    )


def test_all_problems_are_told_at_once(book: Make) -> None:
    """One reading tells every problem of every sheet, in the order of the sheets."""
    made = book(product={"pcr": ""}, bom=[line(unit="kgs", quantity=-1)], use=[{"flow": "water", "amount": "x"}])
    with pytest.raises(WorkbookError) as raised:
        read.read(made)
    places = [str(p.place) for p in raised.value.problems]
    assert places == ["pump.xlsx:Product!B7", "pump.xlsx:BOM!F2", "pump.xlsx:BOM!G2", "pump.xlsx:Use!B2", "pump.xlsx:Use!C2"]
    assert raised.value.exit_code == 3


def test_suggestions_end_before_patience_does(book: Make) -> None:
    """Ten thousand wrong parents among ten thousand lines are told within seconds."""
    bad = [line(f"L{i}", parent=f"X{i}") for i in range(10_000)]
    assert len(read.examine(book(bom=bad)).problems) == 10_000


def raised_codes() -> set[str]:
    """Return the codes of messages that intake's own sources name."""
    named: set[str] = set()
    for path in Path(read.__file__).parent.glob("*.py"):
        named |= set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"', path.read_text(encoding="utf-8")))
    return named & codes()


def test_every_code_has_its_sentence_in_a_test_and_in_both_languages() -> None:
    """No error of intake goes untested, and none is told in one language only."""
    tested = "".join(p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("test_intake_*.py"))
    assert [code for code in sorted(raised_codes()) if f"[{code}]" not in tested and f'"{code}"' not in tested] == []
    assert len(raised_codes()) > 60


@pytest.mark.parametrize(("sheets", "_sentence"), BETWEEN_ROWS)
def test_errors_are_told_in_chinese_too(book: Make, sheets: dict[str, Any], _sentence: str) -> None:
    """The same problems are told in Chinese, with every placeholder filled."""
    for found in read.examine(book(**sheets)).problems:
        said = found.text("zh")
        assert re.search(r"[\u4e00-\u9fff]", said)
        assert "{" not in said
        assert message(found.code, "zh", **found.facts) != message(found.code, "en", **found.facts)
