"""Characterisation factors: three sets kept apart, each gas in one class, no factor where none was published."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from footprint import gwp
from footprint.gwp import GwpError, gas, gases
from footprint.model.background import GhgClass
from footprint.provenance import Status

SHARED = Path(__file__).parents[1].parent / "shared"

BLENDS = {  # by mass, ANSI/ASHRAE 34
    "r-404a": {"hfc-125": "0.44", "hfc-143a": "0.52", "hfc-134a": "0.04"},
    "r-407c": {"hfc-32": "0.23", "hfc-125": "0.25", "hfc-134a": "0.52"},
    "r-410a": {"hfc-32": "0.5", "hfc-125": "0.5"},
    "r-507a": {"hfc-125": "0.5", "hfc-143a": "0.5"},
    "r-513a": {"hfc-134a": "0.44", "hfo-1234yf": "0.56"},
}
SPECIES = {  # our id -> how the third-party tables of single species write it; without entry: letters and digits only
    "ch4-unspecified": "CH4", "hfo-1234ze-e": "HFO1234ze(E)", "c-c4f8": "cC4F8",
}


def shared(*parts: str) -> Path:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{parts[-1]}: third-party GWP tables are not beside the checkout")
    return path


def species(path: Path) -> Mapping[str, Mapping[str, str]]:
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {row["Species"].casefold(): row for row in csv.DictReader(lines)}


def plain(gas_id: str) -> str:
    return SPECIES.get(gas_id, gas_id.replace("-", "")).casefold()


def refusal(act) -> GwpError:
    with pytest.raises(GwpError) as caught:
        act()
    return caught.value


def test_every_gas_is_complete():
    """A gas has both names, a known class and status, a citation, and a finite factor in at least one set."""
    for found in gases().values():
        assert found.id == found.id.casefold()
        assert " " not in found.id
        assert found.name("zh")
        assert found.name("en")
        assert found.name("zh") != "" != found.citation
        assert found.ghg in set(GhgClass)
        assert found.status in set(Status)
        assert found.factors
        assert all(math.isfinite(value) for value in found.factors.values())
    assert len(gases()) == len(gwp.rows())


def test_only_uptake_is_negative():
    """A removal is the only flow with a negative factor, so that no emission can be entered as a credit."""
    negative = {g.id for g in gases().values() if any(value < 0 for value in g.factors.values())}
    assert negative == {"co2-uptake", "co2-luc-uptake"}


@pytest.mark.parametrize(("gas_id", "ghg", "ar5", "ar6", "ef31"), [
    ("co2-fossil", "fossil", 1, 1, 1),
    ("co2-biogenic", "biogenic_release", 1, 1, 0),
    ("co2-uptake", "biogenic_uptake", -1, -1, 0),
    ("co2-luc", "land_use_change", 1, 1, 1),
    ("ch4-fossil", "fossil", 30, 29.8, 29.8),
    ("ch4-biogenic", "biogenic_non_co2", 28, 27.0, 27.0),
    ("n2o", "fossil", 265, 273, 273),
    ("sf6", "fossil", 23500, 24300, 25200),
    ("nf3", "fossil", 16100, 17400, 17400),
    ("hfc-134a", "fossil", 1300, 1530, 1530),
])
def test_the_sets_differ_where_they_are_known_to(gas_id, ghg, ar5, ar6, ef31):
    """SF6 tells the three sets apart; EF 3.1 counts biogenic CO2 as zero; methane depends on its origin."""
    found = gas(gas_id)
    assert found.ghg == ghg
    assert {name: found.factor(name) for name in gwp.SETS} == {"AR5": ar5, "AR6": ar6, "EF3.1": ef31}


def test_a_missing_factor_is_no_zero():
    """A gas its set does not list stops the calculation."""
    assert str(refusal(lambda: gas("hfo-1234yf").factor("AR5"))) == "gas 'hfo-1234yf' has no factor in AR5"
    assert str(refusal(lambda: gas("ch4-luc").factor("AR6"))) == "gas 'ch4-luc' has no factor in AR6"
    assert gas("hfo-1234yf").factor("AR6") == 0.501


def test_an_unknown_gas_or_set_is_refused_with_the_nearest():
    """A formula without its origin names the origins; a misspelt gas its neighbour; another set the three known."""
    assert refusal(lambda: gas("ch4")).near == ("ch4-fossil", "ch4-biogenic", "ch4-luc")
    assert refusal(lambda: gas("SF-6")).near == ("sf6",)
    assert refusal(lambda: gas("sf6").factor("AR4")).near == gwp.SETS
    assert str(refusal(lambda: gas("sf6").factor("AR7"))) == "GWP set 'AR7' is not known, only AR5, AR6, EF3.1"


def test_blends_are_the_sum_of_their_parts():
    """A refrigerant blend has a factor exactly where all its components have one, and it is their mass mean."""
    table = {row["gas"]: row for row in gwp.rows()}
    for blend, parts in BLENDS.items():
        for name in gwp.SETS:
            known = all(table[part][name] for part in parts)
            assert bool(table[blend][name]) is known, (blend, name)
            if known:
                mean = sum(Decimal(share) * Decimal(table[part][name]) for part, share in parts.items())
                assert Decimal(table[blend][name]) == mean
    assert {g.id for g in gases().values() if g.status == Status.CALCULATED} == set(BLENDS)


# --- third-party tables, read in place


def test_single_species_agree_with_the_ipcc_tables():
    """AR5 and AR6 of every species in the open collection are transcribed to the digit, except the corrected SF6."""
    rows = species(shared("cases", "17_gwp_tables", "globalwarmingpotentials.csv"))
    compared, differ = 0, set()
    for found in gases().values():
        row = rows.get(plain(found.id))
        for name in ("AR5", "AR6") if row else ():
            compared += 1
            if found.factors[name] != float(row[f"{name}GWP100"]):
                differ.add((found.id, name))
    assert differ == {("sf6", "AR6")}
    assert compared >= 110


def test_young_species_agree_with_the_ar6_supplement():
    """HFOs, C4F7N and the light hydrocarbons stand in the AR6 supplement, found there by CAS number."""
    path = shared("data", "gwp", "ar6_7SM7_metrics_supplement_cleaned.csv")
    with path.open(encoding="utf-8", newline="") as file:
        by_cas = {row["CAS"].strip('="'): float(row["GWP100"]) for row in csv.DictReader(file)}
    cas = {
        "hfo-1234yf": "754-12-1", "hfo-1234ze-e": "29118-24-9", "hfo-1234ze-z": "29118-25-0", "c2cl4": "127-18-4",
        "hfo-1336mzz-e": "66711-86-2", "hfo-1336mzz-z": "692-49-9", "hcfo-1233zd-e": "102687-65-0", "c4h10": "106-97-8",
        "c4f7n": "42532-60-5", "c3h8": "74-98-6", "c2hcl3": "79-01-6",
    }
    assert {gas_id: gas(gas_id).factor("AR6") for gas_id in cas} == {g: by_cas[number] for g, number in cas.items()}


def test_methane_by_origin_and_the_inorganic_gases_agree_with_two_collections():
    """The values a report rests on most agree with the IPCC table and with ecoinvent's copy of it."""
    expected = json.loads(shared("cases", "17_gwp_tables", "expected.json").read_text("utf-8"))
    ar6 = expected["ei39"]["ei39_ipcc2021_gwp100.csv"]
    names = {
        "co2-fossil": "Carbon dioxide, fossil", "ch4-fossil": "Methane, fossil", "ch4-biogenic": "Methane, non-fossil",
        "n2o": "Dinitrogen monoxide", "nf3": "Nitrogen fluoride",
        "co2-luc": "Carbon dioxide, from soil or biomass stock",
        "co2-luc-uptake": "Carbon dioxide, to soil or biomass stock",
    }
    assert {g: [gas(g).factor("AR6")] for g in names} == {g: ar6[name] for g, name in names.items()}
    assert ar6["Sulfur hexafluoride"] == [gas("sf6").factor("EF3.1")] != [gas("sf6").factor("AR6")]
    assert ar6["Methane, from soil or biomass stock"] == [gas("ch4-luc").factor("EF3.1")]
    for species_name, row in expected["ipcc"].items():
        own = next(g for g in gases().values() if plain(g.id) == species_name.casefold())
        assert own.factor("AR5") == float(row["AR5GWP100"])


def test_ef31_is_ar6_but_for_the_stated_exceptions():
    """Where EF 3.1 lists a gas it has the first AR6 value: only SF6 and biogenic CO2 differ from AR6 as it stands."""
    both = [g for g in gases().values() if {"AR6", "EF3.1"} <= set(g.factors)]
    assert {g.id for g in both if g.factors["AR6"] != g.factors["EF3.1"]} == {"sf6", "co2-biogenic", "co2-uptake"}
    assert len(both) >= 40
