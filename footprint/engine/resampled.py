"""A background drawn anew: all numbers of all datasets vary, and all intensities are solved for every draw.

For a draw, ``q = c + P q``: q are intensities, c direct burdens and P consumption per output, each entry times a draw
of its own. Solved by sweeps from the nominal intensities, by factorisation where these do not settle; checked by the
residual, and for loops that gain: by the signs of intensities where nothing is negative, else by `loops`. Every entry
has a stream of its own, SplitMix64, that begins with the sha256 of seed and name: the same row of another version of a
database, or of one with more rows, is drawn the same. Draws depend on seed and database alone: products share them, so
that they can be compared, and they are stored once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from footprint import kept
from footprint.engine.loops import gaining
from footprint.errors import CalculationError, problem
from footprint.model.system import System
from footprint.model.uncertain import LOGNORMAL, NORMAL, UNIFORM, Distribution
from footprint.provenance import Place

if TYPE_CHECKING:
    import numpy as np

TOLERANCE = 1e-12
_ACCEPTED = 1e-8
_SWEEPS = 300
_PART = 16_384
"""Entries drawn at a time: they stay in the cache of a processor."""


Spread = float | Distribution | None
"""Of an entry over itself [-]; a number is the standard deviation of its logarithm, None: nobody states one."""


class Scatter(NamedTuple):
    """The spread of each entry of a system, in the order of the system; outputs of activities are certain.

    ``names``: what the entries of both are called; by database and number where nobody says.
    """

    technosphere: Sequence[Spread]
    emissions: Sequence[Spread]
    names: tuple[Sequence[str], Sequence[str]] | None = None


class _Alike(NamedTuple):
    """The uncertain entries of one kind, by number: a column of ``parameters`` each."""

    kind: str
    at: np.ndarray
    parameters: tuple[np.ndarray, ...]


class _Entries(NamedTuple):
    """Numbers in the cells of a matrix: ``place`` sorts them by cell, ``starts`` tell where a cell begins."""

    names: Sequence[str]
    values: np.ndarray
    uncertain: tuple[_Alike, ...]
    place: np.ndarray
    starts: np.ndarray

    def streams(self, seed: int) -> np.ndarray:
        """Return where the stream of each entry begins."""
        import numpy as np

        found = b"".join(sha256(f"{seed}\n{name}".encode()).digest()[:8] for name in self.names)
        return np.asarray(np.frombuffer(found, "<u8"))

    def drawn(self, streams: np.ndarray, draw: int) -> np.ndarray:
        """Return the sums of the cells with each entry times draw number ``draw`` of its own."""
        import numpy as np

        values = self.values.copy()
        for kind, numbers, parameters in self.uncertain:
            for first in range(0, len(numbers), _PART):
                part = slice(first, first + _PART)
                share = _uniform(streams[numbers[part]], draw)
                values[numbers[part]] *= _quantile(kind, [p[part] for p in parameters], share)
        return np.asarray(np.add.reduceat(values[self.place], self.starts)) if len(values) else values


def _uniform(streams: np.ndarray, draw: int) -> np.ndarray:
    """Return number ``draw`` of each stream, between 0 and 1 and neither.

    References: Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014 (SplitMix64).
    """
    import numpy as np

    bits = streams + np.uint64((draw + 1) * 0x9E3779B97F4A7C15 % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        bits ^= bits >> np.uint64(shift)
        bits *= np.uint64(factor)
    bits >>= np.uint64(11)
    found: np.ndarray = bits.astype(float)
    found += 0.5
    found *= 2.0**-53
    return np.asarray(found)


def _quantile(kind: str, p: Sequence[np.ndarray], share: np.ndarray) -> np.ndarray:
    """Return the quantiles of distributions of one kind [-]; a lognormal has its median second."""
    import numpy as np
    from scipy.special import ndtri

    if kind == NORMAL:
        return np.asarray(1.0 + p[0] * ndtri(share))
    if kind == LOGNORMAL:
        return np.asarray(p[1] * np.exp(p[0] * ndtri(share)))
    if kind == UNIFORM:
        return np.asarray(p[0] + (p[1] - p[0]) * share)
    low, mode, high = p
    up = low + np.sqrt(share * (high - low) * (mode - low))
    down = high - np.sqrt((1 - share) * (high - low) * (high - mode))
    return np.asarray(np.where(share * (high - low) < mode - low, up, down))


class Background(NamedTuple):
    """A system ready to be drawn: ``consumption`` by (activity, consumed), ``burdens`` by activity, both per output."""

    name: str
    consumption: _Entries
    burdens: _Entries
    pattern: tuple[np.ndarray, np.ndarray]
    emitting: np.ndarray
    size: int
    is_positive: bool

    def solved(self, data: np.ndarray, direct: np.ndarray, start: np.ndarray) -> np.ndarray:
        """Return the intensities [kg CO2e/unit] of one set of numbers; ``start``: where to look for them first."""
        import numpy as np
        import scipy.sparse as sp

        consumed = sp.csr_array((data, *self.pattern), (self.size, self.size))
        burdens = np.zeros(self.size)
        burdens[self.emitting] = direct
        result = _swept(consumed, burdens, start)
        is_sound = True
        if result is None:
            result = _directly(consumed, burdens, start)
            is_sound = self.is_positive or not gaining(consumed.T.tocsr(), 1.0)
        scale = float(np.abs(result).max(initial=0.0)) or 1.0
        error = float(np.abs(burdens + consumed @ result - result).max(initial=0.0)) / scale
        flips = self.is_positive and result.min(initial=0.0) < -_ACCEPTED * scale
        if not error <= _ACCEPTED or flips or not is_sound:
            raise CalculationError(problem("draw-infeasible", Place(self.name), error=f"{error:.1e}"))
        return result


def _swept(consumed: Any, burdens: np.ndarray, start: np.ndarray) -> np.ndarray | None:
    """Return the fixed point that repeated supply leads to, None where it does not settle soon.

    No product of vectors is taken, so that no library's threads change a bit or cost time.
    """
    import numpy as np

    before = start
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(_SWEEPS):
            after = burdens + consumed @ before
            if float(np.abs(after - before).max(initial=0.0)) <= TOLERANCE * float(np.abs(after).max(initial=0.0)):
                return np.asarray(after)
            before = after
    return None


def _directly(consumed: Any, burdens: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return the solution by BiCGSTAB, by factorisation where that does not converge."""
    import numpy as np
    import scipy.sparse as sp
    from scipy.sparse.linalg import bicgstab, splu

    matrix = sp.eye_array(len(burdens), format="csr") - consumed
    found, failed = bicgstab(matrix, burdens, x0=start, rtol=TOLERANCE, maxiter=_SWEEPS)
    return np.asarray(splu(matrix.tocsc()).solve(burdens) if failed else found)


def background(system: System, scatter: Scatter, counted: frozenset[str], name: str) -> Background:
    """Return ``system`` ready to be drawn; ``counted``: the GHG classes that are summed."""
    import numpy as np

    outputs = np.asarray(system.outputs, float)
    rows, columns, amounts = (np.array(part) for part in zip(*system.technosphere, strict=True)) if (
        system.technosphere
    ) else (np.zeros(0, int), np.zeros(0, int), np.zeros(0))  # fmt: skip
    chosen = [at for at, (_, key, _) in enumerate(system.emissions) if key.ghg in counted]
    emitting = np.array([system.emissions[at][0] for at in chosen], int)
    burdens = np.array([system.emissions[at][2] for at in chosen], float)
    inputs, emissions = scatter.names or (
        [f"{name} technosphere {at}" for at in range(len(rows))],
        [f"{name} emissions {at}" for at in range(len(system.emissions))],
    )
    consumed = _entries(rows * len(outputs) + columns, amounts / outputs[rows], scatter.technosphere, inputs)
    spreads = [scatter.emissions[at] for at in chosen]
    direct = _entries(emitting, burdens / outputs[emitting], spreads, [emissions[at] for at in chosen])
    cells = (rows * len(outputs) + columns)[consumed.place][consumed.starts] if len(rows) else rows
    pointer = np.searchsorted(cells // max(1, len(outputs)), np.arange(len(outputs) + 1))
    where = emitting[direct.place][direct.starts] if len(emitting) else emitting
    is_positive = all(_stays_positive(entries) for entries in (consumed, direct))
    pattern = (cells % max(1, len(outputs)), pointer)
    return Background(name, consumed, direct, pattern, where, len(outputs), is_positive)


def _entries(cells: np.ndarray, values: np.ndarray, scatter: Sequence[Spread], names: Sequence[str]) -> _Entries:
    import numpy as np

    place = np.argsort(cells, kind="stable")
    ordered = cells[place]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(cells) else np.zeros(0, int)
    return _Entries(names, values, tuple(_alike(scatter)), place, starts)


def _alike(scatter: Sequence[Spread]) -> Iterator[_Alike]:
    """Yield the uncertain entries kind by kind."""
    import numpy as np

    kinds: dict[str, list[tuple[int, tuple[float, ...]]]] = {}
    for at, spread in enumerate(scatter):
        given = spread if isinstance(spread, Distribution) else Distribution(LOGNORMAL, (spread or 0.0,))
        if given.deviation:
            told = (given.parameters[0], given.median) if given.kind == LOGNORMAL else given.parameters
            kinds.setdefault(given.kind, []).append((at, told))
    for kind in sorted(kinds):
        numbers, parameters = zip(*kinds[kind], strict=True)
        columns = tuple(np.array(column, float) for column in zip(*parameters, strict=True))
        yield _Alike(kind, np.array(numbers, int), columns)


def _stays_positive(entries: _Entries) -> bool:
    """Return whether no draw of any entry is below zero."""
    bounded = all(a.kind == LOGNORMAL or (a.kind != NORMAL and a.parameters[0].min() >= 0) for a in entries.uncertain)
    return bounded and bool((entries.values >= 0).all())


def nominal(of: Background) -> np.ndarray:
    """Return the intensities without any draw [kg CO2e/unit]."""
    import numpy as np

    still = (entries._replace(uncertain=()) for entries in (of.consumption, of.burdens))
    consumed, direct = (entries.drawn(np.zeros(0), 0) for entries in still)
    return of.solved(consumed, direct, np.zeros(of.size))


def intensities(of: Background, draws: int, seed: int) -> np.ndarray:
    """Return the intensities of all datasets [kg CO2e/unit], one row per draw."""
    import numpy as np

    first = nominal(of)
    consuming, emitting = of.consumption.streams(seed), of.burdens.streams(seed)
    found = np.empty((draws, of.size))
    for draw in range(draws):
        found[draw] = of.solved(of.consumption.drawn(consuming, draw), of.burdens.drawn(emitting, draw), first)
    return found


MAKERS = ("background", "engine", "quality", "model", "data")
"""The rooms whose code makes the draws."""


def stored(of: Background, draws: int, seed: int, checksum: str) -> np.ndarray:
    """Return the intensities of `intensities`, from where they were kept before; ``checksum`` is that of the database.

    More draws begin with the same ones, so that products of different requests share what they have in common.
    """
    import numpy as np

    name, source = f"{of.name} {seed} {draws} {of.size}", checksum.encode() + kept.code(*MAKERS)
    content = kept.recall("draws", name, source)
    if content is None:
        made = intensities(of, draws, seed)
        kept.keep("draws", name, made.tobytes(), source)
        return made
    return np.frombuffer(content).reshape(draws, of.size)
