"""How far the intensities of a background may be off: the law of propagation over the numbers of all their chains.

For ``q = c + P q``, one solve of the transposed system per dataset gives what each consumption and burden of its chain
has to do with its intensity. Every number of the system is a variable of its own. The derivatives are those where every
number has its mean: a product of numbers has the mean of the product there, and its variance but for what two of them
make together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from footprint.engine.resampled import Scatter
from footprint.model.system import System
from footprint.model.uncertain import LOGNORMAL, Distribution

if TYPE_CHECKING:
    import numpy as np

LEFT = 1e-5
"""Of the variance of an intensity that its causes leave to itself, at most [-]."""
_AT_ONCE = 64
_PLACES = ("numbers", "rows")


class Chain(NamedTuple):
    """The mean of an intensity over its nominal value [-], and its standard deviation over the same [-].

    ``causes``: the correlation of the intensity with numbers of the system [-], the largest first: inputs in their
    order, then emissions in theirs. Their squares make up 1 but for `LEFT`. ``exact``: the numbers without any scatter
    stated, with the share of the absolute intensity that rests on each [-], the largest first; ``open``: on any.
    """

    mean: float
    deviation: float
    causes: tuple[tuple[int, float], ...] = ()
    exact: tuple[tuple[int, float], ...] = ()
    open: float = 0.0


class _Entries(NamedTuple):
    """Numbers of a system: amounts per output of their rows, with mean and deviation of each over itself [-].

    ``open``: those of which nobody states one.
    """

    numbers: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    means: np.ndarray
    deviations: np.ndarray
    open: np.ndarray


def chains(
    system: System, scatter: Scatter, counted: frozenset[str], wanted: Sequence[int]
) -> Iterator[tuple[int, Chain]]:
    """Yield the chain of each wanted activity, by number.

    ``counted``: the GHG classes that are summed; a scatter of None: nobody states one. An activity without any
    intensity has none, nor has one whose mean has another sign or no bound, as in a loop that gains where its numbers
    have their means.
    """
    import numpy as np

    consumed, emitted = _consumed(system, scatter), _emitted(system, scatter, counted)
    nominal, _ = _solved(consumed, emitted, len(system.codes))
    exact = _Exact(consumed, emitted, len(system.codes))
    means, solver = _solved(_at_means(consumed), _at_means(emitted), len(system.codes))
    changes = consumed.values * consumed.deviations * means[consumed.columns], emitted.values * emitted.deviations
    numbers, rows = (np.concatenate([getattr(part, name) for part in (consumed, emitted)]) for name in _PLACES)
    moved = np.concatenate(changes)
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = wanted[start : start + _AT_ONCE]
        unit = np.zeros((len(system.codes), len(chosen)))
        unit[list(chosen), range(len(chosen))] = 1.0
        runs = solver.solve(unit, trans="T")
        for column, at in enumerate(chosen):
            if nominal[at] and 0 < means[at] / nominal[at] < np.inf:
                found = _chain(numbers, runs[rows, column] * moved / nominal[at], float(means[at] / nominal[at]))
                yield at, exact.told(found, at)


class _Exact:
    """What of intensities rests on numbers of which nobody states how far they may be off."""

    def __init__(self, consumed: _Entries, emitted: _Entries, size: int) -> None:
        """Solve the system twice over absolute emissions: with all numbers, and with those that are stated alone."""
        import numpy as np

        emitted = emitted._replace(values=np.abs(emitted.values))
        self._parts = consumed, emitted
        self._is_any = bool(consumed.open.any() or emitted.open.any())
        if self._is_any:
            self._whole, self._solver = _solved(consumed, emitted, size)
            self._firm, _ = _solved(_stated(consumed), _stated(emitted), size)

    def told(self, of: Chain, at: int) -> Chain:
        """Return the chain of activity ``at`` with what of it is exact."""
        import numpy as np

        if not self._is_any or not self._whole[at]:
            return of
        unit = np.zeros(len(self._whole))
        unit[at] = 1.0
        runs = self._solver.solve(unit, trans="T")
        consumed, emitted = self._parts
        carried: dict[int, float] = {}
        for part, worth in ((consumed, self._whole[consumed.columns]), (emitted, 1.0)):
            shares = abs(runs[part.rows] * part.values * worth / self._whole[at])
            for number, share in zip(part.numbers[part.open], shares[part.open], strict=True):
                carried[int(number)] = carried.get(int(number), 0.0) + float(share)
        exact = sorted(((n, min(share, 1.0)) for n, share in carried.items() if share), key=lambda e: (-e[1], e[0]))
        open_ = abs(1.0 - float(self._firm[at] / self._whole[at]))  # what holds a loop down leaves more behind
        return of._replace(exact=tuple(exact), open=min(open_, 1.0) if exact else 0.0)


def _stated(of: _Entries) -> _Entries:
    return of._replace(values=of.values * ~of.open)


def _chain(numbers: np.ndarray, parts: np.ndarray, mean: float) -> Chain:
    """Return the chain of an intensity that each number moves by ``parts`` [-] within its deviation."""
    import numpy as np

    squares = np.square(parts)
    variance = float(squares.sum())
    if not variance:
        return Chain(mean, 0.0)
    order = np.argsort(-squares, kind="stable")
    count = int(np.searchsorted(np.cumsum(squares[order]), (1 - LEFT) * variance)) + 1
    deviation = math.sqrt(variance)
    causes = ((int(numbers[at]), float(parts[at]) / deviation) for at in order[:count])
    return Chain(mean, deviation, tuple(causes))


def _solved(consumed: _Entries, emitted: _Entries, size: int) -> tuple[np.ndarray, Any]:
    """Return the intensities of all activities, and the factorised system they solve."""
    import numpy as np
    import scipy.sparse as sp
    from scipy.sparse.linalg import splu

    burdens = np.bincount(emitted.rows, emitted.values, size) if len(emitted.rows) else np.zeros(size)
    taken = sp.csc_array((consumed.values, (consumed.rows, consumed.columns)), (size, size))
    solver = splu((sp.eye_array(size, format="csc") - taken).tocsc())
    return solver.solve(burdens), solver


def _at_means(entries: _Entries) -> _Entries:
    return entries._replace(values=entries.values * entries.means)


def _consumed(system: System, scatter: Scatter) -> _Entries:
    rows = [row for row, *_ in system.technosphere]
    columns = [column for _, column, _ in system.technosphere]
    amounts = [amount for *_, amount in system.technosphere]
    return _entries(system, range(len(rows)), rows, columns, amounts, scatter.technosphere)


def _emitted(system: System, scatter: Scatter, counted: frozenset[str]) -> _Entries:
    chosen = [number for number, (_, key, _) in enumerate(system.emissions) if key.ghg in counted]
    rows = [system.emissions[number][0] for number in chosen]
    amounts = [system.emissions[number][2] for number in chosen]
    numbers = [len(system.technosphere) + number for number in chosen]
    return _entries(system, numbers, rows, rows, amounts, [scatter.emissions[number] for number in chosen])


def _entries(system: System, numbers: Any, rows: Any, columns: Any, amounts: Any, scatter: Any) -> _Entries:
    import numpy as np

    outputs = np.asarray(system.outputs, float)
    at = np.asarray(rows, int)
    given = [s if isinstance(s, Distribution) else Distribution(LOGNORMAL, (s or 0.0,)) for s in scatter]
    return _Entries(
        np.asarray(numbers, int), at, np.asarray(columns, int), np.asarray(amounts, float) / outputs[at],
        np.array([of.mean for of in given], float), np.array([of.deviation for of in given], float),
        np.array([s is None for s in scatter], bool),
    )  # fmt: skip
