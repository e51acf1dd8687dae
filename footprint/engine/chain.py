"""How far the intensities of a background may be off: the law of propagation over the numbers of all their chains.

For ``q = c + P q``, one solve of the transposed system per dataset gives what each consumption and burden of its chain
has to do with its intensity. Every number of the system is a variable of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from footprint.engine.resampled import Scatter
from footprint.model.system import System
from footprint.model.uncertain import LOGNORMAL, Distribution

if TYPE_CHECKING:
    import numpy as np

_AT_ONCE = 64


class Chain(NamedTuple):
    """The mean of an intensity over its nominal value [-], and its standard deviation over the same [-]."""

    mean: float
    deviation: float


class _Entries(NamedTuple):
    """Numbers of a system: amounts per output of their rows, with mean and deviation of each over itself [-]."""

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    means: np.ndarray
    deviations: np.ndarray


def chains(
    system: System, scatter: Scatter, counted: frozenset[str], wanted: Sequence[int]
) -> Iterator[tuple[int, Chain]]:
    """Yield the chain of each wanted activity, by number, to first order in each of its numbers.

    ``counted``: the GHG classes that are summed. An activity without any intensity has none.
    """
    import numpy as np
    import scipy.sparse as sp
    from scipy.sparse.linalg import splu

    consumed, emitted = _consumed(system, scatter), _emitted(system, scatter, counted)
    size = len(system.codes)
    burdens = np.bincount(emitted.rows, emitted.values, size) if len(emitted.rows) else np.zeros(size)
    taken = sp.csc_array((consumed.values, (consumed.rows, consumed.columns)), (size, size))
    solver = splu((sp.eye_array(size, format="csc") - taken).tocsc())
    intensities = solver.solve(burdens)
    worth = consumed._replace(values=consumed.values * intensities[consumed.columns])
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = wanted[start : start + _AT_ONCE]
        unit = np.zeros((size, len(chosen)))
        unit[list(chosen), range(len(chosen))] = 1.0
        runs = solver.solve(unit, trans="T")
        for column, at in enumerate(chosen):
            if intensities[at]:
                yield at, _chain(runs[:, column], (worth, emitted), float(intensities[at]))


def _chain(runs: np.ndarray, parts: tuple[_Entries, _Entries], intensity: float) -> Chain:
    import numpy as np

    shifts, variance = 0.0, 0.0
    for part in parts:
        shares = runs[part.rows] * part.values / intensity
        shifts += float((shares * (part.means - 1.0)).sum())
        variance += float(np.square(shares * part.deviations).sum())
    return Chain(1.0 + shifts, float(np.sqrt(variance)))


def _consumed(system: System, scatter: Scatter) -> _Entries:
    rows = [row for row, *_ in system.technosphere]
    columns = [column for _, column, _ in system.technosphere]
    return _entries(system, rows, columns, [amount for *_, amount in system.technosphere], scatter.technosphere)


def _emitted(system: System, scatter: Scatter, counted: frozenset[str]) -> _Entries:
    chosen = [
        (row, amount, sigma)
        for (row, key, amount), sigma in zip(system.emissions, scatter.emissions, strict=True)
        if key.ghg in counted
    ]
    rows, amounts, sigmas = ([row[at] for row in chosen] for at in range(3))
    return _entries(system, rows, rows, amounts, sigmas)


def _entries(system: System, rows: Any, columns: Any, amounts: Any, scatter: Any) -> _Entries:
    import numpy as np

    outputs = np.asarray(system.outputs, float)
    at = np.asarray(rows, int)
    given = [s if isinstance(s, Distribution) else Distribution(LOGNORMAL, (s,)) for s in scatter]
    return _Entries(
        at, np.asarray(columns, int), np.asarray(amounts, float) / outputs[at],
        np.array([of.mean for of in given], float), np.array([of.deviation for of in given], float),
    )  # fmt: skip
