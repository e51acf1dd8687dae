"""The names of datasets, indexed by their terms: how much of a text is in a name, and of a name in a text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from footprint import words
from footprint.matching.terms import is_number, is_symbol, key, terms
from footprint.model.matched import Offered

Floats = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.intp]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]

NUMBER = 0.3
"""Weight of a number beside a word as rare [-]: dimensions are written everywhere."""
SYMBOL = 0.5
"""Weight of one or two letters beside a word as rare [-]: they mean many things."""
TRADED = 0.7
"""What a name that speaks of trade or repair counts for a text that does not [-]: a bill lists things."""

_TRADE = frozenset({"agency", "contractor", "dealer", "farming", "growing", "installation", "instruction", "leasing",
                    "maintenance", "mining", "rental", "renting", "repair", "retail", "retailer", "school", "service",
                    "shop", "store", "training", "wholesale", "wholesaler"})  # fmt: skip


class Met(NamedTuple):
    """How well the names of datasets meet a text, the best name of each every time [-].

    ``both``: root of the share of the text in a name by the share of the name in the text; ``text``, ``name``: each.
    """

    both: Floats
    text: Floats
    name: Floats


class Some(NamedTuple):
    """Numbers of some datasets [-]; those of all others are 0."""

    places: Places
    values: Floats

    @classmethod
    def of(cls, every: Floats) -> Some:
        """Return those of the numbers of all datasets that are not 0."""
        places = np.flatnonzero(every)
        return cls(places, every[places])

    def every(self, count: int) -> Floats:
        """Return the numbers of ``count`` datasets."""
        found = np.zeros(count)
        found[self.places] = self.values
        return found

    def raised(self, every: Floats, times: float) -> None:
        """Raise numbers of all datasets to these, ``times`` each."""
        every[self.places] = np.maximum(every[self.places], times * self.values)


class _Rows(NamedTuple):
    """Rows of numbers one after another: row ``n`` is ``values[begins[n] : begins[n + 1]]``, of ``sizes[n]``."""

    values: Places
    begins: Places
    sizes: Places

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], number: Mapping[str, int]) -> _Rows:
        values = np.fromiter(map(number.__getitem__, chain.from_iterable(rows)), dtype=np.intp)
        return cls.sized(values, np.fromiter(map(len, rows), dtype=np.intp))

    @classmethod
    def sized(cls, values: Places, sizes: Places) -> _Rows:
        begins = np.zeros(len(sizes) + 1, dtype=np.intp)
        np.cumsum(sizes, out=begins[1:])
        return cls(values, begins, sizes)

    def of_those(self, wanted: Places) -> _Rows:
        """Return some of the rows."""
        those = self.sized(self.values, self.sizes[wanted])
        inside = np.repeat(self.begins[wanted] - those.begins[:-1], those.sizes)
        inside += np.arange(those.begins[-1], dtype=np.intp)
        return those._replace(values=self.values[inside])

    def turned(self, count: int) -> _Rows:
        """Return for each of ``count`` numbers the rows it is in, in their order, each once."""
        rows = len(self.sizes)
        each = np.sort(self.values * rows + np.repeat(np.arange(rows), self.sizes))
        numbers, places = np.divmod(each[np.diff(each, prepend=-1) > 0], max(rows, 1))
        return self.sized(places, np.bincount(numbers, minlength=count))

    def row(self, number: int) -> Places:
        """Return one of the rows."""
        return self.values[self.begins[number] : self.begins[number + 1]]


class Names(NamedTuple):
    """The names of some datasets, and the terms of each name."""

    names: _Rows
    terms: _Rows


class Index:
    """The names of datasets. A dataset is known by its place among those offered."""

    def __init__(self, offered: Sequence[Offered]) -> None:
        self.count = len(offered)
        called = [_called(one) for one in offered]
        known = _numbered(called)
        spelt = [terms(name) or (name,) for name in known]
        self._number = _numbered(spelt)
        self._terms = _Rows.of(spelt, self._number)
        self._names = _Rows.of(called, known)
        each = self._terms.of_those(self._names.values)
        of_all = np.diff(each.begins[self._names.begins])
        self._having = _Rows.sized(each.values, of_all).turned(len(self._number))
        self._naming = self._terms.turned(len(self._number))
        self._named = self._names.turned(len(known))
        self._rarity = np.array([math.log(1 + self.count / size) for size in self._having.sizes.tolist()])
        self._asked = np.zeros(len(self._number))
        self._lengths = np.add.reduceat(self._rarity[self._terms.values], self._terms.begins[:-1])
        trade = [self._number[term] for term in _TRADE & self._number.keys()]
        is_traded = np.logical_or.reduceat(np.isin(self._terms.values, trade), self._terms.begins[:-1])
        self._traded = np.where(is_traded, TRADED, 1.0)
        keys = list(map(key, known))
        self._key = _numbered([keys])
        key_of = np.array([self._key[spelt] for spelt in keys], dtype=np.intp)
        self._called = self._names._replace(values=key_of[self._names.values]).turned(len(self._key))
        self._key.pop("", None)
        self.keys = cache(lambda place: frozenset(map(key, called[place])))
        """What the dataset at a place is called, spelt as one."""

    def called(self, spelt: str) -> Places:
        """Return the datasets called by a name without what stands between its words."""
        number = self._key.get(spelt)
        return self._called.values[:0] if number is None else self._called.row(number)

    def weight(self, term: str) -> float:
        """Return what a term counts [-]: the rarer, the more; little for a number."""
        number = self._number.get(term)
        rarity = math.log(1 + self.count) if number is None else float(self._rarity[number])
        return rarity * (NUMBER if is_number(term) else SYMBOL if is_symbol(term) else 1.0)

    def anywhere(self, weights: Mapping[str, float]) -> Floats:
        """Return the share of a text that is in any of the names of each dataset [-]."""
        found = np.zeros(self.count)
        for term, weight in weights.items():
            if term in self._number:
                found[self._having.row(self._number[term])] += weight
        found /= sum(weights.values()) or 1.0
        return found

    def has(self, place: int, term: str) -> bool:
        """Tell whether a name of a dataset has a term."""
        if term not in self._number:
            return False
        those = self._having.row(self._number[term])
        at = int(np.searchsorted(those, place))
        return at < len(those) and bool(those[at] == place)

    def names_of(self, places: Places) -> Names:
        """Return the names of the datasets at ``places``, to be met any number of times."""
        names = self._names.of_those(places)
        return Names(names, self._terms.of_those(names.values))

    def meet(self, weights: Mapping[str, float], those: Names) -> Met:
        """Return how well the datasets of some names meet terms of these weights."""
        if not len(those.names.sizes):
            return Met(*(np.zeros(0) for _ in Met._fields))
        met = self._met(weights, those.names.values, those.terms)
        return Met(*(np.maximum.reduceat(one, those.names.begins[:-1]) for one in met))

    def best(self, weights: Mapping[str, float], of: Callable[[Met], Floats], least: float) -> Some:
        """Return the datasets that meet terms of these weights by more than a share, and how well."""
        rows = [self._naming.row(self._number[term]) for term in weights if term in self._number]
        names = np.concatenate(rows) if rows else self._naming.values[:0]
        met = of(self._met(weights, names, self._terms.of_those(names))) if rows else np.zeros(0)
        kept = met > least
        those = self._named.of_those(names[kept])
        found = np.zeros(self.count)
        np.maximum.at(found, those.values, np.repeat(met[kept], those.sizes))
        return Some.of(found)

    def _met(self, weights: Mapping[str, float], names: Places, those: _Rows) -> Met:
        """Return how well names of these terms meet terms of some weights."""
        numbers = [self._number[term] for term in weights if term in self._number]
        self._asked[numbers] = [weight for term, weight in weights.items() if term in self._number]
        asked = self._asked[those.values]
        self._asked[numbers] = 0.0
        text = np.add.reduceat(asked, those.begins[:-1]) / (sum(weights.values()) or 1.0)
        rarity = self._rarity[those.values] * (asked > 0)
        name = np.add.reduceat(rarity, those.begins[:-1]) / self._lengths[names]
        if not _TRADE & weights.keys():
            text *= self._traded[names]
            name *= self._traded[names]
        return Met(np.sqrt(text * name), text, name)


def _called(one: Offered) -> tuple[str, ...]:
    """Return what a dataset is called: its names, the heads of the first two, and a code of words; what has terms."""
    heads = (words.head(name) for name in one.names[:2])
    code = one.code.replace("-", " ") if "-" in one.code else ""
    found = tuple(name for name in dict.fromkeys((*one.names, *heads, code)) if terms(name))
    return found or ("?",)


def _numbered(rows: Iterable[Iterable[str]]) -> dict[str, int]:
    """Return the texts in some rows, numbered in the order in which they come first."""
    return {text: number for number, text in enumerate(dict.fromkeys(chain.from_iterable(rows)))}
