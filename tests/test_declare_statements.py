"""What rules say and nobody computes stands in the declaration and in both reports, with its clause and status."""

from __future__ import annotations

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

from footprint import publish
from footprint.messages import label
from footprint.rules.load import load
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
CITED = {"clause": "c. 9", "source": "by-hand", "status": "unverified"}
SAID = [
    {"id": "kept", "topic": "validity", "sentence": {"en": "Valid for three years.", "zh": "有效期三年。"}, **CITED},
    {"id": "meant", "topic": "scope", "sentence": {"en": "Pumps alone.", "zh": "仅限水泵。"}, **CITED},
]


@pytest.fixture
def document(bill: Callable[..., Path], tmp_path: Path) -> Callable[..., Any]:
    """Return what declares a plate under the rules for arithmetic with statements of their own."""

    def made(*statements: dict[str, Any]) -> Any:
        raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        (tmp_path / "rules.yaml").write_text(json.dumps({**raw, "statements": statements}), encoding="utf-8")
        path = bill("L1 | plate | 1 kg | steel", product=LINE.plain_product())
        background = LINE.opened(LINE.small(tmp_path / "databases"))
        return LINE.document(read(path), background, load(str(tmp_path / "rules.yaml")))

    return made


def test_statements_are_declared_topic_by_topic(document: Callable[..., Any]) -> None:
    """In the order of the topics, each with its sentence, clause, source and status."""
    found = document(*SAID)["study"]["statements"]
    assert [s["id"] for s in found] == ["meant", "kept"]
    assert found[0] == {
        "id": "meant", "topic": "scope", "title": {"en": "Scope and product classes", "zh": "适用范围与产品类别"},
        "sentence": SAID[1]["sentence"], **CITED,
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_reports_print_the_statements(document: Callable[..., Any], lang: str) -> None:
    """In the report's language; without statements, and in older declarations, there is no such section."""
    found, bare = document(*SAID), document()
    old = {**bare, "study": {key: part for key, part in bare["study"].items() if key != "statements"}}
    caption, sentence = label("report-statements", lang), SAID[0]["sentence"][lang]  # type: ignore[index]
    page = html.unescape(publish.render("report.html", found, lang).decode())
    assert caption in page
    assert sentence in page
    book = openpyxl.load_workbook(io.BytesIO(publish.render("report.xlsx", found, lang)))
    cells = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    (row,) = (row for row in cells if sentence in row)
    assert row[2] == "by-hand c. 9"
    for doc in (bare, old):
        assert caption not in publish.render("report.html", doc, lang).decode()
        publish.render("report.xlsx", doc, lang)
