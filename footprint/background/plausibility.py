"""Results of a database beside values that others published: ``plausibility.csv`` in its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from footprint import units
from footprint.background import source
from footprint.errors import DatabaseError, Problem, UnfitError, problem, reason

NAME = "plausibility.csv"
FACTOR = 2.0
"""Beyond this ratio, or below its inverse, a comparison needs an explanation."""


class Comparison(NamedTuple):
    """One dataset beside a published value, both [kg CO2e/``unit``]; ``ratio``: ours over theirs [-]."""

    code: str
    unit: str
    ours: float
    published: float
    ratio: float
    citation: str
    explanation: str

    @property
    def is_outlier(self) -> bool:
        """Whether the two differ by more than `FACTOR`."""
        return not 1 / FACTOR <= self.ratio <= FACTOR


def comparisons(folder: Path, score: Callable[[str], tuple[float, str]]) -> tuple[Comparison, ...]:
    """Return the comparisons of the database in ``folder``, none without a table.

    ``score``: kg CO2e per unit of a code, and that unit; KeyError for an unknown code. `DatabaseError` for rows that
    cannot be compared, and for outliers that nobody explains.
    """
    src = source.read(folder)
    problems: list[Problem] = []
    found = []
    for row in source.table(folder, NAME, ("code", "published", "unit", "citation", "explanation"), problems):
        try:
            made = _compared(row, src, *score(row["code"]))
        except (KeyError, ValueError) as exc:
            problems.append(problem("database-activity", row.place, dataset=row["code"], said=reason(exc)))
            continue
        if made.is_outlier and not made.explanation:
            problems.append(problem("outlier-unexplained", row.place, dataset=made.code, ratio=f"{made.ratio:.2g}"))
        found.append(made)
    if problems:
        raise DatabaseError(*problems)
    return tuple(found)


def _compared(row: source.Row, src: source.Source, ours: float, unit: str) -> Comparison:
    """Return the comparison of a row; ours is converted to the unit of the published value."""
    published = float(row["published"])
    if not published > 0:
        raise UnfitError("unfit-published", value=row["published"])
    converted = ours * units.factor(row["unit"], unit)
    cited = src.cited(row["citation"])
    return Comparison(row["code"], row["unit"], converted, published, converted / published, cited, row["explanation"])

