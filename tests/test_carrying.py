"""A workbook carried from one release of a database to the next: what is named anew, what is left, what moves."""

from __future__ import annotations

import csv
import io
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from footprint import holdings
from footprint.background.importers.asked import Asked
from footprint.cli import main

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def table(*rows: tuple[str, str, str]) -> bytes:
    """Return a factor table of code, name and kg CO2e/kg."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("code", "name_en", "unit", "total", "gwp_set", "region", "period", "boundary", "status",
                     "document", "document_number", "document_date", "page", "publisher", "licence"))  # fmt: skip
    for code, name, total in rows:
        writer.writerow((code, name, "kg", total, "AR6", "CN", "2024", "cradle-to-gate", "secondary", "A list", "1",
                         "2024-01-01", "1", "A publisher", "open"))  # fmt: skip
    return out.getvalue().encode()


@pytest.fixture
def releases(tmp_path: Path) -> None:
    """Two releases of a database: sheet under another code, tube gone, plate dearer."""
    for version, rows in (
        ("1", (("sheet", "steel sheet", "2"), ("tube", "steel tube", "3"), ("plate", "steel plate", "5"))),
        ("2", (("sheet-2", "steel sheet", "2"), ("plate", "steel plate", "6"), ("pipe", "steel pipe", "4"))),
    ):
        (tmp_path / f"{version}.csv").write_bytes(table(*rows))
        holdings.take_in(tmp_path / f"{version}.csv", Asked("metals", version), "factors", "en")


@pytest.fixture
def book(releases: None, bill: Callable[..., Path]) -> Callable[..., Path]:
    """Return what writes a bill with one line of 1, 2, ... kg per dataset."""

    def write(*datasets: str, **product: object) -> Path:
        lines = "\n".join(f"part-{at} | part {at} | {at} kg | {name}" for at, name in enumerate(datasets, 1))
        said = {"databases": "metals@1", "pcr": "iso-14067", **product}
        return bill(lines, product=LINE.plain_product(**said))

    return write


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [*map(str, args), "--lang", "en"])


def carried(path: Path, *more: object) -> Result:
    return run("db", "carry", path, "--from", "metals@1", "--to", "metals@2", *more)


def cells(path: Path) -> dict[str, set[str]]:
    """Return every text of a workbook by sheet."""
    return {
        sheet.title: {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
        for sheet in load_workbook(path)
    }


def test_a_dataset_under_another_code_is_carried_and_the_result_moves_by_line(book: Callable[..., Path]) -> None:
    """Sheet is sheet-2 now at the same number; 2 kg of plate cost 1 kg CO2e/kg more: 2 kg, and nothing else."""
    path = book("sheet", "metals:plate")
    result = carried(path)
    assert result.exit_code == 0, result.output
    assert "3 cells carried from metals@1 to metals@2" in result.output
    found = cells(path.with_name("pump-carried.xlsx"))
    told = set().union(*found.values())
    assert {"sheet-2", "metals@2:plate", "metals@2"} <= told
    assert not {"sheet", "metals:plate", "metals@1"} & told
    assert "Difference: +2 kg CO2e" in result.output
    assert "part 2\tfactors: factor 5 -> 6" in result.output
    assert "part 1" not in result.output


def test_what_has_no_counterpart_stays_and_is_told_with_its_cell(book: Callable[..., Path]) -> None:
    """A tube is no pipe: nobody guesses."""
    path = book("tube")
    result = carried(path)
    assert "'tube' is not in the new release" in result.output
    assert "1 cells are open" in result.output
    assert "tube" in set().union(*cells(path.with_name("pump-carried.xlsx")).values())


def test_a_mapping_that_a_person_completed_is_followed(book: Callable[..., Path], tmp_path: Path) -> None:
    """It is written, completed, and says more than names do."""
    mapping = tmp_path / "mapping.csv"
    assert run("db", "diff", "metals@1", "metals@2", "--mapping", mapping).exit_code == 0
    text = mapping.read_text(encoding="utf-8-sig")
    assert "sheet,sheet-2,name,steel sheet,kg,CN" in text
    assert "tube,,,steel tube,kg,CN" in text
    mapping.write_text(text.replace("tube,,", "tube,pipe,"), encoding="utf-8")
    path = book("tube")
    result = carried(path, "--mapping", mapping)
    assert "are open" not in result.output
    assert "pipe" in set().union(*cells(path.with_name("pump-carried.xlsx")).values())


def test_what_a_person_took_out_of_a_mapping_stays_open(book: Callable[..., Path], tmp_path: Path) -> None:
    """An empty cell says that nothing is the same, whatever code or name says; two rows of one code are refused."""
    (tmp_path / "mapping.csv").write_text("old,new\nplate,\n", encoding="utf-8")
    assert "'plate' is not in the new release" in carried(book("plate"), "--mapping", tmp_path / "mapping.csv").output
    (tmp_path / "mapping.csv").write_text("old,new\nplate,pipe\nplate,plate\n", encoding="utf-8")
    result = carried(book("plate"), "--mapping", tmp_path / "mapping.csv", "--force")
    assert "'plate' stands in it twice" in result.output


def test_codes_of_digits_and_of_signs_are_read_from_a_mapping_as_written(
    bill: Callable[..., Path], tmp_path: Path
) -> None:  # fmt: skip
    """1001 is no number; a name that a spreadsheet would calculate stands behind a quote."""
    for version, code in (("1", "1001"), ("2", "2002")):
        (tmp_path / f"{version}.csv").write_bytes(table((code, f"=cmd {version}", "2")))
        holdings.take_in(tmp_path / f"{version}.csv", Asked("metals", version), "factors", "en")
    mapping = tmp_path / "mapping.csv"
    run("db", "diff", "metals@1", "metals@2", "--mapping", mapping)
    text = mapping.read_text(encoding="utf-8-sig")
    assert "1001,,,'=cmd 1,kg,CN" in text
    mapping.write_text(text.replace("1001,", "1001,2002"), encoding="utf-8")
    path = bill("p | part | 1 kg | 1001", product=LINE.plain_product(databases="metals@1", pcr="iso-14067"))
    result = carried(path, "--mapping", mapping)
    assert "2 cells carried" in result.output, result.output
    assert "2002" in set().union(*cells(path.with_name("pump-carried.xlsx")).values())


def test_a_mapping_to_what_is_not_there_is_refused(book: Callable[..., Path], tmp_path: Path) -> None:
    """A wrong code is told, and nothing is written."""
    (tmp_path / "mapping.csv").write_text("old,new\nsheet,shet\n", encoding="utf-8")
    path = book("sheet")
    result = carried(path, "--mapping", tmp_path / "mapping.csv")
    assert result.exit_code == 2
    assert "'shet' is no dataset of metals@2" in result.output
    assert not path.with_name("pump-carried.xlsx").exists()


def test_nothing_is_written_over(book: Callable[..., Path]) -> None:
    """Neither the workbook nor what is there."""
    path = book("sheet")
    before = path.read_bytes()
    assert carried(path).exit_code == 0
    assert carried(path).exit_code == 2
    assert carried(path, "--force").exit_code == 0
    assert carried(path, "-o", path, "--force").exit_code == 2
    assert path.read_bytes() == before


def test_a_diff_names_what_only_has_another_code(releases: None) -> None:
    """Removed and added by code, one by name."""
    said = run("db", "diff", "metals@1", "metals@2").output
    assert "1 of the removed are among the added under another code" in said
    assert "sheet → sheet-2" in said


SAWN = (
    "Database,saw\n\nActivity,sawing\ncode,{code}\nreference product,{product}\nunit,kilogram\nlocation,DE\n\n"
    "Exchanges\nname,amount,unit,categories,type\nsawing,1,kilogram,,production\n"
    '"Carbon dioxide, fossil",{co2},kilogram,air,biosphere\n'
)


@pytest.mark.parametrize(("row", "is_told"), [
    ("s1,s2,sawnwood", True), ("s1,s2,", True), ("s1,s2,Sawdust", False), ("s1,s3,sawnwood", False),
    ("other,s2,sawnwood", False),
])  # fmt: skip
def test_a_mapping_to_another_product_is_told(
    bill: Callable[..., Path], tmp_path: Path, row: str, *, is_told: bool
) -> None:
    """What a person wrote is followed; that it is another product than before, or than the row says, is told."""
    for version, made in (("1", {"s1": "sawnwood", "other": "bark"}), ("2", {"s2": "sawdust", "s3": "sawnwood"})):
        texts = (SAWN.format(code=code, product=product, co2=version) for code, product in made.items())
        blocks = (text.partition("\n\n") for text in texts)
        heads, _, parts = zip(*blocks, strict=True)
        (tmp_path / f"{version}.csv").write_text("\n\n".join((heads[0], *parts)), encoding="utf-8")
        holdings.take_in(tmp_path / f"{version}.csv", Asked("metals", version), "bw-excel", "en")
    mapping = tmp_path / "mapping.csv"
    mapping.write_text(f"old,new,product\n{row}\n", encoding="utf-8")
    path = bill("p | part | 1 kg | s1", product=LINE.plain_product(databases="metals@1", pcr="iso-14067"))
    result = carried(path, "--mapping", mapping)
    assert result.exit_code == 0, result.output
    said = "mapping.csv:line 2: 's1' makes 'sawnwood', and 's2', which the mapping has for it, makes 'sawdust'."
    assert (said in result.output) == is_told
    assert ("which the mapping has for it" in result.output) == is_told
