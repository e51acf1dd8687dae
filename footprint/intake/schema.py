"""The schema of the guided workbook: one table (``templates/workbook.csv``) for template, reader and documentation."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache

from footprint.messages import label
from footprint.model.fields import Field
from footprint.paths import data_root

VERSION = "1.0"
VERSION_SHEET = "footprint"
_ABOUT = frozenset({"sheet", "column", "note"})


@cache
def _table() -> tuple[Field, ...]:
    with (data_root() / "templates" / "workbook.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_field(row) for row in csv.DictReader(file))


def _field(row: dict[str, str]) -> Field:
    required = row.pop("required") == "*"
    return Field(**row, required=required)


@cache
def sheets() -> dict[str, Field]:
    """Return the sheets by English name, in their order; ``required`` tells which must be filled in."""
    return {row.sheet: row for row in _table() if row.type == "sheet"}


@cache
def notes() -> tuple[Field, ...]:
    """Return the sentences of the instruction sheet."""
    return tuple(row for row in _table() if row.type == "note")


@cache
def columns() -> tuple[Field, ...]:
    """Return the columns of the Product sheet, on which each field is a row."""
    return tuple(row for row in _table() if row.type == "column")


@cache
def _own_fields(sheet: str) -> tuple[Field, ...]:
    return tuple(row for row in _table() if row.sheet == sheet and row.type not in _ABOUT)


def fields(sheet: str, extra: Sequence[Field] = ()) -> tuple[Field, ...]:
    """Return the fields of ``sheet``, in the order of the template.

    ``extra`` fields of that sheet follow; one that has the key of a field of the table stands in its place.
    """
    own = _own_fields(sheet)
    added = {field.key: field for field in extra if field.sheet == sheet}
    known = {field.key for field in own}
    replaced = (added.get(field.key, field) for field in own)
    return (*replaced, *(field for key, field in added.items() if key not in known))


def pcr_fields(boundaries: Sequence[str], declared_units: Sequence[str]) -> tuple[Field, ...]:
    """Return the Product fields ``boundary`` and ``declared_unit`` with their choices closed, for use as ``extra``.

    Each item is an id or ``id=Chinese caption``.
    """
    lists = {"boundary": boundaries, "declared_unit": declared_units}
    return tuple(_closed(field, lists[field.key]) for field in fields("Product") if lists.get(field.key))


def _closed(field: Field, choices: Sequence[str]) -> Field:
    from dataclasses import replace

    return replace(field, choices="|".join(choices), example=choices[0].partition("=")[0])


def markdown(sheet: str, lang: str, extra: Sequence[Field] = ()) -> str:
    """Return the fields of ``sheet`` as a Markdown table in ``lang``."""
    names = ("field", "key", "type", "unit", "choices", "example", "meaning")
    captions = [label(f"schema-{name}", lang) for name in names]
    rows = [captions, ["---"] * len(captions), *(_documented(field, lang) for field in fields(sheet, extra))]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def _documented(field: Field, lang: str) -> list[str]:
    star = " *" if field.required else ""
    choices = [field.option(key, lang) for key in field.options]
    if field.list_name:
        choices.append(label(f"list-{field.list_name[1:]}", lang))
    joined = ("、" if lang == "zh" else ", ").join(choices)
    kind = label(f"type-{field.type}", lang)
    return [field.title(lang) + star, f"`{field.key}`", kind, field.unit, joined, field.example, field.meaning(lang)]
