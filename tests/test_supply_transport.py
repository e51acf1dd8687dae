"""Transport, use and end of life: what is carried, how far, how heavy, and what becomes of the product."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background
from footprint.intake import read as intake
from footprint.matching.link import link
from footprint.supply import build as module
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Run = Callable[..., Any]


def legs(solved: Any) -> dict[str, float]:
    """Return what each leg carries how far [t·km per product], by leg and load."""
    found: dict[str, float] = {}
    for p in solved.ledger.postings:
        if p.exchange.facts["sheet"] == "Transport":
            found[p.exchange.name] = found.get(p.exchange.name, 0.0) + p.quantity
    return {name: pytest.approx(quantity, rel=1e-12) for name, quantity in found.items()}


UNLISTED = ": not covered by End of life 未列入报废"
BOX = f"X{UNLISTED}"
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
    assert legs(run(f"{BOM}B; X | truck | 1000", net_mass=4)) == {"leg: board": 5.0, "leg: box": 1.0}
    two = f"{BOM}B | truck | 1000\nC | truck | 1000"
    assert legs(run(two, net_mass=4)) == {"leg: board": 5.0, "leg: chip": 2.5}


@pytest.mark.parametrize(
    ("named", "first", "second", "line"),
    [
        ("C; all inbound", "C", "all inbound", "C"),
        ("C; F; C", "C", "C", "C"),
        ("B; G; C", "B", "C", "C"),
        ("all inbound; B", "all inbound", "B", "C"),
        ("product; X", "product", "X", "X"),
        ("product; product", "product", "product", "product"),
        ("waste; waste", "waste", "waste", "waste"),
    ],
)
@pytest.mark.parametrize("mass", ["", " | mass=7"])
def test_a_leg_carries_nothing_twice(run: Run, named: str, first: str, second: str, line: str, mass: str) -> None:
    """A line named twice, or beside what it is part of, is an error that tells both names; auxiliaries are no part."""
    assert LINE.refused(lambda: run(f"{BOM}{named} | truck | 1000{mass}", net_mass=4)) == (
        f"pump.xlsx:Transport!A4: '{first}' and '{second}' both carry '{line}' on this leg. Name it once; give a part "
        "and what it is built into a row each. [carried-twice]"
    )


def test_no_two_exchanges_share_an_id(bill: Callable[..., Path], background: Background, monkeypatch: Any) -> None:
    """One id for two lines is a fault of the program, which building refuses."""
    text = "L1 | plate | 1 kg | steel\nL2 | foil | 1 kg | copper"
    linked = link(intake.read(read(bill(text, product=LINE.plain_product()))), background, frozenset())
    add = module.add_use
    monkeypatch.setattr(module, "add_use", lambda bench: (add(bench), bench.exchanges.append(bench.exchanges[0])))
    with pytest.raises(ValueError, match=r"exchanges share an id: BOM!A4$"):
        module.build(linked, LINE.ANY_MASS)


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
        assert legs(solved) == {"leg": 7.0}


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
    (gap,) = solved.ledger.open_lines
    assert (gap.exchange.name, gap.exchange.stage, gap.quantity, gap.exchange.amount.unit) == (
        "leg: water", "production", 3.0, "m3",
    )  # fmt: skip


def test_a_delivered_dataset_is_not_carried_again(run: Run) -> None:
    """A market that already contains its transport refuses own inbound legs, unless it is left out of them."""
    text = "L1 | plate | 1 kg | steel-market\nL2 | foil | 1 kg | copper\n[Transport]\nall inbound{} | truck | 10"
    assert LINE.refused(lambda: run(text.format(""))) == (
        "pump.xlsx:Transport!A4: the dataset small@1:steel-market of line 'L1' already contains its transport. Write "
        "'all inbound except L1', or use a dataset without transport. [transport-twice]"
    )
    assert legs(run(text.format(" except L1"))) == {"leg: foil": 0.01}
    assert "[transport-twice]" in LINE.refused(lambda: run(f"{text.format('')} | mass=7"))
    assert "[transport-twice]" in LINE.refused(lambda: run(text.replace("all inbound{}", "L2; L1") + " | mass=7"))


def test_a_delivered_recycled_share_is_not_carried_again(run: Run) -> None:
    """A market as the dataset of the recycled share refuses own legs as one of the primary share does."""
    text = "L1 | plate | 1 kg | steel | recycled_share=0.3, secondary=steel-market\n[Transport]\nL1 | truck | 10"
    assert LINE.refused(lambda: run(text)) == (
        "pump.xlsx:Transport!A4: the dataset small@1:steel-market of line 'L1' already contains its transport. Write "
        "'all inbound except L1', or use a dataset without transport. [transport-twice]"
    )


BOUGHT = """
L1 | plate | 8 kg | steel
[Processes]
p | product | PUMP | 2 item | allocation=mass, allocation_value=3
p | co-product | frit | 2 kg | allocation=mass, allocation_value=1
p | input | {} | 4 kg | destination=landfill
p | input | electricity | 9 kWh
p | input | gas-burned | 9 MJ | fuel_use=burned
p | input | chip | 5 item
[Transport]
all inbound{} | truck | 1000
"""


def test_what_processes_buy_is_carried_too(run: Run) -> None:
    """Goods that processes take besides the BOM come to the plant like all else; energy does not.

    Of 4 kg for two pumps, the pumps bear three quarters. What a chip weighs nobody said: its way is a gap.
    """
    solved = run(BOUGHT.format("copper", ""), net_mass=8)
    assert legs(solved) == {"leg: plate": 8.0, "leg: copper": 1.5}
    gap = next(p for p in solved.ledger.open_lines if p.quantity)
    assert (gap.exchange.name, gap.quantity, gap.exchange.amount.unit) == ("leg: chip", 1.875, "item")
    assert [n.code for n in solved.graph.notices] == ["input-mass-unknown"]


def test_a_leg_may_leave_out_what_processes_buy(run: Run) -> None:
    """`all inbound except` takes what a process buys as well as a line; what comes delivered must be left out."""
    assert legs(run(BOUGHT.format("copper", " except chip; copper"), net_mass=8)) == {"leg: plate": 8.0}
    assert LINE.refused(lambda: run(BOUGHT.format("steel-market", ""), net_mass=8)).startswith(
        "pump.xlsx:Transport!A4: the dataset small@1:steel-market of line 'steel-market' already contains its "
        "transport. Write 'all inbound except steel-market', or use a dataset without transport. [transport-twice]"
    )


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
        "pump.xlsx:Transport!C4: 'chip' is counted in item, not in t·km: it carries nothing. Enter a freight dataset. "
        "[vehicle-not-freight]"
    )


def test_use_is_per_product_over_its_life(run: Run) -> None:
    """50 kWh per product are 50 kWh per product, whatever the BOM is written for."""
    for items in (1, 20):
        solved = run(f"L1 | plate | {items} kg | steel\n[Use]\ngrid-2024 | 50 kWh", bom_quantity=items)
        assert LINE.used(solved) == pytest.approx({"steel": 1, "grid-2024": 50}, rel=1e-12)


def test_end_of_life_treats_what_is_in_the_product(run: Run) -> None:
    """Two boards are in the product, though 2.5 were made: 4 kg of board, or 2 kg of foil, whatever was lost."""
    text = BOM.replace("[Transport]", "[End of life]")
    foil = run(
        f"{text}F | landfill | 0.25 | treatment=landfill\nF | incineration | 0.75 | treatment=burning", net_mass=4
    )
    board = run(f"{text}B | recycling | 1 | treatment=steel-recycled, collection=0.9", net_mass=4)
    assert ends(foil) == {"F: landfill": 0.5, "F: incineration": 1.5, BOX: 0.5}
    assert ends(board) == {"B: recycling": 3.6, "B: not collected 未收集": 0.4, BOX: 0.5}
    assert [p.exchange.name for p in board.ledger.open_lines] == ["B: not collected 未收集", BOX]


def test_packaging_that_the_end_of_life_does_not_list_is_a_gap(run: Run) -> None:
    """A box and what is in it, a tray of a part: each once, unless listed; by the piece where nobody knows its mass."""
    bom = """
B | board | 2 item | | net_mass=2
  C | chip | 2 kg | steel
  T | tray | 1 item | wood | role=transport_packaging, net_mass=0.1
X | box | 1 item | | role=sales_packaging, net_mass=0.3
  S | sheet | 0.25 kg | wood | role=sales_packaging
  F | film | 0.05 kg | wood | role=sales_packaging
L | label | 3 item | | role=sales_packaging
[End of life]
product | landfill | 1 | treatment=landfill
"""
    label = f"L{UNLISTED}"
    assert ends(run(bom, net_mass=4)) == {"product: landfill": 4, f"X{UNLISTED}": 0.3, f"T{UNLISTED}": 0.2, label: 3}
    listed = f"{bom}T | landfill | 1 | treatment=landfill\nX | landfill | 1 | treatment=landfill"
    assert ends(run(listed, net_mass=4)) == {"product: landfill": 4, "T: landfill": 0.2, "X: landfill": 0.3, label: 3}
    gap = next(p.exchange for p in run(bom, net_mass=4).ledger.open_lines if p.exchange.name == label)
    assert (gap.amount.unit, gap.mass_kg, gap.facts["of_role"]) == ("item", None, "sales_packaging")


def ends(solved: Any) -> dict[str, float]:
    """Return what goes which way at the end [kg per product], by part and way; gaps too."""
    lines = [*solved.ledger.postings, *solved.ledger.open_lines]
    return {p.exchange.name: pytest.approx(p.quantity, rel=1e-12) for p in lines if p.exchange.role == "treatment"}


def test_what_is_collected_without_a_treatment_is_a_gap_of_its_own(run: Run) -> None:
    """What is collected and what is not are two gaps."""
    solved = run("L1 | plate | 4 kg | steel\n[End of life]\nL1 | recycling | 1 | collection=0.75", net_mass=4)
    assert ends(solved) == {"L1: recycling": 3.0, "L1: not collected 未收集": 1.0}
    assert len(solved.ledger.open_lines) == 2


@pytest.mark.parametrize(
    ("parts", "cell", "said"),
    [
        (("product", "F"), "A5", "'F' is in part 'F' and in part 'product' (End of life!A4)"),
        (("F", "product"), "A5", "'F' is in part 'product' and in part 'F' (End of life!A4)"),
        (("B", "F"), "A5", "'F' is in part 'F' and in part 'B' (End of life!A4)"),
        (("C", "X", "B"), "A6", "'C' is in part 'B' and in part 'C' (End of life!A4)"),
    ],
)
def test_nothing_ends_twice(run: Run, parts: tuple[str, ...], cell: str, said: str) -> None:
    """A line beside the product or the assembly it is in is an error that tells both rows."""
    rows = "\n".join(f"{part} | landfill | 1 | treatment=landfill" for part in parts)
    text = f"{BOM.replace('[Transport]', '[End of life]')}{rows}"
    assert LINE.refused(lambda: run(text, net_mass=4)) == (
        f"pump.xlsx:End of life!{cell}: {said}, so its end of life would count twice. Leave one of the two parts out. "
        "[treated-twice]"
    )


def test_packaging_ends_beside_the_product(run: Run) -> None:
    """The box is no part of the product's net mass: both are treated."""
    rows = "product | landfill | 1 | treatment=landfill\nX | landfill | 1 | treatment=landfill"
    text = f"{BOM.replace('[Transport]', '[End of life]')}{rows}"
    assert ends(run(text, net_mass=4)) == {"product: landfill": 4.0, "X: landfill": 0.5}


def test_what_the_end_of_life_does_not_list_is_a_gap(bill: Callable[..., Path], background: Background) -> None:
    """Of a product of 4 kg in packaging, 1 kg listed leaves 3 kg, at the first row; nothing where all is within 1 %."""

    def ended(rows: str) -> Any:
        text = f"L1 | plate | 20 kg | steel\nL2 | foil | 19.9 kg | copper\nL3 | pin | 0.1 kg | copper\n{rows}"
        path = bill(text, product=LINE.plain_product(net_mass=4, bom_quantity=10))
        return LINE.run(read(path), background, LINE.rules(), 0.01)

    box = "X | box | 5 kg | steel | role=sales_packaging\n[End of life]\nX | landfill | 1 | treatment=landfill\n"
    plate = f"{box}L1 | landfill | 1 | treatment=landfill"
    solved = ended(plate)
    (gap,) = solved.ledger.open_lines
    assert (gap.exchange.name, gap.exchange.place.address) == (
        "product: not covered by End of life 未列入报废", "End of life!C4",
    )  # fmt: skip
    assert (gap.quantity, gap.exchange.amount.unit) == (pytest.approx(2, rel=1e-12), "kg")
    assert not ended(f"{plate}\nL2 | landfill | 1 | treatment=landfill").ledger.open_lines


def test_what_recycling_does_not_recover_is_a_residue(run: Run) -> None:
    """Of 3 kg collected of 4 kg, all are treated, a fifth is left: 0.6 kg whose treatment nobody stated."""
    row = "L1 | recycling | 1 | collection=0.75, recovery=0.8, treatment=steel-recycled"
    solved = run(f"L1 | plate | 4 kg | steel\n[End of life]\n{row}", net_mass=4)
    assert ends(solved) == {"L1: recycling": 3.0, "L1: not collected 未收集": 1.0, "L1: residue 残余": 0.6}
    assert {p.exchange.name for p in solved.ledger.open_lines} == {"L1: not collected 未收集", "L1: residue 残余"}
    whole = run(f"L1 | plate | 4 kg | steel\n[End of life]\n{row.replace('0.8', '1')}", net_mass=4)
    assert "L1: residue 残余" not in ends(whole)


def test_a_recovery_yield_is_of_recycling(run: Run) -> None:
    """A yield on another route is not used, and that is said."""
    row = "L1 | landfill | 1 | recovery=0.8, treatment=landfill"
    solved = run(f"L1 | plate | 4 kg | steel\n[End of life]\n{row}", net_mass=4)
    assert ends(solved) == {"L1: landfill": 4.0}
    assert [(n.code, n.facts) for n in solved.graph.notices] == [("recovery-unused", {"route": "landfill"})]


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
