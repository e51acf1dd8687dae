"""A process of its own that imports file after file within limits: a guard that fails kills it, not the tests.

Lines of JSON go in (path, format, what is asked for) and out (problems by code, sentences in both languages, or a bug).
"""

from __future__ import annotations

import json
import signal
import sys
import time
import traceback
from pathlib import Path

import numpy.linalg
import scipy.sparse.linalg

from footprint import holdings
from footprint.background.importers import formats, importer
from footprint.background.importers.asked import Asked
from footprint.errors import FootprintError

SECONDS, BYTES, PATIENCE = 5.0, 1 << 30, 60


def limit() -> None:
    """Have this process end where it asks for a gigabyte more than it has."""
    try:
        import resource
    except ImportError:
        return
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    most = pages * resource.getpagesize() + BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def answer(path: str, format_: str, version: str) -> dict[str, object]:
    """Return what is said of one import."""
    start = time.process_time()
    try:
        done, told = holdings.take_in(Path(path), Asked("trial", version, allow_unlinked=True), format_, "en")
        said: dict[str, object] = {"done": done, "told": told}
    except FootprintError as error:
        said = {"refused": [p.code for p in error.problems], "en": error.text("en"), "zh": error.text("zh")}
    except BaseException:  # noqa: BLE001  whatever it is, the tests are told
        said = {"bug": traceback.format_exc()}
    took = time.process_time() - start
    return {"bug": f"took {took:.1f} s"} if took > SECONDS else said


if __name__ == "__main__":
    for name in formats():
        importer(name)
    numpy.linalg.eig(numpy.eye(2))
    scipy.sparse.linalg.splu(scipy.sparse.eye_array(2).tocsc()).solve(numpy.ones(2))
    limit()
    for at, line in enumerate(sys.stdin):
        if hasattr(signal, "alarm"):
            signal.alarm(PATIENCE)
        print(json.dumps(answer(*json.loads(line), f"v{at}")), flush=True)  # noqa: T201  this is the answer
