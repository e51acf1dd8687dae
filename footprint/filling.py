"""The cells that matching writes into a copy of a workbook: datasets, how they were found, and the candidates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from footprint.assigning import Choosing, Found
from footprint.errors import Problem, problem
from footprint.intake import schema
from footprint.intake.lines import MATCH, Asking, Line, header, missing
from footprint.messages import label
from footprint.model.matched import Choice, How
from footprint.publish.wording import percent
from footprint.tables.harmless import safe
from footprint.tables.inplace.change import Value
from footprint.tables.typed.look import bilingual, parsed
from footprint.tables.typed.table import Row, Table

MATERIAL = "material"
_CONFIDENCE_DIGITS = 3
CLOSE = 0.25
"""Chance of the second choice beside that of the first from which the reason of an open line names it [-]."""
Filled = Mapping[str, Value]
"""Field of a row -> what stands there."""


class Cells:
    """Cells to set, by sheet and address: those alone that hold something else now."""

    def __init__(self) -> None:
        self.by_sheet: dict[str, dict[str, Value]] = {}

    def set(self, table: Table, index: int, column: int, value: Value) -> None:
        """Set one cell of the sheet of a table."""
        rows = table.sheet.rows
        now = rows[index][column] if index < len(rows) and column < len(rows[index]) else None
        value = safe(value) if isinstance(value, str) else value
        if (now or None) != (value or None) or isinstance(now, bool):
            place = table.sheet.place(index, column)
            self.by_sheet.setdefault(table.sheet.name, {})[place.cell] = value


class Filling(NamedTuple):
    """What is written, and what must be said of it."""

    cells: Cells
    notices: tuple[Problem, ...]


def filling(choosing: Choosing, found: Sequence[Found], more: Mapping[str, Sequence[Filled]], lang: str) -> Filling:
    """Return the cells of what was ``found``; ``more``: rows of the Candidates sheet besides, by line."""
    asking, cells = choosing.asking, Cells()
    _bom(cells, asking, {one.line.row.index: _row(choosing, one, lang) for one in found}, lang)
    if asking.candidates is None:
        return Filling(cells, (problem("match-no-candidates", asking.bom.place),) if found else ())
    by_line = {one.line.row.index: one for one in found}
    kept = _kept(asking.candidates)
    rows: list[Filled] = []
    for line in asking.lines:
        one = by_line.get(line.row.index)
        if line.id:
            rows += kept.get(line.id, ()) if one is None else _candidates(choosing, one, lang)
            rows += more.get(line.id, ())
    _list(cells, asking.candidates, rows, lang)
    return Filling(cells, ())


def _bom(cells: Cells, asking: Asking, filled: Mapping[int, Filled], lang: str) -> None:
    """Set the cells of the BOM; columns it lacks are added beyond all others."""
    bom = asking.bom
    columns = {key: column.at for key, column in bom.columns.items()}
    added = missing(bom, MATCH) if filled else {}
    for key, at in added.items():
        field = schema.field("BOM", key)
        cells.set(bom, header(bom), at, bilingual(field.en, field.zh, lang, "\n"))
    for index, values in filled.items():
        for key, value in values.items():
            field = schema.field("BOM", key)
            entered = parsed(field, value, lang) if isinstance(value, str) else value
            cells.set(bom, index, {**columns, **added}[key], entered)


def _row(choosing: Choosing, one: Found, lang: str) -> Filled:
    """Return what is written into the row of an open line, with the runners-up that it must name."""
    written, best = _written(choosing, one, lang), one.choices[:1]
    others = one.choices[1:]
    if choosing.asking.candidates is not None:
        is_praise = one.why == "below" and not any(choice.against for choice in best)
        others = tuple(c for c in others[:1] if is_praise and c.confidence >= CLOSE * best[0].confidence)
    if not others:
        return written
    listed = ", ".join(f"{choosing.code(c.key)} {percent(c.confidence, 0)}" for c in others)
    return {**written, "match_reason": f"{written['match_reason']}; {label('match-next', lang).format(others=listed)}"}


def _written(choosing: Choosing, one: Found, lang: str) -> Filled:
    """Return what is written into the row of an open line: what it takes, or why it takes nothing."""
    best = one.choices[0] if one.choices else None
    sure = None if best is None else round(best.confidence, _CONFIDENCE_DIGITS)
    if one.taken is None:
        why = "" if best is None else reason(best, lang)
        told = {"dataset": "-", "unit": "-"}
        if best is not None:
            told = {"dataset": choosing.code(best.key), "unit": choosing.dataset(best.key).unit}
        open_ = label(f"match-open-{one.why}", lang).format(**told, why=why)
        return {"matched_by": None, "match_dataset": None, "match_confidence": sure, "match_reason": open_}
    code, taken = choosing.code(one.taken.key), one.taken
    found: Filled = {"dataset": code, "matched_by": taken.how.value, "match_dataset": code, "match_confidence": sure}
    return {**found, "match_reason": reason(taken, lang)}


def reason(choice: Choice, lang: str) -> str:
    """Return what speaks for a choice, and what forbids taking it unasked, in words."""
    between = "、" if lang == "zh" else ", "
    by = choice.how.value if choice.why or choice.how is not How.WORDS else "meaning"
    why = label(f"match-by-{by}", lang).format(why=between.join(choice.why) or "-")
    if not choice.against:
        return why
    doubts = (label(f"match-against-{one.code.replace(' ', '-')}", lang).format(words=one.words or "-")
              for one in choice.against)  # fmt: skip
    return label("match-against", lang).format(why=why, against=("；" if lang == "zh" else "; ").join(doubts))


def _candidates(choosing: Choosing, one: Found, lang: str) -> Iterator[Filled]:
    """Yield the rows of the Candidates sheet of a line."""
    for rank, choice in enumerate(one.choices, 1):
        sure = round(choice.confidence, _CONFIDENCE_DIGITS)
        yield described(choosing, one.line, choice.key, MATERIAL, reason(choice, lang), rank, sure)


def described(
    choosing: Choosing, line: Line, key: str, kind: str, why: str, rank: int | None = None, sure: float | None = None
) -> Filled:
    """Return a row of the Candidates sheet on one dataset."""
    dataset = choosing.dataset(key)
    factor = choosing.factor(key)
    return {
        "line": line.id, "rank": None if rank is None else float(rank), "dataset": choosing.code(key),
        "name_zh": dataset.name_zh, "name_en": dataset.name_en, "unit": dataset.unit,
        "factor": None if factor is None else float(f"{factor:.6g}"), "region": dataset.region, "confidence": sure,
        "kind": kind, "reason": why,
    }  # fmt: skip


def _kept(table: Table) -> dict[str, list[Filled]]:
    """Return the rows on materials that stand on the Candidates sheet, by line: those of other kinds are made anew."""
    found: dict[str, list[Filled]] = {}
    for row in table.rows:
        if row.text("kind") in {"", MATERIAL}:
            found.setdefault(row.text("line"), []).append(_as_it_is(row))
    return found


def _as_it_is(row: Row) -> Filled:
    values = {key: row.values.get(key) for key in row.table.columns}
    return {key: value if isinstance(value, str | float) else None for key, value in values.items()}


def _list(cells: Cells, table: Table, rows: Sequence[Filled], lang: str) -> None:
    """Set the rows of the Candidates sheet, and empty those that are left of an earlier list."""
    first = header(table) + 1
    last = max((row.index for row in table.rows), default=first - 1)
    nothing: Iterable[Filled] = ({} for _ in range(max(0, last - first + 1 - len(rows))))
    for index, values in enumerate((*rows, *nothing), first):
        for key, column in table.columns.items():
            value = values.get(key)
            shown = parsed(column.field, value, lang) if isinstance(value, str) else value
            cells.set(table, index, column.at, shown)


def added(asking: Asking, rows: Sequence[Filled], cells: Cells, lang: str) -> tuple[Problem, ...]:
    """Set new rows of the BOM below all others; return why they cannot stand there."""
    bom = asking.bom
    if rows and "parent" not in bom.columns:
        return (problem("match-no-parent", bom.place),)
    first = max((row.index for row in bom.rows), default=header(bom)) + 1
    first = max(first, len(bom.sheet.rows))
    for index, values in enumerate(rows, first):
        for key, value in values.items():
            column = bom.columns.get(key)
            if column is not None:
                shown = parsed(column.field, value, lang) if isinstance(value, str) else value
                cells.set(bom, index, column.at, shown)
    return ()
