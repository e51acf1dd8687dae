"""Excel workbooks (xlsx, xlsm): scanned, packed anew in memory, and only then read by calamine.

Calamine asks for memory for the whole extent of a sheet, aborts the process when it gets none, and answers error cells,
formulas without a stored value and CDATA with empty texts. It therefore sees only containers made here, of parts whose
every byte was scanned. Nothing is evaluated, no macro is run, no link is followed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from footprint.errors import WorkbookError, problem
from footprint.model.sheets import Cell, Sheet
from footprint.provenance import Place
from footprint.tables.container import Container, Member
from footprint.tables.garbage import uncollected
from footprint.tables.grid import reach, rectangle, too_large
from footprint.tables.layout import Layout, SheetPart, layout
from footprint.tables.limits import MAX_CELLS, MAX_TEXT
from footprint.tables.plain import NotPlainError
from footprint.tables.portions import Portions
from footprint.tables.rewrite import rewrite
from footprint.tables.scan import Scanned, TooFarError, scan_plain
from footprint.tables.strings import scan_strings
from footprint.tables.values import Common, opened, refusing, whole
from footprint.tables.xmls import tags

_SHORTEST_SHARED_CELL = 21
"""Bytes of ``<c t="s"><v>0</v></c>``."""


class _Found(NamedTuple):
    """A sheet scanned, and its rows if they were read on the way."""

    sheet: SheetPart
    scanned: Scanned
    rows: list[tuple[Cell, ...]] | None


def read_xlsx(data: bytes, file: str, without: Collection[str] = ()) -> tuple[Sheet, ...]:
    """Return the worksheets of the workbook in ``data``, in their order, but those called as ``without`` says.

    Raises `WorkbookError` placed at ``file``.
    """
    container = Container(data, file)
    parts = layout(container)
    parts = parts._replace(sheets=tuple(sheet for sheet in parts.sheets if sheet.name not in without))
    strings = scan_strings(container, parts.strings) if parts.strings else None
    common = Common(_styles(container, parts.styles), strings.member if strings else None, parts.date1904)
    with uncollected():
        found = _scanned(container, parts, common, strings.lengths if strings else ())
        return tuple(_sheets(file, found, common))


def _styles(container: Container, part: str) -> Member | None:
    if not part:
        return None
    tags(container, part)
    return container.member(part)


def _scanned(container: Container, parts: Layout, common: Common, lengths: Sequence[int]) -> list[_Found]:
    """Scan every sheet, adding up the shared texts they show only where these could pass the limit."""
    shown = sum(container.member(sheet.part).size for sheet in parts.sheets) // _SHORTEST_SHARED_CELL
    is_watched, text = shown * max(lengths, default=0) > MAX_TEXT, 0
    found: list[_Found] = []
    for sheet in parts.sheets:
        found.append(_scan(container, sheet, common, lengths, MAX_TEXT - text if is_watched else None))
        text += found[-1].scanned.text
    problems = [
        too_large(container.file, one.sheet.name, one.scanned.rows, one.scanned.columns)
        for one in found
        if one.scanned.rows * one.scanned.columns > MAX_CELLS
    ]
    if text > MAX_TEXT:
        problems.append(problem("text-too-large", container.file))
    if problems:
        raise WorkbookError(*problems)
    return found


def _scan(
    container: Container, sheet: SheetPart, common: Common, lengths: Sequence[int], room: int | None
) -> _Found:
    """Scan one sheet; if it is large and plain, read it in portions meanwhile.

    ``room``: how many bytes of shared texts it may show, if these are to be added up.
    """
    watched = () if room is None else lengths
    portions = Portions(common, container.member(sheet.part).size, lengths, room)
    try:
        with refusing(Place(container.file, sheet.name)):
            scanned = scan_plain(container, sheet.part, watched, portions.add, portions)
            return _Found(sheet, scanned, portions.rows())
    except TooFarError as far:
        empty: frozenset[str] = frozenset()
        member = container.member(sheet.part)
        scanned = Scanned(member, far.rows, far.columns, {}, empty, empty, frozenset(), (), 0)
        return _Found(sheet, scanned, [])
    except NotPlainError:
        return _Found(sheet, rewrite(container, sheet.part, watched), None)
    finally:
        portions.close()


def _sheets(file: str, found: Sequence[_Found], common: Common) -> Iterator[Sheet]:
    """Yield the sheets, those not read yet from one container of them all."""
    with refusing(file):
        book = opened(common, [one.scanned.member for one in found if one.rows is None])
    cells = index = 0
    for one in found:
        rows = one.rows
        if rows is None:
            with refusing(Place(file, one.sheet.name)):
                rows = whole(book.get_sheet_by_index(index))
            index += 1
        height, width = _extent(one.scanned, rows)
        cells += height * width
        if cells > MAX_CELLS:
            raise WorkbookError(too_large(file, one.sheet.name, height, width, cells))
        yield _sheet(file, one.sheet, one.scanned, rows)


def _extent(scanned: Scanned, rows: Sequence[tuple[Cell, ...]]) -> tuple[int, int]:
    """Return the rows and columns of a sheet from A1 to its last value, error or formula without a value."""
    height, width = reach((*scanned.errors, *scanned.uncached))
    return max(height, len(rows)), max(width, max(map(len, rows), default=0))


def _sheet(file: str, part: SheetPart, scanned: Scanned, rows: Sequence[tuple[Cell, ...]]) -> Sheet:
    grid = rectangle(rows, (*scanned.errors, *scanned.uncached))
    return Sheet(
        file, part.name, grid, scanned.errors, scanned.uncached, scanned.hidden, scanned.merged, visible=part.visible,
        formulas=scanned.formulas,
    )  # fmt: skip
