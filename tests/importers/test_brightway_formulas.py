"""Brightway's workbooks: formulas count with the parameters of the file, its activities and its project."""

from __future__ import annotations

import runpy
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.importers.asked import Read
from footprint.errors import DatabaseError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "brightway.py")))
CO2, HEADER, MADE, STEEL = OF.CO2, OF.HEADER, OF.MADE, OF.STEEL
block, said, scores, taken, written = OF.block, OF.said, OF.scores, OF.taken, OF.written
Row = Sequence[Any]


def test_a_formula_that_was_never_calculated_is_told(tmp_path: Path) -> None:
    """Its cell has no value; it is not executed here."""
    assert "fg.xlsx:lci!C19: the formula has no stored value" in said(tmp_path, MADE, (*STEEL[:2], "=1+1", *STEEL[3:]))


WITH_FORMULA = (*HEADER, "formula")


def parametrised(path: Path, formula: str, amount: object, *own: Row) -> Read:
    """Return a widget that gives off what a formula says, beside parameters of project, database and activity."""
    outer = [
        ("Project parameters",), ("name", "amount", "formula"), ("p", 10.0), (None,),
        ("Database parameters",), ("name", "amount", "formula"), ("a", 2.0), ("b", None, "a*3 + p"), (None,),
    ]  # fmt: skip
    rows = block("widget", "unit", MADE, (*CO2[:2], amount, *CO2[3:], None, None, formula), header=WITH_FORMULA)
    return taken(written(path, [*outer, *rows[:4], *own, *rows[4:]]))


@pytest.mark.parametrize(("formula", "total"), [
    ("a*b", 32.0), ("-a**2 + 2**3**2", 508.0), ("log(exp(a))", 2.0), ("max(a, p) if a > 1 else 0", 10.0), ("B/A", 8.0),
])  # fmt: skip
def test_formulas_count_with_the_parameters_of_the_file(tmp_path: Path, formula: str, total: float) -> None:
    """As Python reads them, whether an amount stands there or not; one that differs is told."""
    read = parametrised(tmp_path, formula, None)
    assert scores(read)["widget"] == pytest.approx(total)
    read = parametrised(tmp_path, formula, 1.0)
    assert scores(read)["widget"] == pytest.approx(total)
    assert "olca-formula-other" in [notice.code for notice in read.notices]


def test_parameters_of_an_activity_come_first_and_keep_its_exchanges(tmp_path: Path) -> None:
    """They stand between what it says of itself and its exchanges."""
    own = [("Parameters", "group"), ("name", "amount", "formula"), ("a", 5.0), ("c", None, "a + p")]
    assert scores(parametrised(tmp_path, "c*2", None, *own)) == {"widget": 30.0}


@pytest.mark.parametrize("formula", ["nobody", "a^2", "__import__('os')", "a.real", "[1][0]", "1/0", "9**9**9**9", "("])
def test_a_formula_that_cannot_be_worked_out_leaves_its_amount(tmp_path: Path, formula: str) -> None:
    """Which is told; without an amount it stops the import."""
    read = parametrised(tmp_path, formula, 4.0)
    assert scores(read)["widget"] == pytest.approx(4.0)
    assert "olca-formula-kept" in [notice.code for notice in read.notices]
    with pytest.raises(DatabaseError, match=r"inventory-formula"):
        parametrised(tmp_path, formula, None)
