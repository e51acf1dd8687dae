"""The Summary sheet: the result and its parts, as sums over the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import fsum

from footprint.publish.book.ledger import LedgerSheet
from footprint.publish.book.parts import Entry, Row, address, agree, formula, heads, live, number
from footprint.publish.wording import MISSING, Words, declared, figure, gas, value_of
from footprint.tables.write import Cell, Formula, SheetSpec

VALUE, SHARE = 1, 2
WIDTHS = (44, 22, 30, 22)


@dataclass
class SummarySheet:
    """The first sheet. Rows are collected as they are written, so that later ones can point at earlier ones."""

    document: Entry
    words: Words
    ledger: LedgerSheet
    name: str
    rows: list[Row] = field(default_factory=list)
    stated: dict[str, str] = field(default_factory=dict)
    """Where the total and each stage and class stand, by the names that files for customers are checked under."""

    def spec(self) -> SheetSpec:
        """Return the sheet."""
        self.rows = [[Cell(self.words("title"), "title")], [Cell(self.document["product"]["name"], "section", span=4)]]
        self._facts()
        total = self._result()
        self._stages()
        self._classes(total)
        for code, key in (("by-basis", "by_basis"), ("by-status", "by_status"), ("by-gwp-set", "by_gwp_set")):
            self._shares(code, self.document["result"][key])
        self._legend()
        return SheetSpec(self.name, self.rows, WIDTHS, landscape=False, heights={0: 28, 1: 18})

    def _section(self, code: str, *captions: str) -> None:
        self.rows += [[], [Cell(self.words(code), "section", span=4)]]
        if captions:
            self.rows.append(heads(captions, "optional"))

    def _told(self, key: Cell, text: str, style: str = "wrap") -> None:
        """Write a caption and a text over the other columns."""
        self.rows.append([key, Cell(text, style, span=3)])

    def _facts(self) -> None:
        w, study, product = self.words, self.document["study"], self.document["product"]
        unit, period, pcr = self.document["declared_unit"], study["reference_period"], study["pcr"]
        facts = [
            (w("id"), product["id"]),
            (w("model"), product["model"]),
            (w("manufacturer"), product["manufacturer"]),
            (w("plant"), f"{product['province']} · {product['country']}"),
            (w("period"), w("period-range", start=period["start"], end=period["end"])),
            *((w.text(f["title"]), f"{value_of(f['value'])} {w.unit(f['unit'])}".strip()) for f in product["fields"]),
            (w("pcr"), f"{w.text(pcr['title'])} · {pcr['id']} {pcr['version']} · {w.of('status', pcr['status'])}"),
            (w("boundary"), w.text(study["boundary"]["title"])),
            (w("declared-unit"), f"{w.text(unit['title'])} · {w.text(unit['sentence'])}"),
            (w("metric"), w("metric-is", set=study["gwp_set"], headline=study["headline"])),
            (w("issued"), study["issue_date"] or ""),
        ]
        for key, text in facts:
            self._told(Cell(key, "key"), text)

    def _result(self) -> str:
        """Write the result; return the address of the live total."""
        w, result, unit = self.words, self.document["result"], self.document["declared_unit"]
        per = gas(f"{result['unit']} / {unit['amount']:g} {w.unit(unit['unit'])}")
        bound = "≥ " if result["lower_bound"] else ""
        self._section("result")
        self.rows.append([Cell(w("declared"), "key"), Cell(bound + declared(result["declared"]), "fixed"), Cell(per)])
        at = self.stated["total"] = address(len(self.rows), VALUE, self.name)
        if result.get("uncertainty"):
            said = w("expanded-is", **result["uncertainty"])
            self.rows.append([Cell(w("expanded"), "key"), Cell(said), Cell(per)])
        values = [e["value"] for e in self.document["ledger"]]
        total = live(f"SUM({self.ledger.values()})", fsum(values), result["total"], fsum(map(abs, values)), "total")
        self.rows.append([Cell(w("live-total")), total, Cell(per)])
        change = Cell(
            Formula(f"={at}-{_literal(result['total'])}", 0.0), "number", number_format="0.000E+00;-0.000E+00;0"
        )
        self.rows.append([Cell(w("change"), "key"), change, Cell(per)])
        self._also(at, result, unit)
        self._state(result)
        return at

    def _also(self, at: str, result: Entry, unit: Entry) -> None:
        w = self.words
        item = live(f"{at}*{_literal(unit['per_item'])}", result["total"] * unit["per_item"], result["per_item"])
        self.rows.append([Cell(w("per-item"), "key"), item, Cell(gas(result["unit"]))])
        for other in result["also"]:
            cell = number(other["total"], "fixed")
            if result["total"]:
                cell = formula(f"{at}*{_literal(other['total'] / result['total'])}", other["total"])
            per = gas(f"{result['unit']} / {w.unit(other['unit'])}")
            self.rows.append([Cell(w.text(other["title"]), "key"), cell, Cell(per)])
        per = gas(f"{result['unit']} / {unit['amount']:g} {w.unit(unit['unit'])}")
        self.rows.append([Cell(w("location-based"), "key"), number(result["location_based"], "fixed"), Cell(per)])
        for note in result["location_notes"]:
            self._told(Cell("", "key"), w.text(note), "note")

    def _state(self, result: Entry) -> None:
        w, completeness, conformity = self.words, self.document["completeness"], self.document["conformity"]
        for code, key in (("completeness-mass", "mass_share"), ("completeness-lines", "line_share")):
            share = completeness[key]
            told = Cell(w("mass-unknown"), "plain") if share is None else Cell(share, "share")
            self.rows.append([Cell(w(code), "key"), told])
        if "estimated" in completeness:
            share = Cell(completeness["estimated"]["impact_share"], "share")
            self.rows.append([Cell(w("rests-estimated-gaps"), "key"), share])
        if not result["complete"]:
            code = "incomplete-bound" if result["lower_bound"] else "incomplete-open"
            self._told(Cell(w("incomplete"), "warn"), w(code, n=len(completeness["gaps"])), "warn")
        said = " ".join([w.text(conformity["wording"]), w("list").join(w.text(why) for why in conformity["why"])])
        self._told(Cell(w("conforms"), "key"), said)

    def _stages(self) -> None:
        w, result = self.words, self.document["result"]
        self._section("by-stage", w("stage"), gas(result["unit"]), w("share-absolute"), w("stage-id"))
        self.rows += [self._stage(stage, len(self.rows) + at) for at, stage in enumerate(result["by_stage"])]
        for part in result.get("subtotals", ()):
            self.rows.append([Cell(w.text(part["title"])), number(part["value"], "fixed"), Cell(part["clause"], "key")])
        self._scenarios(result)

    def _stage(self, stage: Entry, row: int) -> Row:
        """Return a stage in ``row``; one without a line has no number, which is not zero."""
        title, id_ = Cell(self.words.text(stage["title"])), Cell(stage["id"], "key")
        if not stage.get("lines", 1):
            return [title, Cell(MISSING), Cell(""), id_]
        wanted = address(row, 3)
        values = [e["value"] for e in self.document["ledger"] if e["stage"] == stage["id"]]
        text = f"SUMIF({self.ledger.stage_ids()},{wanted},{self.ledger.values()})"
        value = live(text, fsum(values), stage["value"], fsum(map(abs, values)))
        self.stated[f"stage:{stage['id']}"] = address(row, VALUE, self.name)
        return [title, value, self._share_of(self.ledger.stage_ids(), wanted, values, stage["share"]), id_]

    def _scenarios(self, result: Entry) -> None:
        """Write the scenarios beside the result: their values are those of the calculation, not live."""
        w, scenarios = self.words, self.document.get("scenarios", ())
        if scenarios:
            captions = (w("scenario"), gas(result["unit"]), w("scenario-difference"), w("scenario-changes"))
            self._section("scenarios", *captions)
        for row in scenarios:
            changes = w("list").join(f"{c['target']} = {c['value']}" for c in row["changes"])
            located = row.get("location_based", row["total"])
            if located != row["total"]:
                changes = "\n".join(filter(None, (changes, f"{w('location-based')}: {figure(located)}")))
            values = (number(row["total"], "fixed"), number(row["difference"]["value"], "fixed"))
            self.rows.append([Cell(row["id"]), *values, Cell(changes, "wrap")])

    def _share_of(self, texts: str, wanted: str, values: Sequence[float], share: float) -> Cell:
        """Return a share of the absolute contributions, live when that is what it is."""
        whole = fsum(abs(e["value"]) for e in self.document["ledger"])
        if not whole or not agree(fsum(map(abs, values)) / whole, share, 1.0):
            return Cell(share, "fixed", number_format="0.0%")
        every = self.ledger.values()
        text = f"SUMPRODUCT(({texts}={wanted})*ABS({every}))/SUMPRODUCT(ABS({every}))"
        return Cell(Formula(f"={text}", share), "share")

    def _classes(self, total: str) -> None:
        w, result = self.words, self.document["result"]
        self._section("by-class", w("class"), gas(result["unit"]), w("in-total"))
        for row in result["by_class"]:
            if row["id"] not in self.ledger.factors.classes:
                continue
            values = [e["classes"][row["id"]] for e in self.document["ledger"] if row["id"] in e["classes"]]
            text = f"SUM({self.ledger.of_class(row['id'])})"
            value = live(text, fsum(values), row["value"], fsum(map(abs, values)))
            self.stated[f"class:{row['id']}"] = address(len(self.rows), VALUE, self.name)
            self.rows.append([Cell(gas(w.text(row["title"]))), value, Cell(w("yes" if row["in_total"] else "no"))])
        self.rows.append([Cell(w("total")), formula(total, result["total"], "total")])
        empty = [w.text(c["title"]) for c in result["by_class"] if c["id"] not in self.ledger.factors.classes]
        if empty:
            self._told(Cell(w("nothing-posted"), "key"), gas(w("list").join(empty)), "note")

    def _shares(self, code: str, shares: Sequence[Entry]) -> None:
        self._section(code, self.words("name"), self.words("share-absolute"))
        for row in shares:
            title = self.words.text(row["title"]) if "title" in row else row["id"]
            share = Cell(row["share"], "fixed", number_format="0.0%")
            if code == "by-basis":
                values = [e["value"] for e in self.document["ledger"] if e["basis"] == row["id"]]
                share = self._share_of(self.ledger.basis_names(), address(len(self.rows), 0), values, row["share"])
            self.rows.append([Cell(title), share])

    def _legend(self) -> None:
        w = self.words
        self._section("legend")
        for kind, style in (("input", "input"), ("live", "number"), ("fixed", "fixed")):
            self._told(Cell(w(f"legend-{kind}"), style), w(f"legend-{kind}-is"), "note")


def _literal(value: float) -> str:
    """Return a number as a formula holds it: 15 digits, as spreadsheets keep."""
    return f"{value:.15G}"
