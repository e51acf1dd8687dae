"""Sheets that nobody would read because their tab was renamed or copied: known by the headers they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from footprint.errors import Problem
from footprint.intake import schema
from footprint.model.sheets import Sheet
from footprint.provenance import Place
from footprint.tables.typed.grid import cells_of, filled_rows, is_comment
from footprint.tables.typed.headers import named
from footprint.tables.typed.names import lookup

HEADER_WITHIN = 20
_AT_LEAST = 3
_TELLING = 2
_COMMON = frozenset({"name", "value", "unit", "note"})


def renamed(sheet: Sheet, taken: Collection[str]) -> Iterator[Problem]:
    """Yield the problem of an unread sheet that holds rows under the headers of a sheet of the template.

    ``taken``: the sheets that were found under their own names; a look-alike of one of them is only told of when it
    holds every required header, as a copy does.
    """
    like = max(((*_held(sheet, name), name) for name in schema.sheets()), key=lambda each: each[:2])
    count, _, missing, name = like
    if not count or (missing and name in taken):
        return
    spec = schema.sheets()[name]
    code = "sheet-copied" if name in taken else "sheet-renamed"
    yield Problem(code, Place(sheet.file, sheet.name), {"sheet": sheet.name, "en": spec.en, "zh": spec.zh})


def _held(sheet: Sheet, name: str) -> tuple[int, float, int]:
    """Return how many headers of ``name`` stand above rows of ``sheet``, their share, and the required ones missing.

    All are 0 where they are too few to tell, or where no row below them counts.
    """
    fields = schema.fields(name) if name not in schema.KEYED else ()
    spellings, required = lookup(fields), {field.key for field in fields if field.required}
    best: tuple[int, float, int] = (0, 0.0, 0)
    for index in range(min(HEADER_WITHIN, len(sheet.rows)) if fields else 0):
        cells = (cell for cell in sheet.rows[index] if isinstance(cell, str))
        held = {field.key for cell in cells if (field := named(cell, spellings))}
        if len(held) > best[0] and _tells(held) and _has_rows(sheet, index + 1):
            best = (len(held), len(held) / len(fields), len(required - held))
    return best


def _tells(held: set[str]) -> bool:
    return len(held) >= _AT_LEAST and len(held - _COMMON) >= _TELLING


def _has_rows(sheet: Sheet, start: int) -> bool:
    return any(not is_comment(cells_of(sheet, index)) for index in filled_rows(sheet, start))
