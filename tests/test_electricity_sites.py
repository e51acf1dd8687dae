"""Electricity that nobody claims, and where and when it is used."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background
from footprint.model.spans import span, year_of
from footprint.tables.read import read

POWER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "power.py")))
LINE, CLAIMED, EVERY = POWER.LINE, POWER.CLAIMED, POWER.EVERY
book, kilowatt_hours, rules, run, told = POWER.book, POWER.kilowatt_hours, POWER.rules, POWER.run, POWER.told
Bill = Callable[..., Path]


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return POWER.background(tmp_path_factory.mktemp("databases"))


# --- what nobody claims


def test_the_residual_mix_is_what_nobody_claims(bill: Bill, background: Background) -> None:
    """Grid rows, rows without a supply and refused claims take it where rules ask; by location all is the grid."""
    supplies = "E | grid | 5\nE | contract | 5 | generator=wind"
    rows = "p | input | electricity | 10 kWh | supply=E\np | input | electricity | 10 kWh"
    cells = book(bill, supplies, rows, country="DE")
    found = LINE.document(cells, background, rules(untracked="residual"))
    assert found["result"]["total"] == pytest.approx(2 + 20 * 0.7)
    assert found["result"]["location_based"] == pytest.approx(2 + 20 * 0.4)
    assert found["electricity"]["approximated"] is False
    assert LINE.document(cells, background, LINE.rules())["result"]["total"] == pytest.approx(2 + 20 * 0.4)


def test_without_a_residual_mix_the_average_stands_in_and_is_flagged(bill: Bill, background: Background) -> None:
    """It is said once, in the words of the user, and marked in the declaration."""
    rows = "p | input | electricity | 10 kWh\np | input | 电力 | 10 kWh"
    cells = book(bill, "", rows)
    solved = run(cells, background, rules(untracked="residual"))
    assert kilowatt_hours(solved) == {"grid-2024": 20}
    assert told(solved) == [
        (
            "Processes!F5: the rules ask for the residual mix of untracked electricity; no database has one for "
            "CN, so that the grid average 'grid-2024' stands in for it: an approximation, which may be too low. "
            "[residual-approximated]"
        )
    ]
    assert LINE.document(cells, background, rules(untracked="residual"))["electricity"]["approximated"] is True
    assert LINE.document(cells, background, LINE.rules())["electricity"]["approximated"] is False


def test_electricity_in_use_is_the_average_under_any_rule(bill: Bill, background: Background) -> None:
    """Nobody has a contract for what a product will take: in use it is the consumption mix, not the residual one."""
    text = "L1 | plate | 1 kg | steel\n[Use]\nelectricity | 10 kWh"
    cells = read(bill(text, product=LINE.plain_product(country="DE")))
    assert LINE.used(run(cells, background, rules(untracked="residual"))) == {"steel": 1, "grid-de": 10}


# --- where and when


def test_the_country_of_a_site_decides_its_grid(bill: Bill, background: Background) -> None:
    """In the product row it is for the whole process; a row's own wins; other processes stay where the product is."""
    rows = """
    p | product | part | 1 item | country=DE
    p | input | electricity | 10 kWh
    p | input | electricity | 5 kWh | country=CN
    q | product | PUMP | 1 item
    q | input | part | 1 item
    q | input | electricity | 20 kWh
    """
    assert kilowatt_hours(run(book(bill, "", rows), background)) == {"grid-de": 10, "grid-2024": 25}


@pytest.mark.parametrize(("made", "drawn", "cell"), [(" | country=XX", "", "R4"), ("", " | country=XX", "R5")])
def test_a_site_without_factors_is_an_error_at_its_country(
    made: str, drawn: str, cell: str, bill: Bill, background: Background
) -> None:
    """Whoever wrote the country finds the error there."""
    rows = f"p | product | PUMP | 1 item{made}\np | input | electricity | 10 kWh{drawn}"
    assert LINE.refused(lambda: run(book(bill, "", rows), background)) == (
        f"pump.xlsx:Processes!{cell}: there is no electricity factor for 'XX' in this period; known years: -. "
        "Correct country or period, or enter the code of an electricity dataset. [electricity-unknown]"
    )


def test_a_site_in_a_year_without_factors_is_an_error_at_its_row(bill: Bill, background: Background) -> None:
    """The country is right and the year is not: Germany has no 2023."""
    rows = "p | product | PUMP | 1 item | country=DE\np | input | electricity | 10 kWh | period=2023"
    said = LINE.refused(lambda: run(book(bill, "", rows), background))
    assert said.startswith(
        "pump.xlsx:Processes!F5: there is no electricity factor for 'DE' in this period; known years: 2024."
    )


def test_the_market_of_a_claim_is_the_country_of_the_site(bill: Bill, background: Background) -> None:
    """A Chinese certificate serves the Chinese plant and not the German one, though both name one supply."""
    rows = """
    p | product | part | 1 item | country=DE
    p | input | electricity | 10 kWh | supply=E
    q | product | PUMP | 1 item
    q | input | part | 1 item
    q | input | electricity | 20 kWh | supply=E
    """
    cells = book(bill, f"E | contract | 90 | generator=wind, {CLAIMED}", rows)
    solved = run(cells, background, rules(criteria=EVERY))
    assert kilowatt_hours(solved) == {"grid-de": 10, "wind-2024": 20, "delivery-2024": 20}


@pytest.mark.parametrize(
    ("period", "year"),
    [("2023", "2023"), ("2023-12", "2023"), ("2024-01-01", "2024"), ("2023/2024", "2024"), ("2023-07/2024-06", "2023"),
     ("2023-12-31/2024-12-30", "2024"), ("2023-12-31/2024-01-01", "2023")],
)  # fmt: skip
def test_the_year_of_a_period_is_the_one_that_holds_most_of_it(period: str, year: str) -> None:
    """Of two that hold as many days, the earlier one."""
    days = span(period)
    assert days is not None
    assert year_of(days) == year


def test_a_period_over_a_year_s_end_is_told(bill: Bill, background: Background) -> None:
    """The factor is that of the year with most days, for rows, supplies and the reference period alike."""
    row = "p | input | electricity | 10 kWh"
    said = (
        "Processes!F5: the period {} lies in several years; the electricity factor of {} is used, the year "
        "that holds most of it. [electricity-years]"
    )
    by_row = run(book(bill, "", f"{row} | period=2023-12/2024-11"), background)
    assert (kilowatt_hours(by_row), told(by_row)) == ({"grid-2024": 10}, [said.format("2023-12/2024-11", 2024)])
    by_supply = run(book(bill, "E | grid | 1 | period=2023-02/2024-01", f"{row} | supply=E"), background)
    assert (kilowatt_hours(by_supply), told(by_supply)) == ({"grid-2023": 10}, [said.format("2023-02/2024-01", 2023)])
    by_product = run(book(bill, "", row, period_start="2023-12-01", period_end="2024-11-30"), background)
    assert (kilowatt_hours(by_product), told(by_product)) == (
        {"grid-2024": 10},
        [said.format("2023-12-01/2024-11-30", 2024)],
    )


def test_a_generator_of_the_country_of_a_site_is_no_dataset_to_pick(bill: Bill, tmp_path: Path) -> None:
    """What the rules must accept first cannot be taken by its code, neither at home nor where a site is."""
    made = "grid | kWh | grid\nwind-de | kWh | wind | category=electricity, region=DE\nsteel | kg | steel"
    emitted = "\n".join(f"{code} | emission | co2-fossil | 1" for code in ("grid", "wind-de", "steel"))
    table = {"CN": {"2024": {"grid": "grid"}}, "DE": {"2024": {"grid": "grid", "wind": "wind-de"}}}
    units = {"grid": "kWh", "wind-de": "kWh", "steel": "kg"}
    folder = LINE.write_database(tmp_path / "own", LINE.activities(made), LINE.exchanges(emitted, units), table)
    cells = book(bill, "", "p | input | wind-de | 10 kWh | country=DE")
    assert "[electricity-by-code]" in LINE.refused(lambda: run(cells, LINE.opened(folder)))
    elsewhere = book(bill, "", "p | input | wind-de | 10 kWh")
    assert run(elsewhere, LINE.opened(folder)).ledger.total() == 11


# --- by its code


def by_code(bill: Bill, folder: Path, text: str, untracked: str, **product: object) -> Any:
    """Return what is made of electricity named by its code; China has no residual mix, Germany one of 2024."""
    codes = ("grid", "grid-de-2023", "grid-de", "residual-de", "grid-eu")
    regions = {"grid": "CN", "grid-eu": "EU"}
    made = "\n".join(f"{c} | kWh | {c} | category=electricity, region={regions.get(c, 'DE')}" for c in codes)
    emitted = "\n".join(f"{code} | emission | co2-fossil | 1" for code in (*codes, "steel"))
    table = {
        "CN": {"2024": {"grid": "grid"}},
        "DE": {"2023": {"grid": "grid-de-2023"}, "2024": {"grid": "grid-de", "residual": "residual-de"}},
    }
    units = {**dict.fromkeys(codes, "kWh"), "steel": "kg"}
    activities = LINE.activities(f"{made}\nsteel | kg | steel")
    written = LINE.write_database(folder / "own", activities, LINE.exchanges(emitted, units), table)
    cells = read(bill(text, product=LINE.plain_product(**product)))
    return run(cells, LINE.opened(written), rules(untracked=untracked))


PLANT = "L1 | plate | 1 kg | steel\n[Processes]\np | product | PUMP | 1 item\np | input | {} | 36 MJ"


def test_a_grid_by_its_code_is_what_nobody_claims(bill: Bill, tmp_path: Path) -> None:
    """Where rules count the residual mix, naming the average does not escape it; by location it is the average."""
    solved = by_code(bill, tmp_path, PLANT.format("grid-de"), "residual")
    assert kilowatt_hours(solved) == {"residual-de": 10}
    assert [e.location.code for e in solved.ruled.exchanges if e.location] == ["grid-de"]
    assert told(solved) == [
        (
            "Processes!F5: 'grid-de' is the average of a grid; electricity that nobody claims counts with "
            "'residual-de' (by-hand by hand, 5). [electricity-by-code-residual]"
        )
    ]


def test_a_grid_by_its_code_is_itself_where_rules_count_the_average(bill: Bill, tmp_path: Path) -> None:
    """Country and year are those of the dataset, and there is nothing to tell."""
    solved = by_code(bill, tmp_path, PLANT.format("grid-de-2023"), "grid")
    assert (kilowatt_hours(solved), told(solved)) == ({"grid-de-2023": 10}, [])


def test_a_grid_by_its_code_without_a_residual_mix_is_an_approximation(bill: Bill, tmp_path: Path) -> None:
    """The declaration says so, as for the word."""
    solved = by_code(bill, tmp_path, PLANT.format("grid-de-2023"), "residual")
    assert kilowatt_hours(solved) == {"grid-de-2023": 10}
    assert [said.rpartition(" ")[2] for said in told(solved)] == ["[residual-approximated]"]
    assert solved.graph.linked.approximated


@pytest.mark.parametrize("untracked", ["grid", "residual"])
def test_electricity_that_no_rule_can_act_on_is_told(untracked: str, bill: Bill, tmp_path: Path) -> None:
    """The mix of a region of which no grids are known, or a line of the BOM: it counts as it stands, and it is said."""
    solved = by_code(bill, tmp_path, PLANT.format("grid-eu"), untracked)
    assert LINE.used(solved) == {"steel": 1, "grid-eu": 10}
    assert told(solved) == [
        (
            "Processes!F5: 'grid-eu' is electricity named by its code and counts as it stands: what the rules say of "
            "claims and of electricity that nobody claims (by-hand by hand, 5) does not reach it. Write 'electricity' "
            "as the flow of a process, with its country. [electricity-as-named]"
        )
    ]
    bought = by_code(bill, tmp_path / "bom", "L1 | plate | 1 kg | steel\nL2 | charge | 10 kWh | grid-de", untracked)
    assert LINE.used(bought)["grid-de"] == 10
    codes = [said.rpartition(" ")[2] for said in told(bought)]
    assert codes == (["[electricity-as-named]"] if untracked == "residual" else [])
