"""The data needs matrix: which cell a line is in, what that asks for, and what is said where nobody states it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from footprint import publish, service
from footprint.errors import PcrError
from footprint.forms import choices as _choices
from footprint.intake.template import filled
from footprint.messages import label
from footprint.paths import data_root
from footprint.rules import load
from footprint.tables.records import records

STATED = ("run", "informed", "no-access")


def sheets() -> dict[str, list[dict[str, str]]]:
    folder = data_root() / "templates" / "examples" / "detergent"
    return {path.stem: records(path) for path in sorted(folder.glob("*.csv"))}


def calculated(folder: Path, *, pcr: str = "", **situations: str) -> Any:
    """Return the detergent with situations of lines, by the id of the line."""
    tables = sheets()
    for row in tables["BOM"]:
        row["situation"] = situations.get(row["line"], "")
    rules = load.load("laundry-detergent")
    path = folder / "detergent.xlsx"
    path.write_bytes(filled(tables, rules.fields, rules.id, _choices(rules), "en"))
    return service.calculate(service.Request(path, pcr)).document


@pytest.fixture
def lines() -> list[str]:
    """The first lines of the example that have a dataset."""
    return [row["line"] for row in sheets()["BOM"] if row["dataset"]][:3]


def test_each_line_whose_situation_is_stated_is_in_one_cell(tmp_path: Path, lines: list[str]) -> None:
    """By situation and relevance: the cell says what is asked and whether the line has it; the others are counted."""
    document = calculated(tmp_path, **dict(zip(lines, STATED, strict=True)))
    found = document["data_quality"]["needs"]
    ledger = {entry["id"]: entry for entry in document["ledger"]}
    relevant = {line["id"]: line["relevant"] for line in document["data_quality"]["lines"]}
    assert [row["situation"] for row in found["lines"]] == [*STATED]
    for number, row in enumerate(found["lines"], 1):
        assert row["cell"] == ledger[row["id"]]["cell"]
        assert row["check"] == f"pef-dnm-{number}" + ("" if relevant[row["id"]] else "-other")
        assert row["asked"]["en"].startswith(f"Situation {number}, ")
        assert row["asked"]["zh"].startswith(f"情形 {number}，")
        assert row["outcome"] in {"passed", "failed", "needs-evidence"}
    assert found["open"] == len(document["ledger"]) - 3


def test_the_cells_are_clauses_too(tmp_path: Path, lines: list[str]) -> None:
    """What a cell asks for is a clause of the rules, which names the lines that lack it."""
    document = calculated(tmp_path, **{lines[0]: "run"})
    (row,) = document["data_quality"]["needs"]["lines"]
    clauses = {clause["id"]: clause for clause in document["clauses"]}
    assert clauses[row["check"]]["outcome"] == row["outcome"]
    assert clauses[row["check"]]["sentence"] == row["asked"]
    assert clauses["pef-dnm-3"]["outcome"] == "not-applicable"


def test_no_situation_is_no_assessment(tmp_path: Path) -> None:
    """Where nobody states a situation no line is in the matrix, and the report says of how many that holds."""
    document = calculated(tmp_path)
    assert document["data_quality"]["needs"] == {"lines": [], "open": len(document["ledger"])}
    said = label("report-needs-note", "en").format(open=len(document["ledger"]))
    assert said in publish.render("report.html", document, "en").decode()


def test_rules_without_a_matrix_say_that_the_column_counts_nowhere(tmp_path: Path, lines: list[str]) -> None:
    """Nothing of it stands in the declaration but the notice of the cell."""
    document = calculated(tmp_path, pcr="iso-14067", **{lines[0]: "run"})
    assert "needs" not in document["data_quality"]
    told = [row["text"]["en"] for row in document["assumptions"] if row["code"] == "cell-unused"]
    assert any("no rule of 'iso-14067' asks for it" in text and "Data situation" in text for text in told)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_reports_print_what_is_asked(tmp_path: Path, lines: list[str], lang: str) -> None:
    """With cell, situation, outcome and clause."""
    document = calculated(tmp_path, **{lines[0]: "no-access"})
    (row,) = document["data_quality"]["needs"]["lines"]
    html = publish.render("report.html", document, lang).decode()
    sheet = openpyxl.load_workbook(io.BytesIO(publish.render("report.xlsx", document, lang)))
    cells = [[cell.value for cell in line] for line in sheet[label("report-sheet-quality", lang)]]
    written = next(line for line in cells if row["asked"][lang] in line)
    for text in (row["asked"][lang], label("report-situation-no-access", lang)):
        assert text in html
        assert text in written
    assert written[0] == row["cell"]


def test_a_matrix_names_checks_of_lines(tmp_path: Path) -> None:
    """A cell is a check with for_each and test: another name, or a check of the whole result, is refused."""
    text = (data_root() / "pcr" / "pef-2021.yaml").read_text(encoding="utf-8")
    for wrong, said in (("pef-dnm-4", "there is no check 'pef-dnm-4'"), ("pef-dqr-coverage", "is not one of lines")):
        path = tmp_path / "pef-2021.yaml"
        path.write_text(text.replace("needs: [pef-dnm-1,", f"needs: [{wrong},"), encoding="utf-8")
        with pytest.raises(PcrError, match=said):
            load.load(str(path))
