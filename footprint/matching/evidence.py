"""What speaks for each dataset that a line may take, and what against it: one row of numbers per dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, reduce
from itertools import chain
from typing import NamedTuple

import numpy as np

from footprint import units, words
from footprint.matching.doubts import Known
from footprint.matching.index import Floats, Index, Mask, Places, Some
from footprint.matching.terms import as_written, folded, joined, key, pieces, runs, terms
from footprint.matching.vocabulary import (
    Meaning,
    Side,
    designations,
    heads,
    meanings,
    qualities,
    related,
    sides,
    tacit,
)
from footprint.model.matched import Offered, Wanted

FEATURES = (
    "name both", "name", "specification both", "of specification", "all", "anywhere", "called so",
    "piece called so", "specification called so", "name holds", "specification holds", "designation", "meaning",
    "meant so", "related", "at home", "aside", "gap", "no material", "same unit", "length", "other thing",
    "contrary",
)  # fmt: skip
"""What is looked at, in the order of the columns."""

LATER = {"designation": 0.92, "same": 0.9, "is-a": 0.75, "made-of": 0.75, "made-by": 0.75}
"""What each further name of a meaning counts of the one before [-], by its kind."""
SHARP = 3
"""Power of the likeness of a plain name and that of a dataset: half alike is not half right."""
KINDS = {"designation": 1.0, "same": 1.0, "is-a": 0.95, "made-of": 0.8, "made-by": 0.6}
"""What a kind of meaning counts [-]."""
GRADE = 0.9
"""What a designation in a specification counts of one in a name [-]."""
FIRST = (1.5, 1.2, 1.0, 1.0)
"""Weights of the first words of a name [-]: what a thing is comes before what it is like; later ones `REST`."""
REST = 0.8
NEAR = 0.2
"""What a name, a designation or the thesaurus says at least for a dataset that has no telling word of a line [-]."""
NAMED = 0.5
"""How well a designation must be met for a line to name a material, not what is done with one [-]."""
OTHER = 0.5
"""What a specification counts of a name where it is decided what is looked at [-]."""
CLOSE = 0.8
"""How well a dataset must meet a designation beside the best, to be no other material [-]."""
LOOKED_AT = 100
"""Datasets that are looked at by their words, besides those that are called so."""

_NO_MATERIAL = frozenset({"electricity", "freight", "fuel-direct-co2", "heat", "heat-direct-co2", "waste",
                          "fuel-burned", "processing"})  # fmt: skip
_WASTE = ("废", "处置", "处理", "焚烧", "填埋", "回收", "waste", "scrap", "disposal", "incinerat", "landfill",
          "treatment", "recycl", "effluent", "sewage", "direct co2", "直接排放")  # fmt: skip
_WORK = ("加工", "工序", "费", "machining", "processing", "service")
_LEAST, _ALL = 0.05, 1 - 1e-9
_LEAST_SHARE = _LEAST ** (2 / SHARP) * _ALL
"""The share of a plain name [-] below which no dataset meets it by more than `_LEAST`."""
_LEAST_HAN, _LEAST_LATIN, _LONGEST = 2, 4, 16
_APART = frozenset({"transport", "vehicle transport", "container transport", "person transport", "time", "money CNY",
                    "money EUR", "money USD", "area time", "mass time"})  # fmt: skip
_MASS, _UNKNOWN = "mass", "?"


class Table(NamedTuple):
    """Datasets that something speaks for: their places, and a row of `FEATURES` of each, all [-]."""

    places: Places
    rows: Floats


class Evidence:
    """What can be said for and against datasets, for any number of lines."""

    def __init__(self, offered: Sequence[Offered]) -> None:
        self.offered = offered
        self._index = Index(offered)
        home = Counter(one.region.partition("-")[0] for one in offered).most_common(1)
        self._fixed = np.array([_fixed(one, home[0][0]) for one in offered], dtype=float).reshape(len(offered), 5)
        self._processes = np.array([one.is_process for one in offered], dtype=bool)
        self._meant_first = np.array([not one.is_aside for one in offered], dtype=bool)
        self._dimensions = np.array([_dimension(one.unit) for one in offered])
        self._sides = cache(lambda place: _with_tacit(sides(" ".join(offered[place].names))))
        self._title = cache(lambda place: folded(" ".join(offered[place].names[:2])))
        self._fitting: dict[tuple[str, bool], Mask] = {}
        self._so = cache(self._said_so)
        self._names = cache(self._met)
        self._phrase = cache(self._met_by)
        self._having_all = cache(self._holding)

    def table(self, wanted: Wanted) -> Table:
        """Return what there is to say of the datasets that something speaks for."""
        index, name = self._index, wanted.name
        other = " ".join(filter(None, (wanted.specification, wanted.category)))
        by_name, by_other = self._weights(name, is_name=True), self._weights(other)
        anywhere = index.anywhere(by_name)
        called, piece = self._called(name)
        other_called = np.maximum(*self._called(wanted.specification))
        held, other_held = self._held(name), self._held(wanted.specification)
        designated, meant, meant_so, near = self._meant(name, wanted.specification)
        named = called + piece + other_called + held + other_held + designated + meant + meant_so + near
        worded = anywhere + OTHER * index.anywhere(by_other)
        surely = reduce(np.maximum, (called, piece, other_called, held, other_held, designated, meant, meant_so))
        telling = {term: weight for term, weight in {**by_other, **by_name}.items() if _tells(term)}
        fitting = self._fits(wanted) & (self._meant_first | _speaks_of_waste(f"{name} {other}"))
        if (designated >= NAMED).any() and not _speaks_of_work(name):
            fitting &= ~self._processes
        fitting &= (surely >= NEAR) | (index.anywhere(telling) > 0)
        at = self._looked_at(named, worded, fitting)
        names = index.names_of(at)
        in_name, in_other, both = (index.meet(each, names) for each in (by_name, by_other, {**by_other, **by_name}))
        same = self._dimensions[at] == _dimension(wanted.unit)
        rows = np.column_stack([
            in_name.both, in_name.text, in_other.both, in_other.name, both.text, anywhere[at],
            called[at], piece[at], other_called[at], held[at], other_held[at],
            designated[at], meant[at], meant_so[at], near[at],
            *self._fixed[at, :4].T, same, self._fixed[at, 4],
            self._other_thing(name, at), self._contrary(name, other, at),
        ])  # fmt: skip
        return Table(at, rows)

    def _looked_at(self, named: Floats, worded: Floats, fitting: Mask) -> Places:
        """Return the datasets that are named by the line and those that share most words with it."""
        score = np.where(fitting, worded + 10 * named, 0.0)
        if len(score) > LOOKED_AT:
            score[np.argpartition(-score, LOOKED_AT)[LOOKED_AT:]] = 0.0
        return np.flatnonzero(score)

    def _fits(self, wanted: Wanted) -> Mask:
        """Tell of each dataset whether the unit of a line can ever be turned into its own.

        Goods are weighed, counted, measured and valued by their energy; carriage, money and time are none of goods.
        """
        asked, weighed = _dimension(wanted.unit), bool(wanted.mass)
        if (asked, weighed) not in self._fitting:
            same = self._dimensions == asked
            if asked == _UNKNOWN:
                fitting = np.ones(len(self.offered), dtype=bool)
            elif asked in _APART:
                fitting = same | (weighed & (self._dimensions == _MASS))
            else:
                fitting = same | ~np.isin(self._dimensions, sorted(_APART))
            self._fitting[asked, weighed] = fitting
        return self._fitting[asked, weighed]

    def _weights(self, text: str, *, is_name: bool = False) -> dict[str, float]:
        found: dict[str, float] = {}
        for at, term in enumerate(terms(text)):
            place = (FIRST[at] if at < len(FIRST) else REST) if is_name and not words.is_han(term) else 1.0
            found[term] = self._index.weight(term) * place
        return found

    def _called(self, text: str) -> tuple[Floats, Floats]:
        """Return 1 for datasets called as a whole text is, and for those called as a piece of it."""
        whole, piece = np.zeros(len(self.offered)), np.zeros(len(self.offered))
        for number, spelt in enumerate(pieces(text)):
            (piece if number else whole)[self._index.called(spelt)] = 1.0
        return whole, piece

    def _held(self, text: str) -> Floats:
        """Return how much of a text is the longest name of each dataset that stands in it, in no longer name [-]."""
        held = np.zeros(len(self.offered))
        spelt = key(text)
        free = [True] * len(spelt)
        for at, run in runs(spelt, _LEAST_HAN, _LONGEST):
            found = self._index.called(run)
            if len(found) and any(free[at : at + len(run)]) and (words.is_han(run) or len(run) >= _LEAST_LATIN):
                held[found] = np.maximum(held[found], len(run) / len(spelt))
                free[at : at + len(run)] = [False] * len(run)
        return held

    def _meant(self, name: str, specification: str) -> tuple[Floats, Floats, Floats, Floats]:
        """Return how well datasets meet the designations in a line, and what the thesaurus says of it.

        The last three: in words, as a name, and as a name that the thesaurus often gives beside one that is meant.
        """
        designated, meant, meant_so, near = (np.zeros(len(self.offered)) for _ in range(4))
        for text, weight, less in ((name, 1.0, 1.0), (specification, GRADE, OTHER)):
            grades = designations(text)
            for one in grades:
                is_grade = bool(one.names) and any(map(str.isdecimal, one.written))
                names = (one.written, *one.names) if is_grade else one.names
                self._names(names, one.kind).raised(designated, weight)
            for one in meanings(text):
                if any(one.written in grade.written for grade in grades):
                    continue
                met, times = self._names(one.names, one.kind), less * KINDS[one.kind]
                meant[met.places] += times * met.values
                for at, phrase in enumerate(one.names):
                    so, beside = self._so(key(phrase))
                    so.raised(meant_so, times * LATER[one.kind] ** at)
                    beside.raised(near, times * LATER[one.kind] ** at)
        return designated, meant, meant_so, np.sqrt(near)

    def _said_so(self, spelt: str) -> tuple[Some, Some]:
        """Return the datasets that are called so, and those called as the thesaurus often says beside it, how often."""
        beside = np.zeros(len(self.offered))
        for other, share in related(spelt).items():
            places = self._index.called(other)
            beside[places] = np.maximum(beside[places], share)
        called = self._index.called(spelt)
        return Some(called, np.ones(len(called))), Some.of(beside)

    def _met(self, names: tuple[str, ...], kind: str) -> Some:
        """Return how well datasets meet the names of a meaning, the later ones counting less [-]."""
        best = np.zeros(len(self.offered))
        for at, phrase in enumerate(names):
            self._phrase(phrase).raised(best, LATER[kind] ** at)
        return Some.of(best)

    def _met_by(self, phrase: str) -> Some:
        """Return the datasets that meet a plain name, and how well [-]."""
        weights: Mapping[str, float] = {term: self._index.weight(term) for term in terms(phrase)}
        called = self._index.called(key(phrase))
        near = self._index.best(weights, lambda met: met.both, _LEAST ** (1 / SHARP) * _ALL)
        met = near._replace(values=near.values**SHARP).every(len(self.offered))
        met[called[self._index.anywhere(weights)[called] > _LEAST_SHARE]] = 1.0
        met[met <= _LEAST] = 0.0
        return Some.of(met)

    def _contrary(self, name: str, other: str, at: Places) -> Floats:
        """Return of each dataset how many times it is the contrary of what is asked for, designations spelt out."""
        spelt = (one.names[0] for text in (name, other) for one in designations(text) if one.names)
        against = {(number, not one) for number, one in _with_tacit(sides(" ".join((name, other, *spelt))))}
        return np.array([len(against & self._sides(place)) for place in at.tolist()], dtype=float)

    def _other_thing(self, name: str, at: Places) -> Floats:
        """Return 1 for datasets without the word by which a line is a thing of many materials, or holds one."""
        things = heads(name)
        if not things:
            return np.zeros(len(at))
        return np.array([float(not any(head in self._title(place) for head in things)) for place in at])

    def shared(self, wanted: Wanted, place: int) -> tuple[str, ...]:
        """Return the words of a line that a dataset has in a name."""
        text = f"{wanted.name} {wanted.specification}"
        return tuple(joined(text, [term for term in terms(text) if self._index.has(place, term)]))

    def names_in(self, wanted: Wanted, place: int) -> tuple[str, ...]:
        """Return what of a line a dataset is called, as it is written there."""
        called = (as_written(text, self._index.keys(place)) for text in (wanted.name, wanted.specification))
        return tuple(dict.fromkeys(chain.from_iterable(called)))

    def known(self, place: int) -> Known:
        """Return a dataset as it is held against a line."""
        one = self.offered[place]
        title, keys = self._title(place), self._index.keys(place)
        return Known(one.names, title, keys, self._sides(place), one.is_aside, one.category)

    def is_called(self, spelt: str) -> bool:
        """Tell whether any dataset is called so, a key."""
        return len(self._index.called(spelt)) > 0

    def is_material(self, spelt: str) -> bool:
        """Tell whether any dataset of a thing, not of what is done with it, is called so, a key."""
        return not self._processes[self._index.called(spelt)].all()

    def is_met(self, meaning: Meaning, place: int) -> bool:
        """Tell whether the dataset at ``place`` is what a meaning says, as far as any is.

        Where a title has a designation itself it decides; else the first name that anything has all words of, or how
        well the designation is met beside the best.
        """
        is_grade = meaning.kind == "designation"
        own = self._having_all(meaning.written) if is_grade else ()
        if titled := [one for one in own if meaning.written in self._title(one)]:
            return place in titled
        those = next((found for found in map(self._having_all, meaning.names) if len(found)), None)
        if those is None or place in those:
            return True
        met = self._names(meaning.names, meaning.kind).every(len(self.offered))
        return is_grade and bool(met[place] >= CLOSE * met[~self._processes].max())

    def is_listed(self, meaning: Meaning) -> bool:
        """Tell whether any dataset of a thing is what a meaning says."""
        return any(len(self._having_all(name)) for name in meaning.names)

    def _holding(self, phrase: str) -> Places:
        """Return the datasets of things of which a name has all words of a phrase."""
        weights: Mapping[str, float] = {term: self._index.weight(term) for term in terms(phrase)}
        places = self._index.best(weights, lambda met: met.text, _ALL).places
        things: Places = places[~self._processes[places]]
        return things

    def is_same_thing(self, one: int, other: int) -> bool:
        """Tell whether two datasets share a name."""
        return not self._index.keys(one).isdisjoint(self._index.keys(other))


def _with_tacit(said: frozenset[Side]) -> frozenset[Side]:
    """Return the sides that are spoken of, and those that are meant where nothing is said."""
    return said | {side for side in tacit() if (side[0], not side[1]) not in said}


def _speaks_of_work(name: str) -> bool:
    """Tell whether a line names what is done with a material."""
    plain = folded(name)
    return any(word in plain for word in _WORK)


def _tells(term: str) -> bool:
    """Tell whether a term says what a thing is, not only how it was won, and is no single letter."""
    return (len(term) > 1 or words.is_han(term)) and term not in qualities()


def _speaks_of_waste(text: str) -> bool:
    """Tell whether a line may mean what is done with a waste: only then is that offered."""
    plain = folded(text)
    return any(word in plain for word in _WASTE)


def _fixed(one: Offered, home: str) -> tuple[float, ...]:
    """Return what is said of a dataset whatever is asked for."""
    here = one.region.partition("-")[0] == home
    length = min(len(" ".join(one.names[:2])), 100) / 100
    return here, one.is_aside, one.kind == "gap", one.is_process or one.category in _NO_MATERIAL, length


@cache
def _dimension(unit: str) -> str:
    try:
        return units.unit(unit).dimension
    except ValueError:
        return _UNKNOWN
