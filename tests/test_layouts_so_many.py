"""How many products quantities are for: said in a caption, a title or a heading, it is divided by or asked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts.bill import Imported
from footprint.layouts.locating import so_many

Taken = Callable[..., Imported]
HEADER = "编码,名称,用量,单位\n"


def _amounts(made: Imported) -> list[float | None]:
    return [line.amount for line in made.lines]


@pytest.mark.parametrize(("text", "count", "products"), [
    ("包装清单（每箱24瓶）", 24, 24), ("包装（24瓶/箱）", 24, 24), ("(per 100 sets)", 100, 100),
    ("以下用量为100台", 100, 100), ("Box for 12 pcs", 12, 1),
    ("计算基数：100台", 100, 100), ("用量（百台）", 100, 100), ("按 1,000 套计", 1000, 1000),
    ("24 bottles per case", 24, 24),
    ("钢板 100mm", 1, 1), ("第2台用量", 1, 1), ("共24个零件", 24, 1), ("BOM, 3 pages", 1, 1), ("产品：4只装电池", 4, 1),
    ("2024年用量", 1, 1), ("1台用量", 1, 1), ("Parts list of 12 parts", 1, 1),
])  # fmt: skip
def test_a_count_of_pieces_is_one_of_products_where_it_says_for_what(text: str, count: float, products: float) -> None:
    """Pieces that something is for; not those of a size, an order of things, or of parts."""
    assert (so_many.count(text), so_many.told(text)) == (count, products)


@pytest.mark.parametrize("caption", ["用量/100台份", "用量/百台", "用量(每百台)", "用量/100 sets", "Qty per 100 sets"])
def test_a_caption_that_says_per_so_many_is_divided_by(taken: Taken, caption: str) -> None:
    """``/`` and 每 leave no doubt."""
    assert _amounts(taken(f"编码,名称,{caption},单位\nA,件,50,kg\n")) == [0.5]


def test_a_thousand_may_be_written_as_a_letter(taken: Taken) -> None:
    """``用量/K``."""
    assert _amounts(taken("编码,名称,用量/K\nA,件,50\n", unit="kg")) == [0.05]


@pytest.mark.parametrize("text", [
    "编码,名称,用量(100台),单位\nA,件,50,kg\n", "编码,名称,用量（百台）,单位\nA,件,50,kg\n",
    f"以下用量为100台\n{HEADER}A,件,50,kg\n",
    f"(per 100 sets)\n{HEADER}A,件,50,kg\n", f"计算基数：100台\n{HEADER}A,件,50,kg\n",
    f"产品: X   (以下用量为100台)\n{HEADER}A,件,50,kg\n", f"包装清单（每箱100瓶）\n{HEADER}A,件,50,kg\n",
])  # fmt: skip
def test_a_number_of_products_is_asked_about(taken: Taken, text: str) -> None:
    """A count in a caption or a title that may be what the quantities are for; either answer is taken."""
    with pytest.raises(FootprintError, match="State --set base_quantity=100, or --set base_quantity=1"):
        taken(text)
    assert _amounts(taken(text, base_quantity="100")) == [0.5]
    assert _amounts(taken(text, base_quantity="1")) == [50.0]


def test_a_tonne_is_a_thousand_kilograms_of_the_product(taken: Taken) -> None:
    """``生产1吨产品用量`` may be for 1000 kg."""
    with pytest.raises(FootprintError, match="base_quantity=1000"):
        taken(f"生产1吨产品用量\n{HEADER}A,件,50,kg\n")


def test_a_heading_within_a_table_may_be_for_many(taken: Taken) -> None:
    """Rows of packaging for 24 bottles: a column tells so of these rows, or they are for one."""
    text = f"{HEADER}A,瓶,1,个\n包装（24瓶/箱）,,,\nC,纸箱,12,个\n"
    with pytest.raises(FootprintError, match="import-rows-for-many"):
        taken(text)
    assert _amounts(taken(text, base_quantity="1")) == [1.0, 12.0]
    based = "编码,名称,用量,单位,基数\nA,瓶,1,个,1\n包装（24瓶/箱）,,,,\nC,纸箱,12,个,24\n"
    assert _amounts(taken(based)) == [1.0, 0.5]


@pytest.mark.parametrize("heading", ["包装材料", "一、电子件", "共24个零件", "机械件 3 种"])
def test_other_headings_are_no_question(taken: Taken, heading: str) -> None:
    """Names of groups, and counts of their parts."""
    assert _amounts(taken(f"{HEADER}A,瓶,1,个\n{heading},,,\nC,纸箱,12,个\n")) == [1.0, 12.0]


def test_a_thousand_pieces_are_a_unit_or_products(taken: Taken) -> None:
    """``用量(千只)``: pieces by the thousand, or what a thousand products take, in a unit that must be stated then."""
    text = "编码,名称,用量(千只)\nA,件,100\n"
    with pytest.raises(FootprintError, match="base_quantity=1000, or --set base_quantity=1"):
        taken(text)
    in_thousands = taken(text, base_quantity="1")
    assert (_amounts(in_thousands), in_thousands.parts[0].quantities.units) == ([100.0], ["kpcs"])
    with pytest.raises(FootprintError, match="import-unit-unstated"):
        taken(text, base_quantity="1000")
    assert _amounts(taken(text, base_quantity="1000", unit="item")) == [0.1]
