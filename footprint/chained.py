"""How far datasets may be off, and with which others: all the numbers of their chains, kept once worked out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from footprint import kept
from footprint.background import source, systems
from footprint.background.open import Database
from footprint.background.source import Source
from footprint.background.spread import spreads
from footprint.engine.chain import Chain
from footprint.model.background import Dataset
from footprint.model.result import Result
from footprint.model.uncertain import Distribution, lognormal
from footprint.quality.pedigree import spread, tables

CHAIN, PUBLISHED, PEDIGREE = "chain", "published", "pedigree"
_FACTOR = "factor"


MAKERS = (".", "background", "engine", "quality", "model", "data")
"""The rooms whose code works out what is kept of chains."""


class Chained(NamedTuple):
    """How far a dataset may be off: mean and standard deviation over its nominal intensity [-].

    ``basis``: a chain, or, of a factor, a published deviation or scores alone; ``causes``: the rows it comes from, by
    name, with its correlation to each [-]; ``exact``: rows of which nobody states how far they may be off, by name,
    with the share of the intensity on each [-]; ``open``: on any.
    """

    mean: float
    deviation: float
    basis: str
    causes: tuple[tuple[str, float], ...]
    exact: tuple[tuple[str, float], ...] = ()
    open: float = 0.0

    @property
    def distribution(self) -> Distribution:
        """The lognormal distribution of this mean and standard deviation."""
        return lognormal(self.mean, self.deviation)


_Known = dict[str, Chained | None]


def chained(database: Database, datasets: Sequence[Dataset], result: Result) -> dict[str, Chained]:
    """Return how far ``datasets`` may be off, by code, as far as the rows of their database tell.

    Lognormal with the mean and deviation that all numbers of their chain give them, as far as their scatter or pedigree
    is known. A row behind two datasets is one number. A database without its rows says nothing here.
    """
    if not datasets or (database.given is None and not (database.folder / source.META).is_file()):
        return {}
    wanted = [dataset.code for dataset in datasets]
    found = _known(database, wanted, result)
    told = {code: found[code] for code in wanted}
    return {code: row for code, row in told.items() if row}


def _known(database: Database, wanted: Sequence[str], result: Result) -> _Known:
    """Return what is known of ``wanted``, from where it was kept before as far as it was; rows given are read anew."""
    if database.given is not None:
        return _worked_out(database, wanted, result)
    ledger = result.ledger
    rated = f"{'-'.join(sorted(ledger.headline))} {result.pcr.matrix}"
    name = f"{database.info.id}@{database.info.version} {ledger.gwp_set} {rated}"
    checksum = f"{database.info.checksum} {tables()}".encode() + kept.code(*MAKERS)
    content = kept.recall("chains", name, checksum)
    found: _Known = {} if content is None else _read(content)
    missing = [code for code in wanted if code not in found]
    if missing:
        found |= _worked_out(database, missing, result)
        kept.keep("chains", name, json.dumps(found, sort_keys=True).encode(), checksum)
    return found


def _read(content: bytes) -> _Known:
    rows = json.loads(content).items()
    return {code: row and _told(*row) for code, row in rows}


def _told(mean: float, deviation: float, basis: str, *rows: Any) -> Chained:
    *named, open_ = rows
    causes, exact = (tuple((name, share) for name, share in each) for each in named)
    return Chained(mean, deviation, basis, causes, exact, open_)


def _worked_out(database: Database, codes: Sequence[str], result: Result) -> _Known:
    from footprint.engine.chain import chains
    from footprint.engine.resampled import Scatter

    rows = database.given or source.read(database.folder)
    system = systems.system(rows, result.ledger.gwp_set)
    numbers = {code: number for number, code in enumerate(system.codes)}
    chosen = [numbers[code] for code in codes if code in numbers]
    of = spreads(rows, partial(spread, scheme=result.pcr.matrix))
    scatter = Scatter([sigma for _, sigma in of.inputs], [sigma for _, sigma in of.emissions])
    names = [name for part in of for name, _ in part]
    found = chains(system, scatter, result.ledger.headline, chosen)
    kinds = dict(_kinds(rows))
    known = {system.codes[at]: _named(each, kinds[system.codes[at]], names) for at, each in found}
    return {code: known.get(code) for code in codes}


def _named(of: Chain, basis: str, names: Sequence[str]) -> Chained | None:
    causes, exact = (tuple((names[number], share) for number, share in part) for part in (of.causes, of.exact))
    return Chained(of.mean, of.deviation, basis, causes, exact, of.open) if causes else None


def _kinds(src: Source) -> Iterator[tuple[str, str]]:
    """Yield what the spread of each dataset rests on."""
    published = {row["activity"] for row in src.exchanges if row.get("gsd")}
    for row in src.activities:
        of_factor = PUBLISHED if row["code"] in published else PEDIGREE
        yield row["code"], of_factor if row["kind"] == _FACTOR else CHAIN
