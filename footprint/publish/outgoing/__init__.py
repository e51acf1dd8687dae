"""Formats for customers: one module each, found by its line ``FORMAT = "pact.json"``, the file it writes.

To add a format, add a module here that has

- ``FORMAT``, the name of its file; people ask for it by that name, or by the name without what stands after the dot;
- ``LEAST``, the least of `LEVELS` it can be written for: "verifier" for what shows lines of the bill;
- ``NEEDS``, the keys it cannot be written without: ``company.name``, ``product.fossil_carbon``, ``publication.study``;
- ``render(statement, lang) -> bytes``, from a `Statement` and nothing else; same statement, same bytes;
- ``stated(content) -> Stated``, what the bytes of such a file say of the result, read from them alone.

A module that has a line ``TEMPLATE = True`` writes into ``statement.template`` where that holds something.
A module may have ``problems(statement) -> Iterable[Problem]``: what else stands in its way, with place and remedy.
Nothing is imported until its format is asked for.
"""

from __future__ import annotations

import importlib
from typing import Any

from footprint.errors import RequestError, problem
from footprint.modules import modules

LEVELS = ("public", "customer", "verifier")
"""Who a file is for; each sees all that the one before it sees."""


def formats() -> tuple[str, ...]:
    """Return the file names of all formats for customers, sorted."""
    return tuple(sorted(modules(__file__, "FORMAT")))


def named(asked: str) -> str:
    """Return the file name of the format ``asked`` for; `RequestError` naming those there are."""
    known = formats()
    found = [name for name in known if asked.casefold() in {name, name.rpartition(".")[0]}]
    if len(found) != 1:
        raise RequestError(problem("format-unknown", asked, near=tuple(found) or known, name=asked))
    return found[0]


def module(name: str) -> Any:
    """Return the module that writes the file ``name``, with all it needs imported."""
    return importlib.import_module(f"{__name__}.{modules(__file__, 'FORMAT')[name]}")
