"""Several products in one table whose parts do not come again: the column that names them is asked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import known_mass

Taken = Callable[..., Imported]


def weight(made: Imported) -> float:
    return known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0]


def asked(taken: Taken, text: str, columns: dict[str, str] | None = None) -> str:
    with pytest.raises(FootprintError) as raised:
        taken(text, columns or {})
    return str(raised.value)


ROWS = ("G1,Oil,1,kg", "G1,Wax,2,kg", "G2,Clay,4,kg", "G2,Sand,3,kg")
MIXED = (ROWS[0], ROWS[2], ROWS[1], ROWS[3])


@pytest.mark.parametrize("rows", [ROWS, MIXED])
@pytest.mark.parametrize(("captions", "own", "part", "field"), [
    ("SKU,Ingredient", "SKU", "Ingredient", "code"), ("Finished product,Raw", "Finished product", "Raw", "name"),
])  # fmt: skip
def test_a_product_read_for_its_part_is_asked_about(
    taken: Taken, rows: tuple[str, ...], captions: str, own: str, part: str, field: str
) -> None:
    """By its caption, where it comes again in rows that another column tells apart; either answer settles it."""
    text = "\n".join((f"{captions},Qty,Unit", *rows))
    assert f'--set "columns.{own}=of_product" and --set "product=G1"' in asked(taken, text)
    assert f"columns.{own}={field}" in asked(taken, text)
    assert weight(taken(text, {f"columns.{own}": "of_product", f"columns.{part}": "code"}, product="G1")) == 3
    assert weight(taken(text, {f"columns.{own}": field})) == 10
    one = text.replace("G2", "G1")
    assert weight(taken(one, {f"columns.{own}": field})) == 10
    if part == "Raw":
        assert f'--set "columns.{own}=of_product" --set "columns.Raw=name"' in asked(taken, one)
    else:
        assert weight(taken(one)) == 10


def test_what_another_caption_calls_ingredients_tells_products_too(taken: Taken) -> None:
    """Where each product stands in one piece, whatever its own column is called."""
    for header in ("Item,Ingredient", "Part no,Ingredient"):
        own = header.partition(",")[0]
        assert f"columns.{own}=of_product" in asked(taken, "\n".join((f"{header},Qty,Unit", *ROWS)))
    for header in ("Code,Component", "Item,Raw material", "SKU,Component"):
        assert "tell 2 products" in asked(taken, "\n".join((f"{header},Qty,Unit", *ROWS)))


@pytest.mark.parametrize("caption", ["Producto", "Produit", "Recipe name", "配方", "Kit"])
def test_an_unread_product_is_asked_about_by_its_caption(taken: Taken, caption: str) -> None:
    """Where parts come again in some products, or in none, and whether the others were stated."""
    rows = ("G1,Oil,1,kg", "G1,Wax,2,kg", "G2,Oil,5,kg", "G2,Sand,4,kg", "G1,Film,7,kg")
    columns = {"columns.Parte": "code", "columns.Mennyiseg": "quantity", "columns.Egyseg": "unit"}
    for header, told in ((f"{caption},Parte,Mennyiseg,Egyseg", columns), (f"{caption},Name,Qty,Unit", {})):
        text = "\n".join((header, *rows))
        assert f'--set "columns.{caption}=of_product" and --set "product=G1"' in asked(taken, text, told)
        assert weight(taken(text, {**told, f"columns.{caption}": "of_product"}, product="G2")) == 9
        assert weight(taken(text, {**told, f"columns.{caption}": "ignore"})) == 19


def test_the_first_column_in_blocks_is_asked_about_where_the_others_were_stated(taken: Taken) -> None:
    """A table of captions nobody knows may be one of several products; a category groups its parts."""
    columns = {"columns.Parte": "code", "columns.Mennyiseg": "quantity", "columns.Egyseg": "unit"}
    assert "columns.Obra=of_product" in asked(taken, "\n".join(("Obra,Parte,Mennyiseg,Egyseg", *ROWS)), columns)
    for text in ("Categoria,Parte,Mennyiseg,Egyseg", "Tipo,Parte,Mennyiseg,Egyseg"):
        assert weight(taken("\n".join((text, *ROWS)), columns)) == 10
    assert weight(taken("\n".join(("Obra,Parte,Mennyiseg,Egyseg", *MIXED)), columns)) == 10


def test_the_first_column_in_blocks_is_asked_about_where_the_rest_are_ingredients(taken: Taken) -> None:
    """What is made of ingredients is a product, whatever nobody reads calls it; a phase or a purpose is none."""
    for first in ("Article", "Works", "Nr. X"):
        assert f"columns.{first}=of_product" in asked(taken, "\n".join((f"{first},Ingredient,Qty,Unit", *ROWS)))
    for first in ("Phase", "Function", "功能", "Layer", "部位"):
        assert weight(taken("\n".join((f"{first},Ingredient,Qty,Unit", *ROWS)))) == 10
    assert weight(taken("\n".join(("Works,Ingredient,Qty,Unit", *MIXED)))) == 10


def test_products_may_be_numbers_or_stand_in_their_first_row(taken: Taken) -> None:
    """Codes from a thousand on name products, smaller numbers count; an empty cell is the product above."""
    for first, told in (("1001", True), ("1000", True), ("7", False), ("yes", False)):
        second = "no" if first == "yes" else str(float(first) + 1) if first.isdecimal() else ""
        rows = [row.replace("G1", first).replace("G2", second) for row in ROWS]
        text = "\n".join(("Kit,Ingredient,Qty,Unit", *rows))
        assert ("import-unread-products" in asked(taken, text)) if told else weight(taken(text)) == 10
    once = ("G1,Oil,1,kg", ",Wax,2,kg", "G2,Clay,4,kg", ",Sand,3,kg")
    assert 'product=G1"' in asked(taken, "\n".join(("Kit,Ingredient,Qty,Unit", *once)))
    some = ("G1,Oil,1,kg", ",Wax,2,kg", "G2,Clay,4,kg", "G3,Sand,3,kg", ",Foil,1,kg", "G3,Tar,1,kg")
    assert weight(taken("\n".join(("Kit,Ingredient,Qty,Unit", *some)))) == 12


def test_a_product_that_is_chosen_or_all_of_them_ask_nothing(taken: Taken) -> None:
    """Who says that all rows are parts of one product is asked no more."""
    text = "\n".join(("Kit,Ingredient,Qty,Unit", *ROWS))
    assert "import-unread-products" in asked(taken, text)
    assert weight(taken(text, product="all")) == 10


def test_a_product_is_not_proposed_as_the_code_of_parts(taken: Taken) -> None:
    """Where as many products as parts are told, the column called so is the last that is offered."""
    text = "Producto,Osszetevo,Mennyiseg\nG1,Oil,1\nG1,Wax,2\nG2,Oil,3\nG2,Wax,4\n"
    assert "columns.Osszetevo=name" in asked(taken, text)


@pytest.mark.parametrize("text", [
    "Discipline,Name,Qty,Unit\nMechanical,Plate,1,kg\nMechanical,Bolt,2,kg\nElectrical,Cable,4,kg\nElectrical,Lamp,3,kg\n",
    "Product group,Name,Qty,Unit\nMetal,Plate,1,kg\nMetal,Bolt,2,kg\nOther,Cable,4,kg\nOther,Lamp,3,kg\n",
    "Name,Size,Qty,Unit\nScrew,M3,1,kg\nScrew,M4,2,kg\nNut,M3,4,kg\nNut,M4,3,kg\n",
    "Item,Part number,Qty,Unit\nScrew,A1,1,kg\nScrew,A2,2,kg\nNut,B1,4,kg\nNut,B2,3,kg\n",
    "Part number,Component,Qty,Unit\nA1,R1,1,kg\nA1,R2,2,kg\nB1,C1,4,kg\nB1,C2,3,kg\n",
    "Phase,Ingredient,Qty,Unit\nA,Oil,1,kg\nA,Wax,2,kg\nB,Clay,4,kg\nB,Sand,3,kg\n",
    "Subassembly,Name,Qty,Unit\nA,Plate,1,kg\nA,Bolt,2,kg\nB,Cable,4,kg\nB,Lamp,3,kg\n",
    "SKU,Name,Qty,Unit\nA1,Plate,1,kg\nA2,Bolt,2,kg\nA3,Bolt,4,kg\nA3,Lamp,3,kg\n",
])  # fmt: skip
def test_groups_of_one_bill_are_not_asked_about(taken: Taken, text: str) -> None:
    """Categories, sizes, places on a board, and a code that comes again once."""
    assert weight(taken(text)) == 10


@pytest.mark.parametrize("part", ["part_id", "component_id", "item_id", "child_id", "material_id", "PartID", "part_no"])
@pytest.mark.parametrize("own", ["product_id", "Product No", "产品id"])
@pytest.mark.parametrize("codes", [("7001", "7002", "7003"), ("1", "2", "3")])
def test_numbers_beside_those_of_products_are_those_of_their_parts(
    taken: Taken, own: str, part: str, codes: tuple[str, ...]
) -> None:
    """Each row is a part of the product left of it: which one is asked where there are two."""
    text = "\n".join((f"{own},{part},quantity,unit", *(f"101,{code},2,kg" for code in codes)))
    assert [line.part.text("code", line.at) for line in taken(text).lines] == [*codes]
    assert taken(text).product == "101"
    with pytest.raises(FootprintError, match="'101', '102'"):
        taken(f"{text}\n102,7009,5,kg")
    assert len(taken(f"{text}\n102,7009,5,kg", product="102").lines) == 1


def test_numbers_that_count_rows_are_no_parts(taken: Taken) -> None:
    """Beside products that each come once, and called but by a place."""
    for caption in ("part_no", "Item no", "line"):
        made = taken(f"product_no,{caption},quantity,unit\nA1,1,2,kg\nA2,2,3,kg\nA3,3,4,kg\n")
        assert [line.part.text("code", line.at) for line in made.lines] == ["A1", "A2", "A3"]


@pytest.mark.parametrize("caption", [
    "job_id", "project_id", "order_no", "Work order", "Sales order no.", "Projekt-Nr",
    "工单", "工单号", "项目编号", "订单号",
])  # fmt: skip
@pytest.mark.parametrize("names", [("J-1", "J-2", "J-3"), ("1001", "1002", "1003")])
def test_jobs_and_orders_in_blocks_are_asked_about(taken: Taken, caption: str, names: tuple[str, ...]) -> None:
    """What is made for each is added up by nobody unasked, whether its parts come again or not."""
    first, second, third = names
    text = "\n".join((f"{caption},Part,Qty,Unit", f"{first},Oil,1,kg", f"{first},Wax,2,kg", f"{second},Clay,4,kg",
                      f"{second},Sand,3,kg", f"{third},Oil,5,kg"))  # fmt: skip
    assert f'--set "columns.{caption}=of_product" and --set "product={first}"' in asked(taken, text)
    assert weight(taken(text, {f"columns.{caption}": "of_product"}, product=first)) == 3
    assert weight(taken(text, {f"columns.{caption}": "ignore"})) == 15
    assert weight(taken(text, product="all")) == 15
    assert weight(taken(text.replace(second, first).replace(third, first))) == 15


def test_order_numbers_of_parts_ask_nothing(taken: Taken) -> None:
    """Of their own each, mixed, or right of the parts; a job in one row each may be of one part."""
    for numbers in (("X1", "X2", "X3", "X4"), ("X1", "X2", "X1", "X2"), ("X1", "X1", "X2", "X3")):
        rows = [f"{number}{row[2:]}" for number, row in zip(numbers, ROWS, strict=True)]
        assert weight(taken("\n".join(("Order no,Part,Qty,Unit", *rows)))) == 10
    rows = [f"{row[3:]},{row[:2]}" for row in ROWS]
    assert weight(taken("\n".join(("Part,Qty,Unit,Order no", *rows)))) == 10
    assert "columns.Job=of_product" in asked(taken, "\n".join(("Part,Qty,Unit,Job", *rows)))


def test_a_number_of_projects_may_be_read_as_that_of_rows(taken: Taken) -> None:
    """Where it comes again in blocks it parts the rows; where it counts them it is their position."""
    rows = "P1,Oil,1,kg\nP1,Wax,2,kg\nP2,Clay,4,kg\nP2,Sand,3,kg\n"
    assert "columns.项目号=of_product" in asked(taken, f"项目号,名称,数量,单位\n{rows}")
    assert "columns.项目号=of_product" in asked(taken, "项目号,名称,数量,单位\n" + rows.replace("P", "900"))
    assert weight(taken("项目号,名称,数量,单位\n10,Oil,1,kg\n20,Wax,2,kg\n30,Clay,4,kg\n40,Sand,3,kg\n")) == 10

