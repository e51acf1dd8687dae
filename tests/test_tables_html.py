"""Tables of web pages under the name of a workbook: read as they are seen, in a time that their length allows."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest

from footprint.errors import WorkbookError
from footprint.tables.read import read, read_any

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>td {mso-number-format:"@"}</style>
<!--[if gte mso 9]><xml><x:Name>Other</x:Name><table><tr><td>no</td></tr></table></xml><![endif]--></head>
<body><h1>Bill</h1><table border=1><tr><th rowspan="2">编码<th colspan=2>用量</th></tr>
<tr><th>数量</th><th>单位</th></tr>
<TR><TD>007</TD><td align=right>
   2</td><td rowspan=2>件</td></tr>
<tr><td>&nbsp;&nbsp;8 &amp; b<table><tr><td>x</td></tr></table></td><td>1.250</td></tr></table>
<script>document.write("<table><tr><td>no</td></tr></table>")</script><table><tr><td>last</table></body></html>"""


def of(tmp_path: Path, content: bytes, name: str = "bom.xls"):
    (tmp_path / name).write_bytes(content)
    return read_any(tmp_path / name).sheets


@pytest.mark.parametrize(("name", "encoding"), [
    ("bom.xls", "utf-8"), ("bom.html", "utf-8-sig"), ("bom.xlsx", "gb18030"), ("bom.xls", "utf-16"),
])  # fmt: skip
def test_the_tables_of_a_page_are_sheets(tmp_path: Path, name: str, encoding: str) -> None:
    """Codes stay texts, merged cells are said, what a browser does not show is not read."""
    first, last = of(tmp_path, PAGE.encode(encoding), name)
    assert first.rows == (
        ("编码", "用量", None), (None, "数量", "单位"), ("007", 2.0, "件"), ("  8 & b x", "1.250", None),
    )  # fmt: skip
    assert first.merged == ("A1:A2", "B1:C1", "C3:C4")
    assert last.rows == (("last",),)


def test_the_encoding_that_a_page_states_counts(tmp_path: Path) -> None:
    """Letters with accents are not guessed."""
    page = '<html><meta charset="iso-8859-2"><table><tr><td>Łódź</td></tr></table>'.encode("iso-8859-2")
    assert of(tmp_path, page)[0].rows == (("Łódź",),)


def test_a_text_under_the_name_of_a_workbook_is_a_text(tmp_path: Path) -> None:
    """Many systems write lists parted by tabs and call them xls."""
    for encoding in ("utf-8", "utf-16"):
        assert of(tmp_path, "编码\t用量\n007\t2\n".encode(encoding))[0].rows == (("编码", "用量"), ("007", 2.0))


def test_a_page_is_no_workbook_of_the_guided_form(tmp_path: Path) -> None:
    """Only imports look into pages."""
    of(tmp_path, PAGE.encode())
    with pytest.raises(WorkbookError, match="not-a-workbook"):
        read(tmp_path / "bom.xls")


@pytest.mark.parametrize("page", [
    "<table>" + "<td>" * 200_000, "<!--" * 200_000 + "<table>", "<table>" * 200_000, "<html " + " " * 2_000_000,
    "<table><tr>" + "<td colspan=16000 rowspan=99999>" * 2_000, "<table><tr><td>" + "&amp" * 200_000,
    "<html><p>no table", "<table>" + "<tr><td rowspan=99999>" * 20_000, "<style>" * 200_000 + "<table>",
])  # fmt: skip
def test_a_malformed_page_takes_no_time(tmp_path: Path, page: str) -> None:
    """Read, or refused with its place: each mark is looked at once."""
    started = time.process_time()
    with suppress(WorkbookError):
        of(tmp_path, page.encode())
    assert time.process_time() - started < 3


SPREADSHEET = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="s1"/></Styles><Worksheet ss:Name="BOM"><Table ss:ExpandedColumnCount="9">
<Row><Cell ss:MergeDown="1"><Data ss:Type="String">编码</Data></Cell>
<Cell ss:MergeAcross="1"><Data ss:Type="String">用量</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="String">数量</Data></Cell><Cell><Data ss:Type="String">单位</Data></Cell></Row>
<Row ss:Index="4"><Cell><Data ss:Type="String">007</Data></Cell>
<Cell ss:Formula="=1+1"><Data ss:Type="Number">2.5</Data></Cell>
<Cell><Data ss:Type="String">k<B>g</B></Data></Cell></Row></Table></Worksheet>{more}</Workbook>"""


def test_the_sheets_of_an_xml_spreadsheet_are_read(tmp_path: Path) -> None:
    """Cells stand where their numbers say, merged ones are said, and formulas are what they give."""
    more = '<Worksheet ss:Name="Other"><Table><Row><Cell/></Row></Table></Worksheet>'
    bill, other = of(tmp_path, SPREADSHEET.format(more=more).encode())
    assert bill.rows == (
        ("编码", "用量", None), (None, "数量", "单位"), (None, None, None), ("007", 2.5, "kg"),
    )  # fmt: skip
    assert (bill.name, bill.merged, other.rows) == ("BOM", ("A1:A2", "B1:C1"), ())


@pytest.mark.parametrize("more", [
    '<Worksheet><Table><Row ss:Index="9999999"/></Table></Worksheet>', "<Worksheet>", '<!DOCTYPE x [<!ENTITY a "b">]>',
    '<Worksheet><Table><Row><Cell ss:Index="99999"/></Row></Table></Worksheet>',
    "<Worksheet><Table>" + '<Row ss:Index="{n}"/>' + "</Table></Worksheet>",
    "<Worksheet><Table>" + '<Row><Cell ss:MergeAcross="16000"/></Row>' * 3_000 + "</Table></Worksheet>",
    "<Worksheet><Table>" + "<Row/>" * 300_000 + '<Row><Cell ss:Index="16000"/></Row></Table></Worksheet>',
])  # fmt: skip
def test_an_xml_spreadsheet_that_asks_for_too_much_is_refused(tmp_path: Path, more: str) -> None:
    """Before the cells are made, with one sentence."""
    started = time.process_time()
    with suppress(WorkbookError):
        of(tmp_path, SPREADSHEET.replace("{more}", more.replace("{n}", "1048576")).encode())
    assert time.process_time() - started < 4
