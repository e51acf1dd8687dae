"""Variables with numbers in common: they move together by what they share, and each keeps its own distribution."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest

from footprint.chained import Chained
from footprint.engine.sampling import stream
from footprint.engine.together import drawing, joint, origins
from footprint.model.uncertain import LOGNORMAL, Distribution, Variable

DRAWS = 100_000


def variable(id_: str, sigma: float, **causes: float) -> Variable:
    return Variable(id_, Distribution(LOGNORMAL, (sigma, 0.9)), "chain", "", tuple(causes.items()))


ONE = variable("one", 0.2, grid=0.8, ore=-0.36)
OTHER = variable("other", 0.3, grid=0.6)
ALONE = Variable("alone", Distribution(LOGNORMAL, (0.4,)), "stated")


def draws(*variables: Variable, seed: int = 1) -> dict[int, np.ndarray]:
    return drawing(variables, partial(stream, seed=seed))(DRAWS)


def test_each_keeps_its_distribution() -> None:
    """Median and deviation of the logarithm, within four standard errors; one without causes is drawn elsewhere."""
    found = draws(ONE, OTHER, ALONE)
    assert set(found) == {0, 1}
    for at, sigma in ((0, 0.2), (1, 0.3)):
        logs = np.log(found[at])
        assert logs.mean() == pytest.approx(math.log(0.9), abs=4 * sigma / math.sqrt(DRAWS))
        assert logs.std() == pytest.approx(sigma, rel=4 / math.sqrt(2 * DRAWS))


def test_they_are_correlated_by_what_they_share() -> None:
    """The grid behind both: 0.8 times 0.6."""
    found = draws(ONE, OTHER)
    assert np.corrcoef(np.log(found[0]), np.log(found[1]))[0, 1] == pytest.approx(0.48, abs=0.01)


def test_a_name_is_one_number_in_every_bill() -> None:
    """Beside other variables, in another place, a variable has the same draws; with another seed it has others."""
    assert np.array_equal(draws(ONE, OTHER)[0], draws(ALONE, OTHER, ONE)[2])
    assert not np.array_equal(draws(ONE)[0], draws(ONE, seed=2)[0])


def test_one_cause_is_the_whole_of_a_variable() -> None:
    """Two datasets that are one number each, the same one: their draws are powers of each other."""
    found = draws(variable("a", 0.2, row=1.0), variable("b", 0.4, row=-1.0))
    assert np.log(found[1] / 0.9) == pytest.approx(-2 * np.log(found[0] / 0.9))


def test_the_variance_is_that_of_independent_numbers() -> None:
    """Parts of 2, 1 and 3: what each origin makes adds up to the variance, which the joint movement gives too."""
    variables, parts = (ONE, OTHER, ALONE), (2.0, 1.0, 3.0)
    found = origins(variables, parts)
    assert found["grid"] == pytest.approx((2 * 0.8 + 0.6) ** 2)
    assert found["ore"] == pytest.approx((2 * 0.36) ** 2)
    variance = 4 + 1 + 9 + 2 * 2 * 0.48
    assert math.fsum(found.values()) == pytest.approx(variance)
    assert math.fsum(p * j for p, j in zip(parts, joint(variables, parts), strict=True)) == pytest.approx(variance)


def test_a_chain_has_the_mean_and_the_deviation_it_was_given() -> None:
    """The median of the lognormal lies below its mean; the deviation is of the nominal number, not of the mean."""
    found = Chained(1.3, 0.9, "chain", ()).distribution
    assert (found.mean, found.deviation) == (pytest.approx(1.3), pytest.approx(0.9))
    assert found.median == pytest.approx(1.3 / math.sqrt(1 + (0.9 / 1.3) ** 2))
