"""From files of others to a database in its readable form: one module per format, found by its ``FORMAT`` line.

To add a format, add a module here with a line ``FORMAT = "name"`` and two functions: ``sniff(path) -> bool`` tells by
what is in a file or folder, never by its name, whether it is of this format; ``read(path, asked) -> Read`` returns it,
raising every problem at once. A format whose files bring impact categories along says so with a line ``METHODS =
True``. Nothing is imported until a format is asked for, or a file is to be told.
"""

from __future__ import annotations

import importlib
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol, cast

from footprint.background.importers.asked import Asked, Read
from footprint.errors import DatabaseError, FootprintError, RequestError, no_file, problem
from footprint.modules import modules
from footprint.provenance import Place
from footprint.tables.bundle import archives, forget, opened, refuse_packed

AUTO, _OURS = "auto", "folder"
_TOLD = 5


class Importer(Protocol):
    """What a module of a format offers."""

    FORMAT: str

    def sniff(self, path: Path) -> bool:
        """Tell whether ``path`` is of this format."""

    def read(self, path: Path, asked: Asked) -> Read:
        """Return what stands in ``path``."""


def _modules() -> dict[str, str]:
    """Return format -> module name."""
    return modules(__file__, "FORMAT")


def formats() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    return tuple(sorted(_modules()))


def importer(format: str) -> Importer:  # noqa: A002  the word users say
    """Return the module of one format; `RequestError` naming the formats there are."""
    module = _modules().get(format)
    if module is None:
        raise RequestError(problem("import-format-unknown", format, near=formats(), name=format))
    return cast("Importer", importlib.import_module(f"{__name__}.{module}"))


def read(path: Path, asked: Asked, format: str = AUTO) -> Read:  # noqa: A002  the word users say
    """Return the database that ``path`` holds, in ``format`` or in the one its content shows."""
    if not path.is_dir() and not path.is_file():
        raise RequestError(no_file(path))
    forget()
    found = _sniffed(path) if format == AUTO else importer(format)
    if asked.method and not getattr(found, "METHODS", False):
        raise RequestError(problem("import-option", Place(path.name), option="--method", format=found.FORMAT))
    with suppress(FootprintError):
        opened(path).listen(partial(asked.tell, "import-reading"))
    taken = _taken(found, path, asked)
    if asked.link and not taken.counts:
        raise RequestError(problem("import-option", Place(path.name), option="--link", format=found.FORMAT))
    return taken


def _taken(found: Importer, path: Path, asked: Asked) -> Read:
    """Return what stands in ``path``; of the problems that many files of others may have, the first of each kind."""
    try:
        return found.read(path, asked)
    except DatabaseError as exc:
        if found.FORMAT == _OURS:
            raise
        from footprint.background.importers.inventories import first

        raise DatabaseError(*first(exc.problems, path)) from exc


def _sniffed(path: Path) -> Importer:
    """Return the one format that ``path`` is of; a database of ours may hold what it was made of beside its tables."""
    found = [name for name in formats() if importer(name).sniff(path)]
    if len(found) > 1 and path.is_dir() and _OURS not in found:
        raise RequestError(problem("import-format-several", Place(path.name), formats=", ".join(found)))
    if found:
        return importer(_OURS if _OURS in found else found[0])
    refuse_packed(path)
    inside = archives(path)
    if inside:
        raise RequestError(problem("import-archives", Place(path.name), near=inside[:_TOLD], count=len(inside)))
    raise RequestError(problem("import-format-none", Place(path.name), near=formats()))
