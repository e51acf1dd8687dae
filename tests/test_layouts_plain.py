"""Captions and columns that say plainly what they are: codes, names, masses, levels, substitutes and quantities."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


def rows(made: Imported) -> list[dict[str, object]]:
    return [{**row.values} for row in lines.rows(made, {"bom.csv": "F1"}, "")]


def told(made: Imported, *keys: str) -> list[tuple[object, ...]]:
    return [tuple(values.get(key) for key in keys) for values in rows(made)]


@pytest.mark.parametrize("caption", [
    "Internal P/N", "Company P/N", "ERP No.", "CPN", "IPN", "HPN", "Art.-Nr.", "Zeichnungs-Nr.", "Ident No.",
    "公司料号", "内部料号", "子阶料号",
])  # fmt: skip
def test_numbers_of_parts_are_codes(taken: Taken, caption: str) -> None:
    """Whoever gives them."""
    made = taken(f"{caption},Description,Qty,Unit\nA1-1,Pump,1,pcs\nA1-2,Nut,2,pcs\n")
    assert told(made, "part", "name") == [("A1-1", "Pump"), ("A1-2", "Nut")]


@pytest.mark.parametrize("captions", ["CPN,Part Number", "内部料号,料号", "Zeichnungs-Nr.,Teilenummer"])
def test_another_number_beside_is_the_code(taken: Taken, captions: str) -> None:
    """That of the house stands back behind a plain number."""
    made = taken(f"{captions},Description,Qty,Unit\nC-9,A1-1,Pump,1,pcs\nC-8,A1-2,Nut,2,pcs\n")
    assert told(made, "part") == [("A1-1",), ("A1-2",)]


@pytest.mark.parametrize("caption", [
    "Nomenclature", "English Description", "Teilebenennung", "Trade Name", "Handelsname", "英文描述", "中文描述",
])  # fmt: skip
def test_names_are_names(taken: Taken, caption: str) -> None:
    """What specifies the part stands beside them."""
    made = taken(f"Part Number,{caption},Specification,Qty,Unit\nA1-1,Pump,P2,1,pcs\nA1-2,Nut,M8,2,pcs\n")
    assert told(made, "name", "specification") == [("Pump", "P2"), ("Nut", "M8")]


def test_a_plain_description_is_the_name(taken: Taken) -> None:
    """Another language stands back behind it."""
    made = taken("Part Number,English Description,Description,Qty\nA1-1,Pump,Pumpe,1\nA1-2,Nut,Mutter,2\n")
    assert told(made, "name") == [("Pumpe",), ("Mutter",)]


@pytest.mark.parametrize("caption", [
    "图纸重量(kg)", "图重kg", "净重/件(kg)", "重量/件(kg)", "PRO_MP_MASS [kg]", "Drawing weight (kg)",
    "Zeichnungsgewicht (kg)",
])  # fmt: skip
def test_masses_of_one_are_read(taken: Taken, caption: str) -> None:
    """Of a drawing, or of each piece."""
    made = taken(f"Part Number,Description,{caption},Qty,Unit\nA1-1,Pump,2,3,pcs\nA1-2,Nut,3,2,pcs\n")
    assert told(made, "net_mass", "quantity") == [(2.0, 3.0), (3.0, 2.0)]


@pytest.mark.parametrize("caption", ["单块组件用量", "单块用量", "每片用量", "Per Unit Qty", "Unit Qty", "Qty/Unit"])
def test_quantities_of_one_are_read(taken: Taken, caption: str) -> None:
    """A title of keys and values stands right above."""
    title = "产品名称：,580W,产品编码：,M580"
    made = taken(f"{title}\n物料编码,物料描述,{caption},计量单位\nA1,电池,72,pcs\nA2,边框,3,kg\n")
    assert told(made, "quantity", "unit") == [(72.0, "item"), (3.0, "kg")]


@pytest.mark.parametrize("caption", ["每屏用量", "Sheet Qty X", "Mengenzahl X"])
def test_a_column_below_a_title_is_offered(taken: Taken, caption: str) -> None:
    """Its own caption is asked about, and answers."""
    text = (f"产品名称：,580W,产品编码：,M580,BOM版本：,A03\n层级,物料编码,物料描述,规格,{caption},单位\n"
            "1,A1,电池,x,72,pcs\n1,A2,边框,y,3,kg\n")  # fmt: skip
    with pytest.raises(FootprintError) as failed:
        taken(text)
    (asked,) = failed.value.problems
    assert asked.code == "import-quantity-column"
    assert f'"columns.{caption}=quantity"' in asked.text("en")
    assert told(taken(text, **{f"columns.{caption}": "quantity"}), "quantity") == [(72.0,), (3.0,)]


@pytest.mark.parametrize(("head", "marks"), [
    ("L1,L2", ("1,", ",2")), ("Level 1,Level 2", ("1,", ",2")), ("层级1,层级2", ("A100,", ",A200")),
    ("L1,L2", ("A100,", ",A200")),
])  # fmt: skip
def test_columns_of_levels(taken: Taken, head: str, marks: tuple[str, str]) -> None:
    """Each row has that of its level filled, by the number of the level or its own code."""
    top, part = marks
    last = ",2" if part == ",2" else ",A300"
    other = top.replace("A100", "B100")
    parts = f"{top},Pump,1,EA\n{part},Impeller,1,EA\n{last},Nut,2,EA\n{other},Motor,1,EA\n"
    values = rows(taken(f"{head},Description,Qty,UoM\n{parts}"))
    assert [each.get("parent", "") for each in values] == ["", values[0]["line"], values[0]["line"], ""]
    assert [each["name"] for each in values] == ["Pump", "Impeller", "Nut", "Motor"]
    codes = ["A100", "A200", "A300", "B100"] if "A100" in top else [None] * 4
    assert [each.get("part") for each in values] == codes


def test_lengths_are_no_levels(taken: Taken) -> None:
    """Each row has one."""
    made = taken("L1 (m),Part Number,Description,Qty,UoM\n1,A1,Rod,1,EA\n2,A2,Tube,1,EA\n")
    assert [each.get("parent", "") for each in rows(made)] == ["", ""]


@pytest.mark.parametrize(("thing", "number"), [
    ("Part", "Part Number"), ("Item", "Part Number"), ("Component", "Component Number"), ("零件", "零件号"),
    ("元件", "料号"), ("Teil", "Teilenummer"),
])  # fmt: skip
@pytest.mark.parametrize("is_first", [True, False])
def test_the_number_of_a_part_is_its_code(taken: Taken, thing: str, number: str, *, is_first: bool) -> None:
    """What is called as parts alone names them."""
    pairs = [(thing, number), ("Bolt", "100-200"), ("Plate", "100-201")]
    first, *others = [",".join(pair if is_first else pair[::-1]) for pair in pairs]
    made = taken("\n".join([f"{first},UoM,Qty,Specification", *(f"{each},EA,2,M8x20" for each in others)]) + "\n")
    assert told(made, "part", "name") == [("100-200", "Bolt"), ("100-201", "Plate")]


def test_parts_of_circuits_have_numbers(taken: Taken) -> None:
    """The value of each names it."""
    made = taken('Item,Quantity,Reference,Part,Part Number\n1,2,"C1,C2",100nF,GRM155R71\n2,1,R1,10k,RC0402-10K\n')
    assert told(made, "part", "name") == [("GRM155R71", "100nF"), ("RC0402-10K", "10k")]


def test_two_codes_are_as_before(taken: Taken) -> None:
    """The first counts."""
    made = taken("Part,Part Number,Description,Qty,UoM\nX-1,100-200,Bolt,2,EA\nX-2,100-201,Plate,1,EA\n")
    assert told(made, "part", "name") == [("X-1", "Bolt"), ("X-2", "Plate")]


@pytest.mark.parametrize(("head", "cells", "name"), [
    ("Phase,INCI Name,Trade Name,CAS,% w/w", "A,AQUA,Water,7732-18-5", "Water"),
    ("No.,Raw material,INCI,CAS,Weight %", "1,Water,AQUA,7732-18-5", "Water"),
    ("INCI,CAS,% w/w", "AQUA,7732-18-5", "AQUA"), ("INCI名称,CAS号,含量%", "水,7732-18-5", "水"),
    ("Handelsname,INCI,CAS,Anteil %", "Wasser,AQUA,7732-18-5", "Wasser"),
])  # fmt: skip
def test_substances_have_names(taken: Taken, head: str, cells: str, name: str) -> None:
    """That of the trade, of the raw material, or that on labels."""
    other = cells.replace("A,", "B,", 1).replace("AQUA", "GLYCERIN").replace("7732-18-5", "56-81-5")
    made = taken(f"{head}\n{cells},70\n{other},30\n", unit="kg")
    assert rows(made)[0]["name"] == name


@pytest.mark.parametrize(("head", "main", "other"), [
    ("料号,名称,数量,单位,取替代,主料号", "主料", "替代料"), ("料号,名称,数量,单位,替代料,主料号", "主料", "替代料"),
    ("Part Number,Name,Qty,Unit,Alternate,Main Part No", "Main", "Alternate"),
])  # fmt: skip
@pytest.mark.parametrize("own", [True, False])
def test_words_for_substitutes_take_them_out(taken: Taken, head: str, main: str, other: str, *, own: bool) -> None:
    """Main parts count, even where they say that they stand for themselves."""
    first, last = ("A1", "A3") if own else ("", "")
    made = taken(f"{head}\nA1,R,1,kg,{main},{first}\nA2,R2,1,kg,{other},A1\nA3,C,2,kg,{main},{last}\n")
    assert told(made, "part") == [("A1",), ("A3",)]


@pytest.mark.parametrize("caption", ["Planned Qty", "Order Quantity", "计划数量", "Fertigungsmenge"])
def test_quantities_of_an_order_that_differ_are_offered(taken: Taken, caption: str) -> None:
    """Before every row is one piece."""
    with pytest.raises(FootprintError) as failed:
        taken(f"Part Number,Description,{caption},UoM\nA1,Bolt,12,EA\nA2,Bearing,2,EA\nA3,Oil,0.5,kg\n")
    (asked,) = failed.value.problems
    assert asked.code == "import-quantity-column"
    assert f"columns.{caption}=quantity" in asked.text("en")


def test_the_lot_of_all_rows_is_no_quantity(taken: Taken) -> None:
    """It is one."""
    with pytest.raises(FootprintError) as failed:
        taken("Part Number,Description,Planned Qty,UoM\nA1,Bolt,100,EA\nA2,Bearing,100,EA\n")
    assert "import-no-quantities" in [asked.code for asked in failed.value.problems]


@pytest.mark.parametrize("caption", ["Document Number", "Document No", "Dokumentnummer", "BOM Item"])
def test_documents_stand_back_behind_numbers_of_parts(taken: Taken, caption: str) -> None:
    """On whatever side they are."""
    made = taken(f"{caption},Part Number,Description,Qty,UoM\nDOC-1,A1,Bolt,12,EA\nDOC-1,A2,Nut,2,EA\n")
    assert told(made, "part", "quantity") == [("A1", 12.0), ("A2", 2.0)]


@pytest.mark.parametrize("caption", [
    "Alternate Of", "Alternative to", "Alt. for", "Primary Component", "Alternativ zu", "主料号", "被替代料号",
    "主物料编码",
])  # fmt: skip
def test_rows_that_stand_for_another_are_out(taken: Taken, caption: str) -> None:
    """The column names the part that each replaces."""
    made = taken(f"Part Number,Description,Qty,UoM,{caption}\nA1,Cap,3,EA,\nA2,Cap B,3,EA,A1\nA3,Nut,2,EA,\n")
    assert told(made, "part") == [("A1",), ("A3",)]


@pytest.mark.parametrize("caption", ["Attrition Rate", "Scrap Allowance", "Spoilage %", "Process loss %", "耗损率"])
def test_losses_in_per_cent_are_read(taken: Taken, caption: str) -> None:
    """Whatever they are lost by."""
    made = taken(f"Part Number,Description,Qty,UoM,{caption}\nA1,Cap,3,EA,5%\nA2,Nut,2,EA,0%\n")
    assert told(made, "loss")[0] == (0.05,)
