"""Rows for one output alone, and co-products that replace something elsewhere: nothing is lost, nothing twice."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Run = Callable[..., Any]
BOM = "L1 | plate | 1 kg | steel"


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def run(bill: Callable[..., Path], background: Background) -> Run:
    """Return what calculates the text of a Processes sheet beside a bill: ``run(processes, *steps, bom=...)``."""

    def calculate(processes: str, *steps: str, bom: str = BOM, least: str = "", **product: object) -> Any:
        path = bill(f"{bom}\n[Processes]\n{processes}", product=LINE.plain_product(**product))
        pcr = LINE.sharing(*steps, ignore_below=least) if steps else LINE.rules()
        return LINE.run(read(path), background, pcr)

    return calculate


def near(**numbers: float) -> Any:
    return pytest.approx({key.replace("_", "-"): value for key, value in numbers.items()}, rel=1e-12)


def shares(solved: Any) -> dict[str, float]:
    """Return the share of each output, whatever the process."""
    return {b.output.flow: b.share for found in solved.graph.allocated for b in found.outputs}


def decided(solved: Any) -> tuple[str, str, str]:
    """Return method, step and clause of the one process that shares."""
    (found,) = solved.graph.allocated
    return found.method, found.decision.step, found.decision.clause


# --- subdivision

ONLY = """
press | product    | PUMP | 1 item
press | co-product | pulp | 3 kg
press | input | electricity | 10 kWh
press | input | gas-burned | 8 MJ | fuel_use=burned, only_for={gas}
press | waste | dust | 2 kg | destination=landfill, only_for={dust}
"""


def test_a_row_for_one_output_is_borne_by_it_alone(run: Run) -> None:
    """The pump's own gas is its own, the pulp's own dust not; the rest is shared."""
    solved = run(ONLY.format(gas="PUMP", dust="pulp"), "mass | process.has_masses")
    assert LINE.used(solved) == near(steel=1, grid_2024=2.5, gas_burned=8, landfill=0)
    steps = {e.id: [s.what for s in e.amount.steps] for e in solved.graph.exchanges}
    assert steps["Processes!A7"] == []
    assert "Processes!A7 for pulp" not in steps


def test_where_every_row_names_its_output_nothing_is_shared(run: Run) -> None:
    """Subdivision avoids allocation: no method is needed, and none deviates."""
    text = ONLY.format(gas="PUMP", dust="pulp").replace("10 kWh", "10 kWh | only_for=pulp")
    solved = run(text + "boil | product | PUMP | 1 item\nboil | input | pulp | 1.5 kg")
    assert LINE.used(solved) == near(steel=1, grid_2024=5, gas_burned=8, landfill=1)
    assert decided(solved) == ("subdivision", "", "")
    assert shares(solved) == {"PUMP": None, "pulp": None}
    stated = run(text.replace("1 item", "1 item | allocation=mass", 1), "economic | 1 > 0")
    assert not stated.graph.allocated[0].deviates


def test_a_row_for_an_output_that_is_not_made_is_an_error(run: Run) -> None:
    """An unknown name would lose the row."""
    said = LINE.refused(lambda: run(ONLY.format(gas="pump", dust="pulp"), "mass | process.has_masses"))
    assert said == (
        "pump.xlsx:Processes!T7: process 'press' makes no 'pump', for which alone this row is stated. Name one of its "
        "outputs, or leave the cell empty. Did you mean 'PUMP', 'pulp'? [only-for-unknown]"
    )
    alone = "weld | product | PUMP | 1 item\nweld | input | electricity | 1 kWh | only_for=L1"
    assert LINE.refused(lambda: run(alone)).endswith("Did you mean 'PUMP'? [only-for-unknown]")


def test_an_output_belongs_to_no_other(run: Run) -> None:
    """The column is for what a process takes and gives besides its outputs."""
    text = ONLY.format(gas="PUMP", dust="pulp").replace("3 kg", "3 kg | only_for=PUMP")
    assert LINE.refused(lambda: run(text, "mass | process.has_masses")) == (
        "pump.xlsx:Processes!T5: 'pulp' is an output itself; only other rows belong to one. Clear the cell. "
        "[only-for-output]"
    )


def test_what_is_put_into_one_output_weighs_in_it_alone(bill: Any, background: Background) -> None:
    """Two parts of one moulding, an insert in the first: the mass balance finds it there and nowhere else."""
    text = """
        A | part a | 1 item | net_mass=1.5
          S | steel | 1 kg | steel
        B | part b | 1 item | net_mass=1
          T | steel | 1 kg | steel
        [Processes]
        mould | product | A | 1 item
        mould | co-product | B | 1 item
        mould | input | electricity | 4 kWh
        mould | input | copper | 0.5 kg | destination=product, only_for={}
        """
    step = LINE.sharing("mass | process.has_masses")
    for only_for, closes in (("A", True), ("B", False)):
        path = bill(text.format(only_for), product=LINE.plain_product(net_mass=2.5))
        if closes:
            solved = LINE.run(read(path), background, step, 0.01)
            assert solved.graph.mass_balance.summed_kg == pytest.approx(2.5, rel=1e-12)
            assert LINE.used(solved) == near(steel=2, copper=0.5, grid_2024=4)
        else:
            said = LINE.refused(lambda: LINE.run(read(path), background, step, 0.01))  # noqa: B023 - called at once
            assert said.count("[mass-balance]") == 2


# --- substitution

STEAM = """
press | product    | PUMP | 1 item
press | co-product | pulp | 3 kg | substitute=copper
press | co-product | heat | 2 MJ | substitute=gas-burned
press | input | electricity | 10 kWh
"""
INSTEAD = "substitution | process.has_substitute"


def test_the_product_bears_all_less_what_the_co_products_replace(run: Run) -> None:
    """One line per co-product, with coefficient -1, the cell of what it replaces and the clause of the step."""
    solved = run(STEAM.replace("=copper", "=copper, component=frame, stage=distribution"), INSTEAD)
    assert LINE.used(solved) == near(steel=1, grid_2024=10, copper=-3, gas_burned=-2)
    credited = {p.exchange.id: p.exchange for p in solved.ledger.postings if p.exchange.coefficient < 0}
    assert set(credited) == {"Processes!A5 replaced", "Processes!A6 replaced"}
    line = credited["Processes!A5 replaced"]
    assert (line.coefficient, line.amount.value, line.role) == (-1.0, 3.0, "co-product")
    assert (line.rule, line.clause) == ("by-substitution", "co-products substitution")
    assert line.place.address == "Processes!X5"
    assert (line.facts["component"], line.stage) == ("frame", "distribution")
    assert shares(solved) == {"PUMP": 1.0, "pulp": 0.0, "heat": 0.0}
    assert not [e.id for e in solved.graph.exchanges if " for " in e.id]


def test_a_product_replaces_nothing_in_its_own_process(run: Run) -> None:
    """A substitute in the row of the product is no credit: it is what the process is for."""
    solved = run(STEAM.replace("1 item\n", "1 item | substitute=steel\n"), INSTEAD)
    assert LINE.used(solved) == near(steel=1, grid_2024=10, copper=-3, gas_burned=-2)
    assert [b.substitute for b in solved.graph.allocated[0].outputs] == ["", "small@1:copper", "small@1:gas-burned"]


def test_a_process_of_nothing_but_outputs_is_decided_too(run: Run) -> None:
    """What is sold beside a product made of bought parts replaces something all the same."""
    text = "press | product | PUMP | 1 item\npress | co-product | pulp | 3 kg | substitute=copper"
    assert LINE.used(run(text, INSTEAD)) == near(steel=1, copper=-3)


def test_a_co_product_used_here_bears_what_it_replaces(run: Run) -> None:
    """All pulp and heat go into the pump: their credits and their burdens are one, and the press is counted once."""
    boil = "boil | product | PUMP | 1 item\nboil | input | pulp | 3 kg\nboil | input | heat | 2 MJ"
    solved = run(STEAM + boil, INSTEAD)
    assert LINE.used(solved) == near(steel=1, grid_2024=10, copper=0, gas_burned=0)
    part = run(STEAM + "boil | product | PUMP | 1 item\nboil | input | pulp | 1 kg", INSTEAD)
    assert LINE.used(part) == near(steel=1, grid_2024=10, copper=-2, gas_burned=-2)


def test_only_rules_substitute(run: Run) -> None:
    """A named substitute alone credits nothing: where the rules decide otherwise, shares it is."""
    solved = run(STEAM.replace("2 MJ", "1 kg"), "mass | process.has_masses")
    assert LINE.used(solved) == near(steel=1, grid_2024=2)


def test_a_co_product_without_a_substitute_is_named(run: Run) -> None:
    """Rules that insist on substitution need to know what is replaced, of each co-product."""
    text = STEAM.replace(" | substitute=gas-burned", "")
    assert LINE.refused(lambda: run(text, "substitution | process.outputs > 1")) == (
        "pump.xlsx:Processes!A6: 'heat' of process 'press' has no value in column 'Replaces', which step "
        "'by-substitution' of the rules asks for (co-products substitution). Fill in the column for every output of "
        "the process. [allocation-property]"
    )
    weighed = text.replace("2 MJ", "2 kg")
    assert decided(run(weighed, INSTEAD, "mass | process.has_masses"))[0] == "mass"


def test_what_is_replaced_meets_its_dataset_by_mass_or_energy(run: Run) -> None:
    """Pieces replace copper by their mass, kilograms of gas replace burned gas by their energy."""
    text = """
        press | product    | PUMP | 1 item
        press | co-product | rods | 2 item | substitute=copper, unit_mass=1.5
        press | co-product | gas  | 4 kg | substitute=gas-burned, energy_content=0.5
        press | input | electricity | 10 kWh
        """
    assert LINE.used(run(text, INSTEAD)) == near(steel=1, grid_2024=10, copper=-3, gas_burned=-2)
    in_joules = text.replace("4 kg", "2 MJ").replace("energy_content=0.5", "energy_content=9")
    assert LINE.used(run(in_joules, INSTEAD)) == near(steel=1, grid_2024=10, copper=-3, gas_burned=-2)
    assert LINE.refused(lambda: run(text.replace(", unit_mass=1.5", ""), INSTEAD)).startswith(
        "pump.xlsx:Processes!X5: unit 'item' does not convert to 'kg'."
    )


def test_each_process_has_its_own_mass_per_unit(run: Run) -> None:
    """Two presses make rods of 1 kg and of 2 kg: each replaces copper by its own."""
    text = "\n".join(
        f"{name} | product | {flow} | 1 item\n{name} | co-product | rods | 1 item | substitute=copper, unit_mass={kg}"
        for name, flow, kg in (("a", "PUMP", 1), ("b", "case", 2))
    )
    solved = run(f"{text}\na | input | case | 1 item", INSTEAD)
    assert LINE.used(solved) == near(steel=1, copper=-3)


def test_a_mass_per_unit_of_a_mass_is_none(run: Run) -> None:
    """Kilograms weigh themselves: a mass stated per kilogram turns no piece into one."""
    text = "mill | product | paste | 1 kg | unit_mass=2\ncoat | product | PUMP | 1 item\ncoat | input | paste | 1 item"
    assert "[unit-mismatch]" in LINE.refused(lambda: run(text)).splitlines()[0]


def test_electricity_sold_replaces_the_grid(run: Run) -> None:
    """The word for electricity means the grid of the product's country and year; a generator would be a choice."""
    text = STEAM.replace("gas-burned", "{}").replace("2 MJ", "2 kWh")
    assert LINE.used(run(text.format("electricity"), INSTEAD)) == near(steel=1, grid_2024=8, copper=-3)


def test_no_generator_is_credited_by_its_code(bill: Any, tmp_path: Path) -> None:
    """Coal power taken off for one's own would be a choice of the best credit: the grid is what is replaced."""
    database = "grid | kWh | grid | category=electricity\ncoal | kWh | coal | category=electricity\nsteel | kg | steel"
    emitted = "\n".join(f"{code} | emission | co2-fossil | 1" for code in ("grid", "coal", "steel"))
    table = {"CN": {"2024": {"grid": "grid", "coal": "coal"}}}
    own = LINE.write_database(tmp_path / "own", LINE.activities(database), LINE.exchanges(emitted), table)
    text = f"{BOM}\n[Processes]\np | product | PUMP | 1 item\np | co-product | power | 2 kWh | substitute={{}}"
    product = LINE.plain_product()
    path, other = (bill(text.format(code), product=product, name=f"{code}.xlsx") for code in ("coal", "grid"))
    rules = LINE.sharing(INSTEAD)
    assert LINE.refused(lambda: LINE.run(read(path), LINE.opened(own), rules)).endswith("[electricity-by-code]")
    assert LINE.run(read(other), LINE.opened(own), rules).ledger.total() == -1


def test_an_unknown_substitute_is_an_error(run: Run) -> None:
    """A credit on nothing is no credit."""
    said = LINE.refused(lambda: run(STEAM.replace("=copper", "=coper"), INSTEAD))
    assert said.startswith("pump.xlsx:Processes!X5: ")
    assert "Did you mean 'copper'," in said


def test_a_credit_on_a_dataset_without_numbers_is_an_open_gap(run: Run) -> None:
    """Nobody knows how much less: the total is then no lower bound."""
    solved = run(STEAM.replace("=copper", "=resin"), INSTEAD)
    assert {p.exchange.id: p.quantity for p in solved.ledger.open_lines} == {
        "Processes!A5 replaced": -3.0, "Processes!A5 replaces": 0.0,
    }  # fmt: skip


def test_what_makes_a_co_product_fit_to_replace_is_the_products(run: Run) -> None:
    """The credit is whole, so the drying of the pulp is whole too: used here or not, it is not lost."""
    text = STEAM + "press | input | gas-burned | 6 MJ | fuel_use=burned, only_for=pulp\n"
    assert LINE.used(run(text, INSTEAD)) == near(steel=1, grid_2024=10, copper=-3, gas_burned=4)
    used = text + "boil | product | PUMP | 1 item\nboil | input | pulp | 1.5 kg"
    assert LINE.used(run(used, INSTEAD)) == near(steel=1, grid_2024=10, copper=-1.5, gas_burned=4)


def test_the_reference_agrees(bill: Any, background: Background, tmp_path: Path) -> None:
    """Substituted, shared and subdivided processes of several plants: bw2calc finds what the ledger finds."""
    from footprint.engine.whole import compare

    text = STEAM + """
        press | input | wood | 6 kg | destination=burning, only_for=pulp
        boil | product | PUMP | 1 item
        boil | input | pulp | 1 kg
        boil | input | mash | 1 kg
        east | product | mash | 5 kg | output_share=0.4, price=3
        east | co-product | skin | 1 kg | price=2
        east | emission | sf6 | 1 g
        east | internal_return | mash | 0.5 kg
        west | product | mash | 1 t | output_share=0.6
        west | input | electricity | 10 kWh
        """
    path = bill(f"{BOM}\n[Processes]\n{text}", product=LINE.plain_product())
    solved = LINE.run(read(path), background, LINE.sharing(INSTEAD, "economic | process.has_prices"))
    folder = LINE.small(tmp_path)
    demand = solved.items / solved.graph.activities[solved.graph.root].output
    found = compare(solved.ruled, solved.ledger, demand, LINE.system(folder, "AR6"))
    assert found.total == pytest.approx(solved.ledger.total(), rel=1e-9)
    assert fsum(LINE.values(solved).values()) == pytest.approx(found.total, rel=1e-9)


def test_a_credit_is_told_with_its_size(bill: Callable[..., Path], background: Background) -> None:
    """A filled cell takes 10 kg of steel off the result: the declaration says so, where, and how much."""
    processes = """
press | product    | PUMP | 1 item
press | co-product | pulp | 10 kg | substitute=steel
press | input | electricity | 1 kWh
"""
    path = bill(f"{BOM}\n[Processes]\n{processes}", product=LINE.plain_product())
    pcr = LINE.sharing("substitution | process.has_substitute")
    notices = LINE.document(read(path), background, pcr)["assumptions"]
    (told,) = [n for n in notices if n["code"] == "substitution-credit"]
    assert told["text"]["en"] == (
        "co-product pulp is taken to replace steel elsewhere: -20 kg CO2e per declared amount. That it does is the "
        "workbook's word, no test of the rules."
    )
    assert told["cell"].startswith("Processes!")
