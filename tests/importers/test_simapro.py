"""SimaPro CSV: names, shares, wastes, parameters and units, whatever a spreadsheet or a locale made of a file."""

from __future__ import annotations

import runpy
import zipfile
from collections.abc import Sequence
from math import log
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint import holdings
from footprint.background import importers, systems
from footprint.background.importers.asked import Asked, Read
from footprint.cli import main
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError

SHARED = Path(__file__).parents[3] / "shared" / "data" / "datasets" / "simapro"
M = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "mutants.py")))
ALL = Asked(allow_unlinked=True)
HEADER = """{{SimaPro 9.3.0.3}}
{{processes}}
{{Date: 27/09/2022}}
{{Project: Kitchen}}
{{CSV Format version: 9.0.0}}
{{CSV separator: {separator}}}
{{Decimal separator: {decimal}}}
{{Short date format: dd/MM/yyyy}}
{{Open project: 'Kitchen'}}
"""
UNITS = """Quantities
Mass;Yes

End

Units
kg;Mass;1;kg
g;Mass;0.001;kg
ton;Mass;1000;kg
p;Amount;1;p
MJ;Energy;1;MJ
kWh;Energy;3.6;MJ
crate;Mass;12.5;kg

End

Airborne emissions
Carbonic acid gas;kg;000124-38-9;Formula: CO2
Unlikely name;kg;;Formula: SF6

End
"""
SECTIONS = (
    "Products",
    "Waste treatment",
    "Waste scenario",
    "Avoided products",
    "Resources",
    "Materials/fuels",
    "Electricity/heat",
    "Emissions to air",
    "Emissions to water",
    "Emissions to soil",
    "Final waste flows",
    "Non material emissions",
    "Social issues",
    "Economic issues",
    "Waste to treatment",
    "Separated waste",
    "Remaining waste",
    "Input parameters",
    "Calculated parameters",
)
CO2 = "Carbon dioxide, fossil;low. pop.;kg;{};Undefined;0;0;0;"


def process(id: str, *, kind: str = "material", comment: str = "", **rows: str | Sequence[str]) -> str:  # noqa: A002
    """Return a process; sections by their titles with underscores, each a row or several."""
    given_ = {name.replace("_", " ").casefold(): text for name, text in rows.items()}
    lines = [
        "Process",
        "",
        "Category type",
        kind,
        "",
        "Process identifier",
        id,
        "",
        "Type",
        "Unit process",
        "",
        "Process name",
        str(given_.pop("process name", "")),
        "",
        "Geography",
        str(given_.pop("geography", "")),
        "",
        "Time period",
        "Unspecified",
        "",
        "Comment",
        comment,
        "",
    ]
    for title in SECTIONS:
        found = given_.pop(title.casefold().replace("/", " "), None)
        if found is not None or title not in {"Waste treatment", "Waste scenario", "Separated waste"}:
            lines += [title, *([found] if isinstance(found, str) else found or []), ""]
    assert not given_, given_
    return "\n".join([*lines, "End", ""])


def made(name: str, *air: float, unit: str = "kg", amount: str = "1", **more: str | Sequence[str]) -> str:
    """Return a process of one product that gives off so much fossil CO2."""
    emitted = [CO2.format(each) for each in air]
    return process(
        f"ID-{name}",
        Products=f"{name};{unit};{amount};100;not defined;Metals\\Ferro;",
        Emissions_to_air=emitted,
        **more,
    )


def text(*blocks: str, separator: str = "Semicolon", decimal: str = ".") -> str:
    return "\n".join([HEADER.format(separator=separator, decimal=decimal), *blocks])


def imported(path: Path, *blocks: str, asked: Asked = Asked()) -> Read:  # noqa: B008  it never changes
    return taken(path, text(*blocks), asked=asked)


def taken(path: Path, content: str, encoding: str = "cp1252", asked: Asked = Asked()) -> Read:  # noqa: B008
    file = path / "export.csv"
    file.write_bytes(content.replace("\n", "\r\n").encode(encoding))
    return importers.read(file, asked)


def scores(read: Read) -> dict[str, float]:
    """Return the kg CO2e of one unit of each dataset, by name."""
    solved = intensities(systems.system(read.source, "AR6")).impact
    names = {row["code"]: row["name_en"] for row in read.source.activities}
    return {names[code]: sum(found.values()) for code, found in solved.items()}


def gaps(read: Read) -> dict[str, dict[str, float]]:
    solved = intensities(systems.system(read.source, "AR6")).gaps
    names = {row["code"]: row["name_en"] for row in read.source.activities}
    return {names[code]: {names[gap]: amount for gap, amount in found.items()} for code, found in solved.items()}


def said(read: Read) -> set[str]:
    return {notice.code for notice in read.notices}


def refused(path: Path, *blocks: str) -> str:
    with pytest.raises(DatabaseError) as caught:
        imported(path, *blocks)
    return str(caught.value)


STEEL = made("Steel", 2.0)
BURNING = process(
    "B", kind="waste treatment", Waste_treatment="Burning;kg;1;All waste types;Others", Emissions_to_air=CO2.format(3)
)
FILLING = process(
    "F", kind="waste treatment", Waste_treatment="Filling;kg;2;All waste types;Others", Emissions_to_air=CO2.format(1)
)


def test_things_are_known_by_their_names(tmp_path: Path) -> None:
    """What is consumed in any section of inputs is the product of that name, in any unit of its kind."""
    car = made(
        "Car", 1.0, Materials_fuels="Steel;ton;0.002;Undefined;0;0;0;", Electricity_heat="Steel;g;500;Undefined;0;0;0;"
    )
    read = imported(tmp_path, STEEL, car, UNITS)
    assert scores(read)["Car"] == pytest.approx(1.0 + 2.5 * 2.0)
    assert read.counts["by-provider"] == 2
    assert read.source.meta["title"]["en"] == "Kitchen"


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


def test_parameters_work_in_the_order_of_their_scopes(tmp_path: Path) -> None:
    """Those of a process come before those of the project, these before those of the database; case does not matter."""
    shared = """Database Input parameters
a;1;Undefined;0;0;0;No;
b;10;Undefined;0;0;0;No;

End

Database Calculated parameters
twice;2 * B;

End

Project Input parameters
A;3;Undefined;0;0;0;No;

End

Project Calculated parameters
sum;a + twice ^ 2;

End
"""
    one = made(
        "One",
        1.0,
        Materials_fuels="Steel;kg;SUM + c;Undefined;0;0;0;",
        Input_parameters="b;1000;Undefined;0;0;0;No;",
        Calculated_parameters="c;sqrt(4) * b;",
    )
    read = imported(tmp_path, STEEL, one, shared)
    assert scores(read)["One"] == pytest.approx(1.0 + 2.0 * (3 + 20**2 + 2 * 1000))
    assert "'= SUM + c" in {row["note"] for row in read.source.exchanges}


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("nowhere * 2", "inventory-formula-name"),
        ("1 / 0", "inventory-formula-number"),
        ("round_", "inventory-formula-loop"),
        ("__import__('os')", "inventory-formula"),
        ("2 +", "inventory-formula-syntax"),
        ("", "inventory-number"),
        ("1e999", "inventory-number"),
        ("(" * 500 + "1" + ")" * 500, "inventory-formula-deep"),
        ("1,000", "simapro-decimal"),
        ("12.500.000", "inventory-formula"),
    ],
)
def test_what_comes_to_no_number_is_named_with_its_line(tmp_path: Path, amount: str, code: str) -> None:
    """All rows at once, in a sentence each."""
    bad = made(
        "Car",
        Materials_fuels=[f"Steel;kg;{amount};Undefined;0;0;0;", "Steel;kg;x;Undefined;0;0;0;"],
        Calculated_parameters=["round_;turn;", "turn;round_;"],
    )
    told = refused(tmp_path, STEEL, bad)
    lines = text(STEEL, bad).split("\n")
    assert f"export.csv:line {lines.index(f'Steel;kg;{amount};Undefined;0;0;0;') + 1}: " in told
    assert code in told
    assert "'x'" in told


def test_a_formula_that_nothing_rests_on_may_be_wrong(tmp_path: Path) -> None:
    """Databases carry parameters that nobody uses."""
    read = imported(tmp_path, made("Steel", 2.0, Calculated_parameters=["bad;1 +;", "loop;loop;"]))
    assert scores(read) == {"Steel": 2.0}


@pytest.mark.parametrize("separator", [("Semicolon", ";"), ("Tab", "\t"), (";", ";")])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_every_locale_gives_the_same_numbers(
    tmp_path: Path, separator: tuple[str, str], decimal: str, encoding: str
) -> None:
    """The header says what parts cells and decimals; letters with accents come through."""
    told, sign = separator
    blocks = [
        made("Stähl", 2.5),
        made("Car", 1.25, Materials_fuels="Stähl;kg;2 * 0.5E0;Lognormal;1.44;0;0;(1,2,3,1,1,na)"),
        UNITS,
    ]
    content = text(*(block.replace(";", sign) for block in blocks), separator=told, decimal=decimal)
    if decimal == ",":
        content = (
            content.replace("2.5", "2,5").replace("1.25", "1,25").replace("0.5E0", "0,5E0").replace("1.44", "1,44")
        )
    read = taken(tmp_path, content, encoding)
    assert scores(read) == {"Stähl": pytest.approx(2.5), "Car": pytest.approx(3.75)}
    (row,) = [row for row in read.source.exchanges if row["direction"] == "input"]
    assert (float(row["gsd"]), row["pedigree"], row["gsd_is"]) == (pytest.approx(1.2), "1;2;3;1;1", "total")
    assert log(float(row["gsd"])) > 0


def test_chinese_windows_writes_its_own_letters(tmp_path: Path) -> None:
    """GB18030 without a mark, even if the first letters come late."""
    long = made("Ore", 1.0, comment="x" * 70_000)
    read = taken(
        tmp_path, text(long, made("钢材", 2.0), made("汽车", Materials_fuels="钢材;kg;3;Undefined;0;0;0;")), "gb18030"
    )
    assert scores(read)["汽车"] == pytest.approx(6.0)


def test_numbers_with_the_other_sign_are_read_unless_they_may_be_thousands(tmp_path: Path) -> None:
    """A point in a file of commas parts decimals, where three digits do not stand behind it."""
    content = text(STEEL, made("Car", Materials_fuels="Steel;kg;0.125;Undefined;0;0;0;"), decimal=",")
    assert scores(taken(tmp_path, content))["Car"] == pytest.approx(0.25)
    with pytest.raises(DatabaseError, match="simapro-decimal"):
        taken(tmp_path, content.replace("0.125", "6.250"))


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


def test_columns_may_be_swapped(tmp_path: Path) -> None:
    """Some exports tell the amount before the unit, in formulas as well."""
    steel = process(
        "S",
        Products="Steel;1;kg;100;not defined;Metals;",
        Emissions_to_air="Carbon dioxide, fossil;low. pop.;2;kg;Undefined;;;;",
    )
    car = process(
        "C",
        Products="Car;1;p;100;not defined;X;",
        Materials_fuels=["Steel;3;kg;Undefined;;;;", "Steel;n*2;kg;Undefined;;;;"],
        Input_parameters="n;1;Undefined;0;0;0;No;",
    )
    assert scores(imported(tmp_path, steel, car))["Car"] == pytest.approx(10.0)


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


def test_sections_stand_in_any_order_and_spelling(tmp_path: Path) -> None:
    """Titles in another case, the singular, padded by a spreadsheet, without empty lines or ends."""
    car = made(
        "Car", 1.0, Materials_fuels="Steel;kg;3;Undefined;0;0;0;", Non_material_emissions="Noise;;Bq;1;Undefined;0;0;0;"
    )
    plain = text(STEEL, car)
    expected = {"Steel": 2.0, "Car": 7.0}
    padded = "\n".join(line + ";" * 8 for line in plain.split("\n"))
    for content in (
        plain,
        padded,
        plain.replace("Materials/fuels", "MATERIALS/FUELS "),
        plain.replace("\nEnd\n", "\n\n"),
        plain.replace("Non material emissions", "Non material emission"),
        plain.removesuffix("End\n"),
        plain.replace(";\n\n", ";\n"),
    ):
        read = taken(tmp_path, content)
        assert scores(read) == expected
        assert "simapro-stray" not in said(read)


def test_comments_may_hold_everything(tmp_path: Path) -> None:
    """Line ends, quotes, separators, empty lines, titles of sections, marks of deletion."""
    for comment in (
        '"of several\nlines; with ""quotes"" and\n\nan empty one"',
        'a 5" pipe',
        '"unclosed',
        "one\x7ftwo",
        "a;b;c",
        "first\n\nsecond paragraph\n\nthird",
    ):
        read = imported(
            tmp_path, made("Steel", 2.0, comment=comment), made("Car", Materials_fuels="Steel;kg;3;Undefined;0;0;0;")
        )
        assert scores(read)["Car"] == pytest.approx(6.0), comment
        assert said(read) <= {"inventory-bare"}
    notes = {row["note"] for row in imported(tmp_path, made("Steel", 2.0, comment="first\n\nsecond")).source.activities}
    assert notes == {"first second"}


def test_a_line_of_its_own_below_a_comment_is_more_of_it(tmp_path: Path) -> None:
    """And it is told; without a comment above it is a row without an amount."""
    car = made(
        "Car", Materials_fuels=["Steel;kg;1;Undefined;0;0;0;first line", "second line, of the comment", "Steel;g;500"]
    )
    read = imported(tmp_path, STEEL, car)
    assert scores(read)["Car"] == pytest.approx(3.0)
    assert "first line second line, of the comment" in {row["note"] for row in read.source.exchanges}
    assert "simapro-continued" in said(read)
    assert "[simapro-row]" in refused(tmp_path, STEEL, car.replace("first line", ""))


def test_letters_lost_in_units_do_not_change_others(tmp_path: Path) -> None:
    """A microgram that lost its letter stands beside the gram; units of the user keep their meaning."""
    mangled = UNITS.replace(
        "g;Mass;0.001;kg", "g;Mass;0.000000001;kg\ng;Mass;0.001;kg\nMl;Volume;1000;m3\nkg-NO;Energy;56.6;MJ"
    )
    heat = made("Heat", 1.0, unit="MJ", Materials_fuels="Steel;g;500;Undefined;0;0;0;")
    car = made("Car", Electricity_heat="Heat;kg-NO;2;Undefined;0;0;0;")
    assert scores(imported(tmp_path, STEEL, heat, car, mangled))["Car"] == pytest.approx(2 * 56.6 * 2.0)


def test_blanks_inside_names_do_not_matter(tmp_path: Path) -> None:
    """Nor does case, unless two products differ by it alone."""
    car = made("Car", Materials_fuels="HOT  rolled;kg;1;Undefined;0;0;0;")
    assert scores(imported(tmp_path, made("Hot rolled", 2.0), car))["Car"] == pytest.approx(2.0)
    both = [made("Hot rolled", 2.0), made("HOT rolled", 5.0), car.replace("HOT  rolled", "HOT rolled")]
    assert scores(imported(tmp_path, *both))["Car"] == pytest.approx(5.0)


def test_formulas_of_both_decimal_signs_choose(tmp_path: Path) -> None:
    """Arguments stand between semicolons where commas part decimals: such a cell stands in quotes."""
    car = made(
        "Car",
        Materials_fuels='"Steel";kg;"iff(a=1,5; 2,5; 0)";Undefined;0;0;0;',
        Input_parameters="a;1,5;Undefined;0;0;0;No;",
    )
    assert scores(taken(tmp_path, text(STEEL, car, decimal=",")))["Car"] == pytest.approx(5.0)
    points = made(
        "Car",
        Materials_fuels="Steel;kg;Iff(a = 1.5, 2.5, 0);Undefined;0;0;0;",
        Input_parameters="a;1.5;Undefined;0;0;0;No;",
    )
    assert scores(imported(tmp_path, STEEL, points))["Car"] == pytest.approx(5.0)


def test_quotes_around_names_are_no_part_of_them(tmp_path: Path) -> None:
    """A name with a separator in it stands in quotes; inches stay what they are."""
    pipe = made('"Pipe; 5"" wide"', 2.0)
    car = made("Car", Materials_fuels='"Pipe; 5"" wide";kg;3;Undefined;0;0;0;')
    read = imported(tmp_path, pipe, car)
    assert scores(read) == {'Pipe; 5" wide': 2.0, "Car": pytest.approx(6.0)}


def test_sections_that_nobody_knows_are_told(tmp_path: Path) -> None:
    """Rows of a later version are not read, and never silently."""
    steel = STEEL.replace("\nEnd", "\nEmissions to space\nCarbon dioxide;;kg;1;Undefined;0;0;0;\n\nEnd")
    read = imported(tmp_path, steel)
    assert scores(read) == {"Steel": 2.0}
    assert "simapro-section" in said(read)
    assert "simapro-stray" in said(imported(tmp_path, STEEL, "something\n"))


def test_rows_without_an_amount_are_refused(tmp_path: Path) -> None:
    """Missing is not zero."""
    assert "[simapro-row]" in refused(tmp_path, STEEL, made("Car", Materials_fuels="Steel;kg"))
    assert "[inventory-number]" in refused(tmp_path, STEEL, made("Car", Materials_fuels="Steel;kg;;Undefined;0;0;0;"))


def test_ids_may_be_missing_or_the_same(tmp_path: Path) -> None:
    """Processes are told apart by what they make; a process twice counts once."""
    blocks = [STEEL, made("Car", 1.0)]
    for content in (
        text(*blocks).replace("ID-Steel", "").replace("ID-Car", ""),
        text(*blocks).replace("ID-Steel", "ID-Car"),
    ):
        assert scores(taken(tmp_path, content)) == {"Steel": 2.0, "Car": 1.0}
    read = imported(tmp_path, STEEL, STEEL)
    assert scores(read) == {"Steel": 2.0}
    assert "inventory-twice" in said(read)


def test_two_suppliers_of_one_name_are_not_guessed(tmp_path: Path) -> None:
    """Different processes, one product: the input says nothing of which."""
    told = refused(
        tmp_path, STEEL, STEEL.replace("ID-Steel", "other"), made("Car", Materials_fuels="Steel;kg;3;Undefined;0;0;0;")
    )
    assert "[inventory-several]" in told


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


def test_methods_alone_are_refused(tmp_path: Path) -> None:
    """Nothing in them is a process."""
    with pytest.raises(DatabaseError, match="simapro-method"):
        imported(tmp_path, "Method\n\nName\nGWP 2021\n\nEnd\n")


def test_several_files_are_one_database(tmp_path: Path) -> None:
    """Each with a header and parameters of its own."""
    folder = tmp_path / "exports"
    folder.mkdir()
    shared = "Project Input parameters\nn;{};Undefined;0;0;0;No;\n\nEnd\n"
    two = made("Car", Materials_fuels="Steel;kg;n*0,5;Undefined;0;0;0;")
    (folder / "a.csv").write_text(text(made("Steel", 1.0, amount="n"), shared.format(2)), encoding="utf-8")
    (folder / "b.txt").write_text(text(two, shared.format(4), decimal=","), encoding="utf-16")
    (folder / "notes.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "exports.zip", "w") as packed:
        for file in folder.iterdir():
            packed.write(file, file.name)
    for path in (folder, tmp_path / "exports.zip"):
        assert scores(importers.read(path, Asked())) == {"Steel": 0.5, "Car": pytest.approx(1.0)}


@pytest.mark.parametrize(
    ("order", "date"),
    [
        ("dd/MM/yyyy", "24/02/2014"),
        ("M/d/yyyy", "2/24/2014"),
        ("yyyy-MM-dd", "2014-02-24"),
        ("dd.MM.yyyy", "24.02.2014"),
    ],
)
def test_dates_are_those_of_the_header(tmp_path: Path, order: str, date: str) -> None:
    """Day and month stand in the order that it tells; a date of another form stays as it is."""
    for written, found in ((date, "2014-02-24"), ("in spring", "in spring"), ("1/2", "1/2")):
        content = text(STEEL.replace("Comment\n", f"Date\n{written}\n\nComment\n")).replace("dd/MM/yyyy", order)
        (row,) = taken(tmp_path, content).source.activities
        assert row["citation"] == found


def test_many_problems_are_counted(tmp_path: Path) -> None:
    """The first of each kind are told, and how many there are."""
    told = refused(tmp_path, made("Car", Materials_fuels=["Steel;kg;x y;Undefined;0;0;0;"] * 500))
    assert len(told.split("\n")) == 21
    assert "500 problems" in told


def test_the_header_may_be_translated_or_missing(tmp_path: Path) -> None:
    """What is told by content is told without it, too."""
    content = text(STEEL, made("Car", Materials_fuels="Steel;kg;3.5;Undefined;0;0;0;"))
    french = content.replace("{processes}", "{processus}").replace("{Project:", "{Projet:").replace("Yes}", "Oui}")
    assert taken(tmp_path, french).source.meta["title"]["en"] == "Kitchen"
    assert scores(taken(tmp_path, f"sep=;\n\n{content}"))["Car"] == pytest.approx(7.0)
    bare = content[content.index("Process\n") :]
    assert scores(taken(tmp_path, bare))["Car"] == pytest.approx(7.0)
    commas = "\n".join(line.replace(";", ",") for line in content.split("\n"))
    assert scores(taken(tmp_path, commas.replace("dioxide, fossil", "dioxide fossil")))["Car"] == pytest.approx(7.0)


def test_a_placeholder_is_missing_and_not_zero(tmp_path: Path) -> None:
    """A dummy is a gap for its users; what says it takes nothing is zero."""
    read = imported(
        tmp_path,
        made("Dummy, waste", kind="material"),
        made("Car", Materials_fuels="Dummy, waste;kg;3;Undefined;0;0;0;"),
        asked=ALL,
    )
    assert gaps(read)["Car"] == {"Dummy, waste": 3.0}
    assert "inventory-bare" in said(imported(tmp_path, made("Scrap")))


def test_places_and_folders_are_kept(tmp_path: Path) -> None:
    """The place is part of a name; folders are the category."""
    names = {
        "Steel {CH}| market | Cut-off, U": "CH",
        "Steel, at plant/RER U": "RER",
        "Road/CH/I U": "CH",
        "Rice/kg": "",
        "Ore": "",
    }
    read = imported(tmp_path, *(made(name, 1.0) for name in names))
    assert {row["name_en"]: row["region"] for row in read.source.activities} == names
    assert {row["category"] for row in read.source.activities} == {"material/Metals/Ferro"}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Steel, low-alloyed {RER}| steel production, electric | Cut-off, U", True),
        ("Steel, low-alloyed {CH}| steel production, electric | Cut-off, U", False),
        ("Steel, low-alloyed {RER}| steel production | Cut-off, U", False),
        ("Steel, low-alloyed {GLO}| market for | Cut-off, S", True),
    ],
)
def test_activities_of_ecoinvent_are_found_in_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, found: bool
) -> None:
    """By product, place and activity, which SimaPro writes into one name; other places and activities are others."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    steel = "steel, low-alloyed;kg;1;100;not defined;X;"
    base = [
        process(str(n), Process_name=called, Geography=place, Products=steel, Emissions_to_air=CO2.format(2.0))
        for n, (called, place) in enumerate(
            (("steel production, electric", "RER"), ("market for steel, low-alloyed", "GLO"))
        )
    ]
    (tmp_path / "base.csv").write_text(text(*base), encoding="utf-8")
    holdings.take_in(tmp_path / "base.csv", Asked("base", "1"), "auto", "en")
    asked = Asked("own", "1", link=("base@1",), allow_unlinked=True)
    read = imported(tmp_path, made("Car", Materials_fuels=f"{name};g;500;Undefined;0;0;0;"), asked=asked)
    assert scores(read)["Car"] == pytest.approx(1.0 if found else 0.0)
    assert bool(gaps(read)["Car"]) != found


def test_the_files_beside_the_checkout_are_read() -> None:
    """Exports of versions 8.0 to 9.3, one of them spread over cells by a spreadsheet."""
    if not SHARED.is_dir():
        pytest.skip("third-party SimaPro files are not beside the checkout")
    found = {path.stem: importers.read(path, ALL) for path in sorted(SHARED.glob("*.csv"))}
    assert {name: (read.counts["datasets"], read.counts["gaps"]) for name, read in found.items()} == {
        "allocation": (3, 0),
        "external_documents_and_literature_references": (1, 0),
        "inventory": (1, 1),
        "new-order": (1, 10),
        "process_with_invalid_lognormal_scale": (1, 0),
        "python_builtin_as_unit_name": (1, 0),
    }
    straw = {row["name_en"].partition(" |")[0]: row for row in found["allocation"].source.activities}
    assert float(straw["Rice straw, at farm (WFLDB 3.0)/IN U"]["amount"]) == 3125
    (minutes,) = found["python_builtin_as_unit_name"].source.activities
    assert (minutes["unit"], float(minutes["amount"])) == ("min", 5.0)
    zinc = {row["note"]: row for row in found["new-order"].source.exchanges if float(row["amount"]) < 0}
    assert [float(row["amount"]) for row in zinc.values()] == [-0.3]


def test_a_database_is_taken_in_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the file is called."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    (tmp_path / "data.bin").write_text(text(STEEL), encoding="utf-8")
    done = CliRunner().invoke(main, ["db", "import", str(tmp_path / "data.bin"), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "1 datasets" in done.output


PIECES = (b";", b"\n", b'"', b"\x00", b"\r", b"End", b"1e999", b"Process", b"\n\n", b",", b"\xff", b"^", b"(")
SMALL = text(
    process(
        "C",
        Products=["Chlorine;kg;2;75;not defined;X;", "Soda;kg;4;25;not defined;X;"],
        Emissions_to_air=CO2.format("a*2"),
        Waste_to_treatment="Burning;kg;4;Lognormal;1.2;0;0;(1,2,3,4,5)",
        Input_parameters="a;1;Undefined;0;0;0;No;",
        Calculated_parameters="b;max(a; 2)^2;",
    ),
    BURNING,
    UNITS,
).encode()


@given(content=M.cuts(SMALL, PIECES))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_are_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    """Nothing but a `FootprintError` comes out."""
    M.survives("simapro", tmp_path / "small.csv", content)


@pytest.mark.slow
@given(content=M.cuts(SMALL, PIECES))
@settings(deadline=None, max_examples=20_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_are_refused_in_a_sentence_at_length(tmp_path: Path, content: bytes) -> None:
    """The same for long."""
    M.survives("simapro", tmp_path / "small.csv", content)
