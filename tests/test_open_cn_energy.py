"""Fuels, heat, electricity and the grids' direct CO2: every number follows from the published one it cites."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from footprint import yamls
from footprint.background.open import open_background
from footprint.errors import DatabaseError

ROOT = Path(__file__).parents[1]
OPEN = ROOT / "databases" / "open-cn"
GRID = ROOT / "databases" / "cn-grid-co2"
SHARED = ROOT.parent / "shared" / "data"
STATUS = {"A": "verified", "B": "secondary"}
PEDIGREE = re.compile(r"([1-5-];){4}[1-5-]")
HIGH_LOSS_NOTE = "distribution and their losses are not included"

# code: fuel of the guideline's calorific values (family, fuel), of the national CO2 factors, of the IPCC table
FUELS = {
    "natural-gas": ("N", "天然气", "天然气", "Natural gas"),
    "diesel": ("N", "柴油", "柴油", "Gas/Diesel oil"),
    "gasoline": ("N", "汽油", "汽油", "Motor gasoline"),
    "lpg": ("N", "液化石油气", "液化石油气", "LPG"),
    "fuel-oil": ("N", "燃料油", "燃料油", "Residual fuel oil"),
    "coal-bituminous": ("N", "烟煤", "一般烟煤", "Other bituminous coal"),
    "coal-anthracite": ("N", "无烟煤", "无烟煤", "Anthracite"),
    "coke": ("N", "焦炭", "焦炭", "Coke oven coke"),
    "lignite": ("N", "褐煤", "褐煤", "Lignite"),
    "coal-coking": ("N", "洗精煤", "炼焦烟煤", "Coking coal"),
    "briquettes": ("N", "其他煤制品/型煤", "煤制品", "Patent fuel/briquettes"),
    "coke-oven-gas": ("N", "焦炉煤气", "焦炉煤气", "Coke oven gas"),
    "blast-furnace-gas": ("N", "高炉煤气", "高炉煤气", "Blast furnace gas"),
    "converter-gas": ("N", "转炉煤气", "转炉煤气", "Oxygen steel furnace gas"),
    "crude-oil": ("N", "原油", "原油", "Crude oil"),
    "kerosene": ("N", "煤油", "煤油", "Other kerosene"),
    "jet-kerosene": ("N", "煤油", "喷气煤油", "Jet kerosene"),
    "naphtha": ("O", "石脑油", "石脑油", "Naphtha"),
    "petroleum-coke": ("N", "石油焦", "石油焦", "Petroleum coke"),
    "refinery-gas": ("N", "炼厂干气", "炼厂干气", "Refinery gas"),
    "lng": ("N", "液化天然气", "天然气", "Natural gas"),
}
BIOMASS = {
    "wood": ("14.71", "薪柴(生物)", "Wood/wood waste (biogenic)"),
    "wood-chips": ("13.6", "薪柴(生物)", "Wood/wood waste (biogenic)"),
    "wood-pellets": ("17.28", "薪柴(生物)", "Wood/wood waste (biogenic)"),
    "biogas": ("20", "沼气(生物)", "Biogas (biogenic)"),
}

Rows = list[dict[str, str]]


def table(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def third_party(*parts: str) -> Path:
    """Return a file of the shared material, or skip saying which one is absent."""
    path = SHARED.joinpath(*parts)
    if not path.is_file():
        pytest.skip(f"third-party data not here: {'/'.join(parts)}")
    return path


def activities(*topics: str) -> Rows:
    return [row for topic in topics or ("energy", "electricity") for row in table(OPEN / topic / "activities.csv")]


def exchanges(*topics: str) -> Rows:
    return [row for topic in topics or ("energy", "electricity") for row in table(OPEN / topic / "exchanges.csv")]


def emissions(code: str, rows: Rows | None = None) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for row in exchanges() if rows is None else rows:
        if row["activity"] == code and row["direction"] == "emission":
            found[row["flow"]] += float(row["amount"])
    return dict(found)


def inputs(code: str) -> dict[str, float]:
    return {
        row["flow"]: float(row["amount"])
        for row in exchanges()
        if row["activity"] == code and row["direction"] == "input"
    }


def families() -> dict[tuple[str, str], dict[str, str]]:
    return {(r["family"][0], r["fuel"]): r for r in table(third_party("factors", "cn_fuel_defaults_families.csv"))}


def per_unit(row: dict[str, str]) -> float:
    """Return the net calorific value [MJ per kg or Nm3]."""
    return float(row["NCV"]) / {"GJ/t": 1, "GJ/10^4 Nm3": 10}[row["NCV_unit"]]


def national(fuel: str) -> float:
    """Return the CO2 factor of the national database [kg/GJ]: the edition of 2025, else that of 2026."""
    rows = table(third_party("factors", "ncsc_fuel_co2_2025_2026.csv"))
    row = next(r for r in rows if r["fuel"] == fuel)
    return float(row["value_2025_ed"] or row["value_2026_ed"])


def ipcc(fuel: str) -> tuple[float, float]:
    """Return CH4 and N2O of manufacturing industries [kg/TJ]."""
    row = next(r for r in table(third_party("factors", "ipcc2006_stationary_default.csv")) if r["fuel"] == fuel)
    return float(row["CH4_manufacturing"]), float(row["N2O"])


# ---- every row of the two topics


def test_every_dataset_with_numbers_has_a_pedigree_and_synonyms() -> None:
    for row in (*activities(), *table(GRID / "activities.csv")):
        if row["kind"] == "gap":
            continue
        assert PEDIGREE.fullmatch(row["pedigree"]), row["code"]
        assert len(row["synonyms"].split("|")) >= 3, row["code"]


def test_a_dataset_of_direct_co2_says_so_in_both_names() -> None:
    direct = [row for row in (*activities(), *table(GRID / "activities.csv")) if row["boundary"] == "direct"]
    assert len(direct) > 150
    for row in direct:
        assert "direct CO2" in row["name_en"], row["code"]
        assert re.search("直接(CO2|排放)", row["name_zh"]), row["code"]
        assert "no footprint" in row["note"] or "not a footprint" in row["note"], row["code"]


def test_no_footprint_consumes_direct_co2() -> None:
    """Direct CO2 factors serve accounts of organisations: nothing with a wider boundary is built on them."""
    boundary = {row["code"]: row["boundary"] for path in OPEN.glob("*/activities.csv") for row in table(path)}
    direct = {row["code"] for row in activities("energy") if row["boundary"] == "direct"}
    assert direct
    for path in OPEN.glob("*/exchanges.csv"):
        for row in table(path):
            if row["flow"] in direct:
                assert boundary[row["activity"]] == "direct", row


# ---- fuels


@pytest.mark.parametrize("fuel", FUELS)
def test_burning_a_fuel_is_calorific_value_times_published_factors(fuel: str) -> None:
    family, name, co2, default = FUELS[fuel]
    energy = per_unit(families()[family, name])
    ch4, n2o = ipcc(default)
    got = emissions(f"{fuel}-burned-cn")
    assert got["co2-fossil"] == pytest.approx(energy * national(co2) / 1e3, rel=1e-9)
    assert got["ch4-fossil"] == pytest.approx(energy * ch4 / 1e6, rel=1e-9)
    assert got["n2o"] == pytest.approx(energy * n2o / 1e6, rel=1e-9)


@pytest.mark.parametrize("fuel", FUELS)
def test_a_megajoule_of_fuel_emits_the_national_factor(fuel: str) -> None:
    """Per MJ the calorific value cancels out."""
    amount = inputs(f"{fuel}-burned-energy-cn")[f"{fuel}-burned-cn"]
    co2 = emissions(f"{fuel}-burned-cn")["co2-fossil"]
    assert amount * co2 == pytest.approx(national(FUELS[fuel][2]) / 1e3, rel=1e-12)


@pytest.mark.parametrize("fuel", BIOMASS)
def test_burning_biomass_is_calorific_value_times_published_factors(fuel: str) -> None:
    energy, co2, default = BIOMASS[fuel]
    ch4, n2o = ipcc(default)
    got = emissions(f"{fuel}-burned-cn")
    assert got["co2-biogenic"] == pytest.approx(float(energy) * national(co2) / 1e3, rel=1e-9)
    assert got["ch4-biogenic"] == pytest.approx(float(energy) * ch4 / 1e6, rel=1e-9)
    assert got["n2o-biogenic"] == pytest.approx(float(energy) * n2o / 1e6, rel=1e-9)


def test_biogenic_carbon_dioxide_is_taken_up_in_the_amount_released() -> None:
    released = {row["activity"] for row in exchanges() if row["flow"] in {"co2-biogenic", "co2-uptake"}}
    assert len(released) == 7
    for code in released:
        got = emissions(code)
        assert got["co2-biogenic"] == got["co2-uptake"]
        assert "co2-fossil" not in got


def test_every_fuel_burned_has_a_dataset_per_megajoule() -> None:
    codes = {row["code"] for row in activities("energy")}
    burned = {c.removesuffix("-burned-cn") for c in codes if c.endswith("-burned-cn")}
    assert len(burned) > 25
    assert {f"{c}-burned-energy-cn" for c in burned} <= codes


def test_both_families_of_guideline_defaults_are_there_and_computed_in_full() -> None:
    """Calorific value x carbon content x oxidation x 44/12, and the product printed beside them."""
    slugs = {
        (row["citation"].split("系列")[1][0], row["citation"].split("：")[1].split(" ")[0]): row
        for row in activities("energy")
        if row["category"] == "fuel-direct-co2"
    }
    compared = 0
    for (family, fuel), row in families().items():
        if family not in "NO":
            continue
        found = slugs[family, fuel]
        assert found["code"].endswith(f"-direct-co2-{family.lower()}")
        divisor = {"GJ/t": 10**3, "GJ/10^4 Nm3": 10**4}[row["NCV_unit"]]
        parts = (row["NCV"], row["carbon_content_tC_per_TJ"], row["oxidation_pct"])
        ncv, carbon, oxidation = map(Fraction, parts)
        co2 = float(ncv * carbon * oxidation / 100 * Fraction(44, 12) / divisor)
        assert emissions(found["code"]) == {"co2-fossil": pytest.approx(co2, rel=1e-13)}
        printed = float(row["kgCO2_per_unit(computed=NCV*CC*OF*44/12)"])
        assert co2 * divisor == pytest.approx(printed, abs=0.0051), found["code"]
        compared += 1
    assert compared == 49


@pytest.mark.parametrize(
    ("fuel", "density", "per_litre"),
    [("diesel", 0.86, 2.718), ("gasoline", 0.73, 2.179), ("kerosene", 0.82, 2.539), ("fuel-oil", 0.92, 2.978)],
)
def test_a_litre_of_fuel_emits_what_the_standard_prints(fuel: str, density: float, per_litre: float) -> None:
    """JS/T 303-2026, annex A: kg CO2 per litre, to its three decimals."""
    assert inputs(f"{fuel}-burned-volume-cn") == {f"{fuel}-burned-cn": density}
    co2 = emissions(f"{fuel}-burned-cn")["co2-fossil"]
    assert density * co2 == pytest.approx(per_litre, abs=0.0006)


def test_coke_is_what_a_pocket_calculator_says() -> None:
    """1.37 kg of coal, and 3.2 million Btu per short ton of 907.18474 kg, at 44.4 g CO2 per MJ of coke oven gas."""
    assert inputs("coke-upstream")["coal-upstream-cn"] == 1.37
    mj = 3.2e6 * 1055.05585262 / 1e6 / 907.18474
    assert emissions("coke-upstream")["co2-fossil"] == pytest.approx(mj * 0.0444)
    assert mj == pytest.approx(3.72, abs=0.005)


def test_crude_oil_and_methanol_are_what_a_pocket_calculator_says() -> None:
    assert emissions("crude-oil-upstream") == {"co2e-unsplit": pytest.approx(10.3e-3 * 41.816)}
    assert emissions("methanol-burned-cn") == {"co2-fossil": pytest.approx((12.011 + 2 * 15.999) / 32.042)}


def test_biodiesel_follows_the_british_value_per_gigajoule() -> None:
    path = third_party("defra_2025", "conversion_factors_2025_data.json")
    published = {row["ID"]: row for row in json.loads(path.read_text(encoding="utf-8"))}
    per_gj = float(published["12_900_1032_2_1"]["GHG Conversion Factor 2025"])
    assert emissions("biodiesel-upstream-gb") == {"co2e-unsplit": pytest.approx(per_gj * 0.0372)}


# ---- heat, steam, services


@pytest.mark.parametrize(
    ("code", "flow", "amount"),
    [
        ("heat-anthracite-cn", "coal-anthracite-burned-energy-cn", 1 / 0.88),
        ("heat-diesel-cn", "diesel-burned-energy-cn", 1 / 0.89),
        ("heat-lng-cn", "lng-burned-energy-cn", 1 / 0.9),
        ("heat-biomass-cn", "wood-chips-burned-energy-cn", 1 / 0.89),
        ("heat-electric-cn", "electricity-cn-grid-2024", 1 / 0.99 / 3.6),
        ("diesel-generator-electricity", "diesel-burned-volume-cn", 51.5 / 187.5),
        ("compressed-air", "electricity-cn-grid-2024", 0.1),
        ("steam-1mpa-coal-cn", "heat-coal-cn", 2.69311),
        ("steam-1mpa-purchased-cn", "heat-purchased-cn", 2.69311),
    ],
)
def test_a_service_takes_what_its_efficiency_says(code: str, flow: str, amount: float) -> None:
    assert inputs(code) == {flow: pytest.approx(amount, rel=2e-6)}


def test_purchased_heat_is_the_default_of_the_guidelines() -> None:
    """0.11 t CO2 per GJ, direct CO2 only."""
    assert emissions("heat-purchased-cn") == {"co2-fossil": 0.11}
    row = next(r for r in activities("energy") if r["code"] == "heat-purchased-cn")
    assert (row["boundary"], row["unit"]) == ("direct", "MJ")


# ---- electricity


def abroad() -> Rows:
    return [row for row in activities("electricity") if "[ember-2026]" in row["citation"]]


def test_foreign_mixes_come_in_two_years_and_the_plain_code_is_the_latest() -> None:
    years: dict[str, list[str]] = defaultdict(list)
    for row in abroad():
        years[row["code"].rsplit("-", 1)[0]].append(row["period"])
    assert len(years) > 45
    for code, found in years.items():
        assert int(max(found)) - int(min(found)) == 1, code
        assert inputs(code) == {f"{code}-{max(found)}": 1}


def test_foreign_mixes_are_the_grams_they_cite_and_name_what_is_left_out() -> None:
    for row in abroad():
        grams = re.search(r": ([\d.]+) gCO2e/kWh", row["citation"])
        assert grams, row["code"]
        assert emissions(row["code"]) == {"co2e-unsplit": pytest.approx(float(grams[1]) / 1e3, rel=1e-12)}
        assert row["gwp_set"] == "AR5"
        assert HIGH_LOSS_NOTE in row["note"], row["code"]


def test_no_foreign_grid_stands_on_the_chinese_mix() -> None:
    for row in exchanges("electricity"):
        if row["direction"] == "input":
            assert not row["flow"].startswith("electricity-cn-grid"), row


def test_british_electricity_at_the_user_is_the_sum_of_four_published_factors() -> None:
    path = third_party("defra_2025", "conversion_factors_2025_data.json")
    published = {row["ID"]: row for row in json.loads(path.read_text(encoding="utf-8"))}
    row = next(r for r in activities("electricity") if r["code"] == "electricity-gb-delivered-2025")
    parts = re.findall(r"ID ([\d_]+)", row["citation"])
    assert len(parts) == 4
    total = sum(float(published[i]["GHG Conversion Factor 2025"]) for i in parts)
    assert emissions("electricity-gb-delivered-2025") == {"co2e-unsplit": pytest.approx(total)}


# ---- direct CO2 of the grids


def test_grid_co2_factors_are_the_official_ones() -> None:
    published = table(third_party("factors", "cn_grid_co2_2021_2023.csv"))
    rows = table(GRID / "activities.csv")
    amounts = table(GRID / "exchanges.csv")
    assert len(published) == len(rows) == len(amounts) == 120
    cited = {row["citation"].split("，转引")[0]: row for row in rows}
    for entry in published:
        text = f"{entry['table']}，{entry['region']} {entry['value']} kgCO2/kWh"
        found = [r for c, r in cited.items() if c.endswith(text) and r["period"] == entry["year"]]
        assert len(found) == 1, text
        assert emissions(found[0]["code"], amounts) == {"co2-fossil": float(entry["value"])}
        assert found[0]["status"] == STATUS[entry["confidence"]]


def test_grid_co2_factors_are_no_footprints_and_feed_no_electricity_map() -> None:
    meta = yamls.load(GRID / "database.yaml", DatabaseError)
    assert "electricity" not in meta
    for row in table(GRID / "activities.csv"):
        assert (row["boundary"], row["category"], row["unit"]) == ("direct", "grid-co2", "kWh")
        assert "not a footprint" in row["name_en"]
        assert "非碳足迹" in row["name_zh"]


def test_every_province_and_region_has_three_years() -> None:
    years: dict[str, set[str]] = defaultdict(set)
    for row in table(GRID / "activities.csv"):
        years[row["code"].rsplit("-", 1)[0]].add(row["period"])
    assert len(years) == 30 + 7 + 3
    assert set(map(frozenset, years.values())) == {frozenset({"2021", "2022", "2023"})}


def test_a_gram_of_carbon_dioxide_is_a_gram_in_every_set() -> None:
    """The shipped intensities repeat the announcement: Guangdong 2023, 0.4419 kg/kWh."""
    database = open_background((str(GRID),)).databases[0]
    for gwp_set in ("AR5", "AR6"):
        impact = database.intensity("grid-co2-guangdong-2023", gwp_set).impact
        assert sum(impact.values()) == pytest.approx(0.4419, rel=1e-12)
