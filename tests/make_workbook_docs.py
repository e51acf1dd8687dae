"""Write the description of the guided workbook from its schema: ``templates/workbook.en.md`` and ``workbook.zh.md``."""

from __future__ import annotations

from pathlib import Path

from footprint.intake import schema
from footprint.rules import load as pcrs

FOLDER = Path(__file__).parents[1] / "templates"
HEADS = {
    "en": ("The guided workbook", "Made from `templates/workbook.csv`; do not edit. `*` is required.", "Fields of"),
    "zh": ("引导式填报表", "由 `templates/workbook.csv` 生成，请勿手工修改。`*` 为必填。", "规则附加字段："),
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


def path(lang: str) -> Path:
    """Return where the description in ``lang`` belongs."""
    return FOLDER / f"workbook.{lang}.md"


if __name__ == "__main__":
    for language in HEADS:
        path(language).write_text(text(language), encoding="utf-8", newline="\n")
