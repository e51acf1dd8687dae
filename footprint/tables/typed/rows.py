"""Sheets with one header row: find the header, type every cell below it, keep account of every row."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from footprint.errors import Problem, problem
from footprint.messages import LANGUAGES, message
from footprint.model.bill import Notice
from footprint.model.fields import Field
from footprint.model.sheets import Cell, Sheet
from footprint.provenance import Place, column_letters, ranges
from footprint.tables.typed.cells import CellError, Convert, Typed, converter, is_error
from footprint.tables.typed.grid import (
    cells_of,
    corners,
    faulty_cells,
    filled_rows,
    is_blank,
    is_comment,
    unseen,
)
from footprint.tables.typed.headers import denominators_in, fits, named, near_field, unit_problems, units_in
from footprint.tables.typed.names import lookup
from footprint.tables.typed.table import Column, Row, Table

HEADER_WITHIN = 20
IN_UNIT_COLUMN = frozenset({"quantity", "amount"})
"""The amounts whose unit stands in the unit column of their row."""
Either = Mapping[str, Collection[str]]
"""Columns of which one is needed, by the code of the message that says so."""
_NEITHER: Either = MappingProxyType({})


def read_table(name: str, sheet: Sheet, fields: Sequence[Field], either: Either = _NEITHER) -> Table:
    """Return the typed rows of ``sheet``, its problems, its notices and the state of each row."""
    table = Table(name, sheet)
    header = find_header(sheet, lookup(fields))
    if header is None:
        without_header(table, fields)
        return table
    data = filled_rows(sheet, header + 1)
    _read_header(table, header, fields)
    _read_rows(table, data, faulty_cells(sheet))
    table.problems += (*_unlike_rows(table, header), *_unlike_denominators(table, header))
    if table.rows:
        _miss_columns(table, header, fields, either)
    _forbid_merged(table)
    table.notices += unseen(sheet, data)
    return table


def find_header(sheet: Sheet, names: dict[str, Field]) -> int | None:
    """Return the index of the row with the most headers among the first `HEADER_WITHIN`; None when none has two."""
    best, most = None, 1
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        keys = {field.key for cell in row if isinstance(cell, str) and (field := named(cell, names))}
        if len(keys) > most:
            best, most = index, len(keys)
    return best


def without_header(table: Table, fields: Sequence[Field]) -> None:
    """Reject everything on a sheet whose header is not found; an empty sheet is no problem here."""
    filled = filled_rows(table.sheet)
    if not filled:
        return
    required = [f for f in fields if f.required]
    table.problems.append(
        problem(
            "header-missing", table.place, rows=HEADER_WITHIN,
            headers_en=", ".join(f.en for f in required), headers_zh="、".join(f.zh for f in required),
        )
    )  # fmt: skip
    table.rows = [Row(table, index) for index in filled]
    table.states = dict.fromkeys(filled, ("rejected", "header-missing"))


def _read_header(table: Table, header: int, fields: Sequence[Field]) -> None:
    names = lookup(fields)
    unknown: dict[Place, str] = {}
    for index, cell in enumerate(table.sheet.rows[header]):
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        found = named(cell, names)
        place = table.sheet.place(header, index)
        if found is None:
            unknown[place] = " ".join(str(cell).split())
        elif found.key in table.columns:
            first = table.columns[found.key].letters + str(header + 1)
            table.problems.append(problem("column-twice", place, en=found.en, zh=found.zh, first=first))
        else:
            table.columns[found.key] = Column(found, index, column_letters(index), converter(found))
            table.problems += unit_problems(str(cell), found, place)
    table.notices += _unknown_columns(unknown, [f for f in fields if f.key not in table.columns])


def _unlike_rows(table: Table, header: int) -> Iterator[Problem]:
    """Yield the units in the header of an amount that are not those in the unit column, which counts."""
    for column in (table.columns[key] for key in IN_UNIT_COLUMN & table.columns.keys() if "unit" in table.columns):
        for written in units_in(str(table.sheet.rows[header][column.at])):
            row = next((row for row in table.rows if (unit := row.text("unit")) and not fits(written, unit)), None)
            if row is not None:
                first = row.place(column.field.key).cell
                place = table.sheet.place(header, column.at)
                yield problem("header-unit-row", place, text=written, first=first, unit=row.text("unit"))


def _unlike_denominators(table: Table, header: int) -> Iterator[Problem]:
    """Yield the units that a factor's header says it is per one of, where the unit column says another."""
    for column in table.columns.values() if table.name == "Factors" and "unit" in table.columns else ():
        for written in denominators_in(str(table.sheet.rows[header][column.at])):
            row = next((row for row in table.rows if (unit := row.text("unit")) and not fits(written, unit)), None)
            if row is not None:
                first, place = row.place(column.field.key).cell, table.sheet.place(header, column.at)
                yield problem("header-unit-row", place, text=written, first=first, unit=row.text("unit"))


def _unknown_columns(unknown: Mapping[Place, str], missing: Sequence[Field]) -> Iterator[Notice]:
    """Yield the notice of each column that is not read, with the missing column that its header may mean."""
    captions = {caption.casefold(): field for field in missing for caption in (field.en, field.zh)}
    for place, header in unknown.items():
        near = near_field(header, captions)
        hints = {f"hint_{lang}": _hint(near, lang) for lang in LANGUAGES}
        yield Notice("column-unknown", place, {"header": header, **hints})


def _hint(near: Field | None, lang: str) -> str:
    """Return the question after the sentence, "" where nothing is near."""
    if near is None:
        return ""
    return (" " if lang == "en" else "") + message("did-you-mean", lang, near=f"'{near.title(lang)}'")


def _miss_columns(table: Table, header: int, fields: Sequence[Field], either: Either) -> None:
    """Add a problem per required column that the header lacks, and reject every row for it."""
    place = table.sheet.place(header)
    missing = [f for f in fields if f.required and f.key not in table.columns]
    problems = [problem("column-missing", place, en=f.en, zh=f.zh) for f in missing]
    problems += [Problem(code, place) for code, keys in either.items() if not set(keys) & table.columns.keys()]
    table.problems[:0] = problems
    for row in table.rows if problems else ():
        table.states.setdefault(row.index, ("rejected", problems[0].code))


def _read_rows(table: Table, data: Iterable[int], faults: dict[int, dict[str, Problem]]) -> None:
    known = {column.letters: column.at for column in table.columns.values()}
    first = min(known.values(), default=0)
    outside: list[int] = []
    for index in data:
        cells = cells_of(table.sheet, index)
        faulty = {letters: fault for letters, fault in faults.get(index, {}).items() if letters in known}
        if is_comment(cells[: first + 1]):
            table.states[index] = ("excluded", "comment")
        elif not faulty and is_blank([cells[i] for i in known.values() if i < len(cells)]):
            table.states[index] = ("excluded", "outside-columns")
            outside.append(index + 1)
        else:
            table.rows.append(_read_row(table, index, cells, faulty))
    if outside:
        table.notices.append(Notice("rows-outside", table.place, {"rows": ranges(outside)}))


def _read_row(table: Table, index: int, cells: Sequence[Cell], faulty: dict[str, Problem]) -> Row:
    """Return one typed row; a cell that is refused is left out of its values and noted as a problem."""
    row = Row(table, index)
    width = len(cells)
    for key, column in table.columns.items():
        cell = cells[column.at] if column.at < width else None
        if faulty and column.letters in faulty:
            table.refuse([faulty[column.letters]])
        elif cell is None or (type(cell) is str and not cell.strip()):
            if column.field.required:
                table.refuse([problem("value-missing", row.place(key), en=column.field.en, zh=column.field.zh)])
        else:
            try:
                row.values[key] = column.convert(cell) if type(cell) is float else typed(column.convert, cell)
            except CellError as refusal:
                table.refuse([refused(refusal, row.place(key), column.field)])
    return row


def typed(convert: Convert, cell: Cell) -> Typed:
    """Return a filled cell converted; `CellError` where it is refused or holds the text of a spreadsheet error."""
    if is_error(cell):
        raise CellError("cell-error", error=str(cell).strip())
    return convert(cell)


def refused(refusal: CellError, place: Place, column: Field) -> Problem:
    """Return the problem of a refused cell."""
    return Problem(refusal.code, place, {"en": column.en, "zh": column.zh, **refusal.facts}, refusal.near)


def _forbid_merged(table: Table) -> None:
    """Refuse merged ranges that hide cells of known columns; they explain the values missing there."""
    hidden: set[str] = set()
    rows = [row.index for row in table.rows]
    for area in table.sheet.merged:
        top, left, bottom, right = corners(area)
        touched = rows[bisect_left(rows, top) : bisect_right(rows, bottom)]
        letters = {c.at: c.letters for c in table.columns.values() if left <= c.at <= right}
        covered = len(touched) * len(letters) - (top in touched and left in letters)
        if covered and not is_blank(cells_of(table.sheet, top)[left : left + 1]):
            table.problems.append(problem("cell-merged", table.sheet.place(touched[0], left), range=area))
            table.states.update(dict.fromkeys(touched, ("rejected", "cell-merged")))
            hidden.update(f"{letter}{index + 1}" for index in touched for letter in letters.values())
    table.problems = [p for p in table.problems if p.code != "value-missing" or _cell(p) not in hidden]


def _cell(found: Problem) -> str:
    return found.place.cell if isinstance(found.place, Place) else ""
