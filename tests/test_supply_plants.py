"""Several plants that make one product: the consumer draws on each in its share, and on all of them together once."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background
from footprint.intake import read as intake
from footprint.model.linked import Linked
from footprint.rules.scope import bill_scope
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def run(bill: Callable[..., Path], background: Background) -> Run:
    """Return what calculates the text of a Processes sheet beside a bill."""

    def calculate(processes: str, bom: str = "L1 | plate | 1 kg | steel", mass: float = 1e15, **product: object) -> Any:
        path = bill(f"{bom}\n[Processes]\n{processes}", product=LINE.plain_product(**product))
        return LINE.run(read(path), background, LINE.rules(), mass)

    return calculate


def near(**numbers: float) -> Any:
    return pytest.approx({key.replace("_", "-"): value for key, value in numbers.items()}, rel=1e-12)


TWO = """
east | product | PUMP | 10 item | {east}
east | input | electricity | 100 kWh
west | product | PUMP | 1 item | {west}
west | input | electricity | 5 kWh
west | input | copper | 1 kg | destination=burning
"""


def two(east: str = "output_share=0.75", west: str = "output_share=0.25") -> str:
    return TWO.format(east=east, west=west)


def test_the_product_draws_on_each_plant_in_its_share(run: Run) -> None:
    """Three quarters at 10 kWh, one quarter at 5 kWh and a kilogram of copper; the parts of the bill once."""
    solved = run(two())
    assert LINE.used(solved) == near(steel=1, grid_2024=8.75, copper=0.25, burning=0.25)
    fed = {e.target: [(s.what, s.place.address) for s in e.amount.steps] for e in solved.graph.exchanges if e.target}
    assert fed == {
        "east:PUMP": [("output_share", "Processes!S4")], "west:PUMP": [("output_share", "Processes!S6")],
    }  # fmt: skip


def test_without_shares_processes_are_steps_one_after_the_other(run: Run) -> None:
    """Both take place, as ever."""
    assert LINE.used(run(two("note=-", "note=-"))) == near(steel=1, grid_2024=15, copper=1, burning=1)


def test_a_flow_between_processes_may_come_from_several_plants(run: Run) -> None:
    """Paste from two mills, one of which counts in tonnes and one in drums of 50 kg."""
    text = """
        coat  | product | PUMP  | 1 item
        coat  | input   | paste | 2 kg
        east  | product | paste | 1 t      | output_share=0.6
        east  | input | electricity | 100 kWh
        west  | product | paste | 1 item   | output_share=0.4, unit_mass=50
        west  | input | electricity | 25 kWh
        """
    assert LINE.used(run(text)) == near(steel=1, grid_2024=2 * (0.6 * 0.1 + 0.4 * 0.5))
    turned = text.replace("0.6", "x").replace("0.4", "0.6").replace("x", "0.4")
    assert LINE.used(run(turned)) == near(steel=1, grid_2024=2 * (0.4 * 0.1 + 0.6 * 0.5))
    lines = text.splitlines()
    swapped = "\n".join([*lines[:3], *lines[5:7], *lines[3:5], *lines[7:]])
    assert LINE.used(run(swapped)) == near(steel=1, grid_2024=2 * (0.6 * 0.1 + 0.4 * 0.5))


def test_each_plant_may_count_in_pieces_of_its_own_mass(run: Run) -> None:
    """Kilograms, drums of 50 kg and cans of 5 kg."""
    text = """
        coat  | product | PUMP  | 1 item
        coat  | input   | paste | 1 kg
        east  | product | paste | 1 kg   | output_share=0.5
        west  | product | paste | 1 item | output_share=0.3, unit_mass=50
        west  | input | electricity | 50 kWh
        north | product | paste | 1 item | output_share=0.2, unit_mass=5
        north | input | copper | 5 kg | destination=burning
        """
    assert LINE.used(run(text)) == near(steel=1, grid_2024=0.3, copper=0.2, burning=0.2)


def test_a_bill_for_many_products_draws_on_plants_as_often(run: Run) -> None:
    """The bill lists the parts of ten pumps: each plant makes its share of ten."""
    solved = run(two(), "L1 | plate | 10 kg | steel", bom_quantity=10, net_mass=1)
    assert LINE.used(solved) == near(steel=1, grid_2024=8.75, copper=0.25, burning=0.25)


def test_each_plant_reworks_its_own(run: Run) -> None:
    """A tenth is taken back in the west alone: 1/0.9 of what the west takes, nothing more in the east."""
    text = """
        coat  | product | PUMP  | 1 item
        coat  | input   | paste | 1 kg
        east  | product | paste | 1 kg | output_share=0.6
        east  | input | electricity | 1 kWh
        west  | product | paste | 1 kg | output_share=0.4
        west  | input | copper | 1 kg | destination=burning
        west  | internal_return | paste | 0.1 kg
        """
    assert LINE.used(run(text)) == near(steel=1, grid_2024=0.6, copper=0.4 / 0.9, burning=0.4 / 0.9)


def test_rework_of_the_product_takes_the_product_again(run: Run) -> None:
    """What the bill lists is made again too, in whichever plant: a quarter of a tenth of everything."""
    solved = run(two() + "west | internal_return | PUMP | 0.1 item")
    again = 1 / (1 - 0.25 * 0.1)
    expected = {"steel": 1, "grid-2024": 8.75, "copper": 0.25, "burning": 0.25}
    assert LINE.used(solved) == pytest.approx({name: x * again for name, x in expected.items()}, rel=1e-12)


def test_the_mass_of_what_plants_put_in_counts_in_their_shares(run: Run) -> None:
    """One plant puts 1 kg of copper in, the other 2 kg: on average 1.25 kg, and the balance closes."""
    text = """
        east | product | PUMP | 2 item | output_share=0.75
        east | input | copper | 2 kg | destination=product
        west | product | PUMP | 1 item | output_share=0.25
        west | input | copper | 2 kg | destination=product
        """
    solved = run(text, mass=0.001, net_mass=2.25)
    assert solved.graph.mass_balance.summed_kg == pytest.approx(2.25, rel=1e-12)
    assert LINE.used(solved) == near(steel=1, copper=1.25)


def test_shares_of_plants_are_whole_and_stated_by_all(run: Run) -> None:
    """Shares that miss one, and plants with and without a share, are errors with their cells."""
    assert LINE.refused(lambda: run(two(west="output_share=0.2"))) == (
        "pump.xlsx:Processes!S4: the shares of the plants that make 'PUMP' (Processes!S4, Processes!S6) add to 95 %, "
        "not to 100 %. Correct them. [output-shares]"
    )
    assert "add to 105 %" in LINE.refused(lambda: run(two(west="output_share=0.3")))
    beside = two() + "north | product | foam | 1 kg\nnorth | co-product | PUMP | 1 item"
    assert "pump.xlsx:Processes!A10: 'PUMP' is made by several plants" in LINE.refused(lambda: run(beside))
    assert (
        "pump.xlsx:Processes!A6: 'PUMP' is made by several plants whose shares are stated (Processes!S4), and this row "
        "has none. Fill in the share of every plant, in product rows, or of none. [output-share-missing]"
    ) in LINE.refused(lambda: run(two(west="note=-"))).splitlines()


def test_one_plant_alone_has_it_all(run: Run) -> None:
    """A share of less than one without another plant leaves the rest to nobody."""
    text = "east | product | PUMP | 1 item | output_share={}\neast | input | electricity | 5 kWh"
    assert LINE.used(run(text.format("1"))) == near(steel=1, grid_2024=5)
    assert "[output-shares]" in LINE.refused(lambda: run(text.format("0.5")))


def test_a_share_of_a_plant_stands_in_its_product_row(run: Run) -> None:
    """On an input it would say nothing."""
    text = two().replace("100 kWh", "100 kWh | output_share=0.5")
    assert LINE.refused(lambda: run(text)) == (
        "pump.xlsx:Processes!S5: the share of a plant stands in its product row only. Clear this cell. "
        "[output-share-elsewhere]"
    )


def test_rules_may_ask_for_the_number_of_plants(bill: Any) -> None:
    """bill.plants: 1 where nothing is shared, else the plants of what most of them make."""

    def plants(text: str) -> object:
        path = bill(f"L1 | plate | 1 kg | steel\n[Processes]\n{text}", product=LINE.plain_product())
        return bill_scope(Linked(intake.read(read(path), LINE.rules().fields), {}, {}, ()))["bill.plants"]

    assert plants(two("note=-", "note=-")) == 1.0
    assert plants(two()) == 2.0
    third = "\nnorth | product | PUMP | 1 item | output_share=0.1"
    paste = "\na | product | paste | 1 kg | output_share=0.1\nb | product | paste | 1 kg | output_share=0.9"
    assert plants(two() + third + paste) == 3.0


def test_plants_of_several_outputs_share_in_each(run: Run) -> None:
    """The east sells pulp besides: it keeps half its burdens off the pump, for its share of the pumps."""
    text = """
        east | product | PUMP | 1 item | output_share=0.5, allocation=custom, allocation_value=1
        east | co-product | pulp | 1 kg | allocation_value=1
        east | input | electricity | 8 kWh
        west | product | PUMP | 1 item | output_share=0.5
        west | input | electricity | 8 kWh
        """
    assert LINE.used(run(text)) == near(steel=1, grid_2024=0.5 * 4 + 0.5 * 8)
