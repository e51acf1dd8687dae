"""Lines of the bill of materials: what is bought, what is lost, where it goes, and in which unit."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Run = Callable[..., Any]


def near(**numbers: float) -> Any:
    return pytest.approx({key.replace("_", "-"): value for key, value in numbers.items()}, rel=1e-12)


LOSS = "L1 | plate | 9 kg | copper | loss=0.1, loss_to=landfill"


@pytest.mark.parametrize(
    ("formula", "quantities", "bought", "lost"),
    [
        ("divide", "net", 10.0, 1.0),
        ("multiply", "net", 9.9, 0.9),
        ("divide", "gross", 9.0, 0.9),
        ("multiply", "gross", 9.0, 9 - 9 / 1.1),
    ],
)
def test_a_loss_is_bought_and_thrown_away(run: Run, formula: str, quantities: str, bought: float, lost: float) -> None:
    """Net quantities grow by x(1+r) or /(1-r); gross ones hold the loss already; what is lost goes to its treatment."""
    solved = run(LOSS, loss_formula=formula, quantities=quantities)
    assert LINE.used(solved) == near(copper=bought, landfill=lost)
    part = next(p.exchange for p in solved.ledger.postings if p.exchange.role == "product")
    assert part.mass_kg == pytest.approx(bought - lost, rel=1e-12)


@pytest.mark.parametrize("to", ["internal", "recovered"])
@pytest.mark.parametrize(("formula", "net"), [("divide", 0.9), ("multiply", 1 / 1.1)])
def test_a_loss_that_returns_is_not_bought(run: Run, to: str, formula: str, net: float) -> None:
    """What goes back into the same step is neither bought nor lost; gross quantities are brought down to net ones."""
    text = LOSS.replace("landfill", to)
    assert LINE.used(run(text, loss_formula=formula, quantities="net")) == near(copper=9)
    assert LINE.used(run(text, loss_formula=formula, quantities="gross")) == near(copper=9 * net)


def test_scrap_leaves_free_of_burden_and_stays_listed(run: Run) -> None:
    """A loss to recycling is excluded by the rule's name, not forgotten."""
    solved = run(LOSS.replace("landfill", "recycling"))
    assert LINE.used(solved) == near(copper=10)
    assert [(e.rule, e.exchange.mass_kg) for e in solved.ruled.excluded] == [("scrap-cut-off", pytest.approx(1))]


@pytest.mark.parametrize("role", ["sales_packaging", "consumable"])
def test_what_leaves_tells_whose_it_was(run: Run, role: str) -> None:
    """A rule that leaves out packaging can leave out what was lost of it: the outflow knows its line and its role."""
    text = f"L1 | glue | 9 kg | steel | role={role}, loss=0.1, loss_to=landfill, destination=burning"
    left = [e for e in run(text, net_mass=1).graph.exchanges if e.role == "waste"]
    assert [(e.facts["of"], e.facts["of_role"]) for e in left] == [("L1", role)] * (2 if role == "consumable" else 1)


def test_a_loss_that_evaporates_needs_no_treatment(run: Run) -> None:
    """It is bought, and gone."""
    assert LINE.used(run(LOSS.replace("landfill", "evaporated"))) == near(copper=10)


@pytest.mark.parametrize("to", ["", ", loss_to=waste"])
def test_a_loss_without_a_treatment_is_a_gap(run: Run, to: str) -> None:
    """Waste whose treatment nobody named has no number: it is a gap of one kilogram, not zero."""
    solved = run(LOSS.replace(", loss_to=landfill", to))
    assert LINE.used(solved) == {"copper": pytest.approx(10), "gap: plate": pytest.approx(1)}


def test_a_lost_piece_of_unknown_mass_is_a_gap_or_an_error(run: Run) -> None:
    """What has no mass cannot be weighed at the tip: without a treatment a gap, with one an error."""
    text = "L1 | chip | 9 item | chip | loss=0.1"
    assert LINE.used(run(text)) == {"chip": pytest.approx(10), "gap: chip": pytest.approx(1)}
    assert LINE.refused(lambda: run(f"{text}, loss_to=landfill")) == (
        "pump.xlsx:BOM!J4: unit 'item' does not convert to 'kg'. Enter the net mass per unit, or use a unit of the "
        "dataset's kind. [unit-mismatch]"
    )


def test_a_consumable_goes_to_its_treatment(run: Run) -> None:
    """What is used up leaves by its net amount; what was lost of it leaves by the loss; together that is what came."""
    solved = run(
        "L1 | glue | 8 kg | steel | role=consumable, destination=burning, loss=0.2, loss_to=landfill", net_mass=1
    )
    assert LINE.used(solved) == near(steel=10, burning=8, landfill=2)


@pytest.mark.parametrize("to", ["evaporated", "recovered"])
def test_a_consumable_that_evaporates_or_is_recovered_leaves_nothing(run: Run, to: str) -> None:
    """No treatment where nothing is left to treat."""
    assert LINE.used(run(f"L1 | glue | 8 kg | steel | role=consumable, destination={to}", net_mass=1)) == near(steel=8)


def test_the_loss_of_an_assembly_raises_all_its_parts(run: Run) -> None:
    """A tenth of the boards is broken: ten boards are made for nine, chips and copper with them."""
    solved = run(
        """
        B | board | 9 item | loss=0.1, loss_to=landfill, net_mass=2
          C | chip | 3 item | chip | net_mass=0.5
          F | foil | 0.5 kg | copper | loss=0.5, loss_to=recycling
        """
    )
    assert LINE.used(solved) == near(chip=30, copper=10, landfill=2)


def test_the_quantity_the_bom_is_written_for_divides_everything(run: Run) -> None:
    """A bill for fifty products and one for one, with quantities in proportion, are the same bill."""
    one = run("L1 | plate | 2 kg | steel\nL2 | chip | 3 item | chip | net_mass=0.1")
    fifty = run("L1 | plate | 100 kg | steel\nL2 | chip | 150 item | chip | net_mass=0.1", bom_quantity=50)
    assert LINE.used(fifty) == pytest.approx(LINE.used(one), rel=1e-12)


def test_pieces_become_kilograms_by_their_mass(run: Run) -> None:
    """Four plates of 250 g are a kilogram of steel."""
    assert LINE.used(run("L1 | plate | 4 item | steel | net_mass=0.25")) == near(steel=1)


def test_mass_against_pieces_needs_a_mass_per_piece(run: Run) -> None:
    """Mass and pieces do not convert into each other without a stated mass."""
    said = (
        "pump.xlsx:BOM!G4: unit '{}' does not convert to '{}'. Enter the net mass per unit, or use a unit of the "
        "dataset's kind. [unit-mismatch]"
    )
    assert LINE.refused(lambda: run("L1 | plate | 4 item | steel")) == said.format("item", "kg")
    assert LINE.refused(lambda: run("L1 | chips | 4 kg | chip")) == said.format("kg", "item")
    assert LINE.refused(lambda: run("L1 | oil | 4 L | steel")) == said.format("L", "kg")


def test_the_share_of_a_supplier_multiplies_the_quantity(run: Run) -> None:
    """Two suppliers of one part bring their shares of it."""
    solved = run(
        """
        L1 | plate | 10 kg | steel  | supplier=A, supplier_share=0.7, name=plate
        L2 | plate | 10 kg | copper | supplier=B, supplier_share=0.3, name=plate
        """,
        net_mass=10,
    )
    assert LINE.used(solved) == near(steel=7, copper=3)


def test_recycled_content_is_the_secondary_dataset_in_its_own_unit(run: Run) -> None:
    """A quarter recycled: three quarters primary, a quarter of the secondary dataset, kilograms or tonnes."""
    text = "L1 | plate | 8 kg | steel | recycled_share=0.25, secondary="
    assert LINE.used(run(f"{text}steel-recycled")) == near(steel=6, steel_recycled=2)
    assert LINE.used(run(f"{text}steel-recycled-t")) == near(steel=6, steel_recycled_t=0.002)


def test_recycled_content_by_the_piece_does_not_stand_in_for_kilograms(run: Run) -> None:
    """A secondary dataset of another kind of unit is an error at its cell."""
    assert LINE.refused(lambda: run("L1 | plate | 8 kg | steel | recycled_share=0.25, secondary=chip")) == (
        "pump.xlsx:BOM!L4: unit 'kg' does not convert to 'item'. Enter the net mass per unit, or use a unit of the "
        "dataset's kind. [unit-mismatch]"
    )


def test_a_dataset_over_its_parts_counts_twice(run: Run) -> None:
    """A line with both a dataset and parts is refused, unless the dataset is only the processing of the parts."""
    text = "B | bracket | 2 kg | {}\n  S | sheet | 1.2 kg | steel"
    assert LINE.refused(lambda: run(text.format("stamping"))) == (
        "pump.xlsx:BOM!P4: line 'B' has both a dataset and lines below it, which counts it twice. Remove one of them, "
        "or set its role to processing. [dataset-and-children]"
    )
    solved = run(text.format("stamping | role=processing"), net_mass=2.4)
    assert LINE.used(solved) == near(stamping=2, steel=2.4)


def test_a_line_without_a_dataset_and_one_on_a_dataset_without_numbers_are_gaps(run: Run) -> None:
    """Nobody's number is not zero: both lines are gaps, and neither counts as covered by mass."""
    solved = run("L1 | plate | 1 kg | steel\nL2 | what | 2 kg\nL3 | resin | 3 kg | resin")
    assert LINE.used(solved) == {"steel": 1.0, "gap: what": 2.0, "resin": 3.0}
    assert [p.exchange.name for p in solved.ledger.open_lines] == ["what", "resin"]
