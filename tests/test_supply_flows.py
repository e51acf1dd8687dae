"""Balances of processes: what has a mass or an energy is counted once, and what nobody can tell is not called open."""

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
WITHIN = 0.05
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def balance(bill: Callable[..., Path], background: Background) -> Run:
    """Return what balances the first process of a Processes sheet beside a bill, judged."""

    def of(processes: str, bom: str = "L1 | plate | 1 kg |", side: str = "mass", **product: object) -> Any:
        path = bill(f"{bom}\n[Processes]\n{processes}", product=LINE.plain_product(**product))
        found = LINE.run(read(path), background, LINE.rules()).graph.balances
        return getattr(found[0], side).judged(WITHIN)

    return of


def sides(found: Any) -> tuple[Any, Any, str, str]:
    return pytest.approx(found.into), pytest.approx(found.out), found.why, found.cell.partition("!")[2]


def test_units_of_mass_and_a_stated_density_count(balance: Run) -> None:
    """0.001 t, 100 g of steel in; 1 kg, 0.05 kg of chips and 0.025 Nm3 of 2 kg/Nm3 out: 1.1 = 1 + 0.05 + 0.05."""
    found = balance(
        "make | product | L1 | 1 kg\n"
        "make | input | steel | 0.001 t | destination=product\nmake | input | copper | 100 g | destination=product\n"
        "make | scrap | chips | 0.05 kg | destination=recycling\nmake | waste | off-gas | 0.025 Nm3 | unit_mass=2\n"
    )
    assert sides(found) == (1.1, 1.1, "", "")
    assert found.difference == pytest.approx(0, abs=1e-12)


def test_an_amount_without_a_mass_is_named(balance: Run) -> None:
    """A volume of waste without its density: nobody can tell, and the cell is told."""
    found = balance(
        "make | product | L1 | 1 kg\nmake | input | steel | 1.1 kg | destination=product\n"
        "make | waste | water | 1 m3 | destination=water-treatment\n"
    )
    assert (found.into, found.out, found.why, found.cell) == (1.1, None, "no-mass", "Processes!A6")
    assert found.difference is None


def test_what_is_used_up_leaves_as_its_row_says(balance: Run) -> None:
    """Burned and landfilled auxiliaries pass through; electricity, transport and what is recovered have no mass."""
    found = balance(
        "make | product | L1 | 1 kg\nmake | input | steel | 1 kg | destination=product\n"
        "make | input | copper | 0.2 kg | destination=burning\nmake | input | wood | 0.1 kg | destination=evaporated\n"
        "make | input | copper | 9 kg | destination=recovered\nmake | input | electricity | 3 kWh\n"
        "make | input | truck | 2 t·km\n"
    )
    assert sides(found) == (1.3, 1.3, "", "")


def test_what_is_recovered_may_be_in_the_waste(balance: Run) -> None:
    """Half a kilogram of waste from nothing else than what is recovered: nobody can tell; two are too much."""
    text = (
        "make | product | L1 | 1 kg\nmake | input | steel | 1 kg | destination=product\n"
        "make | input | copper | 0.5 kg | destination=recovered\nmake | waste | sludge | {} kg | destination=landfill\n"
    )
    assert sides(balance(text.format(0.5))) == (1, 1.5, "recovered", "A6")
    assert balance(text.format(2)).difference == pytest.approx(2 / 3)


def test_gases_count_and_the_air_may_have_taken_part(balance: Run) -> None:
    """Lime: 100 in, 56 and 44 kg CO2 out. 12 of carbon give 44 with oxygen no row tells of; 60 from 12 + 1 is open."""
    text = "make | product | L1 | {} kg\nmake | input | steel | {} kg | destination=product\n"
    text += "make | emission | co2-fossil | {} kg\n"
    assert sides(balance(text.format(56, 100, 44))) == (100, 100, "", "")
    assert sides(balance(text.format(1, 13, 44))) == (13, 45, "air", "A6")
    assert balance(text.format(60, 13, 4)).difference == pytest.approx(51 / 64)
    assert balance(text.format(56, 100, 22)).difference == pytest.approx(0.22)
    assert sides(balance(text.replace("co2-fossil", "sf6").format(1, 1, 1))) == (1, 2, "", "")


def test_oxygen_that_is_stated_closes(balance: Run) -> None:
    """12 of carbon and 32 of oxygen leave as 44 of CO2; a solvent beside them leaves by no row: nobody can tell."""
    text = (
        "make | product | L1 | 1 kg\nmake | input | steel | 1 kg | destination=product\n"
        "make | input | wood | 12 kg | destination=evaporated\nmake | input | copper | 32 kg | destination=evaporated\n"
        "make | emission | co2-fossil | 44 kg\n"
    )
    assert sides(balance(text)) == (45, 45, "", "")
    assert sides(balance(f"{text}make | input | paint | 9 kg | destination=evaporated")) == (54, 45, "outlet", "A6")


def test_a_fuel_burned_leaves_with_its_air(balance: Run) -> None:
    """Neither the fuel nor its flue gas has a row: 1 kg in, 1 kg out; its CO2 in a row beside cannot be told."""
    text = "make | product | L1 | 1 kg\nmake | input | steel | 1 kg | destination=product\n"
    text += "make | input | gas-burned | 40 MJ | fuel_use=burned\n"
    assert sides(balance(text)) == (1, 1, "", "")
    assert balance(f"{text}make | emission | co2-fossil | 2.2 kg").why == "air"


def test_a_process_assembles_the_parts_of_the_bill(balance: Run) -> None:
    """Two casings of 5 kg from 20 kg of plate, of which half is lost; boxes are no part; bolts from nowhere: open."""
    bom = "A1 | casing | 1 item | | net_mass=5\nP | plate | 5 kg | steel | parent=A1, loss={}, loss_to=landfill\n"
    bom += "box | box | 1 kg | steel | parent=A1, role=sales_packaging\n"
    make = "make | product | A1 | 2 item\nmake | input | copper | 1 kg | destination=evaporated\n"
    found = balance(make, bom.format(0.5), net_mass=5)
    assert sides(found) == (21, 21, "", "")
    bolts = f"{make}make | scrap | bolts | 10 kg\n"
    assert balance(bolts, bom.format(0.5), net_mass=5).difference == pytest.approx(10 / 31)


def test_consecutive_steps_are_balanced_together(balance: Run) -> None:
    """Cutting 2 kg gives 0.4 of chips; grinding 1 kg, 0.1 of dust of 0.1 of paint: 2.6 = 2 + 0.4 + 0.2."""
    found = balance(
        "cut | product | L1 | 2 kg\ncut | input | steel | 2.4 kg | destination=product\ncut | scrap | chips | 0.4 kg\n"
        "grind | product | L1 | 1 kg\ngrind | input | paint | 100 g | destination=product\n"
        "grind | waste | dust | 0.1 kg | destination=landfill\n"
    )
    assert sides(found) == (2.6, 2.6, "", "")


def test_what_is_taken_back_and_what_another_process_makes_goes_in(balance: Run) -> None:
    """0.98 of blank of 1 kg an item and 0.02 of the own output: one out. The unit mass stands where it is made."""
    found = balance(
        "form | product | L1 | 1 item | unit_mass=1\nform | input | blank | 980 g\n"
        "form | internal_return | L1 | 0.02 item\n"
        "cast | product | blank | 1 kg\ncast | input | steel | 1 kg | destination=product\n",
        "L1 | part | 1 item | | net_mass=1",
    )
    assert sides(found) == (1, 1, "", "")


def test_heat_has_no_mass_and_tools_have_none_here(balance: Run) -> None:
    """A boiler makes no matter: nothing to balance by mass."""
    text = "boil | product | warmth | 9 MJ\nboil | input | gas-burned | 10 MJ | fuel_use=burned\n"
    text += "make | product | L1 | 1 kg\nmake | input | steel | 1 kg | destination=product\n"
    text += "make | input | warmth | 1 MJ\nmake | input | factory | 1 item\n"
    assert balance(text).why == "nothing-mass"


@pytest.mark.parametrize(("rows", "why", "difference"), [
    ("", "loss", None),
    ("boil | waste | losses | 1 MJ", "", 0.0),
    ("boil | waste | losses | 4 MJ", "", 3 / 13),
    ("boil | co-product | power | 1 kWh | allocation_value=1", "", 2.6 / 12.6),
    ("boil | input | electricity | 1 kWh", "loss", None),
    ("boil | input | steel | 1 kg | destination=evaporated", "no-energy", None),
    ("boil | input | wood | 1 kg | destination=product, energy_content=15", "loss", None),
    ("boil | input | truck | 1 t·km\nboil | waste | losses | 0.001 GJ", "", 0.0),
])  # fmt: skip
def test_no_process_gives_more_energy_than_it_takes(
    balance: Run, rows: str, why: str, difference: float | None
) -> None:
    """A boiler: 10 MJ of gas, 9 MJ of heat. What it loses may be anything, unless a row states it."""
    text = "boil | product | warmth | 9 MJ | allocation=custom, allocation_value=1\n"
    text += f"boil | input | gas-burned | 10 MJ | fuel_use=burned\n{rows}\n"
    text += "make | product | L1 | 1 kg\nmake | input | steel | 1 kg | destination=product\n"
    text += "make | input | warmth | 1 MJ\n"
    found = balance(text, side="energy")
    assert found.why == why
    assert found.difference == (None if difference is None else pytest.approx(difference, abs=1e-12))


def test_energy_contents_count_as_rows_and_makers_state_them(balance: Run) -> None:
    """3 kg of wood of 15 MJ/kg give 1 kg of char of 30 MJ/kg and 15 MJ of heat; the char heats the next process."""
    text = (
        "char | product | char | 1 kg | energy_content=30\nchar | input | wood | 3 kg | destination=product, "
        "energy_content=15\nchar | waste | losses | 15 MJ\n"
    )
    smelt = "smelt | product | L1 | 1 kg | allocation=custom, allocation_value=1\nsmelt | input | char | 500 g\n"
    assert sides(balance(text + smelt, side="energy")) == (45, 45, "", "")
    found = balance(f"smelt | co-product | warmth | 4 kWh | allocation_value=1\n{smelt}{text}", side="energy")
    assert (found.into, found.out, found.why, found.cell) == (15, None, "no-energy", "Processes!A5")


@pytest.mark.parametrize(("product", "waste", "why", "difference"), [
    ("", 7000, "", 200 / 7200), ("", 6000, "", 1200 / 7200), ("energy_content=0", 7000, "", 200 / 7200),
    ("energy_content=80", 7000, "parts", None),
])  # fmt: skip
def test_what_is_assembled_holds_the_energy_of_its_parts(
    balance: Run, product: str, waste: int, why: str, difference: float | None
) -> None:
    """3,600 MJ of electricity and as much gas against the heat that leaves: parts bring what the product holds.

    A product that states an energy of its own holds that of its parts, which nobody knows.
    """
    bom = "L1 | pump | 1 item | | net_mass=1\n  L2 | plate | 1 kg | steel"
    stated = f" | {product}" if product else ""
    text = f"finish | product | L1 | 100 item{stated}\nfinish | input | electricity | 1000 kWh\n"
    text += f"finish | input | gas-burned | 3600 MJ | fuel_use=burned\nfinish | waste | warm air | {waste} MJ\n"
    found = balance(text, bom, side="energy")
    assert found.why == why
    assert found.difference == (None if difference is None else pytest.approx(difference))
    melted = text + "finish | input | wood | 1 kg | destination=product, energy_content=15\n"
    if not product:
        assert balance(melted, bom, side="energy").why == "no-energy"


def test_energy_that_is_lost_needs_no_treatment(bill: Callable[..., Path], background: Background) -> None:
    """A row of lost heat is no gap: it states what the balance of energy needs, and is accounted for."""
    text = "L1 | plate | 1 kg | steel\n[Processes]\nmake | product | PUMP | 1 item\nmake | waste | losses | 3 MJ\n"
    document = LINE.document(read(bill(text, product=LINE.plain_product())), background, LINE.rules())
    assert document["result"]["lower_bound"] is False
    assert document["completeness"]["gaps"] == []
    assert [row["state"] for row in document["account"]["rows"] if row["cell"].startswith("Processes!")] == [
        "merged", "used"
    ]  # fmt: skip


def test_a_bill_for_a_batch_is_balanced_per_run_of_the_process(balance: Run) -> None:
    """The BOM is for four pumps of 1 kg, the process makes two: 2 kg of plate in, 2 kg of pumps out."""
    found = balance("make | product | PUMP | 2 item", "L1 | plate | 4 kg | steel", net_mass=1, bom_quantity=4.0)
    assert sides(found) == (2, 2, "", "")


def test_plants_are_balanced_each(bill: Callable[..., Path], background: Background) -> None:
    """Two plants assemble the same part of 1 kg: each takes the plate of what it makes, and one of them loses more."""
    text = (
        "L1 | plate | 1 kg | steel\n[Processes]\n"
        "east | product | PUMP | 3 item | output_share=0.75\neast | scrap | chips | 1 kg\n"
        "west | product | PUMP | 1 item | output_share=0.25\nwest | input | copper | 10 g | destination=evaporated\n"
    )
    found = LINE.run(read(bill(text, product=LINE.plain_product(net_mass=1))), background, LINE.rules()).graph.balances
    assert [(each.process, each.mass.into, each.mass.out) for each in found] == [
        ("east", 3, 4), ("west", pytest.approx(1.01), pytest.approx(1.01)),
    ]  # fmt: skip
