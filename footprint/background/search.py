"""Search the datasets of one or several databases, in Chinese and English: by code, names, synonyms and technology."""

from __future__ import annotations

from typing import NamedTuple

from footprint.background import asking, fts, ranking
from footprint.background.compiled import Compiled
from footprint.background.index import Filters, Index, Plain, entries
from footprint.background.open import Background
from footprint.background.ranking import Entry, Placed
from footprint.model.background import Dataset

__all__ = ["ANY", "Filters", "Hit", "Search"]

ANY = Filters()
"""No restriction."""


class Hit(NamedTuple):
    """A dataset that answers a search, and how well it does."""

    placed: Placed
    dataset: Dataset


class Search:
    """Databases ready to be searched, any number of times."""

    def __init__(self, background: Background) -> None:
        self._indexes = tuple((database, _index(database.file)) for database in background.databases)

    def find(self, written: str, filters: Filters = ANY, limit: int = 10) -> tuple[Hit, ...]:
        """Return up to ``limit`` datasets that answer ``written``, the best first."""
        found = [
            (*hit, number, database)
            for number, (database, index) in enumerate(self._indexes)
            for hit in _answers(index, written, filters, limit)
        ]
        found.sort(key=lambda hit: (hit[0], hit[2], hit[1]))
        named = ((placed, database.dataset(code)) for placed, code, _, database in found[:limit])
        return tuple(Hit(placed, dataset) for placed, dataset in named if dataset is not None)


def _index(file: Compiled) -> Index:
    return fts.Fts(fts.connection(file)) if fts.is_there() else Plain(entries(file))


def _answers(index: Index, written: str, filters: Filters, limit: int) -> list[tuple[Placed, str]]:
    """Return the datasets of one database that answer, and where they stand; what is near a word only if too few."""
    asked = asking.query(written, index, nearly=False)
    found: dict[str, Entry] = {entry.code: entry for entry in index.exact(asked, filters, limit)}
    if len(found) < limit:
        asked = asking.query(written, index, nearly=True)
        found |= {entry.code: entry for entry in index.almost(asked, filters, limit)}
    placed = ((ranking.placed(asked, entry, index.home), code) for code, entry in found.items())
    return sorted((place, code) for place, code in placed if place is not None)[:limit]
