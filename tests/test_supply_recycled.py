"""What a row of End of life names: datasets by role, their units, and where that goes which is not recycled."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

Run = Callable[..., Any]
ENERGY = "lhv=9, heat_efficiency=0.2, electricity_efficiency=0.1"
PLATE = "L1 | plate | 4 kg | steel | recycled_share=0.25, secondary=steel-recycled\n"


def end(run: Run, row: str, bom: str = PLATE, part: str = "L1", **product: object) -> dict[str, Any]:
    """Return the lines of a row of End of life by the English end of their names."""
    solved = run(f"{bom}[End of life]\n{part} | {row}", net_mass=4, **product)
    lines = [e for e in solved.ruled.exchanges if e.facts["sheet"] == "End of life"]
    return {line.name.partition(": ")[2].partition(" ")[0]: line for line in lines}


def where(lines: dict[str, Any]) -> dict[str, tuple[object, str]]:
    """Return the mass of each line [kg] and the dataset it goes to, "" for a gap."""
    return {
        n: (pytest.approx(e.amount.value, rel=1e-12), e.dataset.code if e.dataset else "") for n, e in lines.items()
    }


def roles(line: Any) -> dict[str, str]:
    return {role: dataset.code for role, dataset in sorted(line.datasets.items())}


def test_what_is_left_over_goes_to_the_disposal_that_is_stated(run: Run) -> None:
    """Of 4 kg, 1 kg is not collected and 0.6 kg not recovered: both are buried where the row says so, else gaps."""
    row = "recycling | 1 | collection=0.75, recovery=0.8, treatment=steel-recycled"
    assert where(end(run, f"{row}, disposal=landfill")) == {
        "not": (1.0, "landfill"), "recycling": (3.0, "steel-recycled"), "residue": (0.6, "landfill"),
    }  # fmt: skip
    assert where(end(run, row)) == {"not": (1.0, ""), "recycling": (3.0, "steel-recycled"), "residue": (0.6, "")}


def test_a_residue_is_there_whoever_recycles(run: Run) -> None:
    """Where nobody said how the part is recycled, what is not recovered is disposed of all the same."""
    row = "recycling | 1 | recovery=0.8"
    assert where(end(run, f"{row}, disposal=landfill")) == {"recycling": (4.0, ""), "residue": (0.8, "landfill")}
    assert where(end(run, row)) == {"recycling": (4.0, ""), "residue": (0.8, "")}


def test_all_lines_of_a_row_have_its_roles(run: Run) -> None:
    """The part's own datasets, and those of the row; without another, the part's own material is replaced."""
    row = (
        "incineration | 1 | collection=0.75, treatment=stamping, disposal=landfill, lhv=9, heat=gas-burned, "
        "heat_efficiency=0.2, electricity=grid-2023, electricity_efficiency=0.1"
    )
    own = {
        "avoided": "steel", "disposal": "landfill", "electricity": "grid-2023", "heat": "gas-burned",
        "primary": "steel", "secondary": "steel-recycled", "treatment": "stamping",
    }  # fmt: skip
    lines = end(run, row)
    assert [roles(line) for line in lines.values()] == [own, own]
    assert roles(end(run, f"{row}, avoided=copper")["incineration"]) == {**own, "avoided": "copper"}


def test_one_material_has_one_allocation_factor(run: Run) -> None:
    """A stated on the line of the BOM holds at its end of life too, unless the row states another."""
    bom = "L1 | plate | 4 kg | steel | allocation_factor=0.3\n"
    row = "recycling | 1 | treatment=steel-recycled"
    for more, factor in (("", 0.3), (", allocation_factor=0.7", 0.7)):
        assert end(run, row + more, bom)["recycling"].facts["allocation_factor"] == factor
    assert "allocation_factor" not in end(run, row, bom, part="product")["recycling"].facts


@pytest.mark.parametrize("word", ["electricity", "电", "Grid"])
def test_the_electricity_replaced_may_be_the_grid(run: Run, word: str) -> None:
    """In a word, of the year of the product."""
    row = f"incineration | 1 | treatment=burning, lhv=9, electricity_efficiency=0.1, electricity={word}"
    assert roles(end(run, row)["incineration"])["electricity"] == "grid-2024"


def test_what_is_no_one_material_replaces_none(run: Run) -> None:
    """An assembly and the whole product have no dataset of their own, unless the row states one."""
    box = "B | box | 1 item | | net_mass=4\n  L1 | plate | 4 kg | steel\n"
    row = "recycling | 1 | treatment=stamping"
    for part in ("B", "product"):
        assert roles(end(run, row, box, part)["recycling"]) == {"treatment": "stamping"}
        assert roles(end(run, f"{row}, avoided=copper", box, part)["recycling"]) == {
            "avoided": "copper", "treatment": "stamping",
        }  # fmt: skip


def test_an_assembly_is_asked_for_no_material(run: Run) -> None:
    """What stands in its row is said of the box, and is not what a recycler finds in it."""
    box = "B | box | 1 item | | net_mass=4, material=metals\n  L1 | plate | 4 kg | steel | material=metals\n"
    for part, known in (("B", {}), ("L1", {"material": "metals"})):
        facts = end(run, "recycling | 1 | treatment=stamping", box, part)["recycling"].facts
        assert {key: facts[key] for key in ("material",) if key in facts} == known


def test_a_part_bought_by_the_piece_replaces_no_piece(run: Run) -> None:
    """What is recycled of a chip is a mass, and the dataset of the chip is none: the credit must be stated."""
    chip = "L1 | chip | 2 item | chip | net_mass=2\n"
    line = end(run, "recycling | 1 | treatment=stamping", chip)["recycling"]
    assert roles(line) == {"primary": "chip", "treatment": "stamping"}


@pytest.mark.parametrize(
    ("role", "code", "said"),
    [
        ("avoided", "chip", "dataset 'chip' is per 'item', and what counts here is in 'kg'"),
        ("disposal", "water-treatment", "dataset 'water-treatment' is per 'm3', and what counts here is in 'kg'"),
        ("heat", "steel", "dataset 'steel' is per 'kg', and what counts here is in 'MJ'"),
        ("electricity", "steel", "dataset 'steel' is per 'kg', and what counts here is in 'MJ'"),
    ],
)
def test_roles_are_of_masses_and_of_energies(
    run: Run, whole_line: SimpleNamespace, role: str, code: str, said: str
) -> None:
    """A dataset of another kind is an error at its own cell, told once."""
    row = f"recycling | 1 | collection=0.5, recovery=0.5, {ENERGY}, {role}={code}"
    refused = whole_line.refused(lambda: end(run, row))
    column = {"avoided": "H", "disposal": "G", "heat": "N", "electricity": "O"}[role]
    assert refused.startswith(f"pump.xlsx:End of life!{column}4: {said}. ")
    assert "\n" not in refused


def test_a_dataset_nobody_has_is_told_at_its_cell(run: Run, whole_line: SimpleNamespace) -> None:
    """Each role of a row names a dataset that is there."""
    for role, column in (("disposal", "G"), ("avoided", "H"), ("heat", "N"), ("electricity", "O")):
        refused = whole_line.refused(lambda role=role: end(run, f"recycling | 1 | {ENERGY}, {role}=stel"))
        assert refused.startswith(f"pump.xlsx:End of life!{column}4: ")
        assert refused.endswith("[dataset-unknown]")


def test_the_evidence_of_the_end_is_that_of_its_row(run: Run) -> None:
    """A weighing of the part is no evidence of its collection."""
    text = "{}[End of life]\nL1 | landfill | 1 | treatment=landfill{}\n[Evidence]\nE1 | weighing\nE2 | report"
    for own, seen in (("", "E1"), (", evidence=E2", "E2")):
        solved = run(text.format(PLATE.strip() + ", evidence=E1\n", own), net_mass=4)
        (line,) = (e for e in solved.ruled.exchanges if e.facts["sheet"] == "End of life")
        assert (line.amount.evidence, line.facts["evidence"]) == (seen, own.partition("=")[2])


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("heat=gas-burned", "'Heat replaced' is filled in, but 'Heat efficiency' is empty"),
        ("electricity=grid", "'Electricity replaced' is filled in, but 'Electricity efficiency' is empty"),
        ("heat_efficiency=0.2", "'Heat efficiency' is filled in, but 'Lower heating value per kg' is"),
        ("electricity_efficiency=0.2", "'Electricity efficiency' is filled in, but 'Lower heating value per kg' is"),
    ],
)
def test_energy_from_waste_is_stated_in_full(run: Run, whole_line: SimpleNamespace, cells: str, said: str) -> None:
    """A dataset without an efficiency, or an efficiency of nothing, would be a credit lost without a word."""
    assert said in whole_line.refused(lambda: end(run, f"incineration | 1 | treatment=burning, {cells}"))
