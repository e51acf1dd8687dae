"""The readable form of a database: ``database.yaml``, ``activities.csv``, ``exchanges.csv``, parsed and checksummed."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footprint import gwp, yamls
from footprint.errors import DatabaseError, problem
from footprint.model.background import DatabaseInfo, Dataset
from footprint.provenance import Place

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """The parsed content of one database folder. Rows keep their texts; numbers are made where they are used."""

    folder: Path
    meta: dict[str, Any]
    activities: tuple[Row, ...]
    exchanges: tuple[Row, ...]

    @property
    def id(self) -> str:
        """``id@version``: what the keys of its datasets begin with."""
        return f"{self.meta['id']}@{self.meta['version']}"

    def checksum(self) -> str:
        """Return the sha256 of the parsed content and of the characterisation factors it is compiled with."""
        content = [self.meta, _canonical(self.activities), _canonical(self.exchanges), gwp.rows()]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def info(self) -> DatabaseInfo:
        """Return what a report says of this database."""
        meta = self.meta
        return DatabaseInfo(
            meta["id"],
            meta["version"],
            meta["title"]["en"],
            meta["title"]["zh"],
            meta["licence"],
            meta["citation"],
            self.checksum(),
        )


def read(folder: Path) -> Source:
    """Return the source of the database in ``folder``; `DatabaseError` naming the file that is missing."""
    for name in ("database.yaml", "activities.csv", "exchanges.csv"):
        if not (folder / name).is_file():
            raise DatabaseError(problem("database-file-missing", Place(folder.name), name=name))
    meta = yamls.load(folder / "database.yaml", DatabaseError)
    return Source(folder, meta, _rows(folder / "activities.csv"), _rows(folder / "exchanges.csv"))


def dataset(source_id: str, row: Row) -> Dataset:
    """Return the dataset of one row of ``activities.csv``."""
    return Dataset(
        key=f"{source_id}:{row['code']}",
        code=row["code"],
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        unit=row["unit"],
        region=row["region"],
        period=row["period"],
        kind=row["kind"],
        boundary=row["boundary"],
        category=row["category"],
        gwp_set=row["gwp_set"],
        status=row["status"],
        citation=row["citation"],
        includes_transport=row["includes_transport"] == "yes",
        proxy=row["proxy"],
        note=row["note"],
    )


def _rows(path: Path) -> tuple[Row, ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple({k: (v or "").strip() for k, v in row.items() if k} for row in csv.DictReader(file))


def _canonical(rows: tuple[Row, ...]) -> list[list[list[str]]]:
    """Return the rows without their empty cells, sorted: neither column order nor row order is content."""
    return sorted([[k, v] for k, v in sorted(row.items()) if v] for row in rows)
