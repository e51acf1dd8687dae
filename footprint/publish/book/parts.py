"""What the sheets of the workbook share: addresses and live cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import fsum, isclose
from typing import Any

from footprint.provenance import column_letters
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
