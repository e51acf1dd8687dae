"""Databases in the store that an import links to: their datasets found by code, else by name, product, place and unit.

A dataset that is consumed is copied with its results, GWP set by GWP set, under the checksum of where it came from: an
import stands on its own feet, and gives the same number when the other database has gone or changed. What is licensed
there is licensed here.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from footprint import units
from footprint.background import source
from footprint.background.compiled import as_words
from footprint.background.identity import PARTED, Identity, folded, identity, of
from footprint.background.importers.inventory import Input
from footprint.background.open import Database, open_background
from footprint.background.source import Row
from footprint.errors import DatabaseError, problem
from footprint.model.background import Dataset
from footprint.model.bill import Notice
from footprint.provenance import Place, Status

_CODED = re.compile(r"(.+?) \{([^{}]+)\} ?\|([^|]+)\|[^|]*")
"""An activity of ecoinvent in SimaPro: ``Steel {RER}| steel production | Cut-off, U``, its model behind it."""
TURNED = "turned"
"""The column of a dataset whose reference was negative in its file: a waste that it takes."""
_MARKETS = {"market for", "market group for"}


class _Known(NamedTuple):
    """A dataset of a database, and what it is."""

    database: Database
    dataset: Dataset
    identity: Identity


class Others:
    """The databases of ``names``; ``used``: id, version and checksum of those that something was taken from."""

    def __init__(self, names: Sequence[str]) -> None:
        self.databases = open_background(names).databases if names else ()
        self.used: dict[str, str] = {}
        self._taken: dict[str, tuple[Database, Dataset]] = {}
        self._twice: dict[str, tuple[str, ...]] = {}
        self._turned: dict[str, frozenset[str]] = {}
        self._named: dict[tuple[str, str], list[_Known]] | None = None

    @property
    def licensed(self) -> tuple[str, ...]:
        """The databases that something was taken from and that only licence holders may pass on."""
        taken = (database.info for database, _ in self._taken.values())
        return tuple(sorted({f"{info.id}@{info.version}" for info in taken if info.licensed == "yes"}))

    def notices(self) -> Iterator[Notice]:
        """Yield what must be said of the copies: those that another database has under the same code."""
        for code, others in sorted(self._twice.items()):
            database, dataset = self._taken[code]
            place = Place(f"{database.info.id}@{database.info.version}", dataset.code)
            yield Notice("inventory-linked-twice", place, {"name": dataset.name_en, "others": ", ".join(others)})

    def find(self, need: Input, place: str | None, named: Sequence[str]) -> tuple[str, str] | None:
        """Return code and unit of the copy of the dataset that an input means, None where there is none, or several.

        ``named``: codes that the supplier of the input may have. ``place``: where the consumer is, for inputs that say
        none; None where only that supplier is meant.
        """
        codes = (*named, need.flow.id) if place is not None else named
        coded = [(database, dataset) for database in self.databases for dataset in _coded(database, codes)]
        if coded:
            return self._first(coded, need)
        if place is None:
            return None
        for meant in _meant(need, need.flow.location or place):
            found = {each.dataset.key: each for each in self._like(meant)}
            if found:
                (first, *more) = found.values()
                return None if more else self._take(first.database, first.dataset, need)
        return None

    def is_turned(self, code: str) -> bool:
        """Tell whether a copy was stated with a negative reference where it came from."""
        if code not in self._taken:
            return False
        database, dataset = self._taken[code]
        if database.info.checksum not in self._turned:
            self._turned[database.info.checksum] = frozenset(_turned(database))
        return dataset.code in self._turned[database.info.checksum]

    def rows(self) -> tuple[list[Row], list[Row]]:
        """Return the rows of every copy, and of the gaps that it rests on: activities, exchanges."""
        activities: dict[str, Row] = {}
        exchanges: list[Row] = []
        for code, (database, dataset) in sorted(self._taken.items()):
            activities[code] = _activity(code, dataset, database)
            activities[code][TURNED] = "yes" if self.is_turned(code) else ""
            for name in database.file.header.get("gwp_sets", ()):
                exchanges += _emissions(code, database, dataset, name)
            exchanges += _gaps(code, database, dataset, activities)
        return list(activities.values()), exchanges

    def _first(self, coded: Sequence[tuple[Database, Dataset]], need: Input) -> tuple[str, str] | None:
        """Return the dataset of the first database that has its code and can supply it; others that can are told."""
        fit = [each for each in coded if _supplies(each[1], need)]
        if not fit:
            return None
        found = self._take(*fit[0], need)
        others = [f"{info.id}@{info.version}" for info in (database.info for database, _ in fit[1:])]
        if found is not None and others:
            self._twice[found[0]] = tuple(others)
        return found

    def _take(self, database: Database, dataset: Dataset, need: Input) -> tuple[str, str] | None:
        if not _supplies(dataset, need):
            return None
        code = _code(database, dataset.code)
        self._taken[code] = database, dataset
        self.used[f"{database.info.id}@{database.info.version}"] = database.info.checksum
        return code, dataset.unit

    def _like(self, meant: Identity) -> Iterator[_Known]:
        """Yield the datasets of an activity at a place that make what is meant, in a unit that converts.

        Where no product is meant, a dataset is only what the activity makes there, whatever its unit is.
        """
        for known in self._names().get(meant.called, []):
            is_meant = known.identity.makes_what(meant) and known.identity.converts_to(meant)
            if is_meant or not meant.products:
                yield known

    def _names(self) -> dict[tuple[str, str], list[_Known]]:
        """Return every dataset by its activity and place, and by its whole name, gathered when the first input asks."""
        if self._named is None:
            self._named = defaultdict(list)
            for database in self.databases:
                for record in database.file.records():
                    dataset = Dataset(**record["dataset"])
                    identity = of(dataset, as_words(record))
                    known = _Known(database, dataset, identity)
                    self._named[identity.called].append(known)
                    whole = identity._replace(activity=folded(dataset.name_en), products=frozenset())
                    if whole.called != identity.called:
                        self._named[whole.called].append(known._replace(identity=whole))
        return self._named


def _coded(database: Database, codes: Sequence[str]) -> list[Dataset]:
    """Return the dataset of a database that has the first of ``codes`` that any has, if one has."""
    found = (database.dataset(code) for code in codes)
    return list(islice((dataset for dataset in found if dataset is not None), 1))


def _supplies(dataset: Dataset, need: Input) -> bool:
    return dataset.kind != "gap" and units.convertible(dataset.unit, need.flow.unit)


def _turned(database: Database) -> Iterator[str]:
    """Yield the codes of the datasets whose reference was negative in the file that they were read from."""
    for path in source.files(database.folder, "activities.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from (row["code"] for row in csv.DictReader(file) if row.get(TURNED) == "yes")


def _meant(need: Input, place: str) -> Iterator[Identity]:
    """Yield what an input may mean: as it names it, else as it stands, in parts, or as of SimaPro.

    A name that stands alone is that of a product: an activity that is called so and makes another one is not meant.
    """
    text, unit = need.flow.name.strip(), need.flow.unit
    if need.named is not None:
        yield identity(need.named.activity, need.named.product, place, unit)
        return
    yield identity(text, text, place, unit)
    name, found, product = text.partition(PARTED)
    if found:
        yield identity(name, product, place, unit)
    coded = _CODED.fullmatch(text)
    if coded:
        product, where, name = (part.strip() for part in coded.groups())
        yield identity(f"{name} {product}" if name in _MARKETS else name, product, where, unit)


def _code(database: Database, code: str) -> str:
    return f"{database.info.id}.{database.info.version}.{code}"


def _activity(code: str, dataset: Dataset, database: Database) -> Row:
    name = f"{database.info.id}@{database.info.version}"
    return Row({
        "code": code, "name_en": dataset.name_en, "name_zh": dataset.name_zh, "unit": dataset.unit, "amount": "1",
        "region": dataset.region, "period": dataset.period, "technology": dataset.technology,
        "category": dataset.category, "kind": "gap" if dataset.kind == "gap" else "factor",
        "boundary": dataset.boundary, "gwp_set": dataset.gwp_set, "status": dataset.status,
        "citation": f"{dataset.key}, checksum {database.info.checksum}", "pedigree": dataset.pedigree,
        "includes_transport": "yes" if dataset.includes_transport else "", "proxy": dataset.proxy, "note": name,
        "product": dataset.product,
    })  # fmt: skip


def _emissions(code: str, database: Database, dataset: Dataset, gwp_set: str) -> Iterator[Row]:
    """Yield the results of a dataset under one GWP set, which count under that set alone."""
    for key, value in database.intensity(dataset.code, gwp_set).impact.items():
        yield Row({
            "activity": code, "direction": "emission", "flow": f"co2e-{key.ghg}", "amount": repr(value), "unit": "kg",
            "status": key.status, "citation": "", "gwp_set": key.gwp, "only_for": gwp_set,
        })  # fmt: skip


def _gaps(code: str, database: Database, dataset: Dataset, activities: dict[str, Row]) -> Iterator[Row]:
    """Yield the gaps in the chain of a dataset, each a gap of the import, too."""
    sets = database.file.header.get("gwp_sets", ())
    for lacking, amount in database.intensity(dataset.code, sets[0]).gaps.items() if sets else ():
        gap = database.dataset(lacking)
        if gap is None:  # a compiled file that names what it does not hold
            raise DatabaseError(problem("database-stale", Place(database.info.id), folder=database.folder.name))
        own = _code(database, lacking)
        activities.setdefault(own, _activity(own, gap, database))
        yield Row({
            "activity": code, "direction": "input", "flow": own, "amount": repr(amount), "unit": gap.unit,
            "status": Status.SECONDARY.value, "citation": "", "gwp_set": "",
        })  # fmt: skip
