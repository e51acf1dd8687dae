"""Large systems solved without factorising them whole: strong links are factorised, the weak ones are iterated.

Factors of a system in which anything may use anything fill up, until neither time nor memory suffices. In value terms
what an activity consumes is less than what it makes, and few of its inputs are a large part of it: those are factorised
(tight loops among them, however near to a gain of one), and the others come in by fixed-point iteration, which gains a
digit in a few sweeps. Prices are what every activity uses up in all, so that the shares of its inputs sum up below one.
"""

from __future__ import annotations

from math import inf, isinf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

STRONG = 0.15
"""The share of an input above which it is factorised [-]."""
SWEEPS = 150
_MOST = 500
ENOUGH, ROUGH = 1e-14, 1e-3
_NEGLIGIBLE = 1e-16
_ROUNDS, _CALM, _FASTEST = 10, 0.5, 1e3


class UnsettledError(ArithmeticError):
    """An iteration that does not come to an end: the system has to be looked at in another way."""


class Split:
    """A system ``x = b + N x`` with ``weights`` [activity x what it consumes] ready to be solved for several ``b``."""

    def __init__(self, weights: sp.csr_array) -> None:
        import numpy as np
        import scipy.sparse as sp
        from scipy.sparse.linalg import splu

        self._prices = prices(weights)
        scaled = sp.csr_array(sp.diags_array(1 / self._prices) @ weights @ sp.diags_array(self._prices))
        strong = scaled.copy()
        strong.data[np.abs(strong.data) < STRONG] = 0
        strong.eliminate_zeros()
        self._weak = scaled - strong
        try:
            self._factors = splu((sp.eye_array(scaled.shape[0], format="csc") - strong).tocsc())
        except RuntimeError as exc:
            raise UnsettledError from exc

    @property
    def sign(self) -> int:
        """The sign of ``det(I - N)``, of what is solved: weak links of which the iteration settles do not change it."""
        return sign(self._factors)

    def solve(self, burdens: np.ndarray, within: float = ENOUGH) -> np.ndarray:
        """Return ``x`` for every column of ``burdens``, to ``within`` of each number [-].

        `UnsettledError` where the sweeps do not come to rest.
        """
        import numpy as np

        given = (burdens.T / self._prices).T
        found = self._factors.solve(given)
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(_MOST):
                further = self._factors.solve(given + self._weak @ found)
                size = np.abs(further)
                change = np.abs(further - found) - within * size - _NEGLIGIBLE * size.max(axis=0, initial=0.0)
                found = further
                if not change.max(initial=0.0) > 0:
                    break
            else:
                raise UnsettledError
        if not np.all(np.isfinite(found)):
            raise UnsettledError
        return np.asarray((found.T * self._prices).T)


def prices(weights: sp.csr_array) -> np.ndarray:
    """Return what every activity uses up of everything, one unit of each being worth one, as far as some sweeps go.

    Credits may hold down loops whose sizes alone have no end: what stands in those counts for less here.
    """
    absolute = abs(weights)
    whole, growth = _summed(absolute)
    if not has_credits(weights):
        if isinf(growth):
            raise UnsettledError
        return whole
    for _ in range(_ROUNDS):
        if growth < 1:
            break
        absolute = _damped(absolute, whole, _CALM / min(growth, _FASTEST))
        whole, growth = _summed(absolute)
    return whole


def has_credits(weights: sp.csr_array) -> bool:
    """Tell whether anything consumed is negative."""
    return bool(weights.data.min(initial=0.0) < 0)


def _summed(absolute: sp.csr_array) -> tuple[np.ndarray, float]:
    """Return what everything uses up in all, and by what that grew from sweep to sweep in the end [-]."""
    import numpy as np

    step = np.ones(absolute.shape[0])
    whole = step.copy()
    sizes = [1.0]
    for _ in range(SWEEPS):
        step = absolute @ step
        sizes.append(float(step.max(initial=0.0)))
        if not sizes[-1] < np.finfo(float).max / 4:
            return whole, inf
        whole += step
        if sizes[-1] < 1:
            return whole, 0.0
    half = len(sizes) // 2
    return whole, (sizes[-1] / sizes[half]) ** (1 / (len(sizes) - 1 - half))


def _damped(absolute: sp.csr_array, prices: np.ndarray, factor: float) -> sp.csr_array:
    """Return weights of which the strong ones that make up loops are multiplied by ``factor`` [-]."""
    import numpy as np
    import scipy.sparse as sp
    from scipy.sparse.csgraph import connected_components

    entries = absolute.tocoo()
    row, column = entries.coords
    is_strong = entries.data * (prices[column] / prices[row]) >= STRONG
    strong = sp.coo_array((entries.data[is_strong], (row[is_strong], column[is_strong])), shape=absolute.shape)
    _, component = connected_components(strong, connection="strong")
    in_loop = is_strong & (component[row] == component[column])
    return sp.coo_array((np.where(in_loop, factor, 1.0) * entries.data, (row, column)), shape=absolute.shape).tocsr()


def loses(weights: sp.csr_array) -> bool:
    """Tell whether every loop is known to lose, whatever the signs: some prices pay for all inputs of all activities.

    ``|N| p < p`` for positive ``p`` holds for some ``p`` exactly when the spectral radius of ``|N|`` is below one.
    """
    import numpy as np

    absolute = abs(weights)
    try:
        found = prices(weights)
        if np.all(absolute @ found < found):
            return True
        if has_credits(weights) and _summed(absolute)[1] >= 1:
            return False
        found = Split(absolute).solve(np.ones(len(found)))
    except UnsettledError:
        return False
    return bool(np.all(found > 0) and np.all(absolute @ found < found))


def sign(factors: Any) -> int:
    """Return the sign of the determinant of a matrix from its factors (`scipy.sparse.linalg.SuperLU`)."""
    import numpy as np

    negative = int(np.count_nonzero(factors.U.diagonal() < 0))
    return -1 if (negative + _swaps(factors.perm_r) + _swaps(factors.perm_c)) % 2 else 1


def _swaps(order: np.ndarray) -> int:
    """Return how many exchanges of two make up a permutation: its members less its cycles."""
    import numpy as np
    import scipy.sparse as sp
    from scipy.sparse.csgraph import connected_components

    n = len(order)
    cycles, _ = connected_components(sp.coo_array((np.ones(n), (np.arange(n), order)), shape=(n, n)))
    return n - int(cycles)
