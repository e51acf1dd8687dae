"""What is asked of a database: words, each with what is near it.

Chinese has no blanks: a run of characters is sought by its pairs of neighbours, of which a wrong or missing character
breaks two and leaves the rest. A word may be mistyped, left unfinished, or written together with the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from math import log
from typing import NamedTuple, Protocol

from footprint import words

NEAR_ENOUGH = 0.5
"""Likeness from which a word counts as found [-]."""

_LONGEST = 200
_A_YEAR = re.compile(r"(?<![0-9a-z.])(?:19|20)\d\d(?![0-9a-z.])")
_CHINA = re.compile(r"\b(?:china|chinese)\b|中国|国产|国内")
_TERMS = 60
_LOOSE = 0.3
_SAME = 0.8
_LINKS = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"})


class Words(Protocol):
    """The words of one database."""

    @property
    def count(self) -> int:
        """How many datasets there are."""

    def frequency(self, term: str) -> int:
        """Return how many datasets have ``term``."""

    def near(self, word: str) -> Mapping[str, float]:
        """Return the terms that ``word`` may mean, with their likeness [-]."""

    def is_name(self, key: str) -> bool:
        """Tell whether a dataset is called ``key``."""


class Sought(NamedTuple):
    """A word, or a pair of characters. ``weight``: the rarer, the more [-]; ``terms``: likeness of what is near [-]."""

    text: str
    weight: float
    terms: Mapping[str, float]

    @property
    def is_loose(self) -> bool:
        """Tell whether a name may lack it: ``of``, or a single character such as the 料 of PP料."""
        return self.text in _LINKS or (len(self.text) == 1 and words.is_han(self.text))


class Query(NamedTuple):
    """What was asked. ``parts``: what is sought of each word or Chinese run, in their order; ``sought``: all of it.

    ``met_by``: a term -> the places in ``sought`` it meets, with its likeness [-]; ``characters``: those of each pair.
    ``thing``: the squeezed text without years and China, which tell of a dataset when and where it holds; both apart;
    ``doubtful``: the places in it that may be mistyped, as nothing known is written there.
    """

    text: str
    key: str
    parts: tuple[tuple[str, tuple[Sought, ...]], ...]
    sought: tuple[Sought, ...]
    met_by: Mapping[str, tuple[tuple[int, float], ...]]
    characters: Mapping[int, str]
    thing: str
    years: frozenset[int]
    of_china: bool
    doubtful: frozenset[int]

    @property
    def keys(self) -> tuple[str, ...]:
        """The names that may be meant: the text, the thing, and Chinese without its last or first character."""
        trimmed = (self.key[:-1], self.key[1:]) if self.is_chinese else ()
        return tuple(dict.fromkeys(filter(None, (self.key, self.thing, *trimmed))))

    @property
    def strict(self) -> tuple[int, ...]:
        """The places in ``sought`` of what must be there; all of them where nothing else is."""
        places = range(len(self.sought))
        return tuple(at for at in places if not self.sought[at].is_loose) or tuple(places)

    @property
    def is_chinese(self) -> bool:
        """Tell whether it was asked in Chinese."""
        return any(words.is_han(word) for word, _ in self.parts)


def query(written: str, known: Words, *, nearly: bool) -> Query:
    """Return the question to a database whose words are ``known``; ``nearly``: with what is near each word."""
    text = " ".join(words.folded(written).split())[:_LONGEST]
    split = _split(words.words(text), known, nearly=nearly)
    parts = tuple((word, tuple(_sought(word, known, nearly=nearly))) for word in split)
    every = tuple(sought for _, found in parts for sought in found)
    pairs = {at: sought.text for at, sought in enumerate(every) if words.is_han(sought.text) and len(sought.text) > 1}
    thing = words.key(_CHINA.sub(" ", _A_YEAR.sub(" ", text)))
    return Query(
        text=text,
        key=words.key(text),
        parts=parts,
        sought=every,
        met_by=_met_by(every, "".join(pairs.values())),
        characters=pairs,
        thing=thing,
        years=frozenset(map(int, _A_YEAR.findall(text))),
        of_china=bool(_CHINA.search(text)),
        doubtful=frozenset(_doubtful(thing, split, known)) if nearly else frozenset(),
    )


def _sought(word: str, known: Words, *, nearly: bool) -> Iterator[Sought]:
    """Yield what is sought of a word: itself, or the pairs of a Chinese run."""
    is_run = words.is_han(word) and len(word) > 1
    for at, wanted in enumerate(words.pairs(word) if is_run else [word]):
        near = words.near_pair(word, at) if is_run else known.near(word) if nearly and not words.is_han(word) else {}
        same = dict.fromkeys(words.same(wanted), _SAME) if nearly else {}
        terms = {**near, **same}
        most = max(map(known.frequency, (wanted, *terms)))
        found = Sought(wanted, log(1 + known.count / (most or 1)), terms)
        yield found._replace(weight=_LOOSE * found.weight) if found.is_loose else found


def _met_by(every: tuple[Sought, ...], characters: str) -> dict[str, tuple[tuple[int, float], ...]]:
    met_by: dict[str, tuple[tuple[int, float], ...]] = {}
    for at, sought in enumerate(every):
        for term, likeness in {**sought.terms, sought.text: 1.0}.items():
            met_by[term] = (*met_by.get(term, ()), (at, likeness))
    return {**dict.fromkeys(characters, ()), **met_by}


def _doubtful(thing: str, split: list[str], known: Words) -> Iterator[int]:
    """Yield the places of characters that make no known pair and are no name; of English, all where a word is unknown.

    火车运输 is not 货车运输 mistyped: 火车 is known. 锌合金 is not 铝合金 mistyped: 锌 is the name of something.
    """
    if not any(map(words.is_han, split)):
        yield from range(0 if all(map(known.frequency, split)) else len(thing))
        return
    for at, character in enumerate(thing):
        pairs = [pair for pair in (thing[max(0, at - 1) : at + 1], thing[at : at + 2]) if len(pair) > 1]
        if words.is_han(character) and not any(map(known.frequency, pairs)) and not known.is_name(character):
            yield at


def _split(found: list[str], known: Words, *, nearly: bool) -> list[str]:
    """Return words; one that no dataset has is taken apart where letters meet digits, or where a blank is missing."""
    split: list[str] = []
    for word in found:
        apart: list[str] = []
        if not words.is_han(word) and not known.frequency(word):
            apart = words.parts(word) or ([] if nearly and known.near(word) else _run_together(word, known))
        split += apart if apart and all(map(known.frequency, apart)) else [word]
    return list(dict.fromkeys(split))


def _run_together(word: str, known: Words) -> list[str]:
    """Return the two words that ``word`` may be, written as one; nothing when there are no such."""
    cuts = ((word[:at], words.singular(word[at:])) for at in range(3, len(word) - 2))
    found = [(min(known.frequency(first), known.frequency(second)), first, second) for first, second in cuts]
    best = max(found, default=(0, "", ""))
    return list(best[1:]) if best[0] else []


def near(word: str, known: Iterable[str]) -> dict[str, float]:
    """Return which of the ``known`` terms a word may mean, and how well each meets it [-]; itself is none of them."""
    found = {term: max(_beginning(word, term), _slipped(word, term)) for term in known if term != word}
    best = sorted(found, key=lambda term: (-found[term], term))[:_TERMS]
    return {term: found[term] for term in best if found[term] > 0}


def _beginning(word: str, term: str) -> float:
    """Return the likeness of a term that goes on after the word, or before it."""
    if term.startswith(word):
        return 0.5 + 0.4 * len(word) / len(term)
    return NEAR_ENOUGH if len(word) > 3 and word in term else 0.0


def _slipped(word: str, term: str) -> float:
    """Return the likeness of a term that was mistyped, in the singular or in the plural."""
    most = words.tolerance(word, term)
    if not most or len(set(word) ^ set(term)) > 2 * most + 1:
        return 0.0
    meant = [(word, term), (word, f"{term}s"), *([(f"{word}s", term)] if term.endswith("s") else [])]
    found = min(words.slips(*pair, most) for pair in meant)
    return (1.0, 0.75, 0.6)[found] if found <= most else 0.0
