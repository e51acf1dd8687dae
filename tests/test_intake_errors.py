"""What can be wrong with a guided workbook: each fact is told with its place and its remedy, in both languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from footprint.errors import WorkbookError
from footprint.intake import read
from footprint.messages import codes, message
from footprint.model.sheets import Book, Sheet
from footprint.provenance import Place
from footprint.tables import typed

Make = Callable[..., Book]


def line(id_: str = "L1", **cells: Any) -> dict[str, Any]:
    return {"line": id_, **cells}


def cases() -> list[dict[str, Any]]:
    found = yaml.load(
        (Path(__file__).parent / "data" / "intake_errors.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    assert len(found) > 70
    return found


def test_each_fact_is_told_once_with_its_place_and_remedy(book: Make) -> None:
    """Whatever is wrong with a cell, a field or between rows is one error: its address, the fact, the remedy."""
    told = [[str(p) for p in read.examine(book(**case["given"])).problems] for case in cases()]
    assert told == [[case["says"]] for case in cases()]


def test_errors_are_told_in_chinese_too(book: Make) -> None:
    """The same problems are told in Chinese, with every placeholder filled."""
    for case in cases():
        for found in read.examine(book(**case["given"])).problems:
            said = found.text("zh")
            assert re.search(r"[\u4e00-\u9fff]", said)
            assert "{" not in said
            assert message(found.code, "zh", **found.facts) != message(found.code, "en", **found.facts)


def test_a_time_of_day_is_not_a_number(book: Make) -> None:
    """Noon is half a day to a spreadsheet, and no quantity to us."""
    (found,) = read.examine(book(bom=[line(quantity=dt.time(12, 0))], product={"net_mass": 1})).problems
    assert "F2: the cell is the date or time 12:00:00, which as a number reads as 0.5." in str(found)


def without(book: Book, name: str) -> Book:
    return book._replace(sheets=tuple(sheet for sheet in book.sheets if sheet.name != name))


def with_sheet(book: Book, name: str, *rows: tuple[Any, ...]) -> Book:
    return without(book, name)._replace(sheets=(*without(book, name).sheets, Sheet("pump.xlsx", name, rows)))


def test_a_missing_sheet_is_told(book: Make) -> None:
    """A file without a BOM says so, and says what else is wrong."""
    (found,) = read.examine(without(book(), "BOM")).problems
    assert str(found) == "pump.xlsx: sheet 'BOM' is missing. Add it, or start from a new template. [sheet-missing]"


def test_two_sheets_for_one_purpose_are_an_error(book: Make) -> None:
    """Nobody guesses which of two bills of materials counts."""
    (found,) = read.examine(with_sheet(book(), "物料清单", ("line",), ("L1",))).problems
    assert str(found) == (
        "pump.xlsx:物料清单: sheets 'BOM' and '物料清单' are both 'BOM'. Keep one of them. [sheet-twice]"
    )


def test_a_sheet_without_its_header_is_an_error(book: Make) -> None:
    """Rows under no known header are not guessed at."""
    (found,) = read.examine(with_sheet(book(), "Evidence", ("a", "b"), ("c", "d"))).problems
    assert str(found) == (
        "pump.xlsx:Evidence: no header row was found in the first 20 rows. Restore the header of the template: "
        "Evidence id, Type, Document. [header-missing]"
    )


def test_a_missing_column_is_told_by_its_header(book: Make) -> None:
    """A required column that is missing is one error, not one per row."""
    made = with_sheet(book(), "Evidence", ("Evidence id", "文件名称"), ("D1", "log"), ("D2", "log"))
    (found,) = read.examine(made).problems
    assert str(found) == (
        "pump.xlsx:Evidence!A1: column 'Type' is missing. Add a column with this header. [column-missing]"
    )


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
    assert str(found) == (
        "pump.xlsx:BOM!A1: both 'Parent line' and 'Level' are missing. Add one of these columns to tell which line is "
        "part of which. [structure-missing]"
    )


def test_a_unit_beside_a_product_field_is_not_ignored(book: Make) -> None:
    """1850 with 'g' beside it is not 1850 kg."""
    rows = (("Field", "Value", "Unit"), *((k, v) for k, v in cells(book(), "Product") if k != "net_mass"))
    (found,) = read.examine(with_sheet(book(), "Product", *rows, ("net_mass", 1850.0, "g"))).problems
    assert str(found) == (
        "pump.xlsx:Product!C18: 'Net mass of one item' is given in kg here, not in 'g'. Enter the value in kg. "
        "[unit-fixed]"
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
    places = [p.place.address for p in raised.value.problems if isinstance(p.place, Place)]
    assert places == ["Product!B7", "BOM!F2", "BOM!G2", "Use!B2", "Use!C2"]
    assert raised.value.exit_code == 3


def test_suggestions_end_before_patience_does(book: Make) -> None:
    """Ten thousand wrong parents among ten thousand lines are told within seconds."""
    bad = [line(f"L{i}", parent=f"X{i}") for i in range(10_000)]
    assert len(read.examine(book(bom=bad)).problems) == 10_000


def raised_codes() -> set[str]:
    """Return the codes of messages that intake, and what types the cells it reads, name in their sources."""
    named: set[str] = set()
    for path in (*Path(read.__file__).parent.glob("*.py"), *Path(typed.__file__).parent.glob("*.py")):
        named |= set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"', path.read_text(encoding="utf-8")))
    return (named & codes()) - {"did-you-mean"}  # a part of other sentences


def test_every_code_has_its_sentence_in_a_test_and_in_both_languages() -> None:
    """No error of intake goes untested, and none is told in one language only."""
    here = Path(__file__).parent
    others = (here / name for name in ("test_receiving.py", "test_matches.py", "data/intake_errors.yaml"))
    files = [*here.glob("test_intake_*.py"), *others]
    tested = "".join(path.read_text(encoding="utf-8") for path in files)
    assert [code for code in sorted(raised_codes()) if f"[{code}]" not in tested] == []
    assert len(raised_codes()) > 60
