"""A Word template that a laboratory brings: opened with suspicion, its faults said with their place and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from footprint.errors import FootprintError, PublishError, UnfitError, problem
from footprint.messages import codes
from footprint.provenance import Place
from footprint.tables import archive

_DOCUMENT = "word/document.xml"
_MOST = 4 << 20
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_QUOTED = re.compile(r"'(\w+)'")
_SHOWN = 160


def opened(file: str, content: bytes) -> None:
    """Raise `PublishError` for what is no Word document, or holds what no template needs."""
    try:
        members = archive.unpack(content, file)
    except FootprintError as fault:
        raise _refused(file, UnfitError("template-damaged")) from fault
    if _DOCUMENT not in members:
        raise _refused(file, UnfitError("template-damaged"))
    for name, data in members.items():
        text = name.endswith((".xml", ".rels"))
        if "vbaProject" in name or (text and (len(data) > _MOST or _DECLARED.search(data))):
            raise _refused(file, UnfitError("template-unsafe", part=name, megabytes=_MOST >> 20))


@contextmanager
def refusals(file: str, tree: Mapping[str, Any]) -> Iterator[None]:
    """Turn what the libraries raise at a template into `PublishError`; ``tree``: the names it may use."""
    try:
        yield
    except _faults() as fault:
        code, _, name = str(getattr(fault, "message", "")).partition(":")
        reason = UnfitError(code, name=name) if code in codes() else str(fault) or type(fault).__name__
        around = " ".join(" ".join(getattr(fault, "docx_context", ())).split())[:_SHOWN]
        asked = _QUOTED.findall(str(fault))[-1:] if "undefined" in str(fault) or "attribute" in str(fault) else []
        near = tuple(each for word in asked for each in get_close_matches(word, {*_names(tree)}, 3))
        raise _refused(file, reason, around, near) from fault


def _faults() -> tuple[type[BaseException], ...]:
    """Return what the libraries raise at a template that is not as it should be."""
    from docx.opc.exceptions import OpcError
    from jinja2 import TemplateError
    from lxml.etree import LxmlError

    return (
        TemplateError, LxmlError, OpcError, ValueError, LookupError, AttributeError, TypeError, RecursionError,
        ZeroDivisionError, AssertionError,
    )  # fmt: skip


def _names(tree: Mapping[str, Any]) -> Iterable[str]:
    for key, value in tree.items():
        yield key
        inner = value[0] if isinstance(value, list) and value else value
        yield from inner if isinstance(inner, dict) else ()


def _refused(file: str, reason: UnfitError | str, around: str = "", near: tuple[str, ...] = ()) -> PublishError:
    context = f" (… {around} …)" if around else ""
    return PublishError(problem("docx-template", Place(file), near, reason=reason, context=context))
