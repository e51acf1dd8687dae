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
    ignored = {f"columns.{each}": "ignore" for each in captions.split(",") if each in {other, "Bar"}}
    said = {"FG-100", "Pump"}
    assert all(said & {str(called), str(part).rsplit("-", 1)[0]} for part, called in _told(taken(text, ignored)))
    field = re.findall(rf'columns\.{first}=(\w+)" if all', question)
    same = _told(taken(text, {f"columns.{first}": field[0]}))
    assert len(same) == len(_PARTS)
    assert all(said & {str(called), str(part).rsplit("-", 1)[0]} for part, called in same)


def test_large_numbers_in_a_column_of_positions_are_asked_about(taken: Taken) -> None:
    """They number no rows, where nothing else tells these apart; those that do, count on."""
    numbers = "".join(f"FG-100,{each},1,pcs\n" for each in (200010, 300020, "9" * 5000))
    assert _followed(_asked(taken, f"Artikel,Position,Menge,ME\n{numbers}")) == {
        "columns.Artikel": "of_product", "columns.Position": "code"}  # fmt: skip
    counted = "".join(f"FG-100,{each},1,pcs\n" for each in (10, 20, 30))
    assert {part for part, _ in _told(taken(f"Artikel,Position,Menge,ME\n{counted}"))} >= {"FG-100"}


@pytest.mark.parametrize(("captions", "rows"), [
    ("Name,Foo,Qty,Unit", "Tube,20 mm,1,pcs|Tube,30 mm,2,pcs|Tube,45 mm,3,pcs"),
    ("Name,Foo,Qty,Unit", "Tube,x,1,pcs|Tube,,2,pcs|Tube,y,3,pcs"),
    ("Name,Foo,Qty,Unit", "Tube,same,1,pcs|Tube,same,2,pcs|Tube,same,3,pcs"),
    ("Name,Foo,Qty,Unit", "Tube,12,1,pcs|Tube,13,2,pcs|Tube,15,3,pcs"),
    ("Name,Foo,Qty,Unit", "Tube,a1,1,pcs|Tube,a1,2,pcs|Tube,b1,3,pcs"),
    ("Name,Foo,Qty,Unit", "Tube,2024-01-05,1,pcs|Tube,2024-02-05,2,pcs|Tube,2024-03-05,3,pcs"),
    ("Name,Foo,Qty,Unit", "Tube,https://a.b/1,1,pcs|Tube,https://a.b/2,2,pcs|Tube,https://a.b/3,3,pcs"),
    ("Name,Foo,Qty,Unit", "Tube,$1.20,1,pcs|Tube,$1.30,2,pcs|Tube,$1.50,3,pcs"),
    ('Name,"Fit ""max"" = F",Qty,Unit', "Tube,loose,1,pcs|Tube,close,2,pcs|Tube,tight,3,pcs"),
    ("Name,Batch,Qty,Unit", "Tube,A1,1,pcs|Tube,A2,2,pcs|Tube,A3,3,pcs"),
    ("名称,批号,用量,单位", "管,A1,1,件|管,A2,2,件|管,A3,3,件"),
    ("成品编码,成品名称,原料,批次,用量,单位", "P1,液,水,A1,1,kg|P1,液,水,A2,2,kg|P1,液,水,A3,3,kg"),
    ("Name,Colour,Qty,Unit", "Tube,red,1,pcs|Tube,blue,2,pcs|Tube,green,3,pcs"),
    ("Name,Zone,Qty,Unit", "Tube,front,1,pcs|Tube,rear,2,pcs|Tube,roof,3,pcs"),
    ("Name,Qty,Unit,Foo", "Tube,1,pcs,cut|Tube,2,pcs,bent|Tube,3,pcs,drilled"),
    ("Name,Length (mm),Foo,Qty,Unit", "Board,200,side,1,pcs|Board,300,top,2,pcs|Board,450,back,3,pcs"),
    ("Name,Foo,Foo,Qty,Unit", "Tube,a,x1,1,pcs|Tube,b,x2,2,pcs|Tube,c,x3,3,pcs"),
    ("Name,Designator,Foo,Qty,Unit", "Resistor,R1,Rohm,1,pcs|Resistor,R2,Vishay,1,pcs|Resistor,R3,Yageo,1,pcs"),
    ("Item,Foo,Qty,Unit", "A1,Seal,1,pcs|A1,Shaft,1,pcs"),
])  # fmt: skip
def test_what_says_little_of_rows_tells_no_parts_apart(taken: Taken, captions: str, rows: str) -> None:
    """Measures, gaps, numbers, days, links, batches, colours, what comes again, or what else is read: nothing is asked.

    The rows are of one part, as they say.
    """
    lines_ = rows.split("|")
    at = 2 if captions.startswith("成品") else 0
    made = _told(taken("\n".join((captions, *lines_)) + "\n"))
    assert len(made) == len(lines_)
    assert {called or part.split("-")[0] for part, called in made} == {lines_[0].split(",")[at]}


@pytest.mark.parametrize(("captions", "rows", "names"), [
    ("Name,Description,Qty,Unit", "Steel,cut,1,kg|Steel,,2,kg|Steel,bent,4,kg", {"Steel"}),
    ("品号,品名,说明,用量,单位", "A1,电芯,,1,件|A2,电芯,备用,1,件|A3,电芯,A级,1,件", {"电芯"}),
    ("Name,Description,Qty,Unit", "304,Plate of steel,1,pcs|316,Tube of steel,1,pcs|430,Sheet of steel,2,pcs",
     {"304", "316", "430"}),
])  # fmt: skip
def test_a_name_that_all_rows_have_in_common_stays_theirs(
    taken: Taken, captions: str, rows: str, names: set[str]
) -> None:
    """What is described besides names no part; a grade is no code."""
    assert {called for _, called in _told(taken("\n".join((captions, *rows.split("|"))) + "\n"))} == names


def test_numbers_beside_the_names_of_ingredients_are_their_codes(taken: Taken) -> None:
    """Long ones; alloys of a column of materials are none."""
    text = _table("Item,Ingredient,Ingredient Name,Qty,Unit", whole, code, name, count)
    assert _told(taken(text)) == [*zip(CODES, NAMES, strict=True)]
    alloys = lines.rows(taken("Name,Material,Qty,Unit\nShaft,6061,4,kg\nLid,7075,6,kg\nBolt,S355,8,kg\n"),
                        {"bom.csv": "F1"}, "")  # fmt: skip
    assert not {"6061", "7075", "S355"} & {str(row.values.get("part")) for row in alloys}


def test_a_long_name_is_cut_in_the_question(taken: Taken) -> None:
    rows = "".join(f"{'x' * 900},{each},1,pcs\n" for each in ("Seal", "Rod", "Sheet"))
    question = _asked(taken, f"Name,Foo,Qty,Unit\n{rows}")
    assert "x" * 60 + " …" in question
    assert "x" * 61 not in question
