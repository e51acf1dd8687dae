"""The datasets of the opened databases as what lines of a bill may take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from footprint.background.compiled import as_words
from footprint.background.open import Background
from footprint.model.matched import Offered

_DIRECT = "direct"
_WASTE = "waste"
_PROCESS = "gate-to-gate"


def offered(background: Background) -> Iterator[Offered]:
    """Yield every dataset of the databases, in their order."""
    for database in background.databases:
        yield from map(_offered, database.file.records())


def _offered(record: Mapping[str, Any]) -> Offered:
    found = record["dataset"]
    names = tuple(dict.fromkeys((found["name_en"], found["name_zh"], *as_words(record))))
    is_aside = found["category"] == _WASTE or found["boundary"] == _DIRECT
    return Offered(
        found["key"], found["code"], names, found["unit"], found["category"], found["region"], found["kind"],
        found["period"], is_aside, found["boundary"] == _PROCESS,
    )  # fmt: skip
