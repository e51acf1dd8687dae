"""The workbook that ``bw2io.ExcelImporter`` and the Activity Browser read: one sheet, a block per node.

Every exchange names its input as ``database::code``, which the importer takes as it is: nothing has to be matched by
names. The importer makes numbers of all texts that look like one, a code 1001 and a steel 316 too, and cuts texts at
``::``; such texts are put into quotation marks. Methods have no place in this format; each emission carries its
factors, from which they can be made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.background import ownform
from footprint.background.exporters import brightway
from footprint.background.source import Source
from footprint.background.spread import Sigma, as_published
from footprint.errors import RequestError, problem
from footprint.provenance import Place
from footprint.tables.harmless import LONGEST_TEXT
from footprint.tables.limits import MAX_ROWS
from footprint.tables.write import Cell, SheetSpec, Value, write_book

FORMAT = "excel"
SUFFIX = ".xlsx"
COLUMNS = (
    "name", "amount", "unit", "database", "location", "categories", "type", "input", "uncertainty type", "loc", "scale",
    "negative", "comment",
)  # fmt: skip
_BETWEEN = "::"
_WORDS = {"true", "false", "(unknown)"}
_WIDTHS = (44, 24, 16, 18, 10, 12, 14, 40, 16, 12, 12, 10, 60)


def render(source: Source, of: Sigma = as_published) -> Mapping[str, bytes]:
    """Return the workbook as the one file it is."""
    model = brightway.model(source, of)
    rows = [[_cell(value) for value in row] for row in _rows(model)]
    if len(rows) > MAX_ROWS:
        raise RequestError(problem("export-too-large", Place(source.id), rows=len(rows), limit=MAX_ROWS))
    sheet = SheetSpec("database", rows, widths=_WIDTHS)
    return {"": write_book([sheet, *_carried(source, rows)], title=model.name)}


def _carried(source: Source, rows: Sequence[Sequence[Cell | None]]) -> Iterator[SheetSpec]:
    """Yield our own tables, a sheet each that Brightway skips, unless a text of theirs is too long for a cell."""
    tables = {name: ownform.as_rows(name, text) for name, text in ownform.texts(source).items()}
    if any(len(cell) > LONGEST_TEXT for table in tables.values() for row in table for cell in row):
        return
    digest = ownform.digest_of_rows([cell and cell.value for cell in row] for row in rows)
    yield SheetSpec(ownform.SHEET, [[Cell("skip")], [Cell("digest"), Cell(digest)]])
    for name, table in tables.items():
        cells = [[Cell(text) if text else None for text in row] for row in table]
        yield SheetSpec(f"{ownform.SHEET} {name}", [[Cell("skip")], *cells])


def _cell(value: Value) -> Cell | None:
    return None if value in (None, "") else Cell(value, "plain" if isinstance(value, str) else "number")


def _text(text: str) -> str:
    """Return a text that the importer takes for a text."""
    whole = text.replace(_BETWEEN, ": :")
    return f"'{whole}'" if _is_number(whole) or whole.casefold() in _WORDS else whole


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _rows(model: brightway.Model) -> Iterator[Sequence[Value]]:
    yield "Database", model.name
    yield from ((key, _text(text)) for key, text in model.metadata.items())
    yield ()
    for flow in model.flows:
        yield from _emission(flow)
    for process in model.processes:
        yield from _process(model.name, process)


def _emission(flow: brightway.Flow) -> Iterator[Sequence[Value]]:
    yield "Activity", flow.name
    yield "code", flow.code
    yield "unit", brightway.UNITS["kg"]
    yield "type", "emission"
    yield "categories", "air"
    yield "ghg class", flow.ghg
    yield from ((f"GWP100 {gwp_set}", factor) for gwp_set, factor in flow.factors.items())
    yield ()


def _process(database: str, process: brightway.Process) -> Iterator[Sequence[Value]]:
    yield "Activity", _text(process.name)
    yield "code", _text(process.code)
    yield "unit", process.unit
    yield "type", "process"
    said = {"location": process.location, "reference product": process.product, "comment": process.comment}
    yield from ((key, _text(text)) for key, text in {**said, **process.more}.items())
    yield ("Exchanges",)
    yield COLUMNS
    for exchange in process.exchanges:
        yield _exchange(database, exchange)
    yield ()


def _exchange(database: str, exchange: brightway.Exchange) -> Sequence[Value]:
    spread = exchange.uncertainty()
    told: dict[str, Value] = {
        "name": _text(exchange.name), "amount": exchange.amount, "unit": exchange.unit, "database": database,
        "location": _text(exchange.location), "categories": _BETWEEN.join(exchange.categories), "type": exchange.kind,
        "input": f"{database}{_BETWEEN}{_text(exchange.code)}", "comment": _text(exchange.comment), **spread,
    }  # fmt: skip
    return [told.get(column) for column in COLUMNS]
