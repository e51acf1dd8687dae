"""Read a guided workbook into a bill. Every row is used, merged, excluded by a named rule or rejected, and counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from footprint.errors import Problem, WorkbookError
from footprint.intake import checks, parameters, periods, schema, uncertain
from footprint.intake.build import Builder
from footprint.intake.find import Found, find_sheets
from footprint.intake.product import Keyed, find_layout, read_keyed, read_product
from footprint.intake.settle import settle
from footprint.intake.structure import set_parents
from footprint.model.bill import Account, Bill, Entry, Notice, Product
from footprint.model.fields import Field
from footprint.model.sheets import Book, Sheet
from footprint.model.uncertain import Spread
from footprint.provenance import Place
from footprint.tables.typed.names import lookup
from footprint.tables.typed.rows import read_table
from footprint.tables.typed.table import Table


class Reading(NamedTuple):
    """All that is known after reading: the bill unless there are problems, and the account in either case."""

    bill: Bill | None
    account: Account
    notices: tuple[Notice, ...]
    problems: tuple[Problem, ...]


def read(book: Book, extra: Sequence[Field] = (), own: Sequence[Field] = ()) -> Bill:
    """Return the bill that ``book`` tells; `WorkbookError` with every problem of every sheet.

    ``extra``: the Product fields that the PCR brings; one with the key of a field of the template replaces it.
    ``own``: those of the PCR it was written for, where another's are read: what only they can say is left empty.
    """
    reading = examine(book, extra, own)
    if reading.bill is None:
        raise WorkbookError(*reading.problems)
    return reading.bill


def pcr_id(book: Book) -> str | None:
    """Return the PCR that the Product sheet names, None when there is no telling."""
    sheet = find_sheets(book).sheets.get("Product")
    names = lookup(schema.fields("Product"))
    layout = find_layout(sheet, names) if sheet else None
    if sheet is None or layout is None:
        return None
    entries = read_product(sheet, ()).entries
    return str(entries["pcr"].value) if "pcr" in entries else None


def examine(book: Book, extra: Sequence[Field] = (), own: Sequence[Field] = ()) -> Reading:
    """Return what reading ``book`` gives, problems included; raises nothing about the workbook's content."""
    found = find_sheets(book)
    keyed = {name: _keyed(name, found.sheets[name], extra, own) for name in schema.KEYED if name in found.sheets}
    tables = {name: _table(name, sheet) for name, sheet in found.sheets.items() if name not in keyed}
    product, entries = (keyed["Product"].table, keyed["Product"].entries) if "Product" in keyed else (None, {})
    _relate(tables, product, entries)
    every = {**{name: each.table for name, each in keyed.items()}, **tables}
    ordered = [every[name] for name in schema.sheets() if name in every]
    problems = (*found.problems, *(p for table in ordered for p in table.problems))
    notices = (*found.notices, *(n for table in ordered for n in table.notices))
    account = Account(tuple(state for table in ordered for state in table.account()))
    bill = None if problems or product is None else _bill(book, found, keyed, tables, account, notices)
    return Reading(bill, account, notices, problems)


def _keyed(name: str, sheet: Sheet, extra: Sequence[Field], own: Sequence[Field]) -> Keyed:
    return read_product(sheet, extra, own) if name == "Product" else read_keyed(name, sheet)


def _table(name: str, sheet: Sheet) -> Table:
    either = {"structure-missing": ("parent", "level")} if name == "BOM" else {}
    return read_table(name, sheet, schema.fields(name), either)


def _relate(tables: dict[str, Table], product: Table | None, entries: Mapping[str, Entry]) -> None:
    """Check what must hold between rows and sheets, and say what becomes of the rows that merge or serve nobody."""
    bom = tables.get("BOM")
    if bom is not None:
        bom.refuse(checks.not_empty(bom))
        bom.notices += checks.masses(bom)
        set_parents(bom, str(entries["id"].value) if "id" in entries else "")
    checks.check(tables, entries)
    if product is not None:
        product.refuse(checks.loss_formula(bom, product, entries))
    periods.notices(tables, entries)
    scaling = parameters.by_name(tables)
    for table in tables.values():
        table.refuse(parameters.misfits(table, scaling))
        table.refuse(uncertain.misfits(table))
        table.notices += _basis_notice(table)
        settle(table, tables)


def _basis_notice(table: Table) -> Iterator[Notice]:
    """Yield the notice that rows without a basis count as default."""
    amounts = table.name in {"Electricity", "Transport", "Use"}
    count = sum("basis" not in row.values for row in table.rows) if amounts else 0
    if count:
        yield Notice("basis-default", table.place, {"count": count})


def _bill(
    book: Book, found: Found, keyed: Mapping[str, Keyed], tables: Mapping[str, Table],
    account: Account, notices: tuple[Notice, ...],
) -> Bill:  # fmt: skip
    build = Builder(tables)
    product = keyed["Product"]
    return Bill(
        file=book.file, sha256=book.sha256, schema=found.version,
        product=Product(product.table.place, product.entries, product.cells),
        bom=build.all("BOM", build.bom_line), processes=build.all("Processes", build.process_row),
        electricity=build.all("Electricity", build.electricity_row), use=build.all("Use", build.use_row),
        transport=build.all("Transport", build.transport_row), account=account, notices=notices,
        end_of_life=build.all("End of life", build.end_of_life_row), evidence=build.all("Evidence", build.evidence_row),
        parameters=build.all("Parameters", build.parameter_row), factors=build.all("Factors", build.factor_row),
        estimates=build.all("Estimates", build.estimate_row),
        what_ifs=build.all("Scenarios", build.what_if), instruments=build.all("Instruments", build.instrument_row),
        spreads=_of_fields(product) | uncertain.spreads(tables), publication=_publication(keyed.get("Publication")),
    )  # fmt: skip



def _of_fields(keyed: Keyed) -> dict[Place, Spread]:
    """Return how far the numbers of fields may be off, by the cell of the number."""
    return {entry.spread.place: entry.spread for entry in keyed.entries.values() if entry.spread}


def _publication(keyed: Keyed | None) -> dict[str, Entry]:
    """Return each field of the Publication sheet that has a row, one left empty with the text ""."""
    cells = {} if keyed is None else keyed.cells
    return {key: keyed.entries.get(key, Entry("", "", place)) for key, place in cells.items() if keyed is not None}
