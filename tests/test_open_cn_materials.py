"""Metals, plastics, minerals, packaging and processing: every number follows from the published one it cites."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import defaultdict
from pathlib import Path

import pytest

from footprint import units

ROOT = Path(__file__).parents[1]
OPEN = ROOT / "databases" / "open-cn"
MATERIALS = OPEN / "materials"
SHARED = ROOT.parent / "shared" / "data"
CATEGORIES = {"metals", "plastics", "minerals", "packaging", "processing", "chemicals", "textiles"}
PEDIGREE = re.compile(r"([1-5];){4}[1-5]")
DEFRA = re.compile(r"\bID (\d+_\d+_\d+_\d+_1);")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
DIFFERENCE = re.compile(r"([\d.]+) － \S+ ([\d.]+) kgCO2e/t$")
INTERVAL = re.compile(r"2\.5 % to 97\.5 %: ([\d.]+) to ([\d.]+)$")
TABLES = ("[nuss-2014]", "[ice-2.0]", "[ice-3.0]", "[gbt-51366]", "[jawjit-2010]", "[pe-pom-2010]")
FIBRE = "lci-carbon-fiber.xlsx"

# input of the published inventory: dataset that takes its place, and its amount per unit of the source
FIBRE_INPUTS = {
    "market group for electricity, low voltage": ("electricity-cn-grid-2024", 1),
    "market for heat, from steam, in chemical industry": ("heat-natural-gas-cn", 1),
    "market for water, deionised": ("water-deionised", 1e-3),
    "market for tap water": ("water-tap", 1e-3),
    "market for nitrogen, liquid": ("nitrogen-liquid", 1),
    "market for epoxy resin, liquid": ("epoxy-resin", 1),
    "market for acrylonitrile": ("acrylonitrile", 1),
    "market for methyl acrylate": ("methyl-acrylate", 1),
    "market for ammonium bicarbonate": ("ammonium-bicarbonate", 1),
    "treatment of wastewater, average, wastewater treatment": ("wastewater-treatment", -1),
}

Rows = list[dict[str, str]]


def table(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def activities() -> Rows:
    return table(MATERIALS / "activities.csv")


def exchanges() -> Rows:
    return table(MATERIALS / "exchanges.csv")


def by_code() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in activities()}


def total(code: str) -> float:
    """Return the one aggregate a factor consists of."""
    (row,) = [row for row in exchanges() if row["activity"] == code and row["direction"] == "emission"]
    return float(row["amount"])


def inputs(code: str) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for row in exchanges():
        if row["activity"] == code and row["direction"] == "input":
            found[row["flow"]] += float(row["amount"])
    return dict(found)


def third_party(*parts: str) -> Path:
    """Return a file of the shared material, or skip saying which one is absent."""
    path = SHARED.joinpath(*parts)
    if not path.is_file():
        pytest.skip(f"third-party data not here: {'/'.join(parts)}")
    return path


def published() -> dict[str, dict[str, str]]:
    path = third_party("defra_2025", "conversion_factors_2025_data.json")
    return {row["ID"]: row for row in json.loads(path.read_text(encoding="utf-8"))}


def test_there_are_materials_enough_and_each_belongs_to_an_agreed_category() -> None:
    filled = [row for row in activities() if row["kind"] != "gap"]
    assert len(filled) >= 250
    assert {row["category"] for row in activities()} - {"waste"} <= CATEGORIES


def test_every_value_is_rated_and_no_gap_is() -> None:
    for row in activities():
        assert bool(PEDIGREE.fullmatch(row["pedigree"])) == (row["kind"] != "gap"), row["code"]


def test_every_material_can_be_found_by_names_in_both_languages() -> None:
    names = [row[key] for row in activities() for key in ("name_en", "name_zh")]
    assert len(set(names)) == len(names)
    for row in activities():
        assert re.search("[a-z]", row["name_en"]), row["code"]
        assert row["synonyms"], row["code"]
        assert "" not in row["synonyms"].split("|"), row["code"]


@pytest.mark.parametrize(
    ("grade", "code"),
    [
        ("Q345R", "steel-plate-cn"),
        ("Q235", "steel-hot-rolled-cn"),
        ("304", "stainless-steel-304"),
        ("6061", "aluminium-extrusion-cn"),
        ("6063-T5", "aluminium-extrusion-cn"),
        ("H62", "brass"),
        ("T2", "copper-refined"),
        ("SPCC", "steel-cold-rolled-coil-cn"),
        ("DC01", "steel-cold-rolled-coil-cn"),
        ("SGCC", "steel-galvanised-cn"),
        ("ADC12", "aluminium-casting-cn"),
        ("PA66-GF30", "pa66-gf30"),
        ("PP-T20", "pp-t20"),
        ("STR20", "rubber-natural"),
        ("天然橡胶", "rubber-natural"),
        ("瓦楞纸箱", "corrugated-board-box-cn"),
        ("木托盘", "pallet-eur"),
    ],
)
def test_a_trade_name_leads_to_its_material(grade: str, code: str) -> None:
    assert grade in by_code()[code]["synonyms"].split("|")


def test_what_weighs_is_one_kilogram_per_kilogram() -> None:
    for row in activities():
        if row["unit"] == "kg":
            assert row["unit_mass_kg"] == "1", row["code"]
    assert by_code()["pallet-eur"]["unit_mass_kg"] == "25"
    assert inputs("pallet-eur") == {"wood-softwood": 25}


def test_every_document_cited_is_listed_once() -> None:
    listed = [row["id"] for path in OPEN.glob("**/sources.csv") for row in table(path)]
    own = [row["id"] for row in table(MATERIALS / "sources.csv")]
    assert len(own) == len(set(own))
    cited = {found for row in exchanges() for found in re.findall(r"\[([a-z0-9.-]+)\]", row["citation"])}
    assert cited - {"stoichiometry", "definition"} <= set(listed)


def test_a_total_is_the_number_its_citation_quotes() -> None:
    """Per kilogram or per tonne; differences of two numbers have a test of their own."""
    compared = 0
    for row in exchanges():
        if row["direction"] != "emission" or not row["citation"].startswith(TABLES) or "－" in row["citation"]:
            continue
        quoted = row["citation"].split("]", 1)[1]
        numbers = [float(text.replace(",", "")) for text in NUMBER.findall(quoted)]
        assert any(float(row["amount"]) == pytest.approx(n / k, rel=1e-9) for n in numbers for k in (1, 1000)), row
        compared += 1
    assert compared > 120


def test_precious_metals_keep_their_order_of_magnitude() -> None:
    known = {
        "gold": 12500,
        "platinum": 12500,
        "palladium": 3880,
        "rhodium": 35100,
        "silver": 196,
        "copper-refined": 2.8,
    }
    assert {code: total(code) for code in known} == known


def test_a_step_is_the_difference_of_what_comes_out_and_what_goes_in() -> None:
    compared = 0
    for row in exchanges():
        found = DIFFERENCE.search(row["citation"])
        if found:
            assert float(row["amount"]) == pytest.approx((float(found[1]) - float(found[2])) / 1000), row
            assert float(row["amount"]) > 0, row
            assert by_code()[row["activity"]]["boundary"] == "gate-to-gate", row
            compared += 1
    assert compared == 9


def test_the_spread_of_a_metal_is_that_of_its_published_interval() -> None:
    compared = 0
    for row in exchanges():
        found = INTERVAL.search(row["citation"])
        if found and row["gsd"]:
            low, high = float(found[1]), float(found[2])
            assert float(row["gsd"]) == pytest.approx(math.exp(math.log(high / low) / (2 * 1.96)), rel=1e-3), row
            assert low <= float(row["amount"]) <= high, row
            compared += 1
    assert compared >= 30


def test_uk_materials_are_the_published_ones() -> None:
    source, compared = published(), 0
    for row in exchanges():
        found = DEFRA.search(row["citation"])
        if not found:
            continue
        entry = source[found[1]]
        assert (entry["GHG/Unit"], entry["UOM"]) == ("kg CO2e", "tonnes")
        assert float(row["amount"]) == pytest.approx(float(entry["GHG Conversion Factor 2025"]) / 1000, rel=1e-9), row
        assert ("closed-loop" in row["citation"]) == entry["Column Text"].lower().startswith("closed"), row
        compared += 1
    assert compared > 40


def test_uk_plastics_say_that_forming_is_in_them() -> None:
    for row in activities():
        if row["citation"].startswith("[desnz-2025]") and "(incl. forming)" in row["citation"]:
            assert "orming" in row["note"] + row["name_en"], row["code"]


def test_uk_paper_and_wood_say_that_biogenic_carbon_is_not_in_them() -> None:
    words = ("biogenic", "carbon storage")
    for row in activities():
        if row["citation"].startswith("[desnz-2025]") and re.search(r"Paper and board|Wood", row["citation"]):
            assert any(word in row["note"] for word in words), row["code"]


@pytest.mark.parametrize(
    ("recycled", "primary"),
    [
        ("aluminium-recycled-cn", "aluminium-primary-cn"),
        ("aluminium-recycled-gb", "aluminium-cans-foil-gb"),
        ("pp-recycled-gb", "pp-gb"),
    ],
)
def test_recycled_material_stands_apart_from_and_below_the_primary(recycled: str, primary: str) -> None:
    assert total(recycled) < total(primary)


def test_recycled_aluminium_is_the_published_share_of_the_primary() -> None:
    assert total("aluminium-recycled-cn") == pytest.approx(0.053 * total("aluminium-primary-cn"))


def test_lime_burnt_on_paper_is_near_the_market_average() -> None:
    """Stoichiometric carbonate plus kiln energy against the national standard's total."""
    carbonate = next(row for row in exchanges() if row["activity"] == "quicklime" and row["flow"] == "co2-fossil")
    assert float(carbonate["amount"]) == pytest.approx(44.0095 / 56.0774, rel=1e-3)
    assert total("quicklime-market-cn") == pytest.approx(1.19)
    assert float(carbonate["amount"]) < total("quicklime-market-cn")


@pytest.mark.parametrize("code", ["pa66-gf30", "pa6-gf30", "pp-gf30", "pp-t20", "aluminium-alloy-almg3"])
def test_a_mixture_weighs_what_its_parts_weigh(code: str) -> None:
    assert sum(inputs(code).values()) == pytest.approx(1)


def test_one_material_in_place_of_another_is_called_a_proxy() -> None:
    """Unless it is the same material under a second name."""
    known = by_code()
    same = {"polycarbonate", "packaging-film-ldpe"}
    for row in activities():
        if row["kind"] != "unit-process" or row["code"] in same:
            continue
        rows = [r for r in exchanges() if r["activity"] == row["code"]]
        if len(rows) == 1 and rows[0]["flow"] in known and float(rows[0]["amount"]) == 1:
            assert row["proxy"], row["code"]


def test_a_service_takes_no_material_but_auxiliaries() -> None:
    """A service is per kilogram treated: were the material in it too, a product would count it twice."""
    known = by_code()
    for row in exchanges():
        owner = known[row["activity"]]
        if owner["boundary"] == "gate-to-gate" and row["direction"] == "input" and row["flow"] in known:
            target = known[row["flow"]]
            if target["boundary"] == "cradle-to-gate" and units.convertible(row["unit"], "kg"):
                assert float(row["amount"]) < 0.2, row


def _inventory(name: str) -> dict[str, float]:
    """Return the technosphere amounts of one activity of the published carbon fibre inventory."""
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_path(third_party("premise-inventories", FIBRE))
    found: dict[str, float] = defaultdict(float)
    inside, header = False, list[str]()
    for sheet in book.sheet_names:
        for row in book.get_sheet_by_name(sheet).to_python():
            first = str(row[0]).strip()
            if first == "Activity":
                inside, header = str(row[1]).strip() == name, []
            elif inside and first == "name":
                header = [str(cell).strip() for cell in row]
            elif inside and header and first:
                entry = dict(zip(header, row, strict=False))
                if entry.get("type") == "technosphere":
                    found[first] += float(entry["amount"])
    return dict(found)


def test_the_carbon_fibre_chain_is_the_published_inventory() -> None:
    compared = 0
    for row in activities():
        found = re.search(rf'{re.escape(FIBRE)}, activity "(.+)" \(RER\)$', row["citation"])
        if not found:
            continue
        source, got = _inventory(found[1]), inputs(row["code"])
        assert source, row["code"]
        assert len(got) == len(source), row["code"]
        for name, (flow, factor) in FIBRE_INPUTS.items():
            if name in source:
                assert got[flow] == pytest.approx(source[name] * factor, rel=1e-9), (row["code"], name)
                assert got[flow] > 0, (row["code"], name)
                compared += 1
    assert compared > 20


def test_carbon_fibre_without_its_main_feedstock_is_called_a_lower_bound() -> None:
    row = by_code()["carbon-fibre"]
    assert "lower bound" in row["note"]


def test_copper_is_drawn_with_the_published_energy() -> None:
    rows = table(third_party("pv_ice", "baseline_material_energy_copper.csv"))[1:]
    assert {row["e_mat_MFGScrap_HQ"] for row in rows} == {"1.3"}
    assert inputs("wire-drawing-copper") == {"electricity-cn-grid-2024": 1.3}
