"""Write the empty factor table as a workbook: instructions, the sheet to fill in, the gases there are."""

from __future__ import annotations

from footprint import gwp
from footprint.background.importers import factor_fields
from footprint.messages import label
from footprint.tables.typed import look
from footprint.tables.write import Cell, SheetSpec, write_book

_SPARE_ROWS = 200
_GASES = "Gases"


def template(lang: str) -> bytes:
    """Return the empty factor table as the bytes of an xlsx file."""
    plan = look.Plan(factor_fields.about(), factor_fields.fields(), lang, examples=True, spare=_SPARE_ROWS)
    sheets = [_read_me(lang), look.table_sheet(plan, (), {}), _gas_sheet(lang)]
    return write_book(sheets, font=look.FONTS[lang], title=label("template-factors", lang))


def _read_me(lang: str) -> SheetSpec:
    """Return the instructions in both languages, that of ``lang`` first."""
    order = ("zh", "en") if lang == "zh" else ("en", "zh")
    rows = [[Cell(" ".join(label("template-factors", each) for each in order), "title")], []]
    for each in order:
        rows.append([Cell(factor_fields.about().meaning(each), "section")])
        rows += [[Cell(f"{note.key}. {note.meaning(each)}", "wrap")] for note in factor_fields.notes()]
        rows.append([])
    return SheetSpec("Read me", rows, widths=(120,))


def _gas_sheet(lang: str) -> SheetSpec:
    """Return the gases that may head a column: id, both names, the sets that have a factor."""
    captions = ("schema-key", "gas-name-en", "gas-name-zh", "gas-sets")
    head = [Cell(label(code, lang), "optional") for code in captions]
    body = [
        [Cell(gas.id, "key"), Cell(gas.name_en), Cell(gas.name_zh), Cell(", ".join(gas.factors), "key")]
        for gas in gwp.gases().values()
    ]
    return SheetSpec(_GASES, [head, *body], widths=(18, 52, 44, 20), freeze=(1, 0), repeat=1)
