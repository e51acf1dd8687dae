"""Rows that add up others are told by arithmetic, whatever they are called; where they may be parts, it is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import known_mass

Taken = Callable[..., Imported]
LIST = "名称,用量,单位\n铜,2,kg\n钢,1,kg\n{},3,kg\n"


def mass(made: Imported) -> float:
    return known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0]


def out(made: Imported) -> list[str]:
    return [why for (state, why), count in made.counts().items() for _ in range(count) if state == "excluded"]


@pytest.mark.parametrize("name", [
    "金属件合计", "一、金属小计", "本页小计", "材料费合计", "净重合计", "总重量", "产品总重", "全部", "Σ",
    "Subtotal metal", "Metal subtotal", "Sum metals", "Zwischensumme", "Zwischensumme Metall", "Gesamtgewicht",
    "Net weight", "Totale", "",
])  # fmt: skip
def test_what_is_called_a_sum_or_nothing_and_is_one_is_no_part(taken: Taken, name: str) -> None:
    """A row as much as those above it, with a word for a sum or a weight or without a name, is left out as a sum."""
    made = taken(LIST.format(name))
    assert (mass(made), out(made)) == (3, ["total-row"])
    assert mass(taken(LIST.format(name).replace("3,kg", "3,kg\nABS,4,kg\nPP,1,kg\nKunststoffe gesamt,5,kg"))) == 8


def test_a_grand_total_is_that_of_all_parts(taken: Taken) -> None:
    """Below sums of groups it adds up all parts, and none of these sums."""
    text = LIST.format("Net weight").replace("3,kg", "3,kg\nABS,4,kg\nPP,1,kg\nPlastics weight,5,kg\n{},8,kg")
    assert mass(taken(text.format("整机净重"))) == 8


def test_what_is_stated_to_count_does_whatever_it_is_called(taken: Taken) -> None:
    """A weight that happens to be as much as others is a part where that is said."""
    assert mass(taken(LIST.format("Weight"), sums="count")) == 6


def test_a_mass_that_is_no_sum_makes_a_part(taken: Taken) -> None:
    """Masses decide where a row tells one: as many pieces as above, of another mass, are no sum."""
    text = "名称,用量,单位,单重(kg)\n螺钉,2,个,1\n螺母,1,个,1\n配重 weight,3,个,0.2\n"
    assert mass(taken(text)) == pytest.approx(3.6)


@pytest.mark.parametrize("text", [
    LIST.format("Metalle"), "编码,名称,用量,单位\nA,铜,2,个\nB,钢,1,个\nC,铝,5,个\n,五金,8,个\n",
    "名称,用量,单位,单重(kg)\n铜,2,个,1.5\n钢,1,个,2\n金属,1,套,5\n",
])  # fmt: skip
def test_what_may_be_a_sum_is_asked_about(taken: Taken, text: str) -> None:
    """A row as much as those above it, without what tells of a part, is asked about; each answer is taken."""
    with pytest.raises(FootprintError, match=r"rows above it together.*sums=leave, or --set sums=count"):
        taken(text)
    assert len(taken(text, sums="leave").lines) + 1 == len(taken(text, sums="count").lines)


@pytest.mark.parametrize("text", [
    "编码,名称,用量,单位\nA,铜,2,kg\nB,钢,1,kg\nC,铝,3,kg\n", "名称,用量,单位\n螺钉,2,个\n螺母,2,个\n垫圈,4,个\n",
    "序号,名称,用量,单位\n1,铜,2,kg\n2,钢,1,kg\n3,铝,3,kg\n", "名称,用量,单位\n铜,2,kg\n铝,2,kg\n钢,1,kg\n",
    "编码,名称,用量,单位\nA,盖,2,个\nB,板,1,个\n,标签,3,个\n", "名称,用量,单位\n铜,2.1,kg\n钢,1.2,kg\n铝,3,kg\n",
    "名称,材质,用量,单位\n排,铜,2,kg\n板,钢,1,kg\n盖,铝,3,kg\n",
])  # fmt: skip
def test_parts_that_happen_to_be_as_much_as_others_are_parts(taken: Taken, text: str) -> None:
    """What has a code, a number or a material of its own is a part; so are pieces, which add up to any number."""
    assert (len(taken(text).lines), out(taken(text))) == (text.count("\n") - 1, [])


def test_a_counter_is_no_sum_of_what_is_as_much(taken: Taken) -> None:
    """What begins with a word for a sum, and is as much as a single row, is a part: 小计数器, Total Quartz."""
    assert mass(taken("名称,用量,单位\n小计数器,1,kg\n累计器,1.5,kg\nTotal Quartz,1.5,kg\n")) == 4


@pytest.mark.parametrize("name", ["Weight of product", "整机净重"])
def test_the_mass_of_the_product_below_its_parts_is_no_part(taken: Taken, name: str) -> None:
    """Masses decide where a row tells one: its quantity may be one product, and is then not compared."""
    made = taken(f"Part,Description,Qty,Unit,Mass (kg)\nA,a,2,pcs,1\n,{name},1,pcs,2\n")
    assert (mass(made), out(made)) == (2, ["total-row"])
    assert "in all" not in "\n".join(account(made, lines.rows(made, {"bom.csv": "F1"}, ""), "en"))


def test_the_unit_of_a_sum_is_that_of_its_rows(taken: Taken) -> None:
    """Kilograms are added to kilograms, however these are written; a sum without a unit is that of the only one."""
    assert mass(taken("名称,用量,单位\n铜,2,kg\n螺钉,4,个\n钢,1,千克\n总重,3,公斤\n")) == 3
    assert mass(taken("编码,名称,用量,单位\nA,a,200,g\nB,b,100,g\n-,,0.3,kg\n")) == pytest.approx(0.3)
    assert out(taken("编码,名称,用量,单位\nA,a,5,kg\nB,b,3,kg\n,,8,\n")) == ["total-row"]


def test_rows_without_a_code_that_make_up_the_one_above_are_shares_of_it(taken: Taken) -> None:
    """With a word for it they are left out, the others besides; else they may be parts as well, and it is asked."""
    text = "编码,名称,用量,单位\nA,铜材,2,kg\n,{}铜排,1500,g\n,铜线,0.5,kg\nB,钢,1,kg\n"
    made = taken(text.format("其中："))
    assert (mass(made), out(made)) == (3, ["of-which", "of-which"])
    with pytest.raises(FootprintError, match=r"the 2 rows from here add up to A above them.*sums=leave"):
        taken(text.format(""))
    assert [mass(taken(text.format(""), sums=each)) for each in ("leave", "count")] == [3, 5]
    assert mass(taken(text.format("").replace("0.5", "0.6"))) == 5.1


@pytest.mark.parametrize("name", ["其中：铜排", "of which recycled", "davon: Blech"])
def test_a_share_told_besides_is_no_part(taken: Taken, name: str) -> None:
    """What is told of which of the row above is in it already; with a code of its own it is a part."""
    text = "Code,Name,Qty,Unit\nA,铜材,2,kg\n{},{},0.5,kg\nB,钢,1,kg\n"
    made = taken(text.format("", name))
    assert (mass(made), out(made)) == (3, ["of-which"])
    assert mass(taken(text.format("A1", name))) == 3.5


@pytest.mark.parametrize("row", [
    ",,,,合計参考,278", ",,,updated in May,TOTAL,90.5", ",,,,Total incl. VAT,90", ",,,,Gesamt netto,9",
    "合計,,8,,,", "總計,,,,,9",
])  # fmt: skip
def test_a_word_for_a_sum_may_stand_in_any_column_of_a_row_without_name_and_amount(taken: Taken, row: str) -> None:
    """And in any script; a row with a name, or an amount of something, is a part whatever its notes say."""
    text = "Name,Unit,Qty,Bought,Shop,Euro\nmotor,kg,2,1,x,4\nplate,kg,3,1,x,4\n{}\nbolt,kg,1,1,x,1\n"
    made = taken(text.format(row))
    assert (mass(made), out(made)) == (6, ["total-row"])
    assert mass(taken(text.format("rod,kg,4,1,Total incl. VAT,1"))) == 10
    assert made.counts().total() == 4


@pytest.mark.parametrize("name", [
    "Totals:", "Project Total", "Assembly total", "Overall", "Total général", "Suma", "Razem", "Totaal", "All parts",
    "Itogo total", "Всего", "Summen", "合計", "Known total (approx.)", "Net weight of product", "Yhteensä",
])  # fmt: skip
@pytest.mark.parametrize("caption", ["Item", "Name"])
def test_a_last_row_called_a_sum_in_any_language_is_one(taken: Taken, caption: str, name: str) -> None:
    """With its own quantity of one, and its name where codes stand elsewhere."""
    made = taken(f"{caption},Qty,Weight (kg)\nMotor,1,2\nFrame,1,3\n{name},1,5\n")
    assert (mass(made), out(made)) == (5, ["total-row"])


@pytest.mark.parametrize("name", ["Known project total (USD about)", "Build total", "Totals:"])
def test_a_total_below_a_list_without_masses_is_no_part(taken: Taken, name: str) -> None:
    """By its word at the end of the list, whatever its price is; where it is stated to be a part it is one."""
    text = f"Item name,Qty,Price\nMotor,1,2\nFrame,2,3\nShaft,1,1\n{name},1,9\n"
    assert out(taken(text)) == ["total-row"]
    assert len(taken(text.replace(f"{name},1", f"{name} motor,1").replace("Totals: motor", "Motor 2")).lines) == 4
    assert len(taken(text.replace("Totals:", "Build total"), sums="count").lines) == 4


def test_what_only_arithmetic_calls_a_sum_is_asked_about_at_the_end(taken: Taken) -> None:
    """Where rows are called by what is read for codes; above others, or with another mass, it is a part."""
    text = "Item,Qty,Weight (kg)\nMotor,1,2\nFrame,1,3\nWagon,1,5\n"
    with pytest.raises(FootprintError, match="sums=leave, or --set sums=count"):
        taken(text)
    assert [mass(taken(text, sums=each)) for each in ("leave", "count")] == [5, 10]
    assert mass(taken(f"{text}Lamp,1,1\n")) == 11
    assert mass(taken(text.replace("Wagon,1,5", "Wagon,1,6"))) == 11
