"""Small files that ask for everything are refused with one sentence, in seconds and within a gigabyte."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.errors import WorkbookError
from footprint.tables import xlsx
from footprint.tables.read import read

FAR = '<c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
STRINGS = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</sst>'
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

Refused = Callable[[Path], str]
Write = Callable[..., Path]


@pytest.mark.parametrize("cells", [
    FAR,
    FAR.lower(),
    FAR.replace("XFD1048576", "xfd1048576"),
    FAR.replace('<c r="XFD1048576"><v>1</v></c>', "<c r='XFD1048576'><v>1</v></c>"),
    FAR.replace("<v>1</v></c></row>", "<v>1</v></c><!-- --></row>"),
    '<c r="XFD1048576"><v>1</v></c><c r="A1"><v>1</v></c>',
    '<c r="XFD1"><v>1</v></c><c r="A1048576"><v>1</v></c>',
    FAR.replace("<v>1</v></c>", "<is><t>x</t></is></c>").replace("<c ", '<c t="inlineStr" '),
    FAR.replace('<c r="XFD1048576">', '<c t="e" r="XFD1048576">'),
    FAR.replace('<c r="XFD1048576"><v>', '<c r="XFD1048576"><f>1</f><v>'),
    '<c r="XFD1048576"><v>1</v></c>',
])  # fmt: skip
def test_a_far_cell_is_refused_before_memory_is_asked_for(cells: str, book_of: Write, refused: Refused) -> None:
    """A workbook of a few kilobytes whose cells span the grid is refused, with the sheet and the far cell."""
    path = book_of(f'<row r="1">{cells}</row>')
    assert path.stat().st_size < 5000
    assert refused(path) == (
        "book.xlsx:S1!XFD1048576: up to this cell the sheets hold 17179869184 cells, more than 20000000. Delete the "
        "rows and columns beyond the data (Ctrl+End goes to the last cell) and save the file. [extent-too-large]"
    )


@pytest.mark.parametrize("cells", [
    '<q:c xmlns:q="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD1048576"><q:v>1</q:v></q:c>',
    '<q:c r="XFD1048576"><q:v>1</q:v></q:c>',
    '<c r="A4294967296"><v>1</v></c>',
    '<c r="A1048577"><v>1</v></c>',
    '<c r="A9999999"><v>1</v></c>',
    '<c r="XFE1"><v>1</v></c>',
    '<c r="ZZZ1"><v>1</v></c>',
    '<c r="ZZZZZZZZ1"><v>1</v></c>',
    '<c r="A0"><v>1</v></c>',
    '<c r="$A$1"><v>1</v></c>',
    '</row><row r="1048577"><c><v>1</v></c>',
    '</row><row r="99999999999999999999"><c><v>1</v></c>',
    '</row><row r="-1"><c><v>1</v></c>',
])  # fmt: skip
def test_cells_outside_the_grid_are_refused(cells: str, book_of: Write, refused: Refused) -> None:
    """Addresses that no sheet has, and far cells under any prefix, are refused."""
    said = refused(book_of(f'<row r="1"><c r="A1"><v>1</v></c>{cells}</row>'))
    assert said.endswith(("[extent-too-large]", "[workbook-malformed]"))


@pytest.mark.parametrize("xml", [
    '<worksheet {}><sheetData ><!-- <sheetData></sheetData> --><row r="1">{}</row></sheetData></worksheet>',
    '<worksheet {}><!-- <sheetData></sheetData> --><sheetData ><row r="1">{}</row></sheetData></worksheet>',
    '<worksheet {}><sheetData ><!-- <sheetData/> --><row r="1">{}</row></sheetData></worksheet>',
    '<worksheet {}><sheetData><row r="1"></row></sheetData ><sheetData><row r="1">{}</row></sheetData></worksheet>',
    '<worksheet {}><a:sheetData xmlns:a="urn:a"><row r="1">{}</row></a:sheetData><sheetData/></worksheet>',
])  # fmt: skip
def test_cells_are_found_where_calamine_would_find_them(xml: str, package: Write, parts, worker) -> None:
    """Comments and elements that look like the start of cells do not hide a far cell from the scan."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    answer = worker.read(package(parts(xml.format(main, FAR))))
    assert "bug" not in answer
    assert answer.get("refused") == ["extent-too-large"] or answer["sheets"][0]["rows"] == 0


def test_far_cells_without_addresses_are_refused(book_of: Write, refused: Refused) -> None:
    """Cells placed only by their order are counted like others."""
    rows = "<row>" + "<c/>" * 2000 + "<c><v>1</v></c></row>" + "<row/>" * 20000 + "<row><c><v>1</v></c></row>"
    assert "S1!BXY20002" in refused(book_of(rows))


def test_the_sheets_of_a_file_share_one_limit(package: Write, parts, sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many sheets, each below the limit, are refused together; faulty cells count like values."""
    monkeypatch.setattr(xlsx, "MAX_CELLS", 26_000)
    for far in ("<v>1</v>", "<f>1</f>"):
        wide = sheet(f'<row r="1"><c r="A1"><v>1</v></c><c r="J999">{far}</c></row>')
        assert len(read(package(parts(wide, wide))).sheets) == 2
        with pytest.raises(WorkbookError, match=r"book\.xlsx:S3!J999: up to this cell the sheets hold 29970 cells"):
            read(package(parts(wide, wide, wide)))


def test_blanks_to_the_end_of_the_grid_are_no_bomb(book_of: Write, worker) -> None:
    """Formats without values do not count: spreadsheet programs write them down to the last row."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>' + "".join(
        f'<row r="{n}"><c r="A{n}" s="0"/><c r="XFD{n}" s="0"></c></row>' for n in range(1048000, 1048577)
    )
    answer = worker.read(book_of(rows))
    assert [(s["rows"], s["columns"]) for s in answer["sheets"]] == [(1, 1)]
    answer = worker.read(book_of('<row r="1"><c r="A1"><v>1</v></c></row><row r="90000"><c r="AAA90000" s="0"/></row>'))
    assert [(s["rows"], s["columns"]) for s in answer["sheets"]] == [(1, 1)]


@pytest.mark.parametrize("part", ["strings", "styles", "sheet", "workbook", "relations"])
@pytest.mark.parametrize("bomb", [ENTITIES, '<!DOCTYPE x SYSTEM "file:///etc/passwd">', "<!DOCTYPE x>"])
def test_document_types_are_refused(part: str, bomb: str, package: Write, parts, sheet, refused: Refused) -> None:
    """A document type or entity in any part that is read is refused, expanded or not."""
    files = parts(sheet('<row r="1"><c r="A1"><v>1</v></c></row>'), strings=STRINGS.format(""), styles="<styleSheet/>")
    name = {
        "strings": "xl/sharedStrings.xml", "styles": "xl/styles.xml", "sheet": "xl/worksheets/sheet1.xml",
        "workbook": "xl/workbook.xml", "relations": "xl/_rels/workbook.xml.rels",
    }[part]  # fmt: skip
    xml = str(files[name])
    at = xml.index("?>") + 2 if xml.startswith("<?") else 0
    said = refused(package({**files, name: xml[:at] + bomb + xml[at:]}))
    assert said == (
        f"book.xlsx: part '{name}' of the workbook declares a document type or entities, which no workbook needs. "
        "Save only the data in a new workbook. [xml-entities]"
    )


@pytest.mark.parametrize("part", ["worksheets/sheet1.xml", "sharedStrings.xml", "styles.xml", "workbook.xml"])
def test_a_part_that_swells_is_refused(part: str, package: Write, parts, sheet, refused: Refused) -> None:
    """A part that unpacks to hundreds of times its size is given up while unpacking."""
    files = parts(sheet('<row r="1"><c r="A1"><v>1</v></c></row>'), strings=STRINGS.format(""), styles="<styleSheet/>")
    xml = str(files[f"xl/{part}"])
    end = xml.rindex("<")
    swollen = xml[:end] + " " * (48 << 20) + xml[end:]
    assert "unpacks to far more" in refused(package({**files, f"xl/{part}": swollen}))


def test_unread_parts_do_not_matter(package: Write, parts, sheet, worker) -> None:
    """A bomb in a picture is never unpacked."""
    files = parts(sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    assert "sheets" in worker.read(package({**files, "xl/media/image1.png": bytes(64 << 20)}))


@pytest.mark.parametrize("lie", [0, 1, 10**6, 2**32 - 2])
def test_a_false_size_is_noticed(lie: int, book_of: Write, refused: Refused) -> None:
    """A part that is not as long as the directory says is refused."""
    path = book_of('<row r="1"><c r="A1"><v>1</v></c></row>')
    data = bytearray(path.read_bytes())
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = lie.to_bytes(4, "little")
    path.write_bytes(data)
    assert refused(path).endswith("[workbook-truncated]")


def test_one_long_text_shown_by_many_cells_is_refused(book_of: Write, refused: Refused, worker) -> None:
    """A shared text is copied for each cell: what the cells show is added up, not what the file holds."""
    strings = STRINGS.format(f"<si><t>{'x' * 32767}</t></si>")
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 12001))
    assert refused(book_of(rows, strings=strings)).endswith("[text-too-large]")
    assert refused(book_of(rows.replace('"', "'"), strings=strings)).endswith("[text-too-large]")
    assert "sheets" in worker.read(book_of(rows[: rows.index('<row r="200"')], strings=strings))


def test_endless_attributes_are_refused(book_of: Write, refused: Refused) -> None:
    """An element of thousands of attributes, quadratic for some parsers, is refused."""
    many = " ".join(f'a{n}="1"' for n in range(20000))
    assert refused(book_of(f'<row r="1" {many}><c r="A1"><v>1</v></c></row>')).endswith("[workbook-malformed]")
    assert refused(book_of("", before=f'<dimension ref="A1" {many}/>')).endswith("[workbook-malformed]")


def test_deep_nesting_is_survived(book_of: Write, worker) -> None:
    """A hundred thousand nested elements neither crash nor hang."""
    deep = "<a>" * 100000 + "</a>" * 100000
    assert "bug" not in worker.read(book_of('<row r="1"><c r="A1"><v>1</v></c></row>', after=deep))
    assert "bug" not in worker.read(book_of(f'<row r="1"><c r="A1">{deep}<v>1</v></c></row>'))


def test_fifty_thousand_merged_ranges_are_read(book_of: Write, worker) -> None:
    """Merged ranges cost time in proportion to their number."""
    merged = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 50001))
    answer = worker.read(book_of("", after=f"<mergeCells>{merged}</mergeCells>"))
    assert answer["sheets"][0]["merged"] == 50000


def test_nested_archives_are_not_opened(tmp_path: Path, refused: Refused) -> None:
    """A zip of zips is not a workbook."""
    path = tmp_path / "quine.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("r/r.zip", b"PK\x03\x04" * 99)
    assert refused(path).endswith("[not-a-workbook]")
