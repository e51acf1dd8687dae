"""What is asked of a database: words, each with what is near it.

Chinese has no blanks: a run of characters is sought by its pairs of neighbours, of which a wrong or missing character
breaks two and leaves the rest. A word may be mistyped, left unfinished, or written together with the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from math import log
from typing import NamedTuple

from footprint.background import words

NEAR_ENOUGH = 0.5
"""Likeness from which a word counts as found [-]."""

_LONGEST = 200
_A_YEAR = re.compile(r"(?<![0-9a-z.])(?:19|20)\d\d(?![0-9a-z.])")
_CHINA = re.compile(r"\b(?:china|chinese)\b|中国|国产|国内")
_TERMS = 60
_LOOSE = 0.3
_LINKS = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"})


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
    ``thing``: the squeezed text without years and China, which tell of a dataset when and where it holds; both apart.
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


def query(
    written: str, near: Callable[[str], Mapping[str, float]], frequency: Callable[[str], int], count: int
) -> Query:
    """Return the question to a database of ``count`` datasets: what is ``near`` a word, how many have a term."""
    text = " ".join(words.folded(written).split())[:_LONGEST]

    def sought(wanted: str, terms: Mapping[str, float]) -> Sought:
        known = max(map(frequency, (wanted, *terms)))
        found = Sought(wanted, log(1 + count / (known or 1)), terms)
        return found._replace(weight=_LOOSE * found.weight) if found.is_loose else found

    parts = []
    for word in _split(words.words(text), near, frequency):
        if words.is_han(word) and len(word) > 1:
            found = [sought(pair, words.near_pair(word, at)) for at, pair in enumerate(words.pairs(word))]
        else:
            found = [sought(word, {} if words.is_han(word) else near(word))]
        parts.append((word, tuple(found)))
    return _query(text, tuple(parts))


def _query(text: str, parts: tuple[tuple[str, tuple[Sought, ...]], ...]) -> Query:
    every = tuple(sought for _, found in parts for sought in found)
    met_by: dict[str, tuple[tuple[int, float], ...]] = {}
    for at, sought in enumerate(every):
        for term, likeness in {**sought.terms, sought.text: 1.0}.items():
            met_by[term] = (*met_by.get(term, ()), (at, likeness))
    pairs = {at: sought.text for at, sought in enumerate(every) if words.is_han(sought.text) and len(sought.text) > 1}
    for character in "".join(pairs.values()):
        met_by.setdefault(character, ())
    thing = words.key(_CHINA.sub(" ", _A_YEAR.sub(" ", text)))
    years = frozenset(map(int, _A_YEAR.findall(text)))
    return Query(text, words.key(text), parts, every, met_by, pairs, thing, years, bool(_CHINA.search(text)))


def _split(found: list[str], near: Callable[[str], Mapping[str, float]], frequency: Callable[[str], int]) -> list[str]:
    """Return words; one that no dataset has is taken apart where letters meet digits, or where a blank is missing."""
    split: list[str] = []
    for word in found:
        apart: list[str] = []
        if not words.is_han(word) and not frequency(word):
            apart = words.parts(word) or ([] if near(word) else _run_together(word, frequency))
        split += apart if apart and all(map(frequency, apart)) else [word]
    return list(dict.fromkeys(split))


def _run_together(word: str, frequency: Callable[[str], int]) -> list[str]:
    """Return the two words that ``word`` may be, written as one; nothing when there are no such."""
    cuts = ((word[:at], words.singular(word[at:])) for at in range(3, len(word) - 2))
    known = [(min(frequency(first), frequency(second)), first, second) for first, second in cuts]
    best = max(known, default=(0, "", ""))
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
