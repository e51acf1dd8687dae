"""What is asked where numbers of an import may mean something else; as answered, they are those by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported, imported
from footprint.layouts.gaps import known_mass
from footprint.layouts.naming.layout import Layout, stated
from footprint.tables.read import read

ON = dt.date(2026, 1, 1)
Taken = Callable[..., Imported]


@pytest.fixture
def taken(tmp_path: Path) -> Taken:
    def take(text: str, *said: str) -> Imported:
        (tmp_path / "bom.csv").write_text(text, encoding="utf-8")
        given = {key: value for key, _, value in (one.partition("=") for one in said)}
        return imported([read(tmp_path / "bom.csv")], stated(given, Layout()), ON)

    return take


def mass(made: Imported) -> float:
    total, known, ends = known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))
    return total if known == ends else -1


def said(made: Imported) -> str:
    return "\n".join(account(made, lines.rows(made, {"bom.csv": "F1"}, ""), "en"))


def asks(taken: Taken, text: str, remedy: str, *given: str) -> None:
    """Check that a file is refused with this remedy."""
    with pytest.raises(FootprintError) as raised:
        taken(text, *given)
    assert f"--set {remedy}" in str(raised.value).replace('"', "")


@pytest.mark.parametrize(("unit", "one", "is_open"), [
    ("m3", "1028", False), ("L", "1.028", False), ("m3", "5", True), ("L", "0.8", True),
])  # fmt: skip
def test_no_row_is_denser_than_any_matter(taken: Taken, unit: str, one: str, *, is_open: bool) -> None:
    """1,028 kg are those of a cubic metre, and not of 3 litres."""
    text = f"Code,Name,Qty,Unit,Net weight (kg)\nA,solvent,0.003,{unit},{one}\nB,lid,2,pcs,0.5\n"
    if is_open:
        asks(taken, text.replace("0.003", "0.3"), "mass_of=row")
    else:
        assert mass(taken(text)) == pytest.approx(1 + 0.003 * float(one), rel=1e-12)


@pytest.mark.parametrize("caption", ["单重(kg)", "单件净重(kg)", "Unit weight (kg)", "Mass each (kg)", "Weight (kg)"])
@pytest.mark.parametrize("other", ["倍数", "每车数", "How many"])
def test_a_mass_beside_numbers_that_may_count_is_asked_about(taken: Taken, caption: str, other: str) -> None:
    """2 kg three times and 1 kg four times are 10 kg; 3 kg where the numbers count nothing."""
    text = f"Part name,{caption},{other}\nA,2,3\nB,1,5\n"
    asks(taken, text, f"columns.{other}=quantity")
    assert mass(taken(text, f"columns.{other}=quantity", "unit=pcs")) == 11
    assert mass(taken(text, f"columns.{other}=ignore")) == 3


@pytest.mark.parametrize("other", ["No.,1,2", "Year,2021,2020", "Share %,30,70", "Distance (km),40,20", "Text,a,b"])
def test_masses_beside_what_counts_nothing_are_taken(taken: Taken, other: str) -> None:
    """Numbers of rows, years, shares and measures are no counts."""
    caption, one, two = other.split(",")
    assert mass(taken(f"Material,Weight (kg),{caption}\nSteel,2,{one}\nCopper,1,{two}\n")) == 3


@pytest.mark.parametrize("captions", ["Needed,UoM,Price,Amount", "stock_qty,uom,rate,amount"])
def test_money_is_no_quantity(taken: Taken, captions: str) -> None:
    """What is a price times a column nobody knows; without such a column an amount beside a price is one."""
    text = f"Code,Name,{captions}\nA,Steel,1.5,kg,3,4.5\nB,Cu,2,kg,8,16\n"
    count = captions.partition(",")[0]
    asks(taken, text, f"columns.{count}=quantity")
    assert mass(taken(text, f"columns.{count}=quantity")) == 3.5
    assert mass(taken(text, f"columns.{count}=ignore")) == 20.5
    assert mass(taken("Ingredient,Amount,Unit,Price\nA,4,kg,3\nB,2,kg,8\n")) == 6


def test_a_caption_that_is_stated_is_what_is_stated(taken: Taken) -> None:
    """It counts before what the words say, and takes its meaning from any other; the rest stays as it is known."""
    text = "Code,Qty,Unit,Menge netto\nA,2,kg,3\n"
    assert mass(taken(text)) == 2
    assert mass(taken(text, "columns.Menge netto=quantity")) == 3
    with pytest.raises(FootprintError, match="columns"):
        taken(text, "columns.Qty=nothing")


@pytest.mark.parametrize("unit", ["mm", "m", "m2", "L"])
@pytest.mark.parametrize("caption", ["Mass (kg)", "重量(kg)", "Nettogewicht (kg)", "净重(kg)"])
def test_a_mass_beside_a_length_may_be_that_of_the_row(taken: Taken, unit: str, caption: str) -> None:
    """A tube of 2000 mm weighs 1.2 kg, not 2400; stated of a unit, or of one of it, nothing is asked."""
    text = f"Code,Name,Qty,Unit,{caption}\nA,tube,2000,{unit},1.2\nB,lid,2,pcs,0.5\n"
    asks(taken, text, "mass_of=row")
    assert mass(taken(text, "mass_of=row")) == pytest.approx(2.2, rel=1e-12)
    assert mass(taken(text, "mass_of=unit")) == 2401
    assert mass(taken(text.replace("2000", "1"))) == 2.2
    cells = text.replace("1.2\n", "1.2,1.2\n").replace("0.5\n", "0.5,1\n")
    whole = cells.replace(caption, f"{caption},Total mass (kg)")
    assert mass(taken(whole)) == pytest.approx(2.2, rel=1e-12)


@pytest.mark.parametrize("caption", ["单重(kg)", "Weight (kg/m2)", "每米重量(kg/m)"])
def test_a_mass_of_one_is_that_of_one_unit(taken: Taken, caption: str) -> None:
    """1.6 of 11.5 kg each weigh 18.4 kg, whatever they are; nobody weighs a millimetre."""
    unit = "m2" if "m2" in caption else "m"
    text = f"编码,名称,用量,单位,{caption}\nA,料,1.6,{unit},11.5\n"
    assert mass(taken(text)) == pytest.approx(18.4, rel=1e-12)
    if "/" not in caption:
        asks(taken, text.replace(f",{unit},", ",mm,"), "mass_of=row")


@pytest.mark.parametrize("title", [
    "BOM for 10 units", "Bill of material per 10 pcs", "Recipe for 10 kg", "产品：涂料  产量：10 t", "产出：10 kg",
    "Yield: 10 kg", "Yield,10 L", "Batch size 10 L", "生产10台用料清单", "Batch output: 10 kg", "Rezeptur für 10 kg",
])  # fmt: skip
def test_what_a_title_says_the_quantities_are_for_is_asked_about(taken: Taken, title: str) -> None:
    """So many pieces, or so much of it: the quantities are divided by them, or not."""
    text = f"{title},,\nIngredient,Qty,Unit\nA,600,kg\nB,400,kg\n"
    asks(taken, text, "base_quantity=10")
    assert mass(taken(text, "base_quantity=10")) == pytest.approx(100, rel=1e-12)
    assert mass(taken(text, "base_quantity=1")) == 1000


@pytest.mark.parametrize("title", [
    "BOM for 3 phase motor", "Washing machine 10 kg", "Box for 12 pcs", "Material list 2024", "Yield strength: 235 MPa",
    "Batch: 12345", "Kettle for 2 L", "BOM for 1 unit", "Recipe for 1 kg",
])  # fmt: skip
def test_a_title_that_names_the_product_asks_nothing(taken: Taken, title: str) -> None:
    """Numbers of products, sizes and batches are not how much it is for."""
    assert mass(taken(f"{title},,\nIngredient,Qty,Unit\nA,6,kg\nB,4,kg\n")) == 10


@pytest.mark.parametrize("title", ["Batch yield: 98 %", "Process yield,98%", "总收率：98%", "Yield: 98"])
def test_a_yield_is_a_share_whatever_stands_before_it(taken: Taken, title: str) -> None:
    """98 of 100 come of it; none comes to less than nothing."""
    made = taken(f"{title},,\nIngredient,Qty,Unit\nA,10,kg\n")
    assert made.lines[0].loss == pytest.approx(0.02)


@pytest.mark.parametrize("rows", [
    "一、金属,3,kg\n铜,2,kg\n钢,1,kg\n二、塑料,1,kg\nABS,1,kg\n", "Metals,6,kg\nCopper,3,kg\nSteel,2,kg\nTin,1,kg\n",
    "A. Metals,3,pcs\nCopper,2,pcs\nSteel,1,pcs\nB. Rest,5,pcs\nPE,1,pcs\nPP,4,pcs\n",
])  # fmt: skip
def test_sums_above_their_rows_are_asked_about(taken: Taken, rows: str) -> None:
    """A list that is all in parts, each begun by its sum: twice as much as there is, or parts as well."""
    text = f"名称,用量,单位\n{rows}"
    asks(taken, text, "sums=leave")
    both, half = (sum(line.amount or 0 for line in taken(text, f"sums={each}").lines) for each in ("count", "leave"))
    assert half == both / 2


@pytest.mark.parametrize("rows", [
    "A,3,kg\nB,2,kg\nC,2,kg\n", "A,2,kg\nB,1,kg\nC,1,kg\n", "A,1,pcs\nB,1,pcs\nC,1,pcs\nD,1,pcs\n",
    "A,4,pcs\nB,2,pcs\nC,1,pcs\nD,1,pcs\nE,2,pcs\nF,1,pcs\nG,1,pcs\n",
])  # fmt: skip
def test_rows_that_only_happen_to_add_up_are_rows(taken: Taken, rows: str) -> None:
    """Pieces of different things come to any number, and two rows to a third."""
    assert len(taken(f"Name,Qty,Unit\n{rows}").lines) == rows.count("\n")


def test_the_quantity_of_what_another_column_names_is_asked_about(taken: Taken) -> None:
    """Three boards in each of two shells are six: nobody knows whether they are multiplied already."""
    text = "总成,总成数量,零件,零件数量,单位,单重(kg)\n壳,2,板,3,个,1\n壳,2,钉,4,个,0.1\n盖,1,片,1,个,2\n"
    asks(taken, text, "columns.总成数量=ignore")
    assert mass(taken(text, "columns.总成数量=ignore")) == pytest.approx(5.4, rel=1e-12)


def test_numbers_nobody_knows_are_named(taken: Taken) -> None:
    """A factor may change what is used; numbers of rows do not."""
    text = "Code,Name,Qty,Unit,{}\nA,a,2,kg,{}\nB,b,3,kg,{}\n"
    assert "not known and change nothing: Zahlwort." in said(taken(text.format("Zahlwort", 3, 1)))
    for cells in (("Zahlwort", 1, 1), ("Zahlwort", 10, 20), ("Zahlwort", "x", 3), ("Price", 3, 1)):
        assert "change nothing" not in said(taken(text.format(*cells)))
    assert "change nothing" not in said(taken(text.format("Zahlwort", 3, 1), "columns.Zahlwort=ignore"))


def test_a_quantity_is_per_what_its_column_says(taken: Taken) -> None:
    """5 per 1000 are 0.005; a lot is an order, and how much it makes is asked for."""
    head = "Code,Name,Qty,Unit"
    assert mass(taken(f"{head},Per\nA,a,5,kg,1000\nB,b,1,kg,1\n")) == 1.005
    for caption, one in (("Per", "Unit"), ("Basis", "Item")):
        text = f"{head},{caption}\nA,a,2,kg,{one}\nB,b,1,kg,Lot\n"
        asks(taken, text, "lot_size=1000")
        assert mass(taken(text, "lot_size=100")) == 2.01
        assert mass(taken(text.replace("Lot", one))) == 3


@pytest.mark.parametrize(("caption", "text", "field", "given", "kg"), [
    ("Zählwort", "Part,Qty,Zählwort\nA,2,kg\nB,500,g\n", "unit", (), 2.5),
    ("Wägewort", "Part,Qty,Unit,Mass,Wägewort\nA,1,pcs,120,mg\nB,1,pcs,30,kg\n", "mass_unit", (), 30.00012),
])
def test_a_column_of_units_is_named_where_none_is_known(
    taken: Taken, caption: str, text: str, field: str, given: tuple[str, ...], kg: float
) -> None:
    """What a remedy states of all rows must not go against what stands beside each."""
    asks(taken, text, f"columns.{caption}={field}")
    assert mass(taken(text, f"columns.{caption}={field}", *given)) == pytest.approx(kg, rel=1e-12)


@pytest.mark.parametrize("flags", [("", "X", ""), ("Y", "N", "N"), ("X", "", "X"), ("是", "否", "否")])
def test_flags_are_no_parents(taken: Taken, flags: tuple[str, str, str]) -> None:
    """An X beside what is an assembly is no code of one."""
    rows = "".join(f"{at},{code},{at},KG,{flag}\n" for at, code, flag in zip((1, 2, 3), "ABC", flags, strict=True))
    assert mass(taken(f"Item,Component,Qty,Unit,Assembly\n{rows}")) == 6


@pytest.mark.parametrize("codes", [("X", "", ""), ("X", "X", "X")])
def test_a_product_called_as_a_flag_is_a_parent(taken: Taken, codes: tuple[str, str, str]) -> None:
    """It stands with each of its parts, or once for all of them."""
    rows = "".join(f"{above},{code},1,KG\n" for code, above in zip("ABC", codes, strict=True))
    assert taken(f"Assembly,Component,Qty,Unit\n{rows}").product == "X"


@pytest.mark.parametrize("caption", ["Trim %", "Process loss %", "Reject rate", "裁剪损耗%", "加放率", "Abfall %"])
def test_numbers_that_may_tell_a_loss_are_asked_about(taken: Taken, caption: str) -> None:
    """Under a caption nobody knows that has a word for one; none where there is nothing but zeros."""
    text = f"Code,Name,Qty,Unit,{caption} X\nA,a,2,kg,3\nB,b,3,kg,5\n"
    asks(taken, text, f"columns.{caption} X=loss")
    assert taken(text, f"columns.{caption} X=loss", "loss=percent").lines[0].loss == 0.03
    assert taken(text, f"columns.{caption} X=ignore").lines[0].loss is None
    assert taken(text.replace(",3\n", ",0\n").replace(",5\n", ",0\n")).lines[0].loss is None


def test_grades_and_sizes_in_numbers_are_specified(taken: Taken) -> None:
    """304, 45 and 6061 are how materials are written, as numbers or as texts."""
    made = taken("Code,Name,Material,Spec,Qty,Unit\nA,plate,304,1.5,1,pcs\nB,bar,45,x,1,pcs\n")
    specified = [row.values["specification"] for row in lines.rows(made, {"bom.csv": "F1"}, "")]
    assert [{*text.split("; ")} for text in specified] == [{"304", "1.5"}, {"45", "x"}]


def test_a_unit_in_doubt_gives_no_mass(taken: Taken) -> None:
    """Two of ML may be millilitres or megalitres: what a corrected unit makes of it is not written before."""
    made = taken("料号,品名,用量,单位,密度(g/cm3)\nU0,油,2,ML,1\n")
    assert "net_mass" not in lines.rows(made, {"bom.csv": "F1"}, "")[0].values
    assert mass(taken("料号,品名,用量,单位,密度(g/cm3)\nU0,油,2,ML,1\n", "units.ML=mL")) == pytest.approx(0.002)


def test_groups_that_look_like_products_may_be_taken_as_one_list(taken: Taken) -> None:
    """Names of assemblies once above their parts: choosing one of them would leave out the others."""
    text = "Assembly,Component,Qty,Unit\nHousing,A,2,kg\n,B,3,kg\nMotor,C,1,kg\n,D,2,kg\n"
    asks(taken, text, "structure=flat")
    assert mass(taken(text, "structure=flat")) == 8


@pytest.mark.parametrize(("text", "kg"), [
    ("Nr.;Beschreibung;Menge pro;Einheitencode\nA;a;2,5;KG\nB;b;1;KG\n", 3.5),
    ("编码,名称,主数量,主单位\nA,a,2,kg\n", 2),
    ("Component,Description,Link quantity,Unit\nA,a,2,KG\n", 2),
    ("MATNR,IDNRK,MENGE,MEINS\nP,A,2,ST\nA,B,3,KG\nP,C,1,KG\n", 7), ("MATNR,MENGE,MEINS\nA,2,KG\n", 2),
    ("MATNR,BMENG,IDNRK,MENGE,MEINS\nP,100,A,250,KG\n", 2.5),
    ("型材名称,米重(kg/m),长度(mm),数量\nA,1.2,1000,2\n", 2.4),
])  # fmt: skip
def test_plain_exports_under_their_own_captions_are_read(taken: Taken, text: str, kg: float) -> None:
    """As systems write them, without a question."""
    assert mass(taken(text)) == pytest.approx(kg, rel=1e-12)
