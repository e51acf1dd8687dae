"""The Summary sheet: the result and its parts, as sums over the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import fsum

from footprint.publish.book.inputs import Inputs, Term
from footprint.publish.book.ledger import LedgerSheet
from footprint.publish.book.parts import Entry, Row, address, agree, formula, heads, live, number
from footprint.publish.headline import headline
from footprint.publish.wording import MISSING, Words, declared, figure, gas
from footprint.tables.write import Cell, Formula, SheetSpec

VALUE, SHARE = 1, 2
WIDTHS = (44, 22, 30, 22)


@dataclass
class SummarySheet:
    """The first sheet. Rows are collected as they are written, so that later ones can point at earlier ones."""

    document: Entry
    words: Words
    ledger: LedgerSheet
    inputs: Inputs
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
            *((w.text(f["title"]), f"{w.value(f)} {w.unit(f['unit'])}".strip()) for f in product["fields"]),
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
        shown = Cell(bound + declared(result["declared"]), "fixed")
        self.rows.append([Cell(w("declared"), "key"), shown, Cell(per), self._issued()])
        said = headline(self.document.get("uncertainty"), w, len(self.document["completeness"]["gaps"]))
        if said:
            self._told(Cell(w("headline"), "key"), said)
        at = self.stated["total"] = address(len(self.rows), VALUE, self.name)
        values = [e["value"] for e in self.document["ledger"]]
        total = live(f"SUM({self.ledger.values()})", fsum(values), result["total"], fsum(map(abs, values)), "total")
        self.rows.append([Cell(w("live-total")), total, Cell(per)])
        change = Cell(
            Formula(f"={at}-{_literal(result['total'])}", 0.0), "number", number_format="0.000E+00;-0.000E+00;0"
        )
        self.rows.append([Cell(w("change"), "key"), change, Cell(per)])
        turned = self.inputs.turned()
        if turned:
            count = Cell(Formula(f"=SUM({turned})", 0.0), "number", number_format="0")
            remark = Cell(w("decisions-turned-is"), "note", span=2)
            self.rows.append([Cell(w("decisions-turned"), "key"), count, remark])
        self._also(at, result)
        self._state(result)
        return at

    def _issued(self, *, fixed: bool = True) -> Cell | None:
        """Return the mark of a number that does not follow."""
        return Cell(self.words("legend-fixed"), "note") if fixed else None

    def _number(self, caption: Cell, value: Cell, of: Cell | None = None) -> None:
        """Write a number and what it is of, with its mark where it does not follow."""
        self.rows.append([caption, value, of, self._issued(fixed=value.style == "fixed")])

    def _also(self, at: str, result: Entry) -> None:
        w, unit, per_unit = self.words, self.document["declared_unit"], self.inputs.told.get("units", {})
        others = [("", w("per-item"), result["per_item"], gas(result["unit"]))]
        for row in result["also"]:
            per = gas(f"{result['unit']} / {w.unit(row['unit'])}")
            others.append((row["id"], w.text(row["title"]), row["total"], per))
        for id_, title, value, per in others:
            self._number(Cell(title, "key"), self._of_total(at, per_unit.get(id_), value), Cell(per))
        per = gas(f"{result['unit']} / {unit['amount']:g} {w.unit(unit['unit'])}")
        self._number(Cell(w("location-based"), "key"), self._located(at, result), Cell(per))
        for note in result["location_notes"]:
            self._told(Cell("", "key"), w.text(note), "note")

    def _of_total(self, at: str, per_unit: Term | None, value: float) -> Cell:
        """Return the result per another unit, of which the declared amount has as many as ``per_unit`` says."""
        total = self.document["result"]["total"]
        if per_unit is not None:
            return live(f"{at}*{self.inputs.text(per_unit)}", total * self.inputs.value(per_unit), value)
        return formula(f"{at}*{_literal(value / total)}", value) if total else number(value, "fixed")

    def _located(self, at: str, result: Entry) -> Cell:
        """Return the result by location, as the sum of the values by location."""
        ledger, value = self.document["ledger"], result["location_based"]
        if not self.ledger.located:
            return live(at, result["total"], value)
        values = [e["value"] if e["location_value"] is None else e["location_value"] for e in ledger]
        return live(f"SUM({self.ledger.locations()})", fsum(values), value, fsum(map(abs, values)))

    def _state(self, result: Entry) -> None:
        w, completeness, conformity = self.words, self.document["completeness"], self.document["conformity"]
        for code, key in (("completeness-mass", "mass_share"), ("completeness-lines", "line_share")):
            share = completeness[key]
            told = Cell(w("mass-unknown"), "plain") if share is None else _share(share)
            self._number(Cell(w(code), "key"), told)
        if "estimated" in completeness:
            share = _share(completeness["estimated"]["impact_share"])
            self._number(Cell(w("rests-estimated-gaps"), "key"), share)
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
            self._number(Cell(w.text(part["title"])), self._subtotal(part), Cell(part["clause"], "key"))
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

    def _subtotal(self, part: Entry) -> Cell:
        """Return the sum over some stages; of what is reported apart from the result no line is in the ledger."""
        stages = [stage for stage in part.get("stages", ()) if f"stage:{stage}" in self.stated]
        values = [e["value"] for e in self.document["ledger"] if e["stage"] in stages]
        text = "+".join(self.stated[f"stage:{stage}"] for stage in stages) or "0"
        return live(text, fsum(values), part["value"], fsum(map(abs, values)))

    def _scenarios(self, result: Entry) -> None:
        """Write the scenarios beside the result: their values are those of the calculation, not live."""
        w, scenarios = self.words, self.document.get("scenarios", ())
        if scenarios:
            captions = (w("scenario"), gas(result["unit"]), w("scenario-difference"), w("scenario-changes"))
            self._section("scenarios", *captions)
            self._told(Cell(w("legend-fixed"), "note"), w("not-live"), "note")
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
            return _share(share)
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
            share = _share(row["share"])
            if code == "by-basis":
                values = [e["value"] for e in self.document["ledger"] if e["basis"] == row["id"]]
                share = self._share_of(self.ledger.basis_names(), address(len(self.rows), 0), values, row["share"])
            self._number(Cell(title), share)

    def _legend(self) -> None:
        w = self.words
        self._section("legend")
        for kind, style in (("input", "input"), ("live", "number"), ("fixed", "fixed")):
            self._told(Cell(w(f"legend-{kind}"), style), w(f"legend-{kind}-is"), "note")


def _share(value: float) -> Cell:
    """Return a share as it was issued."""
    return Cell(value, "fixed", number_format="0.0%")


def _literal(value: float) -> str:
    """Return a number as a formula holds it: 15 digits, as spreadsheets keep."""
    return f"{value:.15G}"
