"""SimaPro CSV: shares of products, what is avoided, wastes with their treatments and scenarios, product stages."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "simapro.py")))
ALL, BURNING, CO2, FILLING, STEEL = OF.ALL, OF.BURNING, OF.CO2, OF.FILLING, OF.STEEL
gaps, imported, made, process, said, scores = OF.gaps, OF.imported, OF.made, OF.process, OF.said, OF.scores


def test_each_product_bears_its_per_cent(tmp_path: Path) -> None:
    """Shares as numbers, with a sign of per cent, or as formulas; together they bear what there is."""
    both = process(
        "C",
        Products=["Chlorine;kg;2;75;not defined;X;", "Soda;kg;4;=share;not defined;X;"],
        Emissions_to_air=CO2.format(8),
        Input_parameters="share;25;Undefined;0;0;0;No;",
    )
    for written in ("25", "25%", "share", "100-75", "share*1"):
        found = scores(imported(tmp_path, both.replace("=share", written)))
        assert found == {"Chlorine | Chlorine": pytest.approx(3.0), "Soda | Chlorine": pytest.approx(0.5)}


@given(shares=st.lists(st.integers(1, 50), min_size=2, max_size=5), amount=st.floats(0.1, 1e4))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_allocation_loses_nothing(tmp_path: Path, shares: list[int], amount: float) -> None:
    """Whatever the shares are: the products together bear what their process gives off."""
    whole = sum(shares)
    rows = [f"p{n};kg;{n + 1};{100 * share / whole!r};not defined;X;" for n, share in enumerate(shares)]
    found = scores(imported(tmp_path, process("C", Products=rows, Emissions_to_air=CO2.format(repr(amount)))))
    assert sum((n + 1) * found[f"p{n} | p0"] for n in range(len(shares))) == pytest.approx(amount, rel=1e-9)


def test_products_without_shares_leave_everything_to_the_first(tmp_path: Path) -> None:
    """Nothing is guessed: the other is a gap for whoever uses it."""
    both = process(
        "C", Products=["Chlorine;kg;1;;not defined;X;", "Soda;kg;1;;not defined;X;"], Emissions_to_air=CO2.format(8)
    )
    read = imported(tmp_path, both, made("Soap", Materials_fuels="Soda;kg;1;Undefined;0;0;0;"), asked=ALL)
    assert scores(read)["Chlorine | Chlorine"] == pytest.approx(8.0)
    assert gaps(read)["Soap"] == {"Soda": 1.0}
    assert "inventory-all-to-first" in said(read)


def test_avoided_products_count_negative_and_waste_is_its_treatment_consumed(tmp_path: Path) -> None:
    """Per kilogram of what the treatment is stated for."""
    car = made(
        "Car", 10.0, Avoided_products="Steel;kg;2;Undefined;0;0;0;", Waste_to_treatment="Filling;kg;4;Undefined;0;0;0;"
    )
    assert scores(imported(tmp_path, STEEL, FILLING, car))["Car"] == pytest.approx(10.0 - 4.0 + 2.0)


def test_a_treatment_and_a_good_of_one_name_stay_apart(tmp_path: Path) -> None:
    """The section says which is meant."""
    good = made("Burning", 50.0)
    car = made(
        "Car", Waste_to_treatment="Burning;kg;1;Undefined;0;0;0;", Materials_fuels="Burning;kg;1;Undefined;0;0;0;"
    )
    assert scores(imported(tmp_path, BURNING, good, car))["Car"] == pytest.approx(53.0)


def test_a_waste_scenario_sends_parts_and_what_remains_to_treatments(tmp_path: Path) -> None:
    """Ninety per cent are burnt, all of the rest is filled."""
    scenario = process(
        "S",
        kind="waste scenario",
        Waste_scenario="Household;kg;1;All waste types;Others",
        Separated_waste="Burning;All waste types;90;",
        Remaining_waste="Filling;;100",
        Materials_fuels="Steel;kg;0.1;Undefined;0;0;0;",
    )
    car = made("Car", Waste_to_treatment="Household;kg;2;Undefined;0;0;0;")
    found = scores(imported(tmp_path, STEEL, BURNING, FILLING, scenario, car))
    assert found["Household"] == pytest.approx(0.2 + 0.9 * 3.0 + 0.1 * 0.5)
    assert found["Car"] == pytest.approx(2 * found["Household"])
    half = imported(
        tmp_path,
        BURNING,
        FILLING,
        scenario.replace("Filling;;100", "Filling;;60").replace("Steel;kg;0.1", "Burning;kg;0"),
    )
    assert "simapro-remaining" in said(half)


def test_a_scenario_by_kinds_of_waste_is_a_gap_for_who_uses_it(tmp_path: Path) -> None:
    """What it does depends on what they give: it is told, and never counted as nothing."""
    scenario = process(
        "S",
        kind="waste scenario",
        Waste_scenario="Household;kg;1;All waste types;Others",
        Separated_waste="Burning;Paper;85;",
        Remaining_waste="Filling;;100",
    )
    car = made("Car", Waste_to_treatment="Household;kg;2;Undefined;0;0;0;")
    read = imported(tmp_path, BURNING, FILLING, scenario, car, asked=ALL)
    assert gaps(read)["Car"] == {"Household": 2.0}
    assert "simapro-scenario" in said(read)
    own = imported(tmp_path, BURNING, FILLING, scenario.replace("1;All waste types", "1;Paper"), car)
    assert scores(own)["Car"] == pytest.approx(2 * (0.85 * 3.0 + 0.15 * 0.5))


def test_product_stages_are_read_as_far_as_they_say_everything(tmp_path: Path) -> None:
    """An assembly is what it is made of; what depends on the waste of its product is left out and told."""
    assembly = (
        "Product stage\n\nCategory type\nassembly\n\nStatus\n\n\nProducts\nChair;p;1;Others;;\n\n"
        "Materials/assemblies\nSteel;kg;3;Undefined;0;0;0;\n\nProcesses\nSteel;kg;1;Undefined;0;0;0;;\n\nEnd\n"
    )
    cycle = (
        "Product stage\n\nCategory type\nlife cycle\n\nStatus\n\n\nProducts\nLife;p;1;Others;;\n\nAssembly\n"
        "Chair;p;1;Undefined;0;0;0;;\n\nWaste/Disposal scenario\nHousehold;;;Undefined;0;0;0;;\n\nEnd\n"
    )
    read = imported(tmp_path, STEEL, assembly, cycle)
    assert scores(read) == {"Steel": 2.0, "Chair": pytest.approx(8.0)}
    assert "simapro-stage" in said(read)
    assert not {"inventory-no-product", "inventory-empty"} & set(said(read))


def test_parts_of_a_waste_without_a_scenario_are_left_open(tmp_path: Path) -> None:
    """Nobody says what they are parts of."""
    car = made("Car", 1.0, Separated_waste="Burning;All waste types;85;")
    assert "[simapro-row]" in OF.refused(tmp_path, BURNING, car)


@pytest.mark.parametrize("section", ["Materials/fuels", "Electricity/heat", "Materials/assemblies", "Processes"])
def test_what_a_stage_takes_counts_in_whatever_section_it_stands(tmp_path: Path, section: str) -> None:
    """Sections of processes in a stage, and those of stages in a process: none is passed over."""
    row = f"{section}\nSteel;kg;3;Undefined;0;0;0;\n\n"
    stage = f"Product stage\n\nCategory type\nassembly\n\nStatus\n\n\nProducts\nChair;p;1;Others;;\n\n{row}End\n"
    read = imported(tmp_path, STEEL, stage, made("Car", 1.0).replace("\nEnd", f"\n{row}End"))
    assert scores(read) == {"Steel": 2.0, "Chair": pytest.approx(6.0), "Car": pytest.approx(7.0)}
