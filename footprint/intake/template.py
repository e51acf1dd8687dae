"""Write the guided workbook: empty as a template, or filled with rows, from the one schema table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from footprint.intake import layout, schema
from footprint.intake.find import CANDIDATES
from footprint.messages import label
from footprint.model.fields import Field
from footprint.tables.typed import look
from footprint.tables.write import Cell, SheetSpec, write_book

Rows = Mapping[str, Sequence[Mapping[str, look.Entered]]]
"""Sheet -> rows, each a field key -> what is entered. Product rows hold ``key`` and ``value``."""

Texts = Sequence[str] | Mapping[str, str]
"""The texts of a drop-down list: as they are, ``id=Chinese caption``, or id -> text."""

Choices = Mapping[str, Texts]
"""The drop-down lists known only later, by the names the schema table gives them: ``@pcr.stages``, ``@datasets``."""

_SPARE_ROWS = 200


def template(
    extra_fields: Sequence[Field] = (), pcr_id: str = "", choices: Choices = MappingProxyType({}), lang: str = "en"
) -> bytes:
    """Return an empty guided workbook for a PCR, as the bytes of an xlsx file; ``choices`` fill drop-down lists."""
    product = [{"key": "pcr", "value": pcr_id}, {"key": "declared_amount", "value": "1"},
               {"key": "databases", "value": "open-cn"}]  # fmt: skip
    return _write({"Product": product}, extra_fields, _lists(choices, lang), lang, examples=True)


def filled(
    sheets: Rows, extra_fields: Sequence[Field] = (), pcr_id: str = "", choices: Choices = MappingProxyType({}),
    lang: str = "en", more: Sequence[SheetSpec] = (),
) -> bytes:  # fmt: skip
    """Return the workbook of `template` with its rows filled in and without the example rows.

    Texts are parsed by the type of their field; one that starts with an apostrophe stays text without it, and whatever
    is not text is written as it is. Keys that no field has become columns, or rows of Product, of their own. ``more``
    sheets follow; nobody reads them.
    """
    keyed = {row.get("key") for row in sheets.get("Product", ())}
    named = [] if "pcr" in keyed or not pcr_id else [{"key": "pcr", "value": pcr_id}]
    product = [*sheets.get("Product", ()), *named]
    lists = _lists(choices, lang)
    return _write({**sheets, "Product": product}, extra_fields, lists, lang, examples=False, more=more)


def _lists(choices: Choices, lang: str) -> dict[str, Sequence[str]]:
    return {name: _shown(given, lang) for name, given in choices.items()}


def _shown(given: Texts, lang: str) -> list[str]:
    if isinstance(given, Mapping):
        return [*given.values()]
    parts = (text.partition("=") for text in given)
    return [caption if caption and lang == "zh" else text for text, _, caption in parts]


def _write(
    sheets: Rows, extra: Sequence[Field], lists: Mapping[str, Sequence[str]], lang: str, *, examples: bool,
    more: Sequence[SheetSpec] = (),
) -> bytes:  # fmt: skip
    names = [name for name, spec in schema.sheets().items() if schema.fields(name)]
    made = [_read_me(lang)]
    for name in names:
        rows = sheets.get(name, ())
        if name in schema.KEYED:
            made.append(layout.keyed_sheet(name, rows, extra, lists, lang))
        else:
            shown = examples and name != CANDIDATES
            spare = _SPARE_ROWS if shown else 0
            sheet = layout.table_sheet(name, rows, lists, lang, examples=shown, spare=spare)
            made.append(sheet._replace(columns=layout.formats(name)) if name == CANDIDATES else sheet)
    made += (*more, _version(sheets))
    return write_book(made, font=look.FONTS[lang], title=label("template-title", lang))


def _read_me(lang: str) -> SheetSpec:
    """Return the instruction sheet, both languages."""
    spec = schema.sheets()["Read me"]
    order = ("zh", "en") if lang == "zh" else ("en", "zh")
    rows: list[list[Cell]] = [[Cell(" ".join(spec.title(each) for each in order), "title")], []]
    for each in order:
        rows.append([Cell(spec.meaning(each), "section")])
        rows += [[Cell(f"{note.key}. {note.meaning(each)}", "wrap")] for note in schema.notes()]
        rows.append([])
    return SheetSpec(spec.sheet, rows, widths=(120,))


def _version(sheets: Rows) -> SheetSpec:
    """Return the sheet that carries the version of the schema."""
    pcr = next((row["value"] for row in sheets["Product"] if row.get("key") == "pcr"), "")
    rows = [[Cell("schema", "key"), Cell(schema.VERSION)], [Cell("pcr", "key"), Cell(pcr)]]
    return SheetSpec(schema.VERSION_SHEET, rows, widths=(12, 40))
