"""Where the lines of an imported workbook come from: the cells of the export, as its sheet of sources tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from footprint.intake import schema
from footprint.intake.find import trace
from footprint.messages import LANGUAGES, label
from footprint.model.sheets import Book, Sheet

_WHERE = ("line", "file", "sheet")
_HEADS = (*_WHERE, "row", "parent", "name", "specification", "quantity", "unit", "net_mass", "loss", "supplier",
          "origin", "note")  # fmt: skip


def exported(book: Book) -> list[dict[str, Any]]:
    """Return for each row of the BOM that was imported its file, its sheet, and by column the cells it is made of."""
    sheets = {sheet.name: sheet for sheet in book.sheets}
    called = (trace(lang)[0] for lang in LANGUAGES)
    sources = next((sheets[name] for name in called if name in sheets), None)
    bom = sheets.get(schema.sheets()["BOM"].en)
    if sources is None or bom is None:
        return []
    told = {row["line"]: row for row in _rows(sources)}
    return [
        {"cell": bom.place(at, 0).address, "file": row["file"], "sheet": row["sheet"],
         "cells": {key: cells for key, cells in row.items() if key not in {*_WHERE, "row"}}}
        for at, cells in enumerate(bom.rows) if cells and (row := told.get(str(cells[0])))
    ]  # fmt: skip


def _rows(sheet: Sheet) -> Iterator[Mapping[str, str]]:
    """Yield the filled cells of each row by what stands over them, in whatever language."""
    keys = {label(f"import-{key}", lang): key for key in _HEADS for lang in LANGUAGES}
    heads = [keys.get(str(cell), "") for cell in sheet.rows[0]] if sheet.rows else []
    if not {*_WHERE} <= {*heads}:
        return
    for row in sheet.rows[1:]:
        found = {key: _text(cell) for key, cell in zip(heads, row, strict=False) if key and cell is not None}
        if {*_WHERE} <= found.keys():
            yield found


def _text(cell: object) -> str:
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)
