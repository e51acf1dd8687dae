"""Electricity: what may be claimed, of how much, where and when; the rest is what nobody claims."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from io import BytesIO
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from footprint import service
from footprint.background.open import Background
from footprint.declare.texts import noticed
from footprint.messages import LANGUAGES, label
from footprint.model.spans import span, year_of
from footprint.paths import data_root
from footprint.publish import render
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Bill = Callable[..., Path]
CLAIMED = "certificate=C-1, cancelled_on=2025-02-01, cancelled_for=pump 2024, market=CN"
EVERY = frozenset({"certificate", "cancelled", "period", "market"})


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    """China as in the small database, and Germany, which has a residual mix and no 2023."""
    more = "grid-de | kWh | grid DE | region=DE\nresidual-de | kWh | residual DE | region=DE"
    emitted = "grid-de | emission | co2e-unsplit | 0.4\nresidual-de | emission | co2e-unsplit | 0.7"
    made = LINE.activities(f"{LINE.ACTIVITIES}\n{more}")
    units = {row["code"]: row["unit"] for row in made}
    table = {**LINE.ELECTRICITY, "DE": {"2024": {"grid": "grid-de", "residual": "residual-de"}}}
    exchanged = LINE.exchanges(f"{LINE.EXCHANGES}\n{emitted}", units)
    folder = tmp_path_factory.mktemp("databases") / "small"
    return LINE.opened(LINE.write_database(folder, made, exchanged, table))


def rules(**electricity: Any) -> Any:
    """Return the rules for arithmetic, with another electricity section."""
    found = LINE.rules()
    return found._replace(electricity=found.electricity._replace(**electricity))


def book(
    bill: Bill, supplies: str, rows: str = "p | input | electricity | 10 kWh | supply=E", **product: object
) -> Any:
    """Return a workbook whose only burden is electricity."""
    made = "" if "product |" in rows else "p | product | PUMP | 1 item\n"
    listed = f"[Electricity]\n{supplies}" if supplies else ""
    text = f"L1 | plate | 1 kg | steel | role=product\n[Processes]\n{made}{rows}\n{listed}"
    return read(bill(text, product=LINE.plain_product(**product)))


def run(cells: Any, background: Background, pcr: Any = None) -> Any:
    return LINE.run(cells, background, pcr or LINE.rules())


def kilowatt_hours(solved: Any) -> dict[str, float]:
    """Return the electricity of each dataset [kWh]."""
    found: dict[str, list[float]] = {}
    for posted in solved.ledger.postings:
        if posted.exchange.facts.get("electricity"):
            found.setdefault(posted.exchange.dataset.code, []).append(posted.quantity)
    return {code: pytest.approx(fsum(kwh), rel=1e-12) for code, kwh in found.items()}


def told(solved: Any) -> list[str]:
    """Return what is said of electricity, in English, with its cell; each is told in Chinese too."""
    said = []
    for notice in solved.graph.notices:
        both = noticed(notice)
        assert "{" not in both["zh"]
        assert both["zh"] != both["en"]
        if notice.code.split("-")[0] in {"electricity", "residual"}:
            said.append(f"{notice.place.address}: {both['en']} [{notice.code}]")
    return said


# --- what may be claimed


def test_a_claim_with_all_its_proof_counts(bill: Bill, background: Background) -> None:
    """Certificate, cancelled, of the period, of the market: under rules that demand all four, it counts as wind."""
    solved = run(book(bill, f"E | metered | 10\nE | contract | 10 | generator=wind, {CLAIMED}"), background,
                      rules(criteria=EVERY))  # fmt: skip
    assert kilowatt_hours(solved) == {"wind-2024": 10, "delivery-2024": 10}
    assert told(solved) == []
    assert [(s.state, s.unproven) for s in solved.graph.linked.supplies] == [("metered", False), ("accepted", False)]


LACKING = {
    "certificate": (
        "certificate=C-1, ", "",
        ("Electricity!A5: 'E' names no certificate or contract, which by-hand by hand, 5 demands; it counts as "
        "untracked electricity. [electricity-no-certificate]"),
    ),
    "cancelled": (
        "cancelled_on=2025-02-01, ", "",
        ("Electricity!A5: 'E' lacks the day on which its certificate was cancelled or for whom, which by-hand "
        "by hand, 5 demands; it counts as untracked electricity. [electricity-not-cancelled]"),
    ),
    "period": (
        "market=CN", "market=CN, period=2024-02/2024-12",
        ("Electricity!E5: the period 2024-02/2024-12 of 'E' does not cover 2024-01-01 to 2024-12-31, when its "
        "electricity was used, as by-hand by hand, 5 demands; it counts as untracked electricity. "
        "[electricity-other-period]"),
    ),
    "market": (
        "market=CN", "market=DE",
        ("Electricity!J5: 'E' was issued in 'DE' and used in 'CN', which by-hand by hand, 5 does not allow; it "
        "counts as untracked electricity. [electricity-other-market]"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("criterion", LACKING)
def test_a_claim_that_lacks_a_proof_counts_as_untracked(criterion: str, bill: Bill, background: Background) -> None:
    """Each criterion, alone: the claim is electricity that nobody claims, and cell, criterion and clause are named."""
    was, is_, sentence = LACKING[criterion]
    cells = book(bill, f"E | metered | 10\nE | contract | 10 | generator=wind, {CLAIMED.replace(was, is_)}")
    solved = run(cells, background, rules(criteria=EVERY))
    assert kilowatt_hours(solved) == {"grid-2024": 10}
    assert told(solved) == [sentence]
    supply = solved.graph.linked.supplies[1]
    assert (supply.state, supply.unproven, supply.untracked_kwh) == ("refused", True, 10)
    undemanded = run(cells, background, rules(criteria=EVERY - {criterion}))
    assert kilowatt_hours(undemanded) == {"wind-2024": 10, "delivery-2024": 10}


def test_a_market_that_is_not_stated_is_not_the_right_one(bill: Bill, background: Background) -> None:
    """Missing is not proof."""
    cells = book(bill, f"E | contract | 10 | generator=wind, {CLAIMED.replace(', market=CN', '')}")
    solved = run(cells, background, rules(criteria=EVERY))
    assert "[electricity-other-market]" in told(solved)[0]
    assert "issued in '-'" in told(solved)[0]


def test_what_was_sold_or_is_not_accepted_is_untracked_and_not_unproven(bill: Bill, background: Background) -> None:
    """Attributes sold, and a type that the rules do not know, count as untracked; nobody claims them without proof."""
    sold = run(book(bill, "E | on_site | 10 | generator=solar, attributes_sold=yes"), background)
    assert told(sold) == [
        (
            "Electricity!I4: the attributes of 'E' were sold, so that nobody may claim them here (by-hand by "
            "hand, 5); it counts as untracked electricity. [electricity-attributes-sold]"
        )
    ]
    strict = rules(accepted=frozenset({"grid"}))
    unknown = run(book(bill, f"E | contract | 10 | generator=wind, {CLAIMED}"), background, strict)
    assert told(unknown) == [
        (
            "Electricity!B4: the rules (by-hand by hand, 5) do not accept supply of type 'contract'; 'E' counts "
            "as untracked electricity. [electricity-not-accepted]"
        )
    ]
    for solved in (sold, unknown):
        assert kilowatt_hours(solved) == {"grid-2024": 10}
        assert [(s.state, s.unproven) for s in solved.graph.linked.supplies] == [("refused", False)]


def test_the_rules_can_ask_how_many_claims_lack_proof(bill: Bill, background: Background) -> None:
    """Two of three claims are unproven; rows that claim nothing, and those nobody uses, are not counted."""
    from footprint.rules.results import result_scope

    supplies = f"""
    E | metered | 30
    E | contract | 10 | generator=wind, {CLAIMED}
    E | contract | 5 | generator=wind
    E | green_certificate | 5 | generator=solar, certificate=C-3
    F | contract | 5 | generator=wind
    """
    found = LINE.result(book(bill, supplies), background, LINE.rules())
    assert result_scope(found.ruled, found.ledger, found.rating, 1.0)["result.unproven_supplies"] == 2
    states = [supply.state for supply in found.ruled.graph.linked.supplies]
    assert states == ["metered", "accepted", "refused", "refused", "unused"]


# --- of how much


def test_of_a_metered_supply_the_rest_is_untracked(bill: Bill, background: Background) -> None:
    """Of 100 kWh metered, 30 of wind and 20 of the own roof: half of each kWh is electricity nobody claims."""
    supplies = f"E | metered | 100\nE | contract | 30 | generator=wind, {CLAIMED}\nE | on_site | 20 | generator=solar"
    solved = run(book(bill, supplies), background)
    assert kilowatt_hours(solved) == {"wind-2024": 3, "delivery-2024": 3, "solar-2024": 2, "grid-2024": 5}
    assert [s.untracked_kwh for s in solved.graph.linked.supplies] == [50, 0, 0]


def test_more_claimed_than_metered_is_an_error(bill: Bill, background: Background) -> None:
    """The sums and every cell are named; what a tenth of a kWh too much is, no tolerance forgives."""
    supplies = f"E | metered | 100\nE | contract | 80 | generator=wind, {CLAIMED}\nE | on_site | 20.1 | generator=solar"
    assert LINE.refused(lambda: run(book(bill, supplies), background)) == (
        "pump.xlsx:Electricity!D5: supply 'E' claims 100.1 kWh (Electricity!D5, Electricity!D6) from "
        "2024-01-01 to 2024-12-31, of which 100 kWh (Electricity!D4) were consumed. What was not consumed "
        "cannot be claimed: correct the kWh or the periods. [certificates-exceed-consumption]"
    )


def test_claims_are_held_against_the_totals_of_facilities(bill: Bill, background: Background) -> None:
    """Without a meter, two facilities of 40 and 50 kWh carry certificates of 90, whatever their shares, and no more."""
    whole = "supply=E, covers=facility_total, sharing_key=area"
    rows = f"p | input | electricity | 40 kWh | {whole}, share=0.1\np | input | electricity | 180 MJ | {whole}, share=0"
    run(book(bill, f"E | contract | 90 | generator=wind, {CLAIMED}\nE | grid | 500", rows), background)
    above = book(bill, f"E | contract | 91 | generator=wind, {CLAIMED}", rows)
    assert LINE.refused(lambda: run(above, background)) == (
        "pump.xlsx:Electricity!D4: supply 'E' claims 91 kWh (Electricity!D4) from 2024-01-01 to 2024-12-31, "
        "of which 90 kWh (Processes!G5, Processes!G6) were consumed. What was not consumed cannot be claimed: "
        "correct the kWh or the periods. [certificates-exceed-consumption]"
    )


def test_a_claim_that_cannot_be_compared_is_told(bill: Bill, background: Background) -> None:
    """Amounts per output, or totals of other days, do not tell what the plant consumed: the certificate counts, and
    it is said that nobody could compare it.
    """
    said = (
        "Electricity!D4: what was claimed for 'E' cannot be compared with its consumption, which is not "
        "stated. Add a row of type metered with the whole consumption. [electricity-unmetered]"
    )
    claim = f"E | contract | 90 | generator=wind, {CLAIMED}"
    of_march = (
        "p | input | electricity | 5 kWh | supply=E, period=2024-03, covers=facility_total, sharing_key=a, share=1"
    )
    for rows in ("p | input | electricity | 10 kWh | supply=E", of_march):
        assert told(run(book(bill, claim, rows), background)) == [said]
    assert told(run(book(bill, "E | on_site | 90 | generator=solar"), background)) == []


def test_meters_of_several_periods_are_each_their_own(bill: Bill, background: Background) -> None:
    """A process of March has the mix of March; one of the year has that of both; no month lends to another."""
    of_march = CLAIMED + ", period=2024-03"
    meters = "E | metered | 100 | period=2024-03\nE | metered | 300 | period=2024-04"
    supplies = f"{meters}\nE | contract | 50 | generator=wind, {of_march}"
    row = "p | input | electricity | 10 kWh | supply=E"
    demanding = rules(criteria=EVERY)

    def of(period: str, kwh: float = 50) -> dict[str, float]:
        cells = book(bill, supplies.replace("| 50 |", f"| {kwh} |"), f"{row}{period}")
        return kilowatt_hours(run(cells, background, demanding))

    assert of(", period=2024-03") == {"wind-2024": 5, "delivery-2024": 5, "grid-2024": 5}
    assert of(", period=2024-04") == {"grid-2024": 10}
    assert of("") == {"wind-2024": 1.25, "delivery-2024": 1.25, "grid-2024": 8.75}
    assert "from 2024-03-01 to 2024-03-31, of which 100 kWh" in LINE.refused(lambda: of("", kwh=101))


def test_a_certificate_of_the_year_serves_every_month_of_it(bill: Bill, background: Background) -> None:
    """Meters by month and one certificate of the year are one mix; what only fits the year as a whole is no excess."""
    by_month = "\n".join(f"E | metered | 100 | period=2024-{month:02d}" for month in range(1, 13))
    early = "certificate=C-2, cancelled_on=2025-02-01, cancelled_for=us, market=CN, period=2024-01"
    claims = f"E | contract | 1100 | generator=wind, {CLAIMED}\nE | contract | 100 | generator=solar, {early}"
    solved = run(book(bill, f"{by_month}\n{claims}"), background, rules(criteria=EVERY))
    assert kilowatt_hours(solved)["wind-2024"] == 10 * 11 / 12
    assert told(solved) == []
    too_early = claims.replace("| 100 |", "| 100.1 |").replace("1100", "1000")
    assert "100.1 kWh (Electricity!D17) from 2024-01-01 to 2024-01-31, of which 100 kWh" in LINE.refused(
        lambda: run(book(bill, f"{by_month}\n{too_early}"), background)
    )


def test_meters_of_two_years_take_the_factors_of_both(bill: Bill, background: Background) -> None:
    """A reference period over a year's end, metered by year, is counted year by year."""
    cells = book(bill, "E | metered | 30 | period=2023-10/2023-12\nE | metered | 10 | period=2024-01/2024-03",
                 period_start="2023-10-01", period_end="2024-03-31")  # fmt: skip
    assert kilowatt_hours(run(cells, background)) == {"grid-2023": 7.5, "grid-2024": 2.5}


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


# --- both results, side by side


def test_both_results_always_stand_side_by_side(bill: Bill, background: Background) -> None:
    """Wind by contract and the grid by location; without a claim they are one number, and it is said why."""
    claimed = LINE.document(book(bill, f"E | contract | 10 | generator=wind, {CLAIMED}"), background, LINE.rules())
    assert (claimed["result"]["declared"], claimed["result"]["location_declared"]) == ("2.500", "7.000")
    assert claimed["result"]["location_notes"] == []
    for supplies in ("E | grid | 10", "E | contract | 10 | generator=wind"):
        result = LINE.document(book(bill, supplies), background, LINE.rules())["result"]
        assert result["location_based"] == result["total"] == 7
        assert [note["en"] for note in result["location_notes"]] == [
            "Located at its grids, own electricity gives the same result: no contract or certificate counts in it."
        ]


def test_the_footprint_of_a_supplier_cannot_be_converted(bill: Bill, background: Background) -> None:
    """One sentence names those in the result; without any, nothing is said."""
    supplied = "L1 | part | 1 kg | part-a\nL2 | part | 1 kg | part-b\n[Factors]\npart-a | 2\npart-b | 3\npart-c | 4"
    path, folder = bill(supplied, product=LINE.plain_product()), str(background.databases[0].folder)
    found = service.calculate(service.Request(path, str(LINE.RULES), (folder,))).document
    (said,) = (note["en"] for note in found["result"]["location_notes"][1:])
    assert said == (
        "The footprints of suppliers (part-a, part-b) cannot be converted to location-based electricity and stand "
        "in both results as stated."
    )
    assert found["result"]["location_based"] == found["result"]["total"] == 5


def test_the_declaration_lists_every_supply(bill: Bill, background: Background) -> None:
    """Type, generator, kWh, period, proof, what it counts as and why not, its cell and those that use it."""
    claims = f"E | contract | 30 | generator=wind, {CLAIMED}\nE | contract | 20 | generator=wind"
    supplies = f"E | metered | 100\n{claims}\nF | grid | 5"
    found = LINE.document(book(bill, supplies), background, rules(criteria=frozenset({"certificate", "market"})))
    own = found["electricity"]
    assert [each["id"] for each in own["criteria"]] == ["certificate", "market"]
    assert (own["untracked"]["id"], own["clause"], own["approximated"]) == ("grid", "by hand, 5", False)
    rows = [(s["cell"], s["id"], s["state"], s["kwh"], s["untracked_kwh"], s["used_by"]) for s in own["supplies"]]
    assert rows == [
        ("Electricity!A4", "E", "metered", 100, 50, ["Processes!A5"]),
        ("Electricity!A5", "E", "accepted", 30, 0, ["Processes!A5"]),
        ("Electricity!A6", "E", "refused", 20, 20, ["Processes!A5"]),
        ("Electricity!A7", "F", "unused", 5, 0, []),
    ]
    accepted, refused = own["supplies"][1:3]
    proof = [accepted[key] for key in ("certificate", "cancelled", "market")]
    assert (accepted["generator_title"], accepted["type_title"]["zh"]) == ({"zh": "风电", "en": "wind"}, "购电合同")
    assert proof == ["C-1", "2025-02-01 · pump 2024", "CN"]
    assert (accepted["unproven"], accepted["why"]) == (False, [])
    assert (refused["unproven"], len(refused["why"])) == (True, 2)
    assert refused["why"][0]["zh"] == "“E”未填写证书或合同编号（by-hand by hand, 5 要求），按未声明来源电力计算。"
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((data_root() / "templates" / "declaration.schema.json").read_text(encoding="utf-8"))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(found)) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reports_show_supplies_and_both_results(lang: str, bill: Bill, background: Background) -> None:
    """Html and xlsx name each certificate, what it counts as, why not, both results and the approximation."""
    claims = f"E | contract | 30 | generator=wind, {CLAIMED}\nE | contract | 20 | generator=wind"
    claims = f"E | contract | 30 | generator=wind, {CLAIMED}\nE | contract | 20 | generator=wind"
    supplies = f"E | metered | 100\n{claims}"
    document = LINE.document(book(bill, supplies), background, rules(untracked="residual"))
    html = render("report.html", document, lang).decode("utf-8")
    content = load_workbook(BytesIO(render("report.xlsx", document, lang)))
    cells = {str(cell.value) for sheet in content for row in sheet.iter_rows() for cell in row}
    labels = ("report-counts-refused", "report-electricity-approximated")
    refused = document["electricity"]["supplies"][2]
    for text in ("C-1", *(label(code, lang) for code in labels), refused["why"][0][lang]):
        assert text in html.replace("&#39;", "'"), text
        assert any(text in cell for cell in cells), text
    assert label("report-location-based", lang) in html
    summary = content.worksheets[0]
    located = [row[1].value for row in summary.iter_rows() if row[0].value == label("report-location-based", lang)]
    assert located == [document["result"]["location_based"]]


def test_the_summary_says_both_results(bill: Bill, background: Background, tmp_path: Path) -> None:
    """Whoever calculates sees the contractual number, the one by location, and why they are one where they are."""
    document = LINE.document(book(bill, f"E | contract | 10 | generator=wind, {CLAIMED}"), background, LINE.rules())
    said = service.summary(service.Calculated(document, {}, tmp_path), (), "en").splitlines()
    assert said[1] == "2.500 kg CO2e / 1 item  (one product)"
    assert "7.000 kg CO2e / 1 item  (own electricity by its location)" in said
    equal = LINE.document(book(bill, "E | grid | 10"), background, LINE.rules())
    assert "自用电力按所在地电网计算结果相同：结果中未计入任何合同或证书。" in service.summary(
        service.Calculated(equal, {}, tmp_path), (), "zh"
    )
