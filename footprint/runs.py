"""The ledger of all runs: one record per result that stands, each carrying the hash of the one before.

It is a database of its own in the user's home that only grows: it refuses to change or remove a record, and what is
changed behind its back breaks the chain. A home that cannot be written means no record, not no result. Nothing of it is
imported before the reports are rendered.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from footprint.errors import RequestError, VerificationError, problem
from footprint.messages import message
from footprint.paths import home
from footprint.provenance import Place

if TYPE_CHECKING:
    import sqlite3

NAME = "runs.sqlite"
Document = Mapping[str, Any]
_WAIT_S = 5
_PAUSES_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_TABLE = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, record TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL UNIQUE);
CREATE TRIGGER IF NOT EXISTS unchanged BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'runs are only added'); END;
CREATE TRIGGER IF NOT EXISTS kept BEFORE DELETE ON runs BEGIN SELECT RAISE(ABORT, 'runs are only added'); END;
"""
_TRIGGERS = frozenset({"unchanged", "kept"})
_LAST = "SELECT id, hash FROM runs ORDER BY id DESC LIMIT 1"
_START = (0, "0" * 64)


class Run(NamedTuple):
    """One record as it stands: its number, its text, the hash it follows on, and its own."""

    id: int
    text: str
    previous: str
    hash: str

    @property
    def record(self) -> dict[str, Any]:
        """What was recorded."""
        found: dict[str, Any] = json.loads(self.text)
        return found


def place() -> Path:
    """Return where the ledger is. It need not exist."""
    return home() / NAME


class Writer:
    """What adds to the ledger. Every failure of it is silent: the results stand without."""

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None
        self._unclosed = self  # closing would write all back at once; a process that ends leaves that to the next

    def begin(self) -> None:
        """Open the ledger, while there is time."""
        self._patiently(self._open)

    def add(self, record: Document) -> None:
        """Add a record, after the last one of whoever came first."""
        if self._connection is None:
            self.begin()
        if self._connection is not None:
            self._patiently(partial(_added, self._connection, record))

    def _open(self) -> None:
        place().parent.mkdir(parents=True, exist_ok=True)
        self._connection = _connected()

    def _patiently(self, work: Callable[[], None]) -> None:
        """Do what others may hold up; making the ledger, and mending it after a kill, wait for nobody by themselves."""
        import sqlite3

        for pause in _PAUSES_S:
            try:
                return work()
            except sqlite3.OperationalError as exc:
                if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    return None
                time.sleep(pause)
            except (sqlite3.Error, OSError):
                return None
        return None


def _added(connection: sqlite3.Connection, record: Document) -> None:
    """Add a record to the ledger."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        last, previous = connection.execute(_LAST).fetchone() or _START
        text = _text({"id": last + 1, **record})
        row = last + 1, text, previous, _hash(previous, text)
        connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?)", row)


def _connected() -> sqlite3.Connection:
    """Return the ledger opened, made if there is none; a commit leaves a whole record or none."""
    import sqlite3

    connection = sqlite3.connect(place(), timeout=_WAIT_S, isolation_level=None)
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone() is None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN IMMEDIATE; {_TABLE} COMMIT;")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _hash(previous: str, text: str) -> str:
    return sha256(f"{previous}\n{text}".encode()).hexdigest()


def _text(record: Document) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def named(name: str) -> str:
    """Return a name as it is, a path so that it leads there from everywhere."""
    return str(Path(name).absolute()) if "/" in name or "\\" in name or Path(name).is_file() else name


def sealed(run: Document, lang: str, files: Mapping[str, bytes]) -> bytes:
    """Return what ``run.json`` says: the run, and by their checksums the files that belong to it."""
    told = {**run, "lang": lang, "files": {name: sha256(content).hexdigest() for name, content in files.items()}}
    return (json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def insist(directory: Path, *names: str) -> None:
    """Refuse files that are not those of the run beside them: edited since, or of a run that was cut off.

    Without ``names`` all that belong to the run. A folder without a run, or with an old one, says nothing of its files.
    """
    try:
        sums = json.loads((directory / "run.json").read_bytes())["files"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return
    found = {name: directory / name for name in names or sums if name in sums}
    missing = [path for path in found.values() if not path.is_file()]
    if missing:
        raise RequestError(*(problem("file-missing", Place(str(path))) for path in missing))
    others = [path for name, path in found.items() if sha256(path.read_bytes()).hexdigest() != sums[name]]
    if others:
        raise RequestError(*(problem("file-other", Place(str(path))) for path in others))


def record(document: Document, run: Document, workbook: Path, directory: Path, files: Mapping[str, bytes]) -> Document:
    """Return what the ledger keeps of a result: what went in, what came out, by which program, where and when."""
    study, result, unit = document["study"], document["result"], document["declared_unit"]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "directory": str(directory.absolute()),
        "workbook": {"path": str(workbook.absolute()), "sha256": document["workbook"]["sha256"]},
        "product": {key: document["product"][key] for key in ("id", "model")},
        "pcr": f"{study['pcr']['id']}@{study['pcr']['version']}",
        "databases": {f"{d['id']}@{d['version']}": d["checksum"] for d in document["databases"]},
        "result": {"declared": result["declared"], "lower_bound": result["lower_bound"], "total": result["total"]},
        "unit": {"amount": unit["amount"], "unit": unit["unit"]},
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
        "run": run,
    }


def _read() -> tuple[Run, ...]:
    """Return all records; `RequestError` where the ledger cannot be read."""
    if not place().is_file():
        return ()
    import sqlite3

    try:
        with closing(_connected()) as connection:
            rows = connection.execute("SELECT id, record, previous, hash FROM runs ORDER BY id")
            return tuple(Run(*row) for row in rows)
    except sqlite3.Error as exc:
        raise RequestError(problem("runs-unreadable", Place(str(place())), said=str(exc))) from exc


def listed(lang: str) -> str:
    """Return one line per run: number, time, product, result, rules, folder."""
    return "\n".join(_line(run, lang) for run in _read()) or message("runs-none", lang, path=place())


def _line(run: Run, lang: str) -> str:
    found = run.record
    bound, unit = ">= " if found["result"]["lower_bound"] else "", found["unit"]
    value = f"{bound}{found['result']['declared']} kg CO2e / {unit['amount']:g} {unit['unit']}"
    asked = found["run"].get("request", {})
    drawn = (message("runs-drawn", lang, draws=asked["draws"], seed=asked["seed"]),) if asked.get("draws") else ()
    told = (str(run.id), found["at"], found["product"]["id"], value, found["pcr"], *drawn, found["directory"])
    return "\t".join(told)


def shown(id_: int, lang: str) -> str:
    """Return all that was recorded of a run, and whether its files still stand as they were written."""
    run = next((run for run in _read() if run.id == id_), None)
    if run is None:
        raise RequestError(problem("run-unknown", Place(str(place())), id=id_))
    told = json.dumps(run.record, ensure_ascii=False, sort_keys=True, indent=1)
    return "\n".join((told, f"{run.previous} -> {run.hash}", *_standing(run.record, lang)))


def _standing(found: Document, lang: str) -> Iterator[str]:
    for name, hash_ in sorted(found["files"].items()):
        path = Path(found["directory"]) / name
        try:
            is_same = sha256(path.read_bytes()).hexdigest() == hash_
        except OSError:
            yield message("run-file-gone", lang, path=path)
        else:
            yield message("run-file-same" if is_same else "run-file-other", lang, path=path)


def verified(lang: str) -> str:
    """Follow the chain from the first record to the last; `VerificationError` naming the runs where it breaks."""
    import sqlite3

    found = _read()
    if not found:
        return message("runs-none", lang, path=place())
    try:
        with closing(_connected()) as connection:
            given = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'runs'").fetchone()
            guards = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    except sqlite3.Error as exc:
        raise RequestError(problem("runs-unreadable", Place(str(place())), said=str(exc))) from exc
    problems = [*_breaks(found, given[0] if given else 0)]
    problems += [("runs-unguarded", found[-1].id)] if not guards >= _TRIGGERS else []
    if problems:
        raise VerificationError(*(problem(code, Place(str(place())), id=id_) for code, id_ in problems))
    return message("runs-verified", lang, count=len(found), hash=found[-1].hash)


def _breaks(found: Iterable[Run], given: int) -> Iterator[tuple[str, int]]:
    """Yield what breaks the chain and at which run; ``given``: the highest number ever given."""
    last, previous = _START
    for run in found:
        if run.hash != _hash(run.previous, run.text) or not _is_own(run):
            yield "run-changed", run.id
        if run.id != last + 1:
            yield "run-missing", last + 1
        elif run.previous != previous:
            yield "run-broken", run.id
        last, previous = run.id, run.hash
    if given > last:
        yield "run-missing", last + 1


def _is_own(run: Run) -> bool:
    """Tell whether the text of a run is a record of that number."""
    try:
        return bool(run.record["id"] == run.id)
    except (ValueError, KeyError, TypeError):
        return False
