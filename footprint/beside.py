"""One piece of work beside another: in a forked process where that is safe, later in this one where it is not."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

_LENGTH = 8
"""Bytes that tell the length of what is given."""


class Beside:
    """Work on bytes: started early so that it gets ready, given its input when there is one, asked for its result.

    ``ready`` imports and prepares what it likes and returns the work proper. The child only computes and writes into a
    pipe; if it fails for any reason, the work is done here, and here its error is raised. Threads, a single processor
    and Windows mean that all of it is done when the result is asked for.
    """

    def __init__(self, ready: Callable[[], Callable[[bytes], bytes]]) -> None:
        self._ready = ready
        self._given = b""
        self._child: int | None = None
        if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2 or _threads():
            return
        given, self._to = os.pipe()
        self._from, made = os.pipe()
        self._child = os.fork()
        if not self._child:
            os.close(self._to)
            os.close(self._from)
            _work_and_leave(ready, given, made)
        os.close(given)
        os.close(made)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End a child that nobody waits for any more: it only computes."""
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            self._leave(self._child)

    def give(self, content: bytes) -> None:
        """Hand the work its input; it begins at once."""
        self._given = content
        if self._child:
            with suppress(BrokenPipeError), os.fdopen(os.dup(self._to), "wb") as pipe:
                pipe.write(len(content).to_bytes(_LENGTH, "little"))
                pipe.write(content)

    def result(self) -> bytes:
        """Wait for what the work makes of its input."""
        if self._child:
            with os.fdopen(os.dup(self._from), "rb") as pipe:
                made = pipe.read()
            if self._leave(self._child) == 0:
                return made
        return self._ready()(self._given)

    def _leave(self, child: int) -> int:
        """Close the pipes, wait for the child and return its exit status."""
        os.close(self._to)
        os.close(self._from)
        _, status = os.waitpid(child, 0)
        self._child = None
        return status


def _threads() -> bool:
    """Tell whether this process may run more than one thread."""
    threading = sys.modules.get("threading")
    return "numpy" in sys.modules or (threading is not None and threading.active_count() > 1)


def _work_and_leave(ready: Callable[[], Callable[[bytes], bytes]], given: int, made: int) -> None:
    """Do the work of a child and end it without running anything of its parent."""
    code = 1
    try:
        work = ready()
        with os.fdopen(given, "rb") as pipe:
            content = pipe.read(int.from_bytes(pipe.read(_LENGTH), "little"))
        with os.fdopen(made, "wb") as pipe:
            pipe.write(work(content))
        code = 0
    finally:
        os._exit(code)
