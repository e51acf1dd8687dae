"""The fields of a sheet as a Markdown table: the documentation that is made from a schema."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.messages import label
from footprint.model.fields import Field


def markdown(fields: Iterable[Field], lang: str) -> str:
    """Return ``fields`` as a Markdown table in ``lang``."""
    names = ("field", "key", "type", "unit", "choices", "example", "meaning")
    captions = [label(f"schema-{name}", lang) for name in names]
    rows = [captions, ["---"] * len(captions), *(_documented(row, lang) for row in fields)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |" for cells in rows)


def _documented(row: Field, lang: str) -> list[str]:
    star = " *" if row.required else ""
    choices = [row.option(key, lang) for key in row.options]
    if row.list_name:
        choices.append(label(f"list-{row.list_name[1:]}", lang))
    joined = ("、" if lang == "zh" else ", ").join(choices)
    kind = label(f"type-{row.type}", lang)
    return [row.title(lang) + star, f"`{row.key}`", kind, row.unit, joined, row.example, row.meaning(lang)]
