"""Which loops have a supply: the law by which systems are solved, refused, and what is set aside of them.

``M[i, j]`` is what j consumes of i, per output of i; to make ``d`` of everything takes ``s = (I - M)^-1 d``. Without
loops there is no doubt about that. Let them close by and by, with ``t M`` for t from 0 to 1: the supply goes along
without a break as long as ``det(I - t M)`` does not vanish, which it does at ``t = 1 / v`` for every real eigenvalue v
of M. Beyond that point it returns from infinity with its sign flipped. So a system has a meaningful supply exactly when
**M has no real eigenvalue of 1 or more**. Where nothing is negative, that is a spectral radius below 1 (Perron and
Frobenius). With credits it asks for less: a loop of -1.5 supplies 1 / (1 + 1.5) of what is asked for, and negative and
complex eigenvalues of any size are sound.

Eigenvalues are those of the strongly connected components. Up to `_DENSE` members all of them are known. In a larger
component with credits, the outermost are found by iteration, until no other with a real part of 1 or more is in sight.
Where that finds no end, those of up to `_DENSE_AT_MOST` members are still known altogether. Beyond, and besides, there
is the sign of ``det(I - M)``, for which factors of its strong links are enough: a negative one proves an odd number of
real eigenvalues above 1. An even number of them that no iteration has found is not seen: such a component is sound, as
far as anybody knows, and its solution is checked as all are.

A supply that there is may still be beyond what numbers of 16 digits can tell: a loop that returns almost all it makes
multiplies their rounding. With ``B = I - M``, ``B s = d`` solved in them gives s to ``eps |B^-1| |B| |s|``. A choice of
units can make that as small as the spectral radius of ``|B^-1| |B|`` and no smaller (Perron and Frobenius again), which
is what belongs to a loop itself; without credits, and what anything consumes of itself, it is ``(1 + v) / (1 - v)``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from footprint.engine.splitting import ROUGH, Split, UnsettledError, has_credits, loses, prices
from footprint.model.system import System

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

EXACT = 1e-9
"""How far a result may be off by rounding [-]."""
_DENSE = 400
_DENSE_AT_MOST = 3000
_REAL = 1e-6
"""The imaginary over the absolute part of an eigenvalue up to which it is real, as two equal ones scatter [-]."""
_STEPS = (150, 500)
_SETTLED = 1e-10
_TURNS = 20


def per_output(system: System, aside: Collection[int] = ()) -> sp.csr_array:
    """Return consumption [consumed x activity] per output of what is consumed, without the activities ``aside``."""
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


def components(gains: sp.csr_array, members: np.ndarray) -> list[np.ndarray]:
    """Return the strongly connected components that hold a loop, as ``members`` (of each row, its number)."""
    import numpy as np
    from scipy.sparse.csgraph import connected_components

    if not len(members):
        return []
    _, component = connected_components(gains, connection="strong")
    order = np.argsort(component, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(component[order])) + 1)
    own = gains.diagonal() != 0
    return [members[group] for group in groups if len(group) > 1 or own[group[0]]]


def gaining(gains: sp.csr_array, limit: float) -> list[np.ndarray]:
    """Return the members of every component without a supply; ``limit``: the eigenvalue from which on one has none."""
    import numpy as np

    groups = components(gains, np.arange(gains.shape[0]))
    return [group for group in groups if heaviest(gains[group][:, group], limit) is not None]


def heaviest(block: sp.csr_array, limit: float) -> int | None:
    """Return the member that weighs most in a component without a supply, None where it has one.

    Its weight is the product of the left and the right eigenvector: what the eigenvalue owes to the member.
    """
    if loses(block.T.tocsr()):
        return None
    is_mixed = has_credits(block)
    if block.shape[0] <= _DENSE:
        return _dense(block.toarray(), limit, is_mixed=is_mixed)
    return _with_credits(block, limit) if is_mixed else _without(block, limit)


def blur(block: sp.csr_array, within: float) -> tuple[float, int]:
    """Return how far rounding alone may move the supply of a component [-], and the member that weighs most in it.

    Of a large component with credits it is only known whether it is about ``within`` or more.
    """
    import numpy as np

    eps = float(np.finfo(float).eps)
    is_mixed = has_credits(block)
    if block.shape[0] <= (_DENSE_AT_MOST if is_mixed else _DENSE):
        radius, member = _blur(_in_value(block).toarray())
        return eps * radius, member
    if is_mixed:
        found = _with_credits(block, (within - eps) / (within + eps))
        return (0.0, 0) if found is None else (float("inf"), found)
    others = _of_others(block)
    value, right = _dominant(others)
    _, left = _dominant(others.T.tocsr())
    return eps * (1 + value) / max(1 - value, eps), int(np.argmax(abs(right * left)))


def _of_others(block: sp.csr_array) -> sp.csr_array:
    """Return what is consumed of others, per output that is left of what an activity consumes of itself."""
    import scipy.sparse as sp

    own = block.diagonal()
    return sp.csr_array(sp.diags_array(1 / (1 - own)) @ (block - sp.diags_array(own)))


def _blur(block: np.ndarray) -> tuple[float, int]:
    """Return a lower bound of the spectral radius, a close one, and the member that owes most to the inverse."""
    import numpy as np

    system = np.eye(len(block)) - block
    try:
        inverse = np.linalg.inv(system)
    except np.linalg.LinAlgError:
        return float("inf"), int(np.argmax(abs(block).sum(axis=0)))
    along, least = np.ones(len(block)), 0.0
    for _ in range(_TURNS):
        further = abs(inverse) @ (abs(system) @ along)
        least = max(least, float((further / along).min()))
        along = further / further.max()
    return least, int(np.argmax(abs(np.diagonal(inverse))))


def _dense(block: np.ndarray, limit: float, *, is_mixed: bool) -> int | None:
    import numpy as np

    values, right = np.linalg.eig(block)
    first = _greatest(values, limit) if is_mixed else int(np.argmax(abs(values)))
    if first is None or abs(values[first]) < limit:
        return None
    others, left = np.linalg.eig(block.T)
    same = int(np.argmin(abs(others - values[first])))
    return int(np.argmax(abs(right[:, first] * left[:, same])))


def _greatest(values: np.ndarray, limit: float) -> int | None:
    """Return which is the greatest real eigenvalue of ``limit`` or more, None if there is none."""
    import numpy as np

    real = np.flatnonzero((values.real >= limit) & (abs(values.imag) <= _REAL * abs(values)))
    return int(real[np.argmax(values.real[real])]) if len(real) else None


def _without(block: sp.csr_array, limit: float) -> int | None:
    """Return the heaviest member of a large component without credits: by its eigenvalue of the largest modulus."""
    import numpy as np

    value, right = _dominant(block)
    if value < limit:
        return None
    _, left = _dominant(block.T.tocsr())
    return int(np.argmax(abs(right * left)))


def _dominant(block: sp.csr_array) -> tuple[float, Any]:
    """Return the largest eigenvalue of a component without credits, and its vector, from the same start every time.

    It is real; one more of everything by itself sets it apart from others of its modulus, as a ring has them.
    """
    import numpy as np
    import scipy.sparse as sp
    from scipy.sparse.linalg import ArpackNoConvergence, eigs

    n = block.shape[0]
    try:
        values, vectors = eigs(block + sp.eye_array(n), k=1, which="LM", v0=np.ones(n), maxiter=10_000)
    except ArpackNoConvergence as exc:
        if not len(exc.eigenvalues):
            return float("inf"), np.asarray(abs(block).sum(axis=0)).ravel()
        values, vectors = exc.eigenvalues, exc.eigenvectors
    return float(abs(values[0])) - 1, vectors[:, 0]


def _with_credits(block: sp.csr_array, limit: float) -> int | None:
    """Return the heaviest member of a large component with credits, as far as the law can be decided there."""
    import numpy as np

    of = _in_value(block)
    for steps in _STEPS:
        values, right, is_settled = _outermost(of, steps)
        first = _greatest(np.where(is_settled, values, 0), limit)
        if first is not None:
            others, left, _ = _outermost(of.T.tocsr(), steps)
            same = int(np.argmin(abs(others - values[first])))
            return int(np.argmax(abs(right(first) * left(same))))
        if np.all(is_settled | (values.real < limit)):
            return _by_sign(of)
    return _dense(of.toarray(), limit, is_mixed=True) if of.shape[0] <= _DENSE_AT_MOST else _by_sign(of)


def _in_value(block: sp.csr_array) -> sp.csr_array:
    """Return a component in shares of prices: the same eigenvalues and weights, whatever the units are."""
    import scipy.sparse as sp

    try:
        of = prices(block.T.tocsr())
    except UnsettledError:
        return block
    return sp.csr_array(sp.diags_array(of) @ block @ sp.diags_array(1 / of))


def _outermost(of: sp.csr_array, steps: int) -> tuple[np.ndarray, Callable[[int], np.ndarray], np.ndarray]:
    """Return what ``steps`` of Arnoldi's iteration know of eigenvalues, their vectors, and which of them are settled.

    Those that lie outside of where most do settle first.
    """
    import numpy as np

    n = of.shape[0]
    steps = min(steps, n)
    basis, small = np.zeros((steps + 1, n)), np.zeros((steps + 1, steps))
    start = 0.5 + np.arange(1, n + 1) * 0.6180339887498949 % 1  # along no symmetry of any ring
    basis[0] = start / np.linalg.norm(start)
    for k in range(steps):
        further = of @ basis[k]
        size = np.linalg.norm(further)
        for _ in range(2):
            along = basis[: k + 1] @ further
            further = further - along @ basis[: k + 1]
            small[: k + 1, k] += along
        small[k + 1, k] = np.linalg.norm(further)
        if small[k + 1, k] <= _SETTLED * size:
            steps = k + 1
            break
        basis[k + 1] = further / small[k + 1, k]
    values, vectors = np.linalg.eig(small[:steps, :steps])
    left_over = small[steps, steps - 1] * abs(vectors[-1])
    return values, lambda at: vectors[:, at] @ basis[:steps], left_over <= _SETTLED * abs(values)


def _by_sign(of: sp.csr_array) -> int | None:
    """Return the heaviest member where ``det(I - M)`` is known to be negative: by some turns of inverse iteration."""
    import numpy as np

    right = left = np.ones(of.shape[0])
    try:
        system, transposed = Split(of), Split(of.T.tocsr())
        system.solve(right[:, None], ROUGH)
        if system.sign > 0:
            return None
        for _ in range(_TURNS):
            right, left = (s.solve(x[:, None], ROUGH)[:, 0] for s, x in ((system, right), (transposed, left)))
            right, left = right / abs(right).max(), left / abs(left).max()
    except UnsettledError:
        return None
    return int(np.argmax(abs(right * left)))
