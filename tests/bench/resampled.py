"""A background of ecoinvent's size drawn anew: rate and moments of ours against bw2calc's own iteration, in one run.

Every input and emission has a distribution: nine in ten lognormal, the rest normal, uniform, triangular, as the rows of
ecoinvent; credits are negative. bw2calc reads the same ones in a process of its own, with its solver and, where the
second interpreter has one, a faster one; its BiCGSTAB besides, for some more functional units.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import backgrounds
import numpy as np
from measure import run, verdict

from footprint.engine.resampled import Scatter, background, intensities, nominal
from footprint.model.background import Key
from footprint.model.system import System
from footprint.model.uncertain import LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM, Distribution

SIZE, INPUTS, HUBS = 23_523, 10, 400
WAY = Path(__file__).with_name("resampled_way.py")
NUMBER = {LOGNORMAL: 2, NORMAL: 3, UNIFORM: 4, TRIANGULAR: 5}
LEVEL = 0.01
"""All tests together say that equal distributions differ this often."""


def made(size: int, seed: int) -> System:
    """Return a system of ten inputs each: four of hubs (which need each other: loops), six of what stands near.

    Direct solvers fill such a matrix about as much as that of ecoinvent; at most 0.7 of an output goes into inputs,
    some into what it is an output of; one in fifty inputs and emissions is a credit.
    """
    generator = np.random.Generator(np.random.Philox(key=seed))
    rows = np.repeat(np.arange(size), INPUTS)
    near = np.minimum(rows + generator.integers(0, 40, len(rows)), size - 1)
    hubs = (HUBS * generator.random(len(rows)) ** 2).astype(int) + size - HUBS
    columns = np.where(np.tile(np.arange(INPUTS) < 4, size), hubs, near)
    amounts = generator.random((size, INPUTS))
    amounts *= (0.7 * generator.random(size) / amounts.sum(axis=1))[:, None]
    signs = np.where(generator.random(len(rows)) < 0.02, -1.0, 1.0)
    key = Key("fossil", "AR6", "secondary")
    technosphere = tuple(zip(rows.tolist(), columns.tolist(), (amounts.ravel() * signs).tolist(), strict=True))
    emitted = generator.random(size) * np.where(generator.random(size) < 0.02, -1.0, 1.0)
    emissions = tuple((at, key, float(x)) for at, x in enumerate(emitted))
    return System(tuple(backgrounds.codes(size)), (1.0,) * size, technosphere, emissions)


def spreads(count: int, seed: int) -> list[Distribution]:
    """Return a distribution for each number, over the number."""
    generator = np.random.Generator(np.random.Philox(key=seed))
    kinds = generator.choice([LOGNORMAL, NORMAL, UNIFORM, TRIANGULAR], count, p=[0.9, 0.03, 0.03, 0.04])
    widths = generator.uniform(0.03, 0.4, count)
    return [_spread(str(kind), float(w)) for kind, w in zip(kinds, widths, strict=True)]


def _spread(kind: str, width: float) -> Distribution:
    if kind in {LOGNORMAL, NORMAL}:
        return Distribution(kind, (width if kind == LOGNORMAL else width / 2,))
    return Distribution(kind, (1 - width, 1 + 2 * width) if kind == UNIFORM else (1 - width, 1.0, 1 + 2 * width))


def entries(matrix: str, cells: Any, values: list[float], given: list[Distribution | None], flip: list[bool]) -> Any:
    """Return the arrays of a matrix as bw2calc reads them: what `Distribution` says of a ratio, said of the number."""
    rows = [_read(value, spread) for value, spread in zip(values, given, strict=True)]
    names = ("uncertainty_type", "loc", "scale", "minimum", "maximum", "negative")
    found = {f"{matrix} {name}": np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    return found | {
        f"{matrix} row": np.array(cells[0]), f"{matrix} col": np.array(cells[1]),
        f"{matrix} value": np.array(values), f"{matrix} flip": np.array(flip),
    }  # fmt: skip


def _read(value: float, of: Distribution | None) -> tuple[float, ...]:
    if of is None:
        return 0, value, math.nan, math.nan, math.nan, False
    ends = sorted((of.parameters[0] * value, of.parameters[-1] * value))
    if of.kind == LOGNORMAL:
        return 2, math.log(abs(value)), of.parameters[0], math.nan, math.nan, value < 0
    if of.kind == NORMAL:
        return 3, value, of.parameters[0] * abs(value), math.nan, math.nan, False
    mode = of.parameters[1] * value if of.kind == TRIANGULAR else math.nan
    return NUMBER[of.kind], mode, math.nan, *ends, False


def theirs(system: System, scatter: Scatter) -> dict[str, Any]:
    """Return both matrices of a system as bw2calc reads them: outputs without a distribution on the diagonal."""
    n = len(system.codes)
    activities, products, amounts = (list(part) for part in zip(*system.technosphere, strict=True))
    ids = list(range(1, n + 1))
    cells = ([*ids, *(p + 1 for p in products)], [*ids, *(a + 1 for a in activities)])
    flips = [False] * n + [True] * len(amounts)
    values = [*system.outputs, *amounts]
    emitting, burdens = [a + 1 for a, _, _ in system.emissions], [x for *_, x in system.emissions]
    return entries("technosphere", cells, values, [*[None] * n, *scatter.technosphere], flips) | entries(
        "biosphere", ([n + 1] * len(emitting), emitting), burdens, list(scatter.emissions), [False] * len(emitting)
    )


def differences(ours: Any, other: Any) -> Iterator[tuple[str, float, float]]:
    """Yield what two samples differ in: its ratio, and the difference over its standard error [-].

    Standard errors of variances from the fourth moments; of quantiles from how many of the others lie below ours.
    """
    from scipy import stats

    samples = [ours, other]
    if min(ours.min(), other.min()) > 0:
        logs = [np.log(each) for each in samples]
        gap = math.sqrt(sum(each.var(ddof=1) / len(each) for each in logs))
        yield "mean of logarithms", math.exp(logs[0].mean() - logs[1].mean()), (logs[0].mean() - logs[1].mean()) / gap
    gap = math.sqrt(sum(each.var(ddof=1) / len(each) for each in samples))
    yield "mean", ours.mean() / other.mean(), (ours.mean() - other.mean()) / gap
    ratio = ours.var(ddof=1) / other.var(ddof=1)
    gap = math.sqrt(sum((stats.kurtosis(each) + 2) / len(each) for each in samples))
    yield "deviation", math.sqrt(ratio), math.log(ratio) / gap
    for p in (0.025, 0.25, 0.5, 0.75, 0.975):
        level = float(np.quantile(ours, p))
        gap = math.sqrt(p * (1 - p) * sum(1 / len(each) for each in samples))
        yield f"quantile {p:g}", level / float(np.quantile(other, p)), (float((other < level).mean()) - p) / gap
    test = stats.ks_2samp(ours, other)
    yield "Kolmogorov-Smirnov", float(test.statistic), float(stats.norm.isf(test.pvalue / 2))


def judged(found: dict[str, list[tuple[str, float, float]]]) -> None:
    """Print every comparison, and whether all of them are within the sampling error."""
    from scipy import stats

    tests = [row for rows in found.values() for row in rows]
    limit = float(stats.norm.isf(LEVEL / 2 / len(tests)))
    for name, rows in found.items():
        print(f"{name}:", "; ".join(f"{what} {ratio:.4f} ({z:+.1f})" for what, ratio, z in rows))
    worst = max(abs(z) for *_, z in tests)
    print("(ours over theirs, in brackets the difference over its standard error)")
    verdict(f"largest of {len(tests)} differences, in standard errors", worst, limit, at_most=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=SIZE)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--their-draws", type=int, default=300, help="of each way, as far as the seconds reach")
    parser.add_argument("--seconds", type=float, default=300, help="for each way of bw2calc")
    parser.add_argument("--units", type=int, default=6, help="functional units whose moments are compared")
    parser.add_argument("--bw-python", nargs="+", default=[sys.executable], help="a Python with bw2calc; more of them")
    parser.add_argument("--background", type=Path, help="folder with the arrays of a background, instead of a made one")
    options = parser.parse_args()
    given = options.background
    whole = made(options.datasets, 1) if given is None else backgrounds.system(backgrounds.load(given))
    inputs, count = len(whole.technosphere), len(whole.technosphere) + len(whole.emissions)
    told = spreads(count, 2)
    scatter = Scatter(told[:inputs], told[inputs:])
    of = background(whole, scatter, frozenset(key.ghg for _, key, _ in whole.emissions), "bench")
    first = nominal(of)
    started = time.perf_counter()
    found = intensities(of, options.draws, 1)
    rate = options.draws / (time.perf_counter() - started)
    print(f"{len(whole.codes)} datasets, {inputs} inputs, {count} distributions")
    print(f"ours: {options.draws} draws, {rate:.3g} per second, all datasets each")
    step = max(1, len(first) // options.units)
    demands = [int(at) for at in np.flatnonzero(first > 0)[::step][: options.units]]
    compared: dict[str, list[tuple[str, float, float]]] = {}
    rates: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as work:
        npz = Path(work) / "background.npz"
        np.savez(npz, **theirs(whole, scatter))
        ways = [(python, "LCA", demands[:1]) for python in options.bw_python]
        for seed, (python, how, units) in enumerate([*ways, (options.bw_python[-1], "IterativeLCA", demands)]):
            words = [python, WAY, npz, how, options.seconds, options.their_draws, seed, *(at + 1 for at in units)]
            threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "2")
            other = json.loads(run(list(map(str, words)), **threads).splitlines()[-1])
            name = f"bw2calc {other['version']} {how}, {other['solver']}"
            rates[name] = 1 / other["seconds"]
            print(f"{name}: {len(other['scores'][0])} draws, {rates[name]:.3g} per second, one dataset each")
            for at, scores in zip(units, other["scores"], strict=True):
                compared[f"{name}, {whole.codes[at]}"] = list(differences(found[:, at], np.array(scores)))
    judged(compared)
    for name, their in rates.items():
        verdict(f"draws per second over those of {name}", rate / their, 10, at_most=False)
