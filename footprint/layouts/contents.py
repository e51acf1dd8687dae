"""What files hold: tables that are bills, what is stated of materials beside them, and sheets that are neither."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footprint.errors import Problem, WorkbookError, problem
from footprint.layouts.locating import headless
from footprint.layouts.locating.instead import COUNTS
from footprint.layouts.locating.regions import WITHIN, Region, regions
from footprint.layouts.locating.stacked import stacked
from footprint.layouts.measuring.properties import is_of_materials, stated
from footprint.layouts.naming.captions import as_written, unfitting
from footprint.layouts.naming.layout import ASSEMBLY, Layout
from footprint.layouts.naming.merged import MOST_COLUMNS
from footprint.model.sheets import Book, Sheet
from footprint.tables.typed.grid import corners, is_blank

Found = tuple[Sheet, Region]
_CELL = re.compile(r"(.+)[!:]\$?([A-Za-z]{1,3}\$?\d{1,7})")
"""A table of a sheet, by a cell of it."""


class Contents(NamedTuple):
    """``bills``: the tables of bills; ``properties``: sheets that state what is in ``layout`` of materials.

    ``unread``: the sheets with anything on them that have no table, or that the map does not name.
    """

    bills: tuple[Found, ...]
    properties: tuple[Sheet, ...]
    unread: tuple[Sheet, ...]
    layout: Layout


def contents(books: Sequence[Book], layout: Layout) -> Contents:
    """Return what is found in ``books``, and the layout with what these state of materials; a map counts first.

    Raises `WorkbookError` where what is stated of a caption fits none, or several.
    """
    every, layout = _read(books, layout)
    bills = _counted([(sheet, region) for sheet, region in every if not is_of_materials(region)])
    others = [sheet for book in books for sheet in book.sheets if _is_other(sheet, bills)]
    beside = [sheet._replace(rows=sheet.rows[max(region.header.top, 0) : region.end]) for sheet, region in every
              if is_of_materials(region) and all(sheet is not each for each in others)]  # fmt: skip
    told, properties = stated([*others, *beside], layout)
    unread = tuple(sheet for sheet in others if all(sheet is not each for each in properties))
    return Contents(bills, tuple(properties), unread, layout._replace(materials={**told, **layout.materials}))


def _read(books: Sequence[Book], layout: Layout) -> tuple[list[Found], Layout]:
    """Return the tables of books, and the layout with what it states of the captions that these have."""
    every = [*_tables(books, layout)]
    if not (layout.named or layout.columns):
        return every, layout
    found = layout.among(caption for _, region in every for caption in region.header.captions.values())
    every = every if found == layout else [*_tables(books, found)]
    headers = [(sheet.place(region.header.bottom), region.header.captions, region.header.unused)
               for sheet, region in every]  # fmt: skip
    wrong = [*unfitting(found.named, found.columns.and_(found.named), headers, found.file)]
    wrong = [each for each in wrong if each.code != "import-no-such-caption" or not _is_said(each, books, every)]
    if wrong:
        raise WorkbookError(*wrong)
    return every, found


def _is_said(unknown: Problem, books: Sequence[Book], tables: Sequence[Found]) -> bool:
    """Tell whether a caption that no table has is one row of a header, or stands on a sheet without a table."""
    wanted = as_written(str(unknown.facts["caption"]))
    others = [sheet for book in books for sheet in book.sheets if all(sheet is not each for each, _ in tables)]
    rows = (*(row for sheet in others for row in sheet.rows[:WITHIN]),
            *(row for sheet, region in tables for row in sheet.rows[region.header.top : region.header.bottom + 1]))
    return any(isinstance(cell, str) and as_written(cell) == wanted for row in rows for cell in row)


def _counted(found: Sequence[Found]) -> tuple[Found, ...]:
    """Return the tables of the sheets on which one tells how much of anything; all where none does."""
    telling = {id(sheet) for sheet, region in found if not COUNTS.isdisjoint(region.header.columns)}
    return tuple(each for each in found if not telling or id(each[0]) in telling)


def _tables(books: Sequence[Book], layout: Layout) -> Iterator[Found]:
    """Yield the tables of books, of the sheets that the layout names if it names any."""
    for book in books:
        for sheet in book.sheets:
            rows = _stated(sheet, layout)
            for region in _regions(sheet, layout) if rows is None or rows else ():
                if rows is None or any(_holds(region, *cell) for cell in rows):
                    yield sheet, region


def _regions(sheet: Sheet, layout: Layout) -> Sequence[Region]:
    if headless.is_stated(layout):
        return headless.whole(sheet, layout)
    by_headings = layout.constants.get("headings") == ASSEMBLY
    found = regions(sheet, layout.meant)
    for top in {region.header.bottom for region in found}:
        far = sheet.rows[top][MOST_COLUMNS:]
        if any(isinstance(cell, str) and not COUNTS.isdisjoint(layout.meant(cell).fields) for cell in far):
            raise WorkbookError(problem("import-too-wide", sheet.place(top, MOST_COLUMNS), limit=MOST_COLUMNS))
    return stacked(sheet, found, by_headings=by_headings)


def _stated(sheet: Sheet, layout: Layout) -> list[tuple[int, int]] | None:
    """Return the cells of a sheet whose tables are stated to count (``BOM!A8``); None where all of its tables do."""
    if not layout.sheets or sheet.name in layout.sheets:
        return None
    parts = (_CELL.fullmatch(each) for each in layout.sheets)
    return [corners(part[2].upper().replace("$", ""))[:2] for part in parts if part and part[1] == sheet.name]


def _holds(region: Region, row: int, column: int) -> bool:
    """Tell whether a cell is in a table."""
    captions = region.header.captions
    return region.header.top <= row < region.end and min(captions) <= column <= max(captions)


def _is_other(sheet: Sheet, bills: Sequence[Found]) -> bool:
    return all(each is not sheet for each, _ in bills) and any(not is_blank(row) for row in sheet.rows)
