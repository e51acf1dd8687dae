"""An exported bill read into lines: every source row used, merged, left out by a rule, or rejected with its address."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import NamedTuple

from footprint.errors import Problem, WorkbookError, problem
from footprint.layouts import levels, rules
from footprint.layouts.blocks import Block, block
from footprint.layouts.layout import FRACTION, PERCENT, Layout
from footprint.layouts.masses import Masses, masses
from footprint.layouts.quantities import ZERO, Quantities, Read, numbers, quantities
from footprint.layouts.regions import Region, regions
from footprint.layouts.rules import CONTINUED, Chosen
from footprint.layouts.table import Table
from footprint.layouts.trees import Node, Rows, Tree, tree
from footprint.model.sheets import Book, Cell, Sheet
from footprint.provenance import Place

USED, MERGED, EXCLUDED, REJECTED = "used", "merged", "excluded", "rejected"
BELOW, UNREACHED, PRODUCT_ROW = "below-left-out", "not-of-product", "product-row"
NOISE = frozenset({"repeated-header", "total-row", "heading", CONTINUED})
"""Rules that find what is no row of the bill: these rows have no place in its structure."""


class Became(NamedTuple):
    """What became of a source row, and why: a rule, or the code of a problem."""

    state: str
    why: str = ""


_ABSENT, _USED = Became(""), Became(USED)
_DROPPED = -3


class Part(NamedTuple):
    """A table with what was read of it.

    ``kept``: the positions of its rows that may be lines; ``parents``: the kept row each is part of; ``structure``: how
    that is told; ``top``: the kept row that is the product itself, `levels.LOST` for none; ``out``: rule by position.
    """

    table: Table
    block: Block
    quantities: Quantities
    masses: Masses
    loss: Read
    structure: str
    kept: Sequence[int]
    parents: Sequence[int]
    top: int
    out: Mapping[int, str]
    faults: Mapping[int, Problem]

    def text(self, field: str, at: int) -> str:
        """Return a cell as text, "" for none; a number as the digits that are seen."""
        return _text(self.table.field(field)[at])

    def continued(self, at: int) -> list[str]:
        """Return the texts of the rows that carry on the one at ``at``."""
        found: list[str] = []
        while self.out.get(at + 1) == CONTINUED:
            at += 1
            row = self.table.sheet.rows[self.table.at[at]]
            found += [" ".join(cell.split()) for cell in row if isinstance(cell, str)]
        return found


class Line(NamedTuple):
    """A line of the bill: the row it comes from, the line it is part of, ``-1`` for the product; ``amount`` of it."""

    part: Part
    at: int
    parent: int
    amount: float | None


class Imported:
    """All that an import read: the lines, and what became of each filled row of each part."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self.lines: list[Line] = []
        self.states: list[list[Became]] = [[_ABSENT] * len(part.table) for part in parts]
        self.problems: list[Problem] = []

    def counts(self) -> Counter[Became]:
        """Return how many source rows became what, and why."""
        return Counter(became for states in self.states for became in states)


def imported(books: Sequence[Book], layout: Layout, on: dt.date, product: str = "") -> Imported:
    """Return the lines of the bill that ``books`` tell, all files and sheets together.

    ``on``: the day that validity is judged on; ``product``: the code of what is wanted, where there are several.
    Raises `WorkbookError` where there is no bill, no telling which, or something must be told first.
    """
    parts = [_part(sheet, region, Chosen(layout, on)) for sheet, region in _found(books, layout)]
    if not parts:
        raise WorkbookError(*(problem("import-no-table", Place(book.file)) for book in books))
    asked = [each for part in parts for each in (*part.quantities.asked, *part.masses.asked, *part.loss.asked)]
    if asked:
        raise WorkbookError(*asked)
    found = tree([_rows(part) for part in parts], product or layout.constants.get("product", ""))
    _insist(found, parts)
    made = Imported(parts)
    _account(made, found)
    return made


def _found(books: Sequence[Book], layout: Layout) -> Iterator[tuple[Sheet, Region]]:
    for book in books:
        for sheet in book.sheets:
            if not layout.sheets or sheet.name in layout.sheets:
                yield from ((sheet, region) for region in regions(sheet, layout.meant))


def _part(sheet: Sheet, region: Region, chosen: Chosen) -> Part:
    table, layout = Table(sheet, region), chosen.layout
    above = block(sheet, region.header.top)
    out = rules.left_out(table, chosen)
    kept = [at for at in range(len(table)) if out.get(at) not in NOISE] if out else range(len(table))
    structure, parents = _structure(table, kept, layout.structure)
    amounts = quantities(table, layout, above.quantity or 1.0)
    return Part(
        table, above, amounts, masses(table, amounts, layout), _loss(table, layout), structure, kept, parents,
        _top(parents, amounts, kept), out, _faults(table),
    )  # fmt: skip


def _structure(table: Table, kept: Sequence[int], stated: str) -> tuple[str, Sequence[int]]:
    """Return how a table tells what is part of what, and the kept row that each is part of; none told by pairs."""
    told, positions, names, above = (
        [cells[at] for at in kept] if table.has(name) else ()
        for name in ("level", "position", "outline" if table.has("outline") else "name", "parent")
        for cells in [table.field(name)]
    )  # fmt: skip
    kind = stated or (levels.PAIRS if any(cell is not None for cell in above) else levels.kind(told, positions, names))
    if kind == levels.PAIRS:
        return kind, ()
    if kind == levels.LEVEL:
        return kind, levels.by_level(told or positions)
    if kind == levels.DOTTED:
        return kind, levels.by_dots(told or positions)
    return kind, levels.by_indent(names) if kind == levels.INDENT else [levels.PRODUCT] * len(kept)


def _top(parents: Sequence[int], amounts: Quantities, kept: Sequence[int]) -> int:
    """Return the kept row that is the product itself: the first, one of it, and all others are part of it."""
    if len(parents) > 1 and parents[0] == levels.PRODUCT and levels.PRODUCT not in parents[1:]:
        return 0 if amounts.values[kept[0]] in {1.0, None} else levels.LOST
    return levels.LOST


def _faults(table: Table) -> dict[int, Problem]:
    """Return the rows with a cell that has no value, in a column that is read."""
    read = {at for ats in table.columns.values() for at in ats}
    positions = {row: at for at, row in enumerate(table.at)} if table.faults else {}
    return {positions[fault.row]: fault.problem for fault in reversed(table.faults) if fault.column in read}


def _loss(table: Table, layout: Layout) -> Read:
    """Return the loss rates as fractions; ask what the numbers are where neither column, cells nor map say."""
    read = numbers(table, "loss", layout)
    stated = {"%": PERCENT}.get(table.unit_of("loss"), layout.constants.get("loss", ""))
    bare = [value for value, unit in zip(read.values, read.units, strict=True) if value and not unit]
    if bare and not stated:
        if max(bare) < 1:
            at = next(at for at, value in enumerate(read.values) if value)
            asked = problem("import-loss", table.place(at, "loss"), value=f"{read.values[at]:g}")
            return read._replace(asked=(*read.asked, asked))
        stated = PERCENT
    values = [
        value / 100 if value is not None and (unit == "%" or (not unit and stated != FRACTION)) else value
        for value, unit in zip(read.values, read.units, strict=True)
    ]
    return read._replace(values=values)


def _rows(part: Part) -> Rows:
    """Return the kept rows of a table as a tree sees them."""
    codes = _codes(part, "code")
    if part.structure == levels.PAIRS:
        return Rows(codes, above=_filled_down(_codes(part, "parent")))
    keys = [part.block.code, codes[part.top] if part.top >= 0 else "", part.table.sheet.name,
            PurePath(part.table.sheet.file).stem]  # fmt: skip
    reference = _codes(part, "sub_bom")
    merged = [sub or code for sub, code in zip(reference, codes, strict=True)]
    return Rows(merged, part.parents, keys=[key for key in keys if key])


def _codes(part: Part, field: str) -> list[str]:
    if not part.table.has(field):
        return [""] * len(part.kept)
    cells = part.table.field(field)
    return [_text(cells[at]) for at in part.kept]


def _filled_down(codes: Sequence[str]) -> list[str]:
    """Return the parents of pairs, one written once for all its parts in each of their rows."""
    found: list[str] = []
    for code in codes:
        found.append(code or (found[-1] if found else ""))
    return found


def _text(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return "" if cell is None else " ".join(str(cell).split())


def _insist(found: Tree, parts: Sequence[Part]) -> None:
    """Raise where the tables tell no tree."""
    place = parts[0].table.sheet.place(parts[0].table.header.bottom)
    if found.ring:
        raise WorkbookError(problem("import-ring", place, codes=" → ".join(found.ring)))
    if found.too_many:
        raise WorkbookError(problem("import-too-many", place))
    if found.roots:
        raise WorkbookError(problem("import-products", place, tuple(found.roots[:3]), count=len(found.roots)))


def _account(made: Imported, found: Tree) -> None:
    """Make the lines of a tree, and say of each source row what became of it."""
    for part, states in zip(made.parts, made.states, strict=True):
        for at, rule in part.out.items():
            states[at] = Became(MERGED if rule == CONTINUED else EXCLUDED, rule)
    lines: list[int] = []
    for node, above in zip(found.rows, found.parents, strict=True):
        lines.append(_line(made, node, lines[above] if above >= 0 else above))
    for number, at in found.unreached:
        position = made.parts[number].kept[at]
        if made.states[number][position] is _ABSENT:
            made.states[number][position] = Became(EXCLUDED, UNREACHED)


def _line(made: Imported, node: Node, parent: int) -> int:
    """Add the line of a row below ``parent``; return its number, `levels.PRODUCT` for the product, or `_DROPPED`."""
    number, index = node
    part, states = made.parts[number], made.states[number]
    at = part.kept[index]
    if index == part.top:
        states[at] = Became(USED, PRODUCT_ROW)
        return parent
    value = part.quantities.values[at]
    rule = part.out.get(at) or (BELOW if parent == _DROPPED else ZERO if value == 0 else "")
    if rule:
        if states[at] is _ABSENT:
            states[at] = Became(EXCLUDED, rule)
        return _DROPPED
    stopped = _problem(part, at, parent)
    if stopped:
        made.problems += [stopped] if states[at].state != REJECTED else []
        states[at] = Became(REJECTED, stopped.code)
    else:
        states[at] = _USED
    made.lines.append(Line(part, at, parent, _amount(made, part, at, parent)))
    return len(made.lines) - 1


def _problem(part: Part, at: int, parent: int) -> Problem | None:
    """Return the first thing that stands in the way of a row."""
    if parent == levels.LOST:
        field = {levels.LEVEL: "level", levels.DOTTED: "position"}.get(part.structure, "name")
        return problem("import-no-place", part.table.place(at, field), text=part.text(field, at))
    return part.faults.get(at) or part.quantities.problems.get(at) or part.loss.problems.get(at)


def _amount(made: Imported, part: Part, at: int, parent: int) -> float | None:
    """Return how much one unit of the parent takes; totals of the product are divided by the parent's."""
    value = part.quantities.values[at]
    if value is None or not part.quantities.are_totals or parent < 0:
        return value
    above = made.lines[parent]
    whole = above.part.quantities.values[above.at]
    return value / whole if whole else None
