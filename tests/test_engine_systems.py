"""Systems without a meaningful answer are refused by name; the reference and the ledger are compared, not trusted."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background
from footprint.engine import reference
from footprint.engine.compile import intensities
from footprint.engine.whole import compare
from footprint.model.background import Key
from footprint.model.system import System
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
FOSSIL = Key("fossil", "AR6", "verified")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def solved(bill: Callable[..., Path], folder: Path) -> Any:
    text = "L1 | plate | 2 kg | steel\nL2 | foil | 1 kg | paint\n[Processes]\np | product | PUMP | 1 item"
    path = bill(f"{text}\np | emission | sf6 | 1 g", product=LINE.plain_product())
    background: Background = LINE.opened(folder)
    return LINE.run(read(path), background, LINE.rules())


def test_a_loop_of_exactly_one_is_singular() -> None:
    """Solvers answer it with zero or with a billion; here its members are named."""
    system = System(("a", "b", "c"), (1.0, 1.0, 1.0), ((0, 1, 2.0), (1, 0, 0.5)), ((2, FOSSIL, 1.0),))
    assert LINE.refused(lambda: intensities(system, "small")) == (
        "small: the system is singular and has no solution: a, b. Check outputs and loops of these activities. "
        "[system-singular]"
    )


@pytest.mark.parametrize("kept", [1e-7, 1e-9, 1e-11, 1e-13])
def test_an_answer_that_is_not_accurate_is_no_answer(kept: float) -> None:
    """A loop that keeps one part in 1e7 amplifies rounding beyond 1e-9: refused, whatever its residual looks like."""
    back = ((0, 1, 0.7 / 3), (1, 2, 1 / 3), (2, 0, 9 * (1 - kept)))
    system = System(("a", "b", "c"), (1.0, 0.7, 1.0), back, ((1, FOSSIL, 1.0),))
    said = re.sub(r"to \d\.\de-\d\d,", "to so much,", LINE.refused(lambda: intensities(system, "small")))
    assert said == (
        "small: the solution is only accurate to so much, not 1e-9. Look for loops that return almost all they make, "
        "and for units that are off by many orders of magnitude. [system-inaccurate]"
    )


def test_a_system_without_any_burden_is_refused_by_the_reference() -> None:
    """An inventory of nothing is no result."""
    assert LINE.refused(lambda: reference.solve(System(("a",), (1.0,), (), ()), {"a": 1.0})) == (
        "system: the system has no emission at all. Check the database. [system-without-burdens]"
    )


def test_the_reference_counts_gaps_and_runs_too(solved: Any) -> None:
    """What bw2calc answers: impact by key, gaps by code, supply by activity."""
    system = System(("a", "b"), (1.0, 2.0), ((0, 1, 4.0),), ((1, FOSSIL, 3.0),), ((1, "x", 0.5),))
    found = reference.solve(system, {"a": 10.0})
    assert found.impact == pytest.approx({FOSSIL: 60.0}, rel=1e-12)
    assert found.gaps == pytest.approx({"x": 10.0}, rel=1e-12)
    assert found.supply == pytest.approx({"a": 10.0, "b": 20.0}, rel=1e-12)


def test_reference_and_ledger_agree(solved: Any, folder: Path) -> None:
    """On a sound ledger they agree to 1e-9 of the sum of absolute postings."""
    agreement = compare(solved.ruled, solved.ledger, 1.0, LINE.system(folder, "AR6"))
    assert agreement.difference <= 1e-12
    assert agreement.total == pytest.approx(solved.ledger.total(), rel=1e-12)


@pytest.mark.parametrize("change", ["drop", "scale", "move", "add"])
def test_a_ledger_that_is_wrong_is_caught(solved: Any, folder: Path, change: str) -> None:
    """A posting dropped, scaled by 1e-8, moved to another class or made up: told as a disagreement."""
    first, *rest = solved.ledger.postings
    other = {Key("aircraft", "AR6", "verified"): next(iter(first.factor.values()))}
    postings = {
        "drop": rest, "scale": [first._replace(supply=first.supply * (1 + 1e-8)), *rest],
        "move": [first._replace(factor=other), *rest], "add": [first, *rest, first._replace(factor=other)],
    }[change]  # fmt: skip
    wrong = solved.ledger._replace(postings=tuple(postings))
    said = LINE.refused(lambda: compare(solved.ruled, wrong, 1.0, LINE.system(folder, "AR6")))
    assert said.startswith("pump.xlsx: ledger and Brightway reference differ by ")
    assert said.endswith(", more than 1e-9. Please report the workbook as a bug. [reference-disagrees]")
