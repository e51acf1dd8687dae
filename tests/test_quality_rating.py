"""The quality of the data of a result: scores entered and derived, their means, and what is not assessed."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background
from footprint.background.supplied import database
from footprint.intake import read as intake
from footprint.model.pcr import Cited, Closure, DataQuality, Pcr
from footprint.model.quality import Score
from footprint.provenance import Status
from footprint.publish import render
from footprint.publish.explain import explain
from footprint.quality.scores import age, days_of, entered
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Rate = Callable[..., Any]


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
    assert plain(entered("2;3;1;-;4")) == {
        "precision": (2, "entered"), "completeness": (3, "entered"), "time": (1, "entered"),
        "technology": (4, "entered"),
    }  # fmt: skip
    assert entered("") == {}


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
    """Return a Factors sheet with one factor."""
    return f"[Factors]\nOWN | 2 | supplier={supplier}, period={period}, region={region}{more}\n"


def test_scores_come_from_age_place_and_supplier(result: Rate) -> None:
    """A Chinese part of 2022 from its supplier: 731 days, so 2; country 2; technology of the supplier 2."""
    found = result(f"L1 | part | 1 kg | OWN | origin=CN\n{factors(period='2022')}").rating.quality
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
    assert line.profile.worst == pytest.approx(11 / 3)
    assert found.whole.rating is None
    assert found.whole.rated == 0


def test_entered_scores_win_over_derived_ones(result: Rate) -> None:
    """A pedigree in a row speaks of its amount, one on the Factors sheet of the factor; "-" leaves what is derived."""
    text = f"L1 | part | 1 kg | OWN | origin=CN, pedigree=4;1;3;1;1\n{factors(more=', pedigree=1;1;5;-;3')}"
    (line,) = result(text, under("pef-4")).rating.quality.lines.values()
    assert plain(line.profile.activity)["time"] == (3, "entered")
    assert plain(line.profile.activity)["precision"] == (4, "entered")
    assert plain(line.profile.factor) == {
        "time": (5, "entered"), "geography": (1, "derived"), "technology": (3, "entered"), "precision": (1, "entered"),
    }  # fmt: skip
    assert line.profile.scores == {"technology": 3, "geography": 1, "time": 5, "precision": 4}
    assert line.profile.rating == 13 / 4


def test_the_whole_is_the_mean_by_contribution(result: Rate) -> None:
    """3 kg at rating 2 and 1 kg of another year at 3: (3 x 2 + 1 x 3) / 4."""
    rows = "L1 | part | 3 kg | OWN | origin=CN\nL2 | part | 1 kg | OWN | origin=CN, pedigree=-;-;5;-;-\n"
    whole = result(rows + factors()).rating.quality.whole
    one, other = (2 + 2 + 1) / 3, (2 + 2 + 5) / 3
    assert whole.rating == pytest.approx((3 * one + other) / 4)
    assert whole.scores == pytest.approx({"technology": 2, "geography": 2, "time": 2})


def test_only_the_most_relevant_lines_count_where_rules_say_so(result: Rate) -> None:
    """Of 90 and 10 %, 80 % are asked for: the larger alone is rated, the smaller is not one of the most relevant."""
    rows = "L1 | part | 9 kg | OWN | origin=CN\nL2 | part | 1 kg | OWN | pedigree=-;-;5;-;-\n"
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
    assert result("L1 | part | 3 kg | OWN\n" + factors(supplier="")).rating.quality.primary == 0


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

    document = declare(result("L1 | plate | 3 kg | steel\nL2 | part | 1 kg | OWN | origin=CN\n" + factors()))
    improve = document["data_quality"]["improve"]
    assert [row["cell"].partition("!")[0] for row in improve] == ["BOM", "BOM"]
    assert improve[0]["weight"] == pytest.approx(0.75 * (11 / 3 - 1) / 4)
    assert [each["indicator"] for each in improve[0]["what"]] == ["technology", "geography"]
    html = render("report.html", document, "en").decode()
    assert "What would improve the result most" in html
    assert "not assessed" in html
    assert "未评定" in render("report.html", document, "zh").decode()
    assert render("report.xlsx", document, "en")[:2] == b"PK"


def test_a_level_needs_four_fifths_rated(result: Rate) -> None:
    """A quarter rated has a rating and no level; all rated has one."""
    from footprint.declare.declare import declare

    rows = "L1 | plate | 3 kg | steel\nL2 | part | 1 kg | OWN | origin=CN\n"
    whole = declare(result(rows + factors()))["data_quality"]["whole"]
    assert (whole["rating"], whole["level"], whole["rated_share"]) == (pytest.approx(5 / 3), None, 0.25)
    whole = declare(result("L2 | part | 1 kg | OWN | origin=CN\n" + factors()))["data_quality"]["whole"]
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

    document = declare(result("L1 | part | 1 kg | OWN | origin=CN\n" + factors(period="2022"), under("pef-4")))
    told = explain(document, document["ledger"][0]["cell"], "en")
    assert "Amounts: technology not assessed, geography not assessed, time 1 (derived: 0 d)" in told.replace("; ", ", ")
    assert "time 2 (derived: 731 d)" in told
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
