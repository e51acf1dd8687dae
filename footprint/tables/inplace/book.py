"""What a workbook says of all its sheets: its names and tables, the order of calculation, what kind of file it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from footprint.tables.container import Container
from footprint.tables.inplace.allowed import Listed
from footprint.tables.inplace.formulas import area_of
from footprint.tables.inplace.marks import attributes, encoding, masked, tag, text, with_attribute
from footprint.tables.inplace.references import ANYTHING, Referred, referred
from footprint.tables.layout import relations
from footprint.tables.xmls import tags

TYPES = "[Content_Types].xml"
_ROOT = re.compile(rb"<([^\s<>/!?:]+:)?(?:workbook|Types|Relationships)(?=[\s>])")
_BEFORE_CALC = (b"definedNames", b"externalReferences", b"functionGroups", b"sheets")
"""What stands before the properties of calculation, nearest first."""
_SUFFIXES = {"macroenabledtemplate": ".xltm", "macroenabled": ".xlsm", "template": ".xltx"}


def suffix(container: Container, book: str) -> str:
    """Return what the name of a workbook must end with for programs to open it: ``.xlsm`` if it may hold macros."""
    listed = tags(container, TYPES, "Override") if TYPES in container else []
    said = next((found.get("ContentType", "") for _, found in listed if _names(found, book)), "").casefold()
    return next((ending for word, ending in _SUFFIXES.items() if word in said), ".xlsx")


def _names(override: dict[str, str], part: str) -> bool:
    return override.get("PartName", "").lstrip("/").casefold() == part.casefold()


def names(container: Container, book: str) -> Iterator[tuple[str, Referred]]:
    """Yield the names a workbook defines, in small letters, with what they stand for; a name of a sheet again."""
    xml = container.whole(book)
    if not encoding(xml):
        raise container.refusal("workbook-malformed", part=book, reason="encoding")
    hidden, prefix = masked(xml), _prefix(xml)
    opening, closing = tag(prefix, b"definedName"), b"</%sdefinedName" % prefix
    for found in opening.finditer(hidden):
        end = hidden.find(closing, found.end())
        if found[2] or end < 0:
            continue
        written = xml[found.end() : end]
        plain = written == hidden[found.end() : end] and b"<" not in written
        told = referred(text(written.decode("utf-8", "replace"))) if plain else ANYTHING
        yield attributes(found[1]).get("name", "").casefold(), told


def _prefix(xml: bytes) -> bytes:
    root = _ROOT.search(masked(xml))
    return (root[1] or b"") if root else b""


def tables(container: Container, part: str) -> Iterator[Listed]:
    """Yield the tables of the worksheet ``part``."""
    for relation in relations(container, part):
        if relation["Type"].endswith("/table") and relation["Target"] in container:
            for _, said in tags(container, relation["Target"], "table"):
                area = area_of(said.get("ref", ""))
                if area is not None:
                    yield Listed(
                        said.get("displayName", said.get("name", "")), area,
                        _count(said.get("headerRowCount", "1")), _count(said.get("totalsRowCount", "0")),
                    )  # fmt: skip


def _count(written: str) -> int:
    return int(written) if written.isdecimal() else 0


def calculated_on_opening(container: Container, part: str) -> bytes:
    """Return the ``part`` that lists the sheets, told to have all formulas calculated when it is opened."""
    xml = container.whole(part)
    hidden, prefix = masked(xml), _prefix(xml)
    found = tag(prefix, b"calcPr").search(hidden)
    if found:
        start, end = found.span(1)
        return xml[:start] + with_attribute(found[1], "fullCalcOnLoad", "1") + xml[end:]
    ends = (re.search(rb"</%s%s\s*>" % (re.escape(prefix), name), hidden) for name in _BEFORE_CALC)
    at = next((end.end() for end in ends if end), 0)
    if not at:
        raise container.refusal("workbook-malformed", part=part, reason="sheets")
    return xml[:at] + b'<%scalcPr fullCalcOnLoad="1"/>' % prefix + xml[at:]


def chain(container: Container, book: str) -> str:
    """Return the part that tells in which order formulas are calculated, "" if there is none."""
    found = (each["Target"] for each in relations(container, book) if each["Type"].endswith("/calcChain"))
    return next((part for part in found if part in container), "")


def chained(container: Container, part: str) -> frozenset[str]:
    """Return the addresses of the cells in the order of calculation, on whatever sheet."""
    return frozenset(found.get("r", "") for _, found in tags(container, part, "c"))


def without(container: Container, part: str, element: str, attribute: str, ending: str) -> bytes:
    """Return the list ``part`` without the ``element`` whose ``attribute`` ends with ``ending``, letter case aside."""
    xml = container.whole(part)
    hidden, prefix = masked(xml), _prefix(xml)
    for found in tag(prefix, element.encode()).finditer(hidden):
        if attributes(found[1]).get(attribute, "").casefold().endswith(ending.casefold()):
            end = found.end() if found[2] else hidden.index(b">", hidden.index(b"</", found.end())) + 1
            return xml[: found.start()] + xml[end:]
    raise container.refusal("workbook-malformed", part=part, reason=ending)
