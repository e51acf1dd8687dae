"""The spreadsheet report: live where it says so, and moving as the engine would."""

from __future__ import annotations

import copy
import io
import math
import runpy
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from footprint import publish
from footprint.publish.wording import gas

DATA = Path(__file__).parent / "data"
MODULE = runpy.run_path(str(DATA / "sample_declaration.py"))
SAMPLE = MODULE["sample"]
Change = Callable[[Any, dict[str, Any]], None]


def book(document: dict[str, Any], lang: str = "en", *, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(publish.render("report.xlsx", document, lang)), data_only=values)


def labelled(sheet: Any, caption: str, column: int = 2) -> Any:
    """Return the cell beside ``caption``."""
    return next(row[column - 1] for row in sheet.iter_rows() if row[0].value == caption)


def recalculated(document: dict[str, Any]) -> float:
    """Return the total from entered numbers, steps, flows and factors alone: supplies by running until they settle."""
    supply = dict.fromkeys((a["id"] for a in document["activities"]), 0.0)
    for _ in range(300):
        asked = dict.fromkeys(supply, 0.0)
        asked[document["demand"]["activity"]] += document["demand"]["amount"]
        for flow in document["flows"]:
            asked[flow["child"]] += supply[flow["parent"]] * flow["coefficient"] * amount(flow)
        supply = asked
    return math.fsum(supply[e["activity"]] * e["coefficient"] * amount(e) * e["factor"] for e in document["ledger"])


def amount(entry: dict[str, Any]) -> float:
    return float(entry["entered"]["value"] * math.prod(s["factor"] for s in entry["steps"]))


def set_input(sheet: Any, cell: str, what: str, value: float) -> None:
    rows = [row for row in sheet.iter_rows(min_row=4) if (row[0].value, row[2].value) == (cell, what)]
    assert len(rows) == 1
    rows[0][3].value = value


def leaf(told: Any, document: dict[str, Any]) -> None:
    set_input(told["Inputs"], "BOM!E6", "Entered", 3000.0)
    for entry in document["ledger"]:
        if entry["entered"]["cell"] == "BOM!E6":
            entry["entered"]["value"] = 3000.0
        for step in entry["steps"]:  # the mass a lorry carries of this line grows with it
            if (step["what"], step["cell"]) == ("mass", "BOM!E6"):
                step["factor"] *= 3000 / 2140


def assembly(told: Any, document: dict[str, Any]) -> None:
    set_input(told["Inputs"], "BOM!E5", "Entered", 96.0)
    document["flows"][1]["entered"]["value"] = 96.0


def derived(told: Any, document: dict[str, Any]) -> None:
    """One cell, two postings: the primary and the recycled part of the housing."""
    set_input(told["Inputs"], "BOM!E12", "Entered", 60.0)
    changed = [e for e in document["ledger"] if e["entered"]["cell"] == "BOM!E12"]
    assert len(changed) == 2
    for entry in changed:
        entry["entered"]["value"] = 60.0


def parameter(told: Any, document: dict[str, Any]) -> None:
    set_input(told["Inputs"], "Parameters!B4", "Parameter", 1.5)
    for entry in document["ledger"]:
        for step in entry["steps"]:
            step["factor"] = 1.5 if step["cell"] == "Parameters!B4" else step["factor"]


def factor(told: Any, document: dict[str, Any]) -> None:
    sheet = told["Factors"]
    row = next(row for row in sheet.iter_rows(min_row=5) if row[0].value == "open-cn@2026.1:electricity-cn-grid")
    captions = [c.value for c in sheet[4]]
    row[captions.index("Not split")].value = 0.9
    for entry in document["ledger"]:
        if entry["target"] == "open-cn@2026.1:electricity-cn-grid":
            entry["factor"] = 0.9


def above_the_loop(told: Any, document: dict[str, Any]) -> None:
    """Two modules a pack: the loop of modules and rework runs twice as often."""
    set_input(told["Inputs"], "BOM!E4", "Entered", 2.0)
    document["flows"][0]["entered"]["value"] = 2.0


def demand(told: Any, document: dict[str, Any]) -> None:
    cell = next(row[4] for row in told["Supply"].iter_rows(min_row=5) if row[0].value == "pack")
    cell.value = document["demand"]["amount"] = 1.0


CHANGES: tuple[Change, ...] = (leaf, assembly, derived, parameter, factor, above_the_loop, demand)


def office(folder: Path, *files: Path) -> None:
    """Let LibreOffice calculate ``files`` and write them to ``folder``."""
    found = shutil.which("soffice")
    if found is None:
        pytest.skip("LibreOffice (soffice) is not installed: live formulas were not recalculated")
    profile = (folder / "profile").as_uri()
    subprocess.run([found, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir",
                    str(folder), *map(str, files)], check=True, capture_output=True, timeout=180)  # fmt: skip


def test_changing_an_input_moves_the_total_as_the_engine_would(tmp_path: Path) -> None:
    """A leaf, an assembly, a shared cell, a parameter, a factor, what feeds a loop, the demand: the total follows."""
    expected, files = {}, []
    for change in CHANGES:
        document = copy.deepcopy(SAMPLE())
        told = book(document)
        change(told, document)
        expected[change.__name__] = recalculated(document)
        files.append(tmp_path / f"{change.__name__}.xlsx")
        told.save(files[-1])  # openpyxl writes formulas without the values they had
    out = tmp_path / "out"
    out.mkdir()
    office(out, *files)
    issued = SAMPLE()["result"]["total"]
    for name, total in expected.items():
        sheet = openpyxl.load_workbook(out / f"{name}.xlsx", data_only=True)["Summary"]
        assert labelled(sheet, "Total, recalculated").value == pytest.approx(total, rel=1e-9)
        assert total != pytest.approx(issued, rel=1e-4)
        assert labelled(sheet, "Change against the total as issued").value == pytest.approx(total - issued, abs=1e-9)


def test_office_agrees_with_every_stored_value(tmp_path: Path) -> None:
    """Recalculated without any change, each formula of each sheet gives the value stored with it, in both languages."""
    document = SAMPLE(extra=40)
    out = tmp_path / "out"
    out.mkdir()
    for lang in ("zh", "en"):
        book(document, lang).save(tmp_path / f"{lang}.xlsx")
    office(out, tmp_path / "zh.xlsx", tmp_path / "en.xlsx")
    for lang in ("zh", "en"):
        stored, fresh = book(document, lang, values=True), openpyxl.load_workbook(out / f"{lang}.xlsx", data_only=True)
        cells = [c for sheet in book(document, lang) for row in sheet.iter_rows() for c in row if c.data_type == "f"]
        assert len(cells) > 400
        for cell in cells:
            value = fresh[cell.parent.title][cell.coordinate].value
            expected = stored[cell.parent.title][cell.coordinate].value
            assert value == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_stored_values_are_those_of_the_declaration() -> None:
    """Total, stages and classes show the declared values to readers that do not calculate."""
    document = SAMPLE()
    for lang, total in (("en", "Total, recalculated"), ("zh", "合计（重新计算）")):
        sheet = book(document, lang, values=True).worksheets[0]
        assert labelled(sheet, total).value == document["result"]["total"]
        for part in ("by_stage", "by_class"):
            for row in document["result"][part]:
                assert labelled(sheet, gas(row["title"][lang])).value == row["value"]


def test_nothing_that_is_live_is_a_value() -> None:
    """In a consistent declaration every amount, supply, factor and value of the ledger is a formula."""
    sheet = book(SAMPLE())["Ledger"]
    captions = [c.value for c in sheet[4]]
    for caption in ("Entered", "Amount", "Supply", "Factor", "Value"):
        column = captions.index(caption)
        assert all(row[column].data_type == "f" for row in sheet.iter_rows(min_row=5))


def test_a_stage_without_lines_has_no_number() -> None:
    """Missing is not zero: a dash stands where nothing was posted, and zero where postings add up to it."""
    document = copy.deepcopy(SAMPLE())
    empty = {"id": "use", "title": {"en": "Use", "zh": "使用"}, "value": 0.0, "share": 0.0}
    document["result"]["by_stage"] += [{**empty, "lines": 0}, {**empty, "id": "even", "title": "Even", "lines": 2}]
    sheet = book(document)["Summary"]
    rows = {row[0].value: [cell.value for cell in row[1:4]] for row in sheet}
    assert rows["Use"] == ["—", None, "use"]
    assert rows["Even"][0] == 0 or str(rows["Even"][0]).startswith("=SUMIF")


def test_what_does_not_follow_is_marked() -> None:
    """A value that is not supply x coefficient x amount x factor is written as it was issued, and says so."""
    document = SAMPLE()
    document["ledger"][3]["value"] *= 1.5
    sheet = book(document)["Ledger"]
    captions = [c.value for c in sheet[4]]
    cell, remark = sheet[8][captions.index("Value")], sheet[8][captions.index("Remark")]
    assert cell.value == document["ledger"][3]["value"]
    assert remark.value.startswith("As issued")


def test_a_loop_too_large_keeps_its_supplies() -> None:
    """Activities of a loop that cannot be solved here keep their supply as a value, with a remark."""
    from footprint.publish import chain

    document = SAMPLE()
    size = chain.LARGEST_LOOP + 2
    document["activities"] += [
        {"id": f"x{i}", "name": f"x{i}", "supply": 0.0, "unit": "kg", "cell": ""} for i in range(size)
    ]
    line = {
        **document["flows"][2],
        "coefficient": 1.0,
        "amount": 0.5,
        "entered": {"value": 0.5, "unit": "kg", "cell": "BOM!E99"},
    }
    document["flows"] += [{**line, "parent": f"x{i}", "child": f"x{(i + 1) % size}"} for i in range(size)]
    rows = {row[0].value: row for row in book(document)["Supply"].iter_rows(min_row=5, max_row=8 + size)}
    assert rows["x0"][5].value == 0
    assert rows["x0"][6].value.startswith("As issued")


def test_no_sum_reaches_over_what_depends_on_it() -> None:
    """Supply adds up named cells only: a range that contains a dependent is circular in a spreadsheet."""
    formulas = [c.value for row in book(SAMPLE())["Supply"].iter_rows() for c in row if c.data_type == "f"]
    assert formulas
    assert not [f for f in formulas if ":" in f or "SUM" in f]


def test_names_are_no_formulas() -> None:
    """Names that look like formulas add no formula anywhere."""
    document = SAMPLE()

    def formulas(told: openpyxl.Workbook) -> int:
        return sum(c.data_type == "f" for sheet in told for row in sheet.iter_rows() for c in row)

    before = formulas(book(document))
    for entry in (*document["ledger"], *document["activities"], *document["flows"], document["product"]):
        entry["name"] = '=HYPERLINK("http://x")'
    document["datasets"][0]["citation"] = "@SUM(1)"
    assert formulas(book(document)) == before


def test_each_workbook_cell_is_one_input() -> None:
    """A cell used by several lines stands once among the inputs, with the number of lines that use it."""
    rows = [[c.value for c in row] for row in book(SAMPLE())["Inputs"].iter_rows(min_row=4)]
    shared = [row for row in rows if row[0] == "Parameters!B4"]
    assert [row[5] for row in shared] == [2]
    assert len({(row[0], row[2], row[3]) for row in rows}) == len(rows)


def test_a_remark_for_what_stands_in_a_loop() -> None:
    """The loop's own flows are marked as not live, the activities in it as solved."""
    told = book(SAMPLE())
    remarks = {row[0].value: row[6].value for row in told["Inputs"].iter_rows(min_row=4)}
    assert remarks["Processes!H10"].startswith("Inside a loop")
    assert remarks["BOM!E5"] is None
    supplies = {row[0].value: row[6].value for row in told["Supply"].iter_rows(min_row=5, max_row=8)}
    assert supplies["M1"].startswith("In a loop")
    assert supplies["C1"] is None


def test_the_spreadsheet_moves_as_the_whole_program_would(tmp_path: Path) -> None:
    """The example workbook with one cell changed, calculated anew, gives the total its first report recalculates to."""
    from footprint import service

    first = service.demo("battery", tmp_path / "first", "en")[0].document
    line = max(first["ledger"], key=lambda e: e["value"] if e["cell"].startswith("BOM!") else 0.0)
    cell, value = line["entered"]["cell"], line["entered"]["value"] * 1.004

    told = book(first)
    set_input(told["Inputs"], cell, "Entered", value)
    told.save(tmp_path / "changed.xlsx")
    out = tmp_path / "out"
    out.mkdir()
    office(out, tmp_path / "changed.xlsx")
    moved = labelled(
        openpyxl.load_workbook(out / "changed.xlsx", data_only=True)["Summary"], "Total, recalculated"
    ).value

    source = tmp_path / "first" / "battery.xlsx"
    changed = openpyxl.load_workbook(source)
    sheet, _, address = cell.partition("!")
    changed[sheet][address].value = value
    changed.save(source)
    again = service.calculate(service.Request(source)).document["result"]["total"]
    assert again != pytest.approx(first["result"]["total"], rel=1e-6)
    assert moved == pytest.approx(again, rel=1e-9)
