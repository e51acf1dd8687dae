"""The lines of an imported bill as rows of the guided workbook, and where each cell of theirs comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from footprint.layouts import levels
from footprint.layouts.bill import EXCLUDED, MERGED, REJECTED, USED, Imported, Line
from footprint.layouts.masses import SHARE, STATED
from footprint.layouts.part import Part
from footprint.layouts.rules import NAMED_BESIDE, named_beside
from footprint.provenance import column_letters

Value = str | float | None
NO_PLACE = "?"
"""The parent of a row without a place: no line has this id, so that nobody can calculate before it is mended."""
_SPECIFIED = ("specification", "material", "finish", "cas", "inci", "package")
_FROM = {
    "line": ("code",), "parent": ("parent", "level", "position"), "name": ("name", "outline", "specification", "code"),
    "specification": _SPECIFIED,
    "quantity": ("quantity", "total_quantity", "base_quantity", "designator", "usage_share"), "unit": ("unit",),
    "loss": ("loss", "assembly_scrap", "yield", "fixed_loss", "lot_size"), "supplier": ("supplier", "manufacturer"),
    "origin": ("origin",), "note": ("category", "note"), "part": ("code",),
}  # fmt: skip
"""The columns of a bill that each column of the workbook is made of."""
_OF_MASS = {
    STATED: ("mass", "mass_unit"), SHARE: ("total_mass", "mass_unit", "quantity"),
    "linear": ("linear_mass", "length"), "areal": ("grammage", "length", "width"),
    "volume": ("density", "length", "width", "thickness", "diameter"),
}  # fmt: skip


class Row(NamedTuple):
    """A line as a row of the workbook: ``values`` by column; ``sources``: the cells each is made of."""

    line: Line
    values: Mapping[str, Value]
    sources: Mapping[str, str]


def rows(made: Imported, evidence: Mapping[str, str], product: str) -> list[Row]:
    """Return the rows of the BOM sheet. ``evidence``: document by file; ``product``: an id that none may have."""
    ids = _ids(made, product)
    return [_row(line, at, ids, evidence) for at, line in enumerate(made.lines)]


def _ids(made: Imported, product: str) -> list[str]:
    """Return an id for each line: its code where that is its own, else with a number; without a code, its row."""
    taken = {product, NO_PLACE, ""}
    last: dict[str, int] = {}
    found = []
    for line in made.lines:
        wanted = line.part.text("code", line.at) or f"R{line.part.table.at[line.at] + 1}"
        number, one = last.get(wanted, 1), wanted
        while one in taken:
            number += 1
            one = f"{wanted}-{number}"
        last[wanted] = number
        taken.add(one)
        found.append(one)
    return found


def _row(line: Line, at: int, ids: Sequence[str], evidence: Mapping[str, str]) -> Row:
    part, source, stated = line.part, line.at, line.part.layout.constants
    parent = NO_PLACE if line.parent == levels.LOST else "" if line.parent < 0 else ids[line.parent]
    values: dict[str, Value] = {
        "line": ids[at], "parent": parent, "name": _name(part, source), "specification": _specified(part, source),
        "role": "product", **_amount(line), "net_mass": part.masses.values[source], "loss": _loss(line),
        "supplier": part.text("supplier", source) or part.text("manufacturer", source) or stated.get("supplier", ""),
        "origin": part.text("origin", source) or stated.get("origin", ""), "basis": "calculated",
        "evidence": evidence[part.table.sheet.file],
        "note": "; ".join(filter(None, (part.text("category", source), part.text("note", source)))),
        "part": part.text("code", source),
    }  # fmt: skip
    filled = {key: value for key, value in values.items() if value not in {None, ""}}
    sized = ("specification", "name") if source in part.masses.sized else ()
    made_of = {**_FROM, "net_mass": (*_OF_MASS.get(part.masses.ways[source], ()), *sized)}
    sources = {key: cells for key in filled if (cells := _cells(part, source, made_of.get(key, ())))}
    if source in part.masses.said:
        sources["net_mass"] = "; ".join(filter(None, (sources.get("net_mass", ""), part.masses.said[source])))
    for key in ("quantity", "loss") if line.through else ():
        passed = [_cells_of(line.part, one, at, made_of[key]) for one, at in line.through]
        sources[key] = ", ".join(filter(None, (sources.get(key, ""), *passed)))
    return Row(line, filled, sources)


def _amount(line: Line) -> dict[str, Value]:
    """Return the amount and unit of a line; what cannot be read stays as it stands, for the check to point at."""
    part, at = line.part, line.at
    unit = part.quantities.units[at] or part.text("unit", at)
    if line.amount is None or at in part.quantities.problems or at in part.faults:
        return {"quantity": part.text("quantity", at) or None, "unit": unit}
    return {"quantity": line.amount, "unit": unit}


def _loss(line: Line) -> Value:
    """Return the loss rate of a line; what cannot be read stays as it stands, for the check to point at."""
    if line.at not in line.part.losses.problems:
        return line.loss
    return next((text for field in _FROM["loss"] if (text := line.part.text(field, line.at))), None)


def _name(part: Part, at: int) -> str:
    """Return what a line is called: its name, or what else says so."""
    return next((text for field in _FROM["name"] if (text := part.text(field, at))), "")


def _specified(part: Part, at: int) -> str:
    """Return all that tells what a line is made of, each text once."""
    columns = [column for field in _SPECIFIED for column in part.table.columns.get(field, ())]
    cells = (part.table.column(column)[at] for column in columns)
    texts = [" ".join(str(cell).split()) for cell in cells if isinstance(cell, str)]
    continued = part.continued(at)
    return "; ".join(dict.fromkeys(text for text in (*texts, *continued) if text and text != _name(part, at)))


def _cells(part: Part, at: int, fields: Sequence[str]) -> str:
    """Return the filled cells of some fields in a row, as addresses."""
    row = part.table.at[at]
    columns = (column for field in fields for column in part.table.columns.get(field, ()))
    return ", ".join(
        f"{column_letters(column)}{row + 1}" for column in columns if part.table.column(column)[at] is not None
    )


def _cells_of(part: Part, other: Part, at: int, fields: Sequence[str]) -> str:
    """Return the filled cells of a row of another table, its file and sheet before them where they are others."""
    cells, here, there = _cells(other, at, fields), part.table.sheet, other.table.sheet
    where = there.name if here.file == there.file else f"{there.file}:{there.name}"
    return cells if here is there or not cells else f"{where}!{cells}"


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
                texts = [str(cell) for cell in sheet.rows[row] if cell is not None and cell != ""]
                yield Left(sheet.file, sheet.name, row + 1, became.state, became.why, texts)


def beside(made: Imported) -> Iterator[Left]:
    """Yield the substitutes that are named in a column beside a row that counts: they are no rows themselves."""
    for part, states in zip(made.parts, made.states, strict=True):
        table = part.table
        for at, column in named_beside(table):
            if states[at].state == USED:
                said = str(table.column(column)[at])
                yield Left(table.sheet.file, table.sheet.name, table.at[at] + 1, EXCLUDED, NAMED_BESIDE, [said])


def unused(part: Part) -> tuple[int, ...]:
    """Return the columns of a table that no column of the workbook is made of, and that hold anything."""
    used = {column for fields in (*_FROM.values(), *_OF_MASS.values()) for f in fields
            for column in part.table.columns.get(f, ())}  # fmt: skip
    others = (column for column in part.table.header.captions if column not in used)
    return tuple(column for column in others if any(cell is not None for cell in part.table.column(column)))
