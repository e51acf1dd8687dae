"""The tables for verifiers and analysts: the protected calculation, and the ledger by row."""

from __future__ import annotations

import csv
import io
import runpy
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from footprint.publish import outgoing
from footprint.publish.outgoing.statement import Statement, gate

MAKE = runpy.run_path(str(Path(__file__).parent / "data" / "sample_declaration.py"))["sample"]


def statement(document: dict[str, Any]) -> Statement:
    return Statement(document, gate(document), {}, {}, "an-id", "verifier", draft=True)


def test_formulas_are_protected_and_inputs_are_not() -> None:
    """On each sheet a formula cannot be overwritten by accident; the cells meant to be changed can."""
    content = outgoing.module("report.xlsx").render(statement(MAKE()), "en")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert all(sheet.protection.sheet for sheet in book)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    formulas = [cell for cell in cells if cell.data_type == "f"]
    assert formulas
    assert all(cell.protection.locked for cell in formulas)
    unlocked = [cell for cell in cells if not cell.protection.locked]
    assert {cell.parent.title for cell in unlocked} >= {"Inputs"}
    assert all(isinstance(cell.value, int | float) for cell in unlocked if cell.parent.title == "Inputs")
    foot = book["Summary"].oddFooter
    assert "Draft" in "".join(part.text or "" for part in (foot.left, foot.center, foot.right))


def test_what_the_calculation_states_is_read_from_its_own_cells() -> None:
    """An edited total is stated as edited: nothing is stated from a copy."""
    document = MAKE()
    writer = outgoing.module("report.xlsx")
    content = writer.render(statement(document), "zh")
    assert writer.stated(content)["total"] == pytest.approx(Decimal(repr(document["result"]["total"])))
    document["result"]["total"] *= 2
    assert writer.stated(writer.render(statement(document), "zh"))["total"] != writer.stated(content)["total"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_of_the_ledger_is_a_formula(name: str) -> None:
    document = MAKE()
    document["ledger"][0]["name"] = name
    content = outgoing.module("ledger.csv").render(statement(document), "en").decode("utf-8-sig")
    first = next(csv.DictReader(io.StringIO(content, newline="")))
    assert first["name"] == f"'{name}"
