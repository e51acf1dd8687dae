"""Volumes by the columns of a bill: each shape uses all that its row states, and what fits none has no mass."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from footprint.layouts import lines
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import gaps
from footprint.layouts.measuring import bodies

Taken = Callable[..., Imported]
RING = math.pi / 4


def _masses(made: Imported) -> list[object]:
    return [row.values.get("net_mass") for row in lines.rows(made, {"bom.csv": "F1"}, "")]


@pytest.mark.parametrize(("captions", "cells", "litres"), [
    ("长(mm),宽(mm),厚(mm)", "1000,500,2", 1.0), ("直径(mm),长度(mm)", "20,1000", RING * 0.4),
    ("直径(mm),厚度(mm)", "100,2", RING * 0.02), ("外径(mm),壁厚(mm),长度(mm)", "50,2,1000", RING * (2.5 - 2.116)),
    ("外径(mm),内径(mm),长度(mm)", "10,8,1000", RING * 0.036),
    ("外径(mm),内径(mm),壁厚(mm),长度(mm)", "10,8,1,1000", RING * 0.036),
    ("内径(mm),壁厚(mm),长度(mm)", "8,1,1000", RING * 0.036), ("外径(mm),内径(mm),厚度(mm)", "10,8,100", RING * 0.0036),
    ("OD (mm),Wall thickness (mm),Length (mm)", "50,2,1000", RING * (2.5 - 2.116)),
    ("面积(m2),厚(mm)", "0.5,2", 1.0), ("面积(m2),长(mm),宽(mm),厚(mm)", "0.4,1000,500,2", 0.8),
    ("长(mm),宽(mm),厚(mm),直径(mm)", "1000,500,2,0", 1.0), ("体积(L),长(mm)", "3,1000", 3.0),
])  # fmt: skip
def test_a_shape_uses_every_measure_of_its_row(taken: Taken, captions: str, cells: str, litres: float) -> None:
    """A plate, bar, disc, tube, washer or sheet at 1 kg a litre; a measure of nothing is none."""
    made = taken(f"编码,名称,数量,单位,{captions},密度(g/cm3)\nA,零件,1,件,{cells},1\n")
    assert _masses(made) == [pytest.approx(litres, rel=1e-9)]


@pytest.mark.parametrize(("name", "captions", "cells"), [
    ("方管 40x40x2", "长(mm),宽(mm),厚(mm)", "1000,40,2"), ("H型钢", "长(mm),宽(mm),厚(mm)", "6000,200,8"),
    ("圆钢管", "直径(mm),长度(mm)", "20,1000"), ("Square tube", "Length (mm),Width (mm),Thickness (mm)", "1000,40,2"),
    ("Stahlrohr", "Länge (mm),Durchmesser (mm)", "1000,40"), ("零件", "直径(mm),厚度(mm),长度(mm)", "50,2,1000"),
    ("法兰", "外径(mm),内径(mm),壁厚(mm),长度(mm)", "10,8,3,1000"), ("管", "外径(mm),壁厚(mm),长度(mm)", "10,8,1000"),
    ("管", "外径(mm),内径(mm),长度(mm)", "8,10,1000"), ("零件", "长(mm),宽(mm),厚(mm),孔径(mm)", "100,50,2,10"),
    ("零件", "面积(m2),长(mm),宽(mm),厚(mm)", "1.1,1000,500,2"),
])  # fmt: skip
def test_measures_of_no_one_shape_give_no_mass(taken: Taken, name: str, captions: str, cells: str) -> None:
    """What is hollow, left over or contradicts itself: the mass is asked for, and not the density that is there."""
    made = taken(f"编码,名称,数量,单位,{captions},密度(g/cm3)\nA,{name},1,件,{cells},7.85\n")
    assert _masses(made) == [None]
    assert [gap.ask for gap in gaps(lines.rows(made, {"bom.csv": "F1"}, ""))] == ["mass"]


@pytest.mark.parametrize(("name", "captions", "cells", "kg"), [
    ("钢管", "外径(mm),厚度(mm),长度(mm)", "50,2,1000", RING * (2.5 - 2.116)),
    ("管夹钢板", "长(mm),宽(mm),厚(mm)", "1000,500,2", 1.0),
    ("管板", "直径(mm),厚度(mm)", "100,2", RING * 0.02),
    ("Tube sheet", "Diameter (mm),Thickness (mm)", "100,2", RING * 0.02),
])  # fmt: skip
def test_the_last_word_of_a_name_tells_whether_it_is_hollow(
    taken: Taken, name: str, captions: str, cells: str, kg: float
) -> None:
    """A tube has walls as thick as its thickness; a plate for tubes is a plate."""
    made = taken(f"编码,名称,数量,单位,{captions},密度(g/cm3)\nA,{name},1,件,{cells},1\n")
    assert _masses(made) == [pytest.approx(kg, rel=1e-9)]


@pytest.mark.parametrize("name", [
    "方钢管", "空心方钢", "不锈钢板网", "冲孔钢板", "hollow square bar", "perforated steel sheet",
])  # fmt: skip
def test_a_hollow_part_is_no_box_by_its_text(taken: Taken, name: str) -> None:
    """``方钢管`` has the word for a solid bar in it, and so have bars and plates with holes."""
    assert _masses(taken(f"编码,名称,规格,数量,单位\nA,{name},40*40*1000mm,1,根\n", density="7.85 g/cm3")) == [None]


@pytest.mark.parametrize(("unit", "given", "cubic_metres"), [
    ("m", {"diameter": 0.02, "length": 6.0}, RING * 4e-4),
    ("m", {"diameter": 0.02, "wall_thickness": 0.001}, RING * 7.6e-5),
    ("m2", {"thickness": 0.002, "length": 2.0, "width": 1.0}, 0.002), ("m3", {"length": 2.0}, 1.0), ("L", {}, 0.001),
    ("kg", {"volume": 1.0}, None), ("m2", {"thickness": 0.002, "diameter": 1.0}, None),
])  # fmt: skip
def test_a_unit_of_length_or_area_replaces_the_size_of_the_stock(
    unit: str, given: dict[str, float], cubic_metres: float | None
) -> None:
    """A metre of a bar is a metre long, however long the bar that it is cut from."""
    found = bodies.volume(given, unit, is_hollow=False)
    assert found == (None if cubic_metres is None else pytest.approx(cubic_metres))
