"""``ledger.csv``: each posting of the ledger in a row, for analysts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from footprint.publish.outgoing.statement import Stated, Statement
from footprint.tables.harmless import harmless

FORMAT = "ledger.csv"
LEAST = "verifier"
NEEDS: tuple[str, ...] = ()
"""Rounding: none, 12 significant digits as in the declaration. Units: kg CO2e per amount of the declared unit."""
_TEXTS = ("id", "cell", "activity", "name", "stage", "role", "unit", "target", "basis", "evidence", "rule", "clause")
_NUMBERS = ("supply", "coefficient", "amount", "factor", "value")


def render(statement: Statement, lang: str) -> bytes:  # noqa: ARG001  columns have the names of the declaration
    """Return the ledger as UTF-8 with a byte-order mark, so that every spreadsheet reads it rightly."""
    entries = statement.document["ledger"]
    classes = sorted({name for entry in entries for name in entry["classes"]})
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*_TEXTS, *_NUMBERS, *(f"class:{name}" for name in classes)])
    writer.writerows(_row(entry, classes) for entry in entries)
    return out.getvalue().encode("utf-8-sig", "replace")


def _row(entry: Mapping[str, Any], classes: list[str]) -> Iterator[str]:
    yield from (harmless(str(entry.get(key) or "")) for key in _TEXTS)
    for value in (*(entry.get(key) for key in _NUMBERS), *(entry["classes"].get(name) for name in classes)):
        yield "" if value is None else repr(value)


def stated(content: bytes) -> Stated:
    """Return what the rows add up to, by stage and class."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    found: dict[str, Decimal] = {}
    for row in rows:
        for key in (key for key in row if key.startswith("class:") and row[key]):
            found[key] = found.get(key, Decimal()) + Decimal(row[key])
        stage = f"stage:{row['stage']}"
        found[stage] = found.get(stage, Decimal()) + Decimal(row["value"])
    return found
