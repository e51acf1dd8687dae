"""The examples are complete by estimates that say so, and answer what every format for customers asks for."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from footprint import publishing, service
from footprint.errors import PublishError
from footprint.publish import outgoing

EXAMPLES = Path(__file__).parents[1] / "templates" / "examples"
NAMES = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
FITTING = {"battery-unit", "battery-stage", "cfb-rules", "exchange-gwp"}
"""Why a product has no place in a format, whatever its workbook answers: another product, another set of potentials."""


@pytest.fixture(scope="module", params=NAMES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the demo of an example writes."""
    made = tmp_path_factory.mktemp(request.param)
    service.demo(request.param, made, "en")
    return made


def test_an_example_is_complete_and_says_what_is_estimated(folder: Path) -> None:
    """No gap is left, no row of the sheet Estimates is idle, and each says why its dataset stands in."""
    document = json.loads((folder / "declaration.json").read_text(encoding="utf-8"))
    codes = [row["code"] for row in document["assumptions"]]
    assert document["result"]["complete"] is True
    assert "estimate-unused" not in codes
    assert codes.count("gap-estimated") == document["completeness"]["estimated"]["gaps"]
    assert not [row for row in document["evidence"]["findings"] if row["kind"] == "fault"]
    assert document["data_quality"]["factor"]["rated_share"] > 0.75


@pytest.mark.parametrize("name", NAMES)
def test_every_ratio_has_a_source(name: str) -> None:
    """A number that nobody can look up stands in for nothing."""
    with (EXAMPLES / name / "Estimates.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["gap"].startswith("#")]
    assert all(row["reason"] and bool(row["ratio"]) == bool(row["source"]) for row in rows)


@pytest.mark.parametrize("name", [name for name in outgoing.formats() if not name.endswith(".pdf")])
def test_an_example_can_be_published(folder: Path, name: str) -> None:
    """No format asks for anything more: it is written, or is for other products."""
    order = publishing.Order(folder, (name,), "verifier", folder / "company.yaml")
    try:
        assert publishing.contents(order, (name,), "en")[name]
    except PublishError as exc:
        asked: set[Any] = {found.code for found in exc.problems}
        only = {"asked-row", "asked-cell"} if name == "battery-cfb.docx" else set()
        assert asked & FITTING
        assert asked <= FITTING | only


def test_a_company_that_is_there_is_kept(tmp_path: Path) -> None:
    """Who wrote a company of his own beside the demo does not lose it, even where the workbook is written anew."""
    own = tmp_path / "company.yaml"
    own.write_text("name: Mine\n", encoding="utf-8")
    service.demo("transformer", tmp_path, "en", force=True)
    assert own.read_text(encoding="utf-8") == "name: Mine\n"
