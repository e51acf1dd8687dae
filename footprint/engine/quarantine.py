"""Which activities of a system have to be set aside so that the rest has a solution: loops that gain, and no numbers.

A loop without a supply (`loops`) is answered by a solver with a flipped sign, or not at all. In databases of others one
such loop must not cost the rest. The activity that weighs most in it, by the product of its left and right
eigenvectors, is set aside, until no loop gains; whoever consumes it has a gap with its name.
"""

from __future__ import annotations

import sys
from math import sqrt
from typing import TYPE_CHECKING

from footprint.engine.loops import components, heaviest, per_output
from footprint.model.system import System

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

_LIMIT = 1 - 1e-9
_LARGEST = sqrt(sys.float_info.max)
"""Numbers beyond this have no square that is a number: they are as little use as infinite ones."""


def unsolvable(system: System) -> tuple[str, ...]:
    """Return the codes of the activities without which ``system`` has a meaningful solution, sorted."""
    import numpy as np

    aside = _without_number(system)
    gains = per_output(system, aside)
    alone = _gaining_alone(gains)
    aside |= {int(at) for at in alone}
    rest = np.setdiff1d(np.arange(len(system.codes)), alone)
    waiting = components(gains[rest][:, rest], rest)
    while waiting:
        members = waiting.pop()
        worst = heaviest(gains[members][:, members], _LIMIT)
        if worst is not None:
            aside.add(int(members[worst]))
            rest = np.delete(members, worst)
            waiting += components(gains[rest][:, rest], rest)
    return tuple(sorted(system.codes[i] for i in aside))


def _without_number(system: System) -> set[int]:
    """Return the activities with an output that nothing can be divided by, or with a number that is none."""
    out = system.outputs
    aside = {i for i, output in enumerate(out) if output == 0 or not abs(output) <= _LARGEST}
    for part in (system.technosphere, system.emissions, system.gaps):
        aside |= {activity for activity, _, amount in part if not abs(amount) <= _LARGEST}
    sound = ((used, amount) for _, used, amount in system.technosphere if out[used] and abs(amount) <= _LARGEST)
    return aside | {used for used, amount in sound if not abs(amount / out[used]) <= _LARGEST}


def _gaining_alone(gains: sp.csr_array) -> np.ndarray:
    """Return the activities that gain by themselves or with one other, of two the one that fewer use.

    Most loops that gain are as short as that; nothing is factorised to find them. Components with credits are left out:
    what else they hold may make up for it.
    """
    import numpy as np

    uses = np.diff(gains.indptr)
    gains = _without_credits(gains)
    alone = np.flatnonzero(gains.diagonal() >= _LIMIT)
    pairs = gains.multiply(gains.T).tocoo()
    is_one = (pairs.data >= _LIMIT) & (pairs.row < pairs.col)
    first, second = (at[is_one] for at in pairs.coords)
    chosen: set[int] = {int(at) for at in alone}
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        if one not in chosen and other not in chosen:
            chosen.add(one if uses[one] <= uses[other] else other)
    return np.array(sorted(chosen), int)


def _without_credits(gains: sp.csr_array) -> sp.csr_array:
    """Return ``gains`` without the components in which something is negative."""
    import numpy as np
    import scipy.sparse as sp
    from scipy.sparse.csgraph import connected_components

    entries = gains.tocoo()
    if entries.data.min(initial=0.0) >= 0:
        return gains
    _, component = connected_components(gains, connection="strong")
    row, col = (component[at] for at in entries.coords)
    kept = ~np.isin(row, row[(entries.data < 0) & (row == col)]) & (row == col)
    inside = (entries.data[kept], tuple(at[kept] for at in entries.coords))
    return sp.coo_array(inside, shape=gains.shape).tocsr()
