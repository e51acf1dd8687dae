"""What a transport leg carries: line ids, ``all inbound``, ``all inbound except L1; L2``, ``product``, ``waste``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from footprint.intake import schema
from footprint.tables.typed.cells import items
from footprint.tables.typed.names import plain

ALL_INBOUND = "all inbound"
KEYWORDS = frozenset((ALL_INBOUND, "product", "waste"))
_EXCEPT = re.compile(r"(all[ _]inbound|全部进料)[\s;]*(?:except|除外|不含|除)[\s:：;]*(.+)", re.IGNORECASE)


class Applies(NamedTuple):
    """``named``: keywords and line ids; ``excepted``: line ids left out of all inbound."""

    named: tuple[str, ...]
    excepted: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield everything that must be a line of the BOM."""
        yield from (name for name in self.named if name not in KEYWORDS)
        yield from self.excepted


def applies_to(parts: tuple[str, ...]) -> Applies:
    """Return what the parts of the cell mean."""
    match = _EXCEPT.fullmatch("; ".join(parts))
    if match:
        return Applies((ALL_INBOUND,), items(match[2]))
    words = _words()
    return Applies(tuple(words.get(plain(part), part) for part in parts), ())


@cache
def _words() -> dict[str, str]:
    options = schema.field("Transport", "applies_to").options
    return {plain(spelt): key for key, zh in options.items() for spelt in (key, zh)}
