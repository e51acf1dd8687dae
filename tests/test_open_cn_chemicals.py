"""Chemicals and daily chemicals: equations balance, amounts follow from atomic weights, recipes are the published."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
OPEN = ROOT / "databases" / "open-cn"
TOPICS = ("chemicals", "daily-chemicals")
SHARED = ROOT.parent / "shared" / "data"
PEDIGREE = re.compile(r"([1-5];){4}[1-5]")
CAS = re.compile(r"(\d{2,7})-(\d\d)-(\d)")
ELEMENT = re.compile(r"([A-Z][a-z]?)([\d.]*)")
TERM = re.compile(r"(?:([\d.]+) )?([A-Z][A-Za-z\d.]*)")
NOTE = re.compile(
    r"stoichiometry: (?P<formula>\S+) (?P<way>in|out of) (?P<equation>[^;]+ -> [^;]+); for (?P<product>[^; ]+)"
    r"(?:; shared by mass with (?P<others>[^;]+))?(?:; yield (?P<conversion>[\d.]+))?"
)

# IUPAC abridged standard atomic weights
WEIGHTS = {
    "H": 1.008,
    "Li": 6.94,
    "C": 12.011,
    "N": 14.007,
    "O": 15.999,
    "F": 18.998,
    "Na": 22.990,
    "Mg": 24.305,
    "Al": 26.982,
    "Si": 28.085,
    "P": 30.974,
    "S": 32.06,
    "Cl": 35.45,
    "Ar": 39.95,
    "K": 39.098,
    "Ca": 40.078,
    "Ti": 47.867,
    "Mn": 54.938,
    "Fe": 55.845,
    "Zn": 65.38,
}

GRID, HEAT = "electricity-cn-grid-2024", "heat-natural-gas-cn"
LARGE_PLANT = ("lci-PV-2026.xlsx", "polyvinyl alcohol production")

# input of the published inventory: dataset that takes its place, and its amount per unit of the source
SUPPLIES = {
    "market for electricity, low voltage": (GRID, 1),
    "market group for electricity, low voltage": (GRID, 1),
    "market group for electricity, medium voltage": (GRID, 1),
    "market group for electricity, high voltage": (GRID, 1),
    "market group for heat, district or industrial, natural gas": (HEAT, 1),
    "heat production, natural gas, at industrial furnace >100kW": (HEAT, 1),
    "market group for tap water": ("water-tap-cn", 1e-3),
    "deionized water production, via reverse osmosis, from brackish water": ("water-deionised-brackish", 1e-3),
    "market for wastewater, average": ("wastewater-treatment-cn", -1),
    "market for inert waste, for final disposal": ("landfill-inert-gb", -1),
    "treatment of inert waste, inert material landfill": ("landfill-inert-gb", -1),
    "market for nitrogen, liquid": ("nitrogen-liquid", 1),
    "market for chlorine, liquid": ("chlorine", 1),
    "market for triethyl amine": ("triethylamine", 1),
    "market for ethylene carbonate": ("ethylene-carbonate", 1),
    "market for sulfur dioxide, liquid": ("sulfur-dioxide", 1),
    "market for sodium hydroxide, without water, in 50% solution state": ("sodium-hydroxide", 1),
    "chlor-alkali electrolysis, average production": ("sodium-hydroxide", 1),
    "market for potassium hydroxide": ("potassium-hydroxide", 1),
    "hydrogen production, gaseous, 30 bar, from PEM electrolysis, from grid electricity": (
        "hydrogen-pem-electrolysis-cn",
        1,
    ),
    "ammonia synthesis catalyst production": ("ammonia-synthesis-catalyst", 1),
    "vinyl acetate production, from ethylene acetoxylation": ("vinyl-acetate", 1),
    "market for methanol": ("methanol-cn", 1),
    "market for methyl acetate": ("ethyl-acetate", 1),
    "market for transport, freight, sea, container ship": ("freight-sea-container-cn", 1),
    "market for transport, freight, lorry, unspecified": ("freight-road-heavy-diesel-cn", 1),
    "market group for transport, freight train": ("freight-rail-cn", 1),
    "market for transport, freight train": ("freight-rail-cn", 1),
    "market for transport, freight, train, fleet average": ("freight-rail-cn", 1),
    "market group for transport, freight, inland waterways, barge": ("freight-inland-tanker-cn", 1),
    "market for transport, freight, inland waterways, barge": ("freight-inland-tanker-cn", 1),
}
# buildings and machines, left out; the polymerisation of polyvinyl alcohol is written out in the dataset
LEFT_OUT = re.compile("chemical factory|electrolyzer|polyvinyl chloride production, emulsion")

Rows = list[dict[str, str]]


def table(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def activities() -> Rows:
    return [row for topic in TOPICS for row in table(OPEN / topic / "activities.csv")]


def exchanges() -> Rows:
    return [row for topic in TOPICS for row in table(OPEN / topic / "exchanges.csv")]


def amounts(code: str, *, without: str = "") -> dict[str, float]:
    """Return the amount of each flow of a dataset, rows whose note begins with `without` left out."""
    found: dict[str, float] = defaultdict(float)
    for row in exchanges():
        if row["activity"] == code and not (without and row["note"].startswith(without)):
            found[row["flow"]] += float(row["amount"])
    return dict(found)


def third_party(*parts: str) -> Path:
    path = SHARED.joinpath(*parts)
    if not path.is_file():
        pytest.skip(f"third-party data not here: {'/'.join(parts)}")
    return path


def inventory(file: str, name: str) -> dict[str, float]:
    """Return the technosphere amounts of one activity of a published inventory, counted once if it is there twice."""
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_path(third_party("premise-inventories", file))
    found: dict[str, float] = defaultdict(float)
    inside, times, header = False, 0, []
    for sheet in book.sheet_names:
        for row in book.get_sheet_by_name(sheet).to_python():
            first = str(row[0]).strip()
            if first == "Activity":
                inside, header = str(row[1]).strip() == name, []
                times += inside
            elif inside and first == "name":
                header = [str(c).strip() for c in row]
            elif inside and header and first:
                entry = dict(zip(header, row, strict=False))
                if entry.get("type") == "technosphere":
                    found[first] += float(entry["amount"])
    return {flow: amount / times for flow, amount in found.items()}


def composition(formula: str) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for element, count in ELEMENT.findall(formula):
        found[element] += float(count or 1)
    return found


def mole(formula: str) -> float:
    """Return the grams of one mole."""
    return sum(WEIGHTS[element] * count for element, count in composition(formula).items())


def side(text: str) -> dict[str, float]:
    """Return the moles of each formula on one side of an equation."""
    found: dict[str, float] = defaultdict(float)
    for term in text.split(" + "):
        match = TERM.fullmatch(term)
        assert match, term
        found[match[2]] += float(match[1] or 1)
    return found


def equation(text: str) -> tuple[dict[str, float], dict[str, float]]:
    left, right = text.split(" -> ")
    return side(left), side(right)


def elements(terms: dict[str, float]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for formula, moles in terms.items():
        for element, count in composition(formula).items():
            found[element] += moles * count
    return dict(found)


def stoichiometric() -> list[tuple[dict[str, str], dict[str, str]]]:
    """Return every exchange whose note states an equation, and the parts of the note."""
    found = []
    for row in exchanges():
        if row["note"].startswith("stoichiometry:"):
            match = NOTE.fullmatch(row["note"])
            assert match, row
            found.append((row, {k: v or "" for k, v in match.groupdict().items()}))
    return found


def test_every_equation_balances() -> None:
    for row, parts in stoichiometric():
        left, right = (elements(terms) for terms in equation(parts["equation"]))
        assert left.keys() == right.keys(), row
        assert left == pytest.approx(right, abs=1e-6), row


def test_every_stoichiometric_amount_follows_from_atomic_weights() -> None:
    """Moles times molar mass per mass of the products that share the burden, over the yield."""
    compared = 0
    for row, parts in stoichiometric():
        left, right = equation(parts["equation"])
        entering = parts["way"] == "in"
        moles = (left if entering else right)[parts["formula"]]
        shared = [parts["product"], *filter(None, parts["others"].split(" and "))]
        products = sum(right[formula] * mole(formula) for formula in shared)
        expected = moles * mole(parts["formula"]) / products / float(parts["conversion"] or 1)
        assert moles > 0, row
        assert 0.5 <= float(parts["conversion"] or 1) <= 1, row
        assert all(right[formula] > 0 for formula in shared), row
        assert float(row["amount"]) == pytest.approx(expected, rel=1e-9), row
        assert row["direction"] == ("input" if entering else "emission"), row
        assert row["unit"] == "kg", row
        compared += 1
    assert compared > 150


def test_carbon_dioxide_on_the_right_of_an_equation_is_emitted() -> None:
    """Every dataset whose equation sets carbon dioxide free says so among its emissions, and only of it."""
    free, emitted = set(), set()
    for row, parts in stoichiometric():
        if "CO2" in equation(parts["equation"])[1]:
            free.add(row["activity"])
        if parts["way"] == "out of":
            assert (parts["formula"], row["flow"]) == ("CO2", "co2-fossil"), row
            emitted.add(row["activity"])
    assert free == emitted


def test_a_dataset_follows_one_equation() -> None:
    """Its notes name one product, one equation and one set of joint products."""
    seen: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for row, parts in stoichiometric():
        seen[row["activity"]].add((parts["equation"], parts["product"], parts["others"]))
    assert {code: found for code, found in seen.items() if len(found) > 1} == {}


def test_joint_products_share_the_burden_completely() -> None:
    """Soda ash and ammonium chloride of one equation together take all the salt of that equation."""
    by_equation: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row, parts in stoichiometric():
        if parts["others"]:
            by_equation[parts["equation"], parts["formula"]][parts["product"]] = float(row["amount"])
    both = by_equation["2 NaCl + 2 NH3 + CO2 + H2O -> Na2CO3 + 2 NH4Cl", "NaCl"]
    total = both["Na2CO3"] * mole("Na2CO3") + both["NH4Cl"] * 2 * mole("NH4Cl")
    assert total == pytest.approx(2 * mole("NaCl") / 0.95)


def test_every_dataset_is_scored_and_every_name_has_synonyms() -> None:
    for row in activities():
        if row["kind"] == "gap":
            assert len(row["citation"]) > 20, row["code"]
        else:
            assert PEDIGREE.fullmatch(row["pedigree"]), row["code"]
        assert row["synonyms"], row["code"]
        assert float(row["unit_mass_kg"]) == 1 or row["unit"] != "kg", row["code"]


def test_every_cas_number_carries_its_check_digit() -> None:
    compared = 0
    for row in activities():
        for name in row["synonyms"].split("|"):
            if match := CAS.fullmatch(name):
                digits = (match[1] + match[2])[::-1]
                check = sum(place * int(digit) for place, digit in enumerate(digits, 1)) % 10
                assert check == int(match[3]), (row["code"], name)
                compared += 1
    assert compared > 100


def test_caustic_soda_chlorine_and_hydrogen_share_one_cell_by_mass() -> None:
    """2.2 kWh per kilogram of caustic soda, whose share is 0.523."""
    share = 2 * mole("NaOH") / (2 * mole("NaOH") + mole("Cl2") + mole("H2"))
    cell = amounts("chlor-alkali-electrolysis-cn")
    assert cell[GRID] == pytest.approx(2.2 * share)
    salt = 2 * mole("NaCl") / (2 * mole("NaOH") + mole("Cl2") + mole("H2"))
    assert salt < cell["sodium-chloride"] * 1.2  # what the joint products need, against what the plants report
    for code in ("sodium-hydroxide", "chlorine", "hydrogen-chlor-alkali-cn"):
        assert amounts(code) == {"chlor-alkali-electrolysis-cn": 1}


def test_lime_of_soda_ash_keeps_its_carbon() -> None:
    got = amounts("soda-ash")
    limestone, product = (mole("CO2") / mole(formula) for formula in ("CaCO3", "Na2CO3"))
    assert got["co2-fossil"] == pytest.approx(got["limestone-cn"] * limestone - product)


def test_methanol_keeps_the_carbon_that_the_shift_would_have_lost() -> None:
    """CO2 + 3 H2 -> CH3OH + H2O seen from the hydrogen of coal."""
    got = amounts("methanol-cn")
    assert got["hydrogen-coal-cn"] == pytest.approx(3 * mole("H2") / mole("CH4O"))
    assert got["co2-fossil"] == pytest.approx(-mole("CO2") / mole("CH4O"))


def test_the_carbon_of_carbon_black_and_of_its_waste_gas_is_in_the_oil() -> None:
    oil = amounts("carbon-black-upstream")["fuel-oil-upstream-gb"]
    gas = amounts("carbon-black")["co2-fossil"]
    assert gas == pytest.approx(0.66 + 1.96)
    assert oil * 41.816 * 21.1e-3 == pytest.approx(1 + gas * mole("C") / mole("CO2"))


def test_laughing_gas_of_acids_is_that_of_the_guidelines() -> None:
    assert amounts("nitric-acid")["n2o"] == pytest.approx(7e-3)
    assert amounts("nitric-acid-abated")["n2o"] == pytest.approx(2.5e-3)
    assert amounts("adipic-acid-unabated")["n2o"] == pytest.approx(0.3)
    adipic = amounts("adipic-acid")
    assert adipic["n2o"] == pytest.approx(0.3 * (1 - 0.985 * 0.97))
    assert adipic["nitric-acid"] == pytest.approx(2 * 0.3 * mole("HNO3") / mole("N2O"))


def test_a_mix_sums_to_one_kilogram() -> None:
    """A dataset that only passes on kilograms of others passes on exactly one."""
    inputs: dict[str, Rows] = defaultdict(list)
    for row in exchanges():
        inputs[row["activity"]].append(row)
    passed = 0
    for code, rows in inputs.items():
        if all(
            row["direction"] == "input" and row["unit"] == "kg" and row["citation"].startswith("see ") for row in rows
        ):
            assert sum(float(row["amount"]) for row in rows) == pytest.approx(1), code
            passed += 1
    assert passed > 10


def test_energy_of_a_large_chemical_plant_is_the_published_estimate() -> None:
    source = inventory(*LARGE_PLANT)
    expected = {
        GRID: source["market group for electricity, medium voltage"],
        HEAT: source["heat production, natural gas, at industrial furnace >100kW"],
    }
    compared = 0
    for row in exchanges():
        if row["citation"].endswith('"estimation with data from large chemical plant"') and row["flow"] in expected:
            assert float(row["amount"]) == expected[row["flow"]], row
            compared += 1
    assert compared > 150


@pytest.mark.parametrize(
    ("code", "file", "name"),
    [
        ("vinylene-carbonate", "lci-batteries-NMC955-LTO.xlsx", "vinyl carbonate"),
        ("sodium-metabisulfite", "lci-cobalt.xlsx", "disodium disulphite"),
        ("ammonia-electrolytic-cn", "lci-ammonia.xlsx", "ammonia production, hydrogen from electrolysis"),
        (
            "hydrogen-alkaline-electrolysis-cn",
            "lci-hydrogen-electrolysis.xlsx",
            "hydrogen production, gaseous, 20 bar, from AEC electrolysis, from grid electricity",
        ),
        (
            "hydrogen-pem-electrolysis-cn",
            "lci-hydrogen-electrolysis.xlsx",
            "hydrogen production, gaseous, 30 bar, from PEM electrolysis, from grid electricity",
        ),
        ("polyvinyl-alcohol", *LARGE_PLANT),
    ],
)
def test_a_transcribed_recipe_is_the_published_inventory(code: str, file: str, name: str) -> None:
    expected: dict[str, float] = defaultdict(float)
    for flow, amount in inventory(file, name).items():
        if not LEFT_OUT.search(flow):
            stands_in, factor = SUPPLIES[flow]
            expected[stands_in] += amount * factor
    got = {flow: amount for flow, amount in amounts(code, without="polymerisation").items() if "co2" not in flow}
    assert got == pytest.approx(dict(expected), rel=1e-9)


def test_acetic_acid_is_the_inventory_of_the_public_us_database() -> None:
    path = third_party("datasets", "ecospold1", "Acetic acid, at plant.xml")
    source = {
        node.attrib["name"]: float(node.attrib["meanValue"])
        for node in ElementTree.parse(path).iter()
        if node.tag.endswith("}exchange")
    }
    got = amounts("acetic-acid")
    assert got["methanol-cn"] == source["Methanol, at plant"]
    assert got["natural-gas-upstream-cn"] == source["Natural gas, processed, at plant"]
    assert got["natural-gas-burned-volume-cn"] == source["Natural gas, combusted in industrial boiler"]
    assert got["co2-fossil"] == source["Carbon dioxide"]
    assert got[GRID] == pytest.approx(sum(v for k, v in source.items() if k.startswith("Electricity")))
    assert got["freight-inland-tanker-cn"] == pytest.approx(sum(v for k, v in source.items() if "barge" in k))
    assert got["freight-rail-cn"] == source["Transport, train, diesel powered"]
    assert got["freight-road-heavy-diesel-cn"] == source["Transport, combination truck, diesel powered"]
