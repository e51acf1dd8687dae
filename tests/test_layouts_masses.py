"""Masses of exported bills: stated, or found with what file and user state; else a gap to ask for, never zero."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from footprint import importing
from footprint.cli import main
from footprint.errors import FootprintError
from footprint.importing import Import
from footprint.intake.exported import exported
from footprint.intake.find import find_sheets, trace
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import gaps, known_mass
from footprint.layouts.totals import differences
from footprint.tables.read import read

ON = dt.date(2026, 1, 1)
Taken = Callable[..., Imported]
SHEET = "编码,名称,规格,材质,用量,单位\nA,侧板,{},{},2,件\n"


def rows(made: Imported) -> list[lines.Row]:
    return lines.rows(made, {"bom.csv": "F1"}, "")


def first(made: Imported) -> Mapping[str, Any]:
    return rows(made)[0].values


@pytest.mark.parametrize(("size", "given", "mass"), [
    ("钢板 1.2*1000*2000mm", {"materials.SPCC": "7.85 g/cm3"}, 18.84),
    ("冷轧板 1.2*1000*2000", {"materials.SPCC": "7850 kg/m3", "length_unit": "mm"}, 18.84),
    ("1.2×1000×2000 mm 冷轧板", {"density": "7.85 g/cm3"}, 18.84),
    ("圆钢 Φ20*1000mm", {"density": "7.85 g/cm3"}, 2.466150233067),
    ("t1.5", {"materials.SPCC": "2.1 kg"}, 2.1), ("t1.5", {"materials.侧板": "350 g/pcs"}, 0.35),
    ("t1.5", {"materials.A": "1.1 kg; 7.85 g/cm3"}, 1.1),
])  # fmt: skip
def test_what_the_user_states_of_a_material_gives_the_mass(
    taken: Taken, size: str, given: dict[str, str], mass: float
) -> None:
    """The size of a plate or bar by the density, or the mass of a piece, of a material, code or name."""
    made = taken(SHEET.format(size, "SPCC"), given)
    assert first(made)["net_mass"] == pytest.approx(mass, rel=1e-12)
    key = next(key for key in given if key != "length_unit")
    assert f"{key.removeprefix('materials.')} = " in rows(made)[0].sources["net_mass"]


@pytest.mark.parametrize(("size", "given", "ask"), [
    ("钢板 1.2*1000*2000mm", {}, "solid"), ("钢板 1.2*1000*2000", {"materials.SPCC": "7.85 g/cm3"}, "length-unit"),
    ("外壳 200*150*80mm", {"materials.SPCC": "7.85 g/cm3"}, "mass"),
    ("钢板 DC01*1.2*1000*2000mm*3", {"density": "7.85 g/cm3"}, "mass"), ("M5", {}, "mass"),
])  # fmt: skip
def test_what_is_not_stated_is_asked_for(taken: Taken, size: str, given: dict[str, str], ask: str) -> None:
    """No density, no unit of a size, or a size that may be that of a hollow part: a gap, with what would close it."""
    made = taken(SHEET.format(size, "SPCC"), given)
    assert "net_mass" not in first(made)
    assert [gap.ask for gap in gaps(rows(made))] == [ask]


@pytest.mark.parametrize(("unit", "given", "mass"), [
    ("m", {"linear_mass": "89 g/m"}, 0.089), ("m2", {"materials.SPCC": "120 gsm"}, 0.12),
    ("mm", {"materials.SPCC": "89 g/m"}, 0.000089), ("L", {"density": "1.1 kg/L"}, 1.1),
])  # fmt: skip
def test_measures_become_masses_by_what_is_stated_of_them(
    taken: Taken, unit: str, given: dict[str, str], mass: float
) -> None:
    """A metre, a square metre or a litre weighs what its material is stated to weigh."""
    made = taken(f"编码,名称,材质,用量,单位\nA,料,SPCC,2,{unit}\n", given)
    assert first(made)["net_mass"] == pytest.approx(mass, rel=1e-12)


def test_the_file_counts_before_what_is_stated(taken: Taken) -> None:
    """A density in a column wins over that of a map, row by row."""
    text = "编码,名称,材质,长mm,宽mm,厚mm,密度g/cm3,用量,单位\nA,板,X,100,100,10,8,1,件\nB,板,X,100,100,10,,1,件\n"
    masses = [row.values["net_mass"] for row in rows(taken(text, {"materials.X": "7 g/cm3"}))]
    assert masses == [pytest.approx(0.8, rel=1e-12), pytest.approx(0.7, rel=1e-12)]


@pytest.mark.parametrize("text", ["7.85", "heavy", "3 kWh", "0 g", "7.85 g/s"])
def test_a_statement_without_meaning_is_refused(taken: Taken, text: str) -> None:
    """A material is stated by an amount with the unit of a mass per something."""
    with pytest.raises(FootprintError, match="map-material"):
        taken(SHEET.format("t1", "SPCC"), {"materials.SPCC": text})


def test_the_mass_of_a_row_is_that_of_what_it_counts(taken: Taken) -> None:
    """A total of a row is parted by the quantity in the row, for however many parents it is."""
    made = taken("编码,名称,用量,单位,底数,总重(kg)\nA,盖,2000,件,1000,250\n")
    assert (first(made)["quantity"], first(made)["net_mass"]) == (2, 0.125)


GAPS = """Level,Code,Name,Qty,Unit,Net weight (kg)
1,A,Frame,3,pc,
2,B,Screw,40,pc,
2,C,Sheet,2,kg,
1,D,Wire,7,m,
1,E,Lid,5,pc,0.5
1,F,Label,2,pc,
"""


def test_gaps_come_by_the_quantity_of_the_product(taken: Taken) -> None:
    """What one product takes most of is asked for first; assemblies and what is weighed are no gaps."""
    made = rows(taken(GAPS))
    assert [(gap.row.values["line"], gap.total, gap.ask) for gap in gaps(made)] == [
        ("B", 120, "mass"), ("D", 7, "linear-mass"), ("F", 2, "mass"),
    ]  # fmt: skip
    assert known_mass(made) == (8.5, 2, 5)


def test_the_request_list_is_a_sheet_and_a_line_of_the_account(tmp_path: Path) -> None:
    """Sheet and screen say the same: which lines, in which order, what to ask for."""
    (tmp_path / "bom.csv").write_text(GAPS, encoding="utf-8")
    names = [str(tmp_path / "bom.csv"), "-o", str(tmp_path / "made.xlsx")]
    said = CliRunner().invoke(main, ["import", *names, "--lang", "en"])
    assert "the mass of 3 lines is not known, the largest quantities first: B, D, F." in said.output
    assert "2 x the mass of one, 1 x the mass per metre" in said.output
    assert "mass of the lines without parts in one product: 8.5 kg, of 2 of 5 lines." in said.output
    sheet = next(sheet for sheet in read(tmp_path / "made.xlsx").sheets if sheet.name == trace("en")[-1])
    assert [(row[0], row[4], row[6]) for row in sheet.rows[1:]] == [
        ("B", 120, "the mass of one"), ("D", 7, "the mass per metre"), ("F", 2, "the mass of one"),
    ]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), [
    (lambda each: each[:-1], "import-differs-lines"),
    (lambda each: [{**row, "quantity": 8.0} if row["line"] == "B" else row for row in each], "import-differs-quantity"),
    (lambda each: [{**row, "net_mass": 8.0} if row["line"] == "E" else row for row in each], "import-differs-mass"),
    (lambda each: [{**row, "parent": ""} for row in each], "import-differs-mass"),
])  # fmt: skip
def test_a_workbook_that_says_something_else_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[list[dict[str, Any]]], Any], code: str
) -> None:
    """A line lost, an amount or a mass changed on the way: the reading back refuses what was made."""
    (tmp_path / "bom.csv").write_text(GAPS, encoding="utf-8")
    honest = importing.filled

    def bent(sheets: Mapping[str, Any], *rest: Any, **more: Any) -> bytes:
        return honest({**sheets, "BOM": change(sheets["BOM"])}, *rest, **more)

    monkeypatch.setattr(importing, "filled", bent)
    with pytest.raises(FootprintError, match=code):
        importing.write(Import((tmp_path / "bom.csv",), ON), tmp_path / "made.xlsx", "en")
    assert not (tmp_path / "made.xlsx").exists()


@pytest.mark.parametrize(("captions", "cells", "mass"), [
    ("面积(m2),克重(g/m2)", "0.5,120", 0.06), ("体积(cm3),密度(g/cm3)", "100,7.85", 0.785),
    ("面积(cm2),厚mm,密度g/cm3", "1000,2,7.85", 1.57), ("Länge in mm,Metergewicht in g/m", "500,90", 0.045),
    ("Gewicht in kg,Breite in mm", "1.5,3", 1.5),
])  # fmt: skip
def test_areas_and_volumes_have_columns(taken: Taken, captions: str, cells: str, mass: float) -> None:
    """What one takes up, by the density or the grammage, is its mass; units stand behind their captions."""
    made = taken(f"编码,名称,用量,单位,{captions}\nA,件,2,件,{cells}\n")
    assert first(made)["net_mass"] == pytest.approx(mass, rel=1e-12)


def test_a_density_without_unit_is_said_and_not_used(taken: Taken) -> None:
    """A number of no unit stops nothing and is no density: its column is named with what to write."""
    made = taken("编码,名称,用量,单位,体积(cm3),密度\nA,件,2,件,100,7.85\n")
    assert "net_mass" not in first(made)
    (found,) = made.parts[0].masses.problems
    assert "'密度' states no unit and was not used. Write it into the header, such as 密度 (kg/m3)." in str(found)


TOTALS = "层级,编码,名称,用量,单位,总重(kg)\n1,A,架,2,个,{}\n2,B,板,3,个,6\n1,C,盖,1,个,1\n"


@pytest.mark.parametrize(("whole", "mass"), [("6", 7), ("12", 13)])
def test_assemblies_tell_what_total_masses_are_for(taken: Taken, whole: str, mass: float) -> None:
    """Two frames of 6 kg in all have plates of 6 kg in all; frames of 12 kg have as much each."""
    made = taken(TOTALS.format(whole))
    assert known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0] == pytest.approx(mass, rel=1e-12)


@pytest.mark.parametrize("whole", ["", "9"])
def test_total_masses_below_several_are_asked_about(taken: Taken, whole: str) -> None:
    """Where no assembly tells, or none agrees; one of each leaves no question."""
    with pytest.raises(FootprintError, match=r"there are 2 of this row .*--set weights_for=parent"):
        taken(TOTALS.format(whole))
    for stated, mass in (("parent", 13), ("product", 7)):
        made = taken(TOTALS.format(whole), weights_for=stated)
        assert known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0] == pytest.approx(mass, rel=1e-12)
    assert known_mass(lines.rows(taken(TOTALS.format("").replace("架,2", "架,1")), {"bom.csv": "F1"}, ""))[0] == 7


def test_a_sum_that_leaves_the_quantities_out_is_asked_about(taken: Taken) -> None:
    """5.5 below 1.5 and 4 of 3 and 2 pieces: masses of whole rows, if somebody says so."""
    text = "图号,名称,用量,单位,重量(kg)\nC,管,3,个,1.5\nD,板,2,个,4\n,合计,5,,5.5\n"
    with pytest.raises(FootprintError, match="import-mass-added"):
        taken(text)
    for field, weighs in (("total_mass", 5.5), ("mass", 12.5)):
        made = taken(text, {"columns.重量(kg)": field})
        assert known_mass(rows(made))[0] == pytest.approx(weighs)
        assert bool([*differences(made.parts[0])]) is (field == "mass")
    assert known_mass(rows(taken(text.replace("5.5", "12.5"))))[0] == pytest.approx(12.5)


@pytest.mark.parametrize(("caption", "count", "says"), [
    ("重量(kg)", 3, True), ("重量(kg)", 1, False), ("单重(kg)", 3, False), ("Weight (kg)", 2, True),
    ("Weight per pc (kg)", 2, False),
])  # fmt: skip
def test_a_header_that_says_no_more_than_a_mass_is_named(taken: Taken, caption: str, count: int, says: bool) -> None:
    """It is read as that of one, and may be that of the row where there are several."""
    made = taken(f"图号,名称,用量,单位,{caption}\nC,管,{count},个,1.5\n")
    assert any("=total_mass" in line for line in account(made, rows(made), "en")) is says


def test_a_total_mass_may_be_that_of_the_total_quantity(taken: Taken) -> None:
    """3 kg are six of 0.5 kg, of which one assembly has three: nothing contradicts it."""
    text = "层级,物料编码,名称,单套用量,总用量,单位,单重kg,总重kg\n1,S,s,2,2,个,,\n2,A,a,3,6,个,0.5,{}\n"
    assert not taken(text.format(3)).parts[0].masses.problems
    assert [found.code for found in taken(text.format(4)).parts[0].masses.problems] == ["import-masses-differ"]


def test_the_sheets_beside_the_lines_are_called_in_the_language_of_the_account(tmp_path: Path) -> None:
    """The account names the sheet as the workbook does; what each line comes from is found in either language."""
    (tmp_path / "bom.csv").write_text(GAPS, encoding="utf-8")
    for lang, name in (("zh", "待索取清单"), ("en", "Request list")):
        path = tmp_path / f"{lang}.xlsx"
        said = CliRunner().invoke(main, ["import", str(tmp_path / "bom.csv"), "-o", str(path), "--lang", lang])
        assert name in said.output
        book = read(path)
        assert {*trace(lang)} < {sheet.name for sheet in book.sheets}
        assert exported(book)[0]["file"] == "bom.csv"
        assert not [one for one in find_sheets(book).notices if "sheet" in one.code]


def test_totals_of_the_whole_product_agree_with_masses_of_one(taken: Callable[..., Imported]) -> None:
    """A total below several of an assembly may be that of all in the product; one that is neither is told."""
    head = "层次,物料编码,用量,单位,单重(kg),总重(kg)\n1,S-1,2,个,,\n"
    text = f"{head}2,A-1,3,个,0.5,{{}}\n2,A-2,4,个,0.1,{{}}\n1,A-3,2,个,1,{{}}\n"

    def told(*totals: float) -> list[object]:
        return [(one.code, one.facts["told"]) for one in taken(text.format(*totals)).parts[0].masses.problems]

    assert told(3, 0.8, 2) == told(1.5, 0.4, 2) == []
    assert told(3, 0.4, 2) == [("import-masses-differ", "3")]
    assert told(3, 0.8, 5) == [("import-masses-differ", "5")]


@pytest.mark.parametrize("captions", ["主数量,主单位,辅数量,辅单位", "Qty,Unit,Secondary qty,Secondary unit",
                                      "数量,单位,辅助数量,辅助单位"])  # fmt: skip
def test_an_auxiliary_quantity_in_a_unit_of_mass_is_the_mass_of_the_row(
    captions: str, taken: Callable[..., Imported]
) -> None:
    """It says the same amount once more: no row, no sum, and in another unit no mass; what is counted stays that."""
    text = f"料号,{captions}\nA-1,2,张,94.2,kg\nB-1,1,个,500,g\nC-1,1,个,3,m\nD-1,3,kg,1,个\n"
    made = taken(text)
    (part,) = made.parts
    assert ([*part.masses.values], [*part.masses.ways]) == ([47.1, 0.5, None, None], ["auxiliary", "auxiliary", "", ""])
    assert [line.amount for line in made.lines] == [2, 1, 1, 3]
    assert lines.rows(made, {"bom.csv": "F1"}, "")[0].sources["net_mass"] == "D2, E2, B2"
