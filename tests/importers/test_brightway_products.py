"""Inputs of Brightway's files go to the product that they name, or nowhere."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.errors import DatabaseError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "brightway.py")))
HEADER = ("name", "reference product", "amount", "unit", "location", "categories", "type", "database", "input")


def sawing(product: str, kilograms: float, unit: str = "kilogram", code: str = "") -> list[Any]:
    """Return an activity of sawing that makes ``product`` and gives off CO2."""
    rows = OF.block(
        "sawing", unit, ("sawing", product, 1.0, unit, "CN", "", "production", "fg"),
        ("Carbon dioxide, fossil", "", kilograms, "kilogram", "", "air", "biosphere"), header=HEADER,
    )  # fmt: skip
    return [rows[0], ("code", code), ("reference product", product), *rows[2:]]


def table(product: str, unit: str = "kilogram", database: str = "", key: str = "") -> list[Any]:
    """Return an activity that consumes one unit of a product of sawing."""
    made = ("table", "table", 1.0, "unit", "CN", "", "production")
    used = ("sawing", product, 1.0, unit, "CN", "", "technosphere", database, key)
    return list(OF.block("table", "unit", made, used, header=HEADER))


def score(path: Path, *rows: Any) -> float:
    """Return kg CO2e of a table."""
    return float(OF.scores(OF.taken(OF.written(path, rows)))["table"])


def refused(path: Path, *rows: Any) -> str:
    """Return what is in the way of a table."""
    with pytest.raises(DatabaseError) as exc:
        score(path, *rows)
    return exc.value.text()


def test_another_product_of_the_activity_is_not_taken(tmp_path: Path) -> None:
    """The file makes sawnwood; the table is of sawdust."""
    told = refused(tmp_path, *sawing("sawnwood", 9.0), *table("sawdust"))
    assert "no dataset makes 'sawing | sawdust'" in told


def test_of_two_products_the_one_named_is_taken(tmp_path: Path) -> None:
    """9 kg for sawnwood, 0.1 for sawdust."""
    both = (*sawing("sawnwood", 9.0), *sawing("sawdust", 0.1))
    assert score(tmp_path, *both, *table("sawdust")) == pytest.approx(0.1)
    assert score(tmp_path, *both, *table("sawnwood")) == pytest.approx(9.0)


@pytest.mark.parametrize(("made", "used"), [("", "sawnwood"), ("sawnwood", "")])
def test_who_states_no_product_means_the_only_one(tmp_path: Path, made: str, used: str) -> None:
    """Many files leave the product out on one side."""
    assert score(tmp_path, *sawing(made, 9.0), *table(used)) == pytest.approx(9.0)


def test_without_a_product_none_of_several_is_taken(tmp_path: Path) -> None:
    """Nobody knows which."""
    told = refused(tmp_path, *sawing("sawnwood", 9.0), *sawing("sawdust", 0.1), *table(""))
    assert "no dataset makes 'sawing'" in told


def test_another_unit_converts(tmp_path: Path) -> None:
    """A gram of sawdust is a thousandth."""
    both = (*sawing("sawnwood", 9.0, "cubic meter"), *sawing("sawdust", 0.1))
    assert score(tmp_path, *both, *table("sawdust", "gram")) == pytest.approx(0.0001)


def test_a_key_of_another_database_is_no_name(tmp_path: Path) -> None:
    """The same sawnwood of another database is another dataset: its key says so."""
    told = refused(tmp_path, *sawing("sawnwood", 9.0), *table("sawnwood", key="('other', 'abc')"))
    assert "no dataset makes 'sawing | sawnwood'" in told


def test_a_database_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A column alone keeps names of earlier days: the activity of the file counts, and that is told."""
    read = OF.taken(OF.written(tmp_path, [*sawing("sawnwood", 9.0), *table("sawnwood", database="other")]))
    assert OF.scores(read)["table"] == pytest.approx(9.0)
    assert [n.facts["database"] for n in read.notices if n.code == "brightway-database"] == ["other"]
    own = OF.taken(OF.written(tmp_path, [*sawing("sawnwood", 9.0), *table("sawnwood", database="fg")]))
    assert not [n for n in own.notices if n.code == "brightway-database"]


def test_a_package_links_no_other_product_either(tmp_path: Path) -> None:
    """A key of another database beside the name of an activity of this one."""
    co2 = {"type": "biosphere", "name": "Carbon dioxide, fossil", "categories": ("air",), "unit": "kilogram"}
    sawn = {"name": "sawing", "reference product": "sawnwood", "location": "DE", "unit": "kilogram"}
    made = {
        code: {**said, "exchanges": [{"type": "production", "input": ("fg", code), "amount": 1.0}, more]}
        for code, said, more in (
            ("s", sawn, {**co2, "amount": 9.0}),
            ("t", {**sawn, "name": "table", "reference product": "table"},
             {**sawn, "reference product": "sawdust", "type": "technosphere", "input": ("other", "x"), "amount": 1.0}),
        )
    }  # fmt: skip
    with pytest.raises(DatabaseError, match=r"no dataset makes 'sawing \| sawdust'"):
        OF.taken(OF.package(tmp_path, made))


def test_the_consumer_of_a_co_product_leads_to_it(tmp_path: Path) -> None:
    """Nothing shares between planks and bark: who takes bark has the one gap of that name, told once."""
    mill = OF.block(
        "planks", "kilogram", ("planks", "planks", 1.0, "kilogram", "CN", "", "production"),
        ("bark", "bark", 2.0, "kilogram", "CN", "", "production"),
        ("Carbon dioxide, fossil", "", 2.0, "kilogram", "", "air", "biosphere"), header=HEADER,
    )  # fmt: skip
    mulch = OF.block(
        "mulch", "kilogram", ("mulch", "mulch", 1.0, "kilogram", "CN", "", "production"),
        ("bark", "bark", 1.0, "kilogram", "CN", "", "technosphere"), header=HEADER,
    )  # fmt: skip
    read = OF.taken(OF.written(tmp_path, [*mill, *mulch]), allow_unlinked=True)
    about = [(n.code, n.facts["name"]) for n in read.notices if n.facts.get("name") == "bark"]
    assert about == [("inventory-no-share", "bark")]
    assert [row["name_en"] for row in read.source.activities if row["kind"] == "gap"] == ["bark"]


def steel(place: str, kilograms: float, product: str = "steel", unit: str = "kilogram") -> list[Any]:
    """Return an activity that makes steel at a place and gives off CO2."""
    made = ("steel", product, 1.0, unit, place, "", "production")
    gas = ("Carbon dioxide, fossil", "", kilograms, "kilogram", "", "air", "biosphere")
    rows = OF.block("steel", unit, made, gas, header=HEADER)
    return [rows[0], ("reference product", product), ("location", place), *rows[3:]]


@pytest.mark.parametrize("unit", ["kilogram", "", "ton"])
def test_who_states_no_place_means_the_only_one_that_makes_it(tmp_path: Path, unit: str) -> None:
    """Wherever the consumer is; a unit that is not stated is no other one, and one that converts is converted."""
    made = ("table", "table", 1.0, "unit", "CN", "", "production")
    used = ("steel", "steel", 2.0, unit, "", "", "technosphere")
    rows = OF.block("table", "unit", made, used, header=HEADER)
    total = 2 * 1.8 * (1000 if unit == "ton" else 1)
    assert score(tmp_path, *steel("GLO", 1.8), *rows) == pytest.approx(total)
    assert score(tmp_path, *steel("GLO", 1.8), *steel("RER", 9.0, "scrap", "megajoule"), *rows) == pytest.approx(total)
    assert score(tmp_path, *steel("GLO", 1.8), *steel("CN", 3.0), *rows) == pytest.approx(total / 1.8 * 3)
    assert "no dataset makes 'steel'" in refused(tmp_path, *steel("GLO", 1.8), *steel("RER", 3.0), *rows)
    elsewhere = OF.block("table", "unit", made, (*used[:4], "DE", *used[5:]), header=HEADER)
    assert "no dataset makes 'steel'" in refused(tmp_path, *steel("GLO", 1.8), *elsewhere)


def test_who_names_another_database_and_no_place_does_not_mean_the_only_one_here(tmp_path: Path) -> None:
    """What a database that is not there makes elsewhere is not what one of that name makes here."""
    made = ("table", "table", 1.0, "unit", "CN", "", "production", "")
    used = ("steel", "steel", 2.0, "kilogram", "", "", "technosphere", "another 3.9")
    rows = OF.block("table", "unit", made, used, header=(*HEADER, "database"))
    assert "no dataset makes 'steel'" in refused(tmp_path, *steel("GLO", 1.8), *rows)


def test_a_product_without_a_place_is_not_taken_for_that_of_another_activity(tmp_path: Path) -> None:
    """What an activity makes is its own, though one elsewhere is called as it is."""
    made = ("steel", "steel", 1.0, "kilogram", "", "", "production")
    gas = ("Carbon dioxide, fossil", "", 5.0, "kilogram", "", "air", "biosphere")
    mill = OF.block("mill", "kilogram", made, gas, header=HEADER)
    found = OF.scores(OF.taken(OF.written(tmp_path, [*steel("GLO", 1.8), *mill])))
    assert sorted(found.values()) == [1.8, 5.0]
