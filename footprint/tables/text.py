"""Text tables (csv, tsv, txt): encoding and delimiter found from the bytes, one sheet, numbers told from texts."""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Sequence
from functools import lru_cache

from footprint.errors import WorkbookError, problem, reason
from footprint.model.sheets import Cell, Digits, Sheet
from footprint.tables import aligned
from footprint.tables.encodings import encoding_of
from footprint.tables.grid import Rows, rectangle, too_large
from footprint.tables.limits import MAX_CELLS, MAX_ROWS

_DELIMITERS = ",\t;|，"
_SAMPLE = 20
_SNIFFED = 1 << 16
_PIECE = 1 << 20
MAX_ALIGNED = 5_000
"""Lines of a text that may be lined up for the eye."""
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,2})?")
_COMMAS = re.compile(r"(?<![^;\t|\"\n])-?(?:[0-9.]+,(?:[0-9]{1,2}|[0-9]{4,})|0,[0-9]+)-?(?![^;\t|\"\r\n])")
"""A number whose decimals follow a comma, and cannot be anything else."""
_POINTS = re.compile(r"(?<![^;\t|\"\n])-?(?:[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|0\.[0-9]+)-?(?![^;\t|\"\r\n])")
"""A number whose decimals follow a point, and cannot be anything else."""
_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")


def read_text(data: bytes, file: str, name: str) -> Sheet:
    """Return the table in ``data`` as the sheet ``name``; raise `WorkbookError` placed at ``file`` if it is none.

    A cell is a number if it is written as one with a decimal point and without leading zeros, so that codes such as
    ``007`` or long order numbers keep their digits; everything else is the text as it stands, that of ``="007"``, as
    systems write what a spreadsheet shall not change, without its marks. Where others have decimal
    commas, or no comma parts the cells and no other has decimals, ``1.000`` may be a thousand: it is a text.
    """
    rows, lengths = _rows(data, encoding_of(data, file), file, name)
    return Sheet(file, name, rows, lengths=lengths)


def _rows(data: bytes, encoding: str, file: str, name: str) -> tuple[Rows, Sequence[int]]:
    """Return the rows of a table, decoded and counted line by line, and their lengths where they differ.

    No more is held than they are. Tabs may only line columns up.
    """
    rows: list[tuple[Cell, ...]] = []
    width = 0
    sample = _opened(data, encoding).read(_PIECE)
    if file.casefold().endswith(".txt") and len(data) <= _PIECE and (cut := _aligned(sample)):
        return rectangle([tuple(map(_cell, fields)) for fields in cut]), ()
    delimiter = _delimiter(sample[:_SNIFFED])
    may_be = delimiter != "," and (_COMMAS.search(sample) or not _POINTS.search(sample))
    grouped = _GROUPED.fullmatch if may_be else None
    try:
        for fields in csv.reader(_opened(data, encoding), delimiter=delimiter, strict=True):
            width = max(width, len(fields))
            if len(rows) >= MAX_ROWS:
                raise WorkbookError(problem("rows-too-many", file, limit=MAX_ROWS))
            if (len(rows) + 1) * width > MAX_CELLS:
                raise WorkbookError(too_large(file, name, len(rows) + 1, width))
            rows.append(tuple([field if grouped and grouped(field) else _cell(field) for field in fields]))
    except csv.Error as error:
        raise WorkbookError(problem("csv-malformed", file, row=len(rows) + 1, reason=reason(error))) from error
    lengths = array("I", map(len, rows))
    return rectangle(rows), lengths if delimiter != "\t" and len({*lengths}) > 1 else ()


def _aligned(text: str) -> list[aligned.Fields] | None:
    """Return the cells of a text that is lined up for the eye, and that no sign parts; None for any other."""
    lines = text.splitlines()
    return None if len(lines) > MAX_ALIGNED or ('"' in text and "\t" in text) else aligned.cut(lines)


def _opened(data: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding, newline="")


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into most fields, the same number in each if possible."""
    lines = [line for line in io.StringIO(text) if line.strip()][:_SAMPLE]

    def fitness(delimiter: str) -> tuple[bool, int]:
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            return False, 0
        return len(set(counts)) == 1 and counts[0] > 1, sum(counts)

    return max(_DELIMITERS, key=fitness)


def _cell(field: str) -> Cell:
    if _NUMBER.fullmatch(field):
        plain = field.isdecimal() or (field[-1] != "0" and "e" not in field and "E" not in field)
        return float(field) if plain else _digits(field)
    if field.startswith('="') and field.endswith('"', 2):
        return field[2:-1] or None
    return field or None


@lru_cache(65536)
def _digits(field: str) -> Digits:
    return Digits(field)
