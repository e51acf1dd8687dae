"""Write the descriptions of the guided workbook and the factor table from their schemas: ``templates/*.md``."""

from __future__ import annotations

from pathlib import Path

from footprint.background.importers import factor_fields
from footprint.intake import schema
from footprint.rules import load as pcrs
from footprint.tables.typed.describe import markdown

FOLDER = Path(__file__).parents[1] / "templates"
HEADS = {
    "en": ("The guided workbook", "Made from `templates/workbook.csv`; do not edit. `*` is required.", "Fields of"),
    "zh": ("引导式填报表", "由 `templates/workbook.csv` 生成，请勿手工修改。`*` 为必填。", "规则附加字段："),
}
FACTORS = {
    "en": ("The factor table", "Made from `templates/factors.csv`; do not edit. `*` is required."),
    "zh": ("因子表", "由 `templates/factors.csv` 生成，请勿手工修改。`*` 为必填。"),
}


def text(lang: str) -> str:
    """Return the description in ``lang``: instructions, then every sheet and field."""
    title, made, added = HEADS[lang]
    parts = [f"# {title}", made, "\n".join(f"- {note.meaning(lang)}" for note in schema.notes())]
    for name, sheet in schema.sheets().items():
        if schema.fields(name):
            star = " *" if sheet.required else ""
            parts += [f"## {sheet.en} {sheet.zh}{star}", sheet.meaning(lang), schema.markdown(name, lang)]
    for pcr_id in pcrs.ids():
        own = schema.markdown("Product", lang).splitlines()
        extra = schema.markdown("Product", lang, pcrs.load(pcr_id).fields).splitlines()
        rows = [line for line in extra if line not in own]
        if rows:
            parts += [f"## {added} `{pcr_id}`", "\n".join([*own[:2], *rows])]
    return "\n\n".join(parts) + "\n"


def factors(lang: str) -> str:
    """Return the description of the factor table in ``lang``: instructions, then every column."""
    title, made = FACTORS[lang]
    notes = "\n".join(f"- {note.meaning(lang)}" for note in factor_fields.notes())
    parts = [f"# {title}", made, factor_fields.about().meaning(lang), notes, markdown(factor_fields.fields(), lang)]
    return "\n\n".join(parts) + "\n"


TEXTS = {"workbook": text, "factors": factors}


def path(name: str, lang: str) -> Path:
    """Return where a description in ``lang`` belongs."""
    return FOLDER / f"{name}.{lang}.md"


if __name__ == "__main__":
    for language in HEADS:
        for name, made in TEXTS.items():
            path(name, language).write_text(made(language), encoding="utf-8", newline="\n")
