"""Workbooks read in a process of their own: what they hold, what they hide, and what becomes of a bomb."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from hashlib import sha512
from pathlib import Path

import pytest

from footprint.errors import FootprintError, WorkbookError
from footprint.layouts.bill import imported
from footprint.layouts.naming.layout import Layout
from footprint.tables import apart, odf, swollen
from footprint.tables.read import read, read_any

OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
SHARED = Path(__file__).parents[2] / "shared" / "cases" / "16_spreadsheet_torture" / "files"


def written(path: Path, body: str, *more: tuple[str, bytes]) -> Path:
    """Write an OpenDocument spreadsheet of one sheet whose rows are ``body``."""
    kinds = {name: f"{OFFICE}:{name}:1.0" for name in ("office", "table", "text")}
    spaces = " ".join(f'xmlns:{name}="{kind}"' for name, kind in kinds.items())
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="BOM">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = (
        f'<?xml version="1.0"?><m:manifest xmlns:m="{OFFICE}:manifest:1.0"><m:file-entry m:full-path="/" '
        'm:media-type="application/vnd.oasis.opendocument.spreadsheet"/></m:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("META-INF/manifest.xml", manifest)
        made.writestr("content.xml", content)
        for name, data in more:
            made.writestr(name, data)
    return path


def row(cells: Sequence[object], times: int = 1) -> str:
    """Return a row of numbers, days and texts, written ``times``."""
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(map(cell, cells))}</table:table-row>'


def cell(value: object) -> str:
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if isinstance(value, dt.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def shown(value: float, times: int = 1) -> str:
    """Return cells that show a number in per cent."""
    said = f'office:value-type="percentage" office:value="{value}"'
    return f'<table:table-cell table:number-columns-repeated="{times}" {said}/>'


def test_cells_of_an_opendocument_sheet_in_per_cent_are_known(tmp_path: Path) -> None:
    """Repeated cells and rows, and those that others cover, count with how many they are; 5 % is five hundredths."""
    covered = '<table:covered-table-cell table:number-columns-repeated="2"/>'
    line = f'<table:table-row table:number-rows-repeated="2">{cell("A")}{covered}{shown(0.05, 2)}</table:table-row>'
    path = written(tmp_path / "b.ods", row(["Name", "B", "C", "D", "E"]) + line + row([0.5]))
    (sheet,) = read_any(path).sheets
    assert sheet.rows[2] == ("A", None, None, 0.05, 0.05)
    assert (sheet.per_cent, sheet.is_bare) == ({"D2", "E2", "D3", "E3"}, False)


def test_few_bytes_that_say_of_millions_of_cells_that_they_are_in_per_cent_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Repeated cells count with how many they are; up to the limit they are known."""
    monkeypatch.setattr(odf, "_MOST", 100)
    line = '<table:table-row table:number-rows-repeated="{}">' + shown(0.05, 10) + "</table:table-row>"
    (sheet,) = read_any(written(tmp_path / "b.ods", line.format(10))).sheets
    assert len(sheet.per_cent) == 100
    with pytest.raises(FootprintError, match="more than 100 cells in per cent"):
        read_any(written(tmp_path / "c.ods", line.format(11)))


@pytest.mark.parametrize("caption", ["损耗率", "损耗率(%)"])
def test_a_loss_that_is_shown_in_per_cent_is_that(caption: str, tmp_path: Path) -> None:
    """20 % are a fifth, whatever the header says; where nobody tells formats, it is asked about."""
    head = row(["编码", "用量", "单位", caption])
    line = f"<table:table-row>{cell('A-1')}{cell(1.0)}{cell('kg')}{shown(0.2)}</table:table-row>"
    book = read_any(written(tmp_path / "b.ods", head + line))
    (line_,) = imported([book], Layout(), dt.date(2026, 1, 1)).lines
    assert line_.loss == pytest.approx(0.2)
    unknown = book._replace(sheets=tuple(one._replace(per_cent=frozenset(), is_bare=True) for one in book.sheets))
    with pytest.raises(FootprintError, match=r"whether the loss of 0\.2 is a percentage or a fraction"):
        imported([unknown], Layout(), dt.date(2026, 1, 1))


def test_an_opendocument_sheet_is_read_with_its_numbers_days_and_texts(tmp_path: Path) -> None:
    """Values keep their type; nobody claims to know what the format does not tell."""
    body = row(["Name", "Qty"]) + row(["Bolt", 4.0]) + row(["007", dt.date(2026, 1, 2)])
    (sheet,) = read_any(written(tmp_path / "b.ods", body)).sheets
    assert sheet.rows == (("Name", "Qty"), ("Bolt", 4.0), ("007", dt.date(2026, 1, 2)))
    assert (sheet.name, sheet.is_blind) == ("BOM", True)


def test_what_hides_formulas_is_no_workbook_to_calculate_from(tmp_path: Path) -> None:
    """A workbook that is calculated from is refused in a format that may hide what was never calculated."""
    with pytest.raises(WorkbookError, match="format-unsupported"):
        read(written(tmp_path / "b.ods", row(["Name"])))


EMPTY = '<table:{} table:style-name="ce1" table:number-columns-repeated="{}"/>'


def swelling(cells: str, rows: int) -> str:
    return f'<table:table-row table:number-rows-repeated="{rows}">{cells}</table:table-row>'


def many(cell_: str, times: int) -> str:
    """Return a cell that is repeated, said behind all else of it."""
    return cell_.replace('"/>', f'" table:number-columns-repeated="{times}"/>', 1)


@pytest.mark.parametrize(
    "body",
    [
        swelling(shown(0.05, 5000), 1000),
        swelling(many(cell(1.0), 5000), 1000),
        swelling(many(cell(1.0), 5000).replace("table-cell", "covered-table-cell"), 1000),
        swelling(cell("a") * 50, 100_000),
        swelling(cell(""), 3_000_000),
        swelling('<table:table-cell table:formula="of:=1" table:number-columns-repeated="5000"/>', 1000),
        row(["a"]) + swelling(EMPTY.format("table-cell", 16384), 500_000) + row(list("abcde")),
        swelling(EMPTY.format("table-cell", 16383) + cell(1.0), 1) + row([1.0], 1000),
        row([1.0]) + swelling(EMPTY.format("table-cell", 1), 10**12) + row([1.0]),
        "</table:table>".join(['<table:table table:name="a">' + swelling(many(cell(1.0), 1000), 1000)] * 3),
    ],
    ids=["per cent", "numbers", "covered", "rows", "texts", "formulas", "between", "beside", "beyond", "sheets"],
)
def test_a_sheet_that_swells_is_refused_before_anybody_writes_it_out(
    body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few bytes that stand for millions of cells are counted, not written out."""
    monkeypatch.setattr(apart, "_answered", lambda *_: pytest.fail("the sheet is written out"))
    with pytest.raises(WorkbookError, match=r"cells, more than 1\d{6}\. Delete the rows and columns.*extent-too-large"):
        read_any(written(tmp_path / "b.ods", body))


def test_a_sheet_that_is_empty_to_its_end_is_read(tmp_path: Path) -> None:
    """Styled, covered and plain empty cells at the end of rows and empty rows at the end of a sheet are no cells."""
    ends = EMPTY.format("covered-table-cell", 300) + EMPTY.format("table-cell", 16081)
    lines = [swelling("".join(map(cell, line)) + ends, 2) for line in (["a", "b", "c"], [1.0, 2.0, 3.0])]
    rules = '<calcext:condition xmlns:calcext="urn:calcext" calcext:value="&gt;5"/>'
    body = "".join(lines) + swelling(EMPTY.format("table-cell", 16384), 1_048_572) + rules
    (sheet,) = read_any(written(tmp_path / "b.ods", body)).sheets
    assert sheet.rows == (("a", "b", "c"),) * 2 + ((1.0, 2.0, 3.0),) * 2


def test_the_more_cells_are_written_the_more_may_be_empty_between_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of two cells are read with eight empty ones between, whatever their number, and not with a hundred."""
    monkeypatch.setattr(swollen, "_UNWRITTEN", 0)
    lines = [cell("a") + EMPTY.format("table-cell", between) + cell(1.0) for between in (8, 100)]
    half, hollow = (written(tmp_path / f"{n}.ods", swelling(line, 1) * 50) for n, line in enumerate(lines))
    assert len(read_any(half).sheets[0].rows[0]) == 10
    with pytest.raises(WorkbookError, match=r"1\.ods:BOM!CX50: .* 5100 cells, more than 600"):
        read_any(hollow)


def test_a_sheet_that_reaches_too_far_ends_the_process_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seventeen thousand million cells in a few hundred bytes are refused; this process goes on."""
    monkeypatch.setattr(apart, "bounded", lambda *_: None)
    wide = row(["Name"]).replace("<table:table-cell ", '<table:table-cell table:number-columns-repeated="16384" ')
    path = written(tmp_path / "b.ods", wide.replace('repeated="1"', 'repeated="1048576"', 1))
    with pytest.raises(WorkbookError, match=r"workbook-unreadable|extent-too-large|workbook-slow"):
        read_any(path)


def test_a_part_that_swells_is_refused_before_anybody_reads_it(tmp_path: Path) -> None:
    """Each part is inflated within bounds first."""
    path = written(tmp_path / "b.ods", row(["Name"]), ("more.xml", bytes(64 << 20)))
    with pytest.raises(WorkbookError, match="zip-bomb"):
        read_any(path)


def test_a_sheet_too_long_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no bomb for that: another format holds more."""
    monkeypatch.setattr(apart, "MAX_TEXT", 1 << 20)
    path = written(tmp_path / "long.ods", row([sha512(b"%d" % at).hexdigest() for at in range(8000)]))
    with pytest.raises(WorkbookError, match=r"more than 1 MB\. Save the workbook as \.xlsx"):
        read_any(path)


@pytest.mark.slow
def test_a_long_sheet_is_read(tmp_path: Path) -> None:
    """The most of a small part, 64 MB, is too little for many rows."""
    path = written(tmp_path / "long.ods", "".join(row([sha512(b"%d" % at).hexdigest() * 8]) for at in range(70_000)))
    assert len(read_any(path).sheets[0].rows) == 70_000


def test_patience_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that takes too long is stopped, and said to be."""
    monkeypatch.setattr(apart, "PATIENCE_S", 0.001)
    with pytest.raises(WorkbookError, match="workbook-slow"):
        read_any(written(tmp_path / "b.ods", row(["Name"])))


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the published hostile sheets")
def test_a_binary_workbook_is_read(tmp_path: Path) -> None:
    """An xlsb of dates holds days."""
    (sheet, *_) = read_any(SHARED / "poi__date.xlsb").sheets
    assert any(isinstance(value, dt.date) for line in sheet.rows for value in line)
