"""Tables and paragraphs of a terminal: aligned, a wide (Chinese) character taking two columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from footprint.publish.wording import columns_of

GAP = "  "
_PIECE = re.compile(r"[\u2e80-\U0010ffff][，。、；：）】”！？]*|[^\s\u2e80-\U0010ffff]+|\s+")


def table(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """Return rows as lines with their columns below each other; the columns of ``right`` end together."""
    widths = [max(map(columns_of, column)) for column in zip(*rows, strict=True)]
    return [GAP.join(_cells(row, widths, right)).rstrip() for row in rows]


def _cells(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> Iterable[str]:
    for at, (cell, width) in enumerate(zip(row, widths, strict=True)):
        blank = " " * (width - columns_of(cell))
        yield blank + cell if at in right else cell + blank


def fields(pairs: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Return captions and texts in two columns, texts broken so that no line is wider than ``width`` columns."""
    known = [(caption, text) for caption, text in pairs if text]
    first = max((columns_of(caption) for caption, _ in known), default=0) + len(GAP)
    lines = []
    for caption, text in known:
        head, *more = wrapped(text, width - first)
        lines.append(caption + " " * (first - columns_of(caption)) + head)
        lines += [" " * first + line for line in more]
    return lines


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width`` columns, broken at blanks and between wide characters."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if columns_of(lines[-1]) + columns_of(piece.rstrip()) > width and lines[-1]:
            lines.append("")
        lines[-1] += piece if lines[-1] or not piece.isspace() else ""
    return [line.rstrip() for line in lines]


def indented(lines: Iterable[str]) -> list[str]:
    """Return lines set in."""
    return [GAP + line for line in lines]
