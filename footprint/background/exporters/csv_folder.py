"""Our own readable form: ``database.yaml`` and its tables, which importing takes back unchanged."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.background import readable
from footprint.background.source import Source
from footprint.background.spread import Sigma, as_published

FORMAT = "csv"
SUFFIX = ""


def render(source: Source, of: Sigma = as_published) -> Mapping[str, bytes]:  # noqa: ARG001  rows keep what is published
    """Return the files of the database folder."""
    return readable.files(source)
