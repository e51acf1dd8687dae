"""The battery chain of the open database: transcribed amounts as published, its traps avoided, its chemistry sound."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
TOPIC = ROOT / "databases" / "open-cn" / "batteries"
INVENTORIES = ROOT.parent / "shared" / "data" / "premise-inventories"

NMC = "lci-batteries-NMC111-811-NCA-LFP.xlsx"
NMC622 = "lci-batteries-NMC622-NMC532.xlsx"
COBALT = "lci-cobalt.xlsx"
GRAPHITE = "lci-graphite.xlsx"
LITHIUM = "lci-lithium.xlsx"
CAPACITY = "lci-battery-capacity.xlsx"

SOURCES: dict[str, tuple[str, str, str]] = {
    "graphite-ore-cn": (GRAPHITE, "graphite ore mining", "CN"),
    "graphite-concentrate-cn": (GRAPHITE, "natural graphite concentration", "CN"),
    "graphite-spherical-cn": (GRAPHITE, "natural graphite spheronization", "CN"),
    "graphite-purified-cn": (GRAPHITE, "graphite purification", "CN"),
    "graphite-natural-coated-cn": (GRAPHITE, "natural graphite production, coated", "CN"),
    "coal-tar-pitch": (GRAPHITE, "coal coking, for coal tar pitch production", "CN"),
    "needle-coke-cn": (GRAPHITE, "needle coke production", "CN"),
    "graphite-precursor-cn": (GRAPHITE, "graphite precursor production", "CN"),
    "graphite-synthetic-cn": (GRAPHITE, "synthetic graphite production", "CN"),
    "lifepo4-hydrothermal": (NMC, "Lithium iron phosphate [LiFePO4]", "JP"),
    "cathode-lfp": (NMC, "Cathode paste, LFP", "JP"),
    "anode-lfp": (NMC, "Anode paste, LFP", "JP"),
    "battery-collector-aluminium-lfp": (NMC, "Cathode current collector, LFP", "JP"),
    "battery-collector-copper-lfp": (NMC, "Anode current collector, LFP", "JP"),
    "electrolyte-lfp": (NMC, "Electrolyte, LFP", "JP"),
    "battery-separator-pe-pp": (NMC, "Separator, LFP", "JP"),
    "battery-cell-container": (NMC, "Cell container", "GLO"),
    "battery-pouch-film": (NMC, "Multilayer pouch", "GLO"),
    "battery-tab-aluminium": (NMC, "Tab Aluminum", "GLO"),
    "battery-tab-copper": (NMC, "Tab Copper", "GLO"),
    "battery-cell-lfp": (NMC, "battery cell production, Li-ion, LFP", "GLO"),
    "battery-pack-lfp": (NMC, "market for battery, Li-ion, LFP, rechargeable, prismatic", "GLO"),
    "battery-pack-nmc622": (NMC622, "battery production, Li-ion, NMC622", "GLO"),
    "battery-pack-nmc532": (NMC622, "battery production, Li-ion, NMC532", "GLO"),
    "anode-graphite": (NMC, "anode, graphite, for Li-ion battery", "GLO"),
    "electrolyte-lithium-ion": (NMC, "electrolyte, for Li-ion battery", "GLO"),
    "battery-separator": (NMC, "battery separator", "GLO"),
    "battery-collector-copper": (NMC, "copper collector foil, for Li-ion battery", "GLO"),
    "battery-collector-aluminium": (NMC, "aluminium collector foil, for Li-ion battery", "GLO"),
    "battery-pack-housing": (NMC, "battery management system production, for Li-ion battery", "GLO"),
    "battery-module-packaging": (NMC, "packaging production, for Li-ion battery module", "GLO"),
    "battery-management-system": (NMC, "management sytem production, for Li-ion battery", "GLO"),
    "battery-high-voltage-system": (NMC, "high voltage system, for Li-ion battery", "GLO"),
    "battery-low-voltage-system": (NMC, "low voltage system, for Li-ion battery", "GLO"),
    "battery-interface-system": (NMC, "integrated interface system production, for Li-ion battery", "GLO"),
}
for _chemistry, _file in (("NMC111", NMC), ("NMC811", NMC), ("NCA", NMC), ("NMC622", NMC622), ("NMC532", NMC622)):
    _code = _chemistry.lower()
    SOURCES |= {
        f"{_code}-hydroxide": (_file, f"{_chemistry} hydroxide", "GLO"),
        f"{_code}-oxide": (_file, f"{_chemistry} oxide", "GLO"),
        f"cathode-{_code}": (_file, f"cathode, {_chemistry}, for Li-ion battery", "GLO"),
        f"battery-cell-{_code}": (_file, f"battery cell production, Li-ion, {_chemistry}", "GLO"),
    }
for _chemistry in ("LFP", "NMC111", "NMC532", "NMC622", "NMC811", "NCA"):
    _name = f"market for battery capacity, Li-ion, {_chemistry}"
    SOURCES[f"battery-pack-{_chemistry.lower()}-kwh"] = (CAPACITY, _name, "GLO")
for _code, _key in (("", "economic"), ("-mass-allocation", "mass")):
    _mine = f"copper-cobalt mining, industrial, {_key} allocation"
    _hydroxide = f"cobalt hydroxide, via hydrometallurigcal ore procesing, {_key} allocation"
    _metal = f"cobalt metal production, from copper mining, via electrolysis, {_key} allocation"
    _sulfate = f"cobalt sulfate production, from copper mining, {_key} allocation"
    SOURCES |= {
        f"cobalt-copper-ore{_code}-cd": (COBALT, _mine, "CD"),
        f"cobalt-hydroxide{_code}": (COBALT, _hydroxide, "CD"),
        f"cobalt-sulfate{_code}": (COBALT, _sulfate, "CN"),
        f"cobalt-metal{_code}-cn": (COBALT, _metal, "CN"),
    }
BRINE = {
    "lithium-brine-pond": "lithium brine production, from evaporation pond",
    "lithium-brine-boron-free": "lithium brine production, boron removal",
    "lithium-brine-magnesium-free": "lithium brine production, manganese removal",
    "lithium-brine-lime": "lithium brine production, lime removal",
    "lithium-brine-sulfate-free": "lithium brine production, sulfate removal",
    "lithium-carbonate-precipitation-1": "lithium carbonate precipitation 1",
    "lithium-carbonate-washing": "lithium carbonate washing",
    "lithium-carbonate-precipitation-2": "lithium carbonate precipitation 2",
    "lithium-brine-adsorption": "lithium brine production, from Li-ion selective adsorption",
    "lithium-brine-filtered": "lithium brine filtering, via ion exchanger",
    "lithium-brine-purified": "lithium brine purifying, via membrane separation",
}
SITES = {
    "atacama": ("CL", "", "Salar de Atacama"),
    "olaroz": ("AR", ", from Salar de Olaroz", "Salar de Olaroz"),
    "cauchari": ("AR", ", from Salar de Cauchari-Olaroz", "Salar de Cauchari-Olaroz"),
    "hombre-muerto": ("AR", ", from Salar del Hombre Muerto", "Salar del Hombre Muerto"),
    "chaerhan": ("CN", "", "Chaerhan salt lake"),
}

# Name of a leaf of the inventories -> our dataset and what an amount of the leaf is multiplied by.
LEAVES: dict[str, tuple[str, float]] = {
    "market group for electricity, medium voltage": ("electricity-cn-grid-2024", 1),
    "market group for electricity, high voltage": ("electricity-cn-grid-2024", 1),
    "market for electricity, medium voltage, cobalt industry": ("electricity-cd-2024", 1),
    "market for heat, district or industrial, natural gas": ("heat-natural-gas-cn", 1),
    "heat production, natural gas, at industrial furnace >100kW": ("heat-natural-gas-cn", 1),
    "market for heat, from steam, in chemical industry": ("heat-natural-gas-cn", 1),
    "steam production, as energy carrier, in chemical industry": ("heat-natural-gas-cn", 1),
    "market for transport, freight train": ("freight-rail-cn", 1),
    "market group for transport, freight train": ("freight-rail-cn", 1),
    "market for transport, freight, lorry, unspecified": ("freight-road-heavy-diesel-cn", 1),
    "market group for transport, freight, lorry, unspecified": ("freight-road-heavy-diesel-cn", 1),
    "transport, freight, lorry >32 metric ton, EURO3": ("freight-road-heavy-diesel-cn", 1),
    "market for transport, freight, sea, container ship": ("freight-sea-container-cn", 1),
    "market for transport, freight, sea, bulk carrier for dry goods": ("freight-sea-bulk-cn", 1),
    "market for transport, freight, inland waterways, barge": ("freight-inland-container-cn", 1),
    "market for diesel, burned in building machine": ("diesel-machine-cn", 1),
    "market for diesel": ("diesel-upstream-cn", 1),
    "market for hard coal": ("coal-upstream-cn", 1),
    "market for petroleum coke": ("petroleum-coke-upstream-gb", 1),
    "market for kerosene": ("kerosene-upstream-gb", 1),
    "coking": ("coal-coking-energy", 1),
    "machine operation, diesel, >= 74.57 kW, high load factor": ("machine-operation-diesel", 1),
    "market for aluminium, wrought alloy": ("aluminium-wrought-alloy", 1),
    "aluminium ingot, primary, to aluminium, wrought alloy market": ("aluminium-wrought-alloy", 1),
    "aluminium production, primary, ingot": ("aluminium-primary-cn", 1),
    "market for impact extrusion of aluminium, 1 stroke": ("impact-extrusion-aluminium", 1),
    "market for sheet rolling, aluminium": ("sheet-rolling-aluminium", 1),
    "market for sheet rolling, copper": ("sheet-rolling-copper", 1),
    "market for sheet rolling, steel": ("sheet-rolling-steel", 1),
    "market for copper, anode": ("copper-refined", 1),
    "market for copper, cathode": ("copper-refined", 1),
    "market for reinforcing steel": ("steel-rebar-cn", 1),
    "market for steel, low-alloyed": ("steel-low-alloyed-cn", 1),
    "market for tin": ("tin-refined", 1),
    "market for brass": ("brass", 1),
    "market for casting, brass": ("casting-brass", 1),
    "market for metal working, average for steel product manufacturing": ("metal-working-steel", 1),
    "market for metal working, average for metal product manufacturing": ("metal-working-nonferrous", 1),
    "market for metal working, average for aluminium product manufacturing": ("metal-working-nonferrous", 1),
    "market for metal working, average for copper product manufacturing": ("metal-working-nonferrous", 1),
    "market for electronic component, passive, unspecified": ("electronic-component-passive", 1),
    "market for printed wiring board, surface mounted, unspecified, Pb free": ("printed-wiring-board-mounted", 1),
    "market for electric connector, wire clamp": ("electric-connector", 1),
    "market for integrated circuit, logic type": ("integrated-circuit", 1),
    "market for cable, ribbon cable, 20-pin, with plugs": ("cable-ribbon", 1),
    "market for injection moulding": ("injection-moulding", 1),
    "market for polyethylene, high density, granulate": ("hdpe-gb", 1),
    "market for polyethylene, low density, granulate": ("ldpe-gb", 1),
    "market for packaging film, low density polyethylene": ("ldpe-gb", 1),
    "market for polyethylene terephthalate, granulate, amorphous": ("pet-gb", 1),
    "market for polypropylene, granulate": ("pp-gb", 1),
    "market for glass fibre reinforced plastic, polyamide, injection moulded": ("pa-glass-filled", 1),
    "market for nylon 6": ("pa6-granulate", 1),
    "market for nylon 6-6": ("pa66-granulate", 1),
    "market for polyphenylene sulfide": ("polyphenylene-sulfide", 1),
    "market for acrylonitrile-butadiene-styrene copolymer": ("abs-granulate", 1),
    "market for synthetic rubber": ("rubber-synthetic", 1),
    "market for styrene butadiene rubber (SBR)": ("styrene-butadiene-rubber", 1),
    "market for latex": ("latex", 1),
    "market for polyvinylfluoride": ("polyvinyl-fluoride", 1),
    "market for carbon black": ("carbon-black", 1),
    "market for carboxymethyl cellulose, powder": ("carboxymethyl-cellulose", 1),
    "market for N-methyl-2-pyrrolidone": ("nmp", 1),
    "market for ethylene glycol": ("ethylene-glycol", 1),
    "market for ethylene carbonate": ("ethylene-carbonate", 1),
    "market for dimethyl carbonate": ("dimethyl-carbonate", 1),
    "vinyl carbonate": ("vinylene-carbonate", 1),
    "market for lithium hexafluorophosphate": ("lithium-hexafluorophosphate", 1),
    "market for lithium carbonate, battery grade": ("lithium-carbonate", 1),
    "market for lithium hydroxide, battery grade": ("lithium-hydroxide-anhydrous", 1),
    "market for nickel sulfate": ("nickel-sulfate", 1),
    "market for manganese sulfate": ("manganese-sulfate", 1),
    "market for iron sulfate": ("iron-sulfate", 1),
    "market for aluminium sulfate, powder": ("aluminium-sulfate", 1),
    "market for ammonia, anhydrous, liquid": ("ammonia-cn", 1),
    "market for ammonium bicarbonate": ("ammonium-bicarbonate", 1),
    "market for ammonium chloride": ("ammonium-chloride", 1),
    "market for calcium chloride": ("calcium-chloride", 1),
    "market for sodium hydroxide, without water, in 50% solution state": ("sodium-hydroxide", 1),
    "market for neutralising agent, sodium hydroxide-equivalent": ("sodium-hydroxide", 1),
    "market for hydrochloric acid, without water, in 30% solution state": ("hydrochloric-acid", 1),
    "market for nitric acid, without water, in 50% solution state": ("nitric-acid", 1),
    "market for phosphoric acid, industrial grade, without water, in 85% solution state": ("phosphoric-acid", 1),
    "market for sulfuric acid": ("sulfuric-acid", 1),
    "market for sulfur": ("sulfur", 1),
    "hydrogen fluoride production": ("hydrogen-fluoride", 1),
    "disodium disulphite": ("sodium-metabisulfite", 1),
    "market for magnesium oxide": ("magnesium-oxide", 1),
    "market for soda ash, dense": ("soda-ash", 1),
    "market for soda ash, light, crystalline, heptahydrate": ("soda-ash", 1),
    "market for lime": ("quicklime", 1),
    "market for quicklime, milled, packed": ("quicklime", 1),
    "market for lime, hydraulic": ("hydrated-lime", 1),
    "market for limestone, crushed, for mill": ("limestone-cn", 1),
    "market for limestone, crushed, washed": ("limestone-cn", 1),
    "market for silica sand": ("silica-sand", 1),
    "market for phthalic anhydride": ("phthalic-anhydride", 1),
    "market for hexafluoroethane": ("hexafluoroethane", 1),
    "market for acetone, liquid": ("acetone", 1),
    "market for nitrogen, liquid": ("nitrogen-liquid", 1),
    "market for explosive, tovex": ("explosive", 1),
    "market for pitch": ("coal-tar-pitch", 1),
    "dearomatized hydrocarbon fluid production": ("hydrocarbon-solvent-dearomatized", 1),
    "market for tap water": ("water-tap", 1e-3),
    "market for water, decarbonised": ("water-tap", 1e-3),
    "market for water, deionised": ("water-deionised", 1e-3),
    "market for wastewater, average": ("wastewater-treatment", -1),
    "market for spent solvent mixture": ("wastewater-treatment", -1e-3),
    "market for residue from shredder fraction from manual dismantling": ("landfill-industrial-gb", -1),
    "market for hazardous waste, for incineration": ("incineration-hazardous-cn", -1),
    "market for non-sulfidic tailing, off-site": ("tailings-disposal", -1),
    "treatment of non-sulfidic tailing, off-site": ("tailings-disposal", -1),
    "market for sulfidic tailings, from copper mine operation": ("tailings-disposal", -1),
    "market for anode, graphite, for Li-ion battery": ("anode-graphite", 1),
    "market for battery cell, Li-ion, LFP": ("battery-cell-lfp", 1),
    "market for battery management system, for Li-ion battery": ("battery-pack-housing", 1),
    "market for battery module packaging, Li-ion": ("battery-module-packaging", 1),
    "market for battery, Li-ion, LFP, rechargeable, prismatic": ("battery-pack-lfp", 1),
    "market for battery, Li-ion, NMC111, rechargeable, prismatic": ("battery-pack-nmc111", 1),
    "market for battery, Li-ion, NMC811, rechargeable, prismatic": ("battery-pack-nmc811", 1),
    "market for battery, Li-ion, NCA, rechargeable, prismatic": ("battery-pack-nca", 1),
    "market for battery, Li-ion, NMC622": ("battery-pack-nmc622", 1),
    "market for battery, Li-ion, NMC532": ("battery-pack-nmc532", 1),
}
# Leaves of one name that are different goods by place or by unit.
PLACED: dict[tuple[str, str], tuple[str, float]] = {
    ("market for electricity, high voltage", "CL"): ("electricity-cl", 1),
    ("market for electricity, high voltage", "AR"): ("electricity-ar", 1),
    ("water, pure, via reverse osmosis", "CL"): ("water-reverse-osmosis-cl", 1),
    ("water, pure, via reverse osmosis", "AR"): ("water-reverse-osmosis-ar", 1),
    ("water, pure, via reverse osmosis", "CN"): ("water-deionised", 1e-3),
    ("filtering, through water ion exchanger", "CL"): ("water-ion-exchange-cl", 1),
    ("heat and power co-generation, natural gas, 1MW electrical, lean burn", "kilowatt hour"):
        ("electricity-gas-cogeneration-ar", 1),
    ("heat and power co-generation, natural gas, 1MW electrical, lean burn", "megajoule"): ("heat-natural-gas-cn", 1),
}  # fmt: skip
GASES = {"Carbon dioxide, fossil": "co2-fossil", "Methane, fossil": "ch4-fossil"}

DELIVERY = {
    "market for transport, freight, aircraft, unspecified",
    "market for transport, freight, lorry, unspecified",
    "market for transport, freight, sea, container ship",
    "market group for transport, freight train",
    "market group for transport, freight, light commercial vehicle",
}
MOULDING = "market for injection moulding"
# What is left out everywhere: capital goods, and film extrusion, which the factors of the plastics contain.
CAPITAL = ("factory", "facility")
CONTAINED = {"market for extrusion, plastic film"}
# What single datasets leave out, each said in its note.
LEFT_OUT: dict[str, set[str]] = {
    "graphite-natural-coated-cn": {
        "market for transport, freight, lorry, unspecified",
        "market for transport, freight, sea, bulk carrier for dry goods",
    },
    "graphite-synthetic-cn": {"market for transport, freight, sea, bulk carrier for dry goods"},
    "battery-collector-copper": DELIVERY,
    "battery-collector-aluminium": DELIVERY,
    "battery-module-packaging": DELIVERY,
    "battery-pack-housing": {MOULDING},
    "battery-pouch-film": {MOULDING},
    "battery-pack-nmc622": {MOULDING},
    "battery-pack-nmc532": {MOULDING},
    "cobalt-hydroxide": {"copper-cobalt mining, artisanal"},
    "cobalt-hydroxide-mass-allocation": {"copper-cobalt mining, artisanal"},
} | {f"battery-pack-{name}-kwh": {"market for used Li-ion battery"} for name in
     ("lfp", "nmc111", "nmc532", "nmc622", "nmc811", "nca")}  # fmt: skip
COBALT_SULFATE = "cobalt sulfate production, from copper mining, economic allocation"
HOUSING = "battery management system production, for Li-ion battery"
# Leaves that single datasets link elsewhere, each said at the exchange or in the note.
ELSEWHERE: dict[tuple[str, str], str] = {
    ("nmc532-hydroxide", COBALT_SULFATE): "manganese-sulfate",
    ("nmc532-hydroxide", "market for manganese sulfate"): "cobalt-sulfate",
    ("battery-pack-nmc622", HOUSING): "battery-management-system",
    ("battery-pack-nmc532", HOUSING): "battery-management-system",
}
# Amounts that differ from the inventory, each said at the exchange.
CHANGED: dict[tuple[str, str], float] = {
    ("graphite-purified-cn", "market for natural gas, high pressure"): 1.05 / 38.931,
    ("graphite-purified-cn", "market for transport, freight, lorry, unspecified"): 0.35 * 0.18,
    ("battery-pouch-film", "aluminium ingot, primary, to aluminium, wrought alloy market"): 0.5,
    ("battery-high-voltage-system", MOULDING): 0.1366 - 0.057,
    ("battery-interface-system", MOULDING): 0.0089 - 0.0068,
}
LEAVES["market for natural gas, high pressure"] = ("natural-gas-upstream-cn", 1)

Rows = list[dict[str, str]]


class Process(NamedTuple):
    """One activity of a published inventory."""

    name: str
    place: str
    exchanges: list[dict[str, Any]]


def table(name: str) -> Rows:
    with (TOPIC / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def book(file: str) -> tuple[Process, ...]:
    """Return the activities of a workbook in its place; skip saying so when it is absent."""
    calamine = pytest.importorskip("python_calamine")
    path = INVENTORIES / file
    if not path.is_file():
        pytest.skip(f"third-party data not here: premise-inventories/{file}")
    workbook = calamine.CalamineWorkbook.from_path(path)
    found: list[Process] = []
    for sheet in workbook.sheet_names:
        found += processes(workbook.get_sheet_by_name(sheet).to_python())
    return tuple(found)


def processes(lines: list[list[Any]]) -> list[Process]:
    found: list[Process] = []
    header: list[str] = []
    for row in lines:
        first = str(row[0]).strip()
        if first == "Activity":
            found.append(Process(str(row[1]).strip(), "", []))
            header = []
        elif first == "name":
            header = [str(cell).strip() for cell in row]
        elif found and first == "location" and not header:
            found[-1] = found[-1]._replace(place=str(row[1]).strip())
        elif found and header and first:
            found[-1].exchanges.append(dict(zip(header, row, strict=False)))
    return found


def process(code: str) -> Process:
    """Return the first activity of that name and place: a later one of the same name is another recipe."""
    file, name, place = SOURCES[code]
    return next(p for p in book(file) if (p.name, p.place) == (name, place))


def sources_of_lithium() -> None:
    for site, (place, suffix, salar) in SITES.items():
        known = {(p.name, p.place) for p in book(LITHIUM)}
        for step, name in BRINE.items():
            if (name + suffix, place) in known:
                SOURCES[f"{step}-{site}"] = (LITHIUM, name + suffix, place)
        name = f"lithium carbonate production, from {salar}"
        SOURCES[f"lithium-carbonate-{site}"] = (LITHIUM, name, place)


def left_out(code: str, name: str) -> bool:
    capital = any(word in name for word in CAPITAL)
    return capital or name in CONTAINED or name in LEFT_OUT.get(code, ())


def link(code: str, entry: dict[str, Any]) -> tuple[str, float]:
    """Return the dataset an exchange of the inventory is linked to, and the factor of its amount."""
    name, place, unit = (str(entry.get(key, "")).strip() for key in ("name", "location", "unit"))
    if (code, name) in ELSEWHERE:
        return ELSEWHERE[code, name], 1
    for key in ((name, place), (name, unit)):
        if key in PLACED:
            return PLACED[key]
    own = [c for c, (_, n, p) in SOURCES.items() if (n, p) == (name, place)]
    return (own[0], 1) if own else LEAVES[name]


def published(code: str) -> dict[str, float]:
    """Return what the inventory says of ``code``, summed by our datasets and gases."""
    found: dict[str, float] = defaultdict(float)
    for entry in process(code).exchanges:
        name, kind = str(entry["name"]).strip(), str(entry["type"]).strip()
        if kind == "biosphere" and name in GASES:
            found[GASES[name]] += float(entry["amount"])
        if kind != "technosphere" or left_out(code, name) or float(entry["amount"]) == 0:
            continue
        flow, factor = link(code, entry)
        found[flow] += CHANGED.get((code, name), float(entry["amount"]) * factor)
    return dict(found)


def transcribed(code: str) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for row in table("exchanges.csv"):
        if row["activity"] == code:
            found[row["flow"]] += float(row["amount"])
    return dict(found)


def test_every_transcribed_amount_is_the_workbooks() -> None:
    sources_of_lithium()
    ours: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in table("exchanges.csv"):
        ours[row["activity"]][row["flow"]] += float(row["amount"])
    wrong = {}
    for code in SOURCES:
        theirs, mine = published(code), ours[code]
        if theirs.keys() != mine.keys() or any(mine[f] != pytest.approx(v, rel=1e-9) for f, v in theirs.items()):
            wrong[code] = (theirs, dict(mine))
    assert wrong == {}


def test_every_dataset_cited_to_an_inventory_is_compared() -> None:
    sources_of_lithium()
    cited = {row["code"] for row in table("activities.csv") if "as transcribed in [premise-2.5.2]" in row["citation"]}
    joined = {f"battery-pack-{name}" for name in ("nmc111", "nmc811", "nca")}  # cells and housing by mass share
    joined |= {"battery-pack-lfp-solid-state-cn", "battery-pack-lfp-solid-state-cn-kwh"}
    assert cited - SOURCES.keys() == joined
    assert SOURCES.keys() - cited == set()


def test_spread_is_the_published_one() -> None:
    """Of lognormal exchanges exp(scale); no other kind has one."""
    sources_of_lithium()
    for code in SOURCES:
        mine = sorted(float(r["gsd"]) for r in table("exchanges.csv") if r["activity"] == code and r["gsd"])
        theirs = sorted(
            math.exp(float(e["scale"]))
            for e in process(code).exchanges
            if e["type"] == "technosphere" and str(e.get("uncertainty type")) == "2.0" and float(e["amount"])
        )
        assert mine == pytest.approx(theirs, rel=1e-5), code


def test_packs_hold_no_treatment_of_the_used_battery_and_nothing_flies() -> None:
    flows = {row["flow"] for row in table("exchanges.csv")}
    assert not [flow for flow in flows if "recycling" in flow or "air" in flow.split("-")]
    assert "c2f6" not in flows


def test_every_product_weighs_what_goes_into_it() -> None:
    """Cells, packs, foils and parts: solids and coolant that stay in it, within three per cent."""
    gone = {"nmp", "sodium-hydroxide", "sulfuric-acid"}
    working = ("rolling", "moulding", "extrusion", "working", "casting")
    units = {row["code"]: row["unit"] for row in table("activities.csv")}
    prefixes = ("battery-cell-", "battery-pack-", "battery-collector-", "battery-tab-", "battery-pouch-")
    for code, unit in units.items():
        if not code.startswith(prefixes) or unit != "kg":
            continue
        mass = 0.0
        for row in table("exchanges.csv"):
            if row["activity"] != code or row["flow"] in gone or any(w in row["flow"] for w in working):
                continue
            coolant = row["flow"] == "water-tap" and code != "battery-cell-lfp"  # its decarbonised water leaves again
            mass += float(row["amount"]) * (1000 if coolant else row["unit"] == "kg")
        assert mass == pytest.approx(1, rel=0.03), code


ATOMIC = {"Ni": 58.693, "Co": 58.933, "Mn": 54.938, "Al": 26.982, "O": 15.999, "H": 1.008, "S": 32.06, "Li": 6.94}


def weight(**atoms: float) -> float:
    return sum(ATOMIC[element] * count for element, count in atoms.items())


@pytest.mark.parametrize(
    ("code", "nickel", "manganese", "cobalt"),
    [
        ("nmc111-hydroxide", 1 / 3, 1 / 3, 1 / 3),
        ("nmc532-hydroxide", 0.5, 0.3, 0.2),
        ("nmc622-hydroxide", 0.6, 0.2, 0.2),
        ("nmc811-hydroxide", 0.8, 0.1, 0.1),
    ],
)
def test_sulphates_fit_the_hydroxide_they_make(code: str, nickel: float, manganese: float, cobalt: float) -> None:
    """Anhydrous, within six per cent: a hydrate in place of it would be 50 to 80 per cent off."""
    molar = weight(Ni=nickel, Mn=manganese, Co=cobalt, O=2, H=2)
    got = transcribed(code)
    assert got["nickel-sulfate"] == pytest.approx(nickel * weight(Ni=1, S=1, O=4) / molar, rel=0.06)
    assert got["manganese-sulfate"] == pytest.approx(manganese * weight(Mn=1, S=1, O=4) / molar, rel=0.06)
    assert got["cobalt-sulfate"] == pytest.approx(cobalt * weight(Co=1, S=1, O=4) / molar, rel=0.06)


def test_lithium_hydroxide_of_the_oxides_is_anhydrous() -> None:
    molar = weight(Li=1, Ni=0.8, Mn=0.1, Co=0.1, O=2)
    lioh, hydrate = weight(Li=1, O=1, H=1), weight(Li=1, O=2, H=3)
    assert transcribed("nmc811-oxide")["lithium-hydroxide-anhydrous"] == pytest.approx(lioh / molar, rel=0.01)
    assert transcribed("lithium-hydroxide-anhydrous")["lithium-hydroxide"] == pytest.approx(hydrate / lioh, rel=1e-3)


def test_calculated_salts_follow_stoichiometry() -> None:
    nickel, cobalt, water = weight(Ni=1, S=1, O=4), weight(Co=1, S=1, O=4), weight(H=2, O=1)
    salt = transcribed("nickel-sulfate")
    assert salt["nickel-class-1"] == pytest.approx(ATOMIC["Ni"] / nickel, rel=1e-9)
    assert salt["sulfuric-acid"] == pytest.approx(weight(H=2, S=1, O=4) / nickel, rel=1e-9)
    assert transcribed("nickel-sulfate-hexahydrate")["nickel-sulfate"] == pytest.approx(nickel / (nickel + 6 * water))
    assert transcribed("cobalt-sulfate-heptahydrate")["cobalt-sulfate"] == pytest.approx(cobalt / (cobalt + 7 * water))


def test_spent_liquor_of_the_foils_is_their_acid_and_alkali() -> None:
    """The inventory calls it a solvent mixture; burning it would add carbon that is not there."""
    for name in ("copper", "aluminium"):
        entries = process(f"battery-collector-{name}").exchanges
        amounts: dict[str, float] = defaultdict(float)
        for entry in entries:
            amounts[str(entry["name"]).strip()] += float(entry["amount"])
        soda = amounts["market for sodium hydroxide, without water, in 50% solution state"]
        assert -amounts["market for spent solvent mixture"] == pytest.approx(soda + amounts["market for sulfuric acid"])
