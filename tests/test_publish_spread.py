"""How far the result may be off, in the reports: only where it was asked for, with the figures it lets stand."""

from __future__ import annotations

import io
import runpy
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from footprint import publish
from footprint.messages import label
from footprint.publish.figures import printed, to_interval
from footprint.publish.spread import spread

SAMPLE = runpy.run_path(str(Path(__file__).parent / "data" / "sample_declaration.py"))["sample"]


def asked(deviation: float = 0.01, **changed: Any) -> dict[str, Any]:
    """Return the sample with an uncertainty beside it."""
    document = SAMPLE()
    total = document["result"]["total"]
    drawn = {
        "draws": 1000, "mean": total, "deviation": deviation, "median": total,
        "low": total - 2 * deviation, "high": total + 2 * deviation,
        "classes": {"low": total - 4 * deviation, "step": deviation, "counts": [1, 20, 140, 340, 340, 140, 20, 1]},
    }  # fmt: skip
    variable = {
        "id": "BOM!F4", "kind": "amount", "name": {"en": "Case", "zh": "壳"}, "basis": "stated", "dof": None,
        "distribution": "normal", "parameters": [0.05], "deviation": 0.05, "slope": 0.4, "share": 0.75,
    }  # fmt: skip
    line = {key: variable[key] for key in ("id", "name")} | {"cell": "BOM!F4", "stage": "x", "value": 0.1, "share": 1}
    choice = {"kind": "gwp_set", "id": "AR5", "title": {"en": "Potentials: AR5", "zh": "潜势：AR5"}}
    found = {
        "schema": "footprint-uncertainty/1.0", "unit": "kg CO2e / 1 kWh", "total": total, "seed": 7,
        "monte_carlo": drawn, "whole_system": None, "variables": [variable], "lines": [line],
        "first_order": {"mean": total, "deviation": deviation, "dof": None, "relative": deviation / total},
        "not_stated": {
            "amounts_share": 0.5, "factors_share": 0.25, "both_share": 0.1, "amounts": ["BOM!F5"],
            "factors": ["open-cn@1:steel"],
        },
        "choices": [choice | {"total": total + change, "change": change} for change in (0.02, -0.01)],
    }  # fmt: skip
    return document | {"uncertainty": found | changed}


def html(document: Any, lang: str = "en") -> str:
    return publish.render("report.html", document, lang).decode()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_section_stands_only_where_it_was_asked_for(lang: str) -> None:
    """Title, histogram, shares, what nobody stated and choices; without an uncertainty not a word of it."""
    told, plain = html(asked(), lang), html(SAMPLE(), lang)
    codes = ("spread-title", "spread-lines", "spread-variables", "spread-open", "choices")
    assert [label(f"report-{code}", lang) in told for code in codes] == [True] * len(codes)
    assert [label(f"report-{code}", lang) in plain for code in codes] == [False] * len(codes)
    assert told.count('stroke-width=".6"') == 8


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_choices_that_could_not_be_calculated_are_named(lang: str) -> None:
    """With the reason, in both reports; without any not a word of it."""
    title = {"en": "Co-products: by energy", "zh": "联产品分配：按能量"}
    why = {"en": "a.xlsx:Processes!D5: no energy", "zh": "a.xlsx:Processes!D5: 无能量"}
    document = asked(choices_open=[{"kind": "allocation", "id": "energy", "title": title, "why": why}])
    sheets = openpyxl.load_workbook(io.BytesIO(publish.render("report.xlsx", document, lang)))
    cells = [[cell.value for cell in row] for row in sheets[label("report-sheet-uncertainty", lang)]]
    assert [title[lang], why[lang]] in [row[:2] for row in cells]
    told, plain = html(document, lang), html(asked(), lang)
    for text in (title[lang], why[lang], label("report-choices-open", lang)):
        assert text in told
        assert text not in plain


def test_nothing_to_sample_is_said() -> None:
    """Where nobody states anything there is no histogram, and no number has more or fewer figures."""
    document = asked(monte_carlo=None, variables=[], lines=[], choices=[])
    assert label("report-spread-none", "en") in html(document)
    assert printed(document) is document


def test_the_picture_holds_the_interval() -> None:
    """Classes within the interval are marked, their heights are in proportion, the axis spans all of them."""
    shown = spread(asked())
    assert shown is not None
    assert [column.inside for column in shown.columns] == [False, False, True, True, True, True, False, False]
    assert max(column.height for column in shown.columns) == 150
    assert shown.columns[2].height == pytest.approx(150 * 140 / 340, abs=0.01)
    assert (shown.ticks[0].x, shown.ticks[-1].x) == (0, 640)
    assert shown.interval == (160, 480)


@pytest.mark.parametrize(("value", "deviation", "text"), [
    (0.32665, 0.01771, "0.327"), (0.32665, 0.0996, "0.33"), (0.32665, 0.5, "0.33"), (12345.0, 250.0, "12,340"),
    (12355.0, 250.0, "12,360"), (2.5, 13.0, "2"), (3.5, 13.0, "4"), (-0.25, 1.5, "-0.2"), (7.125, 0.0, "7.125"),
])  # fmt: skip
def test_figures_go_to_the_second_one_of_the_deviation(value: float, deviation: float, text: str) -> None:
    """A half goes to the even neighbour, as GB/T 8170 rounds; without a deviation the number stays."""
    assert to_interval(value, deviation) == text


def test_the_printed_number_follows_the_interval() -> None:
    """Fewer figures where the interval lets fewer stand, from the unrounded number, a bound downwards; never more."""
    document = asked(deviation=0.15)
    assert document["result"]["lower_bound"]
    shown = printed(document)["result"]
    assert (shown["declared"], shown["by_rules"]) == ("0.16", document["result"]["declared"])
    assert document["result"]["declared"] not in {shown["declared"], ""}
    fine = printed(asked(deviation=1e-6))["result"]
    assert (fine["declared"], fine["by_rules"]) == (document["result"]["declared"], "")
    page = html(document)
    assert "≥</span>0.16<small>" in page
    assert f"declared as {document['result']['declared']} under the rule file" in page


def test_the_workbook_has_a_sheet_of_it() -> None:
    """Moments, shares, classes and choices; none without."""
    book = openpyxl.load_workbook(io.BytesIO(publish.render("report.xlsx", asked(), "en")))
    cells = [cell.value for row in book["Uncertainty"].iter_rows() for cell in row if cell.value is not None]
    assert {"Uncertainty of the result", "Case", "BOM!F4", 0.75, "Potentials: AR5", 340} <= set(cells)
    plain = openpyxl.load_workbook(io.BytesIO(publish.render("report.xlsx", SAMPLE(), "en")))
    assert "Uncertainty" not in plain.sheetnames


def test_all_declared_numbers_follow_the_interval() -> None:
    """Sums over stages and the number per item have no more figures than the headline."""
    document = asked(deviation=0.15 * SAMPLE()["result"]["total"])
    part = {"id": "a", "title": {"en": "A", "zh": "A"}, "value": 81.767, "declared": "81.8"}
    document["result"] = document["result"] | {"subtotals": [part], "per_item": 817.67}
    result = printed(document)["result"]
    assert result["subtotals"][0]["declared"] == "81"  # a lower bound goes down
    assert result["per_item_declared"] == "810"
