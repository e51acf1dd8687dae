"""What is asked of a supplier: a small workbook with the supplier's own lines, and its answers read back.

The first columns stand in ``templates/request.csv``; the columns to fill in are those of the Factors sheet, so that an
answer is a row of it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from footprint.errors import Problem, WorkbookError, problem
from footprint.intake import schema
from footprint.messages import label
from footprint.model.fields import Field
from footprint.model.sheets import Book
from footprint.paths import data_root
from footprint.provenance import Place
from footprint.tables.typed import look
from footprint.tables.typed.names import plain
from footprint.tables.typed.rows import read_table
from footprint.tables.typed.table import Row
from footprint.tables.write import Cell, SheetSpec, write_book

SHEET, ABOUT = "Request", "footprint"
VERSION = "request/1.0"
ASKED = (
    "total", "gwp_set", "boundary", "region", "period", "document", "classes",
    "primary_share", "valid_until", "pcf_id", "state", "includes_transport", "energy", "uncertainty", "pedigree",
    "note",
)  # fmt: skip


class Asked(NamedTuple):
    """One line of a supplier: what a footprint is asked for, and of which ``unit``."""

    line: str
    name: str
    unit: str


class Answer(NamedTuple):
    """What a supplier states of one line: values of the Factors sheet by field, as texts and numbers, and where."""

    asked: Asked
    values: dict[str, object]
    place: Callable[[str], Place]


class Answers(NamedTuple):
    """A request that came back in ``file``: whose it is, of which workbook, and its rows."""

    file: str
    supplier: str
    product: str
    rows: tuple[Answer, ...]


@cache
def _table() -> tuple[Field, ...]:
    with (data_root() / "templates" / "request.csv").open(encoding="utf-8", newline="") as file:
        rows = [dict(row) for row in csv.DictReader(file)]
    return tuple(Field(SHEET, **{**row, "required": row["required"] == "*"}) for row in rows)


def _own() -> tuple[Field, ...]:
    return tuple(row for row in _table() if row.type not in {"sheet", "note"})


def fields() -> tuple[Field, ...]:
    """Return the columns of a request: those filled in by the one who asks, then those of the supplier."""
    asked = (schema.field("Factors", key) for key in ASKED)
    return (*_own(), *(field._replace(sheet=SHEET) for field in asked))


def written(supplier: str, product: str, lines: Sequence[Asked], lang: str) -> bytes:
    """Return the request to ``supplier`` as a workbook; it holds nothing but the lines of that supplier."""
    about = next(row for row in _table() if row.type == "sheet")
    plan = look.Plan(about, fields(), lang, examples=False, spare=0)
    sheet = look.table_sheet(plan, [line._asdict() for line in lines], {})
    keys = (("schema", VERSION), ("supplier", supplier), ("product", product))
    version = SheetSpec(ABOUT, [[Cell(key, "key"), Cell(text)] for key, text in keys], widths=(12, 40))
    made = [_read_me(about, lang), sheet, version]
    return write_book(made, font=look.FONTS[lang], title=label("request-title", lang))


def _read_me(about: Field, lang: str) -> SheetSpec:
    order = ("zh", "en") if lang == "zh" else ("en", "zh")
    rows: list[list[Cell]] = [[Cell(look.bilingual(about.en, about.zh, lang, " "), "title")], []]
    for each in order:
        rows += [[Cell(about.meaning(each), "section")]]
        rows += [[Cell(f"{note.key}. {note.meaning(each)}", "wrap")] for note in _table() if note.type == "note"]
        rows.append([])
    return SheetSpec("Read me", rows, widths=(120,))


def read(book: Book) -> Answers:
    """Return what came back; `WorkbookError` with all that is wrong in it."""
    sheets = {plain(sheet.name): sheet for sheet in book.sheets}
    told = {str(row[0]): str(row[1]) for row in sheets[ABOUT].rows if len(row) > 1} if ABOUT in sheets else {}
    if told.get("schema") != VERSION or plain(SHEET) not in sheets:
        raise WorkbookError(problem("request-unknown", Place(book.file)))
    table = read_table(SHEET, sheets[plain(SHEET)], [_optional(field) for field in fields()])
    answered = [row for row in table.rows if any(key in row.values for key in ASKED)]
    told_of = {found.place for found in table.problems}
    problems = [*table.problems, *(p for row in answered for p in _missing(row) if p.place not in told_of)]
    if problems:
        raise WorkbookError(*problems)
    return Answers(book.file, told.get("supplier", ""), told.get("product", ""), tuple(map(_answer, answered)))


def _optional(field: Field) -> Field:
    return field._replace(required=field.required and field.key not in ASKED)


def _missing(row: Row) -> Iterator[Problem]:
    """Yield what a row that was answered still lacks."""
    for key in ASKED:
        field = schema.field("Factors", key)
        if field.required and key not in row.values:
            yield problem("value-missing", row.place(key), en=field.en, zh=field.zh)


def _answer(row: Row) -> Answer:
    asked = Asked(*(row.text(field.key) for field in _own()))
    return Answer(asked, {key: row.values[key] for key in ASKED if key in row.values}, row.place)
