"""Elementary flows -> gases: by CAS number, name, code number and formula; what compartment and words of origin say."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint import gwp
from footprint.background.importers.elementary import TABLE, Elementary, Found, Substance, found
from footprint.background.importers.inventories import elementary_notices

TABLES = Path(__file__).parents[3] / "shared" / "cases" / "17_gwp_tables"
AIR = ("air", "unspecified")


def gas(
    name: str, *within: str, cas: str = "", formula: str = "", synonyms: tuple[str, ...] = (), into: bool = False
) -> object:  # fmt: skip
    told = found(Substance(name, within or AIR, cas, formula, synonyms, into))
    return told and (told.gas, told.sign)


@pytest.mark.parametrize(("name", "within", "into", "told"), [
    ("Carbon dioxide, fossil", AIR, False, ("co2-fossil", 1)),
    ("carbon dioxide (fossil)", ("Emissions", "Emissions to air"), False, ("co2-fossil", 1)),
    ("Carbon dioxide", AIR, False, ("co2-fossil", 1)),
    ("CARBON DIOXIDE", ("Elementary flows/Emission to air/unspecified",), False, ("co2-fossil", 1)),
    ("Carbon dioxide, non-fossil", AIR, False, ("co2-biogenic", 1)),
    ("Carbon dioxide, biogenic", AIR, False, ("co2-biogenic", 1)),
    ("carbon dioxide (biogenic-100yr)", AIR, False, ("co2-biogenic", 1)),
    ("Carbon dioxide, in air", ("natural resource", "in air"), True, ("co2-uptake", 1)),
    ("Carbon dioxide", ("Resources", "Resources from air"), True, ("co2-uptake", 1)),
    ("Carbon dioxide, from soil or biomass stock", AIR, False, ("co2-luc", 1)),
    ("carbon dioxide (land use change)", AIR, False, ("co2-luc", 1)),
    ("Carbon dioxide, to soil or biomass stock", ("soil", "unspecified"), False, ("co2-luc-uptake", 1)),
    ("Carbon dioxide, fossil", ("air", "lower stratosphere + upper troposphere"), False, ("co2-aircraft", 1)),
    ("Methane, fossil", AIR, False, ("ch4-fossil", 1)),
    ("Methane, non-fossil", AIR, False, ("ch4-biogenic", 1)),
    ("Methane, from soil or biomass stock", AIR, False, ("ch4-luc", 1)),
    ("Methane", AIR, False, ("ch4-unspecified", 1)),
    ("methane (biogenic)", ("Emissions to air",), False, ("ch4-biogenic", 1)),
    ("Dinitrogen monoxide", AIR, False, ("n2o", 1)),
    ("Nitrous oxide", ("Emission to air", "high population density"), False, ("n2o", 1)),
    ("Sulfur hexafluoride", AIR, False, ("sf6", 1)),
    ("Nitrogen fluoride", AIR, False, ("nf3", 1)),
    ("Methane, tetrafluoro-, CFC-14", AIR, False, ("cf4", 1)),
    ("Ethane, 1,1,1,2-tetrafluoro-, HFC-134a", AIR, False, ("hfc-134a", 1)),
    ("Ethane, hexafluoro-, HFC-116", AIR, False, ("c2f6", 1)),
    ("Propane, perfluoro-", AIR, False, ("c3f8", 1)),
    ("Methane, chlorodifluoro-, HCFC-22", AIR, False, ("hcfc-22", 1)),
    ("Methane, bromotrifluoro-, Halon 1301", AIR, False, ("halon-1301", 1)),
    ("R134a", AIR, False, ("hfc-134a", 1)),
    ("二氧化碳", ("大气",), False, ("co2-fossil", 1)),
    ("Kohlendioxid", ("Luft",), False, ("co2-fossil", 1)),
    ("Carbon dioxide, non-biogenic", AIR, False, ("co2-fossil", 1)),
    ("Nitrous oxide (N2O)", AIR, False, ("n2o", 1)),
    ("Carbon dioxide, fossil (CO2)", AIR, False, ("co2-fossil", 1)),
    ("Carbon dioxide (CO2, biogenic)", AIR, False, ("co2-biogenic", 1)),
    ("Carbon dioxide (CO2), land use change", AIR, False, ("co2-luc", 1)),
    ("Methane, biogenic (CH4)", AIR, False, ("ch4-biogenic", 1)),
    ("Methane (CH4) (fossil)", AIR, False, ("ch4-fossil", 1)),
    ("Methane (CH4), fossil, RER", AIR, False, ("ch4-fossil", 1)),
    ("Nitrous oxide (N2O), BR", AIR, False, ("n2o", 1)),
    ("CH4 (methane)", AIR, False, ("ch4-unspecified", 1)),
    ("Sulphur hexafluoride (SF6)", AIR, False, ("sf6", 1)),
    ("Trifluoromethane (CHF3)", AIR, False, ("hfc-23", 1)),
    ("二氧化碳（CO2，化石）", AIR, False, ("co2-fossil", 1)),
    ("Methane (CO2)", AIR, False, None),
    ("Carbon dioxide (CO2 eq)", AIR, False, None),
    ("Nitrogen oxides (as N2O)", AIR, False, None),
    ("Carbon monoxide (CO)", AIR, False, None),
    ("Carbon dioxide (not biogenic)", AIR, False, ("co2-fossil", 1)),
    ("Carbon dioxide, non-renewable", AIR, False, ("co2-fossil", 1)),
    ("Kohlendioxid, nicht biogen", ("Luft",), False, ("co2-fossil", 1)),
    ("Kohlendioxid, biogen", ("Luft",), False, ("co2-biogenic", 1)),
    ("Kohlendioxid, nicht fossil", ("Luft",), False, ("co2-biogenic", 1)),
    ("Carbon dioxide (biotic)", AIR, False, ("co2-biogenic", 1)),
    ("Methane (biotic)", AIR, False, ("ch4-biogenic", 1)),
    ("Methane (organic)", AIR, False, ("ch4-biogenic", 1)),
    ("Methane", ("Emissions to air", "Organic emissions to air (group VOC)"), False, ("ch4-unspecified", 1)),
    ("Carbon dioxide (aviation)", AIR, False, ("co2-aircraft", 1)),
    ("Carbon dioxide (land use)", AIR, False, ("co2-luc", 1)),
    ("Méthane, fossile", AIR, False, ("ch4-fossil", 1)),
    ("Méthane, biogénique", AIR, False, ("ch4-biogenic", 1)),
    ("Dioxyde de carbone, fossile", AIR, False, ("co2-fossil", 1)),
    ("Dioxyde de carbone, non fossile", AIR, False, ("co2-biogenic", 1)),
    ("Lachgas, biogen", ("Luft",), False, ("n2o-biogenic", 1)),
    ("二氧化碳（生物源）", ("大气",), False, ("co2-biogenic", 1)),
    ("二氧化碳（非生物源）", ("大气",), False, ("co2-fossil", 1)),
    ("甲烷（化石）", ("大气",), False, ("ch4-fossil", 1)),
    ("氧化亚氮（空气）", ("大气",), False, ("n2o", 1)),
    ("CO2 - waste - biogenic - air", AIR, False, ("co2-biogenic", 1)),
    ("CH4 - combustion - air", AIR, False, ("ch4-unspecified", 1)),
    ("N2O - combustion - air", AIR, False, ("n2o", 1)),
    ("R-404A", AIR, False, ("r-404a", 1)),
    ("R 410A", AIR, False, ("r-410a", 1)),
    ("R410A", AIR, False, ("r-410a", 1)),
    ("R-507", AIR, False, ("r-507a", 1)),
    ("R-404A (R-125/R-143a/R-134a)", AIR, False, ("r-404a", 1)),
    ("R-448A (R-32/R-125/R-134a)", AIR, False, None),
    ("Carbon dioxide (land-use change)", AIR, False, ("co2-luc", 1)),
    ("Methane (land-use change)", AIR, False, ("ch4-luc", 1)),
    ("CO2, from direct land use change", AIR, False, ("co2-luc", 1)),
    ("Carbon dioxide, dLUC", AIR, False, ("co2-luc", 1)),
    ("Carbon dioxide (LULUC)", AIR, False, ("co2-luc", 1)),
    ("Dióxido de carbono", ("Emisiones al aire",), False, ("co2-fossil", 1)),
    ("dióxido de carbono, fósil", ("aire",), False, ("co2-fossil", 1)),
    ("Dióxido de carbono, no fósil", ("aire",), False, ("co2-biogenic", 1)),
    ("Dióxido de carbono, biogénico", ("aire",), False, ("co2-biogenic", 1)),
    ("Dióxido de carbono, não fóssil", ("ar",), False, ("co2-biogenic", 1)),
    ("Anidride carbonica", ("aria",), False, ("co2-fossil", 1)),
    ("Biossido di carbonio, fossile", ("aria",), False, ("co2-fossil", 1)),
    ("Gaz carbonique", ("air",), False, ("co2-fossil", 1)),
    ("Metano", ("aire",), False, ("ch4-unspecified", 1)),
    ("Metano", ("agua",), False, None),
    ("Metano biogenico", ("aria",), False, ("ch4-biogenic", 1)),
    ("Metanol", ("aire",), False, None),
    ("Óxido nitroso", ("aire",), False, ("n2o", 1)),
    ("Óxido nítrico", ("aire",), False, None),
    ("Protossido di azoto", ("aria",), False, ("n2o", 1)),
    ("Oxyde nitreux", ("air",), False, ("n2o", 1)),
    ("Hexafluoruro de azufre", ("aire",), False, ("sf6", 1)),
    ("Esafluoruro di zolfo", ("aria",), False, ("sf6", 1)),
    ("Hexafluoreto de enxofre", ("ar",), False, ("sf6", 1)),
    ("Hexafluorure de soufre", ("air",), False, ("sf6", 1)),
    ("Carbon dioxide, fossil, FR", AIR, False, ("co2-fossil", 1)),
    ("Methane, biogenic, US-CA", AIR, False, ("ch4-biogenic", 1)),
    ("Methane, fossil, RoW", AIR, False, ("ch4-fossil", 1)),
    ("Methane, HFC", AIR, False, None),
    ("Carbon dioxide, in air, FR", ("resource", "in air"), True, ("co2-uptake", 1)),
    ("Carbon dioxide [Renewable resources]", (), True, ("co2-uptake", 1)),
    ("Carbon dioxide (biotic) [Inorganic emissions to air]", (), False, ("co2-biogenic", 1)),
    ("Methane [Organic emissions to air (group VOC)]", (), False, ("ch4-unspecified", 1)),
    ("Methane [Hydrocarbons to fresh water]", ("unspecified",), False, None),
    ("Sulphur hexafluoride [Inorganic emissions to air]", AIR, False, ("sf6", 1)),
    ("Methane, from enteric fermentation", AIR, False, ("ch4-biogenic", 1)),
    ("Methane, non-fossil, from landfill", AIR, False, ("ch4-biogenic", 1)),
    ("N2O, indirect", AIR, False, ("n2o", 1)),
    ("Carbon dioxide, from biogas", AIR, False, ("co2-biogenic", 1)),
    ("Carbon dioxide, fossil", ("water", "ocean"), False, None),
    ("Methane", ("natural resource", "in ground"), True, None),
    ("Carbon monoxide, fossil", AIR, False, None),
    ("Hydrogen fluoride", AIR, False, None),
    ("Fluoride", ("water", "ocean"), False, None),
    ("Methanol", AIR, False, None),
    ("NMVOC, non-methane volatile organic compounds", AIR, False, None),
    ("Carbon, organic, in soil or biomass stock", ("natural resource", "in ground"), True, None),
    ("", (), False, None),
])  # fmt: skip
def test_a_flow_is_the_gas_that_its_words_say(name: str, within: tuple[str, ...], into: bool, told: object) -> None:
    """Origin and compartment tell fossil, biogenic, land use, aircraft and uptake apart; what is none stays none."""
    assert gas(name, *within, into=into) == told


@pytest.mark.parametrize("name", [
    "Dióxido de carbono, capturado", "Anidride carbonica, stoccata", "Gaz carbonique, capté", "Metano, venteo",
    "Esafluoruro di zolfo, perdite", "Carbon dioxide, captured", "Protossido di azoto, altri",
])  # fmt: skip
def test_what_sounds_like_a_gas_in_whatever_language_is_listed(name: str) -> None:
    """It is none that has a factor here, and nobody shall overlook that."""
    flows = Elementary()
    assert flows.gas(Substance(name, ("aire",))) is None
    assert [each.name for each in flows.doubtful()] == [name]


def test_gases_given_off_into_water_and_soil_are_told_in_one_line(tmp_path: Path) -> None:
    """They have no factor, and do not pass unseen; what is no gas, or is taken from there, is not among them."""
    flows = Elementary()
    for name, within in (("Methane", "water"), ("Methane", "water"), ("Dinitrogen monoxide", "soil"), ("Lead", "soil")):
        assert flows.gas(Substance(name, (within,))) is None
    flows.gas(Substance("Methane", ("water",), is_input=True))
    flows.gas(Substance("Methane", ("air",)))
    (told,) = (notice for notice in elementary_notices(flows, tmp_path) if notice.code == "inventory-astray")
    assert told.facts == {"names": "Dinitrogen monoxide (soil), Methane (water)", "count": 3}


def test_numbers_and_formulas_stand_in_for_names() -> None:
    """However many zeros a CAS number begins with; a synonym is as good as a name."""
    assert gas("Stoff 1", cas="000124-38-9") == gas("Stoff 1", cas="124-38-9") == ("co2-fossil", 1)
    assert gas("Stoff 2", formula="SF6") == ("sf6", 1)
    assert gas("Stoff 3", synonyms=("x", "HFC-32")) == ("hfc-32", 1)
    assert gas("Stoff 4", cas="50-00-0") is None


def test_what_goes_back_counts_with_the_other_sign() -> None:
    """A gas taken from the air that is none that plants take up is an emission undone."""
    assert gas("Methane, fossil", into=True) == ("ch4-fossil", -1)
    assert gas("Carbon dioxide, fossil", into=True) == ("co2-fossil", -1)
    assert gas("Carbon dioxide, in air", "natural resource", "in air", into=False) == ("co2-uptake", -1)


CLASSES = {
    "ei39_ipcc2021_fossil.csv": {"fossil", "aircraft"}, "ei39_ipcc2021_biogenic.csv": {"biogenic_non_co2"},
    "ei39_ipcc2021_luc.csv": {"land_use_change"},
}  # fmt: skip
NO_FACTOR = {
    "Bromopropane", "Ethane", "Ethane, 1,2-dichloro-", "Methane, chloro-fluoro-, HCFC-31",
    "Methane, dichlorofluoro-, HCFC-21", "Monochloroethane",
}  # fmt: skip


@pytest.mark.parametrize("table", CLASSES)
def test_the_flows_of_a_published_method_are_gases_of_its_class(table: str) -> None:
    """What a method counts as fossil, biogenic or land use is counted as that, with its factor within a few per cent.

    The few hydrocarbons that no table of the IPCC's assessment reports here lists are named above.
    """
    if not TABLES.is_dir():
        pytest.skip(f"{TABLES} is not here")
    with (TABLES / table).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        told = found(Substance(row["name"], tuple(row["compartment"].split("::"))))
        if told is None:
            assert row["name"] in NO_FACTOR
            continue
        listed = gwp.gas(told.gas)
        assert listed.ghg in CLASSES[table], row["name"]
        factor = listed.factors.get("AR6", listed.factors.get("EF3.1", 0.0))
        assert told.sign * factor == pytest.approx(float(row["kgCO2e"]), rel=0.05, abs=0.01), row["name"]


WORDS = st.lists(st.sampled_from([
    "carbon", "dioxide", "methane", "fossil", "non-fossil", "HFC-134a", "in air", "water", "土壤", "R", "1301", ",",
    "(", "to soil", "biogenic", "nitrous", "oxide", "\u0000", "É", "HFE-", "cfc",
]), max_size=6).map(" ".join)  # fmt: skip


@given(st.builds(Substance, WORDS, st.lists(WORDS, max_size=2).map(tuple), WORDS, WORDS, st.just(()), st.booleans()))
def test_whatever_a_flow_is_called_there_is_an_answer(substance: Substance) -> None:
    """A gas of the table with a factor and a sign, or none; the same however often it is asked for, and counted."""
    flows = Elementary()
    first, second = flows.gas(substance), flows.gas(substance)
    assert first == second
    assert flows.mapped.total() + flows.others.total() == 2
    if isinstance(first, Found):
        assert first.sign in {1, -1}
        assert gwp.gas(first.gas).factors


def test_what_sounds_like_a_gas_and_is_none_is_told() -> None:
    """Only what goes into the air: fluoride in water is no greenhouse gas."""
    flows = Elementary()
    for name, within in (("HFC-9999", AIR), ("Fluoride", ("water",)), ("Zinc", AIR), ("Methane, odd", ("water",))):
        flows.gas(Substance(name, within))
    assert [flow.name for flow in flows.doubtful()] == ["HFC-9999"]


@pytest.mark.parametrize("name", [
    "HFE-7100", "HFE-449sl", "PFC-9-1-18", "PFC - air", "GHG", "F-gases", "Desflurane", "Sevoflurane", "Isoflurane",
    "R-448A", "R-448A (R-32/R-125/R-134a)", "CH4 from ponds", "CH₄ from ponds", "N2O, odd", "Lachgas, seltsam",
    "Méthane, étrange", "Dioxyde de carbone, étrange", "氧化亚氮，其他工艺", "Sulfur fluoride",
])  # fmt: skip
def test_a_gas_by_another_name_is_told_if_it_is_not_counted(name: str) -> None:
    """In whatever language, by its abbreviation or its trade name."""
    flows = Elementary()
    assert flows.gas(Substance(name, AIR)) is None
    assert [flow.name for flow in flows.doubtful()] == [name]


@pytest.mark.parametrize("name", ["NMVOC, non-methane", "Nicht-Methan-VOC", "Zinc", "Hydrogen fluoride", "Ammonia"])
def test_what_is_none_is_not_told(name: str) -> None:
    """What nobody takes for a greenhouse gas is counted among the others, and that is all."""
    flows = Elementary()
    assert flows.gas(Substance(name, AIR)) is None
    assert not flows.doubtful()


def test_every_gas_with_a_factor_is_known_by_its_own_id() -> None:
    """Nothing that the table of factors lists is missing here, blends neither; origins have words of their own."""
    carbon = {name for name in gwp.gases() if name.startswith(("co2-", "ch4-", "n2o-"))}
    assert {name for name in gwp.gases() if gas(name) != (name, 1)} <= carbon


def test_a_flow_known_by_its_key_alone_is_told_by_it() -> None:
    """A key of no list says nothing of what it is; one that is known is counted."""
    flows = Elementary()
    flows.gas(Substance("", id="ffffffff-0000-0000-0000-000000000000"))
    flows.gas(Substance("", id="349b29d1-3e58-4c66-98b9-9d1a076efd2e"))
    flows.gas(Substance("", ("water",), id="w"))
    told = [(note.code, note.facts["name"]) for note in elementary_notices(flows, Path("x"))]
    assert told == [("inventory-no-name", "ffffffff-0000-0000-0000-000000000000")]


@pytest.mark.parametrize(("name", "told"), [
    ("Carbon dioxide", 1), ("Carbon dioxide, non-biogenic", 0), ("Carbon dioxide, fossil", 0), ("甲烷", 1),
    ("甲烷（化石）", 0),
])  # fmt: skip
def test_an_origin_is_assumed_only_where_none_is_stated(name: str, told: int) -> None:
    """What says that it is not biogenic says that it is fossil."""
    flows = Elementary()
    flows.gas(Substance(name, AIR))
    assert len(list(elementary_notices(flows, Path("x")))) == told


@pytest.mark.parametrize("within", [
    ("natural resource", "in ground"), ("Elementary flows/resource/ground",), ("Resources", "Resources from ground"),
    ("Resources", "Resources from water"),
])  # fmt: skip
@pytest.mark.parametrize("name", ["Carbon dioxide", "Carbon dioxide, fossil", "Methane, fossil"])
def test_a_gas_taken_from_the_ground_is_no_uptake(name: str, within: tuple[str, ...]) -> None:
    """What comes from a well was not in the air; what comes from the air is taken up."""
    assert found(Substance(name, within, is_input=True)) is None
    taken = found(Substance("Carbon dioxide", ("Resources", "Resources from air"), is_input=True))
    assert taken is not None
    assert taken.gas == "co2-uptake"


def test_cas_numbers_have_their_check_digits() -> None:
    """The last digit is the sum of the others, each times its place from the right, modulo ten; none stands twice."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        numbers = [row["cas"] for row in csv.DictReader(file) if row["cas"]]
    assert len(numbers) == len(set(numbers)) > 60
    for cas in numbers:
        *others, check = map(int, cas.replace("-", ""))
        assert sum(place * digit for place, digit in enumerate(reversed(others), 1)) % 10 == check, cas
