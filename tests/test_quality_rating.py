"""The quality of the data of a result: scores entered and derived, their means, and what is not assessed."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from footprint.background.open import Background
from footprint.background.supplied import database
from footprint.intake import read as intake
from footprint.model.pcr import Cited, Closure, DataQuality, Pcr
from footprint.model.quality import Score
from footprint.provenance import Status
from footprint.publish import render
from footprint.publish.explain import explain
from footprint.quality.scores import Fact, age, days_of, entered, held
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Rate = Callable[..., Any]
RECORD = "[Evidence]\nD | weighing record | period_start=2024-01-01, period_end=2024-12-31\n"
"""A document of the reference period."""


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


def under(scheme: str, most_relevant: float = 1.0, closure: float | None = None) -> Pcr:
    """Return plain rules that rate by ``scheme``."""
    cited = Cited("a clause", "nobody", Status.UNVERIFIED)
    within = None if closure is None else Closure(closure, cited)
    return LINE.rules()._replace(data_quality=DataQuality(scheme, most_relevant, cited), closure=within)


@pytest.fixture
def result(bill: Callable[..., Path], background: Background) -> Rate:
    """Return the result of a compact text."""

    def of(text: str, pcr: Pcr | None = None, **product: object) -> Any:
        book = read(bill(text, product=LINE.plain_product(**product)))
        rules = pcr or under("pact")
        factors = intake.read(book, rules.fields).factors
        own = Background((database(factors), *background.databases)) if factors else background
        return LINE.result(book, own, rules)

    return of


def plain(scores: Any) -> dict[str, tuple[int, str]]:
    return {name: (score.value, score.origin) for name, score in scores.items()}


def test_five_scores_are_read_in_their_order() -> None:
    """Reliability counts as precision; what is "-" was not assessed; nothing entered is nothing known."""
    assert entered("2;3;1;-;4") == ("pedigree", {"precision": 2, "completeness": 3, "time": 1, "technology": 4})
    assert entered("pact -;-;1;2;-") == ("pact", {"time": 1, "geography": 2})
    assert entered("") == ("pedigree", {})


def test_age_is_counted_to_the_end_of_the_reference_period() -> None:
    """Data of the year before a leap year are 366 days old, of a period with the day 0; newer data count too."""
    reference = days_of("2024")
    assert reference is not None
    ages = {
        text: age(days, reference)
        for text in ("2024", "2023", "2019-2026", "2022-06", "2025")
        if (days := days_of(text))
    }
    assert ages == {"2024": 0, "2023": 366, "2019-2026": 0, "2022-06": 915, "2025": 1}
    assert days_of("") is None
    assert days_of("recent") is None


def factors(supplier: str = "Foundry", period: str = "2024", region: str = "CN", more: str = "") -> str:
    """Return a Factors sheet with one factor, and a document of 2024."""
    return f"[Factors]\nOWN | 2 | supplier={supplier}, period={period}, region={region}{more}\n{RECORD}"


def test_scores_come_from_age_place_and_supplier(result: Rate) -> None:
    """A Chinese part of 2022 from its supplier: 731 days, so 2; country 2; technology of the supplier 2."""
    found = result(f"L1 | part | 1 kg | OWN | origin=CN, evidence=D\n{factors(period='2022')}").rating.quality
    (line,) = found.lines.values()
    assert plain(line.profile.factor) == {
        "time": (2, "derived"),
        "geography": (2, "derived"),
        "technology": (2, "derived"),
    }
    assert plain(line.profile.activity) == {"time": (1, "derived")}
    assert [score.fact for score in line.profile.factor.values()] == ["731 d", "CN / CN", "Foundry"]
    assert (line.profile.rating, found.whole.rating, found.whole.rated) == (2.0, 2.0, 1.0)


def test_what_nobody_assessed_stays_open(result: Rate) -> None:
    """A dataset without technology, of a material without origin: no rating, 5 at worst for two of three."""
    res = result("L1 | plate | 1 kg | steel")
    found = res.rating.quality
    (line,) = found.lines.values()
    assert plain(line.profile.factor) == {"time": (1, "derived")}
    assert line.profile.rating is None
    assert line.profile.worst == 5
    assert found.whole.rating is None
    assert found.whole.rated == 0


def test_what_was_measured_does_not_say_when(result: Rate) -> None:
    """Without document, period or pedigree an amount has no score of time; a document without a period tells none."""
    text = "L1 | part | 1 kg |\n[Processes]\nmake | product | L1 | 1 kg | {0}\n"
    text += "make | input | steel | 2 kg | destination=waste, {0}\n"
    text += "[Evidence]\nD | record of 2024 | period_start=2024-01-01, period_end=2024-12-31\nE | record\n"
    times = {
        told: {
            plain(line.profile.activity).get("time") for line in result(text.format(told)).rating.quality.lines.values()
        }
        for told in ("basis=measured", "evidence=E", "period=2023", "evidence=D")
    }
    assert times == {
        "basis=measured": {None}, "evidence=E": {None}, "period=2023": {(1, "derived")}, "evidence=D": {(1, "derived")},
    }  # fmt: skip


def test_what_is_entered_is_never_better_than_the_facts_of_its_row(result: Rate) -> None:
    """A German factor of 2019 for a Chinese part of 2024 is not recent and not of the country, whatever is entered.

    Worse scores count; so does one where the row tells nothing, and what verification nobody else can tell.
    """
    best = "{0} 1;1;1;1;1"
    for scheme, scale, time, place in (("pact", "pact", 5, 5), ("pact", "", 5, 5), ("pef-4", "pef", 4, 5)):
        told = factors(supplier="", period="2019", region="DE", more=f", pedigree={best.format(scale)}")
        text = f"L1 | part | 1 kg | OWN | origin=CN, evidence=D, pedigree={best.format(scale)}\n{told}"
        (line,) = result(text, under(scheme)).rating.quality.lines.values()
        assert plain(line.profile.factor)["time"] == (time, "derived")
        assert plain(line.profile.factor)["geography"] == (place, "derived")
        assert plain(line.profile.activity)["time"] == (1, "derived")
    told = factors(more=", pedigree=pef 1;1;5;-;3")
    text = f"L1 | part | 1 kg | OWN | origin=CN, evidence=D, pedigree=pef 2;1;3;1;1\n{told}"
    (line,) = result(text, under("pef-4")).rating.quality.lines.values()
    assert plain(line.profile.activity)["time"] == (3, "entered")
    assert plain(line.profile.activity)["precision"] == (2, "entered")
    assert plain(line.profile.factor) == {
        "time": (5, "entered"), "geography": (1, "derived"), "technology": (3, "entered"), "precision": (1, "entered"),
    }  # fmt: skip
    assert line.profile.scores == {"technology": 3, "geography": 1, "time": 5, "precision": 2}
    assert line.profile.rating == 11 / 4


@pytest.mark.parametrize("scheme", ["pef-4", "pact", "pedigree"])
@pytest.mark.parametrize("scale", ["pedigree", "pact", "pef"])
@pytest.mark.parametrize("stated", [1, 2, 3, 4, 5])
def test_facts_bound_every_score_of_every_scale(scheme: str, scale: str, stated: int) -> None:
    """Time, place and technology: never better than the facts; on the scale of the scheme the worse of both counts."""
    facts = {"time": Fact(800, "800 d"), "geography": Fact("global"), "technology": Fact("proxy")}
    plainly = held(scheme, "factor", facts, "")
    found = held(scheme, "factor", facts, f"{scale} {';'.join([str(stated)] * 5)}")
    for indicator, score in plainly.items():
        assert found[indicator].value >= score.value
        if scale == scheme.partition("-")[0]:
            assert found[indicator].value == max(stated, score.value)


def test_a_pedigree_is_on_a_scale_of_its_own(result: Rate) -> None:
    """The best pedigree of an average: "average" for PACT, in the mix for PEF, checked by nobody else.

    One of a supplier is of the company, not of the plant; scores of one scheme say nothing under another.
    """
    line = "L1 | part | 1 kg | OWN\n[Factors]\nOWN | 2 | {0}pedigree={1}"
    seen = {}
    for scheme, supplier, written in (
        ("pact", "", "1;1;1;1;1"), ("pef-4", "", "1;1;1;1;1"), ("pedigree", "", "1;1;1;1;1"),
        ("pact", "supplier=Foundry, ", "1;-;-;-;1"), ("pact", "", "pef 1;1;1;1;1"), ("pact", "", "pact -;-;1;1;1"),
    ):  # fmt: skip
        (only,) = result(line.format(supplier, written), under(scheme)).rating.quality.lines.values()
        seen[scheme, supplier, written] = {name: score.value for name, score in only.profile.factor.items()}
    assert [*seen.values()] == [
        {"time": 1, "geography": 2, "technology": 3}, {"precision": 2, "time": 1, "geography": 1, "technology": 2},
        dict.fromkeys(("precision", "completeness", "time", "geography", "technology"), 1),
        {"time": 1, "technology": 2}, {"time": 1}, {"time": 1, "geography": 1, "technology": 1},
    ]  # fmt: skip
    assert {name: score.value for name, score in held("pact", "factor", {}, "1;1;2;1;2").items()} == {
        "time": 5, "geography": 2, "technology": 3,
    }  # fmt: skip


def test_the_whole_is_the_mean_by_contribution(result: Rate) -> None:
    """3 kg at rating 2 and 1 kg of another year at 3: (3 x 2 + 1 x 3) / 4."""
    rows = "L1 | part | 3 kg | OWN | origin=CN, evidence=D\nL2 | part | 1 kg | OWN | origin=CN, pedigree=-;-;5;-;-\n"
    whole = result(rows + factors()).rating.quality.whole
    one, other = (2 + 2 + 1) / 3, (2 + 2 + 5) / 3
    assert whole.rating == pytest.approx((3 * one + other) / 4)
    assert whole.scores == pytest.approx({"technology": 2, "geography": 2, "time": 2})


def test_the_most_relevant_are_processes_not_lines(result: Rate) -> None:
    """Aluminium in 40 lines makes 84 %, copper in one 16 %: of 80 % all of aluminium is one process, copper none."""
    lines = "".join(f"L{at} | part | 1 kg | OWN\n" for at in range(40))
    text = f"{lines}C | wire | {80 * 16 / 84} kg | OTHER\n[Factors]\nOWN | 2\nOTHER | 1\n"
    found = result(text, under("pact", 0.8)).rating.quality
    assert [line.relevant for line in found.lines.values()] == [True] * 40 + [False]


def test_a_process_counts_in_each_stage_of_its_own(result: Rate) -> None:
    """Identical processes of one stage are one, those of different stages apart: 6, 5 and 4 of 15 kg CO2e.

    Steel of raw materials (2 lines) and copper lead to more than 70 %; steel of production is not among them.
    """
    text = (
        "L1 | plate | 1.5 kg | OWN\nL2 | plate | 1.5 kg | OWN\nL3 | wire | 5 kg | OTHER\nL4 | cap | 1 kg |\n"
        "[Processes]\nmake | product | L4 | 1 kg\nmake | input | OWN | 2 kg | destination=product\n"
        "[Factors]\nOWN | 2\nOTHER | 1\n"
    )
    found = result(text, under("pact", 0.7)).rating.quality
    assert [(line.share, line.relevant) for line in found.lines.values()] == [
        (pytest.approx(3 / 15), True), (pytest.approx(3 / 15), True), (pytest.approx(5 / 15), True),
        (pytest.approx(4 / 15), False),
    ]  # fmt: skip


def test_credits_weigh_as_much_as_burdens(result: Rate) -> None:
    """+4.8 and -1.6 kg CO2e are 6.4 in all: shares of 0.75 and 0.25, none negative, and means of both by these."""
    rows = "L1 | part | 2.4 kg | OWN | origin=CN, evidence=D\nL2 | board | 1 kg | wood | pedigree=-;-;5;-;-\n"
    found = result(rows + factors(), under("pact")._replace(headline="-1/+1")).rating.quality
    assert [line.share for line in found.lines.values()] == pytest.approx([0.75, 0.25])
    assert found.whole.scores["time"] == pytest.approx(0.75 * 1 + 0.25 * 5)
    assert found.whole.rated == pytest.approx(0.75)
    assert found.primary == pytest.approx(0.75)


def test_only_the_most_relevant_processes_count_where_rules_say_so(result: Rate) -> None:
    """Of 90 and 10 %, 80 % are asked for: the larger alone is rated, the smaller is not one of the most relevant."""
    rows = "L1 | part | 9 kg | OWN | origin=CN, evidence=D\nL2 | part | 1 kg | steel | pedigree=-;-;5;-;-\n"
    found = result(rows + factors(), under("pact", 0.8)).rating.quality
    assert [line.relevant for line in found.lines.values()] == [True, False]
    assert found.whole.rated == 1
    assert found.whole.rating == pytest.approx(5 / 3)


def test_the_province_of_the_plant_is_known(result: Rate) -> None:
    """To a plant in Jiangsu (江苏) a dataset of China is of its country; to steel of unknown origin it says nothing."""
    text = "L1 | part | 1 kg | steel\n[Processes]\nmake | product | PUMP | 1 item\n"
    text += "make | input | gas-burned | 1 MJ | fuel_use=burned\n"
    found = result(text, province="江苏").rating.quality
    sites = [line for line in found.lines.values() if "geography" in line.profile.factor]
    assert [plain(line.profile.factor)["geography"] for line in sites] == [(2, "derived")]


def test_primary_data_are_of_the_company_and_its_suppliers(result: Rate) -> None:
    """6 of 10 kg CO2e: a measured amount of a supplier's factor; the dataset and the calculated amount are not."""
    rows = "L1 | part | 3 kg | OWN\nL2 | plate | 1 kg | steel\nL3 | part | 1 kg | OWN | basis=calculated\n"
    assert result(rows + factors()).rating.quality.primary == pytest.approx(0.6)


def test_a_share_of_primary_data_that_nobody_states_is_not_zero(result: Rate) -> None:
    """A factor without supplier and share: between the rest and all; a share stated, or no own amount, tells it."""
    from footprint.declare.declare import declare

    rows = "L1 | part | 3 kg | OWN\nL2 | plate | 1 kg | steel\n"
    found = result(rows + factors(supplier="")).rating.quality
    assert (found.primary, found.known, found.untold) == (None, 0, {"Factors!A4": pytest.approx(0.75)})
    assert result(rows + factors(supplier="", more=", primary_share=0.4")).rating.quality.primary == pytest.approx(0.3)
    assert result("L1 | part | 3 kg | OWN | basis=calculated\n" + factors(supplier="")).rating.quality.primary == 0
    document = declare(result(rows + factors(supplier="")))
    told = document["data_quality"]["primary_open"]
    assert told == {"least": 0, "most": pytest.approx(0.75), "cells": ["Factors!A4"]}
    html = render("report.html", document, "en").decode()
    assert "(0.0 % to 75.0 %: Factors!A4 name neither" in html
    assert ["(0.0 % to 75.0 %: Factors!A4" in str(row[0]) for row in sheet(document)].count(True) == 1


def test_a_process_is_balanced_by_mass(result: Rate) -> None:
    """1.3 kg in; 1 kg, 0.05 kg of scrap and 0.2 kg of vapour out: 0.05 of 1.3 is missing; energy has no mass."""
    text = (
        "L1 | part | 1 kg |\n[Processes]\nmake | product | L1 | 1 kg\n"
        "make | input | steel | 1.1 kg | destination=product\n"
        "make | input | copper | 0.2 kg | destination=evaporated\n"
        "make | input | electricity | 1 kWh\nmake | scrap | chips | 0.05 kg | destination=recycling\n"
    )
    res = result(text, under("pact", closure=0.05))
    (balance,) = res.rating.quality.balances
    assert balance.mass.into == pytest.approx(1.3)
    assert balance.mass.out == pytest.approx(1.25)
    assert balance.mass.difference == pytest.approx(0.05 / 1.3)


def test_both_reports_say_what_would_improve_the_result(result: Rate) -> None:
    """Share times distance from the best score, the largest first; what is not assessed is printed so."""
    from footprint.declare.declare import declare

    lines = "L1 | plate | 3 kg | steel\nL2 | part | 1 kg | OWN | origin=CN, evidence=D\n"
    document = declare(result(lines + factors()))
    improve = document["data_quality"]["improve"]
    assert [row["cell"].partition("!")[0] for row in improve] == ["BOM", "BOM"]
    assert improve[0]["weight"] == 0.75
    assert [each["indicator"] for each in improve[0]["what"]] == ["technology", "geography", "time"]
    html = render("report.html", document, "en").decode()
    assert "What would improve the result most" in html
    assert "not assessed" in html
    assert "未评定" in render("report.html", document, "zh").decode()
    assert render("report.xlsx", document, "en")[:2] == b"PK"


def test_each_mean_says_what_it_rests_on(result: Rate) -> None:
    """Three quarters have a score of time, a quarter one of place and technology: both reports say so; no level."""
    from footprint.declare.declare import declare

    rows = "L1 | plate | 3 kg | steel | evidence=D\nL2 | part | 1 kg | OWN | origin=CN\n"
    document = declare(result(rows + factors()))
    found = document["data_quality"]["whole"]
    assert found["assessed"] == {"technology": 0.25, "geography": 0.25, "time": 0.75}
    assert found["level"] is None
    html = render("report.html", document, "en").decode()
    section = html[html.index('id="data-quality"') :]
    assert "1.00<br><span class=\"muted\">of 75.0 %" in section
    assert "over all lines" in section
    assert "2.00<br><span class=\"muted\">占 25.0 %" in render("report.html", document, "zh").decode()
    rows = sheet(document)
    assert ["Result", 0.25, 0.25, 0.75] in [row[:4] for row in rows]
    assert ["Result", 2, 2, 1, "not assessed", "not assessed"] in [row[:6] for row in rows]
    del found["assessed"]
    without = render("report.html", document, "en").decode()
    assert "of 75.0 %" not in without.split("<td>Result</td>")[-1].split("</tr>")[0]
    assert len(sheet(document)) < len(rows)


def sheet(document: Any) -> list[list[Any]]:
    """Return the cells of the sheet on the quality of data."""
    return [[*row] for row in load_workbook(BytesIO(render("report.xlsx", document, "en")))["Data quality"].values]


def test_no_digit_that_nobody_sees_decides(result: Rate) -> None:
    """Half of 1.5 and half of 1.5 by other sums: 1.50 passes a clause of 1.5, and is printed so."""
    from footprint.rules.results import quality_of

    rows = "L1 | part | 1 kg | OWN | origin=CN, evidence=D\n"
    (line,) = result(rows + factors()).rating.quality.lines.values()
    assert quality_of(line.profile)["line.dqr"] == 1.67
    assert quality_of(line.profile._replace(rating=1.5000000000000002))["line.dqr"] == 1.5
    assert quality_of(line.profile._replace(factor_rating=None))["line.factor_dqr"] is None


def test_a_level_needs_four_fifths_rated(result: Rate) -> None:
    """A quarter rated has a rating and no level; all rated has one."""
    from footprint.declare.declare import declare

    rows = "L1 | plate | 3 kg | steel\nL2 | part | 1 kg | OWN | origin=CN, evidence=D\n"
    whole = declare(result(rows + factors()))["data_quality"]["whole"]
    assert (whole["rating"], whole["level"], whole["rated_share"]) == (pytest.approx(5 / 3), None, 0.25)
    whole = declare(result("L2 | part | 1 kg | OWN | origin=CN, evidence=D\n" + factors()))["data_quality"]["whole"]
    assert whole["level"]["id"] == "very-good"


def test_the_uncertainty_scheme_has_no_mean(result: Rate) -> None:
    """The scores of a pedigree lead to a standard deviation; nobody defined their mean."""
    text = "L1 | part | 1 kg | OWN | origin=CN, pedigree=1;1;1;1;1\n" + factors(more=", pedigree=1;1;1;1;1")
    found = result(text, under("pedigree"))
    assert found.rating.quality.whole.rating is None
    assert found.rating.quality.whole.scores == dict.fromkeys(
        ("technology", "geography", "time", "precision", "completeness"), 1.0
    )
    assert (
        Score(1, "entered")
        in found.rating.quality.lines[next(iter(found.rating.quality.lines))].profile.factor.values()
    )


def test_explain_says_what_the_scores_of_a_line_rest_on(result: Rate) -> None:
    """Both sides of the line with days, region and site, and supplier; what is open is called so."""
    from footprint.declare.declare import declare

    line = "L1 | part | 1 kg | OWN | origin=CN, evidence=D\n"
    document = declare(result(line + factors(period="2022"), under("pef-4")))
    told = explain(document, document["ledger"][0]["cell"], "en")
    assert "Amounts: technology not assessed, geography not assessed, time 1 (derived: 0 d)" in told.replace("; ", ", ")
    assert "time 2 (derived: 731 d)" in told
    assert "时间 2 (推导: 731 天)" in explain(document, document["ledger"][0]["cell"], "zh")
    assert "technology 1 (derived: Foundry)" in told


def test_a_declaration_without_balances_stays_readable(result: Rate) -> None:
    """One of an earlier version has no balance of the product, no reasons, no energies: the reports leave them out."""
    from footprint.declare.declare import declare

    text = "L1 | part | 1 kg | steel\n[Processes]\nmake | product | PUMP | 1 item\nmake | input | electricity | 1 kWh\n"
    document = declare(result(text, under("pact", closure=0.05)))
    found = document["data_quality"]
    del found["product"]
    found["processes"] = [{k: v for k, v in row.items() if k not in {"energy", "why"}} for row in found["processes"]]
    assert "Balances" not in render("report.html", document, "en").decode()
    assert render("report.xlsx", document, "en")[:2] == b"PK"
