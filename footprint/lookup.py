"""What is in the databases: datasets searched, shown and compared. Beside `service`, for shells."""

from __future__ import annotations

from collections.abc import Sequence

from footprint import units
from footprint.background import folders
from footprint.background.open import Background, Database, open_background
from footprint.background.search import Filters, Hit, Search
from footprint.engine.ledger import HEADLINES
from footprint.errors import DatabaseError, RequestError, problem
from footprint.messages import message
from footprint.model.background import Dataset, Intensity
from footprint.provenance import Place
from footprint.publish import datasets

__all__ = ["Filters", "diff", "search", "show"]

GWP_SET, HEADLINE = "AR6", "0/0"
_SHIPPED = "open-cn"
_OFFERED = 3


def search(written: str, names: Sequence[str], filters: Filters, limit: int, lang: str) -> str:
    """Return a table of the datasets that answer ``written``, the best first, or a sentence when none does.

    ``names``: the databases; without any, the one that ships and the user's own.
    """
    _refuse_unknown(filters)
    background, skipped = _opened(names, lang)
    found = Search(background).find(written, filters, limit)
    if not found:
        told = message("search-none", lang, query=written, databases=", ".join(_names(background)))
        return "\n".join((told, *skipped))
    several = len(background.databases) > 1
    rows = [(_code(hit, several), hit.dataset, *_intensity(background, hit.dataset)) for hit in found]
    return "\n".join((datasets.hits(rows, HEADLINES[HEADLINE], GWP_SET, lang), *skipped))


def _refuse_unknown(filters: Filters) -> None:
    try:
        if filters.unit:
            units.unit(filters.unit)
    except units.UnknownUnitError as exc:
        raise RequestError(problem("unit-unknown", Place("--unit"), near=exc.near, unit=filters.unit)) from exc


def _opened(names: Sequence[str], lang: str) -> tuple[Background, list[str]]:
    """Return the databases asked for; without any, the one that ships and every one of the user's that opens.

    Those that do not open are told, one line each: one damaged database does not hide the others.
    """
    if names:
        return open_background(names), []
    opened, skipped = list(open_background((_SHIPPED,)).databases), []
    for own in (there for there in folders.found() if there.own):
        try:
            found = open_background((str(own.folder),)).databases[0]
            opened += [] if _name(found) in map(_name, opened) else [found]
        except DatabaseError as exc:
            skipped.append(message("database-skipped", lang, name=own.name, said=exc.text(lang).splitlines()[0]))
    return Background(tuple(opened)), skipped


def _names(background: Background) -> list[str]:
    return [_name(database) for database in background.databases]


def _name(database: Database) -> str:
    return f"{database.info.id}@{database.info.version}"


def _code(hit: Hit, several: bool) -> str:  # noqa: FBT001 - one of two ways to write it
    return hit.dataset.key if several else hit.dataset.code


def _intensity(background: Background, dataset: Dataset) -> tuple[str, Intensity]:
    """Return the intensity under the set that is shown, or the last one that the database was compiled for."""
    known = background.database(dataset).file.header.get("gwp_sets", ())
    gwp_set = GWP_SET if GWP_SET in known or not known else known[-1]
    return gwp_set, background.intensity(dataset, gwp_set)


def show(written: str, names: Sequence[str], lang: str) -> str:
    """Return everything on the dataset that a code, or ``database@version:code``, names; on each where several do.

    Raises `DatabaseError` where there is none, with those that come closest.
    """
    from footprint.background.facts import facts

    background, skipped = _opened(names, lang)
    found = background.find(written)
    if not found:
        near = tuple(hit.dataset.code for hit in Search(background).find(written, limit=_OFFERED))
        raise DatabaseError(problem("dataset-unknown", Place(written), near=near, dataset=written))
    told = (facts(background.database(dataset), dataset) for dataset in found)
    return "\n\n".join((*(datasets.shown(one, HEADLINES, lang) for one in told), *skipped))


def diff(before: str, after: str, lang: str) -> str:
    """Return what differs between two databases: datasets added, removed, changed, with the change of their scores."""
    from footprint.background.compare import compare
    from footprint.background.releases import pairs, renamed
    from footprint.publish.differences import told

    old, new = _one(before), _one(after)
    lines = [told(compare(old, new, HEADLINES[HEADLINE]), old.info, new.info, lang)]
    moved = renamed(pairs(old, new))
    if moved:
        listed = ", ".join(f"{code} → {moved[code]}" for code in sorted(moved))
        lines += ["", message("diff-renamed", lang, count=len(moved), pairs=listed)]
    return "\n".join(lines)


def _one(name: str) -> Database:
    (database,) = open_background((name,)).databases
    return database
