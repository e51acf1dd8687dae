"""Monte Carlo on the ledger: every variable has a stream of its own, and all draws are solved at once.

The stream of a variable is Philox, keyed by the sha256 of seed and variable id: the same seed gives the same bits,
another variable beside it changes nothing, and two products that share a factor share its draws. What numpy makes of
those bits may change with its version and in the last digit with the processor: the run says which version drew.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from footprint.engine.response import Response
from footprint.engine.supply import groups
from footprint.engine.together import drawing
from footprint.errors import CalculationError, problem
from footprint.model.dependent import Powers
from footprint.model.uncertain import LOGNORMAL, NORMAL, UNIFORM, Distribution
from footprint.provenance import Place

if TYPE_CHECKING:
    import numpy as np

BLOCK = 10_000
"""Draws that are held at a time."""
CLASSES = 40
_END = 0.1
_LEAST_PIVOT = 1e-12
_NAMED = 8
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


def library() -> str:
    """Return the version of numpy, which makes normal and other numbers of the bits of a stream."""
    import numpy as np

    return np.__version__


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
    """Return ``draws`` results [kg CO2e per declared unit].

    ``given``: the draws of variables, by number, that were drawn elsewhere. `CalculationError` where draws let a loop
    gain, or are no numbers: with how many there are.
    """
    import numpy as np

    order = groups(of.consumption)
    gains: dict[tuple[str, ...], int] = {}
    found, lost = [], dict.fromkeys(range(len(of.variables)), 0)
    for count, ratios in _drawn(of, draws, seed, given):
        with np.errstate(all="ignore"):  # what is no number is refused below
            results, gaining = _block(of, order, ratios, count)
        found.append(results)
        for group, times in gaining.items():
            gains[group] = gains.get(group, 0) + times
        for at in lost if not gains and not np.isfinite(results).all() else ():
            lost[at] += int((~np.isfinite(ratios[at]) | ((ratios[at] <= 0) & ~np.isfinite(results))).sum())
    results = np.concatenate(found) if found else np.zeros(0)
    _refuse(of, gains, lost, results)
    return results


def _drawn(
    of: Response, draws: int, seed: int, given: Mapping[int, np.ndarray]
) -> Iterator[tuple[int, list[np.ndarray]]]:
    """Yield block by block how many draws it has, and those of all variables over what was entered."""
    streams = [stream(variable.id, seed) for variable in of.variables]
    sharing = drawing(of.variables, lambda name: stream(name, seed))
    for start in range(0, draws, BLOCK):
        count = min(BLOCK, draws - start)
        known = sharing(count) | {at: values[start : start + count] for at, values in given.items()}
        found = (
            known[at] if at in known else drawn(variable.distribution, streams[at], count)
            for at, variable in enumerate(of.variables)
        )
        yield count, [*found]


def _refuse(of: Response, gains: Mapping[tuple[str, ...], int], lost: Mapping[int, int], results: np.ndarray) -> None:
    """Raise for draws that have no result: of loops that gain, of numbers that were drawn as nothing or less."""
    import numpy as np

    draws = len(results)
    if gains:
        told = ((", ".join(group), count) for group, count in gains.items())
        place = Place(of.file)
        raise CalculationError(
            *(problem("loop-gain-drawn", place, culprits=group, count=count, draws=draws) for group, count in told)
        )
    count = int((~np.isfinite(results)).sum())
    if count:
        named = [of.variables[at].id for at, times in lost.items() if times] or [v.id for v in of.variables]
        numbers = ", ".join(named[:_NAMED])
        raise CalculationError(
            problem("draws-without-number", Place(of.file), count=count, draws=draws, numbers=numbers)
        )


class Told(NamedTuple):
    """What draws say of variables and of rules: ``shares``: squared correlation of each variable with the result [-].

    Less what the number of draws alone adds to it, so that shares add up; one that is nothing may come out below zero.
    ``otherwise``: in how many draws some comparison of the rules turns out otherwise than for the numbers as entered,
    which they are calculated with; ``deciding``: the variables that those comparisons are of.
    """

    shares: tuple[float, ...]
    otherwise: int
    deciding: tuple[int, ...]


def told(of: Response, results: np.ndarray, seed: int, given: Mapping[int, np.ndarray] = NOTHING) -> Told:
    """Return what the draws behind ``results`` say of the variables: they are drawn again, not kept."""
    import numpy as np

    n, size = len(results), len(of.variables)
    sums, squares, products = np.zeros(size), np.zeros(size), np.zeros(size)
    apart = results - results.mean()
    otherwise, deciding, start = 0, set[int](), 0
    for count, ratios in _drawn(of, n, seed, given):
        block = apart[start : start + count]
        start += count
        for at, ratio in enumerate(ratios):
            off = ratio - 1.0
            sums[at] += off.sum()
            squares[at] += off @ off
            products[at] += off @ block
        turned, numbers = _otherwise(of, ratios, count)
        otherwise += turned
        deciding |= numbers
    variances = np.maximum(squares - sums**2 / max(n, 1), 0.0) * float(apart @ apart)
    shares = np.divide(products**2, variances, out=np.zeros(size), where=variances > 0)
    shares -= np.where(variances > 0, (1.0 - shares) / max(n - 1, 1), 0.0)
    return Told(tuple(map(float, shares)), otherwise, tuple(sorted(deciding)))


def _otherwise(of: Response, ratios: Sequence[np.ndarray], count: int) -> tuple[int, set[int]]:
    """Return in how many draws comparisons turn out otherwise than as entered, and the variables they are of."""
    import numpy as np

    if not of.branches:
        return 0, set()
    with np.errstate(all="ignore"):
        moved, found, numbers = _moved(of, ratios), np.zeros(count, bool), set[int]()
    for branch in of.branches:
        turned = getattr(operator, branch.compare)(branch.term.scale * moved(branch.term.powers), 0.0) != branch.holds
        if np.any(turned):
            found |= turned
            numbers |= of.rests_on(branch.term)
    return int(found.sum()), numbers


def moments(results: np.ndarray) -> Moments:
    """Return mean, standard deviation, median and the 95 % interval of results."""
    import numpy as np

    low, median, high = (float(x) for x in np.percentile(results, (2.5, 50.0, 97.5)))
    deviation = float(results.std(ddof=1)) if len(results) > 1 else 0.0
    return Moments(len(results), float(results.mean()), deviation, median, low, high)


def errors(results: np.ndarray, dof: float = math.inf) -> dict[str, float]:
    """Return the standard error that the number of draws alone leaves in each moment [kg CO2e per declared unit].

    Of mean and standard deviation from the central moments, which have to exist; of quantiles from the order statistics
    one binomial standard deviation of the rank to either side. ``dof``: the fewest degrees of freedom of a variable:
    up to four, Student's distribution has no fourth moment, and no second one up to two; not a number is told then.
    """
    import numpy as np

    n = len(results)
    apart = results - results.mean()
    second, fourth = float((apart**2).mean()), float((apart**4).mean())
    spread = math.sqrt(max(fourth - second**2, 0.0) / n) / (2 * math.sqrt(second)) if second else 0.0
    found = {"mean": math.sqrt(second / n) if dof > 2 else math.nan, "deviation": spread if dof > 4 else math.nan}
    for name, p in (("median", 0.5), ("low", 0.025), ("high", 0.975)):
        step = math.sqrt(p * (1 - p) / n)
        ends = np.percentile(results, [100 * min(max(p + way * step, 0.0), 1.0) for way in (-1, 1)])
        found[name] = float(ends[1] - ends[0]) / 2
    return found


def histogram(results: np.ndarray) -> Histogram:
    """Return the classes of results, but for one in a thousand at either end; none where nothing tells them apart."""
    import numpy as np

    low, high = (float(x) for x in np.percentile(results, (_END, 100 - _END)))
    step = float(f"{(high - low) / CLASSES:.4g}")
    edges = low + step * np.arange(CLASSES + 1)
    if not (step and np.all(np.diff(edges) > 0)):
        return Histogram(low, 0.0, ())
    counts = np.histogram(results, edges)[0]
    return Histogram(low, step, tuple(int(count) for count in counts))


def _block(
    of: Response, order: list[tuple[str, ...]], ratios: list[np.ndarray], count: int
) -> tuple[np.ndarray, dict[tuple[str, ...], int]]:
    """Return the results of one block of draws, and in how many of them each loop gains."""
    import numpy as np

    moved = _moved(of, ratios)
    runs, gains = _runs(of, order, moved)
    sums: dict[str, Any] = {}
    for leaf in of.leaves:
        sums[leaf.activity] = sums.get(leaf.activity, 0.0) + leaf.unit * moved(leaf.powers)
    result = np.zeros(count)
    for activity, value in sums.items():
        result += runs[activity] * value
    return result, gains


def _moved(of: Response, ratios: Sequence[np.ndarray]) -> Callable[[Powers], Any]:
    """Return what gives the products of powers of variables and of parts of formulas, draw by draw."""
    import numpy as np

    known: dict[Powers, Any] = {(): 1.0}
    drawn: list[Any] = [*ratios]

    def moved(powers: Powers) -> Any:
        if powers not in known:
            known[powers] = reduce(operator.mul, (_raised(drawn[at], exponent) for at, exponent in powers))
        return known[powers]

    for part in of.parts:
        value = sum(term.scale * moved(term.powers) for term in part.terms)
        if part.test is not None:  # where there is no whole, its shares are not used
            value = np.where(part.test.scale * moved(part.test.powers) > 0, value, 0.0)
        drawn.append(value)
    return moved


def _raised(ratio: Any, exponent: float) -> Any:
    return ratio if exponent == 1 else 1.0 / ratio if exponent == -1 else ratio**exponent


def _runs(
    of: Response, order: list[tuple[str, ...]], moved: Any
) -> tuple[dict[str, Any], dict[tuple[str, ...], int]]:
    """Return the runs of every activity for every draw, a number where all agree, and how many let a loop gain."""
    shares: dict[str, dict[str, Any]] = {a: {} for a in of.consumption}
    for line in of.inside:
        into = shares[line.activity]
        into[line.target] = into.get(line.target, 0.0) + line.unit * moved(line.powers)
    consumers: dict[str, list[tuple[str, Any]]] = {}
    for consumer, consumed in shares.items():
        for activity, share in consumed.items():
            consumers.setdefault(activity, []).append((consumer, share))
    demand = {of.root: of.demand.scale * moved(of.demand.powers)}
    runs: dict[str, Any] = {}
    gains: dict[tuple[str, ...], int] = {}
    for group in order:
        outside = {a: demand.get(a, 0.0) + sum(_drawn_by(a, group, consumers, runs)) for a in group}
        if len(group) == 1 and group[0] not in shares[group[0]]:
            runs |= outside
        else:
            found, count = _loop(group, shares, outside)
            runs |= found
            gains |= {group: count} if count else {}
    return runs, gains


def _drawn_by(
    activity: str, group: tuple[str, ...], consumers: Mapping[str, list[tuple[str, Any]]], runs: Mapping[str, Any]
) -> Iterator[Any]:
    return (runs[consumer] * share for consumer, share in consumers.get(activity, ()) if consumer not in group)


def _loop(
    group: tuple[str, ...], shares: Mapping[str, Mapping[str, Any]], outside: Mapping[str, Any]
) -> tuple[dict[str, Any], int]:
    """Return the runs of the activities of one loop, eliminated as `engine.supply` does, for all draws at once.

    And in how many draws it gains: what it runs in those is no number.
    """
    import numpy as np

    n = len(group)
    rows = [
        [(1.0 if i == j else 0.0) - shares[b].get(a, 0.0) for j, b in enumerate(group)] + [outside[a]]
        for i, a in enumerate(group)
    ]
    gains: Any = False
    for k in range(n):
        gaining = np.asarray(rows[k][k]) <= _LEAST_PIVOT
        gains = gains | gaining
        rows[k][k] = np.where(gaining, np.nan, rows[k][k])
        for i in range(k + 1, n):
            ratio = rows[i][k] / rows[k][k]
            rows[i] = [x - ratio * y for x, y in zip(rows[i], rows[k], strict=True)]
    runs: list[Any] = [0.0] * n
    for k in reversed(range(n)):
        runs[k] = (rows[k][n] - sum(rows[k][j] * runs[j] for j in range(k + 1, n))) / rows[k][k]
    return dict(zip(group, runs, strict=True)), int(np.count_nonzero(gains))
