"""Our own tables carried along in a file of Brightway's, so that nothing is lost on the way there and back.

Beside them stands a digest of what Brightway reads. Whoever changes that makes the tables void: then what Brightway
reads counts, as in any other file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from footprint.background import readable, source
from footprint.background.source import Source

SHEET = "footprint"
"""What the sheets of our tables are called; the name of a table follows."""
NAMES = (*source.FILES, source.SOURCES)


def texts(src: Source) -> dict[str, str]:
    """Return the files of a database as texts by name."""
    return {name: content.decode() for name, content in readable.files(src).items()}


def restored(files: Mapping[str, str]) -> Source:
    """Return the database whose files these are; `DatabaseError` for what is amiss in them."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "carried"
        folder.mkdir()
        for name in NAMES:
            if name in files:
                (folder / name).write_bytes(files[name].encode())
        found = source.read(folder)
    return found._replace(folder=Path(found.meta["id"]))


def as_rows(name: str, text: str) -> list[list[str]]:
    """Return a file as rows of cells: those of a table, or its lines."""
    if name == source.META:
        return [[line] for line in text.splitlines()]
    return [*csv.reader(io.StringIO(text, newline=""))]


def as_text(name: str, rows: Sequence[Sequence[str]]) -> str:
    """Return what `as_rows` was made from."""
    if name == source.META:
        return "".join(f"{row[0] if row else ''}\n" for row in rows)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def digest_of_json(data: Any) -> str:
    """Return the sha256 of a JSON value, whatever the order of its keys."""
    told = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def digest_of_rows(rows: Iterable[Sequence[object]]) -> str:
    """Return the sha256 of the cells of a sheet: numbers by value, texts as they are read, empty rows aside."""
    digest = hashlib.sha256()
    for row in rows:
        told = [_cell(cell) for cell in row]
        while told and not told[-1]:
            told.pop()
        if told:
            digest.update(json.dumps(told).encode() + b"\n")
    return digest.hexdigest()


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return str(cell)
    return repr(float(f"{cell:.16g}"))  # as a workbook has it
