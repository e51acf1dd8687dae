"""The intensities of a whole system at once: one factorisation of the transposed technosphere, refined and checked.

With technosphere ``A`` [product x activity] and direct burdens ``B`` [burden x activity], the intensities ``X`` solve
``A^T X = B^T``: row i of X is what one unit of product i causes, its supply chain included. Waste treatments may have a
negative reference flow; nothing is assumed of signs except what `checked` tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from footprint.engine.loops import EXACT, gaining, per_output
from footprint.engine.splitting import ENOUGH, ROUGH, Split, UnsettledError
from footprint.errors import CalculationError, problem
from footprint.model.background import Key
from footprint.model.system import System
from footprint.provenance import Place

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

_LIMIT = 1 - 1e-12
_AT_ONCE = 64
"""Burdens that are solved for at once: their arrays are as many times the number of activities."""
_SPLIT_FROM = 2000
"""Activities from which on a system is not factorised whole unless it has to be."""


class Solution(NamedTuple):
    """Intensities by code: ``impact[code][key]`` [kg CO2e/unit], ``gaps[code][gap]`` [unit/unit].

    ``error``: bound on the forward error, relative to the largest intensity of each column [-].
    """

    impact: Mapping[str, dict[Key, float]]
    gaps: Mapping[str, dict[str, float]]
    error: float


def intensities(system: System, name: str = "system") -> Solution:
    """Return the intensity of every activity of ``system``; `CalculationError` when it has no meaningful one."""
    import numpy as np

    _refuse_non_finite(system, name)
    matrix = technosphere(system)
    keys = sorted({key for _, key, _ in system.emissions})
    gaps = sorted({gap for _, gap, _ in system.gaps})
    burdens = np.zeros((len(system.codes), len(keys) + len(gaps)))
    columns: dict[Key | str, int] = {key: i for i, key in enumerate(keys)} | {
        gap: len(keys) + i for i, gap in enumerate(gaps)
    }
    for activity, key, amount in system.emissions:
        burdens[activity, columns[key]] += amount
    for activity, gap, amount in system.gaps:
        burdens[activity, columns[gap]] += amount
    solved, error = _solve(matrix, burdens, system, name)
    return Solution(
        _Rows(system.codes, keys, solved[:, : len(keys)]), _Rows(system.codes, gaps, solved[:, len(keys) :]), error
    )


class _Rows(Mapping[str, dict[Any, float]]):
    """What is not zero in each row of an array, made when it is asked for: a large database has millions of it."""

    def __init__(self, codes: Sequence[str], names: Sequence[Any], values: np.ndarray) -> None:
        self._numbers = {code: at for at, code in enumerate(codes)}
        self._names, self._values = names, values

    def __getitem__(self, code: str) -> dict[Any, float]:
        row = self._values[self._numbers[code]]
        return {self._names[at]: float(row[at]) for at in row.nonzero()[0]}

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def technosphere(system: System) -> sp.csc_array:
    """Return ``A`` [product x activity]: outputs on the diagonal, consumption negative, duplicates summed."""
    import numpy as np
    import scipy.sparse as sp

    n = len(system.codes)
    count = len(system.technosphere)
    consumed = np.fromiter((x for row in system.technosphere for x in row), float, 3 * count).reshape(count, 3)
    rows = np.concatenate([np.arange(n), consumed[:, 1].astype(np.int64)])
    cols = np.concatenate([np.arange(n), consumed[:, 0].astype(np.int64)])
    data = np.concatenate([np.asarray(system.outputs), -consumed[:, 2]])
    return sp.coo_array((data, (rows, cols)), shape=(n, n)).tocsc()


def _solve(matrix: sp.csc_array, burdens: np.ndarray, system: System, name: str) -> tuple[np.ndarray, float]:
    """Return ``A^-T burdens``, refined once, with its forward error bound."""
    if len(system.codes) > _SPLIT_FROM:
        try:
            return _refined(matrix, burdens, _Split(matrix), system, name)
        except UnsettledError:
            pass  # factorised whole, or refused with what is amiss
        except CalculationError as exc:
            if exc.problems[0].code != "system-inaccurate":
                raise
    return _refined(matrix, burdens, _factorised(matrix, system, name), system, name)


def _factorised(matrix: sp.csc_array, system: System, name: str) -> Any:
    from scipy.sparse.linalg import splu

    try:
        return splu(matrix.T.tocsc())
    except RuntimeError as exc:
        raise CalculationError(problem("system-singular", Place(name), culprits=_suspects(system))) from exc


class _Split:
    """A large system as shares of inputs, of which only the strong ones are factorised."""

    def __init__(self, matrix: sp.csc_array) -> None:
        import numpy as np
        import scipy.sparse as sp

        self._outputs = matrix.diagonal()
        if not np.all(self._outputs):
            raise UnsettledError
        per_output = sp.diags_array(1 / self._outputs) @ matrix
        self._split = Split(sp.csr_array((sp.eye_array(matrix.shape[0], format="csc") - per_output).T))

    def solve(self, burdens: np.ndarray, within: float = ENOUGH) -> np.ndarray:
        """Return ``A^-T burdens``, to ``within`` of each number [-]."""
        import numpy as np

        return np.asarray((self._split.solve(burdens, within).T / self._outputs).T)

    def roughly(self, burdens: np.ndarray) -> np.ndarray:
        """Return ``A^-T burdens`` to a few digits: of a correction, and of an error, no more matters."""
        return self.solve(burdens, ROUGH)


def _refined(
    matrix: sp.csc_array, burdens: np.ndarray, factors: Any, system: System, name: str
) -> tuple[np.ndarray, float]:
    import numpy as np

    transposed = matrix.T.tocsr()
    _refuse_gain(factors, system, name)
    solved, errors = np.zeros_like(burdens), [0.0]
    for start in range(0, burdens.shape[1], _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        solved[:, part], error = _block(transposed, burdens[:, part], factors)
        if not error <= EXACT:
            raise CalculationError(problem("system-inaccurate", Place(name), error=f"{error:.1e}"))
        errors.append(error)
    return solved, max(errors)


def _block(transposed: sp.csr_array, burdens: np.ndarray, factors: Any) -> tuple[np.ndarray, float]:
    """Return the intensities of some burdens, refined once, with the bound on their error."""
    import numpy as np

    roughly = getattr(factors, "roughly", factors.solve)
    solved = factors.solve(burdens)
    with np.errstate(over="ignore", invalid="ignore"):  # what has no end is refused by its error
        solved = solved + roughly(burdens - transposed @ solved)
        rounding = np.finfo(float).eps * (abs(transposed) @ np.abs(solved) + np.abs(burdens))
        residual = np.abs(burdens - transposed @ solved) + rounding  # which is only known to this
    bound = np.abs(roughly(residual)).max(axis=0, initial=0.0)
    scale = np.abs(solved).max(axis=0, initial=0.0)
    error = np.max(np.divide(bound, scale, out=np.zeros_like(bound), where=scale > 0), initial=0.0)
    return np.where(_reached(transposed, burdens), solved, 0.0), float(error)


def _reached(transposed: sp.csr_array, burdens: np.ndarray) -> np.ndarray:
    """Return which burdens each activity can cause at all: what nothing in its chain causes is zero, not noise."""
    import numpy as np

    pattern = (transposed != 0).astype(np.int64).tocsr()
    reached = burdens != 0
    while True:
        further = reached | ((pattern @ reached.astype(np.int64)) > 0)
        if bool((further == reached).all()):
            return np.asarray(reached)
        reached = further


def _refuse_non_finite(system: System, name: str) -> None:
    """Raise for NaN, infinity and outputs of zero: solvers drop or spread them silently."""
    import math

    bad = {system.codes[i] for i, value in enumerate(system.outputs) if not math.isfinite(value) or value == 0}
    for part in (system.technosphere, system.emissions, system.gaps):
        bad |= {system.codes[activity] for activity, _, amount in part if not math.isfinite(amount)}
    if bad:
        raise CalculationError(problem("number-not-finite", Place(name), culprits=", ".join(sorted(bad)[:5])))


def _refuse_gain(factors: Any, system: System, name: str) -> None:
    """Raise when a loop gains (`loops`): it makes less than it consumes, which solvers answer with a flipped sign.

    For M >= 0 none does exactly when ``(I - M^T) y = 1`` has a positive solution: one more right-hand side of the same
    factorisation. Where credits make some entries of M negative, the loops themselves are examined.
    """
    import numpy as np

    outputs = np.asarray(system.outputs)
    is_negative = [value < 0 for value in system.outputs]
    if all(not amount or (amount < 0) == is_negative[consumed] for _, consumed, amount in system.technosphere):
        y = outputs * factors.solve(np.ones(len(outputs)))
        if np.all(y > 0) and np.all(np.isfinite(y)):
            return
    found = _gaining(system)
    if found:
        raise CalculationError(problem("loop-gain", Place(name), culprits="; ".join(found)))


def _gaining(system: System) -> list[str]:
    """Return the first members of each loop that gains."""
    return [", ".join(system.codes[i] for i in group[:5]) for group in gaining(per_output(system), _LIMIT)]


def _suspects(system: System) -> str:
    found = _gaining(system)
    return "; ".join(found) if found else ", ".join(system.codes[:5])
