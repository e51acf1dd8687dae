"""What the user's store holds: databases taken in, listed, removed and given out. Beside `service`, for shells."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from footprint.background import compiled, folders
from footprint.background.importers.asked import Asked, Read
from footprint.background.store import SHOWN, Kept
from footprint.background.supplied import ID as SUPPLIED
from footprint.errors import CalculationError, DatabaseError, Problem, RequestError, problem
from footprint.files import put
from footprint.legible import legible
from footprint.messages import label, message
from footprint.model.bill import Notice
from footprint.model.system import System
from footprint.provenance import Place
from footprint.quality.pedigree import spread
from footprint.tables.garbage import uncollected
from footprint.tables.harmless import harmless

REPORT = "import.csv"
Systems = Mapping[str, System]
"""The systems of one database by GWP set."""
COUNTED = (
    "processes", "exchanges", "datasets", "by-provider", "by-flow", "by-location", "by-other", "allocated", "gaps",
    "aside", "empty", "gases", "others",
)  # fmt: skip
_SHOWN_OF_A_KIND = 5


def asked(name: str = "", **said: Any) -> Asked:
    """Return what an import is asked for, in the words of a command line."""
    return Asked(name, **said)


def take_in(path: Path, wanted: Asked, format: str, lang: str) -> tuple[str, str]:  # noqa: A002  the word users say
    """Import ``path`` into the store; return what was done, and what must be said of the reading.

    Raises `FootprintError` with every problem of the file; then the store is as before.
    """
    from footprint.background import importers
    from footprint.background.systems import systems

    wrong = [part for part in (wanted.id, wanted.version) if part and not folders.is_name(part)]
    if wrong:
        raise DatabaseError(*(problem("database-name", Place(path.name), name=part) for part in wrong))
    with uncollected():
        read = importers.read(path, wanted, format)
        wanted.tell("import-solving", 0, len(read.source.activities))
        read, found = _solvable(read, systems(read.source, read.source.meta["gwp_sets"]))
        read, kept = _kept(read, found)
    facts = {"name": kept.name, "rows": read.rows, "datasets": len(read.source.activities), "path": kept.folder}
    done = "database-imported" if kept.is_new else "database-there"
    lines = [message(done, lang, **facts, checksum=kept.info.checksum[:SHOWN]), *_other_meant(kept, lang)]
    if read.counts:
        lines.append(message("inventory-counts", lang, **{name: read.counts.get(name, 0) for name in COUNTED}))
        lines.append(message("inventory-report", lang, count=len(read.notices), path=kept.folder / REPORT))
    return "\n".join(lines), "\n".join(_told(_first(read.notices) if read.counts else read.notices, lang))


def _solvable(read: Read, found: Systems) -> tuple[Read, Systems]:
    """Return an import of inventories without the loops that have no solution; their datasets are gaps from then on."""
    if not read.counts:
        return read, found
    from footprint.background.aside import NOTE
    from footprint.engine.quarantine import unsolvable

    return _without(read, found, unsolvable(next(iter(found.values()))), NOTE)


def _kept(read: Read, found: Systems) -> tuple[Read, Kept]:
    """Keep an import; loops of inventories whose results rounding decides are gaps, too, if that spoils any result."""
    while True:
        try:
            return read, _keep(read, found)
        except CalculationError as exc:
            if not read.counts or exc.problems[0].code != "system-inaccurate":
                raise
            from footprint.background.aside import INEXACT
            from footprint.engine.quarantine import inexact

            codes = inexact(next(iter(found.values())))
            if not codes:
                raise
            read, found = _without(read, found, codes, INEXACT)


def _without(read: Read, found: Systems, codes: Collection[str], why: str) -> tuple[Read, Systems]:
    """Return an import with datasets set aside, each told with its name and place; ``why``: the code of a message."""
    from footprint.background.aside import set_aside
    from footprint.background.systems import systems

    if not codes:
        return read, found
    wanted = frozenset(codes)
    rows = (row for row in read.source.activities if row["code"] in wanted)
    facts = ((row["code"], {"name": row["name_en"], "location": row["region"] or "-"}) for row in rows)
    told = (Notice(why, Place(read.source.id, code), each) for code, each in facts)
    left = read._replace(
        source=set_aside(read.source, wanted, why),
        notices=(*read.notices, *told),
        counts={**read.counts, "aside": read.counts.get("aside", 0) + len(codes)},
    )
    return left, systems(left.source, found)


def _first(notices: Iterable[Notice]) -> Iterable[Notice]:
    """Yield the first notices of each kind: those whose report is a file are too many for a screen."""
    seen: Counter[str] = Counter()
    for notice in notices:
        seen[notice.code] += 1
        if seen[notice.code] <= _SHOWN_OF_A_KIND:
            yield notice


def _report(notices: Iterable[Notice]) -> bytes:
    """Return what must be said of an import as a table: code, place, and the sentence in both languages."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("code", "place", "en", "zh"))
    for n in notices:
        texts = (str(n.place), *(message(n.code, lang, **n.facts) for lang in ("en", "zh")))
        writer.writerow((n.code, *(harmless(legible(text)) for text in texts)))
    return out.getvalue().encode("utf-8-sig")


def _keep(read: Read, found: Systems) -> Kept:
    """Compile a database that was read, and keep it; problems are told at the places it was read from."""
    from footprint.background import readable, store
    from footprint.background.build import compile_source
    from footprint.engine.compile import intensities

    name = read.source.meta["id"]
    if name in folders.shipped() | {SUPPLIED}:
        raise DatabaseError(problem("database-ships", Place(name), name=name))

    def build(folder: Path) -> None:
        readable.write(read.source, folder)
        if read.counts:
            (folder / REPORT).write_bytes(_report(read.notices))
        compile_source(read.source._replace(folder=folder), found, intensities)

    return store.put(build, name)


def _other_meant(kept: Kept, lang: str) -> Iterable[str]:
    """Yield that the id alone does not lead to what was just imported, where that is so."""
    try:
        is_meant = folders.folder_of(kept.info.id) == kept.folder
    except DatabaseError:
        is_meant = False
    if not is_meant:
        yield message("database-not-meant", lang, id=kept.info.id, name=kept.name)


def _told(notices: Iterable[Notice], lang: str) -> Iterable[str]:
    return (Problem(notice.code, notice.place, notice.facts).text(lang) for notice in notices)


def databases(lang: str) -> str:
    """Return one line per database there is: name, datasets, checksum, licensed or open, own or shipped, title."""
    return "\n".join(_line(found, lang) for found in folders.found())


def _line(found: folders.Found, lang: str) -> str:
    try:
        info, file = folders.info(found.folder), compiled.load(found.folder)
    except DatabaseError as exc:
        return exc.text(lang)
    return "\t".join(
        (
            f"{info.id}@{info.version}",
            str(len(file.codes())),
            info.checksum[:SHOWN],
            label(f"database-licensed-{info.licensed}", lang),
            label("database-own" if found.own else "database-ships", lang),
            info.title_zh if lang == "zh" else info.title_en,
        )
    )


def remove(name: str, lang: str) -> str:
    """Delete one version of a database from the store and say so."""
    from footprint.background import store

    return message("database-removed", lang, path=store.remove(name))


def _refuse_mixing(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Refuse a folder of the store, which nothing changes, and one whose other tables would join those written."""
    from footprint.background import source

    if folders.is_kept(folder):
        raise DatabaseError(problem("database-kept", Place(folder.name), name=folder.name))
    if not any(name in contents for name in source.FILES):
        return
    there = {path.relative_to(folder).as_posix() for name in source.COLUMNS for path in source.files(folder, name)}
    for other in sorted(there - set(contents))[:1]:
        raise RequestError(problem("file-exists", Place(str(folder / other))))


def give_out(
    name: str, format: str, output: Path, lang: str, *, holds_licence: bool = False, force: bool = False  # noqa: A002
) -> str:  # fmt: skip
    """Write a database in another format and say where; licensed data go out only to those who say they hold a licence.

    A format of several files makes a folder of ``output``. Raises `RequestError` for an existing one, unless forced.
    """
    from footprint.background import source
    from footprint.background.exporters import exporter

    found, src = exporter(format), source.read(folders.folder_of(name))
    if src.info().licensed == "yes" and not holds_licence:
        raise RequestError(problem("licence-needed", Place(src.id), licence=src.meta["licence"]))
    if output.suffix.casefold() != found.SUFFIX and found.SUFFIX:
        raise RequestError(problem("export-suffix", Place(str(output)), format=format, suffix=found.SUFFIX))
    if output.exists() and not force:
        raise RequestError(problem("file-exists", Place(str(output))))
    made = found.render(src, spread)
    folder, contents = (output.parent, {output.name: made[""]}) if "" in made else (output, made)
    _refuse_mixing(folder, contents)
    put(folder, contents)
    gaps = sum(row["kind"] == "gap" for row in src.activities)
    lines = [message("database-exported", lang, name=src.id, datasets=len(src.activities), path=output)]
    return "\n".join([*lines, *([message("gaps-exported", lang, count=gaps)] if gaps else [])])


def factor_table(output: Path, lang: str, *, force: bool = False) -> str:
    """Write an empty factor table and return its path; an existing file is kept unless forced."""
    from footprint.background.importers.factor_template import template

    if output.suffix.casefold() != ".xlsx":
        raise RequestError(problem("not-an-xlsx-name", Place(str(output))))
    if output.exists() and not force:
        raise RequestError(problem("file-exists", Place(str(output))))
    put(output.parent, {output.name: template(lang)})
    return str(output)
