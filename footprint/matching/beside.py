"""What the texts of a line say besides what a dataset is called by: each may narrow that, none may contradict it.

A name, a material and a specification are written by different people at different times. A dataset that one of them
names is the right one only if it is what each of the others names, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple, Protocol

from footprint import words
from footprint.matching.doubts import Known
from footprint.matching.terms import folded, is_number, key, pieces
from footprint.matching.vocabulary import Meaning, designations, heads, meanings, spoken
from footprint.model.matched import Doubt, Wanted

_PHRASE = re.compile(r"[;；,，/|()（）\[\]【】]+")
_GRADE = re.compile(r"\d{3,4}")
"""A number that stands by itself and names a grade, where it is no dimension."""
_ALLOY = re.compile(r"合金(?!钢)|\balloys?\b")
"""Metals with others in them: a dataset of a metal itself is called so where it stands for its alloys, too."""
_PER_PACK = re.compile(r"/[^\W\d_](?![^\W\d_])")
"""What stands for a pack after a stroke: 25kg/桶."""
_SHARE = re.compile(r"[≥>＞]?\s*\d{1,3}(?:\.\d{1,6})?\s*%")
_USE = "助剂"
_USES = (_USE, "用")
"""The last of the words that say what a substance is used for, not what it is."""
_LEAST, _LONGEST = 2, 6


class Datasets(Protocol):
    """What is known of all datasets."""

    def is_material(self, spelt: str) -> bool:
        """Tell whether any dataset of a thing is called so, a key."""

    def is_listed(self, meaning: Meaning) -> bool:
        """Tell whether any dataset is what a meaning says."""

    def is_met(self, meaning: Meaning, place: int) -> bool:
        """Tell whether no dataset meets a meaning better than one."""


def beside(wanted: Wanted, first: Known, datasets: Datasets, place: int) -> Iterator[Doubt]:
    """Yield what of a line the dataset at ``place`` is not: another material, grade or kind, or what nobody knows."""
    line = _Line(wanted, first, datasets, place)
    others = chain(line.others(wanted.name), line.others(wanted.specification))
    said = ", ".join(dict.fromkeys(chain(line.opposed(), others, line.things(), line.alloy())))
    if said:
        yield Doubt("beside", said)
    elif unread := ", ".join(line.unread()):
        yield Doubt("unread", unread)


class _Line(NamedTuple):
    wanted: Wanted
    first: Known
    datasets: Datasets
    place: int

    def opposed(self) -> Iterator[str]:
        """Yield the words of a specification that are contraries of what the name says."""
        named = spoken(self.wanted.name)
        yield from (word for (n, one), word in spoken(self.wanted.specification).items() if (n, not one) in named)

    def others(self, text: str) -> Iterator[str]:
        """Yield the phrases of a text, and their words, that name what the dataset is not called."""
        is_name = text == self.wanted.name
        for phrase in filter(None, map(str.strip, _PHRASE.split(folded(text)))):
            parts = () if key(phrase) in self.first.keys else dict.fromkeys((phrase, *phrase.split()))
            yield from (part for part in parts if key(part) not in self.first.keys
                        and self._is_other(part, is_phrase=part == phrase, is_name=is_name))  # fmt: skip

    def things(self) -> Iterator[str]:
        """Yield the last words of phrases of a specification that are a thing of many materials: 色母粒."""
        for phrase in map(str.strip, _PHRASE.split(folded(self.wanted.specification))):
            last = phrase.rpartition(" ")[2]
            if last and all(map(words.is_han, last)) and not any(key(last) in one for one in self.first.keys):
                ends = (head for head in heads(last) if len(head) > 1 and head != _USE and last.endswith(head))
                yield from (last for head in ends if head not in self.first.title)

    def alloy(self) -> Iterator[str]:
        """Yield the word by which a specification is an alloy, of a metal whose dataset is not called so."""
        met = _ALLOY.search(folded(self.wanted.specification))
        if met and not any(_ALLOY.search(folded(name)) for name in self.first.names):
            yield met[0]

    def unread(self) -> Iterator[str]:
        """Yield the words that stand alone in a specification, and of which nothing is known: they may name a kind."""
        said, text = key(self.wanted.name), _PER_PACK.sub("", folded(self.wanted.specification))
        for phrase in filter(None, (_SHARE.sub("", each).strip() for each in _PHRASE.split(text))):
            spelt = key(phrase)
            if spelt and all(map(words.is_han, spelt)) and spelt not in said and " " not in phrase:
                known = spelt in key(self.first.title) or any(spelt in one for one in self.first.keys)
                said_of = any(_is_head(one.written, phrase) or self._is_any((one,)) for one in meanings(phrase))
                if not (known or said_of or designations(phrase) or spoken(phrase)):
                    yield phrase

    def _is_other(self, part: str, *, is_phrase: bool, is_name: bool) -> bool:
        """Tell whether a phrase or a word of one names another thing: a grade, a dataset, what the thesaurus knows."""
        spelt = key(part)
        grades = [one for one in designations(part) if one.names and one.written == part]
        if grades:
            return not (self._are_met(grades) and (is_name or self._is_alike(grades[0])))
        if is_number(spelt):
            return is_phrase and _GRADE.fullmatch(spelt) is not None and self._is_graded(spelt)
        if not (is_phrase or words.is_han(spelt[:1])):
            return False
        said = [] if is_name else [one for one in meanings(part) if _is_head(one.written, part)]
        if self.datasets.is_material(spelt) and not _is_wider(part, self.first):
            return True
        same = [one for one in said if one.kind == "same"]
        is_kind = not is_name and (self._is_kind(spelt) or (self._is_sister(spelt) and not self._is_any(said)))
        own = [] if part.endswith(_USES) else [one for one in said if one in same or self.datasets.is_listed(one)]
        is_foreign = bool(own) and not self._is_any(own)
        return is_kind or is_foreign or not self._are_met(same)

    def _are_met(self, said: Iterable[Meaning]) -> bool:
        return all(self.datasets.is_met(one, self.place) for one in said)

    def _is_any(self, said: Iterable[Meaning]) -> bool:
        return any(self.datasets.is_listed(one) and self.datasets.is_met(one, self.place) for one in said)

    def _is_alike(self, grade: Meaning) -> bool:
        """Tell whether a designation may be of the material that the name designates, if it does any."""
        named = [one for one in designations(self.wanted.name) if one.names]
        return not named or any(one.names[0] in grade.names or grade.names[0] in one.names for one in named)

    def _is_kind(self, spelt: str) -> bool:
        """Tell whether a dataset is called by a text before the end of the name: 钢化 beside 浮法玻璃."""
        name = key(self.wanted.name)
        if not (words.is_han(spelt[-1:]) and words.is_han(name[-1:])):
            return False
        kinds = {spelt + name[at:] for at in range(max(0, len(name) - _LONGEST), len(name))}
        return self.first.keys.isdisjoint(kinds) and any(map(self.datasets.is_material, kinds))

    def _is_graded(self, number: str) -> bool:
        """Tell whether a number names a grade: a dataset is called so, or the name is a number of as many digits."""
        named = (one for one in pieces(self.wanted.name) if is_number(one))
        return self.datasets.is_material(number) or any(len(one) == len(number) for one in named)

    def _is_sister(self, spelt: str) -> bool:
        """Tell whether a text ends like the name, and is another of its kind: 果糖 beside 葡萄糖."""
        name = key(self.wanted.name)
        if not words.is_han(spelt[-1:]) or len(spelt) < _LEAST or spelt[-1] != name[-1:] or spelt in name:
            return False
        return not any(spelt in one for one in self.first.keys)


def _is_head(written: str, part: str) -> bool:
    """Tell whether what the thesaurus knows is what a text is, not what it is like: in Chinese it stands last."""
    return len(written) >= _LEAST and (part.endswith(written) if words.is_han(written[:1]) else part == written)


def _is_wider(part: str, first: Known) -> bool:
    """Tell whether the title of a dataset says it, too: as words, in Chinese at the end of a word that says more."""
    if not words.is_han(key(part)[:1]):
        return {*words.raw(part)} <= {*words.raw(first.title)}
    return any(word.endswith(part) and len(word) >= len(part) + _LEAST for word in words.raw(first.title))
