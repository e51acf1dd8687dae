"""What the sheets of the workbook share: addresses, live cells and the register of inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, isclose, prod
from typing import Any

from footprint.provenance import column_letters
from footprint.publish.wording import Words
from footprint.tables.write import Cell, Formula

Entry = Mapping[str, Any]
Row = Sequence[Cell | None]
CLOSE = 1e-9
LONGEST_FORMULA = 8000


def address(row: int, column: int, sheet: str = "") -> str:
    """Return the absolute address of a cell, both counted from zero: ``'Ledger'!$B$5``."""
    cell = f"${column_letters(column)}${row + 1}"
    return f"'{sheet}'!{cell}" if sheet else cell


def near(row: int, column: int) -> str:
    """Return the relative address of a cell of the same sheet: ``B5``."""
    return f"{column_letters(column)}{row + 1}"


def column_range(first: int, last: int, column: int, sheet: str) -> str:
    """Return the absolute range of a column from row ``first`` to ``last``, both included."""
    return f"{address(first, column, sheet)}:{address(last, column)}"


def agree(one: float, other: float, scale: float = 0.0) -> bool:
    """Return whether two numbers are the same but for rounding; ``scale`` is the size of what was summed."""
    return isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE * scale)


def significant(value: float, digits: int = 4) -> str:
    """Return the number format that shows ``value`` at ``digits`` significant digits, never as 0 when it is not."""
    if value == 0:
        return "0"
    exponent = int(f"{value:.{digits - 1}e}".partition("e")[2])
    if exponent < -4 or exponent > 14:
        return "0." + "0" * (digits - 1) + "E+00"
    places = max(0, digits - 1 - exponent)
    return "#,##0." + "0" * places if places else "#,##0"


def number(value: float, style: str = "number") -> Cell:
    """Return a calculated number that stays as it is."""
    return Cell(value, style, number_format=significant(value))


def formula(text: str, value: float, style: str = "number") -> Cell:
    """Return a formula with the value it has now."""
    return Cell(Formula(f"={text}", value), style, number_format=significant(value))


def live(text: str, calculated: float, value: float, scale: float = 0.0, style: str = "number") -> Cell:
    """Return the formula ``text`` with ``value``; the value alone, marked, when the formula does not give it."""
    if not agree(calculated, value, scale) or len(text) > LONGEST_FORMULA:
        return number(value, "fixed")
    return formula(text, value, style)


def heads(captions: Iterable[str], style: str = "head") -> list[Cell]:
    """Return a header row."""
    return [Cell(caption, style) for caption in captions]


def amount_of(entry: Entry) -> float:
    """Return entered x steps [unit of the amount]."""
    return float(entry["entered"]["value"]) * prod(float(s["factor"]) for s in entry["steps"])


def in_total(document: Entry) -> set[str]:
    """Return the GHG classes that are summed into the result."""
    return {c["id"] for c in document["result"]["by_class"] if c["in_total"]}


def posted_classes(document: Entry) -> list[str]:
    """Return the GHG classes anything was posted to, in the order of the result."""
    posted = {c for e in document["ledger"] for c, value in e["classes"].items() if value}
    return [c["id"] for c in document["result"]["by_class"] if c["id"] in posted or c["value"]]


def total_of(classes: Mapping[str, float], headline: set[str]) -> float:
    """Return the sum of the classes that count."""
    return fsum(v for c, v in classes.items() if c in headline)


@dataclass
class Inputs:
    """Every number the reader may change, once: a workbook cell used by many lines is one input."""

    sheet: str
    words: Words
    document: Entry
    first: int = 3
    rows: dict[tuple[str, str, float], list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = (*self.document["ledger"], *self.document["flows"])
        self.lines = {e["entered"]["cell"]: e for e in reversed(lines) if e["entered"]["cell"]}

    def entered(self, entry: Entry, *, follows: bool) -> str:
        """Return the address of the number a line was entered with; ``follows``: whether the result follows it."""
        told = entry["entered"]
        what = self.words("entered")
        return self._at(
            (told["cell"] or entry["name"], what, told["value"]), entry["name"], told["unit"], follows=follows
        )

    def step(self, entry: Entry, step: Entry, *, follows: bool) -> str | None:
        """Return what gives a step's factor; None for one that no cell of the workbook holds.

        A mass that stems from the quantity of a line follows that quantity.
        """
        if step["what"] == "unit" or "!" not in step["cell"]:
            return None
        line = self.lines.get(step["cell"]) if step["what"] == "mass" else None
        if line is not None and line["entered"]["value"]:
            ratio = step["factor"] / line["entered"]["value"]
            return f"{self.entered(line, follows=follows)}*{ratio:.15G}"
        key = (step["cell"], self.words.text(step["title"]), step["factor"])
        return self._at(key, entry["name"], "", follows=follows)

    def _at(self, key: tuple[str, str, float], name: str, unit: str, *, follows: bool) -> str:
        row = self.rows.setdefault(key, [self.first + len(self.rows), name, unit, True, 0])
        row[3] = row[3] and follows
        row[4] += 1
        return address(row[0], 3, self.sheet)


def step_columns(entries: Iterable[Entry], words: Words) -> dict[tuple[str, int], str]:
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


def amount_cells(
    entry: Entry, columns: Mapping[tuple[str, int], str], row: int, start: int, inputs: Inputs, *, follows: bool = True
) -> list[Cell | None]:
    """Return entered, its unit, one cell per step column, the amount and its unit, beginning in column ``start``."""
    told = entry["entered"]
    entered = Cell(Formula("=" + inputs.entered(entry, follows=follows), told["value"]), "number")
    steps = {key: _step_cell(entry, step, inputs, follows=follows) for key, step in numbered(entry["steps"])}
    factors = [near(row, start), *(near(row, start + 2 + at) for at, key in enumerate(columns) if key in steps)]
    amount = live("*".join(factors), amount_of(entry), entry["amount"])
    return [entered, Cell(told["unit"]), *(steps.get(key) for key in columns), amount, Cell(entry["unit"])]


def _step_cell(entry: Entry, step: Entry, inputs: Inputs, *, follows: bool) -> Cell:
    at = inputs.step(entry, step, follows=follows)
    return Cell(step["factor"], "number") if at is None else Cell(Formula(f"={at}", step["factor"]), "number")
