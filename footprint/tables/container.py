"""A zip container opened with suspicion: names checked, sizes bounded while inflating, checksums verified."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from footprint.errors import FootprintError, Problem, WorkbookError
from footprint.tables.limits import MAX_INFLATED, MAX_RATIO, MAX_SMALL, RATIO_FLOOR

STORED, DEFLATED = 0, 8
_FEED, _PIECE = 1 << 16, 1 << 20
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError)


class Member(NamedTuple):
    """One file of a container as packed: what a zip directory says of it, and its packed bytes in pieces."""

    name: str
    method: int
    crc: int
    size: int
    packed: tuple[bytes | memoryview, ...]

    @property
    def packed_size(self) -> int:
        """The number of packed bytes."""
        return sum(map(len, self.packed))


class Container:
    """The parts of a zip file by name. Every problem is raised as a `WorkbookError` placed at ``file``."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        self._data = memoryview(data)
        self._sizes: dict[str, int] = {}
        self._total = 0
        self._parts: dict[str, zipfile.ZipInfo] = {}
        self._twice: set[str] = set()
        for info in self._directory(data):
            self._enter(info)

    def _directory(self, data: bytes) -> list[zipfile.ZipInfo]:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return archive.infolist()
        except _UNREADABLE as error:
            raise self.refusal("workbook-truncated") from error

    def _enter(self, info: zipfile.ZipInfo) -> None:
        if ".." in info.filename.replace("\\", "/").split("/"):
            raise self.refusal("zip-unsafe-name", name=info.filename)
        part = key(info.filename)
        if part in self._parts:
            self._twice.add(part)
        self._parts[part] = info

    def names(self) -> list[str]:
        """Return the names of all parts, as they are written, in their order."""
        return [info.filename for info in self._parts.values()]

    def most(self) -> int:
        """Return how many bytes all parts may inflate to."""
        return MAX_INFLATED

    def refusal(self, code: str, **facts: object) -> FootprintError:
        """Return the error that says ``code`` of the whole file."""
        return WorkbookError(Problem(code, self.file, facts))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and key(name) in self._parts

    def member(self, name: str) -> Member:
        """Return part ``name`` (letter case and slashes aside) as packed; raise if it is missing, doubled or locked."""
        info = self._parts.get(key(name))
        if info is None:
            raise self.refusal("workbook-part-missing", part=name)
        if key(name) in self._twice:
            raise self.refusal("zip-duplicate-part", part=name)
        if info.flag_bits & 1:
            raise self.refusal("workbook-encrypted")
        if info.compress_type not in {STORED, DEFLATED}:
            raise self.refusal("workbook-malformed", part=name, reason=f"compression method {info.compress_type}")
        return Member(name, info.compress_type, info.CRC, info.file_size, (self._packed(info),))

    def _packed(self, info: zipfile.ZipInfo) -> memoryview:
        start = info.header_offset
        header = self._data[start : start + _LOCAL_HEADER.size] if start >= 0 else b""
        if len(header) < _LOCAL_HEADER.size:
            raise self.refusal("workbook-truncated")
        signature, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        start += _LOCAL_HEADER.size + name_length + extra_length
        packed = self._data[start : start + info.compress_size]
        if signature != b"PK\x03\x04" or len(packed) < info.compress_size:
            raise self.refusal("workbook-truncated")
        return packed

    def stream(self, name: str) -> Iterator[bytes]:
        """Yield the inflated bytes of part ``name`` in pieces of 1 byte to 1 MiB.

        Raise when it is damaged, is not as long as declared, or grows beyond `MAX_INFLATED` or `MAX_RATIO`.
        """
        member = self.member(name)
        size = crc = 0
        for piece in filter(None, self._pieces(member)):
            size += len(piece)
            crc = zlib.crc32(piece, crc)
            self._grown(member, size)
            yield piece
        if size != member.size or crc != member.crc:
            raise self.refusal("workbook-truncated")

    def whole(self, name: str, most: int = MAX_SMALL) -> bytes:
        """Return the inflated bytes of a part that is not long (at most ``most``)."""
        buffer = bytearray()
        for piece in self.stream(name):
            buffer += piece
            if len(buffer) > most:
                raise self.refusal("zip-bomb", part=name)
        return bytes(buffer)

    def _grown(self, member: Member, size: int) -> None:
        swollen = size > RATIO_FLOOR and size > MAX_RATIO * member.packed_size
        if swollen or self._inflated_so_far(member, size) > self.most():
            raise self.refusal("zip-bomb", part=member.name)

    def _inflated_so_far(self, member: Member, size: int) -> int:
        """Return the bytes of all parts that were inflated, ``member`` with ``size`` among them."""
        self._total += size - self._sizes.get(member.name, 0)
        self._sizes[member.name] = size
        return self._total

    def _pieces(self, member: Member) -> Iterator[bytes]:
        slices = (bytes(piece[at : at + _FEED]) for piece in member.packed for at in range(0, len(piece), _FEED))
        if member.method == STORED:
            return slices
        return self._inflated(slices)

    def _inflated(self, slices: Iterator[bytes]) -> Iterator[bytes]:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for packed in slices:
                waiting = packed
                while waiting and not inflate.eof:
                    yield inflate.decompress(waiting, _PIECE)
                    waiting = inflate.unconsumed_tail
                if inflate.eof and (inflate.unused_data or any(slices)):
                    raise self.refusal("workbook-truncated")  # something stands behind what is packed
            while not inflate.eof:
                piece = inflate.decompress(b"", _PIECE)
                if not piece:
                    raise self.refusal("workbook-truncated")
                yield piece
        except zlib.error as error:
            raise self.refusal("workbook-truncated") from error


def key(name: str) -> str:
    """Return what two names of one part have in common: letter case and slashes aside."""
    return name.replace("\\", "/").lstrip("/").casefold()
