"""What files hold: tables that are bills, what is stated of materials beside them, and sheets that are neither."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footprint.layouts.layout import Layout
from footprint.layouts.properties import is_of_materials, stated
from footprint.layouts.regions import COUNTS, Region, regions
from footprint.model.sheets import Book, Sheet
from footprint.tables.typed.grid import is_blank

Found = tuple[Sheet, Region]


class Contents(NamedTuple):
    """``bills``: the tables of bills; ``properties``: sheets that state what is in ``layout`` of materials.

    ``unread``: the sheets with anything on them that have no table, or that the map does not name.
    """

    bills: tuple[Found, ...]
    properties: tuple[Sheet, ...]
    unread: tuple[Sheet, ...]
    layout: Layout


def contents(books: Sequence[Book], layout: Layout) -> Contents:
    """Return what is found in ``books``, and the layout with what these state of materials; a map counts first."""
    every = [*_tables(books, layout)]
    bills = _counted([(sheet, region) for sheet, region in every if not is_of_materials(region)])
    others = [sheet for book in books for sheet in book.sheets if _is_other(sheet, bills)]
    beside = [sheet._replace(rows=sheet.rows[region.header.top : region.end]) for sheet, region in every
              if is_of_materials(region) and all(sheet is not each for each in others)]  # fmt: skip
    told, properties = stated([*others, *beside], layout)
    unread = tuple(sheet for sheet in others if all(sheet is not each for each in properties))
    return Contents(bills, tuple(properties), unread, layout._replace(materials={**told, **layout.materials}))


def _counted(found: Sequence[Found]) -> tuple[Found, ...]:
    """Return the tables of the sheets on which one tells how much of anything; all where none does."""
    telling = {id(sheet) for sheet, region in found if not COUNTS.isdisjoint(region.header.columns)}
    return tuple(each for each in found if not telling or id(each[0]) in telling)


def _tables(books: Sequence[Book], layout: Layout) -> Iterator[Found]:
    """Yield the tables of books, of the sheets that the layout names if it names any."""
    for book in books:
        for sheet in book.sheets:
            if not layout.sheets or sheet.name in layout.sheets:
                yield from ((sheet, region) for region in regions(sheet, layout.meant))


def _is_other(sheet: Sheet, bills: Sequence[Found]) -> bool:
    return all(each is not sheet for each, _ in bills) and any(not is_blank(row) for row in sheet.rows)
