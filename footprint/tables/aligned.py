"""Texts whose columns are lined up for the eye: runs of tabs, columns of one width, a number before each line.

A text is cut so only where every line of its table fits below the header, or is a number and a text; else it is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_STOPS = (8, 4)
"""Distances of tab stops, in characters."""
_HEADERS, _LEAST_ROWS, _LEAST_COLUMNS = 40, 2, 3
"""Lines among which a header is looked for, rows below it, and columns of one width."""
_LONGEST, _SIGNS = 4_000, frozenset(",;|")
"""Letters of a line, and signs that part cells."""
_WORD = re.compile(r"\S+")
_RULE = re.compile(r"[\s_=*+|-]*")
_COUNTED = re.compile(r"\s*(\d{1,6})(?:\s?[xX×]\s|\s)\s*(?:[-–:]\s+)?(\S.*)")
Fields = list[str]


def cut(lines: Sequence[str]) -> list[Fields] | None:
    """Return the cells of each line of a text, without those that only line it up; None where it is no such text."""
    if max(map(len, lines), default=0) > _LONGEST:
        return None
    if any("\t" in line for line in lines):
        return _tabbed(lines)
    return _spaced(lines) or _counted(lines)


def _counted(lines: Sequence[str]) -> list[Fields] | None:
    """Return the number and the text of each line, where all of them are such: ``2x - nut``, ``2 "nut"``."""
    found = [_COUNTED.fullmatch(line.rstrip()) for line in lines if line.strip()]
    if len(found) <= _LEAST_ROWS or not all(found) or _is_parted(lines):
        return None
    each = iter([match[1], match[2].strip('"')] for match in found if match)
    return [next(each) if line.strip() else [] for line in lines]


def _is_parted(lines: Sequence[str]) -> bool:
    """Tell whether a sign parts the cells of every line."""
    return any(all(sign in line for line in lines if line.strip()) for sign in _SIGNS)


def _tabbed(lines: Sequence[str]) -> list[Fields] | None:
    """Return the cells of lines parted by runs of tabs: by where each begins, else where no line has a blank one."""
    raw = [line.rstrip().split("\t") for line in lines]
    tables = [at for at, cells in enumerate(raw) if sum(map(bool, map(str.strip, cells))) > 1]
    for first in tables[:_HEADERS]:
        below = [at for at in tables if at > first]
        widest, own = max((len(raw[at]) for at in below), default=0), len(raw[first])
        if len(below) < _LEAST_ROWS or not (own > len(_filled(raw[first])) or widest > own):
            continue
        if {len(raw[at]) for at in below} == {own}:
            continue
        fitted = _fitted(lines, first, below) or _equal(raw, first, below)
        if fitted:
            return [fitted.get(at, cells) for at, cells in enumerate(raw)]
    return None


def _filled(cells: Sequence[str]) -> Fields:
    return [cell.strip() for cell in cells if cell.strip()]


def _equal(raw: Sequence[Fields], first: int, below: Sequence[int]) -> dict[int, Fields]:
    """Return the filled cells of each row, where all rows have as many as the header."""
    each = {at: _filled(raw[at]) for at in (first, *below)}
    return each if {len(cells) for cells in each.values()} == {len(each[first])} else {}


def _fitted(lines: Sequence[str], first: int, below: Sequence[int]) -> dict[int, Fields]:
    """Return the cells of each row below the captions that they begin under; none where one begins elsewhere."""
    for stop in _STOPS:
        header = [*_begins(lines[first], stop)]
        starts = [at for at, _ in header]
        rows = {at: _under(starts, [*_begins(lines[at], stop)]) for at in below}
        if all(rows.values()):
            return {first: [text for _, text in header], **rows}
    return {}


def _begins(line: str, stop: int) -> Iterator[tuple[int, str]]:
    """Yield where each cell of a line begins on the screen, and its text."""
    at = 0
    for cell in line.rstrip().split("\t"):
        if cell.strip():
            yield at + len(cell) - len(cell.lstrip()), cell.strip()
        at = (at + len(cell)) // stop * stop + stop


def _under(starts: Sequence[int], cells: Sequence[tuple[int, str]]) -> Fields:
    """Return cells by the captions that they begin under, or are pushed beyond by the one before; none if they do not.

    A long cell leaves the next column to the one that follows it.
    """
    found, reached, column = [""] * len(starts), 0, -1
    for at, text in cells:
        under = starts.index(at) if at in starts else -1
        if under < 0 and column + 1 < len(starts) and starts[column + 1] <= reached:
            under = column + 1
        if under <= column:
            return []
        found[under], column, reached = text, under, at + len(text)
    return found


def _spaced(lines: Sequence[str]) -> list[Fields] | None:
    """Return the cells of lines in columns of one width, below a header: every line has a blank before each."""
    for first, line in enumerate(lines[:_HEADERS]):
        below = _block(lines, first + 1)
        if len(below) < _LEAST_ROWS or "  " not in line.strip() or not _SIGNS.isdisjoint(line):
            continue
        starts = _starts(line, [lines[at] for at in below])
        if len(starts) >= _LEAST_COLUMNS and not line[:1].isspace():
            spans = [*zip(starts, [*starts[1:], None], strict=True)]
            cells = {at: [lines[at][left:right].strip() for left, right in spans] for at in (first, *below)}
            return [cells.get(at, [each.strip()] if each.strip() else []) for at, each in enumerate(lines)]
    return None


def _block(lines: Sequence[str], start: int) -> list[int]:
    """Return the lines of a table: those up to the next blank one, or rule, but for such right below its header."""
    while start < len(lines) and _RULE.fullmatch(lines[start]):
        start += 1
    end = next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))
    return [*range(start, end)]


def _starts(header: str, rows: Sequence[str]) -> list[int]:
    """Return where columns begin: under the words of the header that every row has a blank before.

    Two words one blank apart are one caption, unless cells begin under the second behind more blanks.
    """
    found = [word.start() for word in _WORD.finditer(header) if _is_start(word.start(), header, rows)]
    texts = sum(bool(row[at : at + 1].strip()) for at in found for row in rows)
    is_table = 2 * texts > len(found) * len(rows) and all(not row[:1].isspace() for row in rows)
    return found if is_table else []


def _is_start(at: int, header: str, rows: Sequence[str]) -> bool:
    if at == 0:
        return True
    if any(row[at - 1 : at].strip() for row in rows):
        return False
    return header[at - 2 : at] == "  " or any(row[at - 2 : at] == "  " and row[at : at + 1].strip() for row in rows)
