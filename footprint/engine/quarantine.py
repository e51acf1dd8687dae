"""Which activities of a system have to be set aside so that the rest has a solution: loops that gain, and no numbers.

A loop that consumes more of itself than it makes has no supply; a solver answers it with a flipped sign, or not at
all. In databases of others one such loop must not cost the rest. The activity that weighs most in it, by the product
of its left and right eigenvectors, is set aside, until no loop gains; whoever consumes it has a gap with its name.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from footprint.engine.splitting import loses
from footprint.model.system import System

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

_DENSE = 400
_LIMIT = 1 - 1e-9


def unsolvable(system: System) -> tuple[str, ...]:
    """Return the codes of the activities without which ``system`` has a meaningful solution, sorted."""
    import numpy as np

    aside = {i for i, output in enumerate(system.outputs) if output == 0 or not isfinite(output)}
    for part in (system.technosphere, system.emissions, system.gaps):
        aside |= {activity for activity, _, amount in part if not isfinite(amount)}
    out = system.outputs
    sound = ((used, amount) for _, used, amount in system.technosphere if out[used] and isfinite(amount))
    aside |= {used for used, amount in sound if not isfinite(amount / out[used])}
    gains = _gains(system, aside)
    alone = _gaining_alone(gains)
    aside |= {int(at) for at in alone}
    rest = np.setdiff1d(np.arange(len(system.codes)), alone)
    waiting = _components(gains[rest][:, rest], rest)
    while waiting:
        members = waiting.pop()
        worst = _worst(gains[members][:, members])
        if worst is not None:
            aside.add(int(members[worst]))
            rest = np.delete(members, worst)
            waiting += _components(gains[rest][:, rest], rest)
    return tuple(sorted(system.codes[i] for i in aside))


def _gains(system: System, aside: set[int]) -> sp.csr_array:
    """Return consumption [consumed x activity] per output of what is consumed, without what is set aside."""
    import numpy as np
    import scipy.sparse as sp

    n = len(system.codes)
    kept = system.technosphere
    if aside:
        kept = tuple(row for row in kept if row[0] not in aside and row[1] not in aside)
    table = np.fromiter((x for row in kept for x in row), float, 3 * len(kept)).reshape(-1, 3)
    activity, consumed = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    data = table[:, 2] / np.asarray(system.outputs, float)[consumed]
    return sp.coo_array((data, (consumed, activity)), shape=(n, n)).tocsr()


def _gaining_alone(gains: sp.csr_array) -> np.ndarray:
    """Return the activities that gain by themselves or with one other, of two the one that fewer use.

    Most loops that gain are as short as that; nothing is factorised to find them.
    """
    import numpy as np

    alone = np.flatnonzero(gains.diagonal() >= _LIMIT)
    pairs = gains.multiply(gains.T).tocoo()
    is_one = (pairs.data >= _LIMIT) & (pairs.row < pairs.col) & (gains.tocoo().data.min(initial=0.0) >= 0)
    first, second = (at[is_one] for at in pairs.coords)
    uses = np.diff(gains.tocsr().indptr)
    chosen: set[int] = {int(at) for at in alone}
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        if one not in chosen and other not in chosen:
            chosen.add(one if uses[one] <= uses[other] else other)
    return np.array(sorted(chosen), int)


def _components(gains: sp.csr_array, members: np.ndarray) -> list[np.ndarray]:
    """Return the strongly connected components that hold a loop, as members."""
    import numpy as np
    from scipy.sparse.csgraph import connected_components

    if not len(members):
        return []
    _, component = connected_components(gains, connection="strong")
    order = np.argsort(component, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(component[order])) + 1)
    own = gains.diagonal() != 0
    return [members[group] for group in groups if len(group) > 1 or own[group[0]]]


def _worst(block: sp.csr_array) -> int | None:
    """Return the member that weighs most in a component whose spectral radius is not below 1, None where it is."""
    if loses(block.T.tocsr()):
        return None
    if block.shape[0] <= _DENSE:
        return _worst_dense(block.toarray())
    return _worst_sparse(block)


def _worst_dense(block: np.ndarray) -> int | None:
    import numpy as np

    values, right = np.linalg.eig(block)
    first = int(np.argmax(abs(values)))
    if abs(values[first]) < _LIMIT:
        return None
    others, left = np.linalg.eig(block.T)
    same = int(np.argmin(abs(others - values[first])))
    return int(np.argmax(abs(right[:, first] * left[:, same])))


def _worst_sparse(block: sp.csr_array) -> int | None:
    import numpy as np

    value, right = _dominant(block)
    if value < _LIMIT:
        return None
    _, left = _dominant(block.T.tocsr())
    return int(np.argmax(abs(right * left)))


def _dominant(block: sp.csr_array) -> tuple[float, Any]:
    """Return the largest eigenvalue by magnitude, and its vector, from a start that is the same every time."""
    import numpy as np
    from scipy.sparse.linalg import ArpackNoConvergence, eigs

    try:
        values, vectors = eigs(block, k=1, which="LM", v0=np.ones(block.shape[0]), maxiter=10_000)
    except ArpackNoConvergence as exc:
        if not len(exc.eigenvalues):
            return float("inf"), np.asarray(abs(block).sum(axis=0)).ravel()
        values, vectors = exc.eigenvalues, exc.eigenvectors
    return float(abs(values[0])), vectors[:, 0]
