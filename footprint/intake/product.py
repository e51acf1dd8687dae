"""The sheets with one field per row, its value beside it: Product and Publication."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, UnfitError, WorkbookError, problem
from footprint.intake import schema
from footprint.intake.checks import not_empty
from footprint.intake.uncertain import of_field, unread
from footprint.messages import LANGUAGES
from footprint.model.bill import Entry, Notice
from footprint.model.fields import Field
from footprint.model.sheets import Cell, Sheet
from footprint.model.uncertain import Spread
from footprint.provenance import Place, column_letters
from footprint.tables.typed.cells import CellError, converter, reads_as
from footprint.tables.typed.grid import cells_of, faulty_cells, filled_rows, is_blank, is_comment, unseen
from footprint.tables.typed.headers import named, unit_problems
from footprint.tables.typed.names import clean, lookup, plain
from footprint.tables.typed.rows import HEADER_WITHIN, refused, typed, without_header
from footprint.tables.typed.table import Row, Table

DEFAULT_DATABASE = "open-cn"
NUMBERS = frozenset({"number", "positive", "share"})
DIVISORS = ("declared_amount", "bom_quantity", "net_mass")


class Layout(NamedTuple):
    """Where fields, values and units stand: column indices, and the first row of data."""

    key: int
    value: int
    unit: int | None
    start: int
    uncertainty: int | None = None


class Keyed(NamedTuple):
    """Such a sheet with its problems and row states, its entries by field key, and the cell of each field's value."""

    table: Table
    entries: dict[str, Entry]
    cells: dict[str, Place]


def read_product(sheet: Sheet, extra: Sequence[Field], own: Sequence[Field] = ()) -> Keyed:
    """Return the Product sheet.

    ``own``: the fields of the rules the workbook was written for, where those of others are read.
    """
    keyed = read_keyed("Product", sheet, extra, own)
    keyed.table.refuse(_checked(keyed.entries) if keyed.cells else not_empty(keyed.table))
    _default_databases(keyed.table, keyed.entries)
    return keyed


def read_keyed(name: str, sheet: Sheet, extra: Sequence[Field] = (), own: Sequence[Field] = ()) -> Keyed:
    """Return ``sheet`` as the sheet ``name`` of the schema."""
    table = Table(name, sheet)
    fields = schema.fields(name, extra)
    names = lookup(fields)
    layout = find_layout(sheet, names, name)
    entries: dict[str, Entry] = {}
    seen: dict[str, Place] = {}
    if layout is None:
        without_header(table, fields)
        return Keyed(table, entries, seen)
    headers = enumerate(sheet.rows[layout.start - 1]) if layout.start else ()
    told = {sheet.place(layout.start - 1, at): str(cell) for at, cell in headers if at not in layout}
    table.refuse(unread(told))
    data = filled_rows(sheet, layout.start)
    faults = faulty_cells(sheet)
    for index in data:
        _read_field(_Line(table, layout, index, faults.get(index, {}), own), names, seen, entries)
    table.notices += unseen(sheet, data)
    table.problems += [
        problem("field-missing", table.place, en=f.en, zh=f.zh) for f in fields if f.required and f.key not in seen
    ]
    return Keyed(table, entries, seen)


def find_layout(sheet: Sheet, names: dict[str, Field], name: str = "Product") -> Layout | None:
    """Return the layout told by a header row, else the one in which most cells of a column are fields; None if none."""
    columns = lookup(schema.columns(name))
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        found = {columns[said].key: i for i, cell in enumerate(row) if (said := plain(str(cell))) in columns}
        if {"field", "value"} <= found.keys():
            return Layout(found["field"], found["value"], found.get("unit"), index + 1, found.get("uncertainty"))
    cells = [(r, c) for r, row in enumerate(sheet.rows) for c, cell in enumerate(row) if _is_field(cell, names)]
    if not cells:
        return None
    key = Counter(c for _, c in cells).most_common(1)[0][0]
    return Layout(key, key + 1, None, min(r for r, c in cells if c == key))


def _is_field(cell: Cell, names: dict[str, Field]) -> bool:
    return isinstance(cell, str) and named(cell, names) is not None


class _Line(NamedTuple):
    """One row of the sheet."""

    table: Table
    layout: Layout
    at: int
    faults: dict[str, Problem]
    own: Sequence[Field] = ()

    def cell(self, column: int | None) -> Cell:
        cells = cells_of(self.table.sheet, self.at)
        return cells[column] if column is not None and column < len(cells) else None

    def place(self, column: int) -> Place:
        return self.table.sheet.place(self.at, column)

    def unfilled(self) -> bool:
        """Tell whether nobody filled in this row of a sheet that nobody must fill in."""
        value = self.layout.value
        asked = schema.sheets()[self.table.name].required or column_letters(value) in self.faults
        return not asked and is_blank([self.cell(value)])

    def set_state(self, state: str, why: str) -> None:
        self.table.states[self.at] = (state, why)


def _read_field(line: _Line, names: dict[str, Field], seen: dict[str, Place], entries: dict[str, Entry]) -> None:
    table, key = line.table, line.cell(line.layout.key)
    if is_comment(cells_of(table.sheet, line.at)[: line.layout.key + 1]):
        line.set_state("excluded", "comment")
        return
    field = named(key, names) if isinstance(key, str) else None
    if field is not None and field.key not in seen and line.unfilled():
        seen[field.key] = line.place(line.layout.value)
        return
    table.rows.append(Row(table, line.at))
    if field is None:
        line.set_state("excluded", "unknown-field")
        table.notices.append(Notice("field-unknown", line.place(line.layout.key), {"field": clean(str(key or ""))}))
    elif field.key in seen:
        first = seen[field.key].cell
        table.refuse([problem("field-twice", line.place(line.layout.key), en=field.en, zh=field.zh, first=first)])
    else:
        seen[field.key] = line.place(line.layout.value)
        _read_value(line, field, entries)


def _read_value(line: _Line, field: Field, entries: dict[str, Entry]) -> None:
    cell, place = line.cell(line.layout.value), line.place(line.layout.value)
    fault = line.faults.get(column_letters(line.layout.value))
    if fault is not None:
        line.table.refuse([fault])
    elif is_blank([cell]):
        if field.required:
            line.table.refuse([problem("value-missing", place, en=field.en, zh=field.zh)])
        else:
            line.set_state("excluded", "left-empty")
            line.table.refuse(_spread(line, field, None)[1])
    else:
        line.table.refuse(unit_problems(str(line.cell(line.layout.key)), field, line.place(line.layout.key)))
        line.table.refuse(_wrong_unit(line, field))
        _keep(line, field, cell, entries)


def _keep(line: _Line, field: Field, cell: Cell, entries: dict[str, Entry]) -> None:
    place = line.place(line.layout.value)
    try:
        value = typed(converter(field), cell)
    except CellError as refusal:
        if field.required or not _is_of_own(line.own, field, cell):
            line.table.refuse([refused(refusal, place, field)])
            return
        line.set_state("excluded", "left-empty")
        facts = {"written": clean(str(cell)), "en": field.en, "zh": field.zh}
        line.table.notices.append(Notice("adapted-choice", place, facts))
        return
    spread, problems = _spread(line, field, value)
    line.table.refuse(problems)
    entries[field.key] = Entry("; ".join(value) if isinstance(value, tuple) else value, field.unit, place, spread)


def _spread(line: _Line, field: Field, value: object) -> tuple[Spread | None, list[Problem]]:
    """Return how far the number of a field may be off where its row says so, and what is wrong with saying so."""
    at = line.layout.uncertainty
    written = line.cell(at)
    if at is None or is_blank([written]):
        return None, []
    try:
        stated = of_field(str(written), value, field.unit)
    except UnfitError as exc:
        return None, [Problem(exc.code, line.place(at), exc.facts)]
    called = {lang: field.title(lang) for lang in LANGUAGES}
    entered = (value, field.unit) if isinstance(value, float) else None
    return Spread(line.place(line.layout.value), stated, str(written).strip(), "", called, entered), []


def _is_of_own(own: Sequence[Field], field: Field, cell: Cell) -> bool:
    """Tell whether a cell says what the rules it was written for let a field of this key say."""
    for theirs in own:
        if theirs.key == field.key:
            try:
                typed(converter(theirs), cell)
            except CellError:
                return False
            return True
    return False


def supposed(key: str, written: str, place: Place, extra: Sequence[Field]) -> Entry:
    """Return field ``key`` of the Product sheet as if ``written`` stood in it; `WorkbookError` where it may not."""
    field = next(f for f in schema.fields("Product", extra) if f.key == key)
    number = reads_as(written) if field.type in NUMBERS else None
    try:
        value = typed(converter(field), written if number is None else number)
    except CellError as refusal:
        raise WorkbookError(refused(refusal, place, field)) from refusal
    return Entry("; ".join(value) if isinstance(value, tuple) else value, field.unit, place)


def _wrong_unit(line: _Line, field: Field) -> Iterator[Problem]:
    """Yield a problem when the unit column names another unit than the field's own."""
    written = line.cell(line.layout.unit)
    if not field.unit or line.layout.unit is None or is_blank([written]) or same_unit(str(written), field.unit):
        return
    place = line.place(line.layout.unit)
    yield problem("unit-fixed", place, en=field.en, zh=field.zh, unit=field.unit, text=str(written).strip())


def same_unit(written: str, wanted: str) -> bool:
    """Tell whether two texts are one unit."""
    if clean(written) == clean(wanted):
        return True
    try:
        return units.unit(written) == units.unit(wanted)
    except units.UnknownUnitError:
        return False


def _checked(entries: dict[str, Entry]) -> Iterator[Problem]:
    """Yield what is wrong between fields, and the zeros by which amounts would be divided."""
    start, end = entries.get("period_start"), entries.get("period_end")
    if start and end and str(end.value) < str(start.value):
        yield problem("period-order", end.place, start=start.value, end=end.value)
    fields = {field.key: field for field in schema.fields("Product")}
    for key in DIVISORS:
        if key in entries and entries[key].value == 0:
            yield problem("amount-zero", entries[key].place, en=fields[key].en, zh=fields[key].zh)


def _default_databases(table: Table, entries: dict[str, Entry]) -> None:
    if "databases" not in entries:
        entries["databases"] = Entry(DEFAULT_DATABASE, "", table.place)
        table.notices.append(Notice("databases-default", table.place, {"database": DEFAULT_DATABASE}))
