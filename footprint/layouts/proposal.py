"""The map that an import goes by, written out, so that it can be corrected and used for the next export."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from footprint.layouts.contents import contents
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.layout import VERSION, Layout
from footprint.layouts.nesting.structures import structure
from footprint.messages import message
from footprint.model.sheets import Book


def proposed(books: Sequence[Book], layout: Layout, lang: str) -> str:
    """Return the map of the tables in ``books``: what each column is taken for, and what holds for all rows."""
    tables = [Table(sheet, region) for sheet, region in contents(books, layout).bills]
    units = {word: f"{measure.times:.15g} {measure.unit}" for word, measure in layout.units.items()}
    told = (*_said("constants", layout.constants), *_structure(tables, layout), *_said("units", units),
            *_said("materials", layout.materials), *_rows(layout))  # fmt: skip
    return "\n".join((*_head(lang), *_sheets(layout), *_columns(tables), *told, ""))


def _head(lang: str) -> Iterator[str]:
    yield f"# {message('map-about', lang)}"
    yield f"footprint-map: {json.dumps(VERSION.partition('/')[2])}"


def _columns(tables: Sequence[Table]) -> Iterator[str]:
    """Yield each caption with the field it is taken for."""
    yield "columns:" if tables else "columns: {}"
    said: dict[str, str] = {}
    for table in tables:
        fields = {at: field for field, ats in table.columns.items() for at in ats}
        for at, caption in table.header.captions.items():
            said.setdefault(caption, fields.get(at, IGNORE))
    yield from (f"  {json.dumps(caption, ensure_ascii=False)}: {field}" for caption, field in said.items())


def _said(part: str, given: Mapping[str, str]) -> Iterator[str]:
    yield f"{part}:" if given else f"{part}: {{}}"
    yield from (f"  {_text(key)}: {_text(value)}" for key, value in given.items())


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _structure(tables: Sequence[Table], layout: Layout) -> Iterator[str]:
    """Yield how rows tell what they are part of, where all tables do it alike."""
    kinds = {structure(table, range(len(table)))[0] for table in tables}
    if layout.structure or len(kinds) == 1:
        yield f"structure: {layout.structure or kinds.pop()}"


def _sheets(layout: Layout) -> Iterator[str]:
    """Yield the sheets that are read, where not all are."""
    if layout.sheets:
        yield f"sheets: [{', '.join(map(_text, sorted(layout.sheets)))}]"


def _rows(layout: Layout) -> Iterator[str]:
    """Yield the rules of the map itself."""
    yield "rows:" if layout.filters else "rows: []"
    for rule in layout.filters:
        values = ", ".join(map(_text, sorted(rule.values)))
        yield f"  - {{rule: {_text(rule.rule)}, column: {_text(rule.column)}, is: [{values}]}}"
