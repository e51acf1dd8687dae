"""The one door for changing a workbook: cells set where they stand, every other byte as its owner left it.

The sheets that change are scanned as for reading, and only their changed cells are written anew; all other parts -
macros, pictures, charts, text boxes, custom data - are copied as they are packed. No formula is calculated: one that
rests on a changed cell loses the value stored with it, so that nobody reads what is past, and programs are told to
calculate when they open the workbook.
"""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from footprint.errors import Problem, WorkbookError, problem
from footprint.provenance import Place
from footprint.tables import packed
from footprint.tables.address import split
from footprint.tables.container import DEFLATED, Container, Member, key
from footprint.tables.inplace import book, more
from footprint.tables.inplace.allowed import Wanted, refused
from footprint.tables.inplace.change import Changed, Unset, Value
from footprint.tables.inplace.looks import Looks
from footprint.tables.inplace.references import Referred
from footprint.tables.inplace.results import Results, results
from footprint.tables.inplace.sheets import Loaded, loaded, whole
from footprint.tables.layout import Layout, layout

_ZIP = b"PK\x03\x04"
_MOST_PARTS = 0xFFFF
_SIGNED = "_xmlsignatures/"
_LEVEL = 3
"""Of compression: sheets are as large as Excel writes them, in half the time of the usual."""

Wishes = dict[str, dict[tuple[int, int], Value]]


class Edited(NamedTuple):
    """A workbook with other values in some cells.

    ``notices``: what that did to formulas and signatures; ``stale``: the formulas that have no stored value any more.
    """

    content: bytes
    notices: tuple[Problem, ...] = ()
    stale: frozenset[Place] = frozenset()


def suffix(content: bytes, file: str) -> str:
    """Return what the name of the workbook must end with: ``.xlsx``, ``.xlsm`` where it may hold macros."""
    container = _opened(content, file)
    return book.suffix(container, layout(container).book)


def edited(content: bytes, file: str, cells: Mapping[str, Mapping[str, Value]]) -> Edited:
    """Return the workbook ``content``, called ``file``, with ``cells`` (by sheet and address) set.

    Numbers stay numbers and texts texts, whatever they begin with; a date is one where the cell shows dates, else its
    text; None empties a cell. Styles stay. `WorkbookError` where a cell cannot change on its own: it lies inside a
    merged range, shows part of what a formula gives, is the head of a table, is locked, or shows numbers as dates.
    """
    container = _opened(content, file)
    parts = layout(container)
    wishes = _wishes(file, parts, cells)
    if not wishes:
        return Edited(content)
    sheets = dict(loaded(container, parts.sheets, wishes))
    _insist_allowed(container, sheets, wishes)
    told = results(sheets, wishes, chain(book.names(container, parts.book), _tables(container, parts)))
    changed = _changed(container, parts, sheets, wishes, told)
    gone = _rearranged(container, parts, told, changed)
    signed = [problem("edit-signed", file)] if any(name.startswith(_SIGNED) for name in container.names()) else []
    return Edited(_packed(container, changed, gone), (*told.notices, *signed), told.rests)


class Listed(NamedTuple):
    """A column of a sheet whose drop-down list gets another formula, as `inplace.more.with_list` takes it."""

    sheet: str
    column: str
    formula: str


def extended(content: bytes, file: str, name: str, rows: Sequence[Sequence[str]], listed: Listed) -> bytes:
    """Return the workbook with a sheet more, called ``name``, of ``rows`` of texts, and another list in a column."""
    container = _opened(content, file)
    parts = layout(container)
    changed = more.with_sheet(container, parts, name, rows)
    part = next(sheet.part for sheet in parts.sheets if sheet.name == listed.sheet)
    changed[part] = more.with_list(whole(container, part), listed.column, listed.formula, name)
    by_key = {key(each): xml for each, xml in changed.items()}
    new = [_deflated(each, xml) for each, xml in changed.items() if each not in container]
    kept = (_deflated(n, by_key[key(n)]) if key(n) in by_key else container.member(n) for n in container.names())
    return packed.pack((*kept, *new))


def _opened(content: bytes, file: str) -> Container:
    if not content.startswith(_ZIP):
        raise WorkbookError(problem("edit-format", file))
    container = Container(content, file)
    if len(container.names()) > _MOST_PARTS:
        raise container.refusal("workbook-malformed", part=file, reason=f"{len(container.names())} parts")
    return container


def _wishes(file: str, parts: Layout, cells: Mapping[str, Mapping[str, Value]]) -> Wishes:
    """Return the cells to set by sheet, row and column; `WorkbookError` for one that there is not."""
    known = {sheet.name for sheet in parts.sheets}
    found: Wishes = {}
    problems: list[Problem] = []
    for name, told in cells.items():
        for address, value in told.items():
            place = split(address) if name in known else None
            if place is None:
                problems.append(problem("edit-no-cell", Place(file, name, address)))
            else:
                found.setdefault(name, {})[place] = value
    if problems:
        raise WorkbookError(*problems)
    return found


def _insist_allowed(container: Container, sheets: Mapping[str, Loaded], wishes: Wishes) -> None:
    """Refuse cells that cannot change without harm to others."""
    problems: list[Problem] = []
    for name, cells in wishes.items():
        one = sheets[name]
        wanted = Wanted(one.xml.place, list(cells))
        problems += refused(wanted, one.merged, one.formulas, list(book.tables(container, one.part)))
    if problems:
        raise WorkbookError(*problems)


def _tables(container: Container, parts: Layout) -> Iterator[tuple[str, Referred]]:
    """Yield the tables of the sheets by name, as what formulas refer to."""
    for part in parts.sheets:
        for table in book.tables(container, part.part):
            yield table.name.casefold(), Referred((table.area._replace(sheet=part.name.casefold()),))


def _changed(
    container: Container, parts: Layout, sheets: Mapping[str, Loaded], wishes: Wishes, told: Results
) -> dict[str, bytes]:
    """Return the sheets that change by part; `WorkbookError` where a cell of theirs cannot be set."""
    looks = Looks(container, parts.styles, date1904=parts.date1904)
    made: dict[str, bytes] = {}
    problems: list[Problem] = []
    for name, one in sheets.items():
        wanted: dict[tuple[int, int], Value | Unset] = {**told.unset.get(name, {}), **wishes.get(name, {})}
        if not wanted:
            continue
        changed = Changed(one.xml, one.encoding, looks)
        made[key(one.part)] = changed.xml(wanted)
        problems += changed.problems
    if problems:
        raise WorkbookError(*problems)
    return made


def _rearranged(container: Container, parts: Layout, told: Results, changed: dict[str, bytes]) -> str:
    """Have formulas calculated on opening where some have no value; return the part that is gone.

    That is the order of calculation, where it names a cell that has no formula any more: programs make it anew.
    """
    if told.rests:
        changed[key(parts.book)] = book.calculated_on_opening(container, parts.book)
    order = book.chain(container, parts.book) if told.lost else ""
    if not order or book.chained(container, order).isdisjoint(place.cell for place in told.lost):
        return ""
    folder, name = posixpath.split(parts.book)
    related = posixpath.join(folder, "_rels", f"{name}.rels")
    ending = posixpath.basename(order)
    changed[key(related)] = book.without(container, related, "Relationship", "Target", ending)
    changed[key(book.TYPES)] = book.without(container, book.TYPES, "Override", "PartName", f"/{order}")
    return key(order)


def _packed(container: Container, changed: Mapping[str, bytes], gone: str) -> bytes:
    """Return the container with ``changed`` parts, in its order, all others as they were packed."""
    kept = (name for name in container.names() if key(name) != gone)
    return packed.pack(
        _deflated(name, changed[key(name)]) if key(name) in changed else container.member(name) for name in kept
    )


def _deflated(name: str, content: bytes) -> Member:
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Member(name, DEFLATED, zlib.crc32(content), len(content), (deflate.compress(content), deflate.flush()))
