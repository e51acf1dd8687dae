"""Parameters in packages of openLCA: formulas count, and one that cannot leaves its amount."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

OLCA = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "olca.py")))
STEEL = OLCA.STEEL
made, out, parameter, process, refused, scores, taken, told = (
    OLCA.made, OLCA.out, OLCA.parameter, OLCA.process, OLCA.refused, OLCA.scores, OLCA.taken, OLCA.told,
)  # fmt: skip


@pytest.mark.parametrize("schema", [1, 2])
def test_formulas_count_with_the_parameters_of_process_and_package(packed, schema):
    """Those of a process hide those of all; a stated parameter is stated, whatever formula stands beside it."""
    everyone = [parameter("Rate", 0.5), parameter("loss", formula="2*rate"), parameter("Odd", 4.0) | {"formula": "1/0"}]
    own = [parameter("rate", 3.0, scope="PROCESS_SCOPE"), parameter("sum_", formula="RATE+loss+odd")]
    mill = process("mill", made(STEEL), out(99.0, amountFormula="if(rate > 1; sum_; 0)"), parameters=own)
    read = taken(packed(*everyone, mill, schema=schema))
    assert scores(read) == {"mill": 8.0}
    assert told(read).count("olca-formula-other") == 1
    assert "= if(rate > 1; sum_; 0)" in read.source.exchanges[0]["note"]


def test_a_formula_that_agrees_with_its_amount_is_not_told(packed):
    """Exports hold both."""
    assert told(taken(packed(process("mill", made(STEEL), out(2.0, amountFormula="1+1"))))) == []


@pytest.mark.parametrize("formula", ["nobody*2", "1/0", "foo(1)", "((", "a"])
def test_a_formula_that_cannot_be_worked_out_leaves_its_amount(packed, formula):
    """Files keep what was worked out last; it is told. Without an amount the exchange is refused."""
    own = [parameter("a", formula="b"), parameter("b", formula="a")]
    read = taken(packed(process("mill", made(STEEL), out(2.0, amountFormula=formula), parameters=own)))
    assert scores(read) == {"mill": 2.0}
    assert told(read) == ["olca-formula-kept"]
    assert "[inventory-formula-" in refused(
        packed(process("mill", made(STEEL), out(None, amountFormula=formula), parameters=own))
    )
