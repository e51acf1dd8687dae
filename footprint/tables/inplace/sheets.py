"""The worksheets of a workbook whose bytes can be changed: scanned as for reading, then looked at where they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import NamedTuple

from footprint.errors import WorkbookError, problem
from footprint.provenance import Place
from footprint.tables.container import Container
from footprint.tables.grid import too_large
from footprint.tables.inplace.cells import SheetXml
from footprint.tables.inplace.formulas import Formula, formulas, has_formulas
from footprint.tables.inplace.marks import encoding
from footprint.tables.layout import SheetPart
from footprint.tables.limits import MAX_CELLS, MAX_CHANGED, MAX_FORMULAS
from footprint.tables.plain import NotPlainError
from footprint.tables.rewrite import rewrite
from footprint.tables.scan import Scanned, scan_plain

_LARGEST_ARRAY = 1_000_000
"""Cells that one formula may fill."""


class Loaded(NamedTuple):
    """A worksheet: its part, its XML, its merged ranges, its formulas."""

    part: str
    xml: SheetXml
    encoding: str
    merged: tuple[str, ...]
    formulas: tuple[Formula, ...]


def loaded(
    container: Container, sheets: tuple[SheetPart, ...], changing: Collection[str]
) -> Iterator[tuple[str, Loaded]]:
    """Yield the worksheets called in ``changing`` and those that hold formulas, by name."""
    room = MAX_FORMULAS
    for sheet in sheets:
        xml = whole(container, sheet.part)
        if sheet.name in changing or has_formulas(xml):
            one = _load(container, sheet, xml, room)
            room -= len(one.formulas)
            yield sheet.name, one


def whole(container: Container, part: str) -> bytes:
    """Return the inflated bytes of a worksheet that may be changed."""
    buffer = bytearray()
    for piece in container.stream(part):
        buffer += piece
        if len(buffer) > MAX_CHANGED:
            raise container.refusal("edit-too-large", part=part, limit=MAX_CHANGED >> 20)
    return bytes(buffer)


def _load(container: Container, sheet: SheetPart, xml: bytes, room: int) -> Loaded:
    scanned = _scanned(container, sheet.part)
    if scanned.rows * scanned.columns > MAX_CELLS:
        raise WorkbookError(too_large(container.file, sheet.name, scanned.rows, scanned.columns))
    written = encoding(xml)
    if not written:
        raise WorkbookError(problem("workbook-malformed", container.file, part=sheet.part, reason="encoding"))
    found = SheetXml(Place(container.file, sheet.name), sheet.part, xml)
    told = list(islice(formulas(found), room + 1)) if has_formulas(xml) else []
    if len(told) > room:
        raise container.refusal("edit-too-many", limit=MAX_FORMULAS)
    return Loaded(sheet.part, found, written, scanned.merged, tuple(_bounded(found, each, scanned) for each in told))


def _scanned(container: Container, part: str) -> Scanned:
    try:
        return scan_plain(container, part, (), lambda *_: None)
    except NotPlainError:
        return rewrite(container, part, ())


def _bounded(sheet: SheetXml, formula: Formula, scanned: Scanned) -> Formula:
    """Return a formula that shows no more cells than there are."""
    shown = formula.shown
    if shown.top == shown.bottom and shown.left == shown.right:
        return formula
    bottom, right = min(shown.bottom, scanned.rows), min(shown.right, scanned.columns)
    if (bottom + 1 - shown.top) * (right + 1 - shown.left) > _LARGEST_ARRAY:
        raise sheet.malformed(f"formula of {(bottom + 1 - shown.top) * (right + 1 - shown.left)} cells")
    return formula._replace(shown=shown._replace(bottom=bottom, right=right))
