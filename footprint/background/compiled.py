"""The compiled form of a database: one sorted text file, found by bisection, checked against its source.

Line 1 is a JSON header; every other line is ``code<TAB>json`` in the order of the codes' bytes, so that a dataset of
25,000 is found without parsing the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from footprint.errors import DatabaseError, problem
from footprint.model.background import DatabaseInfo, Dataset, Intensity, Key
from footprint.provenance import Place

NAME = "intensities.jsonl"
FORMAT = "footprint-intensities/1"
_DEFAULTS = {f.name: f.default for f in fields(Dataset) if isinstance(f.default, str | bool)}


@dataclass(frozen=True, slots=True)
class Compiled:
    """An opened compiled database: its header, and the bytes of its lines, each ended by a line feed."""

    path: Path
    header: dict[str, Any]
    body: bytes

    def record(self, code: str) -> dict[str, Any] | None:
        """Return the parsed line of ``code``, None when there is none: a bisection over the bytes."""
        wanted, low, high = code.encode(), 0, len(self.body)
        while low < high:
            start = self.body.rfind(b"\n", low, (low + high) // 2) + 1 or low
            key = self.body[start : self.body.find(b"\t", start)]
            if key == wanted:
                return _parsed(self.body[start : self.body.find(b"\n", start)])
            if key < wanted:
                low = self.body.find(b"\n", start) + 1
            else:
                high = start
        return None

    def lines(self) -> list[bytes]:
        """Return every line, in the order of the codes' bytes."""
        return self.body.splitlines()

    def records(self) -> Iterable[dict[str, Any]]:
        """Yield every record in the order of the codes: for searches and suggestions only."""
        return map(_parsed, self.lines())

    def codes(self) -> list[str]:
        """Return every code."""
        return [line.split(b"\t", 1)[0].decode() for line in self.lines()]


def _parsed(line: bytes) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(line.split(b"\t", 1)[1])
    return record


def load(folder: Path) -> Compiled:
    """Return the compiled database of ``folder``; `DatabaseError` when it is absent or of another format."""
    try:
        return parse(folder, (folder / NAME).read_bytes())
    except OSError as exc:
        raise DatabaseError(problem("database-not-compiled", Place(folder.name), said=exc.strerror or "")) from exc


def parse(folder: Path, content: bytes) -> Compiled:
    """Return the compiled database in ``content``; `DatabaseError` when it is of another format."""
    first, _, body = content.partition(b"\n")
    try:
        header = json.loads(first)
    except ValueError as exc:
        raise DatabaseError(problem("database-not-compiled", Place(folder.name), said=str(exc))) from exc
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise DatabaseError(problem("database-not-compiled", Place(folder.name), said=NAME))
    return Compiled(folder / NAME, header, body)


def as_dataset(record: Mapping[str, Any]) -> Dataset:
    """Return the dataset of a record."""
    return Dataset(**record["dataset"])


def as_intensity(record: Mapping[str, Any], gwp_set: str) -> Intensity:
    """Return the intensity of a record under ``gwp_set`` (KeyError when it was not compiled for it)."""
    impact = {Key(*row[:3]): row[3] for row in record["impact"][gwp_set]}
    return Intensity(impact, record.get("gaps", {}))


def text(info: DatabaseInfo, meta: Mapping[str, Any], records: Iterable[dict[str, Any]]) -> str:
    """Return the file's content. ``meta``: what the header keeps of ``database.yaml``."""
    found = sorted((r["dataset"]["code"].encode(), r) for r in records)
    body = "".join(f"{code.decode()}\t{_json(record)}\n" for code, record in found)
    header = {"format": FORMAT, "info": asdict(info), "sha256": digest(body.encode()), **meta}
    return f"{_json(header)}\n{body}"


def digest(body: bytes) -> str:
    """Return the sha256 of the compiled lines, as the header states it."""
    return hashlib.sha256(body).hexdigest()


def record(dataset: Dataset, impact: Mapping[str, Mapping[Key, float]], gaps: Mapping[str, float]) -> dict[str, Any]:
    """Return the record of one dataset: what it is, its impact [kg CO2e/unit] per GWP set, its gaps [unit/unit]."""
    kept = {k: v for k, v in asdict(dataset).items() if v != _DEFAULTS.get(k) and v != {}}
    rows = {name: [[*key, value] for key, value in sorted(row.items())] for name, row in impact.items()}
    return {"dataset": kept, "impact": rows, **({"gaps": dict(sorted(gaps.items()))} if gaps else {})}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def differences(stored: Compiled, fresh: Compiled, tolerance: float = 1e-9) -> tuple[str, ...]:
    """Return the codes whose intensities differ by more than ``tolerance`` of their largest part [-]."""
    if stored.codes() != fresh.codes():
        return tuple(sorted(set(stored.codes()) ^ set(fresh.codes()))) or ("order",)
    pairs = zip(stored.records(), fresh.records(), strict=True)
    return tuple(a["dataset"]["code"] for a, b in pairs if not _agree(a, b, tolerance))


def _agree(a: Mapping[str, Any], b: Mapping[str, Any], tolerance: float) -> bool:
    if a["dataset"] != b["dataset"]:
        return False
    left, right = _flat(a), _flat(b)
    scale = max(map(abs, left.values()), default=0.0)
    return left.keys() == right.keys() and all(abs(left[k] - right[k]) <= tolerance * scale for k in left)


def _flat(record: Mapping[str, Any]) -> dict[object, float]:
    impacts = {(name, *row[:3]): row[3] for name, rows in record["impact"].items() for row in rows}
    return {**impacts, **record.get("gaps", {})}
