"""Brightway's workbooks and packages as tests write them, and what is imported of them."""

from __future__ import annotations

import bz2
import json
import runpy
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import Workbook

from footprint.errors import DatabaseError

READ = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("reading.py"))))
taken, scores = READ.taken, READ.by_name
Row = Sequence[Any]
HEADER = ("name", "reference product", "amount", "unit", "location", "categories", "type", "uncertainty type", "scale")
STEEL = ("steel", "steel", 2.0, "kilogram", "CN", "", "technosphere")
CO2 = ("Carbon dioxide, fossil", "", 0.5, "kilogram", "", "air::urban air close to ground", "biosphere")
MADE = ("widget", "widget", 1.0, "unit", "CN", "", "production")


def block(name: str, unit: str, *rows: Row, header: Row = HEADER) -> list[Row]:
    """Return the rows of one activity."""
    about = [("Activity", name), ("reference product", name), ("location", "CN"), ("unit", unit)]
    return [*about, ("Exchanges",), header, *rows, (None,)]


SUPPLY = block(
    "steel", "kilogram", ("steel", "steel", 1.0, "kilogram", "CN", "", "production"),
    ("Carbon dioxide, fossil", "", 1.8, "kilogram", "", "air", "biosphere"),
)  # fmt: skip


def written(path: Path, rows: Sequence[Row], sheet: str = "lci") -> Path:
    """Write rows as a workbook of Brightway."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in (("Database", "fg"), (None,), *rows):
        page.append(list(row))
    book.save(path / "fg.xlsx")
    return path / "fg.xlsx"


def widget(path: Path, *rows: Row, header: Row = HEADER) -> float:
    """Return kg CO2e of one widget that is made of ``rows``."""
    return scores(taken(written(path, [*SUPPLY, *block("widget", "unit", *rows, header=header)])))["widget"]


def said(path: Path, *rows: Row, header: Row = HEADER) -> str:
    """Return what is wrong with a widget that is made of ``rows``."""
    with pytest.raises(DatabaseError) as refused:
        widget(path, *rows, header=header)
    return refused.value.text()


def package(path: Path, nodes: Mapping[str, Mapping[str, Any]], database: str = "fg") -> Path:
    """Write nodes as a package, as older versions of Brightway do."""

    def marked(value: Any) -> Any:
        if isinstance(value, tuple):
            return {"__tuple__": True, "data": [marked(each) for each in value]}
        if isinstance(value, dict):
            return {"__dict__": True, "keys": [*map(marked, value)], "values": [*map(marked, value.values())]}
        return [marked(each) for each in value] if isinstance(value, list) else value

    data = {(database, code): dict(node) for code, node in nodes.items()}
    whole = {
        "metadata": {"format": "x"},
        "name": database,
        "class": {"module": "bw2data.backends.peewee.database", "name": "SQLiteBackend"},
        "data": data,
    }
    (path / "fg.bw2package").write_bytes(bz2.compress(json.dumps([marked(whole)]).encode()))
    return path / "fg.bw2package"


def node(*moved: Mapping[str, Any], **said: Any) -> dict[str, Any]:
    return {"name": "x", "unit": "kilogram", "location": "CN", "type": "process", "exchanges": [*moved], **said}


FOSSIL = ("biosphere3", "f9749677-9c9f-4678-ab55-c607dfdc2cb9")
NODES = {
    "steel": node({"input": ("fg", "steel"), "type": "production", "amount": 1.0},
                  {"input": FOSSIL, "type": "biosphere", "amount": 1.8}),
    "widget": node({"input": ("fg", "widget"), "type": "production", "amount": 2.0},
                   {"input": ("fg", "steel"), "type": "technosphere", "amount": 3.0},
                   {"input": ("fg", "gas"), "type": "biosphere", "amount": 0.1}, name="widget", unit="unit"),
    "gas": {"name": "Methane, fossil", "type": "emission", "categories": ("air",), "unit": "kilogram", "exchanges": []},
}  # fmt: skip
