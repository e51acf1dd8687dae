"""Excel 97-2003 workbooks (xls), through xlrd."""

from __future__ import annotations

import datetime
import io
import math
import struct
from typing import TYPE_CHECKING

from footprint.errors import WorkbookError, problem, reason
from footprint.model.sheets import Cell, Sheet
from footprint.provenance import column_letters
from footprint.tables.grid import rectangle, too_large
from footprint.tables.limits import MAX_CELLS
from footprint.tables.ole import CompoundFile, OleError
from footprint.tables.shown import is_per_cent

if TYPE_CHECKING:
    import xlrd

_NUMBER, _DATE, _BOOLEAN, _ERROR = 2, 3, 4, 5
_EMPTY = frozenset({0, 6})
_DAMAGED = (
    struct.error, AssertionError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError,
    NotImplementedError, EOFError, MemoryError, RecursionError,
)  # fmt: skip
"""What xlrd raises, besides its own errors, on files that are damaged: it indexes and unpacks without looking."""


def read_xls(data: bytes, file: str) -> tuple[Sheet, ...]:
    """Return the worksheets of the workbook in ``data``; raise `WorkbookError` placed at ``file``."""
    import xlrd
    from xlrd.formula import FormulaError

    try:
        stream = _records(data, file)
        book = xlrd.open_workbook(file_contents=stream, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
        return _sheets(book, file)
    except xlrd.XLRDError as error:
        raise _refusal(str(error), file) from error
    except OleError as error:
        raise WorkbookError(problem("workbook-truncated", file)) from error
    except (FormulaError, *_DAMAGED) as error:
        raise WorkbookError(problem("workbook-unreadable", file, reason=reason(error))) from error


def _records(data: bytes, file: str) -> bytes:
    """Return the stream of workbook records in the compound file ``data``."""
    container = CompoundFile(data)
    if "EncryptedPackage" in container:
        raise WorkbookError(problem("workbook-encrypted", file))
    for name in ("Workbook", "Book"):
        if name in container:
            return container.stream(name)
    raise WorkbookError(problem("not-a-workbook", file))


def _refusal(reason: str, file: str) -> WorkbookError:
    if "encrypted" in reason.lower():
        return WorkbookError(problem("workbook-encrypted", file))
    if "Expected BOF" in reason:
        return WorkbookError(problem("not-a-workbook", file))
    return WorkbookError(problem("workbook-unreadable", file, reason=reason))


def _sheets(book: xlrd.Book, file: str) -> tuple[Sheet, ...]:
    sheets: list[Sheet] = []
    cells = 0
    for sheet in book.sheets():
        cells += sheet.nrows * sheet.ncols
        if cells > MAX_CELLS:
            raise WorkbookError(too_large(file, sheet.name, sheet.nrows, sheet.ncols, cells))
        sheets.append(_sheet(sheet, book, file))
    return tuple(sheets)


def _sheet(sheet: xlrd.sheet.Sheet, book: xlrd.Book, file: str) -> Sheet:
    errors: dict[str, str] = {}
    rows = [
        tuple([_cell(kind, value, f"{column_letters(column)}{row + 1}", book, errors)
               for column, (kind, value) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True))])
        for row in range(sheet.nrows)
    ]  # fmt: skip
    return Sheet(
        file, sheet.name, rectangle(rows, errors), errors, frozenset(), _hidden(sheet), _merged(sheet),
        visible=sheet.visibility == 0, per_cent=_per_cent(sheet, book), struck=_struck(sheet, book),
    )  # fmt: skip


def _per_cent(sheet: xlrd.sheet.Sheet, book: xlrd.Book) -> frozenset[str]:
    """Return the addresses of the numbers that are shown in per cent."""
    formats = {at for at, one in enumerate(book.xf_list)
               if (code := book.format_map.get(one.format_key)) and is_per_cent(code.format_str)}  # fmt: skip
    numbers = ((row, column) for row in range(sheet.nrows if formats else 0)
               for column, kind in enumerate(sheet.row_types(row)) if kind == _NUMBER)  # fmt: skip
    shown = (at for at in numbers if sheet.cell_xf_index(*at) in formats)
    return frozenset(f"{column_letters(column)}{row + 1}" for row, column in shown)


def _cell(kind: int, value: str | float, address: str, book: xlrd.Book, errors: dict[str, str]) -> Cell:
    """Return a cell as `footprint.model.sheets.Cell`; an error goes to ``errors`` instead."""
    if kind == _ERROR:
        import xlrd

        errors[address] = xlrd.error_text_from_code.get(value, "#ERROR!")
        return None
    if isinstance(value, str):
        return value or None
    if kind == _BOOLEAN:
        return bool(value)
    if not math.isfinite(value):
        errors[address] = "#NUM!"
        return None
    return _moment(value, book.datemode) if kind == _DATE else float(value)


def _moment(value: float, datemode: int) -> Cell:
    """Return a serial date: a date if whole, a time if below one, the number itself if it is beyond the calendar."""
    import xlrd

    try:
        moment: datetime.datetime = xlrd.xldate.xldate_as_datetime(value, datemode)
    except (OverflowError, ValueError):
        return value
    if 0 <= value < 1:
        return moment.time()
    return moment.date() if value == int(value) else moment


def _struck(sheet: xlrd.sheet.Sheet, book: xlrd.Book) -> frozenset[str]:
    """Return the addresses of the filled cells that are struck through."""
    formats = {at for at, one in enumerate(book.xf_list) if book.font_list[one.font_index].struck_out}
    filled = ((row, column) for row in range(sheet.nrows if formats else 0)
              for column, kind in enumerate(sheet.row_types(row)) if kind not in _EMPTY)  # fmt: skip
    return frozenset(f"{column_letters(column)}{row + 1}" for row, column in filled
                     if sheet.cell_xf_index(row, column) in formats)  # fmt: skip


def _hidden(sheet: xlrd.sheet.Sheet) -> frozenset[int]:
    return frozenset(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden or info.height == 0)


def _merged(sheet: xlrd.sheet.Sheet) -> tuple[str, ...]:
    return tuple(
        f"{column_letters(left)}{top + 1}:{column_letters(right - 1)}{bottom}"
        for top, bottom, left, right in sheet.merged_cells
    )
