"""EcoSpold 1: suppliers are found by their words, and what a process makes by its reference."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "ecospold1.py")))
ALL, STEEL = OF.ALL, OF.STEEL
allocation, dataset, exchange, given_off, imported, product, refused, said, scores, taken = (
    OF.allocation, OF.dataset, OF.exchange, OF.given_off, OF.imported, OF.product, OF.refused, OF.said, OF.scores,
    OF.taken,
)  # fmt: skip


def test_a_supplier_is_found_by_its_words(tmp_path: Path) -> None:
    """Name, place, unit and infrastructure lead to the one that has them all, whatever its number is."""
    read = imported(
        tmp_path,
        STEEL,
        dataset("steel", product("steel", location="DE"), given_off(7.0), location="DE", number=5),
        dataset("steel", product("steel", infrastructureProcess="true"), given_off(90.0), infrastructureProcess="true"),
        dataset("car", product("car"), taken("Steel ", 3.0, number=5)),
    )
    assert scores(read)["car"] == pytest.approx(6.0)
    assert read.counts["by-provider"] == 1


def test_a_number_tells_suppliers_of_the_same_words_apart(tmp_path: Path) -> None:
    """Datasets that differ by their number alone are two, and an input with that number means one of them."""
    other = dataset("steel", product("steel"), given_off(7.0), number=2)
    read = imported(tmp_path, STEEL, other, dataset("car", product("car"), taken("steel", 1.0, number=2), number=3))
    assert scores(read)["car"] == pytest.approx(7.0)
    assert len(read.source.activities) == 3


def test_namesakes_without_a_number_are_not_guessed(tmp_path: Path) -> None:
    """An input that may mean two datasets is refused with both."""
    other = dataset("steel", product("steel"), given_off(7.0), number=2)
    text = refused(tmp_path, STEEL, other, dataset("car", product("car"), taken("steel", 1.0), number=3))
    assert "[inventory-several]" in text
    assert "data.xml:dataset 3 exchange 5" in text


def test_an_input_without_a_name_means_its_number(tmp_path: Path) -> None:
    """Where there is one of it; two of one number are not guessed."""
    car = dataset("car", product("car"), exchange(1, "in 5", 3.0), number=2)
    assert scores(imported(tmp_path, STEEL, car))["car"] == pytest.approx(6.0)
    other = dataset("iron", product("iron"), given_off(7.0))
    assert "#1 kg" in refused(tmp_path, STEEL, other, car)
    nothing = dataset("car", product("car"), exchange("", "in 5", 3.0), number=2)
    assert "exchange #2: the element 'name' is missing" in refused(tmp_path, nothing)


def test_another_place_is_another_supplier(tmp_path: Path) -> None:
    """What stands for another place is not taken, and what nobody makes is refused with its place in the file."""
    text = refused(tmp_path, STEEL, dataset("car", product("car"), taken("steel", 1.0, location="DE"), number=7))
    assert "data.xml:dataset 7 exchange 5: no dataset makes 'steel' (kg, DE). [inventory-unlinked]" in text


def test_an_input_without_place_means_the_one_there_is_or_that_of_its_place(tmp_path: Path) -> None:
    """Some systems write no place with what is consumed."""
    german = dataset("steel", product("steel", location="DE"), given_off(7.0), location="DE", number=2)
    car = dataset("car", product("car", location=""), taken("steel", 1.0, location=""), location="DE", number=3)
    assert scores(imported(tmp_path, STEEL, car))["car"] == pytest.approx(2.0)
    assert scores(imported(tmp_path, STEEL, german, car))["car"] == pytest.approx(7.0)


def test_a_process_without_an_exchange_of_its_product_makes_its_reference_function(tmp_path: Path) -> None:
    """Some systems leave the definition out; its amount counts."""
    car = dataset("car", taken("steel", 4.0), amount="2", unit="kg")
    assert scores(imported(tmp_path, STEEL, car))["car"] == pytest.approx(4.0)


def test_the_exchange_counts_where_the_reference_function_says_something_else(tmp_path: Path) -> None:
    """And it is said."""
    read = imported(tmp_path, dataset("car", product("car", amount=2), given_off(4.0), amount="1000"))
    assert scores(read)["car"] == pytest.approx(2.0)
    assert "ecospold1-reference" in said(read)


def test_a_process_is_found_by_its_own_name_where_its_product_has_another(tmp_path: Path) -> None:
    """A product of that name comes first."""
    smelter = dataset("smelting", product("pig iron"), given_off(2.0))
    car = dataset("car", product("car"), taken("smelting", 1.0))
    assert scores(imported(tmp_path, smelter, car))["car"] == pytest.approx(2.0)
    other = dataset("smelter", product("smelting"), given_off(9.0), number=2)
    assert scores(imported(tmp_path, smelter, other, car))["car"] == pytest.approx(9.0)


def test_a_placeholder_is_missing_and_not_zero(tmp_path: Path) -> None:
    """A dataset without anything in it, or a dummy, is a gap for its users; one that says it takes nothing is zero."""
    users = [dataset(f"user of {name}", product(f"user of {name}"), taken(name, 1.0)) for name in "ab"]
    empty, dummy = dataset("a"), dataset("Dummy_b", product("b"))
    read = imported(tmp_path, empty, dummy, *users, asked=ALL)
    assert len([row for row in read.source.activities if row["kind"] == "gap"]) == 2
    bare = imported(tmp_path, dataset("a", product("a")), users[0])
    assert scores(bare) == {"a": 0, "user of a": 0}
    assert "inventory-bare" in said(bare)


def test_one_process_twice_is_told(tmp_path: Path) -> None:
    """Equal in words and number: the first counts."""
    read = imported(tmp_path, STEEL, dataset("steel", product("steel"), given_off(9.0)))
    assert scores(read) == {"steel": 2.0}
    assert "inventory-twice" in said(read)


def test_products_of_one_name_stay_apart(tmp_path: Path) -> None:
    """Heat in two units from one process: two datasets, none lost."""
    both = dataset(
        "plant", product("heat", 1, unit="MJ"), product("heat", 2, unit="kg", group="out 2"), given_off(10.0, number=4),
        allocation(1, 40, 4), allocation(2, 60, 4), unit="MJ",
    )  # fmt: skip
    rows = imported(tmp_path, both).source.activities
    assert sorted(row["unit"] for row in rows) == ["MJ", "kg"]
