"""Ask suppliers for their footprints, one small workbook each, and take the answers back into the workbook."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from footprint.errors import Problem, RequestError, WorkbookError, problem
from footprint.files import put
from footprint.intake import read as intake
from footprint.intake import request as requests
from footprint.intake import schema
from footprint.intake.find import find_sheets
from footprint.intake.request import Answer, Asked
from footprint.messages import message
from footprint.model.bill import Bill
from footprint.model.sheets import Book
from footprint.provenance import Place
from footprint.service import HERE, Request, opened
from footprint.tables.edit import Value, edited
from footprint.tables.read import parse
from footprint.tables.read import read as read_book
from footprint.tables.typed.grid import filled_rows
from footprint.tables.typed.rows import read_table
from footprint.tables.typed.table import Row, Table

UNCHECKED = "unverified"
_ENDS = re.compile(r"[^\w.-]+")
Cells = dict[tuple[str, int, int], Value]


class Change(NamedTuple):
    """One cell that a merge sets: what stood there and what stands there now."""

    place: Place
    was: str
    now: str


def request(workbook: Path, output: Path, lang: str, *, supplier: str = "", force: bool = False) -> tuple[Path, ...]:
    """Write a data request for each supplier of the BOM, or for one, into ``output``; return the paths."""
    bill = _bill(workbook)
    lines = _by_supplier(bill)
    if supplier:
        lines = {name: asked for name, asked in lines.items() if name == supplier}
    if not lines:
        near = tuple(_by_supplier(bill))[:3]
        raise RequestError(problem("request-nobody", Place(bill.file, "BOM"), near=near, supplier=supplier or "-"))
    product = bill.product.text("id")
    made = {_file(name): requests.written(name, product, asked, lang) for name, asked in lines.items()}
    if len(made) < len(lines):
        raise RequestError(problem("request-names", Place(bill.file, "BOM")))
    for name in made:
        if (output / name).exists() and not force:
            raise RequestError(problem("file-exists", Place(str(output / name))))
    return put(output, made)


def _bill(workbook: Path) -> Bill:
    book, pcr = opened(Request(workbook), read_book, HERE)
    return intake.read(book, pcr.fields)


def _by_supplier(bill: Bill) -> dict[str, list[Asked]]:
    """Return the lines of each supplier that have no parts of their own in the bill."""
    parents = {line.parent for line in bill.bom}
    found: dict[str, list[Asked]] = {}
    for line in bill.bom:
        if line.supplier and line.id not in parents:
            found.setdefault(line.supplier, []).append(Asked(line.id, line.name, line.quantity.unit))
    return found


def _file(supplier: str) -> str:
    return f"request-{plain(supplier)}.xlsx"


def plain(name: str) -> str:
    """Return a name as a code or part of a file name: letters, digits, points and dashes."""
    return _ENDS.sub("-", name).strip("-.").lower() or "-"


def merge(workbook: Path, answers: Sequence[Path], output: Path, lang: str, *, force: bool = False) -> str:
    """Write ``workbook`` with the ``answers`` of suppliers in it to ``output`` and return what changed, cell by cell.

    Raises `WorkbookError` for what does not belong together; the workbook itself is never written to.
    """
    _insist_on_another(output, workbook, force=force)
    book = read_book(workbook)
    merging = _merging(book)
    came = [requests.read(read_book(path)) for path in answers]
    problems = [p for each in came for answer in each.rows for p in merging.take(each.supplier, answer)]
    if problems:
        raise WorkbookError(*problems)
    return _written(workbook, book, merging, output, lang)


def write_factor(
    workbook: Path, factor: Mapping[str, object], output: Path, lang: str, *, line: str = "", force: bool = False
) -> str:
    """Write ``workbook`` with a row of its Factors sheet to ``output`` and return what changed, cell by cell.

    ``factor``: values by field; ``line``: the line of the BOM whose dataset it becomes, "" for none.
    """
    _insist_on_another(output, workbook, force=force)
    book = read_book(workbook)
    merging = _merging(book)
    merging.factor(factor)
    if line:
        rows = [row for row in merging.bom.rows if row.text("line") == line]
        if len(rows) != 1:
            near = tuple(row.text("line") for row in merging.bom.rows)[:3]
            raise RequestError(problem("merge-line-unknown", Place(book.file, "BOM"), near=near, line=line))
        merging.set(merging.bom, rows[0].index, "dataset", str(factor["code"]), rows[0].text("dataset"))
    return _written(workbook, book, merging, output, lang)


def _insist_on_another(output: Path, workbook: Path, *, force: bool) -> None:
    """Refuse to write over the workbook itself, over what is there unless forced, or what holds no macros any more."""
    if output.suffix.casefold() != ".xlsx":
        raise RequestError(problem("not-an-xlsx-name", Place(str(output))))
    if output.resolve() == workbook.resolve() or (output.exists() and not force):
        raise RequestError(problem("file-exists", Place(str(output))))


def _written(workbook: Path, book: Book, merging: _Merging, output: Path, lang: str) -> str:
    """Write the changed workbook, if it can still be read, and return its changes."""
    content = edited(workbook.read_bytes(), merging.cells)
    made, pcr = parse(content, output), opened(Request(workbook), lambda _: book, HERE)[1]
    intake.read(made, pcr.fields)
    put(output.parent, {output.name: content})
    lines = [message("merge-change", lang, place=c.place, was=c.was or "-", now=c.now) for c in merging.changes]
    return "\n".join([*lines, str(output)])


def _merging(book: Book) -> _Merging:
    """Return the sheets to merge into; `WorkbookError` where there are none."""
    sheets = find_sheets(book).sheets
    both = [name for name in ("BOM", "Factors") if name in sheets]
    tables = {name: read_table(name, sheets[name], schema.fields(name)) for name in both}
    if len(tables) < 2 or not tables["Factors"].columns or "dataset" not in tables["BOM"].columns:
        raise WorkbookError(problem("merge-no-sheet", Place(book.file, "Factors")))
    return _Merging(tables["BOM"], tables["Factors"])


class _Merging:
    """Cells on their way into a workbook."""

    def __init__(self, bom: Table, factors: Table) -> None:
        self.bom, self.factors = bom, factors
        self.cells: Cells = {}
        self.changes: list[Change] = []
        self.lines = {(row.text("line"), row.text("supplier")): row for row in bom.rows}
        self.known = {row.text("code"): row for row in factors.rows}
        self.free = max(filled_rows(factors.sheet), default=0) + 1

    def take(self, supplier: str, answer: Answer) -> Iterator[Problem]:
        """Set the cells of one answer; yield why it does not fit."""
        asked = answer.asked
        line = self.lines.get((asked.line, supplier))
        if line is None:
            yield problem("merge-line", answer.place, line=asked.line, supplier=supplier)
        elif line.text("unit") != asked.unit or line.text("name") != asked.name:
            yield problem("merge-other", answer.place, line=asked.line, cell=line.place().address)
        elif line.text("secondary"):
            yield problem("merge-recycled", answer.place, line=asked.line, cell=line.place("secondary").address)
        else:
            code = plain(f"{supplier}-{asked.line}")
            said = {"code": code, "name": asked.name, "unit": asked.unit, "status": UNCHECKED, "supplier": supplier}
            self.factor({**said, **answer.values})
            self.set(self.bom, line.index, "dataset", code, line.text("dataset"))

    def factor(self, values: Mapping[str, object]) -> None:
        """Set the row of the Factors sheet that has the code of ``values``, the first free one where none has."""
        row = self.known.get(str(values["code"]))
        index = self.free if row is None else row.index
        self.free += row is None
        for key, value in values.items():
            self.set(self.factors, index, key, _value(value), _shown(row, key))

    def set(self, table: Table, index: int, key: str, value: Value, was: str) -> None:
        """Set one cell, and note it where it held something else."""
        column = table.columns.get(key)
        now = _text(value)
        if column is None or now == was:
            return
        self.cells[table.sheet.name, index + 1, column.at + 1] = value
        self.changes.append(Change(table.sheet.place(index, column.at), was, now))


def _value(value: object) -> Value:
    return "; ".join(value) if isinstance(value, tuple) else value  # type: ignore[return-value]


def _shown(row: Row | None, key: str) -> str:
    return "" if row is None or key not in row.values else _text(_value(row.values[key]))


def _text(value: Value) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:.12g}" if isinstance(value, float) else str(value)
