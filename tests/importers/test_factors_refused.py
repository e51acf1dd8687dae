"""Own factors: tables that cannot be used are told, every problem at its cell."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from openpyxl import Workbook

from footprint import holdings
from footprint.background import importers
from footprint.background.importers import factors as importer
from footprint.background.importers.asked import Asked
from footprint.errors import WorkbookError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "factors.py")))
LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))
STEEL = OF.STEEL
as_csv, as_xlsx, refused, run, taken_in = OF.as_csv, OF.as_xlsx, OF.refused, OF.run, OF.taken_in
Write = Callable[..., Path]
FORMATS = ", ".join(f"'{name}'" for name in importers.formats())
pytestmark = pytest.mark.usefixtures("own_home")
CASES = yaml.load(
    (Path(__file__).parents[1] / "data" / "factor_errors.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["said"].rpartition("[")[2])
@pytest.mark.parametrize("name", ["factors.xlsx", "factors.csv"])
def test_a_cell_that_cannot_be_used_is_told(table: Write, name: str, case: dict[str, Any]) -> None:
    """Each fault has its place, its fact and its remedy, in a workbook and in a text file."""
    sheet = {"factors.xlsx": "Factors", "factors.csv": "factors"}[name]
    (found,) = refused(table({**STEEL, **case["change"]}, name=name))
    said = case["said"]
    assert found.endswith(said) if said.startswith("[") else found == f"{name}:{sheet}!{said}"


def test_all_problems_come_at_once(table: Write) -> None:
    """Every row tells its own faults, a code used twice among them, and no fault is told twice."""
    path = table(
        STEEL, {**STEEL, "unit": "kgs", "period": "soon"}, {**STEEL, "code": "b", "total": "x", "document": ""}, STEEL
    )
    places = [line.partition(": ")[0].partition("!")[2] for line in refused(path)]
    assert places == ["C3", "E3", "F4", "I4", "A3", "A5"]


@pytest.mark.parametrize(
    ("drop", "code"),
    [("code", "column-missing"), ("unit", "column-missing"), ("status", "column-missing"),
     ("name_en", "factor-names-missing"), ("total", "factor-numbers-missing")],
)  # fmt: skip
def test_a_column_that_is_needed_is_missed(table: Write, drop: str, code: str) -> None:
    """Without a column that every row needs, that column is told, once."""
    rows = [{k: v for k, v in STEEL.items() if k not in {drop, "gwp_set" if drop == "total" else ""}}] * 2
    found = refused(table(*rows))
    assert [line.rpartition("[")[2] for line in found].count(f"{code}]") == 1
    assert found[0].endswith(f"[{code}]")


def test_columns_of_ones_own_are_told_and_remarks_are_not(table: Write) -> None:
    """Text in a strange column is said not to be read; a header that starts with # asks for silence."""
    path = table({**STEEL, "buyer": "Li", "# price": 12.5})
    done = run("db", "import", path, "--lang", "en")
    assert done.exit_code == 0
    assert done.stderr == (
        "factors.xlsx:Factors!J1: column 'buyer' is not part of the template and was not read. [column-unknown]\n"
    )


def test_a_table_is_known_by_its_headers_not_by_its_name(table: Write, tmp_path: Path) -> None:
    """Under any name, on a sheet of any name, among other sheets."""
    for number, (content, name) in enumerate(((as_csv([STEEL]), "x.dat"), (as_xlsx([STEEL], "S1"), "x.csv"))):
        path = tmp_path / f"{number}{name}"
        path.write_bytes(content)
        assert importers.importer("factors").sniff(path)
        assert [d.code for d in taken_in(path).datasets()] == ["steel-a"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 no", b"\x00\x01", b"code,unit\nx,kg\n"])
def test_what_is_no_factor_table_is_told(tmp_path: Path, content: bytes) -> None:
    """Other files, broken ones and empty ones: a sentence, and the way to a template."""
    path = tmp_path / "factors.xlsx"
    path.write_bytes(content)
    assert not importers.importer("factors").sniff(path)
    said = LINE.refused(lambda: holdings.take_in(path, Asked(), "auto", "en"))
    none = f"to hear what it lacks. Did you mean {FORMATS}? [import-format-none]"
    assert said.endswith("[bundle-damaged]" if content.startswith(b"PK") else none)
    assert refused(path)


def test_formats_and_files_that_are_none_are_told(tmp_path: Path) -> None:
    """A format nobody reads, a path that leads nowhere."""
    (tmp_path / "x.csv").write_bytes(as_csv([STEEL]))
    said = LINE.refused(lambda: holdings.take_in(tmp_path / "x.csv", Asked(), "spold", "en"))
    assert said.endswith(f"Choose one of those offered. Did you mean {FORMATS}? [import-format-unknown]")
    assert LINE.refused(lambda: holdings.take_in(tmp_path / "y.csv", Asked(), "auto", "en")).endswith("[file-missing]")


def test_two_sheets_of_factors_are_not_guessed_between(tmp_path: Path) -> None:
    """One of them must be called Factors."""
    book = Workbook()
    for name in ("A", "B"):
        page = book.create_sheet(name)
        page.append(list(STEEL))
        page.append(list(STEEL.values()))
    path = tmp_path / "two.xlsx"
    book.save(path)
    assert refused(path) == [
        "two.xlsx: sheets 'A' and 'B' both hold factors. Keep one of them, or call it 'Factors'. [factor-sheets]"
    ]
    book["B"].title = "因子"
    book.save(path)
    assert taken_in(path).info.id == "two"


@pytest.mark.parametrize(
    ("header", "unit", "is_wrong"),
    [
        ("Total (kg CO2e/t)", "kg", True), ("Total (kg CO2e/kg)", "kg", False), ("Total (kg CO2e/kWh)", "MWh", True),
        ("Total [kg per t]", "kg", True), ("总量（kg CO2e/吨）", "kg", True), ("总量（kg CO2e/吨）", "t", False),
    ],
)  # fmt: skip
def test_what_a_total_is_per_is_the_unit_column(tmp_path: Path, header: str, unit: str, is_wrong: bool) -> None:
    """A header per tonne over rows in kilograms would be a thousand times off: it is an error at the header."""
    path = tmp_path / "a.csv"
    columns = f"code,name_en,unit,region,period,{header},gwp_set,status,document"
    path.write_text(f"{columns}\nx,x,{unit},CN,2024,2,AR6,secondary,a report\n", encoding="utf-8")
    try:
        importer.read(path, Asked("a", "", "", "", False))
    except WorkbookError as exc:
        codes = {p.code for p in exc.problems}
    else:
        codes = set()
    assert ("header-unit-row" in codes) == is_wrong, codes


def test_a_misspelt_gas_is_refused_whatever_it_holds(tmp_path: Path) -> None:
    """Texts under 'CH4 fosil' are no numbers, and yet methane that nobody would count."""
    path = tmp_path / "a.csv"
    columns = "code,name_en,unit,region,period,co2_fossil,CH4 fosil,status,document"
    path.write_text(f"{columns}\nx,x,kg,CN,2024,1.8,0.5 kg,secondary,a report\n", encoding="utf-8")
    with pytest.raises(WorkbookError, match="factor-column"):
        importer.read(path, Asked("a", "", "", "", False))
