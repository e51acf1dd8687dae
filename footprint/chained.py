"""How far calculated datasets may be off: the spread of all the numbers of their chain, kept once worked out."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from footprint import kept
from footprint.background import source, systems
from footprint.background.open import Database
from footprint.background.spread import scatter
from footprint.model.background import Dataset
from footprint.model.result import Result
from footprint.model.uncertain import LOGNORMAL, Distribution
from footprint.quality.pedigree import spread, tables

_FACTOR = "factor"
_Known = dict[str, tuple[float, float] | None]


def chained(database: Database, datasets: Sequence[Dataset], result: Result) -> dict[str, Distribution]:
    """Return the distribution of those of ``datasets`` that are calculated from others, by code.

    Lognormal with the mean and deviation that all numbers of their chain give it to first order, as far as their
    scatter or pedigree is known. Inputs that two datasets have in common are drawn for each: that they move together
    is seen by the reference alone. A database without its rows says nothing here.
    """
    wanted = [dataset.code for dataset in datasets if dataset.kind != _FACTOR]
    if not wanted or (database.given is None and not (database.folder / source.META).is_file()):
        return {}
    found = _known(database, wanted, result)
    told = {code: found[code] for code in wanted}
    return {code: _lognormal(*row) for code, row in told.items() if row}


def _lognormal(mean: float, deviation: float) -> Distribution:
    """Return the lognormal distribution of a mean and a standard deviation [-]."""
    variance = math.log1p((deviation / mean) ** 2)
    return Distribution(LOGNORMAL, (math.sqrt(variance), mean / math.exp(variance / 2)))


def _known(database: Database, wanted: Sequence[str], result: Result) -> _Known:
    """Return what is known of ``wanted``, from where it was kept before as far as it was; rows given are read anew."""
    if database.given is not None:
        return _worked_out(database, wanted, result)
    ledger = result.ledger
    name = f"{database.info.id}@{database.info.version} {ledger.gwp_set} {'-'.join(sorted(ledger.headline))}"
    checksum = f"{database.info.checksum} {tables()}".encode()
    content = kept.recall("chains", name, checksum)
    found: _Known = {} if content is None else json.loads(content)
    missing = [code for code in wanted if code not in found]
    if missing:
        found |= _worked_out(database, missing, result)
        kept.keep("chains", name, json.dumps(found, sort_keys=True).encode(), checksum)
    return found


def _worked_out(database: Database, codes: Sequence[str], result: Result) -> _Known:
    from footprint.engine.chain import chains
    from footprint.engine.resampled import Scatter

    rows = database.given or source.read(database.folder)
    system = systems.system(rows, result.ledger.gwp_set)
    numbers = {code: number for number, code in enumerate(system.codes)}
    chosen = [numbers[code] for code in codes if code in numbers]
    found = chains(system, Scatter(*scatter(rows, spread)), result.ledger.headline, chosen)
    known: _Known = {system.codes[at]: (c.mean, c.deviation) if c.deviation and c.mean > 0 else None for at, c in found}
    return dict.fromkeys(codes) | known
