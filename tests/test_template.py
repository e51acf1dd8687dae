"""The template: one schema table makes the workbook, reads it back and documents it."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from footprint import forms, units
from footprint.background.open import open_background
from footprint.intake import read, schema
from footprint.intake.find import CANDIDATES
from footprint.intake.template import filled, template
from footprint.matching.link import link
from footprint.model.fields import Field
from footprint.model.sheets import Book, Sheet
from footprint.provenance import column_letters
from footprint.rules import load as pcrs
from footprint.tables.read import read as read_book
from footprint.tables.typed.cells import converter
from footprint.tables.typed.look import HEADER_ROW, _cell, bilingual
from footprint.tables.typed.names import plain

TABLES = [name for name in schema.sheets() if name not in {*schema.KEYED, CANDIDATES} and schema.fields(name)]
FIELDS = [field for name in schema.sheets() for field in schema.fields(name)]
EXTRA = [
    Field(
        "Product", "gross_kwh", "Gross capacity", "标称总容量", "positive", "kWh", required=True, example="60",
        meaning_en="Nominal energy.", meaning_zh="标称能量。",
    )
]  # fmt: skip


@cache
def made(lang: str) -> bytes:
    boundaries, declared_units = ["cradle-to-gate=摇篮到大门", "gate-to-gate=大门到大门"], {"per-item": "one item"}
    return template(
        EXTRA,
        "a-pcr",
        {
            "@pcr.boundaries": boundaries,
            "@pcr.declared_units": declared_units,
            "@pcr.stages": ["raw", "production"],
            "@datasets": ["steel-cn", "truck-cn"],
        },
        lang,
    )


@cache
def loaded(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def opened(content: bytes, sheet: str) -> Worksheet:
    found = loaded(content)[sheet]
    assert isinstance(found, Worksheet)
    return found


def book_of(content: bytes, folder: Path) -> Book:
    (folder / "book.xlsx").write_bytes(content)
    return read_book(folder / "book.xlsx")


def lists_of(sheet: Worksheet) -> dict[str, str]:
    """Return the drop-down lists by their range."""
    return {str(v.sqref): str(v.formula1) for v in sheet.data_validations.dataValidation}


# ---------------------------------------------------------------- the table


def test_every_field_is_named_and_explained_in_both_languages() -> None:
    """No field lacks its header or its meaning in Chinese or English, and no key stands twice on a sheet."""
    for field in (*FIELDS, *schema.sheets().values()):
        assert all((field.en, field.zh, field.meaning_en, field.meaning_zh)), field
    keys = [(field.sheet, field.key) for field in FIELDS]
    assert len(keys) == len(set(keys))


def test_every_choice_can_be_told_from_the_others() -> None:
    """Within a field no key or caption means two choices, in either language."""
    for field in FIELDS:
        spelt = [{plain(text) for text in (key, zh, field.option(key, "en"))} for key, zh in field.options.items()]
        assert sum(map(len, spelt)) == len(set().union(*spelt)) if spelt else True, field


def test_every_example_could_be_entered() -> None:
    """What the template shows as an example is accepted by the reader of its column."""
    for field in filter(lambda field: field.example, FIELDS):
        cell = _cell(field, field.example, "zh").value
        assert cell is not None
        converter(field)(cell)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_documentation_lists_every_field(lang: str) -> None:
    """The table that drives the reader is the one that is printed: each key, in each language."""
    for name in (*TABLES, *schema.KEYED):
        rows = schema.markdown(name, lang).splitlines()
        assert [row.split("|")[2].strip(" `") for row in rows[2:]] == [field.key for field in schema.fields(name)]
        assert all(field.meaning(lang) in row for field, row in zip(schema.fields(name), rows[2:], strict=True))


# ---------------------------------------------------------------- the empty workbook


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_is_read_back_and_lacks_only_what_is_to_be_filled_in(lang: str, tmp_path: Path) -> None:
    """An empty template has no fault but its blanks; its example rows are comments, and nothing in it is unknown."""
    reading = read.examine(book_of(made(lang), tmp_path), EXTRA)
    assert {problem.code for problem in reading.problems} == {"value-missing", "sheet-empty"}
    assert reading.notices == ()
    counts = reading.account.counts()
    assert {name: dict(counts[name]) for name in TABLES} == {name: {"excluded": 1} for name in TABLES}
    required = [field.key for field in schema.fields("Product", EXTRA) if field.required]
    assert counts["Product"]["rejected"] == len(required) - 2  # the PCR and the amount of 1 are filled in
    assert read.pcr_id(book_of(made(lang), tmp_path)) == "a-pcr"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_headers_are_bilingual_marked_and_explained(lang: str) -> None:
    """Each header has both languages, that of the reader first, its unit, a star if required, and a comment."""
    for name in TABLES:
        sheet = opened(made(lang), name)
        for column, field in enumerate(schema.fields(name), start=1):
            cell = sheet.cell(HEADER_ROW + 1, column)
            first, second = str(cell.value).split("\n")
            assert f"{plain(first)} {plain(second)}" == bilingual(plain(field.en), plain(field.zh), lang, " ")
            assert first.endswith(" *") == field.required
            assert (f"[{field.unit}]" in first) == bool(field.unit)
            assert cell.comment is not None
            assert cell.comment.text.startswith(field.meaning(lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_choices_are_drop_down_lists_in_the_language_of_the_reader(lang: str, tmp_path: Path) -> None:
    """What a list offers is what the reader takes: every text of every list is read as its choice."""
    for name in TABLES:
        lists = lists_of(opened(made(lang), name))
        for column, field in enumerate(schema.fields(name)):
            if field.type == "choice":
                letters = column_letters(column)
                offered = next(text for cells, text in lists.items() if cells.startswith(f"{letters}{HEADER_ROW + 2}:"))
                captions = offered.strip('"').split(",")
                assert [converter(field)(text) for text in captions] == list(field.options)


def test_lists_of_the_pcr_and_of_units_are_offered() -> None:
    """Boundaries, declared units, stages, datasets and units come as lists."""
    product = lists_of(opened(made("zh"), "Product"))
    assert '"摇篮到大门,大门到大门"' in product.values()
    assert '"one item"' in product.values()
    assert '"raw,production"' in lists_of(opened(made("en"), "Transport")).values()
    assert '"steel-cn,truck-cn"' in lists_of(opened(made("en"), "BOM")).values()
    assert '"cradle-to-gate,gate-to-gate"' in lists_of(opened(made("en"), "Product")).values()
    offered = {str(cell.value) for row in opened(made("en"), "lists").iter_rows() for cell in row if cell.value}
    assert set(units.symbols()) <= offered


def test_references_are_offered_from_the_sheet_that_defines_them() -> None:
    """A parent, an evidence id or a supply is chosen from the column in which it is entered."""
    lists = lists_of(opened(made("en"), "Processes"))
    assert {"Evidence!$A$4:$A$2000", "Electricity!$A$4:$A$2000", "Parameters!$A$4:$A$2000"} <= set(lists.values())


def test_levels_and_ids_are_cells_of_text() -> None:
    """1.10 typed into the Level column stays 1.10."""
    sheet = opened(made("en"), "BOM")
    formats = {f.key: sheet.cell(HEADER_ROW + 3, i).number_format for i, f in enumerate(schema.fields("BOM"), start=1)}
    assert {formats[key] for key in ("line", "parent", "level", "name")} == {"@"}
    assert (formats["quantity"], formats["loss"]) == ("General", "0.00%")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_carries_its_schema_version_and_its_instructions(lang: str) -> None:
    """The version stands on its own sheet; the instructions stand first, in both languages."""
    content = made(lang)
    assert [cell.value for cell in opened(content, "footprint")[1]] == ["schema", schema.VERSION]
    names = loaded(content).sheetnames
    assert names[:3] == ["Read me", "Product", "BOM"]
    text = "\n".join(str(row[0].value) for row in opened(content, "Read me").iter_rows(max_col=1))
    assert all(note.meaning_en in text and note.meaning_zh in text for note in schema.notes())


def test_the_same_template_is_the_same_bytes() -> None:
    """Nothing of the clock or the machine goes into a workbook."""
    assert made("zh") == made.__wrapped__("zh")


# ---------------------------------------------------------------- the example rows


def uncommented(path: Path, product: Sheet) -> Book:
    """Return the workbook with its example rows entered, and the sheet ``product`` filled in."""
    made = read_book(path)

    def entered(cell: Any) -> Any:
        return cell.split(": ")[1] if isinstance(cell, str) and cell.startswith("# ") else cell

    sheets = (s._replace(rows=tuple((*map(entered, row[:1]), *row[1:]) for row in s.rows)) for s in made.sheets)
    return made._replace(sheets=(product, *(sheet for sheet in sheets if sheet.name != "Product")))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_example_rows_can_be_entered_as_they_stand(lang: str, book: Callable[..., Book], tmp_path: Path) -> None:
    """Without its '#' every example row is read; only the process still lacks the row of its product."""
    forms.template("battery-eu-2023-1542", tmp_path / "pack.xlsx", lang)
    product = next(s for s in book(product={"loss_formula": "multiply"}).sheets if s.name == "Product")
    made = uncommented(tmp_path / "pack.xlsx", product)
    reading = read.examine(made, pcrs.load("battery-eu-2023-1542").fields)
    assert [p.code for p in reading.problems] == ["product-row-missing"]
    without = made._replace(sheets=tuple(s for s in made.sheets if s.name != "Processes"))
    bill = read.read(without, pcrs.load("battery-eu-2023-1542").fields)
    assert [len(rows) for rows in (bill.bom, bill.electricity, bill.transport, bill.use, bill.end_of_life)] == [1] * 5
    (leg,), (used,), (part,) = bill.transport, bill.use, bill.bom
    assert (leg.vehicle, leg.stage, used.stage) == ("freight-road-heavy-diesel-cn", "raw_materials", "use")
    assert (part.dataset, part.loss_to) == ("aluminium-primary-ingot", "recycling")
    link(bill, open_background(("open-cn",)), pcrs.load("battery-eu-2023-1542").electricity, ())


def test_an_example_that_is_not_in_the_list_gives_way_to_its_first() -> None:
    """Rules without the stage of an example, or a database without its dataset, show one of their own."""
    rows = {name: [cell.value for cell in opened(made("en"), name)[HEADER_ROW + 2]] for name in ("Transport", "BOM")}
    assert {"truck-cn", "steel-cn", "raw"} & {*rows["Transport"]} == {"steel-cn", "raw"}
    assert rows["BOM"].count("steel-cn") == 2  # the dataset and that of the recycled material
    assert "recycling" in rows["BOM"]


# ---------------------------------------------------------------- the filled workbook


def test_a_workbook_filled_in_either_language_is_the_same_bill(workbook: Callable[..., Path]) -> None:
    """Choices by key in an English workbook or by caption in a Chinese one: the same lines and amounts."""
    rows = {
        "en": {"role": "sales_packaging", "loss_to": "evaporated", "basis": "supplier", "unit": "kg"},
        "zh": {"role": "销售包装", "loss_to": "挥发", "basis": "供应商提供", "unit": "公斤"},
    }
    bills = []
    for lang, cells in rows.items():
        row = {"line": "L1", "quantity": "1.5", "loss": "3%", **cells}
        path = workbook(bom=[row], product={"loss_formula": "multiply"}, lang=lang)
        bills.append(read.read(read_book(path)))
    assert bills[0].bom == bills[1].bom
    assert (bills[0].bom[0].quantity.value, bills[0].bom[0].loss, bills[0].bom[0].loss_to) == (1.5, 0.03, "evaporated")


def test_a_filled_workbook_has_no_example_rows_and_keeps_comments(workbook: Callable[..., Path]) -> None:
    """What is filled in is all there is; comment rows and foreign columns come along."""
    path = workbook(bom=[{"line": "# a remark"}, {"line": "L1", "colour": "red"}])
    reading = read.examine(read_book(path))
    assert dict(reading.account.counts()["BOM"]) == {"excluded": 1, "used": 1}
    assert [n.code for n in reading.notices] == ["field-unknown", "column-unknown"]


def test_texts_are_parsed_by_the_type_of_their_field_and_nothing_else(workbook: Callable[..., Path]) -> None:
    """'750' becomes a number where a number belongs; with an apostrophe, or full-width, it stays the text it is."""
    for written, code in (("'750", "number-as-text"), ("７５０", "number-as-text"), ("750 g", "number-with-unit")):
        path = workbook(bom=[{"line": "L1", "quantity": written}], product={"net_mass": "1"})
        assert [p.code for p in read.examine(read_book(path)).problems] == [code]
    path = workbook(bom=[{"line": "L1", "level": "1"}, {"line": "L2", "level": "1.1"}, {"line": "L3", "level": "1.10"}])
    assert [e.parent for e in read.read(read_book(path)).bom] == ["", "L1", "L1"]


def test_the_pcr_is_filled_in_unless_it_is_given() -> None:
    """A PCR named by the caller stands on the Product sheet and on the version sheet."""
    assert opened(filled({"Product": []}, pcr_id="a-pcr"), "footprint")["B2"].value == "a-pcr"
    given = filled({"Product": [{"key": "pcr", "value": "mine"}]}, pcr_id="a-pcr")
    assert opened(given, "footprint")["B2"].value == "mine"
