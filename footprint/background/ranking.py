"""How well a dataset answers a search: by code, name, all words, almost or in part; the newest first among equals."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from footprint.background import words
from footprint.background.asking import NEAR_ENOUGH, Query
from footprint.background.compiled import as_words

CODE, NAME, SPELLING, HEAD, ALL, NEAR, PART = range(7)
"""Ranks: its code; a name of its; a name but for blanks and signs; the head of a name; every word; nearly; some."""

_YEAR = re.compile(r"\d{4}")
_LEAST = 0.12
_OF_CHARACTERS = (0.0, 0.2, 0.5)


class Name(NamedTuple):
    """A name a dataset is known by, folded. ``rank``: of a query that is this name."""

    rank: int
    text: str
    tokens: frozenset[str]

    def is_spelt(self, key: str) -> bool:
        """Tell whether this is the name of ``key``, but for what stands between its words."""
        begins_so = self.text[0] == key[:1] or not self.text[0].isalnum()
        return begins_so and words.key(self.text) == key


class Entry(NamedTuple):
    """What a search looks at in one dataset. ``more``: tokens that are no name of its."""

    code: str
    dimension: str
    region: str
    category: str
    kind: str
    period: str
    names: tuple[Name, ...]
    more: frozenset[str]

    @property
    def tokens(self) -> frozenset[str]:
        """All tokens it is found by."""
        return self.more.union(*(name.tokens for name in self.names))


def entry(record: Mapping[str, Any], dimension: Callable[[str], str]) -> Entry:
    """Return what is looked at of one record of a compiled database."""
    dataset = record["dataset"]
    written = (dataset["name_en"], dataset["name_zh"], *as_words(record))
    named = [" ".join(words.folded(name).split()) for name in written]
    texts = {words.folded(dataset["code"]): CODE}
    for rank, found in ((NAME, named), (HEAD, map(words.head, named))):
        for text in filter(None, found):
            texts.setdefault(text, rank)
    more = " ".join(dataset.get(part, "") for part in ("technology", "category", "region", "period"))
    return Entry(
        code=dataset["code"],
        dimension=dimension(dataset["unit"]),
        region=words.folded(dataset["region"]),
        category=words.folded(dataset["category"]),
        kind=dataset["kind"],
        period=dataset["period"],
        names=tuple(Name(rank, text, words.tokens(text)) for text, rank in texts.items()),
        more=words.tokens(words.folded(more)),
    )


class Placed(NamedTuple):
    """Where a dataset stands among the hits: smaller is better.

    ``unlikeness``: [%], negative; ``is_abroad``: asked in Chinese, not of China; ``age``: its last year, negative;
    ``detail``: length of its names.
    """

    rank: int
    unlikeness: int
    is_gap: bool
    is_abroad: bool
    age: int
    detail: int


def placed(asked: Query, found: Entry) -> Placed | None:
    """Return where a dataset stands; None where too little of the question is in it."""
    rank, likeness = _rank(asked, found) if asked.parts else (ALL, 1.0)
    if rank == PART and likeness < _LEAST:
        return None
    abroad = asked.is_chinese and found.region.partition("-")[0] != "cn"
    detail = sum(len(name.text) for name in found.names[1:3])
    return Placed(rank, -round(100 * likeness), found.kind == "gap", abroad, -span(found.period)[1], detail)


def span(period: str) -> tuple[int, int]:
    """Return the first and the last year of a period; zeros for none."""
    years = sorted(map(int, _YEAR.findall(period))) or [0]
    return years[0], years[-1]


def _rank(asked: Query, found: Entry) -> tuple[int, float]:
    exact = [name.rank for name in found.names if name.text == asked.text]
    exact += [max(name.rank, SPELLING) for name in found.names if name.is_spelt(asked.key)]
    if exact:
        return min(exact), 1.0
    total = sum(sought.weight for sought in asked.sought) or 1.0
    likes = _likes(asked, found.tokens & asked.met_by.keys())
    of_names = max(_of_name(asked, name, total) for name in found.names)
    least = min(likes[at] for at in asked.strict)
    rank = ALL if least == 1 else NEAR if least >= NEAR_ENOUGH else PART
    return rank, 0.7 * of_names + 0.3 * _share(asked, likes, total)


def _of_name(asked: Query, name: Name, total: float) -> float:
    """Return how much of the question is in a name, and of the name in the question [-]."""
    met = name.tokens & asked.met_by.keys()
    return _share(asked, _likes(asked, met), total) * (0.7 + 0.3 * len(met) / len(name.tokens)) if met else 0.0


def _share(asked: Query, likes: list[float], total: float) -> float:
    return sum(like * sought.weight for like, sought in zip(likes, asked.sought, strict=True)) / total


def _likes(asked: Query, met: AbstractSet[str]) -> list[float]:
    """Return how well each word or pair is met by tokens [-]: itself 1, what is near less, nothing 0."""
    likes = [0.0] * len(asked.sought)
    for token in met:
        for at, likeness in asked.met_by[token]:
            likes[at] = max(likes[at], likeness)
    for at, characters in asked.characters.items():
        if not likes[at]:
            likes[at] = _OF_CHARACTERS[(characters[0] in met) + (characters[1] in met)]
    return likes
