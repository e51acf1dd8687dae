"""A table of an exported bill, column by column: its filled rows, what stands in each field, what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from footprint.errors import Problem, problem
from footprint.layouts.locating.regions import Region
from footprint.layouts.naming import headers
from footprint.layouts.naming.amounts import decimal_mark
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.namings import are_names
from footprint.layouts.naming.records import Bills, bills, is_id, unnamed
from footprint.model.sheets import Cell, Sheet
from footprint.provenance import Place, column_letters
from footprint.tables.typed.grid import corners

_TEXTS = frozenset({"text", "parent", "unit"})
_NUMBERS = frozenset({"number", "mass", "length", "density", "linear_mass", "grammage", "share", "area",
                      "volume"})  # fmt: skip

_LAST = ("specification", "code")
_LEVELLED = frozenset({"outline", "code"})
"""Fields that may stand in several columns, one for each level."""
OWNERS = ("parent", "of_product")
_NAMING = ("code", "name", "outline", "specification", "material", "inci", "cas", "designator", "package", "sub_bom",
           "substitute", "manufacturer", "order_code")  # fmt: skip
"""Fields of what others are part of, and of what a row may be called by."""


_NO_CODES = frozenset({"n/a", "n.a.", "n.a", "-", "--", "—", "?", "~"})


class Fault(NamedTuple):
    """A cell without a value: an error of the spreadsheet, or a formula never calculated."""

    row: int
    column: int
    problem: Problem


class Table:
    """The rows of a region that hold anything. ``at``: their indices in the sheet, from zero; ``above``: its title's.

    A text merged over several rows counts in each of them; a number so merged stays in the first, or it would count
    several times.
    """

    def __init__(self, sheet: Sheet, region: Region) -> None:
        self.sheet, self.header = sheet, region.header
        self.columns = region.header.columns
        self.above, self.title, self.heading = region.above, region.title, region.heading
        self.faults = _faults(sheet, region)
        faulty = {fault.row for fault in self.faults}
        rows = sheet.rows
        empty = (None,) * len(rows[0]) if rows else ()
        inside = range(region.start, region.end)
        span = self.span
        if span == (0, len(empty)):
            self.at = [at for at in inside if rows[at] != empty or at in faulty]
        else:
            left, right = span
            self.at = [at for at in inside if any(c is not None for c in rows[at][left:right]) or at in faulty]
        texts = {at for field, ats in self.columns.items() if headers.types()[field] in _TEXTS for at in ats}
        self._carried = {column: cells for column, cells in _carried(sheet, region).items() if column in texts}
        self._taken: dict[int, list[Cell]] = {}
        self._deep: dict[str, list[Cell]] = {}
        self._lettered: dict[tuple[str, ...], list[tuple[str, list[Cell]]]] = {}
        self._filled = [rows[at] for at in self.at]
        self._none = (None,) * len(self.at)

    @cached_property
    def span(self) -> tuple[int, int]:
        """The columns of the table: all of the sheet, unless other tables stand beside it."""
        captions = self.header.captions
        beside = self.sheet.rows[self.header.bottom]
        others = [at for at, cell in enumerate(beside) if cell is not None and at not in captions]
        left = max((at + 1 for at in others if at < min(captions)), default=0)
        right = min((at for at in others if at > max(captions)), default=len(beside))
        return left, right

    @property
    def origin(self) -> Place:
        """The first cell of its header, or title: what tells it from other tables of its sheet."""
        return self.sheet.place(self.header.bottom, min(self.header.captions))

    @cached_property
    def decimal(self) -> str | None:
        """The decimal mark of the columns of numbers that tell one, where all of these agree."""
        numbers = (self.field(name) for name in self.columns if headers.types()[name] in _NUMBERS)
        told = {mark for cells in numbers if (mark := decimal_mark(cells))}
        return told.pop() if len(told) == 1 else None

    @cached_property
    def naming(self) -> tuple[str, ...]:
        """The fields that name its rows, the first one filled does: codes in words before what specifies them."""
        last = ("code", "specification") if self.has("code") and are_names(self.field("code")) else _LAST
        return ("name", "outline", *last)

    @property
    def named_by(self) -> str:
        """The field of the first column that names its rows, a material where nothing else does; "" for none."""
        fields = ("name", "outline", "code", "specification", "material")
        return next(filter(self.has, fields), "")

    @cached_property
    def uncoded(self) -> frozenset[int]:
        """The positions of the rows without a code: of nothing, or of signs alone."""
        cells = enumerate(self.field("code"))
        return frozenset(at for at, cell in cells if cell is None or (isinstance(cell, str) and not _tells(cell)))

    def __len__(self) -> int:
        return len(self.at)

    def column(self, index: int) -> list[Cell]:
        """Return the cells of one column of the sheet, a merged text in each of its rows."""
        taken = self._taken.get(index)
        if taken is None:
            taken = list(map(itemgetter(index), self._filled))
            for position, at in enumerate(self.at) if self._carried.get(index) else ():
                taken[position] = self._carried[index].get(at, taken[position])
            if index in self.columns.get("code", ()):
                taken = [*map(_coded, taken)]
            taken = [taken[at] for at in self._starts] if index in self.header.outer else taken
            is_owner = any(index in self.columns.get(field, ()) for field in OWNERS)
            taken = self._owned(taken) if is_owner else taken
            self._taken[index] = taken
        return taken

    @cached_property
    def _starts(self) -> list[int]:
        """The row that says what holds for each row: the last one with anything in the columns that do."""
        found: list[int] = []
        for position, row in enumerate(self._filled):
            says = any(row[at] is not None and row[at] != "" for at in self.header.outer)
            found.append(position if says or not found else found[-1])
        return found

    @cached_property
    def bills(self) -> Bills:
        """The bills that rows are the heads of: those that others name by an id, else those of rows without a part."""
        columns = [self.columns[field][0] for field in OWNERS if self.has(field)][:1]
        if not columns:
            return Bills()
        above = self._raw(columns[0])
        ids = [self._raw(at) for at, caption in self.header.captions.items() if is_id(caption) and at != columns[0]]
        caption = self.called(columns[0])
        found = bills(ids, above, self.field("code"), caption) if not self.header.outer else Bills()
        return found if found.by_id else unnamed(above, self.are_named, self.field("quantity"))

    def owners(self) -> list[str]:
        """Return what each row names that it is part of, or that the rows below it are."""
        return self.texts(next((field for field in OWNERS if self.has(field)), OWNERS[0]), range(len(self)))

    @cached_property
    def under(self) -> Sequence[int]:
        """The head of the bill that each row is a line of: the last above it of that name, else the first; -1: none."""
        heads = self.bills.heads
        first = {name: at for at, name in reversed([*heads.items()])}
        last: dict[str, int] = {}
        found: list[int] = []
        for at, owner in enumerate(self.owners() if heads else [""] * len(self)):
            last |= {heads[at]: at} if at in heads else {}
            found.append(-1 if at in heads else last.get(owner, first.get(owner, -1)))
        return found

    @cached_property
    def are_named(self) -> Sequence[bool]:
        """Whether each row says anything that it may be called by."""
        columns = [self.column(at) for field in _NAMING for at in self.columns.get(field, ())]
        return [any(cell is not None and cell != "" for cell in cells) for cells in zip(*columns, strict=True)] or (
            [True] * len(self))  # fmt: skip

    def _raw(self, index: int) -> list[Cell]:
        """Return the cells of a column as each row itself has them."""
        return [*map(itemgetter(index), self._filled)]

    def _owned(self, above: list[Cell]) -> list[Cell]:
        """Return what rows are part of by what bills make; what a head without a part names holds for those below."""
        found: list[Cell] = []
        for cell in above:
            is_carried = cell is None and found and self.bills.heads and not self.bills.by_id
            found.append(found[-1] if is_carried else self.bills.made.get(as_text(cell), cell))
        return found

    def field(self, name: str) -> Sequence[Cell]:
        """Return the cells of the first column of a field, or of levels in several; all empty where it has none."""
        columns = self.columns.get(name)
        if columns and columns[1:] and name in _LEVELLED:
            return self._levelled(name)
        return self.column(columns[0]) if columns else self._none

    def _levelled(self, name: str) -> Sequence[Cell]:
        """Return the last filled cell of each row in the columns of an outline, or of codes, one for each level."""
        if name not in self._deep:
            each = zip(*(self.column(at) for at in self.columns[name]), strict=True)
            self._deep[name] = [next((cell for cell in reversed(cells) if cell is not None), None) for cells in each]
        return self._deep[name]

    def cells(self, fields: tuple[str, ...], position: int) -> str:
        """Return the filled cells of some fields in the row at ``position``, as addresses."""
        lettered = self._lettered.get(fields)
        if lettered is None:
            columns = [column for field in fields for column in self.columns.get(field, ())]
            lettered = self._lettered[fields] = [(column_letters(each), self.column(each)) for each in columns]
        row = self.at[position] + 1
        return ", ".join([f"{letters}{row}" for letters, cells in lettered if cells[position] is not None])

    def per_cent(self, name: str) -> frozenset[int]:
        """Return the positions of the cells of a field whose formats show their numbers in per cent."""
        if not (self.sheet.per_cent and self.has(name)):
            return frozenset()
        letters, shown = column_letters(self.columns[name][0]), self.sheet.per_cent
        return frozenset(position for position, at in enumerate(self.at) if f"{letters}{at + 1}" in shown)

    def texts(self, name: str, kept: Sequence[int]) -> list[str]:
        """Return the cells of a field in some rows as texts."""
        if not self.has(name):
            return [""] * len(kept)
        cells = self.field(name)
        return [as_text(cells[at]) for at in kept]

    def has(self, name: str) -> bool:
        """Tell whether the table has a column for a field."""
        return name in self.columns

    def place(self, position: int, field: str = "") -> Place:
        """Return the cell of a field in the row at ``position``; of column A without one; the header's without rows."""
        columns = self.columns.get(field)
        letters = column_letters(columns[0] if columns else 0)
        row = self.at[position] if self.at else max(self.header.bottom, 0)
        return Place(self.sheet.file, self.sheet.name, f"{letters}{row + 1}")

    def called(self, index: int) -> str:
        """Return the caption of a column, its letters where it has none."""
        return self.header.captions.get(index) or column_letters(index)

    def caption(self, field: str) -> str:
        """Return the header of a field as it stands; "" where there is none."""
        columns = self.columns.get(field)
        return self.header.captions[columns[0]] if columns else ""

    def unit_of(self, field: str) -> str:
        """Return the unit in the header of a field."""
        columns = self.columns.get(field)
        return self.header.units.get(columns[0], "") if columns else ""


def _tells(cell: str) -> bool:
    return cell[:1].isalnum() or any(map(str.isalnum, cell))


def _coded(cell: Cell) -> Cell:
    """Return a cell of codes, None where it only says that there is no code."""
    return None if isinstance(cell, str) and cell.strip().casefold() in _NO_CODES else cell


def filled_down(cells: Sequence[Cell]) -> list[str]:
    """Return cells as texts, an empty one as the last above it; "" above all of them."""
    found: list[str] = []
    for cell in cells:
        found.append(as_text(cell) or (found[-1] if found else ""))
    return found


def _faults(sheet: Sheet, region: Region) -> tuple[Fault, ...]:
    """Return the cells of a region without a value."""
    found = []
    for address in region.faulty:
        row, column = corners(address)[:2]
        place = Place(sheet.file, sheet.name, address)
        error = sheet.errors.get(address)
        said = problem("cell-error", place, error=error) if error else problem("cell-uncached", place)
        found.append(Fault(row, column, said))
    return tuple(found)


def _carried(sheet: Sheet, region: Region) -> Mapping[int, Mapping[int, Cell]]:
    """Return what merged ranges over several rows hold, by column and row: a group stands for each of its rows."""
    found: dict[int, dict[int, Cell]] = {}
    reached: dict[int, int] = {}
    for top, left, bottom, right in region.merged:
        if bottom > top >= reached.get(left, 0) and left == right and left < len(sheet.rows[top]):
            reached[left] = bottom + 1
            value = sheet.rows[top][left]
            found.setdefault(left, {}).update(dict.fromkeys(range(top, min(bottom + 1, region.end)), value))
    return found
