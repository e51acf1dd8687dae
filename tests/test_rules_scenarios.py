"""Lines that rules add: from the product's fields, on a dataset, a grid or a gas, and only where they are asked for."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from footprint import service
from footprint.background.open import Background, open_background
from footprint.rules.load import load
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
CITED = {"clause": "c. 1", "source": "by-hand", "status": "unverified"}
USE = {
    "id": "running", "when": "bill.use_rows == 0 and known(product.service_years)", "stage": "use",
    "name": {"en": "running", "zh": "运行"}, "amount": "product.service_years * parameter.hours", "unit": "kWh",
    "dataset": "electricity", "reason": {"en": "It runs.", "zh": "运行耗电。"}, **CITED,
}  # fmt: skip
HOURS = {"id": "hours", "title": {"en": "energy a year", "zh": "年能耗"}, "unit": "kWh", "values": [{"value": "10"}]}
LEAK = {
    **USE, "id": "leak", "when": "known(product.service_years)", "amount": "product.service_years / 1000", "unit": "kg",
    "gas": '"sf6"',
}  # fmt: skip
del LEAK["dataset"]
PLATE = "L1 | plate | 2 kg | steel\n"
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def rules(tmp_path: Path) -> Callable[..., Any]:
    """Return what loads the rules for arithmetic with more parts."""

    def made(**more: list[dict[str, Any]]) -> Any:
        raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        raw["parameters"] = [*raw.get("parameters", []), {**HOURS, **CITED}]
        path = tmp_path / "rules.yaml"
        path.write_text(json.dumps({**raw, **more}), encoding="utf-8")
        return load(str(path))

    return made


@pytest.fixture
def run(bill: Callable[..., Path], background: Background, rules: Callable[..., Any]) -> Run:
    """Return what calculates a compact text under the rules for arithmetic and ``scenarios``."""

    def calculate(text: str, *scenarios: dict[str, Any], of: str = "run", **product: object) -> Any:
        book = read(bill(text, product=LINE.plain_product(**product)))
        return getattr(LINE, of)(book, background, rules(scenarios=list(scenarios)))

    return calculate


def test_a_scenario_adds_its_amount_of_the_grid(run: Run) -> None:
    """10 kWh a year for 8 years on the grid of the country in the year of the data."""
    solved = run(PLATE, USE, service_years=8)
    assert LINE.used(solved)["grid-2024"] == 80
    assert LINE.values(solved)["PCR!running"] == pytest.approx(80 * 0.5)


def test_a_scenario_yields_to_what_the_workbook_says(run: Run) -> None:
    """With a row on the Use sheet, the default of the rules is not asked for."""
    solved = run(f"{PLATE}[Use]\ngrid-2024 | 7 kWh", USE, service_years=8)
    assert LINE.used(solved)["grid-2024"] == 7


NO_FUEL = 'not contains(bill.use_kinds, "fuel")'
KINDS = {**USE, "when": f"{NO_FUEL} and known(product.service_years)"}


def told(solved: Any) -> list[tuple[str, str]]:
    return [(n.code, n.place.address) for n in solved.ruled.notices if n.code.startswith("scenario-for")]


def test_a_row_of_another_kind_leaves_a_default_alone(run: Run) -> None:
    """A spare part on the Use sheet is no fuel: both count, and nothing stands back."""
    solved = run(f"{PLATE}[Use]\nsteel | 1 kg", KINDS, service_years=8)
    assert LINE.used(solved) == pytest.approx({"steel": 3, "grid-2024": 80})
    assert told(solved) == []


@pytest.mark.parametrize("rows", ["gas-burned | 7 MJ", "gas-supply | 7 MJ", "steel | 1 kg\ngas-burned | 7 MJ"])
def test_a_default_that_stands_back_names_the_row(run: Run, rows: str) -> None:
    """Which default is not calculated, and because of which row: of several, the one that is of its kind."""
    solved = run(f"{PLATE}[Use]\n{rows}", KINDS, service_years=8)
    assert "grid-2024" not in LINE.used(solved)
    assert told(solved) == [("scenario-for-row", f"Use!A{3 + len(rows.splitlines())}")]


def test_fuels_are_of_one_kind(run: Run) -> None:
    """bill.use_kinds: fuel for a burned fuel, electricity of a grid, the category of others."""
    asked = {**USE, "when": 'bill.use_kinds == "fuel electricity test"'}
    rows = "gas-burned | 1 MJ\nelectricity | 1 kWh\nsteel | 1 kg\ngas-supply | 2 MJ"
    assert "PCR!running" in LINE.values(run(f"{PLATE}[Use]\n{rows}", asked, service_years=8))


def test_a_default_that_lacks_a_field_says_so(run: Run) -> None:
    """Half filled in, nothing is calculated and nothing is silent; outside the boundary there is nothing to say."""
    assert told(run(PLATE, KINDS)) == [("scenario-for-field", "Product")]
    assert told(run(PLATE, KINDS, boundary="cradle-to-gate")) == []
    other = {**KINDS, "when": 'product.country == "SE" and known(product.service_years)'}
    assert told(run(PLATE, other)) == []


def test_a_scenario_is_per_item(run: Run) -> None:
    """A bill written for ten items runs ten times as long; the result of one is the same."""
    one, ten = (
        run(PLATE, USE, service_years=8),
        run("L1 | plate | 20 kg | steel\n", USE, service_years=8, bom_quantity=10),
    )
    assert one.ledger.total() == pytest.approx(ten.ledger.total())


def test_year_and_country_of_a_grid_are_expressions(run: Run) -> None:
    """The grid of another year is another factor; a year without one takes the last before it, and says so."""
    earlier = run(PLATE, {**USE, "year": '"2023"'}, service_years=8)
    assert LINE.used(earlier)["grid-2023"] == 80
    later = run(PLATE, {**USE, "year": '"2030"'}, service_years=8)
    assert [n.code for n in later.ruled.notices] == ["electricity-year"]
    refused = LINE.refused(lambda: run(PLATE, {**USE, "country": '"SE"'}, service_years=8))
    assert refused.startswith("plain-goods.yaml:PCR!running: there is no electricity factor for 'SE'")
    refused = LINE.refused(lambda: run(PLATE, {**USE, "year": '"soon"'}, service_years=8))
    assert refused.startswith("plain-goods.yaml:PCR!running: 'soon' is not a year.")


def test_rules_see_what_rules_add(run: Run) -> None:
    """Electricity of a country is electricity there; a gas is neither. What leads to neither is of no country."""
    from footprint.rules.scope import line_scope

    added = run(PLATE, {**USE, "country": '"CN"'}, LEAK, service_years=8).ruled.exchanges
    seen = {e.id: (s["line.sheet"], s["line.electricity"], s["line.country"]) for e in added for s in [line_scope(e)]}
    assert seen["PCR!running"] == ("Scenario", True, "CN")
    assert seen["PCR!leak"] == ("Scenario", False, "")


@pytest.mark.parametrize(
    ("start", "end", "year"), [("2023-12-01", "2024-11-30", "2024"), ("2023-02-01", "2024-01-31", "2023")]
)
def test_without_a_year_the_grid_is_that_of_the_bill(run: Run, start: str, end: str, year: str) -> None:
    """A period over a year's end has the year that holds most of it, for rules as for a row of the workbook."""
    text = f"{PLATE}[Processes]\nweld | product | PUMP | 1 item\nweld | input | electricity | 1 kWh"
    solved = run(text, USE, service_years=8, period_start=start, period_end=end)
    assert LINE.used(solved) == pytest.approx({"steel": 2, f"grid-{year}": 81})


def test_what_is_made_again_is_used_once(run: Run) -> None:
    """A tenth of the pumps goes back into welding: more steel and power per pump, the same use."""
    text = f"{PLATE}[Processes]\nweld | product | PUMP | 1 item\nweld | internal_return | PUMP | 0.1 item"
    assert LINE.used(run(text, USE, service_years=8)) == pytest.approx({"steel": 2 / 0.9, "grid-2024": 80})


def test_rules_may_ask_how_far_the_sheets_are_filled_in(run: Run) -> None:
    """Two legs of what comes in, one of the product, two rows of use, one of the end, and two plants."""
    text = f"""{PLATE}
        [Processes]
        weld | product | PUMP | 1 item | output_share=0.4
        cast | product | PUMP | 1 item | output_share=0.6
        [Transport]
        all inbound | truck | 100
        L1 | ship | 100
        product | truck | 100 | stage=distribution
        [Use]
        grid-2024 | 7 kWh
        solar-2024 | 7 kWh
        [End of life]
        product | landfill | 1 | treatment=landfill
        """
    asked = ("inbound_legs", "product_legs", "use_rows", "end_of_life_rows", "plants")
    amount = " + ".join(f"bill.{name} * {10 ** power}" for power, name in enumerate(asked))
    scenario = {**USE, "when": "1 > 0", "amount": amount, "dataset": "wind-2024"}
    assert LINE.used(run(text, scenario))["wind-2024"] == 21212


PARTS = "L1 | plate | 100 kg | steel | loss=0.01, loss_to=landfill\nL2 | screw | 0.01 kg | steel\n[Transport]\n"


@pytest.mark.parametrize(
    ("legs", "uncarried", "inbound"),
    [
        ("", 1, 0),
        ("waste | truck | 10 | stage=production", 1, 0),
        ("product | truck | 10 | stage=distribution", 1, 0),
        ("L2 | truck | 10", 1 - 0.01 / 100.01, 1),
        ("L2 | truck | 10\nL2 | ship | 10\nwaste | truck | 10 | stage=production", 1 - 0.01 / 100.01, 2),
        ("L1; L2 | truck | 10", 0, 1),
        ("all inbound | truck | 10", 0, 1),
        ("all inbound except L1 | truck | 10", 1 - 0.01 / 100.01, 1),
        ("L2 | truck | 10 | mass=50", 1 - 0.01 / 100.01, 1),
    ],
)
def test_a_leg_brings_what_it_carries_and_no_more(run: Run, legs: str, uncarried: float, inbound: int) -> None:
    """A leg of waste brings nothing, that of a screw the screw: the share of the product left over is asked for."""
    amount = "bill.uncarried_share + 10 * bill.inbound_legs + 1"
    ask = {**USE, "when": "1 > 0", "dataset": "wind-2024", "amount": amount}
    solved = run(f"{PARTS}{legs}", ask, net_mass=100.01)
    assert LINE.used(solved)["wind-2024"] == pytest.approx(uncarried + 10 * inbound + 1, rel=1e-12)
    delivered = PARTS.replace("kg | steel\n", "kg | steel-market\n")
    market = run(f"{delivered}product | truck | 1", ask, net_mass=100.01)
    assert LINE.used(market)["wind-2024"] == pytest.approx(1 + 100 / 100.01, rel=1e-12)


def test_a_gas_is_characterised_with_the_set_of_the_rules(run: Run) -> None:
    """8 g of SF6 under AR6: no dataset, the factor of the gas itself."""
    solved = run(PLATE, LEAK, service_years=8)
    assert LINE.values(solved)["PCR!leak"] == pytest.approx(0.008 * 24_300)


def test_a_field_that_is_missing_is_asked_for(run: Run) -> None:
    """What a scenario needs and the workbook lacks is an error with its remedy, never an amount of zero."""
    always = {**USE, "when": "bill.use_rows == 0"}
    assert LINE.refused(lambda: run(PLATE, always)) == (
        "pump.xlsx:Product: rule 'running' adds a line that needs product.service_years. Fill it in on the Product "
        "sheet, or fill in the sheet that the rule stands in for. [scenario-needs]"
    )


def test_a_dataset_that_no_database_has_is_a_gap(run: Run) -> None:
    """The amount stands as a named gap: the result is incomplete, not smaller without a word."""
    solved = run(PLATE, {**USE, "dataset": "lunar-grid"}, service_years=8)
    assert [p.exchange.name for p in solved.ledger.open_lines] == ["running 运行"]
    assert [n.code for n in solved.ruled.notices] == ["rule-dataset-unknown"]
    document = run(PLATE, {**USE, "dataset": "lunar-grid"}, of="document", service_years=8)
    (gap,) = document["completeness"]["gaps"]
    assert gap["cell"] == "PCR!running"
    assert gap["why"]["en"] == (
        "rule 'running' asks for dataset 'lunar-grid', which no open database has: a data gap. Its code is for the "
        "author of the rules to correct; until then open a database that has it, or fill in the sheet the rule stands "
        "in for."
    )


def test_a_dataset_that_a_derived_line_asks_for_is_named_with_its_rule(
    bill: Callable[..., Path], background: Background, rules: Callable[..., Any]
) -> None:
    """Nobody wrote the code into the workbook: the error stands at the rule, and its author is who can mend it."""
    rule = {
        "id": "swap", "when": 'line.sheet == "BOM"', "reason": {"en": "r", "zh": "因"}, **CITED,
        "derive": [{"coefficient": "1", "dataset": "lunar-steel", "title": {"en": "swapped", "zh": "替换"}}],
    }  # fmt: skip
    cells = read(bill(PLATE, product=LINE.plain_product()))
    assert LINE.refused(lambda: LINE.run(cells, background, rules(rules=[rule]))) == (
        "plain-goods.yaml:PCR!swap: rule 'swap' derives lines on dataset 'lunar-steel', which no open database has. "
        "Correct its code in the rule file, or open a database that has it. [rule-dataset-missing]"
    )


def test_a_dataset_of_several_databases_is_ambiguous_in_rules_too(
    bill: Callable[..., Path], rules: Callable[..., Any], tmp_path: Path
) -> None:
    """It is no gap: the author of the rules says which."""
    made = LINE.activities("steel | kg | steel"), LINE.exchanges("steel | emission | co2-fossil | 7")
    other = LINE.write_database(tmp_path / "other", *made, {})
    both = open_background((str(LINE.small(tmp_path)), str(other)))
    cells = read(bill("L1 | plate | 2 kg | copper", product=LINE.plain_product(service_years=8)))
    pcr = rules(scenarios=[{**USE, "dataset": "steel", "unit": "kg"}])
    assert LINE.refused(lambda: LINE.run(cells, both, pcr)).startswith(
        "plain-goods.yaml:PCR!running: 'steel' is in several databases. Write database@version:code."
    )


def test_a_negative_amount_of_rules_is_told(run: Run, tmp_path: Path) -> None:
    """What lowers the result is no consumption: rule and value are named at once, of grids, datasets and gases."""
    less = {**USE, "amount": "0 - product.service_years"}
    leak = {**LEAK, "amount": "0.001 - product.service_years / 1000"}
    document = run(PLATE, less, leak, of="document", service_years=8)
    said = service.notices(service.Calculated(document, {}, tmp_path / "pump.xlsx"), "en").splitlines()
    assert said == [
        f"pump.xlsx:PCR!{rule}: rule '{rule}' adds {value}, less than nothing: a credit, which lowers the result. If "
        "none is meant, correct the product fields it is computed from, or the rule file. [scenario-negative]"
        for rule, value in (("running", "-8 kWh"), ("leak", "-0.007 kg"))
    ]


def test_a_scenario_of_nothing_adds_no_line(run: Run) -> None:
    """An amount of zero posts nothing and counts as nothing."""
    assert LINE.values(run(PLATE, {**USE, "amount": "0"}, service_years=8)) == LINE.values(run(PLATE))


def test_the_boundary_holds_for_what_rules_add(run: Run) -> None:
    """Outside the boundary a scenario is listed as left out, with the boundary's clause."""
    solved = run(PLATE, USE, service_years=8, boundary="no-use")
    assert [(e.rule, e.exchange.id) for e in solved.ruled.excluded] == [("boundary", "PCR!running")]


def test_the_declaration_prints_the_formula_that_ran(run: Run) -> None:
    """The line stands in the rules, bears their clause, and says how its amount was computed; a default is one."""
    document = run(PLATE, USE, LEAK, of="document", service_years=8)
    line = next(p for p in document["ledger"] if p["cell"] == "PCR!running")
    assert (line["rule"], line["clause"], line["basis"]) == ("running", "c. 1", "default")
    assert line["reason"]["en"] == "It runs. = “Service life” [a] × “energy a year” [kWh]"
    assert next(p for p in document["ledger"] if p["cell"] == "PCR!leak")["basis"] == "calculated"


def test_a_default_that_a_field_wins_over_is_no_default(run: Run) -> None:
    """The amount is a default only where a number of the rules is in it."""
    amount = "10 * (product.service_years if known(product.service_years) else parameter.hours)"
    stated = run(PLATE, {**USE, "when": "bill.use_rows == 0", "amount": amount}, of="document", service_years=8)
    default = run(PLATE, {**USE, "when": "bill.use_rows == 0", "amount": amount}, of="document")
    assert [p["basis"] for d in (stated, default) for p in d["ledger"] if p["cell"] == "PCR!running"] == [
        "calculated", "default",
    ]  # fmt: skip


def test_units_that_do_not_convert_are_refused(run: Run) -> None:
    """A kilogram of electricity is an error of the rules, told at the rule."""
    assert "rule plain-goods/running cannot run: kg does not convert to kWh" in LINE.refused(
        lambda: run(PLATE, {**USE, "unit": "kg"}, service_years=8)
    )
