"""Several products in one table, told apart by a column nobody knows: their parts come again, and are not added up."""

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


def asked(taken: Taken, text: str) -> str:
    with pytest.raises(FootprintError) as raised:
        taken(text)
    return str(raised.value)


VARIANTS = ("R1,CH-10,1,kg", "R1,PA-20,2,kg", "R2,CH-10,1,kg", "R2,PA-20,3,kg")


@pytest.mark.parametrize(("caption", "field"), [
    ("robot_no", "ignore"), ("variant_id", "ignore"), ("Class", "category"), ("kva", "ignore"), ("BOM ID", "sub_bom"),
    ("Model", "specification"), ("规格型号", "specification"),
])  # fmt: skip
def test_the_same_parts_again_for_each_text_of_a_column_are_asked_about(taken: Taken, caption: str, field: str) -> None:
    """Whatever the column is called, and one after another or mixed; what is told as a category counts in all."""
    for rows in (VARIANTS, (VARIANTS[0], VARIANTS[2], VARIANTS[1], VARIANTS[3])):
        text = "\n".join((f"{caption},Part no,Qty,Unit", *rows))
        if field == "category":
            assert weight(taken(text)) == pytest.approx(7)
            continue
        assert f'--set "columns.{caption}=of_product" and --set "product=R1"' in asked(taken, text)
        assert weight(taken(text, {f"columns.{caption}": "of_product"}, product="R1")) == pytest.approx(3)
        assert weight(taken(text, {f"columns.{caption}": "of_product"}, product="all")) == pytest.approx(7)
        assert weight(taken(text, {f"columns.{caption}": field})) == pytest.approx(7)


def test_names_and_numbers_may_part_products_too(taken: Taken) -> None:
    """By whole numbers, and beside another column of the same groups, which one answer settles."""
    rows = ("A,100,core,5", "A,100,coil,2", "B,250,core,8", "B,250,coil,3")
    text = "\n".join(("family,rating,component,mass_kg", *rows))
    assert "columns.family=of_product" in asked(taken, text)
    assert weight(taken(text, {"columns.family": "ignore"})) == pytest.approx(18)
    assert weight(taken(text, {"columns.family": "of_product"}, product="B")) == pytest.approx(11)
    text = "\n".join(("rating,component,mass_kg", *(row.partition(",")[2] for row in rows)))
    assert "columns.rating=of_product" in asked(taken, text)


def test_a_bill_for_several_parts_is_that_of_their_product(taken: Taken) -> None:
    """Where no part is called so, and even where no part comes again; that of each part is its own."""
    text = "BOM ID,Code,Qty,Unit\nP1,A,1,kg\nP1,B,2,kg\nP2,C,3,kg\nP2,D,4,kg\n"
    assert "columns.BOM ID=of_product" in asked(taken, text)
    assert weight(taken(text, {"columns.BOM ID": "sub_bom"})) == pytest.approx(10)
    assert weight(taken(text.replace("P2", "P1"))) == pytest.approx(10)
    assert weight(taken("BOM ID,Code,Qty,Unit\nP1,A,1,kg\nP2,B,2,kg\n,C,3,kg\n,D,4,kg\n")) == pytest.approx(10)

    text = "BOM ID,Code,Qty,Unit\nP,A,2,pcs\nP,C,1,kg\nA,B,3,kg\nA,D,1,kg\n"
    assert "columns.BOM ID=parent" in asked(taken, text)
    assert weight(taken(text, {"columns.BOM ID": "parent", "columns.Code": "code"})) == pytest.approx(9)


@pytest.mark.parametrize("text", [
    "Area of use,Code,Qty,Unit\nfront,A1,1,kg\nfront,B1,2,kg\nrear,C1,3,kg\nrear,D1,1,kg\nrear,A1,1,kg\n",
    "Discipline,Name,Qty,Unit\nMechanical,Plate,1,kg\nMechanical,Bolt,2,kg\nElectrical,Cable,4,kg\nElectrical,Lamp,1,kg\n",
    "Colour,Name,Qty,Unit\nred,Cap,1,kg\nblue,Cap,2,kg\nred,Ring,4,kg\nblue,Lid,1,kg\n",
    "Size,Item,Qty,Unit\nM3,screw,1,kg\nM4,screw,2,kg\nM3,nut,4,kg\nM4,nut,1,kg\n",
    "Urgent,Code,Qty,Unit\nyes,A1,1,kg\nyes,B1,2,kg\nno,A1,4,kg\nno,B1,1,kg\n",
    "Side,Code,Qty,Unit\ntop,A1,1,kg\ntop,A1,1,kg\ntop,A1,1,kg\nback,A1,4,kg\nback,A1,1,kg\n",
    "Euro,Code,Qty,Unit\n0.5,A1,1,kg\n0.5,B1,2,kg\n0.7,A1,4,kg\n0.7,B1,1,kg\n",
])  # fmt: skip
def test_other_groups_of_one_bill_are_not_asked_about(taken: Taken, text: str) -> None:
    """Where few parts come again, or several times in their own group, or as another size; flags, and fractions."""
    assert weight(taken(text)) == pytest.approx(8)
