"""The lines of a workbook as matching sees them: read even where nothing can be calculated from it yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from footprint import units
from footprint.errors import WorkbookError, problem
from footprint.intake import schema
from footprint.intake.build import Builder, how
from footprint.intake.find import CANDIDATES, find_sheets
from footprint.intake.product import read_product
from footprint.intake.structure import set_parents
from footprint.model.bill import Entry, FactorRow
from footprint.model.matched import How, Wanted
from footprint.model.sheets import Book, Sheet
from footprint.provenance import Place
from footprint.tables.typed.names import lookup, plain
from footprint.tables.typed.rows import find_header, read_table
from footprint.tables.typed.table import Row, Table

MATCH = ("matched_by", "match_dataset", "match_confidence", "match_reason")
"""The columns of the BOM that matching writes besides the dataset."""
_READ = frozenset({"BOM", "Processes", "Factors"})


class Line(NamedTuple):
    """A line of the BOM: what it asks for, where it stands, and what it has.

    ``each``: units of it per unit of its parent, None where that cannot be read; ``is_made``: its dataset is that of
    its parts, or of a process; ``how``: by what its dataset was found, None without one.
    """

    wanted: Wanted
    row: Row
    parent: str
    each: float | None
    dataset: str
    how: How | None
    is_made: bool

    @property
    def id(self) -> str:
        """Its own id."""
        return self.wanted.line

    @property
    def is_open(self) -> bool:
        """Whether it needs a dataset: nothing is said of where its burdens come from."""
        return not (self.dataset or self.is_made or self.row.text("cut_off"))


class Asking(NamedTuple):
    """What a workbook asks for: its BOM, its lines, its Candidates sheet if there is one, and its Product sheet."""

    bom: Table
    lines: tuple[Line, ...]
    candidates: Table | None
    entries: Mapping[str, Entry]
    factors: tuple[FactorRow, ...]

    def text(self, key: str) -> str:
        """Return a field of the Product sheet, "" when it is empty."""
        entry = self.entries.get(key)
        return "" if entry is None else str(entry.value)

    def items(self) -> float:
        """Return how many products the BOM is written for [item], one where that is not stated yet."""
        entry = self.entries.get("bom_quantity")
        return entry.value if entry is not None and isinstance(entry.value, float) and entry.value > 0 else 1.0


def asking(book: Book) -> Asking:
    """Return what ``book`` asks for; `WorkbookError` where it has no BOM whose lines have a name."""
    sheets = find_sheets(book).sheets
    tables = {name: _table(name, sheet) for name, sheet in sheets.items() if name in _READ}
    bom = tables.get("BOM")
    if bom is None or not {"line", "name", "dataset"} <= bom.columns.keys():
        raise WorkbookError(problem("match-no-bom", Place(book.file, "BOM")))
    entries = read_product(sheets["Product"], ()).entries if "Product" in sheets else {}
    set_parents(bom, str(entries["id"].value) if "id" in entries else "")
    factors = tables.get("Factors")
    own = (row for row in factors.rows if not factors.problems) if factors else ()
    made = tuple(map(Builder(tables).factor_row, own))
    return Asking(bom, tuple(_lines(bom, tables.get("Processes"))), _candidates(book), entries, made)


def _table(name: str, sheet: Sheet) -> Table:
    return read_table(name, sheet, schema.fields(name))


def _candidates(book: Book) -> Table | None:
    """Return the Candidates sheet, None where there is none with its columns."""
    spec = schema.sheets()[CANDIDATES]
    names = {plain(spec.en), plain(spec.zh), plain(spec.en + spec.zh), plain(spec.zh + spec.en)}
    found = (_table(CANDIDATES, sheet) for sheet in book.sheets if plain(sheet.name) in names)
    return next((table for table in found if {"line", "dataset"} <= table.columns.keys()), None)


def _lines(bom: Table, processes: Table | None) -> Iterator[Line]:
    parents = {row.parent for row in bom.rows}
    made = {row.text("flow") for row in (processes.rows if processes else ()) if "product" in row.text("direction")}
    for row in bom.rows:
        id_ = row.text("line")
        dataset = row.text("dataset")
        by = how(row) if dataset else None
        yield Line(_wanted(row), row, row.parent, _each(row), dataset, by, id_ in parents or id_ in made)


def _wanted(row: Row) -> Wanted:
    text = row.text
    groups = "; ".join(filter(None, (text("component"), text("material"), text("note"))))
    mass = 1.0 * units.factor(text("unit"), "kg") if _is_mass(text("unit")) else row.number("net_mass")
    return Wanted(text("line"), text("name"), text("specification"), groups, text("unit"), mass, text("part"))


def _is_mass(unit: str) -> bool:
    return bool(unit) and units.unit(unit).dimension == "mass"


def _each(row: Row) -> float | None:
    quantity, share = row.number("quantity"), row.number("supplier_share")
    return quantity if quantity is None or share is None else quantity * share


def header(table: Table) -> int:
    """Return the index of the header row of a table that has one."""
    return find_header(table.sheet, lookup(schema.fields(table.name))) or 0


def missing(table: Table, keys: Sequence[str]) -> Mapping[str, int]:
    """Return where columns that a table lacks can stand: beyond everything on its sheet."""
    free = max(map(len, table.sheet.rows), default=0)
    lacking = [key for key in keys if key not in table.columns]
    return {key: free + at for at, key in enumerate(lacking)}
