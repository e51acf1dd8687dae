"""The names closest to what was written, among many: a few candidates by shared pairs of letters, those compared."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

_NO_LETTER = re.compile(r"[\W_]+")
_LOOKED_AT = 60_000
_COMPARED = 150


class Names:
    """Codes, each with several names, indexed once by their pairs of letters."""

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]]) -> None:
        self._codes: list[str] = []
        self._names: list[str] = []
        self._places: dict[str, list[int]] = defaultdict(list)
        for code, names in named:
            for name in dict.fromkeys(map(_plain, names)):
                for pair in _pairs(name):
                    self._places[pair].append(len(self._names))
                self._codes.append(code)
                self._names.append(name)

    def nearest(self, written: str, count: int = 3) -> tuple[str, ...]:
        """Return up to ``count`` codes, the closest first; none where not a pair of letters is shared.

        Letters in their order count, as in a typo, and pairs in any order, as where words are swapped.
        """
        from difflib import SequenceMatcher

        wanted = _plain(written)
        pairs = _pairs(wanted)
        matcher = SequenceMatcher(b=wanted, autojunk=False)
        best: dict[str, float] = {}
        for number in self._candidates(wanted):
            code, name = self._codes[number], self._names[number]
            matcher.set_seq1(name)
            found = _pairs(name)
            likeness = max(matcher.ratio(), 2 * len(pairs & found) / (len(pairs) + len(found)))
            best[code] = max(likeness, best.get(code, 0.0))
        return tuple(sorted(best, key=lambda code: (-best[code], code))[:count])

    def _candidates(self, wanted: str) -> list[int]:
        """Return the names that share most with ``wanted``: rare pairs first, until enough names were looked at."""
        shared: Counter[int] = Counter()
        looked_at = 0
        places = (self._places[pair] for pair in _pairs(wanted) if pair in self._places)
        for numbers in sorted(places, key=len):
            if looked_at and looked_at + len(numbers) > _LOOKED_AT:
                break
            shared.update(numbers)
            looked_at += len(numbers)
        least = _least(shared)
        length = len(wanted)
        chosen = [number for number, found in shared.items() if found >= least]
        chosen.sort(key=lambda number: (-shared[number] / (length + len(self._names[number])), number))
        return chosen[:_COMPARED]


def _least(shared: Counter[int]) -> int:
    """Return how much a name must share for the best of them to be compared, and not many more."""
    total = 0
    for found, names in sorted(Counter(shared.values()).items(), reverse=True):
        total += names
        if total >= _COMPARED:
            return found
    return 0


def _plain(name: str) -> str:
    return _NO_LETTER.sub(" ", name.casefold()).strip()


def _pairs(name: str) -> set[str]:
    padded = f" {name} "
    return {first + second for first, second in pairwise(padded)}
