"""The pedigree matrix against published numbers: the formula, both sets of factors, and the scores it refuses."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from footprint.quality.pedigree import V3, factors, spread

V1 = "ecoinvent-v1"


def sigma(scores: Sequence[int], basic: float, scheme: str = V1) -> float:
    """Return the deviation of scores on a basic squared geometric standard deviation."""
    return spread(";".join(map(str, scores)), math.log(basic) / 2, scheme=scheme) or 0.0


def gsd2(scores: Sequence[int], basic: float, scheme: str = V1) -> float:
    return math.exp(2 * sigma(scores, basic, scheme))


CASE = Path(__file__).parents[2] / "shared" / "cases" / "14_pedigree" / "expected.json"


@pytest.mark.parametrize(
    ("scores", "basic", "expected"),
    [((4, 3, 2, 2, 3), 1.05, 1.308302), ((2, 2, 3, 1, 2), 1.05, 1.126730), ((4, 5, 3, 5, 4), 2.0, 2.349284),
     ((1, 1, 1, 1, 1), 1.05, 1.05)],
)  # fmt: skip
def test_the_formula_gives_the_published_values(scores: tuple[int, ...], basic: float, expected: float) -> None:
    """brightway-lca/pedigree_matrix, first set: to the sixth decimal."""
    assert gsd2(scores, basic) == pytest.approx(expected, abs=1e-6)


def test_six_indicators_give_the_published_spreadsheet() -> None:
    """The carbon fibre inventory of brightway-lca/from-the-ground-up: sigma as its spreadsheet holds it."""
    if not CASE.is_file():
        pytest.skip("the published case is not at hand")
    case = json.loads(CASE.read_text(encoding="utf-8"))["carbon_fibre_xlsx"]
    expected = case["expected_scale(sigma)"]
    table = factors("ecoinvent-v1")
    *indicators, basic = case["U_factors(U1..U6,Ub as GSD^2)"]
    scores = [table[name].index(u) + 1 for name, u in zip(table, indicators, strict=True)]
    assert sigma(scores, basic) == pytest.approx(expected, rel=1e-15)


def test_the_variances_of_version_3_add_up() -> None:
    """Scores 2, 3, 4, 2, 3 on a basic variance of 0.0006: sigma 0.13351, squared GSD 1.30607."""
    basic = math.exp(2 * math.sqrt(0.0006))
    assert sigma((2, 3, 4, 2, 3), basic, V3) == pytest.approx(0.13351, abs=5e-6)
    assert gsd2((2, 3, 4, 2, 3), basic, V3) == pytest.approx(1.30607, abs=5e-6)
    assert sigma((1, 1, 1, 1, 1), basic, V3) == pytest.approx(math.sqrt(0.0006), rel=1e-12)


@pytest.mark.parametrize("scheme", ["ecoinvent-v1", "ciroth"])
def test_a_worse_score_is_never_more_certain(scheme: str) -> None:
    """Each factor grows with its score, from 1: a perfect pedigree leaves the basic uncertainty."""
    for row in factors(scheme).values():
        assert list(row) == sorted(row)
        assert row[0] == 1
    assert sigma((1, 1, 1, 1, 1), 1.5, scheme) == pytest.approx(0.5 * math.log(1.5))


def test_an_unknown_matrix_is_refused() -> None:
    """No scheme stands in for one that is not there; scores on the scale of a rating lead to no deviation."""
    with pytest.raises(KeyError):
        factors("ecoinvent-v9")
    assert spread("pact -;-;1;2;2") is None
    assert spread("pact -;-;1;2;2", 0.3) == 0.3
