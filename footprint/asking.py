"""Ask suppliers for their footprints, one small workbook each, and take the answers back into the workbook."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from footprint.errors import Problem, RequestError, WorkbookError, problem
from footprint.files import put
from footprint.intake import read as intake
from footprint.intake import request as requests
from footprint.intake import schema
from footprint.intake.find import find_sheets
from footprint.intake.request import Answer, Answers, Asked
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
    return f"request-{_plain(supplier)}.xlsx"


def _plain(name: str) -> str:
    return _ENDS.sub("-", name).strip("-.").lower() or "-"


def merge(workbook: Path, answers: Sequence[Path], output: Path, lang: str, *, force: bool = False) -> str:
    """Write ``workbook`` with the ``answers`` of suppliers in it to ``output`` and return what changed, cell by cell.

    Raises `WorkbookError` for what does not belong together; the workbook itself is never written to.
    """
    if output.resolve() == workbook.resolve() or (output.exists() and not force):
        raise RequestError(problem("file-exists", Place(str(output))))
    book = read_book(workbook)
    came = [requests.read(read_book(path)) for path in answers]
    cells, changes = _merged(book, came)
    content = edited(workbook.read_bytes(), cells)
    made, pcr = parse(content, output), opened(Request(workbook), lambda _: book, HERE)[1]
    intake.read(made, pcr.fields)
    put(output.parent, {output.name: content})
    lines = [message("merge-change", lang, place=c.place, was=c.was or "-", now=c.now) for c in changes]
    return "\n".join([*lines, str(output)])


def _merged(book: Book, came: Sequence[Answers]) -> tuple[Cells, list[Change]]:
    """Return the cells to set and what each held; `WorkbookError` with everything that does not fit."""
    sheets = find_sheets(book).sheets
    both = [name for name in ("BOM", "Factors") if name in sheets]
    tables = {name: read_table(name, sheets[name], schema.fields(name)) for name in both}
    if len(tables) < 2 or not tables["Factors"].columns or "dataset" not in tables["BOM"].columns:
        raise WorkbookError(problem("merge-no-sheet", Place(book.file, "Factors")))
    merging = _Merging(tables["BOM"], tables["Factors"])
    problems = [p for answers in came for answer in answers.rows for p in merging.take(answers.supplier, answer)]
    if problems:
        raise WorkbookError(*problems)
    return merging.cells, merging.changes


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
            code = _plain(f"{supplier}-{asked.line}")
            self._factor(code, supplier, answer)
            self._set(self.bom, line.index, "dataset", code, line.text("dataset"))

    def _factor(self, code: str, supplier: str, answer: Answer) -> None:
        row = self.known.get(code)
        index = self.free if row is None else row.index
        self.free += row is None
        said = {"code": code, "name": answer.asked.name, "unit": answer.asked.unit, "status": UNCHECKED}
        for key, value in {**said, "supplier": supplier, **answer.values}.items():
            self._set(self.factors, index, key, _value(value), _shown(row, key))

    def _set(self, table: Table, index: int, key: str, value: Value, was: str) -> None:
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
