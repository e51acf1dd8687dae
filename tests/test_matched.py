"""A result says by what the datasets of its lines were found, and none that nobody confirmed is there silently."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from footprint import service
from footprint.matching.candidates import ACCEPTED
from footprint.publish import render
from footprint.tables.read import read

Bill = Callable[..., Path]
FOUND = """
L1 | plate | 2 kg | steel-plate-cn  | matched_by=designation, match_dataset=steel-plate-cn, match_confidence=0.99
L2 | cover | 3 kg | pp-granulate-cn      | matched_by=words, match_dataset=pp-granulate-cn, match_confidence=0.6
L3 | cap   | 1 kg | pc-granulate         | matched_by=words, match_dataset=abs-granulate, match_confidence=0.5
L4 | bush  | 1 kg | brass
L5 | open  | 1 kg |
L6 | part  | 1 item
  L7 | ring | 0.5 kg | bronze | matched_by=learned, match_dataset=bronze, match_confidence=1
"""


def calculated(path: Path) -> service.Calculated:
    return service.calculate(service.Request(path))


@pytest.fixture
def found(bill: Bill) -> service.Calculated:
    return calculated(bill(FOUND))


def matching(made: service.Calculated) -> Mapping[str, Any]:
    told: Mapping[str, Any] = made.document["data_quality"]["matching"]
    return told


def test_shares_and_lines_by_how_datasets_were_found(found: service.Calculated) -> None:
    """Contributions by how, together 1; a line without one is none."""
    told, values = matching(found), {e["name"]: e["value"] for e in found.document["ledger"]}
    whole = sum(map(abs, values.values()))
    assert told["shares"] == pytest.approx({
        "designation": values["plate"] / whole, "words": values["cover"] / whole, "learned": values["ring"] / whole,
        "person": (values["cap"] + values["bush"]) / whole,
    })  # fmt: skip
    assert sum(told["shares"].values()) == pytest.approx(1)
    assert told["lines"] == {"person": 2, "learned": 1, "designation": 1, "words": 1, "none": 1}


def test_a_workbook_that_says_nothing_was_filled_in_by_a_person(bill: Bill) -> None:
    """Lines without the columns count as entered by a person, and the summary says nothing of it."""
    made = calculated(bill("L1 | plate | 2 kg | steel-cold-rolled-cn"))
    assert matching(made) == {"shares": {"person": 1.0}, "lines": {"person": 1}}
    assert "person" not in service.summary(made, (), "en")


def test_what_nobody_confirmed_is_told_at_once(found: service.Calculated) -> None:
    """A dataset found less surely than is taken without asking is named with its cell; a person's word ends that."""
    said = service.notices(found, "en")
    assert f"1 lines have a dataset that was chosen for them with a confidence below {ACCEPTED:.0%}" in said
    assert "(BOM!P5)" in said
    assert "[match-unconfirmed]" in said
    assert "无人确认" in service.notices(found, "zh")


def test_once_confirmed_it_is_a_persons(bill: Bill) -> None:
    """Where a person set 'Matched by' to person, nothing is said of it any more."""
    made = calculated(bill(FOUND.replace("matched_by=words", "matched_by=person")))
    assert "[match-unconfirmed]" not in service.notices(made, "en")
    assert "words" not in matching(made)["shares"]


def test_screen_and_reports_say_how_datasets_were_found(found: service.Calculated, tmp_path: Path) -> None:
    """The summary, the HTML report and the spreadsheet tell the shares in words."""
    said = service.summary(found, (), "en")
    share = f"{100 * matching(found)['shares']['words']:.1f} %"
    assert f"found by words {share}" in said
    assert "1 lines have no dataset." in said
    page = render("report.html", found.told, "zh").decode()
    assert "按词语匹配" in page
    assert share in page
    (tmp_path / "report.xlsx").write_bytes(render("report.xlsx", found.told, "en"))
    (sheet,) = (s for s in read(tmp_path / "report.xlsx").sheets if s.name == "Data quality")
    cells = {row[0]: row[1:3] for row in sheet.rows if row}
    assert cells["found by words"] == (pytest.approx(matching(found)["shares"]["words"]), 1)


def test_what_rules_derive_was_chosen_by_nobody(tmp_path: Path) -> None:
    """Lines that the rules add to an example are a share of their own, with those of the workbook together 1."""
    service.demo("transformer", tmp_path / "out", "en")
    made = calculated(tmp_path / "out" / "transformer.xlsx")
    told, ledger = matching(made)["shares"], made.document["ledger"]
    values = [(abs(entry["value"]), entry["cell"].startswith("PCR!")) for entry in ledger]
    assert told["rules"] == pytest.approx(sum(v for v, derived in values if derived) / sum(v for v, _ in values))
    assert 0 < told["rules"] < 1
    assert sum(told.values()) == pytest.approx(1)
