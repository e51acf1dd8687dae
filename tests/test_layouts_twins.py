"""Columns of parents and of their parts, by captions that say so of one of them, or by one text for all rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]
_WHOLE = (("Item", "Item Description"), ("Item Number", "Description"), ("Part Number", "Part Name"),
          ("SKU", "SKU Name"), ("Artikelnummer", "Artikelbezeichnung"), ("Product Code", "Product Name"),
          ("BOM Item", "BOM Item Description"), ("物料编码", "物料名称"))  # fmt: skip
_PART = (("Component", "Component Description"), ("Component Item", "Component Item Description"),
         ("Child Part", "Child Part Name"), ("RM Code", "RM Name"), ("Komponente", "Komponentenbezeichnung"),
         ("BOM Component", "Component Description"), ("子件编码", "子件名称"))  # fmt: skip


def _parts(made: Imported) -> list[tuple[object, ...]]:
    rows = lines.rows(made, {"bom.csv": "F1"}, "")
    return [(row.values.get("part"), row.values.get("name")) for row in rows]


@pytest.mark.parametrize(("whole", "part"), [*itertools.product(_WHOLE, _PART)])
def test_the_code_of_what_is_made_is_none_of_its_parts(
    taken: Taken, whole: tuple[str, str], part: tuple[str, str]
) -> None:
    """With and without the names of both; one product, or two of which one is to be chosen."""
    named = f"{','.join((*whole, *part))},Qty,Unit\n"
    rows = "FG-100,Pump,200010,Housing,1,pcs\nFG-100,Pump,300010,Impeller,1,pcs\nFG-100,Pump,300020,Washer,2,pcs\n"
    told = [("200010", "Housing"), ("300010", "Impeller"), ("300020", "Washer")]
    assert _parts(taken(named + rows)) == told
    bare = "\n".join(",".join(row.split(",")[at] for at in (0, 2, 4, 5)) for row in (named + rows).splitlines())
    assert [code for code, _ in _parts(taken(f"{bare}\n"))] == [code for code, _ in told]
    other = "FG-200,200010,1,pcs\nFG-200,400010,3,pcs\n"
    with pytest.raises(FootprintError, match="FG-200"):
        taken(f"{bare}\n{other}")


@pytest.mark.parametrize(("captions", "rows", "codes"), [
    ("Document Number,Part Number", ("DOC-1,A-10", "DOC-1,B-10"), ["A-10", "B-10"]),
    ("BOM Item,Part Number", ("1,A-10", "2,B-10"), ["A-10", "B-10"]),
    ("Drawing No,Item Code", ("D-1,A-10", "D-1,B-10"), ["A-10", "B-10"]),
    ("Material No,Part Number", ("M-1,A-10", "M-1,B-10"), ["A-10", "B-10"]),
    ("Material,Part Number", ("DC01,A-10", "DC01,B-10"), ["A-10", "B-10"]),
    ("Part Number,Raw Material", ("A-10,DC01", "B-10,ABS"), ["A-10", "B-10"]),
    ("Part Number,Drawing No", ("A-10,D-1", "B-10,D-2"), ["A-10", "B-10"]),
    ("Item Number,Raw Material", ("FG-1,DC01", "FG-1,ABS"), ["DC01", "ABS"]),
])  # fmt: skip
def test_what_tells_rows_apart_is_their_code(
    taken: Taken, captions: str, rows: tuple[str, ...], codes: list[str]
) -> None:
    """And no number that all of them have, whatever stands first."""
    text = "".join(f"{row},part {at},{at},kg\n" for at, row in enumerate(rows, 1))
    assert [code for code, _ in _parts(taken(f"{captions},Description,Qty,Unit\n{text}"))] == codes


def test_ordered_amounts_are_offered_where_nothing_else_is_told(taken: Taken) -> None:
    """They differ from row to row; what is printed reads them."""
    for caption in ("Planned Qty", "Order Quantity", "计划数量", "Fertigungsmenge"):
        text = f"Part Number,Description,{caption},UoM\nA-1,bolt,12,EA\nB-1,nut,2,EA\n"
        with pytest.raises(FootprintError, match=f"columns.{caption}=quantity"):
            taken(text)
        assert [line.amount for line in taken(text, {f"columns.{caption}": "quantity"}).lines] == [12, 2]


def test_the_shelf_life_of_a_lot_takes_no_part_out(taken: Taken) -> None:
    """A day in the past is that of the lot, and not the end of what the list says."""
    head = "Material,Description,Quantity,UoM,Batch,Expiration date"
    made = taken(f"{head}\nR1,Glue,1.2,kg,B1,2025-03-01\nR2,Oil,2,kg,B2,\n")
    assert len(made.lines) == 2


@pytest.mark.parametrize("captions", [
    "Item Number,Ingredient", "Artikelnummer,Rohstoff", "SKU,Ingredient,Ingredient Name",
    "Part Number,Part Name,Ingredient",
])  # fmt: skip
def test_one_code_beside_ingredients_is_that_of_the_recipe(taken: Taken, captions: str) -> None:
    """A code of each row, beside what it is of, is that of a part."""
    cells = {"Part Name": "Soap", "Ingredient Name": "w"}
    rest = captions.split(",")[1:]
    rows = [",".join(["FG-1", *(cells.get(each, name) for each in rest)]) for name in ("Oil", "Lye", "Water")]
    text = "".join(f"{row},{at},kg\n" for at, row in enumerate(rows, 1))
    assert [name for _, name in _parts(taken(f"{captions},Qty,Unit\n{text}"))] == ["Oil", "Lye", "Water"]
    assert [code for code, _ in _parts(taken("Item Number,Ingredient,Qty,Unit\nA-1,Oil,1,kg\nA-2,Lye,2,kg\n"))] == [
        "A-1", "A-2"]  # fmt: skip
