"""The names closest to what was written, among many: a few candidates by shared pairs of letters, those compared."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

_NO_LETTER = re.compile(r"[\W_]+")
_LOOKED_AT = 60_000
_COMPARED = 150


class Names:
    """Codes, each with several names, indexed once by their pairs of letters."""

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]]) -> None:
        self._codes: list[str] = []
        self._names: list[str] = []
        self._places: dict[str, array[int]] = defaultdict(lambda: array("q"))
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
        least = 0.0
        for number in self._candidates(wanted):
            code, name = self._codes[number], self._names[number]
            matcher.set_seq1(name)
            found = _pairs(name)
            in_pairs = 2 * len(pairs & found) / (len(pairs) + len(found))
            if max(in_pairs, matcher.real_quick_ratio()) < least or max(in_pairs, matcher.quick_ratio()) < least:
                continue
            best[code] = max(in_pairs, matcher.ratio(), best.get(code, 0.0))
            least = sorted(best.values(), reverse=True)[count - 1] if len(best) >= count else 0.0
        return tuple(sorted(best, key=lambda code: (-best[code], code))[:count])

    def _candidates(self, wanted: str) -> list[int]:
        """Return the names that share most with ``wanted``: rare pairs first, until enough names were looked at."""
        import numpy as np

        places = sorted((self._places[pair] for pair in _pairs(wanted) if pair in self._places), key=len)
        if not places:
            return []
        within = max(1, bisect_right([*accumulate(map(len, places))], _LOOKED_AT))
        shared = np.bincount(np.concatenate(places[:within]))
        chosen = np.flatnonzero(shared >= _least(np.bincount(shared).tolist()))
        shares = dict(zip(chosen.tolist(), shared[chosen].tolist(), strict=True))
        length = len(wanted)
        found = sorted(shares, key=lambda number: (-shares[number] / (length + len(self._names[number])), number))
        return found[:_COMPARED]


def _least(names: Sequence[int]) -> int:
    """Return how much a name must share for the best of them to be compared, and not many more: one pair at least.

    ``names``: how many share none, one, two ... pairs.
    """
    total = 0
    for found in range(len(names) - 1, 0, -1):
        total += names[found]
        if total >= _COMPARED:
            return found
    return 1


def _plain(name: str) -> str:
    return _NO_LETTER.sub(" ", name.casefold()).strip()


def _pairs(name: str) -> set[str]:
    padded = f" {name} "
    return {first + second for first, second in pairwise(padded)}
