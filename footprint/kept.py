"""What was worked out once and is kept in the user's home: found again behind a checksum, and never needed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from hashlib import sha256
from pathlib import Path

from footprint import __version__
from footprint.paths import home

_DIGEST = 32
MOST = 500
"""Files of one kind that are kept; those not written for longest make room."""
_OURS = frozenset({"templates"})
"""Kinds that are made of nothing but the program's own files."""
_elsewhere: ContextVar[Path | None] = ContextVar("elsewhere", default=None)


@contextmanager
def apart(folder: Path | None) -> Iterator[None]:
    """Keep in ``folder`` meanwhile: what comes from others neither finds nor leaves anything at home; None is home."""
    before = _elsewhere.set(folder)
    try:
        yield
    finally:
        _elsewhere.reset(before)


def recall(kind: str, name: str, source: bytes = b"") -> bytes | None:
    """Return what this version made of ``source`` and kept as ``name``; None for nothing, or a torn or foreign file."""
    try:
        content = place(kind, name).read_bytes()
    except OSError:
        return None
    return content[_DIGEST:] if content[:_DIGEST] == _digest(source, content[_DIGEST:]) else None


def keep(kind: str, name: str, content: bytes, source: bytes = b"") -> None:
    """Keep ``content``, made of ``source``, as ``name``; a home that cannot be written is no error."""
    path = place(kind, name)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(_digest(source, content) + content)
        beside.replace(path)
        _make_room(path.parent)


@cache
def code(*rooms: str) -> bytes:
    """Return what changes with the modules and tables of ``rooms``: their names, sizes and times.

    It belongs to the source of what they work out, so that nothing is found that another code of theirs made.
    """
    package = Path(__file__).parent
    files = (file for room in rooms for file in os.scandir(package / room) if file.is_file())
    return repr(sorted((f.path, f.stat().st_size, f.stat().st_mtime_ns) for f in files)).encode()


def _make_room(folder: Path) -> None:
    """Remove the oldest files of a folder that holds too many."""
    found = list(folder.iterdir())
    if len(found) > MOST:
        for old in sorted(found, key=lambda path: path.stat().st_mtime_ns)[:-MOST]:
            old.unlink(missing_ok=True)


def place(kind: str, name: str) -> Path:
    """Return where what is kept as ``name`` stands. It need not exist."""
    folder = None if kind in _OURS else _elsewhere.get()
    return (folder or home() / "cache") / kind / sha256(name.encode(errors="surrogateescape")).hexdigest()[:24]


def _digest(source: bytes, content: bytes) -> bytes:
    return sha256(b"%s %d %s %s" % (__version__.encode(), len(source), source, content)).digest()
