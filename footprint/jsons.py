"""JSON from strangers, read with suspicion: what is in it twice, is not seen or is no number is told by its pointer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isfinite
from typing import Any, NamedTuple

from footprint.errors import Problem, RequestError, problem
from footprint.legible import legible
from footprint.provenance import Place

MAX_JSON = 8 << 20
"""Bytes of a footprint as it is sent; one takes some thousand, a server's answer with many of them some million."""
MOST = 100_000
"""Fields and members of lists in it."""
LONGEST = 100
"""Characters of a number."""
_SHOWN = 40


class Told(NamedTuple):
    """What a file holds, without signs that nobody sees, and what is wrong in how it says so."""

    value: Any
    faults: tuple[Problem, ...]


def parse(content: bytes, file: str, most: int = MOST) -> Told:
    """Return what ``content`` holds; ValueError or RecursionError for what is no JSON.

    `RequestError` for more than ``most`` values. Of a name that is there twice the last value counts, as everywhere. A
    number nobody could count with (``NaN``, ``Infinity``, of more digits than `LONGEST`) is its text, a `NoNumber`.
    """
    reader = _Reader(file, most)
    value = json.loads(
        content, object_pairs_hook=reader.object, parse_int=_integer, parse_float=_float, parse_constant=NoNumber
    )
    return Told(reader.seen("", value), tuple(reader.faults(value)))


class NoNumber(str):
    """What stands where JSON has a number, and is none."""

    __slots__ = ()


def _integer(text: str) -> int | NoNumber:
    return int(text) if len(text) <= LONGEST else NoNumber(text)


def _float(text: str) -> float | NoNumber:
    found = float(text) if len(text) <= LONGEST else float("inf")
    return found if isfinite(found) else NoNumber(text)


class _Reader:
    """One file under way. ``marked``: objects with something wrong, each with the names and what it is."""

    def __init__(self, file: str, most: int) -> None:
        self.file, self.most, self.count = file, most, 0
        self.marked: list[tuple[dict[str, Any], str, str, str]] = []

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Return an object, and mark what is wrong in it."""
        found: dict[str, Any] = {}
        for written, value in pairs:
            self._counted(1)
            name = legible(written)
            if name != written:
                self._mark(found, name, "json-unseen", name)
            if name in found:
                self.marked.append((found, name, "json-twice", ""))
            found[name] = self.seen(name, value, found)
        return found

    def seen(self, name: str, value: Any, inside: dict[str, Any] | None = None) -> Any:
        """Return a value as it may be shown; ``inside``: the object whose field ``name`` it belongs to."""
        if isinstance(value, NoNumber):
            self._mark(inside, name, "json-number", value)
        elif isinstance(value, str):
            shown = legible(value)
            if shown != value:
                self._mark(inside, name, "json-unseen", shown)
            return shown
        elif isinstance(value, list):
            self._counted(len(value))
            return [self.seen(name, each, inside) for each in value]
        return value

    def _counted(self, more: int) -> None:
        self.count += more
        if self.count > self.most:
            raise RequestError(problem("json-large", Place(self.file), most=self.most))

    def _mark(self, inside: dict[str, Any] | None, name: str, code: str, text: str) -> None:
        if inside is not None:
            self.marked.append((inside, name, code, text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."))

    def faults(self, whole: Any) -> Iterator[Problem]:
        """Yield what was marked, with its pointer."""
        if not self.marked:
            return
        pointers = dict(_pointers(whole))
        for inside, name, code, text in self.marked:
            if id(inside) in pointers:
                place = Place(self.file, f"{pointers[id(inside)]}/{_escaped(name)}")
                yield Problem(code, place, {"key": name, "text": text})


def _pointers(whole: Any) -> Iterator[tuple[int, str]]:
    """Yield every object of a document with its pointer."""
    waiting = [(whole, "")]
    while waiting:
        value, pointer = waiting.pop()
        if isinstance(value, dict):
            yield id(value), pointer
            waiting += [(inner, f"{pointer}/{_escaped(name)}") for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(inner, f"{pointer}/{at}") for at, inner in enumerate(value)]


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
