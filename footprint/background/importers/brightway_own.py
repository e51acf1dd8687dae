"""Our own tables in a file of Brightway's, taken back as they were while what Brightway reads is unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from footprint.background import ownform
from footprint.background.importers.asked import Asked, Read
from footprint.model.sheets import Book, Cell, Sheet, digits


def restored_tables(book: Book, asked: Asked) -> Read | None:
    """Return the database whose tables a workbook carries, None where it carries none that still hold."""
    sheets = {sheet.name: sheet for sheet in book.sheets}
    about, first = sheets.get(ownform.SHEET), book.sheets[0]
    if about is None or len(about.rows) < 2 or len(about.rows[1]) < 2:
        return None
    if about.rows[1][1] != ownform.digest_of_rows(first.rows):
        return None
    names = {name: sheets.get(f"{ownform.SHEET} {name}") for name in ownform.NAMES}
    files = {name: ownform.as_text(name, _rows(sheet)) for name, sheet in names.items() if sheet is not None}
    return _read(files, asked)


def restored_package(metadata: Mapping[str, Any], data: Any, asked: Asked) -> Read | None:
    """Return the database whose tables a package carries, None where it carries none that still hold."""
    own = metadata.get("footprint")
    if not isinstance(own, dict) or own.get("digest") != ownform.digest_of_json(data):
        return None
    files = own.get("files")
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        return None
    return _read(files, asked)


def _read(files: Mapping[str, str], asked: Asked) -> Read:
    found = ownform.restored(files)
    return Read(found._replace(meta=asked.over(found.meta)), len(found.activities))


def _rows(sheet: Sheet) -> list[list[str]]:
    """Return the rows of a table below the word that has Brightway skip it."""
    return [_trimmed(row) for row in sheet.rows[1:]]


def _trimmed(row: Iterable[Cell]) -> list[str]:
    told = [digits(cell) if isinstance(cell, float) else "" if cell is None else str(cell) for cell in row]
    while told and not told[-1]:
        told.pop()
    return told
