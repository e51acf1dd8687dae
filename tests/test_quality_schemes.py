"""The schemes of data quality against the numbers of their texts: ratings, levels, limits, scores from facts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from footprint.model.quality import level
from footprint.quality.places import relation, subdivision
from footprint.quality.schemes import (
    at_worst,
    most_relevant,
    of_age,
    of_word,
    rating,
    weighted,
)

DATA = Path(__file__).parent.parent / "footprint" / "data"


def scores(*values: float) -> dict[str, float]:
    """Scores of technology, geography, time and precision, as many as there are."""
    return dict(zip(("technology", "geography", "time", "precision"), values, strict=False))


def test_three_indicators_give_the_published_rating() -> None:
    """Technology 4, time 3, geography 3 of the battery case study: 3.333, fair (PEFDPP)."""
    found = rating("pef-3", scores(4, 3, 3))
    assert found == pytest.approx(10 / 3, rel=1e-15)
    assert level("pef-3", 10 / 3) == "fair"


def test_four_indicators_are_the_mean_of_four() -> None:
    """DQR = (TeR + GeR + TiR + P)/4, PEF Eq. 19; without precision there is none."""
    assert rating("pef-4", scores(2, 1, 2, 3)) == 2.0
    assert rating("pef-4", scores(2, 1, 2)) is None
    assert at_worst("pef-4", scores(2, 1, 2)) == 2.5


def test_ratings_add_up_by_contribution() -> None:
    """2.0 over 60 % and 1.5 over 40 % of the result: 1.80; without weight there is no mean."""
    assert weighted([(2.0, 0.6), (1.5, 0.4)]) == pytest.approx(1.80, rel=1e-15)
    assert weighted([]) is None


@pytest.mark.parametrize(
    ("value", "pef", "pact"),
    [(1.0, "excellent", "excellent"), (1.5, "excellent", "very-good"), (1.51, "very-good", "very-good"),
     (2.0, "very-good", "very-good"), (3.0, "good", "good"), (4.0, "fair", "fair"), (4.01, "poor", "poor"),
     (1.5000000000000002, "excellent", "very-good"), (1.4999999999999998, "excellent", "very-good"),
     (2.0049, "very-good", "very-good"), (2.0051, "good", "good"), (1.494, "excellent", "excellent")],
)  # fmt: skip
def test_levels_end_where_their_texts_say(value: float, pef: str, pact: str) -> None:
    """PEF: excellent up to 1.5; PACT: excellent below 1.5; the other limits are alike.

    The number that is printed is the one compared: two decimals, whatever the sum left behind them.
    """
    assert level("pef-4", value) == level("pef-3", value) == pef
    assert level("pact", value) == pact


@pytest.mark.parametrize(
    ("days", "pact", "pef_company", "pef_dataset", "pedigree"),
    [(0, 1, 1, 1, 1), (366, 1, 1, 2, 1), (367, 2, 2, 2, 1), (731, 2, 2, 2, 1), (732, 3, 3, 3, 1), (1096, 3, 3, 3, 1),
     (1097, 4, 5, 3, 2), (1461, 4, 5, 3, 2), (1462, 5, 5, 4, 2), (2193, 5, 5, 5, 3), (9999, 5, 5, 5, 5)],
)  # fmt: skip
def test_age_in_days_gives_the_score_of_time(
    days: int, pact: int, pef_company: int, pef_dataset: int, pedigree: int
) -> None:
    """PACT: 366, 731, 1096, 1461 days; PEF: 1, 2, 3 periods of company data, 0, 2, 4, 6 years of datasets."""
    assert of_age("pact", "factor", days) == of_age("pact", "activity", days) == pact
    assert of_age("pef-4", "activity", days) == of_age("pef-3", "activity", days) == pef_company
    assert of_age("pef-4", "factor", days) == pef_dataset
    assert of_age("pedigree", "factor", days) == pedigree


@pytest.mark.parametrize(
    ("word", "pact", "pef"),
    [("subdivision", 1, 1), ("country", 2, 1), ("same country", 2, None), ("region", 3, 2), ("global", 4, 3),
     ("elsewhere", 5, 5)],
)  # fmt: skip
def test_the_place_of_data_gives_the_score_of_geography(word: str, pact: int, pef: int | None) -> None:
    """PACT: part of the country, country, region, world, elsewhere; PEF begins with the country.

    Data of another part of the country are of the same country (PACT); whether PEF calls them similar is for experts.
    """
    assert of_word("pact", "factor", "geography", word) == pact
    assert of_word("pef-4", "factor", "geography", word) == pef


@pytest.mark.parametrize(
    ("word", "pact"), [("plant", 1), ("company", 2), ("average", 3), ("proxy", 4), ("different", 5)]
)
def test_technology_gives_its_score(word: str, pact: int) -> None:
    """PACT: plant, company, average, proxy, different; PEF calls a proxy similar; an unknown word has no score."""
    assert of_word("pact", "factor", "technology", word) == pact
    assert of_word("pef-4", "factor", "technology", "proxy") == 4
    assert of_word("pef-4", "activity", "precision", "not verified") == 3
    assert of_word("pact", "factor", "precision", "not verified") is None


@pytest.mark.parametrize(
    ("region", "site", "told"),
    [("CN-JS", "CN-JS", "subdivision"), ("CN", "CN-JS", "country"), ("CN", "CN", "country"), ("GLO", "CN", "global"),
     ("RER", "DE", "region"), ("RER", "CN-JS", "elsewhere"), ("GB", "CN", "elsewhere"),
     ("CN-JS", "CN", "same country"), ("CN-JS", "CN-ZJ", "same country"), ("", "CN", None), ("CN", "", None),
     ("somewhere", "CN", None), ("CN", "somewhere", None), ("GLO", "somewhere", "global"),
     ("EU", "PL", "region"), ("EU", "GB", "elsewhere"), ("EU-27", "DE", "region"), ("Europe", "DE", "region"),
     ("UN-SEASIA", "TH", "region"), ("South-eastern Asia", "TH", "region"), ("UN-SEASIA", "CN", "elsewhere"),
     ("RAS", "CN-GD", "region"), ("RNA", "US", "region"), ("RLA", "BR", "region"), ("UN-EAFRICA", "KE", "region"),
     ("UN-UNHEARD", "TH", None), ("EU-15", "DE", None), ("XX", "CN", None), ("IAI Area, Africa", "ZA", None),
     ("CN-CSG", "CN-GD", "country"), ("华南", "CN-GD", None), ("CN-CSG", "CN-JS", "same country"),
     ("CN-CSG", "CN", "same country"), ("CN-CSG", "DE", "elsewhere"), ("CN-SGCC", "CN-JS", "same country"),
     ("US-SERC", "US", "same country"), ("DE", "EU", None), ("EU", "EU", "region"), ("RER", "EU", "region"),
     ("CN", "EU", "elsewhere")],
)  # fmt: skip
def test_places_are_told_apart(region: str, site: str, told: str | None) -> None:
    """Part, country, region, world, elsewhere; what is not known is not told.

    A grid that holds the site within its country is as near as the country; a group of countries that nobody knows
    says nothing, and the code of a group is none of a country.
    """
    assert relation(region, site) == told


def test_every_group_of_countries_is_of_known_countries() -> None:
    """Each name of UN M49 that a group stands for is in its table; each row says where it is from."""
    with (DATA / "m49.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    named = {row[level] for row in rows for level in ("region", "subregion", "intermediate")}
    countries = {code for row in rows for code in row["countries"].split()}
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        regions = list(csv.DictReader(file))
    assert all(row["citation"] for row in regions)
    assert {row["names"] for row in regions if row["kind"] == "m49"} == named - {""}
    held = {code[:2] for row in regions for code in row["holds"].split()}
    assert held <= countries | {"XK"}


@pytest.mark.parametrize("name", ["Jiangsu", "jiangsu province", "江苏", "江苏省", "CN-JS"])
def test_a_province_is_known_by_its_names(name: str) -> None:
    """English, Chinese, with and without its kind, by code; of another country, or unknown, the country stands."""
    assert subdivision("CN", name) == "CN-JS"
    assert subdivision("US", name) == "US"
    assert subdivision("CN", "somewhere") == "CN"


def test_the_largest_processes_make_up_the_share_asked_for() -> None:
    """Of 50, 30, 15 and 5 %, the first two make 80 %, three 81 %; 1 asks for all; parts of one process add up."""
    shares = [("d", 0.05), ("a", 0.5), ("c", 0.15), ("b", 0.3)]
    assert most_relevant(shares, 0.8) == {"a", "b"}
    assert most_relevant(shares, 0.81) == {"a", "b", "c"}
    assert most_relevant([("a", 0.0), ("b", 1.0)], 1) == {"a", "b"}
    assert most_relevant([("a", 0.3), ("b", 0.4), ("a", 0.3)], 0.6) == {"a"}
