"""Schemes of data quality: scores from age, place and technology; ratings from scores; levels from ratings."""

from __future__ import annotations

import csv
from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from math import fsum
from pathlib import Path
from typing import TypeVar

from footprint.model.quality import MATRIX, SCHEMES, UNRATED, WORST

_Process = TypeVar("_Process", bound=Hashable)


@cache
def _rows(scheme: str, side: str, indicator: str) -> tuple[tuple[int, str], ...]:
    """Return scores with their criterion, best first; three and four indicators of PEF share one table."""
    return _table().get((scheme.partition("-")[0], side, indicator), ())


@cache
def _table() -> Mapping[tuple[str, str, str], tuple[tuple[int, str], ...]]:
    path = Path(__file__).parent.parent / "data" / "ratings.csv"
    found: dict[tuple[str, str, str], tuple[tuple[int, str], ...]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["scheme"], row["side"], row["indicator"])
            found[key] = (*found.get(key, ()), (int(row["score"]), row["criterion"]))
    return found


@cache
def _scales() -> Mapping[tuple[str, str, str], tuple[int, ...]]:
    path = Path(__file__).parent.parent / "data" / "scales.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(r["scheme"], r["side"], r["indicator"]): tuple(int(r[f"{at}"]) for at in range(1, 6)) for r in rows}


def of_scale(scale: str, scheme: str, side: str, indicator: str, score: int) -> int | None:
    """Return a score of the scale ``scale`` on that of ``scheme``, at its worst; None where nothing leads there."""
    wanted = scheme.partition("-")[0]
    if scale == wanted:
        return score
    found = _scales().get((wanted, side, indicator)) if scale == MATRIX else None
    return None if found is None else found[score - 1]


def of_age(scheme: str, side: str, days: int) -> int | None:
    """Return the score of data that lie ``days`` from the end of the reference period."""
    rows = _rows(scheme, side, "time")
    return next((score for score, most in rows if not most or days <= int(most)), None)


def of_word(scheme: str, side: str, indicator: str, word: str) -> int | None:
    """Return the score of a criterion, None where the scheme does not know it.

    Geography: plant, company, subdivision, country, same country, region, global, elsewhere. Technology: plant,
    company, average, proxy, different. Precision: verified externally, verified internally, not verified.
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


def weighted(pairs: Iterable[tuple[float, float]]) -> float | None:
    """Return the mean of values by weight, None without weight."""
    listed = list(pairs)
    whole = fsum(weight for _, weight in listed)
    return fsum(value * weight for value, weight in listed) / whole if whole > 0 else None


def most_relevant(parts: Iterable[tuple[_Process, float]], cover: float) -> frozenset[_Process]:
    """Return the processes whose ``parts``, each with its share, make up ``cover`` of all; all of them for 1 and more.

    The largest first; of equal ones the first.
    """
    shares: dict[_Process, list[float]] = {}
    for process, share in parts:
        shares.setdefault(process, []).append(share)
    if cover >= 1:
        return frozenset(shares)
    sums = {process: fsum(each) for process, each in shares.items()}
    found, summed, whole = set(), 0.0, fsum(sums.values())
    for process in sorted(sums, key=lambda each: -sums[each]):
        if summed >= cover * whole * (1 - 1e-12):
            break
        found.add(process)
        summed += sums[process]
    return frozenset(found)
