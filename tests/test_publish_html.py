"""The HTML report: self-contained, in one language, saying everything the declaration says."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from footprint import publish
from footprint.messages import labels
from footprint.publish import view

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[1]
SAMPLE = runpy.run_path(str(DATA / "sample_declaration.py"))["sample"]
WIDE = re.compile("[\u2e80-\u9fff\uff00-\uffef]")


class Page(HTMLParser):
    """Collects the tags, attributes and words of a page, and whether every tag is closed."""

    VOID = frozenset({"meta", "br", "col", "rect", "path"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(filter(None, self.words))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def page(document: dict[str, Any], lang: str = "en") -> Page:
    return Page(publish.render("report.html", document, lang).decode())


def test_nothing_is_fetched_and_nothing_runs() -> None:
    """The page holds no script, image, frame, event handler or address to load; links lead to places of the page."""
    for lang in ("zh", "en"):
        html = publish.render("report.html", SAMPLE(), lang).decode()
        shown = Page(html)
        assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(shown.tags)
        assert not [name for name, _ in shown.attributes if name.startswith("on") or name in {"src", "action"}]
        assert all(value and value.startswith("#") for name, value in shown.attributes if name == "href")
        assert not re.search(r"@import|url\((?!#)", html)


def test_every_tag_is_closed() -> None:
    """The page is well formed, in both languages, complete or not."""
    for document in (SAMPLE(), SAMPLE(complete=True), SAMPLE(extra=50)):
        for lang in ("zh", "en"):
            assert page(document, lang).open == []


def test_hostile_names_stay_names() -> None:
    """A name full of markup is shown as it was typed, and makes no element."""
    document = SAMPLE()
    name = "<script>alert('1')</script><b onclick=x>\"&amp;"
    document["product"]["name"] = document["ledger"][0]["name"] = document["activities"][0]["name"] = name
    shown = page(document)
    assert "script" not in shown.tags
    assert not [n for n, _ in shown.attributes if n.startswith("on")]
    assert shown.text.count("<script>alert('1')</script>") >= 3


def without_chinese(node: Any) -> Any:
    """Return the document with the Chinese of the user's own names taken out."""
    if isinstance(node, dict):
        return {k: v if k == "zh" else without_chinese(v) for k, v in node.items()}
    if isinstance(node, list):
        return [without_chinese(item) for item in node]
    return WIDE.sub("", node) if isinstance(node, str) else node


def test_no_chinese_in_the_english_report() -> None:
    """With names in English, the English report holds not one Chinese letter."""
    shown = page(without_chinese(SAMPLE()), "en")
    assert not WIDE.findall(shown.text)
    assert not [value for _, value in shown.attributes if value and WIDE.search(value)]


def test_no_english_caption_in_the_chinese_report() -> None:
    """The Chinese report holds none of the English captions."""
    shown = [word for word in page(SAMPLE(), "zh").words if word]
    own = labels("zh").values()
    captions = {v for k, v in labels("en").items() if k.startswith("report-") and len(v) > 3 and v not in own}
    data = set(re.findall(r'"((?:[^"\\]|\\.)*)"', json.dumps(SAMPLE(), ensure_ascii=False)))
    assert [word for word in shown if word in captions and word not in data] == []


def test_a_lower_bound_says_so_and_names_its_gaps() -> None:
    """An incomplete number stands behind >=, with every gap named, and says that it is a lower bound."""
    text = page(SAMPLE()).text
    assert "≥ 0.1691 kg CO₂e / kWh" in text
    assert "Incomplete. 2 named gaps, none of which can lower the result: the number is a lower bound." in text
    assert "Battery management system (8.81 × 10⁻⁵ kg)" in text


def test_an_open_result_is_not_called_a_bound() -> None:
    """A gap that may be negative makes the number incomplete without a bound."""
    document = SAMPLE()
    document["result"]["lower_bound"] = False
    text = page(document).text
    assert "the number may be too low or too high" in text
    assert "≥ 0.1691" not in text


def test_a_complete_number_stands_alone() -> None:
    """A complete declaration shows the number without a sign before it and no banner of gaps."""
    text = page(SAMPLE(complete=True)).text
    assert "named gap." in text
    assert "Incomplete" not in text
    assert "≥ 0.1" not in text


def test_everything_declared_is_shown() -> None:
    """Each posting, gap, clause, assumption, excluded row, dataset, database and left-out row is in the report."""
    document = SAMPLE()
    text = page(document).text
    for entry in document["ledger"]:
        assert entry["cell"] in text
        assert entry["name"] in text
        assert entry["target"] in text
    for part in (document["excluded"], document["completeness"]["gaps"], document["assumptions"]):
        assert all(row["cell"] in text for row in part)
    assert all(f"{row['rule']} {row['clause']} {row['reason']['en']}" in text for row in document["excluded"])
    assert all(row["text"]["en"] in text for row in document["assumptions"])
    assert all(gap["why"]["en"] in text for gap in document["completeness"]["gaps"])
    assert all(clause["sentence"]["en"] in text for clause in document["clauses"])
    for shared in document["allocations"]:
        assert f"{shared['cell']} {shared['reason']['en']} {shared['step']}" in text
        assert all(f"{o['cell']} {o['flow']}" in text for o in shared["outputs"])
    assert all(d["key"] in text and d["proxy"] in text for d in document["datasets"])
    assert all(d["licence"] in text and d["checksum"] in text for d in document["databases"])
    assert all(row["cell"] in text for row in document["account"]["rows"] if row["state"] != "used")
    assert document["workbook"]["sha256"] in text


def test_shares_are_of_absolute_contributions() -> None:
    """A credit counts with its size: shares are of the sum of absolute values, and cumulate to no more than all."""
    document = SAMPLE()
    spots = view.hotspots(document)
    assert view.whole(document) == pytest.approx(document["result"]["absolute"])
    assert any(spot.entry["value"] < 0 < spot.share for spot in spots)
    assert spots[0].share == pytest.approx(abs(spots[0].entry["value"]) / document["result"]["absolute"])
    assert [s.cumulative for s in spots] == sorted(s.cumulative for s in spots)
    assert spots[-1].cumulative <= 1


def test_bars_share_one_scale() -> None:
    """Bars begin at zero, credits to its left, and the longest of each side ends at the edge."""
    credit, small, large = view.bars([-1.0, 0.5, 3.0])
    assert (credit.start, credit.length, credit.zero) == (0, 25, 25)
    assert (small.start, large.start + large.length) == (25, 100)


def test_small_numbers_are_not_shown_as_nothing() -> None:
    """A posting of a billionth shows its digits."""
    document = SAMPLE()
    document["ledger"][0]["value"] = 1.234e-9
    assert "1.234 × 10⁻⁹" in page(document).text


def test_unwritable_home_means_no_cache_not_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a home that can be written, the report is the same."""
    from footprint.publish import templates

    expected = publish.render("report.html", SAMPLE(), "en")
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "file" / "home"))
    templates.environment.cache_clear()
    assert publish.render("report.html", SAMPLE(), "en") == expected


def test_a_broken_cache_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rubbish in the cache of compiled templates changes nothing."""
    from footprint.publish import templates

    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path))
    templates.environment.cache_clear()
    expected = publish.render("report.html", SAMPLE(), "en")
    kept = list((tmp_path / "cache" / "templates").iterdir())
    assert kept
    for file in kept:
        file.write_bytes(file.read_bytes()[:40] + b"rubbish")
    templates.environment.cache_clear()
    assert publish.render("report.html", SAMPLE(), "en") == expected


def test_rendering_and_explaining_import_nothing_heavy(tmp_path: Path) -> None:
    """The HTML report and explain load none of the numerical or spreadsheet libraries."""
    code = (
        "import json, sys; from footprint import publish; from footprint.publish.explain import explain\n"
        "d = json.load(sys.stdin); publish.render('report.html', d, 'en'); explain(d, 'BOM!E6', 'zh')\n"
        "print({'numpy', 'pandas', 'networkx', 'scipy', 'openpyxl', 'xlsxwriter', 'bw2calc'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], input=json.dumps(SAMPLE()), capture_output=True, text=True,
                          check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=tmp_path)  # fmt: skip
    assert said.stdout.strip() == "set()"
