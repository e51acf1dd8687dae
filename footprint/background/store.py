"""The user's store of databases: each version is put in whole, once, and never changed.

A database is built in a folder of its own beside the others and renamed into place when all of it is on the disk, so
that a process killed at any moment leaves what was there, or all that is new. What a killed process leaves is cleared
away by a later one: every such folder has a lock file beside it, which the process that works there holds. The system
lets go of the lock when the process ends, however it ends; nobody holds it, nobody works there. Ages and process ids
tell no such thing: clocks are changed, ids are given again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

from footprint.background import compiled
from footprint.background.folders import info, is_name, root
from footprint.errors import DatabaseError, Problem, problem, reason
from footprint.model.background import DatabaseInfo
from footprint.provenance import Place

NEW, OLD = ".new-", ".old-"
SHOWN = 12
"""Digits of a checksum that are shown."""
_LOCK = ".lock"
_WINDOWS = os.name == "nt"
_TRIES = 5
_PAUSES_S = (0.05, 0.2, 0.5, 1.0) if _WINDOWS else ()


class Kept(NamedTuple):
    """A database in the store; ``is_new``: it was not there before."""

    folder: Path
    info: DatabaseInfo
    is_new: bool

    @property
    def name(self) -> str:
        """``id@version``."""
        return self.folder.name


def put(build: Callable[[Path], None], label: str) -> Kept:
    """Keep what ``build`` makes of an empty folder called ``label``: a database, compiled.

    The same content is kept once, whoever comes first. Raises `DatabaseError` where another content has the same id and
    version, and where the store cannot be written.
    """
    if not is_name(label):
        raise DatabaseError(problem("database-name", Place(label), name=label))
    with _writing(root()), _apart(NEW) as place:
        made = place / label
        made.mkdir(parents=True)
        build(made)
        told = info(made)
        _flush(made)
        return _moved(made, root() / _name(made, told), told)


def remove(name: str) -> Path:
    """Delete ``id@version`` from the store and return where it was; `DatabaseError` where there is no such version."""
    folder = root() / name
    if "@" not in name or folder.parent != root() or not folder.is_dir():
        known = tuple(path.name for path in sorted(root().glob("[!.]*@*")))
        raise DatabaseError(problem("database-not-kept", Place(name), near=known[:_TRIES], name=name))
    with _writing(folder), _apart(OLD) as aside:
        _rename(folder, aside)
    return folder


def _name(made: Path, told: DatabaseInfo) -> str:
    """Return ``id@version`` as the name of a folder on every system; `DatabaseError` where it is none."""
    wrong = [part for part in (told.id, told.version) if not is_name(part)]
    if wrong:
        raise DatabaseError(*(problem("database-name", Place(made.name), name=part) for part in wrong))
    return f"{told.id}@{told.version}"


def _moved(made: Path, target: Path, told: DatabaseInfo) -> Kept:
    """Rename a finished folder into place, or find that the same content is there already."""
    if not target.is_dir():
        try:
            _rename(made, target)
        except OSError:
            if not target.is_dir():
                raise
        else:
            _flush_folder(target.parent)
            return Kept(target, told, is_new=True)
    there = info(target)
    if there.checksum == told.checksum and not _as_put(made, target):
        raise DatabaseError(problem("database-edited", Place(target.name), name=target.name))
    if there.checksum != told.checksum:
        sums = {"there": there.checksum[:SHOWN], "here": told.checksum[:SHOWN]}
        raise DatabaseError(Problem("database-other-content", Place(made.name), {"name": target.name, **sums}))
    return Kept(target, there, is_new=False)


def _as_put(made: Path, target: Path) -> bool:
    """Tell whether what is in the store is what was put there: tables byte for byte, lines by their checksum."""
    names = {path.relative_to(made) for path in made.rglob("*") if path.is_file() and path.name != compiled.NAME}
    same = all((target / n).is_file() and (target / n).read_bytes() == (made / n).read_bytes() for n in names)
    return same and compiled.load(target).is_intact()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Say of a store that cannot be written what the system says of it."""
    try:
        yield
    except OSError as exc:
        raise DatabaseError(problem("cannot-write", Place(str(exc.filename or path)), said=reason(exc))) from exc


@contextmanager
def _apart(prefix: str) -> Iterator[Path]:
    """Yield a path in the store that nobody else uses and that is no more afterwards, nor after a kill and a sweep."""
    root().mkdir(parents=True, exist_ok=True)
    _sweep()
    lock, file = _locked(prefix)
    path = lock.with_suffix("")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        _let_go(lock, file)


def _locked(prefix: str) -> tuple[Path, IO[bytes]]:
    """Return a new lock file, and hold it; where the disk knows no locks it is not held, and never swept either."""
    for tries_left in reversed(range(_TRIES)):
        number, name = tempfile.mkstemp(_LOCK, prefix, root())
        lock, file = Path(name), os.fdopen(number, "r+b")
        if _hold(lock, file) or not tries_left:
            break
        _let_go(lock, file)
    return lock, file


def _sweep() -> None:
    """Delete what was begun by processes that are no more."""
    begun = {path.name.removesuffix(_LOCK) for prefix in (NEW, OLD) for path in root().glob(f"{prefix}*")}
    for name in sorted(begun):
        lock = root() / f"{name}{_LOCK}"
        with suppress(OSError):
            file = lock.open("a+b")
            if _hold(lock, file):
                shutil.rmtree(root() / name, ignore_errors=True)
                _let_go(lock, file)
            file.close()


def _hold(lock: Path, file: IO[bytes]) -> bool:
    """Tell whether the lock is ours now: nobody held it, and the file is still the one of that name."""
    try:
        if _WINDOWS:
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.fstat(file.fileno()).st_ino == lock.stat().st_ino
    except OSError:
        return False


def _let_go(lock: Path, file: IO[bytes]) -> None:
    """Delete a lock file, then close it; where an open file cannot be deleted, close it first."""
    if _WINDOWS:
        file.close()
    with suppress(OSError):
        lock.unlink()
    file.close()


def _rename(folder: Path, target: Path) -> None:
    """Rename a folder; on Windows a scanner may hold one of its files for a moment."""
    for pause in _PAUSES_S:
        try:
            folder.rename(target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    folder.rename(target)


def _flush(folder: Path) -> None:
    """Have everything in a folder on the disk before anybody can see it."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            _flush_folder(path)
        else:
            with path.open("r+b") as file:
                os.fsync(file.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    """Have the names in a folder on the disk; Windows has no such thing and needs none."""
    if _WINDOWS:
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
