"""The examples H.1 and H.2 of JCGM 100:2008 with the numbers it prints, and the pieces they are made of.

The guide itself could not be opened here. Inputs and printed results are those that public documents repeat: the
documentation of the GUM Tree Calculator (MSLNZ/GTC, docs/API/GUM_H1.rst and GUM_H2.rst), the data set GUM.H.1 of the R
package metRology, and the readings of table H.2 in public test suites (suncal, test_gum).
"""

from __future__ import annotations

import math

import pytest

from footprint.quality.gum import (
    Estimate,
    certified,
    combine,
    correlation,
    coverage_factor,
    effective_dof,
    joint,
    type_a,
    type_b,
)  # fmt: skip

VOLTAGE = (5.007, 4.994, 5.005, 4.990, 4.999)  # V
CURRENT = (19.663e-3, 19.639e-3, 19.640e-3, 19.685e-3, 19.678e-3)  # A
PHASE = (1.0456, 1.0438, 1.0468, 1.0428, 1.0433)  # rad


def end_gauge(*inputs: float) -> float:
    """Length of an end gauge at 20 degC [nm] (equation H.3)."""
    standard, difference, expansion, warmth, of_both, apart = inputs
    return standard + difference - standard * (of_both * warmth + expansion * apart)


def test_the_end_gauge_of_h1_has_the_printed_numbers() -> None:
    """H.1.7, table H.1: l = 50 000 838 nm, u_c = 32 nm, 16 effective degrees of freedom, U_99 = 93 nm."""
    observed = Estimate(215, 5.8, 24), Estimate(0, 3.9, 5), Estimate(0, 6.7, 8)
    difference = combine(lambda *parts: math.fsum(parts), observed)
    assert round(difference.uncertainty, 1) == 9.7
    assert difference.dof == pytest.approx(25.6, abs=0.2)  # printed from rounded parts
    warmth = combine(lambda mean, cycle: mean + cycle, (Estimate(-0.1, 0.2), type_b(0, 0.5, "arcsine")))
    assert round(warmth.uncertainty, 2) == 0.41
    inputs = (
        certified(50_000_623, 75, 3, 18),
        Estimate(difference.value, difference.uncertainty, difference.dof or 0),
        type_b(11.5e-6, 2e-6, "rectangular"),
        Estimate(warmth.value, warmth.uncertainty),
        type_b(0, 1e-6, "rectangular", reliability=0.10),
        type_b(0, 0.05, "rectangular", reliability=0.50),
    )
    assert [x.dof for x in inputs[4:]] == pytest.approx([50, 2])
    length = combine(end_gauge, inputs)
    assert round(length.value) == 50_000_838
    assert [round(abs(part), 1) for part in length.contributions] == [25.0, 9.7, 0.0, 0.0, 2.9, 16.6]
    assert round(length.uncertainty) == 32
    assert length.dof is not None
    assert math.floor(length.dof) == 16
    assert round(coverage_factor(16, 0.99), 2) == 2.92
    assert round(coverage_factor(16, 0.99) * round(length.uncertainty)) == 93
    assert length.expanded(0.99) == pytest.approx(92.5, abs=0.05)  # before u_c is rounded


def test_the_correlated_readings_of_h2_have_the_printed_numbers() -> None:
    """H.2, tables H.2 to H.4: resistance, reactance and impedance of one series of five readings each."""
    inputs = [type_a(series) for series in (VOLTAGE, CURRENT, PHASE)]
    assert [round(x.value, n) for x, n in zip(inputs, (4, 7, 5), strict=True)] == [4.999, 19.661e-3, 1.04446]
    assert [round(x.uncertainty, n) for x, n in zip(inputs, (4, 7, 5), strict=True)] == [0.0032, 9.5e-6, 0.00075]
    r = {
        (0, 1): correlation(VOLTAGE, CURRENT),
        (0, 2): correlation(VOLTAGE, PHASE),
        (1, 2): correlation(CURRENT, PHASE),
    }
    assert [round(x, 2) for x in r.values()] == [-0.36, 0.86, -0.65]
    results = [
        combine(function, inputs, r)
        for function in (
            lambda v, i, phi: v / i * math.cos(phi), lambda v, i, phi: v / i * math.sin(phi), lambda v, i, _: v / i,
        )
    ]  # fmt: skip
    assert [round(x.value, 3) for x in results] == [127.732, 219.847, 254.260]
    assert [x.uncertainty for x in results] == pytest.approx([0.071, 0.295, 0.236], abs=0.001)  # rounded on the way
    assert all(x.dof is None for x in results)
    resistance, reactance, impedance = (x.contributions for x in results)
    assert round(joint(resistance, reactance, r), 3) == -0.588
    assert round(joint(resistance, impedance, r), 3) == -0.485
    assert round(joint(reactance, impedance, r), 3) == 0.993


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
    with pytest.raises(KeyError):
        type_b(1, 1, "round")
    assert effective_dof([1.0, 2.0], [math.inf, math.inf]) == math.inf
    assert effective_dof([3.0], [7]) == pytest.approx(7)


def test_what_is_no_uncertainty_and_no_correlation_is_refused() -> None:
    """A negative k, a coefficient beyond one, one pair with two; a pair given both ways counts once."""
    for k in (-2.0, 0.0):
        with pytest.raises(ValueError, match="coverage factor"):
            certified(1.0, 1.0, k)
    inputs = [Estimate(1.0, 0.1), Estimate(2.0, 0.1)]
    for wrong in ({(0, 1): 1.5}, {(0, 1): 0.5, (1, 0): 0.4}):
        with pytest.raises(ValueError, match="correlation"):
            combine(lambda a, b: a + b, inputs, wrong)
    once, both = (combine(lambda a, b: a + b, inputs, each) for each in ({(0, 1): 0.5}, {(0, 1): 0.5, (1, 0): 0.5}))
    assert once == both
    with pytest.raises(ValueError, match="correlated"):
        once.expanded()
@pytest.mark.parametrize("dof", [1e5, 1e6, 9.9e6, 1.1e7, 1e9, 1e13, 8.788e14, 1e15, 1e18, 1e300, math.inf])
def test_coverage_factors_of_many_degrees_of_freedom_are_the_normal_ones(dof: float) -> None:
    """A small type A term beside a large normal one gives any number of them; k never leaves 1.96 for that."""
    assert coverage_factor(dof) == pytest.approx(1.959964, abs=3e-5)
    assert coverage_factor(dof, 0.99) == pytest.approx(2.575829, abs=1e-4)


