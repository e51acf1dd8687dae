"""``ledger.csv``: each posting of the ledger in a row, for analysts."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from footprint.publish.outgoing.statement import Stated, Statement
from footprint.publish.outgoing.written import exactly
from footprint.tables.harmless import harmless

FORMAT = "ledger.csv"
LEAST = "verifier"
NEEDS: tuple[str, ...] = ()
"""Rounding: none, 12 significant digits as in the declaration. Units: kg CO2e per amount of the declared unit."""
_TEXTS = ("id", "cell", "activity", "name", "stage", "role", "unit", "target", "basis", "evidence", "rule", "clause")
_NUMBERS = ("supply", "coefficient", "amount", "factor", "value")


def render(statement: Statement, lang: str) -> bytes:  # noqa: ARG001  columns have the names of the declaration
    """Return the ledger as UTF-8 with a byte-order mark, so that every spreadsheet reads it rightly."""
    table = columns(statement.document["ledger"])
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(table)
    writer.writerows(zip(*(map(_written, values) for _, values in table.values()), strict=True))
    return out.getvalue().encode("utf-8-sig", "replace")


def columns(entries: Sequence[Mapping[str, Any]]) -> dict[str, tuple[bool, list[Any]]]:
    """Return each column of the ledger by name: whether it holds numbers, and its values, None where there is none."""
    classes = sorted({name for entry in entries for name in entry["classes"]})
    return {
        **{key: (False, [str(entry.get(key) or "") for entry in entries]) for key in _TEXTS},
        **{key: (True, [entry.get(key) for entry in entries]) for key in _NUMBERS},
        **{f"class:{name}": (True, [entry["classes"].get(name) for entry in entries]) for name in classes},
    }


def _written(value: str | float | None) -> str:
    return harmless(value) if isinstance(value, str) else "" if value is None else repr(value)


def stated(content: bytes) -> Stated:
    """Return what the rows add up to, by stage and class."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    found: dict[str, Decimal] = {}
    for row in rows:
        for key in (key for key in row if key.startswith("class:") and row[key]):
            found[key] = found.get(key, Decimal()) + exactly(float(row[key]))
        stage = f"stage:{row['stage']}"
        found[stage] = found.get(stage, Decimal()) + exactly(float(row["value"]))
    return found
