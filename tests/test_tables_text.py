"""Text tables: the encoding and the delimiter are found, codes keep their digits, nothing is lost without a word."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from footprint.errors import WorkbookError
from footprint.tables import text as texts
from footprint.tables.read import read

SPECTRUM = Path(__file__).parents[2] / "shared" / "cases" / "21_csv_text_torture"
LINES = "序号,名称,quantity\n1,钢板,1.5\n2,铜箔,-2e3\n"


@pytest.fixture
def table(tmp_path: Path):
    def write(content: str | bytes, name: str = "bom.csv", encoding: str = "utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return read(path).sheets[0].rows

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encoding_and_delimiter_are_found(encoding: str, delimiter: str, end: str, table) -> None:
    """The same table in each encoding, with each delimiter and line end, is read alike."""
    content = LINES.replace(",", delimiter).replace("\n", end)
    assert table(content, encoding=encoding) == (
        ("序号", "名称", "quantity"), (1.0, "钢板", 1.5), (2.0, "铜箔", -2000.0),
    )  # fmt: skip


@pytest.mark.parametrize("text", [
    "物料編號,物料名稱,規格,單位,用量\n1,電鍍鋅鋼板,厚度1.2,公斤,2\n", "品名\t數量\n銅箔基板\t3\n不鏽鋼螺絲\t8\n",
])  # fmt: skip
def test_traditional_and_simplified_are_told_apart(text: str, table) -> None:
    """A list in Big5 is no list in GB18030, though its bytes can be read as both."""
    assert table(text, encoding="big5") == table(text)
    simplified = "物料编号,物料名称,规格,单位,用量\n1,电镀锌钢板,厚度1.2,千克,2\n"
    assert table(simplified, encoding="gb18030") == table(simplified)


@pytest.mark.parametrize("name", ["bom.csv", "bom.tsv", "bom.txt", "BOM.CSV"])
def test_the_file_is_one_sheet_of_its_name(name: str, tmp_path: Path) -> None:
    """A text table is a book of one sheet."""
    path = tmp_path / name
    path.write_text(LINES, encoding="utf-8")
    book = read(path)
    assert [(sheet.name, sheet.file, len(sheet.rows)) for sheet in book.sheets] == [(path.stem, name, 3)]


@pytest.mark.parametrize(("field", "cell"), [
    ("1", 1.0), ("0", 0.0), ("-0.50", -0.5), ("1e-3", 0.001), ("1.5E3", 1500.0), ("", None), (" ", " "),
    ("007", "007"), ("1.2.3", "1.2.3"), ("1234567890123456", "1234567890123456"), ("1,5", "1,5"), ("50%", "50%"),
    ("NaN", "NaN"), ("inf", "inf"), ("1e999", "1e999"), ("TRUE", "TRUE"), ("2024-01-31", "2024-01-31"), ("+1", "+1"),
    ("１", "１"), ("=1+1", "=1+1"), ("0x1", "0x1"), ("1_000", "1_000"), ("#N/A", "#N/A"),
])  # fmt: skip
def test_only_plain_numbers_are_numbers(field: str, cell: object, table) -> None:
    """Codes, dates, formulas and whatever is no plain number stay the text they are."""
    found = table(f'x;y\n"{field}";1\n')[1][0]
    assert found == cell
    assert isinstance(found, type(cell))


@pytest.mark.parametrize(("text", "cells"), [
    ("a;1,5\nb;1.000\n", ("1,5", "1.000")), ("a;1.5\nb;1.000\n", (1.5, 1.0)),
    ("a;1,250\nb;1.000\n", ("1,250", "1.000")),
    ("a\t0,125\nb\t12.500\n", ("0,125", "12.500")), ('a,"1,5"\nb,1.000\n', ("1,5", 1.0)),
    ("a;1,5\nb;1.25\n", ("1,5", 1.25)),
])  # fmt: skip
def test_a_thousand_is_no_one_where_decimals_follow_a_comma(text: str, cells: tuple[object, ...], table) -> None:
    """A group of three behind a point stays a text beside numbers with decimal commas."""
    assert tuple(row[1] for row in table(text)) == cells


@pytest.mark.parametrize(("field", "cell"), [
    ('="007"', "007"), ('"=""2"""', "2"), ('=""', None), ('="', '="'), ("=1", "=1"),
])  # fmt: skip
def test_a_text_that_a_spreadsheet_shall_not_change_is_read_without_its_marks(field: str, cell: str, table) -> None:
    """Systems write codes as formulas that are a text; anything else with a sign of equality stays as it stands."""
    assert table(f"x,y\n{field},1\n")[1] == (cell, 1.0)


def test_quoted_fields_hold_delimiters_and_lines(table) -> None:
    """Quotation marks protect delimiters, line ends and doubled marks."""
    assert table('a,"b, ""c""\nd",1\n') == (("a", 'b, "c"\nd', 1.0),)


def test_short_rows_are_filled_up(table) -> None:
    """Every row is as wide as the widest; empty ends are cut off."""
    assert table("a,b,c,,\n1\n\n,,\n") == (("a", "b", "c"), (1.0, None, None))
    assert table("\n") == ()


@pytest.mark.parametrize(("content", "code"), [
    (b"\x89PNG\r\n\x1a\n" + bytes(99), "text-encoding"),
    (b"a,b\x00\n", "text-encoding"),
    (b"a,\xff\xff\n", "text-encoding"),
    (b"\xff\xfea", "text-encoding"),
    (b'a,b\n1,"2\n3,4\n', "csv-malformed"),
    (b'a,b\n"1"2,3\n', "csv-malformed"),
    (b"a,b\n" + b"x" * 200_000 + b",1\n", "csv-malformed"),
])  # fmt: skip
def test_what_is_no_table_is_refused(content: bytes, code: str, table) -> None:
    """Binary files, unknown encodings and broken quotation marks are refused, not guessed at."""
    with pytest.raises(WorkbookError) as caught:
        table(content)
    assert [p.code for p in caught.value.problems] == [code]


def test_an_open_quotation_mark_is_named_by_its_row(table) -> None:
    """A mark never closed would swallow the rest of the table."""
    with pytest.raises(WorkbookError) as caught:
        table(b'a,b\n1,"2\n3,4\n')
    assert str(caught.value) == (
        "bom.csv: row 2 cannot be read (unexpected end of data). Check its quotation marks. [csv-malformed]"
    )


def test_a_wide_row_among_many_is_refused(table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are filled up to the widest: their product is bounded before."""
    monkeypatch.setattr(texts, "MAX_CELLS", 1000)
    with pytest.raises(WorkbookError, match=r"bom.csv:bom!CV100: up to this cell the sheets hold 10000 cells"):
        table("a\n" * 99 + "," * 99 + "\n")


def test_published_cases_are_read_as_published() -> None:
    """Each table of csv-spectrum is read as its authors say."""
    folder = SPECTRUM / "csv-spectrum"
    if not folder.is_dir():
        pytest.skip("the collection of text tables is not beside this checkout")
    for path in sorted(folder.glob("*.csv")):
        header, *rows = read(path).sheets[0].rows
        found = [{key: shown(cell) for key, cell in zip(header, row, strict=True)} for row in rows]
        wanted = (SPECTRUM / "csv-spectrum-json" / f"{path.stem}.json").read_text(encoding="utf-8")
        if path.stem == "newlines_crlf":  # stored with plain line feeds, unlike what its authors expect of it
            wanted = wanted.replace("\\r\\n", "\\n")
        assert found == json.loads(wanted)


def shown(cell: object) -> str:
    return "" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell)


def test_the_limit_of_a_field_is_that_of_the_csv_module() -> None:
    """Reading changes no setting of the process."""
    assert csv.field_size_limit() == 131072


@pytest.mark.parametrize("text", [
    "Pos;Bezeichnung;Stückzahl;Gültig ab\n1;Öl für Gehäuse Ø 12 mm²;1,5;\n2;Stahl natü|1;1;\n",
    "a;b\ncafé;naïve\n", "Pièce;Qté\nÉcrou à oreilles;2\n",
])  # fmt: skip
def test_western_letters_of_windows_are_no_chinese(text):
    """What Excel saves as csv in western Europe: letters with accents stand alone, Chinese characters never do."""
    sheet = texts.read_text(text.encode("cp1252"), "a.csv", "a")
    assert sheet.rows == texts.read_text(text.encode(), "a.csv", "a").rows


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_chinese_is_no_western_text(encoding):
    text = "料,量\n管Ø,2\n" if encoding == "gb18030" else "料,量\n管,2\n單,3\n"
    sheet = texts.read_text(text.encode(encoding), "a.csv", "a")
    assert sheet.rows[0] == ("料", "量")


_JAPANESE = ("品番,品名,員数,材質", "F-01,羽根,1,AS樹脂", "F-02,ねじ,8,鋼", "F-03,カバー,2,ポリプロピレン")
_KOREAN = ("Part,품명,Qty,Material", "F-01,브래킷,1,강판", "F-02,나사,8,강", "F-03,커버,2,수지")
_GERMAN = ("Rezeptur;Größe;Toleranz ±%", "Natriumcarbonat;35;1", "Überzug;2;1")


@pytest.mark.parametrize(("rows", "encoding"), [(_JAPANESE, "cp932"), (_KOREAN, "cp949"), (_GERMAN, "cp1252")])
def test_other_languages_are_no_chinese(rows: tuple[str, ...], encoding: str, table) -> None:
    """Whole lists, and those of which only few cells are not English."""
    for few in (rows, rows[:1] + rows[2:], ("Part,Name,Qty,Material", *rows[1:])):
        text = "\n".join((*few, ""))
        assert table(text, encoding=encoding) == table(text)


@pytest.mark.parametrize("name", [
    "钢板", "铝板", "胶", "骨架胶管", "阀体", "法兰盖板", "硅胶垫", "电路板卡扣", "固定夹", "后壳盖", "保护膜",
    "机壳固定板金件",
])  # fmt: skip
@pytest.mark.parametrize("encoding", ["gb18030", "gb2312"])
def test_short_chinese_texts_are_no_korean(name: str, encoding: str, table) -> None:
    """Though their bytes may be that as well."""
    for text in (f"Part,Qty\n{name},2\n", f"Part,Qty\n{name},2\n{name}A,3\nM3,4\n"):
        assert table(text, encoding=encoding) == table(text)
