"""Reading a guided workbook: what is written in whatever order and language becomes one bill; nothing disappears."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from footprint.intake import read, schema
from footprint.intake.applies import applies_to
from footprint.model.bill import Bill
from footprint.model.fields import Field
from footprint.model.sheets import Book
from footprint.tables.read import read as read_book
from footprint.tables.typed.cells import items

Make = Callable[..., Book]


def line(id_: str = "L1", **cells: Any) -> dict[str, Any]:
    return {"line": id_, **cells}


def taken(made: Book) -> Bill:
    return read.read(made)


# ---------------------------------------------------------------- where things stand


# ---------------------------------------------------------------- where things stand


def headed(make: Make, write: Callable[[Field], str], *, shuffle: int = 0, above: int = 0) -> Book:
    """Return a book whose BOM has its headers written by ``write``, in another order, below other rows."""
    made = make(bom=[line(loss=0.03, loss_to="recycling", dataset="steel-cn")], product={"loss_formula": "multiply"})
    bom = next(sheet for sheet in made.sheets if sheet.name == "BOM")
    fields = schema.fields("BOM")
    order = random.Random(shuffle).sample(range(len(fields)), len(fields)) if shuffle else list(range(len(fields)))
    header = tuple(write(fields[i]) for i in order)
    rows = (*((("Bill of materials",),) * above), header, tuple(bom.rows[1][i] for i in order))
    return made._replace(sheets=tuple(s._replace(rows=rows) if s is bom else s for s in made.sheets))


HEADERS: list[Callable[[Field], str]] = [
    lambda f: f.key,
    lambda f: f.en,
    lambda f: f.zh,
    lambda f: f.en.upper() + " *",
    lambda f: f"{f.en}\n{f.zh}",
    lambda f: f"{f.zh} {f.en}",
    lambda f: f"{f.zh}（必填，max） (1) *",
    lambda f: f"  {f.en} [{f.unit or '-'}]\n{f.zh} *  ",
    lambda f: f"{f.zh}（单位：{f.unit or '自填'}/件）*",
    lambda f: f"{f.en} (in {f.unit})" if f.unit else f"{f.en} (kg/kg)",
    lambda f: f"{f.zh}/{f.unit} *" if f.unit else f"{f.zh} / {f.en}",
    lambda f: "".join(chr(ord(ch) + 0xFEE0) if "!" <= ch <= "~" else ch for ch in f.en),
]


@pytest.mark.parametrize("write", HEADERS)
@pytest.mark.parametrize(("shuffle", "above"), [(0, 0), (1, 3), (2, 19)])
def test_headers_are_found_in_any_spelling_order_and_row(
    book: Make, write: Callable[[Field], str], shuffle: int, above: int
) -> None:
    """Key, English, Chinese or both; any case, width, star or unit; any order; within the first twenty rows."""
    (found,) = taken(headed(book, write, shuffle=shuffle, above=above)).bom
    assert (found.id, found.loss, found.loss_to, found.dataset) == ("L1", 0.03, "recycling", "steel-cn")


def test_no_header_means_two_fields() -> None:
    """No spelling of a header is shared by two fields of a sheet."""
    from footprint.tables.typed.names import spellings

    for sheet in schema.sheets():
        names = [name for field in schema.fields(sheet) for name in set(spellings(field))]
        assert len(names) == len(set(names)), sheet


@pytest.mark.parametrize("name", ["bom", "物料清单", "BOM 物料清单", "物料清单 (BOM)", "ＢＯＭ"])
def test_sheets_are_found_by_either_name(book: Make, name: str) -> None:
    """A sheet is known by its English name, its Chinese name or both, and errors name it as the file does."""
    made = book()
    renamed = made._replace(sheets=tuple(s._replace(name=name) if s.name == "BOM" else s for s in made.sheets))
    assert taken(renamed).bom[0].quantity.place.address == f"{name}!F2"


def test_the_pcr_is_told_before_anything_else_is_right(book: Make) -> None:
    """The PCR can be read of a workbook that is full of errors, and of one that names none."""
    assert read.pcr_id(book(product={"net_mass": "heavy"}, bom=[line(unit="kgs")])) == "battery-eu-2023-1542"
    assert read.pcr_id(book(product={"pcr": None})) is None
    assert read.pcr_id(Book("x.xlsx", (), "0" * 64)) is None


def test_fields_of_a_pcr_are_read_by_their_own_type(book: Make) -> None:
    """A PCR's product field is typed, required and told of like any other."""
    extra = [Field("Product", "gross_kwh", "Gross capacity", "标称总容量", "positive", "kWh", required=True)]
    assert read.read(book(product={"gross_kwh": 60}), extra).product.number("gross_kwh") == 60
    (missing,) = read.examine(book(product={"gross_kwh": None}), extra).problems
    assert str(missing) == (
        "pump.xlsx:Product: field 'Gross capacity' is missing. Add a row with this name and its value. [field-missing]"
    )


def test_a_field_of_a_pcr_may_stand_in_place_of_one_of_the_template(book: Make) -> None:
    """A PCR can close a list that the template leaves open."""
    extra = [Field("Product", "boundary", "System boundary", "系统边界", "choice", choices="cradle-to-gate=摇篮到大门")]
    assert read.read(book(product={"boundary": "摇篮到大门"}), extra).product.text("boundary") == "cradle-to-gate"
    (refused,) = read.examine(book(product={"boundary": "gate"}), extra).problems
    assert refused.code == "choice-unknown"


# ---------------------------------------------------------------- structure


LEVELS = [
    [1.0, 2.0, 3.0, 2.0, 1.0],
    ["1", "2", "3", "2", "1"],
    [".1", "..2", "...3", "..2", ".1"],
    ["1", "1.1", "1.1.1", "1.10", "2"],
    [1.0, "1.1", "1.1.1.", "1.10", 2.0],
]


@pytest.mark.parametrize("levels", LEVELS)
def test_levels_tell_the_same_structure_as_parents(book: Make, levels: list[Any]) -> None:
    """Level numbers, indented levels and dotted levels give the parents that parent ids would."""
    ids = "ABCDE"
    by_level = taken(book(bom=[line(i, level=level) for i, level in zip(ids, levels, strict=True)])).bom
    by_parent = taken(book(bom=[line(i, parent=p) for i, p in zip(ids, ["", "A", "B", "A", None], strict=True)])).bom
    assert [e.parent for e in by_level] == [e.parent for e in by_parent] == ["", "A", "B", "A", ""]


def test_dotted_levels_do_not_depend_on_the_order_of_rows(book: Make) -> None:
    """1.10 is the tenth part of 1 wherever it stands, and is not 1.1."""
    levels = {"A": "1", "B": "1.1", "C": "1.10", "D": "1.10.1"}
    rows = [line(i, level=levels[i]) for i in "DCBA"]
    assert {e.id: e.parent for e in taken(book(bom=rows)).bom} == {"A": "", "B": "A", "C": "A", "D": "C"}


@pytest.mark.parametrize("parent", ["PUMP", "product", "产品", "", None])
def test_parts_of_the_product_may_name_it(book: Make, parent: str | None) -> None:
    """The product's id, the word or nothing: a part of the product itself."""
    assert taken(book(bom=[line("L1", parent=parent)])).bom[0].parent == ""


def test_numbers_are_ids_as_they_are_seen(book: Make) -> None:
    """A line called 10 is the parent that another names, be either a number, a text or full-width."""
    rows = [line(10), line("11", parent="10"), line("12", parent=10), line("13", parent="１０")]
    assert [e.parent for e in taken(book(bom=rows)).bom] == ["", "10", "10", "10"]


# ---------------------------------------------------------------- amounts


def test_an_amount_remembers_every_factor_and_its_cell(book: Make) -> None:
    """Quantity x parameter x supplier share, each with the cell it stands in."""
    bolts = {"name": "bolt", "quantity": 2, "parameter": "scrap"}
    rows = [line("L1", supplier_share=0.25, **bolts), line("L2", supplier_share=0.75, **bolts)]
    bill = taken(book(bom=rows, parameters=[{"name": "scrap", "value": 1.1}]))
    amount = bill.bom[0].quantity
    assert amount.place.address == "BOM!F2"
    assert [(s.what, s.factor, s.place.address) for s in amount.steps] == [
        ("parameter", 1.1, "Parameters!B2"),
        ("supplier share", 0.25, "BOM!O2"),
    ]
    assert amount.value == pytest.approx(2 * 1.1 * 0.25, rel=1e-12)
    assert bill.bom[0].supplier_share == 0.25


def test_a_facility_total_is_shared_out(book: Make) -> None:
    """The share of a facility total is a step of the amount; a share beside an amount per output is not applied."""
    rows = [
        {"process": "w", "direction": "product", "flow": "PUMP", "amount": 1, "unit": "item"},
        {"process": "w", "direction": "input", "flow": "heat", "amount": 100, "unit": "MJ", "covers": "全厂合计",
         "sharing_key": "area", "share": 0.3},
        {"process": "w", "direction": "input", "flow": "heat", "amount": 7, "unit": "MJ", "share": 0.3},
    ]  # fmt: skip
    amounts = [row.amount for row in taken(book(processes=rows)).processes]
    assert [a.value for a in amounts] == [1, 30, 7]
    assert [(s.what, s.place.address) for s in amounts[1].steps] == [("share", "Processes!K3")]


@pytest.mark.parametrize(("unit", "becomes"), [("", "item"), ("-", "item"), ("kg/item", "kg"), ("kg/kg", "item")])
def test_a_parameter_is_pure_or_turns_one_unit_into_another(book: Make, unit: str, becomes: str) -> None:
    """3 item x 2 = 6 item; 3 item x 2 kg/item = 6 kg."""
    parameter = {"name": "p", "value": 2, "unit": unit}
    made = book(bom=[line(quantity=3, unit="item", parameter="p")], parameters=[parameter])
    amount = taken(made).bom[0].quantity
    assert (amount.value, amount.unit) == (6, becomes)


def test_places_lead_to_each_filled_cell(book: Make) -> None:
    """Whatever explains a number can point at the cells that made it."""
    (found,) = taken(book(bom=[line(loss=0.1, dataset="steel")], product={"loss_formula": "multiply"})).bom
    assert {key: place.cell for key, place in found.places.items()} == {
        "line": "A2", "name": "D2", "role": "E2", "quantity": "F2", "unit": "G2", "loss": "I2", "dataset": "P2",
        "basis": "Q2",
    }  # fmt: skip


def test_choices_are_read_in_either_language(book: Make) -> None:
    """Key, English and Chinese caption mean the same choice; open lists let other texts through."""
    for role in ("sales_packaging", "Sales packaging", "销售包装", "SALES-PACKAGING"):
        assert taken(book(bom=[line(role=role)])).bom[0].role == "sales_packaging"
    for outlet, read_as in (("Evaporated", "evaporated"), ("挥发", "evaporated"), ("waste-water-cn", "waste-water-cn")):
        assert taken(book(bom=[line(destination=outlet)])).bom[0].destination == read_as


@pytest.mark.parametrize("written", ["CN", "cn", "ＣＮ", "中国"])
def test_a_country_is_its_code(book: Make, written: str) -> None:
    """The grid is looked up by ISO code, however the country is written."""
    assert taken(book(product={"country": written})).product.text("country") == "CN"


def test_dates_and_periods_are_read_as_written(book: Make) -> None:
    """A date cell and an ISO text are one date; a period may be a year in a number cell."""
    midnight = dt.datetime(2024, 12, 31)  # noqa: DTZ001  cells know no zone
    written = (2024, "2024-03", "2024年3月", dt.date(2024, 3, 1), "2024-01-01/2024-12-31")
    bill = taken(
        book(
            product={"period_start": dt.date(2024, 1, 1), "period_end": midnight},
            electricity=[{"supply": f"E{i}", "period": period} for i, period in enumerate(written)],
        )
    )
    assert bill.product.date("period_start") == dt.date(2024, 1, 1)
    assert bill.product.date("period_end") == dt.date(2024, 12, 31)
    read_as = ["2024", "2024-03", "2024-03", "2024-03-01", "2024-01-01/2024-12-31"]
    assert [row.period for row in bill.electricity] == read_as


def test_missing_is_not_zero(book: Make) -> None:
    """An empty optional number is unknown; a zero is a zero."""
    bill = taken(book(bom=[line("L1"), line("L2", recycled_share=0)], product={"fossil_carbon": 0}))
    assert [e.recycled_share for e in bill.bom] == [None, 0.0]
    assert (bill.product.number("fossil_carbon"), bill.product.number("biogenic_carbon")) == (0.0, None)
    assert bill.bom[0].unit_mass is None


@pytest.mark.parametrize(
    ("written", "named", "excepted"),
    [
        ("L1；L2, L3", ("L1", "L2", "L3"), ()),
        ("all inbound", ("all inbound",), ()),
        ("全部进料", ("all inbound",), ()),
        ("All inbound except L1; L2", ("all inbound",), ("L1", "L2")),
        ("全部进料，除 L1；L2", ("all inbound",), ("L1", "L2")),
        ("产品", ("product",), ()),
        ("Waste", ("waste",), ()),
    ],
)
def test_what_a_leg_carries(written: str, named: tuple[str, ...], excepted: tuple[str, ...]) -> None:
    """Line ids, everything inbound, everything but some, the product, the waste, in either language."""
    assert applies_to(items(written)) == (named, excepted)


def test_a_leg_carries_a_calculated_or_a_stated_mass(book: Make) -> None:
    """Auto leaves the mass to be calculated; a number is a mass in kg."""
    legs = [{"applies_to": "product", "vehicle": "truck", "km": 5, "mass": mass} for mass in ("自动", 12)]
    auto, stated = (row.mass for row in taken(book(transport=legs)).transport)
    assert auto is None
    assert stated is not None
    assert (stated.value, stated.unit, stated.place.address) == (12, "kg", "Transport!E3")


# ---------------------------------------------------------------- from a file


def test_a_bill_comes_out_of_a_file_as_it_went_in(bill: Callable[..., Path]) -> None:
    """The compact text, written as a real workbook and read again, is the bill it tells."""
    path = bill(
        """
        # an example
        cell   | Battery cell | 10 item  | net_mass=1.5
          foil | Copper foil  | 120 g    | copper-foil | loss=0.03, loss_to=recycling
        film   | Film         | 0.1 kg   | role=sales packaging
        [Processes]
        winding | product | cell        | 1 item
        winding | input   | electricity | 2 kWh | supply=E1
        [Electricity]
        E1 | grid | 20
        [End of life]
        product | recycling | 90%
        product | landfill  | 10%
        [Product]
        loss_formula = multiply
        """
    )
    read_in = read.read(read_book(path))
    assert [(e.id, e.parent, e.quantity.value, e.quantity.unit, e.dataset) for e in read_in.bom] == [
        ("cell", "", 10, "item", ""), ("foil", "cell", 120, "g", "copper-foil"), ("film", "", 0.1, "kg", ""),
    ]  # fmt: skip
    assert (read_in.bom[1].loss, read_in.bom[2].role) == (0.03, "sales_packaging")
    flows = [(p.flow, p.amount.value, p.supply) for p in read_in.processes]
    assert flows == [("cell", 1, ""), ("electricity", 2, "E1")]
    assert [(r.route, r.share) for r in read_in.end_of_life] == [("recycling", 0.9), ("landfill", 0.1)]
    assert read_in.product.number("net_mass") == 15
    assert (read_in.file, read_in.schema, len(read_in.sha256)) == ("pump.xlsx", "1.0", 64)
