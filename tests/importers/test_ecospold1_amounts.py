"""EcoSpold 1: units, amounts, bounds and deviations of exchanges."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "ecospold1.py")))
CO2, STEEL = OF.CO2, OF.STEEL
dataset, exchange, given_off, imported, product, refused, scores, taken = (
    OF.dataset, OF.exchange, OF.given_off, OF.imported, OF.product, OF.refused, OF.scores, OF.taken,
)  # fmt: skip


def test_units_convert_and_unlike_ones_do_not(tmp_path: Path) -> None:
    """Grams of what is made in kilograms are converted; a volume of it is refused."""
    assert scores(imported(tmp_path, STEEL, dataset("car", product("car"), taken("steel", 500.0, unit="g"))))[
        "car"
    ] == pytest.approx(1.0)
    assert "[inventory-other-unit]" in refused(
        tmp_path, STEEL, dataset("car", product("car"), taken("steel", 1.0, unit="m3"))
    )


def test_units_of_inventories_are_those_of_inventories(tmp_path: Path) -> None:
    """``ma`` and ``my`` are metres and years, ``p`` a piece."""
    road = dataset("road", exchange(9, "out 0", 1, name="road", location="CH", unit="my"), given_off(5.0), unit="my")
    made = imported(
        tmp_path, road, dataset("lorry", product("lorry", unit="p"), taken("road", 2.0, unit="ma"), unit="p")
    )
    assert {row["unit"] for row in made.source.activities} == {"m·a", "item"}
    assert scores(made)["lorry"] == pytest.approx(10.0)


def test_what_is_taken_from_air_is_an_uptake(tmp_path: Path) -> None:
    """Resources and emissions share group 4; the kind of group decides."""
    wood = dataset(
        "wood", product("wood"), exchange(4, "in 4", 1.8, name="Carbon dioxide, in air", category="resource"),
        given_off(0.1),
    )  # fmt: skip
    rows = imported(tmp_path, wood).source.exchanges
    assert sorted((row["flow"], float(row["amount"])) for row in rows) == [("co2-fossil", 0.1), ("co2-uptake", 1.8)]


@pytest.mark.parametrize(("attribute", "value"), [
    ("meanValue", ""), ("meanValue", "1,5"), ("meanValue", "NaN"), ("meanValue", "inf"), ("meanValue", "1_0"),
    ("meanValue", "1e999"), ("meanValue", "two"),
])  # fmt: skip
def test_amounts_that_are_none_are_named_with_their_place(tmp_path: Path, attribute: str, value: str) -> None:
    """All of them at once."""
    bad = exchange(5, "in 5", None, name="steel", location="CH", **{attribute: value})
    worse = exchange(6, "out 4", None, **{**CO2, attribute: value})
    text = refused(tmp_path, STEEL, dataset("car", product("car"), bad, worse, number=4))
    told = f"'{value}' is no number. " if value else "the attribute 'meanValue' is missing, or empty. "
    assert f"data.xml:dataset 4 exchange 5: {told}" in text
    assert "dataset 4 exchange 6" in text


@pytest.mark.parametrize("inside", ["", "<inputGroup>7</inputGroup>", "<inputGroup/>", "<outputGroup>5</outputGroup>",
                                    "<inputGroup>5</inputGroup><outputGroup>0</outputGroup>"])  # fmt: skip
def test_an_exchange_of_no_group_or_two_is_refused(tmp_path: Path, inside: str) -> None:
    """Whether it is made or taken, nobody can tell."""
    bad = f'<exchange number="5" name="steel" unit="kg" meanValue="1">{inside}</exchange>'
    assert "dataset 1 exchange 5" in refused(tmp_path, dataset("car", product("car"), bad))


def test_bounds_without_a_mean_have_one(tmp_path: Path) -> None:
    """The mean of a triangle is a third of its corners, that of an even spread the middle."""
    steel = [
        exchange(1, "out 4", None, **CO2, uncertaintyType="3", minValue="1", mostLikelyValue="2", maxValue="6"),
        exchange(2, "out 4", None, **CO2, uncertaintyType="4", minValue="1", maxValue="6"),
    ]
    read = imported(tmp_path, dataset("steel", product("steel"), *steel))
    assert [float(row["amount"]) for row in read.source.exchanges] == [3.0, 3.5]
    assert "maxValue=6" in read.source.exchanges[0]["note"]


def test_lognormal_deviations_are_kept_with_their_scores(tmp_path: Path) -> None:
    """The square of the geometric standard deviation, scores included; bad ones are told as they stand."""
    steel = [
        given_off(1.0, 1, uncertaintyType="1", standardDeviation95="1.44", generalComment="(2,3,1,1,na,4); measured"),
        given_off(1.0, 2, uncertaintyType="1", standardDeviation95="0"),
        given_off(1.0, 3, uncertaintyType="2", standardDeviation95="0.2"),
    ]
    rows = imported(tmp_path, dataset("steel", product("steel"), *steel)).source.exchanges
    assert [(row["gsd"], row["pedigree"]) for row in rows] == [("1.2", "2;3;1;1;-"), ("", ""), ("1.1048961461", "")]
    assert rows[0]["gsd_is"] == "total"
    assert "standardDeviation95=0" in rows[1]["note"]
