"""The reference for uncertainty: the whole system sampled, every number of the background drawn anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from footprint.background import source, systems
from footprint.background.open import Database
from footprint.background.spread import spreads
from footprint.engine import resampled
from footprint.engine.response import Known, Response, Traced, response
from footprint.engine.sampling import totals
from footprint.line import Prepared
from footprint.model.result import Result
from footprint.model.uncertain import LOGNORMAL, Distribution, Variable
from footprint.quality.pedigree import spread, tables

MOST = 1000
"""Draws of the background: each solves all of it."""


class Anew(NamedTuple):
    """A result as a function of its own variables and of datasets that were drawn anew, and the draws of these.

    ``given``: the draws over the nominal number [-], by the number of the variable; ``databases``: those drawn.
    """

    response: Response
    given: Mapping[int, Any]
    databases: tuple[str, ...]


Answer = tuple[Response, Known, Traced]
"""How a result answers to its own variables: the response, where they stand, and the ledger with its formulas."""


def anew(ready: Prepared, result: Result, ledger: Answer, count: int, seed: int) -> Anew | None:
    """Return a result with every dataset drawn anew ``count`` times; None where no database tells how it was made.

    ``ledger``: how the result answers to its own variables.
    """
    of, known, traced = ledger
    used = {p.exchange.dataset.key: p.exchange.dataset.code for p in traced.ledger.postings if p.exchange.dataset}
    ratios: dict[str, Any] = {}
    names = []
    for database in ready.background.databases:
        prefix = f"{database.info.id}@{database.info.version}"
        here = {key: code for key, code in used.items() if key == f"{prefix}:{code}"}
        if here and database.given is None and (database.folder / source.META).is_file():
            ratios |= dict(_drawn(database, result, here, count, seed))
            names.append(prefix)
    if not ratios:
        return None
    own = [v for v in of.variables if v.id not in ratios]
    at = {v.id: number for number, v in enumerate((*own, *map(_placeholder, ratios)))}
    old = {number: v.id for number, v in enumerate(of.variables)}
    moved = known._replace(
        cells={cell: tuple(at[old[number]] for number in numbers) for cell, numbers in known.cells.items()},
        datasets={key: at[key] for key in (*known.datasets, *ratios)},
    )
    found = response(traced, (*own, *map(_placeholder, ratios)), moved)
    return Anew(found, {at[key]: values for key, values in ratios.items()}, tuple(names))


def whole(
    ready: Prepared, result: Result, ledger: Answer, draws: int, seed: int
) -> tuple[Any, tuple[str, ...]] | None:
    """Return the draws of a result with every dataset drawn anew, and the databases that were."""
    count = min(draws, MOST)
    found = anew(ready, result, ledger, count, seed)
    if found is None:
        return None
    return totals(found.response, count, seed, found.given), found.databases


def _placeholder(key: str) -> Variable:
    return Variable(key, Distribution(LOGNORMAL, (0.0,)), "resampled")


def _drawn(
    database: Database, result: Result, codes: dict[str, str], draws: int, seed: int
) -> Iterator[tuple[str, Any]]:
    """Yield the intensity of each dataset over its nominal one [-], draw by draw, by key."""
    src = source.read(database.folder)
    system = systems.system(src, result.ledger.gwp_set)
    inputs, emissions = spreads(src, partial(spread, scheme=result.pcr.matrix))
    names = [name for name, _ in inputs], [name for name, _ in emissions]
    entries = resampled.Scatter([sigma for _, sigma in inputs], [sigma for _, sigma in emissions], names)
    of = resampled.background(system, entries, result.ledger.headline, src.id)
    first = resampled.nominal(of)
    headline = "-".join(sorted(result.ledger.headline))
    told = f"{database.info.checksum} {result.ledger.gwp_set} {headline} {tables()} {result.pcr.matrix}"
    drawn = resampled.stored(of, draws, seed, told)
    numbers = {code: number for number, code in enumerate(system.codes)}
    for key, code in codes.items():
        at = numbers[code]
        if first[at]:
            yield key, drawn[:, at] / first[at]
