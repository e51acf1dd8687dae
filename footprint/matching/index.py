"""The names of datasets, indexed by their terms: how much of a text is in a name, and of a name in a text."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
_NONE: Places = np.zeros(0, dtype=np.intp)

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


class _Rows(NamedTuple):
    """Rows of numbers one after another: row ``n`` is ``values[begins[n] : begins[n + 1]]``, of ``sizes[n]``."""

    values: Places
    begins: Places
    sizes: Places

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> _Rows:
        values = np.fromiter(chain.from_iterable(rows), dtype=np.intp)
        sizes = np.fromiter(map(len, rows), dtype=np.intp)
        return cls(values, np.concatenate(([0], np.cumsum(sizes))).astype(np.intp), sizes)

    def of_those(self, wanted: Places) -> _Rows:
        """Return some of the rows."""
        begins, sizes = self.begins[wanted], self.sizes[wanted]
        ends = np.concatenate(([0], np.cumsum(sizes))).astype(np.intp)
        inside = np.arange(ends[-1], dtype=np.intp) - np.repeat(ends[:-1], sizes) + np.repeat(begins, sizes)
        return _Rows(self.values[inside], ends, sizes)


class Names(NamedTuple):
    """The names of some datasets, and the terms of each name."""

    names: _Rows
    terms: _Rows


class Index:
    """The names of datasets. A dataset is known by its place among those offered."""

    def __init__(self, offered: Sequence[Offered]) -> None:
        self.count = len(offered)
        called = [_called(one) for one in offered]
        self._number: dict[str, int] = {}
        known = {name: self._numbers(terms(name) or (name,)) for name in dict.fromkeys(chain.from_iterable(called))}
        rows = [known[name] for names in called for name in names]
        self._terms = _Rows.of(rows)
        self._names = _Rows.of(_counted(map(len, called)))
        self._having = _having(known, called)
        self._rarity = np.array([math.log(1 + self.count / len(self._having[n])) for n in range(len(self._number))])
        self._lengths = np.add.reduceat(self._rarity[self._terms.values], self._terms.begins[:-1])
        trade = {self._number[term] for term in _TRADE & self._number.keys()}
        self._traded = np.array([TRADED if trade.intersection(row) else 1.0 for row in rows])
        keys = {name: key(name) for name in known}
        self.keys = [frozenset(keys[name] for name in names) for names in called]
        """What each dataset is called, spelt as one."""
        self.called = _by_key(self.keys)

    def _numbers(self, found: Sequence[str]) -> tuple[int, ...]:
        return tuple(self._number.setdefault(term, len(self._number)) for term in found)

    def knows(self, term: str) -> bool:
        """Tell whether a name has a term."""
        return term in self._number

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
                found[self._having[self._number[term]]] += weight
        found /= sum(weights.values()) or 1.0
        return found

    def having(self, weights: Mapping[str, float], least: float) -> Places:
        """Return the datasets that have more than a share of a text in their names [-]."""
        return np.flatnonzero(self.anywhere(weights) > least)

    def has(self, place: int, term: str) -> bool:
        """Tell whether a name of a dataset has a term."""
        those = self._having.get(self._number.get(term, -1), _NONE)
        at = int(np.searchsorted(those, place))
        return at < len(those) and bool(those[at] == place)

    def names_of(self, places: Places) -> Names:
        """Return the names of the datasets at ``places``, to be met any number of times."""
        names = self._names.of_those(places)
        return Names(names, self._terms.of_those(names.values))

    def meet(self, weights: Mapping[str, float], those: Names) -> Met:
        """Return how well the datasets of some names meet terms of these weights."""
        names, met = those
        if not len(names.sizes):
            return Met(*(np.zeros(0) for _ in Met._fields))
        asked, rarity = np.zeros(len(self._number)), np.zeros(len(self._number))
        for term, weight in weights.items():
            if term in self._number:
                asked[self._number[term]] = weight
                rarity[self._number[term]] = self._rarity[self._number[term]]
        text = np.add.reduceat(asked[met.values], met.begins[:-1]) / (sum(weights.values()) or 1.0)
        name = np.add.reduceat(rarity[met.values], met.begins[:-1]) / self._lengths[names.values]
        if not _TRADE & weights.keys():
            text *= self._traded[names.values]
            name *= self._traded[names.values]
        return Met(*(np.maximum.reduceat(one, names.begins[:-1]) for one in (np.sqrt(text * name), text, name)))


def _called(one: Offered) -> tuple[str, ...]:
    """Return what a dataset is called: its names, the heads of the first two, and a code of words; what has terms."""
    heads = (words.head(name) for name in one.names[:2])
    code = one.code.replace("-", " ") if "-" in one.code else ""
    found = tuple(name for name in dict.fromkeys((*one.names, *heads, code)) if terms(name))
    return found or ("?",)


def _counted(sizes: Iterable[int]) -> list[range]:
    found, begin = [], 0
    for size in sizes:
        found.append(range(begin, begin + size))
        begin += size
    return found


def _having(known: Mapping[str, tuple[int, ...]], called: Sequence[Sequence[str]]) -> dict[int, Places]:
    """Return term -> the datasets that have it in a name, in their order."""
    found: dict[int, list[int]] = defaultdict(list)
    for place, names in enumerate(called):
        for number in {number for name in names for number in known[name]}:
            found[number].append(place)
    return {number: np.array(places, dtype=np.intp) for number, places in found.items()}


def _by_key(keys: Sequence[frozenset[str]]) -> dict[str, tuple[int, ...]]:
    """Return each name without what stands between its words -> the datasets called so."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, mine in enumerate(keys):
        for one in mine:
            found[one].append(place)
    return {spelt: tuple(places) for spelt, places in found.items() if spelt}
