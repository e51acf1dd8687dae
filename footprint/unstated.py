"""What of a result rests on numbers of which nobody says how far they may be off: they count as exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import fsum
from typing import Any, NamedTuple

from footprint.engine.response import Known, Response
from footprint.engine.supply import supply
from footprint.model.graph import Exchange, Kind, Ruled
from footprint.provenance import Place

_Shares = dict[str, dict[str, float]]


class Unstated(NamedTuple):
    """Shares of the absolute result [-] behind ``amounts``, ``factors`` and ``both`` without a statement.

    ``cells``: each such number, or line without one, with the share it carries, the largest first; ``datasets``: keys,
    and the flows of lines without a dataset, with theirs.
    """

    amounts: float
    factors: float
    both: float
    cells: dict[str, float]
    datasets: dict[str, float]


def unstated(ruled: Ruled, of: Response, known: Known) -> Unstated:
    """Return what of a result rests on numbers that count as exact.

    A contribution does where its own amount, its factor, or any amount between it and the product does: lines between
    own processes, parameters and the outputs they are for.
    """
    values = [abs(of.runs[leaf.activity] * leaf.value) for leaf in of.leaves]
    lines = [leaf.posting.exchange for leaf in of.leaves]
    whole = fsum(values) or 1.0
    stated = _reached(ruled, of, known)
    sure = [v * stated.get(line.activity, 0.0) * _is_stated(line, known) for v, line in zip(values, lines, strict=True)]
    open_ = [v - s for v, s in zip(values, sure, strict=True)]
    factors = [line.dataset is None or line.dataset.key not in known.datasets for line in lines]
    datasets: dict[str, float] = {}
    for line, value, is_open in zip(lines, values, factors, strict=True):
        if is_open:
            key = line.target if line.dataset is None else line.dataset.key
            datasets[key] = datasets.get(key, 0.0) + value / whole
    return Unstated(
        fsum(open_) / whole,
        fsum(v for v, is_open in zip(values, factors, strict=True) if is_open) / whole,
        fsum(v for v, is_open in zip(open_, factors, strict=True) if is_open) / whole,
        _sorted(_cells(ruled, of, known), whole), _sorted(datasets.items(), 1.0),
    )  # fmt: skip


def _is_stated(line: Exchange, known: Known) -> bool:
    return bool(line.amount.cells) and not [*_open(line.amount.cells, known)]


def _reached(ruled: Ruled, of: Response, known: Known) -> dict[str, float]:
    """Return for each activity the share of its runs [-] that stated numbers alone ask for."""
    activities = ruled.graph.activities
    firm = {a for a, activity in activities.items() if not [*_open(activity.cells, known)]}
    shares: _Shares = {a: {} for a in of.consumption}
    for line in ruled.exchanges:
        if line.kind is Kind.ACTIVITY and line.target in firm and not [*_open(line.amount.cells, known)]:
            share = line.coefficient * line.amount.value / activities[line.target].output
            shares[line.activity][line.target] = shares[line.activity].get(line.target, 0.0) + share
    runs = supply(shares, {of.root: of.needed} if of.root in firm else {}, of.file)
    return {a: min(max(runs.get(a, 0.0) / whole, 0.0), 1.0) if whole else 0.0 for a, whole in of.runs.items()}


def _cells(ruled: Ruled, of: Response, known: Known) -> Iterator[tuple[str, float]]:
    """Yield every number without a statement with what it carries [kg CO2e], once for each place where it acts."""
    worth = _worth(of)
    for leaf in of.leaves:
        line = leaf.posting.exchange
        value = abs(of.runs[leaf.activity] * leaf.value)
        cells = line.amount.cells or (line.place,)
        yield from ((cell.address, value) for cell in _open(cells, known))
    for line in ruled.exchanges:
        if line.kind is Kind.ACTIVITY:
            share = line.coefficient * line.amount.value / ruled.graph.activities[line.target].output
            value = abs(of.runs[line.activity] * share) * worth[line.target]
            yield from ((cell.address, value) for cell in _open(line.amount.cells, known))
    for id_, activity in ruled.graph.activities.items():
        value = abs(of.runs[id_]) * worth[id_]
        yield from ((cell.address, value) for cell in _open(activity.cells, known))


def _open(cells: Iterable[Place], known: Known) -> Iterator[Place]:
    return (cell for cell in dict.fromkeys(cells) if cell not in known.cells)


def _worth(of: Response) -> Mapping[str, float]:
    """Return the absolute contributions that one run of each activity asks for [kg CO2e]: one solve of the adjoint."""
    burdens: dict[str, list[float]] = {}
    for leaf in of.leaves:
        burdens.setdefault(leaf.activity, []).append(abs(leaf.value))
    transposed: dict[str, dict[str, float]] = {a: {} for a in of.consumption}
    for consumer, consumed in of.consumption.items():
        for activity, share in consumed.items():
            transposed[activity][consumer] = share
    return supply(transposed, {a: fsum(found) for a, found in burdens.items()}, of.file)


def _sorted(found: Iterable[tuple[str, Any]], whole: float) -> dict[str, float]:
    sums: dict[str, list[float]] = {}
    for name, value in found:
        sums.setdefault(name, []).append(value)
    shares = {name: min(fsum(values) / whole, 1.0) for name, values in sums.items()}
    return dict(sorted(shares.items(), key=lambda each: (-each[1], each[0])))
