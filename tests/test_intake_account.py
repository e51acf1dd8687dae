"""What reading a guided workbook tells: notices of what is read otherwise than it looks, and where every row went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from footprint.intake import read, schema
from footprint.messages import message
from footprint.model.bill import Bill
from footprint.model.fields import Field
from footprint.model.sheets import Book, Sheet
from footprint.provenance import Basis, column_letters

Make = Callable[..., Book]


def states(bill: Bill, sheet: str) -> list[tuple[str, str]]:
    return [(row.state, row.why) for row in bill.account.rows if row.place.sheet == sheet]


def told(bill: Bill) -> list[str]:
    """Return the notices as sentences, without that of the PCR's field, which `read` was not told of."""
    notices = [n for n in bill.notices if n.facts.get("field") != "gross_kwh"]
    for notice in notices:
        assert "{" not in message(notice.code, "zh", **notice.facts)
    return [f"{n.place}: {message(n.code, 'en', **n.facts)} [{n.code}]" for n in notices]


def with_rows(made: Book, name: str, *rows: tuple[Any, ...], **more: Any) -> Book:
    kept = tuple(sheet for sheet in made.sheets if sheet.name != name)
    return made._replace(sheets=(*kept, Sheet("pump.xlsx", name, rows, **more)))


def test_what_is_not_read_is_told(book: Make) -> None:
    """Unknown sheets, columns and fields are named, as is what stands beside the table."""
    made = book(bom=[{"line": "L1", "colour": "red"}, {"line": "L2", "colour": None}], product={"colour": "red"})
    bom = next(sheet for sheet in made.sheets if sheet.name == "BOM")
    beside = len(schema.fields("BOM"))
    own = column_letters(beside)
    made = with_rows(made, "BOM", *bom.rows, (None,) * (beside + 1) + ("see over",))
    made = with_rows(made, "Notes", (None,), ("private",), ("also",))
    assert told(read.read(made)) == [
        "pump.xlsx:Notes: sheet 'Notes' is not part of the template; its 2 rows were not read. [sheet-unknown]",
        "pump.xlsx:Product!A17: field 'colour' is not part of the template and was not read. [field-unknown]",
        f"pump.xlsx:BOM!{own}1: column 'colour' is not part of the template and was not read. [column-unknown]",
        "pump.xlsx:BOM: rows with text only outside the columns of the template were not read: 4. [rows-outside]",
    ]


def test_hidden_rows_and_sheets_are_read_and_told(book: Make) -> None:
    """Hidden is not gone: what nobody sees counts, and the reader is told so."""
    hidden = {"hidden": frozenset((2, 4, 5, 90)), "visible": False}
    made = book(bom=[{"line": f"L{i}"} for i in range(5)], faults={"BOM": hidden})
    bill = read.read(made)
    assert len(bill.bom) == 5
    assert told(bill) == [
        "pump.xlsx:BOM: the sheet is hidden, and was read. [sheet-hidden]",
        "pump.xlsx:BOM: hidden rows were read: 2, 4-5. [rows-hidden]",
    ]


def test_formulas_are_read_with_the_value_stored_and_told(book: Make) -> None:
    """Another program may show another number: the cells of rows that are read are named, in their order."""
    cells = frozenset({"F3", "AA2", "F2", "F99"})
    made = book(bom=[{"line": f"L{i}"} for i in range(3)], faults={"BOM": {"formulas": cells}})
    said = "3 cells hold formulas; the values stored with them were used, and another program may show others when it"
    assert told(read.read(made)) == [f"pump.xlsx:BOM: {said} calculates them: F2, AA2, F3. [formulas-stored]"]


def test_defaults_are_told(book: Make) -> None:
    """A database, a basis or a schema version nobody stated is a default that is told."""
    made = book(product={"databases": None}, use=[{"flow": "water", "amount": 1, "unit": "kg", "basis": None}])
    made = made._replace(sheets=tuple(sheet for sheet in made.sheets if sheet.name != "footprint"))
    bill = read.read(made)
    assert bill.use[0].amount.basis is Basis.DEFAULT
    assert bill.product.items("databases") == ("open-cn",)
    assert told(bill) == [
        "pump.xlsx: the workbook states no schema version; 1.0 is assumed. [schema-assumed]",
        "pump.xlsx:Product: no background database is named; 'open-cn' is used. [databases-default]",
        "pump.xlsx:Use: 1 rows state no basis of their amount; they count as 'default'. [basis-default]",
    ]


def test_levels_that_look_like_item_numbers_are_told(book: Make) -> None:
    """1, 2, 3 is a chain of parts if it means levels: it is read so, and said so."""
    bill = read.read(book(bom=[{"line": "A", "level": 1}, {"line": "B", "level": 2}, {"line": "C", "level": 3}]))
    assert [e.parent for e in bill.bom] == ["", "A", "B"]
    (said,) = told(bill)
    assert said == (
        "pump.xlsx:BOM!C2: the levels run 1, 2, 3 ... 3 without repeating, so each line was read as a part of the line "
        "above. If all are parts of the product, enter 1 in each row. [levels-nested]"
    )


def test_a_choice_of_other_rules_is_left_empty_and_told(book: Make) -> None:
    """What only the rules the workbook was written for let it say is left empty; what neither knows is refused."""
    own, other = (
        [Field("Product", "region", "Region", "区域", "choice", choices=choices)] for choices in ("eu|far", "same|far")
    )
    bill = read.read(book(product={"region": "eu"}), other, own)
    assert "region" not in bill.product.entries
    (said,) = [line for line in told(bill) if "adapted" in line]
    assert said.endswith("'eu' is no choice of 'Region' under these rules: the field counts as empty. [adapted-choice]")
    for written, ours in (("moon", own), ("eu", ())):
        (refused,) = read.examine(book(product={"region": written}), other, ours).problems
        assert refused.code == "choice-unknown"


def test_rows_that_merge_and_rows_that_serve_nobody_are_told_apart(book: Make) -> None:
    """Product rows merge into their process, mixes into their supply; lists nobody refers to are excluded by name."""
    rows = [
        {"process": "w", "direction": "product", "flow": "PUMP", "amount": 1, "unit": "item"},
        {"process": "w", "direction": "input", "flow": "electricity", "amount": 1, "unit": "kWh", "supply": "E1",
         "evidence": "D1"},
    ]  # fmt: skip
    bill = read.read(
        book(
            bom=[{"line": "# Example"}, {"line": "L1", "parameter": "p"}],
            processes=rows,
            electricity=[{"supply": "E1"}, {"supply": "E1", "type": "on_site", "generator": "solar"}, {"supply": "E2"}],
            parameters=[{"name": "p", "value": 1}, {"name": "q", "value": 1}],
            evidence=[{"id": "D1"}, {"id": "D2"}],
        )
    )
    assert states(bill, "BOM") == [("excluded", "comment"), ("used", "")]
    assert states(bill, "Processes") == [("merged", "process-product"), ("used", "")]
    assert states(bill, "Electricity") == [*[("merged", "electricity-mix")] * 2, ("excluded", "not-referenced")]
    assert states(bill, "Parameters") == states(bill, "Evidence") == [("used", ""), ("excluded", "not-referenced")]


def test_rows_exactly_alike_are_not_merged(book: Make) -> None:
    """Two lines that differ in nothing but their id are two lines."""
    assert len(read.read(book(bom=[{"line": "L1", "name": "bolt"}, {"line": "L2", "name": "bolt"}])).bom) == 2


def test_every_row_of_a_faulty_sheet_is_rejected(book: Make) -> None:
    """Where a required column is missing, no row is used; each is counted."""
    made = with_rows(book(), "Evidence", ("id", "type"), ("D1", "a"), (None, None), ("D2", "b"), ("# c", None))
    counts = read.examine(made).account.counts()["Evidence"]
    assert counts == {"rejected": 2, "excluded": 1}


def test_a_mark_in_the_first_cell_makes_a_comment_and_an_error_value_does_not(book: Make) -> None:
    """# starts a comment in the first column only, and #N/A is an error there too."""
    lines = [{"line": "L1"}, {"line": "#L2 later"}, {"line": "＃L3"}, {"line": "L4", "name": "#8 screw"}]
    bill = read.read(book(bom=lines))
    assert [e.id for e in bill.bom] == ["L1", "L4"]
    (found,) = read.examine(book(bom=[{"line": "L1"}, {"name": "bolt", "line": "#N/A"}])).problems
    assert found.code == "cell-error"
