"""Columns that are called as others are, but for a word for what is above or below, or for ingredients."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]
_CODED = ("100,101,2,kg", "100,102,3,kg", "200,101,1,kg")


def _parts(made: Imported) -> list[tuple[object, ...]]:
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    return [(row.values.get("part") or row.values.get("name"), row.quantity) for row in rows]


@pytest.mark.parametrize("captions", [
    "item_id,component_item_id", "sku,component_sku", "料号,子件料号", "recipe_id,ingredient_id",
    "id_producto,id_insumo", "finished_good_id,raw_material_id", "assembly_id,part_id", "kit_sku,sku",
    "Rezept-Nr,Rohstoff-Nr", "product_id,part_id", "Item no,Component item no", "产品编码,原料编码",
])  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_what_is_made_is_no_part_of_itself(taken: Taken, captions: str, *, turned: bool) -> None:
    """In either order of the columns: which product is meant is asked, and its parts are read."""
    def written(row: str) -> str:
        cells = row.split(",")
        return ",".join([*cells[1::-1], *cells[2:]]) if turned else row

    text = "\n".join([written(f"{captions},Qty,Unit"), *map(written, _CODED), ""])
    with pytest.raises(FootprintError, match=r"tell 2 products.*'100', '200'"):
        taken(text)
    assert _parts(taken(text, product="100")) == [("101", 2.0), ("102", 3.0)]


@pytest.mark.parametrize("captions", [
    "Name,Ingredient", "nombre,ingrediente", "名称,原料名称", "名称,配料", "Name,Zutat", "Bezeichnung,Rohstoff",
])  # fmt: skip
@pytest.mark.parametrize("rows", [
    "Soup,Carrot,2,kg\nSoup,Water,5,kg\nJuice,Apple,4,kg\n", "Soup,Carrot,2,kg\nJuice,Apple,4,kg\nSoup,Water,5,kg\n",
    "Soup,Carrot,2,kg\n,Water,5,kg\nJuice,Apple,4,kg\n",
])  # fmt: skip
def test_names_beside_ingredients_are_those_of_products(taken: Taken, captions: str, rows: str) -> None:
    """One of them may have a single ingredient."""
    text = f"{captions},Qty,Unit\n{rows}"
    with pytest.raises(FootprintError, match=r"tell 2 products.*'Soup', 'Juice'"):
        taken(text)
    assert _parts(taken(text, product="Soup")) == [("Carrot", 2.0), ("Water", 5.0)]
    one = f"{captions},Qty,Unit\nSoup,Carrot,2,kg\nSoup,Water,5,kg\n"
    assert _parts(taken(one)) == [("Carrot", 2.0), ("Water", 5.0)]


def test_codes_with_names_of_parts_have_both_of_what_these_are_of(taken: Taken) -> None:
    """The name of what is made is none of its parts."""
    made = taken("料号,品名,子件料号,子件品名,用量,单位\nF1,泵,R1,轴,2,kg\nF1,泵,R2,壳,3,kg\n")
    assert [(row.values["part"], row.values["name"]) for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [
        ("R1", "轴"), ("R2", "壳")]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), [
    ("No.,Component No.,Qty,Unit\n1,R1,2,kg\n2,R2,3,kg\n", ["R1", "R2"]),
    ("Name,Component Name,Qty,Unit\nR1,res,2,kg\nC2,cap,3,kg\n", ["R1", "C2"]),
    ("Name,Ingredient,Qty,Unit\nOil,Sunflower,2,kg\nSalt,NaCl,3,kg\n", ["Oil", "Salt"]),
    ("Part No,Ingredient,Qty,Unit\nA1,Oil,2,kg\nA2,Salt,3,kg\n", ["A1", "A2"]),
])  # fmt: skip
def test_what_numbers_or_names_each_row_is_no_product(taken: Taken, text: str, names: list[str]) -> None:
    """Where it does not come again."""
    assert [name for name, _ in _parts(taken(text))] == names


@pytest.mark.parametrize("caption", ["Model", "Modell", "Kit", "order", "Dish"])
def test_a_group_of_one_part_is_a_product_too(taken: Taken, caption: str) -> None:
    """What stands before the parts, comes again, and may name products is asked about."""
    part = "Ingredient" if caption == "Dish" else "Name"
    text = f"{caption},{part},Qty,Unit\nM1,Steel,2,kg\nM1,Bolt,1,kg\nM2,Brass,3,kg\n"
    with pytest.raises(FootprintError, match=f"columns.{caption}=of_product"):
        taken(text)
    assert _parts(taken(text, {f"columns.{caption}": "of_product"}, product="M1")) == [("Steel", 2.0), ("Bolt", 1.0)]


@pytest.mark.parametrize("captions", ["FG Code,FG Name,RM Code,RM Name", "Product,Product name,Part No,Part name",
                                      "产品编码,产品名称,物料编码,物料名称"])  # fmt: skip
def test_products_that_are_parts_of_others_are_their_parents(taken: Taken, captions: str) -> None:
    """A tree, and no list of several products."""
    rows = ("P1,Pump,A1,Wheel,2,pcs\nA1,Wheel,A2,Rim,1,pcs\nA1,Wheel,A3,Washer,2,kg\nP1,Pump,B1,Lid,1,pcs\n")
    made = taken(f"{captions},Qty,Unit\n{rows}")
    assert _parts(made) == [("A1", 2.0), ("A2", 1.0), ("A3", 2.0), ("B1", 1.0)]
    assert [line.parent for line in made.lines] == [-1, 0, 0, -1]
