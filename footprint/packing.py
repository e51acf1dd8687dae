"""Pack a result for its verifier: the workbook, the rules, exactly the dataset rows it rests on, and what came out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from footprint import __version__
from footprint import package as p
from footprint.background import readable, source
from footprint.background.compiled import subset
from footprint.background.open import Background, Database, open_background
from footprint.elements import elements
from footprint.errors import DatabaseError, RequestError, problem
from footprint.files import put
from footprint.messages import message
from footprint.model.bill import Bill
from footprint.model.pcr import Pcr
from footprint.provenance import Place
from footprint.rules import load as pcrs
from footprint.runs import insist
from footprint.service import REPORTS, Request, Shelves, calculate, prepare
from footprint.tables.archive import pack as zipped
from footprint.tables.limits import MAX_FILE

_NAMED = (p.WORKBOOK, p.RULES, p.DATABASES, p.EVIDENCE)
"""Folders of a package whose files are not made anew: what they consist of is noted by name."""
_LIBRARIES = ("bw2calc", "numpy", "scipy", "networkx", "jinja2", "PyYAML", "XlsxWriter", "python-calamine", "xlrd")
Document = dict[str, Any]


class Found(NamedTuple):
    """What a result was made of."""

    directory: Path
    workbook: Path
    lang: str
    request: Request


def pack(
    directory: Path,
    output: Path,
    lang: str,
    *,
    workbook: Path | None = None,
    key: Path | None = None,
    force: bool = False,
) -> str:
    """Write the package of the result in ``directory`` and say where; only one that holds is written.

    ``workbook``: where it is, if no longer where the run says; ``key``: a private key to sign with. Raises
    `FootprintError` for what is missing, and naming what does not follow from the workbook any more.
    """
    from footprint.verifying import examined

    if output.exists() and not force:
        raise RequestError(problem("file-exists", Place(str(output))))
    members = _members(_found(directory, workbook))
    if key is not None:
        from footprint.signing import sign

        members |= sign(members[p.MANIFEST], key)
    examined(members, output.name).insist()
    content = zipped(members)
    if len(content) > MAX_FILE:
        raise RequestError(problem("package-too-large", Place(str(output)), most="-", megabytes=MAX_FILE >> 20))
    put(output.parent, {output.name: content})
    facts = {"path": output, "count": len(members), "hash": sha256(members[p.MANIFEST]).hexdigest()}
    return message("packed", lang, **facts)


def _found(directory: Path, workbook: Path | None) -> Found:
    """Return what the result in ``directory`` was made of, its workbook the one it declares."""
    run, declared = document(directory / p.RUN), document(directory / p.DECLARATION)
    asked = run.get("request")
    if not isinstance(asked, dict) or "files" not in run or not isinstance(declared.get("workbook"), dict):
        raise RequestError(problem("run-too-old", Place(str(directory / p.RUN))))
    insist(directory)
    path = workbook or Path(asked["workbook"])
    if workbook is None and not path.is_file():
        path = directory / path.name
    if not path.is_file():
        raise RequestError(problem("workbook-gone", Place(str(path))))
    if sha256(path.read_bytes()).hexdigest() != declared["workbook"]["sha256"]:
        raise RequestError(problem("workbook-other", Place(str(path))))
    names = tuple(asked["databases"])
    request = Request(path, asked["pcr"], names, draws=asked.get("draws", 0), seed=asked.get("seed", 0))
    return Found(directory, path, run["lang"], request)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise RequestError(problem("file-missing", Place(str(path)))) from exc


def document(path: Path) -> Document:
    """Return the document in ``path``; `RequestError` where it cannot be read."""
    try:
        found = json.loads(_content(path))
    except (ValueError, RecursionError) as exc:
        raise RequestError(problem("not-a-declaration", Place(str(path)))) from exc
    return found if isinstance(found, dict) else {}


class _Lent:
    """Rules and databases as they were asked for in a calculation."""

    def __init__(self) -> None:
        self.rules: dict[str, tuple[Path, ...]] = {}
        self.asked: tuple[str, ...] = ()
        self.databases: tuple[Database, ...] = ()

    def load(self, name: str, beside: Path = Path()) -> Pcr:
        """Lend rules."""
        found = pcrs.load(name, beside)
        self.rules[name] = pcrs.files(name, beside)
        return found

    def open(self, names: Sequence[str]) -> Background:
        """Lend databases."""
        found = open_background(names)
        self.asked, self.databases = tuple(names), found.databases
        return found


def _members(found: Found) -> dict[str, bytes]:
    """Return all members of the package of a result but its signature."""
    lent = _Lent()
    calculate(found.request, shelves=Shelves(lent.load, lent.open))
    bill = prepare(found.request).read
    members = {f"{p.WORKBOOK}/{found.workbook.name}": found.workbook.read_bytes()}
    members |= {f"{p.RESULT}/{name}": content for name, content in _results(found)}
    rules = dict(_rules(lent.rules, members))
    databases = [_database(database, members) for database in lent.databases]
    about = {
        "schema": p.SCHEMA,
        "software": {"footprint": __version__, "python": sys.version.split()[0], "libraries": dict(_libraries())},
        "request": {
            "workbook": found.workbook.name,
            "pcr": p.name_of(found.request.pcr),
            "databases": [*map(p.name_of, lent.asked)],
            "explicit": bool(found.request.databases),
            "lang": found.lang,
            "draws": found.request.draws,
            "seed": found.request.seed,
        },
        "rules": rules,
        "databases": databases,
        "evidence": [*_evidence(bill, found.workbook.parent, members)],
    }
    members[p.ABOUT] = _json(about)
    noted = {n: elements(n, c) for n, c in members.items() if n.startswith(_NAMED) or n.endswith(p.RUN)}
    members[p.ELEMENTS] = _json({n: {"": sha256(members[n]).hexdigest(), **parts} for n, parts in noted.items()})
    return members | {p.MANIFEST: p.manifest(members)}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _results(found: Found) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a result by name; an uncertainty that another run left there is none of it."""
    drawn = (p.UNCERTAINTY,) if found.request.draws else ()
    for name in (p.DECLARATION, *REPORTS, p.RUN, *drawn):
        yield name, _content(found.directory / name)


def _rules(lent: Mapping[str, Sequence[Path]], members: dict[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """Yield the members that each name leads to, from the root down; they are added to ``members``."""
    for name, files in lent.items():
        yield p.name_of(name), [_added(members, p.RULES, path.name, path.read_bytes()) for path in files]


def _added(members: dict[str, bytes], folder: str, name: str, content: bytes) -> str:
    """Add a file to ``members`` and return what it is called there; another of that name goes into a folder."""
    member, number = f"{folder}/{name}", 1
    while members.get(member, content) != content:
        number += 1
        member = f"{folder}/{number}/{name}"
    members[member] = content
    return member


def _database(database: Database, members: dict[str, bytes]) -> Document:
    """Return what is said of a database, its rows that were asked for added to ``members``."""
    info, used = database.info, sorted(database.codes_seen())
    name = f"{info.id}@{info.version}"
    folder = f"{p.DATABASES}/{name}"
    said = {"name": name, "checksum": info.checksum, "licensed": info.licensed == "yes", "rows": len(used)}
    if info.licensed == "yes":
        members[f"{folder}/{p.ROWS}"] = _json({code: _score(database, code) for code in used})
        return {**said, "matrix": False}
    members[f"{folder}/{p.INTENSITIES}"] = subset(database.file, used).encode()
    matrix = _matrix(database, used)
    members.update({f"{folder}/{p.MATRIX}/{file}": content for file, content in matrix.items()})
    return {**said, "matrix": bool(matrix)}


def _score(database: Database, code: str) -> Document:
    """Return what may be said of a licensed row: the hash of its line, and how good it is."""
    line, dataset = database.file.line(code), database.dataset(code)
    if line is None or dataset is None:
        raise DatabaseError(problem("dataset-unknown", Place(database.info.id), dataset=code))
    return {"sha256": sha256(line).hexdigest(), "status": dataset.status, "pedigree": dataset.pedigree}


def _matrix(database: Database, used: Iterable[str]) -> dict[str, bytes]:
    """Return the tables of the rows that ``used`` rests on, by name; none where the database has no tables."""
    if not (database.folder / source.META).is_file():
        return {}
    src = source.read(database.folder)
    reached = _reached(src, used)
    activities = tuple(row for row in src.activities if row["code"] in reached)
    exchanges = tuple(row for row in src.exchanges if row["activity"] in reached)
    cited = {name for row in (*activities, *exchanges) for name in source.documents_of(row["citation"])}
    documents = {name: row for name, row in src.documents.items() if name in cited}
    meta = {key: value for key, value in src.meta.items() if key != "electricity"}
    return readable.files(source.Source(src.folder, meta, activities, exchanges, documents))


def _reached(src: source.Source, used: Iterable[str]) -> set[str]:
    """Return the codes of all that ``used`` takes in, directly or not, and its own."""
    inputs: dict[str, list[str]] = {}
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


def _evidence(bill: Bill, folder: Path, members: dict[str, bytes]) -> Iterator[Document]:
    """Yield the register: each document with the checksum it states, and that of its file where it is at hand."""
    for row in bill.evidence:
        said = {"id": row.id, "type": row.type, "document": row.document, "file": row.file, "stated": row.sha256}
        content = _at_hand(folder, row.file)
        found = {} if content is None else {"sha256": sha256(content).hexdigest()}
        if content is not None:
            found["member"] = f"{p.EVIDENCE}/{Path(row.file).as_posix()}"
            members[found["member"]] = content
        yield {**said, **found}


def _at_hand(folder: Path, name: str) -> bytes | None:
    """Return the file called ``name`` if it lies in ``folder``, None if it cannot be read or lies elsewhere."""
    if not name or ".." in Path(name).parts or Path(name).is_absolute():
        return None
    try:
        path = (folder / name).resolve(strict=True)
        return path.read_bytes() if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except (OSError, ValueError):
        return None


def _libraries() -> Iterator[tuple[str, str]]:
    from importlib.metadata import PackageNotFoundError, version

    for name in _LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue
