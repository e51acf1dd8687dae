"""Streams out of an OLE2 compound file: the wrapping of xls and of encrypted workbooks.

xlrd unwraps by itself, but follows a chain of sectors that bites its own tail forever; here every chain is bounded.
"""

from __future__ import annotations

import struct

_HEADER = struct.Struct("<30xHH10xII4xIIIII")
_ENTRY = struct.Struct("<64sHB49xII4x")
_LAST, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_HEADER_SIZE, _LISTED = 512, 109
_STREAM, _ROOT = 2, 5


class OleError(Exception):
    """The compound file is damaged."""


class CompoundFile:
    """The streams of a compound file by name."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER_SIZE:
            raise OleError("header")
        self._data = data
        shift, mini, fats, directory, self._cutoff, small, _, more, _ = _HEADER.unpack_from(data)
        if shift not in {9, 12} or mini >= shift or fats > 16 + (len(data) >> (2 * shift - 3)):
            raise OleError("header")
        self._size, self._mini = 1 << shift, 1 << mini
        self._fat = self._numbers(self._fat_sectors(fats, more))
        self._small_fat = self._numbers(self._chain(small))
        self._streams: dict[str, tuple[int, int]] = {}
        self._small = b""
        self._list(b"".join(map(self._sector, self._chain(directory))))

    def __contains__(self, name: object) -> bool:
        return name in self._streams

    def stream(self, name: str) -> bytes:
        """Return the bytes of stream ``name``; raise `OleError` where they are damaged, `KeyError` if it is missing."""
        start, size = self._streams[name]
        if size >= self._cutoff:
            return b"".join(map(self._sector, self._chain(start)))[:size]
        sectors = _follow(self._small_fat, start)
        return b"".join(self._small[n * self._mini : (n + 1) * self._mini] for n in sectors)[:size]

    def _list(self, directory: bytes) -> None:
        for at in range(0, len(directory) - _ENTRY.size + 1, _ENTRY.size):
            name, length, kind, start, size = _ENTRY.unpack_from(directory, at)
            if kind == _ROOT:
                self._small = b"".join(map(self._sector, self._chain(start)))
            elif kind == _STREAM:
                self._streams[name[: max(length - 2, 0)].decode("utf-16-le", "replace")] = start, size

    def _fat_sectors(self, count: int, more: int) -> list[int]:
        """Return the sectors that hold the table of sectors: 109 in the header, the others in a chain of lists."""
        listed = list(struct.unpack_from(f"<{_LISTED}I", self._data, 76))
        per_sector = self._size // 4
        while len(listed) < count and more < _LAST:
            numbers = self._numbers([more])
            listed += numbers[: per_sector - 1]
            more = numbers[-1] if len(numbers) == per_sector else _LAST
        return [sector for sector in listed[:count] if sector < _LAST]

    def _numbers(self, sectors: list[int]) -> list[int]:
        data = b"".join(map(self._sector, sectors))
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        if start >= len(self._data):
            raise OleError(f"sector {number}")
        return self._data[start : start + self._size]

    def _chain(self, start: int) -> list[int]:
        return _follow(self._fat, start)


def _follow(table: list[int], sector: int) -> list[int]:
    chain: list[int] = []
    while sector < _LAST:
        if sector >= len(table) or len(chain) > len(table):
            raise OleError(f"chain at sector {sector}")
        chain.append(sector)
        sector = table[sector]
    return chain
