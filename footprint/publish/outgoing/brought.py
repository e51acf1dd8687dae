"""A Word template that a laboratory brings: opened with suspicion, its faults said with their place and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from footprint.errors import FootprintError, PublishError, UnfitError, problem, reason
from footprint.messages import codes
from footprint.provenance import Place
from footprint.publish.outgoing import says
from footprint.tables import archive

_DOCUMENT = "word/document.xml"
_MOST = 4 << 20
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_QUOTED = re.compile(r"'(\w+)'")
_SHOWN = 160
_LINK = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_OUTSIDE = re.compile(r"""TargetMode\s*=\s*["']External""", re.IGNORECASE)
_LEFT_ALONE = re.compile(r"relationships/(?:hyperlink|attachedTemplate)\b")
"""What points outside and takes nothing from there: a link to click on, and the file that Word was attached to."""
_TARGET = re.compile(r"""Target\s*=\s*["']([^"']*)""")
_BEFORE, _BEHIND = "\ufdd0", "\ufdd1"
"""Characters that stand for nothing, by the Unicode Standard 23.7."""
_MARKS = re.compile(f"[{_BEFORE}{_BEHIND}]")
_END, _TAG = re.compile(r"</w:p>|<w:(?:br|tab)[^>]*/>"), re.compile(r"<[^>]+>")
_DIGIT = re.compile(r"\d")
_BESIDE = re.compile(
    rf"[0-9][.,]?{_BEFORE}[^{_BEHIND}]*{_BEHIND}|{_BEFORE}[^{_BEHIND}]*{_BEHIND}[.,]?(?:[0-9]|{_BEFORE})"
)


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
        for link in _LINK.findall(data.decode("utf-8", "replace")) if name.endswith(".rels") else ():
            if _OUTSIDE.search(link) and not _LEFT_ALONE.search(link):
                target = _TARGET.search(link)
                raise _refused(file, UnfitError("template-links", part=name, target=target[1] if target else "-"))


def marked(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``tree`` with marks around what is said of the result, so that what is printed beside it can be seen."""
    numbers = {text for key, text in tree["says"].items() if key.startswith(says.NUMBERS)}
    numbers |= {tree["result"]["declared"], tree["result"]["number"]}
    return {key: value if key == "says" else _marked(value, numbers) for key, value in tree.items()}


def _marked(value: Any, numbers: set[str]) -> Any:
    if isinstance(value, str):
        return f"{_BEFORE}{value}{_BEHIND}" if value in numbers and _DIGIT.search(value) else value
    if isinstance(value, dict):
        return {key: _marked(each, numbers) for key, each in value.items()}
    return [_marked(each, numbers) for each in value] if isinstance(value, list) else value


def apart(file: str, content: bytes) -> bytes:
    """Return a document without the marks; `PublishError` where a digit stands beside a number of the result."""
    members = archive.unpack(content, file)
    for name in [name for name in members if name.endswith((".xml", ".rels"))]:
        text = members[name].decode()
        beside = _BESIDE.search(_TAG.sub("", _END.sub("\n", text)))
        if beside:
            raise _refused(file, UnfitError("template-beside", shown=_MARKS.sub("", beside[0])))
        members[name] = _MARKS.sub("", text).encode()
    return archive.pack(members)


@contextmanager
def refusals(file: str, tree: Mapping[str, Any]) -> Iterator[None]:
    """Turn what the libraries raise at a template into `PublishError`; ``tree``: the names it may use."""
    try:
        yield
    except _faults() as fault:
        code, _, name = str(getattr(fault, "message", "")).partition(":")
        why = UnfitError(code, name=name) if code in codes() else reason(fault)
        around = " ".join(" ".join(getattr(fault, "docx_context", ())).split())[:_SHOWN]
        asked = _QUOTED.findall(str(fault))[-1:] if "undefined" in str(fault) or "attribute" in str(fault) else []
        near = tuple(each for word in asked for each in get_close_matches(word, {*_names(tree)}, 3))
        raise _refused(file, why, around, near) from fault


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


def _refused(file: str, why: UnfitError, around: str = "", near: tuple[str, ...] = ()) -> PublishError:
    context = f" (… {around} …)" if around else ""
    return PublishError(problem("docx-template", Place(file), near, reason=why, context=context))
