"""Large systems solved without factorising them whole: strong links are factorised, the weak ones are iterated.

Factors of a system in which anything may use anything fill up, until neither time nor memory suffices. In value terms
what an activity consumes is less than what it makes, and few of its inputs are a large part of it: those are factorised
(tight loops among them, however near to a gain of one), and the others come in by fixed-point iteration, which gains a
digit in a few sweeps. Prices are what every activity uses up in all, so that the shares of its inputs sum up below one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

STRONG = 0.15
"""The share of an input above which it is factorised [-]."""
SWEEPS = 150
_MOST = 500
ENOUGH, ROUGH = 1e-14, 1e-3
_NEGLIGIBLE = 1e-16


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
    """Return what every activity uses up of everything, one unit of each being worth one, as far as some sweeps go."""
    import numpy as np

    absolute = abs(weights)
    step = np.ones(weights.shape[0])
    whole = step.copy()
    for _ in range(SWEEPS):
        step = absolute @ step
        if not np.all(step < np.finfo(float).max / 4):
            raise UnsettledError
        whole += step
        if step.max(initial=0.0) < 1:
            break
    return whole


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
        found = Split(absolute).solve(np.ones(len(found)))
    except UnsettledError:
        return False
    return bool(np.all(found > 0) and np.all(absolute @ found < found))
