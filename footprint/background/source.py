"""The readable form of a database: ``database.yaml`` and tables of sources, activities and exchanges, checksummed.

The tables stand in the folder itself, or in one folder per topic, where they are easier to keep. A citation names its
documents by their id in ``sources.csv``: ``[ipcc-2006] Table 2.2``. What a row says is looked at where it is used; here
files, columns, citations and the keys of ``database.yaml`` must be in order.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import zip_longest
from json.encoder import encode_basestring as _quoted
from pathlib import Path
from typing import Any, NamedTuple

from footprint import gwp, yamls
from footprint.background.compiled import is_electricity
from footprint.errors import DatabaseError, Problem, UnfitError, problem, reason
from footprint.model.background import DatabaseInfo, Dataset
from footprint.provenance import Place

META = "database.yaml"
SOURCES = "sources.csv"
FILES = (META, "activities.csv", "exchanges.csv")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "activities.csv": (
        "code", "name_en", "name_zh", "unit", "amount", "region", "period", "category", "kind", "boundary", "gwp_set",
        "status", "citation", "includes_transport", "proxy", "note",
    ),
    "exchanges.csv": ("activity", "direction", "flow", "amount", "unit", "status", "citation", "gwp_set"),
    SOURCES: ("id", "document", "number", "date", "publisher", "licence"),
}  # fmt: skip
GSD_IS, TOTAL, BASIC = "gsd_is", "total", "basic"
"""The column that says whether a published geometric standard deviation holds the scores of its number."""
_PORTION = 20_000
"""Rows that are written at once where a checksum is made."""
_SEE = re.compile(r"see (\S+(?:, \S+)*)")
_TWICE = re.compile(r";\s*([;,:.])")
_REFERENCE = re.compile(r"\[([^\]]+)\]")


class Row(dict[str, str]):
    """The texts of one row by column. ``file`` and ``line``: where it ends, counted from 1."""

    file: str = ""
    line: int = 0

    @property
    def place(self) -> Place:
        """The row, for problems."""
        return Place(self.file, f"line {self.line}")


class Rows(tuple[Row, ...]):
    """Rows of a table that are asked for by their codes."""

    @cached_property
    def by_code(self) -> Mapping[str, tuple[int, ...]]:
        """Where the rows of each code stand."""
        found: dict[str, tuple[int, ...]] = {}
        for at, row in enumerate(self):
            found[row["code"]] = (*found.get(row["code"], ()), at)
        return found


class Table(Rows):
    """Rows whose checksum is asked for more than once: what it is made of is kept with them."""

    @cached_property
    def canonical(self) -> tuple[bytes, ...]:
        """The rows as checksums see them."""
        return tuple(_canonical(self))


class Source(NamedTuple):
    """The parsed content of one database folder. Rows keep their texts; numbers are made where they are used."""

    folder: Path
    meta: dict[str, Any]
    activities: tuple[Row, ...]
    exchanges: tuple[Row, ...]
    documents: Mapping[str, Row]

    @property
    def id(self) -> str:
        """``id@version``: what the keys of its datasets begin with."""
        return f"{self.meta['id']}@{self.meta['version']}"

    def checksum(self) -> str:
        """Return the sha256 of the parsed content and of the characterisation factors it is compiled with."""
        digest = hashlib.sha256(f"[{_json(self.meta)}".encode())
        for table in (self.activities, self.exchanges, self.documents.values()):
            digest.update(b",[")
            for part in table.canonical if isinstance(table, Table) else _canonical(table):
                digest.update(part)
            digest.update(b"]")
        digest.update(f",{_json(gwp.rows())}]".encode())
        return digest.hexdigest()

    def kept(self) -> dict[str, object]:
        """Return what the compiled form repeats of ``database.yaml``."""
        return {key: self.meta[key] for key in ("gwp_sets", "electricity") if key in self.meta} | {
            "files": fingerprint(self.folder)
        }

    def cited(self, citation: str) -> str:
        """Return a citation with the documents it names spelt out; ``see code`` is the citation of that dataset."""
        codes = seen(citation)
        if codes:
            rows = self.activities if isinstance(self.activities, Rows) else Rows(self.activities)
            others = (rows[at] for at in sorted({at for code in codes for at in rows.by_code.get(code, ())}))
            return "; ".join(f"{row['code']}: {self._spelt(row['citation'])}" for row in others) or citation
        return self._spelt(citation)

    def _spelt(self, citation: str) -> str:
        spelt = _REFERENCE.sub(lambda found: _spelt(self.documents.get(found[1]), found[0]), citation)
        return _TWICE.sub(r"\1", spelt).removesuffix(";")

    def info(self) -> DatabaseInfo:
        """Return what a report says of this database."""
        meta = self.meta
        return DatabaseInfo(
            meta["id"],
            meta["version"],
            meta["title"]["en"],
            meta["title"]["zh"],
            meta["licence"],
            meta["citation"],
            self.checksum(),
            meta.get("licensed", "no"),
        )


def read(folder: Path) -> Source:
    """Return the source of the database in ``folder``; `DatabaseError` for every file, key and column amiss."""
    missing = [name for name in FILES if not files(folder, name)]
    if missing:
        raise DatabaseError(*(problem("database-file-missing", Place(folder.name), name=name) for name in missing))
    problems: list[Problem] = []
    activities, exchanges, documents = (table(folder, name, needed, problems) for name, needed in COLUMNS.items())
    meta = _meta(folder / META, {row["code"] for row in activities}, problems)
    known: dict[str, Row] = {}
    for row in documents:
        if row["id"] in known:
            problems.append(problem("database-duplicate-code", row.place, dataset=row["id"]))
        known[row["id"]] = row
    problems += [fault for row in (*exchanges, *documents) for fault in _unknown_gsd(row)]
    if known:
        problems += [fault for row in (*activities, *exchanges) for fault in _unknown_documents(row, known)]
    if problems:
        raise DatabaseError(*problems)
    return Source(folder, meta, Rows(activities), exchanges, known)


def files(folder: Path, name: str) -> list[Path]:
    """Return the files called ``name`` of the database in ``folder``: its own, and one per topic."""
    return [path for path in (folder / name, *sorted(folder.glob(f"[!._]*/{name}"))) if path.is_file()]


def fingerprint(folder: Path) -> str:
    """Return the sha256 of the bytes a database is made of: tells at once whether something was edited since."""
    digest = hashlib.sha256(gwp.TABLE.read_bytes())
    for name in (META, *COLUMNS):
        for path in files(folder, name):
            try:
                content = path.read_bytes()
            except OSError as exc:
                place = Place(f"{folder.name}/{path.relative_to(folder).as_posix()}")
                raise DatabaseError(problem("file-unreadable", place, reason=reason(exc))) from exc
            digest.update(f"{path.relative_to(folder).as_posix()} {len(content)} ".encode())
            digest.update(content)
    return digest.hexdigest()


def _spelt(document: Mapping[str, str] | None, reference: str) -> str:
    if document is None:
        return reference
    parts = (document[key] for key in ("publisher", "document", "number", "date"))
    return ", ".join(part for part in parts if part) + ";"


def seen(citation: str) -> tuple[str, ...]:
    """Return the codes of the datasets whose citation a citation is: ``see code, code``."""
    found = _SEE.fullmatch(citation)
    return tuple(found[1].split(", ")) if found else ()


def documents_of(citation: str) -> tuple[str, ...]:
    """Return the ids of the documents a citation names."""
    return tuple(_REFERENCE.findall(citation))


def _unknown_documents(row: Row, known: Mapping[str, Row]) -> Iterator[Problem]:
    for name in documents_of(row["citation"]):
        if name not in known:
            said = UnfitError("unfit-document", table=SOURCES)
            yield problem("database-part", row.place, part=f"[{name}]", said=said)


def _unknown_gsd(row: Row) -> Iterator[Problem]:
    """Yield a problem for a row whose geometric standard deviation is neither basic nor total."""
    if row.get(GSD_IS, "") not in {"", TOTAL, BASIC}:
        said = UnfitError("unfit-none-of", value=row[GSD_IS], options=f"{TOTAL}, {BASIC}")
        yield problem("database-part", row.place, part=GSD_IS, said=said)


def dataset(source: Source, row: Mapping[str, str]) -> Dataset:
    """Return the dataset of one row of ``activities.csv``."""
    return Dataset(
        key=f"{source.id}:{row['code']}",
        code=row["code"],
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        unit=row["unit"],
        region=row["region"],
        period=row["period"],
        kind=row["kind"],
        boundary=row["boundary"],
        category=row["category"],
        gwp_set=row["gwp_set"],
        status=row["status"],
        citation=source.cited(row["citation"]),
        includes_transport=row["includes_transport"] == "yes",
        proxy=row["proxy"],
        note=row["note"],
        technology=row.get("technology", ""),
        pedigree=row.get("pedigree", ""),
        product=row.get("product", ""),
    )


def synonyms(row: Mapping[str, str]) -> tuple[str, ...]:
    """Return the other names of one row of ``activities.csv``, each once, in their order."""
    return tuple(dict.fromkeys(filter(None, map(str.strip, row.get("synonyms", "").split("|")))))


def _meta(path: Path, codes: set[str], problems: list[Problem]) -> dict[str, Any]:
    """Return ``database.yaml``; what it lacks joins ``problems``."""
    try:
        meta = yamls.load(path, DatabaseError)
    except DatabaseError as exc:
        problems += exc.problems
        return {}
    place = Place(f"{path.parent.name}/{path.name}")
    problems += [problem("database-part", place, part=part, said=said) for part, said in _faults(meta, codes)]
    return meta if isinstance(meta, dict) else {}


def _faults(meta: Any, codes: set[str]) -> Iterator[tuple[str, UnfitError]]:
    """Yield part and fact of all that is amiss in ``database.yaml``."""
    if not isinstance(meta, dict):
        yield "database.yaml", UnfitError("unfit-mapping")
        return
    title = meta["title"] if isinstance(meta.get("title"), dict) else {}
    texts = {key: meta.get(key) for key in ("id", "version", "licence", "citation")}
    for part, value in (texts | {f"title.{lang}": title.get(lang) for lang in ("en", "zh")}).items():
        if not isinstance(value, str) or not value.strip():
            yield part, UnfitError("unfit-text")
    if meta.get("biogenic", "process") not in {"process", "chain"}:
        yield "biogenic", UnfitError("unfit-of", key="biogenic", value=meta["biogenic"], options="process, chain")
    if meta.get("licensed", "no") not in {"yes", "no"}:
        yield "licensed", UnfitError("unfit-truth", value=meta["licensed"])
    if any(sign in str(meta.get(key)) for key in ("id", "version") for sign in "@:"):
        yield "id", UnfitError("unfit-parting")
    sets = meta.get("gwp_sets")
    if not isinstance(sets, list) or not sets or not all(name in gwp.SETS for name in sets):
        yield "gwp_sets", UnfitError("unfit-list-of", options=", ".join(gwp.SETS))
    yield from _electricity_faults(meta.get("electricity", {}), codes)


def _electricity_faults(electricity: Any, codes: set[str]) -> Iterator[tuple[str, UnfitError]]:
    """Yield part and fact of all that is not country -> year -> supply -> code, as far as codes are known."""
    if not is_electricity(electricity):
        yield "electricity", UnfitError("unfit-electricity")
        return
    for country, years in electricity.items():
        for year, supplies in years.items():
            strange = (UnfitError("unfit-no-code", name=code) for code in supplies.values() if code not in codes)
            yield from ((f"electricity.{country}.{year}", said) for said in strange if codes)


def table(folder: Path, name: str, needed: tuple[str, ...], problems: list[Problem]) -> tuple[Row, ...]:
    """Return the rows of all tables called ``name``; what cannot be read, and columns missing, join ``problems``."""
    return tuple(row for path in files(folder, name) for row in _table(folder, path, needed, problems))


def _table(folder: Path, path: Path, needed: tuple[str, ...], problems: list[Problem]) -> tuple[Row, ...]:
    place = Place(f"{folder.name}/{path.relative_to(folder).as_posix()}")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = exc.object.count(b"\n", 0, exc.start) + 1
        problems.append(problem("database-encoding", Place(place.file, f"line {line}")))
        return ()
    except OSError as exc:
        problems.append(problem("file-unreadable", place, reason=reason(exc)))
        return ()
    return tuple(_rows(text, place, needed, problems))


def _rows(text: str, place: Place, needed: tuple[str, ...], problems: list[Problem]) -> Iterator[Row]:
    """Yield the rows under a header that has every column; a row too long has a comma too many.

    A database of gaps alone has no exchanges, and its table of them may be an empty file.
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(reader, [])
        missing = [name for name in needed if name not in header and (header or "activity" not in needed)]
        problems += [problem("database-column", place, column=name) for name in missing]
        for cells in () if missing else filter(None, reader):
            if len(cells) > len(header):
                problems.append(_malformed(place, reader.line_num, UnfitError("csv-cells")))
            row = Row((name, cell.strip()) for name, cell in zip_longest(header, cells, fillvalue="") if name)
            row.file, row.line = place.file, reader.line_num
            yield row
    except csv.Error as exc:
        problems.append(_malformed(place, reader.line_num, reason(exc)))


def _malformed(place: Place, line: int, why: UnfitError) -> Problem:
    return problem("csv-malformed", Place(place.file, f"line {line}"), row=line, reason=why)


def _canonical(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the rows without their empty cells, sorted, as JSON: neither column order nor row order is content.

    In portions, since the whole text of a large database would take more memory than its rows. A row is compared by its
    columns and cells in turn.
    """
    found = sorted(_cells(rows))
    heads = {column: f"[{_quoted(column)}," for column in {column for cells in found for column in cells[::2]}}
    for start in range(0, len(found), _PORTION):
        told = (
            ",".join([f"{heads[column]}{_quoted(text)}]" for column, text in zip(cells[::2], cells[1::2], strict=True)])
            for cells in found[start : start + _PORTION]
        )
        yield f"{',' if start else ''}{','.join([f'[{text}]' for text in told])}".encode()


def _cells(rows: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    """Yield column and text of every cell of each row that is not empty, by column."""
    orders: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        columns = tuple(row)
        if columns not in orders:
            orders[columns] = sorted(columns)
        yield tuple(part for column in orders[columns] if (text := row[column]) for part in (column, text))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
