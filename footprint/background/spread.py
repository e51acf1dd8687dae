"""How far the published numbers of a database may be off, as its rows say."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from footprint import units
from footprint.background import source, systems
from footprint.background.open import Database
from footprint.background.source import Row
from footprint.errors import Problem
from footprint.model.background import Dataset

Sigma = Callable[[str, float | None, str], float | None]
_SERVICE, _TRANSPORT, _DEMAND = "t·km", "transport", "demand"


def published(database: Database, datasets: list[Dataset], gwp_set: str) -> dict[str, float]:
    """Return the standard deviation of the logarithm [-] of each factor whose rows state one, by code.

    A factor of several rows: to first order, rows without a statement being certain. A unit process is no number that
    somebody published, and stands for nothing here.
    """
    wanted = {dataset.code: dataset for dataset in datasets if dataset.kind == "factor"}
    rows: dict[str, list[Row]] = {}
    for row in _exchanges(database) if wanted else ():
        if row["activity"] in wanted and row["direction"] == "emission":
            rows.setdefault(row["activity"], []).append(row)
    found = {code: _together(own, gwp_set) for code, own in rows.items() if any(row.get("gsd") for row in own)}
    return {code: sigma for code, sigma in found.items() if sigma}


def _exchanges(database: Database) -> tuple[Row, ...]:
    if database.given is not None:
        return database.given.exchanges
    ignored: list[Problem] = []
    return source.table(database.folder, "exchanges.csv", source.COLUMNS["exchanges.csv"], ignored)


def _together(rows: list[Row], gwp_set: str) -> float:
    """Return the relative standard deviation of a sum of lognormal rows [-], as that of its logarithm."""
    amounts = [systems.emission(row, gwp_set)[1] for row in rows]
    whole = math.fsum(amounts)
    parts = [x * math.log(float(row.get("gsd") or 1)) for x, row in zip(amounts, rows, strict=True)]
    return math.sqrt(math.fsum(part * part for part in parts)) / abs(whole) if whole else 0.0


def scatter(src: source.Source, of: Sigma) -> tuple[list[float], list[float]]:
    """Return the standard deviation of the logarithm [-] of each input and emission of ``src``, in their order.

    ``of``: scores of a dataset, the published deviation of a row and its kind of flow -> its deviation; 0 where that
    knows none.
    """
    rows = {row["code"]: row for row in src.activities}
    inputs: list[float] = []
    emissions: list[float] = []
    for row in src.exchanges:
        published = math.log(float(row["gsd"])) if row.get("gsd") else None
        sigma = of(rows[row["activity"]].get("pedigree", ""), published, _kind(row, rows)) or 0.0
        if row["direction"] == "emission":
            emissions.append(sigma)
        elif rows[row["flow"]]["kind"] != "gap":
            inputs.append(sigma)
    return inputs, emissions


def _kind(row: Row, rows: Mapping[str, Row]) -> str:
    """Return what a row moves: a gas by its name, a service of transport, or another demand."""
    if row["direction"] == "emission":
        return row["flow"]
    return _TRANSPORT if units.unit(rows[row["flow"]]["unit"]) == units.unit(_SERVICE) else _DEMAND
