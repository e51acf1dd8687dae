"""Brightway's workbook: one sheet or several, a block per activity, as its importer, premise and others write it.

A sheet that begins with ``skip`` is left out. Words of the blocks are known in any case; the columns of exchanges stand
in any order. Formulas of exchanges count with the parameters of activity, database and project; activities of one group
have the parameters of all of them. Formulas of the spreadsheet itself are what it has calculated of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from footprint.background.importers.asked import Asked, Read
from footprint.background.importers.brightway_formulas import parameters
from footprint.background.importers.brightway_own import restored_tables
from footprint.background.importers.brightway_parts import GAP, Moved, Node, processes
from footprint.background.importers.elementary import Elementary
from footprint.background.importers.formulas import Values
from footprint.background.importers.inventories import database
from footprint.background.importers.spelling import BRIGHTWAY, finite, unit_of, uuid_of
from footprint.errors import DatabaseError, FootprintError, Problem, UnfitError, problem
from footprint.model.bill import Notice
from footprint.model.sheets import Book, Cell, Sheet, digits
from footprint.provenance import Place
from footprint.tables.bundle import opened
from footprint.tables.read import beginning
from footprint.tables.read import read as read_book

FORMAT = "bw-excel"
_WORDS = {
    "database", "activity", "exchanges", "exchange", "parameters", "project parameters", "database parameters",
    "activity parameters", "skip",
}  # fmt: skip
_OWN = {"parameters", "activity parameters"}
_OUTER = ("project parameters", "database parameters")
_SPREAD = ("uncertainty type", "loc", "scale", "shape", "minimum", "maximum", "negative")
_NEEDED = ("amount", "type")


class _Row(NamedTuple):
    """A row that is not empty: its sheet, its number from zero, its cells."""

    sheet: Sheet
    number: int
    cells: tuple[Cell, ...]

    @property
    def word(self) -> str:
        """The first cell in small letters."""
        return _text(self.cells[0]).casefold() if self.cells else ""

    def place(self, column: int = 0) -> Place:
        """Return the place of a cell."""
        return self.sheet.place(self.number, column)


_Stated = tuple[str, float | None, str]
"""A parameter: its name, amount and formula."""


class _Parts(NamedTuple):
    """A block of an activity: what it says of itself, its parameters and its exchanges, each below their headers."""

    about: Sequence[_Row]
    own: Sequence[_Row]
    moved: Sequence[_Row]

    @property
    def id(self) -> str:
        """What stands in for the group of parameters that name none: nothing that a cell can hold."""
        return f"\0{self.about[0].place()}"


def sniff(path: Path) -> bool:
    """Tell whether a workbook has a block of Brightway: a database or activity in the first column, then exchanges."""
    try:
        return any(_is_brightway(sheet) for book in _books(path, _begun) for sheet in book.sheets)
    except FootprintError:
        return False


def read(path: Path, asked: Asked) -> Read:
    """Return the activities in ``path``, a workbook or a folder of them, as a database."""
    books = [*_books(path, _book)]
    own = restored_tables(books[0], asked) if len(books) == 1 else None
    if own is not None:
        return own
    notices: list[Notice] = []
    problems: list[Problem] = []
    nodes: list[Node] = []
    names: list[str] = []
    for book in books:
        sheets = [_Sheet(sheet, names, notices, problems) for sheet in book.sheets]
        values: Values | None = None
        for word in _OUTER:
            values = parameters([row for each in sheets for row in each.parameters(word)], values)
        groups = _Groups(sheets, values)
        for each in sheets:
            if _is_brightway(each.sheet):
                nodes += each.nodes(groups)
            elif not each.is_of_parameters:
                notices.append(Notice("brightway-sheet", each.sheet.place(0), {"name": each.sheet.name}))
    if problems:
        raise DatabaseError(*problems)
    flows = Elementary()
    title = names[0] if len(set(names)) == 1 else ""
    return database(processes(nodes, flows, notices, asked.tell), flows, path, asked, title, notices)


def _books(path: Path, read: Callable[[Path], Book]) -> Iterator[Book]:
    """Yield the workbooks of ``path``: the one it is, or those of a folder."""
    if path.is_dir():
        bundle = opened(path)
        yield from (read(path / name) for name in bundle.names if name.casefold().endswith((".xlsx", ".csv", ".xlsm")))
    elif path.is_file():
        yield read(path)


def _begun(path: Path) -> Book:
    """Return a workbook, or the first lines of a text."""
    return beginning(path) or _book(path)


def _book(path: Path) -> Book:
    stat = path.stat()
    return _known(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=1)
def _known(path: Path, _changed: int, _size: int) -> Book:
    """Return a workbook, read once by those that ask what it is and what it holds."""
    return read_book(path, by_name=False)


def _is_brightway(sheet: Sheet) -> bool:
    """Tell whether a sheet holds blocks, and is not left out by its first cell."""
    if not sheet.rows or _text(sheet.rows[0][0] if sheet.rows[0] else None).casefold() == "skip":
        return False
    words = {_text(row[0]).casefold() for row in sheet.rows if row}
    return "activity" in words and bool(words & {"exchanges", "exchange", "database"})


class _Sheet:
    """One sheet under way."""

    def __init__(self, sheet: Sheet, names: list[str], notices: list[Notice], problems: list[Problem]) -> None:
        self.sheet, self.names, self.notices, self.problems = sheet, names, notices, problems
        numbered = enumerate(sheet.rows)
        self.rows = [_Row(sheet, at, row) for at, row in numbered if any(cell not in (None, "") for cell in row)]

    def _blocks(self) -> Iterator[Sequence[_Row]]:
        """Yield the blocks of the sheet; those inside an activity are parts of it."""
        starts = [at for at, row in enumerate(self.rows) if row.word in _WORDS - {"exchanges", "exchange"} - _OWN]
        for start, end in pairwise([*starts, len(self.rows)]):
            yield self.rows[start:end]

    @property
    def is_of_parameters(self) -> bool:
        """Whether the sheet holds parameters for others."""
        return not self._is_skipped and any(row.word in _OUTER for row in self.rows)

    @property
    def _is_skipped(self) -> bool:
        return bool(self.rows) and self.rows[0].word == "skip"

    def parameters(self, word: str) -> Iterator[_Stated]:
        """Yield name, amount and formula of the parameters of all blocks that begin with ``word``."""
        for block in () if self._is_skipped else self._blocks():
            if block[0].word == word:
                yield from (stated for _, stated in self._stated(block[1:]))

    def _stated(self, rows: Sequence[_Row]) -> Iterator[tuple[str, _Stated]]:
        """Yield each parameter below its header, with the group that its row names."""
        columns = self._columns(rows[0]) if rows else {}
        for row in rows[1:]:
            cells = {name: row.cells[at] for name, at in columns.items() if at < len(row.cells)}
            name = _text(cells.get("name"))
            if name:
                stated = name, finite(cells.get("amount")), _text(cells.get("formula"))
                yield _text(cells.get("group")), stated

    def own(self) -> Iterator[tuple[str, str, _Stated]]:
        """Yield each parameter of an activity: by which id the activity is known, the group, what is stated."""
        for block in () if self._is_skipped else self._blocks():
            if block[0].word == "activity":
                parts = _parted(block)
                group = _second(parts.own[0]) if parts.own else ""
                for row, stated in self._stated(parts.own[1:]):
                    yield parts.id, group or row or parts.id, stated

    def nodes(self, groups: _Groups) -> Iterator[Node]:
        """Yield the activities of the sheet, each with the parameters of its group."""
        for block in self._blocks():
            if block[0].word == "database":
                self.names.append(_second(block[0]))
            elif block[0].word == "activity":
                yield self._node(_parted(block), groups)

    def _node(self, parts: _Parts, groups: _Groups) -> Node:
        """Return the activity of a block."""
        first = parts.about[0]
        said = {row.word: _second(row) for row in parts.about[1:] if len(row.cells) > 1}
        name = _second(first)
        if not name:
            self.problems.append(problem("brightway-no-name", first.place(1)))
        moved = tuple(self._moved(parts.moved))
        return Node(
            key=(self.names[-1] if self.names else "", uuid_of(said.get("code", ""))),
            name=name,
            place=first.place(),
            kind=said.get("type", "").casefold() or "process",
            product=said.get("reference product", ""),
            location=said.get("location", ""),
            unit=unit_of(said.get("unit", ""), BRIGHTWAY) or _unit_of(moved),
            within=_within(said.get("categories", "")),
            note=" ".join(filter(None, (said.get("comment"), said.get("description"), said.get("special remark")))),
            citation=said.get("source", ""),
            cas=said.get("cas number", ""),
            moved=moved,
            is_gap=said.get("kind") == GAP,
            values=groups.values(parts.id),
        )

    def _moved(self, rows: Sequence[_Row]) -> Iterator[Moved]:
        if not rows:
            return
        columns = self._columns(rows[0])
        missing = [name for name in _NEEDED if name not in columns]
        for name in missing:
            self.problems.append(problem("brightway-column", rows[0].place(), column=name))
        for row in () if missing else rows[1:]:
            cells = {name: row.cells[at] for name, at in columns.items() if at < len(row.cells)}
            if any(_text(cells.get(name)) for name in ("type", "amount", "formula")):
                yield self._exchange(row, columns, cells)
            else:
                self.notices.append(Notice("brightway-row", row.place(), {"text": _text(row.cells[0])[:80]}))

    def _columns(self, header: _Row) -> Mapping[str, int]:
        """Return column by name; the first of two that are called the same."""
        found: dict[str, int] = {}
        for at, cell in enumerate(header.cells):
            found.setdefault(" ".join(_text(cell).casefold().split()), at)
        return found

    def _exchange(self, row: _Row, columns: Mapping[str, int], cells: Mapping[str, Cell]) -> Moved:
        place = row.place(columns["amount"])
        said = {name: _text(cell) for name, cell in cells.items()}
        formula = f"= {said['formula']}" if said.get("formula") else ""
        return Moved(
            kind=said.get("type", ""),
            amount=self._unreadable(place) or cells.get("amount"),
            place=place,
            name=said.get("name", ""),
            product=said.get("reference product", ""),
            location=said.get("location", ""),
            unit=unit_of(said.get("unit", ""), BRIGHTWAY),
            within=_within(said.get("categories", "")),
            input=_key(said.get("input", "")),
            database=said.get("database", ""),
            comment=" ".join(filter(None, (said.get("comment"), formula))),
            spread={name: cells[name] for name in _SPREAD if cells.get(name) not in (None, "")},
            formula=said.get("formula", ""),
        )

    def _unreadable(self, place: Place) -> UnfitError | None:
        """Return why the cell of an amount has no value: an error of the spreadsheet, or a formula never calculated."""
        if place.cell in self.sheet.errors:
            return UnfitError("inventory-number", text=self.sheet.errors[place.cell])
        return UnfitError("brightway-uncached") if place.cell in self.sheet.uncached else None


class _Groups:
    """The parameters of a workbook, those of activities by the groups that they are in, which share them."""

    def __init__(self, sheets: Sequence[_Sheet], outer: Values | None) -> None:
        self._outer = outer
        self._rows: dict[str, list[_Stated]] = defaultdict(list)
        self._of: dict[str, dict[str, None]] = defaultdict(dict)
        self._known: dict[tuple[str, ...], Values] = {}
        for activity, group, stated in (each for sheet in sheets for each in sheet.own()):
            self._rows[group].append(stated)
            self._of[activity][group] = None

    def values(self, activity: str) -> Values:
        """Return the parameters that an activity counts with: of its group, then those further out."""
        groups = tuple(self._of.get(activity, ()))
        if groups not in self._known:
            self._known[groups] = parameters([row for group in groups for row in self._rows[group]], self._outer)
        return self._known[groups]


def _parted(block: Sequence[_Row]) -> _Parts:
    """Return the parts of a block, whichever comes first after what the activity says of itself."""
    at = next((at for at, row in enumerate(block) if row.word in {"exchanges", "exchange"}), len(block))
    own = next((at for at, row in enumerate(block) if row.word in _OWN), len(block))
    moved = block[at + 1 : own if own > at else len(block)]
    return _Parts(block[: min(at, own)], block[own : at if at > own else len(block)], moved)


def _text(cell: Cell) -> str:
    """Return a cell as a text, without the quotation marks that keep a text from being a number."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return digits(cell)
    text = str(cell).replace("\u00a0", " ").strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def _second(row: _Row) -> str:
    return _text(row.cells[1]) if len(row.cells) > 1 else ""


def _unit_of(moved: Sequence[Moved]) -> str:
    """Return the unit of what an activity makes, where it does not say its own."""
    return next((each.unit for each in moved if each.kind.casefold() == "production"), "")


def _within(text: str) -> tuple[str, ...]:
    """Return the compartments of ``air::urban air`` or ``('air', 'urban air')``."""
    if text.startswith("(") and text.endswith(")"):
        return tuple(part.strip(" '\"") for part in text[1:-1].split("',") if part.strip(" '\""))
    return tuple(part.strip() for part in text.split("::") if part.strip())


def _key(text: str) -> tuple[str, str]:
    """Return database and code of ``database::code`` or ``('database', 'code')``."""
    parts = _within(text)
    if len(parts) != 2:
        return "", ""
    is_quoted = len(parts[1]) > 1 and parts[1][0] == parts[1][-1] == "'"
    return parts[0], uuid_of(parts[1][1:-1] if is_quoted else parts[1])


