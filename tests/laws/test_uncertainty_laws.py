"""Laws of uncertainty: what a variable does to a result is what building the result with another number does."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from footprint import forms, service
from footprint.engine.first_order import first_order
from footprint.engine.sampling import drawn, moments, stream, totals
from footprint.errors import FootprintError
from footprint.line import Prepared, solved, under_rules
from footprint.model.uncertain import Distribution, Spread
from footprint.moved import moved
from footprint.provenance import Place
from footprint.uncertainty import uncertain

STEP = 1e-4
DEMOS = ("battery", "nev", "transformer", "pv", "detergent")
PRODUCT = {"net_mass": 1.398, "loss_formula": "multiply", "gross_kwh": (1.2, "±6 %")}

LOOPS = """
cell    | Battery cell | 10 item | net_mass=0.1398, uncertainty=±1 %
  foil  | Copper foil | 120 g  | copper-refined | loss=0.03, loss_to=recycling, uncertainty=±2 %, loss_uncertainty=±9 %
  case  | Case         | 1 item  | net_mass=0.018, parameter=cases, uncertainty=±2 %
    al  | Aluminium    | 20 g    | aluminium-primary-ingot | parameter=thin, uncertainty=±3 %
box     | Box          | 1 item  | copper-refined | net_mass=0.3, role=transport_packaging, uncertainty=±4 %
[Parameters]
thin  | 0.9 | uncertainty=±5 %
cases | 1.1 | uncertainty=±3 %
[Processes]
winding | product         | cell        | 95 item  | allocation=economic, price=4, price_uncertainty=±7 %, \
uncertainty=±1 %
winding | co-product      | chips       | 5 kg     | allocation=economic, price=2, uncertainty=±5 %
winding | input           | electricity | 200 kWh  | supply=E1, uncertainty=±2 %
winding | emission | co2-fossil | 90 kg | covers=facility_total, sharing_key=kg, share=0.1, share_uncertainty=±9 %
winding | internal_return | cell        | 5 item   | uncertainty=±5 %
[Electricity]
E1 | grid | 100 | uncertainty=±1 %
E1 | on_site | 40 | generator=solar, uncertainty=±3 %
[Transport]
all inbound | freight-road-heavy-diesel-cn | 500 | uncertainty=±10 %
product     | freight-road-heavy-diesel-cn | 300 | stage=distribution, uncertainty=±10 %
"""

PLAIN = """
case | Case | 2 item | net_mass=0.5
  al | Aluminium | 500 g | aluminium-primary-ingot | uncertainty=±3 %
[Parameters]
hours | 1.2 | uncertainty=u=2 %
[Processes]
casting | product | case | 90 item | parameter=hours, uncertainty=±2 %
casting | input | electricity | 30 kWh | parameter=hours, uncertainty=±2 %
casting | emission | co2-fossil | 4 kg | uncertainty=lognormal 1.2
[End of life]
case | recycling | 0.6 | treatment=waste-collection-recycling-gb, collection=0.8, \
recovery=0.9, disposal=landfill-metals-gb, collection_uncertainty=±4 %, recovery_uncertainty=±6 %, uncertainty=±5 %
case | landfill  | 0.4 | treatment=waste-collection-recycling-gb, uncertainty=triangular 0.2..0.4..0.5
"""
BILLS = {"loops": (LOOPS, PRODUCT), "plain": (PLAIN, {"net_mass": 1.0, "boundary": "cradle-to-grave-no-use"})}


def everything(ready: Prepared) -> Prepared:
    """Return a bill of which every number may be off by one per cent."""
    graph = ready.ruled.graph
    cells = {cell for line in graph.exchanges for cell in line.amount.cells}
    cells |= {cell for activity in graph.activities.values() for cell in activity.cells}
    cells |= {row.energy.place for row in graph.linked.bill.electricity}
    cells |= {row.places["loss"] for row in graph.linked.bill.bom if row.loss}
    numbers = (entry for entry in graph.linked.bill.product.entries.values() if isinstance(entry.value, float))
    cells |= {entry.place for entry in numbers if entry.value}
    spreads = {cell: Spread(cell, Distribution("normal", (0.01,))) for cell in sorted(cells)}
    return under_rules(ready.read._replace(spreads=spreads), ready.pcr, ready.background)


def total_with(ready: Prepared, cell: Place, ratio: float) -> float:
    """Return the total of the bill built anew with another number in ``cell`` [kg CO2e]."""
    return solved(under_rules(moved(ready.read, {cell: ratio}), ready.pcr, ready.background)).ledger.total()


def compared(ready: Prepared, cells: list[Place]) -> Iterator[tuple[str, float, float]]:
    """Yield cell, slope by derivatives and slope by building anew [kg CO2e], of the cells of numbers."""
    result = solved(ready)
    found = uncertain(ready, result)
    slopes = first_order(found.response).slopes
    for cell in cells:
        try:
            low, high = (total_with(ready, cell, 1 + way * STEP) for way in (-1, 1))
        except FootprintError:
            continue
        yield cell.address, slopes[found.known.cells[cell][0]], (high - low) / (2 * STEP)


def agree(ready: Prepared, most: int) -> int:
    """Hold the slopes of at most ``most`` cells against results built anew, and return how many could be."""
    total = abs(solved(ready).ledger.total())
    cells = sorted(uncertain(ready, solved(ready)).known.cells)
    chosen = cells[:: max(1, len(cells) // most)]
    found = [*compared(ready, chosen)]
    wrong = [f for f in found if abs(f[1] - f[2]) > 2e-4 * max(abs(f[1]), abs(f[2])) + 2e-7 * total]
    assert not wrong, wrong
    return len(found)


@pytest.mark.parametrize("name", BILLS)
def test_derivatives_are_those_of_the_whole_line(name: str, bill) -> None:
    """Parameters, losses, rework loops, co-products, mixes of electricity, loads with packaging, routes."""
    text, product = BILLS[name]
    ready = service.prepare(service.Request(bill(text, product=product)))
    assert agree(ready, 99) == text.count("uncertainty=") + sum(isinstance(value, tuple) for value in product.values())


@pytest.mark.parametrize("name", ["detergent", *(pytest.param(n, marks=pytest.mark.slow) for n in DEMOS[:-1])])
def test_derivatives_hold_in_the_examples(name: str, tmp_path: Path) -> None:
    """Every number of a whole product that ships, some fifteen of them built anew."""
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(forms.example(name, "en"))
    assert agree(everything(service.prepare(service.Request(path))), 15) >= 15


def test_contributions_add_up(bill) -> None:
    """Those of the variables to 1, those of the lines to 1."""
    ready = service.prepare(service.Request(bill(LOOPS, product=PRODUCT)))
    found = first_order(uncertain(ready, solved(ready)).response)
    assert math.fsum(found.variables) == pytest.approx(1)
    assert math.fsum(found.lines) == pytest.approx(1)
    assert found.total == pytest.approx(solved(ready).ledger.total(), rel=1e-12)


def test_draws_without_spread_are_the_result(bill) -> None:
    """With every number as entered, each draw is the ledger's total: loops, co-products and all."""
    ready = service.prepare(service.Request(bill(LOOPS, product=PRODUCT)))
    of = uncertain(ready, solved(ready)).response
    exact = tuple(v._replace(distribution=Distribution("normal", (0.0,))) for v in of.variables)
    found = totals(of._replace(variables=exact), 3, seed=1)
    assert found == pytest.approx([solved(ready).ledger.total()] * 3, rel=1e-12)


def test_small_spreads_have_first_order_moments(bill) -> None:
    """Monte Carlo and derivatives agree where nothing is far off: mean and standard deviation within sampling error."""
    ready = service.prepare(service.Request(bill(LOOPS, product=PRODUCT)))
    of = uncertain(ready, solved(ready)).response
    found, sampled = first_order(of), moments(totals(of, 40_000, seed=5))
    assert sampled.deviation == pytest.approx(found.deviation, rel=0.03)
    assert sampled.mean == pytest.approx(found.mean, abs=5 * found.deviation / 200 + 1e-4 * found.total)


def test_the_same_seed_gives_the_same_bits(bill) -> None:
    """And another seed others; another number of draws begins with the same."""
    ready = service.prepare(service.Request(bill(LOOPS, product=PRODUCT)))
    of = uncertain(ready, solved(ready)).response
    assert totals(of, 200, seed=5).tobytes() == totals(of, 200, seed=5).tobytes()
    assert totals(of, 300, seed=5)[:200].tobytes() == totals(of, 200, seed=5).tobytes()
    assert not np.array_equal(totals(of, 200, seed=5), totals(of, 200, seed=6))


def test_streams_do_not_know_of_each_other() -> None:
    """Two variables are uncorrelated, and each has its draws whoever stands beside it."""
    normal = Distribution("normal", (0.1,))
    a, b = (drawn(normal, stream(name, 1), 100_000) for name in ("BOM!F2", "BOM!F3"))
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.01
    assert drawn(normal, stream("BOM!F2", 1), 5).tobytes() == a[:5].tobytes()


@pytest.mark.parametrize(
    "distribution",
    [Distribution("normal", (0.1,)), Distribution("normal", (0.1,), 9.0), Distribution("lognormal", (0.3,)),
     Distribution("uniform", (0.5, 1.2)), Distribution("triangular", (0.5, 1.0, 1.7))],
)  # fmt: skip
def test_draws_have_the_moments_of_their_distribution(distribution: Distribution) -> None:
    """Mean and standard deviation within sampling error; of few degrees of freedom the scatter is wider."""
    found = drawn(distribution, stream("x", 3), 200_000)
    assert found.mean() == pytest.approx(distribution.mean, abs=0.004)
    assert found.std() == pytest.approx(distribution.deviation, rel=0.02)
