"""Workbooks as spreadsheet programs write them are read as they were written, fast, and without heavy imports."""

from __future__ import annotations

import datetime
import hashlib
import io
import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from footprint.model.sheets import Cell
from footprint.provenance import column_letters
from footprint.tables import portions
from footprint.tables.address import column_number, column_pattern, row_pattern
from footprint.tables.container import Container
from footprint.tables.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from footprint.tables.plain import PlainCells
from footprint.tables.read import read
from footprint.tables.rewrite import rewrite
from footprint.tables.scan import scan_plain
from footprint.tables.values import Common
from footprint.tables.xlsx import read_xlsx

DAY = datetime.date(2024, 2, 29)
MOMENT = datetime.datetime(2024, 2, 29, 12, 30)  # noqa: DTZ001


def written(sheets: Sequence[Sequence[Sequence[object]]], *, inline: bool = False) -> bytes:
    """Return a workbook XlsxWriter writes of ``sheets``; ``inline`` texts stand in their cells."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": not inline, "constant_memory": inline}) as book:
        formats = {type(DAY): "yyyy-mm-dd", type(MOMENT): "yyyy-mm-dd hh:mm"}
        styles = {kind: book.add_format({"num_format": text}) for kind, text in formats.items()}
        for rows in sheets:
            sheet = book.add_worksheet()
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    if type(cell) in styles:
                        sheet.write_datetime(r, c, cell, styles[type(cell)])
                    elif isinstance(cell, str):
                        sheet.write_string(r, c, cell)
                    elif cell is not None:
                        sheet.write(r, c, cell)
    return out.getvalue()


def parts(data: bytes) -> list[tuple[Container, str]]:
    container = Container(data, "book.xlsx")
    names = (f"xl/worksheets/sheet{n}.xml" for n in range(1, 9))
    return [(container, name) for name in names if name in container]


ROWS = [
    ["line", "name", "quantity", None], ["L1", "钢板 ", 1850, DAY], [None, 'a "b" <c> & d\n', 0.1, True],
    ["L3", "007", -1e-300, MOMENT], ["#", "=1+1", 123456789012345, False],
]  # fmt: skip


@pytest.mark.parametrize("inline", [False, True])
def test_what_was_written_is_read(inline: bool, tmp_path: Path) -> None:
    """Texts, numbers, dates, truth values and blanks come back; the book knows its name and checksum."""
    path = tmp_path / "泵.xlsx"
    path.write_bytes(written([ROWS, [], [[1.0]]], inline=inline))
    book = read(path)
    wanted = tuple(tuple(float(c) if type(c) is int else c for c in row) for row in ROWS)
    assert [sheet.rows for sheet in book.sheets] == [wanted, (), ((1.0,),)]
    assert [type(c) for row in book.sheets[0].rows for c in row] == [type(c) for row in wanted for c in row]
    assert (book.file, book.sheets[0].file, book.sheets[0].name) == ("泵.xlsx", "泵.xlsx", "Sheet1")
    assert book.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_usual_writers_are_plain(tmp_path: Path) -> None:
    """What XlsxWriter and openpyxl write goes the fast way: the slow one would cost seconds for large sheets."""
    openpyxl = pytest.importorskip("openpyxl")
    theirs = openpyxl.Workbook()
    for row in ROWS:
        theirs.active.append(row)
    theirs.active["A1"].font = openpyxl.styles.Font(bold=True)
    theirs.active.merge_cells("F1:G2")
    theirs.active["H9"] = "=1+1"
    theirs.active.row_dimensions[3].hidden = True
    theirs.save(tmp_path / "theirs.xlsx")
    for data in (written([ROWS]), written([ROWS], inline=True), (tmp_path / "theirs.xlsx").read_bytes()):
        for container, part in parts(data):
            scan_plain(container, part, (), lambda *_: None)
    sheet = read(tmp_path / "theirs.xlsx").sheets[0]
    assert (sheet.uncached, sheet.hidden, sheet.merged) == ({"B5", "H9"}, {3}, ("F1:G2",))


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(st.characters(min_codepoint=33, max_codepoint=0xD7FF, exclude_categories=("Cc", "Cs", "Cn")), min_size=1),
    st.dates(datetime.date(1901, 1, 1), datetime.date(2100, 1, 1)),
)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=8), st.booleans())
def test_reading_undoes_writing(rows: list[list[Cell]], inline: bool) -> None:
    """Any grid written is the grid read, trailing blanks aside; the fast scan and the slow one agree on it."""
    data = written([rows], inline=inline)
    sheet = read_xlsx(data, "book.xlsx")[0]
    found = {(r, c): cell for r, row in enumerate(sheet.rows) for c, cell in enumerate(row) if cell is not None}
    wanted = {(r, c): cell for r, row in enumerate(rows) for c, cell in enumerate(row) if cell is not None}
    assert found.keys() == wanted.keys()
    assert all(same(found[place], wanted[place]) for place in wanted)
    assert len({len(row) for row in sheet.rows}) <= 1
    assert not sheet.rows or any(cell is not None for cell in sheet.rows[-1])
    container, part = parts(data)[0]
    fast, slow = scan_plain(container, part, (), lambda *_: None), rewrite(container, part, ())
    assert (fast.errors, fast.uncached, fast.hidden) == (slow.errors, slow.uncached, slow.hidden) == ({}, set(), set())
    assert fast.rows >= slow.rows == len(sheet.rows)
    assert fast.columns >= slow.columns == (len(sheet.rows[0]) if sheet.rows else 0)


def same(found: Cell, wanted: Cell) -> bool:
    if isinstance(wanted, float):
        return isinstance(found, float) and math.isclose(found, wanted, rel_tol=1e-15)
    return found == wanted and type(found) is type(wanted)


@pytest.mark.parametrize("inline", [False, True])
def test_portions_make_one_sheet(inline: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet read in portions is the sheet read as a whole, gaps, faults and hidden rows included."""
    rows: list[list[object]] = [[f"L{r}", r * 1.5, None, "steel"] if r % 7 else [] for r in range(20002)]
    data = written([rows, [[1.0]]], inline=inline)
    whole = read_xlsx(data, "book.xlsx")
    read_at_once: list[int] = []
    monkeypatch.setattr(portions, "PORTION", 100_000)
    monkeypatch.setattr(portions.Portions, "wanted", 0)
    monkeypatch.setattr(portions.Portions, "_submit", counting(portions.Portions._submit, read_at_once))
    assert read_xlsx(data, "book.xlsx") == whole
    assert len(read_at_once) >= 2
    assert len(whole[0].rows) == 20002


def counting(function, calls: list[int]):
    def counted(self, *cells: bytes) -> None:
        calls.append(len(cells))
        function(self, *cells)

    return counted


def test_portions_out_of_order_are_read_as_a_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Rows written in any order come out in theirs, however large the sheet."""
    import zipfile

    path = tmp_path / "book.xlsx"
    path.write_bytes(written([[[float(r)] for r in range(1, 9000)]]))
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    xml = files["xl/worksheets/sheet1.xml"]
    start, end = xml.index(b"<row"), xml.index(b"</sheetData>")
    half = xml.index(b'<row r="5000"')
    files["xl/worksheets/sheet1.xml"] = xml[:start] + xml[half:end] + xml[start:half] + xml[end:]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    monkeypatch.setattr(portions, "PORTION", 50_000)
    assert read(path).sheets[0].rows == tuple((float(r),) for r in range(1, 9000))


def test_portions_do_not_add_up_to_more_than_a_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions that each span a large extent are given up, for calamine asks for memory for the extent of each."""
    row = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="900"><c r="J900"><v>1</v></c></row>' * 1000
    monkeypatch.setattr(portions, "PORTION", len(row))
    for extent, count, given_up in ((26 * 999, 9, False), (26 * 999, 20, True), (MAX_CELLS // 2 + 1, 1, True)):
        monkeypatch.setattr(portions, "_LARGEST", 30_000 if count > 1 else MAX_CELLS // 2)
        monkeypatch.setattr(portions, "MAX_CELLS", 100_000)
        reading = portions.Portions(Common(None, None, date1904=False))
        for _ in range(count):
            reading.add(row, extent)
        assert reading.gave_up == given_up
        reading.close()


@given(st.integers(1, MAX_ROWS), st.integers(1, MAX_COLUMNS))
def test_address_patterns_bound_what_they_admit(row: int, column: int) -> None:
    """The pattern for a bound admits every address up to it and none beyond: the safety of the fast scan."""
    import re

    rows, last = row_pattern(row)
    assert row <= last
    matches = re.compile(rb"(?:%s)" % rows).fullmatch
    assert all(matches(b"%d" % n) for n in (1, row, last, max(row // 3, 1)))
    assert not any(matches(b"%d" % n) for n in (0, last + 1, last * 2, last * 10 + 9))
    columns, far = column_pattern(column)
    matches = re.compile(rb"(?:%s)" % columns).fullmatch
    assert column <= far
    assert all(matches(column_letters(n - 1).encode()) for n in (1, column, far, max(column // 3, 1)))
    assert not any(matches(column_letters(n - 1).encode()) for n in (far + 1, far * 2, far + 26))


@given(st.integers(1, MAX_COLUMNS))
def test_column_letters_and_numbers_are_inverse(number: int) -> None:
    """Letters and numbers of columns convert into each other."""
    assert column_number(column_letters(number - 1)) == number


@given(st.lists(st.tuples(st.integers(1, MAX_ROWS), st.integers(1, MAX_COLUMNS)), min_size=1, max_size=30))
def test_the_fast_scan_bounds_every_cell(places: list[tuple[int, int]]) -> None:
    """Wherever the cells stand and in whatever order, the bounds hold them all."""
    cells = PlainCells(())
    xml = b"".join(b'<c r="%s%d"><v>1</v></c>' % (column_letters(c - 1).encode(), r) for r, c in places)
    assert cells.walk(xml, 0) == len(xml)
    assert all(r <= cells.rows and c <= cells.columns for r, c in places)


def test_importing_the_door_is_light() -> None:
    """The reader is imported without calamine, zip, XML or threads: these come with the first file that needs them."""
    script = "import sys, footprint.tables.read; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"python_calamine", "zipfile", "pyexpat", "xlrd", "csv", "threading", "openpyxl", "pandas", "numpy"}
    assert heavy & set(loaded) <= {"csv"}  # the message table is a csv file
