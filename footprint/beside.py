"""One piece of work beside another: in a forked process where that is safe, later in this one where it is not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable


def beside(work: Callable[[], bytes]) -> Callable[[], bytes]:
    """Start ``work`` and return a function that waits for its result.

    The child only computes and writes into a pipe; if it fails for any reason, the work is done here, and here its
    error is raised. Threads, a single processor and Windows mean that the work is done when its result is asked for.
    """
    if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2 or _threads():
        return work
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _work_and_leave(work, read, write)
    os.close(write)

    def result() -> bytes:
        with os.fdopen(read, "rb") as pipe:
            content = pipe.read()
        _, status = os.waitpid(child, 0)
        return content if status == 0 else work()

    return result


def _threads() -> bool:
    """Tell whether this process may run more than one thread."""
    threading = sys.modules.get("threading")
    return "numpy" in sys.modules or (threading is not None and threading.active_count() > 1)


def _work_and_leave(work: Callable[[], bytes], read: int, write: int) -> None:
    """Do the work of a child and end it without running anything of its parent."""
    code = 1
    try:
        os.close(read)
        with os.fdopen(write, "wb") as pipe:
            pipe.write(work())
        code = 0
    finally:
        os._exit(code)
