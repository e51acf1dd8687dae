"""What a row of End of life names for rules to use: datasets by role, and facts of the row and of the part it is of."""

from __future__ import annotations

from footprint import units
from footprint.model.background import Dataset
from footprint.model.bill import BomLine, EndOfLifeRow
from footprint.supply.bench import Bench
from footprint.supply.bom import Facts, materials, of_material, stated

_UNITS = {"treatment": "kg", "avoided": "kg", "disposal": "kg", "heat": "MJ", "electricity": "MJ"}
"""Role -> a unit of the dimension its dataset must have."""
_CHECKED = ("avoided", "disposal", "heat", "electricity")
_OF_ROW = (
    "recovery", "quality_out", "allocation_factor", "lhv", "heat_efficiency", "electricity_efficiency",
)  # fmt: skip


def roles(bench: Bench, row: EndOfLifeRow) -> dict[str, Dataset]:
    """Return the datasets of a row by role; what replaces nothing stated replaces the part's own material, by mass.

    Of an assembly and of the whole product nobody can tell what material it is.
    """
    part = _material(bench, row)
    own = {} if part is None else materials(bench, part)
    named = {role: bench.linked.dataset(getattr(row, role), row.places.get(role, row.place)) for role in _UNITS}
    if not row.avoided and "primary" in own and units.convertible(own["primary"].unit, "kg"):
        named["avoided"] = own["primary"]
    return {**own, **{role: dataset for role, dataset in named.items() if dataset is not None}}


def fit(bench: Bench, row: EndOfLifeRow, found: dict[str, Dataset]) -> bool:
    """Tell whether the datasets a row names are of masses and energies where they must be; keep a problem otherwise."""
    wrong = [role for role in _CHECKED if role in found and not units.convertible(found[role].unit, _UNITS[role])]
    for role in wrong:
        told = {"dataset": found[role].code, "unit": found[role].unit, "wanted": _UNITS[role]}
        bench.fail("role-unit", row.places.get(role, row.place), **told)
    return not wrong


def of_row(bench: Bench, row: EndOfLifeRow) -> Facts:
    """Return what rules may ask of a row, the material of its part included: one material has one A."""
    part, line = _material(bench, row), bench.lines.get(row.part)
    own = {} if part is None else {**of_material(part), **stated(part, "allocation_factor")}
    named = {} if line is None else _component(bench, line)
    return {**named, **own, **stated(row, *_OF_ROW), "evidence": row.evidence}


def _component(bench: Bench, line: BomLine) -> Facts:
    """Return the component of a line, its own or the nearest above: an assembly is one, whatever it is made of."""
    found: BomLine | None = line
    while found is not None and not found.component:
        found = bench.lines.get(found.parent)
    return {} if found is None else stated(found, "component")


def _material(bench: Bench, row: EndOfLifeRow) -> BomLine | None:
    """Return the line that a row is of, None for the product and for assemblies: they are no one material."""
    line = bench.lines.get(row.part)
    return None if line is None or bench.assembled(line) else line
