"""The runs of the past: listed, shown, and the chain of their hashes followed from the first to the last."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from footprint.errors import RequestError, VerificationError, problem, reason
from footprint.messages import message
from footprint.paths import home
from footprint.provenance import Place
from footprint.runs import GUARDS, HEADS, START, TABLE, VERSION, hashed, place
from footprint.scratch import scratch

if TYPE_CHECKING:
    import sqlite3

Document = Mapping[str, Any]
_NOTE = re.compile(r"([0-9]{1,18}) ([0-9a-f]{64})")
_SHORTEST = 12
"""Digits of a hash that say which one is meant."""


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


class Ledger(NamedTuple):
    """All records, the highest number ever given, and whether changes are still refused."""

    runs: tuple[Run, ...] = ()
    given: int = 0
    is_guarded: bool = True


def _opened(path: Path) -> sqlite3.Connection:
    """Return a ledger opened for reading, also in a folder that nobody may write; all that is read is of one moment."""
    import sqlite3

    uri = path.absolute().as_uri()
    for way in ("mode=ro", "immutable=1"):
        connection = sqlite3.connect(f"{uri}?{way}", uri=True, isolation_level=None)
        connection.text_factory = lambda content: content.decode(errors="replace")
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            connection.close()
            if way == "immutable=1" or _log(path).is_file():
                raise
        else:
            break
    return connection


def _log(path: Path) -> Path:
    """Return where what was added last stands until it is written into the ledger."""
    return path.with_name(f"{path.name}-wal")


@contextmanager
def _readable() -> Iterator[sqlite3.Connection]:
    """Yield the ledger, all of one moment; from a copy where its folder lets nobody read its log."""
    import sqlite3

    try:
        connection = _opened(place())
    except sqlite3.OperationalError:
        if not _log(place()).is_file():
            raise
        with scratch() as folder:
            for path in (place(), _log(place())):
                (folder / path.name).write_bytes(path.read_bytes())
            with closing(_opened(folder / place().name)) as copied:
                yield copied
    else:
        with closing(connection):
            yield connection


def _read() -> Ledger:
    """Return the ledger; `RequestError` where it cannot be read."""
    import sqlite3

    if not place().is_file():
        return Ledger()
    try:
        with _readable() as connection:
            made = dict(connection.execute("SELECT name, sql FROM sqlite_master"))
            if "runs" not in made:
                return Ledger(is_guarded=not made)
            rows = connection.execute("SELECT id, record, previous, hash FROM runs ORDER BY id").fetchall()
            given = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'runs'").fetchone()
            version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as exc:
        raise RequestError(problem("runs-unreadable", Place(str(place())), said=reason(exc))) from exc
    runs = tuple(Run(id_, *map(str, texts)) for id_, *texts in rows)
    return Ledger(runs, given[0] if given else 0, _is_guarded(made, version))


def _is_guarded(made: Mapping[str, str], version: int) -> bool:
    """Tell whether table and guards are those that the ledger was made with, word for word."""
    wanted = {"runs": TABLE, **GUARDS}
    if version < VERSION:
        wanted.pop("anew")
    return all(_plain(made.get(name) or "") == _plain(sql) for name, sql in wanted.items())


def _plain(sql: str) -> str:
    return "".join(sql.replace("IF NOT EXISTS", "").split()).rstrip(";")


def listed(lang: str) -> str:
    """Return one line per run: number, time, product, result, rules, folder; then the last hash, to be noted."""
    found = _read().runs
    if not found:
        return message("runs-none", lang, path=place())
    lines = [_line(run, lang) for run in found]
    return "\n".join([*lines, message("runs-last", lang, id=found[-1].id, hash=found[-1].hash)])


def _line(run: Run, lang: str) -> str:
    try:
        found = run.record
        bound, unit = ">= " if found["result"]["lower_bound"] else "", found["unit"]
        value = f"{bound}{found['result']['declared']} kg CO2e / {unit['amount']:g} {unit['unit']}"
        asked = found["run"].get("request", {})
        drawn = (message("runs-drawn", lang, draws=asked["draws"], seed=asked["seed"]),) if asked.get("draws") else ()
        told = (str(run.id), found["at"], found["product"]["id"], value, found["pcr"], *drawn, found["directory"])
        return "\t".join(told)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return f"{run.id}\t{message('run-damaged', lang)}"


def shown(id_: int, lang: str) -> str:
    """Return all that was recorded of a run, and whether its files still stand as they were written."""
    runs = _read().runs
    run = next((run for run in runs if run.id == id_), None)
    if run is None:
        raise RequestError(problem("run-unknown", Place(str(place())), id=id_))
    try:
        told = json.dumps(run.record, ensure_ascii=False, sort_keys=True, indent=1)
        standing = [*_standing(run.record, [each for each in runs if each.id > id_], lang)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise VerificationError(problem("run-changed", Place(str(place())), id=id_)) from exc
    return "\n".join((told, f"{run.previous} -> {run.hash}", *standing))


def _standing(found: Document, later: Sequence[Run], lang: str) -> Iterator[str]:
    """Yield how each file of a run stands: as it was written, as a ``later`` run wrote it, otherwise, or gone."""
    for name, hash_ in sorted(found["files"].items()):
        path = Path(found["directory"]) / name
        try:
            here = sha256(path.read_bytes()).hexdigest()
        except OSError:
            yield message("run-file-gone", lang, path=path)
            continue
        if here == hash_:
            yield message("run-file-same", lang, path=path)
            continue
        since = next((run.id for run in reversed(later) if _wrote(run, found["directory"], name) == here), None)
        yield message("run-file-other" if since is None else "run-file-since", lang, path=path, id=since)


def _wrote(run: Run, directory: str, name: str) -> object:
    """Return the hash of what a run wrote as ``name`` into ``directory``, None for nothing."""
    try:
        return run.record["files"].get(name) if run.record["directory"] == directory else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def verified(lang: str, head: str = "") -> str:
    """Follow the chain from the first record to the last; `VerificationError` naming the runs where it breaks.

    ``head``: the hash of a run that was noted elsewhere; it must be in the chain.
    """
    notes = _notes()
    ledger = _read()
    problems = [*_breaks(ledger.runs, ledger.given), *_noted(ledger.runs, notes)]
    problems += [("runs-unnoted", ledger.runs[-1].id)] if _is_unnoted(ledger.runs, notes) else []
    problems += [] if ledger.is_guarded else [("runs-unguarded", ledger.runs[-1].id if ledger.runs else 0)]
    where = Place(str(place()))
    found = [problem(code, where, id=id_) for code, id_ in dict.fromkeys(problems)]
    wanted = head.strip().lower()
    if head and not any(len(wanted) >= _SHORTEST and run.hash.startswith(wanted) for run in ledger.runs):
        found.append(problem("run-head-gone", where, hash=head))
    if found:
        raise VerificationError(*found)
    if not ledger.runs:
        return message("runs-none", lang, path=place())
    return message("runs-verified", lang, count=len(ledger.runs), hash=ledger.runs[-1].hash)


def _breaks(found: Iterable[Run], given: int) -> Iterator[tuple[str, int]]:
    """Yield what breaks the chain and at which run; ``given``: the highest number ever given."""
    last, previous = START
    for run in found:
        if run.hash != hashed(run.previous, run.text) or not _is_own(run):
            yield "run-changed", run.id
        if run.id != last + 1:
            yield "run-missing", last + 1
        elif run.previous != previous:
            yield "run-broken", run.id
        last, previous = run.id, run.hash
    if given > last:
        yield "run-missing", last + 1


def _notes() -> dict[int, str] | None:
    """Return the hashes noted beside the ledger by run, None where no notes can be read; a line cut short is none.

    They are read before the ledger: what is noted stands in it.
    """
    try:
        lines = (home() / HEADS).read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return {int(found[1]): found[2] for line in lines if (found := _NOTE.fullmatch(line))}


def _is_unnoted(found: Sequence[Run], notes: Mapping[int, str] | None) -> bool:
    """Tell whether notes are gone: the first of all runs may lack one, if its process was killed before it wrote it."""
    return bool(found) and (notes is None or (len(found) > 1 and not notes))


def _noted(found: Iterable[Run], notes: Mapping[int, str] | None) -> Iterator[tuple[str, int]]:
    """Yield the runs whose hash was noted beside the ledger and is not theirs, or that are gone from it."""
    here = {run.id: run.hash for run in found}
    for number, hash_ in (notes or {}).items():
        if here.get(number) != hash_:
            yield ("run-changed" if number in here else "run-missing"), number


def _is_own(run: Run) -> bool:
    """Tell whether the text of a run is a record of that number."""
    try:
        return bool(run.record["id"] == run.id)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
