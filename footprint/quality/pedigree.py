"""The pedigree matrix: five scores of an amount as its geometric standard deviation."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

INDICATORS = ("reliability", "completeness", "temporal", "geographical", "technological", "sample_size")
SCORES = ("1", "2", "3", "4", "5")
V3 = "ecoinvent-v3"
DEMAND, TRANSPORT = "demand", "transport"


@cache
def _basic() -> Mapping[str, float]:
    """Return the basic variance of the logarithm [-] of each kind of flow: four digits, as in ecoinvent version 3.

    The table gives squared geometric standard deviations: 1.05 is a variance of 0.0006.
    """
    path = Path(__file__).parent.parent / "data" / "basic_uncertainty.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["kind"]: round((math.log(float(row["gsd2"])) / 2) ** 2, 4) for row in csv.DictReader(file)}


def basic_variance(kind: str) -> float:
    """Return the basic variance of the logarithm [-] of a flow: `DEMAND`, ``transport``, or a gas by its name.

    Gases that the table does not tell of (``sf6``) count as demand does: the least there is.
    """
    table = _basic()
    return table.get(kind.partition("-")[0], table[DEMAND])


@cache
def tables() -> str:
    """Return the checksum of the tables: what was worked out by others is not what these say."""
    folder = Path(__file__).parent.parent / "data"
    content = ((folder / name).read_bytes() for name in ("pedigree.csv", "basic_uncertainty.csv"))
    return sha256(b"".join(b"%d %s" % (len(each), each) for each in content)).hexdigest()


@cache
def factors(scheme: str) -> Mapping[str, tuple[float, ...]]:
    """Return the numbers [-] of each indicator for the scores 1 to 5; KeyError for an unknown scheme.

    They are factors of the squared geometric standard deviation, in ``ecoinvent-v3`` variances of the logarithm.
    """
    path = Path(__file__).parent.parent / "data" / "pedigree.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["scheme"] == scheme]
    if not rows:
        raise KeyError(scheme)
    return {row["indicator"]: tuple(float(row[score]) for score in SCORES) for row in rows}


def gsd2(scores: Sequence[int], basic: float, scheme: str = "ecoinvent-v1") -> float:
    """Return the squared geometric standard deviation [-] of an amount with pedigree ``scores``.

    ``scores``: 1 to 5 each for reliability, completeness, temporal, geographical and technological correlation, and a
    sample size where the scheme has one; ``basic``: the basic uncertainty factor of the flow [-]. Raises ValueError for
    other scores. exp(sqrt(ln(basic)^2 + sum ln(factor)^2)).

    References: Frischknecht et al. 2007, ecoinvent report No. 1, equation 7.1; Weidema et al. 2013, data quality
    guideline for the ecoinvent database version 3, table 10.5 (as repeated in public copies).
    """
    return math.exp(2 * sigma(scores, basic, scheme))


def sigma(scores: Sequence[int], basic: float, scheme: str = "ecoinvent-v1") -> float:
    """Return the standard deviation of the logarithm [-] of an amount: half the logarithm of its `gsd2`."""
    if any(type(score) is not int or not 1 <= score <= len(SCORES) for score in scores):
        raise ValueError(f"{tuple(scores)}: scores are whole numbers from 1 to 5")
    parts = [_variance(factors(scheme)[name][score - 1], scheme) for name, score in zip(INDICATORS, scores)]  # noqa: B905
    return math.sqrt(math.fsum([(math.log(basic) / 2) ** 2, *parts]))


def _variance(number: float, scheme: str) -> float:
    """Return the variance of the logarithm [-] that a number of the table of ``scheme`` stands for."""
    return number if scheme == V3 else (math.log(number) / 2) ** 2


def spread(written: str, published: float | None = None, kind: str = DEMAND) -> float | None:
    """Return the standard deviation of the logarithm [-] of a number with the scores ``written``: ``2;3;1;-;2``.

    ``published``: that of the number itself where somebody states it; else the basic variance of its ``kind`` of flow
    stands for it. None where nobody states anything. What was not assessed adds nothing. Scheme: ecoinvent version 3.
    """
    if " " in written:
        return published  # another scale, whose scores lead to no variance
    given = [(name, int(s)) for name, s in zip(INDICATORS, written.split(";")) if s in SCORES]  # noqa: B905
    if not given:
        return published
    basic = basic_variance(kind) if published is None else published**2
    return math.sqrt(math.fsum([basic, *(factors(V3)[name][score - 1] for name, score in given)]))
