"""Which sheet of a file is which, and whether the file is of a version that can be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from footprint.errors import Problem, problem
from footprint.intake import schema
from footprint.intake.lookalike import renamed
from footprint.messages import LANGUAGES, label
from footprint.model.bill import Notice
from footprint.model.sheets import Book, Cell, Sheet
from footprint.provenance import Place
from footprint.tables.typed.grid import filled_rows
from footprint.tables.typed.names import plain

READ_ME = "Read me"
_TRACE = ("source", "left", "unused", "requests")
CANDIDATES = "Candidates"
"""The sheet that tells which datasets each line may take: written, and offered to who fills in the workbook."""


def trace(lang: str) -> tuple[str, ...]:
    """Return what the sheets are called that tell where an imported workbook comes from."""
    return tuple(label(f"import-sheet-{each}", lang) for each in _TRACE)


def traces() -> tuple[str, ...]:
    """Return what these sheets are called in every language."""
    return tuple(name for lang in LANGUAGES for name in trace(lang))


@cache
def _helpers() -> frozenset[str]:
    return frozenset({schema.VERSION_SHEET, "lists", READ_ME, *traces()})



@dataclass(slots=True)
class Found:
    """The sheets of a book by English name, and what is to be said of them."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    version: str = schema.VERSION


def find_sheets(book: Book) -> Found:
    """Return the sheets of ``book`` by English name: found by it, by the Chinese name or by both, in any case."""
    found, unread = Found(), list[Sheet]()
    names = {name: spec.sheet for spec in schema.sheets().values() for name in _names(spec.en, spec.zh)}
    for sheet in book.sheets:
        name = names.get(plain(sheet.name))
        if name is None:
            unread.append(sheet)
        elif name in found.sheets:
            place, first = Place(book.file, sheet.name), found.sheets[name].name
            facts = {**_captions(name), "first": first, "second": sheet.name}
            found.problems.append(Problem("sheet-twice", place, facts))
        else:
            found.sheets[name] = sheet
    for name in (READ_ME, CANDIDATES):
        found.sheets.pop(name, None)
    for sheet in unread:
        _unknown(sheet, found)
    renamed_to = {p.facts["en"] for p in found.problems if p.code == "sheet-renamed"}
    for name, spec in schema.sheets().items():
        if spec.required and name not in found.sheets and spec.en not in renamed_to:
            found.problems.append(Problem("sheet-missing", Place(book.file), _captions(name)))
    _version(book, found)
    return found


def _names(en: str, zh: str) -> tuple[str, ...]:
    english, chinese = plain(en), plain(zh)
    return english, chinese, english + chinese, chinese + english


def _captions(name: str) -> dict[str, object]:
    spec = schema.sheets()[name]
    return {"en": spec.en, "zh": spec.zh}


def _unknown(sheet: Sheet, found: Found) -> None:
    """Refuse a sheet of the template under another name; say of others that they were not read, unless empty."""
    rows = 0 if sheet.name in _helpers() else len(filled_rows(sheet))
    problems = [*renamed(sheet, found.sheets)] if rows else []
    found.problems += problems
    if rows and not problems:
        facts = {"sheet": sheet.name, "rows": rows}
        found.notices.append(Notice("sheet-unknown", Place(sheet.file, sheet.name), facts))


def _version(book: Book, found: Found) -> None:
    """Refuse another major version of the schema; assume this one where none is stated."""
    sheet = next((s for s in book.sheets if plain(s.name) == schema.VERSION_SHEET), None)
    stated = _stated(sheet) if sheet else ""
    if sheet is None or not stated:
        found.notices.append(Notice("schema-assumed", Place(book.file), {"version": schema.VERSION}))
        return
    found.version = stated
    if stated.partition(".")[0] != schema.VERSION.partition(".")[0]:
        place = Place(book.file, sheet.name, "B1")
        found.problems.append(problem("schema-version", place, version=stated, known=schema.VERSION))


def _stated(sheet: Sheet) -> str:
    """Return the version in B1 beside ``schema`` in A1."""
    cells: tuple[Cell, ...] = sheet.rows[0] if sheet.rows else ()
    if len(cells) < 2 or cells[0] != "schema" or cells[1] is None:
        return ""
    return str(cells[1]).strip()
