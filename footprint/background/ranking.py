"""How well a dataset answers a search: by code, name, all words, almost or in part; the newest first among equals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from footprint import words
from footprint.background.asking import NEAR_ENOUGH, Query
from footprint.background.compiled import as_words

CODE, NAME, SPELLING, HEAD, ALL, NEAR, PART = range(7)
"""Ranks: its code; a name of its; a name but for blanks and signs; the head of a name; every word; nearly; some."""

_YEAR = re.compile(r"\d{4}")
_LEAST = 0.19
_ONE_OFF, _ONE_OF_TWO = (0.9, 0.85), 0.3
_ASIDE = 0.9
_CHINA = "cn"
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
    """What a search looks at in one dataset. ``more``: tokens that are no name of its.

    ``aside``: "yes" for what is meant less often by a name: the treatment of a waste, direct emissions alone.
    """

    code: str
    dimension: str
    region: str
    category: str
    kind: str
    period: str
    aside: str
    names: tuple[Name, ...]
    more: frozenset[str]

    @property
    def tokens(self) -> frozenset[str]:
        """All tokens it is found by."""
        return self.more.union(*(name.tokens for name in self.names))


def entry(record: Mapping[str, Any], dimension: Callable[[str], str]) -> Entry:
    """Return what is looked at of one record of a compiled database."""
    dataset = record["dataset"]
    aside = dataset["category"] == "waste" or dataset["boundary"] == "direct"
    own, other = _folded(dataset["name_en"], dataset["name_zh"]), _folded(*as_words(record))
    texts = {words.folded(dataset["code"]): CODE}
    ranked = ((NAME, own), (HEAD if aside else NAME, other), (HEAD, [words.head(name) for name in (*own, *other)]))
    for rank, found in ranked:
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
        aside="yes" if aside else "",
        names=tuple(Name(rank, text, words.tokens(text)) for text, rank in texts.items()),
        more=words.tokens(words.folded(more)),
    )


def _folded(*names: str) -> list[str]:
    return [" ".join(words.folded(name).split()) for name in names]


class Placed(NamedTuple):
    """Where a dataset stands among the hits: smaller is better.

    ``unlikeness``: [%], negative; ``is_abroad``: of another region than asked for in Chinese, or than most of its
    database; ``age``: its last year, negative; ``detail``: length of its names.
    """

    rank: int
    unlikeness: int
    is_gap: bool
    is_aside: bool
    is_abroad: bool
    age: int
    detail: int


def placed(asked: Query, found: Entry, home: str) -> Placed | None:
    """Return where a dataset of a database about ``home`` stands; None where too little of the question is in it."""
    rank, likeness = _rank(asked, found) if asked.parts else (ALL, 1.0)
    if rank == PART and likeness < _LEAST:
        return None
    abroad = part_of(found.region) != (_CHINA if asked.is_chinese else home)
    detail = sum(len(name.text) for name in found.names[1:3])
    last = span(found.period)[1]
    return Placed(rank, -round(100 * likeness), found.kind == "gap", bool(found.aside), abroad, -last, detail)


def part_of(region: str) -> str:
    """Return the country of a folded region: ``cn`` of ``cn-gd``."""
    return region.partition("-")[0]


def span(period: str) -> tuple[int, int]:
    """Return the first and the last year of a period; zeros for none."""
    years = sorted(map(int, _YEAR.findall(period))) or [0]
    return years[0], years[-1]


def _rank(asked: Query, found: Entry) -> tuple[int, float]:
    exact = min(_exact(asked, found), default=PART)
    if exact < PART:
        return exact, 1.0
    meant = {name.rank for name in found.names if _is_one_off(asked, name.text)}
    if meant and _is_then_and_there(asked, found):
        return (PART, _ONE_OF_TWO) if len(asked.thing) == 2 else (NEAR, _ONE_OFF[min(meant) == HEAD])
    total = sum(sought.weight for sought in asked.sought) or 1.0
    likes = _likes(asked, found.tokens & asked.met_by.keys())
    of_names = max(_of_name(asked, name, total) for name in found.names)
    least = min(likes[at] for at in asked.strict)
    rank = ALL if least == 1 else NEAR if least >= NEAR_ENOUGH else PART
    likeness = 0.7 * of_names + 0.3 * _share(asked, likes, total)
    return rank, _ASIDE * likeness if found.aside else likeness


def _exact(asked: Query, found: Entry) -> Iterator[int]:
    """Yield the ranks of the names that are the question, or the thing of a question that also says when or where."""
    yield from (name.rank for name in found.names if name.text == asked.text)
    yield from (max(name.rank, SPELLING) for name in found.names if name.is_spelt(asked.key))
    if asked.thing != asked.key and _is_then_and_there(asked, found):
        yield from (HEAD for name in found.names if name.is_spelt(asked.thing))


def _is_then_and_there(asked: Query, found: Entry) -> bool:
    first, last = span(found.period)
    here = not asked.of_china or part_of(found.region) == _CHINA
    return here and all(first <= year <= last for year in asked.years)


def _is_one_off(asked: Query, name: str) -> bool:
    """Tell whether a name is the thing that was asked for, mistyped: another character, or a slip or two."""
    written, thing = name.replace(" ", ""), asked.thing
    if asked.is_chinese:
        others = [at for at, (a, b) in enumerate(zip(written, thing, strict=False)) if a != b]
        return len(written) == len(thing) > 1 and len(others) == 1 and others[0] in asked.doubtful
    most = words.tolerance(written, thing) if asked.doubtful else 0
    return 0 < most >= len(set(written) ^ set(thing)) / 2 and words.slips(written, thing, most) <= most


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
