"""Columns that tell masses: what their headers say of what, and lists of weights alone."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported, imported
from footprint.layouts.gaps import known_mass
from footprint.layouts.naming import headers
from footprint.layouts.naming.layout import Layout, stated
from footprint.tables.read import read

ON = dt.date(2026, 1, 1)
Taken = Callable[..., Imported]
SAYS = {
    "": "mass", "net": "mass", "unit": "mass", "part": "mass", "finished": "mass", "total": "total_mass",
    "ext.": "total_mass", "total net": "total_mass", "gross": "gross_mass", "gross total": "gross_mass",
    "净": "mass", "单": "mass", "实际": "mass", "总": "total_mass", "合计": "total_mass",
    "毛": "gross_mass", "Einzel": "mass", "Netto": "mass", "Gesamt": "total_mass", "Brutto": "gross_mass",
}  # fmt: skip
WORDS = {"en": ("weight", "Wt.", "mass"), "zh": ("重", "重量", "质量"), "de": ("gewicht", "masse")}
WRITTEN = ("{} (kg)", "{} [kg]", "{} kg", "{}, kg", "{}/kg", "{}_kg", "{}(KG)", "{} in kg")


def rows(made: Imported) -> list[lines.Row]:
    return lines.rows(made, {"bom.csv": "F1"}, "")


def mass(made: Imported) -> float:
    total, known, ends = known_mass(rows(made))
    return total if known == ends else -1


def said(made: Imported) -> str:
    return "\n".join(account(made, rows(made), "en"))


def _captions() -> list[tuple[str, str]]:
    return [(how.format(f"{word}{weight}" if lang != "en" else f"{word} {weight}".strip()), field)
            for (word, field), how in itertools.product(SAYS.items(), WRITTEN)
            for lang in ("zh" if not word.isascii() else "de" if word[:1].isupper() else "en",)
            for weight in WORDS[lang]]  # fmt: skip


def test_a_header_of_known_words_is_the_mass_that_they_say() -> None:
    """Net, finished, of a part; total and extended; gross: whichever words, and however the unit is written."""
    wrong = [(caption, found) for caption, field in _captions()
             if (found := headers.meant(caption)).fields[:1] != (field,) or found.unit.casefold() != "kg"]  # fmt: skip
    assert not wrong


@pytest.mark.parametrize("caption", [
    "Pallet weight (kg)", "包装重量(kg)", "Max. load weight (kg)", "重要度", "weight class", "Schrottgewicht kg",
])  # fmt: skip
def test_a_header_with_another_word_is_no_mass_of_the_part(caption: str) -> None:
    """What is packed, loaded or scrapped weighs something else: nothing is guessed."""
    assert "mass" not in headers.meant(caption).fields


@pytest.mark.parametrize(("caption", "field", "unit"), [
    ("单重(kg)/Unit Weight(kg)", "mass", "kg"), ("Unit weight (g) 单重(g)", "mass", "g"),
    ("总重（KG） Total weight （KG）", "total_mass", "KG"), ("毛重(g)/Gross weight (g)", "gross_mass", "g"),
    ("重量(g)/Weight(kg)", "", ""),
])  # fmt: skip
def test_a_unit_may_be_said_in_both_languages(caption: str, field: str, unit: str) -> None:
    """Where both say the same; of two units nobody can tell which counts."""
    found = headers.meant(caption)
    assert (found.fields[:1], found.unit) == ((field,) if field else (), unit)


@pytest.mark.parametrize(("caption", "kg"), [
    ("kg/件", 3), ("g/pc", 0.003), ("合计(kg)", 1.5), ("小计(kg)", 1.5), ("Total (kg)", 1.5), ("Weight (kg each)", 3),
    ("Weight per piece (g)", 0.003), ("Weight (total) (g)", 0.0015),
])  # fmt: skip
def test_a_unit_may_stand_for_the_word_for_a_mass(taken: Taken, caption: str, kg: float) -> None:
    """Kilograms per piece, and a sum in kilograms, can be nothing else."""
    assert mass(taken(f"Code,Name,Qty,Unit,{caption}\nA,a,2,pcs,1.5\n")) == pytest.approx(kg, rel=1e-12)


@pytest.mark.parametrize(("unit", "kg"), [("dozen", 0.24), ("kpcs", 20), ("pcs", 0.02)])
def test_a_mass_per_piece_is_that_of_a_piece_whatever_is_counted(taken: Taken, unit: str, kg: float) -> None:
    """The header says so: nobody has to be asked."""
    for caption in ("Weight per piece (g)", "单件重量(g)", "Stückgewicht [g]"):
        assert mass(taken(f"Code,Name,Qty,Unit,{caption}\nA,bolt,2,{unit},10\n")) == pytest.approx(kg, rel=1e-12)


@pytest.mark.parametrize(("written", "kg"), [
    ("KGS", 2), ("Kgs.", 2), ("GMS", 0.002), ("GR", 0.002), ("kg/kpcs", 0.002), ("kg/千只", 0.002), ("kg/100pcs", 0.02),
])  # fmt: skip
def test_units_are_read_as_trade_writes_them(taken: Taken, written: str, kg: float) -> None:
    """In the plural, in short, and for so many of the product."""
    assert mass(taken(f"Code,Name,Qty,Unit\nA,a,2,{written}\n")) == pytest.approx(kg, rel=1e-12)


@pytest.mark.parametrize(("written", "pieces"), [("gross", 144), ("GRO", 144), ("百PCS", 100), ("1000PC", 1000)])
def test_what_several_are_called_counts_them(taken: Taken, written: str, pieces: float) -> None:
    """Hundreds and thousands of any unit, and the gross."""
    assert rows(taken(f"Code,Name,Qty,Unit\nA,a,2,{written}\n"))[0].quantity == 2 * pieces


@pytest.mark.parametrize("written", ["MT", "Mts", "ML", "TON"])
def test_a_unit_of_several_meanings_is_stated(taken: Taken, written: str) -> None:
    """Tonnes or metres: the row is rejected with what to state, and stating it is enough."""
    text = f"Code,Name,Qty,Unit\nA,a,2,{written}\n"
    assert f"--set units.{written}=" in said(taken(text))
    assert mass(taken(text, {f"units.{written}": "t"})) == pytest.approx(2000, rel=1e-12)


def test_what_is_merged_over_headers_and_rows_counts_for_each(tmp_path: Path) -> None:
    """The unit above 单重 and 总重 is that of both; one unit of several rows is that of each."""
    book = xlsxwriter.Workbook(str(tmp_path / "bom.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(1, 2, ["数量", "单位", "单重", "总重"])
    sheet.write_row(2, 0, ["A", "a", 2, None, 1.5, 3])
    sheet.write_row(3, 0, ["B", "b", 1, None, 1, 1])
    for top, left, bottom, right, text in ((0, 0, 1, 0, "编码"), (0, 1, 1, 1, "名称"), (0, 2, 0, 3, "用量"),
                                           (0, 4, 0, 5, "重量(g)"), (2, 3, 3, 3, "件")):  # fmt: skip
        sheet.merge_range(top, left, bottom, right, text)
    book.close()
    made = imported([read(tmp_path / "bom.xlsx")], Layout(), ON)
    assert known_mass(lines.rows(made, {"bom.xlsx": "F1"}, "")) == (pytest.approx(0.004, rel=1e-12), 2, 2)


def test_a_unit_over_the_first_of_several_headers_is_that_of_all(taken: Taken) -> None:
    """Text files have no merged cells: what stands left of a blank counts for it, if it is of its kind."""
    text = "编码,名称,用量,,重量(g),\n,,数量,单位,单重,总重\nA,a,2,个,1.5,3\nB,b,1,个,1,1\n"
    assert mass(taken(text)) == pytest.approx(0.004, rel=1e-12)


def test_a_column_that_may_tell_a_mass_and_is_not_read_is_named(taken: Taken) -> None:
    """Nobody is asked for masses that stand in the file without a word of them."""
    made = taken("Code,Name,Qty,Unit,Pallet weight (kg),Gross weight (kg),Weight class\nA,a,2,pcs,300,4,heavy\n")
    assert "were not read: Gross weight (kg), Pallet weight (kg)." in said(made)
    assert "may tell a mass" not in said(taken("Code,Name,Qty,Unit,Weight (kg)\nA,a,2,pcs,300\n"))


@pytest.mark.parametrize("text", [
    "Level,Part Number,Rev,Name,Qty,Mass (kg)\n0,P,A,Pump,1,4\n1,A,A,Body,1,3\n1,B,A,Ring,2,0.5\n",
    "QTY.,PART NUMBER,DESCRIPTION,MASS\n1,A,Body,3 kg\n2,B,Lid,500 g\n", "零件名称,材质,数量,单重(g)\n壳,ABS,2,2000\n",
    "Item,Part Number,BOM Structure,QTY,Description,Mass\n1,A,Normal,2,Body,2 kg\n",
    "Part No,Name,Qty/Assy,Thickness (mm),Length (mm),Width (mm),Density (g/cm3)\nA,plate,1,2,1000,500,4\n",
])  # fmt: skip
def test_whole_numbers_of_parts_without_a_unit_are_pieces(taken: Taken, text: str) -> None:
    """As CAD systems write them: beside a mass, a size or a part number; the account says how they were read."""
    made = taken(text)
    assert mass(made) == pytest.approx(4, rel=1e-12)
    assert "whole numbers of parts are read as pieces" in said(made)
    assert "read as pieces" not in said(taken(text, {"unit": "item"}))


def test_whole_numbers_beside_counted_pieces_are_pieces(taken: Taken) -> None:
    """One cell with a unit of pieces (``1 set``) says that it is parts that are counted; what is no number has none."""
    rows = "motor,1\nbolt,4\nwiring,1 set\nglue,as needed\ntube,800 g\n"
    made = taken(f"Item,Qty\n{rows}")
    assert [*made.parts[0].quantities.units] == ["item", "item", "item", "", "g"]
    assert "whole numbers of parts are read as pieces" in said(made)
    assert "read as pieces" not in said(taken("Item,Qty\nmotor,1 pc\nwiring,1 set\n"))
    assert "no unit" in said(taken("Item,Qty\nmotor,1.5\nwiring,1 set\n"))
    assert "state --set unit=item" in said(taken("Item,Qty\nmotor,1\ntube,800 g\n"))


@pytest.mark.parametrize("text", [
    "Name,Quantity\nRod,2\nNail,4\n", "Part name,Usage\nRod,2\n", "Item,qty_needed\nRod,2 pcs\nNail,4\n",
    "SKU,Count\nA-1,20\nA-2,40\n", "名称,数量\n杆,2\n钉,12\n", "parent,child,qty\nP,A,2\nP,B,1\n",
    "Bauteil,Menge\nStange,2\n", "Name,Qty\nRod,2\nCable tie,20\nNail,4\n",
    "Code,Name,Qty\nA-1,Rod,2\nA-2,Cable,4\nA-3,Nail,4\n",
])  # fmt: skip
def test_whole_numbers_of_what_is_counted_are_pieces(taken: Taken, text: str) -> None:
    """A column that says that it counts, beside names that are no materials, counts pieces, and the account says so."""
    made = taken(text)
    assert {*made.parts[0].quantities.units} == {"item"}
    assert "whole numbers of parts are read as pieces" in said(made)


def test_a_column_that_counts_may_hold_no_number(taken: Taken) -> None:
    """What it counts is asked, as where it holds numbers of what may be cut or poured."""
    with pytest.raises(FootprintError, match="tells the unit"):
        taken("Name,Qty\nRod,\nNail,\nBolt,x\n", {"columns.Qty": "quantity"})


@pytest.mark.parametrize("text", [
    "Name,Amount\nRod,2\n", "Ingredient,Quantity\nmix,2\n", "物料名称,数量\n杆,2\n", "Name,Quantity\nRod,2\nNail,0.5\n",
    "Name,Quantity\nFlour,500\nDough,200\n", "Component,Qty\nA,60\nB,30\nC,5\nD,5\n",
    "Name,Qty\nRod,2\nmild steel,4\n", "Name,CAS,Qty\nSalt of it,64-17-5,2\n",
    "Recipe of a cake\n\nName,Quantity\nEgg,2\n", "Material,Component,Qty\nP,A,2\n", "Name,投料量\n杆,2\n",
    "Name,Qty\nRod,2\nGlue,1\nNail,4\n", "Item,Qty\nRod,2\nPipe DN50,6\n", "Part,Qty\nRod,2\nTimber 40x60,12\n",
    "Bezeichnung,Menge\nStange,2\nKabel NYM,25\n", "名称,数量\n杆,2\n电缆,25\n",
])  # fmt: skip
def test_whole_numbers_of_what_may_be_weighed_are_asked_about(taken: Taken, text: str) -> None:
    """Amounts, fractions, materials, ingredients, and lists with tens of everything may be of any unit."""
    with pytest.raises(FootprintError, match="--set unit=item or --set unit=kg"):
        taken(text)


def test_a_number_beside_weighed_ones_may_lack_its_unit(taken: Taken) -> None:
    """Grams in other cells of the column say that a bare number may be of them; the remedy stands with the row."""
    made = taken("Name,Qty\nFlour,500 g\nDough,2\n")
    assert [each.code for each in made.problems] == ["import-no-unit"]
    assert "--set unit=item" in made.problems[0].text("en")


@pytest.mark.parametrize("text", [
    "Part No,Name,Qty,VE,Mass (kg)\nA,a,2,kg,1\nB,b,3,pcs,1\n", "零件号,名称,数量,VE,Rev\nA,a,2,件,A\n",
    "Material,Qty\nsteel,2\n", "Part Number,Qty\nA,1.5\nB,2\n", "Component,Name,Qty\nA,steel,2\n", "名称,用量\n钢,2\n",
])  # fmt: skip
def test_a_unit_that_nobody_states_is_asked_for(taken: Taken, text: str) -> None:
    """Materials, and numbers with decimals, may be counted in anything; a column that holds units may tell it."""
    remedy = '"columns.VE=unit"' if "VE" in text else "unit=item or --set unit=kg"
    with pytest.raises(FootprintError, match=f"--set {remedy}"):
        taken(text)


@pytest.mark.parametrize("text", [
    "Material,Weight (kg)\nsteel,10.5\ncopper,2.5\n", "材料,重量(kg)\n钢,10.5\n铜,2.5\n合计,13\n",
    "material,mass_kg\nsteel,10.5\ncopper,2.5\n", "零件名称,材质,重量(g)\n壳,钢,10500\n环,铜,2500\n",
    "Name,Weight,Weight unit\nsteel,10.5,kg\ncopper,2500,g\n",
    "名称,单重(kg),总重(kg)\n钢,1.5,10.5\n铜,1,2.5\n",
])  # fmt: skip
def test_a_list_of_masses_is_a_bill(taken: Taken, text: str) -> None:
    """Where no column tells quantities its mass is how much of each there is, the total of a row before that of one."""
    made = taken(text)
    assert mass(made) == pytest.approx(13, rel=1e-12)
    assert "is read as how much of each there is" in said(made)


@pytest.mark.parametrize(("text", "code"), [
    ("Name,Weight (kg)\nasm,10\n    part,3\n    other,7\n", "import-weighed-tree"),
    ("Level,Name,Weight (kg)\n1,asm,10\n2,part,3\n", "import-weighed-tree"),
    ("Name,Gross weight (kg)\nsteel,10\n", "import-no-quantities"),
    ("Name,Weight\nsteel,10\n", "import-measure-no-unit"),
])  # fmt: skip
def test_masses_that_may_count_twice_or_are_of_more_are_asked_about(taken: Taken, text: str, code: str) -> None:
    """An assembly and its parts both weigh something; what is gross, or has no unit, is no quantity."""
    with pytest.raises(FootprintError) as caught:
        taken(text)
    assert [each.code for each in caught.value.problems] == [code]


def test_a_summary_of_masses_beside_a_bill_is_asked_about(tmp_path: Path) -> None:
    """It may be the same materials once more: nothing is added up unasked."""
    book = xlsxwriter.Workbook(str(tmp_path / "bom.xlsx"))
    for name, table in {"BOM": (["编码", "名称", "用量", "单位"], ["A", "a", 2, "kg"]),
                        "汇总": (["材料", "重量(kg)"], ["a", 2])}.items():  # fmt: skip
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(table):
            sheet.write_row(row, 0, cells)
    book.close()
    with pytest.raises(FootprintError, match='--set "sheets=BOM"'):
        imported([read(tmp_path / "bom.xlsx")], Layout(), ON)
    made = imported([read(tmp_path / "bom.xlsx")], stated({"sheets": "BOM"}, Layout()), ON)
    assert known_mass(lines.rows(made, {"bom.xlsx": "F1"}, ""))[0] == 2


@pytest.mark.parametrize("caption", [
    "Comp. Qty (total)", "Rolled-up Qty", "Accumulated quantity", "Qty per Product", "整机用量", "合计用量", "展开数量",
    "总数", "Gesamtmenge",
])  # fmt: skip
def test_a_quantity_of_the_whole_is_no_quantity_per_parent(taken: Taken, caption: str) -> None:
    """Two modules with six cores take six cores, not twelve."""
    text = f"Level,Code,Name,{caption},Unit,Weight (kg)\n1,A,module,2,pcs,\n2,B,core,6,pcs,0.5\n"
    assert mass(taken(text)) == pytest.approx(3, rel=1e-12)


@pytest.mark.parametrize("text", [
    "结构,材料,外径 mm,单位重量(kg/km)\n导体,铜,4.8,142.5\n绝缘,XLPE,6.2,38.5\n",
    "Name,Qty,Unit\ncopper,142.5,kg/km\nXLPE,38.5,kg/km\n", "Name,Qty (kg/km)\ncopper,142.5\nXLPE,38.5\n",
])  # fmt: skip
def test_how_much_of_its_length_a_product_is_must_be_stated(taken: Taken, text: str) -> None:
    """A cable of a kilometre takes what is told per kilometre, one of a metre a thousandth of it."""
    with pytest.raises(FootprintError, match=r"--set units\.kg/km=kg where it is one km"):
        taken(text)
    assert mass(taken(text, {"units.kg/km": "kg"})) == pytest.approx(181, rel=1e-12)
    assert mass(taken(text, {"units.kg/km": "0.001kg"})) == pytest.approx(0.181, rel=1e-12)


@pytest.mark.parametrize(("caption", "kg"), [("Mass*Qty (kg)", 1.5), ("单重×数量(kg)", 1.5), ("Weight/Qty (kg)", 3)])
def test_a_mass_by_a_quantity_is_that_of_all_or_of_one(taken: Taken, caption: str, kg: float) -> None:
    """As it is multiplied or divided."""
    assert mass(taken(f"Part,Qty,Unit,{caption}\nA,2,pcs,1.5\n")) == pytest.approx(kg, rel=1e-12)


def test_a_list_without_quantities_beside_a_bill_is_no_bill(tmp_path: Path) -> None:
    """Suppliers, drawings or stock: named as not read, and no reason to refuse the bill."""
    book = xlsxwriter.Workbook(str(tmp_path / "bom.xlsx"))
    for name, table in {"BOM": (["编码", "名称", "用量", "单位"], ["A", "a", 2, "kg"]),
                        "供应商": (["编码", "名称", "规格", "供应商"], ["A", "a", "x", "S"])}.items():  # fmt: skip
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(table):
            sheet.write_row(row, 0, cells)
    book.close()
    made = imported([read(tmp_path / "bom.xlsx")], Layout(), ON)
    assert known_mass(lines.rows(made, {"bom.xlsx": "F1"}, ""))[0] == 2
    assert [sheet.name for sheet in made.held.unread] == ["供应商"]


def test_each_mass_has_the_unit_right_of_it(taken: Taken) -> None:
    """Two masses with a column of units each: those of one are not those of the other."""
    text = "Component,Description,Qty,Un,Gross weight,WUn,Net weight,WUn\nA,a,2,PC,2,KG,1500,G\n"
    assert mass(taken(text)) == pytest.approx(3, rel=1e-12)
    other = text.replace("Net weight,WUn", "Net weight,X").replace("1500", "1.5")
    assert mass(taken(other)) == pytest.approx(3, rel=1e-12)


@pytest.mark.parametrize(("caption", "kg"), [
    ("N.W.(KGS)", 3), ("NW kg", 3), ("Total N.W. (kg)", 1.5), ("千件重量(kg)", 0.003), ("每百件净重(kg)", 0.03),
    ("Weight lbs", 1.36077711),
])  # fmt: skip
def test_masses_by_initials_and_of_thousands_are_read(taken: Taken, caption: str, kg: float) -> None:
    """Net weight as packing lists write it, and that of so many pieces."""
    assert mass(taken(f"Code,Name,Qty,Unit,{caption}\nA,a,2,pcs,1.5\n")) == pytest.approx(kg, rel=1e-9)
    assert headers.meant("G.W.(KGS)").fields == ("gross_mass",)


@pytest.mark.parametrize("text", ["Parent,Child,Weight (kg)\nP,A,2\nP,B,3\n", "Level,Name,Weight (kg)\n1,A,2\n1,B,3\n"])
def test_masses_of_parts_alone_are_quantities_whatever_tells_the_structure(taken: Taken, text: str) -> None:
    """Nothing counts twice where no row is part of another."""
    assert mass(taken(text)) == 5
