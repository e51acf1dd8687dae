"""Headers as people change them: a unit in a header counts, a renamed sheet or column does not lose its numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from footprint.intake import read, schema
from footprint.intake.find import CANDIDATES
from footprint.messages import message
from footprint.model.sheets import Book, Cell, Sheet

Make = Callable[..., Book]
LEG = {"applies_to": "product", "vehicle": "truck", "km": 100}


def line(id_: str = "L1", **cells: Any) -> dict[str, Any]:
    return {"line": id_, **cells}


def with_header(made: Book, sheet: str, key: str, header: Cell) -> Book:
    """Return the book with one cell of ``sheet``, the ``key``, written otherwise."""
    return made._replace(sheets=tuple(
        s._replace(rows=tuple(tuple(header if cell == key else cell for cell in row) for row in s.rows))
        if s.name == sheet else s
        for s in made.sheets
    ))  # fmt: skip


def told(made: Book) -> list[str]:
    """Return the problems as sentences; each is told in Chinese too."""
    problems = read.examine(made).problems
    for found in problems:
        said = found.text("zh")
        assert re.search(r"[\u4e00-\u9fff]", said)
        assert "{" not in said
    return [str(found) for found in problems]


@pytest.mark.parametrize(
    ("header", "written"),
    [
        ("Distance [mile]", "mile"),
        ("Distance (miles) *", "miles"),
        ("距离（英里）", "英里"),
        ("距离【m】", "m"),
        ("Distance ［ＭＩＬＥ］", "MILE"),
        ("Distance/mile", "mile"),
        ("Distance / mile *\n距离", "mile"),
        ("Distance, m", "m"),
        ("Distance (one way, in m)", "m"),
        ("距离（单位：米/趟）", "米/趟"),
    ],
)
def test_a_distance_in_another_unit_is_never_read_as_kilometres(book: Make, header: str, written: str) -> None:
    """A unit in a header, however it is set off, is not ignored: 100 under 'mile' are not 100 km."""
    made = with_header(book(transport=[LEG]), "Transport", "km", header)
    (said,) = told(made)
    assert said == (
        f"pump.xlsx:Transport!D1: the header says '{written}', but 'Distance' is given in km. Convert the numbers to "
        "km, and write [km] in the header. [header-unit]"
    )


@pytest.mark.parametrize(
    "header",
    ["Net mass per unit [g]", "单位净质量（g）", "Net mass per unit (g/item)", "Net mass per unit / g",
     "Net mass per unit [ton]", "单位净质量(克/件)"],
)  # fmt: skip
def test_a_mass_in_another_unit_is_never_read_as_kilograms(book: Make, header: str) -> None:
    """250 under 'g' are not 250 kg, and a ton, which may be any of three, is none of them."""
    made = with_header(book(bom=[line(unit="item", net_mass=250)]), "BOM", "net_mass", header)
    (said,) = told(made)
    assert said.startswith("pump.xlsx:BOM!H1: the header says ")
    assert said.endswith("Convert the numbers to kg, and write [kg] in the header. [header-unit]")


def test_electricity_in_megawatt_hours_is_never_read_as_kilowatt_hours(book: Make) -> None:
    """5 under 'MWh' are not 5 kWh."""
    made = with_header(book(electricity=[{"supply": "E1", "kwh": 5}]), "Electricity", "kwh", "Electricity [MWh]")
    (said,) = told(made)
    assert said == (
        "pump.xlsx:Electricity!D1: the header says 'MWh', but 'Electricity' is given in kWh. Convert the numbers to "
        "kWh, and write [kWh] in the header. [header-unit]"
    )


@pytest.mark.parametrize("header", ["Net mass of one item [g]", "单件净质量（g）", "Net mass of one item / g *"])
def test_a_product_field_in_another_unit_is_never_read_in_its_own(book: Make, header: str) -> None:
    """A unit in the name of a field counts as one in a header does."""
    made = with_header(book(product={"net_mass": 250}), "Product", "net_mass", header)
    (said,) = told(made)
    assert said == (
        "pump.xlsx:Product!A17: the header says 'g', but 'Net mass of one item' is given in kg. Convert the numbers "
        "to kg, and write [kg] in the header. [header-unit]"
    )


@pytest.mark.parametrize("header", ["Loss rate (%)", "损耗率(%)", "损耗率（％）", "Loss rate [per cent]", "损耗率/%"])
def test_a_share_in_per_cent_is_never_read_as_a_fraction(book: Make, header: str) -> None:
    """0.5 under '%' is half a per cent to whoever wrote it, and 50 % to the reader: it is refused."""
    made = book(bom=[line(loss=0.5, loss_to="waste")], product={"loss_formula": "multiply"})
    (said,) = told(with_header(made, "BOM", "loss", header))
    sign = "per cent" if "cent" in header else "%"
    assert said == (
        f"pump.xlsx:BOM!I1: the header says '{sign}', but 'Loss rate' is a fraction. Enter 0.03, or 3% in a cell "
        f"formatted as per cent, and take '{sign}' out of the header. [header-share]"
    )


def test_a_unit_over_a_unit_column_has_to_agree_with_it(book: Make) -> None:
    """The unit column counts; a header that says otherwise than a row is refused, one that agrees is read."""
    made = book(bom=[line("L1", unit="g"), line("L2", unit="kg")], product={"net_mass": 1})
    (said,) = told(with_header(made, "BOM", "quantity", "Quantity [g]"))
    assert said == (
        "pump.xlsx:BOM!F1: the header says 'g', but the amount in F3 is in 'kg'. Correct the unit column, which "
        "counts, and take 'g' out of the header. [header-unit-row]"
    )
    made = book(bom=[line("L1", unit="g"), line("L2", unit="克")], product={"net_mass": 1})
    assert told(with_header(made, "BOM", "quantity", "用量（g）")) == []


def test_every_number_of_the_workbook_refuses_a_foreign_unit_in_its_header(book: Make) -> None:
    """No field that has a unit, and no share, is read under a header that names another one."""
    read_in = (name for name in schema.sheets() if name != CANDIDATES)
    bound = [f for name in read_in for f in schema.fields(name) if f.unit or f.type == "share"]
    assert len(bound) == 29
    for field in bound:
        sheet = field.sheet.casefold().replace(" ", "_")
        row: dict[str, object] = {"key": field.key, "value": 1} if field.sheet == "Publication" else {field.key: 1}
        rows = row if field.sheet == "Product" else [row]
        made = with_header(book(**{sheet: rows}), field.sheet, field.key, f"{field.en} [Nm3]")
        assert any("Nm3" in said for said in told(made)), field


def test_an_unread_column_names_the_missing_one_it_may_mean(book: Make) -> None:
    """'Recycled content' is not read as 'Recycled share', and the notice asks whether it was meant."""
    made = with_header(book(), "BOM", "recycled_share", "Recycled content")
    (notice,) = [n for n in read.examine(made).notices if n.code == "column-unknown"]
    said = {lang: message(notice.code, lang, **notice.facts) for lang in ("en", "zh")}
    assert said["en"] == (
        "column 'Recycled content' is not part of the template and was not read. Did you mean 'Recycled share'?"
    )
    assert said["zh"] == "列“Recycled content”不属于模板，未读取。是否应为 '再生料比例'？"
    (far,) = [n for n in read.examine(book(bom=[line(colour="red")])).notices if n.code == "column-unknown"]
    assert message(far.code, "en", **far.facts).endswith("was not read.")


# ---------------------------------------------------------------- sheets


def renamed(made: Book, old: str, new: str) -> Book:
    return made._replace(sheets=tuple(s._replace(name=new) if s.name == old else s for s in made.sheets))


FILLED: dict[str, list[dict[str, Any]]] = {
    "Processes": [{"process": "p", "direction": "product", "flow": "PUMP", "amount": 1, "unit": "item"}],
    "Electricity": [{"supply": "E1"}],
    "Transport": [LEG],
    "Parameters": [{"name": "p", "value": 1}],
    "Factors": [{"code": "part-of-mine", "total": 1}],
    "Use": [{"flow": "water", "amount": 1, "unit": "kg"}],
    "End of life": [{"part": "product", "share": 1}],
    "Evidence": [{"id": "D1"}],
    "BOM": [line()],
}


@pytest.mark.parametrize("name", FILLED)
def test_a_renamed_sheet_is_an_error_and_its_rows_are_not_lost(book: Make, name: str) -> None:
    """A tab under another name is known by its headers, and whoever renamed it is told its name."""
    made = book(**{name.casefold().replace(" ", "_"): FILLED[name]})
    for lang in ("en", "zh"):
        headers = {field.key: field.title(lang) for field in schema.fields(name)}
        sheets = tuple(
            s._replace(name="Tabelle 1", rows=(tuple(headers[str(k)] for k in s.rows[0]), *s.rows[1:]))
            if s.name == name else s for s in made.sheets
        )  # fmt: skip
        (said,) = told(made._replace(sheets=sheets))
        assert said == (
            f"pump.xlsx:Tabelle 1: sheet 'Tabelle 1' has the headers of '{name}', but is not read under this name. "
            f"Rename it to '{name}', or delete it. [sheet-renamed]"
        )


@pytest.mark.parametrize(("name", "new"), [("Processes", "Proc"), ("End of life", "EoL")])
def test_three_headers_tell_a_sheet(book: Make, name: str, new: str) -> None:
    """A renamed sheet from which columns were taken is still one of ours."""
    made = renamed(book(**{name.casefold().replace(" ", "_"): FILLED[name]}), name, new)
    made = made._replace(sheets=tuple(
        s._replace(rows=tuple((*row[:2], row[4], *row[2:3]) for row in s.rows)) if s.name == new else s
        for s in made.sheets
    ))  # fmt: skip
    (said,) = told(made)
    assert "[sheet-renamed]" in said


def test_a_copy_of_a_sheet_is_an_error(book: Make) -> None:
    """Nobody guesses whether the rows of 'Processes 2' count besides those of 'Processes'."""
    made = book(processes=FILLED["Processes"])
    copy = next(s._replace(name="Processes 2") for s in made.sheets if s.name == "Processes")
    (said,) = told(made._replace(sheets=(*made.sheets, copy)))
    assert said == (
        "pump.xlsx:Processes 2: sheet 'Processes 2' has the headers of 'Processes', but only the sheet 'Processes' is "
        "read. Move its rows there, or delete it. [sheet-copied]"
    )


def test_a_sheet_of_ones_own_stays_a_notice(book: Make) -> None:
    """Names and units alone, a few headers beside the sheet they are from, or no rows but comments lose nothing."""
    header = ("process", "stage", "direction", "flow")
    own: dict[str, tuple[tuple[Cell, ...], ...]] = {
        "Prices": (("Name", "Value", "Unit", "Note"), ("steel", 1.0, "CNY/kg", "")),
        "ERP": (("name", "quantity", "unit", "supplier"), ("steel", 1.0, "kg", "A")),
        "Old": (header, ("# none", "", "", "")),
    }
    made = book()
    sheets = [Sheet("pump.xlsx", name, rows) for name, rows in own.items()]
    reading = read.examine(made._replace(sheets=(*made.sheets, *sheets)))
    assert reading.problems == ()
    assert [n.place.sheet for n in reading.notices if n.code == "sheet-unknown"] == list(own)
