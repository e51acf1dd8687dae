"""What is stated of captions: each is meant as it is written, and without brackets and blanks only where none is."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from footprint.errors import Problem, problem
from footprint.layouts.naming import headers
from footprint.provenance import Place

IGNORE = "ignore"
_SHOWN, _NEAR = 30, 3
"""Captions that are listed, and that are offered instead."""


class Captions(NamedTuple):
    """The fields of captions: ``written``, by these as they stand; ``plain``, by what `headers.normal` leaves of them.

    ``given``: each of the former as it was stated.
    """

    written: Mapping[str, str] = MappingProxyType({})
    plain: Mapping[str, str] = MappingProxyType({})
    given: Mapping[str, str] = MappingProxyType({})

    def __bool__(self) -> bool:
        """Whether anything is stated."""
        return bool(self.written)

    def of(self, caption: str) -> str:
        """Return the field that is stated of a caption, "" for none."""
        return self.written.get(as_written(caption)) or self.plain.get(headers.normal(caption), "")

    def among(self, found: Iterable[str]) -> Captions:
        """Return what is stated where these captions are found: what one of them is written as means no other."""
        known = {as_written(caption) for caption in found}
        return self._replace(plain={headers.normal(caption): field for key, field in self.written.items()
                                    if key not in known for caption in (self.given[key],)})  # fmt: skip

    def and_(self, others: Captions) -> Captions:
        """Return these with others, which count before them."""
        return Captions({**self.written, **others.written}, {**self.plain, **others.plain},
                        {**self.given, **others.given})  # fmt: skip


def stated(given: Mapping[str, str]) -> Captions:
    """Return what is stated of some captions."""
    return Captions({as_written(caption): field for caption, field in given.items()},
                    {headers.normal(caption): field for caption, field in given.items()},
                    {as_written(caption): caption for caption in given})  # fmt: skip


@lru_cache(4096)
def as_written(caption: str) -> str:
    """Return a caption as it is compared with others that differ in no more than case, width and blanks."""
    return "".join(unicodedata.normalize("NFKC", caption).split()).casefold()


def captioned(wanted: str, captions: Mapping[int, str]) -> int | None:
    """Return the column of a caption as it is written, else as `headers.normal` leaves it; None where none has it."""
    ways = (as_written, headers.normal)
    return next((at for way in ways for at, said in captions.items() if way(said) == way(wanted)), None)


def unfitting(
    named: Captions, said: Captions, tables: Sequence[tuple[Place, Mapping[int, str], Collection[int]]], file: str
) -> Iterator[Problem]:
    """Yield what is stated that no caption has, that fits several, or that two columns of a table have.

    ``named``: what must be there; ``said``: all that is stated; ``tables``: the place of each header, its captions, and
    the columns that are not read.
    """
    every = [*dict.fromkeys(caption for _, captions, _ in tables for caption in captions.values())]
    for key, given in named.given.items() if every else ():
        if not any(_fits(key, given, caption, every) for caption in every):
            near = tuple(get_close_matches(given, every, _NEAR))
            names = ", ".join(every[:_SHOWN]) + (" …" if len(every) > _SHOWN else "")
            yield problem("import-no-such-caption", Place(file, f"columns.{given}"), near, caption=given, names=names)
    for place, captions, unread in tables:
        yield from _of_table(said, place, captions, unread)


def _fits(key: str, given: str, caption: str, every: Sequence[str]) -> bool:
    return as_written(caption) == key or (
        headers.normal(caption) == headers.normal(given) and key not in map(as_written, every))  # fmt: skip


def _of_table(
    said: Captions, place: Place, captions: Mapping[int, str], unread: Collection[int]
) -> Iterator[Problem]:
    """Yield what is stated of one caption and fits several of a table, and fields that two columns are stated to be."""
    meant: dict[str, str] = {}
    for caption in captions.values():
        plain, own = headers.normal(caption), as_written(caption)
        if own in said.written or plain not in said.plain:
            continue
        other = meant.setdefault(plain, caption)
        fields = {said.written[key] for key, given in said.given.items() if headers.normal(given) == plain}
        if as_written(other) != own or len(fields) > 1:
            yield problem("import-captions-alike", place, caption=caption, other=other, field=said.plain[plain])
            return
    for at in unread:
        field = said.of(captions[at])
        other = next((each for each in captions.values() if said.of(each) == field
                      and as_written(each) != as_written(captions[at])), "")  # fmt: skip
        if other and field not in {"", IGNORE}:
            yield problem("import-stated-twice", place, caption=captions[at], other=other, field=field)
            return
