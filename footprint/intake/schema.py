"""The schema of the guided workbook: one table (``templates/workbook.csv``) for template, reader and documentation."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache

from footprint.model.fields import Field
from footprint.paths import data_root
from footprint.tables.typed import describe

VERSION = "1.0"
VERSION_SHEET = "footprint"
KEYED = ("Product", "Publication")
"""The sheets with one field per row."""
_ABOUT = frozenset({"sheet", "column", "note"})


@cache
def _table() -> tuple[Field, ...]:
    with (data_root() / "templates" / "workbook.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_field(row) for row in csv.DictReader(file))


def _field(row: dict[str, str]) -> Field:
    required = row.pop("required") == "*"
    return Field(**row, required=required, private=False)


@cache
def sheets() -> dict[str, Field]:
    """Return the sheets by English name, in their order; ``required`` tells which must be filled in."""
    return {row.sheet: row for row in _table() if row.type == "sheet"}


@cache
def notes() -> tuple[Field, ...]:
    """Return the sentences of the instruction sheet."""
    return tuple(row for row in _table() if row.type == "note")


@cache
def columns(sheet: str) -> tuple[Field, ...]:
    """Return the columns of a sheet on which each field is a row; only numbers of the product may be off."""
    every = (row for row in _table() if row.type == "column")
    return tuple(row for row in every if sheet == "Product" or row.key != "uncertainty")


@cache
def _own_fields(sheet: str) -> tuple[Field, ...]:
    return tuple(row for row in _table() if row.sheet == sheet and row.type not in _ABOUT)


def fields(sheet: str, extra: Sequence[Field] = ()) -> tuple[Field, ...]:
    """Return the fields of ``sheet``, in the order of the template.

    ``extra`` fields of that sheet follow; one that has the key of a field of the table stands in its place.
    """
    own = _own_fields(sheet)
    added = {row.key: row for row in extra if row.sheet == sheet}
    known = {row.key for row in own}
    replaced = (added.get(row.key, row) for row in own)
    return (*replaced, *(row for key, row in added.items() if key not in known))


@cache
def field(sheet: str, key: str) -> Field:
    """Return one field of the table."""
    return next(row for row in _own_fields(sheet) if row.key == key)


def markdown(sheet: str, lang: str, extra: Sequence[Field] = ()) -> str:
    """Return the fields of ``sheet`` as a Markdown table in ``lang``."""
    return describe.markdown(fields(sheet, extra), lang)
