"""Transport, use and end of life: what is carried, how far, how heavy, and what becomes of the product."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def run(bill: Callable[..., Path], background: Background) -> Run:
    """Return what calculates a compact text: ``run(text, net_mass=2)``."""

    def calculate(text: str, **product: object) -> Any:
        path = bill(text, product=LINE.plain_product(**product))
        return LINE.run(read(path), background, LINE.rules())

    return calculate


def legs(solved: Any) -> dict[str, float]:
    """Return what each leg carries how far [t·km per product], by leg and load."""
    lines = [p for p in solved.ledger.postings if p.exchange.facts["sheet"] == "Transport"]
    return {p.exchange.name: pytest.approx(p.quantity, rel=1e-12) for p in lines}


BOM = """
B | board | 2 item | net_mass=2, loss=0.2, loss_to=landfill
  C | chip  | 4 item | chip   | net_mass=0.25
  F | foil  | 1 kg   | copper | loss=0.5, loss_to=recycling
G | glue    | 3 kg   | steel  | role=consumable, destination=evaporated
X | box     | 1 item | steel  | role=sales_packaging, net_mass=0.5, loss=0.5, loss_to=recycling
S | rolling | 1 kg   | stamping | role=processing
[Transport]
"""


def test_inbound_legs_carry_what_is_bought(run: Run) -> None:
    """Chips, foil, glue and boxes with what is lost of them; not the board, made here, and not the rolling, no thing.

    2.5 boards are made for 2: 10 chips of 250 g, 5 kg of foil for 2.5; 3 kg of glue; one box of 500 g for half a box.
    """
    assert legs(run(f"{BOM}all inbound | truck | 1000", net_mass=4)) == {
        "leg: chip": 2.5, "leg: foil": 5.0, "leg: glue": 3.0, "leg: box": 1.0,
    }  # fmt: skip
    assert legs(run(f"{BOM}all inbound except C; G; X | truck | 1000", net_mass=4)) == {"leg: foil": 5.0}


def test_a_leg_names_its_lines(run: Run) -> None:
    """Named lines are carried, assemblies with their own mass and what is lost of them."""
    assert legs(run(f"{BOM}B; C | truck | 1000", net_mass=4)) == {"leg: board": 5.0, "leg: chip": 2.5}


def test_the_product_is_carried_with_its_packaging(run: Run) -> None:
    """To the customer goes the net mass with the packaging around it, not what was lost of either."""
    assert legs(run(f"{BOM}product | truck | 1000 | stage=distribution", net_mass=4)) == {"leg: PUMP": 4.5}
    assert legs(run(f"{BOM}product | truck | 1000", net_mass=4, quantities="gross", loss_formula="divide")) == {
        "leg: PUMP": 4.25
    }


def test_packaging_inside_assemblies_is_carried_too(run: Run) -> None:
    """Two boards in a bag of 100 g each are 200 g more."""
    text = "B | board | 2 item\n  C | chip | 1 item | chip | net_mass=1\n  X | bag | 1 item | steel"
    more = "| role=transport_packaging, net_mass=0.1\n[Transport]\nproduct | truck | 1000"
    assert legs(run(f"{text} {more}", net_mass=2)) == {"leg: PUMP": 2.2}


def test_packaging_of_unknown_mass_cannot_be_carried(run: Run) -> None:
    """A box without a mass is an error of the leg, not a box without weight."""
    text = "X | box | 1 item | chip | role=sales_packaging\nL1 | plate | 1 kg | steel\n[Transport]\nproduct | truck | 9"
    assert LINE.refused(lambda: run(text)) == (
        "pump.xlsx:Transport!A4: the mass of line 'X' (BOM!A4) is not known, so it cannot be carried. Enter its "
        "net mass per unit. [transport-mass-unknown]"
    )


def test_a_stated_mass_is_per_finished_product(run: Run) -> None:
    """7 kg over 1000 km are 7 t·km, once, whatever the leg names and however many products the BOM is for."""
    for items in (1, 20):
        text = f"L1 | plate | {items} kg | steel\nL2 | foil | {items} kg | copper\n[Transport]\n"
        solved = run(f"{text}L1; L2 | truck | 1000 | mass=7", bom_quantity=items, net_mass=2)
        assert LINE.used(solved)["truck"] == pytest.approx(7, rel=1e-12)


def test_waste_legs_carry_what_leaves(run: Run) -> None:
    """Losses, scrap, outlets and waste of processes; steel in the product stays where it is."""
    solved = run(
        """
        L1 | plate | 9 kg | steel | loss=0.1, loss_to=landfill
        L2 | foil  | 9 kg | copper | loss=0.1, loss_to=recycling
        L3 | glue  | 2 kg | copper | role=consumable, destination=burning
        [Processes]
        p | product | PUMP | 2 item
        p | waste | dust | 6 kg | destination=landfill
        p | scrap | cuttings | 8 kg
        p | waste | water | 6 m3 | destination=water-treatment
        [Transport]
        waste | truck | 1000 | stage=production
        """,
        net_mass=18,
    )
    assert legs(solved) == {
        "leg: plate": 1.0, "leg: foil": 1.0, "leg: glue": 2.0, "leg: dust": 3.0, "leg: cuttings": 4.0,
    }  # fmt: skip
    assert [n.code for n in solved.graph.notices] == ["waste-mass-unknown"]


def test_a_delivered_dataset_is_not_carried_again(run: Run) -> None:
    """A market that already contains its transport refuses own inbound legs, unless it is left out of them."""
    text = "L1 | plate | 1 kg | steel-market\nL2 | foil | 1 kg | copper\n[Transport]\nall inbound{} | truck | 10"
    assert LINE.refused(lambda: run(text.format(""))) == (
        "pump.xlsx:Transport!A4: the dataset small@1:steel-market of line 'L1' already contains its transport. Write "
        "'all inbound except L1', or use a dataset without transport. [transport-twice]"
    )
    assert legs(run(text.format(" except L1"))) == {"leg: foil": 0.01}


def test_what_has_no_mass_cannot_be_carried(run: Run) -> None:
    """A piece without a mass is an error of the leg that should carry it."""
    text = "L1 | chip | 1 item | chip\n[Transport]\nall inbound | truck | 10"
    assert LINE.refused(lambda: run(text, net_mass=1)) == (
        "pump.xlsx:Transport!A4: the mass of line 'L1' (BOM!A4) is not known, so it cannot be carried. Enter its "
        "net mass per unit. [transport-mass-unknown]"
    )


def test_a_vehicle_carries_tonne_kilometres(run: Run) -> None:
    """A dataset in another kind of unit is no vehicle."""
    assert LINE.refused(lambda: run("L1 | plate | 1 kg | steel\n[Transport]\nL1 | chip | 10")) == (
        "pump.xlsx:Transport!A4: unit 't·km' does not convert to 'item'. Enter the net mass per unit, or use a unit of "
        "the dataset's kind. [unit-mismatch]"
    )


def test_use_is_per_product_over_its_life(run: Run) -> None:
    """50 kWh per product are 50 kWh per product, whatever the BOM is written for."""
    for items in (1, 20):
        solved = run(f"L1 | plate | {items} kg | steel\n[Use]\ngrid-2024 | 50 kWh", bom_quantity=items)
        assert LINE.used(solved) == pytest.approx({"steel": 1, "grid-2024": 50}, rel=1e-12)


def test_end_of_life_treats_what_is_in_the_product(run: Run) -> None:
    """Two boards are in the product, though 2.5 were made: 4 kg of board, 2 kg of foil, whatever was lost."""
    text = BOM.replace("[Transport]", "[End of life]")
    solved = run(
        f"""{text}
        F | landfill | 0.25 | treatment=landfill
        F | incineration | 0.75 | treatment=burning
        B | recycling | 1 | treatment=steel-recycled, collection=0.9
        """,
        net_mass=4,
    )
    ends = {p.exchange.name: p.quantity for p in solved.ledger.postings if p.exchange.role == "treatment"}
    gaps = {p.exchange.name: p.quantity for p in solved.ledger.open_lines}
    assert ends == pytest.approx({"F: landfill": 0.5, "F: incineration": 1.5, "B: recycling": 3.6}, rel=1e-12)
    assert gaps == pytest.approx({"B: not collected 未收集": 0.4}, rel=1e-12)


def test_the_end_of_the_product_is_its_net_mass(run: Run) -> None:
    """Routes share the mass of the product; a route without a treatment is a gap."""
    text = """
    L1 | plate | 40 kg | steel
    [End of life]
    product | landfill | 0.3 | treatment=landfill
    product | reuse    | 0.7
    """
    assert LINE.used(run(text, bom_quantity=10, net_mass=4)) == pytest.approx(
        {"steel": 4, "landfill": 1.2, "gap: product: reuse": 2.8}, rel=1e-12
    )


def test_a_part_of_unknown_mass_has_no_end(run: Run) -> None:
    """What has no mass cannot be treated by mass."""
    text = "L1 | chip | 1 item | chip\n[End of life]\nL1 | landfill | 1 | treatment=landfill"
    assert LINE.refused(lambda: run(text, net_mass=1)) == (
        "pump.xlsx:End of life!A4: the mass of part 'L1' (BOM!A4) is not known, so its end of life cannot be "
        "calculated. Enter its net mass per unit. [part-mass-unknown]"
    )
