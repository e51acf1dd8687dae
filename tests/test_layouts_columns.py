"""What columns mean beside each other: two of one meaning, unknown ones that tell rows apart, words that decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming import headers
from footprint.layouts.naming.layout import Layout, stated
from footprint.tables.read import read

ON = dt.date(2026, 1, 1)
Taken = Callable[..., Imported]


def codes(made: Imported) -> list[object]:
    return [row.values.get("part") for row in lines.rows(made, {"bom.csv": "F1"}, "")]


def said(made: Imported) -> str:
    return "\n".join(account(made, lines.rows(made, {"bom.csv": "F1"}, ""), "en"))


HEAD = "编码,名称,用量,单位"


@pytest.mark.parametrize(("captions", "cells"), [
    ("报废率%,损耗率%", "2,5"), ("良率%,直通率%", "95,90"), ("损耗率%,工艺损耗率%", "5,2"),
    ("状态,物料状态", "有效,停用"), ("单重(kg),净重(kg)", "3,1"),
    ("Mass (kg),Weight (kg)", "3,1"), ("密度,比重", "7.8,2.7"),
    ("失效日期,有效期至", "2030-01-01,2020-01-01"), ("基数,底数", "100,1000"),
])  # fmt: skip
def test_two_columns_of_one_meaning_that_differ_are_asked_about(taken: Taken, captions: str, cells: str) -> None:
    """Whatever they mean, if they would give two results; alike they are read without a word."""
    one, other = captions.split(",")
    with pytest.raises(FootprintError) as raised:
        taken(f"{HEAD},{captions}\nA,a,2,个,{cells}\nB,b,1,个,{cells}\n")
    assert f"'{one}' and '{other}' mean the same and differ" in str(raised.value)
    same = ",".join(cells.split(",")[1:] * 2)
    assert "mean the same" not in said(taken(f"{HEAD},{captions}\nA,a,2,个,{same}\nB,b,1,个,,\n", loss="percent"))


def test_a_row_that_any_flag_takes_out_is_out(taken: Taken) -> None:
    """Not placed, excluded, deleted: each column says it of its own rows."""
    rows = "A,1,kg,X,,Y\nB,1,kg,,X,Y\nC,1,kg,,,N\nD,1,kg,,,Y\n"
    assert codes(taken(f"Code,Qty,Unit,DNP,Exclude from BOM,Populate\n{rows}")) == ["D"]


def test_what_is_said_of_no_row_is_no_difference(taken: Taken) -> None:
    """States in other words decide nothing, and a mass in other units is the same."""
    assert codes(taken(f"{HEAD},状态,物料状态\nA,a,2,kg,有效,量产\nB,b,1,kg,,有效\n")) == ["A", "B"]
    assert codes(taken("Code,Qty,Unit,Mass (kg),Weight (g)\nA,2,pcs,1,1000\n")) == ["A"]
    assert codes(taken(f"{HEAD},失效日期,有效期至\nA,a,2,kg,2030-01-01,\nB,b,1,kg,2019-01-01,2020-01-01\n")) == ["A"]
    assert codes(taken(f"{HEAD},单重(kg),净重(kg)\nA,a,2,个,3,\nB,b,1,个,,1\nC,c,1,个,2,2\n")) == ["A", "B", "C"]
    assert "were not read: 净重(kg)" in said(taken(f"{HEAD},单重(kg),净重(kg)\nA,a,2,个,3,\nB,b,1,个,,1\n"))
    head = "编码,用量,单位,密度(g/cm3),材料密度(kg/m3),体积(cm3)"
    assert codes(taken(f"{head}\nA,1,个,7.8,7800,1000\n")) == ["A"]


def test_a_column_less_sure_that_differs_is_named(taken: Taken) -> None:
    """The one that counts, and the one that was not read."""
    told = said(taken(f"{HEAD},单重(kg),理论重量(kg)\nA,a,2,个,1,3\n"))
    assert "may mean the same as '单重(kg)', tell something else, and were not read: 理论重量(kg)" in told
    assert "not read" not in said(taken(f"{HEAD},单重(kg),理论重量(kg)\nA,a,2,个,1,1\n"))


@pytest.mark.parametrize("cells", [
    ("2020-01-01", "2030-01-01"), ("31/12/2020", ""), ("Y", "N"), ("", "是"), ("1", "0"), ("TRUE", "FALSE"),
])  # fmt: skip
def test_unknown_columns_that_tell_rows_apart_are_named(taken: Taken, cells: tuple[str, str]) -> None:
    """Dates, or yes and no: what may say which rows count is never dropped without a word."""
    told = said(taken(f"{HEAD},Zustandsfeld\nA,a,2,kg,{cells[0]}\nB,b,1,kg,{cells[1]}\n"))
    assert "are not known, and were not read: Zustandsfeld." in told


def test_a_long_column_of_different_dates_is_named(taken: Taken) -> None:
    """Of thousands of days a sample is looked at; texts that differ in every row are none."""
    days = [(dt.date(2010, 1, 1) + dt.timedelta(days=at)).isoformat() for at in range(1500)]
    rows = "".join(f"A{at},x,1,kg,{day},text {at}\n" for at, day in enumerate(days))
    assert "not read: Zustandsfeld." in said(taken(f"{HEAD},Zustandsfeld,Freitext\n{rows}"))


@pytest.mark.parametrize("cells", [("Y", "Y"), ("steel", "copper"), ("3", "4"), ("", "")])
def test_columns_that_tell_no_rows_apart_are_not(taken: Taken, cells: tuple[str, str]) -> None:
    """The same in every row, names and numbers are no flags."""
    text = f"{HEAD},Zustandsfeld\nA,a,2,kg,{cells[0]}\nB,b,1,kg,{cells[1]}\n"
    assert "not known, and were not read" not in said(taken(text))


def test_two_words_nobody_knows_are_a_flag_of_a_longer_table(taken: Taken) -> None:
    """Of two rows they may be names."""
    rows = "".join(f"{code},x,1,kg,{'EIN' if code < 'C' else 'AUS'}\n" for code in "ABCDEF")
    assert "not read: Zustandsfeld" in said(taken(f"{HEAD},Zustandsfeld\n{rows}"))


@pytest.mark.parametrize(("caption", "main", "other"), [
    ("Type", "Primary", "Alternate"), ("物料类型", "外购件", "替代件"), ("Category", "", "Substitute"),
    ("选择方式", "", "替代"), ("Main/Alt", "Main", "Alt"), ("Note", "", "Obsolete"), ("状态", "有效", "未启用"),
    ("BOM Structure", "Normal", "Reference"), ("Include in BOM", "Yes", "No"), ("Thru Date", "", "2020-12-31"),
    ("Gült.bis", "", "31.12.2020"),
])  # fmt: skip
def test_a_word_that_says_nothing_else_of_its_row_takes_it_out(
    taken: Taken, caption: str, main: str, other: str
) -> None:
    """Substitute, obsolete, reference: in whichever column of kinds, states or notes it stands."""
    made = taken(f"Code,Description,Qty,Unit,{caption}\nA,a,2,kg,{main}\nB,b,3,kg,{other}\n")
    assert codes(made) == ["A"]


def test_a_type_that_only_tells_what_replaces_what_is_no_specification(taken: Taken) -> None:
    """Primary names nothing; types of parts do."""
    made = taken("Part,Qty,Unit,Type\nCap,2,pcs,Primary\nCap2,2,pcs,Alternate\nIC,1,pcs,\n")
    assert [row.values["name"] for row in lines.rows(made, {"bom.csv": "F1"}, "")] == ["Cap", "IC"]
    made = taken("Part,Qty,Unit,Type\nCap,2,pcs,0402\nIC,1,pcs,S\n")
    assert [row.values["name"] for row in lines.rows(made, {"bom.csv": "F1"}, "")] == ["0402", "S"]


@pytest.mark.parametrize("caption", ["Material", "材质", "Specification", "规格", "CAS", "Finish", "Package"])
@pytest.mark.parametrize("number", [304, 45.0, 6061, 0.5])
def test_numbers_tell_what_a_line_is_made_of(tmp_path: Path, caption: str, number: float) -> None:
    """304, 45, 6061 are grades: no cell of these columns is lost for being a number, and its source is told."""
    book = Workbook()
    for row in (("Code", "Name", "Qty", "Unit", caption), ("A", "plate", 1, "kg", number), ("B", "bar", 1, "kg", "Q")):
        book.worksheets[0].append(row)
    book.save(tmp_path / "bom.xlsx")
    made = imported([read(tmp_path / "bom.xlsx")], Layout(), ON)
    first, other = lines.rows(made, {"bom.xlsx": "F1"}, "")
    assert (first.values["specification"], other.values["specification"]) == (f"{number:g}", "Q")
    assert first.sources["specification"] == "E2"


def test_the_structure_of_inventor_is_no_name_and_unit_qty_no_quantity(taken: Taken) -> None:
    """Normal and purchased are how a part comes about; each is a unit."""
    made = taken("Part Number,BOM Structure,Unit QTY,QTY,Mass\nA,Normal,Each,2,1 kg\nB,Purchased,Each,3,2 kg\n")
    assert [(r.values["name"], r.quantity, r.unit) for r in lines.rows(made, {"bom.csv": "F1"}, "")] == [
        ("A", 2, "item"), ("B", 3, "item")
    ]  # fmt: skip


@pytest.mark.parametrize("captions", ["个数,用量", "用量,个数", "Pcs,Qty", "Stk,Menge"])
def test_a_count_of_pieces_is_the_quantity_only_where_there_is_no_other(taken: Taken, captions: str) -> None:
    """Two and a half kilograms in four pieces are two and a half, and the pieces are named; pieces alone count."""
    cells = "2.5,4" if captions.startswith("用量") else "4,2.5"
    made = taken(f"编码,名称,{captions},单位\nA,a,{cells},kg\n")
    assert [row.quantity for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [2.5]
    assert "were not read: " in said(made)
    assert [row.quantity for row in lines.rows(taken("编码,名称,个数,单位\nA,a,4,个\n"), {"bom.csv": "F1"}, "")] == [4]


def test_an_alternative_is_the_same_with_zeros_before_it(taken: Taken) -> None:
    """01 and 1 are one alternative of a bill."""
    assert codes(taken("Code,Qty,Unit,Alternative\nA,2,kg,01\nB,3,kg,1\nC,1,kg,2\n")) == ["A", "B"]


def test_what_is_known_with_a_sign_of_per_cent_is_known_only_so(taken: Taken) -> None:
    """Usage % is a share; a usage beside a quantity is none."""
    assert headers.meant("Usage %").fields == ("usage_share",)
    assert headers.meant("Usage").fields == ("quantity",)
    made = taken("Code,Qty,Usage,Unit\nA,2,5,kg\n")
    assert [row.quantity for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [2]
    assert "not read: Usage" in said(made)


def test_a_drawing_number_is_the_code_only_where_there_is_no_other(taken: Taken) -> None:
    """Left of the part number it is noted."""
    assert codes(taken("图号,物料编码,名称,数量,单位\nT-1,A,a,2,kg\n")) == ["A"]
    assert codes(taken("图号,名称,数量,单位\nT-1,a,2,kg\n")) == ["T-1"]


@pytest.mark.parametrize("caption", ["Item category", "ICt", "PosTyp", "项目类别", "Kind"])
def test_letters_by_which_rows_differ_are_named(taken: Taken, caption: str) -> None:
    """What counts in spite of a letter that nobody knows is told; letters of one kind, or of many, tell nothing."""
    def text(letters: str) -> str:
        rows = "".join(f"{letter},{at}X,n{at},1,kg\n" for at, letter in enumerate(letters))
        return f"{caption},Code,Name,Qty,Unit\n{rows}"

    assert f"differ in '{caption}' (2 x L, 1 x T)" in said(taken(text("LLT")))
    assert "differ in" not in said(taken(text("LLL")))
    assert "differ in" not in said(taken(text("ABCDEF")))
    assert "differ in" not in said(taken(text("壳环")))


@pytest.mark.parametrize(("caption", "states"), [("Status", "1,0"), ("Lifecycle", "Active,EOL"), ("状态", "有效,试制")])
def test_states_by_which_rows_that_count_differ_are_named(taken: Taken, caption: str, states: str) -> None:
    """What is known to take a row out does so; of what is left, all that differs is told."""
    one, other = states.split(",")
    head = f"Code,Name,Qty,Unit,{caption}\nA,a,2,kg,{one}\n"
    assert f"differ in '{caption}' (1 x {one}, 1 x {other})" in said(taken(f"{head}B,b,3,kg,{other}\n"))
    made = taken(f"{head}B,b,3,kg,{one}\nC,c,4,kg,obsolete\n")
    assert (codes(made), "differ in" in said(made)) == (["A", "B"], False)


def test_no_mass_is_made_of_a_unit_that_cannot_be_read(taken: Taken) -> None:
    """ML may be megalitres; a mass that the source states stays."""
    head = "Code,Name,Qty,Unit,"
    (row,) = lines.rows(taken(f"{head}Density (g/cm3)\nU,oil,2,ML,1\n"), {"bom.csv": "F1"}, "")
    assert (row.mass, "net_mass" in row.values) == (None, False)
    (row,) = lines.rows(taken(f"{head}Density (g/cm3)\nU,oil,2,ML,1\n", **{"units.ML": "mL"}), {"bom.csv": "F1"}, "")
    assert row.mass == 0.001
    (row,) = lines.rows(taken(f"{head}Mass (kg)\nU,oil,2,ML,1\n", mass_of="unit"), {"bom.csv": "F1"}, "")
    assert row.mass == 1


@pytest.mark.parametrize("cells", ["3.5,2,4", "3.5,2,n/a", "3 %,5 %,", "3 pcs,2 pcs,4 pcs", "3个,2个,1个"])
def test_numbers_and_codes_nobody_understands_are_named(taken: Taken, cells: str) -> None:
    """Whatever of a column may change a number is told: also in texts, or where a single cell names another row."""
    one, two, three = cells.split(",")
    made = taken(f"Code,Name,Qty,Unit,Zork\nA1,a,2,kg,{one}\nB1,b,3,kg,{two}\nC1,c,1,kg,{three}\n")
    assert "not known and change nothing: Zork" in said(made)
    made = taken("Level,Code,Name,Qty,Unit,Zork\n1,A1,a,2,pcs,\n2,B1,b,3,kg,C1\n2,C1,c,3,kg,\n")
    assert "not known and change nothing: Zork" in said(made)


@pytest.mark.parametrize("cells", ["1,2,3", "x1,x2,x3", "A1,B1,C1", "see 3,on 4,at 5", "2024-01-02a,b 3,c"])
def test_columns_that_number_or_name_their_own_rows_are_not_named(taken: Taken, cells: str) -> None:
    one, two, three = cells.split(",")
    made = taken(f"Code,Name,Qty,Unit,Zork\nA1,a,2,kg,{one}\nB1,b,3,kg,{two}\nC1,c,1,kg,{three}\n")
    assert "change nothing" not in said(made)


@pytest.mark.parametrize("caption", ["Rank in BOM", "BOM rank", "排序", "Sortierung"])
def test_the_order_of_rows_is_no_priority(taken: Taken, caption: str) -> None:
    """The first of a group counts, whatever stands where in the list; a priority decides."""
    rows = "A,a,2,kg,1,20\nB,b,3,kg,1,10\n"
    assert codes(taken(f"Code,Name,Qty,Unit,Alt group,{caption}\n{rows}")) == ["A"]
    assert headers.meant(caption).fields == ("position",)
    assert codes(taken(f"Code,Name,Qty,Unit,Alt group,Priority\n{rows}")) == ["B"]


@pytest.mark.parametrize("caption", ["BOM版本", "BOM Version", "Rev", "BOM Name"])
def test_a_version_takes_no_row_out_unasked(taken: Taken, caption: str) -> None:
    """Rows of two versions count, and those of a bill are told; parts told in both are asked about."""
    head = f"Code,Name,Qty,Unit,{caption}\nA,a,2,kg,V1.0\n"
    made = taken(f"{head}B,b,3,kg,V1.1\n")
    assert (codes(made), f"differ in '{caption}'" in said(made)) == (["A", "B"], caption != "Rev")
    with pytest.raises(FootprintError, match=r"several bills of one assembly: V1.0, V1.1"):
        taken(f"{head}A,a,3,kg,V1.1\n")
    pairs = f"{caption},父项编码,子项编码,用量,单位\nV1,P,A,2,个\nV2,A,B,3,kg\n"
    assert "differ in" not in said(taken(pairs))


@pytest.mark.parametrize("caption", [
    "需用数量", "用料数量", "应发数量", "材料用量", "单位消耗量", "装配数量", "Nos", "Nos.", "No. of parts",
    "Number of parts", "Parts", "Req'd", "Qty required", "Units per assembly", "QPA", "Nettomenge", "Stücklistenmenge",
    "Anz.",
])  # fmt: skip
def test_captions_of_quantities_are_known(taken: Taken, caption: str) -> None:
    made = taken(f"Code,Name,{caption},Unit\nA,a,2,kg\n")
    assert [row.quantity for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [2]


@pytest.mark.parametrize("caption", ["Nos", "Nos.", "No. of parts", "Pcs", "个数"])
def test_a_count_of_pieces_needs_no_unit(taken: Taken, caption: str) -> None:
    """It is that of pieces where nothing else says a unit; parts may be those of a recipe."""
    (row,) = lines.rows(taken(f"Code,Name,{caption}\nA,a,2\n"), {"bom.csv": "F1"}, "")
    assert (row.quantity, row.unit) == (2, "item")
    with pytest.raises(FootprintError, match="'Parts' tells the unit"):
        taken("Code,Name,Parts\nA,a,2\n")
    assert headers.meant("Part Nos.").fields == ("code",)


def test_a_column_of_parts_is_what_its_cells_are(taken: Taken) -> None:
    """Designators, names or numbers."""
    made = taken("Qty,Value,Parts\n2,100n,\"C1, C2\"\n1,10k,R1\n")
    assert made.parts[0].table.columns["designator"] == (2,)
    assert taken("Code,Parts,Qty,Unit\nA,Bolt M5,2,pcs\nB,Nut M5,3,pcs\n").lines[1].amount == 3


@pytest.mark.parametrize(("caption", "unit", "quantity", "written"), [
    ("kg/pc", "", 3, "kg"), ("g/pcs", "", 3, "g"), ("m/pc", "", 3, "m"), ("m2/pc", "", 3, "m2"),
    ("kg/t", "kg", 0.003, "kg"), ("g/kg", "kg", 0.003, "kg"),
])  # fmt: skip
def test_a_header_that_is_but_a_unit_tells_how_much(
    taken: Taken, caption: str, unit: str, quantity: float, written: str
) -> None:
    """So much in each piece, or of each tonne; beside a quantity it is the length or mass of one."""
    (row,) = lines.rows(taken(f"Code,Name,{caption}\nA,a,3\n", unit=unit), {"bom.csv": "F1"}, "")
    assert (row.quantity, row.unit) == (pytest.approx(quantity, rel=1e-12), written)
    (row,) = lines.rows(taken("Part,Qty,m/pc,kg/m\nA,2,3,1.5\n", unit="pcs"), {"bom.csv": "F1"}, "")
    assert (row.quantity, row.mass) == (2, 4.5)
    assert not headers.meant("m3/t").fields


@pytest.mark.parametrize("caption", [
    "套数", "系数", "倍数", "每台套数", "Sets", "No. of sets", "Factor", "Qty per set", "每套数量", "Multiplikator",
])  # fmt: skip
def test_a_column_that_may_multiply_is_asked_about(taken: Taken, caption: str) -> None:
    """Four each in two sets are eight, or four; ones, and what another column shows to be done, leave no question."""
    text = f"编码,名称,用量,单位,{caption},总重(kg)\nA,a,4,个,2,16\nB,b,5,个,,5\n"
    with pytest.raises(FootprintError, match=f"columns.{caption}=multiplier"):
        taken(text)
    for word, quantity, mass in (("multiplier", 8, 2), ("ignore", 4, 4)):
        one, other = lines.rows(taken(text, {f"columns.{caption}": word}), {"bom.csv": "F1"}, "")
        assert (one.quantity, one.mass, other.quantity) == (quantity, mass, 5)
    assert codes(taken(text.replace("4,个,2", "4,个,1"))) == ["A", "B"]
    made = taken("编码,名称,用量,套数,每套数量,单位\nA,a,8,2,4,个\nB,b,15,3,5,个\n")
    assert [row.quantity for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [8, 15]


@pytest.mark.parametrize("caption", ["父件料号", "父项料号", "父件代码", "父阶料号", "上层料号"])
def test_the_number_of_what_a_row_is_part_of_has_many_names(taken: Taken, caption: str) -> None:
    made = taken(f"{caption},子件料号,品名,用量,单位\nP,A,a,2,个\nA,C,c,1,kg\nP,B,b,2,kg\n")
    assert {row.id: row.values.get("parent") for row in lines.rows(made, {"bom.csv": "F1"}, "P")}["C"] == "A"


SAP = "Pos\t{}\tKomponente\tBezeichnung\tMenge\tME\t{}\tNettogewicht\tGewEh\n"


@pytest.mark.parametrize(("kind", "loss"), [
    ("PTyp", "KAus"), ("Positionstyp", "Komponentenausschuss"), ("ICt", "CScrap"),
])  # fmt: skip
def test_captions_that_a_system_shortens_mean_what_the_long_ones_do(taken: Taken, kind: str, loss: str) -> None:
    """A text item is a note: it has neither component nor unit, and is no row that lacks one."""
    made = taken(SAP.format(kind, loss) + "0010\tL\tR-1\tGranulat\t1,250\tKG\t2,50\t\t\n"
                 "0040\tT\t\tHinweis\t\t\t\t\t\n0050\tL\tR-4\tKarton\t4\tST\t\t0,350\tKG\n",
                 decimal=",")  # fmt: skip
    assert codes(made) == ["R-1", "R-4"]
    assert [row.values.get("loss") for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [0.025, None]
    assert not [*made.problems]


def test_a_row_of_category_t_that_counts_is_a_part(taken: Taken) -> None:
    assert codes(taken("Item,ICt,Component,Qty,Un\n10,T,A,2,KG\n20,L,B,1,KG\n")) == ["A", "B"]


def test_short_forms_of_trade_are_units(taken: Taken) -> None:
    made = taken("编码,名称,用量,单位\nA,a,2,PR\nB,b,1,罗\nC,c,1,GRO\nD,d,1,TO\n")
    assert [(row.quantity, row.unit) for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [
        (2, "pair"), (144, "item"), (144, "item"), (1, "t"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "stated"), [("数量,单位,单重", "mass_unit=g"), ("数量,单位,长,米重(kg/m)", "length_unit=mm")]
)
def test_a_measure_without_a_unit_asks_for_that_of_its_kind(taken: Taken, columns: str, stated: str) -> None:
    with pytest.raises(FootprintError) as caught:
        taken(f"编码,名称,{columns}\nA,a,1,个,{'100,1.2' if '长' in columns else '5'}\n")
    assert str(caught.value).count(f"--set {stated}") == 1


def test_quantities_of_variants_below_one_caption_are_asked_about(tmp_path: Path) -> None:
    """A caption merged over two columns, the others merged down: each variant has its own bill."""
    book = Workbook()
    sheet = book.active
    for row in (("编码", "名称", "单位", "用量", None, "单重(kg)"), (None, None, None, "X100", "X200", None),
                ("A1", "螺钉", "个", 10, 12, 0.01), ("A2", "垫片", "个", 20, 24, 0.001)):  # fmt: skip
        sheet.append(row)
    for area in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2"):
        sheet.merge_cells(area)
    book.save(tmp_path / "bom.xlsx")
    files = [read(tmp_path / "bom.xlsx")]
    with pytest.raises(FootprintError, match=r'columns.用量 X100=quantity" or --set "columns.用量 X200=quantity"'):
        imported(files, Layout(), ON)
    for own, count in (("X100", 10), ("X200", 12)):
        made = imported(files, stated({f"columns.用量 {own}": "quantity"}, Layout()), ON)
        assert [line.amount for line in made.lines] == [count, 2 * count]


@pytest.mark.parametrize(("word", "other"), [("Consumption", "product_qty"), ("数量", "用量")])
def test_a_column_without_a_number_is_no_quantity(taken: Taken, word: str, other: str) -> None:
    """Another that has some is; words for numbers are, and a blank column may be filled in."""
    made = taken(f"Code,{word},{other},Unit\nA,flexible,2,kg\nB,strict,3,kg\n")
    assert [row.quantity for row in lines.rows(made, {"bom.csv": "F1"}, "")] == [2.0, 3.0]
    with pytest.raises(FootprintError, match="no column of the table tells quantities"):
        taken(f"Code,{word},Unit,Note\nA,flexible,kg,x\nB,strict,kg,y\n")
    assert len(taken(f"Code,{word},Unit\nA,,kg\nB,一,kg\n").problems) == 1
