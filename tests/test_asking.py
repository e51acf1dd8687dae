"""Footprints asked of suppliers: each sees its own lines alone, and its answer changes the cells it is about."""

from __future__ import annotations

import io
import re
import runpy
import shutil
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from footprint import asking, merging, service
from footprint.errors import FootprintError
from footprint.intake import read as intake
from footprint.intake import request as requests
from footprint.messages import LANGUAGES
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Bill = Callable[..., Path]
BOM = """
L1 | housing | 2 kg | steel | supplier=Plate Works 钢厂
L2 | cover   | 3 kg | steel | supplier=Plate Works 钢厂
L3 | secret-wire | 1 kg | copper | supplier=Wire Works
L4 | sleeve  | 1 kg | copper
"""
ANSWER = {
    "total": 2.5, "gwp_set": "AR6", "boundary": "cradle-to-gate", "region": "CN", "period": "2024",
    "document": "declaration 7", "primary_share": 0.4, "valid_until": "2027-12-31",
}  # fmt: skip


@pytest.fixture
def bill(bill: Bill) -> Bill:
    """Return what writes guided workbooks with all their sheets: answers come into some that nobody filled in."""
    return partial(bill, whole=True)


@pytest.fixture
def book(bill: Bill) -> Path:
    """Return a guided workbook as people have it: made from the template, with two suppliers in its BOM."""
    return bill(BOM, product=LINE.plain_product(pcr=str(LINE.RULES)))


def answered(path: Path, **cells: Any) -> Path:
    """Fill in the first row of a request."""
    told = openpyxl.load_workbook(path)
    sheet = told["Request"]
    heads = {str(cell.value).partition("\n")[0].removesuffix(" *").partition(" [")[0]: cell.column for cell in sheet[3]}
    for key, value in cells.items():
        field = next(f for f in requests.fields() if f.key == key)
        sheet.cell(4, heads[field.en]).value = value
    told.save(path)
    return path


def request_of(book: Path, tmp_path: Path, **asked: Any) -> list[Path]:
    return list(asking.request(book, tmp_path / "out", "en", **asked).paths)


def test_each_supplier_sees_its_own_lines_alone(book: Path, tmp_path: Path) -> None:
    """Two files, and in each nothing of the other supplier, of what nobody supplies, of amounts or datasets."""
    plates, wires = sorted(request_of(book, tmp_path), key=lambda path: path.name)
    assert (plates.name, wires.name) == ("request-plate-works-钢厂.xlsx", "request-wire-works.xlsx")
    told = b"".join(texts(plates))
    for secret in ("secret-wire", "Wire Works", "sleeve", "copper", "steel"):
        assert secret.encode() not in told
    assert b"housing" in told
    assert b"cover" in told
    assert [path.name for path in request_of(book, tmp_path / "one", supplier="Wire Works")] == [wires.name]


def texts(path: Path) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return [archive.read(name) for name in archive.namelist()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_request_reads_back_as_no_answer(book: Path, tmp_path: Path, lang: str) -> None:
    for path in asking.request(book, tmp_path, lang).paths:
        assert requests.read(read(path)).rows == ()


def test_an_answer_becomes_the_dataset_of_its_line(book: Path, tmp_path: Path) -> None:
    """The factor counts, its share of primary data is carried on, and every changed cell is said."""
    plates, _ = sorted(request_of(book, tmp_path), key=lambda path: path.name)
    new = tmp_path / "new.xlsx"
    before = book.read_bytes()
    told = merging.merge(book, [answered(plates, **ANSWER)], new, "en")
    assert book.read_bytes() == before
    folder = Path(LINE.small(tmp_path / "databases"))
    document = service.calculate(service.Request(new, str(LINE.RULES), (str(folder),))).document
    housing = next(e for e in document["ledger"] if e["name"] == "housing")
    assert housing["target"].endswith(":plate-works-钢厂-l1")
    assert housing["factor"] == 2.5
    assert housing["value"] == 5.0
    assert "steel -> plate-works-钢厂-l1" in told
    assert told.count("\n") == 1 + 13  # the dataset, a row of thirteen cells, the path
    again = merging.merge(new, [plates], tmp_path / "again.xlsx", "en")
    assert again.splitlines()[-1] == str(tmp_path / "again.xlsx")
    assert "no cell changed" in again


def test_what_a_newer_answer_does_not_state_is_cleared(book: Path, tmp_path: Path) -> None:
    """The new total stands beside nothing that was said of the old one."""
    (first,) = request_of(book, tmp_path / "first", supplier="Plate Works 钢厂")
    (second,) = request_of(book, tmp_path / "second", supplier="Plate Works 钢厂")
    merging.merge(book, [answered(first, **ANSWER, pedigree="1;1;1;1;1", note="first")], tmp_path / "1.xlsx", "en")
    newer = {key: value for key, value in ANSWER.items() if key not in {"primary_share", "valid_until"}}
    told = merging.merge(tmp_path / "1.xlsx", [answered(second, **newer | {"total": 4.4})], tmp_path / "2.xlsx", "en")
    (row,) = intake.read(read(tmp_path / "2.xlsx"), LINE.rules().fields).factors
    assert (row.co2e, row.primary_share, row.valid_until, row.note) == (4.4, None, None, "")
    for was in ("0.4", "2027-12-31", "1;1;1;1;1", "first"):
        assert f": {was} -> -\n" in told


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"total": None}, "value-missing"),
        ({"total": -1.0}, "amount-negative"),
        ({"gwp_set": "AR9"}, "choice-unknown"),
        ({"line": "L9"}, "merge-line"),
        ({"unit": "item"}, "merge-other"),
        ({"name": "another part"}, "merge-other"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_at_its_cell(
    book: Path, tmp_path: Path, change: dict[str, Any], code: str
) -> None:
    plates, _ = sorted(request_of(book, tmp_path), key=lambda path: path.name)
    path = answered(plates, **{**ANSWER, **change})
    with pytest.raises(FootprintError) as refused:
        merging.merge(book, [path], tmp_path / "new.xlsx", "en")
    assert [p.code for p in refused.value.problems] == [code]
    assert "Request" in str(refused.value.problems[0].place)
    assert not (tmp_path / "new.xlsx").exists()


def test_what_is_no_answer_is_refused(book: Path, tmp_path: Path) -> None:
    with pytest.raises(FootprintError) as refused:
        merging.merge(book, [book], tmp_path / "new.xlsx", "en")
    assert [p.code for p in refused.value.problems] == ["request-unknown"]
    with pytest.raises(FootprintError) as refused:
        asking.request(book, tmp_path, "en", supplier="Nobody")
    assert [p.code for p in refused.value.problems] == ["request-nobody"]
    with pytest.raises(FootprintError):
        merging.merge(book, [], book, "en", force=True)


def test_a_merged_workbook_is_another_file_called_what_it_is(book: Path, tmp_path: Path) -> None:
    """It is never the workbook itself, nor one that is called macro-enabled and may hold none."""
    for output, code in ((book, "file-exists"), (tmp_path / "new.xlsm", "merge-name")):
        with pytest.raises(FootprintError) as refused:
            merging.merge(book, [], output, "en", force=True)
        assert [p.code for p in refused.value.problems] == [code]


def test_no_answer_is_a_formula(book: Path, tmp_path: Path) -> None:
    """A text that looks like a formula stays a text in the merged workbook."""
    plates, _ = sorted(request_of(book, tmp_path), key=lambda path: path.name)
    new = tmp_path / "new.xlsx"
    path = answered(plates, **{**ANSWER, "document": "'=1+1"})
    told = openpyxl.load_workbook(path)
    cell = next(c for row in told["Request"].iter_rows(min_row=4) for c in row if c.value == "'=1+1")
    cell.value, cell.data_type = "=1+1", "s"
    told.save(path)
    merging.merge(book, [path], new, "en")
    cells = [c for row in openpyxl.load_workbook(new)["Factors"].iter_rows() for c in row if c.value == "=1+1"]
    assert [c.data_type for c in cells] == ["s"]


# ------------------------------------------------------------------------------------------------ what does not fit


@pytest.fixture
def plates(book: Path, tmp_path: Path) -> Path:
    """Return the request to the one supplier."""
    return min(request_of(book, tmp_path), key=lambda path: path.name)


def codes(refused: pytest.ExceptionInfo[FootprintError]) -> list[tuple[str, str]]:
    return [(p.code, str(p.place)) for p in refused.value.problems]


def test_what_merge_would_not_take_is_not_asked_for(bill: Bill, tmp_path: Path) -> None:
    """A line left out with an estimate, or with a dataset of its recycled part, is told at the cell to empty."""
    book = bill(
        """
L1 | housing | 2 kg | steel | supplier=Plates
L2 | bolt    | 1 kg |       | supplier=Plates | cut_off=steel
L3 | foil    | 1 kg | copper | supplier=Plates | recycled_share=0.5 | secondary=steel
L4 | label   | 1 kg |       | supplier=Labels | cut_off=steel
""",
        product=LINE.plain_product(pcr=str(LINE.RULES)),
    )
    made = asking.request(book, tmp_path, "en")
    assert [path.name for path in made.paths] == ["request-plates.xlsx"]
    assert [(p.code, p.place.sheet) for p in made.left_out] == [
        ("ask-left-out", "BOM"), ("ask-recycled", "BOM"), ("ask-left-out", "BOM")
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(made.paths[0])["Request"]
    assert [sheet.cell(row, 1).value for row in range(4, 7)] == ["L1", None, None]
    with pytest.raises(FootprintError) as refused:
        asking.request(book, tmp_path / "none", "en", supplier="Labels")
    assert [p.code for p in refused.value.problems] == ["ask-left-out"]


@pytest.mark.parametrize(
    ("line", "name", "unit"),
    [
        ("1.0", "+1+1", "kg"), ("001", " housing  ｗｉｄｅ ", "KG"), ("A/B:C", "-x", "千克"), ("7", "3.50", "t"),
        ("é𠮷", "a;b", "tonne"), ("L" * 60, "n" * 300, "g"),
    ],
)  # fmt: skip
def test_whatever_is_asked_for_is_taken(bill: Bill, tmp_path: Path, line: str, name: str, unit: str) -> None:
    """Ids, names and units come back as they were asked, however they are written."""
    book = bill(
        f"{line} | {name} | 2 {unit} | steel | supplier=Plates", product=LINE.plain_product(pcr=str(LINE.RULES))
    )
    path = answered(asking.request(book, tmp_path, "en").paths[0], **ANSWER)
    assert "steel -> plates-" in merging.merge(book, [path], tmp_path / "new.xlsx", "en")


def test_an_answer_for_a_line_left_out_since_is_told_and_the_others_are_taken(
    book: Path, plates: Path, bill: Bill, tmp_path: Path
) -> None:
    """The notice names the cell of the workbook that was given, where it can be emptied."""
    path = answered(plates, **ANSWER)
    told = openpyxl.load_workbook(path)
    sheet = told["Request"]
    for column in range(4, sheet.max_column + 1):
        sheet.cell(5, column).value = sheet.cell(4, column).value
    told.save(path)
    left_out = BOM.replace("2 kg | steel | supplier", "2 kg |       | cut_off=steel | supplier")
    changed = bill(left_out, product=LINE.plain_product(pcr=str(LINE.RULES)))
    said = merging.merge(changed, [path], tmp_path / "new.xlsx", "en")
    assert f"{changed.name}:BOM!" in next(line for line in said.splitlines() if "[ask-left-out]" in line)
    assert "-> plate-works-钢厂-l2" in said
    assert "-> plate-works-钢厂-l1" not in said


@pytest.mark.parametrize("boundary", ["gate-to-gate", "direct"])
def test_a_footprint_of_a_part_of_the_way_is_refused(book: Path, plates: Path, tmp_path: Path, boundary: str) -> None:
    """From cradle to gate was asked for."""
    path = answered(plates, **{**ANSWER, "boundary": boundary})
    with pytest.raises(FootprintError) as refused:
        merging.merge(book, [path], tmp_path / "new.xlsx", "en")
    assert codes(refused) == [("merge-boundary", f"{path.name}:Request!F4")]


def test_an_answer_for_another_product_is_refused(bill: Bill, plates: Path, tmp_path: Path) -> None:
    other = bill(BOM, product=LINE.plain_product(pcr=str(LINE.RULES), id="another"))
    with pytest.raises(FootprintError) as refused:
        merging.merge(other, [answered(plates, **ANSWER)], tmp_path / "new.xlsx", "en")
    assert codes(refused) == [("merge-product", f"{plates.name}:footprint")]


def test_the_same_answer_twice_counts_once_and_another_is_refused(book: Path, plates: Path, tmp_path: Path) -> None:
    """In one call as in two: what stands there already is no change, what contradicts it names both cells."""
    path = answered(plates, **ANSWER)
    once = merging.merge(book, [path], tmp_path / "once.xlsx", "en")
    twice = merging.merge(book, [path, path], tmp_path / "twice.xlsx", "en")
    assert twice.splitlines()[:-1] == once.splitlines()[:-1]
    assert (tmp_path / "once.xlsx").read_bytes() == (tmp_path / "twice.xlsx").read_bytes()
    other = path.with_name("other.xlsx")
    shutil.copy(path, other)
    answered(other, total=3.5)
    with pytest.raises(FootprintError) as refused:
        merging.merge(book, [path, other], tmp_path / "new.xlsx", "en")
    assert codes(refused) == [("merge-twice", "other.xlsx:Request!A4")]
    assert f"{path.name}:Request!A4" in str(refused.value)


def test_lines_spelt_alike_have_factors_of_their_own(bill: Bill, tmp_path: Path) -> None:
    """Codes leave out what a file name cannot hold; two lines never share one for it."""
    alike = "l/1 | housing | 2 kg | steel | supplier=Plates\nL 1 | cover | 3 kg | steel | supplier=Plates"
    book = bill(alike, product=LINE.plain_product(pcr=str(LINE.RULES)))
    path = answered(asking.request(book, tmp_path, "en").paths[0], **ANSWER)
    told = openpyxl.load_workbook(path)
    sheet = told["Request"]
    for column in range(4, sheet.max_column + 1):
        sheet.cell(5, column).value = sheet.cell(4, column).value
    told.save(path)
    said = merging.merge(book, [path], tmp_path / "new.xlsx", "en")
    assert "steel -> plates-l-1\n" in said
    assert "steel -> plates-l-1-2\n" in said


# ------------------------------------------------------------------------------------------------ the copy


def test_a_workbook_with_formulas_takes_answers(book: Path, plates: Path, tmp_path: Path) -> None:
    """The value stored with a formula stays; one that rests on what changes has to be calculated before it counts."""
    with_formulas(book, "=1+1", 2.0)
    new = tmp_path / "new.xlsx"
    said = merging.merge(book, [answered(plates, **ANSWER)], new, "en")
    assert "edit-stale" not in said
    housing = next(row for row in read(new).sheets[sheet_index(new, "BOM")].rows if "housing" in row)
    assert 2.0 in housing
    with_formulas(book, "=2+0*COUNTA(Factors!A:A)", 2.0)
    said = merging.merge(book, [plates], tmp_path / "newer.xlsx", "en")
    (stale,) = (line for line in said.splitlines() if "[edit-stale]" in line)
    assert stale.startswith(f"{book.name}:BOM: ")
    with pytest.raises(FootprintError) as refused:
        service.calculate(service.Request(tmp_path / "newer.xlsx", str(LINE.RULES)))
    assert {p.code for p in refused.value.problems} == {"cell-uncached"}


def sheet_index(path: Path, name: str) -> int:
    return [sheet.name for sheet in read(path).sheets].index(name)


def with_formulas(path: Path, formula: str, value: float) -> None:
    """Let the quantity of the first line be a formula with a stored value, as a spreadsheet program saves it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = f"xl/worksheets/sheet{sheet_index(path, 'BOM') + 1}.xml"
    xml = parts[name].decode()
    bom = openpyxl.load_workbook(path)["BOM"]
    cell = next(c.coordinate for row in bom.iter_rows() for c in row if c.value in {2, "=1+1"})
    stood = re.search(rf'<c r="{cell}"([^>]*)>.*?</c>', xml)
    assert stood is not None
    style = re.sub(r' t="\w+"', "", stood[1])
    made = f'<c r="{cell}"{style}><f>{formula[1:]}</f><v>{value}</v></c>'
    parts[name] = xml.replace(stood[0], made).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


def test_all_else_in_the_workbook_stays(book: Path, plates: Path, tmp_path: Path) -> None:
    """Macros, pictures and custom parts are copied as they are; a workbook with macros stays one."""
    with zipfile.ZipFile(book, "a") as archive:
        types = archive.read("[Content_Types].xml")
        archive.writestr("xl/vbaProject.bin", b"macros")
        archive.writestr("customXml/item1.xml", "<own/>")
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    assert plain in types
    new = tmp_path / "new.xlsx"
    merging.merge(book, [answered(plates, **ANSWER)], new, "en")
    with zipfile.ZipFile(book) as was, zipfile.ZipFile(new) as now:
        assert was.namelist() == now.namelist()
        differ = {name for name in was.namelist() if was.read(name) != now.read(name)}
    assert differ == {f"xl/worksheets/sheet{sheet_index(book, name) + 1}.xml" for name in ("BOM", "Factors")}


def test_a_problem_the_merge_brings_names_the_cell_that_states_it(book: Path, plates: Path, tmp_path: Path) -> None:
    """What an answer makes wrong is wrong in the answer, not in a file that was never written."""
    path = answered(plates, **{**ANSWER, "classes": "fossil=99"})
    with pytest.raises(FootprintError) as refused:
        merging.merge(book, [path], tmp_path / "new.xlsx", "en")
    assert all(str(p.place).startswith(path.name) for p in refused.value.problems)


def test_a_workbook_with_macros_stays_one(book: Path, plates: Path, tmp_path: Path) -> None:
    """It is written under the name that programs ask of it, macros and all, and under no other."""
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macro = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(plain, macro)
    with_macros = tmp_path / "pack.xlsm"
    with zipfile.ZipFile(with_macros, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, "xl/vbaProject.bin": b"macros"}.items():
            archive.writestr(name, content)
    path = answered(plates, **ANSWER)
    with pytest.raises(FootprintError, match=r"must end with \.xlsm"):
        merging.merge(with_macros, [path], tmp_path / "new.xlsx", "en")
    merging.merge(with_macros, [path], tmp_path / "new.xlsm", "en")
    with zipfile.ZipFile(tmp_path / "new.xlsm") as archive:
        assert archive.read("xl/vbaProject.bin") == b"macros"
        assert archive.read("[Content_Types].xml") == parts["[Content_Types].xml"]
