"""Which activities of a system have to be set aside so that the rest has a solution: loops that gain, and no numbers.

A loop without a supply (`loops`) is answered by a solver with a flipped sign, or not at all. In databases of others one
such loop must not cost the rest. The activity that weighs most in it, by the product of its left and right
eigenvectors, is set aside, until no loop gains; whoever consumes it has a gap with its name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import sqrt
from typing import TYPE_CHECKING

from footprint.engine.loops import EXACT, blur, components, heaviest, per_output
from footprint.model.system import System

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp

_LIMIT = 1 - 1e-9
_NOT_FAR = 0.01
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
    aside |= _opened(gains, components(gains[rest][:, rest], rest), lambda block: heaviest(block, _LIMIT))
    return tuple(sorted(system.codes[i] for i in aside))


def inexact(system: System, within: float = EXACT) -> tuple[str, ...]:
    """Return the codes of activities whose loops ``within`` [-] is more than numbers of 16 digits can tell, sorted.

    To be asked of a system that has a meaningful solution, and one not accurate enough. Where no loop is as bad by
    itself, but some are not far from it, it is the worst of them.
    """
    import numpy as np

    gains = per_output(system)
    groups = components(gains, np.arange(len(system.codes)))

    def worst(block: sp.csr_array) -> int | None:
        found, member = blur(block, within)
        return member if found > within else None

    aside = _opened(gains, list(groups), worst)
    if not aside and groups:
        blurs = [blur(gains[members][:, members], within) for members in groups]
        most = max(range(len(groups)), key=lambda at: blurs[at][0])
        aside = {int(groups[most][blurs[most][1]])} if blurs[most][0] > _NOT_FAR * within else set()
    return tuple(sorted(system.codes[i] for i in aside))


def _opened(
    gains: sp.csr_array, waiting: list[np.ndarray], worst: Callable[[sp.csr_array], int | None]
) -> set[int]:
    """Return the members without which no component has a ``worst`` one."""
    import numpy as np

    aside: set[int] = set()
    while waiting:
        members = waiting.pop()
        found = worst(gains[members][:, members])
        if found is not None:
            aside.add(int(members[found]))
            rest = np.delete(members, found)
            waiting += components(gains[rest][:, rest], rest)
    return aside


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
