"""Where each cell of an imported line comes from: cells of the source, those above its table, and what is stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from footprint.layouts.bill import Line
from footprint.layouts.blocks import Said
from footprint.layouts.masses import SHARE, STATED
from footprint.layouts.part import Part
from footprint.provenance import column_letters

SPECIFIED = ("specification", "material", "finish", "cas", "inci", "package")
FROM = {
    "line": ("code",), "parent": ("parent", "level", "position"), "name": ("name", "outline", "specification", "code"),
    "specification": SPECIFIED,
    "quantity": ("quantity", "total_quantity", "base_quantity", "designator", "usage_share", "lot_size"),
    "unit": ("unit",),
    "loss": ("loss", "loss_factor", "assembly_scrap", "yield", "fixed_loss", "lot_size"),
    "supplier": ("supplier", "manufacturer"), "origin": ("origin",), "note": ("category", "note"), "part": ("code",),
}  # fmt: skip
"""The columns of a bill that each column of the workbook is made of."""
OF_MASS = {
    STATED: ("mass", "mass_unit"), SHARE: ("total_mass", "mass_unit", "quantity"),
    "linear": ("linear_mass", "length"), "areal": ("grammage", "area", "length", "width"),
    "volume": ("density", "volume", "area", "length", "width", "thickness", "diameter"),
}  # fmt: skip


def of(line: Line, keys: Iterable[str]) -> dict[str, str]:
    """Return the sources of the cells of a line that stand in the columns ``keys``."""
    part, at = line.part, line.at
    found = {key: _joined(_cells(part, at, FROM.get(key, ())), _above(part, at, key)) for key in keys}
    if "net_mass" in found:
        sized = ("specification", "name") if at in part.masses.sized else ()
        cells = _cells(part, at, (*OF_MASS.get(part.masses.ways[at], ()), *sized))
        found["net_mass"] = "; ".join(filter(None, (cells, part.masses.said.get(at, ""))))
    for key in ("quantity", "loss") if line.through else ():
        passed = [_passed(part, one, row, key) for one, row in line.through]
        found[key] = _joined(found.get(key, ""), *passed)
    return {key: cells for key, cells in found.items() if cells}


def _joined(*cells: str) -> str:
    return ", ".join(filter(None, cells))


def _cells(part: Part, at: int, fields: Sequence[str]) -> str:
    """Return the filled cells of some fields in a row, as addresses."""
    row = part.table.at[at]
    columns = (column for field in fields for column in part.table.columns.get(field, ()))
    return ", ".join(
        f"{column_letters(column)}{row + 1}" for column in columns if part.table.column(column)[at] is not None
    )


def _above(part: Part, at: int, key: str) -> str:
    """Return what stands above the table, or is stated, and counts in a cell."""
    return _joined(*(said.place.cell if isinstance(said, Said) else said for said in _counting(part, at, key)))


def _counting(part: Part, at: int, key: str) -> Iterator[Said | str]:
    said = part.block.said
    by_order = {"quantity": at in part.fixed, "loss": bool(part.text("fixed_loss", at))}
    if key == "quantity" and at not in part.fixed and "base_quantity" in said and not part.text("base_quantity", at):
        yield said["base_quantity"]
    if key == "loss" and at in part.losses.parted:
        yield said["yield"]
    if by_order.get(key) and not part.text("lot_size", at):
        yield said.get("lot_size") or f"lot_size = {part.layout.constants.get('lot_size', '')}"


def _passed(part: Part, other: Part, at: int, key: str) -> str:
    """Return the cells of a phantom, its file and sheet before them where they are others."""
    here, there = part.table.sheet, other.table.sheet
    cells = _joined(_cells(other, at, FROM[key]), _above(other, at, key))
    where = there.name if here.file == there.file else f"{there.file}:{there.name}"
    return cells if here is there or not cells else f"{where}!{cells}"


def unused(part: Part) -> tuple[int, ...]:
    """Return the columns of a table that no column of the workbook is made of, and that hold anything."""
    used = {column for fields in (*FROM.values(), *OF_MASS.values()) for f in fields
            for column in part.table.columns.get(f, ())}  # fmt: skip
    others = (column for column in part.table.header.captions if column not in used)
    return tuple(column for column in others if any(cell is not None for cell in part.table.column(column)))
