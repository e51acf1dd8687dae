"""The Factors sheet: one row per factor used, by GHG class, with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import Any

from footprint.publish.book.parts import Entry, Row, address, heads, in_total, live, near, posted_classes, total_of
from footprint.publish.wording import Words
from footprint.tables.write import Cell, SheetSpec

FIRST, CLASS = 4, 3
Key = tuple[str, float]


@dataclass
class FactorSheet:
    """Where each factor stands, and the sheet itself. A dataset is one row; so is a gas emitted on site."""

    document: Entry
    words: Words
    name: str
    rows: dict[Key, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.headline = in_total(self.document)
        self.classes = posted_classes(self.document)
        for dataset in self.document["datasets"]:
            self.rows[dataset["key"], dataset["factor"]] = {**dataset, "row": FIRST + len(self.rows)}
        for entry in self.document["ledger"]:
            key = (entry["target"], entry["factor"])
            if key not in self.rows:
                self.rows[key] = {**self._unlisted(entry), "row": FIRST + len(self.rows)}

    def class_titles(self) -> dict[str, str]:
        """Return the titles of the classes that have a column, by id."""
        rows = self.document["result"]["by_class"]
        return {c["id"]: self.words.text(c["title"]) for c in rows if c["id"] in self.classes}

    def factor_at(self, entry: Entry) -> str:
        """Return the address of the factor of a posting."""
        return address(self._row(entry)["row"], CLASS + len(self.classes), self.name)

    def class_at(self, entry: Entry, ghg: str) -> str:
        """Return the address of the factor of a posting for one class."""
        return address(self._row(entry)["row"], CLASS + self.classes.index(ghg), self.name)

    def class_factor(self, entry: Entry, ghg: str) -> float | None:
        """Return the factor of a posting for one class [kg CO2e/unit], None when it has none."""
        value = self._row(entry)["classes"].get(ghg)
        return None if value is None else float(value)

    def spec(self) -> SheetSpec:
        """Return the sheet."""
        w = self.words
        titles = self.class_titles()
        codes = ("region", "period", "boundary", "gwp-set", "status", "proxy", "citation")
        captions = (w("dataset"), w("name"), w("unit"), *titles.values(), w("factor"), *map(w, codes))
        rows: list[Row] = [
            [Cell(w("sheet-factors"), "title")],
            [Cell(w("factors-note"), "key")],
            [],
            heads(captions),
            *map(self._line, self.rows.values()),
        ]
        widths = (34, 34, 8, *(13 for _ in titles), 14, 9, 12, 16, 10, 14, 36, 60)
        return SheetSpec(self.name, rows, widths, freeze=(FIRST, 2), repeat=FIRST, heights={0: 26, 3: 30}, paper="A3")

    def _row(self, entry: Entry) -> Mapping[str, Any]:
        return self.rows[entry["target"], entry["factor"]]

    def _unlisted(self, entry: Entry) -> dict[str, Any]:
        moved = entry["supply"] * entry["coefficient"] * entry["amount"]
        classes = {c: float(f"{v / moved:.10g}") for c, v in entry["classes"].items()} if moved else {}
        sets = " ".join(entry["sets"])
        return {
            "key": entry["target"],
            "name": entry["target_name"],
            "unit": entry["unit"],
            "classes": classes,
            "factor": entry["factor"],
            "region": "",
            "period": "",
            "boundary": "direct",
            "gwp_set": sets,
            "status": next(iter(entry["statuses"]), ""),
            "proxy": "",
            "citation": "",
        }

    def _line(self, row: Mapping[str, Any]) -> Row:
        told = [Cell(row["key"]), Cell(self.words.text(row["name"]), "wrap"), Cell(row["unit"])]
        factor = self._factor(row)
        style = "fixed" if factor.style == "input" else "input"
        split = [Cell(row["classes"][c], style) if c in row["classes"] else None for c in self.classes]
        w = self.words
        source = (
            row["region"],
            row["period"],
            w.of("scope", row["boundary"]),
            row["gwp_set"],
            w.of("status", row["status"]),
        )
        texts = [Cell(row["proxy"], "note"), Cell(row["citation"], "note")]
        return [*told, *split, factor, *(Cell(text) for text in source), *texts]

    def _factor(self, row: Mapping[str, Any]) -> Cell:
        """Return the factor as the sum of its classes; as an input of its own when the classes do not give it."""
        terms = [
            near(row["row"], CLASS + i)
            for i, c in enumerate(self.classes)
            if c in self.headline and c in row["classes"]
        ]
        scale = fsum(map(abs, row["classes"].values()))
        cell = live("+".join(terms) or "0", total_of(row["classes"], self.headline), row["factor"], scale)
        return Cell(row["factor"], "input") if cell.style == "fixed" or not terms else cell
