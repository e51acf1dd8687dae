"""What is not a workbook, or not all of one, is refused with one sentence that says so."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.errors import RequestError, WorkbookError
from footprint.tables import container as containers
from footprint.tables.read import read
from footprint.tables.values import refusing

Refused = Callable[[Path], str]
Write = Callable[..., Path]
NOT_A_WORKBOOK = (
    "the file is not a workbook, whatever its name says. Open it in a spreadsheet program and save it as .xlsx. "
    "[not-a-workbook]"
)
DAMAGED = (
    "the file is cut off or damaged. Copy or download it again, or save it anew in a spreadsheet program. "
    "[workbook-truncated]"
)
ROWS = "".join(f'<row r="{n}"><c r="A{n}"><v>{n * 1.37}</v></c></row>' for n in range(1, 400))


@pytest.mark.parametrize("content", [
    b"P", b"PK", b"PK\x05\x06" + bytes(18), b"\x89PNG\r\n\x1a\n" + bytes(99), b"%PDF-1.7", b"name,mass\nsteel,1",
    b"<html><table><tr><td>1</td></tr></table></html>", b'<?xml version="1.0"?><Workbook/>', bytes(999), b"\xff" * 999,
])  # fmt: skip
@pytest.mark.parametrize("suffix", ["xlsx", "xls", "xlsm"])
def test_other_files_are_no_workbooks(content: bytes, suffix: str, tmp_path: Path, refused: Refused) -> None:
    """A file is known by its first bytes, not by its name."""
    path = tmp_path / f"bom.{suffix}"
    path.write_bytes(content)
    assert refused(path) == f"bom.{suffix}: {NOT_A_WORKBOOK}"


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "csv", "ods"])
def test_an_empty_file_is_called_empty(suffix: str, tmp_path: Path, refused: Refused) -> None:
    """A file of no bytes is neither a broken workbook nor a table without rows."""
    path = tmp_path / f"bom.{suffix}"
    path.touch()
    assert refused(path) == f"bom.{suffix}: the file is empty. Export or copy it again. [file-empty]"


@pytest.mark.parametrize("part", ["word/document.xml", "ppt/presentation.xml", "META-INF/MANIFEST.MF", "a.txt"])
def test_other_archives_are_no_workbooks(part: str, package: Write, refused: Refused) -> None:
    """A zip file without a workbook is none: documents, presentations, archives."""
    assert refused(package({part: "<x/>"})) == f"book.xlsx: {NOT_A_WORKBOOK}"


@pytest.mark.parametrize(("parts", "format"), [
    ({"xl/workbook.bin": "", "_rels/.rels": "xl/workbook.bin"}, "xlsb"),
    ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}, "OpenDocument"),
])  # fmt: skip
def test_formats_whose_extent_cannot_be_bounded_are_refused(
    parts: dict[str, str], format: str, package: Write, refused: Refused  # noqa: A002
) -> None:
    """Binary and OpenDocument workbooks are refused with what to do instead."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    listed = f'<Relationships><Relationship Id="r" Type="{office}" Target="xl/workbook.bin"/></Relationships>'
    files = {name: listed if name == "_rels/.rels" else content for name, content in parts.items()}
    assert refused(package(files)) == (
        f"book.xlsx: workbooks of the format {format} are not read. Open it in a spreadsheet program and save it as "
        ".xlsx. [format-unsupported]"
    )


def test_no_beginning_of_a_workbook_is_a_workbook(book_of: Write, tmp_path: Path, refused: Refused) -> None:
    """A workbook cut off anywhere is refused as cut off."""
    data = book_of(ROWS).read_bytes()
    for length in {*range(4, len(data), 151), *range(len(data) - 30, len(data))}:
        path = tmp_path / "cut.xlsx"
        path.write_bytes(data[:length])
        assert refused(path) == f"cut.xlsx: {DAMAGED}"


def test_a_flipped_bit_does_not_change_a_number(book_of: Write, tmp_path: Path, worker) -> None:
    """Every flipped bit in the packed cells is noticed, by their checksum at the latest."""
    path = book_of(ROWS)
    data = path.read_bytes()
    start = data.index(b"xl/worksheets/sheet1.xml") + 60
    for at in range(start, start + 900, 31):
        path.write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        assert worker.read(path).get("refused") in (["workbook-truncated"], ["workbook-malformed"])


def test_encrypted_workbooks_are_refused(compound: Write, refused: Refused) -> None:
    """A workbook with a password is a compound file of an encrypted package, whatever its name."""
    for name in ("secret.xlsx", "secret.xls", "secret.bin"):
        path = compound({"EncryptionInfo": b"x", "EncryptedPackage": bytes(5000)}, name)
        assert refused(path) == f"{name}: the workbook is encrypted. Save it without a password. [workbook-encrypted]"


def test_encrypted_parts_are_refused(book_of: Write, refused: Refused) -> None:
    """A zip file with a password is refused alike."""
    path = book_of(ROWS)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    data[at + 8] |= 1
    path.write_bytes(data)
    assert refused(path).endswith("[workbook-encrypted]")


@pytest.mark.parametrize("name", ["../../etc/passwd", "xl/../../evil.xml", "..\\..\\evil.xml", "xl/..\\evil.xml"])
def test_names_that_lead_out_of_the_file_are_refused(name: str, package: Write, parts, sheet, refused: Refused) -> None:
    """Nothing is ever unpacked to a disk; yet a file that tries is not trusted."""
    files = {**parts(sheet(ROWS)), name: "x"}
    assert refused(package(files)) == (
        f"book.xlsx: the file holds a part named '{name}', which points out of the file. "
        "Ask its sender for a clean copy. [zip-unsafe-name]"
    )


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "XL/Worksheets/SHEET1.xml", "xl\\worksheets\\sheet1.xml"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_doubled_sheet_is_refused(name: str, book_of: Write, refused: Refused) -> None:
    """Two parts of one name: readers differ in which they take, so neither is taken."""
    path = book_of(ROWS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "<worksheet/>")
    assert "is in the file twice" in refused(path)


def test_two_sheets_of_one_part_are_refused(package: Write, parts, sheet, refused: Refused) -> None:
    """A part stands for one sheet."""
    files = parts(sheet(ROWS), sheet(ROWS))
    files["xl/_rels/workbook.xml.rels"] = files["xl/_rels/workbook.xml.rels"].replace("sheet2", "sheet1")
    assert "is in the file twice" in refused(package(files))


@pytest.mark.parametrize("target", [
    "worksheets/sheet9.xml", "https://example.org/x.xml", "../../sheet1.xml",
    'worksheets/sheet1.xml" TargetMode="External',
])  # fmt: skip
def test_a_missing_sheet_is_named(target: str, package: Write, parts, sheet, refused: Refused) -> None:
    """A sheet whose part is missing is refused by its name; no link is followed."""
    files = parts(sheet(ROWS))
    files["xl/_rels/workbook.xml.rels"] = files["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", target)
    said = refused(package(files))
    assert said.startswith("book.xlsx:S1: part '")
    assert said.endswith("[workbook-part-missing]")


def test_external_links_are_not_followed(package: Write, parts, sheet, worker) -> None:
    """A link to another workbook is left alone."""
    files = parts(sheet('<row r="1"><c r="A1"><f>[1]S!A1</f><v>7</v></c></row>'))
    link = '<Relationship Id="e" TargetMode="External" Target="file:///etc/passwd" Type="x/externalLink"/>'
    listed = "xl/_rels/workbook.xml.rels"
    files[listed] = files[listed].replace("<Relationship ", f"{link}<Relationship ", 1)
    assert "sheets" in worker.read(package(files))


@pytest.mark.parametrize("part", [
    "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "_rels/.rels",
])  # fmt: skip
@pytest.mark.parametrize("content", [
    b"", b"<", b"<a><b></a>", b"\xff\xfe", b"not xml", b"<a/><b/>", b'<?xml version="1.0" encoding="cp037"?><a/>',
])  # fmt: skip
def test_malformed_parts_are_refused(part: str, content: bytes, package: Write, parts, sheet, refused: Refused) -> None:
    """A part that is no XML is refused by its name."""
    assert f"part '{part}' of the workbook is malformed" in refused(package({**parts(sheet(ROWS)), part: content}))


@pytest.mark.parametrize("end", ["</sheetData>", "</row></sheetData>", "", "</c></row></sheetData>", "<v>"])
def test_cells_cut_off_are_refused(end: str, package: Write, parts, refused: Refused, sheet) -> None:
    """A sheet whose cells end in the middle is refused."""
    xml = sheet(ROWS).split("</sheetData>")[0][:-20] + end
    assert refused(package(parts(xml))).endswith("[workbook-malformed]")


def test_a_file_that_is_not_there_is_a_request_that_cannot_be_served(tmp_path: Path) -> None:
    """A missing file and a folder are the fault of the call."""
    for path, code in ((tmp_path / "none.xlsx", "file-missing"), (tmp_path, "not-a-file")):
        with pytest.raises(RequestError, match=rf"\[{code}\]"):
            read(path)


def test_a_panic_of_the_reader_is_a_refusal() -> None:
    """What calamine does not foresee is told as a workbook that cannot be read; a stop from outside passes."""
    panic = type("PanicException", (BaseException,), {})
    with pytest.raises(WorkbookError, match=r"the workbook cannot be read \(index out of bounds\)"), refusing("b.xlsx"):
        raise panic("index out of bounds")
    with pytest.raises(KeyboardInterrupt), refusing("book.xlsx"):
        raise KeyboardInterrupt


def test_all_parts_together_are_bounded(book_of: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unpacked is added up over the parts of a file."""
    path = book_of(ROWS)
    monkeypatch.setattr(containers, "MAX_INFLATED", 10000)
    with pytest.raises(WorkbookError, match="unpacks to far more"):
        read(path)


@pytest.mark.parametrize("damage", [
    lambda data: data[:300], lambda data: data[:512], lambda data: data[:1024], lambda data: data[: len(data) // 2],
    lambda data: data[:30] + b"\x3f\0" + data[32:], lambda data: data[:44] + b"\xff" * 8 + data[52:],
    lambda data: data[:-1024] + struct.pack("<128I", *range(128)) + data[-512:],
])  # fmt: skip
def test_a_compound_file_that_bites_its_tail_is_refused(damage, compound: Write, refused: Refused) -> None:
    """Sectors missing, or chained in a circle, are refused at once."""
    path = compound({"Workbook": bytes(5000)})
    path.write_bytes(damage(path.read_bytes()))
    assert refused(path) == f"book.xls: {DAMAGED}"
