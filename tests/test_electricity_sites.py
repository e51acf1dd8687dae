"""Electricity that nobody claims, and where and when it is used."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint import service
from footprint.background.open import Background
from footprint.declare.declare import declare
from footprint.line import solved
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
    assert "[electricity-foreign]" in LINE.refused(lambda: run(elsewhere, LINE.opened(folder)))


# --- by its code


def by_code(bill: Bill, folder: Path, text: str, untracked: str, **product: object) -> Any:
    """Return what is made of electricity named by its code; China has no residual mix, Germany one of 2024."""
    codes = ("grid", "wind", "grid-de-2023", "grid-de", "residual-de", "grid-eu")
    regions = {"grid": "CN", "wind": "CN", "grid-eu": "EU"}
    made = "\n".join(f"{c} | kWh | {c} | category=electricity, region={regions.get(c, 'DE')}" for c in codes)
    emitted = "\n".join(f"{code} | emission | co2-fossil | 1" for code in (*codes, "steel"))
    table = {
        "CN": {"2024": {"grid": "grid", "wind": "wind"}},
        "DE": {"2023": {"grid": "grid-de-2023"}, "2024": {"grid": "grid-de", "residual": "residual-de"}},
    }
    units = {**dict.fromkeys(codes, "kWh"), "steel": "kg"}
    activities = LINE.activities(f"{made}\nsteel | kg | steel")
    written = LINE.write_database(folder / "own", activities, LINE.exchanges(emitted, units), table)
    cells = read(bill(text, product=LINE.plain_product(**product)))
    return run(cells, LINE.opened(written), rules(untracked=untracked))


PLANT = (
    "L1 | plate | 1 kg | steel\n[Processes]\np | product | PUMP | 1 item\np | input | {} | 36 MJ | country={country}"
)


def test_a_grid_by_its_code_is_what_nobody_claims(bill: Bill, tmp_path: Path) -> None:
    """Where rules count the residual mix, naming the average does not escape it; by location it is the average."""
    solved = by_code(bill, tmp_path, PLANT.format("grid-de", country="DE"), "residual")
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
    solved = by_code(bill, tmp_path, PLANT.format("grid-de-2023", country="DE"), "grid")
    assert (kilowatt_hours(solved), told(solved)) == ({"grid-de-2023": 10}, [])


def test_a_grid_by_its_code_without_a_residual_mix_is_an_approximation(bill: Bill, tmp_path: Path) -> None:
    """The declaration says so, as for the word."""
    solved = by_code(bill, tmp_path, PLANT.format("grid-de-2023", country="DE"), "residual")
    assert kilowatt_hours(solved) == {"grid-de-2023": 10}
    assert [said.rpartition(" ")[2] for said in told(solved)] == ["[residual-approximated]"]
    assert solved.graph.linked.approximated


@pytest.mark.parametrize("untracked", ["grid", "residual"])
def test_electricity_that_no_rule_can_act_on_is_told(untracked: str, bill: Bill, tmp_path: Path) -> None:
    """The mix of a region where no grid of the country is known, or a line of the BOM: it counts, and it is said."""
    solved = by_code(bill, tmp_path, PLANT.format("grid-eu", country="LU"), untracked)
    assert LINE.used(solved) == {"steel": 1, "grid-eu": 10}
    assert told(solved) == [
        (
            "Processes!F5: 'grid-eu' is electricity named by its code and counts as it stands: what the rules say of "
            "claims and of electricity that nobody claims (by-hand by hand, 5) does not reach it. Write 'electricity' "
            "as the flow of a process, with its country. [electricity-as-named]"
        )
    ]
    assert len(solved.graph.linked.claimed) == 1
    text, german = "L1 | plate | 1 kg | steel\nL2 | charge | 10 kWh | grid-de", {"country": "DE"}
    bought = by_code(bill, tmp_path / "bom", text, untracked, **german)
    assert LINE.used(bought)["grid-de"] == 10
    codes = [said.rpartition(" ")[2] for said in told(bought)]
    assert codes == (["[electricity-as-named]"] if untracked == "residual" else [])


MIDDLE = "L1 | plate | 1 kg | steel\n"
BURNT = "[End of life]\nproduct | incineration | 1 | treatment=steel, lhv=40, electricity_efficiency=0.1, "
EVERYWHERE = {
    "Processes!F5": PLANT.format("{code}", country="CN"),
    "Processes cut_off": MIDDLE
    + "[Processes]\np | product | PUMP | 1 item\np | input | any | 1 kWh | cut_off={code}",
    "Processes substitute": MIDDLE
    + "[Processes]\np | product | PUMP | 1 item\np | co-product | x | 1 kWh | substitute={code}",
    "BOM!P5": MIDDLE + "L2 | charge | 10 kWh | {code}",
    "BOM secondary": "L1 | plate | 1 kg | steel | recycled_share=0.5, secondary={code}",
    "BOM cut_off": MIDDLE + "L2 | charge | 10 kWh | | cut_off={code}",
    "Use!A4": MIDDLE + "[Use]\n{code} | 10 kWh",
    "End of life electricity": MIDDLE + BURNT + "electricity={code}",
    "End of life heat": MIDDLE + BURNT.replace("electricity_", "heat_") + "heat={code}",
    "End of life avoided": MIDDLE + "[End of life]\nproduct | recycling | 1 | avoided={code}",
}


@pytest.mark.parametrize("where", EVERYWHERE)
@pytest.mark.parametrize(
    ("code", "refusal"),
    [("grid-de", "foreign"), ("residual-de", "foreign"), ("grid-eu", "foreign"), ("wind", "by-code")],
)
def test_no_cell_lets_other_electricity_in_by_its_code(
    where: str, code: str, refusal: str, bill: Bill, tmp_path: Path
) -> None:
    """Of another country, of a region that is wider, of a generator: refused wherever a dataset may be named."""
    error = LINE.refused(lambda: by_code(bill, tmp_path, EVERYWHERE[where].format(code=code), "grid"))
    assert f"[electricity-{refusal}]" in error
    sheet, _, column = where.partition(" ")
    assert column or where in error
    assert sheet.partition("!")[0] in error


def test_electricity_of_another_country_names_both_and_the_remedy(bill: Bill, tmp_path: Path) -> None:
    """The country is that of the site, whatever the country of the product."""
    assert LINE.refused(lambda: by_code(bill, tmp_path, PLANT.format("wind", country="DE"), "grid")) == (
        "pump.xlsx:Processes!F5: 'wind' is electricity of 'CN', but is used in 'DE'. Write 'electricity' and enter the "
        "country of the site, or state the supply on the Electricity sheet. [electricity-foreign]"
    )


# --- own factors


OWN = "\n[Factors]\nmine | {} | unit={}, boundary=service, energy={}"
USED = {
    "Processes": PLANT.format("mine", country="CN"),
    "BOM": MIDDLE + "L2 | charge | 10 kWh | mine | role=consumable, destination=evaporated",
    "Use": MIDDLE + "[Use]\nmine | 10 kWh",
}


@pytest.mark.parametrize("where", USED)
@pytest.mark.parametrize(("value", "unit"), [(0.01, "kWh"), (0.01 / 3.6, "MJ")])
def test_an_own_factor_of_electricity_is_a_claim(
    where: str, value: float, unit: str, bill: Bill, background: Background
) -> None:
    """It counts, is told, leaves the clauses on claims without evidence, and by location is the grid of the site."""
    from footprint.rules.results import result_scope

    path = bill(USED[where] + OWN.format(value, unit, "electricity"), product=LINE.plain_product())
    folder = str(background.databases[0].folder)
    ready = service.prepare(service.Request(path, str(LINE.RULES), (folder,)))
    found = solved(ready)
    asked = result_scope(found.ruled, found.ledger, found.rating, 1.0)
    assert asked["result.unproven_supplies"] is None
    result = declare(found)["result"]
    assert result["total"] == pytest.approx(2 + 0.1)
    assert result["location_based"] == pytest.approx(2 + 5)
    assert [n.code for n in found.ruled.graph.notices if n.code == "electricity-own-factor"] != []


def test_an_own_factor_of_heat_is_none_of_electricity(bill: Bill, background: Background) -> None:
    """It counts as it stands in both results; where electricity is replaced, any own factor of energy is told."""
    folder = str(background.databases[0].folder)

    def found(text: str) -> Any:
        path = bill(text + OWN.format(0.01, "kWh", "heat"), product=LINE.plain_product())
        return service.calculate(service.Request(path, str(LINE.RULES), (folder,))).document

    heat = found(USED["Processes"])
    assert heat["result"]["location_based"] == heat["result"]["total"]
    assert "electricity-own-factor" not in [a["code"] for a in heat["assumptions"]]
    credit = found(MIDDLE + BURNT + "electricity=mine")
    assert "electricity-own-factor" in [a["code"] for a in credit["assumptions"]]


@pytest.mark.parametrize("unit", ["kWh", "MJ", "tce"])
def test_a_factor_of_energy_says_of_which(unit: str, bill: Bill, background: Background) -> None:
    """Nobody guesses whether a factor per kWh is of electricity, heat or a battery."""
    path = bill(MIDDLE + OWN.format(1, unit, ""), product=LINE.plain_product())
    folder = str(background.databases[0].folder)
    assert "the kind of energy is empty. Choose it. [factor-energy-missing]" in LINE.refused(
        lambda: service.calculate(service.Request(path, str(LINE.RULES), (folder,)))
    )
