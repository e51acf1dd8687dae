"""Moments of small systems worked out on paper: loops, prices of co-products, routes, what is shared, what correlates.

Each law of a number is one of which the integrals are known, so that draws meet closed forms and nothing else that this
program makes: 1 / (1 - x) and 1 / (1 + k x) of a uniform x, products of independent numbers, quantiles of what only
rises. The factors are made up.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from footprint import service
from footprint.engine.first_order import FirstOrder, first_order
from footprint.engine.sampling import Moments, moments, totals
from footprint.line import solved
from footprint.uncertainty import uncertain

DRAWS, SEED = 200_000, 5
Bill = Callable[..., Path]


def both(path: Path) -> tuple[Moments, FirstOrder]:
    """Return the moments of the draws and those of the derivatives."""
    ready = service.prepare(service.Request(path))
    of = uncertain(ready, solved(ready)).response
    return moments(totals(of, DRAWS, SEED)), first_order(of)


def of_inverse(a: float, b: float, k: float) -> tuple[float, float]:
    """Return mean and standard deviation of 1 / (1 + k x), x uniform from ``a`` to ``b``."""
    mean = math.log((1 + k * b) / (1 + k * a)) / (k * (b - a))
    return mean, math.sqrt(1 / ((1 + k * a) * (1 + k * b)) - mean**2)


def agree(found: Moments, mean: float, deviation: float) -> None:
    assert found.mean == pytest.approx(mean, abs=5 * deviation / math.sqrt(DRAWS))
    assert found.deviation == pytest.approx(deviation, rel=0.01)


LOOP = """
a | Pump | 1 item | net_mass=1
[Processes]
make  | product | a    | 1 item
make  | input   | grit | 2 kg
grind | product | grit | 1 kg
grind | input   | grit | 0.3 kg | uncertainty=uniform 0.1..0.5
grind | input   | mine | 1 kg | destination=evaporated
[Factors]
mine | 5{factor}
"""


def test_a_process_that_takes_of_its_own_output(bill: Bill) -> None:
    """2 kg of grit, each of 1 / (1 - x) kg of ore: mean, deviation and both ends of the interval in closed form."""
    path = bill(LOOP.format(factor=""), product={"net_mass": 1.0})
    drawn, derived = both(path)
    mean, deviation = of_inverse(0.1, 0.5, -1)
    agree(drawn, 10 * mean, 10 * deviation)
    for q, found in ((0.025, drawn.low), (0.5, drawn.median), (0.975, drawn.high)):
        assert found == pytest.approx(10 / (1 - (0.1 + 0.4 * q)), rel=2e-3)
    assert derived.total == pytest.approx(10 / 0.7)
    assert derived.deviation == pytest.approx(10 / 0.7**2 * 0.4 / math.sqrt(12))


def test_a_loop_times_a_lognormal_factor(bill: Bill) -> None:
    """Independent: means multiply, and so do the means of the squares."""
    path = bill(LOOP.format(factor=" | uncertainty=lognormal 1.2"), product={"net_mass": 1.0})
    drawn, derived = both(path)
    (mean, deviation), s = of_inverse(0.1, 0.5, -1), math.log(1.2)
    square = (mean**2 + deviation**2) * math.exp(2 * s * s)
    expected = mean * math.exp(s * s / 2)
    agree(drawn, 10 * expected, 10 * math.sqrt(square - expected**2))
    own = 10 / 0.7 * math.sqrt(math.exp(s * s) * math.expm1(s * s))
    assert derived.deviation == pytest.approx(math.hypot(own, 10 / 0.7**2 * 0.4 / math.sqrt(12)))


def test_two_processes_that_take_in_each_other(bill: Bill) -> None:
    """Steam for power and power for steam: 1 / (1 - 0.5 x), the burdens of both behind it."""
    text = (
        "a | Pump | 1 item | net_mass=1\n[Processes]\nmake | product | a | 1 item\nmake | input | steam | 4 kg\n"
        "boil | product | steam | 1 kg\nboil | input | shaft | 0.5 item | uncertainty=uniform 0.2..0.8\n"
        "boil | input | mine | 1 kg | destination=evaporated\nturn | product | shaft | 1 item\n"
        "turn | input | steam | 0.5 kg\n"
        "turn | input | other | 2 kg | destination=evaporated\n[Factors]\nmine | 3\nother | 1"
    )
    drawn, derived = both(bill(text, product={"net_mass": 1.0}))
    mean, deviation = of_inverse(0.2, 0.8, -0.5)
    # 4 (3 + 2 x) / (1 - x / 2) = 4 (7 / (1 - x / 2) - 4)
    agree(drawn, 4 * (7 * mean - 4), 28 * deviation)
    assert derived.total == pytest.approx(4 * (7 / 0.75 - 4))
    assert derived.deviation == pytest.approx(28 * 0.5 / 0.75**2 * 0.6 / math.sqrt(12))


def test_co_products_share_by_a_price_that_may_be_off(bill: Bill) -> None:
    """10 items at 4 beside 5 kg at x, from 2 to 6: of 90 kg CO2e the items bear 40 / (40 + 5 x)."""
    text = (
        "a | Pump | 1 item | net_mass=1\n[Processes]\n"
        "make | product | a | 10 item | allocation=economic, price=4\n"
        "make | co-product | chips | 5 kg | allocation=economic, price=4, price_uncertainty=uniform 2..6\n"
        "make | input | mine | 30 kg | destination=evaporated\n[Factors]\nmine | 3"
    )
    drawn, derived = both(bill(text, product={"net_mass": 1.0}))
    mean, deviation = of_inverse(2, 6, 5 / 40)
    agree(drawn, 9 * mean, 9 * deviation)
    assert derived.total == pytest.approx(9 * 40 / 60)
    assert derived.deviation == pytest.approx(9 * 40 * 5 / 60**2 * 4 / math.sqrt(12))


SHARED = """
a | A | 3 kg | mine | parameter=p, evidence=W1
b | B | 2 kg | mine | parameter=p, evidence=W1
c | C | 4 kg | mine | uncertainty=u=6 %
[Parameters]
p | 1.5 | uncertainty=u=4 %
[Evidence]
W1 | scale | type=weighing, instrument=M1
[Instruments]
M1 | scale | certificate=C-1, laboratory=NIM, accreditation=L1, calibrated_on=2023-07-01, valid_until=2025-06-30, \
expanded=10, expanded_unit=%, k=2
[Factors]
mine | 2 | uncertainty=lognormal 1.3
"""


def test_what_lines_share_is_drawn_once(bill: Bill) -> None:
    """One factor, one parameter and one balance behind two lines: F (7.5 p c + 4 d), and nothing cancels out."""
    drawn, derived = both(bill(SHARED.replace("\\\n", ""), product={"net_mass": 11.5}))
    s, p, c, d = math.log(1.3), 0.04, 0.05, 0.06
    lines = 7.5**2 * (p * p + c * c + p * p * c * c) + 16 * d * d
    square = 4 * math.exp(2 * s * s) * (11.5**2 + lines)
    mean = 2 * math.exp(s * s / 2) * 11.5
    agree(drawn, mean, math.sqrt(square - mean**2))
    factor = 23 * math.sqrt(math.exp(s * s) * math.expm1(s * s))
    together = math.hypot(factor, 15 * p, 15 * c, 8 * d)
    assert derived.deviation == pytest.approx(together)
    apart = math.hypot(*(2 * kg * math.sqrt(math.exp(s * s) * math.expm1(s * s)) for kg in (4.5, 3, 4)))
    assert together > 1.5 * apart  # what it would be with a factor of each line its own


def test_routes_of_one_part_stay_a_whole(bill: Bill) -> None:
    """Two routes of x and 0.4, together one: x / (x + 0.4) of 10 kg at 3 and the rest at 1 kg CO2e/kg."""
    text = (
        "a | A | 10 kg | mine\n[End of life]\na | recycling | 0.6 | treatment=dear, uncertainty=uniform 0.3..0.9\n"
        "a | landfill | 0.4 | treatment=cheap\n[Factors]\nmine | 1\ndear | 3\ncheap | 1"
    )
    product: dict[str, Any] = {"net_mass": 10.0, "boundary": "cradle-to-grave-no-use"}
    drawn, derived = both(bill(text, product=product))
    mean, deviation = of_inverse(0.3, 0.9, 1 / 0.4)  # of the second route
    agree(drawn, 10 + 30 - 20 * mean, 20 * deviation)
    assert derived.total == pytest.approx(10 + 22)
    assert derived.deviation == pytest.approx(20 * 0.4 * 0.6 / math.sqrt(12))
