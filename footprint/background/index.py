"""What a search asks of a database: how many datasets have a word, what is near it, and who may be among the best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from operator import itemgetter
from typing import NamedTuple, Protocol

from footprint import units, words
from footprint.background import asking, ranking
from footprint.background.asking import Query, Words
from footprint.background.compiled import Compiled
from footprint.background.ranking import Entry


class Filters(NamedTuple):
    """What hits are restricted to; an empty text restricts nothing.

    ``unit``: datasets in units that convert to it; ``region``: a code, and the parts of it (``CN``, ``CN-GD``);
    ``category``, ``kind``: as they stand in the database; ``year``: within the dataset's period, 0 for any.
    """

    unit: str = ""
    region: str = ""
    category: str = ""
    kind: str = ""
    year: int = 0

    def let_through(self, entry: Entry) -> bool:
        """Tell whether a dataset may be a hit."""
        region, years = words.folded(self.region), ranking.span(entry.period)
        return (
            (not self.unit or entry.dimension == dimension(self.unit))
            and (not region or entry.region == region or entry.region.startswith(f"{region}-"))
            and (not self.category or entry.category == words.folded(self.category))
            and (not self.kind or entry.kind == self.kind)
            and (not self.year or years[0] <= self.year <= years[1])
        )


class Index(Words, Protocol):
    """The words of one database, and its datasets."""

    @property
    def home(self) -> str:
        """The country of most datasets, folded."""

    def exact(self, asked: Query, filters: Filters, limit: int) -> Iterable[Entry]:
        """Return the datasets of that name and the best that have every word, ``limit`` and more if there are."""

    def almost(self, asked: Query, filters: Filters, limit: int) -> Iterable[Entry]:
        """Return the best datasets that have what is near each word, or any, ``limit`` and more if there are."""


@cache
def dimension(unit: str) -> str:
    """Return the dimension of a unit; an unknown one is a dimension of its own."""
    try:
        return units.unit(unit).dimension
    except ValueError:
        return f"? {words.folded(unit)}"


def entries(file: Compiled) -> Iterator[Entry]:
    """Yield what is looked at of every dataset of a database."""
    return (ranking.entry(record, dimension) for record in file.records())


def home(countries: Iterable[str]) -> str:
    """Return the country that is named most often, of several the first by name."""
    return max(sorted(Counter(countries).items()), key=itemgetter(1), default=("", 0))[0]


class Plain:
    """No index: all datasets are looked at, one by one."""

    def __init__(self, found: Iterable[Entry]) -> None:
        self._entries = tuple(found)
        self._terms = Counter(token for entry in self._entries for token in entry.tokens)
        self.count = len(self._entries)
        self.home = home(ranking.part_of(entry.region) for entry in self._entries)

    def frequency(self, term: str) -> int:
        """Return how many datasets have ``term``."""
        return self._terms[term]

    def near(self, word: str) -> Mapping[str, float]:
        """Return the terms that ``word`` may mean, with their likeness [-]."""
        return asking.near(word, (term for term in self._terms if not words.is_han(term)))

    def is_name(self, key: str) -> bool:
        """Tell whether a dataset is called ``key``."""
        return any(name.is_spelt(key) for entry in self._entries for name in entry.names)

    def exact(self, asked: Query, filters: Filters, limit: int) -> Iterable[Entry]:  # noqa: ARG002 - all there are
        """Return the datasets of that name, and those that have every word; all where nothing was asked for."""
        if not asked.parts:
            return () if asked.text else filter(filters.let_through, self._entries)
        wanted = {asked.sought[at].text for at in asked.strict}
        return (
            entry for entry in filter(filters.let_through, self._entries)
            if wanted <= entry.tokens or any(name.is_spelt(key) for name in entry.names for key in asked.keys)
        )  # fmt: skip

    def almost(self, asked: Query, filters: Filters, limit: int) -> Iterable[Entry]:  # noqa: ARG002 - all there are
        """Return every dataset that the filters let through."""
        return filter(filters.let_through, self._entries) if asked.parts else ()
