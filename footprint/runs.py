"""The ledger of all runs: one record per result that stands, each carrying the hash of the one before.

It is a database of its own in the user's home that only grows: it refuses to change, replace or remove a record, and
what is changed behind its back breaks the chain. The hash of every record is noted in a file beside it, so that an end
cut off is seen. A run that cannot be recorded says so, and its results stand. `past` reads it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from os import SEEK_END
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint.errors import RequestError, no_file, problem
from footprint.messages import message
from footprint.paths import home
from footprint.provenance import Place

if TYPE_CHECKING:
    import sqlite3

NAME, HEADS = "runs.sqlite", "runs.heads"
Document = Mapping[str, Any]
_WAIT_S, _PATIENCE_S, _PAUSE_S = 1.0, 3.0, 0.02
_REFUSED = "BEGIN SELECT RAISE(ABORT, 'runs are only added'); END"
_THERE = "EXISTS (SELECT 1 FROM runs WHERE id >= NEW.id OR hash = NEW.hash)"
TABLE = (
    "CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, record TEXT NOT NULL, previous TEXT NOT NULL, "
    "hash TEXT NOT NULL UNIQUE)"
)
GUARDS: Mapping[str, str] = {
    "unchanged": f"CREATE TRIGGER unchanged BEFORE UPDATE ON runs {_REFUSED}",
    "kept": f"CREATE TRIGGER kept BEFORE DELETE ON runs {_REFUSED}",
    "anew": f"CREATE TRIGGER anew BEFORE INSERT ON runs WHEN {_THERE} {_REFUSED}",
}
"""What refuses to change, to remove, and to put another record in the place of one, as `INSERT OR REPLACE` would."""
VERSION = 1
"""Of the form of the ledger; one of version 0 lacks the guard ``anew``."""
_LAST = "SELECT id, hash FROM runs ORDER BY id DESC LIMIT 1"
START = (0, "0" * 64)


def place() -> Path:
    """Return where the ledger is. It need not exist."""
    return home() / NAME


class Writer:
    """What adds to the ledger. No failure of it stops anything: the results stand, and `missed` says why it did not."""

    def __init__(self) -> None:
        self.missed = ""
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

        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                self.missed = ""
                return work()
            except sqlite3.OperationalError as exc:
                self.missed = str(exc)
                if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    return None
                time.sleep(_PAUSE_S)
            except (sqlite3.Error, OSError) as exc:
                self.missed = str(exc)
                return None


def _added(connection: sqlite3.Connection, record: Document) -> None:
    """Add a record to the ledger, and note its hash beside."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        last, previous = connection.execute(_LAST).fetchone() or START
        text = _text({"id": last + 1, **record})
        row = last + 1, text, previous, hashed(previous, text)
        connection.execute("INSERT INTO runs (id, record, previous, hash) VALUES (?, ?, ?, ?)", row)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _note(f"{row[0]} {row[3]}")


def _note(line: str) -> None:
    """Note the hash of a record beside the ledger, on a line of its own whatever a full disk left before."""
    with (home() / HEADS).open("ab+") as file:
        file.seek(0, SEEK_END)
        if file.tell():
            file.seek(-1, SEEK_END)
            line = line if file.read(1) == b"\n" else f"\n{line}"
        file.write(f"{line}\n".encode("ascii"))


def _connected() -> sqlite3.Connection:
    """Return the ledger opened, made if there is none; a commit leaves a whole record or none."""
    import sqlite3

    connection = sqlite3.connect(place(), timeout=_WAIT_S, isolation_level=None)
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "runs" not in there:
        (home() / HEADS).touch()
        _journal(connection)
        _made(connection)
    elif "anew" not in there and connection.execute("PRAGMA user_version").fetchone() == (0,):
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(GUARDS["anew"].replace("TRIGGER", "TRIGGER IF NOT EXISTS", 1))
            connection.execute(f"PRAGMA user_version = {VERSION}")
    is_wal = connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.execute(f"PRAGMA synchronous = {'NORMAL' if is_wal else 'FULL'}")
    return connection


def _made(connection: sqlite3.Connection) -> None:
    """Make the ledger, unless somebody did so meanwhile."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone() is None:
            for statement in (TABLE, *GUARDS.values(), f"PRAGMA user_version = {VERSION}"):
                connection.execute(statement)


def _journal(connection: sqlite3.Connection) -> None:
    """Ask for a write-ahead log; a drive that has no shared memory, as on a network, keeps the journal it has."""
    import sqlite3

    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as exc:
        if exc.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise
        connection.execute("PRAGMA journal_mode = DELETE")


def missed(run: Document, lang: str) -> list[str]:
    """Return what to say of a run that could not be recorded."""
    said = run.get("unrecorded")
    return [message("run-unrecorded", lang, path=place(), said=said)] if said else []


def hashed(previous: str, text: str) -> str:
    """Return the hash of a record that follows on another."""
    return sha256(f"{previous}\n{text}".encode(errors="surrogatepass")).hexdigest()


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
        raise RequestError(*(no_file(path) for path in missing))
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
