"""Electricity in declaration, reports and summary: the result by contract beside the one by location."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from footprint import service
from footprint.background.open import Background
from footprint.messages import LANGUAGES, label
from footprint.paths import data_root
from footprint.publish import render

POWER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "power.py")))
LINE, CLAIMED = POWER.LINE, POWER.CLAIMED
book, rules = POWER.book, POWER.rules
Bill = Callable[..., Path]


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return POWER.background(tmp_path_factory.mktemp("databases"))


# --- both results, side by side


def test_both_results_always_stand_side_by_side(bill: Bill, background: Background) -> None:
    """Wind by contract and the grid by location; without a claim they are one number, and it is said why."""
    claimed = LINE.document(book(bill, f"E | contract | 10 | generator=wind, {CLAIMED}"), background, LINE.rules())
    assert (claimed["result"]["declared"], claimed["result"]["location_declared"]) == ("2.500", "7.000")
    assert claimed["result"]["location_notes"] == []
    for supplies in ("E | grid | 10", "E | contract | 10 | generator=wind"):
        result = LINE.document(book(bill, supplies), background, LINE.rules())["result"]
        assert result["location_based"] == result["total"] == 7
        assert [note["en"] for note in result["location_notes"]] == [
            "Located at its grids, own electricity gives the same result: no contract or certificate counts in it."
        ]


def test_both_results_are_rounded_by_the_same_rule(bill: Bill, background: Background) -> None:
    """Rules that declare multiples of 2 kg declare both results so; the numbers beside them are not rounded."""
    cells = book(bill, f"E | contract | 10 | generator=wind, {CLAIMED}")
    result = LINE.document(cells, background, LINE.rules()._replace(round_to=2.0))["result"]
    assert (result["declared"], result["location_declared"], result["location_based"]) == ("2", "8", 7)


def test_the_footprint_of_a_supplier_cannot_be_converted(bill: Bill, background: Background) -> None:
    """One sentence names those in the result; without any, nothing is said."""
    supplied = "L1 | part | 1 kg | part-a\nL2 | part | 1 kg | part-b\n[Factors]\npart-a | 2\npart-b | 3\npart-c | 4"
    path, folder = bill(supplied, product=LINE.plain_product()), str(background.databases[0].folder)
    found = service.calculate(service.Request(path, str(LINE.RULES), (folder,))).document
    (said,) = (note["en"] for note in found["result"]["location_notes"][1:])
    assert said == (
        "The footprints of suppliers (part-a, part-b) cannot be converted to location-based electricity and stand "
        "in both results as stated."
    )
    assert found["result"]["location_based"] == found["result"]["total"] == 5


def test_the_declaration_lists_every_supply(bill: Bill, background: Background) -> None:
    """Type, generator, kWh, period, proof, what it counts as and why not, its cell and those that use it."""
    claims = f"E | contract | 30 | generator=wind, {CLAIMED}\nE | contract | 20 | generator=wind"
    supplies = f"E | metered | 100\n{claims}\nF | grid | 5"
    found = LINE.document(book(bill, supplies), background, rules(criteria=frozenset({"certificate", "market"})))
    own = found["electricity"]
    assert [each["id"] for each in own["criteria"]] == ["certificate", "market"]
    assert (own["untracked"]["id"], own["clause"], own["approximated"]) == ("grid", "by hand, 5", False)
    rows = [(s["cell"], s["id"], s["state"], s["kwh"], s["untracked_kwh"], s["used_by"]) for s in own["supplies"]]
    assert rows == [
        ("Electricity!A4", "E", "metered", 100, 50, ["Processes!A5"]),
        ("Electricity!A5", "E", "accepted", 30, 0, ["Processes!A5"]),
        ("Electricity!A6", "E", "refused", 20, 20, ["Processes!A5"]),
        ("Electricity!A7", "F", "unused", 5, 0, []),
    ]
    accepted, refused = own["supplies"][1:3]
    proof = [accepted[key] for key in ("certificate", "cancelled", "market")]
    assert (accepted["generator_title"], accepted["type_title"]["zh"]) == ({"zh": "风电", "en": "wind"}, "购电合同")
    assert proof == ["C-1", "2025-02-01 · pump 2024", "CN"]
    assert (accepted["unproven"], accepted["why"]) == (False, [])
    assert (refused["unproven"], len(refused["why"])) == (True, 2)
    assert refused["why"][0]["zh"] == "“E”未填写证书或合同编号（by-hand by hand, 5 要求），按未声明来源电力计算。"
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((data_root() / "templates" / "declaration.schema.json").read_text(encoding="utf-8"))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(found)) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reports_show_supplies_and_both_results(lang: str, bill: Bill, background: Background) -> None:
    """Html and xlsx name each certificate, what it counts as, why not, both results and the approximation."""
    claims = f"E | contract | 30 | generator=wind, {CLAIMED}\nE | contract | 20 | generator=wind"
    claims = f"E | contract | 30 | generator=wind, {CLAIMED}\nE | contract | 20 | generator=wind"
    supplies = f"E | metered | 100\n{claims}"
    document = LINE.document(book(bill, supplies), background, rules(untracked="residual"))
    html = render("report.html", document, lang).decode("utf-8")
    content = load_workbook(BytesIO(render("report.xlsx", document, lang)))
    cells = {str(cell.value) for sheet in content for row in sheet.iter_rows() for cell in row}
    labels = ("report-counts-refused", "report-electricity-approximated")
    refused = document["electricity"]["supplies"][2]
    for text in ("C-1", *(label(code, lang) for code in labels), refused["why"][0][lang]):
        assert text in html.replace("&#39;", "'"), text
        assert any(text in cell for cell in cells), text
    assert label("report-location-based", lang) in html
    summary = load_workbook(BytesIO(render("report.xlsx", document, lang)), data_only=True).worksheets[0]
    located = [row[1].value for row in summary.iter_rows() if row[0].value == label("report-location-based", lang)]
    assert located == [document["result"]["location_based"]]


def test_the_summary_says_both_results(bill: Bill, background: Background, tmp_path: Path) -> None:
    """Beside a contract stands the number by location, and why they are one where it does not count."""
    document = LINE.document(book(bill, f"E | contract | 10 | generator=wind, {CLAIMED}"), background, LINE.rules())
    said = service.summary(service.Calculated(document, {}, tmp_path), (), "en").splitlines()
    assert said[1] == "2.500 kg CO2e / 1 item  (one product)"
    assert "7.000 kg CO2e / 1 item  (own electricity by its location)" in said
    equal = LINE.document(book(bill, "E | contract | 10 | generator=wind"), background, LINE.rules())
    assert "自用电力按所在地电网计算结果相同：结果中未计入任何合同或证书。" in service.summary(
        service.Calculated(equal, {}, tmp_path), (), "zh"
    )


@pytest.mark.parametrize("supplies", ["", "E | grid | 10", "E | metered | 10\nE | on_site | 5 | generator=solar"])
def test_the_summary_says_one_result_where_nothing_was_bought_by_contract(
    supplies: str, bill: Bill, background: Background, tmp_path: Path
) -> None:
    """Without a contract the number by location is the same, and would be said twice; the reports have both."""
    rows = "p | input | electricity | 10 kWh" + (" | supply=E" if supplies else "")
    document = LINE.document(book(bill, supplies, rows), background, LINE.rules())
    assert document["result"]["location_based"] == document["result"]["total"]
    said = service.summary(service.Calculated(document, {}, tmp_path), (), "en")
    assert "location" not in said


def test_the_summary_says_both_results_where_the_residual_mix_parts_them(
    bill: Bill, background: Background, tmp_path: Path
) -> None:
    """No contract, and yet two numbers: what nobody claims is not the average."""
    cells = book(bill, "", "p | input | electricity | 10 kWh", country="DE")
    document = LINE.document(cells, background, rules(untracked="residual"))
    said = service.summary(service.Calculated(document, {}, tmp_path), (), "en")
    assert "6.000 kg CO2e / 1 item  (own electricity by its location)" in said.splitlines()
