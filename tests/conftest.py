"""Workbooks for tests, in the language of the people who fill them in.

``workbook(bom=[...], processes=[...])`` writes a real xlsx file and returns its path; ``bill(text)`` writes the same
from a compact text; ``book(...)`` gives the cells without a file. What a test leaves out is filled with sane values.

The compact text: one row per line, cells parted by ``|``, further cells as ``key=value``; ``[Sheet]`` starts a sheet,
BOM comes first; an indented BOM line is a part of the line above it; ``#`` starts a comment::

    bill('''
    cell  | Battery cell | 10 item | net_mass=1
      foil | Copper foil | 120 g   | copper-foil | loss=0.03, loss_to=recycling
    [Processes]
    winding | product | cell        | 1 item
    winding | input   | electricity | 2 kWh
    [Product]
    loss_formula = multiply
    ''')
"""

from __future__ import annotations

import gc
import json
import os
import runpy
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from footprint import units
from footprint.intake import schema
from footprint.model.sheets import Book, Sheet
from footprint.paths import data_root

settings.register_profile("fast", max_examples=25, deadline=None, derandomize=True)
settings.register_profile("many", max_examples=100, deadline=None, derandomize=True)  # `test_many.py`
settings.register_profile(
    "thorough", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


def pytest_configure(config: pytest.Config) -> None:
    """Give the tests, and the processes they start, a home of their own: nothing is kept in the user's."""
    if "FOOTPRINT_HOME" not in os.environ:
        os.environ["FOOTPRINT_HOME"] = mkdtemp(prefix="footprint-tests-")
        config.add_cleanup(lambda: rmtree(os.environ.pop("FOOTPRINT_HOME"), ignore_errors=True))


def pytest_collection_finish() -> None:
    """Spare the collector of garbage the tests that were found: thousands of objects that all stay."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _shipped_once() -> Iterator[None]:
    """Read each database and each rule file that ships once: no test changes them, and hundreds ask for them."""
    from footprint import yamls
    from footprint.background import source

    read, shipped = source.read, data_root() / "databases"
    once = cache(read)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "read", lambda folder: (once if folder.parent == shipped else read)(folder))
        patch.setattr(yamls, "_parsed", _parsed_once(yamls._parsed))
        yield


def _parsed_once(parsed: Callable[..., Any]) -> Callable[..., Any]:
    """Return what parses a rule file that ships once: homes of their own would have it parsed in each test."""
    known: dict[tuple[Path, bytes], str] = {}

    def parse(path: Path, content: bytes, error: type[Exception]) -> Any:
        if path.parent != data_root() / "pcr":
            return parsed(path, content, error)
        if (path, content) not in known:
            known[path, content] = json.dumps(parsed(path, content, error))
        return json.loads(known[path, content])

    return parse


Row = Mapping[str, Any]
PRODUCT: Row = {
    "id": "PUMP", "name": "pump", "model": "P-1", "manufacturer": "Example Co.", "country": "CN", "province": "Jiangsu",
    "pcr": "battery-eu-2023-1542", "boundary": "cradle-to-gate", "declared_unit": "kwh-capacity",
    "declared_amount": 1.0, "bom_quantity": 1.0, "period_start": "2024-01-01", "period_end": "2024-12-31",
    "quantities": "net", "databases": "open-cn", "gross_kwh": 1.0,
}  # fmt: skip
DEFAULTS: Mapping[str, Row] = {
    "BOM": {"role": "product", "quantity": 1.0, "unit": "kg", "basis": "measured"},
    "Processes": {"stage": "production", "unit": "kg", "covers": "per_output", "basis": "measured"},
    "Electricity": {"type": "grid", "kwh": 1.0, "period": "2024", "attributes_sold": "no", "basis": "measured"},
    "Transport": {"leg": "leg", "mass": "auto", "stage": "raw_materials", "basis": "measured"},
    "Parameters": {},
    "Scenarios": {},
    "Factors": {
        "name": "a part", "unit": "kg", "gwp_set": "AR6", "boundary": "cradle-to-gate", "region": "CN",
        "period": "2024", "status": "unverified", "document": "a declaration",
    },
    "Use": {"stage": "use", "basis": "measured"},
    "End of life": {"route": "recycling"},
    "Evidence": {"type": "other", "document": "a document"},
    "Instruments": {"what": "an instrument"},
    "Estimates": {"reason": "of the same family"},
    "Publication": {},
}
POSITIONS: Mapping[str, tuple[str, ...]] = {
    "BOM": ("line", "name", "quantity unit", "dataset"),
    "Processes": ("process", "direction", "flow", "amount unit"),
    "Electricity": ("supply", "type", "kwh"),
    "Transport": ("applies_to", "vehicle", "km"),
    "Parameters": ("name", "value"),
    "Factors": ("code", "total"),
    "Scenarios": ("scenario", "target", "value"),
    "Use": ("flow", "amount unit"),
    "End of life": ("part", "route", "share"),
    "Evidence": ("id", "document"),
    "Instruments": ("id", "what"),
    "Estimates": ("gap", "dataset", "ratio"),
}


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes a guided workbook: ``workbook(product={...}, bom=[{...}], end_of_life=[...], name=...)``.

    It has the sheets that are filled; those that are not as well where ``whole`` asks for them.
    """
    from footprint.intake.template import filled

    def write(*, name: str = "pump.xlsx", lang: str = "en", whole: bool = False, **sheets: Any) -> Path:
        path, rows = tmp_path / name, _sheets(sheets)
        path.write_bytes(filled(rows, lang=lang) if whole else _lean(rows, lang))
        return path

    return write


def _lean(sheets: Mapping[str, Sequence[Row]], lang: str) -> bytes:
    """Return a guided workbook without the sheets that nobody fills in, and without what is said beside its cells.

    Notes and drop-down lists are most of what a workbook takes to write; ``whole`` has them.
    """
    from footprint.intake import layout
    from footprint.tables.write import Cell, SheetSpec, write_book

    made = [
        layout.keyed_sheet(name, sheets[name], (), {}, lang) if name in schema.KEYED
        else layout.table_sheet(name, sheets[name], {}, lang, examples=False, spare=0)
        for name in schema.sheets() if name in sheets
    ]  # fmt: skip
    version = SheetSpec(schema.VERSION_SHEET, [[Cell("schema", "key"), Cell(schema.VERSION)]])
    return write_book([*map(_bare, made), version])


def _bare(sheet: Any) -> Any:
    rows = [[cell and cell._replace(comment=None) for cell in row] for row in sheet.rows]
    return sheet._replace(rows=rows, validations=())


@pytest.fixture
def bill(workbook: Callable[..., Path]) -> Callable[..., Path]:
    """Return what writes a guided workbook from the compact text: ``bill(text, product={...})``."""

    def write(text: str, *, product: Row | None = None, **more: Any) -> Path:
        sheets = _parsed(text)
        return workbook(**{**sheets, "product": {**sheets.get("product", {}), **(product or {})}}, **more)

    return write


@pytest.fixture
def book() -> Callable[..., Book]:
    """Return what makes a `Book` of keys and cells, without a file: headers in row 1, columns in the schema's order.

    ``faults``: sheet -> what its `Sheet` has besides, such as ``{"BOM": {"errors": {"F2": "#N/A"}}}``.
    """

    def make(*, faults: Mapping[str, Mapping[str, Any]] | None = None, **sheets: Any) -> Book:
        found = [Sheet("pump.xlsx", "footprint", (("schema", "1.0"),))]
        for name, rows in _sheets(sheets).items():
            found.append(_grid(name, rows)._replace(**(faults or {}).get(name, {})))
        return Book("pump.xlsx", tuple(found), "0" * 64)

    return make


def _sheets(given: Mapping[str, Any]) -> dict[str, list[Row]]:
    """Return rows by sheet, their defaults filled in; sheets are named by English name or by a keyword."""
    known = {name.casefold().replace(" ", "_"): name for name in schema.sheets()}
    sheets = {known[key.casefold().replace(" ", "_")]: rows for key, rows in given.items()}
    rows = {name: [_completed(name, row) for row in sheets[name]] for name in DEFAULTS if name in sheets}
    rows.setdefault("BOM", [_completed("BOM", {"line": "L1", "name": "steel"})])
    product = {**PRODUCT, **sheets.get("Product", {})}
    product.setdefault("net_mass", _mass_kg(rows["BOM"], "") / float(product["bom_quantity"] or 1) or 1.0)
    return {**rows, "Product": [_field(key, value) for key, value in product.items() if value is not None]}


def _field(key: str, value: Any) -> Row:
    """Return a row of the Product sheet; a pair is a value and how far it may be off."""
    value, *said = value if isinstance(value, tuple | list) else (value,)
    return {"key": key, "value": value, **({"uncertainty": said[0]} if said else {})}


def _completed(sheet: str, row: Row) -> Row:
    if _is_comment(row):
        return row
    named = {"name": row["line"]} if "line" in row else {}
    return {**DEFAULTS[sheet], **named, **row}


def _is_comment(row: Row) -> bool:
    return str(next(iter(row.values()), "")).startswith("#")


def _mass_kg(bom: Sequence[Row], parent: str) -> float:
    """Return the mass [kg] of the parts of ``parent`` as far as it is known."""
    return sum(_line_kg(bom, row) for row in bom if row.get("parent", "") == parent and row.get("role") == "product")


def _line_kg(bom: Sequence[Row], row: Row) -> float:
    try:
        quantity = float(row["quantity"])
        if units.convertible(row["unit"], "kg"):
            return quantity * units.factor(row["unit"], "kg")
    except (ValueError, TypeError):
        return 0.0
    return quantity * (float(row["net_mass"]) if "net_mass" in row else _mass_kg(bom, row["line"]))


def _grid(name: str, rows: Sequence[Row]) -> Sheet:
    if name in {"Product", "Publication"}:
        keys = ("key", "value", "uncertainty")[: max(map(len, rows), default=2)]
        header = (("Field", "Value", "Uncertainty"),) if "uncertainty" in keys else ()
        return Sheet("pump.xlsx", name, (*header, *(tuple(_float(row.get(key)) for key in keys) for row in rows)))
    fields = [field.key for field in schema.fields(name)]
    keys = (*fields, *dict.fromkeys(key for row in rows for key in row if key not in fields))
    cells = (tuple(_float(row.get(key)) for key in keys) for row in rows)
    return Sheet("pump.xlsx", name, (keys, *cells))


def _float(cell: Any) -> Any:
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def _parsed(text: str) -> dict[str, Any]:
    """Return the sheets that a compact text tells."""
    sheet = "BOM"
    sheets: dict[str, Any] = {}
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        written = line.strip()
        if written.startswith("["):
            sheet = written.strip("[]")
        elif written and sheet == "Product":
            key, _, value = written.partition("=")
            sheets.setdefault("product", {})[key.strip()] = value.strip()
        elif written and sheet == "Publication":
            key, _, value = written.partition("=")
            sheets.setdefault(sheet, []).append({"key": key.strip(), "value": value.strip()})
        elif written:
            row = _parsed_row(sheet, written)
            if sheet == "BOM" and not _is_comment(row):
                _place(row, len(line) - len(line.lstrip()), above)
            sheets.setdefault(sheet, []).append(row)
    return sheets


def _place(row: dict[str, Any], depth: int, above: list[tuple[int, str]]) -> None:
    """Set the parent that the indentation tells."""
    while above and above[-1][0] >= depth:
        above.pop()
    if above and "parent" not in row:
        row["parent"] = above[-1][1]
    above.append((depth, row["line"]))


def _parsed_row(sheet: str, written: str) -> dict[str, Any]:
    """Return the cells of one row by key."""
    keys = iter(POSITIONS[sheet])
    row: dict[str, Any] = {}
    for part in (part.strip() for part in written.split("|")):
        if "=" in part:
            row |= {key.strip(): value.strip() for key, _, value in (item.partition("=") for item in part.split(","))}
            continue
        names = next(keys).split()
        row |= zip(names, part.split(maxsplit=1) if len(names) > 1 else [part], strict=False)
    return {key: value for key, value in row.items() if value}


@pytest.fixture(scope="session")
def whole_line() -> SimpleNamespace:
    """Return the small background and the whole line in memory (`tests/data/line.py`)."""
    return SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))


@pytest.fixture(scope="session")
def small(whole_line: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the small background: copy it to change it."""
    return Path(whole_line.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture(scope="session")
def background(whole_line: SimpleNamespace, small: Path) -> Any:
    """Return the small background, opened."""
    return whole_line.opened(small)


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a test a home of its own; for a whole module: ``pytestmark = pytest.mark.usefixtures("own_home")``."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


@pytest.fixture
def run(bill: Callable[..., Path], whole_line: SimpleNamespace, background: Any) -> Callable[..., Any]:
    """Return what calculates a compact text: ``run(text, pcr, net_mass=2)``."""
    from footprint.tables.read import read

    def calculate(text: str, pcr: Any = None, **product: object) -> Any:
        path = bill(text, product=whole_line.plain_product(**product))
        return whole_line.run(read(path), background, pcr or whole_line.rules())

    return calculate


@pytest.fixture
def document(bill: Callable[..., Path], background: Any) -> Callable[..., Any]:
    """Return what declares a compact text under the rules for arithmetic with ``checks`` and a permitted cut-off."""
    under = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "permitted.py")))
    return lambda text, *checks, **more: under.declared(
        bill(text, product=under.LINE.plain_product()), background, *checks, **more
    )


@pytest.fixture
def taken(tmp_path: Path) -> Callable[..., Any]:
    """Return what imports the text of a list: ``taken(text, {"mass_of": "unit"}, product="P", structure="flat")``."""
    import datetime as dt

    from footprint.layouts.bill import imported
    from footprint.layouts.naming.layout import Layout, stated
    from footprint.tables.read import read

    def take(text: str, given: Mapping[str, str] | None = None, product: str = "", **constants: str) -> Any:
        path = tmp_path / "bom.csv"
        path.write_text(text, encoding="utf-8")
        said = {key: value for key, value in {**(given or {}), **constants}.items() if value}
        return imported([read(path)], stated(said, Layout()), dt.date(2026, 1, 1), product)

    return take
