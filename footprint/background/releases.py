"""Which dataset of one release of a database is which of the next: by code, else by activity, product, place and unit.

Nothing is guessed: where a code is gone and no dataset, or more than one, is called the same, a person has to say. The
mapping is a table for that: it is proposed, completed in a spreadsheet, and followed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from footprint.background.compiled import Record, as_dataset, as_words
from footprint.background.identity import Identity, of
from footprint.background.open import Database
from footprint.model.background import Dataset

COLUMNS = ("old", "new", "how", "name", "unit", "region", "product")
CODE, OTHER_NAME, NAME, OPEN = "code", "code, other name", "name", ""
_PRODUCT = re.compile(r"[0-9a-f-]{36}_[0-9a-f-]{36}")
"""The code of an activity and its product, of which each has an id that stays, whatever they are called."""


class Pair(NamedTuple):
    """A dataset of the old release, and its code in the new one, "" where nobody knows; ``how`` it was found."""

    old: Dataset
    new: str
    how: str

    def row(self) -> tuple[str, ...]:
        """Return the pair as a row of a mapping."""
        old = self.old
        return old.code, self.new, self.how, old.name_en, old.unit, old.region, old.product


class _Known(NamedTuple):
    """A dataset, and what it is."""

    dataset: Dataset
    identity: Identity


def pairs(before: Database, after: Database) -> tuple[Pair, ...]:
    """Return every dataset of ``before`` with what it is in ``after``, in the order of the codes."""
    new = {known.dataset.code: known for known in map(_known, after.file.records())}
    named: dict[tuple[str, str], list[_Known]] = defaultdict(list)
    for known in new.values():
        named[known.identity.called].append(known)
    return tuple(_pair(_known(record), new, named) for record in before.file.records())


def renamed(found: tuple[Pair, ...]) -> Mapping[str, str]:
    """Return the codes that are others in the new release, by those of the old."""
    return {pair.old.code: pair.new for pair in found if pair.how == NAME}


def _pair(old: _Known, new: Mapping[str, _Known], named: Mapping[tuple[str, str], list[_Known]]) -> Pair:
    same = new.get(old.dataset.code)
    if same is not None and _keeps(old, same):
        is_called_so = old.identity.activity == same.identity.activity and old.identity.makes_what(same.identity)
        return Pair(old.dataset, same.dataset.code, CODE if is_called_so else OTHER_NAME)
    alike = [known for known in named.get(old.identity.called, []) if _is_same(old.identity, known.identity)]
    return Pair(old.dataset, alike[0].dataset.code, NAME) if len(alike) == 1 else Pair(old.dataset, "", OPEN)


def _keeps(old: _Known, same: _Known) -> bool:
    """Tell whether one code means one dataset: a process of one product has the code of the process alone."""
    is_of_product = _PRODUCT.fullmatch(old.dataset.code) or not old.dataset.product or not same.dataset.product
    is_made = bool(is_of_product) or old.identity.makes_what(same.identity)
    return is_made and old.identity.converts_to(same.identity)


def _known(record: Record) -> _Known:
    dataset = as_dataset(record)
    return _Known(dataset, of(dataset, as_words(record)))


def _is_same(one: Identity, other: Identity) -> bool:
    return one.makes_what(other) and one.converts_to(other)
