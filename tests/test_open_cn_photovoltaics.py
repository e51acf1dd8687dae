"""The photovoltaic chain and the transformer: every amount as published, every derived row as defined."""

from __future__ import annotations

import csv
import functools
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "databases" / "open-cn"
WORKBOOK = ROOT.parent / "shared" / "data" / "premise-inventories" / "lci-PV-2026.xlsx"
TOPICS = ("photovoltaics", "electrical")
TRANSCRIBED = re.compile(
    r'\[iea-pvps-t12-33\] as transcribed in \[premise-2\.5\.2\] lci-PV-2026\.xlsx, activity "([^"]+)" \((\w+)\)'
)
CAPITAL_GOODS = re.compile("factory construction|building construction|construction, wafer factory|machine production")
GASES = {
    "Carbon dioxide, fossil": ("co2-fossil",),
    "Carbon dioxide, non-fossil": ("co2-biogenic", "co2-uptake"),
    "1,1,1,2-Tetrafluoroethane": ("hfc-134a",),
    "Nitrogen fluoride": ("nf3",),
}
GREENHOUSE_GAS = re.compile(
    "(?<!non-)methane|carbon dioxide|dinitrogen|nitrous|fluoro|[a-z]fluoride|nitrogen fluoride", re.IGNORECASE
)
# The factor of hot-rolled steel contains the rolling.
CONTAINED = {"hot rolling, steel"}
# Two lines of the workbook are told apart by their comment or product.
BY_PRODUCT = {"nitrogen, liquid": "nitrogen-liquid", "oxygen, liquid": "oxygen-liquid"}
POLYESTER = ("polyethylene production, high density, granulate", "(French tender) PET")
# Our code (times a conversion), then the names of the workbook. 415 kg/m3 turns wood back into the 1.35 kg of the
# comment, 28.435 MJ/kg is the calorific value of coke; water is counted in cubic metres. Names of transcribed
# activities are not here: their code follows from the citation.
LEAVES = """
abs-granulate
    acrylonitrile-butadiene-styrene copolymer production
acetic-acid
    acetic acid supply mix, ecoinvent migration
acrylic-acid
    market for acrylic acid
acrylonitrile
    market for acrylonitrile
aluminium-alloy-almg3
    aluminium alloy production, AlMg3
aluminium-cast-alloy
    market for aluminium, cast alloy
aluminium-hydroxide
    aluminium hydroxide production
aluminium-primary-ingot
    aluminium production, primary, ingot
aluminium-sulfate
    aluminium sulfate production, powder
aluminium-wrought-alloy
    market for aluminium, wrought alloy
ammonia-cn
    market for ammonia, anhydrous, liquid
argon-liquid
    argon production, liquid
board-gb
    folding boxboard carton production
boron-trichloride
    trichloroborane production
brass
    brass production
cable-ribbon
    cable production, ribbon cable, 20-pin, with plugs
cable-three-conductor
    cable production, connector for computer, without plugs
    cable production, three-conductor cable
capacitor-electrolyte
    capacitor production, electrolyte type, < 2cm height
    capacitor production, electrolyte type, > 2cm height
capacitor-film
    capacitor production, film type, for through-hole mounting
capacitor-surface-mounted
    capacitor production, for surface-mounting
casting-brass
    casting, brass
ceramic-tile
    ceramic tile production
charcoal
    charcoal production
chemicals-inorganic
    chemical production, inorganic
chemicals-organic
    market for chemical, organic, unspecified
coke-upstream * 0.03516792685071215
    coke production
concrete
    market for concrete, normal strength
copper-oxide
    copper oxide production
copper-refined
    market for copper, cathode
corrugated-board-box-cn
    corrugated board box production
diesel-machine-cn
    diesel, burned in building machine
diode
    diode production, glass-, for surface-mounting
    diode production, glass-, for through-hole mounting
electric-connector
    electric connector production, wire clamp
electric-motor
    electric motor production, vehicle
electricity-cn-grid-2024
    market group for electricity, low voltage
    market group for electricity, medium voltage
electronic-component-passive
    electronic component production, passive, unspecified
electronics-control-unit
    electronics production, for control units
epoxy-resin
    epoxy resin insulator, Al2O3 production
    epoxy resin production, liquid
eps-board-cn
    polystyrene foam slab production
ethanol
    dewatering of ethanol from biomass, from 95% to 99.7% solution state
eva-film
    ethylene vinyl acetate copolymer production
    ethylvinylacetate production, foil
extrusion-film
    extrusion, plastic film
extrusion-pipe
    extrusion, plastic pipes
fan-electronics
    fan production, for power supply unit, desktop computer
ferrite
    ferrite production
fluorine-liquid
    fluorine production, liquid
flux-wave-soldering
    flux production, for wave soldering
freight-rail-cn
    market for transport, freight, train, fleet average
    transport, freight, train, electric
freight-road-heavy-diesel-cn
    market for transport, freight, lorry, 16-32 metric ton, diesel, EURO 4
    market for transport, freight, lorry, unspecified
freight-road-light-diesel-cn
    transport, freight, light commercial vehicle, fleet average
freight-road-medium-diesel-cn
    transport, freight, lorry, 3.5-7.5 metric ton, diesel, EURO 5
freight-sea-container-cn
    transport, freight, sea, container ship, heavy fuel oil
glass-tempering-cn
    tempering, flat glass
graphite-synthetic-cn
    graphite production
hazardous-waste-incineration
    treatment of hazardous waste, hazardous waste incineration
    treatment of spent solvent mixture, hazardous waste incineration
    treatment of waste mineral oil, hazardous waste incineration
hdpe-granulate-cn
    polyethylene production, high density, granulate
heat-natural-gas-cn
    heat and power co-generation, natural gas, 500kW electrical, lean burn
    heat production, natural gas, at boiler condensing modulating >100kW
    heat production, natural gas, at industrial furnace >100kW
    market for heat, from steam, in chemical industry
helium
    helium purification
hips-granulate
    polystyrene production, high impact
hydrated-lime
    hydrated lime production, packed
hydrochloric-acid
    market for hydrochloric acid, without water, in 30% solution state
hydrogen
    hydrogen liquefaction, electricity-based proxy
hydrogen-fluoride
    hydrogen fluoride production, photovoltaic supply chain
hydrogen-peroxide
    hydrogen peroxide production, product in 50% solution state
igbt
    insulated gate bipolar transistor production, for electric vehicle applications
incineration-municipal-cn
    treatment of municipal solid waste, municipal incineration FAE
    treatment of waste electric wiring, collection for final disposal
    treatment of waste paint on metal, collection for final disposal
incineration-paper
    treatment of waste graphical paper, municipal incineration FAE
    treatment of waste paperboard, municipal incineration FAE
incineration-plastics-mixed
    treatment of waste plastic, industrial electronics, municipal incineration FAE
    treatment of waste plastic, mixture, municipal incineration FAE
    treatment of waste polyvinylfluoride, municipal incineration FAE
incineration-plastics-pe
    treatment of waste polyethylene, municipal incineration FAE
    treatment of waste polyethylene/polypropylene product, collection for final disposal
incineration-plastics-ps
    treatment of waste polystyrene isolation, flame-retardant, collection for final disposal
incineration-rubber-leather
    treatment of waste rubber, unspecified, municipal incineration FAE
inductor
    inductor production, low value multilayer chip
    inductor production, ring core choke type
inductor-assembly
    inductor production, auxilliaries and energy use
injection-moulding
    injection moulding
integrated-circuit
    integrated circuit production, logic type
    integrated circuit production, memory type
isopropanol
    isopropanol production
kraft-paper
    kraft paper production
landfill-inert-gb
    treatment of slag from metallurgical grade silicon production, inert material landfill
    treatment of waste, from silicon wafer production, inorganic, residual material landfill
    treatment of waste, from silicon wafer production, underground deposit
landfill-municipal-cn
    treatment of municipal solid waste, sanitary landfill
landfill-plastics-gb
    treatment of waste plastic, mixture, sanitary landfill
lead-refined
    market for lead
light-emitting-diode
    light emitting diode production
liquid-crystal-display
    liquid crystal display production, unmounted
lldpe-granulate-cn
    polyethylene production, linear low density, granulate
metal-working-nonferrous
    metal working, average for aluminium product manufacturing
metal-working-steel
    metal working, average for chromium steel product manufacturing
    metal working, average for steel product manufacturing
methyl-acrylate
    market for methyl acrylate
nickel-refined
    market for nickel, class 1
nitric-acid
    nitric acid production, product in 50% solution state
pa-glass-filled
    glass fibre reinforced plastic production, polyamide, injection moulded
pa6-granulate
    nylon 6 production
pa66-granulate
    nylon 6-6 production
packaging-film-ldpe
    packaging film production, low density polyethylene
paint-alkyd
    alkyd paint production, white, water-based, product in 60% solution state
pallet-eur
    EUR-flat pallet production
paper-gb
    paper production, woodcontaining, lightweight coated
pet-gb
    polyethylene terephthalate production, granulate, amorphous
petroleum-coke-upstream-gb
    petroleum coke production, petroleum refinery operation
phosphine
    phosphane production
phosphorus-oxychloride
    phosphorus oxychloride production, from phosphorus trichloride
phosphorus-white
    phosphorus production, white, liquid
plug-network-cable
    plug production, inlet and outlet, for network cable
polycarbonate
    market for polycarbonate
    polycarbonate production
polyester-resin-unsaturated
    polyester resin production, unsaturated
polyvinyl-fluoride
    polyvinyl fluoride production
potassium-hydroxide
    potassium hydroxide production
power-supply-unit
    power supply unit production, for desktop computer
pp-granulate-cn
    polypropylene production, granulate
pressboard
    fibreboard production, hard
printed-wiring-board-bare
    printed wiring board production, for surface mounting, Pb free surface
printed-wiring-board-mounted
    printed wiring board production, surface mounted, unspecified, Pb free
propanol
    1-propanol production
propylene-glycol
    propylene glycol production, liquid
pur-flexible-foam
    market for polyurethane, flexible foam
pur-rigid-foam-cn
    polyurethane production, rigid foam
pvc-granulate-cn
    polyvinyl chloride production, unspecified polymerisation, weighted average
refrigerant-r134a
    refrigerant R134a production
resistor
    resistor production, metal film type, through-hole mounting
    resistor production, surface-mounted
    resistor production, wirewound, through-hole mounting
rubber-synthetic
    synthetic rubber production
section-extrusion-aluminium
    section bar extrusion, aluminium
section-rolling-steel
    section bar rolling, steel
sheet-rolling-aluminium
    sheet rolling, aluminium
sheet-rolling-steel
    sheet rolling, steel
silica-sand
    silica sand production
silicon-tetrachloride
    silicon tetrachloride production
silicone-rubber
    silicone product production
silver
    market for silver
soap
    soap production
sodium-chloride
    sodium chloride production, powder
sodium-hydroxide
    chlor-alkali electrolysis, average production
    chlor-alkali electrolysis, mercury cell
solar-glass-low-iron-cn
    solar glass production, low-iron
solder-sn63pb37
    solder production, bar, Sn63Pb37, for electronics industry
    solder production, paste, Sn63Pb37, for electronics industry
stainless-steel-304
    steel production, chromium steel 18/8, hot rolled
steam-1mpa-natural-gas-cn
    steam production, in chemical industry
steel-hot-rolled-cn
    steel production, converter, unalloyed
steel-low-alloyed-cn
    steel production, converter, low-alloyed
    steel production, electric, low-alloyed
    steel production, low-alloyed, hot rolled
steel-rebar-cn
    reinforcing steel production
switch-toggle
    switch production, toggle type
thermoforming
    thermoforming, with calendering
tin-refined
    tin production
titanium-dioxide
    market for titanium dioxide
transformer-low-voltage
    transformer production, low voltage use
transformer-oil
    lubricating oil production
transistor
    transistor production, surface-mounted
waste-collection-recycling-weee-gb
    treatment of scrap printed wiring boards, shredding and separation
    treatment of used cable
wastewater-pv-cell
    treatment of wastewater from PV cell production, wastewater treatment
wastewater-pv-wafer
    treatment of wastewater from wafer fabrication, wastewater treatment
wastewater-treatment-cn
    treatment of effluent from nitrogen trifluoride production, wastewater treatment, class 3
    treatment of wastewater, average, wastewater treatment
    treatment of wastewater, unpolluted, wastewater treatment
water-deionised * 0.001
    market for water, deionised
water-tap-cn * 0.001
    market for tap water
wire-drawing-copper
    wire drawing, copper
wire-drawing-steel
    wire drawing, steel
wood-chips-upstream-gb * 415
    market for wood chips, green, measured as dry mass
zinc-coating
    zinc coating, coils
    zinc coating, pieces
zinc-refined
    market for zinc
    primary zinc production from concentrate
"""

Rows = list[dict[str, str]]


def table(name: str) -> Rows:
    found = []
    for topic in TOPICS:
        with (FOLDER / topic / name).open(encoding="utf-8-sig", newline="") as file:
            found += list(csv.DictReader(file))
    return found


def transcribed() -> dict[str, tuple[str, str]]:
    """Return code -> (activity, location) of every row whose citation names one activity of the workbook."""
    found = {row["code"]: TRANSCRIBED.fullmatch(row["citation"]) for row in table("activities.csv")}
    return {code: (match[1], match[2]) for code, match in found.items() if match}


def leaves() -> dict[str, tuple[str, float]]:
    found, code, factor = {}, "", 1.0
    for line in LEAVES.strip().splitlines():
        if line.startswith(" "):
            found[line.strip()] = (code, factor)
        else:
            code, _, conversion = line.partition(" * ")
            factor = float(conversion or 1)
    return found | {name: (code, 1.0) for code, (name, _) in transcribed().items()}


def flow_of(entry: dict[str, object], known: dict[str, tuple[str, float]]) -> tuple[str, float]:
    name = str(entry["name"])
    if entry["reference product"] in BY_PRODUCT:
        return BY_PRODUCT[str(entry["reference product"])], 1.0
    if name == POLYESTER[0] and POLYESTER[1] in str(entry["comment"]):
        return "pet-gb", 1.0
    return known[name]


@functools.cache
def workbook() -> dict[tuple[str, str], list[dict[str, object]]]:
    if not WORKBOOK.is_file():
        pytest.skip(f"third-party data not here: {WORKBOOK.name}")
    calamine = pytest.importorskip("python_calamine")
    found: dict[tuple[str, str], list[dict[str, object]]] = {}
    book = calamine.CalamineWorkbook.from_path(WORKBOOK)
    for sheet in book.sheet_names:
        name, header, entries = "", [], []
        for row in book.get_sheet_by_name(sheet).to_python():
            first = str(row[0]).strip()
            if first == "Activity":
                name, header, entries = str(row[1]).strip(), [], []
            elif first == "location" and not header:
                found[name, str(row[1]).strip()] = entries
            elif first == "name":
                header = [str(cell).strip() for cell in row]
            elif header and first:
                entries.append(dict(zip(header, row, strict=False)))
    return found


def published(activity: tuple[str, str]) -> dict[str, float]:
    """Return the sums per flow of ours; a treatment, negative in the workbook, is a positive service here."""
    known, sums = leaves(), defaultdict(float)
    for entry in workbook()[activity]:
        name, amount = str(entry["name"]).strip(), float(str(entry["amount"]))
        if entry["type"] == "technosphere" and name not in CONTAINED and not CAPITAL_GOODS.search(name) and amount:
            flow, factor = flow_of(entry, known)
            sums[flow] += abs(amount) * factor if name.startswith("treatment of") else amount * factor
        elif entry["type"] == "biosphere":
            for gas in GASES.get(name, ()):
                sums[gas] += amount
    return dict(sums)


def ours() -> dict[str, dict[str, float]]:
    citation = {row["code"]: row["citation"] for row in table("activities.csv")}
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in table("exchanges.csv"):
        if row["citation"] == citation[row["activity"]]:
            sums[row["activity"]][row["flow"]] += float(row["amount"])
    return sums


def amounts(code: str) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for row in table("exchanges.csv"):
        if row["activity"] == code:
            found[row["flow"]] += float(row["amount"])
    return dict(found)


def test_the_chain_from_quartz_to_module_is_transcribed() -> None:
    codes = transcribed()
    assert {
        "silicon-metallurgical-cn", "silicon-solar-siemens-cn", "silicon-ingot-cz-cn", "silicon-brick-cn",
        "wafer-perc-cn", "wafer-topcon-cn", "cell-perc-cn", "cell-topcon-lpcvd-cn", "cell-topcon-pecvd-cn",
        "module-perc-cn", "module-topcon-bifacial-72-cn", "silane", "silver-paste-front", "transformer-oil-2500kva",
    } <= set(codes)  # fmt: skip
    assert len(codes) > 45
    assert len(set(codes.values())) == len(codes)


@pytest.mark.parametrize("code", sorted(transcribed()))
def test_every_amount_is_the_published_one(code: str) -> None:
    source = published(transcribed()[code])
    got = ours()[code]
    assert set(got) == set(source)
    for flow, amount in source.items():
        assert got[flow] == pytest.approx(amount, rel=1e-12), flow


def test_no_greenhouse_gas_of_a_transcribed_activity_is_left_out() -> None:
    for activity in transcribed().values():
        for entry in workbook()[activity]:
            name = str(entry["name"])
            if entry["type"] == "biosphere" and GREENHOUSE_GAS.search(name):
                assert name in GASES, (activity, name)


def test_biogenic_carbon_enters_as_it_leaves() -> None:
    got = amounts("silicon-metallurgical-cn")
    assert got["co2-biogenic"] == got["co2-uptake"] > 0


def test_uncertainty_is_the_published_one() -> None:
    """The workbook gives the standard deviation of the logarithm: 0.1009637737986292 for electricity of silicon."""
    row = next(r for r in table("exchanges.csv")
               if r["activity"] == "silicon-metallurgical-cn" and r["flow"] == "electricity-cn-grid-2024")
    assert float(row["gsd"]) == pytest.approx(1.106237, rel=1e-5)


def test_a_kilowatt_takes_the_area_of_its_efficiency() -> None:
    assert amounts("module-perc-kwp-cn") == {"module-perc-cn": pytest.approx(1 / 0.215)}
    assert amounts("module-topcon-bifacial-kwp-cn") == {"module-topcon-bifacial-72-cn": pytest.approx(1 / 0.232)}
    area = published(transcribed()["installation-10kwp-slanted-roof-mounted-cn"])["module-topcon-bifacial-72-cn"]
    assert area == pytest.approx(10 * 1.03 / 0.232)


def test_solar_glass_keeps_its_mass_and_its_energy() -> None:
    """Batch less the carbon dioxide of its carbonates is the glass but for 0.016 kg of minor oxides."""
    got = amounts("solar-glass-low-iron-cn")
    batch = got["silica-sand"] + got["soda-ash"] + got["limestone-cn"] - got["co2-fossil"]
    assert batch == pytest.approx(0.73 + 0.13 + 0.084 + 0.04, abs=1e-4)
    tempering = amounts("glass-tempering-cn")
    gas = (got["natural-gas-burned-cn"] + tempering["natural-gas-burned-cn"]) * 38.931 / 3.6
    power = got["electricity-cn-grid-2024"] + tempering["electricity-cn-grid-2024"]
    assert gas + power == pytest.approx(3.512723628)
    assert gas / (gas + power) == pytest.approx(0.8679874429, rel=1e-6)


def test_silicon_steel_is_the_core_of_the_transformer() -> None:
    """2153 kg of core: 3 % silicon steel, two cold rolling passes, annealing."""
    core = amounts("grain-oriented-silicon-steel-cn")
    assert core["steel-hot-rolled-cn"] + core["silicon-metallurgical-cn"] == pytest.approx(1)
    assert core["sheet-rolling-steel"] == pytest.approx(2)
    assert core["electricity-cn-grid-2024"] == pytest.approx(2368.3 / 2153)
    whole = amounts("transformer-oil-2500kva")
    assert whole["silicon-metallurgical-cn"] == pytest.approx(core["silicon-metallurgical-cn"] * 2153)


def test_synthetic_air_and_solders_are_whole() -> None:
    assert sum(amounts("dry-air-synthetic").values()) == pytest.approx(1)
    for code in ("solder-sn63pb37", "solder-sac305"):
        metals = {f: a for f, a in amounts(code).items() if f.endswith("-refined") or f == "silver"}
        assert sum(metals.values()) == pytest.approx(1)
