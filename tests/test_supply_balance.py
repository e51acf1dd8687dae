"""The mass of the product closes with the mass of its lines, or the workbook is wrong."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background
from footprint.errors import WorkbookError
from footprint.intake import read as intake
from footprint.matching.link import link
from footprint.supply.build import build
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Run = Callable[..., Any]
SAID = (
    "pump.xlsx:{}: the stated net mass is {} kg, but the lines add up to {} kg, beyond the tolerance of 1.00%. "
    "Check quantities, units and masses per unit. [mass-balance]"
)


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def run(bill: Callable[..., Path], background: Background) -> Run:
    """Return what builds a compact text within one per cent of the stated mass: ``run(text, net_mass=2)``."""

    def calculate(text: str, **product: object) -> Any:
        path = bill(text, product=LINE.plain_product(**product))
        return LINE.run(read(path), background, LINE.rules(), 0.01).graph.mass_balance

    return calculate


@pytest.mark.parametrize("stated", [5.0, 4.96, 5.04])
def test_a_product_weighs_what_is_in_it(run: Run, stated: float) -> None:
    """Net quantities of the product's parts, without losses, packaging, auxiliaries and treatments."""
    closed = run(
        """
        L1 | plate | 3 kg | steel | loss=0.5, loss_to=recycling
        L2 | chip | 8 item | chip | net_mass=0.25
        X | box | 1 kg | steel | role=sales_packaging
        G | glue | 1 kg | steel | role=consumable, destination=evaporated
        S | rolling | 3 kg | stamping | role=processing
        """,
        net_mass=stated,
    )
    assert (closed.stated_kg, closed.summed_kg, closed.unknown) == (stated, pytest.approx(5, rel=1e-12), ())


def test_a_product_that_does_not_balance_is_an_error(run: Run) -> None:
    """Too light and too heavy are both told with both numbers."""
    text = "L1 | plate | 3 kg | steel\nL2 | chip | 8 item | chip | net_mass=0.25"
    assert LINE.refused(lambda: run(text, net_mass=6)) == SAID.format("Product!B15", 6, 5)
    assert LINE.refused(lambda: run(text, net_mass=4)) == SAID.format("Product!B15", 4, 5)


def test_an_unknown_mass_may_fill_what_is_missing_but_not_what_is_too_much(run: Run) -> None:
    """With a part of unknown mass, too light is possible; too heavy stays wrong."""
    text = "L1 | plate | 3 kg | steel\nL2 | chip | 8 item | chip"
    assert [place.address for place in run(text, net_mass=6).unknown] == ["BOM!A5"]
    assert LINE.refused(lambda: run(text, net_mass=2)) == SAID.format("Product!B15", 2, 3)


def test_gross_quantities_weigh_what_is_left_of_them(run: Run) -> None:
    """Of 4 kg drawn from stock with a quarter lost, 3 kg are in the product; also where the loss goes back in."""
    for to in ("recycling", "internal"):
        text = f"L1 | plate | 4 kg | steel | loss=0.25, loss_to={to}"
        assert run(text, net_mass=3, quantities="gross").summed_kg == pytest.approx(3, rel=1e-12)


def test_assemblies_balance_too(run: Run) -> None:
    """An assembly with a stated mass weighs what its parts weigh, per unit, whatever is lost of it."""
    text = "B | board | 2 item | net_mass={}, loss=0.5, loss_to=landfill\n  C | chip | 4 item | chip | net_mass=0.5"
    assert run(text.format(2), net_mass=4).summed_kg == pytest.approx(4, rel=1e-12)
    assert LINE.refused(lambda: run(text.format(2.5), net_mass=4)) == SAID.format("BOM!H4", 5, 4)


def test_the_mass_is_per_product(run: Run) -> None:
    """A BOM for ten products of 0.3 kg holds 3 kg."""
    assert run("L1 | plate | 3 kg | steel", net_mass=0.3, bom_quantity=10).summed_kg == pytest.approx(0.3, rel=1e-12)


def test_parts_of_an_assembly_that_is_only_processed_count(run: Run) -> None:
    """A bracket whose dataset is its stamping weighs what the sheet below it weighs."""
    text = "B | bracket | 2 kg | stamping | role=processing\n  S | sheet | 1 kg | steel"
    assert run(text, net_mass=2).summed_kg == pytest.approx(2, rel=1e-12)


def test_what_a_process_puts_into_the_product_counts(run: Run) -> None:
    """Paint that stays in the product is mass of the product: per item, though the process is counted per tonne."""
    text = """
        L1 | plate | 3 kg | steel
        [Processes]
        paint | product | PUMP | 1 t
        paint | input | copper | 250 kg | destination=product
        paint | input | copper | 100 kg | destination=burning
        """
    assert run(text, net_mass=4).summed_kg == pytest.approx(4, rel=1e-12)


CRACK = """
crack | product | PUMP | 1000 kg
crack | co-product | acetone | {} | unit_mass={}
crack | co-product | heat | 500 MJ | {}
crack | input | steel | {} kg | destination=product
crack | input | copper | 5 kg | destination=product, only_for=PUMP
"""
BY_PRICE = "allocation=economic, allocation_value=1"


def test_what_leaves_with_co_products_is_not_in_the_product(run: Run) -> None:
    """Of what all outputs share, each takes along its part by mass, however burdens are shared; heat takes nothing."""

    def cracked(steel: int, acetone: str = "615 L", unit_mass: str = "1") -> Any:
        text = CRACK.format(acetone, unit_mass, BY_PRICE, steel).replace("1000 kg", f"1000 kg | {BY_PRICE}")
        text = text.replace(f"unit_mass={unit_mass}", f"{BY_PRICE}, unit_mass={unit_mass}" if unit_mass else BY_PRICE)
        return run(f"L1 | drum | 0.02 kg | steel | role=transport_packaging\n[Processes]{text}", net_mass=1)

    assert cracked(1615).summed_kg == pytest.approx(1 + 0.005, rel=1e-12)
    with pytest.raises(WorkbookError, match=r"the lines add up to 0\.50"):
        cracked(807)
    unknown = cracked(1615, unit_mass="")
    assert (unknown.summed_kg, [place.address for place in unknown.unknown]) == (0.005, ["Processes!A7"])


def test_a_bill_may_be_as_deep_as_it_likes(book: Callable[..., Any], background: Background) -> None:
    """Through 1500 levels of one part in another, masses, packaging, legs and ends add up like through one level."""
    one = {"quantity": 1, "unit": "item", "net_mass": 2}
    deep = [{"line": f"A{i}", "parent": f"A{i - 1}" if i else "", **one} for i in range(1500)]
    last = {"parent": "A1499", "quantity": 2, "unit": "kg", "dataset": "steel"}
    lines = [{"line": "L", **last}, {"line": "X", **last, "quantity": 1, "role": "sales_packaging"}]
    leg = {"applies_to": "product", "vehicle": "truck", "km": 1000, "stage": "distribution"}
    end = {"part": "L", "route": "landfill", "share": 1, "treatment": "landfill"}
    product = LINE.plain_product(net_mass=2)
    made = book(bom=[*deep, *lines], transport=[leg], end_of_life=[end], product=product)
    solved = LINE.run(made, background, LINE.rules(), 0.01)
    assert solved.graph.mass_balance.summed_kg == pytest.approx(2, rel=1e-12)
    box = "gap: X: not covered by End of life 未列入报废"
    assert LINE.used(solved) == pytest.approx({"steel": 3, "truck": 3, "landfill": 2, box: 1}, rel=1e-12)


def test_a_long_bill_of_made_lines_balances_within_seconds(book: Callable[..., Any], background: Background) -> None:
    """Ten thousand lines, two thousand of them made by a process: time grows with the rows, not with their square."""
    rows = [{"line": f"L{i}", "quantity": 1, "unit": "kg", "dataset": "steel"} for i in range(6000)]
    half = {"quantity": 0.5, "unit": "kg", "dataset": "steel"}
    rows += [{"line": f"S{i}", "parent": f"M{i}", **half} for i in range(2000)]
    made = [{"line": f"M{i}", "quantity": 1, "unit": "kg"} for i in range(2000)]
    processes = [
        {"process": f"p{i}", "direction": direction, "flow": flow, "amount": amount, "unit": "kg", "destination": to}
        for i in range(2000)
        for direction, flow, amount, to in (("product", f"M{i}", 1, ""), ("input", "copper", 0.5, "product"))
    ]
    bill = intake.read(book(bom=[*made, *rows], processes=processes, product=LINE.plain_product(net_mass=8_000)))
    linked = link(bill, background, frozenset())
    start = perf_counter()
    graph = build(linked, 0.01)
    assert perf_counter() - start < 3
    assert graph.mass_balance.summed_kg == pytest.approx(8_000, rel=1e-12)
