"""Variables that move together: what they have in common is drawn once, and so are the rest of each of them.

A variable with causes, or its logarithm where it is lognormal, is a weighted sum of standard normal numbers that are
called by name, and of one of its own; of Student's numbers where all behind a name have as few degrees of freedom. A
name means one number wherever it stands, in another bill too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from math import fsum, isinf
from typing import TYPE_CHECKING, Any

from footprint.model.uncertain import NORMAL, Distribution, Variable

if TYPE_CHECKING:
    import numpy as np

_NOTHING = 1e-12


def own(variable: Variable) -> float:
    """Return the correlation [-] of a variable with what is its own alone."""
    left = 1.0 - fsum(share * share for _, share in variable.causes)
    return math.sqrt(left) if left > _NOTHING else 0.0


def joint(variables: Sequence[Variable], parts: Sequence[float]) -> list[float]:
    """Return for each variable the sum of ``parts``, each times its correlation with the variable.

    ``parts``: what each variable moves within its standard deviation.
    """
    moved = _moved(variables, parts)
    return [
        own(v) ** 2 * part + fsum(share * moved[name] for name, share in v.causes) if v.causes else part
        for v, part in zip(variables, parts, strict=True)
    ]


def origins(variables: Sequence[Variable], parts: Sequence[float]) -> dict[str, float]:
    """Return the variance that comes from each independent number, by name: of causes, else of variables."""
    found = {name: moved * moved for name, moved in _moved(variables, parts).items()}
    for v, part in zip(variables, parts, strict=True):
        found[v.id] = (own(v) * part) ** 2 if v.causes else part * part
    return found


def _moved(variables: Sequence[Variable], parts: Sequence[float]) -> dict[str, float]:
    sums: dict[str, list[float]] = {}
    for v, part in zip(variables, parts, strict=True):
        for name, share in v.causes:
            sums.setdefault(name, []).append(share * part)
    return {name: fsum(values) for name, values in sums.items()}


def drawing(variables: Sequence[Variable], stream: Callable[[str], Any]) -> Callable[[int], dict[int, Any]]:
    """Return what gives the next draws of the variables with causes [-], by number; ``stream``: name -> generator.

    Sums are taken in the order of the variables and of their causes: no product of matrices, which adds up otherwise on
    another machine.
    """
    sharing = [(at, v) for at, v in enumerate(variables) if v.causes]
    users: dict[str, list[tuple[int, float]]] = {}
    for at, v in sharing:
        for name, share in v.causes:
            users.setdefault(name, []).append((at, share))
    streams = {name: stream(name) for name in users}
    rests = {at: (own(v), stream(v.id)) for at, v in sharing if own(v)}

    def drawn(count: int) -> dict[int, Any]:
        sums: dict[int, Any] = {at: share * rest.standard_normal(count) for at, (share, rest) in rests.items()}
        for name, of in users.items():
            dof = max(variables[at].distribution.dof for at, _ in of)
            normal = streams[name].standard_normal(count) if isinf(dof) else streams[name].standard_t(dof, count)
            for at, share in of:
                sums[at] = share * normal + sums.get(at, 0.0)
        return {at: _shaped(variables[at].distribution, normal) for at, normal in sums.items()}

    return drawn


def _shaped(of: Distribution, normal: np.ndarray) -> np.ndarray:
    import numpy as np

    if of.kind == NORMAL:
        return np.asarray(1.0 + of.parameters[0] * normal)
    return np.asarray(of.median * np.exp(of.parameters[0] * normal))
