"""SimaPro CSV: things are known by their names, whatever blanks, case and ids do, here and in the store."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint import holdings
from footprint.background.importers.asked import Asked

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "simapro.py")))
ALL, CO2, STEEL, UNITS = OF.ALL, OF.CO2, OF.STEEL, OF.UNITS
gaps, imported, made, process, refused, said, scores, taken, text = (
    OF.gaps, OF.imported, OF.made, OF.process, OF.refused, OF.said, OF.scores, OF.taken, OF.text,
)  # fmt: skip


def test_things_are_known_by_their_names(tmp_path: Path) -> None:
    """What is consumed in any section of inputs is the product of that name, in any unit of its kind."""
    car = made(
        "Car", 1.0, Materials_fuels="Steel;ton;0.002;Undefined;0;0;0;", Electricity_heat="Steel;g;500;Undefined;0;0;0;"
    )
    read = imported(tmp_path, STEEL, car, UNITS)
    assert scores(read)["Car"] == pytest.approx(1.0 + 2.5 * 2.0)
    assert read.counts["by-provider"] == 2
    assert read.source.meta["title"]["en"] == "Kitchen"


def test_blanks_inside_names_do_not_matter(tmp_path: Path) -> None:
    """Nor does case, unless two products differ by it alone."""
    car = made("Car", Materials_fuels="HOT  rolled;kg;1;Undefined;0;0;0;")
    assert scores(imported(tmp_path, made("Hot rolled", 2.0), car))["Car"] == pytest.approx(2.0)
    both = [made("Hot rolled", 2.0), made("HOT rolled", 5.0), car.replace("HOT  rolled", "HOT rolled")]
    assert scores(imported(tmp_path, *both))["Car"] == pytest.approx(5.0)


def test_quotes_around_names_are_no_part_of_them(tmp_path: Path) -> None:
    """A name with a separator in it stands in quotes; inches stay what they are."""
    pipe = made('"Pipe; 5"" wide"', 2.0)
    car = made("Car", Materials_fuels='"Pipe; 5"" wide";kg;3;Undefined;0;0;0;')
    read = imported(tmp_path, pipe, car)
    assert scores(read) == {'Pipe; 5" wide': 2.0, "Car": pytest.approx(6.0)}


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


def test_a_share_before_the_type_of_a_waste_moves_its_folder_by_a_cell(tmp_path: Path) -> None:
    """Some files state how much of a treatment its waste bears, 100 %, as products do."""
    for row in ("Burning;kg;1;All waste types;Others\\Ovens", "Burning;kg;1;100;All waste types;Others\\Ovens;said"):
        burning = OF.process("B", kind="waste treatment", Waste_treatment=row, Emissions_to_air=OF.CO2.format(3))
        (told,) = OF.imported(tmp_path, burning).source.activities
        assert told["category"] == "waste treatment/Others/Ovens"
