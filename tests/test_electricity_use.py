"""Electricity that a product takes in use, and what is replaced where nothing is bought: whose grid it is, and why."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background
from footprint.model.fields import Field
from footprint.tables.read import read

POWER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "power.py")))
LINE = POWER.LINE
PLATE = "L1 | plate | 1 kg | steel\n"
Bill = Callable[..., Path]
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return POWER.background(tmp_path_factory.mktemp("databases"))


@pytest.fixture
def run(bill: Bill, background: Background) -> Run:
    """Return what calculates a plate with more sheets."""

    def calculate(sheets: str, pcr: Any = None, **product: object) -> Any:
        return POWER.run(read(bill(PLATE + sheets, product=LINE.plain_product(**product))), background, pcr)

    return calculate


def test_the_country_of_use_decides_the_grid_of_a_row(run: Run) -> None:
    """Made in China, used in both: each row takes the grid of its own country, in capitals or not."""
    solved = run("[Use]\nelectricity | 10 kWh | country=de\n电 | 5 kWh | country=CN")
    assert LINE.used(solved) == {"steel": 1, "grid-de": 10, "grid-2024": 5}
    assert POWER.told(solved) == []


def test_without_a_country_of_use_the_plant_s_grid_is_told(run: Run) -> None:
    """Once for all rows: which grid, why, and what to do where the product is used elsewhere."""
    solved = run("[Use]\nelectricity | 10 kWh\n电 | 5 kWh")
    assert LINE.used(solved) == {"steel": 1, "grid-2024": 15}
    assert POWER.told(solved) == [
        (
            "Use!A4: no country is stated for 'electricity', so it is that of the plant: the grid of CN "
            "('grid-2024'). Where it is used in another country, enter the country of use, or the dataset of that "
            "grid. [electricity-home]"
        )
    ]


def test_a_country_of_use_on_the_product_sheet_holds_for_rows_without_one(bill: Bill, background: Background) -> None:
    """Where the rules ask for the country of use, what it says is what rows of Use take, and nothing is defaulted."""
    pcr = LINE.rules()
    asked = pcr._replace(fields=(*pcr.fields, Field("Product", "use_country", "Country of use", "使用国家", "text")))
    text = f"{PLATE}[Use]\nelectricity | 10 kWh\nelectricity | 1 kWh | country=CN"
    cells = read(bill(text, product=LINE.plain_product(use_country="de")))
    solved = POWER.run(cells, background, asked)
    assert LINE.used(solved) == {"steel": 1, "grid-de": 10, "grid-2024": 1}
    assert POWER.told(solved) == []
    assert [e.facts["country"] for e in solved.graph.exchanges if e.role == "use"] == ["DE", "CN"]


def test_a_country_of_use_without_factors_is_an_error_at_its_cell(run: Run) -> None:
    """Whoever wrote the country finds the error there."""
    assert LINE.refused(lambda: run("[Use]\nelectricity | 10 kWh | country=XX")).startswith(
        "pump.xlsx:Use!E4: there is no electricity factor for 'XX' in this period; known years: -."
    )


def test_a_generator_of_the_country_of_use_is_no_dataset_to_pick(bill: Bill, tmp_path: Path) -> None:
    """What the rules must accept first cannot be taken by its code where the product is used."""
    made = "grid | kWh | grid\nwind-de | kWh | wind | category=electricity, region=DE\nsteel | kg | steel"
    emitted = "\n".join(f"{code} | emission | co2-fossil | 1" for code in ("grid", "wind-de", "steel"))
    table = {"CN": {"2024": {"grid": "grid"}}, "DE": {"2024": {"grid": "grid", "wind": "wind-de"}}}
    units = {"grid": "kWh", "wind-de": "kWh", "steel": "kg"}
    folder = LINE.write_database(tmp_path / "own", LINE.activities(made), LINE.exchanges(emitted, units), table)
    cells = read(bill(f"{PLATE}[Use]\nwind-de | 10 kWh | country=DE", product=LINE.plain_product()))
    assert "[electricity-by-code]" in LINE.refused(lambda: POWER.run(cells, LINE.opened(folder)))


def test_rules_see_electricity_and_country_of_a_row_in_use(run: Run) -> None:
    """Rules can tell electricity in use from water, and where it is used: a stated country, else that of the plant."""
    from footprint.rules.scope import line_scope

    solved = run("[Use]\nelectricity | 10 kWh | country=DE\nelectricity | 1 kWh\ncopper | 1 kg")
    in_use = [line_scope(e) for e in solved.graph.exchanges if e.facts["sheet"] == "Use"]
    asked = [(line["line.electricity"], line["line.country"]) for line in in_use]
    assert asked == [(True, "DE"), (True, "CN"), (False, "CN")]


def test_what_a_co_product_replaces_is_the_grid_of_its_site(run: Run) -> None:
    """Energy sold in Germany replaces German electricity, whatever the country of the product."""
    rules = LINE.sharing("substitution | process.has_substitute")
    rows = """[Processes]
    p | product    | PUMP  | 1 item | country=DE
    p | input      | steel | 1 kg   | destination=product
    p | co-product | power | 2 kWh  | substitute=electricity
    """
    solved = run(rows, rules)
    assert LINE.used(solved)["grid-de"] == -2


def test_rules_see_the_country_of_a_site(run: Run) -> None:
    """The country in the product row is that of every row of the process, for rules as for the grid."""
    from footprint.rules.scope import line_scope

    rows = """[Processes]
    p | product | part | 1 item | country=DE
    p | input   | electricity | 10 kWh
    p | input   | copper | 1 kg | country=CN, destination=product
    q | product | PUMP | 1 item
    q | input   | part | 1 item
    """
    asked = [line_scope(e) for e in run(rows).graph.exchanges if e.facts.get("process") == "p" and e.crossing]
    assert [(line["line.electricity"], line["line.country"]) for line in asked] == [(True, "DE"), (False, "CN")]


def test_electricity_replaced_at_the_end_of_life_tells_whose_it_is(run: Run) -> None:
    """The grid of the plant, and it is said."""
    burnt = "treatment=burning, electricity=electricity, lhv=40, electricity_efficiency=0.1"
    solved = run(f"[End of life]\nproduct | incineration | 1 | {burnt}")
    (end,) = (e for e in solved.graph.exchanges if e.facts["sheet"] == "End of life")
    assert end.datasets["electricity"].code == "grid-2024"
    assert [said.partition(" for ")[2][:13] for said in POWER.told(solved)] == ["'electricity'"]
