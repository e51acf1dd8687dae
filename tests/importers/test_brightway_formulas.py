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


def parametrised(path: Path, formula: str, amount: object, *own: Row, **asked: Any) -> Read:
    """Return a widget that gives off what a formula says, beside parameters of project, database and activity."""
    outer = [
        ("Project parameters",), ("name", "amount", "formula"), ("p", 10.0), (None,),
        ("Database parameters",), ("name", "amount", "formula"), ("a", 2.0), ("b", None, "a*3 + p"), (None,),
    ]  # fmt: skip
    rows = block("widget", "unit", MADE, (*CO2[:2], amount, *CO2[3:], None, None, formula), header=WITH_FORMULA)
    return taken(written(path, [*outer, *rows[:4], *own, *rows[4:]]), **asked)


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
@pytest.mark.parametrize("amount", [None, 0.0, 4.0])
def test_a_formula_that_cannot_be_worked_out_stops_the_import_or_is_a_gap(
    tmp_path: Path, formula: str, amount: float | None
) -> None:
    """Whatever stands beside it: files are written with noughts there."""
    with pytest.raises(DatabaseError, match=r"fg.xlsx:lci!C\d+: .*inventory-formula"):
        parametrised(tmp_path, formula, amount)
    read = parametrised(tmp_path, formula, amount, allow_unlinked=True)
    assert [row["name_en"] for row in read.source.activities if row["kind"] == "gap"] == [CO2[0]]


def grouped(path: Path, *own: tuple[str, Sequence[Row]], formula: str = "x + g") -> Read:
    """Return two goods: the first gives off what ``formula`` says; with headers and rows of parameters of both."""
    rows: list[Row] = [("Database parameters",), ("name", "amount"), ("x", 1.0), ("g", 100.0), (None,)]
    for name, (group, stated) in zip(("first", "second"), own, strict=True):
        made = (name, name, 1.0, "kilogram", "CN", "", "production", None, None, None)
        gas = (*CO2[:2], 0, *CO2[3:], None, None, formula if name == "first" else "1")
        listed = block(name, "kilogram", made, gas, header=WITH_FORMULA)
        rows += [*listed[:4], ("Parameters", group), ("name", "amount", "formula", "group"), *stated, *listed[4:]]
    return taken(written(path, rows))


@pytest.mark.parametrize(("groups", "cells", "total"), [
    (("mine", "mine"), ("", ""), 7.0), (("mine", "other"), ("", ""), 102.0), (("", ""), ("", ""), 102.0),
    (("", ""), ("mine", "mine"), 7.0), (("", ""), ("mine", "other"), 102.0),
])  # fmt: skip
def test_activities_of_one_group_share_their_parameters(
    tmp_path: Path, groups: Sequence[str], cells: Sequence[str], total: float
) -> None:
    """As Brightway has them, before those of database and project; groups are named above the rows, or in them."""
    own = [("x", 2.0, None, cells[0])], [("g", None, "y + 1", cells[1]), ("y", 4.0, None, cells[1])]
    read = grouped(tmp_path, *zip(groups, own, strict=True))
    assert scores(read) == {"first": total, "second": 1.0}


def test_a_parameter_that_a_group_states_twice_or_with_nothing_is_no_number(tmp_path: Path) -> None:
    """Nor is that of the database taken in its place; stated twice alike it is one."""
    with pytest.raises(DatabaseError, match="the parameter 'g' is stated several times in one group"):
        grouped(tmp_path, ("mine", [("g", 2.0)]), ("mine", [("g", 3.0)]))
    with pytest.raises(DatabaseError, match="nothing says what 'g' is"):
        grouped(tmp_path, ("mine", [("g",)]), ("mine", [("y", 3.0)]))
    assert scores(grouped(tmp_path, ("mine", [("g", 2.0)]), ("mine", [("g", 2.0)])))["first"] == 3.0


def test_amounts_of_a_package_count_as_brightway_has_calculated_them(tmp_path: Path) -> None:
    """It carries no parameters; a formula counts where no amount stands."""
    for amount, formula, total in ((4.0, "nobody * 2", 4.0), (None, "3 * 2", 6.0)):
        gas = {"input": OF.FOSSIL, "type": "biosphere", "amount": amount, "formula": formula}
        made = {"input": ("fg", "steel"), "type": "production", "amount": 1.0}
        read = taken(OF.package(tmp_path, {"steel": OF.node(made, gas, name="steel")}))
        assert (scores(read), read.notices) == ({"steel": total}, ())
