"""The lines of an imported bill as rows of the guided workbook, and where each cell of theirs comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from footprint.layouts import sources
from footprint.layouts.bill import EXCLUDED, MERGED, REJECTED, USED, Imported, Line
from footprint.layouts.counting.rules import NAMED_BESIDE, named_beside
from footprint.layouts.locating.shifted import SHIFTED
from footprint.layouts.measuring.masses import OF_ROWS
from footprint.layouts.naming import levels
from footprint.layouts.naming.cells import as_text
from footprint.layouts.part import Part

Value = str | float | None
NO_PLACE = "?"
"""The parent of a row without a place: no line has this id, so that nobody can calculate before it is mended."""


class Row:
    """A line as a row of the workbook: what an account needs of it; all its cells only where they are written.

    ``id``: its own; ``quantity``: a text where it cannot be read; ``mass``: of one unit [kg].
    """

    __slots__ = ("_evidence", "_parent", "id", "line", "mass", "quantity", "unit")

    def __init__(self, line: Line, ids: Sequence[str], at: int, evidence: str) -> None:
        part, source = line.part, line.at
        self.line, self.id, self._evidence = line, ids[at], evidence
        self._parent = ids[line.parent] if line.parent >= 0 else NO_PLACE if line.parent == levels.LOST else ""
        self.quantity, self.unit = _amount(line)
        is_derived = source in part.quantities.problems and part.masses.ways[source] not in OF_ROWS
        self.mass = None if is_derived else _tidy(part.masses.values[source])

    @property
    def values(self) -> dict[str, Value]:
        """The filled cells of the row, by column."""
        part, source, stated = self.line.part, self.line.at, self.line.part.layout.constants
        name = next((text for field in part.table.naming if (text := part.text(field, source))), "")
        values: dict[str, Value] = {
            "line": self.id, "parent": self._parent, "name": name, "specification": _specified(part, source, name),
            "role": "product", "quantity": self.quantity, "unit": self.unit, "net_mass": self.mass,
            "loss": _loss(self.line),
            "supplier": part.text("supplier", source) or part.text("manufacturer", source)
            or stated.get("supplier", ""),
            "origin": part.text("origin", source) or stated.get("origin", ""), "basis": "calculated",
            "evidence": self._evidence,
            "note": "; ".join(filter(None, (part.text("category", source), part.text("note", source)))),
            "part": part.text("code", source),
        }  # fmt: skip
        return {key: value for key, value in values.items() if value is not None and value != ""}

    @property
    def sources(self) -> dict[str, str]:
        """The source cells that each filled cell is made of."""
        return sources.of(self.line, self.values)


def rows(made: Imported, evidence: Mapping[str, str], product: str) -> list[Row]:
    """Return the rows of the BOM sheet. ``evidence``: document by file; ``product``: an id that none may have."""
    ids = _ids(made, product)
    documents = {id(part): evidence[part.table.sheet.file] for part in made.parts}
    return [Row(line, ids, at, documents[id(line.part)]) for at, line in enumerate(made.lines)]


def _ids(made: Imported, product: str) -> list[str]:
    """Return an id for each line: its code where that is its own, else with a number; without a code, its row."""
    codes = {id(part): part.texts("code") for part in made.parts}
    said = (codes[id(line.part)][line.at].lstrip("#＃ ") for line in made.lines)  # a row that begins so is a comment
    every = [code or f"R{line.part.table.at[line.at] + 1}" for code, line in zip(said, made.lines, strict=True)]
    taken = {product, NO_PLACE, ""}
    if len(taken.union(every)) == len(taken) + len(every):
        return every
    last: dict[str, int] = {}
    found = []
    for wanted in every:
        number, one = last.get(wanted, 1), wanted
        while one in taken:
            number += 1
            one = f"{wanted}-{number}"
        last[wanted] = number
        taken.add(one)
        found.append(one)
    return found


def _amount(line: Line) -> tuple[str | float, str]:
    """Return the amount and unit of a line; what cannot be read stays as it stands, for the check to point at."""
    part, at = line.part, line.at
    unit = part.quantities.units[at] or part.text("unit", at)
    if (fault := part.faults.get(at)) and fault.code == SHIFTED:
        return " | ".join(written(part, at)), unit
    if line.amount is None or at in part.quantities.problems or at in part.faults:
        value = part.quantities.values[at]
        is_parted = value is not None and value != part.quantities.counted[at]
        return f"{value:.15g}" if is_parted else part.text("quantity", at), unit
    return line.amount, unit


def _loss(line: Line) -> Value:
    """Return the loss rate of a line; what cannot be read stays as it stands, for the check to point at."""
    if line.at not in line.part.losses.problems:
        return _tidy(line.loss)
    return next((text for field in sources.FROM["loss"] if (text := line.part.text(field, line.at))), None)


@lru_cache(65536)
def _tidy(value: float | None) -> float | None:
    """Return a number that was calculated without what floats add to it: 1 - 0.98 is 0.02."""
    return None if value is None else float(f"{value:.15g}")


def _specified(part: Part, at: int, name: str) -> str:
    """Return all that tells what a line is made of, each text once, and not what it is called by."""
    columns = [column for field in sources.SPECIFIED for column in part.table.columns.get(field, ())]
    cells = (part.table.column(column)[at] for column in columns)
    texts = [" ".join(as_text(cell).split()) for cell in cells]
    continued = part.continued(at)
    return "; ".join(dict.fromkeys(text for text in (*texts, *continued) if text and text != name))


class Left(NamedTuple):
    """A source row that is no line of its own: what became of it, why, and what it says."""

    file: str
    sheet: str
    row: int
    state: str
    why: str
    texts: Sequence[str]


def left(made: Imported) -> Iterator[Left]:
    """Yield the source rows that were merged, left out or rejected."""
    for part, states in zip(made.parts, made.states, strict=True):
        for at, became in enumerate(states):
            if became.state in {MERGED, EXCLUDED, REJECTED}:
                row, sheet = part.table.at[at], part.table.sheet
                yield Left(sheet.file, sheet.name, row + 1, became.state, became.why, written(part, at))


def written(part: Part, at: int) -> list[str]:
    """Return all that a source row says."""
    row = part.table.sheet.rows[part.table.at[at]]
    return [as_text(cell) for cell in row if cell is not None and cell != ""]


def beside(made: Imported) -> Iterator[Left]:
    """Yield the substitutes that are named in a column beside a row that counts: they are no rows themselves."""
    for part, states in zip(made.parts, made.states, strict=True):
        table = part.table
        for at, column in named_beside(table):
            if states[at].state == USED:
                said = str(table.column(column)[at])
                yield Left(table.sheet.file, table.sheet.name, table.at[at] + 1, EXCLUDED, NAMED_BESIDE, [said])
