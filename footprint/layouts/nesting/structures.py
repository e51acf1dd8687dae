"""How a table tells what is part of what: which of its columns says so, and the row that each row is part of."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.locating.table import Table
from footprint.layouts.naming import levels, numberings, row_ids
from footprint.layouts.naming.cells import as_text
from footprint.layouts.nesting import ticks
from footprint.model.sheets import Cell, digits
from footprint.provenance import column_letters
from footprint.tables.typed.grid import is_blank

_LISTED = re.compile(r"\s?[·•*>.…+-]\s?[^\s·•*>.…+-]")
_BLANKS = frozenset(" \u3000\u00a0")


def structure(table: Table, kept: Sequence[int], stated: str = "") -> tuple[str, Sequence[int]]:
    """Return how a table tells what is part of what, and the kept row that each is part of; none told by pairs."""
    if stated in {"", levels.IDS} and table.has(row_ids.ROW) and table.has(row_ids.ABOVE):
        return levels.IDS, _by_ids(table, kept)
    told = _levels(table, kept, stated)
    positions = numberings.dotted(_cells(table, kept, "position"))
    if levels.tell_nothing(told) and levels.kind((), positions, _moved(table, kept)) != levels.FLAT:
        told = ()
    kind = stated or levels.kind(told, positions, ())
    moved = _moved(table, kept) if kind in {levels.FLAT, levels.INDENT} else ()
    if not stated and kind == levels.FLAT:
        kind = levels.kind((), (), moved)
    if not stated and any(table.texts("parent", kept)):
        kind = kind if kind == levels.LEVEL and _agree(table, kept, levels.by_level(told)) else levels.PAIRS
    if kind == levels.PAIRS:
        return kind, ()
    if kind == levels.LEVEL:
        return kind, levels.by_level(told or positions)
    if kind == levels.DOTTED:
        return kind, levels.by_dots(levels.numbered(told, positions))
    return kind, levels.by_indent(moved) if kind == levels.INDENT else [levels.PRODUCT] * len(kept)


def _by_ids(table: Table, kept: Sequence[int]) -> Sequence[int]:
    ids, above = table.texts(row_ids.ROW, kept), table.texts(row_ids.ABOVE, kept)
    known = {*ids}
    return levels.by_ids(ids, ["" if row_ids.stands_for_none(up) and up not in known else up for up in above])


def _cells(table: Table, kept: Sequence[int], field: str) -> Sequence[Cell]:
    cells = table.field(field) if table.has(field) else ()
    return [cells[at] for at in kept] if cells else ()


def _levels(table: Table, kept: Sequence[int], stated: str = "") -> Sequence[Cell]:
    """Return the level of each row: as it is written, or by the last of several columns (L1, L2, L3) with a mark."""
    if not table.has("level") and (ticked := ticks.ticked(table, kept)):
        is_told = stated == levels.LEVEL or ticks.are_sure(table, kept, ticked)
        return ticks.depths(table, kept, ticked) if is_told else ()
    if stated == levels.LEVEL and not table.has("level") and (found := ticks.grouped(table, kept)):
        return found
    columns = [table.column(at) for at in table.columns.get("level", ())]
    if len(columns) < 2:
        return levels.by_signs(_cells(table, kept, "level"))
    marked = ([depth for depth, cells in enumerate(columns, 1) if not is_blank((cells[at],))] for at in kept)
    return [float(depths[-1]) if depths else None for depths in marked]


def _moved(table: Table, kept: Sequence[int]) -> Sequence[Cell]:
    """Return the cells of the column that is moved in: outline or name, else the code; by blanks, or by its format."""
    told = "outline" if table.has("outline") else "name"
    cells = _cells(table, kept, told)
    if _are_moved(cells):
        return cells
    for field in (told, "code"):
        indented = _indented(table, kept, field)
        if _are_moved(indented):
            return indented
    for field in (told, "code"):
        if signed := levels.by_runs(_cells(table, kept, field)):
            return signed
    codes = [digits(cell) if isinstance(cell, float) else cell if isinstance(cell, str) else None
             for cell in _cells(table, kept, "code")]  # fmt: skip
    return [cell and f"{cell[: len(cell) - len(cell.lstrip())]}x" for cell in codes] if _are_moved(codes) else cells


def _indented(table: Table, kept: Sequence[int], field: str) -> Sequence[Cell]:
    """Return the cells of a field with as many blanks in front as their format moves them in."""
    moved = table.sheet.indents
    if not moved or not table.has(field):
        return ()
    letters, cells = column_letters(table.columns[field][0]), table.field(field)
    depths = ((cells[at], moved.get(f"{letters}{table.at[at] + 1}", 0)) for at in kept)
    return [None if cell is None else f"{'  ' * depth}x" for cell, depth in depths]


def _are_moved(cells: Sequence[Cell]) -> bool:
    return levels.kind((), (), cells) == levels.INDENT


def asked(table: Table, kept: Sequence[int], kind: str, stated: str) -> tuple[Problem, ...]:
    """Ask where nobody can say whether a table tells what is part of what: levels of words, a single blank in front."""
    if alone := [*_asked_of_ids(table)]:
        return (*alone,)
    if kind == levels.PAIRS:
        contrary = () if stated else _asked_of_levels(table, kept)
        return contrary or _asked_of_pairs(table, kept) or _told_again(table, kept)
    if not stated and kind == levels.LEVEL:
        return _asked_of_numbers(table, kept)
    if not stated and kind == levels.DOTTED:
        return (*_asked_of_dates(table, kept),)
    if stated or kind not in {levels.FLAT, levels.INDENT}:
        return ()
    return _asked_of_signs(table, kept) if kind == levels.INDENT else _asked_of_flat(table, kept)


def _asked_of_ids(table: Table) -> Iterator[Problem]:
    """Ask for the other of two columns, where one is stated to hold ids of rows, or those of the rows above."""
    for field, other in ((row_ids.ROW, row_ids.ABOVE), (row_ids.ABOVE, row_ids.ROW)):
        if table.has(field) and not table.has(other):
            caption = table.caption(field)
            yield problem("import-row-ids", table.place(0, field), caption=caption, field=field, other=other)


def _asked_of_numbers(table: Table, kept: Sequence[int]) -> tuple[Problem, ...]:
    """Ask about the first row whose level makes it a part of another than its dotted number does."""
    told, positions = _levels(table, kept), numberings.dotted(_cells(table, kept, "position"))
    if levels.kind((), positions, ()) != levels.DOTTED:
        return ()
    one, other = map(_within_product, (levels.by_level(told), levels.by_dots(positions)))
    odd = next((at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), None)
    if odd is None or levels.LOST in {*one, *other}:
        return ()
    level, number = as_text(told[odd]), as_text(table.field("position")[kept[odd]])
    return (problem("import-contrary-number", table.place(kept[odd], "level"), level=level, number=number),)


def _within_product(parents: Sequence[int]) -> Sequence[int]:
    """Return the parents of rows, the only one that is no part of another being the product itself."""
    if parents.count(levels.PRODUCT) > 1:
        return parents
    return [levels.PRODUCT if up == 0 else up for up in parents]


def _asked_of_flat(table: Table, kept: Sequence[int]) -> tuple[Problem, ...]:
    """Ask about levels of words, numbers in two styles, and single blanks before names."""
    if (odd := numberings.doubtful(_cells(table, kept, "position"))) is not None:
        place, text = table.place(kept[odd], "position"), as_text(table.field("position")[kept[odd]])
        return (problem("import-level", place, text=text),)
    if found := (*_asked_of_dates(table, kept), *_asked_of_ticks(table, kept)):
        return found[:1]
    if grouped := ticks.grouped(table, kept):
        at = next(at for at, level in zip(kept, grouped, strict=True) if level != grouped[0])
        return (problem("import-outline", table.place(at), row=table.at[at] + 1),)
    told = _levels(table, kept)
    field = "outline" if table.has("outline") else "name"
    for at, cell in zip(kept, told, strict=False):
        if not is_blank((cell,)):
            return (problem("import-level", table.place(at, "level"), text=as_text(cell)),)
    names = _cells(table, kept, field)
    moved = [at for at, name in zip(kept, names, strict=False) if isinstance(name, str) and name[:1] in _BLANKS]
    if moved and len(moved) < len(names) and moved[0] != kept[0]:
        return (problem("import-moved", table.place(moved[0], field), text=as_text(table.field(field)[moved[0]])),)
    return ()


def _asked_of_dates(table: Table, kept: Sequence[int]) -> Iterator[Problem]:
    """Ask about a number of a row that is a date: a spreadsheet makes one of ``1-2``."""
    numbers = zip(kept, _cells(table, kept, "position"), strict=False)
    at = next((at for at, cell in numbers if _is_dated(cell)), None)
    if at is not None:
        text, caption = as_text(table.field("position")[at]), table.caption("position")
        yield problem("import-dated-number", table.place(at, "position"), text=text, caption=caption)


def _is_dated(cell: Cell) -> bool:
    return isinstance(cell, dt.date) or (isinstance(cell, str) and _DATED.fullmatch(cell[:_LONGEST_DATE]) is not None)


_LONGEST_DATE = 24
_DATED = re.compile(
    r"\s*(?:\d{1,2}月\d{1,2}日|\d{1,2}-[A-Z][a-z]{2}(?:-\d{2,4})?|[A-Z][a-z]{2}-\d{1,2}|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
    r"(?:\s0?0:00(?::00)?)?)\s*"
)  # fmt: skip
"""A date as a spreadsheet writes ``1-2`` into a text file."""


def _asked_of_ticks(table: Table, kept: Sequence[int]) -> Iterator[Problem]:
    """Ask about columns of ticks that may tell the level of each row."""
    if not table.has("level") and (ticked := ticks.ticked(table, kept)):
        first, last = (table.header.captions[at] for at in (ticked[0], ticked[-1]))
        place = table.sheet.place(table.at[kept[0]], ticked[0])
        yield problem("import-ticks", place, first=first, last=last)


def _asked_of_signs(table: Table, kept: Sequence[int]) -> tuple[Problem, ...]:
    """Ask about the only row that is moved in, if that is no more than by a sign as lists have them: ``· copper``."""
    moved = _moved(table, kept)
    least = min((levels.indent(name) for name in moved if isinstance(name, str)), default=0)
    further = [at for at, name in enumerate(moved) if isinstance(name, str) and levels.indent(name) > least]
    text = moved[further[0]] if len(further) == 1 else None
    if not isinstance(text, str) or not _LISTED.match(text):
        return ()
    field = "outline" if table.has("outline") else "name"
    return (problem("import-moved", table.place(kept[further[0]], field), text=text.strip()),)


def _asked_of_levels(table: Table, kept: Sequence[int]) -> tuple[Problem, ...]:
    """Ask about the first row whose level is not one below that of any row of the parent it names."""
    depths = [levels.level(cell) for cell in _levels(table, kept)]
    told = {depth for depth in depths if depth is not None}
    if len(told) < 2:
        return ()
    above, codes = table.texts("parent", kept), table.texts("code", kept)
    at: dict[str, set[int | None]] = {}
    for code, depth in zip(codes, depths, strict=True):
        at.setdefault(code, set()).add(depth)
    for row, code, depth in zip(kept, above, depths, strict=True):
        if depth is not None and (depth - 1 not in at[code] if code in at else bool(code) and depth != min(told)):
            place = table.place(row, "level")
            return (problem("import-contrary", place, level=str(depth), parent=code),)
    return ()


def _told_again(table: Table, kept: Sequence[int]) -> tuple[Problem, ...]:
    """Ask about an assembly told as often as it is used, each time alike: an exploded list without its levels."""
    above, codes = pairs(table, kept), table.texts("code", kept)
    starts = [at for at, code in enumerate(above) if not at or above[at - 1] != code]
    told: dict[str, list[int]] = {}
    for at in starts:
        told.setdefault(above[at], []).append(at)
    again = {code: runs for code, runs in told.items() if code and len(runs) > 1}
    uses = Counter(code for code in codes if code in again) if again else Counter()
    ends = dict(itertools.pairwise([*starts, len(above)]))
    for code, runs in again.items():
        alike = [Counter(codes[at : ends[at]]) for at in runs if uses[code] == len(runs)]
        if alike and all(each == alike[0] for each in alike):
            place = table.place(kept[runs[1]], "parent")
            return (problem("import-told-again", place, item=code, count=len(runs)),)
    return ()


def _asked_of_pairs(table: Table, kept: Sequence[int]) -> tuple[Problem, ...]:
    """Ask for the parent of a pair without one, where others are named again and again: nobody says what it means."""
    above = table.texts("parent", kept)
    again = any(code and code == before for before, code in itertools.pairwise(above))
    if not again or all(above) or not all(pairs(table, kept)):
        return ()
    at = above.index("")
    return (problem("import-no-parent", table.place(kept[at], "parent"), above=above[at - 1]),)


def _agree(table: Table, kept: Sequence[int], parents: Sequence[int]) -> bool:
    """Tell whether the parents that rows name are those of their levels, or all of them the product.

    A bill exploded level by level tells an assembly as often as it is used: as pairs its parts would count each time.
    """
    above, codes = pairs(table, kept), table.texts("code", kept)
    if len({*above}) == 1:
        return any(up >= 0 for up in parents)
    own = {*codes}
    return all(
        code not in own if up == levels.PRODUCT else up >= 0 and codes[up] == code
        for up, code in zip(parents, above, strict=True)
    )


def pairs(table: Table, kept: Sequence[int]) -> list[str]:
    """Return the parents of pairs, "" for the product itself; one written once for all its parts in each of their rows.

    A row without one is a part of the product, or that itself, where the first row is, and where all parents are parts
    themselves; and where records name theirs by its id.
    """
    above = table.texts("parent", kept)
    if not above or not above[0] or table.bills.by_id or {*above} <= {"", *table.texts("code", kept)}:
        return above
    found: list[str] = []
    for code in above:
        found.append(code or found[-1])
    return found
