"""What systems write into their exports: shares of 0, sizes of orders, rows of units, parents called as their parts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]
_USED = ("Item,Component,Quantity,UoM,{}Usage Probability %\n10,A,4,PC,{}0\n20,B,2,KG,{}0\n30,C,1,PC,{}100\n"
         "40,D,1,PC,{}0\n")  # fmt: skip
_ORDER = "Material,Description,{},{},Unit\nR1,Billet,250,1125,kg\nR2,Nut,250,500,pc\n"
_TWICE = "{0};{1};{2};{0};{1};{3};{4}\nP-1;Bracket;10;S3;Plate;0.875;kg\nP-1;Bracket;20;B8;Bolt;4;pcs\n"


def _read(made: Imported) -> list[tuple[str, float | None, str]]:
    return [(line.part.text("code", line.at) or line.part.text("name", line.at), line.amount,
             line.part.quantities.units[line.at]) for line in made.lines]  # fmt: skip


def test_a_share_of_nothing_outside_of_a_group_is_none(taken: Taken) -> None:
    """SAP prints 0 for every item that no other stands for; in a group 0 is one that is not used."""
    text = _USED.format("Alternative Item Group,", ",", ",", "A1,", "A1,")
    assert _read(taken(text)) == [("A", 4, "item"), ("B", 2, "kg"), ("C", 1, "item")]
    every = _USED.format("", "", "", "", "").replace("100", "0")
    assert [code for code, *_ in _read(taken(every))] == ["A", "B", "C", "D"]


def test_shares_of_nothing_without_groups_are_asked_about(taken: Taken) -> None:
    """They may be of rows that are not used, or of rows that nothing stands for; both answers hold."""
    text = _USED.format("", "", "", "", "")
    with pytest.raises(FootprintError, match="import-usage-none"):
        taken(text)
    caption = "columns.Usage Probability %"
    assert [code for code, *_ in _read(taken(text, {caption: "usage_share"}))] == ["C"]
    assert [code for code, *_ in _read(taken(text, {caption: "ignore"}))] == ["A", "B", "C", "D"]


@pytest.mark.parametrize(("order", "quantity"), [
    ("生产数量", "需用数量"), ("Order quantity", "Requirement quantity"), ("Auftragsmenge", "Bedarfsmenge"),
    ("计划产量", "数量"),
])  # fmt: skip
def test_the_size_of_an_order_may_be_what_quantities_are_for(taken: Taken, order: str, quantity: str) -> None:
    text = _ORDER.format(order, quantity)
    with pytest.raises(FootprintError, match="import-base-or-lot") as caught:
        taken(text)
    assert f'"columns.{order}=base_quantity"' in str(caught.value)
    assert _read(taken(text, {f"columns.{order}": "base_quantity"})) == [("R1", 4.5, "kg"), ("R2", 2, "item")]
    assert _read(taken(text, {f"columns.{order}": "lot_size"})) == [("R1", 1125, "kg"), ("R2", 500, "item")]


@pytest.mark.parametrize(("order", "quantity"), [
    ("生产数量", "单位用量"), ("Order quantity", "Qty per"), ("单价", "数量"),
])  # fmt: skip
def test_quantities_of_one_are_for_no_order(taken: Taken, order: str, quantity: str) -> None:
    assert _read(taken(_ORDER.format(order, quantity)))[0] == ("R1", 1125, "kg")


def test_a_base_beside_the_first_part_is_that_of_all_parts_of_its_parent(taken: Taken) -> None:
    text = "父件编码,父件数量,子件编码,用量,单位\nP,100,A,50,kg\nP,,B,100,个\nQ,10,C,10,个\nQ,,D,5,kg\n"
    made = taken(text, product="P")
    assert _read(made) == [("A", 0.5, "kg"), ("B", 1, "item")]


@pytest.mark.parametrize(("header", "units"), [
    ("序号,代号,名称,数量,材料,单重,总重", ",,,,,kg,kg"),
    ("Pos,Teilenummer,Benennung,Menge,Werkstoff,Gewicht je Stück,x", ",,,,,[kg],-"),
    ("No,Code,Name,Qty,Material,Unit weight,Cost", ",,,pcs,,(kg),EUR"),
])  # fmt: skip
def test_a_row_of_units_belongs_to_the_header(taken: Taken, header: str, units: str) -> None:
    """It is no row of the table, there and where the header is said again; what stands under a unit is a row."""
    rows = "1,A1,Shaft,2,C45,5.5,11\n"
    for text in (f"{header}\n{units}\n{rows}", f"{header}\n{units}\n{rows}{header}\n{units}\n2,A2,Nut,1,C45,1,1\n"):
        made = taken(text)
        assert (made.lines[0].amount, made.lines[0].part.masses.values[made.lines[0].at]) == (2, 5.5)
        assert not made.problems
    assert len(taken("Name,Qty,Unit\nSteel,2,kg\n,,kg\n").parts[0].table) == 2


def test_the_unit_of_masses_is_asked_for_with_those_that_are_likely(taken: Taken) -> None:
    with pytest.raises(FootprintError, match=r"mass_unit=kg, --set mass_unit=g or --set mass_unit=lb"):
        taken("Name,Qty,Unit,Weight\nNut,1,pc,2\n")
    assert not taken("Name,Qty,Unit,Length\nNut,1,pc,0\n").problems


@pytest.mark.parametrize("row", [
    "Product: Soap,\"Batch size: 2000 kg\",Batch No: 26-04", "Part number,A-12,Weight,3.5 g\n,,,",
])  # fmt: skip
def test_a_title_is_no_part_of_the_header_below_it(taken: Taken, row: str) -> None:
    made = taken(f"{row}\nStep,Phase,RM Code,Raw Material,Qty (kg)\n1,A,R1,Water,1\n2,B,R2,Acid,3\n")
    assert [line.part.text("code", line.at) for line in made.lines] == ["R1", "R2"]
    assert "Phase" in made.parts[0].table.header.captions.values()


@pytest.mark.parametrize("captions", [
    ("Item", "Item Description", "Position", "Net Quantity", "Unit"), ("物料编码", "物料名称", "项次", "数量", "单位"),
    ("Artikel", "Bezeichnung", "Pos", "Menge", "ME"),
])  # fmt: skip
def test_what_is_called_as_the_parts_right_of_it_is_their_parent(taken: Taken, captions: tuple[str, ...]) -> None:
    """One row tells it by the place between both, or by both names; without that the parent comes again."""
    text = _TWICE.format(*captions)
    assert _read(taken(text)) == [("S3", 0.875, "kg"), ("B8", 4, "item")]
    assert _read(taken("".join(text.splitlines(keepends=True)[:2]))) == [("S3", 0.875, "kg")]
    assert {line.part.text("parent", line.at) for line in taken(text).lines} == {"P-1"}
    numbers = text.replace("P-1", "100100").replace("S3", "200100").replace("B8", "200200")
    assert _read(taken(numbers)) == [("200100", 0.875, "kg"), ("200200", 4, "item")]
    both = "Item;Name;Qty;Unit;Item;Name;Qty;Unit\nP-1;Pump;10;pc;A-1;Plate;20;kg\nP-1;Pump;10;pc;B-1;Nut;40;pc\n"
    assert _read(taken(both)) == [("A-1", 2, "kg"), ("B-1", 4, "item")]


@pytest.mark.parametrize("caption", ["Exclude from BOM", "DNP"])
def test_a_cell_that_says_its_caption_says_yes(taken: Taken, caption: str) -> None:
    said = {"Exclude from BOM": "Excluded from BOM"}.get(caption, caption)
    made = taken(f"Reference,Value,Qty,{caption}\nC1,1uF,1,\nTP1,TestPoint,1,{said}\n")
    assert [line.part.text("specification", line.at) for line in made.lines] == ["1uF"]


@pytest.mark.parametrize(("since", "until"), [
    ("有效起始日", "有效至"), ("生效日期时间", "失效日期时间"), ("DATUV", "DATUB"), ("gilt ab", "gilt bis"),
])  # fmt: skip
def test_days_of_validity_are_read_as_systems_call_them(taken: Taken, since: str, until: str) -> None:
    rows = "A,1,KG,2018-01-01,2021-12-31\nB,1,KG,2022-01-01,9999-12-31\n"
    assert [code for code, *_ in _read(taken(f"Component,Quantity,UoM,{since},{until}\n{rows}"))] == ["B"]


def test_names_of_fields_are_read_as_tables_of_systems_call_them(taken: Taken) -> None:
    """SAP, STPO: texts, masses and deletion; M3, PDS002: the by-product."""
    made = taken("IDNRK,MAKTX,MENGE,MEINS,LKENZ,NTGEW,GEWEI\n1,MUTTER,4,ST,,2.5,G\n2,ALT,1,ST,X,1,G\n")
    assert [line.part.text("name", line.at) for line in made.lines] == ["MUTTER"]
    assert made.parts[0].masses.values[0] == 0.0025
    text = "PRNO;MTNO;ITDS;CNQT;PEUN;WAPC;BYPR\nP;A;Sheet;2.5;KG;4;0\nP;B;Offcut;0.2;KG;0;1\n"
    assert _read(taken(text)) == [("A", 2.5, "kg")]
    zh = taken("组件编号,对象描述,组件数量(CUn),组件单位\n2001,钢板,86.5,KG\n")
    assert zh.parts[0].text("name", 0) == "钢板"


@pytest.mark.parametrize("rows", [
    "HOUSING,1,AISI_Steel_1008-HR\nCOVER,1,Aluminum_6061\nGASKET,2,Rubber\n", "Frame,1,CFRP\nMotor,4,\n",
    "Housing,1,S235JR\nCover,1,1.4301\n", "Housing,1,PA66\nCover,1,PA66\n",
])  # fmt: skip
def test_materials_beside_names_are_no_codes(taken: Taken, rows: str) -> None:
    made = taken(f"Part Name,Quantity,Material\n{rows}")
    assert "code" not in made.parts[0].table.columns
    assert made.parts[0].table.caption("material") == "Material"


@pytest.mark.parametrize("text", [
    "Material,Description,Quantity\nA-100,Plate,1\nA-101,Bolt,4\n",
    "Description,Material,Quantity\nPlate,A-100,1\nBolt,A-101,4\n",
    "Description,Quantity,Material\nPlate,1,100100\nBolt,4,100101\n", "Quantity,Material\n1,STEEL-01\n4,BOLT-01\n",
])  # fmt: skip
def test_materials_that_are_codes_stay_codes(taken: Taken, text: str) -> None:
    """As SAP calls everything that has a number: left of how many there are, or by long numbers."""
    assert taken(text, unit="item").parts[0].table.caption("code") == "Material"


def test_codes_of_cad_systems(taken: Taken) -> None:
    """Names that are codes beside titles, and files named by the code beside numbers of places."""
    made = taken("Title,Name,Quantity,Material\nDrone,prd-001,1,\nFrame,prd-002,1,CFRP\n")
    assert [code for code, *_ in _read(made)] == ["prd-001", "prd-002"]
    text = "Item Number,File Name (no extension),Title,Quantity\n1,10-001,Body,1\n2,10-002,Lid,2\n3*,10-003,Group,1\n"
    assert [code for code, *_ in _read(taken(text))] == ["10-001", "10-002", "10-003"]


def test_raw_materials_alone_name_their_rows(taken: Taken) -> None:
    made = taken("RM Code,Raw Material,Qty (kg)\nR1,Water,1\n")
    assert (made.parts[0].text("code", 0), made.parts[0].text("material", 0)) == ("R1", "Water")
    assert taken("Raw Material,Qty (kg)\nWater,1\nAcid,3\n").parts[0].texts("name") == ["Water", "Acid"]


@pytest.mark.parametrize(("whole", "part"), [
    ("Item,Description", "Material,Material Description"), ("Item,Item Description", "Component,Component Description"),
    ("存货编码,存货名称", "材料编码,材料名称"),
])  # fmt: skip
def test_a_code_that_comes_again_left_of_others_is_that_of_the_parent(taken: Taken, whole: str, part: str) -> None:
    """Each with one name: SyteLine and Oracle tell both so; codes that name their rows stay codes."""
    rows = "FA-1,Bike,1,SA-5,Frame,1,EA\nFA-1,Bike,2,RM-1,Paint,2,L\nFA-1,Bike,3,PT-8,Bolt,8,EA\n"
    made = taken(f"{whole},Seq,{part},Quantity,U/M\n{rows}")
    assert [code for code, *_ in _read(made)] == ["SA-5", "RM-1", "PT-8"]
    text = "Item,Description,Drawing no,Quantity,UM\nA-1,Bolt,C-1,1,EA\nA-2,Nut,C-1,1,EA\n"
    assert "parent" not in taken(text).parts[0].table.columns


@pytest.mark.parametrize("header", [
    "SKU,SKU name,RM code,RM name,Consumption,UOM", "商品编号,商品名称,子商品编号,子商品名称,数量,单位",
    "Artikelnummer,Artikelbezeichnung,Komponente,Komponentenbezeichnung,Menge,ME",
    "Material,Material Description,BOM Component,Component Description,Comp. Qty,Component UoM",
])  # fmt: skip
def test_parts_beside_what_is_made_of_them_are_the_rows(taken: Taken, header: str) -> None:
    made = taken(f"{header}\nFG1,Lamp,RM1,Body,1,EA\nFG1,Lamp,RM3,Grease,3,G\n")
    assert _read(made) == [("RM1", 1, "item"), ("RM3", 3, "g")]
    assert made.parts[0].texts("name") == ["Body", "Grease"]


def test_captions_of_a_parent_said_again_of_its_parts_are_no_rivals(taken: Taken) -> None:
    rows = "M-1,Motor,YE3,PCS,10,A-1,Sheet,50W600,KG,9.8\nM-1,Motor,YE3,PCS,20,A-2,Wire,0.71,KG,2\n"
    made = taken(f"主件品号,品名,规格,单位,序号,元件品号,品名,规格,单位,组成用量\n{rows}")
    assert made.parts[0].texts("name") == ["Sheet", "Wire"]
    assert _read(made) == [("A-1", 9.8, "kg"), ("A-2", 2, "kg")]


def test_item_numbers_that_begin_high_are_codes(taken: Taken) -> None:
    """Those of rows begin low for the steps they rise by."""
    text = "Item,Description,Qty,UM\n{},Paint,2,L\n{},Frame,1,EA\n{},Plate,2,KG\n"
    for codes in (("2001", "2014", "3001"), ("100234", "100310", "200455")):
        assert [code for code, *_ in _read(taken(text.format(*codes)))] == [*codes]
    for numbers in (("1", "2", "3"), ("0010", "0020", "0030"), ("10000", "20000", "30000"), ("100", "110", "120")):
        assert not taken(text.format(*numbers)).parts[0].table.has("code")


def test_losses_written_without_a_zero_are_seen(taken: Taken) -> None:
    """A column whose numbers stand in text, ``.00``, is one of numbers; known words for a loss are read."""
    text = "Item;Description;Qty;UM;{}\nRX-1;Paint;.25;LT;5.00\nRX-2;Frame;1;EA;.00\n"
    with pytest.raises(FootprintError, match="import-may-lose"):
        taken(text.format("Trim losses etc"))
    assert taken(text.format("Percent Scrap %")).parts[0].losses.values[0].rates == (0.05,)


def test_a_quantity_per_so_many_beside_it_is_divided(taken: Taken) -> None:
    made = taken("Pos;Artikel;Bezeichnung;Menge;ME;je;je ME\n10;A-1;Leim;2,5;kg;1000;Stk\n20;A-2;Etikett;1;Stk;1;Stk\n")
    assert _read(made) == [("A-1", 0.0025, "kg"), ("A-2", 1, "item")]


def test_a_quantity_that_holds_its_loss_is_asked_about(taken: Taken) -> None:
    text = "子件编码,使用数量,基本用量,单位,损耗率(%)\nA,0.816,0.8,kg,2\nB,0.103,0.1,kg,3\n"
    with pytest.raises(FootprintError, match="import-loss-told"):
        taken(text)
    assert _read(taken(text, {"columns.基本用量": "quantity"})) == [("A", 0.8, "kg"), ("B", 0.1, "kg")]


def test_a_quantity_that_is_divided_already_is_asked_about(taken: Taken) -> None:
    text = "Parent,Child,Qty per,UoM,Parent Qty,Child Qty\nFG,A,0.002,kg,1000,2\nFG,B,1,ea,1000,1000\n"
    with pytest.raises(FootprintError, match="import-base-told"):
        taken(text)
    assert _read(taken(text, {"columns.Parent Qty": "ignore"})) == [("A", 0.002, "kg"), ("B", 1, "item")]


_CATIA = """Bill of Material: Chair
Quantity\tPart Number\tType\tNomenclature
1\tSeat\tPart\tSeat shell
1\tBase\tAssembly\tBase

Bill of Material: Base
Quantity\tPart Number\tType\tNomenclature
5\tCastor\tPart\tCastor PA
1\tStar\tPart\tStar Al

Recapitulation of: Chair
Different parts: 3
Quantity\tPart Number
1\tSeat
5\tCastor
1\tStar
"""


def test_a_recapitulation_is_asked_about_and_titles_name_assemblies(taken: Taken) -> None:
    with pytest.raises(FootprintError, match="import-aside") as caught:
        taken(_CATIA)
    assert 'sheets=bom:A2,bom:A7"' in str(caught.value)
    made = taken(_CATIA, sheets="bom:A2,bom:A7")
    assert [code for code, *_ in _read(made)] == ["Seat", "Base", "Castor", "Star"]
    assert [line.parent for line in made.lines] == [-1, -1, 1, 1]
    assert not made.problems


@pytest.mark.parametrize("caption", ["Population", "JLC_Assembly", "x"])
def test_not_fitted_is_heard_in_any_column_of_a_list_of_places(taken: Taken, caption: str) -> None:
    made = taken(f"Reference,Value,Qty,{caption}\nC1,1uF,1,SMT\nC2,2uF,1,DNP\n")
    assert [line.part.text("specification", line.at) for line in made.lines] == ["1uF"]


def test_a_column_of_units_of_trade_is_found_by_its_cells(taken: Taken) -> None:
    text = "Part;Qty;QX\nA1;1;ST\nA2;15,5;G\nA3;3;KGM\n"
    with pytest.raises(FootprintError, match="import-unit-column"):
        taken(text)
    assert _read(taken(text, {"columns.QX": "unit"})) == [("A1", 1, "item"), ("A2", 15.5, "g"), ("A3", 3, "kg")]
    german = taken("Pos.;Komponentennummer;Komponentenmenge;KME\n10;200;15,500;G\n20;300;2,5;MM\n")
    assert [unit for *_, unit in _read(german)] == ["g", "mm"]


def test_units_of_masses_right_of_them_are_theirs_beside_pieces(taken: Taken) -> None:
    rows = "1;Träger;4;12,5;50;kg\n2;Lasche;8;0,75;6;kg\n"
    made = taken(f"Pos;Benennung;Stück;Einzelgewicht;Gesamtgewicht;Einheit\n{rows}")
    assert [(line.amount, made.parts[0].masses.values[line.at]) for line in made.lines] == [(4, 12.5), (8, 0.75)]
    weighed = taken("Name;Menge;Gewicht;Einheit\nOil;4;2;kg\n", mass_unit="kg")
    assert weighed.parts[0].quantities.units == ["kg"]


def test_a_base_that_quantities_are_per_is_no_product(taken: Taken) -> None:
    made = taken("Component,Description,Qty per base,UoM,Base\nR1,Film,2,kg,1000\nR2,Label,1,pcs,1\n")
    assert _read(made) == [("R1", 0.002, "kg"), ("R2", 1, "item")]


def test_a_unit_between_a_parent_and_its_parts_is_that_of_the_parent(taken: Taken) -> None:
    made = taken("主件料号,生产单位,元件料号,组成用量,发料单位\nT1,PCS,E1,1,PCS\nT1,PCS,E2,35,KG\n")
    assert _read(made) == [("E1", 1, "item"), ("E2", 35, "kg")]


def test_columns_that_tick_variants_are_asked_about(taken: Taken) -> None:
    """One row in both of them; the columns that are stated to tell what is fitted say so by their ticks."""
    text = "No,Part,Qty,Unit,Model S,Model L\n1,Frame S,1,pc,x,\n2,Frame L,1,pc,,x\n3,Wheel,4,pc,x,x\n"
    with pytest.raises(FootprintError, match="import-variant-ticks"):
        taken(text)
    made = taken(text, {"columns.Model S": "fitted", "columns.Model L": "ignore"})
    assert [code for code, *_ in _read(made)] == ["Frame S", "Wheel"]
    every = taken(text, {"columns.Model S": "ignore", "columns.Model L": "ignore"})
    assert len(every.lines) == 3
    taken(text.replace("Model S", "RoHS").replace("Model L", "Critical"))
