"""Tables of own factors as tests write them, and the database that they become."""

from __future__ import annotations

import csv
import io
import runpy
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from click.testing import CliRunner, Result
from openpyxl import Workbook

from footprint import holdings
from footprint.background.importers.asked import Asked
from footprint.background.open import Database, open_background
from footprint.cli import main

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("line.py"))))
Row = Mapping[str, Any]
STEEL = {
    "code": "steel-a", "name_en": "steel, mill A", "unit": "kg", "region": "CN", "period": "2024", "total": 2.1,
    "gwp_set": "AR6", "status": "secondary", "document": "Declaration A",
}  # fmt: skip
GASES = {key: value for key, value in STEEL.items() if key not in {"total", "gwp_set"}}


def as_csv(rows: Sequence[Row]) -> bytes:
    """Return rows as a csv file, their keys as header."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_xlsx(rows: Sequence[Row], sheet: str = "Factors") -> bytes:
    """Return rows as a workbook, their keys as header."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    keys = list(dict.fromkeys(key for row in rows for key in row))
    page.append(keys)
    for row in rows:
        page.append([row.get(key) for key in keys])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def taken_in(path: Path, **asked: Any) -> Database:
    """Import a file and open what it became."""
    done, _ = holdings.take_in(path, Asked(**asked), "auto", "en")
    return open_background((done.partition(":")[0],)).databases[0]


def refused(path: Path) -> list[str]:
    """Return what a file is refused with, after looking that nothing of it came into the store."""
    said = LINE.refused(lambda: holdings.take_in(path, Asked(), "factors", "en"))
    assert not [found for found in holdings.folders.found() if found.own]
    return str(said).splitlines()
