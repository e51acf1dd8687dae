"""Electricity: what may be claimed, and of how much."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background

POWER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "power.py")))
LINE, CLAIMED, EVERY = POWER.LINE, POWER.CLAIMED, POWER.EVERY
book, kilowatt_hours, rules, run, told = POWER.book, POWER.kilowatt_hours, POWER.rules, POWER.run, POWER.told
Bill = Callable[..., Path]


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return POWER.background(tmp_path_factory.mktemp("databases"))


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
    "cancelled ": (
        "cancelled_on=2025-02-01", "cancelled_on=2023-12-31",
        ("Electricity!G5: 'E' was cancelled before 2024-01-01, when the first of its electricity was made, and by-hand "
        "by hand, 5 demands a certificate that was cancelled for it; it counts as untracked electricity. "
        "[electricity-cancelled-early]"),
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
    undemanded = run(cells, background, rules(criteria=EVERY - {criterion.strip()}))
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
    E | on_site | 5 | generator=solar, attributes_sold=yes
    F | contract | 5 | generator=wind
    F | metered | 5
    """
    found = LINE.result(book(bill, supplies), background, LINE.rules())
    assert result_scope(found.ruled, found.ledger, found.rating, 1.0)["result.unproven_supplies"] == 2
    states = [supply.state for supply in found.ruled.graph.linked.supplies]
    assert states == ["metered", "accepted", "refused", "refused", "refused", "unused", "unused"]


def test_nothing_is_said_of_a_claim_to_nothing(bill: Bill, background: Background) -> None:
    """A row of zero kWh is not used, and nobody is told that it lacks a certificate."""
    solved = run(book(bill, "E | metered | 10\nE | contract | 0 | generator=wind"), background)
    assert (kilowatt_hours(solved), told(solved)) == ({"grid-2024": 10}, [])
    assert [supply.state for supply in solved.graph.linked.supplies] == ["metered", "unused"]


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


def test_whoever_covers_a_meter_covers_it_once(bill: Bill, background: Background) -> None:
    """Grid rows take their part of a meter as well; parts that only rounding tells from the whole are the whole."""
    claim = f"E | contract | 0.2 | generator=wind, {CLAIMED}"
    solved = run(book(bill, f"E | metered | 0.3\nE | on_site | 0.1 | generator=solar\n{claim}"), background)
    assert set(kilowatt_hours(solved)) == {"wind-2024", "delivery-2024", "solar-2024"}
    above = book(bill, f"E | metered | 0.3\nE | grid | 0.15\n{claim}")
    assert "claims 0.35 kWh" in LINE.refused(lambda: run(above, background))


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
    """Where amounts are per output, or totals of other days, a claim counts, and is said to be uncompared."""
    said = (
        "Electricity!D4: what 'E' claims cannot be compared with its consumption, of which only {} kWh are known: what "
        "its rows do not cover of these is untracked electricity, by location all is the grid, and no claim on it is "
        "proven. Add a row of type metered with the whole consumption. [electricity-unmetered]"
    )
    claim = f"E | contract | 90 | generator=wind, {CLAIMED}"
    per_output = "p | input | electricity | 10 kWh | supply=E"
    whole = "p | input | electricity | 5 kWh | supply=E, covers=facility_total, sharing_key=a, share=1"
    for rows, kwh in ((per_output, 10), (f"{whole}, period=2024-03", 5), (f"{whole}\n{per_output}", 15)):
        assert told(run(book(bill, claim, rows), background)) == [said.format(kwh)]
    roof = run(book(bill, "E | on_site | 90 | generator=solar"), background)
    assert (kilowatt_hours(roof), told(roof)) == ({"solar-2024": 10}, [said.format(10)])


@pytest.mark.parametrize("shown", ["p | input | electricity | 10 kWh | supply=E", "by a part"])
def test_a_claim_covers_its_kilowatt_hours_of_what_an_item_takes(
    shown: str, bill: Bill, background: Background
) -> None:
    """A certificate of 1 kWh for 10 kWh is a tenth, also where a process makes a tenth of what an item takes of it."""
    part = """
    p | product | part | 1 kg
    p | input | electricity | 1 kWh | supply=E
    q | product | PUMP | 1 item
    q | input | part | 10 kg"""
    rows = part if shown == "by a part" else shown
    paper = run(book(bill, f"E | contract | 1 | generator=wind, {CLAIMED}", rows), background)
    assert kilowatt_hours(paper) == {"wind-2024": 1, "delivery-2024": 1, "grid-2024": 9}
    assert "of which only 10 kWh are known" in told(paper)[0]
    assert kilowatt_hours(run(book(bill, "E | on_site | 1 | generator=solar", rows), background)) == {
        "solar-2024": 1, "grid-2024": 9,
    }  # fmt: skip


def test_what_facilities_took_is_what_claims_must_cover(bill: Bill, background: Background) -> None:
    """Half of the total is claimed: half is untracked, in both results what the roof made is its own."""
    row = "p | input | electricity | 100 kWh | supply=E, covers=facility_total, sharing_key=area, share=0.1"
    paper = run(book(bill, f"E | contract | 50 | generator=wind, {CLAIMED}", row), background)
    assert kilowatt_hours(paper) == {"wind-2024": 5, "delivery-2024": 5, "grid-2024": 5}
    roof = book(bill, "E | on_site | 50 | generator=solar", row)
    assert kilowatt_hours(run(roof, background)) == {"solar-2024": 5, "grid-2024": 5}
    assert (told(paper), told(run(roof, background))) == ([], [])
    assert located(roof, background, LINE.rules()) == pytest.approx(2 + 5 * 0.04 + 5 * 0.5)
    bought = f"E | contract | 50 | generator=wind, {CLAIMED}\nE | grid | 50"
    both = book(bill, f"E | on_site | 50 | generator=solar\n{bought}", row)
    assert located(both, background, LINE.rules()) == pytest.approx(2 + 5 * 0.04 + 5 * 0.5)


@pytest.mark.parametrize(
    ("supplies", "count"),
    [
        ("E | contract | 10 | generator=wind, " + CLAIMED, None),
        ("E | on_site | 10 | generator=solar", None),
        ("E | on_site | 10 | generator=solar\nE | metered | 10", 0),
        ("E | contract | 10 | generator=wind", 1),
        ("E | grid | 10", 0),
        ("E | on_site | 5 | generator=solar\nE | contract | 10 | generator=wind", 1),
    ],
)
def test_a_claim_that_nobody_can_compare_is_not_proven(
    supplies: str, count: int | None, bill: Bill, background: Background
) -> None:
    """Clauses on it need evidence, unless another claim is known to lack its proof."""
    from footprint.rules.results import result_scope

    found = LINE.result(book(bill, supplies), background, LINE.rules())
    assert result_scope(found.ruled, found.ledger, found.rating, 1.0)["result.unproven_supplies"] == count


def test_a_contract_of_the_year_leaves_each_month_its_own_roof(bill: Bill, background: Background) -> None:
    """Half of March is of the roof, April has none of it: paper over both covers a quarter of what was bought."""
    meters = "E | metered | 100 | period=2024-03\nE | metered | 150 | period=2024-04"
    roof = "E | on_site | 50 | generator=solar, period=2024-03"
    paper = f"E | contract | 50 | generator=wind, {CLAIMED}, period=2024-03/2024-04"

    def of(month: str) -> dict[str, float]:
        row = f"p | input | electricity | 10 kWh | supply=E, period={month}"
        return kilowatt_hours(run(book(bill, f"{meters}\n{roof}\n{paper}", row), background))

    assert of("2024-03") == {"solar-2024": 5, "wind-2024": 1.25, "delivery-2024": 1.25, "grid-2024": 3.75}
    assert of("2024-04") == {"wind-2024": 2.5, "delivery-2024": 2.5, "grid-2024": 7.5}


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
    of_april = run(book(bill, supplies, f"{row}, period=2024-04"), background)
    assert [supply.state for supply in of_april.graph.linked.supplies] == ["metered", "metered", "unused"]


def test_a_meter_of_a_day_is_covered_on_that_day(bill: Bill, background: Background) -> None:
    """Periods that share one day belong together."""
    day = "period=2024-03-05"
    cells = book(bill, f"E | metered | 5 | {day}\nE | contract | 5 | generator=wind, {day}, {CLAIMED}")
    assert kilowatt_hours(run(cells, background)) == {"wind-2024": 10, "delivery-2024": 10}


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
    meters = "E | metered | 30 | period=2023-10/2023-12\nE | metered | 10 | period=2024-01/2024-03"
    period = {"period_start": "2023-10-01", "period_end": "2024-03-31"}
    cells = book(bill, meters, **period)
    assert kilowatt_hours(run(cells, background)) == {"grid-2023": 7.5, "grid-2024": 2.5}
    over_both = "E | contract | 20 | generator=wind, period=2023-10/2024-03"
    cells = book(bill, f"{meters}\n{over_both}", **period)
    assert kilowatt_hours(run(cells, background)) == {"grid-2023": 7.5, "grid-2024": 2.5}


# --- of other days


OTHER = f"generator=wind, period=2023, {CLAIMED}"


def located(cells: Any, background: Background, pcr: Any) -> float:
    """Return the result by location [kg CO2e]."""
    return LINE.document(cells, background, pcr)["result"]["location_based"]


@pytest.mark.parametrize("rest", ["", "E | grid | 5", "E | grid | 5 | period=2023\nE | grid | 15 | period=2024"])
@pytest.mark.parametrize(
    ("criteria", "paper"),
    [({"certificate"}, "market=CN"), (EVERY, "certificate=C-1"), (EVERY, CLAIMED), ({"market"}, "market=CN")],
)
def test_paper_of_other_days_says_nothing_of_when_electricity_was_used(
    criteria: set[str], rest: str, paper: str, bill: Bill, background: Background
) -> None:
    """By location a certificate of last year is used when the rest of its supply is, or when the process ran."""
    pcr = rules(criteria=frozenset(criteria))
    if criteria == {"market"} and "2023" in rest:
        rest = rest.replace("2023", "2024")  # it counts, and there is no wind of 2023 here
    certificate = f"E | contract | 20 | generator=wind, period=2023, {paper}"
    with_paper = located(book(bill, f"{rest}\n{certificate}"), background, pcr)
    without = located(book(bill, rest or "E | grid | 20"), background, pcr)
    assert with_paper == pytest.approx(without, rel=1e-12)


def test_a_certificate_of_last_year_serves_a_meter_where_rules_ask_for_no_period(
    bill: Bill, background: Background
) -> None:
    """It covers its part of the meter, at the factors of the days metered; no more of it than was consumed."""
    pcr = rules(criteria=EVERY - {"period"})
    solved = run(book(bill, f"E | metered | 100\nE | contract | 40 | {OTHER}"), background, pcr)
    assert kilowatt_hours(solved) == {"wind-2024": 4, "delivery-2024": 4, "grid-2024": 6}
    assert told(solved) == []
    assert [s.state for s in solved.graph.linked.supplies] == ["metered", "accepted"]
    above = book(bill, f"E | metered | 100\nE | contract | 101 | {OTHER}")
    assert "from 2024-01-01 to 2024-12-31, of which 100 kWh" in LINE.refused(lambda: run(above, background, pcr))


WHOLE = "supply=E, covers=facility_total, sharing_key=area, share=0.1"


def test_a_meter_stands_before_the_totals_of_facilities(bill: Bill, background: Background) -> None:
    """100 kWh metered and 100 of a facility are the same 100 kWh: 150 cannot be claimed of them."""
    rows = f"p | input | electricity | 100 kWh | {WHOLE}"
    cells = book(bill, f"E | metered | 100\nE | contract | 150 | generator=wind, {CLAIMED}", rows)
    assert "of which 100 kWh (Electricity!D4) were consumed" in LINE.refused(lambda: run(cells, background))


def test_facilities_of_half_a_year_each_cover_a_claim_of_the_whole(bill: Bill, background: Background) -> None:
    """Both halves are stated, so the claim is held against 90 kWh: one of 91 is too much."""
    halves = ("40 kWh | period=2024-01/2024-06", "50 kWh | period=2024-07/2024-12")
    rows = "\n".join(f"p | input | electricity | {half}, {WHOLE}" for half in halves)
    assert told(run(book(bill, f"E | contract | 90 | generator=wind, {CLAIMED}", rows), background)) == []
    above = book(bill, f"E | contract | 91 | generator=wind, {CLAIMED}", rows)
    assert "claims 91 kWh" in LINE.refused(lambda: run(above, background))


def test_a_later_month_is_not_covered_by_an_earlier_one(bill: Bill, background: Background) -> None:
    """40 kWh over in February is too much, however little was claimed in January."""
    month = "E | {} | {} | period=2024-0{}, generator={}"
    cells = "\n".join([
        "E | metered | 100 | period=2024-01", "E | metered | 50 | period=2024-02",
        month.format("on_site", 10, 1, "solar"), month.format("on_site", 90, 2, "solar"),
    ])  # fmt: skip
    row = "p | input | electricity | 10 kWh | supply=E, period=2024-01/2024-02"
    refused = LINE.refused(lambda: run(book(bill, cells, row), background))
    assert "claims 90 kWh (Electricity!D7) from 2024-02-01 to 2024-02-29, of which 50 kWh (Electricity!D5)" in refused


def test_a_certificate_of_last_year_is_untracked_where_rules_ask_for_the_period(
    bill: Bill, background: Background
) -> None:
    """It is told, not an error, and what it covers counts as what nobody claims."""
    solved = run(book(bill, f"E | metered | 100\nE | contract | 40 | {OTHER}"), background, rules(criteria=EVERY))
    assert kilowatt_hours(solved) == {"grid-2024": 10}
    assert [said.rpartition(" ")[2] for said in told(solved)] == ["[electricity-other-period]"]
    assert [(s.state, s.untracked_kwh) for s in solved.graph.linked.supplies] == [("metered", 60), ("refused", 40)]


def test_own_electricity_of_other_days_than_the_meter_is_an_error(bill: Bill, background: Background) -> None:
    """Electricity of a roof, unlike paper, is used when it is made: that of last year was not metered this year."""
    cells = book(bill, "E | metered | 100\nE | on_site | 40 | generator=solar, period=2023")
    assert "[certificates-exceed-consumption]" in LINE.refused(lambda: run(cells, background))


# --- what no database has


def test_a_contract_without_factors_of_generator_and_delivery_says_what_to_do(
    bill: Bill, background: Background
) -> None:
    """Germany has neither here: each is named with its country, and the way out."""
    cells = book(bill, f"E | contract | 10 | generator=wind, {CLAIMED}", country="DE")
    assert LINE.refused(lambda: run(cells, background, rules(criteria=frozenset()))) == (
        "pump.xlsx:Electricity!C4: no open database has the factor of 'wind' in DE for the period, by which 'E' would "
        "count. Open a database that has it; until then enter the row as type grid. [generator-unknown]\n"
        "pump.xlsx:Electricity!B4: electricity bought by contract comes over the grid, and no open database has the "
        "factor of that delivery, losses included, in DE for the period: what 'E' would count with. Open a database "
        "that has it; until then enter the row as type grid. [delivery-unknown]"
    )
