"""How far the formats of an Excel workbook move its cells in: some systems tell by that what is part of what."""

from __future__ import annotations

import re
from collections.abc import Mapping

from footprint.tables.container import Container
from footprint.tables.layout import layout
from footprint.tables.xmls import Attributes, PartReader, local_name

_CELL = re.compile(rb"<(?:[A-Za-z]\w{0,20}:)?c\s([^<>]{1,200})>")
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_STYLE = re.compile(rb'\bs="([0-9]{1,6})"')
_TO_THE_LEFT = frozenset({"", "general", "left", "distributed"})
_MOST, _LONGEST = 300_000, 400
"""Cells that are noted, and bytes that a tag cut off may have: a list where all are moved in tells nothing."""


def indents(data: bytes, file: str) -> Mapping[str, Mapping[str, int]]:
    """Return how far cells are moved in by their formats: sheet -> address -> steps; only those that are."""
    container = Container(data, file)
    parts = layout(container)
    moved = _Formats(container, parts.styles).moved if parts.styles else {}
    return {sheet.name: _cells(container, sheet.part, moved) for sheet in parts.sheets} if moved else {}


def _cells(container: Container, part: str, moved: Mapping[bytes, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    rest = b""
    for piece in container.stream(part):
        buffer = rest + piece
        for match in _CELL.finditer(buffer):
            style, address = _STYLE.search(match[1]), _ADDRESS.search(match[1])
            if style and address and style[1] in moved:
                found[address[1].decode()] = moved[style[1]]
        if len(found) > _MOST:
            return {}
        tail = buffer.rfind(b"<")
        rest = buffer[tail:] if tail >= 0 and b">" not in buffer[tail:] and len(buffer) - tail < _LONGEST else b""
    return found


class _Formats(PartReader):
    """Reads the formats of cells in their order. ``moved``: how far each moves in, of those that do."""

    def __init__(self, container: Container, part: str) -> None:
        super().__init__(container.file, part)
        self.moved: dict[bytes, int] = {}
        self._path: list[str] = []
        self._count = 0
        self.feed(container.whole(part), last=True)

    def start(self, name: str, attributes: Attributes) -> None:
        """Count a format, and note its alignment."""
        self._path.append(local_name(name))
        if self._path[-2:] == ["cellXfs", "xf"]:
            self._count += 1
        elif self._path[-3:] == ["cellXfs", "xf", "alignment"] and attributes.get("horizontal", "") in _TO_THE_LEFT:
            steps = attributes.get("indent", "0")
            if steps.isdecimal() and int(steps[:4]) > 0:
                self.moved[b"%d" % (self._count - 1)] = int(steps[:4])

    def end(self, _name: str) -> None:
        """Leave an element."""
        self._path.pop()
