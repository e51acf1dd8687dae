"""Rows that are all called the same, and columns that nobody reads that tell them apart: one product and its parts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]
_PARTS = (("200010", "Housing", "1"), ("200020", "Impeller", "1"), ("200030", "Shaft of steel", "1"),
          ("Z-40", "Seal", "2"))  # fmt: skip


def _told(made: Imported) -> list[tuple[object, ...]]:
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    return [(row.values.get("part"), row.values.get("name")) for row in rows]


def _table(captions: str, *cells: Callable[[tuple[str, str, str]], str]) -> str:
    rows = (",".join(cell(part) for cell in cells) for part in _PARTS)
    return "\n".join((captions, *rows)) + "\n"


def _asked(taken: Taken, text: str, **constants: str) -> str:
    with pytest.raises(FootprintError) as raised:
        taken(text, constants)
    return str(raised.value)


def _followed(question: str) -> dict[str, str]:
    """Return what the first remedy of a question states."""
    first = re.split("State |, or", question)[1]
    return dict(each.split("=") for each in re.findall(r'--set "([^"]+)"', first))


def whole(_part: tuple[str, str, str]) -> str:
    return "FG-100"


def empty(_part: tuple[str, str, str]) -> str:
    return ""


def pump(_part: tuple[str, str, str]) -> str:
    return "Pump"


def code(part: tuple[str, str, str]) -> str:
    return part[0]


def name(part: tuple[str, str, str]) -> str:
    return part[1]


def count(part: tuple[str, str, str]) -> str:
    return f"{part[2]},pcs"


CODES = [code for code, _, _ in _PARTS]
NAMES = [name for _, name, _ in _PARTS]


@pytest.mark.parametrize(("captions", "cells", "codes", "names"), [
    ("Item,Foo,Qty,Unit", (whole, code, count), CODES, None),
    ("Item,Item Name,Foo,Qty,Unit", (whole, pump, code, count), CODES, None),
    ("Item,Item Name,Foo,Bar,Qty,Unit", (whole, pump, code, name, count), CODES, NAMES),
    ("Item,Foo,Bar,Qty,Unit", (whole, name, code, count), CODES, NAMES),
    ("Item Name,Foo,Qty,Unit", (pump, name, count), None, NAMES),
    ("物料编码,甲,用量,单位", (whole, code, count), CODES, None),
    ("Item,Specification,Foo,Qty,Unit", (whole, empty, code, count), CODES, None),
    ("Item,Item Name,Foo,Qty,Unit", (empty, pump, code, count), CODES, None),
    ("Product,Product Name,Foo,Qty,Unit", (whole, pump, code, count), CODES, None),
    ("Assembly,Item,Foo,Qty,Unit", (pump, whole, code, count), CODES, None),
])  # fmt: skip
def test_one_name_for_all_rows_beside_others_is_asked_about(
    taken: Taken, captions: str, cells: tuple[Callable[..., str], ...], codes: list[str], names: list[str]
) -> None:
    """The remedy leads to the parts; that all rows are the same part may be stated, too."""
    text = _table(captions, *cells)
    question = _asked(taken, text)
    assert "import-rows-alike" in question
    assert "called ''" not in question
    made = _told(taken(text, _followed(question)))
    assert codes is None or [part for part, _ in made] == codes
    assert names is None or [called for _, called in made] == names
    first, other = re.findall(r"\('(.+?)'\), and '(.+?)' tells", question)[0]
    assert len(_told(taken(text, {f"columns.{each}": "ignore" for each in captions.split(",")
                                  if each in {other, "Bar"}}))) == len(_PARTS)  # fmt: skip
    field = re.findall(rf'columns\.{first}=(\w+)" if all', question)
    assert len(_told(taken(text, {f"columns.{first}": field[0]}))) == len(_PARTS)


def test_large_numbers_in_a_column_of_positions_are_asked_about(taken: Taken) -> None:
    """They number no rows, where nothing else tells these apart; those that do, count on."""
    numbers = "".join(f"FG-100,{each},1,pcs\n" for each in (200010, 300020, "9" * 5000))
    assert _followed(_asked(taken, f"Artikel,Position,Menge,ME\n{numbers}")) == {
        "columns.Artikel": "of_product", "columns.Position": "code"}  # fmt: skip
    counted = "".join(f"FG-100,{each},1,pcs\n" for each in (10, 20, 30))
    assert {part for part, _ in _told(taken(f"Artikel,Position,Menge,ME\n{counted}"))} >= {"FG-100"}


@pytest.mark.parametrize("cells", [
    ("20 mm", "30 mm", "45 mm"), ("x", "", "y"), ("same", "same", "same"), ("12", "13", "15"),
    ("a1", "a1", "b1"),
])  # fmt: skip
def test_what_says_little_of_rows_tells_no_parts_apart(taken: Taken, cells: tuple[str, ...]) -> None:
    """Measures, gaps, small numbers, and what comes again: the rows are of one part, as they say."""
    rows = "".join(f"Tube,{cell},{at + 1},pcs\n" for at, cell in enumerate(cells))
    assert len(_told(taken(f"Name,Foo,Qty,Unit\n{rows}"))) == len(cells)


def test_two_rows_or_other_names_are_asked_nothing(taken: Taken) -> None:
    """One part may well come twice; and what a row is made of, or at what place it stands, tells it apart."""
    assert len(_told(taken("Item,Foo,Qty,Unit\nA1,Seal,1,pcs\nA1,Shaft,1,pcs\n"))) == 2
    rows = "".join(f"Resistor,R{at},{each},1,pcs\n" for at, each in enumerate(("Rohm", "Vishay", "Yageo"), 1))
    assert len(_told(taken(f"Name,Designator,Foo,Qty,Unit\n{rows}"))) == 3


def test_a_name_of_all_rows_is_that_of_the_product_beside_one_of_each(taken: Taken) -> None:
    """``Description, Part Number, Part Description``: the name on the right, however the left one is called."""
    text = _table("Description,Part Number,Part Description,Qty,Unit", pump, code, name, count)
    assert _told(taken(text)) == [*zip(CODES, NAMES, strict=True)]
    two = _table("Part Description,Part Number,Description,Qty,Unit", name, code, pump, count)
    assert [called for _, called in _told(taken(two))] == NAMES
    grades = "304,Plate of steel,1,pcs\n316,Tube of steel,1,pcs\n430,Sheet of steel,2,pcs\n"
    assert [called for _, called in _told(taken(f"Name,Description,Qty,Unit\n{grades}"))] == ["304", "316", "430"]
    same = _table("Description,Part Number,Part Description,Qty,Unit", pump, code, pump, count)
    assert {called for _, called in _told(taken(same))} == {"Pump"}
    few = "\n".join(text.splitlines()[:3])
    assert {called for _, called in _told(taken(few))} == {"Pump"}
    stated = taken(text, {"columns.Description": "name"})
    assert {called for _, called in _told(stated)} == {"Pump"}


@pytest.mark.parametrize(("captions", "cells"), [
    ("Item,Ingredient,Ingredient Name,Qty,Unit", (whole, code, name, count)),
    ("Product Code,Product Description,Ingredient,Ingredient Name,Qty,Unit", (whole, pump, code, name, count)),
    ("Artikel,Rohstoff,Rohstoffbezeichnung,Qty,Unit", (whole, code, name, count)),
    ("Item,Input Item,Input Item Name,Qty,Unit", (whole, code, name, count)),
    ("Make Item,Description,Part Number,Part Description,Qty,Unit", (whole, pump, code, name, count)),
    ("Artikel,Bezeichnung,Einsatzmaterial,Einsatzmaterial Text,Qty,Unit", (whole, pump, code, name, count)),
])  # fmt: skip
def test_codes_of_ingredients_and_inputs_are_codes_beside_their_names(
    taken: Taken, captions: str, cells: tuple[Callable[..., str], ...]
) -> None:
    """Numbers are, too, which no text is; what is made is the parent."""
    assert _told(taken(_table(captions, *cells))) == [*zip(CODES, NAMES, strict=True)]


def test_the_parent_is_a_code_of_the_product_and_nothing_else_of_it(taken: Taken) -> None:
    """``Product Unit, Product Name, Component Name``: without a code its name is the parent, of which there are two."""
    rows = "set,Pump,Seal,1,pcs\nset,Pump,Rod,1,pcs\nset,Fan,Wheel,1,pcs\nset,Fan,Shaft,1,pcs\n"
    assert "Fan" in _asked(taken, f"Product Unit,Product Name,Component Name,Qty,Unit\n{rows}")
