"""``footprint db carry``: a copy of a workbook on the next release of a database, and what that does to its result.

Cells that name a dataset of the old release get its code in the new one, as a mapping says or as it is found. What is
not found stays as it is and is told: a calculation names it, too. Amounts are not touched.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from footprint import changes, service
from footprint.background.identity import folded
from footprint.background.open import Database, open_background
from footprint.background.releases import COLUMNS, Pair, pairs
from footprint.errors import FootprintError, RequestError, no_file, problem
from footprint.files import put
from footprint.intake import schema
from footprint.intake.find import find_sheets
from footprint.intake.product import read_keyed, read_product
from footprint.messages import message
from footprint.model.sheets import Book, Cell, digits
from footprint.provenance import Place
from footprint.tables.edit import edited, suffix
from footprint.tables.harmless import harmless
from footprint.tables.read import content_of, parse
from footprint.tables.typed.rows import read_table

_LISTS = frozenset({"@datasets", "@flows"})
_DATABASES = "databases"
_TOLD = 20


class Request(NamedTuple):
    """What is carried from which release to which; ``mapping``: a table that says what a person decided."""

    workbook: Path
    before: str
    after: str
    mapping: Path | None = None
    output: Path | None = None


class _Carried(NamedTuple):
    """Cells by sheet and address: what they get, and those that name what is not in the new release.

    ``codes``: of the datasets carried, in the old release.
    """

    cells: dict[str, dict[str, str]]
    open: list[tuple[Place, str]]
    codes: set[str]


class _Row(NamedTuple):
    """A row of a mapping: the codes in both releases, and what the dataset makes, "" where it does not say."""

    place: Place
    old: str
    new: str
    product: str


def carry(request: Request, lang: str, *, force: bool = False) -> str:
    """Write the copy; return what was carried, what is left, and how the result moved, line by line."""
    if not request.workbook.is_file():
        raise RequestError(no_file(request.workbook))
    content = content_of(request.workbook)
    output = _output(request, suffix(content, request.workbook.name), force=force)
    old, new = _one(request.before), _one(request.after)
    decided = _decided(request.mapping, old, new)
    found = {pair.old.code: pair.new for pair in pairs(old, new)} | {row.old: row.new for row in decided}
    carried = _carried(parse(content, request.workbook), old, new, found)
    made = edited(content, request.workbook.name, carried.cells)
    put(output.parent, {output.name: made.content})
    count = sum(map(len, carried.cells.values()))
    lines = [message("carry-done", lang, count=count, before=_name(old), after=_name(new), path=output)]
    lines += _others([row for row in decided if row.old in carried.codes], old, new, lang)
    lines += [message("carry-open", lang, place=place, dataset=code) for place, code in carried.open[:_TOLD]]
    if carried.open:
        lines.append(message("carry-open-all", lang, count=len(carried.open)))
        return "\n".join(lines)
    return "\n".join((*lines, "", _moved(request.workbook, output, lang)))


def mapping(before: str, after: str, output: Path, lang: str, *, force: bool = False) -> str:
    """Write which dataset of one release is which of the other; return how many are open."""
    if output.suffix.casefold() != ".csv":
        raise RequestError(problem("not-a-csv-name", Place(str(output))))
    if output.exists() and not force:
        raise RequestError(problem("file-exists", Place(str(output))))
    found = pairs(_one(before), _one(after))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(harmless, pair.row()) for pair in found)
    put(output.parent, {output.name: out.getvalue().encode("utf-8-sig")})
    return message("carry-mapping", lang, count=len(found), open=_left(found), path=output)


def _left(found: Sequence[Pair]) -> int:
    return sum(not pair.new for pair in found)


def _one(name: str) -> Database:
    (database,) = open_background((name,)).databases
    return database


def _name(database: Database) -> str:
    return f"{database.info.id}@{database.info.version}"


def _output(request: Request, ending: str, *, force: bool) -> Path:
    """Return where the copy is written: never over the workbook, nor over what is there unless forced."""
    output = request.output or request.workbook.with_name(f"{request.workbook.stem}-carried{ending}")
    if output.suffix.casefold() != ending:
        raise RequestError(problem("merge-name", Place(str(output)), suffix=ending))
    if output.resolve() == request.workbook.resolve() or (output.exists() and not force):
        raise RequestError(problem("file-exists", Place(str(output))))
    return output


def _decided(path: Path | None, old: Database, new: Database) -> tuple[_Row, ...]:
    """Return what a mapping says; `RequestError` for a row whose codes are in neither release."""
    found = {} if path is None else {row[1:3]: row for row in _rows(path) if row.old}
    twice = sorted(before for before, count in Counter(before for before, _ in found).items() if count > 1)
    if twice and path:
        raise RequestError(*(problem("carry-twice", Place(path.name), dataset=before) for before in twice))
    wrong = [
        problem("carry-unknown", row.place, dataset=code, name=_name(database))
        for row in found.values()
        for code, database in ((row.old, old), (row.new, new))
        if code and database.dataset(code) is None
    ]
    if wrong:
        raise RequestError(*wrong)
    return tuple(found.values())


def _rows(path: Path) -> Iterator[_Row]:
    """Yield the rows of a mapping; `RequestError` for a table without its columns."""
    (sheet,) = parse(content_of(path), path, by_name=True).sheets[:1]
    header = [str(cell or "").strip().casefold() for cell in sheet.rows[0]] if sheet.rows else []
    if not {"old", "new"} <= set(header):
        raise RequestError(problem("carry-columns", Place(path.name), columns="old, new"))
    at = [header.index(name) if name in header else len(header) for name in ("old", "new", "product")]
    for line, row in enumerate(sheet.rows[1:], 2):
        yield _Row(Place(path.name, f"line {line}"), *(_told(row[i]) if i < len(row) else "" for i in at))


def _others(decided: Sequence[_Row], old: Database, new: Database, lang: str) -> Iterator[str]:
    """Yield the rows of a mapping by which a dataset becomes one that makes something else."""
    made = ((row, row.product or _product(old, row.old), _product(new, row.new)) for row in decided)
    told = [each for each in made if all(each[1:]) and folded(each[1]) != folded(each[2])]
    for row, before, after in told[:_TOLD]:
        facts = {"dataset": row.old, "product": before, "other": row.new, "makes": after}
        yield message("carry-product", lang, place=row.place, **facts)
    if len(told) > _TOLD:
        yield message("carry-product-all", lang, count=len(told) - _TOLD)


def _product(database: Database, code: str) -> str:
    """Return what a dataset makes, "" where it does not say."""
    dataset = database.dataset(code)
    return dataset.product if dataset is not None else ""


def _told(cell: Cell) -> str:
    """Return a code as a mapping holds it; one of digits alone is no number, one of a sign stands behind a quote."""
    text = digits(cell) if isinstance(cell, float) else str(cell or "")
    return text.strip().removeprefix("'")


def _carried(book: Book, old: Database, new: Database, found: Mapping[str, str]) -> _Carried:
    carried = _Carried({}, [], set())
    for place, written in _named(book):
        code = _code(written, old)
        if code is None:
            continue
        if not found.get(code):
            carried.open.append((place, written))
        else:
            carried.codes.add(code)
            text = found[code] if written == code else f"{_name(new)}:{found[code]}"
            _set(carried, place, written, text)
    for place, written in _lists(book):
        names = [part.strip() for part in written.replace("，", ",").replace("；", ",").replace(";", ",").split(",")]
        told = [_name(new) if name in {old.info.id, _name(old)} else name for name in names]
        _set(carried, place, written, ", ".join(told))
    return carried


def _set(carried: _Carried, place: Place, written: str, text: str) -> None:
    if written != text:
        carried.cells.setdefault(place.sheet, {})[place.cell] = text


def _code(written: str, old: Database) -> str | None:
    """Return the code of the dataset of the old release that a cell names, None where it names none of it."""
    name, _, code = written.rpartition(":")
    is_meant = name in {"", old.info.id, _name(old)}
    return code if is_meant and old.dataset(code) is not None else None


def _named(book: Book) -> Iterator[tuple[Place, str]]:
    """Yield the cells of a workbook in which a dataset may be named, and what stands there."""
    for name, sheet in find_sheets(book).sheets.items():
        if name in schema.KEYED:
            continue
        table = read_table(name, sheet, schema.fields(name))
        keys = [field.key for field in schema.fields(name) if field.list_name in _LISTS and field.key in table.columns]
        for row in table.rows:
            yield from ((row.place(key), row.text(key)) for key in keys if row.text(key))


def _lists(book: Book) -> Iterator[tuple[Place, str]]:
    """Yield the cell of the Product sheet that names databases, where it does, and what stands there."""
    for name, sheet in find_sheets(book).sheets.items():
        if name in schema.KEYED:
            keyed = read_product(sheet, ()) if name == "Product" else read_keyed(name, sheet)
            entry = keyed.entries.get(_DATABASES)
            if entry is not None and entry.place.cell:
                yield entry.place, str(entry.value)


def _moved(before: Path, after: Path, lang: str) -> str:
    """Return how the result moved, by cause and line by line; why it cannot be told where one is not calculated."""
    with tempfile.TemporaryDirectory() as place:
        folders = [Path(place) / name for name in ("before", "after")]
        try:
            for workbook, folder in zip((before, after), folders, strict=True):
                service.write(service.calculate(service.Request(workbook)), folder, lang, ())
            return changes.diff(folders[0], folders[1], lang)
        except FootprintError as exc:
            return "\n".join((message("carry-not-calculated", lang), exc.text(lang)))
