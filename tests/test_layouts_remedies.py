"""What is printed where a file cannot be read works when it is followed to the end."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


def printed(said: str) -> dict[str, str]:
    """Return what a message says to state."""
    found = re.findall(r'--set (?:"([^"]*)"|(\S+))', said)
    return dict((one or other).rstrip(".,;").split("=", 1) for one, other in found)


def refused(taken: Taken, text: str, code: str, given: dict[str, str] | None = None) -> str:
    """Return the message that an import is refused with."""
    with pytest.raises(FootprintError, match=code) as raised:
        taken(text, given)
    return str(raised.value)


@pytest.mark.parametrize("text", [
    "name;staerke;laenge;breite\nBoden;19;600;400\nDeckel;19;610;400\nTuer;16;500;300\n",
    "name;dicke;tiefe\nBoden;19;400\nDeckel;18;410\nTuer;16;300\n",
])  # fmt: skip
def test_a_list_of_boards_is_one_of_each(taken: Taken, text: str) -> None:
    """Where no column of sizes is the quantity, what is printed last makes each row one piece."""
    said = refused(taken, text, "import-no-table-amounts")
    given = printed(said.rpartition("state ")[2])
    assert given["blank_quantity"] == "1"
    made = taken(text, given, length_unit="mm")
    assert [line.amount for line in made.lines] == [1, 1, 1]


def test_the_captions_are_named_where_nothing_else_is(taken: Taken) -> None:
    """Prices alone tell no amounts: the columns are named, and stating one of them as names is a way."""
    text = "番号,Parts name,Price,URL\nU1,PICO,770,http://a\nU1,Pin header,45,http://b\nU2,Socket,80,http://c\n"
    assert "番号, Parts name, Price, URL" in refused(taken, text, "import-no-table-names")
    assert len(taken(text, {"columns.Parts name": "name"}, blank_quantity="1").lines) == 3


@pytest.mark.parametrize(("text", "count"), [
    ("1. DG350,Screw terminals,33Pcs\n2. PLS,Pins,35pcs\n3. DB9,Socket,1pcs\n", 3),
    ("Bolt M5,6\nNut M5,4\nWasher,8\n", 3), ("Bolt\nNut\nWasher\n", 3),
])  # fmt: skip
def test_what_is_missing_beside_no_header_is_printed(taken: Taken, text: str, count: int) -> None:
    """That there is no header says nothing of the columns: what states them is read."""
    said = refused(taken, text, "import-no-header-columns", {"header": "none"})
    assert len(taken(text, printed(said), unit="" if "cs" in text else "item").lines) == count


@pytest.mark.parametrize(("other", "cells"), [("Vendor PN", ("V1", "V2")), ("Category", ("Screws", "Nuts"))])
def test_a_column_that_may_name_a_row_is_printed(taken: Taken, other: str, cells: tuple[str, str]) -> None:
    """A row without a code may be called by what is not read: stated, it is."""
    text = f"Part,{other},Qty,Unit\nA,{cells[0]},1,pcs\n,{cells[1]},4,pcs\n"
    made = taken(text)
    assert [each.code for each in made.problems] == ["import-no-name-but"]
    given = printed(str(made.problems[0]))
    assert not taken(text, given).problems
    assert [each.code for each in taken("Part,Qty,Unit\nA,1,pcs\n,4,pcs\n").problems] == ["import-no-name"]


@pytest.mark.parametrize(("caption", "field"), [("编号", "code"), ("ID", "ignore|code")])
def test_numbers_that_look_like_bills_may_be_codes(taken: Taken, caption: str, field: str) -> None:
    """A caption of codes is not left out: its numbers are kept."""
    text = f"{caption},名称,数量,单位\nBOM001,板,1,件\nBOM002,管,1,件\n"
    said = refused(taken, text, "import-heads-only")
    given = printed(said.rpartition("state ")[2])
    assert re.fullmatch(field, given[f"columns.{caption}"])
    made = taken(text, given)
    assert len(made.lines) == 2
    assert field != "code" or made.lines[0].part.table.texts("code", [0]) == ["BOM001"]


def test_heads_of_other_products_ask_nothing(taken: Taken) -> None:
    """Only what is wanted, and what that is made of, must tell what its lines are for."""
    text = ("Product,Component,Qty,Unit\nCake,,12,kg\n,Flour,6,kg\n,Butter,3,kg\n"
            "Bread,,1,kg\n,Flour,1,kg\n,Salt,0.1,kg\n")  # fmt: skip
    refused(taken, text, "import-head-quantity")
    assert [line.amount for line in taken(text, product="Bread").lines] == [1, 0.1]
    with pytest.raises(FootprintError, match="import-head-quantity"):
        taken(text, product="Cake")
    nested = f"{text}Tart,,1,kg\n,Cake,2,kg\n"
    with pytest.raises(FootprintError, match="import-head-quantity"):
        taken(nested, product="Tart")


@pytest.mark.parametrize("caption", ["Storage", "Lager", "库位"])
def test_where_parts_are_kept_is_no_product(taken: Taken, caption: str) -> None:
    """Shelves part the rows of one product."""
    text = f"{caption},Ingredient,Qty,Unit\nFridge,Milk,1,kg\nFridge,Egg,2,kg\nShelf,Flour,7,kg\nShelf,Sugar,1,kg\n"
    assert len(taken(text).lines) == 4


@pytest.mark.parametrize("head", ["ubicacion,maquina,cantidad", "Lagerort,Maschine,Stück"])
def test_where_a_row_stands_is_not_offered_as_its_name(taken: Taken, head: str) -> None:
    """A place is no part: the other column of texts is offered."""
    text = f"{head}\nA1,Torno,2\nB2,Fresa,3\nC3,Sierra,5\n"
    try:
        made = taken(text, unit="item")
    except FootprintError as refused_:
        given = printed(str(refused_))
        assert f"columns.{head.partition(',')[0]}" not in given
        made = taken(text, given, unit="item")
    assert [line.amount for line in made.lines] == [2, 3, 5]


def test_a_second_column_of_codes_may_be_left_out(taken: Taken) -> None:
    """What looks like codes and names no parts is a way out of the question about it."""
    head = "parent_id,child_material_id,child_component_id,quantity,unit\n"
    text = f"{head}5001,101,,2,kg\n5001,,1001,1,pcs\n1001,102,,3,kg\n"
    with pytest.raises(FootprintError, match="import-either-code") as raised:
        taken(text, product="5001")
    assert taken(text, printed(str(raised.value)), product="5001").lines
