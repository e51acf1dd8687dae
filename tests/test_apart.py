"""Stages that are reported apart: calculated, printed, and no part of the result."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
import yaml

from footprint import publish
from footprint.background.open import Background
from footprint.errors import PcrError
from footprint.paths import data_root
from footprint.rules.load import load
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
CITED = {"clause": "c. 1", "source": "by-hand", "status": "unverified"}
REASON = {"en": "A reason.", "zh": "理由。"}
TEXT = "L1 | plate | 2 kg | steel\n[Use]\ngrid-2024 | 7 kWh\n"


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def document(bill: Callable[..., Path], background: Background, tmp_path: Path) -> Callable[..., Any]:
    """Return what declares a compact text without its use, which is reported ``apart``."""

    def made(text: str = TEXT, *, apart: Any = ("use",), **more: Any) -> Any:
        raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        raw |= {"cases": [], **more}
        (boundary,) = (part for part in raw["boundaries"] if part["id"] == "no-use")
        if apart:
            boundary["apart"] = list(apart)
        path = tmp_path / "rules.yaml"
        path.write_text(json.dumps(raw), encoding="utf-8")
        book = read(bill(text, product=LINE.plain_product(boundary="no-use")))
        return LINE.document(book, background, load(str(path)))

    return made


def test_what_is_apart_is_no_part_of_the_result(document: Callable[..., Any]) -> None:
    """Seven kilowatt hours of the grid stand beside the result, and change nothing else of it."""
    plain, found = document(apart=()), document()
    (use,) = (part for part in found["result"].pop("subtotals") if part.get("apart"))
    assert [part for part in plain["result"].pop("subtotals") if part.get("apart")] == []
    assert found["result"] == plain["result"]
    assert found["completeness"] == plain["completeness"]
    assert (use["id"], use["value"]) == ("use", pytest.approx(7 * 0.5))
    assert use["title"]["en"].endswith(", apart from the result")
    (line,) = (part for part in found["excluded"] if part["rule"] == "apart")
    assert (line["value"], line["cell"]) == (pytest.approx(7 * 0.5), "Use!B4")
    assert line["reason"]["en"].startswith("calculated and reported apart")
    assert any(part["key"].endswith(":grid-2024") for part in found["datasets"])
    schema = json.loads((data_root() / "templates" / "declaration.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, schema)


def test_every_report_prints_it(document: Callable[..., Any]) -> None:
    """A customer reads the stage beside the result, in both languages."""
    found = document()
    for lang, said in (("en", "apart from the result"), ("zh", "单独列示")):
        assert said in publish.render("report.html", found, lang).decode()


def test_what_has_no_data_says_so(document: Callable[..., Any]) -> None:
    """A gap apart leaves the result whole; the sum apart says that it is not."""
    found = document("L1 | plate | 2 kg | steel\n[Use]\npaint | 7 kg\n")
    assert found["result"]["complete"] is True
    (use,) = (part for part in found["result"]["subtotals"] if part.get("apart"))
    assert use["title"]["en"].endswith("some of it has no data")


def test_clauses_may_ask_for_it(document: Callable[..., Any]) -> None:
    """The sum of a stage apart is a value of the vocabulary; its lines say what left them out."""
    asked = [
        {"id": "sum", "test": 'result.by_stage["use"] > 3.4 and result.total < 4.5'},
        {"id": "lines", "for_each": 'line.excluded_by == "apart"', "test": "line.excluded"},
    ]
    found = document(checks=[{**check, "sentence": REASON, **CITED} for check in asked])
    assert [(c["id"], c["outcome"]) for c in found["clauses"]] == [("sum", "passed"), ("lines", "passed")]


def test_a_sum_of_stages_that_are_all_outside_is_not_zero(document: Callable[..., Any]) -> None:
    """A subtotal of what nobody calculated is not printed."""
    part = {"id": "sum", "title": REASON, "stages": ["use"], **CITED}
    assert [p["id"] for p in document(apart=(), subtotals=[part])["result"]["subtotals"]] == []
    assert [p["id"] for p in document(subtotals=[part])["result"]["subtotals"]] == ["sum", "use"]


@pytest.mark.parametrize(("apart", "said"), [(["mars"], "mars"), (["production"], "production")])
def test_a_stage_is_inside_or_apart(document: Callable[..., Any], apart: list[str], said: str) -> None:
    """A stage that is none, or that counts already, is refused."""
    with pytest.raises(PcrError, match=said):
        document(apart=apart)
