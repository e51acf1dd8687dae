"""Columns of numbers as they are written: each with the unit in its cell, and what is no number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming import headers
from footprint.layouts.naming.amounts import POINT, Amount, amount, decimal_mark
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.halves import told
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.unread import no_number
from footprint.model.sheets import Cell

PER_CENT = re.compile(r"(?<!\d)%|百分|percent|\bw/w\b|prozent", re.IGNORECASE)
"""What says in a header that amounts are parts of a whole."""
PARTS = frozenset({"%", "‰", "ppm"})
_BARE = frozenset({float, type(None)})


class Read(NamedTuple):
    """A column of numbers: each with the unit in its cell, "" for none; ``problems`` by position.

    ``asked``: what must be told before the column can be read at all.
    """

    values: Sequence[float | None]
    units: Sequence[str]
    problems: Mapping[int, Problem]
    asked: tuple[Problem, ...] = ()


def numbers(table: Table, field: str, layout: Layout) -> Read:
    """Return the numbers of a field as they are written, and what is none; what a format shows in per cent is that."""
    cells, shown = table.field(field), _per_cent(table, field)
    if not table.has(field) or (not shown and {*map(type, cells)} <= _BARE):
        return Read(cells, ("",) * len(cells), {})  # type: ignore[arg-type]
    mark = layout.constants.get("decimal") or decimal_mark(cells)
    mark = table.decimal if mark is None else mark
    values: list[float | None] = []
    found: list[str] = []
    problems: dict[int, Problem] = {}
    if mark is None:
        marks = {at: decimal_mark([cell]) for at, cell in enumerate(cells) if isinstance(cell, str)}
        at = min((each is not None, at) for at, each in marks.items() if each != "")[1]
        asked = problem("import-decimal", table.place(at, field), text=str(cells[at]))
        return Read((None,) * len(cells), ("",) * len(cells), {}, (asked,))
    for at, cell in enumerate(cells):
        read = _shown(cell, is_per_cent=at in shown) if isinstance(cell, float) else _amount(cell, mark or POINT)
        if read is None and not _is_blank(cell):
            problems[at] = problem(no_number(cell), table.place(at, field), text=str(cell))
        values.append(read.value if read else None)
        found.append(read.unit if read else "")
    read_ = Read(values, found, problems)
    return _with_fractions(read_, table, field, layout) if problems and field in _AMOUNTS else read_


def _with_fractions(read: Read, table: Table, field: str, layout: Layout) -> Read:
    """Return a column of amounts with its fractions read, or with the question what they are; not of per cent."""
    if PER_CENT.search(table.caption(field)):
        return read
    texts = {at: str(table.field(field)[at]) for at in read.problems}
    known, asked = told(texts, layout.constants.get("fractions", ""))
    if asked is not None:
        facts = {"text": texts[asked], "caption": table.caption(field)}
        return read._replace(asked=(problem("import-fraction", table.place(asked, field), (), **facts),))
    if not known:
        return read
    values = [known[at].value if at in known else value for at, value in enumerate(read.values)]
    units = [known[at].unit if at in known else unit for at, unit in enumerate(read.units)]
    return Read(values, units, {at: each for at, each in read.problems.items() if at not in known})


def _per_cent(table: Table, field: str) -> frozenset[int]:
    """Return the rows whose number in a field is per cent by its format: of shares, and of amounts with no other unit.

    Kilograms that are shown in per cent are kilograms.
    """
    if headers.types()[field] != "share" and field not in _MAY_BE_SHARES:
        return frozenset()
    shown = table.per_cent(field)
    if not shown or field not in _AMOUNTS:
        return shown
    beside = table.field("unit")
    return frozenset(at for at in shown if as_text(beside[at]) in {"", *PARTS})


def _shown(cell: float, *, is_per_cent: bool) -> Amount:
    return Amount(float(f"{cell * 100:.15g}"), "%") if is_per_cent else Amount(float(cell))


_AMOUNTS = frozenset({"quantity", "total_quantity"})
_MAY_BE_SHARES = _AMOUNTS | {"loss_factor"}


def _amount(cell: Cell, mark: str) -> Amount | None:
    return amount(cell, mark) if isinstance(cell, str) else None


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip() in _BLANKS)


_BLANKS = frozenset({"", "-", "--", "—", "/", "\\", "n/a", "N/A", "无"})
