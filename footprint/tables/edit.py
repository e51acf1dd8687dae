"""The one door for changing a workbook: cells set in a copy, all else as its owner left it."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Mapping

Value = str | float | bool | dt.date | None


def edited(content: bytes, cells: Mapping[tuple[str, int, int], Value]) -> bytes:
    """Return the workbook ``content`` with ``cells`` (sheet, row, column, both from 1) set; texts stay texts."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of extensions it does not keep
        book = openpyxl.load_workbook(io.BytesIO(content))
    for (sheet, row, column), value in cells.items():
        cell = book[sheet].cell(row, column)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
