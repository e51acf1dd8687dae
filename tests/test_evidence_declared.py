"""Evidence on its whole way: from the workbook into the declaration, the rules, the reports and the command."""

from __future__ import annotations

import hashlib
import html
import io
import json
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from footprint import publish, service
from footprint.cli import main
from footprint.messages import LANGUAGES
from footprint.paths import data_root

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
TEXT = """
L1 | plate | 2 kg | steel | evidence=D1
L2 | foil  | 1 kg | copper
[Evidence]
D1 | batch log | type=weighing, opening=0, closing=3, unit=kg, instrument=M1, file=log.csv, sha256={}
[Instruments]
M1 | balance | valid_until=2025-01-01, expanded=0.1, expanded_unit=kg, k=2
"""
CITED = {"clause": "c. 1", "source": "by-hand", "status": "unverified"}


def checks(tmp_path: Path, *tests: str) -> Any:
    """Return the rules for arithmetic with ``tests`` as clauses."""
    raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    raw["checks"] = [
        {"id": f"c{n}", "test": test, "sentence": {"en": "It holds.", "zh": "成立。"}, **CITED}
        for n, test in enumerate(tests)
    ]
    path = tmp_path / "rules.yaml"
    path.write_text(json.dumps(raw), encoding="utf-8")
    return path


@pytest.fixture
def declared(bill: Callable[..., Path], tmp_path: Path) -> Callable[..., Any]:
    """Return what declares the text with a file of ``content`` beside the workbook, under rules with ``tests``."""

    def made(*tests: str, content: bytes = b"3.0", entered: bytes = b"3.0") -> Any:
        (tmp_path / "log.csv").write_bytes(content)
        path = bill(TEXT.format(hashlib.sha256(entered).hexdigest()), product=LINE.plain_product())
        folder = tmp_path / "databases"
        folder.mkdir(exist_ok=True)
        request = service.Request(path, str(checks(tmp_path, *tests)), (str(LINE.small(folder)),))
        return service.calculate(request)

    return made


def test_the_declaration_carries_the_register(declared: Callable[..., Any]) -> None:
    """Documents with what they back and the state of their file, instruments, and findings with cell and clause."""
    jsonschema = pytest.importorskip("jsonschema")
    document = declared().document
    schema = json.loads((data_root() / "templates" / "declaration.schema.json").read_text(encoding="utf-8"))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(document)) == []
    register = document["evidence"]
    assert register["share"] == pytest.approx(4 / (4 + 3 + 0.01 * 29.8), rel=1e-11)
    (log,) = register["documents"]
    assert (log["file"]["state"], log["backs"], log["share"]) == ("unchanged", ["BOM!F4"], register["share"])
    assert [i["id"] for i in register["instruments"]] == ["M1"]
    assert [row["kind"] for row in register["findings"]] == ["fault", "gap", "gap", "gap", "gap"]
    made = {row["id"]: row for row in register["findings"]}
    assert set(made) == {
        "document-missing", "period-missing", "readings-disagree", "calibration-open", "calibration-untraced",
    }  # fmt: skip
    assert made["readings-disagree"]["cell"] == "BOM!F4"
    assert (made["readings-disagree"]["clause"], made["period-missing"]["clause"]) == ("7.5", "6.3.6")


def test_a_file_beside_the_workbook_is_held_against_its_checksum(declared: Callable[..., Any]) -> None:
    """One byte more, and the declaration says so."""
    changed = declared(content=b"3.1").document["evidence"]
    assert changed["documents"][0]["file"]["state"] == "changed"
    assert "file-changed" in {row["id"] for row in changed["findings"]}


def test_the_summary_says_that_evidence_contradicts(declared: Callable[..., Any]) -> None:
    """A contradiction is seen without opening the report; gaps are not shouted about."""
    found = declared()
    assert "Evidence contradicts what it backs (places: 1; BOM!F4)" in service.summary(found, (), "en")
    for row in found.document["evidence"]["findings"]:
        row["kind"] = "gap"
    assert "Evidence contradicts" not in service.summary(found, (), "en")


def test_rules_may_ask_what_was_found(declared: Callable[..., Any]) -> None:
    """Each kind, all faults, all gaps and the documented share are numbers of the result."""
    document = declared(
        "result.evidence_readings_disagree == 0", "result.evidence_file_changed == 0", "result.evidence_share > 0.5",
        "result.evidence_faults == 1", "result.evidence_gaps == 4", "result.evidence_document_missing == 1",
    ).document  # fmt: skip
    assert [clause["outcome"] for clause in document["clauses"]] == ["failed", *["passed"] * 5]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_both_reports_print_every_finding(declared: Callable[..., Any], lang: str) -> None:
    """Each with its cell and its clause."""
    document = declared().document
    page = html.unescape(publish.render("report.html", document, lang).decode())
    book = openpyxl.load_workbook(io.BytesIO(publish.render("report.xlsx", document, lang)))
    cells = {str(cell.value) for row in book[{"en": "Evidence", "zh": "证据"}[lang]].iter_rows() for cell in row}
    for row in document["evidence"]["findings"]:
        assert row["text"][lang] in page
        assert row["text"][lang] in cells
    assert "CNAS-CL01:2018" in page
    assert any("CNAS-CL01" in cell for cell in cells)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_number_leads_to_its_document_and_instrument(declared: Callable[..., Any], tmp_path: Path, lang: str) -> None:
    """`explain` and the ledger of the report name document, file, readings, instrument and calibration of an amount."""
    document = declared().document
    path = tmp_path / "declaration.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    told = service.explain(path, "BOM!F4", lang)
    page = html.unescape(publish.render("report.html", document, lang).decode())
    for said in ("batch log", "log.csv", "(3 − 0) × 1 kg", "balance", "0.1 kg (k = 2)"):
        assert said in told
        assert said in page
    assert "batch log" not in service.explain(path, "BOM!F5", lang)


def test_without_documents_and_findings_there_is_no_such_part(
    bill: Callable[..., Path], background: Any, whole_line: Any
) -> None:
    """Estimates alone need no register, and no empty page in the reports."""
    from footprint.tables.read import read

    path = bill("L1 | plate | 2 kg | steel | basis=default", product=whole_line.plain_product())
    document = whole_line.document(read(path), background, whole_line.rules())
    assert "evidence" not in document
    assert "evidence-D1" not in publish.render("report.html", document, "en").decode()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_prints_the_register_and_its_gaps(bill: Callable[..., Path], tmp_path: Path, lang: str) -> None:
    """Documents, instruments, findings, their number, and the checksums that could be entered."""
    (tmp_path / "log.csv").write_bytes(b"3.0")
    path = bill(TEXT.replace("sha256={}", "issuer=us"), product=LINE.plain_product())
    answer = CliRunner().invoke(main, ["evidence", str(path), "--pcr", str(checks(tmp_path)), "--lang", lang])
    assert answer.exit_code == 0, answer.output
    for said in ("batch log", "balance", "BOM!F4", "[readings-disagree]", hashlib.sha256(b"3.0").hexdigest()):
        assert said in answer.output
    assert {"en": "contradictions: 1, gaps: 5", "zh": "矛盾 1 项，缺项 5 项"}[lang] in answer.output


def test_the_command_names_what_is_wrong_with_a_workbook(bill: Callable[..., Path]) -> None:
    """A document that does not exist is an error with its cell, as everywhere."""
    path = bill("L1 | plate | 2 kg | steel | evidence=D9", product={**LINE.plain_product(), "pcr": str(LINE.RULES)})
    answer = CliRunner().invoke(main, ["evidence", str(path), "--lang", "en"])
    assert answer.exit_code == 3
    assert "[evidence-unknown]" in answer.output


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "link.txt", "folder", "no\0thing", "x" * 5000])
def test_only_files_in_the_folder_of_the_workbook_are_read(tmp_path: Path, name: str) -> None:
    """A register cannot make the program read, or tell the checksum of, what lies elsewhere."""
    from footprint.files import digests

    inside = tmp_path / "work"
    (inside / "folder").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "log.csv").write_bytes(b"1")
    assert digests(inside, [name, "log.csv", "sub/none.csv"]) == {"log.csv": hashlib.sha256(b"1").hexdigest()}
