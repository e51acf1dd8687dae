"""The examples, exported as an ERP system would and imported again, come to the totals of their guided workbooks."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from footprint import forms, importing, service
from footprint.declare.declare import declare
from footprint.importing import Import
from footprint.model.sheets import Book, Cell
from footprint.tables.edit import edited
from footprint.tables.read import parse, read
from footprint.tables.records import records

EXAMPLES = Path(__file__).parents[1] / "templates" / "examples"
FAST = ("battery", "transformer")
NAMES = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
KNOWN = ("line", "parent", "name", "quantity", "unit", "net_mass", "loss", "origin")
"""The columns of the BOM sheet that an ERP system knows; people fill in the others, by part code."""
CAPTIONS = ("层级", "物料编码", "物料名称", "用量", "单位", "单重(kg)", "损耗率(%)", "产地")
HEADER = 2


def exported(rows: list[dict[str, str]]) -> Iterator[list[str]]:
    """Yield the rows of an export by levels: title, captions, lines with loss rates in per cent, the maker."""
    yield ["物料清单 BOM"]
    yield [*CAPTIONS]
    level = {"": 0}
    for row in rows:
        level[row["line"]] = level[row["parent"]] + 1
        loss = f"{float(row['loss']) * 100:.15g}" if row.get("loss") else ""
        yield [str(level[row["line"]]), row["line"], row["name"], row["quantity"], row["unit"], row["net_mass"], loss,
               row.get("origin", "")]  # fmt: skip
    yield ["制表: 某某"]


def cells(book: Book, sheet: str) -> list[tuple[Cell, ...]]:
    return list(next(one for one in book.sheets if one.name == sheet).rows)


def filled_in(example: Book, made: Book) -> dict[str, dict[str, Cell]]:
    """Return the cells that people fill in: those of the example that the import left empty, or guessed."""
    wanted: dict[str, dict[str, Cell]] = {}
    for sheet in (sheet for sheet in made.sheets if sheet.name in {one.name for one in example.sheets}):
        theirs = cells(example, sheet.name)
        if sheet.name == "BOM":
            theirs = by_code(theirs, list(sheet.rows))
        if sheet.name == "Evidence":  # the export itself stays the first document
            theirs = [*theirs[: HEADER + 1], sheet.rows[HEADER + 1], *theirs[HEADER + 1 :]]
        for r, row in enumerate(theirs):
            for c, cell in enumerate(row):
                own = sheet.rows[r][c] if r < len(sheet.rows) and c < len(sheet.rows[r]) else None
                if cell is not None and cell != own and r > HEADER:
                    wanted.setdefault(sheet.name, {})[sheet.place(r, c).cell] = cell
    return wanted


def by_code(theirs: list[tuple[Cell, ...]], mine: list[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """Return the rows of the example in the order of the imported ones, found by code, less what an export knows."""
    known = [c for c, cell in enumerate(theirs[HEADER]) if str(cell).split("\n")[0].rstrip(" *") in captions()]
    assert len(known) == len(KNOWN)
    rows = {row[0]: tuple(None if c in known else cell for c, cell in enumerate(row)) for row in theirs}
    return [rows.get(row[0], ()) if r > HEADER else () for r, row in enumerate(mine)]


def captions() -> set[str]:
    from footprint.intake import schema

    return {f"{field.en}{f' [{field.unit}]' if field.unit else ''}"
            for field in schema.fields("BOM") if field.key in KNOWN}  # fmt: skip


def reproduced(name: str, tmp_path: Path) -> tuple[Path, Path]:
    """Return the workbook of an example imported from an export and filled in, and its guided workbook."""
    rows = [row for row in records(EXAMPLES / name / "BOM.csv") if not row["line"].startswith("#")]
    with (tmp_path / "export.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file, delimiter="\t").writerows(exported(rows))
    product = {row["key"]: row["value"] for row in records(EXAMPLES / name / "Product.csv")}
    request = Import((tmp_path / "export.csv",), dt.date(2026, 1, 1), product=product["id"], pcr=product["pcr"])
    account = importing.write(request, tmp_path / "product.xlsx", "en")
    assert f"{len(rows) + 1} source rows: {len(rows)} used, 0 merged, 1 left out, 0 rejected" in account

    content = (tmp_path / "product.xlsx").read_bytes()
    guided = tmp_path / "guided.xlsx"
    guided.write_bytes(forms.example(name, "en"))
    whole = edited(content, "product.xlsx", filled_in(read(guided), parse(content, tmp_path / "product.xlsx")))
    (tmp_path / "product.xlsx").write_bytes(whole.content)
    return tmp_path / "product.xlsx", guided


@pytest.mark.parametrize("name", [pytest.param(name, marks=() if name in FAST else pytest.mark.slow) for name in NAMES])
def test_an_example_is_reproduced_from_an_export(name: str, tmp_path: Path) -> None:
    """Imported, filled in and calculated, each example comes to its own total, line by line."""
    ours, theirs = map(result, reproduced(name, tmp_path))
    assert ours.keys() == theirs.keys()
    assert ours == {line: pytest.approx(value, rel=1e-9, abs=1e-12) for line, value in theirs.items()}


def result(book: Path) -> dict[str, float]:
    """Return the total of a workbook, and what each of its lines comes to."""
    document = declare(service.solved(service.prepare(service.Request(book))))
    found = {"total": document["result"]["total"], "complete": float(document["result"]["complete"])}
    for posting in document["ledger"]:
        key = posting["name"]
        found[key] = found.get(key, 0.0) + posting["value"]
    return found


def test_a_number_leads_to_the_cell_of_the_export(tmp_path: Path) -> None:
    """What a line of an imported product comes to is followed to the file, the sheet and the cells of the export."""
    product, _ = reproduced("transformer", tmp_path)
    service.produce(service.Request(product), tmp_path / "out", "en")
    for lang, quantity in (("en", "Quantity = D5"), ("zh", "用量 = D5")):
        told = service.explain(tmp_path / "out" / "declaration.json", "BOM!F6", lang)
        assert "export.csv:export" in told
        assert quantity in told
