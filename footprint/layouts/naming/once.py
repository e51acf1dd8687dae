"""What rows of a sheet say is read once, however many tables stand beside each other below them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import NamedTuple, TypeVar

from footprint.model.sheets import Cell

_KNOWN = 4096
"""Rows whose readings are kept."""
Read = TypeVar("Read")
Row = tuple[Cell, ...]


class _Same(NamedTuple):
    """A row that is only equal to itself: equal numbers may be written otherwise (``1.10``)."""

    row: Row

    def __hash__(self) -> int:
        return id(self.row)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.row is other.row


def once(read: Callable[[Row], Read]) -> Callable[[Row], Read]:
    """Return a function of a row that reads each of them once."""
    known = lru_cache(_KNOWN)(lambda same: read(same.row))

    @wraps(read)
    def reading(row: Row) -> Read:
        return known(_Same(row))

    return reading
