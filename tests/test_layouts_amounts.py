"""Amounts of exported bills mean what the file says of which unit, or are asked for: masses, sizes, losses, orders."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported, imported
from footprint.layouts.gaps import gaps, known_mass
from footprint.layouts.locating.blocks import block
from footprint.layouts.locating.regions import Header, Region
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.materials import MASS, times_of
from footprint.layouts.naming.amounts import amount, decimal_mark, sizes
from footprint.layouts.naming.designators import designators
from footprint.layouts.naming.headers import meant, normal
from footprint.layouts.naming.layout import Layout, Measure, load, stated
from footprint.layouts.totals import differences
from footprint.model.sheets import Book, Sheet
from footprint.tables.read import read
from footprint.tables.typed.headers import units_in

ON = dt.date(2026, 1, 1)
Taken = Callable[..., list[lines.Row]]


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Imported]:
    def make(text: str, given: Mapping[str, str] | None = None, units: Mapping[str, Measure] | None = None) -> Imported:
        (tmp_path / "bom.csv").write_text(text, encoding="utf-8")
        return imported([read(tmp_path / "bom.csv")], stated(given or {}, Layout(units=units or {})), ON)

    return make


@pytest.fixture
def taken(made: Callable[..., Imported]) -> Taken:
    return lambda *given: lines.rows(made(*given), {"bom.csv": "F1"}, "")


def weight(rows: list[lines.Row]) -> float:
    mass, known, _ = known_mass(rows)
    return mass if known == len(rows) else -1


@pytest.mark.parametrize(("caption", "unit", "given", "kg"), [
    ("单重(g/个)", "千个", {}, 3), ("单重(g/个)", "件", {}, 0.003), ("单重(g/件)", "打", {}, 0.036),
    ("单重(kg/千个)", "千个", {}, 3), ("单重(kg/千个)", "件", {}, 0.003),
    ("单重(kg/kpcs)", "千个", {}, 3), ("单重(kg/1000 pcs)", "件", {}, 0.003),
    ("总重(kg/1000 pcs)", "件", {}, 0.0015),
    ("单重(g)", "千个", {"mass_of": "piece"}, 3), ("单重(g)", "千个", {"mass_of": "unit"}, 0.003),
    ("单重(g)", "件", {"mass_of": "unit"}, 0.003), ("单重(g)", "m", {}, 0.003),
])  # fmt: skip
def test_a_mass_is_of_as_many_as_the_row_counts(
    taken: Taken, caption: str, unit: str, given: dict[str, str], kg: float
) -> None:
    """Two of 1.5 g per piece weigh 3 g, two thousand of them 3 kg: however the row is counted."""
    assert weight(taken(f"编码,名称,用量,单位,{caption}\nA,螺钉,2,{unit},1.5\n", given)) == pytest.approx(kg, rel=1e-12)


@pytest.mark.parametrize("unit", ["千个", "dozen", "双"])
def test_whose_mass_it_is_is_asked(taken: Taken, unit: str) -> None:
    """Kilograms beside a row of dozens may be those of a piece or of a dozen."""
    with pytest.raises(FootprintError, match=rf"E2: '单重\(g\)' may be .*\({unit}\)\. State --set mass_of=piece"):
        taken(f"编码,名称,用量,单位,单重(g)\nA,螺钉,2,{unit},1.5\n")


def test_a_mass_of_something_else_is_said_and_not_used(made: Callable[..., Imported]) -> None:
    """A metre does not weigh what a piece does."""
    found = made("编码,名称,用量,单位,单重(g/个)\nA,线,2,m,1.5\n")
    assert found.parts[0].masses.values == [None]
    assert "'单重(g/个)' is a mass in g/个, and the row is counted in m" in str(found.parts[0].masses.problems[0])


@pytest.mark.parametrize(("columns", "cells", "given", "kg"), [
    ("长(mm),米重(g/m)", "20,100", {}, 4), ("面积(cm2),克重(g/m2)", "10,1000", {}, 2),
    ("体积(cm3),密度(g/cm3)", "1,7.85", {}, 15.7),
    ("材质,规格", "SPCC,钢板 1*10*100mm", {"materials.SPCC": "7.85 g/cm3"}, 15.7),
    ("材质,规格", "SPCC,t1", {"materials.SPCC": "2.1 g"}, 4.2), ("总重kg,规格", "8,t1", {}, 8),
])  # fmt: skip
def test_measures_are_those_of_one_piece(
    taken: Taken, columns: str, cells: str, given: dict[str, str], kg: float
) -> None:
    """A row of two thousand takes two thousand times what the measures, or the material, of one piece give."""
    assert weight(taken(f"编码,名称,用量,单位,{columns}\nA,件,2,千件,{cells}\n", given)) == pytest.approx(kg, rel=1e-12)


@pytest.mark.parametrize(("caption", "measure", "amount_", "kg"), [
    ("Unit weight (kg)", Measure(100, "m"), 200, 10), ("Unit weight (kg/m)", Measure(100, "m"), 200, 1000),
    ("Unit weight (kg/roll)", Measure(100, "m"), 200, 10), ("Unit weight (kg/pc)", Measure(50, "item"), 100, 500),
    ("Unit weight (kg/roll)", Measure(50, "item"), 100, 10),
])  # fmt: skip
def test_a_unit_of_a_size_has_the_mass_of_its_size(
    taken: Taken, caption: str, measure: Measure, amount_: float, kg: float
) -> None:
    """Two rolls of 5 kg weigh 10 kg, whatever a roll holds."""
    rows = taken(f"Part,Name,Qty,Unit,{caption}\nA,cable,2,roll,5\n", {}, {"roll": measure})
    assert (rows[0].quantity, weight(rows)) == (amount_, pytest.approx(kg, rel=1e-12))


@pytest.mark.parametrize("size", ["0 m", "-1 m", "0 pcs"])
def test_a_unit_of_no_size_is_refused(tmp_path: Path, size: str) -> None:
    """Nothing is counted in rolls of no length."""
    (tmp_path / "map.yaml").write_text(f'footprint-map: "1.0"\nunits: {{roll: {size}}}\n', encoding="utf-8")
    with pytest.raises(FootprintError, match=r"units\.roll is '.*'\. Use one of 100 m"):
        load(tmp_path / "map.yaml")


@pytest.mark.parametrize(("size", "given", "kg"), [
    ("1,2*1000*2000mm", {}, 18.84), ("钢板,1.2*1000*2000mm", {}, 18.84), ("1,2 x 1.000 x 2.000 mm", {}, 18.84),
    ("1.200*1000*2000mm", {"decimal": "."}, 18.84), ("1.200*600*2mm", {"decimal": ","}, 11.304),
    ("Φ20*1000,5mm", {}, 2.4673833082), ("1.2*1000*2000mm, 冷轧", {}, 18.84),
])  # fmt: skip
def test_sizes_have_decimals_by_point_or_comma(taken: Taken, size: str, given: dict[str, str], kg: float) -> None:
    """A size is read whole, its decimal mark as it shows itself, else as is stated."""
    text = f'编码;名称;规格;用量;单位\nA;板;"钢板 {size}";1;件\n'
    assert weight(taken(text, {"density": "7.85 g/cm3", **given})) == pytest.approx(kg, rel=1e-8)


def test_a_size_in_doubt_is_asked_for(taken: Taken) -> None:
    """1.200 may be twelve hundred: no mass, and the decimal mark is what is asked for."""
    rows = taken("编码;名称;规格;用量;单位\nA;板;钢板 1.200*600*2mm;1;件\n", {"density": "7.85 g/cm3"})
    assert [gap.ask for gap in gaps(rows)] == ["decimal"]


@pytest.mark.parametrize(("columns", "cells", "given", "said"), [
    ("损耗率%,成品率%", "100,90", {"loss_formula": "divide"}, "a loss of 100 % leaves nothing"),
    ("装配报废率%,成品率%", "100,90", {"loss_formula": "divide"}, "a loss of 100 % leaves nothing"),
    ("固定损耗", "-10", {"lot_size": "10"}, "-10 is nothing that an order"),
    ("固定损耗,生产批量", "10,-10", {}, "-10 is nothing that an order"), ("成品率%", "1e-40", {}, "is no share"),
    ("损耗系数", "-2", {}, "not multiplied by -2"),
])  # fmt: skip
def test_losses_that_cannot_be_are_said(
    made: Callable[..., Imported], columns: str, cells: str, given: dict[str, str], said: str
) -> None:
    """Nothing is divided by what is left of nothing, and orders neither make nor lose less than nothing."""
    found = made(f"编码,名称,用量,单位,{columns}\nA,件,1,kg,{cells}\n", given)
    assert any(said in str(one) for one in found.parts[0].losses.problems.values())
    assert lines.rows(found, {"bom.csv": "F1"}, "")[0].values["line"] == "A"


LONG = [before + middle * (32_000 // len(middle)) + after for middle in (
    " ", "\u3000", "1", "1 ", "a", "1,", ".", "-", "*", "1*", "x ", "(", "/", ":", "R1 - ", "Φ ",
) for before in ("", "1", "料号:a") for after in ("", "\n\nx")]  # fmt: skip


def _titled(text: str) -> tuple[Sheet, Layout, Table]:
    sheet = Sheet("a", "b", ((text,), ("x",)))
    return sheet, Layout(), Table(sheet, Region(Header(1, 1, {}, {}, {0: "x"}), 2, 2, above=range(1)))


@pytest.mark.parametrize("reads", [
    amount, sizes, designators, meant, normal, lambda text: [*units_in(text)],
    lambda text: decimal_mark([text]), lambda text: times_of(text, MASS, Layout()),
    lambda text: block(*_titled(text)),
])  # fmt: skip
def test_no_cell_takes_long(reads: Callable[[str], Any]) -> None:
    """The longest cell that a sheet holds, of whatever signs, is read in a fifth of a second, on a busy machine too."""
    for text in LONG:
        assert any(_seconds(reads, text) < 0.2 for _ in range(3)), text[:20]


def _seconds(reads: Callable[[str], Any], text: str) -> float:
    started = time.process_time()
    reads(text)
    return time.process_time() - started


def test_codes_of_text_tables_stay_as_they_are_written(taken: Taken) -> None:
    """1.10 and 1.1, 1E5 and 100000 are different parts; as quantities they are the same."""
    codes = ("1.10", "1.1", "1E5", "100000", "1.0", "007")
    rows = taken("编码,名称,用量,单位\n" + "".join(f"{code},a,1.50,kg\n" for code in codes))
    assert tuple(row.values["line"] for row in rows) == tuple(row.values["part"] for row in rows) == codes
    assert {(row.quantity, type(row.quantity)) for row in rows} == {(1.5, float)}


@pytest.mark.parametrize(("given", "read_as"), [({"decimal": ","}, [1250, 2500]), ({"decimal": "."}, [1.25, 2.5])])
def test_a_column_of_threes_behind_points_is_asked_about(
    taken: Taken, given: dict[str, str], read_as: list[float]
) -> None:
    """1.250 may be a thousand where no comma parts the cells and nothing else has decimals."""
    text = "Komponente;Objektkurztext;Menge;ME\nX1;Stahlblech;1.250;KG\nX2;Aluminium;2.500;KG\n"
    assert [row.quantity for row in taken(text, given)] == read_as
    with pytest.raises(FootprintError, match="import-decimal"):
        taken(text)


@pytest.mark.parametrize(("columns", "cells", "amount_", "unit"), [
    ("用量/kg", "5", 5, "kg"), ("用量/台,单位", "5,kg", 5, "kg"), ("用量(件),单位", "5,套", 5, "item"),
    ("总用量(kg)", "5", 5, "kg"), ("用量,单位,底数", "12,kg,1 t", 0.012, "kg"),
    ("用量,单位,底数", "12,kg,1000 kg", 0.012, "kg"),
    ("用量,单位,底数", "12,kg,1 千件", 0.012, "kg"), ("用量,单位,底数(t)", "12,kg,1", 0.012, "kg"),
])  # fmt: skip
def test_units_stand_in_headers_and_bases(taken: Taken, columns: str, cells: str, amount_: float, unit: str) -> None:
    """A header says its unit behind a slash or in brackets, a base in which unit of the parent it is."""
    (row,) = taken(f"编码,名称,{columns}\nA,件,{cells}\n")
    assert (row.quantity, row.unit) == (pytest.approx(amount_, rel=1e-12), unit)


@pytest.mark.parametrize(("columns", "cells", "said"), [
    ("用量/kg,单位", "5,个", "the unit column says item, the header kg"),
    ("用量(kg),单位", "5,g", "says g, the header kg"),
    ("用量,单位", "2,ML", "unit 'ML' is not known"),
])  # fmt: skip
def test_units_in_doubt_are_said(made: Callable[..., Imported], columns: str, cells: str, said: str) -> None:
    """A header and a cell that differ, or a unit in capitals that may be a millilitre: the row is named."""
    found = made(f"编码,名称,{columns}\nA,件,{cells}\n")
    assert said in str(found.parts[0].quantities.problems[0])


@pytest.mark.parametrize(("caption", "cells", "said"), [
    ("成品率", ("1", "0.5", "98"), "1 may be per cent or a share"), ("损耗率", ("-5", "", ""), "-0.05 is no share"),
])  # fmt: skip
def test_shares_in_doubt_are_said(made: Callable[..., Imported], caption: str, cells: list[str], said: str) -> None:
    """One per cent of yield beside 98 is hardly meant, and nobody loses less than nothing."""
    found = made(f"编码,名称,用量,单位,{caption}\n" + "".join(f"A{cell},件,1,kg,{cell}\n" for cell in cells))
    assert said in str(found.parts[0].losses.problems[0])


def test_losses_of_one_and_less_are_asked_about(taken: Taken) -> None:
    """A loss of 1 beside 0.03 may be one per cent, or all of it."""
    with pytest.raises(FootprintError, match="import-loss"):
        taken("编码,名称,用量,单位,损耗率\nA,件,1,kg,0.03\nB,件,1,kg,1\n")


def test_a_total_that_is_no_product_is_said(made: Callable[..., Imported]) -> None:
    """Four of 8 kg do not weigh 8 kg, and rows that add up to their own sum are no masses of pieces."""
    found = made("编码,名称,用量,单位,单重(kg),总重(kg)\nA,件,4,件,2,8\nB,件,4,件,8,8\n")
    assert [str(one.place) for one in found.parts[0].masses.problems] == ["bom.csv:bom!F3"]
    text = "编码,名称,用量,单位,重量(kg)\nA,件,2,件,2.4\nB,件,3,件,1.5\n,合计,,,3.9\n"
    summed = made(text, {"columns.重量(kg)": "mass"})
    assert [(one.told, one.found) for one in differences(summed.parts[0])] == [(3.9, pytest.approx(9.3))]


@pytest.mark.parametrize(("columns", "cells", "unit", "mass"), [
    ("库存单位,用量,用量单位", "t,2.5,kg", "kg", None), ("用量,库存单位", "2.5,t", "t", None),
    ("用量,单位,重量(kg),单件重量(kg)", "4,件,8,2", "item", 2),
    ("用量,单位,毛坯重量(kg),净重(kg)", "4,件,2,1", "item", 1),
    ("用量,单位,毛坯重量(kg)", "4,件,2", "item", None), ("用量,单位,单重(g),净重(kg)", "4,件,2000,2", "item", 2),
    ("用量,单位,计量单位", "4,KG,千克", "kg", None), ("用量,单位,批量", "4,kg,1", "kg", None),
])  # fmt: skip
def test_what_a_caption_says_more_surely_counts(
    taken: Taken, columns: str, cells: str, unit: str, mass: float | None
) -> None:
    """The unit of the quantity goes before that of the stock, the mass of a piece or of what is left before others."""
    (row,) = taken(f"编码,名称,{columns}\nA,件,{cells}\n")
    assert (row.unit, row.mass) == (unit, mass)


@pytest.mark.parametrize("text", [
    "名称,含量(%)\n水,70\n", "原料,含量%\n水,70\n", "批量,1000 kg\n名称,配比(%)\n水,70\n",
    "Ingredient,% w/w\nwater,70\n",
    "名称,质量百分比\n水,70%\n", "名称,质量百分比\n水,70\n", "名称,用量,单位\n水,700,‰\n",
])  # fmt: skip
def test_shares_are_parts_of_the_unit_that_is_stated(taken: Taken, text: str) -> None:
    """Per cent of a recipe are those of one kilogram of it, whatever its batch is, and of what is asked."""
    assert [(row.quantity, row.unit) for row in taken(text, {"unit": "kg"})] == [(0.7, "kg")]
    with pytest.raises(FootprintError, match=r"parts of a whole.*--set unit=kg"):
        taken(text)


def test_what_no_line_is_made_of_rejects_none() -> None:
    """A price that was never calculated is no fault of a row; a quantity is."""
    rows = [(f"A{at}", "x", 1.0, "kg", None) for at in range(2)]
    captions = ("编码", "名称", "用量", "单位", "单价")
    for uncached, faults in (("E2", 0), ("C2", 1)):
        sheet = Sheet("a.xlsx", "S", (captions, *rows), uncached=frozenset({uncached}))
        made = imported([Book("a.xlsx", (sheet,), "0")], Layout(), ON)
        assert len(made.parts[0].faults) == faults


@pytest.mark.parametrize(("columns", "cells", "said"), [
    ("用量,单位,计量单位", "4,kg,g", "'单位' and '计量单位' mean the same and differ"),
    ("用量,单位,单重(g),净重(kg)", "4,件,2,2", r"'单重\(g\)' and '净重\(kg\)' mean the same"),
    ("用量,单位,批量", "4,kg,5000", "'批量' may tell how many parents"),
])  # fmt: skip
def test_columns_that_contradict_each_other_are_asked_about(taken: Taken, columns: str, cells: str, said: str) -> None:
    """Of two columns of one meaning none is taken by where it stands, and a lot may be a base or an order."""
    with pytest.raises(FootprintError, match=said):
        taken(f"编码,名称,{columns}\nA,件,{cells}\n")


@pytest.mark.parametrize("cell", [
    "[" * 32_000, "【 " * 16_000, "2026-1-1" + " " * 32_000 + "\n\nx", "1" + " " * 32_000 + "b",
])  # fmt: skip
def test_no_row_takes_long(made: Callable[..., Imported], cell: str) -> None:
    """A row whose cells are all as long as they may be is read or refused at once, whatever they are of."""
    captions = [
        "编码",
        "名称",
        "规格",
        "材质",
        "用量",
        "单位",
        "单重(g)",
        "损耗率%",
        "位号",
        "生效日期",
        "失效日期",
        "替代料",
        "状态",
        "备注",
    ]
    text = ",".join(captions) + "\n" + ",".join(f'"{cell}"' for _ in captions) + "\nA,钢板,,,1,kg\n"
    started = time.process_time()
    with suppress(FootprintError):
        made(text)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(("columns", "cells", "mass"), [
    ("单重(kg),总重(kg),长(mm),米重(kg/m)", "1,8,1000,3", 1), ("总重(kg),长(mm),米重(kg/m)", "8,1000,3", 4),
    ("长(mm),米重(kg/m),面积(m2),克重(kg/m2)", "1000,3,1,5", 3),
    ("面积(m2),克重(kg/m2),体积(m3),密度(kg/m3)", "1,5,1,7", 5),
])  # fmt: skip
def test_ways_to_a_mass_go_one_before_the_other(taken: Taken, columns: str, cells: str, mass: float) -> None:
    """What is stated goes before the total, that before measures, and of these the length before area and volume."""
    (row,) = taken(f"编码,名称,用量,单位,{columns}\nA,件,2,件,{cells}\n")
    assert row.mass == pytest.approx(mass, rel=1e-12)


def test_what_is_weighed_has_no_mass_of_a_piece(taken: Taken) -> None:
    """A row in grams counts with its grams, whatever a piece of it weighs."""
    rows = taken("编码,名称,用量,单位,单重(kg)\nA,料,500,g,7\n")
    assert (rows[0].mass, weight(rows)) == (None, pytest.approx(0.5, rel=1e-12))


@pytest.mark.parametrize(("columns", "cells", "said"), [
    ("用量,单位,底数", "1,kg,0", "is per 0 of the parent"), ("用量,单位", "1e29,托", "'1e+31' is no number"),
    ("用量,单位", "2 托,kg", "the cell says kg, its unit column kg"),
])  # fmt: skip
def test_quantities_that_cannot_be_are_said(made: Callable[..., Imported], columns: str, cells: str, said: str) -> None:
    """Nothing is for no parent, no amount is beyond all numbers, and fifty kilograms are not one."""
    units = {"托": Measure(100.0 if "1e29" in cells else 50.0, "kg")}
    found = made(f"编码,名称,{columns}\nA,件,{cells}\n", {}, units)
    assert said in str(found.parts[0].quantities.problems[0])


@pytest.mark.parametrize(("text", "mark"), [("1234,567", ","), ("1234.567", "."), ("234,567", None), ("0,567", ",")])
def test_only_groups_of_three_are_in_doubt(text: str, mark: str | None) -> None:
    """Four digits before a mark are no group of thousands, nor is a zero."""
    assert decimal_mark([text]) == mark


def test_a_range_of_designators_beyond_all_boards_is_one_name() -> None:
    """R1-R999999999 is a slip, not a thousand million resistors."""
    assert (designators("R1-R4"), designators("R1-R999999999")) == (4, 1)


def test_what_is_rejected_is_for_one_parent_like_its_neighbours(taken: Taken) -> None:
    """Who corrects -3 beside a base of 100 finds -0.03, as a text that nobody calculates with."""
    rows = taken("编码,名称,用量,单位,底数\nA,件,5,件,100\nB,件,-3,件,100\nC,件,x,件,100\n")
    assert [row.quantity for row in rows] == [0.05, "-0.03", "x"]


@pytest.mark.parametrize(("unit", "symbol"), [
    ("KGM", "kg"), ("GRM", "g"), ("TNE", "t"), ("LTR", "L"), ("MTR", "m"), ("MTK", "m2"), ("MTQ", "m3"),
    ("C62", "item"),
])  # fmt: skip
def test_units_may_be_codes_of_trade(taken: Taken, unit: str, symbol: str) -> None:
    """ERP systems write the common codes of UN/ECE recommendation 20."""
    assert taken(f"编码,名称,用量,单位\nA,件,5,{unit}\n")[0].unit == symbol


def test_the_scrap_of_an_assembly_is_said(made: Callable[..., Imported]) -> None:
    """An account names every rule that raised an amount."""
    assert made("编码,名称,用量,单位,装配报废率%\nA,件,1,kg,10\n").parts[0].losses.rules == {"assembly-scrap": [0]}


def test_what_is_lost_of_the_product_is_taken_of_its_parts(taken: Taken) -> None:
    """One of ten products lost means a ninth more of each part, beside what is lost of the part itself."""
    text = (
        "层级,编码,名称,用量,单位,损耗率%,装配报废率%\n0,P,泵,1,件,,10\n1,A,壳,2,件,,\n2,B,钢,3,kg,,\n1,C,盖,1,件,5,\n"
    )
    rows = taken(text, {"loss_formula": "divide"})
    losses = [row.values.get("loss") for row in rows]
    assert losses == [pytest.approx(0.1), None, pytest.approx(1 - 0.9 * 0.95)]
