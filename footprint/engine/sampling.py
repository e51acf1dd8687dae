"""Monte Carlo on the ledger: every variable has a stream of its own, and all draws are solved at once.

The stream of a variable is Philox, keyed by the sha256 of seed and variable id: the same seed gives the same bits,
another variable beside it changes nothing, and two products that share a factor share its draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from footprint.engine.response import Powers, Response
from footprint.engine.supply import groups
from footprint.errors import CalculationError, problem
from footprint.model.uncertain import LOGNORMAL, NORMAL, UNIFORM, Distribution
from footprint.provenance import Place

if TYPE_CHECKING:
    import numpy as np

BLOCK = 10_000
"""Draws that are held at a time."""
CLASSES = 40
_END = 0.1
_LEAST_PIVOT = 1e-12
NOTHING: Mapping[int, np.ndarray] = MappingProxyType({})


class Moments(NamedTuple):
    """What the draws of a result say of it [kg CO2e per declared unit]; ``low`` to ``high`` holds 95 % of them."""

    draws: int
    mean: float
    deviation: float
    median: float
    low: float
    high: float


class Histogram(NamedTuple):
    """How many draws fall in each of ``counts`` equal classes from ``low`` on [kg CO2e per declared unit]."""

    low: float
    step: float
    counts: tuple[int, ...]


def stream(variable: str, seed: int) -> Any:
    """Return the generator of a variable."""
    import numpy as np

    key = sha256(f"{seed}\n{variable}".encode()).digest()[:16]
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))


def drawn(distribution: Distribution, generator: Any, count: int) -> np.ndarray:
    """Return ``count`` draws of a number over what was entered [-]."""
    import numpy as np

    p = distribution.parameters
    if distribution.kind == NORMAL and np.isfinite(distribution.dof):
        return np.asarray(1.0 + p[0] * generator.standard_t(distribution.dof, count))
    known = (p[0], distribution.median) if distribution.kind == LOGNORMAL else p
    return ratios(distribution.kind, known, generator, count)


def ratios(kind: str, p: Sequence[Any], generator: Any, count: int) -> np.ndarray:
    """Return ``count`` draws [-]; ``p``: of all, or arrays of those of each; a lognormal has its median second."""
    import numpy as np

    if kind == NORMAL:
        return np.asarray(1.0 + p[0] * generator.standard_normal(count))
    if kind == LOGNORMAL:
        return np.asarray(p[1] * np.exp(p[0] * generator.standard_normal(count)))
    if kind == UNIFORM:
        return np.asarray(p[0] + (p[1] - p[0]) * generator.random(count))
    return np.asarray(generator.triangular(*p, count))


def totals(of: Response, draws: int, seed: int, given: Mapping[int, np.ndarray] = NOTHING) -> np.ndarray:
    """Return ``draws`` results [kg CO2e per declared unit]; `CalculationError` where a draw lets a loop gain.

    ``given``: the draws of variables, by number, that were drawn elsewhere.
    """
    import numpy as np

    order = groups(of.consumption)
    streams = [stream(variable.id, seed) for variable in of.variables]
    found = []
    for start in range(0, draws, BLOCK):
        count = min(BLOCK, draws - start)
        ratios = [
            given[at][start : start + count] if at in given else drawn(variable.distribution, streams[at], count)
            for at, variable in enumerate(of.variables)
        ]
        found.append(_block(of, order, ratios, count))
    return np.concatenate(found) if found else np.zeros(0)


def moments(results: np.ndarray) -> Moments:
    """Return mean, standard deviation, median and the 95 % interval of results."""
    import numpy as np

    low, median, high = (float(x) for x in np.percentile(results, (2.5, 50.0, 97.5)))
    deviation = float(results.std(ddof=1)) if len(results) > 1 else 0.0
    return Moments(len(results), float(results.mean()), deviation, median, low, high)


def errors(results: np.ndarray) -> dict[str, float]:
    """Return the standard error that the number of draws alone leaves in each moment [kg CO2e per declared unit].

    Of mean and standard deviation from the central moments; of quantiles from the order statistics one binomial
    standard deviation of the rank to either side.
    """
    import numpy as np

    n = len(results)
    apart = results - results.mean()
    second, fourth = float((apart**2).mean()), float((apart**4).mean())
    spread = math.sqrt(max(fourth - second**2, 0.0) / n) / (2 * math.sqrt(second)) if second else 0.0
    found = {"mean": math.sqrt(second / n), "deviation": spread}
    for name, p in (("median", 0.5), ("low", 0.025), ("high", 0.975)):
        step = math.sqrt(p * (1 - p) / n)
        ends = np.percentile(results, [100 * min(max(p + way * step, 0.0), 1.0) for way in (-1, 1)])
        found[name] = float(ends[1] - ends[0]) / 2
    return found


def histogram(results: np.ndarray) -> Histogram:
    """Return the classes of results, but for one in a thousand at either end."""
    import numpy as np

    low, high = (float(x) for x in np.percentile(results, (_END, 100 - _END)))
    step = float(f"{(high - low) / CLASSES:.4g}")
    low = float(f"{low:.9g}")
    edges = low + step * np.arange(CLASSES + 1)
    counts = np.histogram(results, edges)[0] if step else np.zeros(0, int)
    return Histogram(low, step, tuple(int(count) for count in counts))


def _block(of: Response, order: list[tuple[str, ...]], ratios: list[np.ndarray], count: int) -> np.ndarray:
    """Return the results of one block of draws."""
    import numpy as np

    known: dict[Powers, Any] = {(): 1.0}

    def moved(powers: Powers) -> Any:
        if powers not in known:
            known[powers] = _product(powers, ratios)
        return known[powers]

    runs = _runs(of, order, moved)
    sums: dict[str, Any] = {}
    for leaf in of.leaves:
        sums[leaf.activity] = sums.get(leaf.activity, 0.0) + leaf.value * moved(leaf.powers)
    result = np.zeros(count)
    for activity, value in sums.items():
        result += runs[activity] * value
    return result


def _product(powers: Powers, ratios: list[np.ndarray]) -> np.ndarray:
    parts = [_raised(ratios[at], exponent) for at, exponent in powers]
    result = parts[0]
    for part in parts[1:]:
        result = result * part
    return result


def _raised(ratio: np.ndarray, exponent: float) -> np.ndarray:
    """Return what a number that is off by ``ratio`` does to something of that elasticity.

    Whole exponents are powers. The rest is the share of a sum that moves with the number: above or, where it is
    negative, below the line. Such a share is right however far the number moves, down to none of it.
    """
    import numpy as np

    whole = math.trunc(exponent)
    rest = 1.0 + abs(exponent - whole) * (ratio - 1.0)
    powered = ratio if whole == 1 else np.power(ratio, whole)
    if whole == exponent:
        return powered
    return np.asarray(powered * rest if exponent > 0 else powered / rest)


def _runs(of: Response, order: list[tuple[str, ...]], moved: Any) -> dict[str, Any]:
    """Return the runs of every activity for every draw: a number where all draws agree."""
    shares: dict[str, dict[str, Any]] = {a: {} for a in of.consumption}
    for line in of.inside:
        share = line.share * moved(line.powers) * moved(of.outputs.get(line.target, ()))
        into = shares[line.activity]
        into[line.target] = into.get(line.target, 0.0) + share
    consumers: dict[str, list[tuple[str, Any]]] = {}
    for consumer, consumed in shares.items():
        for activity, share in consumed.items():
            consumers.setdefault(activity, []).append((consumer, share))
    demand = {a: runs * moved(of.demanded) * moved(of.outputs.get(a, ())) for a, runs in of.demand.items()}
    runs: dict[str, Any] = {}
    for group in order:
        outside = {a: demand.get(a, 0.0) + sum(_drawn_by(a, group, consumers, runs)) for a in group}
        if len(group) == 1 and group[0] not in shares[group[0]]:
            runs |= outside
        else:
            runs |= _loop(group, shares, outside, of.file)
    return runs


def _drawn_by(
    activity: str, group: tuple[str, ...], consumers: Mapping[str, list[tuple[str, Any]]], runs: Mapping[str, Any]
) -> Iterator[Any]:
    return (runs[consumer] * share for consumer, share in consumers.get(activity, ()) if consumer not in group)


def _loop(
    group: tuple[str, ...], shares: Mapping[str, Mapping[str, Any]], outside: Mapping[str, Any], file: str
) -> dict[str, Any]:
    """Return the runs of the activities of one loop, eliminated as `engine.supply` does, for all draws at once."""
    import numpy as np

    n = len(group)
    rows = [
        [(1.0 if i == j else 0.0) - shares[b].get(a, 0.0) for j, b in enumerate(group)] + [outside[a]]
        for i, a in enumerate(group)
    ]
    for k in range(n):
        if not np.all(np.asarray(rows[k][k]) > _LEAST_PIVOT):
            raise CalculationError(problem("loop-gain-drawn", Place(file), culprits=", ".join(group)))
        for i in range(k + 1, n):
            ratio = rows[i][k] / rows[k][k]
            rows[i] = [x - ratio * y for x, y in zip(rows[i], rows[k], strict=True)]
    runs: list[Any] = [0.0] * n
    for k in reversed(range(n)):
        runs[k] = (rows[k][n] - sum(rows[k][j] * runs[j] for j in range(k + 1, n))) / rows[k][k]
    return dict(zip(group, runs, strict=True))
