"""The pedigree matrix: five scores of an amount as its geometric standard deviation."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

INDICATORS = ("reliability", "completeness", "temporal", "geographical", "technological", "sample_size")
SCORES = ("1", "2", "3", "4", "5")
V3 = "ecoinvent-v3"
DEMAND, TRANSPORT = "demand", "transport"


@cache
def _basic() -> Mapping[str, float]:
    """Return the basic variance of the logarithm [-] of each kind of flow; the table gives squared deviations."""
    path = Path(__file__).parent.parent / "data" / "basic_uncertainty.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["kind"]: (math.log(float(row["gsd2"])) / 2) ** 2 for row in csv.DictReader(file)}


def basic_variance(kind: str, scheme: str = V3) -> float:
    """Return the basic variance of the logarithm [-] of a flow: `DEMAND`, ``transport``, or a gas by its name.

    Gases that the table does not tell of (``sf6``) count as demand does: the least there is. Version 3 of ecoinvent
    has four digits of it: 1.05 is a variance of 0.0006.
    """
    table = _basic()
    found = table.get(kind.partition("-")[0], table[DEMAND])
    return round(found, 4) if scheme == V3 else found


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


def spread(written: str, published: float | None = None, kind: str = DEMAND, scheme: str = V3) -> float | None:
    """Return the standard deviation of the logarithm [-] of a number with the scores ``written``: ``2;3;1;-;2``.

    ``published``: that of the number itself where somebody states it; else the basic variance of its ``kind`` of flow
    stands for it. None where nobody states anything, or on the scale of a rating. What was not assessed adds nothing.

    References: Frischknecht et al. 2007, ecoinvent report No. 1, equation 7.1; Weidema et al. 2013, data quality
    guideline for the ecoinvent database version 3, table 10.5 (as repeated in public copies).
    """
    given = [(name, int(s)) for name, s in zip(INDICATORS, written.split(";")) if s in SCORES]  # noqa: B905
    if not given or " " in written:
        return published
    table = factors(scheme)
    basic = basic_variance(kind, scheme) if published is None else published**2
    return math.sqrt(math.fsum([basic, *(_variance(table[name][score - 1], scheme) for name, score in given)]))


def _variance(number: float, scheme: str) -> float:
    """Return the variance of the logarithm [-] that a number of the table of ``scheme`` stands for."""
    return number if scheme == V3 else (math.log(number) / 2) ** 2
