"""How good data are: scores of both sides of a line, what they were drawn from, and how they add up."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from footprint.model.balance import Balance, Flows

WORST = 5
"""The score of what is not known, where the worst is asked for."""
SCHEMES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "pef-4": ("technology", "geography", "time", "precision"),
    "pef-3": ("technology", "geography", "time"),
    "pact": ("technology", "geography", "time"),
    "pedigree": ("technology", "geography", "time", "precision", "completeness"),
})  # fmt: skip
"""Scheme -> its indicators. The scores of `pedigree` lead to an uncertainty; their mean is no rating."""
INDICATORS = ("technology", "geography", "time", "precision", "completeness")
UNRATED = frozenset({"pedigree"})
MATRIX = "pedigree"
"""The scale of scores that name none: the pedigree matrix of ecoinvent."""
DEFAULT_SCHEME = "pact"
"""Of rules that prescribe none: its three scores can be told from age, place and technology."""
LEVELS = ((1.5, "excellent"), (2.0, "very-good"), (3.0, "good"), (4.0, "fair"))
POOR = "poor"
DECIMALS = 2
"""Those of scores and ratings in reports, levels and clauses: no digit that nobody sees decides."""
COVERED = 0.8
"""The share that must have a rating before the whole has a level: that which PEF asks for (4.6.5)."""
ENTERED, DERIVED, DATABASE = "entered", "derived", "database"


def level(scheme: str, value: float) -> str:
    """Return the level of a rating as printed: excellent, very-good, good, fair or poor.

    A rating of 1.50 is excellent for PEF (up to), very good for PACT (less than); the others are alike.
    """
    rating = printed(value)
    if scheme == "pact" and rating == LEVELS[0][0]:
        return LEVELS[1][1]
    return next((name for most, name in LEVELS if rating <= most), POOR)


def printed(value: float) -> float:
    """Return a score or rating as it is printed, and as levels and clauses compare it: two decimals."""
    return round(value, DECIMALS)


class Score(NamedTuple):
    """A score from 1 (best) to 5, and what it rests on: ``entered``, ``derived`` from a ``fact``, of the ``database``.

    ``fact``: days between data and reference period, region and site, or what a dataset stands in for.
    """

    value: int
    origin: str
    fact: str = ""


Scores = Mapping[str, Score]
"""Indicator -> score; an indicator that is absent was not assessed."""


class Profile(NamedTuple):
    """The scores of both sides of lines that are alike, and those of the lines.

    ``scores``: the worse of both sides, for each indicator that every side it is asked of has. ``rating``: their mean,
    None while one is missing; ``worst``: with 5 for each that is missing. So for each side alone.
    """

    activity: Scores
    factor: Scores
    scores: Mapping[str, int]
    rating: float | None
    worst: float
    activity_rating: float | None
    activity_worst: float
    factor_rating: float | None
    factor_worst: float


class Rated(NamedTuple):
    """A line: its ``share`` of absolute contributions [-]; whether it is of a process that the rules rate.

    ``primary``: how much of it is of the company or a supplier, amount and factor if any [-]; None: nobody says.
    """

    share: float
    profile: Profile
    relevant: bool = True
    primary: float | None = 0.0


class Roll(NamedTuple):
    """Means over lines, weighted by contribution: of each indicator and of the ratings, over what was assessed.

    ``rated``: the share of contributions [-] that has a rating; ``worst``: the mean with 5 for all not assessed.
    ``assessed``: the share that the mean of each indicator rests on [-], 0 where nobody assessed it.
    """

    scores: Mapping[str, float]
    rating: float | None
    rated: float
    worst: float | None
    assessed: Mapping[str, float] = MappingProxyType({})


class Quality(NamedTuple):
    """The quality of the data of a result under one scheme. ``lines`` stand by their id, ``stages`` by theirs.

    ``primary``: share of contributions [-] on amounts and factors of the company and its suppliers, None where nobody
    says it of some: it is ``known`` at least, and so much more at most as is ``untold``, factor by factor [cell].
    ``energy``: share of the energy bought that has data [-], None while an amount is no energy; ``energies``: so of
    each process.
    ``balances``: of processes, ``product``: of the product [kg], both judged by the closure that the rules ask for.
    """

    scheme: str
    lines: Mapping[str, Rated]
    whole: Roll
    activity: Roll
    factor: Roll
    stages: Mapping[str, Roll]
    primary: float | None
    energy: float | None
    profiles: tuple[Profile, ...] = ()
    balances: tuple[Balance, ...] = ()
    product: Flows = Flows(None, None)
    energies: Mapping[str, float | None] = MappingProxyType({})
    known: float = 0.0
    untold: Mapping[str, float] = MappingProxyType({})
