"""The values of cells, read by calamine from containers made here of scanned parts."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from footprint.errors import WorkbookError, problem, reason
from footprint.model.sheets import Cell
from footprint.provenance import Place
from footprint.tables.container import Member
from footprint.tables.packed import pack, stored

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_EMPTY = ""  # the one empty text of the interpreter: comparing by identity takes a third of the time
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_START = b'<worksheet xmlns="%s"><sheetData>' % _MAIN.encode()
SHEET_END = b"</sheetData></worksheet>"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


class Common(NamedTuple):
    """What all sheets of a workbook share: its styles and shared texts, and where its calendar starts."""

    styles: Member | None
    strings: Member | None
    date1904: bool


def opened(common: Common, sheets: Sequence[Member]) -> CalamineWorkbook:
    """Return a calamine workbook of ``sheets``, in their order."""
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(pack(_members(common, sheets))))


def _members(common: Common, sheets: Sequence[Member]) -> Iterator[Member]:
    numbers = range(1, len(sheets) + 1)
    calendar = ' date1904="1"' if common.date1904 else ""
    listed = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    yield _relations("_rels/.rels", [("r", "officeDocument", "xl/workbook.xml")])
    yield stored(
        "xl/workbook.xml",
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><workbookPr{calendar}/><sheets>{listed}</sheets></workbook>',
    )
    yield _relations("xl/_rels/workbook.xml.rels", [(f"r{n}", "worksheet", f"worksheets/{n}.xml") for n in numbers])
    if common.styles is not None:
        yield common.styles._replace(name="xl/styles.xml")
    if common.strings is not None:
        yield common.strings._replace(name="xl/sharedStrings.xml")
    for n, sheet in zip(numbers, sheets, strict=True):
        yield sheet._replace(name=f"xl/worksheets/{n}.xml")


def _relations(name: str, relations: Sequence[tuple[str, str, str]]) -> Member:
    listed = "".join(f'<Relationship Id="{i}" Type="{_RELATIONS}/{kind}" Target="{to}"/>' for i, kind, to in relations)
    return stored(name, f'<Relationships xmlns="{_PACKAGE}">{listed}</Relationships>')


@contextmanager
def refusing(place: Place | str) -> Iterator[None]:
    """Turn what calamine raises, a panic of its own included, into a `WorkbookError` at ``place``."""
    from python_calamine import CalamineError

    try:
        yield
    except CalamineError as error:
        raise _refusal(place, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _refusal(place, error) from error


def _refusal(place: Place | str, error: BaseException) -> WorkbookError:
    return WorkbookError(problem("workbook-unreadable", place, reason=reason(error)))


def body(sheet: CalamineSheet) -> list[tuple[Cell, ...]]:
    """Return the rows from the first with a value to the last, each from column A on, empty texts as None."""
    left = (None,) * (sheet.start or (0, 0))[1]
    empty = _EMPTY
    return [left + tuple([None if cell is empty else cell for cell in row]) for row in sheet.to_python()]


def column(sheet: CalamineSheet) -> list[Cell]:
    """Return column A from row 1 to the last with a value, of a sheet that has no other."""
    empty = _EMPTY
    read: list[Cell] = [None if row[0] is empty else row[0] for row in sheet.to_python()]
    return [*[None] * (sheet.start or (0, 0))[0], *read]


def whole(sheet: CalamineSheet) -> list[tuple[Cell, ...]]:
    """Return the rows from row 1 to the last with a value; those above the first are empty."""
    return [()] * (sheet.start or (0, 0))[0] + body(sheet)
