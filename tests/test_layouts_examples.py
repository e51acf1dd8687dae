"""Each example comes to the same result when its bill of materials is what a plain export of a system tells."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from footprint import forms, importing, service
from footprint.importing import Import
from footprint.intake.template import filled
from footprint.layouts import lines
from footprint.layouts.bill import imported
from footprint.rules import load as pcrs
from footprint.tables.read import read_any
from footprint.tables.records import records

EXAMPLES = Path(__file__).parents[1] / "templates" / "examples"
NAMES = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
TAKEN = ("parent", "quantity", "unit", "net_mass", "loss")
Row = dict[str, str]


def in_order(rows: list[Row], parent: str = "", depth: int = 1) -> Iterator[tuple[int, Row]]:
    """Yield the lines with their levels, each before its parts."""
    for row in rows:
        if row["parent"] == parent:
            yield depth, row
            yield from in_order(rows, row["line"], depth + 1)


def export(name: str, rows: list[Row]) -> bytes:
    """Return the bill as some system writes it: pairs, levels, dots or indentation; its own captions and numbers."""
    german, chinese = name == "pv", name in {"nev", "detergent"}
    head = {
        "pv": ("Ebene", "Sachnummer", "Benennung", "Menge", "ME", "Einzelgewicht (g)", "Ausschuss (%)"),
        "nev": ("层级", "物料编码", "物料名称", "用量", "单位", "单重(kg)", "损耗率(%)"),
        "detergent": ("父项编码", "子项编码", "子项名称", "分子", "单位", "单重(kg)", "损耗率(%)", "分母"),
        "battery": ("Parent item", "Component", "Description", "Qty", "UoM", "Net weight (kg)", "Scrap %"),
        "transformer": ("Level", "Item Code", "Item Name", "Qty", "UOM", "Weight (kg)", "Loss %"),
    }[name]
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";" if german else ",")
    writer.writerows([("P-1 清单",) if chinese else ("Bill of P-1",), (), head])
    for depth, row in in_order(rows):
        pairs = name in {"battery", "detergent"}
        loss = f"{float(row['loss']) * 100:.15g}" if row.get("loss") else ""
        mass = f"{float(row['net_mass']) * 1000:.17g}" if german and row["net_mass"] else row["net_mass"]
        per = f"{float(row['quantity']) * 1000:.17g}" if name == "detergent" else row["quantity"]
        cells = [
            (row["parent"] or "P-1") if pairs else "." * depth + str(depth) if name == "transformer" else depth,
            row["line"],
            row["name"],
            per,
            row["unit"],
            mass,
            loss,
            *(["1000"] if name == "detergent" else []),
        ]
        writer.writerow([str(cell).replace(".", ",") if german and at > 2 else cell for at, cell in enumerate(cells)])
    return made.getvalue().encode("gb18030" if chinese else "utf-8")


def taken(name: str, folder: Path) -> tuple[list[Row], dict[str, Mapping[str, object]]]:
    """Return the lines of an example, and those of its export by id."""
    rows = [row for row in records(EXAMPLES / name / "BOM.csv") if not row["line"].startswith("#")]
    (folder / "P-1.csv").write_bytes(export(name, rows))
    stated = {"decimal": ","} if name == "pv" else {}
    request = Import((folder / "P-1.csv",), dt.date(2026, 1, 1), stated=stated, product="P-1")
    made = imported([read_any(path) for path in request.files], importing.layout(request), request.on, "P-1")
    assert not made.problems
    return rows, {str(row.values["line"]): row.values for row in lines.rows(made, {"P-1.csv": "F1"}, "P-1")}


@pytest.mark.parametrize("name", NAMES)
def test_a_plain_export_tells_the_bill_of_an_example(name: str, tmp_path: Path) -> None:
    """Structure, amounts, units, masses and losses come back as they stand in the workbook."""
    rows, told = taken(name, tmp_path)
    assert told.keys() == {row["line"] for row in rows}
    for row in rows:
        found = told[row["line"]]
        assert (found.get("parent", ""), found["unit"]) == (row["parent"], row["unit"])
        for key in ("quantity", "net_mass", "loss"):
            assert found.get(key) == (pytest.approx(float(row[key]), rel=1e-14) if row.get(key) else None), row["line"]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_an_example_exported_plainly_comes_to_its_result(name: str, tmp_path: Path) -> None:
    """The workbook with the bill of the export declares the same total."""
    sheets = {path.stem: records(path) for path in sorted((EXAMPLES / name).glob("*.csv"))}
    rows, told = taken(name, tmp_path)
    sheets["BOM"] = [row | {key: _text(told[row["line"]].get(key)) for key in TAKEN} for row in rows]
    pcr = pcrs.load(next(row["value"] for row in sheets["Product"] if row["key"] == "pcr"))
    (tmp_path / "again.xlsx").write_bytes(filled(sheets, pcr.fields, pcr.id, forms.choices(pcr), "en"))
    (tmp_path / "first.xlsx").write_bytes(forms.example(name, "en"))
    totals = [
        service.calculate(service.Request(tmp_path / f"{each}.xlsx")).document["result"]["total"]
        for each in ("first", "again")
    ]
    assert totals[1] == pytest.approx(totals[0], rel=1e-12)


def _text(value: object) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)
