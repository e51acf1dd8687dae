"""Parameters: numbers that multiply the amounts of the rows that name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint import units
from footprint.errors import Problem, problem
from footprint.tables.typed.names import clean
from footprint.tables.typed.table import Row, Table

_PURE = frozenset({"", "-", "1"})
_FIXED_UNITS = {"Transport": "km"}


def by_name(tables: Mapping[str, Table]) -> dict[str, Row]:
    """Return the rows of the Parameters sheet by name."""
    table = tables.get("Parameters")
    return {row.text("name"): row for row in table.rows} if table else {}


def scaled_unit(unit: str, amount_unit: str) -> str | None:
    """Return the unit of an amount [``amount_unit``] times a parameter [``unit``]; None when they do not fit."""
    if clean(unit) in _PURE:
        return amount_unit
    new, _, old = unit.partition("/")
    try:
        if units.unit(new) == units.unit(old):
            return amount_unit
        return units.unit(new).symbol if units.unit(old) == units.unit(amount_unit) else None
    except units.UnknownUnitError:
        return None


def misfits(table: Table, parameters: Mapping[str, Row]) -> Iterator[Problem]:
    """Yield the rows whose parameter has a unit that does not fit the unit of their amount."""
    for row in table.rows if "parameter" in table.columns else ():
        parameter = parameters.get(row.text("parameter"))
        unit = row.text("unit") or _FIXED_UNITS.get(table.name, "")
        if parameter is None or not unit or scaled_unit(parameter.text("unit"), unit) is not None:
            continue
        name, has = parameter.text("name"), parameter.text("unit")
        yield problem("parameter-unit", row.place("parameter"), id=name, unit=has, amount_unit=unit)
