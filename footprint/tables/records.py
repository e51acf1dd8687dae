"""Plain CSV tables of the project itself, as rows of texts."""

from __future__ import annotations

import csv
from pathlib import Path


def records(path: Path) -> list[dict[str, str]]:
    """Return the rows of a UTF-8 CSV file by header; empty cells are empty texts."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(file)]
