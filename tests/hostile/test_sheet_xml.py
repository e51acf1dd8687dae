"""However the XML of a sheet is written, its cells are read alike, and none is lost."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.errors import WorkbookError
from footprint.model.sheets import Sheet
from footprint.tables.edit import edited
from footprint.tables.read import parse, read

PLAIN = (
    '<row r="1" spans="1:6" ht="15"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45292</v></c>'
    '<c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c><c r="E1"><f>1+1</f></c><c r="F1" s="0"/></row>'
    '<row r="2" hidden="1"><c r="A2" t="inlineStr"><is><t>steel &amp; zinc</t></is></c><c r="B2"><v>-1.5E-3</v></c>'
    '<c r="C2"><f>B2*2</f><v>-3.0000000000000001E-3</v></c><c r="D2" t="str"><f>A2</f><v>steel</v></c></row>'
)
STRINGS = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>name</t></si></sst>'
STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
STRICT = 'xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"'


def prefixed(xml: str) -> str:
    return xml.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("xmlns=", "xmlns:x=")


def unaddressed(xml: str) -> str:
    for address in ("A1", "B1", "C1", "D1", "E1", "F1", "A2", "B2", "C2", "D2"):
        xml = xml.replace(f' r="{address}"', "")
    return xml.replace(' r="1"', "").replace(' r="2"', "")


WRITINGS: dict[str, Callable[[str], str | bytes]] = {
    "a prefix": lambda xml: xml[: xml.index("<w")] + prefixed(xml[xml.index("<w") :]),
    "single quotes": lambda xml: xml.replace('"', "'"),
    "type before address": lambda xml: xml.replace('<c r="A1" t="s">', '<c t="s" r="A1">'),
    "an unknown attribute": lambda xml: xml.replace('<c r="B2">', '<c r="B2" foo="1">'),
    "attributes on lines of their own": lambda xml: xml.replace('<c r="B2">', '<c\n  r = "B2"\n>'),
    "blanks between all tags": lambda xml: xml.replace("><", ">\n  <"),
    "a comment among the cells": lambda xml: xml.replace('<c r="B2">', '<!-- <c r="Z9"><v>9</v></c> --><c r="B2">'),
    "a comment in a value": lambda xml: xml.replace("<v>-1.5E-3</v>", "<v>-1.5<!-- half -->E-3</v>"),
    "a character section as value": lambda xml: xml.replace("<v>-1.5E-3</v>", "<v><![CDATA[-1.5E-3]]></v>"),
    "a character section as text": lambda xml: xml.replace("steel &amp; zinc", "<![CDATA[steel & zinc]]>"),
    "a character by its number": lambda xml: xml.replace("steel &amp;", "&#115;teel &#x26;"),
    "a processing instruction": lambda xml: xml.replace('<c r="B2">', '<?go ?><c r="B2">'),
    "no addresses": unaddressed,
    "small letters": lambda xml: xml.replace('"B2"', '"b2"'),
    "the strict namespace": lambda xml: xml.replace(MAIN, STRICT),
    "a byte order mark": lambda xml: b"\xef\xbb\xbf" + xml.encode(),
    "UTF-16": lambda xml: xml.replace("UTF-8", "UTF-16").encode("utf-16"),
    "Latin-1": lambda xml: xml.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
    "a wild dimension": lambda xml: xml.replace("<sheetData>", '<dimension ref="A1:B2:C3"/><sheetData>'),
    "a huge dimension": lambda xml: xml.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'),
    "styled blanks to the end of the grid": lambda xml: xml.replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    ),
    "the last row first": lambda xml: xml.replace(PLAIN, "".join(PLAIN.partition('<row r="2"')[i] for i in (1, 2, 0))),
    "another start of cells in a comment": lambda xml: xml.replace("<sheetData>", "<!-- <sheetData> --><sheetData>"),
    "a foreign element in a row": lambda xml: xml.replace("</row>", '<e:x xmlns:e="urn:e"><e:c r="Z9"/></e:x></row>'),
    "an error calamine does not know": lambda xml: xml.replace(
        "</row></sheetData>", '<c r="E2" t="e"><v>#SPILL!</v></c></row></sheetData>'
    ),
}


def cells(found: Sheet) -> tuple[object, ...]:
    errors = {address: error for address, error in found.errors.items() if error != "#SPILL!"}
    return found.rows, errors, found.uncached, found.hidden, found.visible


@pytest.fixture
def write(package: Callable[..., Path], parts: Callable[..., dict[str, str]]) -> Callable[[str | bytes], Path]:
    return lambda xml: package(parts(xml, strings=STRINGS, styles=STYLES))


def test_plain_cells_are_read_by_type(write: Callable[[str], Path], sheet: Callable[..., str]) -> None:
    """Numbers are floats, dates dates, truth values bools, texts as they stand, everything else None."""
    found = read(write(sheet(PLAIN))).sheets[0]
    assert found.rows == (
        ("name", datetime.date(2024, 1, 1), True, None, None),
        ("steel & zinc", -0.0015, -0.003, "steel", None),
    )
    assert (found.errors, found.uncached, found.hidden) == ({"D1": "#N/A"}, {"E1"}, {2})
    assert {type(cell) for row in found.rows for cell in row} == {str, datetime.date, bool, type(None), float}


@pytest.mark.parametrize("writing", WRITINGS)
def test_the_writing_of_xml_does_not_matter(
    writing: str, write: Callable[[str | bytes], Path], sheet: Callable[..., str]
) -> None:
    """The same cells in another writing of XML are the same sheet."""
    plain = sheet(PLAIN)
    other = WRITINGS[writing](plain)
    assert other != plain
    found = read(write(other)).sheets[0]
    assert cells(found) == cells(read(write(plain)).sheets[0])
    assert ("E2" in found.errors) == (writing == "an error calamine does not know")


@pytest.mark.parametrize("writing", WRITINGS)
def test_cells_change_in_any_writing_of_xml(
    writing: str, write: Callable[[str | bytes], Path], sheet: Callable[..., str]
) -> None:
    """A cell that is there, one that is not and a row that is not are set; all others are what they were, as written.

    What cannot be changed where it stands is refused: letters of two bytes, rows out of their order.
    """
    other = WRITINGS[writing](sheet(PLAIN))
    path = write(other)
    wanted = {"A1": "=x", "A2": 7.5, "C2": None, "F2": "grün 钢", "B3": "below", "D4": False}
    if writing in {"UTF-16", "the last row first"}:
        with pytest.raises(WorkbookError, match="malformed"):
            edited(path.read_bytes(), path.name, {"S1": wanted})
        return
    made = edited(path.read_bytes(), path.name, {"S1": wanted})
    before, after = read(path).sheets[0], parse(made.content, path).sheets[0]
    grid = {address: value for address, value in filled(before).items() if address not in {*wanted, "D2"}}
    assert filled(after) == {**grid, **{k: v for k, v in wanted.items() if v is not None}}
    assert (after.errors, after.hidden) == (before.errors, before.hidden)
    assert after.uncached == {*before.uncached, "D2"}


def filled(sheet: Sheet) -> dict[str, object]:
    places = ((sheet.place(r, c).cell, cell) for r, row in enumerate(sheet.rows) for c, cell in enumerate(row))
    return {address: cell for address, cell in places if cell is not None}


@pytest.mark.parametrize("strings", [
    STRINGS.replace("name", "<![CDATA[name]]>"),
    STRINGS.replace("name", "na<!-- -->me"),
    STRINGS.replace("<si><t>name</t></si>", "<si><r><rPr><b/></rPr><t>na</t></r><r><t>me</t></r></si>"),
    STRINGS.replace("<si><t>name</t></si>", "<si><t>name</t><rPh sb='0' eb='1'><t>reading</t></rPh></si>"),
    STRINGS.replace("<sst ", '<sst count="4294967295" uniqueCount="4294967295" '),
    prefixed(STRINGS),
    STRINGS.encode("utf-16"),
    "<!-- <si> -->" + STRINGS,
    STRINGS.replace("</si>", "</si><si/><si><t/></si>"),
])  # fmt: skip
def test_the_writing_of_shared_texts_does_not_matter(
    strings: str | bytes, book_of: Callable[..., Path], refused: Callable[[Path], str], worker: object
) -> None:
    """The same shared text in another writing of XML, or under a false count, is the same text."""
    path = book_of('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings=strings)
    assert "refused" not in worker.read(path)
    assert read(path).sheets[0].rows == (("name",),)


def test_texts_are_stripped_of_nothing(book_of: Callable[..., Path]) -> None:
    """Blanks around a text are part of it, whether the file says to preserve them or not."""
    second = '</si><si><t xml:space="preserve"> b </t></si>'
    strings = STRINGS.replace("<t>name</t>", "<t> a </t>").replace("</si>", second)
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="C1" t="inlineStr"><is><t> c </t></is></c><c r="D1" t="str"><v> d </v></c></row>'
    )
    assert read(book_of(rows, strings=strings)).sheets[0].rows == ((" a ", " b ", " c ", " d "),)


def test_cells_count_from_a1(book_of: Callable[..., Path]) -> None:
    """A sheet that starts at C5 has four empty rows above and two empty columns before."""
    rows = read(book_of('<row r="5"><c r="C5"><v>1</v></c></row>')).sheets[0].rows
    assert rows == (*[(None, None, None)] * 4, (None, None, 1.0))


def test_empty_rows_and_columns_at_the_end_are_cut_off(book_of: Callable[..., Path]) -> None:
    """Blanks beyond the last value are not part of a sheet; an error or a formula without a value is."""
    blank = '<c r="H1" s="0"/><c r="I1" t="str"><v></v></c></row><row r="9"><c r="A9" s="0"></c></row>'
    rows = '<row r="1"><c r="A1"><v>1</v></c>' + blank
    assert read(book_of(rows)).sheets[0].rows == ((1.0,),)
    found = read(book_of(rows + '<row r="2"><c r="C2" t="e"><v>#REF!</v></c></row>')).sheets[0]
    assert found.rows == ((1.0, None, None), (None, None, None))
    found = read(book_of(rows + '<row r="3"><c r="B3"><f>1</f></c></row>')).sheets[0]
    assert found.rows == ((1.0, None), (None, None), (None, None))


@pytest.mark.parametrize(("cell", "uncached"), [
    ('<c r="A1"><f>1+1</f></c>', True),
    ('<c r="A1"><f>1+1</f><v></v></c>', True),
    ('<c r="A1"><f>1+1</f><v/></c>', True),
    ('<c r="A1" t="str"><f>1+1</f></c>', True),
    ('<c r="A1"><f t="shared" si="0"/></c>', True),
    ('<c r="A1"><f t="shared" si="0"/><v>2</v></c>', False),
    ('<c r="A1"><f>1+1</f><v>2</v></c>', False),
    ('<c r="A1" t="str"><f>IF(1,"","x")</f><v></v></c>', False),
    ('<c r="A1" t="str"><f>IF(1,"","x")</f><v/></c>', False),
    ('<c r="A1" s="0"></c>', False),
])  # fmt: skip
@pytest.mark.parametrize("prefix", [False, True])
def test_formulas_without_a_value_are_told_from_blanks(
    cell: str, uncached: bool, prefix: bool, write: Callable[[str], Path], sheet: Callable[..., str]
) -> None:
    """A formula with no stored value is listed; a stored empty text is a value."""
    xml = sheet(f'<row r="1">{cell}<c r="B1"><v>1</v></c></row>')
    found = read(write(xml[: xml.index("<w")] + prefixed(xml[xml.index("<w") :]) if prefix else xml)).sheets[0]
    assert found.uncached == ({"A1"} if uncached else set())
    assert found.rows == ((None, 1.0),) or found.rows == ((2.0, 1.0),)


@pytest.mark.parametrize(("attributes", "hidden"), [
    ('hidden="1"', True), ('hidden="true"', True), ('ht="0"', True), ('ht="0.0" customHeight="1"', True),
    ('hidden="0"', False), ('hidden="false"', False), ('ht="0.75"', False), ('ht="15" hidden="1"', True),
    ("hidden='1'", True), ("ht='0'", True),
])  # fmt: skip
def test_hidden_rows_are_listed(attributes: str, hidden: bool, book_of: Callable[..., Path]) -> None:
    """A row is hidden when it says so or has no height."""
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2" {attributes}><c r="A2"><v>2</v></c></row>'
    found = read(book_of(rows))
    assert found.sheets[0].hidden == ({2} if hidden else set())


def test_merged_ranges_are_listed(book_of: Callable[..., Path]) -> None:
    """Merged headers come as ranges; what is no range is left out."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    merged = '<mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell ref="D1:D3"/></mergeCells>'
    assert read(book_of(rows, after=merged)).sheets[0].merged == ("A1:C1", "D1:D3")
    assert read(book_of(rows, after=merged.replace("A1:C1", "nonsense"))).sheets[0].merged == ("D1:D3",)


def test_hidden_sheets_are_marked(package: Callable[..., Path], parts: Callable[..., dict[str, str]], sheet) -> None:
    """Hidden and very hidden sheets are read and marked."""
    xml = sheet('<row r="1"><c r="A1"><v>1</v></c></row>')
    book = read(package(parts(xml, xml, xml, states="visible hidden veryHidden")))
    assert [(s.name, s.visible, s.rows) for s in book.sheets] == [
        ("S1", True, ((1.0,),)), ("S2", False, ((1.0,),)), ("S3", False, ((1.0,),)),
    ]  # fmt: skip


def test_dates_follow_the_calendar_of_the_workbook(book_of: Callable[..., Path]) -> None:
    """The same serial number is a day four years later under the 1904 date system, however the flag is prefixed."""
    rows = '<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="1"><v>45000.25</v></c><c r="C1"><v>1</v></c></row>'
    later = read(book_of(rows, styles=STYLES, properties='<workbookPr date1904="1"/>')).sheets[0].rows
    assert later == ((datetime.date(1904, 1, 2), datetime.datetime(2027, 3, 16, 6), 1.0),)  # noqa: DTZ001
    usual = read(book_of(rows, styles=STYLES, properties='<workbookPr date1904="0"/>')).sheets[0].rows
    assert usual == ((datetime.date(1900, 1, 1), datetime.datetime(2023, 3, 15, 6), 1.0),)  # noqa: DTZ001


@pytest.mark.parametrize("value", ["NaN", "INF", "1e999", "1,5", "1_000", "0x10"])
def test_what_is_no_finite_number_stays_text(value: str, book_of: Callable[..., Path]) -> None:
    """A number cell that holds no finite number is handed on as the text it is, never as NaN or infinity."""
    for kind in ("", ' t="n"'):
        assert read(book_of(f'<row r="1"><c r="A1"{kind}><v>{value}</v></c></row>')).sheets[0].rows == ((value,),)


def test_two_sheets_of_one_name_are_both_read(package: Callable[..., Path], parts, sheet) -> None:
    """Sheets are told apart by their place, not by their name."""
    files = parts(*[sheet(f'<row r="1"><c r="A1"><v>{n}</v></c></row>') for n in (1, 2)])
    files["xl/workbook.xml"] = files["xl/workbook.xml"].replace('"S2"', '"S1"')
    assert [(s.name, s.rows) for s in read(package(files)).sheets] == [("S1", ((1.0,),)), ("S1", ((2.0,),))]


def test_parts_are_found_wherever_the_workbook_says(package: Callable[..., Path], parts, sheet) -> None:
    """Folders, absolute targets, letter case and backslashes of part names do not matter."""
    files = parts(sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings=STRINGS)
    names = (("xl/workbook", "data/book"), ("xl/_rels/workbook", "data/_rels/book"), ("xl/", "data\\X\\"))
    targets = (("xl/workbook", "/data/book"), ("worksheets/", "x/Worksheets/"), ("shared", "/data/x/shared"))
    moved = {_moved(name, names): _moved(content, targets) for name, content in files.items()}
    assert read(package(moved)).sheets[0].rows == (("name",),)


def _moved(text: str, steps: tuple[tuple[str, str], ...]) -> str:
    for before, after in steps:
        text = text.replace(before, after)
    return text
