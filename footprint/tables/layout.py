"""Where a workbook keeps its parts: the sheets in their order, the shared texts, the styles, the date system."""

from __future__ import annotations

import posixpath
from collections import Counter
from typing import NamedTuple

from footprint.errors import WorkbookError, problem
from footprint.provenance import Place
from footprint.tables.container import Container
from footprint.tables.xmls import Attributes, tags


class SheetPart(NamedTuple):
    """A worksheet as the workbook lists it, and the part that holds its cells."""

    name: str
    part: str
    visible: bool


class Layout(NamedTuple):
    """The parts of a workbook that are read, and ``book``, which lists them; ``strings`` and ``styles`` may be ""."""

    sheets: tuple[SheetPart, ...]
    strings: str
    styles: str
    date1904: bool
    book: str


def layout(container: Container) -> Layout:
    """Return the parts of the workbook in ``container``; raise `WorkbookError` if it is none that can be read."""
    book = _workbook_part(container)
    related = relations(container, book)
    listed = tags(container, book, "sheet", "workbookPr")
    return Layout(
        _sheets(container, related, [found for name, found in listed if name == "sheet"]),
        _single(container, related, "sharedStrings"),
        _single(container, related, "styles"),
        any(found.get("date1904") in {"1", "true"} for name, found in listed if name == "workbookPr"),
        book,
    )


def _workbook_part(container: Container) -> str:
    for relation in relations(container, ""):
        if relation["Type"].endswith("/officeDocument"):
            return _spreadsheet(container, relation["Target"])
    return _spreadsheet(container, "xl/workbook.xml")


def _spreadsheet(container: Container, part: str) -> str:
    if "mimetype" in container and b"opendocument" in container.whole("mimetype"):
        raise container.refusal("format-unsupported", format="OpenDocument")
    if part.endswith("workbook.bin"):
        raise container.refusal("format-unsupported", format="xlsb")
    if part not in container or not part.endswith(".xml") or posixpath.basename(part) == "document.xml":
        raise container.refusal("not-a-workbook")
    return part


def relations(container: Container, part: str) -> list[Attributes]:
    """Return the relations of ``part`` (of the package if empty) inside the container, targets made absolute."""
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    if listing not in container:
        return []
    found = (attributes for _, attributes in tags(container, listing, "Relationship"))
    return [
        {**relation, "Target": posixpath.normpath(posixpath.join("/", folder, relation["Target"])).lstrip("/")}
        for relation in found
        if {"Id", "Type", "Target"} <= relation.keys() and relation.get("TargetMode") != "External"
    ]


def _single(container: Container, related: list[Attributes], kind: str) -> str:
    named = (r["Target"] for r in related if r["Type"].endswith(f"/{kind}"))
    return next((part for part in named if part in container), "")


def _sheets(container: Container, related: list[Attributes], listed: list[Attributes]) -> tuple[SheetPart, ...]:
    by_id = {relation["Id"]: relation for relation in related}
    sheets, problems = [], []
    for sheet in listed:
        name, relation = sheet.get("name", ""), by_id.get(sheet.get("id", ""))
        if relation is None or relation["Target"] not in container:
            place = Place(container.file, name)
            problems.append(problem("workbook-part-missing", place, part=relation["Target"] if relation else name))
        elif relation["Type"].endswith("/worksheet"):
            sheets.append(SheetPart(name, relation["Target"], sheet.get("state", "visible") == "visible"))
    problems += [problem("zip-duplicate-part", container.file, part=part) for part in _twice(sheets)]
    if problems:
        raise WorkbookError(*problems)
    return tuple(sheets)


def _twice(sheets: list[SheetPart]) -> list[str]:
    counted = Counter(sheet.part.casefold() for sheet in sheets)
    return [part for part, times in counted.items() if times > 1]
