"""Parts and containers written plainly in memory, for calamine to read: it sees nothing that was not scanned before."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

from footprint.tables.container import DEFLATED, STORED, Member

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UTF8, _DATE = 20, 0x800, 33


class PackedXml:
    """An XML part under way into a container: deflated while it grows."""

    def __init__(self, start: str) -> None:
        self._deflate = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._packed: list[bytes] = []
        self._waiting = [start]
        self._crc = self._size = 0

    def write(self, text: str) -> None:
        """Append ``text``."""
        self._waiting.append(text)
        if len(self._waiting) > 4096:
            self._pack()

    def member(self, name: str, end: str) -> Member:
        """Close the part with ``end`` and return it as the file ``name`` of a container."""
        self._waiting.append(end)
        self._pack()
        self._packed.append(self._deflate.flush())
        return Member(name, DEFLATED, self._crc, self._size, tuple(self._packed))

    def _pack(self) -> None:
        piece = "".join(self._waiting).encode()
        self._waiting.clear()
        self._crc, self._size = zlib.crc32(piece, self._crc), self._size + len(piece)
        self._packed.append(self._deflate.compress(piece))


def stored(name: str, text: str) -> Member:
    """Return ``text`` as the file ``name`` of a container, not deflated."""
    return stored_pieces(name, (text.encode(),))


def stored_pieces(name: str, pieces: tuple[bytes, ...]) -> Member:
    """Return ``pieces`` as the file ``name`` of a container, not deflated."""
    crc = 0
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
    return Member(name, STORED, crc, sum(map(len, pieces)), pieces)


def escaped(text: str) -> str:
    """Return ``text`` as XML character data."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def pack(members: Iterable[Member]) -> bytes:
    """Return a zip container of ``members``."""
    body: list[bytes | memoryview] = []
    directory: list[bytes] = []
    at = 0
    for member in members:
        name = member.name.encode()
        sizes = (member.crc, member.packed_size, member.size, len(name))
        fixed = (_VERSION, _UTF8, member.method, 0, _DATE, *sizes, 0)
        directory.append(_CENTRAL.pack(b"PK\x01\x02", _VERSION, *fixed, 0, 0, 0, 0, at) + name)
        body += (_LOCAL.pack(b"PK\x03\x04", *fixed) + name, *member.packed)
        at += _LOCAL.size + len(name) + member.packed_size
    count, length = len(directory), sum(map(len, directory))
    return b"".join([*body, *directory, _END.pack(b"PK\x05\x06", 0, 0, count, count, length, at, 0)])
