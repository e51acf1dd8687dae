"""Pack a result for its verifier: the workbook, the rules, exactly the dataset rows it rests on, and what came out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from footprint import package as p
from footprint.background.open import Background, Database, open_background
from footprint.contents import Asked, Used, as_json, contents, noted, recorded, withheld
from footprint.declare.declare import text
from footprint.early import REPORTS
from footprint.errors import RequestError, VerificationError, no_file, problem
from footprint.files import at_hand, put
from footprint.messages import message
from footprint.model.pcr import Pcr
from footprint.provenance import Place
from footprint.publish import render
from footprint.rules import load as pcrs
from footprint.runs import insist
from footprint.service import Request, Shelves, calculate
from footprint.tables.archive import pack as zipped
from footprint.tables.archive import unpack_whole
from footprint.tables.limits import MAX_FILE

_LIBRARIES = ("bw2calc", "numpy", "scipy", "networkx", "jinja2", "PyYAML", "XlsxWriter", "python-calamine", "xlrd")
_PRIVATE = (b"PRIVATE KEY-----", b"PuTTY-User-Key-File-")
_SHOWN = 12
Document = dict[str, Any]


class Found(NamedTuple):
    """What a result was made of."""

    directory: Path
    workbook: Path
    lang: str
    request: Request
    run: Document
    declared: Document


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
    _free(output, force=force)
    found = _found(directory, workbook)
    documents = dict(_documents(found))
    members = _members(found, documents)
    if key is not None:
        from footprint.signing import sign

        members |= sign(members[p.MANIFEST], key)
    content = zipped(members)
    if len(content) > MAX_FILE:
        raise RequestError(problem("package-too-large", Place(str(output)), most="-", megabytes=MAX_FILE >> 20))
    _insist(content, directory)
    put(output.parent, {output.name: content}, anew=not force)
    facts = {"path": output, "count": len(members), "hash": sha256(members[p.MANIFEST]).hexdigest()}
    lines = [message("packed", lang, **facts)]
    lines += [message("packed-document", lang, name=name, bytes=len(content)) for name, content in documents.items()]
    names = [f"{d['id']}@{d['version']}" for d in found.declared["databases"] if d["licensed"]]
    return "\n".join([*lines, *(message("packed-licensed", lang, name=name) for name in names)])


def _free(output: Path, *, force: bool) -> None:
    """Refuse to write where something stands already; ``force`` replaces a package, and nothing else."""
    if not os.path.lexists(output):
        return
    if not force:
        raise RequestError(problem("file-exists", Place(str(output))))
    try:
        is_package = output.is_file() and p.MANIFEST in unpack_whole(output.read_bytes(), output.name)
    except (OSError, VerificationError):
        is_package = False
    if not is_package:
        raise RequestError(problem("package-only", Place(str(output))))


def _insist(content: bytes, directory: Path) -> None:
    """Raise what a verifier would find, as one who packs can mend it."""
    from footprint.verifying import examined

    found = examined(unpack_whole(content, directory.name), str(directory)).problems
    if found:
        first = problem("pack-differs", Place(str(directory)), count=len(found))
        raise VerificationError(first, *found[:_SHOWN])


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
    return Found(directory, path, run["lang"], request, run, declared)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise RequestError(no_file(path)) from exc


def document(path: Path) -> Document:
    """Return the document in ``path``; `RequestError` where it cannot be read."""
    try:
        found = json.loads(_content(path))
    except (ValueError, RecursionError) as exc:
        raise RequestError(problem("not-a-declaration", Place(str(path)))) from exc
    return found if isinstance(found, dict) else {}


def _documents(found: Found) -> Iterator[tuple[str, bytes]]:
    """Yield the documents at hand by name: those the result was calculated with, and nobody's private key."""
    problems = []
    for row in found.declared.get("evidence", {}).get("documents", ()):
        file = row["file"]
        path = at_hand(found.workbook.parent, file["name"])
        content = None if path is None else _content(path)
        then = file.get("found") or (file["sha256"] if file["state"] == "unchanged" else None)
        now = None if content is None else sha256(content).hexdigest()
        place = Place(str(found.workbook.parent / file["name"]))
        if now != then:
            problems.append(problem("document-since", place, document=row["id"]))
        elif content is not None and any(mark in content for mark in _PRIVATE):
            problems.append(problem("document-private", place, document=row["id"]))
        elif content is not None:
            yield file["name"], content
    if problems:
        raise RequestError(*problems)


class _Lent:
    """Rules and databases as they were asked for in a calculation."""

    def __init__(self) -> None:
        self.rules: dict[str, Sequence[Path]] = {}
        self.asked: tuple[str, ...] = ()
        self.databases: Sequence[Database] = ()

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


def _members(found: Found, documents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return all members of the package of a result but its signature."""
    lent = _Lent()
    calculate(found.request, shelves=Shelves(lent.load, lent.open))
    names, given = tuple(map(p.name_of, lent.asked)), found.request
    pcr = p.name_of(given.pcr)
    asked = Asked(found.workbook.name, pcr, names, bool(given.databases), found.lang, given.draws, given.seed)
    software = {key: found.run.get(key, "") for key in ("footprint", "python")}
    software |= {"libraries": dict(_libraries()) | _known(found.run)}
    results = _results(found)
    made = contents(asked, Used(lent.rules, lent.databases), found.declared, software, documents)
    members = {p.book(found.workbook.name): found.workbook.read_bytes(), **made}
    results |= {p.RUN: recorded(found.run, asked, results)}
    members |= {f"{p.RESULT}/{name}": content for name, content in results.items()}
    members[p.ELEMENTS] = as_json(noted(members))
    return members | {p.MANIFEST: p.manifest(members)}


def _results(found: Found) -> dict[str, bytes]:
    """Return declaration, uncertainty and reports as they are passed on: of licensed rows, no more than their scores.

    An uncertainty that another run left in the folder is none of it.
    """
    names = (p.DECLARATION, *((p.UNCERTAINTY,) if found.request.draws else ()), *REPORTS)
    results = {name: _content(found.directory / name) for name in names}
    told = withheld(found.declared)
    if told is not found.declared:
        results[p.DECLARATION] = text(told).encode()
        drawn = results.get(p.UNCERTAINTY)
        whole = told if drawn is None else {**told, "uncertainty": json.loads(drawn)}
        results |= {name: render(name, whole, found.lang) for name in REPORTS}
    return results


def _known(run: Document) -> dict[str, str]:
    """Return the versions of libraries that a run noted: those here may be later ones."""
    noted = {"numpy": run.get("numpy"), "bw2calc": run.get("reference", {}).get("bw2calc")}
    return {name: version for name, version in noted.items() if version}


def _libraries() -> Iterator[tuple[str, str]]:
    from importlib.metadata import PackageNotFoundError, version

    for name in _LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue
