"""The compiled form of a database: one sorted text file, found by bisection, checked against its source.

Line 1 is a JSON header; every other line is ``code<TAB>json`` in the order of the codes' bytes, so that a dataset of
25,000 is found without parsing the rest.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable, Mapping
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, NamedTuple

from footprint.errors import DatabaseError, problem, reason
from footprint.model.background import DatabaseInfo, Dataset, GhgClass, Intensity, Key
from footprint.provenance import Place, Status

NAME = "intensities.jsonl"
FORMAT = "footprint-intensities/1"
_READ_BYTES = 4_000_000
_NEEDED = set(Dataset._fields) - set(Dataset._field_defaults)
_TYPES = {name: type(Dataset._field_defaults.get(name, "")) for name in Dataset._fields}
_INFO = set(DatabaseInfo._fields)
_CLASSES, _STATUSES = frozenset(GhgClass), frozenset(Status)
_INFO_NEEDED = _INFO - set(DatabaseInfo._field_defaults)


Record = dict[str, Any]
"""One parsed line: the dataset, its impact by GWP set, its gaps, and the other words it is known by."""


class Compiled(NamedTuple):
    """An opened compiled database: its header, and its content, of which all from ``start`` are lines that end in LF.

    A large file is mapped, not read: a calculation touches a few of its pages.
    """

    path: Path
    header: dict[str, Any]
    content: bytes | mmap
    start: int

    @property
    def body(self) -> bytes:
        """The lines, all of them."""
        return self.content[self.start :]

    def record(self, code: str) -> Record | None:
        """Return the parsed line of ``code``, None when there is none."""
        found = self._found(code)
        return None if found is None else self._parsed(*found)

    def line(self, code: str) -> bytes | None:
        """Return the line of ``code`` as it stands, None when there is none."""
        found = self._found(code)
        return None if found is None else found[0]

    def _found(self, code: str) -> tuple[bytes, int] | None:
        """Return the line of ``code`` and where it begins: a bisection over the bytes."""
        content, wanted, low, high = self.content, code.encode(), self.start, len(self.content)
        while low < high:
            start = content.rfind(b"\n", low, (low + high) // 2) + 1 or low
            key = content[start : content.find(b"\t", start)]
            if key == wanted:
                return content[start : content.find(b"\n", start)], start
            if key < wanted:
                low = content.find(b"\n", start) + 1 or high
            else:
                high = start
        return None

    def lines(self) -> list[bytes]:
        """Return every line, in the order of the codes' bytes."""
        return self.body.splitlines()

    def records(self) -> Iterable[Record]:
        """Yield every record in the order of the codes: for searches and suggestions only."""
        start = self.start
        for line in self.lines():
            yield self._parsed(line, start)
            start += len(line) + 1

    def is_intact(self) -> bool:
        """Tell whether header and lines are those that were compiled."""
        return self.header.get("sha256") == digest(self.header, self.body)

    def _parsed(self, line: bytes, start: int) -> Record:
        """Return the record of a line that begins at byte ``start``; `DatabaseError` when it holds none."""
        try:
            key, _, written = line.partition(b"\t")
            return _record(key, json.loads(written))
        except (ValueError, RecursionError) as exc:
            number = self.content[:start].count(b"\n") + 1
            raise _unusable(Place(f"{self.path.parent.name}/{NAME}", f"line {number}"), exc) from exc

    def codes(self) -> list[str]:
        """Return every code."""
        return [line.split(b"\t", 1)[0].decode(errors="replace") for line in self.lines()]


def _record(key: bytes, found: Any) -> Record:
    """Return the parsed line of ``key``; ValueError when its dataset is another, or none this version knows."""
    dataset = found.get("dataset") if isinstance(found, dict) else None
    if not isinstance(dataset, dict) or not isinstance(found.get("impact"), dict):
        raise ValueError("no dataset, or no impact")  # noqa: TRY004 - what a file says is a value
    strange = sorted(dataset.keys() ^ (dataset.keys() & _TYPES.keys() | _NEEDED))
    strange += [name for name, value in dataset.items() if not isinstance(value, _TYPES.get(name, object))]
    strange += ["words"] * (not _are_texts(found.get("words", [])))
    if strange:
        raise ValueError(f"field {strange[0]}")
    if dataset["code"].encode() != key:
        raise ValueError(f"code {dataset['code']}")
    record: Record = found
    return record


def _are_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(text, str) for text in found)


def _unusable(place: Place, said: Exception | str) -> DatabaseError:
    return DatabaseError(problem("database-not-compiled", place, said=reason(said)))


def load(folder: Path) -> Compiled:
    """Return the compiled database of ``folder``; `DatabaseError` when it is absent or of another format."""
    try:
        with (folder / NAME).open("rb") as file:
            is_large = os.fstat(file.fileno()).st_size > _READ_BYTES
            return parse(folder, mmap(file.fileno(), 0, access=ACCESS_READ) if is_large else file.read())
    except OSError as exc:
        raise _unusable(Place(folder.name), exc) from exc


def parse(folder: Path, content: bytes | mmap) -> Compiled:
    """Return the compiled database in ``content``; `DatabaseError` when it is of another format."""
    start = content.find(b"\n") + 1 or len(content)
    try:
        header = json.loads(content[:start])
    except (ValueError, RecursionError) as exc:
        raise _unusable(Place(folder.name), exc) from exc
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise _unusable(Place(folder.name), NAME)
    wrong = [part for part, is_right in _header(header).items() if not is_right]
    if wrong:
        raise _unusable(Place(folder.name), f"{NAME}: {wrong[0]}")
    return Compiled(folder / NAME, header, content, start)


def _header(header: Mapping[str, Any]) -> dict[str, bool]:
    """Return which parts of a header are as they must be."""
    info, sets = header.get("info"), header.get("gwp_sets", [])
    return {
        "info": isinstance(info, dict)
        and _INFO >= info.keys() >= _INFO_NEEDED
        and all(isinstance(text, str) for text in info.values()),
        "gwp_sets": isinstance(sets, list) and all(isinstance(name, str) for name in sets),
        "electricity": is_electricity(header.get("electricity", {})),
    }


def is_electricity(found: object) -> bool:
    """Tell whether ``found`` leads from country, year and supply to the text of a code."""
    level = [found]
    for _ in range(3):
        if not all(isinstance(part, dict) for part in level):
            return False
        level = [inner for part in level if isinstance(part, dict) for inner in part.values()]
    return all(isinstance(code, str) for code in level)


def examine(file: Compiled) -> None:
    """Raise `DatabaseError` unless every line is a dataset of this database with intensities that can be counted."""
    info = file.header["info"]
    for record in file.records():
        code, key = (record["dataset"][name] for name in ("code", "key"))
        if key != f"{info['id']}@{info['version']}:{code}":
            raise _unusable(Place(code), f"key {key}")
        for name in record["impact"]:
            for part in as_intensity(record, name).impact:
                if part.ghg not in _CLASSES or part.status not in _STATUSES or not isinstance(part.gwp, str):
                    raise _unusable(Place(key), f"{name}: {list(part)}")


def as_dataset(record: Mapping[str, Any]) -> Dataset:
    """Return the dataset of a record."""
    return Dataset(**record["dataset"])


def as_intensity(record: Mapping[str, Any], gwp_set: str) -> Intensity:
    """Return the intensity of a record under ``gwp_set``.

    Raises KeyError when it was not compiled for it, `DatabaseError` when what stands there is no intensity.
    """
    rows = record["impact"][gwp_set]
    try:
        impact = {Key(ghg, name, status): _finite(value) for ghg, name, status, value in rows}
        return Intensity(impact, {code: _finite(value) for code, value in record.get("gaps", {}).items()})
    except (TypeError, ValueError, AttributeError) as exc:
        raise _unusable(Place(record["dataset"]["key"]), exc) from exc


def as_words(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the synonyms of a record; none in a file of an earlier version."""
    return tuple(record.get("words", ()))


def _finite(value: Any) -> float:
    if type(value) not in {float, int} or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a finite number")
    return value  # type: ignore[no-any-return]


def text(info: DatabaseInfo, meta: Mapping[str, Any], records: Iterable[Record]) -> str:
    """Return the file's content. ``meta``: what the header keeps of ``database.yaml``."""
    found = sorted((record["dataset"]["code"].encode(), _json(record)) for record in records)
    lines = [f"{code.decode()}\t{line}\n" for code, line in found]
    header = {"format": FORMAT, "info": info._asdict(), **meta}
    sha256 = hashlib.sha256(f"{_json(header)}\n".encode())
    for line in lines:
        sha256.update(line.encode())
    return "".join((f"{_json({**header, 'sha256': sha256.hexdigest()})}\n", *lines))


def subset(file: Compiled, codes: Iterable[str]) -> str:
    """Return the content of a compiled file that holds the lines of ``codes`` alone, under the same header."""
    lines = [line for line in map(file.line, codes) if line is not None]
    body = "".join(f"{line.decode()}\n" for line in sorted(lines, key=lambda line: line.partition(b"\t")[0]))
    header = {key: value for key, value in file.header.items() if key != "sha256"}
    return f"{_json({**header, 'sha256': digest(header, body.encode())})}\n{body}"


def digest(header: Mapping[str, Any], body: bytes) -> str:
    """Return the sha256 of a header without its own, and of the compiled lines."""
    told = _json({key: value for key, value in header.items() if key != "sha256"})
    return hashlib.sha256(told.encode() + b"\n" + body).hexdigest()


def record(
    dataset: Dataset,
    impact: Mapping[str, Mapping[Key, float]],
    gaps: Mapping[str, float],
    words: Iterable[str] = (),
) -> Record:
    """Return the record of one dataset: what it is, its impact [kg CO2e/unit] per GWP set, its gaps [unit/unit].

    ``words``: synonyms and trade names, for searches.
    """
    kept = {k: v for k, v in dataset._asdict().items() if v != Dataset._field_defaults.get(k)}
    rows = {name: [[*key, value] for key, value in sorted(row.items())] for name, row in impact.items()}
    more = {"gaps": dict(sorted(gaps.items())), "words": list(words)}
    return {"dataset": kept, "impact": rows, **{part: found for part, found in more.items() if found}}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def differences(stored: Compiled, fresh: Compiled, tolerance: float = 1e-9) -> tuple[str, ...]:
    """Return the codes whose intensities differ by more than ``tolerance`` of their largest part [-].

    Where all agree, yet the lines of ``stored`` are not those that its header states, that is the difference.
    """
    if stored.codes() != fresh.codes():
        return tuple(sorted(set(stored.codes()) ^ set(fresh.codes()))) or ("order",)
    pairs = zip(stored.records(), fresh.records(), strict=True)
    differing = tuple(a["dataset"]["code"] for a, b in pairs if unlike(a, b, tolerance))
    return differing or (() if stored.is_intact() else ("sha256",))


Unlike = dict[str, tuple[object, object]]
"""What two say differently: the name of a field -> what each says, None for nothing."""


def unlike(a: Mapping[str, Any], b: Mapping[str, Any], tolerance: float = 1e-9) -> Unlike:
    """Return the fields in which two records differ; numbers by more than ``tolerance`` of their largest [-]."""
    told = unlike_texts(a["dataset"] | {"words": as_words(a)}, b["dataset"] | {"words": as_words(b)})
    left, right = _flat(a), _flat(b)
    scale = max(map(abs, left.values()), default=0.0)
    numbers = unlike_texts(left, right)
    return told | {
        name: (one, other)
        for name, (one, other) in numbers.items()
        if one is None or other is None or not abs(one - other) <= tolerance * scale
    }


def unlike_texts(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what two say differently, by name."""
    return {name: (a.get(name), b.get(name)) for name in {**a, **b} if a.get(name) != b.get(name)}


def _flat(record: Mapping[str, Any]) -> dict[str, float]:
    impacts = {" ".join((name, *row[:3])): row[3] for name, rows in record["impact"].items() for row in rows}
    return {**impacts, **{f"gap {code}": amount for code, amount in record.get("gaps", {}).items()}}
