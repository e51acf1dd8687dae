"""What a database says of its datasets, and what changed between two databases: to be read, not calculated with."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from footprint.model.background import DatabaseInfo, Dataset, Impact, Intensity


class Part(NamedTuple):
    """One row of a dataset: an input, or an emission. ``amount`` [unit/unit of the dataset]; ``gsd`` [-], "" unknown.

    ``dataset``: what is taken in, None for an emission; ``impact``: by GWP set [kg CO2e/unit of the dataset], the chain
    of an input included; ``gaps``: what that chain lacks; ``only_for``: the one GWP set it counts under, "" for every.
    """

    flow: str
    amount: float
    unit: str
    gsd: str
    dataset: Dataset | None
    impact: Mapping[str, Impact]
    gaps: Mapping[str, float]
    only_for: str = ""


class Facts(NamedTuple):
    """One dataset. ``parts`` is None where the database has no source tables, only what was compiled."""

    dataset: Dataset
    info: DatabaseInfo
    synonyms: tuple[str, ...]
    intensities: Mapping[str, Intensity]
    gaps: tuple[tuple[Dataset, float], ...]
    parts: tuple[Part, ...] | None


class Change(NamedTuple):
    """A dataset of both, changed. ``fields``: name -> before and after; ``scores``: GWP set -> before and after.

    Scores [kg CO2e/unit before]; None where there is no number, or none in a unit that converts.
    """

    before: Dataset
    after: Dataset
    fields: Mapping[str, tuple[str, str]]
    scores: Mapping[str, tuple[float | None, float | None]]

    def relative(self, gwp_set: str) -> float | None:
        """Return the change of the score relative to the score before [-]; None where one of them is no number."""
        before, after = self.scores[gwp_set]
        if before is None or after is None:
            return None
        return (after - before) / abs(before) if before else 0.0 if after == before else inf

    @property
    def size(self) -> float:
        """The largest relative change of a score [-]; infinite where a number appears or goes."""
        sizes = [self.relative(name) for name in self.scores]
        gone = any((before is None) != (after is None) for before, after in self.scores.values())
        return inf if gone else max((abs(size) for size in sizes if size is not None), default=0.0)


class Differences(NamedTuple):
    """What differs between two databases; ``same``: how many datasets do not. Changes: the largest first."""

    added: tuple[Dataset, ...]
    removed: tuple[Dataset, ...]
    changed: tuple[Change, ...]
    same: int
