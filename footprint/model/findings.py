"""What can be found about documents and instruments (``data/findings.csv``): the sentence, and the clause behind it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from footprint.provenance import Place


class FindingKind(NamedTuple):
    """One kind of finding: a ``fault`` contradicts something, a ``gap`` lacks it. An empty clause could not be read."""

    id: str
    kind: str
    topic: str
    zh: str
    en: str
    clause: str
    source: str
    status: str

    @property
    def name(self) -> str:
        """The name by which rules ask how often it was found."""
        return f"result.evidence_{self.id.replace('-', '_')}"


class Finding(NamedTuple):
    """Something found at ``place``; ``times``: how many amounts, documents or instruments have it."""

    id: str
    place: Place
    facts: Mapping[str, object] = MappingProxyType({})
    times: int = 1

    def text(self, lang: str) -> str:
        """Return the sentence in ``lang``."""
        told = kinds()[self.id]
        return (told.zh if lang == "zh" else told.en).format(**self.facts)


@cache
def kinds() -> Mapping[str, FindingKind]:
    """Return every kind of finding by its id."""
    path = Path(__file__).parent.parent / "data" / "findings.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: FindingKind(**row) for row in csv.DictReader(file)}
