"""The levels that rows of an Excel workbook are grouped in: by these some people tell what is part of what."""

from __future__ import annotations

import re
from collections.abc import Mapping

from footprint.tables.container import Container
from footprint.tables.layout import layout

_ROW = re.compile(rb"<(?:[A-Za-z]\w{0,20}:)?row\s([^<>]{1,400})>")
_NUMBER = re.compile(rb'\br="([0-9]{1,7})"')
_LEVEL = re.compile(rb'\boutlineLevel="([1-7])"')
_GROUPED = re.compile(rb'\boutlineLevelRow="[1-7]"')
_HEAD, _LONGEST = 65_536, 600
"""Bytes before the rows of a sheet, and those that a tag cut off may have."""


def outlines(data: bytes, file: str) -> Mapping[str, Mapping[int, int]]:
    """Return the levels of grouped rows: sheet -> one-based row -> level from 1; rows of no group are not in it."""
    container = Container(data, file)
    return {sheet.name: rows for sheet in layout(container).sheets if (rows := _rows(container, sheet.part))}


def _rows(container: Container, part: str) -> dict[int, int]:
    """Return the levels of the rows of a sheet; its head says whether it has any."""
    found: dict[int, int] = {}
    rest, is_grouped, size = b"", False, 0
    for piece in container.stream(part):
        buffer = rest + piece
        size += len(piece)
        is_grouped = is_grouped or _GROUPED.search(buffer) is not None
        if not is_grouped and size > _HEAD:
            return {}
        for match in _ROW.finditer(buffer):
            number, level = _NUMBER.search(match[1]), _LEVEL.search(match[1])
            if number and level:
                found[int(number[1])] = int(level[1])
        tail = buffer.rfind(b"<")
        rest = buffer[tail:] if tail >= 0 and b">" not in buffer[tail:] and len(buffer) - tail < _LONGEST else b""
    return found
