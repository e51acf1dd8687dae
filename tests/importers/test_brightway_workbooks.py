"""Brightway's workbooks: what its own importer drops, halves or multiplies is told, or counted right."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint.errors import DatabaseError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "brightway.py")))
CO2, HEADER, MADE, STEEL, SUPPLY = OF.CO2, OF.HEADER, OF.MADE, OF.STEEL, OF.SUPPLY
block, said, scores, taken, widget, written = OF.block, OF.said, OF.scores, OF.taken, OF.widget, OF.written
PREMISE = Path(__file__).parents[3] / "shared" / "data" / "premise-inventories"
LARGE = 200_000


def test_a_plain_workbook_is_its_sum(tmp_path: Path) -> None:
    """2 kg of steel at 1.8 and 0.5 of its own."""
    assert widget(tmp_path, MADE, STEEL, CO2) == pytest.approx(4.1)


@pytest.mark.parametrize("kind", ["Technosphere", " technosphere ", "TECHNOSPHERE"])
def test_types_are_known_in_any_case(tmp_path: Path, kind: str) -> None:
    """Brightway drops them without a word."""
    assert widget(tmp_path, MADE, (*STEEL[:6], kind), CO2) == pytest.approx(4.1)


@pytest.mark.parametrize("kind", ["technospere", "input", ""])
def test_a_type_that_is_none_is_told_with_its_cell(tmp_path: Path, kind: str) -> None:
    """The row would be lost."""
    told = said(tmp_path, MADE, (*STEEL[:6], kind), CO2)
    assert told.startswith(f"fg.xlsx:lci!C19: the type '{kind}' is none that an exchange can have")


@pytest.mark.parametrize("amount", [True, "two", "2 kg", "2,5", "1,000", "5%", "n/a", "-", None, "NaN", "inf", "1_0"])
def test_an_amount_that_is_no_number_is_told_with_its_cell(tmp_path: Path, amount: object) -> None:
    """A truth value is not 1, and a comma is not guessed at."""
    told = said(tmp_path, MADE, (*STEEL[:2], amount, *STEEL[3:]), CO2)
    assert told.startswith("fg.xlsx:lci!C19: ")
    assert "[inventory-number]" in told


def test_text_that_is_a_number_counts(tmp_path: Path) -> None:
    """As Brightway takes it."""
    assert widget(tmp_path, MADE, (*STEEL[:2], "2", *STEEL[3:])) == pytest.approx(3.6)


def test_grams_are_not_kilograms(tmp_path: Path) -> None:
    """Brightway converts no unit; here 2000 g are 2 kg, and 2 kWh of steel lead nowhere."""
    assert widget(tmp_path, MADE, (*STEEL[:2], 2000.0, "gram", *STEEL[4:])) == pytest.approx(3.6)
    assert "is consumed in kilowatt hour" in said(tmp_path, MADE, (*STEEL[:3], "kilowatt hour", *STEEL[4:]))


@pytest.mark.parametrize(("unit", "one", "other", "amount"), [
    ("ton", "ton", "kilogram", 500.0), ("kilogram", "kilogram", "ton", 0.0005), ("ton", "", "kilogram", 500.0),
    ("ton kilometer", "ton kilometer", "kilogram kilometer", 500.0),
])  # fmt: skip
def test_a_ton_of_brightway_is_a_thousand_kilograms(
    tmp_path: Path, unit: str, one: str, other: str, amount: float
) -> None:
    """Its importers write every t so; half of what causes 1800 kg."""
    made = ("steel", "steel", 1.0, one, "CN", "", "production")
    gas = ("Carbon dioxide, fossil", "", 1800.0, "kilogram", "", "air", "biosphere")
    used = ("steel", "steel", amount, other, "CN", "", "technosphere")
    rows = [*block("steel", unit, made, gas), *block("widget", "unit", MADE, used)]
    assert scores(taken(written(tmp_path, rows)))["widget"] == pytest.approx(900)


def test_a_gas_in_tons_counts(tmp_path: Path) -> None:
    """A ton of CO2 is 1000 kg."""
    assert widget(tmp_path, MADE, (*CO2[:2], 0.5, "ton", *CO2[4:])) == pytest.approx(500)


def test_a_production_stated_twice_is_told(tmp_path: Path) -> None:
    """Two rows would halve the result."""
    assert "'widget' states its production twice" in said(tmp_path, MADE, MADE, STEEL)


def test_a_production_of_five_shares_by_five_and_none_is_one(tmp_path: Path) -> None:
    """The amount of the product, not the row, is what inputs belong to."""
    assert widget(tmp_path, (*MADE[:2], 5.0, *MADE[3:]), STEEL) == pytest.approx(3.6 / 5)
    assert widget(tmp_path, STEEL) == pytest.approx(3.6)


def test_a_row_twice_counts_twice_and_is_told(tmp_path: Path) -> None:
    """It may be meant; whoever reads decides."""
    read = taken(written(tmp_path, [*SUPPLY, *block("widget", "unit", MADE, STEEL, STEEL)]))
    assert scores(read)["widget"] == pytest.approx(7.2)
    assert [str(n.place) for n in read.notices if n.code == "brightway-twice"] == ["fg.xlsx:lci!C20"]


@pytest.mark.parametrize("name", ["amount", "type"])
def test_a_column_that_is_missing_is_told(tmp_path: Path, name: str) -> None:
    """Where the header is, and which."""
    header = [f"{column}s" if column == name else column for column in HEADER]
    assert f"fg.xlsx:lci!A17: the exchanges have no column '{name}'" in said(tmp_path, MADE, STEEL, header=header)


def test_columns_may_stand_in_any_order_and_case(tmp_path: Path) -> None:
    """107 header rows are known of one collection alone."""
    order = [6, 2, 0, 4, 3, 1, 5]
    rows = [[row[at] for at in order] for row in (MADE, STEEL, CO2)]
    assert widget(tmp_path, *rows, header=[HEADER[at].title() for at in order]) == pytest.approx(4.1)


def test_an_input_nobody_makes_is_named_once_with_its_uses(tmp_path: Path) -> None:
    """Not dropped, whatever advice says; allowed, it is a gap."""
    path = written(tmp_path, [*SUPPLY, *block("widget", "unit", MADE, ("gold", "gold", *STEEL[2:]), STEEL)])
    with pytest.raises(DatabaseError, match=r"fg\.xlsx:lci!C19: no dataset makes 'gold' \(kilogram, CN\)"):
        taken(path)
    read = taken(path, allow_unlinked=True)
    assert scores(read)["widget"] == pytest.approx(3.6)
    assert [row["name_en"] for row in read.source.activities if row["kind"] == "gap"] == ["gold"]


def test_substitution_is_avoided(tmp_path: Path) -> None:
    """What is replaced is taken off."""
    assert widget(tmp_path, MADE, CO2, (*STEEL[:6], "substitution")) == pytest.approx(0.5 - 3.6)


@pytest.mark.parametrize(
    ("kind", "scale", "gsd"), [(2, 0.1, 1.1051709180756477), (2, None, None), (2, True, None), (99, 0.1, None)]
)
def test_an_uncertainty_nobody_could_draw_from_is_told(
    tmp_path: Path, kind: int, scale: float | None, gsd: float | None
) -> None:
    """A lognormal keeps its sigma; without one, or of no known shape, it is left out and told."""
    read = taken(written(tmp_path, [*SUPPLY, *block("widget", "unit", MADE, (*STEEL, kind, scale))]))
    row = next(row for row in read.source.exchanges if row["direction"] == "input")
    assert (float(row["gsd"]) if row["gsd"] else None) == (pytest.approx(gsd) if gsd else None)
    assert ("brightway-uncertainty" in [n.code for n in read.notices]) == (gsd is None)


def test_sheets_that_begin_with_skip_are_left_out_and_told(tmp_path: Path) -> None:
    """As Brightway does, but said."""
    path = written(tmp_path, SUPPLY)
    from openpyxl import load_workbook

    book = load_workbook(path)
    page = book.create_sheet("notes")
    page.append(["skip"])
    page.append(["Activity", "secret"])
    book.save(path)
    assert [n.code for n in taken(path).notices] == ["brightway-sheet"]


@pytest.mark.skipif(not PREMISE.is_dir(), reason="the collection of inventories is not here")
@pytest.mark.parametrize("path", [
    pytest.param(path, id=path.stem, marks=[pytest.mark.slow] * (path.stat().st_size > LARGE))
    for path in sorted(PREMISE.glob("*.xlsx"))
])  # fmt: skip
def test_inventories_of_the_collection_are_read(path: Path) -> None:
    """Every activity becomes a dataset or is told; what comes from elsewhere is a gap with a name."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(path))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    kept = [rows for rows in sheets if rows and str(rows[0][0]).strip().casefold() != "skip"]
    activities = sum(str(row[0]).strip().casefold() == "activity" for rows in kept for row in rows)
    read = taken(path, allow_unlinked=True)
    left_out = sum(n.code in {"inventory-twice", "inventory-no-product"} for n in read.notices)
    assert read.counts["processes"] == activities
    assert read.counts["datasets"] + left_out == activities


def test_an_input_in_capitals_is_that_of_its_code(tmp_path: Path) -> None:
    """A UUID is the same however it is written; the name of the input is another one."""
    code = "0a0b0c0d-0000-4000-8000-0a0b0c0d0e0f"
    header = (*HEADER, "input")
    supply = [SUPPLY[0], ("code", code), *SUPPLY[1:]]
    iron = ("iron", "", 2.0, "kilogram", "", "", "technosphere", None, None, f"fg::{code.upper()}")
    rows = (*MADE, None, None, ""), iron
    read = taken(written(tmp_path, [*supply, *block("widget", "unit", *rows, header=header)]))
    assert scores(read)["widget"] == pytest.approx(3.6)


def test_who_uses_an_activity_without_exchanges_is_told_that_it_is_empty(tmp_path: Path) -> None:
    """Not that nothing makes it; where nobody uses it nothing is lost but that is told, too."""
    empty = [("Activity", "steel"), ("reference product", "steel"), ("location", "CN"), ("unit", "kilogram"), (None,)]
    path = OF.written(tmp_path, [*empty, *OF.block("widget", "unit", OF.MADE, OF.STEEL)])
    with pytest.raises(DatabaseError, match=r"fg.xlsx:lci!A3: 'steel' holds no exchange at all"):
        OF.taken(path)
    read = OF.taken(path, allow_unlinked=True)
    assert [(row["name_en"], row["note"]) for row in read.source.activities if row["kind"] == "gap"] == [
        ("steel", "inventory-empty")
    ]
    alone = OF.taken(OF.written(tmp_path, [*empty, *OF.block("widget", "unit", OF.MADE, OF.CO2)]))
    assert [notice.code for notice in alone.notices] == ["inventory-empty"]
