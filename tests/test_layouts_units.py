"""Words for units in exported bills: those of trade, and the ids that systems tell units by."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from footprint import units
from footprint.layouts.naming import measures
from footprint.layouts.naming.layout import Layout


@pytest.mark.parametrize(("word", "times", "unit"), [
    ("uom.product_uom_kgm", 1, "kg"), ("product.product_uom_unit", 1, "item"), ("product_uom_dozen", 1, "dozen"),
    ("uom.product_uom_litre", 1, "L"), ("uom.uom_square_meter", 1, "m2"), ("uom.product_uom_day", 8, "h"),
    ("uom.product_uom_ton", 1, "t"), ("uom.product_uom_qt", 0.25, "gal (US)"), ("uom.product_uom_pack_6", 6, "item"),
    ("Unit(s)", 1, "item"), ("Hour(s)", 1, "h"), ("GRO", 144, "item"),
])  # fmt: skip
def test_units_are_known_by_their_ids(word: str, times: float, unit: str) -> None:
    """With or without the module that they are kept in; a day of such a system is one of eight hours."""
    found = measures.measured(word, Layout())
    assert found is not None
    assert (found.times, found.unit) == (times, unit)


def test_other_ids_are_no_units() -> None:
    """Those of a company of its own are asked about, and what is in doubt stays so."""
    doubtful = ("own.product_uom_bag", "product_uom_", "MT", "CT", "ct")
    assert {measures.measured(each, Layout()) for each in doubtful} == {None}


def test_each_word_for_a_unit_stands_for_one_that_is_known() -> None:
    """Once, with who says so."""
    path = Path(measures.__file__).parents[2] / "data" / "bom_units.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert [units.unit(row["unit"]).symbol for row in rows] == [row["unit"] for row in rows]
    assert len({row["word"] for row in rows}) == len(rows)
    assert all(row["source"] and float(row["times"]) > 0 and row["word"] == row["word"].casefold() for row in rows)
