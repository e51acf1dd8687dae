"""Take what suppliers answered, or sent on their own, into a copy of the workbook, and say what changed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from footprint.asking import bought, plain, unasked
from footprint.errors import Problem, RequestError, WorkbookError, problem
from footprint.files import put
from footprint.intake import read as intake
from footprint.intake import request as requests
from footprint.intake import schema
from footprint.intake.find import find_sheets
from footprint.intake.request import Answer, Answers
from footprint.intake.resting import Rows
from footprint.messages import message
from footprint.model.bill import Bill
from footprint.model.fields import Field
from footprint.model.sheets import Book
from footprint.provenance import Place
from footprint.service import HERE, Request, opened
from footprint.tables.edit import edited, suffix
from footprint.tables.harmless import safe
from footprint.tables.inplace.change import Value
from footprint.tables.read import content_of, parse
from footprint.tables.read import read as read_book
from footprint.tables.typed.grid import filled_rows
from footprint.tables.typed.rows import read_table
from footprint.tables.typed.table import Row, Table

UNCHECKED = "unverified"
WHOLE = frozenset(("cradle-to-gate", "service"))
"""Boundaries of a footprint that is all that is caused up to the supplier's gate."""


class Change(NamedTuple):
    """One cell that a merge sets: what stood there and what stands there now."""

    place: Place
    was: str
    now: str


class Fit(NamedTuple):
    """What the factor of a line must fit: its unit, whether it states the mass of one, and the cell of the unit."""

    unit: str
    weighed: bool
    place: Place


Fitted = Callable[[Fit | None], Mapping[str, object]]


class Given(NamedTuple):
    """The workbook to merge into: its bytes, its sheets, its bill, and the fields its rules bring."""

    path: Path
    content: bytes
    book: Book
    bill: Bill
    fields: tuple[Field, ...]


def merge(workbook: Path, answers: Sequence[Path], output: Path, lang: str, *, force: bool = False) -> str:
    """Write ``workbook`` with the ``answers`` of suppliers in it to ``output`` and return what changed, cell by cell.

    Raises `WorkbookError` for what does not belong together; the workbook itself is never written to.
    """
    given = _given(workbook, output, force=force)
    merging = _Merging(given)
    problems = [p for path in answers for p in merging.take_all(requests.read(read_book(path)))]
    if problems:
        raise WorkbookError(*problems)
    return _written(given, merging, output, lang)


class Sent(NamedTuple):
    """A factor on its way into a workbook, stated at ``source``, and the ids of the footprints it takes the place of.

    ``row``: its values by field, for the line of the BOM whose dataset it becomes; None without one.
    """

    row: Fitted
    source: Place
    preceding: tuple[str, ...] = ()


def write_factor(workbook: Path, sent: Sent, output: Path, lang: str, *, line: str = "", force: bool = False) -> str:
    """Write ``workbook`` with a row of its Factors sheet to ``output`` and return what changed, cell by cell.

    It takes the place of the same footprint, of one that it names as preceding, or of one of the same code that
    nothing but ``line`` rests on; else it is a row of its own.
    """
    given = _given(workbook, output, force=force)
    merging = _Merging(given)
    into = _line(given, merging, line) if line else None
    fit = None if into is None else Fit(into.text("unit"), bool(into.number("net_mass")), into.place("unit"))
    values = dict(sent.row(fit))
    values["code"] = merging.rows.code(values, sent.preceding, into)
    if values.get("state") and "state" not in merging.factors.columns:
        field = schema.field("Factors", "state")
        raise WorkbookError(Problem("merge-no-state", merging.factors.place, {"en": field.en, "zh": field.zh}))
    merging.factor(values, lambda _: sent.source, into)
    if into is not None:
        merging.set(merging.bom, into.index, "dataset", str(values["code"]), into.text("dataset"))
    return _written(given, merging, output, lang)


def _line(given: Given, merging: _Merging, line: str) -> Row:
    """Return the line of the BOM that may take a factor; an error for one that is not there, or has no place for it."""
    rows = [row for row in merging.bom.rows if row.text("line") == line]
    if len(rows) != 1:
        near = tuple(row.text("line") for row in merging.bom.rows)[:3]
        raise RequestError(problem("merge-line-unknown", Place(given.book.file, "BOM"), near=near, line=line))
    reasons = [reason for each in given.bill.bom if each.id == line for reason in unasked(each)]
    if reasons:
        raise WorkbookError(*reasons)
    return rows[0]


def _given(workbook: Path, output: Path, *, force: bool) -> Given:
    """Return the workbook; refuse to write over it, over what is there unless forced, or by a wrong name."""
    content = content_of(workbook)
    needed = suffix(content, workbook.name)
    if output.suffix.casefold() != needed:
        raise RequestError(problem("merge-name", Place(str(output)), suffix=needed))
    if output.resolve() == workbook.resolve() or (output.exists() and not force):
        raise RequestError(problem("file-exists", Place(str(output))))
    book, pcr = opened(Request(workbook), lambda path: parse(content, path), HERE)
    return Given(workbook, content, book, intake.read(book, pcr.fields), tuple(pcr.fields))


def _written(given: Given, merging: _Merging, output: Path, lang: str) -> str:
    """Write the changed workbook, if it can still be read but for formulas to calculate, and return its changes."""
    made = edited(given.content, given.book.file, merging.cells)
    reading = intake.examine(parse(made.content, given.path), given.fields)
    problems = [p for p in reading.problems if not (p.code == "cell-uncached" and p.place in made.stale)]
    if problems:
        raise WorkbookError(*(p._replace(place=merging.origin(p.place)) for p in problems))
    put(output.parent, {output.name: made.content})
    changed = ((c.place, c.was or "-", c.now or "-") for c in merging.changes)
    changes = [message("merge-change", lang, place=place, was=was, now=now) for place, was, now in changed]
    noticed = (notice for notice in reading.notices if merging.origin(notice.place) != notice.place)
    came = [Problem(notice.code, notice.place, notice.facts) for notice in noticed]
    told = [p.text(lang) for p in (*merging.notices, *came, *made.notices)]
    return "\n".join([*(changes or [message("merge-nothing", lang)]), *told, str(output)])


def _tables(book: Book) -> tuple[Table, Table]:
    """Return the sheets to merge into; `WorkbookError` where there are none."""
    sheets = find_sheets(book).sheets
    both = [name for name in ("BOM", "Factors") if name in sheets]
    tables = {name: read_table(name, sheets[name], schema.fields(name)) for name in both}
    if len(tables) < 2 or not tables["Factors"].columns or "dataset" not in tables["BOM"].columns:
        raise WorkbookError(problem("merge-no-sheet", Place(book.file, "Factors")))
    return tables["BOM"], tables["Factors"]


class _Merging:
    """Cells on their way into a workbook."""

    def __init__(self, given: Given) -> None:
        self.bom, self.factors = _tables(given.book)
        self.cells: dict[str, dict[str, Value]] = {}
        self.changes: list[Change] = []
        self.notices: list[Problem] = []
        self._product = given.bill.product.text("id")
        self._lines = {(row.text("line"), row.text("supplier")): row for row in self.bom.rows}
        self._unasked = {(line.id, line.supplier): tuple(unasked(line)) for line in bought(given.bill)}
        self._codes = _codes(self._lines)
        self.rows = Rows(given.book, self.factors)
        self._free = max(filled_rows(self.factors.sheet), default=0) + 1
        self._taken: dict[str, Answer] = {}
        self._origins: dict[Place, Place] = {}

    def take_all(self, answers: Answers) -> Iterator[Problem]:
        """Set the cells of what one supplier answered; yield why it does not fit."""
        if answers.product != self._product:
            place = Place(answers.file, requests.ABOUT)
            yield problem("merge-product", place, asked=answers.product, product=self._product)
            return
        for answer in answers.rows:
            yield from self._take(answers.supplier, answer)

    def _take(self, supplier: str, answer: Answer) -> Iterator[Problem]:
        asked = answer.asked
        line = self._lines.get((asked.line, supplier))
        if line is None:
            yield problem("merge-line", answer.place("line"), line=asked.line, supplier=supplier)
        elif line.text("unit") != asked.unit or line.text("name") != asked.name:
            yield problem("merge-other", answer.place("line"), line=asked.line, cell=line.place().address)
        elif answer.values["boundary"] not in WHOLE:
            yield problem("merge-boundary", answer.place("boundary"), boundary=answer.values["boundary"])
        elif reasons := self._unasked.get((asked.line, supplier)):
            self.notices += reasons
        else:
            yield from self._put(supplier, line, answer)

    def _put(self, supplier: str, line: Row, answer: Answer) -> Iterator[Problem]:
        """Set the dataset of a line and its row of the Factors sheet, once."""
        asked = answer.asked
        code = self._codes[asked.line, supplier]
        before = self._taken.setdefault(code, answer)
        if before is not answer:
            if before.values != answer.values:
                yield problem("merge-twice", answer.place("line"), line=asked.line, first=before.place("line"))
            return
        said = {"code": code, "name": asked.name, "unit": asked.unit, "status": UNCHECKED, "supplier": supplier}
        self.factor({**said, **answer.values}, answer.place, line)
        self.set(self.bom, line.index, "dataset", code, line.text("dataset"))

    def factor(self, values: Mapping[str, object], origin: Callable[[str], Place], line: Row | None) -> None:
        """Set the row of the Factors sheet that has the code of ``values``, the first free one where none has.

        What a footprint can state and this one does not is cleared: it was said of another one. ``origin``: where each
        field is stated; ``line``: the line of the BOM that it is for.
        """
        row = self.rows.known.get(str(values["code"]))
        index = self._free if row is None else row.index
        self._free += row is None
        before = len(self.changes)
        unsaid = dict.fromkeys(key for key in requests.ASKED if key not in values)
        for key, value in {**values, **unsaid}.items():
            self.set(self.factors, index, key, _value(value), _shown(row, key))
        if row is not None and len(self.changes) > before:
            self.notices += self.rows.told(row, values, {change.place for change in self.changes[before:]}, line)
        for key, column in self.factors.columns.items():
            self._origins[self.factors.sheet.place(index, column.at)] = origin(key)

    def set(self, table: Table, index: int, key: str, value: Value, was: str) -> None:
        """Set one cell, and note it where it held something else."""
        column = table.columns.get(key)
        now = _text(value)
        if column is None or now == was:
            return
        place = table.sheet.place(index, column.at)
        self.cells.setdefault(table.sheet.name, {})[place.cell] = value
        self.changes.append(Change(place, was, now))

    def origin(self, place: Place | str) -> Place | str:
        """Return where what stands at ``place`` was stated, ``place`` itself where it stood in the workbook before."""
        return self._origins.get(place, place) if isinstance(place, Place) else place


def _codes(lines: Mapping[tuple[str, str], Row]) -> dict[tuple[str, str], str]:
    """Return the code of the factor of each line and supplier; names that are spelt alike get a number."""
    used: Counter[str] = Counter()
    codes: dict[tuple[str, str], str] = {}
    for line, supplier in lines:
        code = plain(f"{supplier}-{line}")
        used[code] += 1
        codes[line, supplier] = code if used[code] == 1 else f"{code}-{used[code]}"
    return codes


def _value(value: object) -> Value:
    if isinstance(value, tuple):
        return safe("; ".join(value))
    return safe(value) if isinstance(value, str) else value  # type: ignore[return-value]


def _shown(row: Row | None, key: str) -> str:
    return "" if row is None or key not in row.values else _text(_value(row.values[key]))


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:.12g}" if isinstance(value, float) else str(value)
