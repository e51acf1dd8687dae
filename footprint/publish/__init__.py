"""From a declaration document to files people read: one module per format, found by its ``NAME`` line.

To add a format, add a module here with a line ``NAME = "file.ext"`` and a function
``render(document, lang) -> bytes``. Nothing is imported until its format is asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from footprint.errors import RequestError, problem
from footprint.messages import LANGUAGES
from footprint.modules import modules
from footprint.publish import schema


def _modules() -> dict[str, str]:
    """Return format -> module name."""
    return modules(__file__, "NAME")


def formats() -> tuple[str, ...]:
    """Return the file names of all formats, sorted."""
    return tuple(sorted(_modules()))


def renderer(format: str) -> Callable[[Mapping[str, Any], str], bytes]:  # noqa: A002  the word users say
    """Return `render` for one format, with all it needs imported; `RequestError` naming the formats there are."""
    module = _modules().get(format)
    if module is None:
        raise RequestError(problem("format-unknown", format, near=formats(), name=format))
    return partial(_render, importlib.import_module(f"{__name__}.{module}").render)


def render(format: str, document: Mapping[str, Any], lang: str) -> bytes:  # noqa: A002  the word users say
    """Return ``document`` as the bytes of ``format`` in ``lang``; same document, same bytes.

    Raises `RequestError` when the format or the language is not offered, or the document is no declaration.
    """
    return renderer(format)(document, lang)


def _render(rendered_by: Callable[[Mapping[str, Any], str], bytes], document: Mapping[str, Any], lang: str) -> bytes:
    if lang not in LANGUAGES:
        raise RequestError(problem("language-unknown", lang, near=LANGUAGES, name=lang))
    schema.check(document)
    rendered = rendered_by(document, lang)
    assert isinstance(rendered, bytes)  # noqa: S101  the contract of a format
    return rendered
