"""Units in packages of openLCA: those of the file convert as it says, and what cannot be counted is told."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

OLCA = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "olca.py")))
AIR, CAR, CO2, MILL, SLAG, STEEL = OLCA.AIR, OLCA.CAR, OLCA.CO2, OLCA.MILL, OLCA.SLAG, OLCA.STEEL
exchange, flow, made, out, process, refused, scores, taken, told, used = (
    OLCA.exchange, OLCA.flow, OLCA.made, OLCA.out, OLCA.process, OLCA.refused, OLCA.scores, OLCA.taken, OLCA.told,
    OLCA.used,
)  # fmt: skip


def test_units_and_properties_of_the_file_convert(packed):
    """A unit by its factor, a property by its own: 500 L of dry volume at 0.8 m3/m3 and 255 kg/m3 are 0.625 m3."""
    listed = [
        {"conversionFactor": 1.0, "isRefFlowProperty": True, "flowProperty": OLCA.reference("FlowProperty", "volume")},
        {"conversionFactor": 0.8, "flowProperty": OLCA.reference("FlowProperty", "energy")},
        {"conversionFactor": 255.0, "flowProperty": OLCA.reference("FlowProperty", "mass")},
    ]
    wood = flow("wood") | {"flowProperties": listed}
    mass, dry = OLCA.reference("FlowProperty", "mass"), OLCA.reference("FlowProperty", "energy")
    grown = process("forest", made(wood, 1.0), out(10.0))
    p = process("p", made(CAR), used(wood, 127.5, unit="kg", flowProperty=mass))
    q = process("q", made(CAR), used(wood, 1.8, unit="kWh", flowProperty=dry))
    found = scores(taken(packed(wood, grown, p, q)))
    assert found == pytest.approx({"forest": 10.0, "p": 5.0, "q": 1.8 * 3.6 / 0.8 * 10})
    assert taken(packed(wood, grown)).source.activities[0]["unit"] == "m3"


def test_a_reference_unit_that_is_none_of_ours_has_another_of_its_group(packed):
    """``head`` is no unit here; its group has a ``dozen`` of ten, which counts as the file says."""
    group = OLCA.unit_group("heads", {"head": 1.0, "Dozen(s)": 10.0})
    cow = flow("cow", measured="heads")
    read = taken(packed(group, OLCA.flow_property("heads"), cow, process("farm", made(cow, 30.0), out(6.0))))
    (farm,) = read.source.activities
    assert (farm["unit"], float(farm["amount"])) == ("dozen", 3.0)
    assert scores(read) == {"farm": 2.0}


def test_a_unit_that_nobody_knows_is_kept_as_its_own(packed):
    """What is made and used in it is linked, by the factors of its group; it is told once."""
    group = OLCA.unit_group("heads", {"head": 1.0, "herd": 50.0})
    cow = flow("cow", measured="heads")
    herd = used(cow, 2.0) | {"unit": {"name": "herd"}}
    farms = process("farm", made(cow), out(6.0)), process("p", made(CAR), herd)
    read = taken(packed(MILL, group, OLCA.flow_property("heads"), cow, *farms))
    assert told(read).count("inventory-own-unit") == 1
    assert {row["code"]: row["unit"] for row in read.source.activities}["farm"] == "[head]"
    assert scores(read) == {"mill": 2.0, "farm": 6.0, "p": 600.0}


def test_a_factor_of_the_file_that_differs_from_ours_is_told(packed):
    """It counts, since amounts were written with it."""
    group = OLCA.unit_group("mass", {"kg": 1.0, "oz": 0.02})
    path = packed(group, process("mill", made(STEEL), exchange(CO2, 100.0, unit="oz")))
    (path / "unit_groups" / "units-of-mass.json").write_text(json.dumps(group), "utf-8")
    read = taken(path)
    assert scores(read) == {"mill": 2.0}
    assert "olca-unit-factor" in told(read)


def test_units_without_a_factor_hurt_only_who_uses_them(packed):
    """Currencies stand in such groups with a factor of nought; a name comes before a synonym of another unit."""
    group = OLCA.unit_group("mass", {"kg": 1.0, "stone": 0.0, "lot": 0.5, "pfund": 0.4})
    group["units"][2]["synonyms"] = ["pfund"]
    path = packed(group, process("mill", made(STEEL), exchange(CO2, 5.0, unit="pfund")))
    (path / "unit_groups" / "units-of-mass.json").write_text(json.dumps(group), "utf-8")
    assert scores(taken(path)) == {"mill": 2.0}
    bad = packed(process("mill", made(STEEL), exchange(CO2, 5.0, unit="stone")))
    (bad / "unit_groups" / "units-of-mass.json").write_text(json.dumps(group), "utf-8")
    assert "[olca-unit]" in refused(bad)


@pytest.mark.parametrize(("broken", "code"), [
    ({"unit": OLCA.reference("Unit", "?") | {"name": "parsec"}}, "olca-unit"),
    ({"flowProperty": OLCA.reference("FlowProperty", "energy")}, "olca-property"),
    ({"amount": "many"}, "inventory-number"), ({"amount": None}, "inventory-number"),
    ({"amount": float("nan")}, "inventory-number"), ({"amount": 1e999}, "inventory-number"),
    ({"amount": True}, "inventory-number"), ({"amount": [1]}, "inventory-number"),
    ({"amountFormula": "1+", "amount": None}, "inventory-formula-syntax"),
])  # fmt: skip
def test_what_cannot_be_counted_is_told_at_its_exchange(packed, broken, code):
    """All of them at once, with file and exchange, and nothing is imported."""
    said = refused(packed(process("mill", made(STEEL), out(1.0) | broken), process("p", made(CAR), out(1.0) | broken)))
    assert said.count(f"[{code}]") == 2
    assert "package/processes/mill.json:exchange 2" in said


@pytest.mark.parametrize("lost", [{"flow": None}, {"flow": {"@id": "nowhere"}}, {"flow": 3}])
def test_an_exchange_of_nobody_knows_what_is_unlinked(packed, lost):
    """Exports lose flows: it stops the import or is a gap, which may be of either sign where it goes out."""
    path = packed(process("mill", made(STEEL), out(1.0), exchange(CO2, 5.0) | lost))
    assert "package/processes/mill.json:exchange 3: the flow" in refused(path)
    read = taken(path, allow_unlinked=True)
    assert scores(read) == {"mill": 1.0}
    (gap,) = (row for row in read.source.activities if row["kind"] == "gap")
    assert gap["category"] == "either-way"


def test_a_unit_tells_the_property_where_nothing_else_does(packed):
    """3.6 MJ in kWh, of a flow that is counted in kg and states how much energy that is."""
    energy = {"conversionFactor": 10.0, "flowProperty": OLCA.reference("FlowProperty", "energy")}
    coal = flow("coal")
    coal["flowProperties"].append(energy)
    mine = process("mine", made(coal, 1.0, unit="kg"), out(2.0))
    read = taken(packed(coal, mine, process("p", made(CAR), used(coal, 100.0, unit="kWh"))))
    assert scores(read)["p"] == pytest.approx(100 * 3.6 / 10 * 2)


def test_a_gas_that_is_no_mass_is_told_or_weighed(packed):
    """A volume of methane counts by the mass that its flow states, and is refused without."""
    volume = [
        {"conversionFactor": 1.0, "isRefFlowProperty": True, "flowProperty": OLCA.reference("FlowProperty", "volume")}
    ]
    mass = [{"conversionFactor": 0.5, "flowProperty": OLCA.reference("FlowProperty", "mass")}]
    gas = flow("Methane, fossil", OLCA.ELEMENTARY, category=AIR)
    weighed = packed(
        process("mill", made(STEEL), exchange(gas, 2000.0, unit="L")), gas | {"flowProperties": volume + mass}
    )
    assert scores(taken(weighed)) == pytest.approx({"mill": 29.8})
    bare = packed(process("mill", made(STEEL), exchange(gas, 1.0)), gas | {"flowProperties": volume}, name="bare")
    assert "[inventory-gas-unit]" in refused(bare)


@pytest.mark.parametrize(("row", "either"), [
    (used(STEEL, 1.0) | {"unit": {"name": "parsec"}}, False),
    (used(STEEL, 1.0) | {"flowProperty": {"@id": "nowhere", "name": "luck"}}, False),
    (exchange(STEEL, 1.0) | {"unit": {"name": "parsec"}}, True),
    (out(1.0) | {"unit": {"name": "parsec"}}, False),
])  # fmt: skip
def test_what_cannot_be_converted_may_be_left_open_with_its_name(packed, row, either):
    """One bad unit stops an import, or is a gap for who uses it: the rest of the database is there."""
    path = packed(MILL, process("p", made(CAR), row, out(1.0)))
    assert "p.json:exchange 2" in refused(path)
    read = taken(path, allow_unlinked=True)
    assert scores(read) == {"mill": 2.0, "p": 1.0}
    (gap,) = (each for each in read.source.activities if each["kind"] == "gap")
    assert (gap["name_en"], gap["category"] == "either-way") == (row["flow"]["name"], either)
    assert {"olca-unit", "olca-property"} & set(told(read))


def test_a_product_in_a_bad_unit_is_left_open_too(packed):
    """Whoever uses it lacks it; nobody else is the reference in its place."""
    path = packed(MILL, process("p", made(CAR) | {"unit": {"name": "parsec"}}, exchange(SLAG, 1.0), out(1.0)))
    read = taken(path, allow_unlinked=True)
    assert "olca-unit" in told(read)
    assert scores(read) == {"mill": 2.0}
