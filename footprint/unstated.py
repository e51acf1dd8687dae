"""What of a result rests on numbers of which nobody says how far they may be off: they count as exact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from math import fsum
from typing import Any, NamedTuple

from footprint.engine.response import Known, Response
from footprint.engine.supply import supply
from footprint.messages import LANGUAGES
from footprint.model.bill import Bill
from footprint.model.graph import Exchange, Kind, Ruled
from footprint.model.pcr import Text
from footprint.model.result import Result
from footprint.provenance import Place

_DIGEST = re.compile(r" [0-9a-f]{12}(?=$| #)")
"""What tells two rows of one flow apart by content: nothing to read."""
_RATES: Mapping[str, tuple[str, ...]] = {
    "bom": ("loss", "recycled_share"), "processes": ("price",), "end_of_life": ("collection", "recovery"),
}  # fmt: skip
"""Numbers besides the amounts of rows that have a column for their uncertainty."""
_RATIOS: Mapping[str, tuple[str, ...]] = {
    "bom": ("supplier_share", "quality_in", "allocation_factor"),
    "processes": ("output_share", "unit_mass", "energy_content", "allocation_value"), "transport": ("mass",),
    "end_of_life": (
        "quality_out", "allocation_factor", "lhv", "heat_efficiency", "electricity_efficiency",
    ),
}  # fmt: skip
"""Numbers that have none."""
_DEFINED = frozenset({"declared_amount", "bom_quantity"})
"""Fields that are exact: they say what a result is stated for."""
_Shares = dict[str, dict[str, float]]


class Unstated(NamedTuple):
    """Shares of the absolute result [-] behind ``amounts``, ``factors`` and ``both`` without a statement.

    ``cells``: each such number, or line without one, with the share it carries, the largest first; ``datasets``: keys,
    and the flows of lines without a dataset, with theirs; ``rows``: those of databases, in the chains of datasets of
    which other rows state something.
    """

    amounts: float
    factors: float
    both: float
    cells: dict[str, float]
    datasets: dict[str, float]
    rows: dict[str, float]


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
    behind = [_behind(line, of, known) for line in lines]
    datasets = [(key, v * share) for v, (key, share, _) in zip(values, behind, strict=True) if share]
    rows = [(name, v * share) for v, (*_, exact) in zip(values, behind, strict=True) for name, share in exact]
    return Unstated(
        fsum(open_) / whole,
        fsum(carried for _, carried in datasets) / whole,
        fsum(v * share for v, (_, share, _) in zip(open_, behind, strict=True)) / whole,
        _sorted(_cells(ruled, of, known), whole), _sorted(datasets, whole), _sorted(rows, whole),
    )  # fmt: skip


def _behind(line: Exchange, of: Response, known: Known) -> tuple[str, float, Iterable[tuple[str, float]]]:
    """Return the factor of a line by key, the share of it that counts as exact [-], and the rows it rests on there."""
    if line.dataset is None:
        return line.target, 1.0, ()
    key = line.dataset.key
    if key not in known.datasets:
        return key, 1.0, ()
    found = of.variables[known.datasets[key]].exact
    database = key.split(":", 1)[0]
    return key, found.share, [(f"{database}:{_DIGEST.sub('', name)}", share) for name, share in found.rows]


def as_exact(result: Result, known: Known) -> dict[str, tuple[Text, ...]]:
    """Return what no draw moves, by the reason: warming potentials, numbers of the rules, and of the workbook."""
    bill = result.ruled.graph.linked.bill
    parameters = (p for p in result.pcr.parameters if p.id in result.used)
    fields = (
        e.place for key, e in bill.product.entries.items()
        if isinstance(e.value, float) and key not in _DEFINED and e.place not in known.cells
    )  # fmt: skip
    found = {
        "gwp": (_alike(result.ledger.gwp_set),),
        "parameters": tuple(p.title for p in parameters),
        "rates": _places(bill, _RATES, known),
        "ratios": _places(bill, _RATIOS, known),
        "fields": tuple(_alike(place.address) for place in fields),
    }
    return {reason: numbers for reason, numbers in found.items() if numbers}


def _places(bill: Bill, keys: Mapping[str, tuple[str, ...]], known: Known) -> tuple[Text, ...]:
    rows = ((row, of) for part, of in keys.items() for row in getattr(bill, part))
    places = (row.places[key] for row, of in rows for key in of if key in row.places and getattr(row, key))
    return tuple(_alike(place.address) for place in places if place not in known.cells)


def _alike(name: str) -> Text:
    return dict.fromkeys(LANGUAGES, name)


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
