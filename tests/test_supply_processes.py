"""Processes: chains, loops, several products, fuels, auxiliaries and gases; nothing twice, nothing lost."""

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
    """Return what calculates the text of a Processes sheet beside a bill: ``run(processes, bom=...)``."""

    def calculate(processes: str, bom: str = "L1 | plate | 1 kg | steel", **product: object) -> Any:
        path = bill(f"{bom}\n[Processes]\n{processes}", product=LINE.plain_product(**product))
        return LINE.run(read(path), background, LINE.rules())

    return calculate


def near(**numbers: float) -> Any:
    return pytest.approx({key.replace("_", "-"): value for key, value in numbers.items()}, rel=1e-12)


def test_a_process_is_counted_per_its_own_output(run: Run) -> None:
    """Welding makes 50 products from 100 kWh: each takes 2 kWh."""
    assert LINE.used(run("weld | product | PUMP | 50 item\nweld | input | electricity | 100 kWh")) == near(
        steel=1, grid_2024=2
    )


def test_a_process_may_count_its_product_in_kilograms(run: Run) -> None:
    """Casting makes 10 t from 500 kWh; a product of 4 kg takes 0.2 kWh."""
    solved = run(
        "cast | product | PUMP | 10 t\ncast | input | electricity | 500 kWh", "L1 | plate | 4 kg | steel", net_mass=4
    )
    assert LINE.used(solved) == near(steel=4, grid_2024=0.2)


def test_two_processes_on_one_line_are_two_steps(run: Run) -> None:
    """A part that is milled and painted takes both."""
    solved = run(
        """
        mill  | product | L1 | 1 item
        mill  | input | electricity | 3 kWh
        paint | product | L1 | 10 item
        paint | input | copper | 5 kg | destination=product
        """,
        "L1 | part | 2 item | net_mass=1\n  S | steel | 0.5 kg | steel",
    )
    assert LINE.used(solved) == near(grid_2024=6, copper=1, steel=1)


def test_a_chain_of_processes_multiplies(run: Run) -> None:
    """Powder into paste into coating: what the last one takes goes up the chain, whatever the units on the way."""
    solved = run(
        """
        coat  | product | PUMP | 1 item
        coat  | input | paste | 300 g
        mix   | product | paste | 1 kg
        mix   | input | powder | 0.8 kg
        grind | product | powder | 1 t
        grind | input | copper | 1100 kg | destination=product
        """
    )
    assert LINE.used(solved) == near(steel=1, copper=0.3 * 0.8 * 1.1)


def test_processes_that_need_each_other_are_solved(run: Run) -> None:
    """Steam takes power and power takes steam: x = 1 + 0.2 y, y = 0.5 x, so x = 1/0.9."""
    solved = run(
        """
        use   | product | PUMP | 1 item
        use   | input | own power | 1 kWh
        power | product | own power | 1 kWh
        power | input | steam | 0.5 kg
        power | emission | co2-fossil | 1 kg
        steam | product | steam | 1 kg
        steam | input | own power | 0.2 kWh
        steam | emission | co2-fossil | 2 kg
        """
    )
    assert LINE.used(solved) == near(steel=1, co2_fossil=(1 + 2 * 0.5) / 0.9)


def test_rework_raises_every_input_of_the_part(run: Run) -> None:
    """Two per cent of the cells are made again: 1/0.98 of their foil and of their winding."""
    solved = run(
        """
        wind | product | cell | 1 item
        wind | input | electricity | 2 kWh
        wind | internal_return | cell | 0.02 item
        """,
        "cell | cell | 10 item\n  F | foil | 120 g | copper\nL1 | plate | 1 kg | steel",
        net_mass=2.2,
    )
    assert LINE.used(solved) == near(copper=1.2 / 0.98, grid_2024=20 / 0.98, steel=1)


def test_a_product_made_again_is_delivered_used_and_scrapped_once(bill: Any, background: Background) -> None:
    """Rework of the product raises what it takes to make, not its way to the customer, its use or its end."""
    path = bill(
        """
        L1 | plate | 4 kg | steel
        [Processes]
        make | product | PUMP | 1 item
        make | input | electricity | 2 kWh
        make | internal_return | PUMP | 0.2 item
        [Transport]
        product | truck | 100 | stage=distribution
        L1      | ship  | 1000
        all inbound | truck | 10 | mass=7
        [Use]
        electricity-not-a-word | 1 kWh
        [End of life]
        product | landfill | 1 | treatment=landfill
        """.replace("electricity-not-a-word", "solar-2024"),
        product=LINE.plain_product(),
    )
    solved = LINE.run(read(path), background, LINE.rules())
    assert LINE.used(solved) == near(
        steel=5, grid_2024=2.5, ship=5, truck=0.4 + 0.07, solar_2024=1, landfill=4
    )  # truck: 4 kg over 100 km to the customer, and the 7 kg stated for one finished product over 10 km
    assert solved.graph.root == "PUMP delivered"
    assert solved.ledger.supply == pytest.approx({"PUMP delivered": 1.0, "PUMP": 1.25, "make:PUMP": 1.25}, rel=1e-12)


@pytest.mark.parametrize("again", ["1", "1.5"])
def test_a_loop_that_eats_all_it_makes_is_refused(run: Run, again: str) -> None:
    """At a gain of one and above there is no product left."""
    text = f"wind | product | cell | 1 item\nwind | internal_return | cell | {again} item"
    bom = "cell | cell | 10 item\n  F | foil | 120 g | copper"
    assert LINE.refused(lambda: run(text, bom, net_mass=1.2)) == (
        "pump.xlsx:Processes!G5: a loop consumes as much as it makes, or more: cell. Check the amounts of rework and "
        "internal return. [loop-gain]"
    )


TWO = """
press | product | PUMP | 1 item | allocation={method}, allocation_value={first}
press | co-product | pulp | 3 kg | allocation={method}, allocation_value={second}
press | input | electricity | 10 kWh
press | input | copper | 2 kg | destination=burning
press | emission | co2-fossil | 1 kg
press | waste | rest | 4 kg | destination=landfill
press | internal_return | PUMP | 0.1 item
"""


def two(method: str = "economic", first: str = "60", second: str = "20") -> str:
    return TWO.format(method=method, first=first, second=second)


def test_co_products_share_by_property_times_amount(run: Run) -> None:
    """One pump at 60 and three kilograms of pulp at 20 are worth the same: the pump bears half, of all there is.

    A tenth of a pump is taken back; the pump bears half of that too: 1/(1 - 0.05) of everything.
    """
    solved = run(two())
    once = {"steel": 1, "grid-2024": 5, "copper": 1, "burning": 1, "co2-fossil": 0.5, "landfill": 2}
    assert LINE.used(solved) == pytest.approx({name: x / 0.95 for name, x in once.items()}, rel=1e-12)


def test_what_one_product_does_not_bear_the_other_does(run: Run) -> None:
    """Shares add to one: pump and pulp together, three kilograms per pump, take all that the press takes."""
    text = two().replace("press | internal_return | PUMP | 0.1 item", "")
    solved = run(f"{text}\nboil | product | PUMP | 1 item\nboil | input | pulp | 3 kg")
    assert LINE.used(solved) == near(grid_2024=10, copper=2, burning=2, co2_fossil=1, landfill=4, steel=1)


def test_a_return_into_a_process_of_two_products_is_borne_by_both(run: Run) -> None:
    """What is taken back is an input like any other: pulp bears its half of the pump that is made again."""
    solved = run(f"{two()}\nboil | product | PUMP | 1 item\nboil | input | pulp | 3 kg")
    once = {"steel": 1, "grid-2024": 10, "copper": 2, "burning": 2, "co2-fossil": 1, "landfill": 4}
    assert LINE.used(solved) == pytest.approx({name: x / 0.9 for name, x in once.items()}, rel=1e-12)


def test_allocation_must_be_chosen_for_every_product(run: Run) -> None:
    """A co-product without method or value is an error, for each row that lacks it."""
    text = two().replace(", allocation_value=20", "")
    assert LINE.refused(lambda: run(text)) == (
        "pump.xlsx:Processes!A5: process 'press' makes several products, and 'pulp' has no allocation method or value. "
        "Fill in both for every product. [allocation-missing]"
    )


def test_products_of_one_process_share_by_one_method(run: Run) -> None:
    """Mass for one and price for the other is no allocation."""
    text = two().replace("allocation=economic, allocation_value=20", "allocation=mass, allocation_value=1")
    assert LINE.refused(lambda: run(text)) == (
        "pump.xlsx:Processes!A4: the products of process 'press' use different allocation methods: economic, mass. "
        "Choose one. [allocation-mixed]"
    )


def test_a_product_twice_in_one_process_is_an_error(run: Run) -> None:
    """The same name as product and as co-product cannot be told apart."""
    assert LINE.refused(lambda: run(two().replace("| pulp |", "| PUMP |").replace("3 kg", "3 item"))) == (
        "pump.xlsx:Processes!F5: 'PUMP' is used here and in Processes!F4. Give each its own id. [id-twice]"
    )


def test_a_co_product_of_nothing_is_an_error(run: Run) -> None:
    """Amounts are divided by the output, so it is more than zero."""
    assert LINE.refused(lambda: run(two().replace("3 kg", "0 kg"))) == (
        "pump.xlsx:Processes!G5: 'Amount' is zero, and other amounts are divided by it. Enter a number above zero. "
        "[amount-zero]"
    )


def test_a_process_nobody_needs_is_an_error(run: Run) -> None:
    """It would drop out of the result without a word; also when it bears the name of the product."""
    for process in ("grind", "pump"):
        text = f"{process} | product | powder | 1 kg\n{process} | input | copper | 1 kg | destination=product"
        assert LINE.refused(lambda: run(text)) == (  # noqa: B023 - called at once
            f"pump.xlsx:Processes!A4: process '{process}' makes 'powder', which nothing uses. Name a line, the "
            "product, or a flow another process takes in. Did you mean 'L1', 'PUMP'? [process-orphan]"
        )


def test_a_line_of_the_bom_is_no_input_of_the_process_that_makes_its_parent(run: Run) -> None:
    """The BOM counts it already: entered again as an input it would be counted twice, or be a gap that is none."""
    said = (
        "pump.xlsx:Processes!F5: '{}' is a line of the BOM ({}) and is counted there already. Delete this row, or "
        "enter the dataset of what the process takes besides. [input-in-bom]"
    )
    bought = "make | product | PUMP | 1 item\nmake | input | L1 | 1 kg"
    assert LINE.refused(lambda: run(bought)) == said.format("L1", "BOM!A4")
    made = "make | product | PUMP | 1 item\nmake | input | B | 1 item"
    bom = "B | board | 1 item\n  C | foil | 1 kg | copper"
    assert LINE.refused(lambda: run(made, bom, net_mass=1)) == said.format("B", "BOM!A4")


def test_a_process_may_use_up_parts_beside_the_bill(run: Run) -> None:
    """Destructive tests take one board in fifty more than the product holds."""
    solved = run(
        """
        test | product | tested | 1 item
        test | input | B | 0.02 item
        make | product | PUMP | 1 item
        make | input | tested | 1 item
        """,
        "B | board | 2 item\n  C | foil | 1 kg | copper",
        net_mass=2,
    )
    assert LINE.used(solved) == near(copper=2.02)


FUEL = "heat | product | PUMP | 1 item\nheat | input | {} | 100 MJ{}"


def test_a_fuel_must_say_what_becomes_of_it(run: Run) -> None:
    """Burned or feedstock: nobody guesses."""
    assert LINE.refused(lambda: run(FUEL.format("gas-burned", ""))) == (
        "pump.xlsx:Processes!A5: fuel 'gas-burned' does not say what becomes of it. Enter burned or feedstock. "
        "[fuel-use-missing]"
    )


def test_a_burned_fuel_needs_its_combustion(run: Run) -> None:
    """The supply of a gas alone would lose the CO2 of its flame."""
    assert LINE.refused(lambda: run(FUEL.format("gas-supply", " | fuel_use=burned"))) == (
        "pump.xlsx:Processes!L5: fuel 'gas-supply' is burned, but the dataset holds no combustion. Use the dataset "
        "with combustion. [fuel-without-combustion]"
    )


def test_feedstock_has_no_flame(run: Run) -> None:
    """A gas that becomes part of the product is not burned."""
    assert LINE.refused(lambda: run(FUEL.format("gas-burned", " | fuel_use=feedstock"))) == (
        "pump.xlsx:Processes!L5: 'gas-burned' is feedstock, but the dataset holds its combustion. Use the dataset of "
        "its supply only. [feedstock-with-combustion]"
    )


def test_fuels_that_fit_are_counted(run: Run) -> None:
    """Burned with its combustion, feedstock with its supply."""
    assert LINE.used(run(FUEL.format("gas-burned", " | fuel_use=burned"))) == near(steel=1, gas_burned=100)
    assert LINE.used(run(FUEL.format("gas-supply", " | fuel_use=feedstock"))) == near(steel=1, gas_supply=100)


AUXILIARY = "wash | product | PUMP | 1 item\nwash | input | copper | 2 kg{}"


def test_an_auxiliary_must_say_where_it_goes(run: Run) -> None:
    """A bought substance ends in the product, in the air, in a treatment or is recovered; it does not vanish."""
    assert LINE.refused(lambda: run(AUXILIARY.format(""))) == (
        "pump.xlsx:Processes!A5: auxiliary 'copper' has no outlet. Enter product, evaporated, recovered, waste or the "
        "dataset of its treatment. [auxiliary-outlet]"
    )
    for kept in ("evaporated", "recovered"):
        assert LINE.used(run(AUXILIARY.format(f" | destination={kept}"))) == near(steel=1, copper=2)
    assert LINE.used(run(AUXILIARY.format(" | destination=burning"))) == near(steel=1, copper=2, burning=2)
    assert LINE.used(run(AUXILIARY.format(" | destination=waste"))) == {"steel": 1, "copper": 2, "gap: copper": 2}


EMISSION = "weld | product | PUMP | 1 item\nweld | emission | {} | 2 {}"


def test_a_gas_is_characterised_with_the_set_of_the_rules(run: Run) -> None:
    """2 g of SF6 are 48.6 kg CO2e in AR6; its id and its names in both languages mean the same gas."""
    for name in ("sf6", "SF6", "Sulphur hexafluoride", "六氟化硫"):
        solved = run(EMISSION.format(name, "g"))
        assert LINE.used(solved) == near(steel=1, sf6=0.002)
        assert LINE.values(solved)["Processes!A5"] == pytest.approx(0.002 * 24300, rel=1e-12)


def test_an_unknown_gas_is_told_with_the_nearest(run: Run) -> None:
    """A gas without a factor is not zero."""
    assert LINE.refused(lambda: run(EMISSION.format("sf66", "kg"))) == (
        "pump.xlsx:Processes!F5: there is no greenhouse gas 'sf66'. Enter the id or name of a gas. "
        "Did you mean 'sf6'? [gas-unknown]"
    )


def test_a_gas_is_a_mass(run: Run) -> None:
    """Litres of a gas say nothing without a density."""
    assert LINE.refused(lambda: run(EMISSION.format("sf6", "L"))) == (
        "pump.xlsx:Processes!H5: unit 'L' does not convert to 'kg'. Enter the net mass per unit, or use a unit of the "
        "dataset's kind. [unit-mismatch]"
    )


def test_a_facility_total_is_shared_out(run: Run) -> None:
    """A fifth of the plant's 1000 kWh belongs to the welding of 40 products: 5 kWh each."""
    solved = run(
        """
        weld | product | PUMP | 40 item
        weld | input | electricity | 1000 kWh | covers=facility_total, sharing_key=floor area, share=0.2
        """
    )
    assert LINE.used(solved) == near(steel=1, grid_2024=5)


def test_a_parameter_multiplies_the_rows_that_name_it(bill: Any, background: Background) -> None:
    """One fill level scales two rows."""
    path = bill(
        """
        L1 | plate | 1 kg | steel | parameter=fill
        [Processes]
        weld | product | PUMP | 1 item
        weld | input | electricity | 10 kWh | parameter=fill
        [Parameters]
        fill | 0.8
        """,
        product=LINE.plain_product(),
    )
    assert LINE.used(LINE.run(read(path), background, LINE.rules())) == near(steel=0.8, grid_2024=8)


def test_a_co_product_that_bears_all_is_no_second_product(run: Run) -> None:
    """A product worth nothing bears nothing; what its co-product bears is posted under ids of its own."""
    text = two("economic", "0", "20").replace("press | internal_return | PUMP | 0.1 item", "")
    solved = run(f"{text}\nboil | product | PUMP | 1 item\nboil | input | pulp | 3 kg")
    assert LINE.used(solved) == near(grid_2024=10, copper=2, burning=2, co2_fossil=1, landfill=4, steel=1)
    ids = [e.id for e in solved.graph.exchanges]
    assert len(set(ids)) == len(ids)
