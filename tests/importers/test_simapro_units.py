"""SimaPro CSV: units and substances are those of the file, and what is known everywhere."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "simapro.py")))
STEEL, UNITS = OF.STEEL, OF.UNITS
imported, made, process, refused, scores = OF.imported, OF.made, OF.process, OF.refused, OF.scores


def test_units_are_those_of_the_file(tmp_path: Path) -> None:
    """Its own ones, its ton, and what is known everywhere; a kilogram of a thousand grams it may not redefine."""
    car = made("Car", Materials_fuels=["Steel;crate;2;Undefined;0;0;0;", "Steel;ton;0.01;Undefined;0;0;0;"], unit="p")
    assert scores(imported(tmp_path, STEEL, car, UNITS))["Car"] == pytest.approx((25 + 10) * 2.0)
    box = made("Box", 5.0, unit="crate", amount="2")
    (row,) = imported(tmp_path, box, UNITS).source.activities
    assert (row["unit"], float(row["amount"])) == ("kg", 25.0)
    wrong = UNITS.replace("g;Mass;0.001;kg", "g;Mass;1;kg")
    assert scores(imported(tmp_path, STEEL, car, wrong))["Car"] == pytest.approx(70.0)
    grams = made("Car", Materials_fuels="Steel;g;2;Undefined;0;0;0;")
    assert "one 'g' is 1 kg, and it is 0.001 kg" in refused(tmp_path, STEEL, grams, wrong)


def test_an_unknown_unit_is_a_gap_and_not_a_number(tmp_path: Path) -> None:
    """Nobody knows how much a 'foo' of it is."""
    car = made("Car", Materials_fuels="Steel;foo;2;Undefined;0;0;0;")
    assert "[inventory-other-unit]" in refused(tmp_path, STEEL, car)


def test_emissions_without_a_column_of_compartments_are_read(tmp_path: Path) -> None:
    """Old exports have none."""
    steel = process(
        "S",
        Products="Steel;kg;1;100;not defined;Metals;",
        Emissions_to_air="Carbon dioxide, fossil;kg;2;Undefined;0;0;0;",
    )
    assert scores(imported(tmp_path, steel)) == {"Steel": 2.0}


def test_substances_are_known_by_number_and_formula_of_the_file(tmp_path: Path) -> None:
    """Names are in the language of the user; what it defines is not. Sections decide the compartment."""
    air = ["Carbonic acid gas;;kg;1;Undefined;0;0;0;", "Unlikely name;;g;2;Undefined;0;0;0;"]
    steel = process(
        "S",
        Products="Steel;kg;1;100;not defined;Metals;",
        Emissions_to_air=air,
        Emissions_to_water="Carbonic acid gas;river;kg;1;Undefined;0;0;0;",
        Resources="Carbon dioxide, in air;in air;kg;1.5;Undefined;0;0;0;",
        Final_waste_flows="Carbon dioxide;;kg;9;Undefined;0;0;0;",
    )
    read = imported(tmp_path, steel, UNITS)
    rows = sorted((row["flow"], float(row["amount"])) for row in read.source.exchanges)
    assert rows == [("co2-fossil", 1.0), ("co2-uptake", 1.5), ("sf6", 0.002)]
    assert read.counts["others"] == 2


def test_substances_of_a_country_and_formulas_as_names_are_known(tmp_path: Path) -> None:
    """Others that end like them are not."""
    names = {
        "Dinitrogen monoxide, DE": "n2o",
        "Methane, biogenic, CN-GD": "ch4-biogenic",
        "CO2 (biogenic)": "co2-biogenic",
        "CO2": "co2-fossil",
        "CH4": "ch4-unspecified",
        "Carbon dioxide, RoW": "co2-fossil",
        "Ammonia, FR": "",
        "Ethane, 1,1,1,2-tetrafluoro-, HFC-134a, US": "hfc-134a",
        "Nitrogen oxides, DE": "",
    }
    for name, gas in names.items():
        steel = process(
            "S", Products="Steel;kg;1;100;not defined;X;", Emissions_to_air=f"{name};low. pop.;kg;2;Undefined;0;0;0;"
        )
        assert [row["flow"] for row in imported(tmp_path, steel).source.exchanges] == [gas] * bool(gas)


def test_letters_lost_in_units_do_not_change_others(tmp_path: Path) -> None:
    """A microgram that lost its letter stands beside the gram; units of the user keep their meaning."""
    mangled = UNITS.replace(
        "g;Mass;0.001;kg", "g;Mass;0.000000001;kg\ng;Mass;0.001;kg\nMl;Volume;1000;m3\nkg-NO;Energy;56.6;MJ"
    )
    heat = made("Heat", 1.0, unit="MJ", Materials_fuels="Steel;g;500;Undefined;0;0;0;")
    car = made("Car", Electricity_heat="Heat;kg-NO;2;Undefined;0;0;0;")
    assert scores(imported(tmp_path, STEEL, heat, car, mangled))["Car"] == pytest.approx(2 * 56.6 * 2.0)
