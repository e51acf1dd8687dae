"""How a sheet with one header row looks: titles, bilingual headers, drop-down lists, comments, example rows."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from footprint import units
from footprint.messages import label
from footprint.model.fields import Field
from footprint.provenance import column_letters
from footprint.tables.made import Made
from footprint.tables.typed.cells import COMMON_UNITS
from footprint.tables.write import LONG, Cell, SheetSpec, Validation

Entered = str | float | bool | dt.date | dt.datetime | None
"""What is put into a cell: text to be parsed, or a value to be written as it is."""
Lists = Mapping[str, Sequence[str] | str]
"""What the lists known only later hold, by name (``@datasets``): texts, or a reference (``=BOM!$A$4:$A$2000``).

By the name of a column (``BOM.dataset``): the reference of that one alone, in which ``{otherwise}`` is its usual list.
"""

HEADER_ROW = 2
LAST_ROW = 2000
FONTS = {"zh": "Microsoft YaHei", "en": "Arial"}
FORMATS = {"share": "0.00%", "date": "yyyy-mm-dd", "number": "General", "positive": "General"}
_NUMERIC = frozenset({"number", "positive", "share"})
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WIDTHS = {"number": 12, "positive": 12, "share": 11, "date": 13, "unit": 9, "level": 9}
_WIDE = {"name": 32, "name_zh": 32, "name_en": 40, "document": 44, "note": 30, "match_reason": 40}
_WIDE |= dict.fromkeys(("flow", "dataset", "secondary", "vehicle", "leg"), 30)


class Plan(NamedTuple):
    """A sheet to be laid out; ``spare`` is the number of empty rows that get their formats."""

    spec: Field
    fields: Sequence[Field]
    lang: str
    examples: bool
    spare: int


def bilingual(en: str, zh: str, lang: str, between: str) -> str:
    """Return both texts, that of ``lang`` first."""
    return between.join((zh, en) if lang == "zh" else (en, zh))


def table_sheet(plan: Plan, rows: Sequence[Mapping[str, Entered]], lists: Lists) -> SheetSpec:
    """Return a sheet with one header row and ``rows`` below it."""
    fields = _with_unknown(plan.fields, rows)
    examples = [_example_row(fields, lists, plan.lang)] if plan.examples else []
    spare = [[_cell(field, None, plan.lang) for field in fields] for _ in range(plan.spare)]
    top = [*titles(plan.spec, len(fields), plan.lang), [_header(field, plan.lang) for field in fields]]
    return SheetSpec(
        plan.spec.sheet, Made(len(rows), _maker(fields, rows, plan.lang), [*top, *examples])
        if len(rows) > LONG else [*top, *examples, *(_row(fields, row, plan.lang) for row in rows), *spare],
        columns={} if len(rows) <= LONG else {
            at: FORMATS.get(field.type, "@") for at, field in enumerate(fields) if field.type
        },
        widths=[_WIDE.get(field.key, _WIDTHS.get(field.type, 18)) for field in fields], heights={1: 30, HEADER_ROW: 44},
        freeze=(HEADER_ROW + 1, 1), repeat=HEADER_ROW + 1,
        validations=_validations(fields, len(rows), lists, plan.lang),
    )  # fmt: skip


def titles(spec: Field, width: int, lang: str) -> list[list[Cell]]:
    """Return the rows above the header: what a sheet is called and what it is for, over ``width`` columns."""
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


def _example_row(fields: Sequence[Field], lists: Lists, lang: str) -> list[Cell]:
    """Return the example as a comment row: its first cell starts with ``#``."""
    cells = [Cell(f"# {label('template-example', lang)}: {fields[0].example}", "example")]
    for field in fields[1:]:
        shown = parsed(field, shown_example(field, lists), lang)
        cells.append(Cell(shown, "example", number_format=FORMATS.get(field.type, "@")))
    return cells


def shown_example(field: Field, lists: Lists) -> str:
    """Return the example of a field; the first of its list where it is neither a choice nor in the list."""
    listed = lists.get(field.list_name, ())
    if not field.example or not listed or isinstance(listed, str) or field.example in (*field.options, *listed):
        return field.example
    return listed[0]


def _with_unknown(fields: Sequence[Field], rows: Sequence[Mapping[str, Entered]]) -> list[Field]:
    """Return ``fields`` and a column for each key of ``rows`` that is none of them; rows `Made` have no others."""
    if isinstance(rows, Made):
        return [*fields]
    known = {field.key for field in fields}
    others = dict.fromkeys(key for row in rows for key in row if key not in known)
    return [*fields, *(Field("", key, key, "", "") for key in others)]


def _row(fields: Sequence[Field], row: Mapping[str, Entered], lang: str) -> list[Cell | None]:
    return [_cell(field, row.get(field.key), lang) for field in fields]


def _maker(
    fields: Sequence[Field], rows: Sequence[Mapping[str, Entered]], lang: str
) -> Callable[[int], list[Cell | None]]:
    """Return what makes the cells of a row, looking only at those that hold anything."""
    empty = [_cell(field, None, lang) for field in fields]
    places = {field.key: (at, field, FORMATS.get(field.type, "@")) for at, field in enumerate(fields)}

    def made(number: int) -> list[Cell | None]:
        cells = [*empty]
        for key, entered in rows[number].items():
            if key in places:
                at, field, form = places[key]
                value = parsed(field, entered, lang) if type(entered) is str else entered
                cells[at] = Cell(value, number_format=form)
        return cells

    return made


def _cell(field: Field, entered: Entered, lang: str) -> Cell | None:
    value = parsed(field, entered, lang)
    if not field.type:
        return None if value is None else Cell(value)
    return Cell(value, number_format=FORMATS.get(field.type, "@"))


def parsed(field: Field, entered: Entered, lang: str) -> Entered:
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
    digits = text.removesuffix("%")
    value = float(digits) / (1 if digits == text else 100) if _NUMBER.fullmatch(digits) else math.inf
    return value if math.isfinite(value) else text


def _date(text: str) -> dt.date | str:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text


def _validations(fields: Sequence[Field], filled: int, lists: Lists, lang: str) -> list[Validation]:
    """Return the drop-down lists of the columns whose texts come from a list; a text may be another as well."""
    first, last = HEADER_ROW + 2, max(LAST_ROW, HEADER_ROW + filled + 500)
    made = []
    for index, field in enumerate(fields):
        letters, own = column_letters(index), lists.get(f"{field.sheet}.{field.key}")
        area, error = f"{letters}{first}:{letters}{last}", label("template-choose", lang)
        offered = choices(field, lists, lang)
        if own is not None:
            texts = () if isinstance(offered, str) else offered
            made.append(Validation(area, own, open=True, otherwise=texts))
        elif offered:
            made.append(Validation(area, offered, error, open=field.type == "text"))
    return made


def choices(field: Field, lists: Lists, lang: str) -> Sequence[str] | str:
    """Return the list of a field, as texts or as the cells that hold them; empty where there is none."""
    if field.type == "unit":
        return tuple(dict.fromkeys((*COMMON_UNITS, *units.symbols())))
    if field.options and field.type in {"choice", "text"}:
        return [field.option(key, lang) for key in field.options]
    return lists.get(field.list_name, ()) if not field.options else ()
