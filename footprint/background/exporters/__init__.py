"""From a database in its readable form to files of others: one module per format, found by its ``FORMAT`` line.

To add a format, add a module here with two lines, ``FORMAT = "name"`` and ``SUFFIX = ".ending"`` of its file ("" for a
folder), and a function ``render(source, of)`` that gives the bytes of its files by name; a format of one file calls it
"". ``of`` tells the whole deviation of a row, for formats that have no scores to add to what is published.
Nothing is imported until its format is asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Protocol, cast

from footprint.background.source import Source
from footprint.background.spread import Sigma, as_published
from footprint.errors import RequestError, problem
from footprint.modules import modules


def _modules() -> dict[str, str]:
    """Return format -> module name."""
    return modules(__file__, "FORMAT")


def formats() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    return tuple(sorted(_modules()))


class Exporter(Protocol):
    """What a module of a format offers."""

    FORMAT: str
    SUFFIX: str

    def render(self, source: Source, of: Sigma = as_published) -> Mapping[str, bytes]:
        """Return a database as files by name; `DatabaseError` for rows that cannot be used."""


def exporter(format: str) -> Exporter:  # noqa: A002  the word users say
    """Return the module of one format; `RequestError` naming the formats there are."""
    module = _modules().get(format)
    if module is None:
        raise RequestError(problem("export-format-unknown", format, near=formats(), name=format))
    return cast("Exporter", importlib.import_module(f"{__name__}.{module}"))
