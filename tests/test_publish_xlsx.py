"""The spreadsheet report: live where it says so, and moving as the engine would."""

from __future__ import annotations

import copy
import io
import math
import re
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


@pytest.mark.slow
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


@pytest.mark.parametrize("draws", [0, 200])
def test_what_is_of_the_total_points_at_the_total(bill: Callable[..., Path], tmp_path: Path, draws: int) -> None:
    """Whatever stands between, every formula on the result refers to the cell that sums the ledger."""
    from footprint import publishing, service

    text = "a | Steel | 3 kg | mine | uncertainty=u=3 %\n[Factors]\nmine | 2"
    request = service.Request(bill(text, product={"net_mass": 3.0}), draws=draws, seed=1)
    calculated, _ = service.produce(request, tmp_path / "out", "en")
    more = {"uncertainty": calculated.uncertainty} if draws else {}
    document = {**calculated.document, **more}
    sheet = book(document)["Summary"]
    assert (any(row[0].value == "Uncertainty of the result" for row in sheet.iter_rows())) == bool(draws)
    total = labelled(sheet, "Total, recalculated")
    found = re.findall(r"'Summary'!(\$[A-Z]+\$\d+)", " ".join(str(c.value) for row in sheet.iter_rows() for c in row))
    assert total.value.startswith("=SUM(")
    assert f"${total.column_letter}${total.row}" in found
    assert all(sheet[at].data_type == "f" for at in found)
    order = publishing.Order(tmp_path / "out", ("report.xlsx",), "verifier", draft=True)
    assert publishing.publish(order, tmp_path / "published", "en")


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


Moves = dict[tuple[str, str], float]
"""What a cell holds, and how the name of its row begins -> what it is multiplied by."""
MOVES: dict[str, tuple[Moves, ...]] = {
    "battery": ({("Quantity", "LFP battery cells"): 1.004},
                {("Distance", "cells and housing"): 1.5, ("Distance", "plant to customer"): 2},
                {("Usable capacity", ""): 1.2, ("Collection rate", "C4-1"): 0.9, ("Amount of the declared", ""): 3}),
    "detergent": ({("Quantity", "Board packaging"): 1.5},
                  {("Dose per wash", ""): 1.1, ("Electricity of the machine", ""): 2}),
    "nev": ({("Loss rate", "Steel"): 0.5},
            {("Electricity per km", ""): 1.1, ("Refrigerant lost", ""): 2, ("Ratio", ""): 3}),
    "pv": ({("Module area", ""): 1.2, ("Loss rate", "PERC"): 2}, {("Rated power", ""): 1.1, ("Degradation", ""): 1.5}),
    "transformer": ({("Quantity", "Core"): 2.0, ("Net mass of one item", ""): 1 + 1100 / 3363.104419},
                    {("No-load loss", ""): 0.8, ("Load factor", ""): 1.2, ("Reference service life", ""): 35 / 30}),
}  # fmt: skip


def moved_to(document: dict[str, Any], moves: Moves) -> dict[str, float]:
    """Return the new numbers of the first cell that each of ``moves`` names."""
    found = {}
    for (title, name), ratio in moves.items():
        cells = document["inputs"]["cells"]
        cell = next(c for c in cells if c["title"]["en"].startswith(title) and c["name"].startswith(name))
        found[cell["cell"]] = cell["value"] * ratio
    return found


def numbers(document: dict[str, Any]) -> dict[str, float]:
    """Return the numbers of a result by the captions of the sheet."""
    result = document["result"]
    rows = [(row["title"]["en"], row["value"]) for row in (*result["by_stage"], *result.get("subtotals", ()))]
    rows += [(row["title"]["en"], row["total"]) for row in result["also"]]
    named = {"Total, recalculated": "total", "per item": "per_item", "own electricity by location": "location_based"}
    return dict(rows) | {caption: result[key] for caption, key in named.items()}


def in_workbook(source: Path, target: Path, values: dict[str, float]) -> None:
    """Write ``values`` into a copy of a workbook."""
    changed = openpyxl.load_workbook(source)
    for cell, value in values.items():
        sheet, _, at = cell.partition("!")
        changed[sheet][at].value = value
    changed.save(target)


@pytest.mark.slow
def test_the_spreadsheet_moves_as_the_whole_program_would(tmp_path: Path) -> None:
    """Examples with cells changed, calculated anew, give the numbers that their first reports recalculate to.

    Masses that drive transport, losses, collection, distances, fields that rules calculate with: total, stages,
    subtotals and the result per other units follow, and what does not is marked.
    """
    from footprint import service

    files, expected = [], {}
    for name, kinds in MOVES.items():
        first = service.demo(name, tmp_path / name, "en")[0].document
        for at, moves in enumerate(kinds):
            values = moved_to(first, moves)
            told = book(first)
            for row in told["Inputs"].iter_rows(min_row=4, max_row=3 + len(first["inputs"]["cells"])):
                row[3].value = values.get(row[0].value, row[3].value)
            files.append(tmp_path / f"{name}{at}.xlsx")
            told.save(files[-1])
            source = tmp_path / name / f"{name}.xlsx"
            in_workbook(source, tmp_path / name / f"again{at}.xlsx", values)
            again = service.calculate(service.Request(tmp_path / name / f"again{at}.xlsx")).document
            assert again["result"]["total"] != pytest.approx(first["result"]["total"], rel=1e-6)
            expected[files[-1].name] = numbers(again)
    out = tmp_path / "out"
    out.mkdir()
    office(out, *files)
    for name, wanted in expected.items():
        sheet = openpyxl.load_workbook(out / name, data_only=True)["Summary"]
        shown: dict[str, Any] = {}
        for row in sheet.iter_rows(max_col=4):
            shown.setdefault(row[0].value, row)
        for caption, value in wanted.items():
            cell, mark = shown[caption][1], shown[caption][3]
            if cell.value != "—" and mark.value != "As issued":
                close = pytest.approx(value, rel=1e-9, abs=1e-9 * abs(wanted["Total, recalculated"]))
                assert cell.value == close, (name, caption)


def test_what_does_not_follow_is_locked_and_says_so(tmp_path: Path) -> None:
    """Every number of the summary is a formula, or is marked as issued; inputs are the cells of the workbook alone."""
    from footprint import service

    for name in MOVES:
        document = service.demo(name, tmp_path / name, "en")[0].document
        told = book(document)
        scenarios = {row["id"] for row in document.get("scenarios", ())}
        for row in told["Summary"].iter_rows(min_row=13, max_col=4):
            if isinstance(row[1].value, int | float) and row[0].value not in scenarios:
                assert row[3].value == "As issued", (name, row[0].value)
        source = openpyxl.load_workbook(tmp_path / name / f"{name}.xlsx", data_only=True)
        for row in told["Inputs"].iter_rows(min_row=4, max_row=3 + len(document["inputs"]["cells"])):
            sheet, _, at = row[0].value.partition("!")
            assert source[sheet][at].value == pytest.approx(row[3].value, rel=1e-9), (name, row[0].value)


def test_a_number_that_a_rule_rounds_is_no_input() -> None:
    """A cell that is held keeps its value, locked, and the sheet says why."""
    document = SAMPLE()
    document["inputs"]["cells"][0]["held"] = True
    row = next(book(document)["Inputs"].iter_rows(min_row=4))
    assert row[6].value.startswith("A rule rounds this number")
    assert row[3].protection.locked


@pytest.mark.slow
def test_a_decision_that_turns_is_counted(tmp_path: Path) -> None:
    """Where inputs would turn a decision of the calculation, the summary says that the workbook is to be calculated."""
    document = SAMPLE()
    document["inputs"]["sums"] = [{"value": 1.5, "terms": [[1.0, [["BOM!E13", 1.0]]], [-20.0, []]], "test": None}]
    document["inputs"]["decisions"] = [{"of": [1.0, [["#0", 1.0]]], "compare": "gt", "holds": True}]
    told = book(document)
    set_input(told["Inputs"], "BOM!E13", "Entered", 19.0)
    told.save(tmp_path / "turned.xlsx")
    out = tmp_path / "out"
    out.mkdir()
    office(out, tmp_path / "turned.xlsx")
    sheet = openpyxl.load_workbook(out / "turned.xlsx", data_only=True)["Summary"]
    assert labelled(sheet, "Decisions that would turn out otherwise").value == 1
    assert labelled(book(document, values=True)["Summary"], "Decisions that would turn out otherwise").value == 0

COVERED = """
case | Case | 2 item | net_mass=0.5
  al | Aluminium | 500 g | aluminium-primary-ingot
[Processes]
casting | product | case        | 90 item
casting | input   | electricity | 30000 kWh | supply=E1
[Electricity]
E1 | metered | 30000
E1 | on_site | 30000 | generator=solar
"""


@pytest.mark.slow
def test_what_is_nothing_divides_nothing(bill: Callable[..., Path], tmp_path: Path) -> None:
    """Where a meter is covered to the last kilowatt hour, the sheet calculates what the program did, with no error."""
    from footprint import service

    document = service.calculate(service.Request(bill(COVERED, product={"net_mass": 1.0}))).document
    assert any(row["value"] == 0 for row in document["inputs"]["sums"])
    book(document).save(tmp_path / "covered.xlsx")
    out = tmp_path / "out"
    out.mkdir()
    office(out, tmp_path / "covered.xlsx")
    stored, fresh = book(document, values=True), openpyxl.load_workbook(out / "covered.xlsx", data_only=True)
    for cell in (c for sheet in book(document) for row in sheet.iter_rows() for c in row if c.data_type == "f"):
        value = fresh[cell.parent.title][cell.coordinate].value
        assert value == pytest.approx(stored[cell.parent.title][cell.coordinate].value, rel=1e-9, abs=1e-9)
