"""Schemes of data quality: scores from age, place and technology; ratings from scores; levels from ratings."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import fsum
from pathlib import Path
from typing import NamedTuple

from footprint.model.quality import SCHEMES, UNRATED, WORST

COMPANY_LIMITS = {"precision": 3, "technology": 2, "geography": 2, "time": 2}
"""Largest scores of company-specific data (Recommendation (EU) 2021/2279, Annex I, 4.6.5)."""
COMPANY_DATASET = 1.5
"""Largest rating of a company-specific dataset (ibid.)."""


class Need(NamedTuple):
    """A cell of the data needs matrix: what data it asks for, and the largest rating they may have."""

    data: str
    largest: float


DATA_NEEDS: Mapping[tuple[int, bool], tuple[Need, ...]] = {
    (1, True): (Need("company", 1.5),),
    (1, False): (Need("company", 1.5), Need("default", 4.0)),
    (2, True): (Need("company", 1.5), Need("adapted", 3.0)),
    (2, False): (Need("company", 1.5), Need("adapted", 3.0), Need("default", 4.0)),
    (3, True): (Need("secondary", 3.0),),
    (3, False): (Need("default", 4.0),),
}
"""Situation 1 (run by the company), 2 (not run, its data at hand), 3 (no access); most relevant or not -> options.

Recommendation (EU) 2021/2279, Annex I, data needs matrix; the limits could not be read in the issuing text.
"""
ADAPTED_GEOGRAPHY = 0.7


@cache
def _rows(scheme: str, side: str, indicator: str) -> tuple[tuple[int, str], ...]:
    """Return scores with their criterion, best first; three and four indicators of PEF share one table."""
    return _table().get((scheme.partition("-")[0], side, indicator), ())


@cache
def _table() -> Mapping[tuple[str, str, str], tuple[tuple[int, str], ...]]:
    path = Path(__file__).parent.parent / "data" / "ratings.csv"
    path = Path(__file__).parent.parent / "data" / "ratings.csv"
    found: dict[tuple[str, str, str], tuple[tuple[int, str], ...]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["scheme"], row["side"], row["indicator"])
            found[key] = (*found.get(key, ()), (int(row["score"]), row["criterion"]))
    return found


def of_age(scheme: str, side: str, days: int) -> int | None:
    """Return the score of data that lie ``days`` from the end of the reference period."""
    rows = _rows(scheme, side, "time")
    return next((score for score, most in rows if not most or days <= int(most)), None)


def of_word(scheme: str, side: str, indicator: str, word: str) -> int | None:
    """Return the score of a criterion, None where the scheme does not know it.

    Geography: plant, company, subdivision, country, region, global, elsewhere. Technology: plant, company, average,
    proxy, different. Precision: verified externally, verified internally, not verified.
    """
    rows = _rows(scheme, side, indicator)
    return next((score for score, words in rows if word in words.split("|")), None)


def rating(scheme: str, scores: Mapping[str, float]) -> float | None:
    """Return the mean of the indicators of ``scheme`` [1 to 5], None while one is not assessed.

    References: Recommendation (EU) 2021/2279, Annex I, Eq. 19: (TeR + GeR + TiR + P)/4; three in ``pef-3``, ``pact``.
    """
    wanted = SCHEMES[scheme]
    if scheme in UNRATED or any(indicator not in scores for indicator in wanted):
        return None
    return fsum(scores[indicator] for indicator in wanted) / len(wanted)


def at_worst(scheme: str, scores: Mapping[str, float]) -> float:
    """Return the mean with 5 for each indicator that is not assessed."""
    wanted = SCHEMES[scheme]
    return fsum(scores.get(indicator, WORST) for indicator in wanted) / len(wanted)


def beyond_company_limits(scores: Mapping[str, float]) -> tuple[str, ...]:
    """Return the indicators in which company-specific data are worse than the method of PEF permits."""
    return tuple(name for name, most in COMPANY_LIMITS.items() if scores.get(name, 0) > most)


def needed(situation: int, *, relevant: bool) -> tuple[Need, ...]:
    """Return the options of the data needs matrix; KeyError for a situation that is not 1, 2 or 3."""
    return DATA_NEEDS[situation, relevant]


def adapted(scores: Mapping[str, float]) -> dict[str, float]:
    """Return the scores of a dataset with transport and electricity of the company: geography is lowered by 30 %.

    Situation 2, option 2 of the data needs matrix (Recommendation (EU) 2021/2279, Annex I).
    """
    return {name: score * ADAPTED_GEOGRAPHY if name == "geography" else score for name, score in scores.items()}


def weighted(pairs: Iterable[tuple[float, float]]) -> float | None:
    """Return the mean of values by weight, None without weight."""
    listed = list(pairs)
    whole = fsum(weight for _, weight in listed)
    return fsum(value * weight for value, weight in listed) / whole if whole > 0 else None


def most_relevant(shares: Sequence[float], cover: float) -> frozenset[int]:
    """Return the numbers of the largest shares that together make up ``cover`` of all; all of them for 1 and more."""
    if cover >= 1:
        return frozenset(range(len(shares)))
    found, summed, whole = set(), 0.0, fsum(shares)
    for at in sorted(range(len(shares)), key=lambda number: -shares[number]):
        if summed >= cover * whole * (1 - 1e-12):
            break
        found.add(at)
        summed += shares[at]
    return frozenset(found)
