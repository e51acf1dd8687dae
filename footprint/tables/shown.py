"""What the formats of an Excel workbook say of its cells: how far in they stand, per cent, and what is struck through.

Some systems tell by the first what is part of what; a part is often taken out of a list by the last.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from footprint.tables.container import Container
from footprint.tables.layout import layout
from footprint.tables.xmls import Attributes, PartReader, local_name

_CELL = re.compile(rb"<(?:[A-Za-z]\w{0,20}:)?c\s([^<>]{1,200})>")
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_STYLE = re.compile(rb'\bs="([0-9]{1,6})"')
_TO_THE_LEFT = frozenset({"", "general", "left", "distributed"})
_MOST, _LONGEST = 300_000, 400
"""Cells that are noted, and bytes that a tag cut off may have: a list where all are moved in tells nothing."""
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_PER_CENT = frozenset({"9", "10"})
"""What a format shows as it stands, and the numbers of the formats in per cent that every workbook has."""
_NOT = frozenset({"0", "false"})


class Shown(NamedTuple):
    """What formats say of the cells of a sheet: ``indents``: address -> steps that it is moved in, of those that are.

    ``per_cent``: the addresses of those that show a hundred times their number, with a sign; ``struck``: those of
    filled cells that are struck through.
    """

    indents: Mapping[str, int]
    per_cent: frozenset[str]
    struck: frozenset[str]


def shown(data: bytes, file: str) -> Mapping[str, Shown]:
    """Return what formats say of the cells of each sheet, by its name."""
    container = Container(data, file)
    parts = layout(container)
    formats = _Formats(container, parts.styles) if parts.styles else None
    if formats is None or not formats.telling:
        return {}
    return {sheet.name: _shown(container, sheet.part, formats) for sheet in parts.sheets}


def is_per_cent(code: str) -> bool:
    """Tell whether a format multiplies what it shows by a hundred; a sign in quotes is only shown."""
    return "%" in _LITERAL.sub("", code)


def _shown(container: Container, part: str, formats: _Formats) -> Shown:
    moved: dict[str, int] = {}
    per_cent: set[str] = set()
    struck: set[str] = set()
    for address, style, is_filled in _styled(container, part, formats.telling):
        if style in formats.moved and len(moved) <= _MOST:
            moved[address] = formats.moved[style]
        if style in formats.per_cent:
            per_cent.add(address)
        if style in formats.struck and is_filled:
            struck.add(address)
    return Shown(moved if len(moved) <= _MOST else {}, frozenset(per_cent), frozenset(struck))


def _styled(container: Container, part: str, wanted: Collection[bytes]) -> Iterator[tuple[str, bytes, bool]]:
    """Yield address and number of the format of each cell that has a wanted one, and whether it holds anything."""
    rest = b""
    for piece in container.stream(part):
        buffer = rest + piece
        for match in _CELL.finditer(buffer):
            style, address = _STYLE.search(match[1]), _ADDRESS.search(match[1])
            if style and address and style[1] in wanted:
                yield address[1].decode(), style[1], not match[1].endswith(b"/")
        tail = buffer.rfind(b"<")
        rest = buffer[tail:] if tail >= 0 and b">" not in buffer[tail:] and len(buffer) - tail < _LONGEST else b""


class _Formats(PartReader):
    """Reads the formats of cells in their order. ``moved``: how far each moves in, of those that do.

    ``per_cent``: those that show numbers in per cent; ``struck``: those of a font that is struck through.
    """

    def __init__(self, container: Container, part: str) -> None:
        super().__init__(container.file, part)
        self.moved: dict[bytes, int] = {}
        self.per_cent: set[bytes] = set()
        self.struck: set[bytes] = set()
        self._fonts: set[str] = set()
        self._font = -1
        self._numbers = {*_PER_CENT}
        self._path: list[str] = []
        self._count = -1
        self.feed(container.whole(part), last=True)

    @property
    def telling(self) -> frozenset[bytes]:
        """The formats that say anything of what is asked for."""
        return frozenset(self.moved) | self.per_cent | self.struck

    def start(self, name: str, attributes: Attributes) -> None:
        """Count a font or a format, and note its alignment, how it shows numbers, and what is struck through."""
        self._path.append(local_name(name))
        number = attributes.get("numFmtId", "")[:9]
        if self._path[-2:] == ["numFmts", "numFmt"] and number.isdecimal():
            self._numbers |= {number} if is_per_cent(attributes.get("formatCode", "")) else set()
        elif self._path[-2:] == ["fonts", "font"]:
            self._font += 1
        elif self._path[-3:] == ["fonts", "font", "strike"] and attributes.get("val", "1") not in _NOT:
            self._fonts.add(str(self._font))
        elif self._path[-2:] == ["cellXfs", "xf"]:
            self._count += 1
            self._note(self.per_cent, is_so=number in self._numbers)
            self._note(self.struck, is_so=attributes.get("fontId", "0") in self._fonts)
        elif self._path[-3:] == ["cellXfs", "xf", "alignment"]:
            self._align(attributes)

    def _note(self, those: set[bytes], *, is_so: bool) -> None:
        if is_so:
            those.add(b"%d" % self._count)

    def _align(self, attributes: Attributes) -> None:
        steps = attributes.get("indent", "0")
        if attributes.get("horizontal", "") in _TO_THE_LEFT and steps.isdecimal() and int(steps[:4]) > 0:
            self.moved[b"%d" % self._count] = int(steps[:4])

    def end(self, _name: str) -> None:
        """Leave an element."""
        self._path.pop()
