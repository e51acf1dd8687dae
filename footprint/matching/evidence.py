"""What speaks for each dataset that a line may take, and what against it: one row of numbers per dataset."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from footprint import units, words
from footprint.matching.index import Floats, Index, Places
from footprint.matching.terms import folded, key, pieces, runs, terms
from footprint.matching.vocabulary import Meaning, designations, meanings, related, sides, tacit
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
OTHER = 0.5
"""What a specification counts of a name where it is decided what is looked at [-]."""
LOOKED_AT = 100
"""Datasets that are looked at by their words, besides those that are called so."""

HOLDERS = frozenset("钉盒箱瓶桶罐柜车机器泵阀表灯笔刷杯盘碗勺刀锯钻锤枪炉锅鞋帽服伞椅桌床门窗锁钩轮架")
"""Last characters of names of things that hold or use what is named before them: 肥皂盒 is no soap."""

_DATA = Path(__file__).parents[1] / "data"
_NO_MATERIAL = frozenset({"electricity", "freight", "fuel-direct-co2", "heat", "heat-direct-co2", "waste",
                          "fuel-burned", "processing"})  # fmt: skip
_WASTE = ("废", "处置", "处理", "焚烧", "填埋", "回收", "waste", "scrap", "disposal", "incinerat", "landfill",
          "treatment", "recycl", "effluent", "sewage", "direct co2", "直接排放")  # fmt: skip
_CONTENT = re.compile(r"\d\s{0,3}(?:%|wt|vol)|液碱|氨水|双氧水|盐酸|\baq\b")
_SOLUTIONS = ("溶液", "乳液", "分散液", "防冻液", "adblue", "车用尿素", "solution", "dispersion", "emulsion")
_SPENT = ("废", "边角料", "waste", "scrap", "spent")
_PURE = ("折纯", "折百", "without water", "100 %", "100%", "active matter", "active substance", "有效物", "干基")
_LEAST = 0.05
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
        self._meant_first = np.array([not one.is_aside for one in offered], dtype=bool)
        self._dimensions = np.array([_dimension(one.unit) for one in offered])
        self._sides = cache(lambda place: _with_tacit(sides(" ".join(offered[place].names))))
        self._title = cache(lambda place: folded(" ".join(offered[place].names[:2])))
        self._fitting: dict[tuple[str, bool], np.ndarray[Any, np.dtype[np.bool_]]] = {}
        self._phrases: dict[str, tuple[Places, Floats]] = {}

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
        fitting = self._fits(wanted) & (self._meant_first | _speaks_of_waste(f"{name} {other}"))
        at = self._looked_at(named, worded, fitting)
        in_name, in_other = index.meet(by_name, at), index.meet(by_other, at)
        both = index.meet({**by_other, **by_name}, at)
        same = self._dimensions[at] == _dimension(wanted.unit)
        rows = np.column_stack([
            in_name.both, in_name.text, in_other.both, in_other.name, both.text, anywhere[at],
            called[at], piece[at], other_called[at], held[at], other_held[at],
            designated[at], meant[at], meant_so[at], near[at],
            *self._fixed[at, :4].T, same, self._fixed[at, 4],
            self._other_thing(name, at), self._contrary(name, other, at),
        ])  # fmt: skip
        return Table(at, rows)

    def _looked_at(self, named: Floats, worded: Floats, fitting: np.ndarray[Any, np.dtype[np.bool_]]) -> Places:
        """Return the datasets that are named by the line and those that share most words with it."""
        score = np.where(fitting, worded + 10 * named, 0.0)
        if len(score) > LOOKED_AT:
            score[np.argpartition(-score, LOOKED_AT)[LOOKED_AT:]] = 0.0
        return np.flatnonzero(score)

    def _fits(self, wanted: Wanted) -> np.ndarray[Any, np.dtype[np.bool_]]:
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
            (piece if number else whole)[list(self._index.called.get(spelt, ()))] = 1.0
        return whole, piece

    def _held(self, text: str) -> Floats:
        """Return how much of a text is the longest name of each dataset that stands in it, in no longer name [-]."""
        held = np.zeros(len(self.offered))
        spelt = key(text)
        free = [True] * len(spelt)
        for at, run in runs(spelt, _LEAST_HAN, _LONGEST):
            found = self._index.called.get(run)
            if found and any(free[at : at + len(run)]) and (words.is_han(run) or len(run) >= _LEAST_LATIN):
                held[list(found)] = np.maximum(held[list(found)], len(run) / len(spelt))
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
                spelt = one._replace(names=(one.written, *one.names)) if is_grade else one
                np.maximum(designated, weight * self._names(spelt), out=designated)
            for one in meanings(text):
                if any(one.written in grade.written for grade in grades):
                    continue
                meant += less * KINDS[one.kind] * self._names(one)
                for at, phrase in enumerate(one.names):
                    sure = less * KINDS[one.kind] * LATER[one.kind] ** at
                    self._raise(meant_so, key(phrase), sure)
                    for other, share in related(key(phrase)).items():
                        self._raise(near, other, sure * share)
        return designated, meant, meant_so, np.sqrt(near)

    def _raise(self, values: Floats, spelt: str, least: float) -> None:
        """Raise what stands at the datasets called ``spelt`` to ``least``."""
        places = list(self._index.called.get(spelt, ()))
        values[places] = np.maximum(values[places], least)

    def _names(self, meaning: Meaning) -> Floats:
        best = np.zeros(len(self.offered))
        for at, phrase in enumerate(meaning.names):
            places, values = self._phrase(phrase)
            best[places] = np.maximum(best[places], values * LATER[meaning.kind] ** at)
        return best

    def _phrase(self, phrase: str) -> tuple[Places, Floats]:
        """Return the datasets that meet a plain name, and how well [-]."""
        if phrase not in self._phrases:
            weights: Mapping[str, float] = {term: self._index.weight(term) for term in terms(phrase)}
            places = self._index.having(weights)
            met = self._index.meet(weights, places).both ** SHARP
            met[np.isin(places, self._index.called.get(key(phrase), ()))] = 1.0
            kept = met > _LEAST
            self._phrases[phrase] = places[kept], met[kept]
        return self._phrases[phrase]

    def _contrary(self, name: str, other: str, at: Places) -> Floats:
        """Return of each dataset how many times it is the contrary of what is asked for, designations spelt out."""
        spelt = (one.names[0] for text in (name, other) for one in designations(text) if one.names)
        against = {(number, not one) for number, one in _with_tacit(sides(" ".join((name, other, *spelt))))}
        if not against:
            return np.zeros(len(at))
        return np.array([float(len(against & self._sides(place))) for place in at])

    def _other_thing(self, name: str, at: Places) -> Floats:
        """Return 1 for datasets without the word by which a line is a thing of many materials, or holds one."""
        heads = _heads(name)
        if not heads:
            return np.zeros(len(at))
        return np.array([float(not any(head in self._title(place) for head in heads)) for place in at])

    def is_open(self, wanted: Wanted, places: Sequence[int]) -> bool:
        """Tell whether another of the candidates is called like a line too, and is the contrary of the first."""
        said, spelt = sides(f"{wanted.name} {wanted.specification}"), key(wanted.name)
        first = {(n, not one) for n, one in self._sides(places[0]) if (n, one) not in said and (n, not one) not in said}
        like = (place for place in places[1:] if any(spelt in name for name in self._index.keys[place]))
        return bool(first) and any(first & self._sides(place) for place in like)

    def shared(self, wanted: Wanted, place: int) -> tuple[str, ...]:
        """Return the terms of a line that a dataset has in a name."""
        return tuple(t for t in terms(f"{wanted.name} {wanted.specification}") if self._index.has(place, t))

    def names_in(self, wanted: Wanted, place: int) -> tuple[str, ...]:
        """Return what of a line a dataset is called, spelt as one."""
        texts = (wanted.name, wanted.specification)
        return tuple(dict.fromkeys(p for text in texts for p in pieces(text) if p in self._index.keys[place]))

    def is_diluted(self, wanted: Wanted, place: int) -> bool:
        """Tell whether a line is a solution or states a content, and a dataset is of the content alone."""
        said, title = folded(f"{wanted.name} {wanted.specification}"), self._title(place)
        if any(word in said and word not in title for word in _SOLUTIONS):
            return True
        return bool(_CONTENT.search(said)) and any(word in title for word in _PURE)

    def is_spent(self, wanted: Wanted, place: int) -> bool:
        """Tell whether a line is of a waste, and a dataset is not."""
        said = folded(f"{wanted.name} {wanted.specification}")
        return any(word in said for word in _SPENT) and not self.offered[place].is_aside

    def is_same_thing(self, one: int, other: int) -> bool:
        """Tell whether two datasets share a name."""
        return not self._index.keys[one].isdisjoint(self._index.keys[other])


def _with_tacit(said: frozenset[tuple[int, bool]]) -> frozenset[tuple[int, bool]]:
    """Return the sides that are spoken of, and those that are meant where nothing is said."""
    return said | {side for side in tacit() if (side[0], not side[1]) not in said}


def _speaks_of_waste(text: str) -> bool:
    """Tell whether a line may mean what is done with a waste: only then is that offered."""
    plain = folded(text)
    return any(word in plain for word in _WASTE)


def _heads(name: str) -> list[str]:
    """Return the words of a name that say it is a thing of many materials."""
    spelt, spoken = key(name), set(terms(name))
    found = [
        head for head in _composites()
        if (head in spelt if words.is_han(head) else spoken.issuperset(terms(head)))
    ]  # fmt: skip
    return found + [run[-1] for run in words.raw(folded(name))[:1] if words.is_han(run) and run[-1] in HOLDERS]


def _fixed(one: Offered, home: str) -> tuple[float, ...]:
    """Return what is said of a dataset whatever is asked for."""
    here = one.region.partition("-")[0] == home
    length = min(len(" ".join(one.names[:2])), 100) / 100
    return here, one.is_aside, one.kind == "gap", one.category in _NO_MATERIAL, length


@cache
def _dimension(unit: str) -> str:
    try:
        return units.unit(unit).dimension
    except ValueError:
        return _UNKNOWN


@cache
def _composites() -> tuple[str, ...]:
    with (_DATA / "composites.csv").open(encoding="utf-8", newline="") as file:
        return tuple(row["word"] for row in csv.DictReader(file))
