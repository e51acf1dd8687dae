"""The schema of the factor table: one table (``templates/factors.csv``) for template, reader and documentation."""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache

from footprint import gwp
from footprint.model.fields import Field
from footprint.paths import data_root
from footprint.tables.typed.names import plain

SHEET = "Factors"
VERSION = "1.0"
_ABOUT = frozenset({"sheet", "note"})


@cache
def _table() -> tuple[Field, ...]:
    with (data_root() / "templates" / "factors.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_field(row) for row in csv.DictReader(file))


def _field(row: dict[str, str]) -> Field:
    required = row.pop("required") == "*"
    return Field(SHEET, **row, required=required, private=False)


def about() -> Field:
    """Return what the sheet is."""
    return next(row for row in _table() if row.type == "sheet")


def notes() -> tuple[Field, ...]:
    """Return the sentences of the instruction sheet."""
    return tuple(row for row in _table() if row.type == "note")


@cache
def fields() -> tuple[Field, ...]:
    """Return the columns of the template, in its order."""
    return tuple(row for row in _table() if row.type not in _ABOUT)


@cache
def gases() -> dict[str, str]:
    """Return the gas of each column that holds one, those of the template among them: key -> id."""
    return {gas.replace("-", "_"): gas for gas in gwp.gases()}


@cache
def readable() -> tuple[Field, ...]:
    """Return every column that is read: those of the template, and every gas by its id and by its names.

    A name that two gases share without what stands in its brackets names neither of them.
    """
    known = Counter(plain(name) for gas in gwp.gases().values() for name in {gas.name_en, gas.name_zh})
    return (*fields(), *(_column(key, gwp.gas(gas), known) for key, gas in gases().items()))


def _column(key: str, gas: gwp.Gas, known: Counter[str]) -> Field:
    en, zh = (name if known[plain(name)] == 1 else gas.id for name in (gas.name_en, gas.name_zh))
    return Field(SHEET, key, en, zh, "number", "kg")
