"""How far the published numbers of a database may be off, as its rows say.

A geometric standard deviation is ``basic``, so that the scores of the dataset come on top, or ``total``: what its
source made of a basic one and of scores of its own, or what somebody states of the number as it is used here. The
column `source.GSD_IS` of a row says which, else that of a document it cites; basic where neither does.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple

from footprint import units
from footprint.background import source
from footprint.background.source import Row

Sigma = Callable[[str, float | None, str], float | None]
_CONTENT = ("amount", "unit", "gwp_set", "gsd", "citation")
_SERVICE, _TRANSPORT, _DEMAND = "t·km", "transport", "demand"


def as_published(scores: str, published: float | None, kind: str) -> float | None:  # noqa: ARG001  one of many `Sigma`
    """Return what is published of a row and nothing else."""
    return published


class Spreads(NamedTuple):
    """Of each input and each emission of a database, in their order: a name by content, and the standard deviation.

    Of the logarithm [-]; None where nobody states one. Equal names are one and the same number, in other versions too.
    """

    inputs: tuple[tuple[str, float | None], ...]
    emissions: tuple[tuple[str, float | None], ...]


def spreads(src: source.Source, of: Sigma) -> Spreads:
    """Return how far each input and emission of ``src`` may be off; what leads to a gap is none of them.

    ``of``: scores of a dataset, the published deviation of a row and its kind of flow -> its deviation; None where that
    knows none.
    """
    gaps = {row["code"] for row in src.activities if row["kind"] == "gap"}
    inputs: list[tuple[str, float | None]] = []
    emissions: list[tuple[str, float | None]] = []
    names = _names(src.exchanges)
    for row, name, sigma in zip(src.exchanges, names, sigmas(src, of), strict=True):
        if row["direction"] == "emission":
            emissions.append((name, sigma))
        elif row["flow"] not in gaps:
            inputs.append((name, sigma))
    return Spreads(tuple(inputs), tuple(emissions))


def _names(exchanges: tuple[Row, ...]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for row in exchanges:
        content = sha256(repr([row.get(key, "") for key in _CONTENT]).encode()).hexdigest()[:12]
        name = f"{row['activity']} {row['direction']} {row['flow']} {content}"
        counts[name] += 1
        yield name if counts[name] == 1 else f"{name} #{counts[name]}"


def sigmas(src: source.Source, of: Sigma) -> Iterator[float | None]:
    """Yield the standard deviation of the logarithm [-] of each exchange of ``src``; see `spreads`."""
    rows = {row["code"]: row for row in src.activities}
    for row in src.exchanges:
        published = math.log(float(row["gsd"])) if row.get("gsd") else None
        is_whole = published is not None and is_total(src, row)
        scores = "" if is_whole else row.get("pedigree") or rows[row["activity"]].get("pedigree", "")
        yield of(scores, published, _kind(row, rows))


def is_total(src: source.Source, row: Row) -> bool:
    """Return whether the published deviation of a row holds everything; the row says so, or a document it cites."""
    if row.get(source.GSD_IS):
        return row[source.GSD_IS] == source.TOTAL
    cited = (src.documents.get(name) for name in source.documents_of(row.get("citation", "")))
    return any(document is not None and document.get(source.GSD_IS) == source.TOTAL for document in cited)


def _kind(row: Row, rows: Mapping[str, Row]) -> str:
    """Return what a row moves: a gas by its name, a service of transport, or another demand."""
    if row["direction"] == "emission":
        return row["flow"]
    return _TRANSPORT if units.unit(rows[row["flow"]]["unit"]) == units.unit(_SERVICE) else _DEMAND
