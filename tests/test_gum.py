"""The examples H.1 and H.2 of JCGM 100:2008 with the numbers it prints, through the engine that products run through.

The guide itself could not be opened here. Inputs and printed results are those that public documents repeat: the
documentation of the GUM Tree Calculator (MSLNZ/GTC, docs/API/GUM_H1.rst and GUM_H2.rst), the data set GUM.H.1 of the R
package metRology, and the readings of table H.2 in public test suites (suncal, test_gum).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import correlation
from typing import Any

import numpy as np
import pytest

from footprint.engine.first_order import FirstOrder, first_order
from footprint.engine.response import Leaf, Response
from footprint.engine.sampling import totals
from footprint.model.dependent import Dependent, Formulas, Term
from footprint.model.gum import effective_dof, standard, type_a
from footprint.model.stated import distribution
from footprint.model.student import coverage_factor
from footprint.model.uncertain import NORMAL, UNIFORM, Distribution, Variable, lognormal

VOLTAGE = (5.007, 4.994, 5.005, 4.990, 4.999)  # V
CURRENT = (19.663e-3, 19.639e-3, 19.640e-3, 19.685e-3, 19.678e-3)  # A
PHASE = (1.0456, 1.0438, 1.0468, 1.0428, 1.0433)  # rad
LENGTH, EXPANSION = 50_000_623.0, 11.5e-6  # nm, 1/K
DRAWS = 200_000
Causes = Mapping[str, tuple[tuple[str, float], ...]]


def measured(model: Callable[..., Any], given: Mapping[str, Distribution], causes: Causes) -> Response:
    """Return a result with one line: what ``model`` makes of its inputs, each over what was entered."""
    formulas = Formulas()
    inputs = [formulas.given(name) for name in given]
    result = model(*inputs)
    assert isinstance(result, Dependent)
    leaf = Leaf(None, "it", float(result), result.term.powers, result.term.scale)  # type: ignore[arg-type]
    variables = tuple(Variable(name, of, "stated", causes=causes.get(name, ())) for name, of in given.items())
    parts = tuple(formulas.parts[len(inputs) :])
    return Response(variables, (), (leaf,), "it", Term(1.0, ()), {"it": {}}, {"it": 1.0}, "gum", parts)


def end_gauge(standard: Any, observed: Any, random: Any, systematic: Any, expansion: Any, warmth: Any, cycle: Any,
              apart: Any, colder: Any) -> Any:  # fmt: skip
    """Length of an end gauge at 20 degC [nm] (equation H.3); what is estimated as nothing is entered as 1, less 1."""
    length, difference = LENGTH * standard, 215 * observed + 100 * (random - 1) + 100 * (systematic - 1)
    temperature = -0.1 * warmth + 0.5 * (cycle - 1)
    of_both = EXPANSION * expansion * 0.05 * (colder - 1)
    return length + difference - length * (1e-6 * (apart - 1) * temperature + of_both)


GAUGE = {
    "standard": distribution("U=75 nm, k=3, dof=18", LENGTH, "nm"),
    "observed": distribution("u=5.8 nm, dof=24", 215, "nm"),
    "random": distribution("u=3.9 nm, dof=5", 100, "nm"),
    "systematic": distribution("u=6.7 nm, dof=8", 100, "nm"),
    "expansion": distribution("MPE ±2e-6 /K", EXPANSION, "/K"),
    "warmth": Distribution(NORMAL, (2.0,)),
    "cycle": Distribution(NORMAL, (1 / math.sqrt(2),)),
    "apart": Distribution(UNIFORM, (0.0, 2.0), 50),
    "colder": Distribution(UNIFORM, (0.0, 2.0), 2),
}


def expanded(of: FirstOrder, level: float) -> float:
    """Return the expanded uncertainty as results state it."""
    return coverage_factor(math.floor(of.dof), level) * of.combined


def test_the_end_gauge_of_h1_has_the_printed_numbers() -> None:
    """H.1.7, table H.1: l = 50 000 838 nm, u_c = 32 nm, 16 effective degrees of freedom, U_99 = 93 nm."""
    found = first_order(measured(end_gauge, GAUGE, {}))
    assert round(found.total) == 50_000_838
    parts = [abs(slope) * given.standard for slope, given in zip(found.slopes, GAUGE.values(), strict=True)]
    assert [round(part, 1) for part in parts] == [25.0, 5.8, 3.9, 6.7, 0.0, 0.0, 0.0, 2.9, 16.6]
    assert round(math.hypot(*parts[1:4]), 1) == 9.7
    assert effective_dof(parts[1:4], [24, 5, 8]) == pytest.approx(25.6, abs=0.2)  # printed from rounded parts
    assert round(found.combined) == 32
    assert math.floor(found.dof) == 16
    assert round(coverage_factor(16, 0.99), 2) == 2.92
    assert round(coverage_factor(16, 0.99) * round(found.combined)) == 93
    assert expanded(found, 0.99) == pytest.approx(92.5, abs=0.05)  # before u_c is rounded


def test_draws_of_h1_hold_what_derivatives_leave_out() -> None:
    """Products of what is estimated as nothing; in closed form: 34 nm for 32, and more for few degrees of freedom."""
    warmth, apart = 0.1**2 + 0.2**2 + 0.5**2 / 2, 1e-12 / 3
    colder, expansion = 0.05**2 / 3, EXPANSION**2 + (2e-6) ** 2 / 3
    length = LENGTH**2 + 25.0**2
    products = length * (apart * warmth + expansion * colder)
    assert round(math.sqrt(25.0**2 + 5.8**2 + 3.9**2 + 6.7**2 + products)) == 34
    of_few = 25.0**2 * 18 / 16 + 5.8**2 * 24 / 22 + 3.9**2 * 5 / 3 + 6.7**2 * 8 / 6
    drawn = totals(measured(end_gauge, GAUGE, {}), DRAWS, seed=1)
    assert drawn.std() == pytest.approx(math.sqrt(of_few + products), rel=0.01)
    assert drawn.mean() == pytest.approx(LENGTH + 215, abs=0.3)


def correlated() -> tuple[dict[str, Distribution], Causes]:
    """Return voltage, current and phase as distributions, and as sums of what they have in common (Cholesky)."""
    estimates = [type_a(series) for series in (VOLTAGE, CURRENT, PHASE)]
    given = {name: lognormal(1.0, x.uncertainty / x.value) for name, x in zip("vip", estimates, strict=True)}
    vi, vp, ip = correlation(VOLTAGE, CURRENT), correlation(VOLTAGE, PHASE), correlation(CURRENT, PHASE)
    rest = math.sqrt(1 - vi**2)
    last = (ip - vi * vp) / rest
    causes = {"v": (("a", 1.0),), "i": (("a", vi), ("b", rest)),
              "p": (("a", vp), ("b", last), ("c", math.sqrt(1 - vp**2 - last**2)))}  # fmt: skip
    return given, causes


def turned(phase: Any, at: float) -> tuple[Any, Any]:
    """Return cosine and sine of a phase near ``at`` by their series: formulas hold products and sums alone."""
    apart = at * phase - at
    even, odd = 1 - apart**2 / 2 + apart**4 / 24, apart - apart**3 / 6
    return math.cos(at) * even - math.sin(at) * odd, math.sin(at) * even + math.cos(at) * odd


def test_the_correlated_readings_of_h2_have_the_printed_numbers() -> None:
    """H.2, tables H.2 to H.4: resistance, reactance and impedance of one series of five readings each."""
    inputs = [type_a(series) for series in (VOLTAGE, CURRENT, PHASE)]
    assert [round(x.value, n) for x, n in zip(inputs, (4, 7, 5), strict=True)] == [4.999, 19.661e-3, 1.04446]
    assert [round(x.uncertainty, n) for x, n in zip(inputs, (4, 7, 5), strict=True)] == [0.0032, 9.5e-6, 0.00075]
    pairs = ((VOLTAGE, CURRENT), (VOLTAGE, PHASE), (CURRENT, PHASE))
    assert [round(correlation(*pair), 2) for pair in pairs] == [-0.36, 0.86, -0.65]
    ohm, at = inputs[0].value / inputs[1].value, inputs[2].value
    models: list[Callable[..., Any]] = [
        lambda v, i, p: ohm * v / i * turned(p, at)[0], lambda v, i, p: ohm * v / i * turned(p, at)[1],
        lambda v, i, p: ohm * v / i,
    ]  # fmt: skip
    given, causes = correlated()
    of = [measured(model, given, causes) for model in models]
    found = [first_order(each) for each in of]
    assert [round(x.total, 3) for x in found] == [127.732, 219.847, 254.260]
    assert [x.combined for x in found] == pytest.approx([0.071, 0.295, 0.236], abs=0.001)  # rounded on the way
    drawn = [totals(each, DRAWS, seed=1) for each in of]
    assert [x.std() for x in drawn] == pytest.approx([x.combined for x in found], rel=0.01)
    for (one, other), printed in {(0, 1): -0.588, (0, 2): -0.485, (1, 2): 0.993}.items():
        assert np.corrcoef(drawn[one], drawn[other])[0, 1] == pytest.approx(printed, abs=0.006)
        apart = first_order(measured(lambda *x, m=models[one], n=models[other]: m(*x) - n(*x), given, causes)).combined
        squares = found[one].combined ** 2 + found[other].combined ** 2 - apart**2
        assert round(squares / (2 * found[one].combined * found[other].combined), 3) == printed


def test_the_second_approach_of_h2_gives_the_printed_numbers() -> None:
    """Table H.4: each reading as a result of its own, correlation included without being asked for."""
    readings = list(zip(VOLTAGE, CURRENT, PHASE, strict=True))
    ohms = [
        type_a([v / i * math.cos(phi) for v, i, phi in readings]),
        type_a([v / i * math.sin(phi) for v, i, phi in readings]),
        type_a([v / i for v, i, _ in readings]),
    ]
    assert [round(x.value, 3) for x in ohms] == [127.732, 219.847, 254.260]
    assert [round(x.uncertainty, 3) for x in ohms] == [0.071, 0.295, 0.236]


@pytest.mark.parametrize(
    ("dof", "level", "expected"),
    [(1, 0.95, 12.71), (2, 0.95, 4.30), (10, 0.95, 2.23), (16, 0.99, 2.92), (50, 0.95, 2.01), (math.inf, 0.95, 1.960)],
)
def test_coverage_factors_are_those_of_table_g2(dof: float, level: float, expected: float) -> None:
    """Student's distribution, two-sided."""
    assert coverage_factor(dof, level) == pytest.approx(expected, abs=0.005)


def test_what_cannot_be_said_is_refused() -> None:
    """One reading has no scatter; no degrees of freedom have no factor; a shape nobody knows has no width."""
    with pytest.raises(ValueError, match="two readings"):
        type_a([1.0])
    with pytest.raises(ValueError, match="no coverage factor"):
        coverage_factor(0.5)
    assert effective_dof([1.0, 2.0], [math.inf, math.inf]) == math.inf
    assert effective_dof([3.0], [7]) == pytest.approx(7)


@pytest.mark.parametrize("k", [-2.0, 0.0, math.nan])
def test_what_is_no_coverage_factor_is_refused(k: float) -> None:
    """Nothing is divided by it."""
    with pytest.raises(ValueError, match="coverage factor"):
        standard(1.0, k)


@pytest.mark.parametrize("dof", [1e5, 1e6, 9.9e6, 1.1e7, 1e9, 1e13, 8.788e14, 1e15, 1e18, 1e300, math.inf])
def test_coverage_factors_of_many_degrees_of_freedom_are_the_normal_ones(dof: float) -> None:
    """A small type A term beside a large normal one gives any number of them; k never leaves 1.96 for that."""
    assert coverage_factor(dof) == pytest.approx(1.959964, abs=3e-5)
    assert coverage_factor(dof, 0.99) == pytest.approx(2.575829, abs=1e-4)
