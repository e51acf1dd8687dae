"""Which cells of an Excel workbook are struck through by their formats: a part is often taken out of a list so."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from footprint.tables.container import Container
from footprint.tables.layout import layout
from footprint.tables.xmls import Attributes, PartReader, local_name

_CELL = re.compile(rb"<(?:[A-Za-z]\w{0,20}:)?c\s([^<>]{1,200})>")
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_STYLE = re.compile(rb'\bs="([0-9]{1,6})"')
_LONGEST = 400
"""Bytes that a tag cut off may have."""
_NOT = frozenset({"0", "false"})


def struck(data: bytes, file: str) -> Mapping[str, frozenset[str]]:
    """Return the addresses of the filled cells of each sheet that are struck through, by its name; none in most."""
    container = Container(data, file)
    parts = layout(container)
    formats = _Formats(container, parts.styles).struck if parts.styles else frozenset()
    return {sheet.name: _cells(container, sheet.part, formats) for sheet in parts.sheets} if formats else {}


def _cells(container: Container, part: str, formats: Collection[bytes]) -> frozenset[str]:
    found: set[str] = set()
    rest = b""
    for piece in container.stream(part):
        buffer = rest + piece
        for match in _CELL.finditer(buffer):
            style, address = _STYLE.search(match[1]), _ADDRESS.search(match[1])
            if style and address and style[1] in formats and not match[1].endswith(b"/"):
                found.add(address[1].decode())
        tail = buffer.rfind(b"<")
        rest = buffer[tail:] if tail >= 0 and b">" not in buffer[tail:] and len(buffer) - tail < _LONGEST else b""
    return frozenset(found)


class _Formats(PartReader):
    """Reads the fonts, and the formats of cells in their order. ``struck``: those of a font that is struck through."""

    def __init__(self, container: Container, part: str) -> None:
        super().__init__(container.file, part)
        self.struck: set[bytes] = set()
        self._fonts: set[str] = set()
        self._path: list[str] = []
        self._font = self._format = -1
        self.feed(container.whole(part), last=True)

    def start(self, name: str, attributes: Attributes) -> None:
        """Count a font or a format, and note what is struck through."""
        self._path.append(local_name(name))
        if self._path[-2:] == ["fonts", "font"]:
            self._font += 1
        elif self._path[-3:] == ["fonts", "font", "strike"] and attributes.get("val", "1") not in _NOT:
            self._fonts.add(str(self._font))
        elif self._path[-2:] == ["cellXfs", "xf"]:
            self._format += 1
            if attributes.get("fontId", "0") in self._fonts:
                self.struck.add(b"%d" % self._format)

    def end(self, _name: str) -> None:
        """Leave an element."""
        self._path.pop()
