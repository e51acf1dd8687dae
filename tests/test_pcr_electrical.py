"""Transformers, switchgear and cables: losses by formula, insulating gas by set, copper in the cut-off, the example."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import fsum
from pathlib import Path
from typing import Any

import pytest

from footprint import gwp, service
from footprint.background import source
from footprint.background.open import Background, open_background
from footprint.errors import FootprintError
from footprint.intake.template import filled
from footprint.model.pcr import Pcr
from footprint.rules.expressions import MissingValueError, evaluate, parse
from footprint.rules.load import load
from footprint.tables.records import records

ROOT = Path(__file__).parents[1]
DATABASES = ROOT / "databases"
EXAMPLE = ROOT / "templates" / "examples" / "transformer"
GRAVE = "cradle-to-grave"
AA = {"no_load_loss_w": 2600.0, "load_loss_w": 17000.0, "cooling": "ONAN"}
"""Losses [W] of 1.6 MVA in the class AA' of HD 428, as the published design has them."""
CC = {"no_load_loss_w": 1700.0, "load_loss_w": 14000.0, "cooling": "ONAN"}
LOSSES_BY_DEFAULT = 3351138.0
"""Losses [kWh] of the class AA' with the load factor 0.7 and the 35 years of the rules."""
AR4_SF6 = 22800.0
"""SF6 in the fourth assessment report [kg CO2e/kg]: the table of gases begins with the fifth."""
Calculate = Callable[..., dict[str, Any]]


def amount(pcr: Pcr, id_: str, **product: float | str) -> float:
    """Return what the scenario ``id_`` adds per item, 0 where it does not apply."""
    (found,) = [s for s in pcr.scenarios if s.id == id_]
    scope: dict[str, Any] = {f"parameter.{p.id}": p.values[-1].value for p in pcr.parameters if p.values}
    scope |= {"bill.product_legs": 0.0, "bill.uncarried_share": 1.0, "bill.use_kinds": "", "product.boundary": GRAVE}
    scope |= {f"product.{key}": value for key, value in product.items()}
    return float(evaluate(found.amount, scope)) if evaluate(found.when, scope) else 0.0


def emitted(gas_kg: float, **rates: float) -> float:
    """Return the SF6 [kg] that an item of high-voltage switchgear emits over 40 years, all stages together."""
    given = {"gas": "sf6", "gas_kg": gas_kg, "service_years": 40.0, "voltage_class": "high", **rates}
    pcr = load("switchgear")
    return fsum(amount(pcr, id_, **given) for id_ in ("gas-filling-plant", "gas-leakage", "gas-end-of-life"))


# ------------------------------------------------------------ by the rules' trees


def test_losses_of_a_transformer_are_those_of_its_formula() -> None:
    """1.6 MVA, k 0.5, 30 years: 1 800 180 and 1 366 560 kWh; by default, 0.7 and 35 years, 3 351 138 and 2 624 496."""
    pcr = load("transformer")
    declared = {"load_factor": 0.5, "service_years": 30.0}
    aa, cc = (amount(pcr, "losses", **losses, **declared) for losses in (AA, CC))
    assert (aa, cc, aa - cc) == pytest.approx((1800180, 1366560, 433620), rel=1e-12)
    assert [amount(pcr, "losses", **losses) for losses in (AA, CC)] == pytest.approx([3351138, 2624496], rel=1e-12)


def test_no_load_loss_runs_unloaded_and_load_loss_with_the_square() -> None:
    """Without load only P0 is left; twice the load, four times the rest; fans come on top and are never assumed."""
    pcr = load("transformer")
    idle, half, full = (amount(pcr, "losses", **AA, load_factor=k, service_years=1.0) for k in (0.0, 0.5, 1.0))
    assert idle == pytest.approx(2.6 * 8760)
    assert full - idle == pytest.approx(4 * (half - idle))
    fans = {**AA, "cooling": "ONAF", "load_factor": 0.5, "service_years": 1.0}
    assert amount(pcr, "losses", **fans, auxiliary_kwh=100.0) == pytest.approx(half + 100)
    with pytest.raises(MissingValueError, match="auxiliary_kwh"):
        amount(pcr, "losses", **fans)


def test_a_cable_of_one_ohm_loses_what_joule_says() -> None:
    """1 A through 1 ohm for 40 years is 350.4 kWh; half the way loses half, twice the current four times as much."""
    pcr = load("cable")
    one = {"r20_ohm_per_km": 1.0, "length_km": 1.0, "loaded_conductors": 1.0}
    assert amount(pcr, "losses", **one) == pytest.approx(350.4, rel=1e-12)
    assert amount(pcr, "losses", **{**one, "length_km": 0.5}) == pytest.approx(350.4 / 2)
    assert amount(pcr, "losses", **one, current_a=2.0) == pytest.approx(4 * 350.4)
    assert amount(pcr, "losses", **{**one, "loaded_conductors": 3.0}) == pytest.approx(3 * 350.4)


@pytest.mark.parametrize(
    ("rates", "kg", "by_set"),
    [
        ({"leak_rate": 0.001, "fill_loss": 0.0, "end_of_life_loss": 0.0}, 0.12,
         {"AR6": 2916, "EF3.1": 3024, "AR5": 2820, "AR4": 2736}),
        ({"leak_rate": 0.001, "fill_loss": 0.005, "end_of_life_loss": 0.01}, 0.165, {"AR6": 4009.5, "EF3.1": 4158}),
    ],
)  # fmt: skip
def test_sf6_is_lost_in_filling_in_service_and_at_the_end(rates, kg, by_set) -> None:
    """3 kg and 0.1 % a year for 40 years are 0.12 kg, with 0.5 % and 1 % at the ends 0.165 kg; each set has one."""
    assert emitted(3.0, **rates) == pytest.approx(kg, rel=1e-12)
    factors = {**{name: gwp.gas("sf6").factors[name] for name in gwp.SETS}, "AR4": AR4_SF6}
    assert {name: emitted(3.0, **rates) * factors[name] for name in by_set} == pytest.approx(by_set, rel=1e-12)


@pytest.mark.parametrize(
    ("market", "truck", "ship"), [("local", 120, 0), ("intracontinental", 350, 0), ("international", 100, 1800)]
)
def test_delivery_takes_the_default_of_the_market(market: str, truck: float, ship: float) -> None:
    """100 kg travel 120 t·km at home, 350 on the continent, 100 by truck and 1800 by ship overseas."""
    pcr = load("transformer")
    given = {"net_mass": 100.0, "market": market}
    assert amount(pcr, "delivery-by-road", **given) == pytest.approx(truck, rel=1e-12)
    assert amount(pcr, "delivery-by-sea", **given) == pytest.approx(ship, rel=1e-12)


def test_utilisation_of_a_truck_is_weighted_by_load() -> None:
    """The worked example of the default: 22 of 22 t there and 11 of 22 t back, each half the way, are 75 %."""
    assert evaluate(parse("22 / 22 * 0.5 + 11 / 22 * 0.5"), {}) == 0.75


# ------------------------------------------------------------ through workbooks


@pytest.fixture
def calculate(bill: Callable[..., Path], tmp_path: Path) -> Calculate:
    """Return what calculates a compact text under the rules ``pcr``, or a file that says ``own`` on top of them."""

    def run(text: str, pcr: str, own: str = "", **product: object) -> dict[str, Any]:
        rules = pcr
        if own:
            path = tmp_path / "own.yaml"
            path.write_text(f'id: own\nversion: "1"\nextends: {pcr}\n{own}\n', encoding="utf-8")
            rules = str(path)
        common = {"boundary": GRAVE, "declared_unit": "item", "gross_kwh": None, "market": "local"}
        workbook = bill(text, product={"pcr": pcr, **common, **product})
        return service.calculate(service.Request(workbook, rules)).document

    return run


def posted(document: dict[str, Any]) -> dict[str, float]:
    """Return what each line of the rules adds [kg CO2e], by id."""
    lines = [line for line in document["ledger"] if line["cell"].startswith("PCR!")]
    return {line["cell"].removeprefix("PCR!"): line["value"] for line in lines}


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    """Return the outcome of each clause, by id."""
    return {clause["id"]: clause["outcome"] for clause in document["clauses"]}


FRAME = "FRAME | frame | 100 kg | steel-hot-rolled-cn | component=enclosure, material=steel\n"
GEAR = {
    "voltage_class": "high", "rated_voltage_kv": 145, "rated_current_a": 3150, "service_years": 40, "gas": "sf6",
    "gas_kg": 3, "fill_loss": 0.005, "leak_rate": 0.001, "end_of_life_loss": 0.01,
}  # fmt: skip
RATES = ("fill_loss", "leak_rate", "end_of_life_loss")
GAS = ("gas-filling-plant", "gas-leakage", "gas-end-of-life")


@pytest.mark.parametrize(
    ("own", "filled", "leaked"),
    [("", 4009.5, 2916), ("gwp_set: EF3.1", 4158, 3024), ("gwp_set: AR5", 0.165 * 23500, 2820)],
    ids=["AR6", "EF3.1", "AR5"],
)
def test_gas_of_a_workbook_counts_in_its_stages_with_the_factor_of_the_set(calculate, own, filled, leaked) -> None:
    """Filling counts in production, leakage in use, recovery at the end of life; another set is a file of one line."""
    document = calculate(FRAME, "switchgear", own, **GEAR)
    assert fsum(posted(document)[id_] for id_ in GAS) == pytest.approx(filled, rel=1e-11)
    assert posted(document)["gas-leakage"] == pytest.approx(leaked, rel=1e-11)
    stages = {line["cell"]: line["stage"] for line in document["ledger"]}
    assert [stages[f"PCR!{id_}"] for id_ in GAS] == ["production", "use", "end_of_life"]


def test_alternatives_count_with_their_own_factor(calculate) -> None:
    """A mixture of C4F7N and carbon dioxide leaks both; dry air leaks nothing, and needs no rates."""
    mixed = calculate(FRAME, "switchgear", **{**GEAR, "gas": "c4f7n", "second_gas": "co2-fossil", "second_gas_kg": 20})
    assert posted(mixed)["gas-leakage"] == pytest.approx(0.12 * 2750)
    assert posted(mixed)["second-gas-leakage"] == pytest.approx(0.8)
    air = {key: value for key, value in GEAR.items() if key not in {"gas_kg", *RATES}}
    document = calculate(FRAME, "switchgear", **{**air, "gas": "none"})
    assert not [id_ for id_ in posted(document) if "gas" in id_]
    assert outcomes(document)["leakage-limit"] == "not-applicable"


@pytest.mark.parametrize(("field", "value"), [("leak_rate", None), ("gas", "sf66")])
def test_gas_without_rates_or_name_is_asked_for(calculate, field, value) -> None:
    """A rate that nobody states is not zero, and a gas that nobody knows is no gas."""
    with pytest.raises(FootprintError, match=r"leak_rate|sf66"):
        calculate(FRAME, "switchgear", **{**GEAR, field: value})


def test_leakage_at_the_limit_fails(calculate) -> None:
    """Below 0.5 % a year passes, 0.5 % does not; the number is the same kind of number either way."""
    assert outcomes(calculate(FRAME, "switchgear", **GEAR))["leakage-limit"] == "passed"
    assert outcomes(calculate(FRAME, "switchgear", **{**GEAR, "leak_rate": 0.005}))["leakage-limit"] == "failed"


CABLE = {
    "declared_unit": "ampere-kilometre", "length_km": 1, "r20_ohm_per_km": 1, "loaded_conductors": 1,
    "conductor_metal": "copper",
}  # fmt: skip
CORE = """
CU  | conductor | 600 kg | copper-conductor-cn | component=conductor, material=copper
INS | insulation | 200 kg | xlpe-compound | component=insulation, material=plastic
"""


def test_a_cable_in_a_workbook_loses_the_same(calculate) -> None:
    """350.4 kWh on the grid of the country, per ampere-kilometre over 40 years."""
    document = calculate(CORE, "cable", **CABLE)
    (line,) = [line for line in document["ledger"] if line["cell"] == "PCR!losses"]
    assert (line["amount"], line["unit"]) == (pytest.approx(350.4), "kWh")
    assert line["value"] == pytest.approx(350.4 * 0.5777)


def test_the_functional_unit_shares_by_current_and_years(calculate) -> None:
    """100 A transmit a hundred times more: an ampere bears a hundredth of the copper and a hundred times its loss."""
    one, hundred = (calculate(CORE, "cable", **CABLE, current_a=current) for current in (1, 100))
    copper = [next(line["value"] for line in d["ledger"] if line["cell"].startswith("BOM")) for d in (one, hundred)]
    assert copper[0] == pytest.approx(100 * copper[1])
    assert posted(hundred)["losses"] == pytest.approx(100 * posted(one)["losses"])


@pytest.mark.parametrize(
    ("material", "kg", "copper", "mass"),
    [("plastic", 10, "passed", "passed"), ("copper", 0.001, "failed", "passed"), ("plastic", 60, "passed", "failed")],
)
def test_copper_is_never_left_out_and_the_rest_within_five_per_cent(calculate, material, kg, copper, mass) -> None:
    """Clauses fail by material and by mass; the result is the same whatever they say."""
    left = f"X | left out | {kg} kg | cut_off=xlpe-compound, component=screen, material={material}\n"
    document = calculate(CORE + left, "cable", **CABLE)
    assert (outcomes(document)["copper-counted"], outcomes(document)["cut-off-mass"]) == (copper, mass)
    counted = [line["value"] for line in document["ledger"] if line["cell"].startswith("BOM")]
    whole = [line["value"] for line in calculate(CORE, "cable", **CABLE)["ledger"] if line["cell"].startswith("BOM")]
    assert counted == whole


def test_a_drum_is_no_part_of_the_cable(calculate) -> None:
    """A drum as packaging counts beside the cable; a drum in its mass fails the clause."""
    drum = "DRUM | drum | 80 kg | wood | component=drum, material=wood, role={}\n"
    beside = calculate(CORE + drum.format("transport_packaging"), "cable", **CABLE)
    assert outcomes(beside)["drum-apart"] == "passed"
    assert outcomes(calculate(CORE + drum.format("product"), "cable", **CABLE))["drum-apart"] == "failed"


# ------------------------------------------------------------ the example


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The declaration of the transformer example."""
    folder = tmp_path_factory.mktemp("transformer")
    service.demo("transformer", folder / "results", "en")
    document: dict[str, Any] = json.loads((folder / "results" / "declaration.json").read_text(encoding="utf-8"))
    return document


def test_the_example_loses_the_energy_of_its_source(example) -> None:
    """The published design, 1.6 MVA at 50 % load for 30 years, loses 1 800 180 kWh."""
    (line,) = [line for line in example["ledger"] if line["cell"] == "PCR!losses"]
    assert (line["amount"], line["unit"]) == (pytest.approx(1800180), "kWh")


def test_the_example_holds_the_masses_of_its_source(example) -> None:
    """505 kg of copper, 1100 of electrical steel, 850 of steel and 850 of oil, and nothing else counts as material."""
    bought = {line["name"].split(" ")[0]: line["supply"] * line["coefficient"] * line["amount"]
              for line in example["ledger"] if line["cell"].startswith("BOM") and "stands_in" not in line}  # fmt: skip
    assert bought == pytest.approx({"Core": 1100, "Copper,": 505, "Mechanical": 850, "Transformer": 850})


def test_what_the_example_leaves_out_stays_within_the_limits(example) -> None:
    """The parts its source has no masses for are named, estimated, and below 5 % of mass, energy and impact."""
    left = [part for part in example["excluded"] if part["rule"] == "cut-off"]
    assert len(left) == 5
    assert all(part["estimate"] > 0 for part in left)
    seen = outcomes(example)
    assert {seen[f"cut-off-{kind}"] for kind in ("mass", "energy", "impact")} == {"passed"}
    assert seen["copper-counted"] == "passed"


def test_the_example_says_what_it_lacks(example) -> None:
    """No test of the losses, no energy of the factory: no conformity is stated."""
    assert outcomes(example)["losses-tested"] == "needs-evidence"
    assert outcomes(example)["own-processes-site-specific"] == "failed"
    assert example["conformity"]["conforms"] is False


def test_a_better_class_pays_back_its_material(example, tmp_path: Path) -> None:
    """The published class CC', 70 kg heavier, takes 0.7 t CO2e more to make and 251 t less in use."""
    masses = {"WIND": 725, "CORE": 1200, "TANK": 725, "OIL": 725}
    fields = {"no_load_loss_w": 1700, "load_loss_w": 14000, "oil_kg": 725, "net_mass": 3433.104419}
    sheets = {path.stem: [dict(row) for row in records(path)] for path in EXAMPLE.glob("*.csv")}
    for row in sheets["BOM"]:
        row["quantity"] = masses.get(row["line"], row["quantity"])
    for row in sheets["Product"]:
        row["value"] = fields.get(row["key"], row["value"])
    workbook = tmp_path / "better.xlsx"
    workbook.write_bytes(filled(sheets, load("transformer").fields))
    better = service.calculate(service.Request(workbook)).document
    more, less = (part(better) - part(example) for part in (making, use))
    assert sum(masses.values()) - 3305 == 70
    assert more == pytest.approx(700, abs=50)
    assert less == pytest.approx(-433620 * 0.5777, rel=1e-9) == pytest.approx(-250500, abs=100)


def making(document: dict[str, Any]) -> float:
    """Return what materials and own processes add [kg CO2e]."""
    (found,) = [s["value"] for s in document["result"]["subtotals"] if s["id"] == "cradle-to-gate-part"]
    return float(found)


def use(document: dict[str, Any]) -> float:
    """Return what use adds [kg CO2e]."""
    return fsum(stage["value"] for stage in document["result"]["by_stage"] if stage["id"] == "use")


def test_a_field_that_is_stated_leaves_the_default_of_the_rules_unused(example, calculate) -> None:
    """The example states load and life: its losses rest on no number of the rules; else they do."""
    rated = {"rated_power_kva": 1600, "insulating_medium": "air", "conductor": "copper", "core": "other"}
    silent = calculate(FRAME.replace("enclosure", "tank"), "transformer", **{**AA, **rated, "cooling": "AN"})
    for document, basis, used in ((example, "calculated", False), (silent, "default", True)):
        (line,) = [line for line in document["ledger"] if line["cell"] == "PCR!losses"]
        assert line["basis"] == basis
        found = {p["id"]: p["used"] for p in document["study"]["parameters"]}
        assert (found["load_factor"], found["service_years"]) == (used, used)
    assert pytest.approx(next(x["amount"] for x in silent["ledger"] if x["cell"] == "PCR!losses")) == LOSSES_BY_DEFAULT


def test_the_inventory_beside_the_example_is_heavier_by_its_windings(example) -> None:
    """Making 2.5 MVA takes 9.8 kg CO2e per kVA without disposal, 3.9 of it aluminium; making the example takes 6.1."""
    background = open_background(("open-cn",))
    rows = [row for row in source.read(DATABASES / "open-cn").exchanges if row["activity"] == "transformer-oil-2500kva"]
    burned = ("hazardous-waste-incineration", "incineration-")
    bought = {row["flow"]: float(row["amount"]) for row in rows if not row["flow"].startswith(burned)}
    parts = {flow: amount * score(background, flow) for flow, amount in bought.items()}
    assert fsum(parts.values()) / 2500 == pytest.approx(9.8, abs=0.05)
    assert parts["aluminium-wrought-alloy"] / 2500 == pytest.approx(3.9, abs=0.05)
    assert parts["aluminium-wrought-alloy"] / bought["aluminium-wrought-alloy"] == pytest.approx(15.9, abs=0.05)
    assert making(example) / 1600 == pytest.approx(6.1, abs=0.05)


def score(background: Background, code: str) -> float:
    """Return what one unit of a dataset counts under EF 3.1 [kg CO2e]; gaps count nothing."""
    (dataset,) = background.find(code)
    return fsum(background.intensity(dataset, "EF3.1").impact.values())
