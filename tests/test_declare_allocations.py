"""How co-products share is declared, and shown in both reports and both languages."""

from __future__ import annotations

import io
import json
import runpy
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from footprint import publish
from footprint.background.open import Background
from footprint.paths import data_root
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Declared = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def result(bill: Callable[..., Path], background: Background) -> Callable[..., Any]:
    """Return what calculates the text of a Processes sheet to a result under steps for co-products and no clause."""

    def calculate(text: str, *steps: str, least: str = "") -> Any:
        path = bill(f"L1 | plate | 1 kg | steel\n[Processes]\n{text}", product=LINE.plain_product())
        pcr = LINE.sharing(*steps, ignore_below=least)._replace(checks=())
        return LINE.result(read(path), background, pcr)

    return calculate


@pytest.fixture
def document(bill: Callable[..., Path], background: Background) -> Declared:
    """Return what declares the text of a Processes sheet under steps for co-products."""

    def declared(text: str, *steps: str) -> dict[str, Any]:
        path = bill(f"L1 | plate | 1 kg | steel\n[Processes]\n{text}", product=LINE.plain_product())
        pcr = LINE.sharing(*steps) if steps else LINE.rules()
        found: dict[str, Any] = LINE.document(read(path), background, pcr)
        return found

    return declared


PRESS = """
press | product    | PUMP | 1 item | price=60
press | co-product | pulp | 3 kg | price=20, substitute=copper
press | input | electricity | 10 kWh
press | input | electricity | 4 kWh | only_for=pulp
"""
PRICE = "economic | process.has_prices"


def test_each_process_that_shares_is_declared(document: Declared) -> None:
    """Method, step, clause, source, reason, and of each output amount, property, share and rows of its own."""
    (found,) = document(PRESS, PRICE)["allocations"]
    assert found == {
        "process": "press", "cell": "Processes!A4", "method": "economic",
        "title": {"zh": "按经济价值", "en": "by price"}, "step": "by-economic", "clause": "co-products economic",
        "source": "by-hand", "status": "unverified", "reason": {"zh": "规则 economic", "en": "rule economic"},
        "stated": "", "deviates": False, "seen": {"zh": "已填价格 = 是", "en": "prices are stated = yes"},
        "outputs": [
            {"flow": "PUMP", "cell": "Processes!A4", "amount": 1.0, "unit": "item", "property": 60.0,
             "property_unit": "", "property_cell": "Processes!U4", "share": 0.5, "substitute": "", "own": []},
            {"flow": "pulp", "cell": "Processes!A5", "amount": 3.0, "unit": "kg", "property": 20.0,
             "property_unit": "", "property_cell": "Processes!U5", "share": 0.5, "substitute": "",
             "own": ["Processes!A7"]},
        ],
    }  # fmt: skip


STATED = PRESS.replace("price=60", "allocation=economic, price=60")
SUBSTITUTION = "substitution | process.has_substitute"
SUBDIVIDED = PRESS.replace("10 kWh", "10 kWh | only_for=PUMP")
LONE = "weld | product | PUMP | 1 item\nweld | input | electricity | 10 kWh"


def test_every_way_of_sharing_keeps_the_promise_of_the_schema(document: Declared) -> None:
    """By rule, by workbook, by subdivision, by substitution, against the rules, or not: valid, and told apart."""
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((data_root() / "templates" / "declaration.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    ways = [
        (PRESS, PRICE, "economic", "by-economic", False), (STATED, "", "economic", "", False),
        (STATED, "mass | process.has_masses", "mass", "by-mass", True), (SUBDIVIDED, PRICE, "subdivision", "", False),
        (PRESS, SUBSTITUTION, "substitution", "by-substitution", False),
    ]  # fmt: skip
    for text, step, method, decided, deviates in ways:
        doc = document(text, *([step] if step else []))
        assert list(validator.iter_errors(doc)) == []
        (found,) = doc["allocations"]
        assert (found["method"], found["step"], found["deviates"]) == (method, decided, deviates)
        assert found["reason"]["zh"]
        assert found["reason"]["en"]
    assert document(LONE, PRICE)["allocations"] == []
    assert found["outputs"][1]["substitute"] == "small@1:copper"
    found["method"] = "guessed"
    assert len(list(validator.iter_errors(doc))) == 1


def test_a_credit_is_posted_with_its_reason(document: Declared) -> None:
    """The line that takes the substitute off says why, by which step and clause."""
    ledger = {line["id"]: line for line in document(PRESS, SUBSTITUTION)["ledger"]}
    line = ledger["Processes!A5 replaced"]
    assert (line["rule"], line["clause"]) == ("by-substitution", "co-products substitution")
    assert line["reason"] == {"zh": "规则 substitution", "en": "rule substitution"}
    assert (line["coefficient"], line["cell"], line["stage"]) == (-1.0, "Processes!X5", "production")


def test_an_unknown_credit_is_one_gap_and_no_bound(document: Declared) -> None:
    """Nobody knows how much less it would be; the co-product itself, which nothing uses here, lacks nothing."""
    doc = document(PRESS.replace("=copper", "=resin"), SUBSTITUTION)
    (gap,) = doc["completeness"]["gaps"]
    assert (gap["cell"], gap["amount"], gap["non_negative"]) == ("Processes!X5", -3.0, False)
    assert not doc["result"]["complete"]
    assert not doc["result"]["lower_bound"]


def test_the_clause_that_decided_is_in_use(document: Declared) -> None:
    """A result that rests on an unverified step says so; one that shares nothing does not."""

    def open_clauses(text: str) -> str:
        return " ".join(said["en"] for said in document(text, PRICE)["conformity"]["why"])

    assert "co-products economic" in open_clauses(PRESS)
    assert "co-products economic" not in open_clauses(LONE)


def test_parameters_count_as_used_where_a_step_asked_for_them(result: Callable[..., Any]) -> None:
    """Of steps up to the one that decided, and of the exempted mass where a price ratio was asked for."""
    asks = "mass | product.net_mass < parameter.cut_off_mass"
    assert result(PRESS, asks, PRICE).used == {"cut_off_mass"}
    assert result(PRESS, PRICE, asks).used == result(LONE, asks, PRICE).used == set()
    ratio = "mass | process.price_ratio > 99"
    assert result(PRESS, ratio, PRICE, least="parameter.cut_off_mass").used == {"cut_off_mass"}
    assert result(PRESS, PRICE, ratio, least="parameter.cut_off_mass").used == {"cut_off_mass"}
    weighed = "mass | process.has_masses"
    assert result(PRESS, weighed, PRICE, least="parameter.cut_off_mass").used == set()


class Text(HTMLParser):
    """The words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words += data.split()


@pytest.mark.parametrize(("lang", "told"), [
    ("en", ("Co-products", "by price", "rule economic", "by-economic; by-hand co-products economic", "Processes!A7",
            "prices are stated = yes")),
    ("zh", ("联产品分配", "按经济价值", "规则 economic", "by-economic; by-hand co-products economic", "Processes!A7",
            "已填价格 = 是")),
])  # fmt: skip
def test_both_reports_show_how_co_products_share(document: Declared, lang: str, told: tuple[str, ...]) -> None:
    """Process, method, reason, step, clause and the share of each output, in the language of the report."""
    doc = document(PRESS, PRICE)
    page = " ".join(Text(publish.render("report.html", doc, lang).decode()).words)
    for words in (*told, "press", "pulp", "50.0 %"):
        assert words in page, words
    book = openpyxl.load_workbook(io.BytesIO(publish.render("report.xlsx", doc, lang)))
    cells = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    (row,) = (row for row in cells if row[0] == "press: pulp")
    assert row[3] == 0.5
    shown = " ".join(str(cell) for line in cells for cell in line)
    why = f"{told[1]}: {told[2]} (by-economic; by-hand; co-products economic)"
    for words in (told[0], why, told[-1], "Processes!A5, Processes!A7"):
        assert words in shown, words


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_without_co_products_says_nothing_of_them(document: Declared, lang: str) -> None:
    """No empty table; a declaration of an earlier version, which has no such part, is rendered too."""
    doc = document(LONE)
    caption = {"zh": "联产品分配", "en": "Co-products"}[lang]
    for found in (doc, {key: part for key, part in doc.items() if key != "allocations"}):
        assert caption not in publish.render("report.html", found, lang).decode()
        publish.render("report.xlsx", found, lang)


def test_what_is_replaced_and_what_is_subdivided_is_shown(document: Declared) -> None:
    """Substitutes by their code; no share where nothing is in common."""
    page = " ".join(Text(publish.render("report.html", document(PRESS, SUBSTITUTION), "en").decode()).words)
    assert "replaces copper" in page
    book = openpyxl.load_workbook(io.BytesIO(publish.render("report.xlsx", document(SUBDIVIDED, PRICE), "en")))
    rows = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    (row,) = (row for row in rows if row[0] == "press: pulp")
    assert row[2:4] == [None, None]
