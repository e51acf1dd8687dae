"""EcoSpold 1: shares exchange by exchange, wastes and avoided products."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "ecospold1.py")))
ALL, STEEL = OF.ALL, OF.STEEL
allocation, dataset, given_off, imported, product, said, scores, taken = (
    OF.allocation, OF.dataset, OF.given_off, OF.imported, OF.product, OF.said, OF.scores, OF.taken,
)  # fmt: skip


def test_waste_is_the_consumption_of_its_treatment_and_avoided_products_count_negative(tmp_path: Path) -> None:
    """Whatever its direction in the file."""
    burning = dataset("burning", product("burning"), given_off(3.0))
    for group in ("in 3", "in 5", "out 3"):
        car = dataset("car", product("car"), taken("burning", 2.0, group=group))
        assert scores(imported(tmp_path, burning, car))["car"] == pytest.approx(6.0)
    car = dataset("car", product("car"), given_off(10.0), taken("steel", 2.0, group="out 1"))
    assert scores(imported(tmp_path, STEEL, car))["car"] == pytest.approx(6.0)


def test_a_waste_taken_may_be_what_a_process_is_run_for(tmp_path: Path) -> None:
    """An input of its own name and amount, where there is no product: its treatment. Another amount is consumed."""
    burning = dataset("ash", taken("ash", "1.00", group="in 5"), given_off(3.0))
    car = dataset("car", product("car"), taken("ash", 2.0, group="out 3"))
    assert scores(imported(tmp_path, burning, car)) == {"ash": pytest.approx(3.0), "car": pytest.approx(6.0)}
    grid = dataset("grid", taken("grid", 0.5), given_off(3.0))
    assert scores(imported(tmp_path, grid)) == {"grid": pytest.approx(6.0)}


@pytest.mark.parametrize("whole", [100.0, 1.0])
def test_each_product_bears_its_share_of_each_exchange(tmp_path: Path, whole: float) -> None:
    """Shares that differ by exchange, in per cent or as parts of one: what the products bear is what there is."""
    both = dataset(
        "chlorine", product("chlorine", 1, 2.0, "out 2"), product("soda", 2, 4.0, "out 2"),
        taken("steel", 1.0, number=3), given_off(10.0, number=4),
        allocation(1, whole * 0.75, 3), allocation(2, whole * 0.25, 3),
        allocation(1, whole * 0.4, 4), allocation(2, whole * 0.6, 4), kind=5,
    )  # fmt: skip
    read = imported(tmp_path, STEEL, both)
    found = scores(read)
    assert found["chlorine | chlorine"] == pytest.approx((0.75 * 2.0 + 0.4 * 10.0) / 2.0)
    assert found["soda | chlorine"] == pytest.approx((0.25 * 2.0 + 0.6 * 10.0) / 4.0)
    assert ("inventory-ratio" in said(read)) == (whole == 1.0)
    assert "Allocated by economic value." in {row["note"] for row in read.source.activities}


@given(
    parts=st.lists(st.lists(st.floats(0, 10), min_size=3, max_size=3).filter(lambda row: sum(row) > 0.1), min_size=1,
                   max_size=5),
    amounts=st.lists(st.floats(0.1, 100), min_size=5, max_size=5),
)  # fmt: skip
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_allocation_loses_nothing(tmp_path: Path, parts: list[list[float]], amounts: list[float]) -> None:
    """Whatever the shares are: the products together bear what their process gives off."""
    exchanges = [given_off(amounts[n], number=10 + n) for n in range(len(parts))]
    shares = [
        allocation(product + 1, 100 * row[product] / sum(row), 10 + n)
        for n, row in enumerate(parts) for product in range(3)
    ]  # fmt: skip
    made = [product(f"p{n}", n + 1, n + 1.0, "out 2") for n in range(3)]
    found = scores(imported(tmp_path, dataset("all", *made, *exchanges, *shares, kind=5)))
    assert sum((n + 1) * found[f"p{n} | all"] for n in range(3)) == pytest.approx(sum(amounts[: len(parts)]), rel=1e-9)


@pytest.mark.parametrize("whole", [100.0, 1.0])
def test_a_lone_product_bears_the_share_that_is_stated(tmp_path: Path, whole: float) -> None:
    """Its co-products may stand in files of their own."""
    car = dataset("car", product("car", 1), given_off(8.0, 4), allocation(1, 0.75 * whole, 4))
    assert scores(imported(tmp_path, car)) == {"car": pytest.approx(6.0)}


def test_what_no_product_bears_is_borne_by_the_reference(tmp_path: Path) -> None:
    """An exchange without a stated share is not lost, and it is said."""
    both = dataset(
        "chlorine", product("soda", 2, 1.0, "out 2"), product("chlorine", 1, 1.0), given_off(10.0, number=4),
        given_off(3.0, number=5), allocation(1, 40, 4), allocation(2, 60, 4),
    )  # fmt: skip
    read = imported(tmp_path, both)
    assert scores(read) == {"chlorine | chlorine": pytest.approx(7.0), "soda | chlorine": pytest.approx(6.0)}
    assert "inventory-unshared" in said(read)


def test_products_without_any_share_leave_everything_to_the_reference(tmp_path: Path) -> None:
    """Nothing is guessed: the by-product is a gap for whoever uses it."""
    both = dataset("chlorine", product("soda", 2, 1.0, "out 2"), product("chlorine", 1), given_off(10.0))
    user = dataset("soap", product("soap"), taken("soda", 1.0))
    read = imported(tmp_path, both, user, asked=ALL)
    assert scores(read) == {"chlorine | chlorine": pytest.approx(10.0), "soap": 0}
    assert {"inventory-all-to-first", "inventory-no-share"} <= said(read)


def test_shares_that_do_not_sum_up_are_said(tmp_path: Path) -> None:
    """They are taken as they are."""
    both = dataset(
        "chlorine", product("chlorine", 1), product("soda", 2, 1.0, "out 2"), given_off(10.0, number=4),
        allocation(1, 40, 4), allocation(2, 30, 4),
    )  # fmt: skip
    assert "inventory-shares" in said(imported(tmp_path, both))
