"""Scenarios of a workbook: each beside the result, its difference under its causes, the result itself untouched."""

from __future__ import annotations

import io
import json
import runpy
from collections.abc import Callable
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import yaml

from footprint import publish, service
from footprint.errors import FootprintError
from footprint.messages import label

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
CITED = {"clause": "c. 1", "source": "by-hand", "status": "unverified"}
TEXT = """L1 | plate | 2 kg | steel
[Parameters]
effort | 1.5
[Processes]
weld | product | PUMP | 1 item
weld | input | electricity | 10 kWh | parameter=effort
[Use]
grid-2024 | 4 kWh
grid-2023 | 7 kWh | scenario=worn
[Scenarios]
"""


@pytest.fixture
def declared(bill: Callable[..., Path], tmp_path: Path) -> Callable[..., Any]:
    """Return what calculates the text with the scenarios of ``rows`` under rules with a scenario of their own."""
    database = LINE.small(tmp_path / "databases")
    raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    raw["parameters"] += [{"id": "hours", "title": {"en": "h", "zh": "时"}, "values": [{"value": "2"}], **CITED}]
    raw["scenarios"] = [
        {"id": "idle", "when": "known(product.service_years)", "stage": "use", "name": {"en": "idle", "zh": "待机"},
         "amount": "product.service_years * parameter.hours", "unit": "kWh", "dataset": "electricity",
         "reason": {"en": "It idles.", "zh": "待机耗电。"}, **CITED}
    ]  # fmt: skip
    rules = tmp_path / "rules.yaml"

    def made(rows: str = "", text: str = TEXT, tolerance: str = "0.01", unit: str = "1", **product: Any) -> Any:
        units = [{**raw["declared_units"][0], "amount": unit}]
        found = {**raw, "id": "plain-goods", "mass_tolerance": tolerance, "declared_units": units}
        rules.write_text(json.dumps(found), encoding="utf-8")
        path = bill(text + rows, product=LINE.plain_product(service_years=3, **product))
        return service.calculate(service.Request(path, str(rules), (str(database),))).document

    return made


def totals(document: Any) -> dict[str, float]:
    for scenario in document["scenarios"]:
        difference = scenario["difference"]
        assert difference["value"] == pytest.approx(scenario["per_item"] - document["result"]["per_item"])
        assert fsum(c["value"] for c in difference["causes"]) == pytest.approx(difference["value"], abs=1e-9)
    return {s["id"]: pytest.approx(s["total"]) for s in document["scenarios"]}


BASE = 2 * 2 + 15 * 0.5 + 4 * 0.5 + 6 * 0.5


def test_a_row_of_a_scenario_counts_in_it_alone(declared: Callable[..., Any]) -> None:
    """The result has the unnamed row, the scenario its own; the account says so."""
    found = declared()
    assert found["result"]["total"] == BASE
    assert totals(found) == {"worn": BASE - 4 * 0.5 + 7 * 0.6}
    use = next(c for c in found["account"]["counts"] if c["sheet"] == "Use")
    assert (use["used"], use["excluded"]) == (1, 1)


@pytest.mark.parametrize(
    ("row", "total"),
    [
        ("old grid | grid_year | 2023", BASE + 21 * 0.1),
        ("less effort | Parameters.effort | 1.2", BASE - 10 * 0.3 * 0.5),
        ("long life | product.service_years | 10", BASE + 7 * 2 * 0.5),
        ("no idling | parameter.hours | 0", BASE - 3),
        ("both | parameter.hours | 0\nboth | Parameters.effort | 120%", BASE - 3 - 10 * 0.3 * 0.5),
    ],
)
def test_a_scenario_changes_what_it_names(declared: Callable[..., Any], row: str, total: float) -> None:
    """The grid's year, a parameter of the bill or of the rules, a field: alone or together, and nothing else."""
    found = declared(row)
    assert found["result"]["total"] == BASE
    assert totals(found)[row.partition(" |")[0]] == pytest.approx(total)
    assert found["scenarios"][0]["changes"][0]["cell"] == "Scenarios!B4"


EVERYWHERE = """L1 | plate | 2 kg | steel | parameter=size
L2 | foil | 1 kg | steel
[Parameters]
size | 1.5
far | 2
[Processes]
weld | product | PUMP | 1 item
weld | emission | co2-fossil | 4 kg | parameter=size
[Transport]
L2 | truck | 1000 | parameter=far
[Use]
grid-2024 | 8 kWh | parameter=size
grid-2024 | 1 kWh | parameter=far
[Scenarios]
"""


@pytest.mark.parametrize(
    ("row", "more"),
    [("Parameters.size | 2", 0.5 * (2 * 2 + 4 + 8 * 0.5)), ("Parameters.far | 5", 3 * 0.1 + 3 * 0.5)],
)
def test_a_parameter_of_the_workbook_changes_everywhere(declared: Callable[..., Any], row: str, more: float) -> None:
    """Material, emission, distance and use are multiplied by what it would be; the other parameter stays."""
    found = declared(f"x | {row}", EVERYWHERE, tolerance="1")
    base = 2 * 3 + 2 * 1 + 4 * 1.5 + 2 * 0.1 + (8 * 1.5 + 2) * 0.5 + 6 * 0.5
    assert found["result"]["total"] == pytest.approx(base)
    assert totals(found)["x"] == pytest.approx(base + more)


def test_journeys_and_ends_of_a_scenario_count_in_it_alone(declared: Callable[..., Any]) -> None:
    """Each sheet answers for itself: where a scenario has no row, what counts in the result stands."""
    rows = """[Transport]
    L1 | truck | 1000
    L1 | ship | 5000 | scenario=far
    [End of life]
    product | landfill | 1 | treatment=stamping
    product | incineration | 1 | treatment=burning, scenario=burnt
    """
    plain = "L1 | plate | 2 kg | steel\n[Use]\ngrid-2024 | 4 kWh\n" + rows
    found = declared("", plain)
    base = 4 + 2 + 2 * 0.1 + 3 + 2 * 0.25
    assert found["result"]["total"] == pytest.approx(base)
    assert totals(found) == {"far": base - 0.2 + 2 * 5 * 0.02, "burnt": base - 2 * 0.25 + 2 * 1.2}


def test_a_cause_is_per_item_whatever_is_declared(declared: Callable[..., Any]) -> None:
    """Two pumps on the grid of another year: per pump, only the grid differs."""
    found = declared("two | product.declared_amount | 2\ntwo | grid_year | 2023")
    assert totals(found)["two"] == pytest.approx(2 * (BASE + 21 * 0.1))
    causes = next(s for s in found["scenarios"] if s["id"] == "two")["difference"]["causes"]
    assert {cause["id"]: cause["value"] for cause in causes} == {"difference-dataset": pytest.approx(21 * 0.1)}


def test_a_scenario_that_changes_nothing_differs_by_nothing(declared: Callable[..., Any]) -> None:
    """What is as it was has no cause."""
    found = declared("same | grid_year | 2024")
    assert next(s for s in found["scenarios"] if s["id"] == "same")["difference"] == {"value": 0, "causes": []}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x | colour | red", "Scenarios!B4: 'colour' cannot be changed by a scenario."),
        ("x | product.colour | red", "Scenarios!B4: 'product.colour' cannot be changed by a scenario."),
        ("x | product.pcr | other", "Scenarios!B4: 'product.pcr' cannot be changed by a scenario."),
        ("x | product.service_years | long", "Scenarios!C4: 'long' is not a number."),
        ("x | product.net_mass | -1", "Scenarios!C4: "),
        ("x | product.loss_formula | add", "Scenarios!C4: 'add' is not a choice of 'Loss formula'"),
        ("x | product.period_end | soon", "Scenarios!C4: "),
        ("x | parameter.minutes | 3", "Scenarios!B4: 'parameter.minutes' cannot be changed"),
        ("x | Parameters.loss | 3", "Scenarios!B4: 'Parameters.loss' cannot be changed"),
        ("x | parameter.hours | many", "Scenarios!C4: 'many' is not a number."),
        ("x | grid_year | next", "Scenarios!C4: 'next' is not a year."),
        ("x | allocation | weight", "Scenarios!C4: 'weight' is no way in which co-products share. Enter one of: "),
        ("x | price.PUMP | 3", "Scenarios!B4: 'price.PUMP' cannot be changed by a scenario."),
    ],
)
def test_what_a_scenario_cannot_change_is_told_at_its_cell(declared: Callable[..., Any], row: str, said: str) -> None:
    """A target that is not there, and a value that is none, are errors with their cell."""
    assert said in LINE.refused(lambda: declared(row))


def test_a_fault_that_a_scenario_brings_about_names_it(declared: Callable[..., Any]) -> None:
    """What goes wrong only while a what-if is calculated says in which, in both languages."""
    said = LINE.refused(lambda: declared("heavy | product.net_mass | 300"))
    assert "Scenarios!C4: in scenario 'heavy': the stated net mass is 300 kg" in said
    assert LINE.refused(lambda: declared(net_mass=300)).startswith("pump.xlsx:Product!B")
    with pytest.raises(FootprintError) as caught:
        declared("heavy | product.net_mass | 300")
    assert "情景“heavy”中：" in caught.value.text("zh")


def test_what_two_changes_make_of_one_line_is_told_apart(declared: Callable[..., Any]) -> None:
    """Less effort on another grid: the amount at the grid it had, and the other grid for what is left of it."""
    (found,) = [s for s in declared("both | grid_year | 2023\nboth | Parameters.effort | 1.2")["scenarios"]
                if s["id"] == "both"]  # fmt: skip
    causes = {cause["id"]: cause["value"] for cause in found["difference"]["causes"]}
    assert causes == {"difference-dataset": pytest.approx((12 + 6) * 0.1), "difference-amount": pytest.approx(-3 * 0.5)}


SHARED = """L1 | plate | 2 kg | steel
[Processes]
weld | product | PUMP | 1 item | price=60
weld | co-product | chips | 4 kg | price=5
weld | input | electricity | 10 kWh
[Scenarios]
"""


@pytest.mark.parametrize(("row", "share"), [
    ("x | price.chips | 15", 0.5), ("x | price.PUMP | 20", 0.5), ("x | allocation | mass", 2 / 6),
    ("x | allocation | price", 0.75), ("x | allocation | 质量", 2 / 6), ("x | allocation | 按经济价值", 0.75),
])  # fmt: skip
def test_a_scenario_changes_prices_and_the_way_co_products_share(
    bill: Callable[..., Path], tmp_path: Path, row: str, share: float
) -> None:
    """A price by the output it is of; a method by its id or any word of the reports for it."""
    from footprint.alternatives import alternatives
    from footprint.declare.declare import declare
    from footprint.intake import read as intake
    from footprint.line import solved, under_rules
    from footprint.tables.read import read

    pcr = LINE.sharing("economic | process.has_prices")._replace(mass_tolerance=LINE.ANY_MASS)
    path = bill(SHARED + row, product=LINE.plain_product(net_mass=2))
    ready = under_rules(intake.read(read(path), pcr.fields), pcr, LINE.opened(LINE.small(tmp_path / "databases")))
    document = declare(solved(ready))
    assert document["result"]["total"] == 2 * 2 + 5 * 0.75
    (found,) = alternatives(ready, document)
    assert found["total"] == pytest.approx(2 * 2 + 5 * share)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_result_by_location_stands_beside_one_that_differs(declared: Callable[..., Any], lang: str) -> None:
    """With a contract in the bill, each what-if has its own result by location, in both reports."""
    found = declared("old grid | grid_year | 2023")
    row = found["scenarios"][0]
    assert row["location_based"] == row["total"]
    told = label("report-location-based", lang)
    plain, other = ({**found, "scenarios": [{**row, "location_based": located}]} for located in (row["total"], 7.25))
    counts = [publish.render("report.html", doc, lang).decode().count(told) for doc in (plain, other)]
    assert counts[1] == counts[0] + 1
    book = openpyxl.load_workbook(io.BytesIO(publish.render("report.xlsx", other, lang)))
    assert any(f"{told}: 7.25" in str(cell.value) for cells in book.worksheets[0].iter_rows() for cell in cells)


def test_a_scenario_of_another_unit_says_so(declared: Callable[..., Any]) -> None:
    """Twice the life, twice the units: beside what changes per item, the cause that no gram stands under."""
    found = declared("[Scenarios]\nlong | product.service_years | 6", unit="product.service_years")
    long = next(scenario for scenario in found["scenarios"] if scenario["id"] == "long")
    assert long["total"] == pytest.approx(long["per_item"] / 6)
    unit, amount = long["difference"]["causes"]
    assert (unit["id"], unit["value"]) == ("unit", 0)
    assert "6 item instead of 3 item" in unit["sentence"]["en"]
    assert amount["value"] == pytest.approx(long["difference"]["value"])
