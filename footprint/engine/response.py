"""How a result answers to its random variables: every line as a product of powers of them.

A line is ``nominal x product of r^e`` over its variables, r being what was drawn over what was entered. A variable that
stands in many lines (a factor, a parameter, the output of a process) is one number in all of them. Runs of the
activities are solved anew for every draw, loops included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from footprint.engine.ledger import consumption
from footprint.model.graph import Exchange, Kind, Ruled
from footprint.model.ledger import Ledger, Posting
from footprint.model.uncertain import Variable
from footprint.provenance import Place

Powers = tuple[tuple[int, float], ...]
"""The variables, by number, that something is proportional to, each with its exponent [-]."""
DEMAND = "(demand)"
_Cells = Mapping[Place, tuple[int, ...]]
_ByLine = Mapping[str, Iterable[tuple[int, float]]]


class Inside(NamedTuple):
    """A line between two activities: ``share`` outputs of ``target`` per run of ``activity`` [-]."""

    activity: str
    target: str
    share: float
    powers: Powers


class Leaf(NamedTuple):
    """A line that leaves the bill: ``value`` per run of ``activity`` [kg CO2e]."""

    posting: Posting
    activity: str
    value: float
    powers: Powers


class Response(NamedTuple):
    """A ledger as a function of ``variables``.

    ``outputs``: powers of one over the output of an activity; ``demand``: activity -> runs [-], of the nominal bill;
    ``demanded``: powers of the items that one declared unit takes.
    """

    variables: tuple[Variable, ...]
    inside: tuple[Inside, ...]
    leaves: tuple[Leaf, ...]
    outputs: Mapping[str, Powers]
    demand: Mapping[str, float]
    consumption: Mapping[str, Mapping[str, float]]
    runs: Mapping[str, float]
    file: str
    demanded: Powers = ()


class Known(NamedTuple):
    """Where the variables stand: by cell of the workbook, by key of a dataset.

    ``elasticities``: of lines (and outputs of activities) by id, and of the items in a declared unit (`DEMAND`), what a
    variable does to them that is no proportion: relative change over relative change [-]. Those variables have no say
    in them through their cells.
    """

    cells: Mapping[Place, tuple[int, ...]]
    datasets: Mapping[str, int]
    elasticities: Mapping[int, Mapping[str, float]]


def response(ruled: Ruled, ledger: Ledger, variables: Sequence[Variable], known: Known) -> Response:
    """Return how the total of ``ledger`` answers to ``variables``."""
    activities = ruled.graph.activities
    cells = known.cells.items()
    plain = {place: tuple(at for at in numbers if at not in known.elasticities) for place, numbers in cells}
    by_line: dict[str, list[tuple[int, float]]] = {}
    for at, changes in known.elasticities.items():
        for line, exponent in changes.items():
            by_line.setdefault(line, []).append((at, exponent))
    outputs = {a: _powers([*_of_cells(act.cells, plain, -1.0), *by_line.get(a, ())]) for a, act in activities.items()}
    inside = tuple(
        Inside(e.activity, e.target, e.coefficient * e.amount.value / activities[e.target].output,
               _powers([*_of_cells(e.amount.cells, plain), *by_line.get(e.id, ())]))
        for e in ruled.exchanges if e.kind is Kind.ACTIVITY
    )  # fmt: skip
    leaves = tuple(_leaf(p, ledger, _of_leaf(p.exchange, plain, known.datasets, by_line)) for p in ledger.postings)
    consumed, runs = consumption(ruled.graph.activities, ruled.exchanges), ledger.supply
    root = ruled.graph.root
    returned = sum(runs[a] * shares.get(root, 0.0) for a, shares in consumed.items())
    demand = {root: runs[root] - returned}
    return Response(
        tuple(variables), inside, leaves, {a: p for a, p in outputs.items() if p}, demand, consumed, runs,
        ruled.graph.linked.bill.file, _powers(by_line.get(DEMAND, ())),
    )  # fmt: skip


def _leaf(posting: Posting, ledger: Ledger, powers: Powers) -> Leaf:
    line = posting.exchange
    factor = sum(value for key, value in posting.factor.items() if key.ghg in ledger.headline)
    return Leaf(posting, line.activity, line.coefficient * line.amount.value * factor, powers)


def _of_leaf(line: Exchange, cells: _Cells, datasets: Mapping[str, int], by_line: _ByLine) -> Powers:
    found = [*_of_cells(line.amount.cells, cells), *by_line.get(line.id, ())]
    if line.dataset is not None and line.dataset.key in datasets:
        found.append((datasets[line.dataset.key], 1.0))
    return _powers(found)


def _of_cells(cells: Iterable[Place], known: _Cells, exponent: float = 1.0) -> Iterator[tuple[int, float]]:
    return ((at, exponent) for cell in cells for at in known.get(cell, ()))


def _powers(found: Iterable[tuple[int, float]]) -> Powers:
    """Return each variable once, with the sum of its exponents."""
    sums: dict[int, float] = {}
    for at, exponent in found:
        sums[at] = sums.get(at, 0.0) + exponent
    return tuple((at, exponent) for at, exponent in sorted(sums.items()) if exponent)
