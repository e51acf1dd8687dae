"""Every number of a printed report leads to where it came from: by a note, by a link, or by what hovers over it."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from footprint import contrasts, forms, publish, service
from footprint.messages import labels
from footprint.publish.comparison import comparison

VOID = frozenset({"meta", "br", "col"})
NUMBER = re.compile(r"(?<![\w.\-/:@#₀-₉])[+\-−]?\d[\d.,]*(?![\w\-@:₀-₉])")
NAMED = re.compile(
    r"\d{4}-\d{2}(-\d{2})?|\b(19|20)\d{2}\b(?=\s*[/–-]\s*(19|20)\d{2})"  # days and periods say themselves what they are
    r"|\b\d+(\.\d+){2,}\b|@[\w.]+"  # versions
    r"|[\w ]+![A-Za-z]{1,3}\d+"  # cells: what other numbers lead to
)
UNITS = frozenset({"td", "th", "p", "li", "dd", "h2", "h3", "g", "figure", "div", "body"})
"""Elements that a note stands in for all of their numbers: the innermost counts."""
OWN = ("bdi", "h1", "sup", "title", "style")
"""Names as their owner wrote them, and the numbers of notes themselves."""
REFERENCES = (
    "clause", "citation", "checksum", "version", "licence", "dataset", "databases", "name", "period", "region", "cell",
    "rule", "parameter", "sheet", "document", "file", "sources", "supply-type", "benchmark", "stage", "period-covered",
    "calibration", "calibration-valid", "instrument", "topic", "boundary", "comparison-rules", "status",
)  # fmt: skip
"""Columns of names and references: what a number leads to, not a number."""


SAMPLE = runpy.run_path(str(Path(__file__).parent / "data" / "sample_declaration.py"))["sample"]


class Node:
    """An element of a page: its tag, attributes, and what it holds in order."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: Node | None) -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.held: list[Node | str] = []

    @property
    def kinds(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def above(self) -> Iterator[Node]:
        at: Node | None = self
        while at is not None:
            yield at
            at = at.parent

    def each(self) -> Iterator[Node]:
        yield self
        for held in self.held:
            if isinstance(held, Node):
                yield from held.each()

    def texts(self) -> Iterator[tuple[Node, str]]:
        for held in self.held:
            if isinstance(held, Node):
                yield from held.texts()
            else:
                yield self, held

    def text(self) -> str:
        return " ".join("".join(text for node, text in self.texts() if node.tag not in {"sup", "a"}).split())

    def find(self, tag: str) -> list[Node]:
        return [node for node in self.each() if node.tag == tag]


class Tree(HTMLParser):
    """Reads a page into nodes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.at = Node("", {}, None)
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.held.append(node)
        if tag not in VOID:
            self.at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.held.append(Node(tag, {name: value or "" for name, value in attrs}, self.at))

    def handle_endtag(self, tag: str) -> None:
        assert self.at.tag == tag
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.held.append(data)


class Report:
    """A page, and which of its numbers lead nowhere."""

    def __init__(self, html: str, lang: str) -> None:
        self.root = Tree(html).root
        self.ids = {node.attributes["id"] for node in self.root.each() if "id" in node.attributes}
        captions = labels(lang)
        self.references = {captions[f"report-{code}"] for code in REFERENCES}
        self.heads: dict[int, list[Node]] = {}

    def unnoted(self) -> list[str]:
        """Return each number that has no annotation, in its surroundings."""
        return [
            f"{' '.join(text.split())[:90]!r} in {'/'.join(n.tag for n in reversed(list(node.above())))[-60:]}"
            f" {self.where(node)}"
            for node, text in self.root.texts()
            if NUMBER.search(NAMED.sub("", text)) and not self.is_noted(node)
        ]

    def where(self, node: Node) -> str:
        head = self.head(next((n for n in node.above() if n.tag in {"td", "th"}), None))
        return "" if head is None else f"[column {head.text()}]"

    def links(self, node: Node) -> bool:
        """Tell whether a link in ``node`` leads to a place of the page."""
        return any(n.attributes.get("href", "#")[1:] in self.ids for n in node.find("a"))

    def is_noted(self, node: Node) -> bool:
        above = list(node.above())
        if any(n.tag in OWN or "cell" in n.kinds or n.attributes.get("title") for n in above):
            return True
        if any(n.attributes.get("id") == "notes" or (n.tag == "a" and self.links(n)) for n in above):
            return True
        unit = next(n for n in above if n.tag in UNITS)
        if unit.tag == "g":
            return bool(unit.find("title"))
        if unit.tag in {"p", "li", "h2", "h3"} and any(n.tag == "td" for n in above):
            unit = next(n for n in above if n.tag == "td")
        if unit.tag == "td":
            return self.is_noted_cell(unit)
        if unit.tag == "dd":
            pair = unit.parent.held if unit.parent else []
            return self.links(unit) or any(self.links(n) for n in pair[: pair.index(unit)][-2:] if isinstance(n, Node))
        return unit.tag != "body" and self.links(unit)

    def is_noted_cell(self, cell: Node) -> bool:
        """A cell is noted by its column's head, or by the caption of its row."""
        row = next(n for n in cell.above() if n.tag == "tr")
        cells = [n for n in row.held if isinstance(n, Node)]
        head = self.head(cell)
        if self.links(cells[0]) or self.links(cell) or (head is not None and head.text() in self.references):
            return True
        return head is not None and self.links(head)

    def head(self, cell: Node | None) -> Any:
        """Return the head of the column of ``cell``, None where its table has none."""
        if cell is None or cell.parent is None:
            return None
        table = next(n for n in cell.above() if n.tag == "table")
        heads = self.heads.setdefault(id(table), []) or table.find("th")
        self.heads[id(table)] = heads
        before = [n for n in cell.parent.held if isinstance(n, Node)]
        at = sum(int(n.attributes.get("colspan", 1)) for n in before[: before.index(cell)])
        return heads[at] if at < len(heads) else None


EXAMPLES = (
    ("battery", "pef-2021", 200), ("transformer", "", 0), ("detergent", "catena-x", 0),
    *(pytest.param(*example, marks=pytest.mark.slow)
      for example in (("battery", "", 0), ("nev", "", 200), ("pv", "", 0), ("detergent", "", 200))),
)  # fmt: skip


def example(name: str, folder: Path) -> Path:
    path = folder / f"{name}.xlsx"
    path.write_bytes(forms.example(name, "en"))
    return path


def calculated(name: str, pcr: str, draws: int, folder: Path) -> Any:
    path = example(name, folder)
    return service.calculate(service.Request(path, pcr, draws=draws, seed=1)).told


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path_factory.getbasetemp() / "home-notes"))


@pytest.mark.parametrize(("name", "pcr", "draws"), EXAMPLES)
def test_every_number_leads_to_where_it_came_from(name: str, pcr: str, draws: int, tmp_path: Path) -> None:
    """No number of the report stands without a note, a link or a text that hovers over it, in either language."""
    document = calculated(name, pcr, draws, tmp_path)
    for lang in ("en", "zh"):
        report = Report(publish.render("report.html", document, lang).decode(), lang)
        found = report.unnoted()
        assert not found, "\n".join(found)


def test_the_numbers_of_a_comparison_lead_to_where_they_came_from(tmp_path: Path) -> None:
    """Results side by side and the causes of their difference carry notes as well."""
    document = contrasts.contrast(service.Request(example("battery", tmp_path)), ("pef-2021", "catena-x")).document
    for lang in ("en", "zh"):
        found = Report(comparison(document, lang).decode(), lang).unnoted()
        assert not found, "\n".join(found)


def test_a_number_without_a_note_is_found(tmp_path: Path) -> None:
    """Without its notes a page has numbers that lead nowhere, in every part: the walk does look at them."""
    html = publish.render("report.html", calculated("nev", "", 200, tmp_path), "en").decode()
    bare = Report(re.sub(r"<sup>.*?</sup>", "", html), "en").unnoted()
    assert len(bare) > 500
    for column in ("amount", "supply", "factor", "count", "rating", "rated-share"):
        assert any(labels("en")[f"report-{column}"] in each for each in bare), column


def test_every_link_leads_to_a_row_of_the_page(tmp_path: Path) -> None:
    """Lines lead to their dataset, document and scores, documents to their instrument, the largest lines to theirs."""
    document = calculated("battery", "", 0, tmp_path)
    report = Report(publish.render("report.html", document, "en").decode(), "en")
    links = [node.attributes["href"] for node in report.root.find("a")]
    assert {link[1:] for link in links} <= report.ids
    assert all(link.startswith("#") for link in links)
    by_id = {node.attributes["id"]: node for node in report.root.each() if "id" in node.attributes}
    for number, entry in enumerate(document["ledger"], 1):
        row = by_id[f"p{number}"]
        leads = [by_id[node.attributes["href"][1:]].text() for node in row.find("a")]
        assert entry["cell"] in row.text()
        assert entry["target"].startswith("gas:") or any(entry["target"] in text for text in leads)
        assert not entry["evidence"] or any(text.startswith(entry["evidence"]) for text in leads)
    told = {node.attributes.get("title") for node in report.root.find("dd")}
    assert {field["cell"] for field in document["product"]["fields"]} <= told


def test_notes_are_numbered_as_they_come_and_each_is_said_once(tmp_path: Path) -> None:
    """Notes stand at the end in the order of their numbers, all that are referred to and no others."""
    report = Report(publish.render("report.html", calculated("pv", "", 0, tmp_path), "zh").decode(), "zh")
    numbers = [int(node.text() or "".join(t for _, t in node.texts())) for node in report.root.find("sup")]
    assert list(dict.fromkeys(numbers)) == list(range(1, max(numbers) + 1))
    assert len([id_ for id_ in report.ids if re.fullmatch(r"n\d+", id_)]) == max(numbers)


def test_a_line_more_takes_no_more_than_its_row() -> None:
    """Notes are said once: a thousand lines more add their rows with their links, under 700 bytes each."""
    sizes = [len(publish.render("report.html", SAMPLE(extra=extra), "en")) for extra in (100, 1100)]
    assert sizes[1] - sizes[0] < 700 * 1000
