"""Footprints asked of suppliers: each sees its own lines alone, and its answer changes the cells it is about."""

from __future__ import annotations

import io
import runpy
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from footprint import asking, service
from footprint.errors import FootprintError
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
    return list(asking.request(book, tmp_path / "out", "en", **asked))


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
    for path in asking.request(book, tmp_path, lang):
        assert requests.read(read(path)).rows == ()


def test_an_answer_becomes_the_dataset_of_its_line(book: Path, tmp_path: Path) -> None:
    """The factor counts, its share of primary data is carried on, and every changed cell is said."""
    plates, _ = sorted(request_of(book, tmp_path), key=lambda path: path.name)
    new = tmp_path / "new.xlsx"
    before = book.read_bytes()
    told = asking.merge(book, [answered(plates, **ANSWER)], new, "en")
    assert book.read_bytes() == before
    folder = Path(LINE.small(tmp_path / "databases"))
    document = service.calculate(service.Request(new, str(LINE.RULES), (str(folder),))).document
    housing = next(e for e in document["ledger"] if e["name"] == "housing")
    assert housing["target"].endswith(":plate-works-钢厂-l1")
    assert housing["factor"] == 2.5
    assert housing["value"] == 5.0
    assert "steel -> plate-works-钢厂-l1" in told
    assert told.count("\n") == 1 + 13  # the dataset, a row of thirteen cells, the path
    again = asking.merge(new, [plates], tmp_path / "again.xlsx", "en")
    assert again == str(tmp_path / "again.xlsx")


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
        asking.merge(book, [path], tmp_path / "new.xlsx", "en")
    assert [p.code for p in refused.value.problems] == [code]
    assert "Request" in str(refused.value.problems[0].place)
    assert not (tmp_path / "new.xlsx").exists()


def test_what_is_no_answer_is_refused(book: Path, tmp_path: Path) -> None:
    with pytest.raises(FootprintError) as refused:
        asking.merge(book, [book], tmp_path / "new.xlsx", "en")
    assert [p.code for p in refused.value.problems] == ["request-unknown"]
    with pytest.raises(FootprintError) as refused:
        asking.request(book, tmp_path, "en", supplier="Nobody")
    assert [p.code for p in refused.value.problems] == ["request-nobody"]
    with pytest.raises(FootprintError):
        asking.merge(book, [], book, "en", force=True)


def test_a_merged_workbook_is_another_file_without_macros(book: Path, tmp_path: Path) -> None:
    """It is never the workbook itself, nor one that is called macro-enabled and holds none."""
    for output, code in ((book, "file-exists"), (tmp_path / "new.xlsm", "not-an-xlsx-name")):
        with pytest.raises(FootprintError) as refused:
            asking.merge(book, [], output, "en", force=True)
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
    asking.merge(book, [path], new, "en")
    cells = [c for row in openpyxl.load_workbook(new)["Factors"].iter_rows() for c in row if c.value == "=1+1"]
    assert [c.data_type for c in cells] == ["s"]
