"""Many files read by several processes: each a program of its own, so that no script of a user is run a second time.

A process is told once what to do, then works portion by portion and answers with what it made of each. Where none can
be started, or one ends before its work is done, the work is done here.
"""

from __future__ import annotations

import copyreg
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from types import MappingProxyType
from typing import IO, Any, TypeVar, cast

from footprint.tables.garbage import uncollected

Made = TypeVar("Made")
Work = Callable[[Path, Sequence[str]], Made]
FEWEST = 2_000
"""Files from which on several processes are worth their start."""
PORTION = 250
_MOST = 8
_ROOM = 1 << 30
"""Bytes that zips may take in processes besides the first."""
_CHILD = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from footprint.background.importers.crew import serve
serve(sys.stdin.buffer, sys.stdout.buffer)
"""
_ENDED = (OSError, EOFError, pickle.PickleError, ValueError)


def _unchanging(table: Mapping[Any, Any]) -> MappingProxyType[Any, Any]:
    """Return a table that nobody changes: how it is made again on the other side."""
    return MappingProxyType(table)


copyreg.pickle(MappingProxyType, lambda table: (_unchanging, (dict(table),)))


def together(work: Work[Made], path: Path, names: Sequence[str]) -> Iterator[Made]:
    """Yield what ``work``, a function of a module, makes of each portion of the files of ``path``, in their order."""
    portions = [names[start : start + PORTION] for start in range(0, len(names), PORTION)]
    children = _started(work, path, min(_most(path), len(portions))) if len(names) >= FEWEST else []
    if not children:
        yield from (work(path, portion) for portion in portions)
        return
    free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
    for child in children:
        free.put(child)
    try:
        with ThreadPoolExecutor(len(children)) as threads:
            for portion, made in zip(portions, threads.map(partial(_done, free), portions), strict=True):
                yield work(path, portion) if made is None else made
    finally:
        for child in children:
            _end(child)


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Do what is asked until nothing more is."""
    work, path = pickle.load(asked)  # noqa: S301  written by the process that started this one
    with uncollected(), suppress(EOFError):
        while True:
            portion = pickle.load(asked)  # noqa: S301
            pickle.dump(work(path, portion), answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()


def _most(path: Path) -> int:
    """Return how many processes may work on ``path``; each reads a zip for itself, and is no program that runs us."""
    if not Path(sys.executable or "").name.casefold().startswith(("python", "pypy")):
        return 1
    size = path.stat().st_size if path.is_file() else 0
    return min(_processors(), _MOST, 1 + _ROOM // (size + 1))


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _started(work: Work[Made], path: Path, count: int) -> list[subprocess.Popen[bytes]]:
    """Return processes that wait for portions; none where one alone would do, or where none can be started."""
    found: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count if count > 1 else 0):
            found.append(_start())
            _send(found[-1], sys.path)
            _send(found[-1], (work, path.absolute()))
    except _ENDED:
        for child in found:
            _end(child)
        return []
    return found


def _start() -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", _CHILD]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)  # noqa: S603  this program


def _send(child: subprocess.Popen[bytes], what: object) -> None:
    pipe = cast("IO[bytes]", child.stdin)
    pickle.dump(what, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def _done(free: SimpleQueue[Any], portion: Sequence[str]) -> Any:
    """Return what a process that is free makes of a portion, None where it ended; then nobody waits for it again."""
    child = free.get()
    try:
        _send(child, list(portion))
        made = pickle.load(child.stdout)  # noqa: S301  written by our own process
    except _ENDED:
        made = None
    free.put(child)
    return made


def _end(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    child.wait()
