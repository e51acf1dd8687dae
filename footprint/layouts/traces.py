"""The sheets beside an imported bill: where each cell comes from, which rows were left out, what no column took."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.layouts import lines, sources
from footprint.layouts.account import reason, state
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import gaps
from footprint.layouts.lines import Row
from footprint.messages import label
from footprint.tables.made import Made
from footprint.tables.write import Cell, SheetSpec

_WHERE = ("line", "file", "sheet", "row")
_MADE = ("parent", "name", "specification", "quantity", "unit", "net_mass", "loss", "supplier", "origin", "note")
_WHERE_WIDTHS = (16, 24, 16, 7)


def sheets(names: Sequence[str], rows: Sequence[Row], made: Imported, lang: str) -> list[SheetSpec]:
    """Return the sheets under their ``names``."""
    source, left, unused, requests = names
    return [
        _source(source, rows, lang), _left(left, made, lang), _unused(unused, rows, made, lang),
        _requests(requests, rows, lang),
    ]  # fmt: skip


def _heads(keys: Sequence[str], lang: str) -> list[Cell | None]:
    return [Cell(label(f"import-{key}", lang), "head") for key in keys]


def _source(name: str, rows: Sequence[Row], lang: str) -> SheetSpec:
    """Return the cells that each cell of the BOM sheet is made of, line by line, and how its mass was found."""
    ways = {way: _plain(label(f"import-way-{way}", lang)) for way in {_way(row) for row in rows} if way}

    def made(at: int) -> list[Cell | None]:
        cells = rows[at].sources
        return [*_origin(rows[at]), *(_plain(cells.get(key)) for key in _MADE), ways.get(_way(rows[at]))]

    heads = _heads((*_WHERE, *_MADE, "way"), lang)
    widths = (*_WHERE_WIDTHS, *(14 for _ in _MADE), 28)
    return SheetSpec(name, Made(len(rows), made, [heads]), widths=widths, freeze=(1, 1))


def _way(row: Row) -> str:
    return row.line.part.masses.ways[row.line.at]


def _requests(name: str, rows: Sequence[Row], lang: str) -> SheetSpec:
    """Return the lines whose mass is not known, what to ask for, and room for what is answered."""
    keys = ("line", "name", "specification", "supplier")
    body = [
        [*(_plain(values.get(key)) for key in keys), _plain(gap.total), _plain(gap.row.unit),
         _plain(label(f"import-ask-{gap.ask}", lang)), *_origin(gap.row)[1:]]
        for gap in gaps(rows) for values in (gap.row.values,)
    ]  # fmt: skip
    heads = _heads((*keys, "total", "unit", "ask", *_WHERE[1:]), lang)
    return SheetSpec(name, [heads, *body], widths=(16, 24, 28, 20, 12, 8, 44, *_WHERE_WIDTHS[1:]), freeze=(1, 1))


def _left(name: str, made: Imported, lang: str) -> SheetSpec:
    """Return the source rows that are no line, or one that cannot be read, each with why and all it says."""
    heads = _heads(("file", "sheet", "row", "became", "why", "cells"), lang)
    body = [
        [_plain(one.file), _plain(one.sheet), Cell(one.row), _plain(state(one.state, lang)),
         _plain(reason(one.why, lang)), *map(_plain, one.texts)]
        for one in (*lines.left(made), *lines.beside(made))
    ]  # fmt: skip
    return SheetSpec(name, [heads, *body], widths=(24, 16, 7, 14, 40, 24), freeze=(1, 0))


def _unused(name: str, rows: Sequence[Row], made: Imported, lang: str) -> SheetSpec:
    """Return what stands in the columns that the workbook has no use for, line by line."""
    columns = {id(part): sources.unused(part) for part in made.parts}
    captions = [*dict.fromkeys(part.table.called(at) for part in made.parts for at in columns[id(part)])]

    def made_(at: int) -> list[Cell | None]:
        row, table = rows[at], rows[at].line.part.table
        said = {table.called(at): table.column(at)[row.line.at] for at in columns[id(row.line.part)]}
        return [*_origin(row), *(_plain(said.get(caption)) for caption in captions)]

    heads = [*_heads(_WHERE, lang), *(Cell(caption, "head") for caption in captions)]
    body = Made(len(rows) if captions else 0, made_, [heads])
    return SheetSpec(name, body, widths=(*_WHERE_WIDTHS, *(18 for _ in captions)), freeze=(1, 1))


def _origin(row: Row) -> list[Cell | None]:
    table, at = row.line.part.table, row.line.at
    return [_plain(row.id), _plain(table.sheet.file), _plain(table.sheet.name), Cell(table.at[at] + 1)]


def _plain(value: object) -> Cell | None:
    if value is None or value == "":
        return None
    return Cell(value if isinstance(value, str | float) else str(value))
