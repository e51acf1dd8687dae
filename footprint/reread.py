"""A workbook that an import made, read back before it is handed over: it says what the account says, or is refused."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, RequestError, problem
from footprint.intake import schema
from footprint.intake.find import traces
from footprint.layouts.account import sums
from footprint.layouts.gaps import known_mass
from footprint.layouts.lines import Row
from footprint.layouts.naming import levels
from footprint.layouts.naming.amounts import added
from footprint.provenance import Place
from footprint.tables.read import parse
from footprint.tables.typed.rows import read_table
from footprint.tables.typed.table import Table

_ALIKE = 1e-9
_READ = ("line", "parent", "quantity", "unit", "net_mass")


class Told(NamedTuple):
    """What a bill comes to: its lines, the sum of its quantities by unit, the mass [kg] of its lines without parts."""

    lines: int
    quantities: dict[str, float]
    mass: float


def insist(content: bytes, output: Path, rows: Sequence[Row]) -> None:
    """Raise unless the workbook holds the lines, quantities and mass of the account."""
    book = parse(content, output, without=traces())
    sheet = next(sheet for sheet in book.sheets if sheet.name == schema.sheets()["BOM"].en)
    fields = [field._replace(type="text") if field.type == "unit" else field
              for field in schema.fields("BOM") if field.key in _READ]  # fmt: skip
    bom = read_table("BOM", sheet, fields)
    rejected = {row.id for row in rows if not isinstance(row.quantity, float) or row.line.parent == levels.LOST}
    told, found = Told(len(rows), sums(rows), known_mass(rows)[0]), _read(bom, rejected)
    problems = [*_differences(told, found, Place(str(output), "BOM"))]
    if problems:
        raise RequestError(*problems)


def _differences(told: Told, found: Told, place: Place) -> Iterator[Problem]:
    if told.lines != found.lines:
        yield problem("import-differs-lines", place, told=str(told.lines), found=str(found.lines))
    for unit in dict.fromkeys((*told.quantities, *found.quantities)):
        one, other = told.quantities.get(unit, 0.0), found.quantities.get(unit, 0.0)
        if not math.isclose(one, other, rel_tol=_ALIKE):
            yield problem("import-differs-quantity", place, told=f"{one:.12g}", found=f"{other:.12g}", unit=unit)
    if not math.isclose(told.mass, found.mass, rel_tol=_ALIKE):
        yield problem("import-differs-mass", place, told=f"{told.mass:.12g}", found=f"{found.mass:.12g}")


def _read(bom: Table, rejected: Collection[str]) -> Told:
    """Return what the rows of the sheet come to, from nothing but their cells; amounts of ``rejected`` are none."""
    amounts = [None if row.text("line") in rejected else row.number("quantity") for row in bom.rows]
    quantities: dict[str, list[float]] = {}
    for row, amount in zip(bom.rows, amounts, strict=True):
        if amount is not None:
            quantities.setdefault(row.text("unit"), []).append(amount)
    sums_ = {unit: added(each) for unit, each in quantities.items()}
    return Told(len(bom.rows), sums_, added(_masses(bom, amounts)))


def _masses(bom: Table, amounts: Sequence[float | None]) -> Iterator[float]:
    """Yield the mass [kg] of each line without parts, as far as it is known."""
    totals: dict[str, float | None] = {"": 1.0}
    parents = {row.text("parent") for row in bom.rows}
    for row, amount in zip(bom.rows, amounts, strict=True):
        above = totals.get(row.text("parent"))
        total = totals[row.text("line")] = above * amount if above is not None and amount is not None else None
        unit, each = row.text("unit"), row.number("net_mass")
        if total is None or row.text("line") in parents:
            continue
        if unit and units.unit(unit).dimension == "mass":
            yield total * units.factor(unit, "kg")
        elif each is not None:
            yield total * each
