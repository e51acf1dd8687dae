"""The Inputs sheet: each number of the workbook that amounts follow, and the sums between them and the amounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, prod
from typing import Any

from footprint.publish.book.parts import Entry, Row, address, column_range, formula, heads, live, near, number
from footprint.publish.wording import Words
from footprint.tables.write import Cell, SheetSpec

FIRST, VALUE = 3, 3
_COLUMNS = ("cell", "name", "what", "value", "unit", "lines", "remark")
_NOTHING = 1e-12
_SIGNS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "="}
Term = Sequence[Any]
"""``[scale, [[name, exponent], ...]]``: a product of cells, and of sums by number: ``#0``."""


@dataclass
class Inputs:
    """Where inputs and sums stand, what follows them, and the sheet itself. Without any, all is as issued."""

    sheet: str
    words: Words
    document: Entry
    used: Counter[str] = field(default_factory=Counter)
    stays: dict[str, str] = field(default_factory=dict)
    """What keeps the result from following a cell: the code of a remark."""

    def __post_init__(self) -> None:
        self.told: Mapping[str, Any] = self.document.get("inputs", {})
        self.cells = {cell["cell"]: cell for cell in self.told.get("cells", ())}
        self.sums = {f"#{at}": row for at, row in enumerate(self.told.get("sums", ()))}
        first = FIRST + len(self.cells) + 3
        self.rows = {name: FIRST + at for at, name in enumerate(self.cells)}
        self.rows |= {name: first + at for at, name in enumerate(self.sums)}
        self.decided = first + len(self.sums) + 3
        self.values = {name: row["value"] for name, row in (*self.cells.items(), *self.sums.items())}

    def line(self, part: str, at: int) -> Mapping[str, Any]:
        """Return the formulas of line number ``at`` of the ledger or the flows, nothing of one that follows nothing."""
        lines = self.told.get(part, ())
        return (lines[at] if at < len(lines) else None) or {}

    def cell(self, term: Term | None, value: float, *, follows: bool = True, style: str = "number") -> Cell | None:
        """Return a number as the formula ``term``; None where it follows nothing, or not as it was issued."""
        if term is None:
            return None
        made = live(self.text(term), self.value(term), value, style=style)
        is_live = made.style != "fixed" and self._divides(term)
        for name in self._behind(term):
            self.used[name] += 1
            if not (follows and is_live):
                self.stays.setdefault(name, "not-live" if follows else "loop-flow")
        return made if is_live else None

    def text(self, term: Term) -> str:
        """Return a product as a spreadsheet writes it."""
        scale, powers = term
        over = [self._power(name, exponent) for name, exponent in powers if exponent > 0]
        under = [self._power(name, -exponent) for name, exponent in powers if exponent < 0]
        lead = [] if scale == 1 and over else [f"{scale:.15G}"]
        return "/".join(["*".join([*lead, *over]), *under])

    def value(self, term: Term) -> float:
        """Return a product of the numbers as issued."""
        if not self._divides(term):
            return 0.0
        return float(prod((self.values[name] ** exponent for name, exponent in term[1]), start=term[0]))

    def _divides(self, term: Term) -> bool:
        """Tell whether a product divides by nothing that is zero as issued."""
        return all(self.values[name] or exponent > 0 for name, exponent in term[1])

    def turned(self) -> str:
        """Return the range of the decisions that turn out otherwise, "" where none was made."""
        count = len(self.told.get("decisions", ()))
        return column_range(self.decided, self.decided + count - 1, VALUE, self.sheet) if count else ""

    def spec(self) -> SheetSpec:
        """Return the sheet; asked for last, once it is known what follows what."""
        w = self.words
        rows: list[Row] = [[Cell(w("sheet-inputs"), "title")], [Cell(w("inputs-note"), "key")]]
        rows += [heads(map(w, _COLUMNS)), *map(self._cell, self.cells.values())]
        rows += self._listed("inputs-sums", [self._sum(name, row) for name, row in self.sums.items()])
        decisions = [self._decision(at, row) for at, row in enumerate(self.told.get("decisions", ()), 1)]
        rows += self._listed("inputs-decisions", decisions) if decisions else ()
        return SheetSpec(self.sheet, rows, (18, 44, 24, 16, 10, 8, 50), freeze=(3, 1), repeat=3, heights={0: 26})

    def _listed(self, title: str, rows: Sequence[Row]) -> list[Row]:
        return [[], [Cell(self.words(title), "section", span=6)], [], *rows]

    def _cell(self, told: Entry) -> Row:
        w, name = self.words, told["cell"]
        stays = "input-held" if told["held"] else self.stays.get(name, "")
        remark = w(stays) if stays else ""
        value = Cell(told["value"], "fixed" if remark else "input")
        texts = (Cell(name, "key"), Cell(w.text(told["name"])), Cell(w.text(told["title"])))
        return [*texts, value, Cell(w.unit(told["unit"])), Cell(float(self.used[name]), "number"), Cell(remark, "note")]

    def _sum(self, name: str, told: Entry) -> Row:
        values = [self.value(term) for term in told["terms"]]
        text, calculated = "+".join(map(self.text, told["terms"])), fsum(values)
        if told["test"] is not None:
            least = self._least(told["test"])
            text = f"IF({self.text(told['test'])}>{least:.3G},{text},0)"
            calculated = calculated if self.value(told["test"]) > least else 0.0
        value = live(text, calculated, told["value"], fsum(map(abs, values)))
        taken = [*filter(None, [told["test"]]), *(told["terms"] if calculated else ())]
        if not all(map(self._divides, taken)):
            value = number(told["value"], "fixed")
        return [Cell(name, "key"), Cell(self._said(told)), None, value]

    def _least(self, term: Term) -> float:
        """Return what a product must exceed to be more than what rounding leaves of a difference."""
        parts = [self.sums[name]["terms"] for name, _ in term[1] if name in self.sums]
        sizes = [fsum(abs(self.value(each)) for each in terms) for terms in parts]
        return float(_NOTHING * abs(term[0]) * max(sizes, default=0.0))

    def _said(self, told: Entry) -> str:
        """Return the cells that a sum is of."""
        named = dict.fromkeys(name for term in told["terms"] for name, _ in term[1])
        return ", ".join(named)

    def _decision(self, at: int, told: Entry) -> Row:
        term, sign = self.text(told["of"]), _SIGNS[told["compare"]]
        yes, no = (0, 1) if told["holds"] else (1, 0)
        text = f"IF(ABS({term})<={self._least(told['of']):.3G},0,IF({term}{sign}0,{yes},{no}))"
        cells = dict.fromkeys(name for name in self._behind(told["of"]) if name in self.cells)
        value = formula(text, 0.0) if self._divides(told["of"]) else number(0.0, "fixed")
        return [Cell(f"{at}", "key"), Cell(", ".join(cells)), None, value]

    def _power(self, name: str, exponent: float) -> str:
        at = address(self.rows[name], VALUE, self.sheet)
        return at if exponent == 1 else f"{at}^{exponent:.15G}"

    def _behind(self, term: Term) -> Iterator[str]:
        """Yield the cells and sums that a product rests on, each once."""
        found: dict[str, None] = {}
        open_ = [name for name, _ in term[1]]
        while open_:
            name = open_.pop()
            if name not in found:
                found[name] = None
                told = self.sums.get(name)
                inner = () if told is None else (*told["terms"], *((told["test"],) if told["test"] else ()))
                open_ += [each for part in inner for each, _ in part[1]]
        return iter(found)


def step_columns(entries: Sequence[Entry], words: Words) -> dict[tuple[str, int], str]:
    """Return the columns the steps of ``entries`` need: (what, its how-manieth) -> caption, in order of appearance."""
    columns: dict[tuple[str, int], str] = {}
    for entry in entries:
        for key, step in numbered(entry["steps"]):
            columns.setdefault(key, words.text(step["title"]))
    return columns


def numbered(steps: Sequence[Entry]) -> list[tuple[tuple[str, int], Entry]]:
    """Return the steps with their column: a second step of one kind takes a column of its own."""
    seen: dict[str, int] = {}
    result = []
    for step in steps:
        seen[step["what"]] = seen.get(step["what"], 0) + 1
        result.append(((step["what"], seen[step["what"]]), step))
    return result


def amount_of(entry: Entry) -> float:
    """Return entered x steps [unit of the amount]."""
    return float(entry["entered"]["value"]) * prod(float(s["factor"]) for s in entry["steps"])


def amount_cells(
    entry: Entry, told: Mapping[str, Any], columns: Mapping[tuple[str, int], str], row: int, start: int,
    inputs: Inputs, *, follows: bool = True,
) -> list[Cell | None]:  # fmt: skip
    """Return entered, its unit, one cell per step column, the amount and its unit, beginning in column ``start``.

    ``told``: the formulas of the line.
    """
    given, terms = entry["entered"], told.get("steps") or [None] * len(entry["steps"])
    entered = inputs.cell(told.get("entered"), given["value"], follows=follows) or number(given["value"], "fixed")
    steps = {
        key: inputs.cell(term, step["factor"], follows=follows)
        or Cell(step["factor"], "number" if step["what"] == "unit" else "fixed")
        for (key, step), term in zip(numbered(entry["steps"]), terms, strict=True)
    }
    factors = [near(row, start), *(near(row, start + 2 + at) for at, key in enumerate(columns) if key in steps)]
    amount = live("*".join(factors), amount_of(entry), entry["amount"])
    return [entered, Cell(given["unit"]), *(steps.get(key) for key in columns), amount, Cell(entry["unit"])]


def coefficient_cell(entry: Entry, told: Mapping[str, Any], inputs: Inputs, *, follows: bool = True) -> Cell:
    """Return the coefficient of a line, live where it follows something."""
    value = entry["coefficient"]
    return inputs.cell(told.get("coefficient"), value, follows=follows) or Cell(value, "number")
