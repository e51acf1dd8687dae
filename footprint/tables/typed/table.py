"""A sheet on its way from cells to a bill: its columns, its typed rows, its problems, and what became of each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from footprint.errors import Problem
from footprint.model.bill import Notice, RowState
from footprint.model.fields import Field
from footprint.model.sheets import Sheet
from footprint.provenance import Place
from footprint.tables.typed.cells import Convert, Typed
from footprint.tables.typed.grid import ADDRESS


class Column(NamedTuple):
    """A column of the sheet that holds a field; ``at`` counts from zero."""

    field: Field
    at: int
    letters: str
    convert: Convert


class Row:
    """One typed row. ``index`` counts from zero; ``values`` holds the filled cells by field key.

    ``parent`` is the line a BOM line is part of, "" for the product, however the workbook states it.
    """

    __slots__ = ("index", "parent", "table", "values")

    def __init__(self, table: Table, index: int) -> None:
        self.table, self.index = table, index
        self.values: dict[str, Typed] = {}
        self.parent = ""

    def text(self, key: str) -> str:
        """Return a text, "" when the cell is empty."""
        return cast("str", self.values.get(key, ""))

    def number(self, key: str) -> float | None:
        """Return a number, None when the cell is empty or holds a word."""
        value = self.values.get(key)
        return value if isinstance(value, float) else None

    def date(self, key: str) -> dt.date | None:
        """Return a date, None when the cell is empty."""
        return cast("dt.date | None", self.values.get(key))

    def parts(self, key: str) -> tuple[str, ...]:
        """Return the parts of a list."""
        return cast("tuple[str, ...]", self.values.get(key, ()))

    def place(self, key: str = "") -> Place:
        """Return the place of the cell of ``key``, of the row when there is no such column."""
        column = self.table.columns.get(key)
        letters = column.letters if column else "A"
        return Place(self.table.sheet.file, self.table.sheet.name, f"{letters}{self.index + 1}")

    def places(self) -> dict[str, Place]:
        """Return the places of the filled cells by field key."""
        file, name, number = self.table.sheet.file, self.table.sheet.name, str(self.index + 1)
        columns = self.table.columns
        return {key: Place(file, name, columns[key].letters + number) for key in self.values}


@dataclass(slots=True)
class Table:
    """What was read of one sheet. ``states`` tells by row index why a row is not simply used: (state, why).

    ``refused`` holds the addresses of the cells that have a problem.
    """

    name: str
    sheet: Sheet
    columns: dict[str, Column] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    states: dict[int, tuple[str, str]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def place(self) -> Place:
        """The sheet."""
        return Place(self.sheet.file, self.sheet.name)

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Add problems; the row of each is rejected."""
        for found in problems:
            self.problems.append(found)
            self.reject(found)

    def reject(self, found: Problem) -> None:
        """Mark the row in which a problem stands as rejected; the first reason stays."""
        match = ADDRESS.fullmatch(found.place.cell) if isinstance(found.place, Place) else None
        if match is None:
            return
        self.refused.add(match[0])
        index = int(match[2]) - 1
        if self.states.get(index, ("used",))[0] != "rejected":
            self.states[index] = ("rejected", found.code)

    def account(self) -> Iterator[RowState]:
        """Yield what became of each row, in the order of the sheet."""
        known = {row.index for row in self.rows}
        for index in sorted(known | self.states.keys()):
            if index in known or self.states[index][0] != "rejected":
                yield RowState(self.sheet.place(index), *self.states.get(index, ("used", "")))
