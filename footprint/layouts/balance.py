"""What the source says of quantities and masses, row by row, against what the lines of the bill come to.

The rows are added up as they are written, whatever is part of what: where the lines come to something else, it is said.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from footprint import units
from footprint.layouts.bill import PRODUCT_ROW, REJECTED, USED, Imported, Line
from footprint.layouts.counting.noise import HEAD, NOISE
from footprint.layouts.lines import Row
from footprint.layouts.measuring.numerals import numbers
from footprint.layouts.naming import levels
from footprint.layouts.naming.amounts import added
from footprint.layouts.naming.layout import TOLD
from footprint.layouts.part import Part
from footprint.provenance import Place

_ALIKE, _ROUNDED = 1e-9, 0.1
Sums = Mapping[str, float]


class Written(NamedTuple):
    """Sums by unit of the rows as they are written: of all, and of those that are no lines; why the lines differ."""

    all: Sums
    out: Sums
    why: tuple[str, ...] = ()


class Told(NamedTuple):
    """What a row says of itself, and what is found instead; in how many ``rows`` that is so, in which column."""

    place: Place
    told: float
    found: float
    rows: int
    caption: str = ""


def written(made: Imported, after: Sums) -> Written | None:
    """Return what the rows say where they do not come to the quantities of the lines: ``after``; else None."""
    every: dict[str, list[float]] = {}
    out: dict[str, list[float]] = {}
    for part, states in zip(made.parts, made.states, strict=True):
        none = {at for at, rule in part.out.items() if rule in NOISE}
        rows = zip(part.quantities.counted, part.quantities.units, states, strict=True)
        for at, (value, unit, became) in enumerate(rows):
            if value is not None and at not in none and became.why != PRODUCT_ROW:
                every.setdefault(unit, []).append(value)
                is_line = became.state == USED or (became.state == REJECTED and at in part.losses.problems)
                if not is_line:
                    out.setdefault(unit, []).append(value)
    before, without = _sums(every), _sums(out)
    if _agree(before, after):
        return None
    left = {unit: value - without.get(unit, 0.0) for unit, value in before.items()}
    return Written(before, without, () if _agree(left, after) else tuple(_changes(made)))


def _sums(rows: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {unit: added(each) for unit, each in rows.items()}


def _agree(one: Sums, other: Sums) -> bool:
    """Tell whether two sums are alike, unit by unit; what differs only by what floats lose is."""
    return all(math.isclose(one.get(unit, 0.0), other.get(unit, 0.0), rel_tol=_ALIKE, abs_tol=_ALIKE)
               for unit in {*one, *other})  # fmt: skip


def _changes(made: Imported) -> Iterator[str]:
    """Yield what makes the quantity of a line another than its row says."""
    rows = sum(became.state == USED and became.why != PRODUCT_ROW for states in made.states for became in states)
    found = {
        "base": any((part.block.quantity or 1.0) != 1 or part.table.has("base_quantity") or _is_shared(part)
                    for part in made.parts),
        "totals": any(part.quantities.are_totals for part in made.parts),
        "shares": any(part.used or part.fixed for part in made.parts),
        "phantoms": any(line.through for line in made.lines), "uses": len(made.lines) != rows,
    }  # fmt: skip
    yield from (why for why, is_so in found.items() if is_so)


def _is_shared(part: Part) -> bool:
    """Tell whether what stands below the heads of bills is for as many as these tell."""
    return part.layout.constants.get("base_quantity") == TOLD and HEAD in part.out.values()


def written_mass(rows: Sequence[Row]) -> float | None:
    """Return the mass [kg] of the rows of lines without parts as they are written, each once; None for flat bills."""
    if all(row.line.parent == levels.PRODUCT and row.quantity == _counted(row.line) for row in rows):
        return None
    whole = {row.line.parent for row in rows}
    once = {(id(row.line.part), row.line.at): row for at, row in enumerate(rows) if at not in whole}
    known = ((_counted(row.line), _each(row)) for row in once.values())
    return added(count * each for count, each in known if count is not None and each is not None)


def _counted(line: Line) -> float | None:
    return line.part.quantities.counted[line.at]


def _each(row: Row) -> float | None:
    """Return the mass [kg] of one unit of a line, as the file states it."""
    return units.factor(row.unit, "kg") if units.measures(row.unit) == "mass" else row.mass


def assemblies(made: Imported, rows: Sequence[Row]) -> Told | None:
    """Return the first assembly that states another mass than that of its parts [kg], if there is any."""
    whole = {row.line.parent for row in rows} - {levels.PRODUCT, levels.LOST}
    stated = {at: each for at in whole if (each := _each(rows[at]))}
    tops = [part for part in made.parts if part.top >= 0 and part.masses.values[part.kept[part.top]]]
    if not stated and len(tops) != 1:
        return None
    own = [0.0] * (len(rows) + 1)
    is_known = [True] * (len(rows) + 1)
    for at in range(len(rows) - 1, -1, -1):
        row, up = rows[at], rows[at].line.parent
        each = own[at] if at in whole else _each(row)
        is_known[up] &= is_known[at] and each is not None and isinstance(row.quantity, float)
        own[up] += (each or 0.0) * row.quantity if isinstance(row.quantity, float) else 0.0
    found = [at for at, told in stated.items() if _differs(told, own[at], is_known=is_known[at])]
    if found:
        first = min(found)
        place = rows[first].line.part.table.place(rows[first].line.at, "mass")
        return Told(place, stated[first], own[first], len(found))
    return _of_product(tops[0], own[-1], is_known=is_known[-1]) if len(made.parts) == len(tops) == 1 else None


def _of_product(part: Part, found: float, *, is_known: bool) -> Told | None:
    """Return what the row of the product states of its mass, where its parts weigh something else."""
    at = part.kept[part.top]
    told = part.masses.values[at] or 0.0
    return Told(part.table.place(at, "mass"), told, found, 1) if _differs(told, found, is_known=is_known) else None


def _differs(told: float, found: float, *, is_known: bool) -> bool:
    """Tell whether parts weigh something else than is told of the whole; of some of them, only whether it is more."""
    return (is_known or found > told) and not math.isclose(told, found, rel_tol=_ROUNDED)


def totals(made: Imported, rows: Sequence[Row]) -> Told | None:
    """Return the first row whose stated total is not its quantity times those of what it is part of.

    Totals of an order are so many times that in all rows.
    """
    parts = {id(part): numbers(part.table, "total_quantity", part.layout).values for part in made.parts
             if part.structure != levels.PAIRS and not part.quantities.are_totals
             and part.table.has("total_quantity")}  # fmt: skip
    if not parts:
        return None
    counts: list[float | None] = []
    told: list[tuple[Part, int, float, float]] = []
    for row in rows:
        line, up = row.line, row.line.parent
        above, own = counts[up] if up >= 0 else 1.0, row.quantity
        counts.append(above * own if above is not None and isinstance(own, float) else None)
        total = parts[id(line.part)][line.at] if id(line.part) in parts else None
        if total and counts[-1]:
            told.append((line.part, line.at, total, counts[-1]))
    times = told[0][2] / told[0][3] if told else 1.0
    differing = [each for each in told if not math.isclose(each[2], each[3] * times, rel_tol=1e-3)]
    if not differing:
        return None
    part, at, total, count = differing[0]
    place, caption = part.table.place(at, "total_quantity"), part.table.caption("total_quantity")
    return Told(place, total, count * times, len(differing), caption)
