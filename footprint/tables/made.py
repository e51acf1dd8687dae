"""Rows that are made when they are asked for, and not kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class Made(Sequence[T]):
    """The rows ``first``, and ``count`` more, each made by ``make`` from its number."""

    def __init__(self, count: int, make: Callable[[int], T], first: Sequence[T] = ()) -> None:
        self._count, self._make, self._first = count, make, first

    def __len__(self) -> int:
        return len(self._first) + self._count

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...

    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        return self._first[at] if at < len(self._first) else self._make(at - len(self._first))
