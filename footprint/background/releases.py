"""Which dataset of one release of a database is which of the next: by code, else by name, place and unit.

Nothing is guessed: where a code is gone and no dataset, or more than one, is called the same, a person has to say. The
mapping is a table for that: it is proposed, completed in a spreadsheet, and followed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from footprint import units
from footprint.background.open import Database
from footprint.model.background import Dataset

COLUMNS = ("old", "new", "how", "name", "unit", "region")
CODE, OTHER_NAME, NAME, OPEN = "code", "code, other name", "name", ""


class Pair(NamedTuple):
    """A dataset of the old release, and its code in the new one, "" where nobody knows; ``how`` it was found."""

    old: Dataset
    new: str
    how: str

    def row(self) -> tuple[str, ...]:
        """Return the pair as a row of a mapping."""
        return self.old.code, self.new, self.how, self.old.name_en, self.old.unit, self.old.region


def pairs(before: Database, after: Database) -> tuple[Pair, ...]:
    """Return every dataset of ``before`` with what it is in ``after``, in the order of the codes."""
    new = {dataset.code: dataset for dataset in after.datasets()}
    named: dict[tuple[str, str], list[Dataset]] = defaultdict(list)
    for dataset in new.values():
        named[_called(dataset)].append(dataset)
    return tuple(_pair(old, new, named) for old in before.datasets())


def renamed(found: tuple[Pair, ...]) -> Mapping[str, str]:
    """Return the codes that are others in the new release, by those of the old."""
    return {pair.old.code: pair.new for pair in found if pair.how == NAME}


def _pair(old: Dataset, new: Mapping[str, Dataset], named: Mapping[tuple[str, str], list[Dataset]]) -> Pair:
    same = new.get(old.code)
    if same is not None and _converts(old, same):
        return Pair(old, same.code, CODE if _called(old)[0] == _called(same)[0] else OTHER_NAME)
    alike = [dataset for dataset in named.get(_called(old), []) if _converts(old, dataset)]
    return Pair(old, alike[0].code, NAME) if len(alike) == 1 else Pair(old, "", OPEN)


def _called(dataset: Dataset) -> tuple[str, str]:
    return " ".join(dataset.name_en.casefold().split()), dataset.region.casefold()


def _converts(one: Dataset, other: Dataset) -> bool:
    return units.convertible(one.unit, other.unit)
