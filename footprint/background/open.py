"""Open databases and find datasets in them by code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from footprint.background import compiled, source
from footprint.background.folders import folder_of
from footprint.background.near import Names
from footprint.errors import DatabaseError, Problem, problem
from footprint.model.background import DatabaseInfo, Dataset, Intensity
from footprint.provenance import Place

__all__ = ["Background", "Database", "folder_of", "open_background"]

_KEY = re.compile(r"(?P<id>[^@:]+)(?:@(?P<version>[^:]+))?:(?P<code>.+)")
_HASHED_BYTES = 4_000_000


@dataclass(frozen=True)
class Database:
    """One opened database. Datasets are read from its compiled file when they are asked for, each once.

    ``folder``: where it was opened, a user's folder of the same name included. ``given``: its source if it stands in no
    folder.
    """

    file: compiled.Compiled
    folder: Path
    given: source.Source | None = None
    _seen: dict[str, compiled.Record | None] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def info(self) -> DatabaseInfo:
        """What a report says of it."""
        return DatabaseInfo(**self.file.header["info"])

    @property
    def electricity(self) -> dict[str, dict[str, dict[str, str]]]:
        """Country -> year -> supply (grid, wind, ..., delivery) -> code."""
        found: dict[str, dict[str, dict[str, str]]] = self.file.header.get("electricity", {})
        return found

    def dataset(self, code: str) -> Dataset | None:
        """Return the dataset of ``code``, None when there is none."""
        record = self._record(code)
        return None if record is None else compiled.as_dataset(record)

    def intensity(self, code: str, gwp_set: str) -> Intensity:
        """Return the intensity of ``code`` under ``gwp_set``; `DatabaseError` when it was not compiled for it."""
        record = self._record(code)
        if record is None or gwp_set not in record["impact"]:
            known = ", ".join(self.file.header.get("gwp_sets", ()))
            place = Place(self.info.id)
            raise DatabaseError(problem("gwp-set-not-compiled", place, set=gwp_set, dataset=code, known=known))
        return compiled.as_intensity(record, gwp_set)

    def _record(self, code: str) -> compiled.Record | None:
        if code not in self._seen:
            self._seen[code] = self.file.record(code)
        return self._seen[code]

    def codes_seen(self) -> tuple[str, ...]:
        """Return the codes of the datasets that were asked for so far and are there."""
        return tuple(code for code, record in self._seen.items() if record is not None)

    def datasets(self) -> tuple[Dataset, ...]:
        """Return every dataset: for suggestions and listings, not for the hot path."""
        return tuple(map(compiled.as_dataset, self.file.records()))


@dataclass(frozen=True)
class Background:
    """Several databases in the order in which bare codes are looked for."""

    databases: tuple[Database, ...]

    def find(self, written: str) -> tuple[Dataset, ...]:
        """Return the datasets that ``code``, ``database:code`` or ``database@version:code`` names: at best, one."""
        text = written.strip()
        found = [d.dataset(text) for d in self.databases]
        match = _KEY.fullmatch(text)
        if match is not None:
            wanted = (d for d in self.databases if d.info.id == match["id"])
            found += [d.dataset(match["code"]) for d in wanted if match["version"] in (None, d.info.version)]
        return tuple(d for d in found if d is not None)

    def nearest(self, written: str, count: int = 3) -> tuple[str, ...]:
        """Return the codes closest to ``written``, by code and by names, closest first."""
        return self._names.nearest(written, count)

    @cached_property
    def _names(self) -> Names:
        """The codes and names of every dataset, read when the first unknown text is met."""
        every = (d for database in self.databases for d in database.datasets())
        return Names((d.code, (d.code, d.name_en, d.name_zh)) for d in every)

    def sources(self) -> tuple[source.Source, ...]:
        """Return the source of every database: for the whole system, not for the hot path."""
        return tuple(d.given or source.read(d.folder) for d in self.databases)

    def electricity(self, country: str) -> dict[str, dict[str, Dataset]]:
        """Return year -> supply -> dataset of ``country``, from the first database that knows the country."""
        for database in self.databases:
            table = database.electricity.get(country)
            if table:
                return {year: _found(database, supplies) for year, supplies in table.items()}
        return {}

    @property
    def infos(self) -> tuple[DatabaseInfo, ...]:
        """What a report says of the databases, in their order."""
        return tuple(database.info for database in self.databases)

    def database(self, dataset: Dataset) -> Database:
        """Return the database a dataset came from."""
        return next(d for d in self.databases if dataset.key.startswith(f"{d.info.id}@{d.info.version}:"))

    def intensity(self, dataset: Dataset, gwp_set: str) -> Intensity:
        """Return the intensity of ``dataset`` under ``gwp_set`` [kg CO2e/unit]."""
        return self.database(dataset).intensity(dataset.code, gwp_set)


def _found(database: Database, supplies: dict[str, str]) -> dict[str, Dataset]:
    found = {name: database.dataset(code) for name, code in supplies.items()}
    return {name: dataset for name, dataset in found.items() if dataset is not None}


def open_background(names: Sequence[str]) -> Background:
    """Return the databases ``names`` (``id``, ``id@version`` or a folder), opened.

    Raises `DatabaseError` for all that are missing or stale.
    """
    opened: list[Database] = []
    problems: list[Problem] = []
    for name in names:
        try:
            opened.append(_open(folder_of(name)))
        except DatabaseError as exc:
            problems += exc.problems
    names_of = {f"{d.info.id}@{d.info.version}": d.info.checksum for d in opened}
    problems += [
        problem("database-twice", Place(d.folder.name), name=f"{d.info.id}@{d.info.version}")
        for d in opened
        if names_of[f"{d.info.id}@{d.info.version}"] != d.info.checksum
    ]
    if problems:
        raise DatabaseError(*problems)
    return Background(tuple({d.info.checksum: d for d in reversed(opened)}.values())[::-1])


def _open(folder: Path) -> Database:
    """Return the database in ``folder``, its bytes and those of its source hashed where that takes no time to speak of.

    Beyond 4 MB of lines, verifying does.
    """
    file = compiled.load(folder)
    if len(file.content) < _HASHED_BYTES and not (file.is_intact() and _is_fresh(file, folder)):
        raise DatabaseError(problem("database-stale", Place(folder.name), folder=folder.name))
    return Database(file, folder)


def _is_fresh(file: compiled.Compiled, folder: Path) -> bool:
    """Tell whether a compiled file is that of the source beside it, if there is one: the same bytes, or content."""
    if not (folder / source.META).is_file() or file.header.get("files") == source.fingerprint(folder):
        return True
    return bool(file.header["info"]["checksum"] == source.read(folder).checksum())
