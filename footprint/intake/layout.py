"""How the sheets of the guided workbook look: those with one header row, and those with one field per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footprint.intake import schema
from footprint.intake.find import CANDIDATES
from footprint.messages import label
from footprint.model.fields import Field
from footprint.provenance import column_letters
from footprint.tables.typed import look
from footprint.tables.typed.look import HEADER_ROW, Entered, Lists, bilingual
from footprint.tables.write import Cell, SheetSpec, Validation

_RANGES = {
    "@bom_lines": ("BOM", "line"), "@evidence": ("Evidence", "id"), "@parameters": ("Parameters", "name"),
    "@supplies": ("Electricity", "supply"), "@instruments": ("Instruments", "id"),
}  # fmt: skip


def candidates(ids: str = "A", row: str = str(look.HEADER_ROW + 2)) -> str:
    """Return the list of the datasets that the line of a row may take, all datasets where it has no candidates.

    ``ids``: the column of the ids of lines, ``row``: the first row of the list. Ids are compared as texts, letter by
    letter: to count them as spreadsheets do, 1.10 would be 1.1, and * anything.
    """
    columns = {field.key: column_letters(at) for at, field in enumerate(schema.fields(CANDIDATES))}
    lines, own = f"{CANDIDATES}!${columns['line']}:${columns['line']}", f"${ids}{row}"
    same = f'{lines}={own}&""'
    count = f"SUMPRODUCT(--({same}))"
    last = f"SUMPRODUCT(MAX(({same})*ROW({lines})))"
    taken = f"OFFSET({CANDIDATES}!${columns['dataset']}$1,{last}-{count},0,{count})"
    return f"=IF(COUNTIF({lines},{own}),{taken},{{otherwise}})"


def empty(name: str, lang: str) -> list[list[str]]:
    """Return the texts of a sheet without rows: what it is called, what it is for, its header."""
    rows = table_sheet(name, (), {}, lang, examples=False, spare=0).rows
    return [[str(cell.value or "") for cell in row if cell is not None] for row in rows]


def table_sheet(
    name: str, rows: Sequence[Mapping[str, Entered]], lists: Lists, lang: str, *, examples: bool, spare: int
) -> SheetSpec:
    """Return the sheet ``name``: one header row, an example, ``rows`` and as many ``spare`` ones."""
    plan = look.Plan(schema.sheets()[name], schema.fields(name), lang, examples, spare)
    ranges = {listed: _reference(*column) for listed, column in _RANGES.items()}
    own = {"BOM.dataset": candidates()} if name == "BOM" else {}
    return look.table_sheet(plan, rows, {**lists, **ranges, **own})


def formats(name: str) -> dict[int, str]:
    """Return how the columns of a sheet without rows show what will be written there; texts stay texts."""
    return {at: look.FORMATS.get(field.type, "@") for at, field in enumerate(schema.fields(name))}


def keyed_sheet(
    name: str, rows: Sequence[Mapping[str, Entered]], extra: Sequence[Field], lists: Lists, lang: str
) -> SheetSpec:
    """Return the sheet ``name``, one field per row, those of ``rows`` filled in."""
    fields = schema.fields(name, extra)
    known = {field.key for field in fields}
    given = {str(row["key"]): row for row in rows}
    columns = [Cell(bilingual(c.en, c.zh, lang, "\n"), "required", c.meaning(lang)) for c in schema.columns(name)]
    body = [_keyed_row(field, given.get(field.key, {}), lists, lang)[: len(columns)] for field in fields]
    beside = ("unit", "", "note", "uncertainty")
    body += [
        [Cell(key, "key"), Cell(row.get("value"), "input"), *(Cell(row.get(said)) for said in beside)][: len(columns)]
        for key, row in given.items()
        if key not in known
    ]
    validations = [
        Validation(f"B{HEADER_ROW + 2 + index}", choices, label("template-choose", lang))
        for index, field in enumerate(fields)
        if (choices := look.choices(field, lists, lang))
    ]
    return SheetSpec(
        name, [*look.titles(schema.sheets()[name], len(columns), lang), columns, *body],
        widths=(52, 30, 9, 70, 40, 18)[: len(columns)], heights={1: 30, HEADER_ROW: 30},
        freeze=(HEADER_ROW + 1, 0), repeat=HEADER_ROW + 1, validations=validations,
    )  # fmt: skip


def _keyed_row(field: Field, given: Mapping[str, Entered], lists: Lists, lang: str) -> list[Cell]:
    """Return caption, value, unit and meaning of one field; the value carries the example as a comment."""
    star = " *" if field.required else ""
    caption = bilingual(field.en, field.zh, lang, " ") + star
    value = look.parsed(field, given.get("value"), lang)
    shown = look.shown_example(field, lists) or next(iter(lists.get(field.list_name, ())), "")
    example = f"{label('template-example', lang)}: {shown}" if shown else None
    style = "required" if field.required else "optional"
    number_format = look.FORMATS.get(field.type, "@")
    return [Cell(caption, style, field.meaning(lang)), Cell(value, "input", example, number_format),
            Cell(given.get("unit", field.unit), "key"), Cell(field.meaning(lang), "note"),
            Cell(given.get("note"), "wrap"), Cell(given.get("uncertainty"), "wrap")]  # fmt: skip


def _reference(sheet: str, key: str) -> str:
    """Return the cells below the header of column ``key`` as a reference."""
    index = [field.key for field in schema.fields(sheet)].index(key)
    letters = column_letters(index)
    return f"={sheet}!${letters}${HEADER_ROW + 2}:${letters}${look.LAST_ROW}"
