"""Where each cell of an imported line comes from: cells of the source, those above its table, and what is stated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from footprint.layouts.bill import Line
from footprint.layouts.locating.blocks import Said
from footprint.layouts.measuring import auxiliary
from footprint.layouts.measuring.bodies import MEASURES
from footprint.layouts.measuring.masses import AUXILIARY, SHARE, STATED
from footprint.layouts.part import Part

SPECIFIED = ("specification", "material", "finish", "cas", "inci", "package")
FROM = {
    "line": ("code",), "parent": ("parent", "parent_row", "level", "position"),
    "name": ("name", "outline", "specification", "code"),
    "specification": SPECIFIED,
    "quantity": ("quantity", "total_quantity", "base_quantity", "designator", "usage_share", "lot_size"),
    "unit": ("unit",),
    "loss": ("loss", "loss_factor", "assembly_scrap", "yield", "fixed_loss", "lot_size"),
    "supplier": ("supplier", "manufacturer"), "origin": ("origin",), "note": ("category", "note"), "part": ("code",),
}  # fmt: skip
"""The columns of a bill that each column of the workbook is made of."""
_COUNTED = frozenset({"quantity", "loss"})
"""The columns that what stands above a table, or is stated, may count in."""
OF_MASS = {
    STATED: ("mass", "mass_unit"), SHARE: ("total_mass", "mass_unit", "quantity"),
    AUXILIARY: (*auxiliary.FIELDS, "quantity"),
    "linear": ("linear_mass", "length", "length_unit"),
    "areal": ("grammage", "area", "length", "width", "length_unit"),
    "volume": ("density", "volume", "area", *MEASURES[:-2], "length_unit"),
}  # fmt: skip


def of(line: Line, keys: Iterable[str]) -> dict[str, str]:
    """Return the sources of the cells of a line that stand in the columns ``keys``."""
    part, at = line.part, line.at
    found = {key: part.table.cells(FROM.get(key, ()), at) for key in keys}
    for key in _COUNTED & found.keys():
        found[key] = _joined(found[key], _above(part, at, key))
    if "net_mass" in found:
        sized = ("specification", "name") if at in part.masses.sized else ()
        cells = part.table.cells((*OF_MASS.get(part.masses.ways[at], ()), *sized), at)
        found["net_mass"] = "; ".join(filter(None, (cells, part.masses.said.get(at, ""))))
    for key in ("quantity", "loss") if line.through else ():
        passed = [_passed(part, one, row, key) for one, row in line.through]
        found[key] = _joined(found.get(key, ""), *passed)
    return {key: cells for key, cells in found.items() if cells}


def _joined(*cells: str) -> str:
    return ", ".join(filter(None, cells))


def _above(part: Part, at: int, key: str) -> str:
    """Return what stands above the table, or is stated, and counts in a cell."""
    return _joined(*(said.place.cell if isinstance(said, Said) else said for said in _counting(part, at, key)))


def _counting(part: Part, at: int, key: str) -> Iterator[Said | str]:
    said = part.block.said
    is_by_order = at in part.fixed if key == "quantity" else bool(part.text("fixed_loss", at))
    if key == "quantity" and at not in part.fixed and "base_quantity" in said and not part.text("base_quantity", at):
        yield said["base_quantity"]
    if key == "loss" and at in part.losses.parted:
        yield said["yield"]
    if is_by_order and not part.text("lot_size", at):
        yield said.get("lot_size") or f"lot_size = {part.layout.constants.get('lot_size', '')}"


def _passed(part: Part, other: Part, at: int, key: str) -> str:
    """Return the cells of a phantom, its file and sheet before them where they are others."""
    here, there = part.table.sheet, other.table.sheet
    cells = _joined(other.table.cells(FROM[key], at), _above(other, at, key))
    where = there.name if here.file == there.file else f"{there.file}:{there.name}"
    return cells if here is there or not cells else f"{where}!{cells}"


def unused(part: Part) -> tuple[int, ...]:
    """Return the columns of a table that no column of the workbook is made of, and that hold anything."""
    weighing = (fields for way, fields in OF_MASS.items() if way != AUXILIARY or way in part.masses.ways)
    used = {column for fields in (*FROM.values(), *weighing) for f in fields
            for column in part.table.columns.get(f, ())}  # fmt: skip
    others = (column for column in range(*part.table.span) if column not in used)
    return tuple(column for column in others if any(cell is not None for cell in part.table.column(column)))
