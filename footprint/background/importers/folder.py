"""Our own readable form: a folder with ``database.yaml`` and its tables, or the same by topic."""

from __future__ import annotations

from pathlib import Path

from footprint.background import source
from footprint.background.importers.asked import Asked, Read

FORMAT = "folder"


def sniff(path: Path) -> bool:
    """Tell whether ``path`` is a folder that says of itself that it is a database."""
    return (path / source.META).is_file()


def read(path: Path, asked: Asked) -> Read:
    """Return the database in a folder, called and versioned as is asked for."""
    found = source.read(path)
    return Read(found._replace(meta=asked.over(found.meta)), len(found.activities))
