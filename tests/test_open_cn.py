"""The open database and the battery example: every number cited, every flow resolved, official values as published."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from footprint import gwp, units, yamls
from footprint.background import source
from footprint.errors import DatabaseError

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "databases" / "open-cn"
EXAMPLE = ROOT / "templates" / "examples" / "battery"
SHARED = ROOT.parent / "shared" / "data"
STATUSES = {"verified", "secondary", "calculated", "unverified"}
KINDS = {"unit-process", "factor", "gap"}
BOUNDARIES = {"cradle-to-gate", "gate-to-gate", "direct", "service", "use"}
REGION = re.compile("[A-Z]{2}|GLO|RER|EU|RoW")
CLASSES = {"unsplit", "aircraft"}
GENERATORS = {"grid", "coal", "gas", "hydro", "nuclear", "wind", "solar", "csp", "biomass"}
DEFRA_ID = re.compile(r"\bID (\d+_\d+_\d+_\d+_1);")

Rows = list[dict[str, str]]


def table(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def activities() -> Rows:
    return [row for path in source.files(FOLDER, "activities.csv") for row in table(path)]


def exchanges() -> Rows:
    return [row for path in source.files(FOLDER, "exchanges.csv") for row in table(path)]


def by_code() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in activities()}


def third_party(*parts: str) -> Path:
    """Return a file of the shared material, or skip saying which one is absent."""
    path = SHARED.joinpath(*parts)
    if not path.is_file():
        pytest.skip(f"third-party data not here: {'/'.join(parts)}")
    return path


def emissions_of(code: str) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for row in exchanges():
        if row["activity"] == code and row["direction"] == "emission":
            found[row["flow"]] += float(row["amount"])
    return dict(found)


def test_every_activity_is_cited_rated_and_named_in_both_languages() -> None:
    for row in activities():
        assert row["citation"], row["code"]
        assert row["status"] in STATUSES, row["code"]
        assert re.search("[a-z]", row["name_en"]), row["code"]
        assert re.search("[\u4e00-\u9fffA-Z]", row["name_zh"]), row["code"]


def test_every_number_names_a_document_and_has_a_period_and_a_pedigree() -> None:
    """A row with numbers cites by id, or stands on a row that does; only gaps may leave the rest empty."""
    known = by_code()
    for row in (*activities(), *exchanges()):
        is_gap = "gap" in {row.get("kind"), known.get(row.get("flow", ""), row).get("kind")}
        _, see, codes = row["citation"].partition("see ")
        stands_on = see and {code.strip() for code in codes.split(",")} <= set(known)
        assert is_gap or re.search(r"\[[^\]]+\]", row["citation"]) or stands_on, row
    for row in activities():
        if row["kind"] != "gap":
            assert re.match(r"\d{4}", row["period"]), row["code"]
            assert re.fullmatch(r"[1-5-](;[1-5-]){4}", row["pedigree"]), (row["code"], row["pedigree"])


def test_the_documents_are_told_apart_and_say_their_licence() -> None:
    documents = [row for path in source.files(FOLDER, "sources.csv") for row in table(path)]
    ids = [row["id"] for row in documents]
    assert [i for i in ids if ids.count(i) > 1] == []
    for row in documents:
        assert row["document"], row
        assert row["date"], row
        assert row["licence"], row
    cited = {i for row in (*activities(), *exchanges()) for i in re.findall(r"\[([^\]]+)\]", row["citation"])}
    assert cited <= set(ids)


def test_every_activity_uses_the_agreed_words() -> None:
    for row in activities():
        assert row["kind"] in KINDS, row["code"]
        assert row["boundary"] in BOUNDARIES, row["code"]
        assert REGION.fullmatch(row["region"]), row["code"]
        assert units.unit(row["unit"]).symbol == row["unit"], row["code"]
        assert float(row["amount"]) > 0, row["code"]
        assert row["includes_transport"] in {"", "yes"}, row["code"]


def test_codes_are_lower_case_ascii_and_used_once() -> None:
    codes = [row["code"] for row in activities()]
    assert len(codes) == len(set(codes))
    assert [c for c in codes if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", c)] == []


def test_every_exchange_is_cited_and_rated() -> None:
    for row in exchanges():
        assert row["citation"], row
        assert row["status"] in STATUSES, row


def test_every_flow_resolves_and_its_unit_converts() -> None:
    known = by_code()
    for row in exchanges():
        assert row["activity"] in known, row
        if row["direction"] == "input":
            assert units.convertible(row["unit"], known[row["flow"]]["unit"]), row
        else:
            assert row["direction"] == "emission", row
            assert units.convertible(row["unit"], "kg"), row


def test_every_emission_is_a_known_gas_or_a_known_class_with_its_own_set() -> None:
    for row in exchanges():
        if row["direction"] != "emission":
            continue
        if row["flow"].startswith("co2e-"):
            assert row["flow"].removeprefix("co2e-") in CLASSES, row
            assert row["gwp_set"] in {"AR4", "AR5", "AR6", "unknown"}, row
        else:
            assert row["gwp_set"] == "", row
            factors = [gwp.gas(row["flow"]).factor(name) for name in ("AR5", "AR6")]
            assert (min(factors) > 0) != (row["flow"] == "co2-uptake"), row


def test_a_gap_has_no_numbers_and_everything_else_has_some() -> None:
    filled = {row["activity"] for row in exchanges()}
    for row in activities():
        assert (row["code"] in filled) == (row["kind"] != "gap"), row["code"]


def test_every_gap_says_why_it_is_one() -> None:
    for row in activities():
        if row["kind"] == "gap":
            assert len(row["citation"]) > 20, row["code"]


def test_a_factor_is_an_aggregate_and_a_unit_process_is_resolved_by_gas_or_input() -> None:
    kinds = {code: row["kind"] for code, row in by_code().items()}
    sets = {code: row["gwp_set"] for code, row in by_code().items()}
    for row in exchanges():
        aggregate = row["flow"].startswith("co2e-")
        assert aggregate == (kinds[row["activity"]] == "factor"), row
        if aggregate:
            assert row["gwp_set"] == sets[row["activity"]], row


def test_only_a_substitution_is_negative() -> None:
    for row in exchanges():
        if float(row["amount"]) < 0:
            assert row["note"].startswith("substitution"), row


def test_a_dataset_standing_in_for_another_says_so_in_a_sentence() -> None:
    for row in activities():
        if row["proxy"]:
            assert row["proxy"][0].isupper(), row["code"]
            assert row["proxy"].endswith("."), row["code"]
        foreign = row["region"] == "GB" and row["category"] not in {"freight", "metals", "electricity"}
        assert row["proxy"] or not foreign or row["kind"] == "gap", row["code"]


def test_direct_co2_factors_of_the_grid_are_not_among_the_footprint_factors() -> None:
    """Footprint factors and CO2 factors of electricity differ in kind; a table of both invites mixing them."""
    for row in activities():
        if row["category"] == "electricity":
            assert row["boundary"] in {"cradle-to-gate", "service"}, row["code"]
            assert "二氧化碳排放因子" not in row["citation"], row["code"]


def test_the_electricity_map_names_every_generator_in_kwh() -> None:
    known = by_code()
    meta = yamls.load(FOLDER / "database.yaml", DatabaseError)
    supplies = meta["electricity"]["CN"]
    assert set(supplies) == {"2023", "2024"}
    assert set(supplies["2024"]) == GENERATORS | {"delivery"}
    assert set(supplies["2023"]) == GENERATORS  # the 2023 factor of delivery with losses could not be verified
    for year, codes in supplies.items():
        for code in codes.values():
            assert (known[code]["unit"], known[code]["period"]) == ("kWh", year)


def test_electricity_factors_are_the_official_ones() -> None:
    names = {"燃煤发电": "coal", "燃气发电": "gas", "水力发电": "hydro", "核能发电": "nuclear", "风力发电": "wind",
             "光伏发电": "solar", "光热发电": "csp", "生物质发电": "biomass", "全国平均": "grid",
             "输配电（不含线损）": "td-excl-losses", "输配电（含线损）": "delivery"}
    status = {"A": "verified", "B": "secondary"}
    compared = 0
    for row in table(third_party("factors", "cn_electricity_footprint_2023_2024.csv")):
        code = f"electricity-cn-{names[row['type']]}-{row['year']}"
        if not row["value"]:
            assert code not in by_code()
            continue
        assert emissions_of(code) == {"co2e-unsplit": float(row["value"])}
        assert by_code()[code]["status"] == status[row["confidence"]]
        compared += 1
    assert compared == 21


def test_uk_factors_are_the_published_ones() -> None:
    path = third_party("defra_2025", "conversion_factors_2025_data.json")
    published = {row["ID"]: row for row in json.loads(path.read_text(encoding="utf-8"))}
    compared = 0
    for row in exchanges():
        found = DEFRA_ID.search(row["citation"])
        if not found or row["direction"] != "emission":
            continue
        source = published[found[1]]
        assert source["GHG/Unit"] == "kg CO2e"
        per_unit = {"tonnes": 1000, "tonne.km": 1, "cubic metres": 1}[source["UOM"]]
        value = float(source["GHG Conversion Factor 2025"]) / per_unit
        assert float(row["amount"]) == pytest.approx(value, rel=1e-9), row
        compared += 1
    assert compared > 40


def test_burning_gas_is_what_a_pocket_calculator_says() -> None:
    """38.931 MJ/Nm3 at 56.1 g CO2, 1 mg CH4 and 0.1 mg N2O per MJ; 0.608 kg CO2e/Nm3 before the burner."""
    got = emissions_of("natural-gas-burned-cn")
    assert got["co2-fossil"] == pytest.approx(2.1840291)
    assert got["ch4-fossil"] == pytest.approx(38.931e-6)
    assert got["n2o"] == pytest.approx(3.8931e-6)
    heat = next(row for row in exchanges() if row["activity"] == "heat-natural-gas-cn")
    assert float(heat["amount"]) == pytest.approx(1 / 0.9 / 38.931)


@pytest.mark.parametrize(
    ("code", "family", "national", "ipcc"),
    [
        ("diesel-burned-cn", "柴油", "柴油", "Gas/Diesel oil"),
        ("gasoline-burned-cn", "汽油", "汽油", "Motor gasoline"),
        ("lpg-burned-cn", "液化石油气", "液化石油气", "LPG"),
        ("fuel-oil-burned-cn", "燃料油", "燃料油", "Residual fuel oil"),
        ("coal-bituminous-burned-cn", "烟煤", "一般烟煤", "Other bituminous coal"),
        ("coal-anthracite-burned-cn", "无烟煤", "无烟煤", "Anthracite"),
        ("coke-burned-cn", "焦炭", "焦炭", "Coke oven coke"),
        ("natural-gas-burned-cn", "天然气", "天然气", "Natural gas"),
    ],
)
def test_combustion_is_calorific_value_times_published_factor(code: str, family: str, national: str, ipcc: str) -> None:
    values = table(third_party("factors", "cn_fuel_defaults_families.csv"))
    ncv = next(r for r in values if r["family"].startswith("N") and r["fuel"] == family)
    per_unit = float(ncv["NCV"]) / {"GJ/t": 1e3, "GJ/10^4 Nm3": 1e4}[ncv["NCV_unit"]]
    co2 = next(r for r in table(third_party("factors", "ncsc_fuel_co2_2025_2026.csv")) if r["fuel"] == national)
    other = next(r for r in table(third_party("factors", "ipcc2006_stationary_default.csv")) if r["fuel"] == ipcc)
    got = emissions_of(code)
    assert got["co2-fossil"] == pytest.approx(per_unit * float(co2["value_2025_ed"]), rel=1e-9)
    assert got["ch4-fossil"] == pytest.approx(per_unit * float(other["CH4_manufacturing"]) / 1e3, rel=1e-9)
    assert got["n2o"] == pytest.approx(per_unit * float(other["N2O"]) / 1e3, rel=1e-9)


def _inventory(file: str, name: str) -> dict[str, float]:
    """Return the technosphere amounts of one activity of a published inventory."""
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_path(third_party("premise-inventories", file))
    found: dict[str, float] = defaultdict(float)
    inside, header = False, []
    for sheet in book.sheet_names:
        for row in book.get_sheet_by_name(sheet).to_python():
            first = str(row[0]).strip()
            if first == "Activity":
                inside, header = str(row[1]).strip() == name, []
            elif inside and first == "name":
                header = [str(c).strip() for c in row]
            elif inside and header and first:
                entry = dict(zip(header, row, strict=False))
                if entry.get("type") == "technosphere":
                    found[first] += float(entry["amount"])
    return dict(found)


def test_lithium_iron_phosphate_is_the_published_inventory() -> None:
    source = _inventory("lci-batteries-NMC111-811-NCA-LFP.xlsx", "Lithium iron phosphate [LiFePO4]")
    got = {r["flow"]: float(r["amount"]) for r in exchanges() if r["activity"] == "lifepo4-hydrothermal"}
    assert got["lithium-hydroxide-anhydrous"] == source["market for lithium hydroxide, battery grade"] == 0.46
    assert got["heat-natural-gas-cn"] == source["market for heat, from steam, in chemical industry"]
    assert got["iron-sulfate"] == source["market for iron sulfate"]
    assert got["water-deionised"] == pytest.approx(source["market for water, deionised"] / 1000)


def test_hexafluoroethane_of_the_separator_is_a_material_and_no_emission() -> None:
    """As an emission it would add about a hundred kilograms per kWh."""
    rows = [r for r in exchanges() if r["activity"] == "battery-separator"]
    assert [r["direction"] for r in rows if r["flow"] == "hexafluoroethane"] == ["input"]
    assert not [r for r in rows if r["flow"] == "c2f6"]


def test_the_pack_is_the_published_composition() -> None:
    source = _inventory("lci-batteries-NMC111-811-NCA-LFP.xlsx", "battery cell production, Li-ion, LFP")
    lines = {row["line"]: float(row["quantity"]) for row in example_bom()}
    names = {"C1": "Cathode paste, LFP", "C2": "Anode paste, LFP", "C3": "Cathode current collector, LFP",
             "C4": "Anode current collector, LFP", "C5": "Electrolyte, LFP", "C6": "battery separator",
             "C7": "Cell container"}
    for line, name in names.items():
        assert lines[line] == pytest.approx(source[name], rel=1e-11), line
    assert lines["C"] / (lines["C"] + lines["B"]) == pytest.approx(0.73)


def example_bom() -> Rows:
    return [row for row in table(EXAMPLE / "BOM.csv") if not row["line"].startswith("#")]


def _kg(row: dict[str, str]) -> float:
    return float(row["quantity"]) * (float(row["net_mass"]) if row["net_mass"] else units.factor(row["unit"], "kg"))


def test_every_assembly_weighs_what_its_parts_weigh() -> None:
    """Within one per cent, consumables and services left out."""
    inside: dict[str, float] = defaultdict(float)
    for row in example_bom():
        if row["role"] == "product":
            inside[row["parent"]] += _kg(row)
    product = {row["key"]: row["value"] for row in table(EXAMPLE / "Product.csv")}
    assert inside.pop("") == pytest.approx(float(product["net_mass"]), rel=1e-9)
    assert {line: kg for line, kg in inside.items() if kg != pytest.approx(1, rel=0.01)} == {}


def test_the_example_names_only_what_exists() -> None:
    known, lines = by_code(), {row["line"] for row in example_bom()}
    evidence = {row["id"] for row in table(EXAMPLE / "Evidence.csv")}
    supplies = {row["supply"] for row in table(EXAMPLE / "Electricity.csv")}
    for row in example_bom():
        assert row["parent"] in lines | {""}, row
        assert bool(row["dataset"]) != any(r["parent"] == row["line"] for r in example_bom()), row
        assert row["dataset"] in known or not row["dataset"], row
        assert row["basis"] in {"calculated", "proxy", "default"}, row
    for row in table(EXAMPLE / "Processes.csv"):
        assert row["flow"] in known or row["flow"] in lines or row["flow"] in {"electricity", "wastewater"}, row
        assert row["supply"] in supplies or row["flow"] != "electricity", row
    for row in table(EXAMPLE / "Transport.csv"):
        assert units.convertible(known[row["vehicle"]]["unit"], "t·km"), row
        named = {part.strip() for part in row["applies_to"].split(";")}
        assert named <= lines | {"all inbound", "product"}, row
    for row in table(EXAMPLE / "End of life.csv"):
        assert row["part"] in lines, row
        assert row["treatment"] in known, row
    for name in ("BOM.csv", "Processes.csv", "Electricity.csv", "Transport.csv", "End of life.csv"):
        for row in table(EXAMPLE / name):
            assert not row["evidence"] or row["evidence"] in evidence, (name, row)


def test_amounts_from_an_inventory_of_another_pack_are_marked_proxy() -> None:
    """E2 and E3 describe packs of another chemistry; only E1 and E4 are about LFP."""
    for name in ("BOM.csv", "Processes.csv"):
        for row in table(EXAMPLE / name):
            if row["evidence"]:
                assert row["basis"] == ("proxy" if row["evidence"] in {"E2", "E3"} else "calculated"), row
