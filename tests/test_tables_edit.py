"""A workbook changed cell by cell: what was not asked for stays, to the byte, and nothing past is left to be read."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from footprint.errors import WorkbookError
from footprint.provenance import Place, column_letters
from footprint.tables.container import Container
from footprint.tables.edit import Edited, edited, suffix
from footprint.tables.inplace import sheets
from footprint.tables.inplace.book import calculated_on_opening
from footprint.tables.inplace.cells import SheetXml
from footprint.tables.inplace.references import ANYTHING, EVERY_SHEET, referred
from footprint.tables.read import parse

Make = Callable[[Any], None]
PATH = Path("book.xlsx")


def written(make: Make, **options: Any) -> bytes:
    """Return a workbook that ``make`` fills with XlsxWriter."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    make(book)
    book.close()
    return out.getvalue()


def plain(book: Any) -> None:
    """Three sheets: texts and numbers, live formulas over them, and pictures of neither."""
    data, live, notes = (book.add_worksheet(name) for name in ("Data", "Live", "Notes"))
    bold, date = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    data.set_column("D:D", 12, date)
    for row in range(6):
        data.write_row(row, 0, [f"text {row}", row + 0.5, row])
    data.write("B2", 4.25, bold)
    live.write_formula("A1", "=Data!B2*2", None, 8.5)
    live.write_formula("A2", "=A1+1", None, 9.5)
    live.write_formula("A3", "=SUM(Data!C1:C6)", None, 15)
    live.write_formula("A4", "=1+1", None, 2)
    notes.write("A1", "here")
    notes.insert_textbox("C3", "a box of text")
    notes.write_comment("A1", "a remark")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=Data!$B$1:$B$6"})
    notes.insert_chart("C9", chart)


def changed(content: bytes, cells: Mapping[str, Mapping[str, Any]], path: Path = PATH) -> tuple[Edited, dict[str, Any]]:
    """Return the changed workbook, and the cells of its sheets by ``Sheet!A1``."""
    made = edited(content, path.name, cells)
    return made, cells_of(made.content, path)


def cells_of(content: bytes, path: Path = PATH) -> dict[str, Any]:
    found = {}
    for sheet in parse(content, path).sheets:
        for r, row in enumerate(sheet.rows):
            found |= {sheet.place(r, c).address: cell for c, cell in enumerate(row) if cell is not None}
        found |= {f"{sheet.name}!{address}": "uncached" for address in sheet.uncached}
        found |= {f"{sheet.name}!{address}": error for address, error in sheet.errors.items()}
    return found


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def other_parts(before: bytes, after: bytes) -> set[str]:
    """Return the parts that differ; there are no new ones."""
    was, now = members(before), members(after)
    assert [name for name in was if name in now] == list(now)
    return {name for name in was if was[name] != now.get(name)}


VALUES = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20),
    st.sampled_from(["=1+1", "+cmd|calc!A1", "@x", "-1", "a\nb", " a ", "<&>\"'", "_x0041_", "]]>", "é𠮷"]),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.none(),
)
PLACES = st.builds(
    lambda row, column: f"{column_letters(column)}{row}",
    st.integers(1, 12),
    st.integers(0, 30).filter(lambda column: column != 3),
)
"""Cells but those of column D, which shows dates."""
BASE = written(plain)


@given(st.dictionaries(st.sampled_from(["Data", "Notes"]), st.dictionaries(PLACES, VALUES, max_size=12)))
def test_what_is_set_is_read_and_nothing_else_moves(cells: dict[str, dict[str, Any]]) -> None:
    """Cells set hold what they were set to, all others what they held; parts without one are the same bytes."""
    made, found = changed(BASE, cells)
    wanted = {f"{sheet}!{address}": value for sheet, told in cells.items() for address, value in told.items()}
    expected = {**cells_of(BASE), **wanted} | {place.address: "uncached" for place in made.stale}
    assert found == {address: value for address, value in expected.items() if value is not None}
    touched = {sheet for sheet, told in cells.items() if told}
    assert len(other_parts(BASE, made.content)) <= len(touched) + 2 * bool(made.stale)
    if not touched:
        assert made.content == BASE


@given(st.dictionaries(PLACES, VALUES, min_size=1, max_size=12))
def test_a_change_is_changed_back_to_the_same_cells(cells: dict[str, Any]) -> None:
    """Setting cells again, in one step or two, comes to the same workbook."""
    items = list(cells.items())
    half = dict(items[: len(items) // 2])
    once = edited(BASE, "book.xlsx", {"Notes": cells}).content
    assert cells_of(
        edited(edited(BASE, "book.xlsx", {"Notes": half}).content, "book.xlsx", {"Notes": cells}).content
    ) == (cells_of(once))
    assert edited(once, "book.xlsx", {"Notes": cells}).content == once


def test_the_sheet_around_a_changed_cell_is_not_written_anew() -> None:
    """Only the bytes of the cell differ, and the extent that the sheet states where it grows."""
    made, _ = changed(BASE, {"Data": {"A3": "new"}})
    was, now = (members(content)["xl/worksheets/sheet1.xml"] for content in (BASE, made.content))
    start, end = was.index(b'<c r="A3"'), was.index(b'<c r="B3"')
    assert now.startswith(was[:start])
    assert now.endswith(was[end:])
    wide = members(changed(BASE, {"Data": {"AA20": "far"}})[0].content)["xl/worksheets/sheet1.xml"]
    assert b'<dimension ref="A1:AA20"/>' in wide


@given(
    st.dictionaries(st.integers(1, 40), st.sampled_from(['<c r="{a}"/>', '<c r="{a}" s="1"><v>1</v></c>',
                                                         '<c s="1" r="{a}"><v>1</v></c>', '<c\nr="{a}"></c>'])),
    st.sets(st.integers(1, 45), min_size=1),
)  # fmt: skip
def test_a_cell_is_found_at_once_where_looking_at_one_after_the_other_finds_it(
    filled: dict[int, str], wanted: set[int]
) -> None:
    """The quick way to a cell, or to where it belongs, is the slow one."""
    row = "".join(filled[column].format(a=f"{column_letters(column - 1)}7") for column in sorted(filled))
    xml = f'<worksheet><sheetData><row r="7">{row}</row></sheetData></worksheet>'
    sheet = SheetXml(Place("book.xlsx", "S"), "part", xml.encode())
    (found,) = sheet.rows()
    columns = sorted(wanted)
    slow: list[object] = []
    cells = {cell.column: cell for cell in sheet.cells(found)}
    for column in columns:
        at = max([cell.end for cell in cells.values() if cell.column < column], default=found.inside)
        slow.append(cells.get(column, at))
    assert sheet.spots(found, columns) == slow


def test_cells_keep_their_style_and_new_ones_take_that_of_row_or_column() -> None:
    """A number in a bold cell stays bold; a date is a date where the column shows dates, and its text elsewhere."""
    day = dt.date(2027, 12, 31)
    made, found = changed(BASE, {"Data": {"B2": "text", "D3": day, "D40": day, "E3": day}})
    sheet = openpyxl.load_workbook(io.BytesIO(made.content))["Data"]
    assert sheet["B2"].font.b
    assert sheet["D3"].number_format == "yyyy-mm-dd"
    assert (found["Data!D3"], found["Data!D40"], found["Data!E3"]) == (day, day, "2027-12-31")

    def rows(book: Any) -> None:
        book.add_worksheet("Data").set_row(4, 20, book.add_format({"italic": True}))

    for options in ({}, {"date_1904": True}):
        content = written(lambda book: (plain(book), None)[1], **options)
        assert cells_of(edited(content, "book.xlsx", {"Data": {"D3": day}}).content)["Data!D3"] == day
    italic = openpyxl.load_workbook(io.BytesIO(edited(written(rows), "b.xlsx", {"Data": {"C5": 1}}).content))["Data"]
    assert italic["C5"].font.i


def test_texts_are_never_formulas() -> None:
    """Whatever a text begins with, it is a text; what no cell can hold is shown as such."""
    _, found = changed(BASE, {"Data": {"A1": "=1+1", "A2": "a\x00b\x1b\ud800", "A3": "x" * 40_000}})
    assert found["Data!A1"] == "=1+1"
    assert found["Data!A2"] == "a�b��"
    assert len(found["Data!A3"]) == 32_767
    cell = openpyxl.load_workbook(io.BytesIO(edited(BASE, "b.xlsx", {"Data": {"A1": "=1+1"}}).content))["Data"]["A1"]
    assert (cell.value, cell.data_type) in {("=1+1", "s"), ("=1+1", "inlineStr")}


# ------------------------------------------------------------------------------------------------ formulas


def test_stored_values_stay_but_those_that_rest_on_what_changed() -> None:
    """A formula over a changed cell, and one over that formula, lose their value; programs calculate on opening."""
    made, found = changed(BASE, {"Data": {"B2": 10}})
    assert (found["Live!A1"], found["Live!A2"], found["Live!A3"], found["Live!A4"]) == (
        "uncached",
        "uncached",
        15.0,
        2.0,
    )
    assert {place.address for place in made.stale} == {"Live!A1", "Live!A2"}
    (notice,) = made.notices
    assert notice.text("en").startswith("book.xlsx:Live: the values stored with 2 formulas rest on what changed")
    assert "A1, A2" in notice.text("zh")
    assert b'fullCalcOnLoad="1"' in members(made.content)["xl/workbook.xml"]
    assert other_parts(BASE, made.content) <= {f"xl/worksheets/sheet{n}.xml" for n in (1, 2)} | {"xl/workbook.xml"}


def test_a_formula_gives_way_to_a_value_and_is_named() -> None:
    made, found = changed(BASE, {"Live": {"A4": 3}})
    assert found["Live!A4"] == 3.0
    assert [notice.code for notice in made.notices] == ["edit-formula"]
    assert "=1+1" in made.notices[0].text("en")
    assert not made.stale


@pytest.mark.parametrize(
    ("formula", "rests"),
    [
        ("=Data!B2", True), ("=data!$B$2", True), ("='Data'!B2", True), ("=Data!B1:C3", True), ("=SUM(Data!B:B)", True),
        ("=SUM(Data!2:2)", True), ("=SUM(Data!C3:B1)", True), ("=VLOOKUP(1,Data!$A:$C,2,0)", True),
        ("=INDIRECT(\"Data!B2\")", True), ("=SUM(OFFSET(Data!A1,1,1))", True),
        ("=SUM(Data!A1:INDEX(Data!B:B,9))", True),
        ("=named*2", True), ("=NAMED", True), ("=moving", True), ("=SUM(Data:Notes!B2)", True),
        ("=SUMIF(Data!$A$1:$A$9,\"x\",Data!B1)", True), ("=SUM(Records[Mass])", True),
        ("=Records[[#Totals],[Mass]]", True),
        ("=Data!B3", False), ("=Notes!B2", False), ("=B2", False), ("=[1]Data!B2", False), ("='[1]Data'!B2", False),
        ("=\"Data!B2\"", False), ("=LOG10(2)", False), ("=other", False), ("=SUM(Data!C:C)", False), ("=1E3+2", False),
        ("=SUM(Data!B3:B9,Data!A2)", False), ("=SUM(Elsewhere[Mass])", False),
    ],
)  # fmt: skip
def test_what_a_formula_rests_on_is_read_from_its_text(formula: str, rests: bool) -> None:
    def make(book: Any) -> None:
        plain(book)
        book.define_name("named", "=Data!$B$2")
        book.define_name("other", "=Data!$B$3")
        book.define_name("moving", "=Data!B3")
        more = book.add_worksheet("More")
        more.add_table("A1:B3", {"name": "Elsewhere", "columns": [{"header": "Name"}, {"header": "Mass"}]})
        book.get_worksheet_by_name("Data").add_table("A1:B6", {"name": "Records", "header_row": False})
        more.write_formula("D1", formula, None, 1)

    made, _ = changed(written(make), {"Data": {"B2": 1}})
    assert ("More!D1" in {place.address for place in made.stale}) is rests


REFERENCE = st.tuples(
    st.sampled_from(["S1", "S 2"]), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2), st.integers(0, 2),
    st.sampled_from(["{c}{r}:{C}{R}", "${c}${r}:{C}${R}", "{C}{R}:{c}{r}"]),
)  # fmt: skip
FORMULAS = st.dictionaries(
    st.tuples(st.sampled_from(["S1", "S 2"]), st.integers(1, 7), st.integers(1, 6)),
    st.lists(REFERENCE, min_size=1, max_size=2), min_size=1, max_size=12,
)  # fmt: skip
Spot = tuple[str, int, int]


@given(FORMULAS, st.tuples(st.sampled_from(["S1", "S 2"]), st.integers(1, 7), st.integers(1, 6)))
def test_all_that_rests_on_a_cell_is_past_and_nothing_else(formulas: dict[Spot, list[Any]], start: Spot) -> None:
    """The formulas without a value are those from which the changed cell can be reached, through others or not."""

    def make(book: Any) -> None:
        own = {name: book.add_worksheet(name) for name in ("S1", "S 2")}
        for (sheet, row, column), references in formulas.items():
            own[sheet].write_formula(
                row - 1, column - 1, "=" + "+".join(shown(each, sheet) for each in references), None, 1
            )

    reached, waiting = set[Spot](), [start]
    while waiting:
        spot = waiting.pop()
        new = [
            at for at, told in formulas.items() if at not in reached | {start} and any(spot in over(e) for e in told)
        ]
        reached |= set(new)
        waiting += new
    made = edited(written(make), "book.xlsx", {start[0]: {f"{column_letters(start[2] - 1)}{start[1]}": 5}})
    expected = {(sheet, f"{column_letters(column - 1)}{row}") for sheet, row, column in reached}
    assert {(place.sheet, place.cell) for place in made.stale} == expected


def over(reference: Any) -> set[Spot]:
    sheet, row, column, height, width, _ = reference
    return {(sheet, r, c) for r in range(row, row + height + 1) for c in range(column, column + width + 1)}


def shown(reference: Any, own: str) -> str:
    sheet, row, column, height, width, how = reference
    ends = {"c": column_letters(column - 1), "C": column_letters(column + width - 1), "r": row, "R": row + height}
    named = "" if sheet == own else ("S1!" if sheet == "S1" else "'S 2'!")
    return f"SUM({named}{how.format(**ends)})"


def test_references_are_read_with_what_moves() -> None:
    (area,) = referred("'It''s'!$B2:C$3").areas
    assert (area[:5], area.moving) == (("it's", 2, 2, 3, 3), (True, False, False, True))
    assert referred('A1*"A2"+A3').areas[1].top == 3
    assert referred("A1:A2:A3") == ANYTHING
    assert referred('"open') == ANYTHING
    assert referred("A" * 9000) == ANYTHING
    assert referred("Jan:Dec!A1").areas[0].sheet == EVERY_SHEET
    assert referred("Records[[#This Row],[A'[1'] B2]]") == referred("records")


def with_xml(rows: str, **parts: str) -> bytes:
    """Return the plain workbook with other rows on its sheet Live, and more parts or other ones."""
    content = members(BASE)
    sheet = content["xl/worksheets/sheet2.xml"].decode()
    start, end = sheet.index("<sheetData>") + len("<sheetData>"), sheet.index("</sheetData>")
    content["xl/worksheets/sheet2.xml"] = (sheet[:start] + rows + sheet[end:]).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, told in {**content, **parts}.items():
            archive.writestr(name, told)
    return out.getvalue()


SHARED = "".join(
    f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}">'
    + ('<f t="shared" ref="B1:B9" si="0">A1*2</f>' if n == 1 else '<f t="shared" si="0"/>')
    + f"<v>{2 * n}</v></c></row>"
    for n in range(1, 10)
)
ARRAY = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="array" ref="B1:B3">A1:A3*2</f><v>2</v></c></row>'
    '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><v>4</v></c></row>'
    '<row r="3"><c r="A3"><v>3</v></c><c r="B3"><v>6</v></c></row>'
)


def test_formulas_that_share_a_text_rest_on_their_own_cells() -> None:
    made, found = changed(with_xml(SHARED), {"Live": {"A5": 50, "B9": 1}})
    assert {place.address for place in made.stale} == {"Live!B5"}
    assert (found["Live!B5"], found["Live!B4"], found["Live!B9"]) == ("uncached", 8.0, 1.0)
    kept = openpyxl.load_workbook(io.BytesIO(made.content))["Live"]
    assert kept["B6"].value == "=A6*2"


def test_what_one_formula_gives_to_several_cells_is_past_in_all_of_them() -> None:
    """Cells that show part of it have no formula: they show an error until it is calculated, not a past number."""
    made, found = changed(with_xml(ARRAY), {"Live": {"A2": 50}})
    assert (found["Live!B1"], found["Live!B2"], found["Live!B3"]) == ("uncached", "#N/A", "#N/A")
    assert {place.address for place in made.stale} == {"Live!B1"}


def test_a_chain_against_the_order_of_its_rows_is_followed() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><f>A{n + 1}</f><v>1</v></c></row>' for n in range(1, 3000))
    made, _ = changed(with_xml(rows + '<row r="3000"><c r="A3000"><v>1</v></c></row>'), {"Live": {"A3000": 2}})
    assert len(made.stale) == 2999


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("calc", ["", '<calcPr calcId="5" fullCalcOnLoad="0" calcMode="manual"/>'])
def test_programs_are_told_to_calculate_whether_or_not_something_is_said_of_it(prefix: str, calc: str) -> None:
    """The list of sheets says it at its place, which comes after the names and before all else."""
    book = (
        '<workbook xmlns="urn:m"><sheets><sheet name="S"/></sheets><definedNames><definedName name="a">1</definedName>'
        f"</definedNames><!-- <calcPr/> -->{calc}<oleSize/></workbook>"
    )
    if prefix:
        book = re.sub(r"<(/?)(\w)", rf"<\1{prefix}\2", book).replace("xmlns=", "xmlns:x=")
    content = with_xml("", **{"xl/workbook.xml": book})
    said = calculated_on_opening(Container(content, "book.xlsx"), "xl/workbook.xml").decode()
    (found,) = re.findall(rf"</{prefix}definedNames>.*?<{prefix}calcPr ([^<>]*)/>", said)
    assert 'fullCalcOnLoad="1"' in found
    assert ('calcMode="manual"' in found) == bool(calc)
    assert said.count("fullCalcOnLoad") == 1


def test_a_number_that_is_none_is_not_written() -> None:
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="no number"):
            edited(BASE, "book.xlsx", {"Data": {"A1": wrong}})


def test_what_takes_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet too large to change, and formulas too many to follow, are named with the way out."""
    monkeypatch.setattr(sheets, "MAX_CHANGED", 500)
    with pytest.raises(WorkbookError, match=r"larger than the 0 MB .* \[edit-too-large\]"):
        edited(BASE, "book.xlsx", {"Data": {"A1": 1}})
    monkeypatch.undo()
    monkeypatch.setattr(sheets, "MAX_FORMULAS", 3)
    with pytest.raises(WorkbookError, match=r"more than 3 formulas"):
        edited(BASE, "book.xlsx", {"Data": {"A1": 1}})


CHAIN = "xl/calcChain.xml"


def chained(*cells: str) -> bytes:
    base = members(BASE)
    listed = "".join(f'<c r="{cell}" i="2"/>' for cell in cells)
    types = (
        base["[Content_Types].xml"]
        .decode()
        .replace("</Types>", f'<Override PartName="/{CHAIN}" ContentType="application/vnd.x.calcChain+xml"/></Types>')
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    relations = (
        base["xl/_rels/workbook.xml.rels"]
        .decode()
        .replace("</Relationships>", f'<Relationship Id="rId99" Type="{kind}" Target="calcChain.xml"/></Relationships>')
    )
    parts = {
        "[Content_Types].xml": types,
        "xl/_rels/workbook.xml.rels": relations,
        CHAIN: f"<calcChain>{listed}</calcChain>",
    }
    return with_xml('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>2+2</f><v>4</v></c></row>', **parts)


def test_the_order_of_calculation_goes_only_where_it_names_a_cell_that_became_a_value() -> None:
    content = chained("A1", "B1")
    kept = members(edited(content, "b.xlsx", {"Data": {"A1": 1}}).content)
    assert kept[CHAIN] == members(content)[CHAIN]
    gone = members(edited(content, "b.xlsx", {"Live": {"A1": 1}}).content)
    assert CHAIN not in gone
    assert b"calcChain" not in gone["[Content_Types].xml"] + gone["xl/_rels/workbook.xml.rels"]
    assert cells_of(edited(content, "b.xlsx", {"Live": {"A1": 1}}).content)["Live!B1"] == 4.0
    assert CHAIN in members(edited(chained("B1"), "b.xlsx", {"Live": {"A1": 1}}).content)


# ------------------------------------------------------------------------------------------------ what is refused


def refusal(content: bytes, cells: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    with pytest.raises(WorkbookError) as refused:
        edited(content, "book.xlsx", cells)
    assert all(p.text(lang).startswith("book.xlsx") for p in refused.value.problems for lang in ("zh", "en"))
    return [(p.code, p.place.address) for p in refused.value.problems]


def test_a_cell_inside_a_merged_range_is_refused() -> None:
    """Its value would not be seen; the first cell of the range is that of all."""
    content = written(lambda book: book.add_worksheet("S").merge_range("B2:C3", "one"))
    assert refusal(content, {"S": {"C2": 1, "B3": 2, "B2": 3, "D2": 4}}) == [
        ("edit-merged", "S!C2"), ("edit-merged", "S!B3")
    ]  # fmt: skip
    assert cells_of(edited(content, "book.xlsx", {"S": {"B2": "two"}}).content) == {"S!B2": "two"}


def test_part_of_what_a_formula_gives_is_refused() -> None:
    assert refusal(with_xml(ARRAY), {"Live": {"B1": 1, "B3": 1}}) == [
        ("edit-array", "Live!B1"),
        ("edit-array", "Live!B3"),
    ]
    table = ARRAY.replace('t="array" ref="B1:B3">A1:A3*2</f>', 't="dataTable" ref="B1:B3" dt2D="0" dtr="0" r1="A1"/>')
    assert refusal(with_xml(table), {"Live": {"B2": 1}}) == [("edit-array", "Live!B2")]


def test_the_formula_that_others_share_is_refused() -> None:
    assert refusal(with_xml(SHARED), {"Live": {"B1": 1}}) == [("edit-shared", "Live!B1")]
    made, found = changed(with_xml(SHARED), {"Live": {f"B{n}": n for n in range(1, 10)}})
    assert [found[f"Live!B{n}"] for n in range(1, 10)] == [float(n) for n in range(1, 10)]
    assert not made.stale


def test_head_and_totals_of_a_table_are_refused() -> None:
    def make(book: Any) -> None:
        columns = [{"header": "Name"}, {"header": "Mass", "total_function": "sum"}]
        book.add_worksheet("S").add_table("A1:B5", {"name": "Records", "columns": columns, "total_row": True})

    assert refusal(written(make), {"S": {"A1": "x", "B5": 1, "A3": "y"}}) == [
        ("edit-table", "S!A1"),
        ("edit-table", "S!B5"),
    ]


def test_a_locked_cell_of_a_protected_sheet_is_refused() -> None:
    def make(book: Any) -> None:
        sheet = book.add_worksheet("S")
        sheet.write("A1", "open", book.add_format({"locked": False}))
        sheet.write("A2", "shut")
        sheet.protect()

    assert refusal(written(make), {"S": {"A1": "x", "A2": "y", "B9": "z"}}) == [
        ("edit-locked", "S!A2"), ("edit-locked", "S!B9")
    ]  # fmt: skip
    assert cells_of(edited(written(make), "book.xlsx", {"S": {"A1": "x"}}).content)["S!A1"] == "x"


CODES = [
    "0.00",
    'yyyy"年"m"月"d"日"',
    "[Red]0",
    "dd/mm/yy;@",
    '"day"0',
    "m/d/yy",
    "[h]:mm",
    "mm:ss",
    "General",
    '0.0_d" kg"',
]


def test_a_number_where_dates_are_shown_is_refused() -> None:
    """It would be a date for whoever reads it; a date is no number, and an own number format of dates is one too."""

    def make(book: Any) -> None:
        for row, code in enumerate(CODES):
            book.add_worksheet(f"S{row}").write("A1", "x", book.add_format({"num_format": code}))

    wanted = {f"S{row}": {"A1": 45000} for row in range(len(CODES))}
    assert refusal(written(make), wanted) == [("edit-date", f"S{row}!A1") for row in (1, 3, 5, 6, 7)]
    days = {f"S{row}": {"A1": dt.date(2026, 1, 2)} for row in range(len(CODES))}
    found = cells_of(edited(written(make), "book.xlsx", days).content)
    assert [type(found[f"S{row}!A1"]) for row in range(len(CODES))] == [
        str, dt.date, str, dt.date, str, dt.date, str, str, str, str
    ]  # fmt: skip


def test_what_is_not_there_is_refused() -> None:
    wrong = {"Data": {"A0": 1, "XFE1": 1, "A1048577": 1}, "Nowhere": {"A1": 1}}
    assert {code for code, _ in refusal(BASE, wrong)} == {"edit-no-cell"}
    with pytest.raises(WorkbookError) as refused:
        edited(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old.xls", {})
    assert [p.code for p in refused.value.problems] == ["edit-format"]


# ------------------------------------------------------------------------------------------------ other programs


def test_macros_stay_and_name_the_file() -> None:
    """A workbook with macros keeps them, and is called .xlsm."""
    content = members(BASE)
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    assert kind in content["[Content_Types].xml"]
    types = content["[Content_Types].xml"].replace(kind, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    macros = with_xml("", **{"[Content_Types].xml": types.decode(), "xl/vbaProject.bin": "macro"})
    assert (suffix(BASE, "book.xlsx"), suffix(macros, "book.xlsm")) == (".xlsx", ".xlsm")
    assert members(edited(macros, "book.xlsm", {"Data": {"A1": 1}}).content)["xl/vbaProject.bin"] == b"macro"


def test_a_signature_that_no_longer_holds_is_told() -> None:
    signed = with_xml("", **{"_xmlsignatures/sig1.xml": "<x/>"})
    assert [n.code for n in edited(signed, "book.xlsx", {"Data": {"A1": 1}}).notices] == ["edit-signed"]


def test_office_opens_the_workbook_and_calculates_it(tmp_path: Path) -> None:
    """LibreOffice shows what was set and what follows from it; openpyxl, which calculates nothing, no past number."""
    found = shutil.which("soffice")
    if found is None:
        pytest.skip("LibreOffice (soffice) is not installed: the changed workbook was not opened")
    made = edited(BASE, "book.xlsx", {"Data": {"B2": 10, "A9": "=1+1"}, "Notes": {"B7": "钢"}})
    (tmp_path / "book.xlsx").write_bytes(made.content)
    assert openpyxl.load_workbook(tmp_path / "book.xlsx", data_only=True)["Live"]["A1"].value is None
    subprocess.run([found, f"-env:UserInstallation={(tmp_path / 'p').as_uri()}", "--headless", "--convert-to", "xlsx",
                    "--outdir", str(tmp_path / "out"), str(tmp_path / "book.xlsx")],
                   check=True, capture_output=True, timeout=180)  # fmt: skip
    book = openpyxl.load_workbook(tmp_path / "out" / "book.xlsx", data_only=True)
    assert (book["Live"]["A1"].value, book["Live"]["A2"].value, book["Data"]["A9"].value) == (20, 21, "=1+1")
    assert book["Notes"]["B7"].value == "钢"
