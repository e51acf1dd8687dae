"""The Ledger sheet: each posting as entered x steps, supply x coefficient x amount x factor."""

from __future__ import annotations

from dataclasses import dataclass

from footprint.publish.book.factors import FactorSheet
from footprint.publish.book.inputs import Inputs, amount_cells, coefficient_cell, step_columns
from footprint.publish.book.parts import Entry, Row, column_range, formula, heads, live, near, number
from footprint.publish.book.supply import SupplySheet
from footprint.publish.wording import Words
from footprint.tables.write import Cell, SheetSpec

FIRST, ENTERED = 4, 4


@dataclass
class LedgerSheet:
    """Where values, stages and classes stand, and the sheet itself.

    Columns: cell, name, activity, stage; entered, unit, a column per step, amount, unit; coefficient, supply, factor,
    value; dataset, its name, basis, evidence, rule, clause; a column per GHG class; stage id, role, reason, remark;
    by location, where that differs.
    """

    document: Entry
    words: Words
    inputs: Inputs
    supply: SupplySheet
    factors: FactorSheet
    name: str

    def __post_init__(self) -> None:
        self.columns = step_columns(self.document["ledger"], self.words)
        self.amount_at = ENTERED + 2 + len(self.columns)
        self.value_at = self.amount_at + 5
        self.class_at = self.value_at + 7
        self.stage_at = self.class_at + len(self.factors.classes)
        self.located_at = self.stage_at + 4
        self.located = any(e["location_value"] is not None for e in self.document["ledger"])
        self.last = FIRST + max(1, len(self.document["ledger"])) - 1
        self.titles = {s["id"]: s["title"] for s in self.document["study"]["stages"]}
        self.activities = {a["id"]: a for a in self.document["activities"]}
        self.bases = {b["id"]: b["title"] for b in self.document["result"]["by_basis"]}

    def values(self) -> str:
        """Return the range of all values."""
        return self._range(self.value_at)

    def stage_ids(self) -> str:
        """Return the range of all stage ids."""
        return self._range(self.stage_at)

    def locations(self) -> str:
        """Return the range of all values by location, "" where no line has another than by contract."""
        return self._range(self.located_at) if self.located else ""

    def basis_names(self) -> str:
        """Return the range of the bases of all amounts."""
        return self._range(self.value_at + 3)

    def of_class(self, ghg: str) -> str:
        """Return the range of all values of one GHG class."""
        return self._range(self.class_at + self.factors.classes.index(ghg))

    def spec(self) -> SheetSpec:
        """Return the sheet."""
        rows: list[Row] = [
            [Cell(self.words("sheet-ledger"), "title")],
            [Cell(self.words("ledger-note"), "key")],
            [],
            self._heads(),
            *(self._line(i, entry) for i, entry in enumerate(self.document["ledger"])),
        ]
        steps, classes = (10 for _ in self.columns), (12 for _ in self.factors.classes)
        source = (12, 31, 28, 11, 10, 19, 9)
        widths = (15, 36, 24, 24, 10, 7, *steps, 11, 7, 10, 11, 11, *source, *classes, 16, 18, 60, 40, 13)
        return SheetSpec(
            self.name, rows, widths, freeze=(FIRST, 2), repeat=FIRST, heights={0: 26, 3: 30}, paper="A3",
            autofilter=(FIRST - 1, 0, self.last, self.stage_at + 3), print_columns=self.class_at,
        )  # fmt: skip

    def _range(self, column: int) -> str:
        return column_range(FIRST, self.last, column, self.name)

    def _heads(self) -> Row:
        w = self.words
        told = map(w, ("cell", "name", "activity", "stage", "entered", "unit"))
        posted = map(w, ("amount", "unit", "coefficient", "supply", "factor", "value"))
        source = map(w, ("dataset", "name", "basis", "evidence", "rule", "clause"))
        classes = self.factors.class_titles().values()
        rest = map(w, ("stage-id", "role", "reason", "remark", *(("location-based",) if self.located else ())))
        return heads((*told, *self.columns.values(), *posted, *source, *classes, *rest))

    def _line(self, at: int, entry: Entry) -> Row:
        w, row, followed = self.words, FIRST + at, self.inputs.line("ledger", at)
        stage = w.text(self.titles.get(entry["stage"])) or entry["stage"]
        activity = self.activities[entry["activity"]]["name"]
        amount = amount_cells(entry, followed, self.columns, row, ENTERED, self.inputs)
        posted = [coefficient_cell(entry, followed, self.inputs), *self._posted(row, entry)]
        classes = [self._class(row, entry, c) for c in self.factors.classes]
        fixed = any(c is not None and c.style == "fixed" for c in (amount[-2], *posted, *classes))
        basis = w.text(self.bases.get(entry["basis"])) or w.of("basis", entry["basis"])
        source = (
            entry["target"],
            w.text(entry["target_name"]),
            basis,
            entry["evidence"],
            entry["rule"],
            entry["clause"],
        )
        told = [Cell(entry["cell"], "key"), *map(Cell, (w.named(entry), activity, stage))]
        rest = (entry["role"], self._reason(entry), self._remark(entry, fixed=fixed))
        located = [self._location(row, entry)] if self.located else []
        last = [*map(Cell, rest), *located]
        return [*told, *amount, *posted, *map(Cell, source), *classes, Cell(entry["stage"], "key"), *last]

    def _location(self, row: int, entry: Entry) -> Cell:
        """Return the value by location: that by contract where no contract counts."""
        value, moved = entry["location_value"], _moved(entry)
        if value is None:
            return formula(near(row, self.value_at), entry["value"])
        if not moved:
            return number(value, "fixed")
        return live(f"{self._moved(row)}*{value / moved:.15G}", value, value)

    def _reason(self, entry: Entry) -> str:
        """Return why a line is as it is; of a derived one, how its coefficient came about."""
        said = [self.words.text(entry["reason"])]
        if "term" in entry:
            per = entry["term"]["per"]
            said.append(f"{self.words('coefficient')} = {self.words.computed(entry['term']['coefficient'])}")
            said += [] if per is None else [f"{self.words('explain-per-unit')} = {self.words.computed(per)}"]
        return " · ".join(filter(None, said))

    def _remark(self, entry: Entry, *, fixed: bool) -> str:
        said = [self.words("not-live")] if fixed else []
        return " ".join([*said, *(f"{self.words('kind-gap')}: {code}" for code in entry["gaps"])])

    def _posted(self, row: int, entry: Entry) -> list[Cell]:
        """Return supply, factor and value."""
        runs = self.activities[entry["activity"]]["supply"]
        supply = live(self.supply.at(entry["activity"]), runs, entry["supply"])
        factor = formula(self.factors.factor_at(entry), entry["factor"])
        text = f"{self._moved(row)}*{near(row, self.value_at - 1)}"
        return [supply, factor, live(text, _moved(entry) * entry["factor"], entry["value"])]

    def _moved(self, row: int) -> str:
        columns = (self.value_at - 2, self.value_at - 3, self.amount_at)
        return "*".join(near(row, column) for column in columns)

    def _class(self, row: int, entry: Entry, ghg: str) -> Cell | None:
        if ghg not in entry["classes"]:
            return None
        value, factor = entry["classes"][ghg], self.factors.class_factor(entry, ghg)
        if factor is None:
            return number(value, "fixed")
        return live(f"{self._moved(row)}*{self.factors.class_at(entry, ghg)}", _moved(entry) * factor, value)


def _moved(entry: Entry) -> float:
    return float(entry["supply"] * entry["coefficient"] * entry["amount"])
