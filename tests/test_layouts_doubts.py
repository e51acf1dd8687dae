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
from footprint.layouts.layout import Layout, stated
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
