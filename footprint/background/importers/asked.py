"""What an import is asked for, and what it gives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from footprint.background.source import Source
from footprint.model.bill import Notice

_NO_NAME = re.compile(r"[^\w.]+|_+")
_LONGEST = 60


Each = TypeVar("Each")
Tell = Callable[[str, int, int], None]
"""What is told while an import goes on: the code of a message, how much is done, and of how much."""


def counted(each: Sequence[Each], tell: Tell) -> Iterator[Each]:
    """Yield processes of a file, and tell each hundredth part of how many they are."""
    for done, one in enumerate(each):
        if done and done % max(1, len(each) // 100) == 0:
            tell("import-processes", done, len(each))
        yield one


def silent(code: str, done: int, total: int) -> None:
    """Tell nobody."""


class Asked(NamedTuple):
    """What the user says of the database to be; "" where the file or its content decides.

    ``allow_unlinked``: inputs that lead nowhere become gaps with a name, where they would stop the import.
    ``method``: name of an impact category in the file, whose factors count in place of the table of gases.
    ``link``: databases of the store that have what the file lacks. ``tell``: who hears how far the import is.
    """

    id: str = ""
    version: str = ""
    title: str = ""
    licence: str = ""
    licensed: bool = False
    allow_unlinked: bool = False
    method: str = ""
    link: tuple[str, ...] = ()
    tell: Tell = silent

    def over(self, meta: Mapping[str, Any]) -> dict[str, Any]:
        """Return ``meta`` with what is asked for in place of what it says."""
        said = {"id": self.id, "version": self.version, "licence": self.licence}
        found = {**meta, **{key: text for key, text in said.items() if text}}
        if self.title:
            found["title"] = {"en": self.title, "zh": self.title}
        return {**found, "licensed": "yes"} if self.licensed else found


class Read(NamedTuple):
    """A database as it was read: its readable form, how many rows it was made of, and what must be said of them.

    ``counts``: how many of what were read, linked, allocated, left open, in the order in which they are told.
    """

    source: Source
    rows: int
    notices: tuple[Notice, ...] = ()
    counts: Mapping[str, int] = MappingProxyType({})


def id_of(stem: str) -> str:
    """Return the id that a file's name stands for: small letters, digits, hyphens; never empty."""
    plain = _NO_NAME.sub("-", unicodedata.normalize("NFKC", stem).casefold()).strip("-.")
    return plain[:_LONGEST].rstrip("-.") or "factors"
