"""What a package consists of: made from a calculation when it is packed, and again when it is verified."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from footprint import package as p
from footprint.elements import elements
from footprint.model.background import GhgClass

if TYPE_CHECKING:
    from footprint.background.open import Database
    from footprint.background.source import Source

Document = dict[str, Any]
Declared = Mapping[str, Any]
_NAMED = (p.WORKBOOK, p.RULES, p.DATABASES, p.EVIDENCE)
"""Folders of a package whose files are not made anew: what they consist of is noted by name."""


class Asked(NamedTuple):
    """What was asked of a calculation."""

    workbook: str
    pcr: str
    databases: tuple[str, ...]
    explicit: bool
    lang: str
    draws: int
    seed: int


class Used(NamedTuple):
    """What a calculation was made of: the files of its rules by the name they were asked for, and its databases."""

    rules: Mapping[str, Sequence[Path]]
    databases: Sequence[Database]


def as_json(value: object) -> bytes:
    """Return a document of a package."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def contents(
    asked: Asked, used: Used, declared: Declared, software: Document, documents: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return package.json, rules, rows of databases and documents of evidence by member.

    ``declared``: the declaration; ``documents``: those at hand by what the workbook calls them.
    """
    members: dict[str, bytes] = {}
    rules = dict(_rules(used.rules, members))
    databases = [_database(database, declared, members) for database in used.databases]
    about = {
        "schema": p.SCHEMA,
        "software": software,
        "request": asked._asdict() | {"databases": list(asked.databases)},
        "rules": rules,
        "databases": databases,
        "evidence": [*_evidence(declared, documents, members)],
    }
    return members | {p.ABOUT: as_json(about)}


def noted(members: p.Members) -> Document:
    """Return what the members that are not made anew consist of, by name: the digest of each cell, row and rule."""
    folders, alone = tuple(f"{folder}/" for folder in _NAMED), {f"{p.RESULT}/{p.RUN}", p.ABOUT}
    listed = sorted(name for name in members if name.startswith(folders) or name in alone)
    return {n: {"": sha256(members[n]).hexdigest(), **elements(n, members[n])} for n in listed}


# ------------------------------------------------------------------------------------------------ what went in


def _rules(used: Mapping[str, Sequence[Path]], members: dict[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """Yield the members that each name leads to, from the root down; they are added to ``members``."""
    for name, files in used.items():
        yield p.name_of(name), [_added(members, path) for path in files]


def _added(members: dict[str, bytes], path: Path) -> str:
    """Add a rule file to ``members`` and return what it is called there; another of that name goes into a folder."""
    content, name = path.read_bytes(), p.safely(path.name)
    member, number = f"{p.RULES}/{name}", 1
    while members.get(member, content) != content:
        number += 1
        member = f"{p.RULES}/{number}/{name}"
    members[member] = content
    return member


def _database(database: Database, declared: Declared, members: dict[str, bytes]) -> Document:
    """Return what is said of a database, its rows that were asked for added to ``members``."""
    from footprint.background.compiled import subset

    info, used = database.info, sorted(database.codes_seen())
    name = f"{info.id}@{info.version}"
    folder = f"{p.DATABASES}/{name}"
    is_licensed = info.licensed == "yes"
    said = {"name": name, "checksum": info.checksum, "licensed": is_licensed, "rows": len(used)}
    if is_licensed:
        members[f"{folder}/{p.ROWS}"] = as_json(licensed_rows(database, used, declared))
        return {**said, "matrix": False}
    members[f"{folder}/{p.INTENSITIES}"] = subset(database.file, used).encode()
    tables = matrix(database, used)
    members.update({f"{folder}/{p.MATRIX}/{file}": content for file, content in tables.items()})
    return {**said, "matrix": bool(tables)}


def licensed_rows(database: Database, used: Sequence[str], declared: Declared) -> Document:
    """Return what may be said of licensed rows: its name, the hash of its line, its score [kg CO2e/unit].

    The score is the sum that the study declares under its GWP set: what a line of the ledger states as its factor.
    Neither classes, gases nor exchanges of a row are told.
    """
    study = declared["study"]
    headline = {each["id"] for each in declared["result"]["by_class"] if each["in_total"]}
    electricity = {
        country: {year: kept for year, row in years.items() if (kept := _among(row, used))}
        for country, years in database.electricity.items()
    }
    return {
        "info": database.info._asdict(),
        "gwp_set": study["gwp_set"],
        "electricity": {country: years for country, years in electricity.items() if years},
        "rows": {code: _row(database, code, study["gwp_set"], headline) for code in used},
    }


def _among(row: Mapping[str, str], used: Iterable[str]) -> dict[str, str]:
    return {supply: code for supply, code in row.items() if code in used}


def _row(database: Database, code: str, gwp_set: str, headline: set[str]) -> Document:
    line, record = database.file.line(code), database.file.record(code)
    assert line is not None  # noqa: S101  it was seen
    assert record is not None  # noqa: S101  it was seen
    impact = record["impact"].get(gwp_set, [])
    score = fsum(value for ghg, _, _, value in impact if ghg in headline)
    gaps = sorted(code for code, amount in record.get("gaps", {}).items() if amount)
    return {"sha256": sha256(line).hexdigest(), "dataset": record["dataset"], "score": score, "gaps": gaps}


def matrix(database: Database, used: Iterable[str]) -> dict[str, bytes]:
    """Return the tables of the rows that ``used`` rests on, by name; none where the database has no tables."""
    from footprint.background import readable, source

    if database.given is None and not (database.folder / source.META).is_file():
        return {}
    src = database.given or source.read(database.folder)
    reached = _reached(src, used)
    activities = tuple(row for row in src.activities if row["code"] in reached)
    exchanges = tuple(row for row in src.exchanges if row["activity"] in reached)
    cited = {name for row in (*activities, *exchanges) for name in source.documents_of(row["citation"])}
    documents = {name: row for name, row in src.documents.items() if name in cited}
    meta = {key: value for key, value in src.meta.items() if key != "electricity"}
    return readable.files(source.Source(src.folder, meta, activities, exchanges, documents))


def _reached(src: Source, used: Iterable[str]) -> set[str]:
    """Return the codes of all that ``used`` takes in or cites, directly or not, and its own."""
    from footprint.background.source import seen

    inputs = {row["code"]: [*seen(row["citation"])] for row in src.activities}
    for row in src.exchanges:
        if row["direction"] == "input":
            inputs.setdefault(row["activity"], []).append(row["flow"])
    reached: set[str] = set()
    waiting = list(used)
    while waiting:
        code = waiting.pop()
        if code not in reached:
            reached.add(code)
            waiting += inputs.get(code, ())
    return reached


def files_of(declared: Declared) -> list[str]:
    """Return what the workbook calls the files of its documents."""
    rows = declared.get("evidence", {}).get("documents", ())
    return [row["file"]["name"] for row in rows if row["file"]["name"]]


def _evidence(declared: Declared, documents: Mapping[str, bytes], members: dict[str, bytes]) -> Iterator[Document]:
    """Yield the register: each document with the checksum it states, and that of its file where it is at hand."""
    names = p.named(p.EVIDENCE, files_of(declared))
    for row in declared.get("evidence", {}).get("documents", ()):
        file = row["file"]
        said = {"id": row["id"], "type": row["type"], "document": row["document"], "file": file["name"]}
        content = documents.get(file["name"])
        if content is not None:
            members[names[file["name"]]] = content
            said |= {"sha256": sha256(content).hexdigest(), "member": names[file["name"]]}
        yield {**said, "stated": file["sha256"]}


# ------------------------------------------------------------------------------------------------ what came out


def withheld(declared: Document) -> Document:
    """Return a declaration without what only a licence holder may pass on: of licensed datasets, all but the score.

    A score is a factor known only as a total: of no class, under no set.
    """
    licensed = tuple(f"{d['id']}@{d['version']}:" for d in declared["databases"] if d["licensed"])
    if not licensed:
        return declared
    statuses = {row["key"]: row["status"] for row in declared["datasets"] if row["key"].startswith(licensed)}
    ledger = [_scored(row, row["value"], statuses.get(row["target"])) for row in declared["ledger"]]
    datasets = [_scored(row, row["factor"], statuses.get(row["key"])) for row in declared["datasets"]]
    bare = [{**row, "gaps": []} if row["key"] in statuses else row for row in datasets]
    return {**declared, "ledger": ledger, "datasets": bare}


def _scored(row: Document, score: float, status: str | None) -> Document:
    if status is None:
        return row
    parts = {"classes": GhgClass.UNSPLIT.value, "sets": "unknown", "statuses": status}
    return {**row, **{part: {name: score} if score else {} for part, name in parts.items()}}


def recorded(run: Document, asked: Asked, results: Mapping[str, bytes]) -> bytes:
    """Return run.json as a package holds it: what was asked for by name, and the results it belongs to."""
    names = list(asked.databases) if asked.explicit else []
    request: Document = {"workbook": asked.workbook, "pcr": asked.pcr, "databases": names}
    request |= {"draws": asked.draws, "seed": asked.seed} if asked.draws else {}
    files = {name: sha256(content).hexdigest() for name, content in results.items()}
    return as_json({**run, "lang": asked.lang, "request": request, "files": files})
