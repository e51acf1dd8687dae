"""A folder for the time of one piece of work, cleared away even if the process that made it was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from footprint.errors import PublishError, problem, reason
from footprint.files import hold
from footprint.provenance import Place

_PREFIX, _HELD, _MADE = "footprint-", ".held", ".made"


@contextmanager
def scratch() -> Iterator[Path]:
    """Yield an empty folder that only its owner can read; those of processes that are no more are deleted first.

    `PublishError` where it cannot be written: a full disk.
    """
    _sweep()
    try:
        with tempfile.TemporaryDirectory(prefix=_PREFIX) as place, (Path(place) / _MADE).open("wb") as held:
            if hold(held):
                (Path(place) / _MADE).rename(Path(place) / _HELD)
            yield Path(place)
    except OSError as exc:
        raise PublishError(problem("cannot-write", Place(tempfile.gettempdir()), said=reason(exc))) from exc


def _sweep() -> None:
    """Delete folders of this kind that nobody holds."""
    with suppress(OSError):
        for entry in os.scandir(tempfile.gettempdir()):
            held = Path(entry.path) / _HELD
            if entry.name.startswith(_PREFIX) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError), held.open("rb") as file:
                    if hold(file):
                        shutil.rmtree(entry.path, ignore_errors=True)
