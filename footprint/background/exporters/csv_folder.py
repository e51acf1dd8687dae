"""Our own readable form: ``database.yaml`` and its tables, which importing takes back unchanged."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.background import readable
from footprint.background.source import Source

FORMAT = "csv"
SUFFIX = ""


def render(source: Source) -> Mapping[str, bytes]:
    """Return the files of the database folder."""
    return readable.files(source)
