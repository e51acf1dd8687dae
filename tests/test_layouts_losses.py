"""What is lost, as columns tell it: per cent, per thousand or kilograms, besides a quantity or within it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint import importing
from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming import headers
from footprint.layouts.naming.layout import Layout, stated
from footprint.tables.read import read, read_any

ON = dt.date(2026, 1, 1)
Taken = Callable[..., Imported]


@pytest.fixture
def taken(tmp_path: Path) -> Taken:
    def take(*texts: str, **constants: str) -> Imported:
        for at, text in enumerate(texts):
            (tmp_path / f"bom{at}.csv").write_text(text, encoding="utf-8")
        return imported([read(tmp_path / f"bom{at}.csv") for at in range(len(texts))], stated(constants, Layout()), ON)

    return take


def of(caption: str, *cells: str, quantity: str = "用量", unit: str = "kg") -> str:
    rows = "".join(f"A{at},件,10,{unit},{cell}\n" for at, cell in enumerate(cells))
    return f"编码,名称,{quantity},单位,{caption}\n{rows}"


def losses(made: Imported) -> list[object]:
    return [row.values.get("loss") for row in lines.rows(made, {}.fromkeys(("bom0.csv", "bom1.csv"), "F1"), "")]


@pytest.mark.parametrize(("caption", "cells"), [
    ("损耗率%", ("3", "0.03")), ("损耗率", ("3", "5", "0.04")), ("成品率%", ("80", "0.9")),
    ("良率(%)", ("0.95", "0.9")), ("使用比例%", ("100", "1")),
])  # fmt: skip
def test_what_is_hardly_per_cent_is_rejected(taken: Taken, caption: str, cells: tuple[str, ...]) -> None:
    """A loss a tenth of any other that would be like them as a fraction, and a yield of one per cent or less."""
    found = taken(of(caption, *cells))
    last = found.parts[0].losses.problems | found.parts[0].quantities.problems
    assert "may be per cent or a share of 1" in str(last[len(cells) - 1])
    assert found.states[0][-1].state == "rejected"


@pytest.mark.parametrize(("caption", "cells", "wanted"), [
    ("损耗率%", ("40", "2", "0.5"), [0.4, 0.02, 0.005]), ("损耗率%", ("3", "0.002"), [0.03, 0.00002]),
    ("损耗率%", ("3", "0.5"), [0.03, 0.005]), ("损耗率%", ("0.5", "0.2"), [0.005, 0.002]),
    ("损耗率‰", ("5", "0.5"), [0.005, 0.0005]), ("损耗率", ("5‰", "5%"), [0.005, 0.05]),
])  # fmt: skip
def test_small_losses_are_what_they_say(taken: Taken, caption: str, cells: list[str], wanted: list[float]) -> None:
    """Half a per cent beside three is one; per thousand may be as small as they like."""
    assert losses(taken(of(caption, *cells))) == pytest.approx(wanted)


def test_a_column_whose_per_cent_are_hardly_any_is_asked_about(taken: Taken) -> None:
    """0.03 below 损耗率% may be a cell formatted as 3 %."""
    with pytest.raises(FootprintError, match="import-loss"):
        taken(of("损耗率%", "0.03", "0.05"))
    assert losses(taken(of("损耗率%", "0.03"), loss="fraction")) == [0.03]
    assert losses(taken(of("损耗率%", "0.03"), loss="percent")) == [0.0003]


def test_a_loss_in_kilograms_is_an_amount(taken: Taken) -> None:
    """A header with a unit of mass tells no rate: the size of the order is asked for, and its unit counts."""
    with pytest.raises(FootprintError, match="import-lot"):
        taken(of("工艺损耗(kg)", "0.5"))
    made = taken(of("工艺损耗(g)", "500"), lot_size="1")
    assert made.parts[0].losses.values[0].fixed == pytest.approx(0.05)
    assert "the header g" in str(taken(of("工艺损耗(g)", "500", unit="件"), lot_size="1").parts[0].losses.problems[0])
    assert "'0.5 kg' is no number" in str(taken(of("损耗率", "5%", "0.5 kg")).parts[0].losses.problems[1])


def test_a_long_column_of_losses_takes_no_long_time(taken: Taken) -> None:
    """Each different number is judged once."""
    before = time.process_time()
    taken(of("损耗率%", *(str(1 + at % 50) for at in range(20_000))))
    assert time.process_time() - before < 5


GROSS = ["用量(含损耗)", "含损耗用量", "毛用量", "Qty incl. scrap", "Gross quantity", "Menge inkl. Ausschuss"]


@pytest.mark.parametrize("caption", GROSS)
def test_a_quantity_that_holds_its_loss_is_not_raised_by_it(taken: Taken, tmp_path: Path, caption: str) -> None:
    """The workbook says that its quantities are gross, and so does the account."""
    made = taken(of("损耗率%", "5", quantity=caption))
    told = "\n".join(account(made, lines.rows(made, {"bom0.csv": "F1"}, ""), "en"))
    assert f"'{caption}' hold their losses" in told
    importing.write(importing.Import((tmp_path / "bom0.csv",), ON), tmp_path / "out.xlsx", "en")
    product = next(sheet for sheet in read_any(tmp_path / "out.xlsx").sheets if sheet.name == "Product")
    assert any("gross" in row for row in product.rows)


@pytest.mark.parametrize("caption", GROSS)
def test_beside_a_net_quantity_the_gross_one_is_named(taken: Taken, caption: str) -> None:
    """In whichever order they stand."""
    made = taken(f"编码,{caption},净用量,单位\nA,10.5,10,kg\n")
    rows = lines.rows(made, {"bom0.csv": "F1"}, "")
    assert [row.quantity for row in rows] == [10]
    assert f"were not read: {caption}" in "\n".join(account(made, rows, "en"))


def test_gross_beside_net_quantities_with_losses_are_asked_about(taken: Taken) -> None:
    """One workbook has one of both; without losses it is no matter."""
    net, gross = of("损耗率%", "5"), of("损耗率%", "5", quantity="毛用量").replace("A0", "B0")
    with pytest.raises(FootprintError, match="import-net-and-gross"):
        taken(net, gross)
    assert len(taken(of("损耗率%", "0"), gross).lines) == 2
    assert len(taken(net, gross, quantities="net").lines) == 2


@pytest.mark.parametrize("caption", ["毛重", "Gross weight", "毛坯重量", "含量", "毛坯尺寸"])
def test_gross_masses_are_no_quantities(caption: str) -> None:
    """What is gross besides quantities keeps its meaning."""
    assert "other_quantity" not in headers.meant(caption).fields


@pytest.mark.parametrize("row", ["1.2,1,83.3%", "1.2,1000 g,83.3%", "10,8,80"])
def test_a_quota_that_holds_what_is_lost_is_asked_about(taken: Taken, row: str) -> None:
    """``材料定额 x 利用率 = 净重`` in every row: the quota is gross, and is not divided once more."""
    text = f"物料编码,物料名称,材料定额(kg),净重(kg),材料利用率(%)\nA,件,{row}\nB,件,0.5,0.4,80\n"
    with pytest.raises(FootprintError, match="quantities=gross, or --set quantities=net"):
        taken(text)
    assert losses(taken(text, quantities="gross")) == losses(taken(text, quantities="net"))


@pytest.mark.parametrize("row", ["1,1,80", "1.2,1,100", "1.2,1.1,83.3", "1.2,,83.3"])
def test_a_quota_that_is_no_gross_mass_is_no_question(taken: Taken, row: str) -> None:
    """The net mass itself, one without a loss, and one that comes to something else."""
    made = taken(f"物料编码,物料名称,材料定额(kg),净重(kg),材料利用率(%)\nA,件,{row}\n")
    assert made.lines[0].amount == float(row.partition(",")[0])


def test_pieces_beside_a_quota_may_multiply_it(taken: Taken) -> None:
    """``每台件数``: the quota may be that of one of two."""
    text = "零件图号,零件名称,材料消耗定额(kg),每台件数\nA,轴,10,2\nB,盖,5,1\n"
    with pytest.raises(FootprintError, match="import-multiplies"):
        taken(text)
    assert [line.amount for line in taken(text, **{"columns.每台件数": "multiplier"}).lines] == [20.0, 5.0]


def test_a_loss_that_makes_the_gross_quantity_is_lost_of_each(taken: Taken) -> None:
    """``净用量 + 损耗量 = 毛用量`` in every row needs no size of an order; 2.2 beside them does."""
    text = "料号,品名,净用量,损耗量,毛用量,单位\nA,a,2,0.1,2.1,kg\nB,b,1,0.05,1.05,kg\n"
    assert losses(taken(text)) == pytest.approx([0.1 / 2.1, 0.05 / 1.05])
    with pytest.raises(FootprintError, match="lot_size=1 if"):
        taken(text.replace("2.1", "2.2"))
    assert losses(taken(text.replace("2.1", "2.2"), lot_size="1")) == pytest.approx([0.1 / 2.1, 0.05 / 1.05])
