"""Derived lines in every output: the title of the term, the clause, the coefficient in words and in numbers."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from footprint import service
from footprint.publish import render
from footprint.publish.explain import explain

RULES = Path(__file__).parent / "data" / "rules-recycling.yaml"
FACTORS = {"v": 15.0, "s": 1.2, "d": 0.02, "b": 2.1}
LINE = {"line": "L1", "name": "housing", "dataset": "v", "secondary": "s", "recycled_share": 0.5, "material": "metals"}
ENDS = [
    {"part": "L1", "route": "recycling", "share": 0.5, "treatment": "s", "recovery": 0.9, "disposal": "d"},
    {"part": "L1", "route": "incineration", "share": 0.5, "treatment": "b", "lhv": 23, "electricity_efficiency": 0.1,
     "electricity": "electricity"},
]  # fmt: skip
TITLE = {
    "en": "housing · recycled material charged as primary, R1 (1 − A) Ev Qs,in/Qp",
    "zh": "housing · 再生材料按原生计部分，R1 (1 − A) Ev Qs,in/Qp",
}
FORMULA = {
    "en": "“recycled share” × (1 − “allocation factor A by material”[“material”]) × “quality ratio of the recycled "
    "input by material”[“material”] = 0.5 × (1 − 0.2) × 1",
    "zh": "「再生料比例」 × (1 − 「各材料的分配因子 A」[「材料类别」]) × 「各材料的再生投入质量比」[「材料类别」] "
    "= 0.5 × (1 − 0.2) × 1",
}
PER = {
    "en": "“lower heating value” [MJ/kg] × “electricity efficiency” = 23 × 0.1",
    "zh": "「低位热值」 [MJ/kg] × 「发电效率」 = 23 × 0.1",
}
both = pytest.mark.parametrize("lang", ["en", "zh"])


class Made(NamedTuple):
    """Declarations of one bill: cradle to grave, and to the gate."""

    grave: Any
    gate: Any


@pytest.fixture
def made(workbook: Callable[..., Path]) -> Made:
    def declared(boundary: str) -> Any:
        fields = {"declared_unit": "item", "gross_kwh": None, "recycling_method": "cff", "boundary": boundary}
        rows = [{"code": code, "total": total} for code, total in FACTORS.items()]
        path = workbook(bom=[LINE], end_of_life=ENDS, factors=rows, product=fields)
        return service.calculate(service.Request(path, str(RULES))).document

    return Made(declared("cradle-to-grave"), declared("cradle-to-gate"))


@both
def test_a_cell_is_followed_through_its_terms(made: Made, lang: str) -> None:
    """Each term by its title, with the clause, the coefficient and the numbers that made it, down to the credit."""
    told = explain(made.grave, "BOM!D4", lang)
    assert all(text in told for text in (TITLE[lang], "p. 60, material"))
    told = explain(made.grave, "End of life!C5", lang)
    assert all(text in told for text in (PER[lang], "× 2.3", "−1"))
    told = explain(made.grave, "BOM!E4", lang)
    credit = {"en": "credit: primary material replaced", "zh": "收益：被替代的原生材料"}[lang]
    assert f"· {credit}" in told


@both
def test_the_html_report_shows_terms_and_credits(made: Made, lang: str) -> None:
    """Title, formula and numbers stand in the ledger; a credit is marked as one."""
    shown = render("report.html", made.grave, lang).decode()
    assert all(text in shown for text in (TITLE[lang], FORMULA[lang], PER[lang]))
    assert '<td class="n credit">' in shown


@both
def test_the_xlsx_report_shows_terms(made: Made, lang: str) -> None:
    """Its ledger has the title in the name and the formula in the reason."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(render("report.xlsx", made.grave, lang)))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert TITLE[lang] in cells
    assert any(FORMULA[lang] in cell for cell in cells)
    assert any(PER[lang] in cell for cell in cells)


@both
def test_a_term_left_out_is_called_by_its_title(made: Made, lang: str) -> None:
    """Cradle to gate, the credit stands among the rows left out."""
    credit = {"en": "L1: recycling · credit: primary", "zh": "L1: recycling · 收益：被替代"}[lang]
    assert credit in render("report.html", made.gate, lang).decode()
    assert credit not in explain(made.gate, "BOM!E4", lang)


def test_what_no_rule_derived_has_no_term(made: Made) -> None:
    """The residue and what is disposed of are lines as they were entered."""
    plain = [e["name"] for e in made.grave["ledger"] if "term" not in e]
    assert plain == ["L1: residue 残余"]
