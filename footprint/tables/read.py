"""Reading a spreadsheet file: what it is by its first bytes, whether it may be read, and its sheets."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

from footprint.errors import RequestError, WorkbookError, no_file, problem, reason
from footprint.model.sheets import Book, Sheet
from footprint.tables.limits import MAX_FILE

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXTS = frozenset((".csv", ".tsv", ".txt"))
_WORKBOOKS, _HEAD = frozenset((".xls", ".xlsx")), 4096
_BEGINNING = 1 << 18
"""Bytes of a text that tell what it is."""


def read(path: Path, *, by_name: bool = True, without: Collection[str] = ()) -> Book:
    """Return all sheets of the spreadsheet file at ``path`` (xlsx, xlsm, xls, csv, tsv).

    Of an xlsx file those called as ``without`` says are left out: nobody looks at them, however large they are.

    What is no workbook is a text table if its name says so, or whatever its name is, if not ``by_name``. Numbers are
    floats, empty cells None, texts as they stand. Raise `RequestError` if there is no such file, and `WorkbookError` if
    it cannot be read: no workbook, encrypted, cut off, malformed, or larger than `limits` allow.
    """
    return parse(content_of(path), path, by_name=by_name, without=without)


def beginning(path: Path) -> Book | None:
    """Return the first lines of a long text file as a table, whatever its name is: enough to tell what it is.

    None for workbooks, short texts, and where the first lines alone are no table: a field in quotes goes on. Raise as
    `read` does where there is no such file.
    """
    data = content_of(path)
    if len(data) <= _BEGINNING or data.startswith((_ZIP, _OLE)) or b"\0" in data[:_HEAD]:
        return None
    try:
        return parse(data[: data.rfind(b"\n", 0, _BEGINNING) + 1] or data, path, by_name=False)
    except WorkbookError:
        return None


def read_any(path: Path) -> Book:
    """Return all sheets of the spreadsheet file at ``path`` as `read` does, or of one in a format less is known of.

    Of xlsb and ods nobody knows formulas without a value, hidden rows and merged ranges (`Sheet.is_blind`). How far
    formats move cells in, which they show in per cent and which rows are grouped, is read, too. A web page is its
    tables, an XML spreadsheet its sheets, and a text under the name of a workbook is a text.
    """
    data = content_of(path)
    if data.startswith(_ZIP):
        from footprint.tables.apart import kind, read_apart
        from footprint.tables.container import Container

        container = Container(data, path.name)
        if kind(container):
            return Book(path.name, read_apart(data, container), hashlib.sha256(data).hexdigest())
        from footprint.tables.outlines import outlines
        from footprint.tables.shown import shown

        book, said, grouped = parse(data, path), shown(data, path.name), outlines(data, path.name)
        sheets = (each._replace(**said[each.name]._asdict()) if each.name in said else each for each in book.sheets)
        return book._replace(sheets=tuple(each._replace(outlines=grouped.get(each.name, {})) for each in sheets))
    from footprint.tables.html import is_html, read_html
    from footprint.tables.spreadsheetml import is_spreadsheetml, read_spreadsheetml

    for knows, reads in ((is_spreadsheetml, read_spreadsheetml), (is_html, read_html)):
        if knows(data):
            return Book(path.name, reads(data, path.name), hashlib.sha256(data).hexdigest())
    return parse(data, path, by_name=path.suffix.lower() not in _WORKBOOKS or b"\t" not in data[:_HEAD])


def parse(data: bytes, path: Path, *, by_name: bool = True, without: Collection[str] = ()) -> Book:
    """Return all sheets of the spreadsheet file ``data``, called ``path``, as `read` does."""
    return Book(path.name, _sheets(data, path, by_name=by_name, without=without), hashlib.sha256(data).hexdigest())


def content_of(path: Path) -> bytes:
    """Return the bytes of the file at ``path``; `RequestError` or `WorkbookError` where they cannot be read."""
    if not path.is_file():
        raise RequestError(no_file(path))
    try:
        if path.stat().st_size > MAX_FILE:
            raise WorkbookError(problem("file-too-large", path.name, limit=MAX_FILE >> 20))
        data = path.read_bytes()
    except OSError as error:
        raise RequestError(problem("file-unreadable", str(path), reason=reason(error))) from error
    if not data:
        raise WorkbookError(problem("file-empty", path.name))
    return data


def _sheets(data: bytes, path: Path, *, by_name: bool, without: Collection[str]) -> tuple[Sheet, ...]:
    if data.startswith(_ZIP):
        from footprint.tables.xlsx import read_xlsx

        return read_xlsx(data, path.name, without)
    if data.startswith(_OLE):
        from footprint.tables.xls import read_xls

        return read_xls(data, path.name)
    if not by_name or path.suffix.lower() in _TEXTS:
        from footprint.tables.text import read_text

        return (read_text(data, path.name, path.stem),)
    raise WorkbookError(problem("not-a-workbook", path.name))
