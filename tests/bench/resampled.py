"""A background of ecoinvent's size drawn anew: ours against bw2calc's own iteration, same lognormals, same process."""

from __future__ import annotations

import argparse
import math
import time
import warnings
from pathlib import Path
from typing import Any

import backgrounds
import numpy as np
from measure import verdict

from footprint.engine.resampled import Background, Scatter, background, intensities, nominal
from footprint.model.background import Key
from footprint.model.system import System

SIZE, INPUTS, HUBS, SIGMA = 23_523, 10, 400, 0.1


def made(size: int, seed: int) -> System:
    """Return a system of ten inputs each: four of hubs (which need each other: loops), six of what stands near.

    Direct solvers fill such a matrix about as much as that of ecoinvent; at most 0.7 of an output goes into inputs.
    """
    generator = np.random.Generator(np.random.Philox(key=seed))
    rows = np.repeat(np.arange(size), INPUTS)
    near = np.minimum(rows + generator.integers(1, 40, len(rows)), size - 1)
    hubs = (HUBS * generator.random(len(rows)) ** 2).astype(int) + size - HUBS
    columns = np.where(np.tile(np.arange(INPUTS) < 4, size), hubs, near)
    amounts = generator.random((size, INPUTS))
    amounts *= (0.7 * generator.random(size) / amounts.sum(axis=1))[:, None]
    key = Key("fossil", "AR6", "secondary")
    technosphere = zip(rows.tolist(), columns.tolist(), amounts.ravel().tolist(), strict=True)
    emissions = [(at, key, float(x)) for at, x in enumerate(generator.random(size))]
    kept = tuple((a, b, x) for a, b, x in technosphere if a != b)
    return System(tuple(backgrounds.codes(size)), (1.0,) * size, kept, tuple(emissions))


def theirs(system: System, sigma: float) -> Any:
    """Return a bw2calc.LCA of dataset 0, every input and emission lognormal."""
    import bw2calc
    import bw_processing as bwp

    def package(matrix: str, entries: Any, flip: Any, spread: Any) -> Any:
        rows, columns, values = entries
        found = bwp.create_datapackage(sum_intra_duplicates=True)
        scatter = np.zeros(len(values), dtype=bwp.UNCERTAINTY_DTYPE)
        scatter["uncertainty_type"] = np.where(spread, 2, 0)
        scatter["loc"] = np.where(spread, np.log(values), values)
        scatter["scale"] = np.where(spread, sigma, np.nan)
        for name in ("shape", "minimum", "maximum"):
            scatter[name] = np.nan
        indices = np.array(list(zip(rows, columns, strict=True)), dtype=bwp.INDICES_DTYPE)
        found.add_persistent_vector(matrix=matrix, name=matrix, indices_array=indices, data_array=np.asarray(values),
                                    flip_array=flip, distributions_array=scatter)  # fmt: skip
        return found

    n = len(system.codes)
    activities, products, amounts = (np.array(part) for part in zip(*system.technosphere, strict=True))
    ids = np.arange(1, n + 1)
    tech = (np.r_[ids, products + 1], np.r_[ids, activities + 1], np.r_[np.ones(n), amounts])
    consumed = np.r_[np.zeros(n, bool), np.ones(len(amounts), bool)]
    emitting = np.array([a for a, _, _ in system.emissions])
    burdens = (np.full(len(emitting), n + 1), emitting + 1, np.array([x for *_, x in system.emissions]))
    packages = [
        package("technosphere_matrix", tech, consumed, consumed),
        package("biosphere_matrix", burdens, np.zeros(len(emitting), bool), np.ones(len(emitting), bool)),
        package("characterization_matrix", ([n + 1], [0], [1.0]), np.zeros(1, bool), np.zeros(1, bool)),
    ]
    lca = bw2calc.LCA({1: 1}, data_objs=packages, use_distributions=True)
    lca.lci()
    lca.lcia()
    return lca


def ours(system: System, sigma: float) -> Background:
    """Return the same system ready to be drawn."""
    scatter = Scatter([sigma] * len(system.technosphere), [sigma] * len(system.emissions))
    return background(system, scatter, frozenset({"fossil"}), "bench")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=SIZE)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--their-draws", type=int, default=5)
    parser.add_argument("--sigma", type=float, default=SIGMA)
    parser.add_argument("--background", type=Path, help="folder with the arrays of a background, instead of a made one")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    given = options.background
    whole = made(options.datasets, 1) if given is None else backgrounds.system(backgrounds.load(given))
    of = ours(whole, options.sigma)
    first = nominal(of)[0]
    started = time.perf_counter()
    found = intensities(of, options.draws, 1)[:, 0]
    rate = options.draws / (time.perf_counter() - started)
    lca = theirs(whole, options.sigma)
    next(lca)
    started = time.perf_counter()
    scores = []
    for _ in range(options.their_draws):
        next(lca)
        scores.append(lca.score)
    their_rate = options.their_draws / (time.perf_counter() - started)
    print(f"{len(whole.codes)} datasets, {len(whole.technosphere)} inputs; nominal intensity of the first {first:.6g}")
    print(f"ours: mean {found.mean():.5g}, deviation {found.std(ddof=1):.3g}, {rate:.3g} draws/s, all datasets each")
    spread = np.std(scores, ddof=1) if len(scores) > 1 else math.nan
    print(f"bw2calc: mean {np.mean(scores):.5g}, deviation {spread:.3g}, {their_rate:.3g} draws/s, one dataset each")
    verdict("draws per second over those of bw2calc's own iteration", rate / their_rate, 10, at_most=False)
