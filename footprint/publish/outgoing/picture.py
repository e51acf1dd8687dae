"""Pictures in documents: what a logo is, told from its bytes; and a rectangle of one colour to draw bars with."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import NamedTuple

from footprint.errors import Problem, problem
from footprint.publish.outgoing.statement import Statement

_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_MOST = 10_000


class Picture(NamedTuple):
    """Kind and size [pixels] of a picture."""

    kind: str
    width: int
    height: int


def measured(content: bytes) -> Picture | None:
    """Return what picture ``content`` is, None if it is neither PNG nor JPEG or of no sensible size."""
    found = _png(content) or _jpeg(content)
    return found if found and 0 < found.width <= _MOST and 0 < found.height <= _MOST else None


def _png(content: bytes) -> Picture | None:
    if not content.startswith(_PNG) or content[12:16] != b"IHDR" or len(content) < 33:
        return None
    if zlib.crc32(content[12:29]) != int.from_bytes(content[29:33], "big") or b"IEND" not in content[-16:]:
        return None
    return Picture("image/png", *struct.unpack(">II", content[16:24]))


def _jpeg(content: bytes) -> Picture | None:
    at = 2 if content.startswith(b"\xff\xd8\xff") else len(content)
    while at + 9 <= len(content) and content[at] == 0xFF:
        if content[at + 1] in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return Picture("image/jpeg", width, height)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def faults(statement: Statement) -> Iterable[Problem]:
    """Yield what is wrong with the logo."""
    logo = statement.files.get("logo")
    if logo is not None and measured(logo) is None:
        yield problem("logo-form", str(statement.company.get("logo", "logo")))


def rectangle(colour: str) -> bytes:
    """Return a PNG of one pixel of ``colour`` (``#RRGGBB``), to be stretched; the same bytes on every machine."""
    row = b"\x00" + bytes.fromhex(colour.removeprefix("#"))
    stored = (
        b"\x78\x01\x01" + struct.pack("<HH", len(row), len(row) ^ 0xFFFF) + row + struct.pack(">I", zlib.adler32(row))
    )
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return _PNG + _chunk(b"IHDR", header) + _chunk(b"IDAT", stored) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
