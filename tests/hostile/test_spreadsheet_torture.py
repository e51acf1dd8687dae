"""Spreadsheets other projects collected because they break readers: each is read, or refused with one sentence."""

from __future__ import annotations

import csv
import datetime
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.errors import WorkbookError
from footprint.model.sheets import Book, Sheet
from footprint.tables.edit import edited
from footprint.tables.read import parse, read

FOLDER = Path(__file__).parents[2].parent / "shared" / "cases" / "16_spreadsheet_torture"

REFUSED = {
    "xmlbomb": "xml-entities", "54764": "xml-entities", "protected_passtika": "workbook-encrypted",
    "58616": "workbook-encrypted", "password.xls": "workbook-encrypted", "xor-encryption": "workbook-encrypted",
    "crash-9bf3": "workbook-encrypted", "crash-274d": "workbook-truncated", "POIXSSFFuzzer": "workbook-truncated",
    "XLSX2CSVFuzzer": "workbook-truncated", "POIFuzzer": "workbook-truncated", "date.xlsb": "format-unsupported",
    "duplicate-filename": "zip-duplicate-part", "poc-shared-strings": "workbook-malformed",
}  # fmt: skip
"""What is refused, by a part of its name, and why; everything else is read."""

MACRO_SHEETS = {"poi__xlmmacro.xlsm": 1}


def rows() -> list[dict[str, str]]:
    if not FOLDER.is_dir():
        pytest.skip("the collection of spreadsheets is not beside this checkout")
    with (FOLDER / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def expected(row: dict[str, str]) -> list[str]:
    return next(([code] for part, code in REFUSED.items() if part in row["file"]), [])


def test_every_file_is_read_or_refused(worker) -> None:
    """Each file within the limits of the worker: read with the counts another reader found, or refused as named."""
    wrong = []
    for row in rows():
        answer = worker.read(FOLDER / "files" / row["file"])
        found = {"refused": answer["refused"]} if "refused" in answer else counts(row, answer.get("sheets", []))
        wanted = {"refused": expected(row)} if expected(row) else {}
        if found != wanted or "bug" in answer:
            wrong.append((row["file"], found, answer.get("bug")))
    assert wrong == []


def counts(row: dict[str, str], sheets: list[dict]) -> dict[str, tuple[int, int]]:
    """Return what differs from the counts of openpyxl, where it could read the file and knew its sheets."""
    if int(row["sheets"] or 0) == 0:
        return {}
    ours = {
        "sheets": len(sheets) + MACRO_SHEETS.get(row["file"], 0),
        "merged": sum(sheet["merged"] for sheet in sheets),
        "hidden_sheets": sum(not sheet["visible"] for sheet in sheets),
    }
    return {key: (count, int(row[key])) for key, count in ours.items() if count != int(row[key])}


def test_refusals_are_one_sentence_in_each_language(refused: Callable[[Path], str]) -> None:
    """Every refused file is refused with one line, in English and in Chinese."""
    for row in rows():
        if expected(row):
            assert "\n" not in refused(FOLDER / "files" / row["file"])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_values_are_those_of_another_reader() -> None:
    """Every cell, error, hidden row and merged range is what openpyxl reads, in all files both can read."""
    compared = 0
    for row in rows():
        path = FOLDER / "files" / row["file"]
        if path.suffix in {".xlsx", ".xlsm"} and int(row["sheets"] or 0) and "many-merges" not in path.name:
            compared += 0 if expected(row) else agreed(path)
    assert compared > 300_000


def agreed(path: Path) -> int:
    """Return the number of cells of ``path`` in which both readers agree, all of them."""
    openpyxl = pytest.importorskip("openpyxl")
    theirs = openpyxl.load_workbook(path, data_only=True)
    compared = 0
    for ours in read(path).sheets:
        sheet = theirs[ours.name]
        assert {row for row, its in sheet.row_dimensions.items() if its.hidden} == ours.hidden
        assert {str(area) for area in sheet.merged_cells.ranges} == set(ours.merged)
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")):
            compared += 1
            if cell.data_type == "e":
                assert ours.errors[cell.coordinate] == cell.value
            else:
                assert alike(ours.rows[cell.row - 1][cell.column - 1], cell.value), (path.name, ours.name, cell)
    return compared


def alike(ours: object, theirs: object) -> bool:
    if isinstance(theirs, datetime.datetime):
        moment = datetime.datetime.combine(ours, datetime.time()) if type(ours) is datetime.date else ours
        return isinstance(moment, datetime.datetime) and abs(moment - theirs) < datetime.timedelta(seconds=1)
    if isinstance(theirs, datetime.time):
        return isinstance(ours, datetime.time)
    if isinstance(theirs, int | float) and not isinstance(theirs, bool):
        return isinstance(ours, float) and math.isclose(ours, theirs, rel_tol=1e-15)
    return ours == theirs and type(ours) is type(theirs)


def test_every_file_that_is_read_takes_changes_where_they_stand() -> None:
    """Cells set hold what they were set to, formulas that rest on them nothing, all others what they held."""
    for row in rows():
        path = FOLDER / "files" / row["file"]
        if path.suffix in {".xlsx", ".xlsm"} and not expected(row):
            _change_some(path)


def _change_some(path: Path) -> None:
    content = path.read_bytes()
    book = parse(content, path)
    wanted = {sheet.name: _wanted(sheet) for sheet in book.sheets[:3]}
    try:
        made = edited(content, path.name, wanted)
    except WorkbookError as refused:
        if {p.code for p in refused.problems} - REFUSABLE:
            raise
        kept = {(p.place.sheet, p.place.cell) for p in refused.problems}
        wanted = {s: {a: v for a, v in told.items() if (s, a) not in kept} for s, told in wanted.items()}
        made = edited(content, path.name, wanted)
    was, now = _cells(book), _cells(parse(made.content, path))
    for sheet, told in wanted.items():
        was |= {(sheet, address): value for address, value in told.items()}
    stale = {(place.sheet, place.cell) for place in made.stale}
    assert {key for key in stale if now[key] != "uncached"} == set(), path.name
    differ = {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)} - stale
    assert {now.get(key) for key in differ} <= {"#N/A"}, path.name


REFUSABLE = {"edit-merged", "edit-locked", "edit-array", "edit-shared", "edit-table", "edit-no-cell"}


def _wanted(sheet: Sheet) -> dict[str, object]:
    """Return new texts and truth values: numbers would show as dates where a cell shows dates."""
    height, width = len(sheet.rows), max(map(len, sheet.rows), default=0)
    places = [(0, 0), (height // 2, width // 2), (height // 3, width), (height, 0), (height + 2, width + 2)]
    values = ["=1+1", True, "钢 <&>", None, "below"]
    return {sheet.place(*place).cell: value for place, value in zip(places, values, strict=True)}


def _cells(book: Book) -> dict[tuple[str, str], object]:
    found: dict[tuple[str, str], object] = {}
    for sheet in book.sheets:
        for r, row in enumerate(sheet.rows):
            found |= {(sheet.name, sheet.place(r, c).cell): cell for c, cell in enumerate(row) if cell is not None}
        found |= {(sheet.name, address): "uncached" for address in sheet.uncached}
        found |= {(sheet.name, address): error for address, error in sheet.errors.items()}
    return found
