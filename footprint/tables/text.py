"""Text tables (csv, tsv, txt): encoding and delimiter found from the bytes, one sheet, numbers told from texts."""

from __future__ import annotations

import csv
import io
import re

from footprint.errors import WorkbookError, problem, reason
from footprint.model.sheets import Cell, Sheet
from footprint.tables.grid import rectangle, too_large
from footprint.tables.limits import MAX_CELLS

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",\t;|"
_SAMPLE = 20
_SNIFFED = 1 << 16
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\xfe]")
_SECOND, _RARE = 0xA1, 0.15
_ZEROS = 0.02
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,2})?")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


def read_text(data: bytes, file: str, name: str) -> Sheet:
    """Return the table in ``data`` as the sheet ``name``; raise `WorkbookError` placed at ``file`` if it is none.

    A cell is a number if it is written as one with a decimal point and without leading zeros, so that codes such as
    ``007`` or long order numbers keep their digits; everything else is the text as it stands.
    """
    text = _decoded(data, file)
    lines = _lines(text, file)
    width = max(map(len, lines), default=0)
    if len(lines) * width > MAX_CELLS:
        raise WorkbookError(too_large(file, name, len(lines), width))
    return Sheet(file, name, rectangle([tuple([_cell(field) for field in line]) for line in lines]))


def _lines(text: str, file: str) -> list[list[str]]:
    lines: list[list[str]] = []
    try:
        lines.extend(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error as error:
        raise WorkbookError(problem("csv-malformed", file, row=len(lines) + 1, reason=reason(error))) from error
    return lines


def _decoded(data: bytes, file: str) -> str:
    named = [encoding for mark, encoding in _BOMS if data.startswith(mark)]
    for encoding in named or _likely(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            break
        return text
    raise WorkbookError(problem("text-encoding", file))


def _likely(data: bytes) -> tuple[str, ...]:
    """Return the encodings that bytes without a mark may have, the likeliest first.

    In UTF-16 one byte of two is zero where digits, letters and tabs stand. The second byte of a character is hardly
    ever below 0xA1 in simplified Chinese (GB2312), and for every second one in traditional Chinese (Big5).
    """
    sample = data[:_SNIFFED]
    zeros = sample.count(0)
    if zeros > len(sample) * _ZEROS:
        after = sample[1::2].count(0)
        return ("utf-16-le",) if after == zeros else ("utf-16-be",) if not after else ()
    pairs = _PAIR.findall(sample)
    low = sum(pair[1] < _SECOND for pair in pairs)
    return ("utf-8", "big5", "gb18030") if low > len(pairs) * _RARE else ("utf-8", "gb18030")


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into most fields, the same number in each if possible."""
    lines = [line for line in io.StringIO(text[: 1 << 16]) if line.strip()][:_SAMPLE]

    def fitness(delimiter: str) -> tuple[bool, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        return len(set(counts)) == 1 and counts[0] > 1, sum(counts)

    return max(_DELIMITERS, key=fitness)


def _cell(field: str) -> Cell:
    if _NUMBER.fullmatch(field):
        return float(field)
    return field or None
