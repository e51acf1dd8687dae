"""SimaPro CSV: parameters, formulas and numbers, with either decimal sign, and what comes to no number."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint.errors import DatabaseError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "simapro.py")))
STEEL = OF.STEEL
imported, made, refused, scores, taken, text = OF.imported, OF.made, OF.refused, OF.scores, OF.taken, OF.text


def test_parameters_work_in_the_order_of_their_scopes(tmp_path: Path) -> None:
    """Those of a process come before those of the project, these before those of the database; case does not matter."""
    shared = """Database Input parameters
a;1;Undefined;0;0;0;No;
b;10;Undefined;0;0;0;No;

End

Database Calculated parameters
twice;2 * B;

End

Project Input parameters
A;3;Undefined;0;0;0;No;

End

Project Calculated parameters
sum;a + twice ^ 2;

End
"""
    one = made(
        "One",
        1.0,
        Materials_fuels="Steel;kg;SUM + c;Undefined;0;0;0;",
        Input_parameters="b;1000;Undefined;0;0;0;No;",
        Calculated_parameters="c;sqrt(4) * b;",
    )
    read = imported(tmp_path, STEEL, one, shared)
    assert scores(read)["One"] == pytest.approx(1.0 + 2.0 * (3 + 20**2 + 2 * 1000))
    assert "'= SUM + c" in {row["note"] for row in read.source.exchanges}


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("nowhere * 2", "inventory-formula-name"),
        ("1 / 0", "inventory-formula-number"),
        ("round_", "inventory-formula-loop"),
        ("__import__('os')", "inventory-formula"),
        ("2 +", "inventory-formula-syntax"),
        ("", "inventory-number"),
        ("1e999", "inventory-number"),
        ("(" * 500 + "1" + ")" * 500, "inventory-formula-deep"),
        ("1,000", "simapro-decimal"),
        ("12.500.000", "inventory-formula"),
    ],
)
def test_what_comes_to_no_number_is_named_with_its_line(tmp_path: Path, amount: str, code: str) -> None:
    """All rows at once, in a sentence each."""
    bad = made(
        "Car",
        Materials_fuels=[f"Steel;kg;{amount};Undefined;0;0;0;", "Steel;kg;x;Undefined;0;0;0;"],
        Calculated_parameters=["round_;turn;", "turn;round_;"],
    )
    told = refused(tmp_path, STEEL, bad)
    lines = text(STEEL, bad).split("\n")
    assert f"export.csv:line {lines.index(f'Steel;kg;{amount};Undefined;0;0;0;') + 1}: " in told
    assert code in told
    assert "'x'" in told


def test_a_formula_that_nothing_rests_on_may_be_wrong(tmp_path: Path) -> None:
    """Databases carry parameters that nobody uses."""
    read = imported(tmp_path, made("Steel", 2.0, Calculated_parameters=["bad;1 +;", "loop;loop;"]))
    assert scores(read) == {"Steel": 2.0}


def test_numbers_with_the_other_sign_are_read_unless_they_may_be_thousands(tmp_path: Path) -> None:
    """A point in a file of commas parts decimals, where three digits do not stand behind it."""
    content = text(STEEL, made("Car", Materials_fuels="Steel;kg;0.125;Undefined;0;0;0;"), decimal=",")
    assert scores(taken(tmp_path, content))["Car"] == pytest.approx(0.25)
    with pytest.raises(DatabaseError, match="simapro-decimal"):
        taken(tmp_path, content.replace("0.125", "6.250"))


def test_formulas_of_both_decimal_signs_choose(tmp_path: Path) -> None:
    """Arguments stand between semicolons where commas part decimals: such a cell stands in quotes."""
    car = made(
        "Car",
        Materials_fuels='"Steel";kg;"iff(a=1,5; 2,5; 0)";Undefined;0;0;0;',
        Input_parameters="a;1,5;Undefined;0;0;0;No;",
    )
    assert scores(taken(tmp_path, text(STEEL, car, decimal=",")))["Car"] == pytest.approx(5.0)
    points = made(
        "Car",
        Materials_fuels="Steel;kg;Iff(a = 1.5, 2.5, 0);Undefined;0;0;0;",
        Input_parameters="a;1.5;Undefined;0;0;0;No;",
    )
    assert scores(imported(tmp_path, STEEL, points))["Car"] == pytest.approx(5.0)


def test_rows_without_an_amount_are_refused(tmp_path: Path) -> None:
    """Missing is not zero."""
    assert "[simapro-row]" in refused(tmp_path, STEEL, made("Car", Materials_fuels="Steel;kg"))
    assert "[inventory-number]" in refused(tmp_path, STEEL, made("Car", Materials_fuels="Steel;kg;;Undefined;0;0;0;"))


def test_many_problems_are_counted(tmp_path: Path) -> None:
    """The first of each kind are told, and how many there are."""
    told = refused(tmp_path, made("Car", Materials_fuels=["Steel;kg;x y;Undefined;0;0;0;"] * 500))
    assert len(told.split("\n")) == 21
    assert "500 amounts" in told
