"""How the sheets of the guided workbook look: titles, bilingual headers, drop-down lists, comments, example rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from footprint import units
from footprint.intake import schema
from footprint.intake.cells import COMMON_UNITS
from footprint.messages import label
from footprint.model.fields import Field
from footprint.provenance import column_letters
from footprint.tables.write import Cell, SheetSpec, Validation

Entered = str | float | bool | dt.date | dt.datetime | None
"""What is put into a cell: text to be parsed, or a value to be written as it is."""

HEADER_ROW = 2
_LAST_ROW = 2000
_NUMERIC = frozenset({"number", "positive", "share"})
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_FORMATS = {"share": "0.00%", "date": "yyyy-mm-dd", "number": "General", "positive": "General"}
_WIDTHS = {"number": 12, "positive": 12, "share": 11, "date": 13, "unit": 9, "level": 9}
_WIDE = {"name": 32, "document": 44, "note": 30} | dict.fromkeys(("flow", "dataset", "secondary", "vehicle", "leg"), 30)
_RANGES = {
    "@bom_lines": ("BOM", "line"), "@evidence": ("Evidence", "id"), "@parameters": ("Parameters", "name"),
    "@supplies": ("Electricity", "supply"),
}  # fmt: skip


class Plan(NamedTuple):
    """A sheet to be laid out; ``spare`` is the number of empty rows that get their formats."""

    name: str
    lang: str
    examples: bool
    spare: int


def bilingual(en: str, zh: str, lang: str, between: str) -> str:
    """Return both texts, that of ``lang`` first."""
    return between.join((zh, en) if lang == "zh" else (en, zh))


def table_sheet(plan: Plan, rows: Sequence[Mapping[str, Entered]], lists: Mapping[str, Sequence[str]]) -> SheetSpec:
    """Return a sheet with one header row and ``rows`` below it."""
    fields = _with_unknown(schema.fields(plan.name), rows)
    examples = [_example_row(fields, lists, plan.lang)] if plan.examples else []
    body = [[_cell(field, row.get(field.key), plan.lang) for field in fields] for row in rows]
    spare = [[_cell(field, None, plan.lang) for field in fields] for _ in range(plan.spare)]
    top = [*_titles(plan.name, len(fields), plan.lang), [_header(field, plan.lang) for field in fields]]
    return SheetSpec(
        plan.name, [*top, *examples, *body, *spare],
        widths=[_WIDE.get(field.key, _WIDTHS.get(field.type, 18)) for field in fields], heights={1: 30, HEADER_ROW: 44},
        freeze=(HEADER_ROW + 1, 1), repeat=HEADER_ROW + 1,
        validations=_validations(fields, len(rows), lists, plan.lang),
    )  # fmt: skip


def product_sheet(
    rows: Sequence[Mapping[str, Entered]], extra: Sequence[Field], lists: Mapping[str, Sequence[str]], lang: str
) -> SheetSpec:
    """Return the Product sheet: one field per row, those of ``rows`` filled in."""
    fields = schema.fields("Product", extra)
    known = {field.key for field in fields}
    given = {str(row["key"]): row for row in rows}
    columns = [Cell(bilingual(c.en, c.zh, lang, "\n"), "required", c.meaning(lang)) for c in schema.columns()]
    body = [_product_row(field, given.get(field.key, {}), lists, lang) for field in fields]
    body += [[Cell(key, "key"), Cell(row.get("value"), "input")] for key, row in given.items() if key not in known]
    validations = [
        Validation(f"B{HEADER_ROW + 2 + index}", choices, label("template-choose", lang))
        for index, field in enumerate(fields)
        if (choices := _choices(field, lists, lang))
    ]
    return SheetSpec(
        "Product", [*_titles("Product", 5, lang), columns, *body],
        widths=(52, 30, 9, 70, 40), heights={1: 30, HEADER_ROW: 30},
        freeze=(HEADER_ROW + 1, 0), repeat=HEADER_ROW + 1, validations=validations,
    )  # fmt: skip


def _product_row(
    field: Field, given: Mapping[str, Entered], lists: Mapping[str, Sequence[str]], lang: str
) -> list[Cell]:
    """Return caption, value, unit and meaning of one field; the value carries the example as a comment."""
    star = " *" if field.required else ""
    caption = bilingual(field.en, field.zh, lang, " ") + star
    value = _parsed(field, given.get("value"), lang)
    shown = _shown_example(field, lists) or next(iter(lists.get(field.list_name, ())), "")
    example = f"{label('template-example', lang)}: {shown}" if shown else None
    look = "required" if field.required else "optional"
    number_format = _FORMATS.get(field.type, "@")
    return [Cell(caption, look, field.meaning(lang)), Cell(value, "input", example, number_format),
            Cell(given.get("unit", field.unit), "key"), Cell(field.meaning(lang), "note"),
            Cell(given.get("note"), "wrap")]  # fmt: skip


def _titles(name: str, width: int, lang: str) -> list[list[Cell]]:
    spec = schema.sheets()[name]
    return [[Cell(bilingual(spec.en, spec.zh, lang, " "), "title")], [Cell(spec.meaning(lang), "note", span=width)]]


def _header(field: Field, lang: str) -> Cell:
    """Return the header of a column: both languages, its unit, a star when required, its meaning as a comment."""
    if not field.type:
        return Cell(field.en, "optional")
    unit = f" [{field.unit}]" if field.unit else ""
    first, second = bilingual(field.en, field.zh, lang, "\n").split("\n")
    text = f"{first}{unit}{' *' if field.required else ''}\n{second}"
    words = "\n".join(f"- {field.option(key, lang)}" for key in field.options)
    meaning = field.meaning(lang) + (f"\n{label('template-required', lang)}" if field.required else "")
    return Cell(text, "required" if field.required else "optional", meaning + (f"\n{words}" if words else ""))


def _example_row(fields: Sequence[Field], lists: Mapping[str, Sequence[str]], lang: str) -> list[Cell]:
    """Return the example as a comment row: its first cell starts with ``#``."""
    cells = [Cell(f"# {label('template-example', lang)}: {fields[0].example}", "example")]
    for field in fields[1:]:
        shown = _parsed(field, _shown_example(field, lists), lang)
        cells.append(Cell(shown, "example", number_format=_FORMATS.get(field.type, "@")))
    return cells


def _shown_example(field: Field, lists: Mapping[str, Sequence[str]]) -> str:
    """Return the example of a field; the first of its list where it is neither a choice nor in the list."""
    listed = lists.get(field.list_name, ())
    if not field.example or not listed or field.example in field.options or field.example in listed:
        return field.example
    return listed[0]


def _with_unknown(fields: Sequence[Field], rows: Sequence[Mapping[str, Entered]]) -> list[Field]:
    """Return ``fields`` and a column for each key of ``rows`` that is none of them."""
    known = {field.key for field in fields}
    others = dict.fromkeys(key for row in rows for key in row if key not in known)
    return [*fields, *(Field("", key, key, "", "") for key in others)]


def _cell(field: Field, entered: Entered, lang: str) -> Cell | None:
    value = _parsed(field, entered, lang)
    if not field.type:
        return None if value is None else Cell(value)
    return Cell(value, number_format=_FORMATS.get(field.type, "@"))


def _parsed(field: Field, entered: Entered, lang: str) -> Entered:
    """Return what is written for ``entered``: a number, a date or a caption, where the field asks for it."""
    if not isinstance(entered, str) or not entered:
        return entered
    if entered in field.options:
        return field.option(entered, lang)
    if entered.startswith("'"):
        return entered[1:]
    if field.type in _NUMERIC:
        return _number(entered)
    if field.type == "date":
        return _date(entered)
    return entered


def _number(text: str) -> float | str:
    if _NUMBER.fullmatch(text):
        return float(text)
    return float(text[:-1]) / 100 if text[-1] == "%" and _NUMBER.fullmatch(text[:-1]) else text


def _date(text: str) -> dt.date | str:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text


def _validations(
    fields: Sequence[Field], filled: int, lists: Mapping[str, Sequence[str]], lang: str
) -> list[Validation]:
    """Return the drop-down lists of the columns whose texts come from a closed list."""
    first, last = HEADER_ROW + 2, max(_LAST_ROW, HEADER_ROW + filled + 500)
    made = []
    for index, field in enumerate(fields):
        choices = _choices(field, lists, lang)
        if choices:
            letters = column_letters(index)
            made.append(Validation(f"{letters}{first}:{letters}{last}", choices, label("template-choose", lang)))
    return made


def _choices(field: Field, lists: Mapping[str, Sequence[str]], lang: str) -> Sequence[str] | str:
    """Return the closed list of a field, as texts or as the cells that hold them; empty where it is open."""
    if field.type == "unit":
        return tuple(dict.fromkeys((*COMMON_UNITS, *units.symbols())))
    if field.options and field.type == "choice":
        return [field.option(key, lang) for key in field.options]
    if field.list_name in _RANGES and not field.options:
        return _reference(*_RANGES[field.list_name])
    return lists.get(field.list_name, ()) if not field.options else ()


def _reference(sheet: str, key: str) -> str:
    """Return the cells below the header of column ``key`` as a reference."""
    index = [field.key for field in schema.fields(sheet)].index(key)
    letters = column_letters(index)
    return f"={sheet}!${letters}${HEADER_ROW + 2}:${letters}${_LAST_ROW}"
