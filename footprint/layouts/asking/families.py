"""Columns nobody reads that may name the product of each row: the same parts come again for each of their texts.

A bill tells a part once, or as often as it is used; a table of several products tells it once for each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from footprint.errors import Problem, problem
from footprint.layouts.asking import owners
from footprint.layouts.counting.editions import some
from footprint.layouts.locating.flags import Left
from footprint.layouts.locating.table import Table, filled_down
from footprint.layouts.naming import levels
from footprint.layouts.naming.captions import IGNORE
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import ALL, Layout
from footprint.layouts.naming.sayings import are_flags
from footprint.model.sheets import Cell

_READ = ("sub_bom", "specification", "name")
"""Fields whose columns may as well name products, where rows have codes besides."""
_LIKE = "import-like-products"
_CODES = {"sub_bom": "import-like-bills"}
_LEAST, _MOST = 2, 200
"""Rows and groups, and groups that are looked at."""
_Groups = tuple[int, ...]


def asked(table: Table, left: Left, layout: Layout, above: Mapping[int, object]) -> Iterator[Problem]:
    """Ask about the first column by which rows may be parts of several products."""
    yield from [*_shared(table, left, layout, above)] or owners.asked(table, left, layout, above)


def _shared(table: Table, left: Left, layout: Layout, above: Mapping[int, object]) -> Iterator[Problem]:
    """Ask about the first column that parts the rows into groups in which the same parts come again."""
    rows = _side_by_side(left, above)
    if layout.constants.get("product") == ALL or len(rows) < 2 * _LEAST:
        return
    parts = _parts(table, rows, above)
    often = Counter(parts.keys)
    may = 2 * sum(often[key] > 1 for key in parts.keys) >= len(rows)
    settled: set[_Groups] = set()
    for at, field in _open(table):
        column = table.column(at)
        cells = [column[row] for row in rows] if may or field == "sub_bom" else ()
        names = _names(cells)
        if not names:
            continue
        groups = _numbered(names)
        if layout.settles(table.header.captions[at]):
            settled.add(groups)
        elif groups not in settled and _tells(parts, cells, names, groups, field):
            first, *others = dict.fromkeys(names)
            place, code = table.sheet.place(table.at[rows[names.index(others[0])]], at), _CODES.get(field, _LIKE)
            caption, shown = table.header.captions[at], some([first, *others])
            yield problem(code, place, caption=caption, names=shown, first=first, field=field or IGNORE)
            return


class _Parts(NamedTuple):
    """What rows are called, and number of the part that each is in what it is part of; ``are_codes``: by codes."""

    texts: Sequence[str]
    keys: Sequence[int]
    are_codes: bool


def _parts(table: Table, rows: Sequence[int], above: Mapping[int, object]) -> _Parts:
    by = "code" if table.has("code") else "outline" if table.has("outline") else "name"
    cells = table.field(by)
    texts = [as_text(cells[row]) for row in rows]
    known: dict[tuple[object, str], int] = {}
    keys = [known.setdefault((above.get(row), text), len(known)) for row, text in zip(rows, texts, strict=True)]
    return _Parts(texts, keys, by == "code" and all(any(map(str.isdecimal, text)) for text in {*texts}))


def _open(table: Table) -> Iterator[tuple[int, str]]:
    """Yield the columns that may name products, each with the field that it is read for, "" for none."""
    read = ((at, field) for field in _READ if table.has("code") for at in table.columns.get(field, ()))
    yield from sorted([*((at, "") for at in table.header.unused), *read])


def _side_by_side(left: Left, above: Mapping[int, object]) -> Sequence[int]:
    """Return the rows that are parts of the product itself, and all where each names what it is part of."""
    if any(isinstance(up, str) for up in above.values()):
        return [*left]
    tops = [at for at in left if above.get(at) == levels.PRODUCT]
    return tops if len(tops) != 1 else [at for at in left if above.get(at) == 0]


def _names(cells: Sequence[Cell]) -> Sequence[str]:
    """Return what a column calls the group of each row, as above where it is empty; none where it is no such column."""
    each = {*cells}
    whole = all(cell is None or (cell.is_integer() if isinstance(cell, float) else type(cell) is str) for cell in each)
    if not _LEAST <= len(each) <= _MOST or not whole or not as_text(cells[0]) or are_flags(cells):
        return ()
    found = filled_down(cells)
    is_told = not any(isinstance(cell, float) for cell in each) or _runs(found) == len({*found})
    return found if is_told and len({*found}) >= _LEAST else ()


def _runs(names: Sequence[Hashable]) -> int:
    return sum(1 for _ in groupby(names))


def _numbered(names: Sequence[str]) -> _Groups:
    """Return which group each row is of, by the order in which they begin."""
    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return tuple(order[name] for name in names)


def _tells(parts: _Parts, cells: Sequence[Cell], names: Sequence[str], groups: _Groups, field: str) -> bool:
    """Tell whether groups may be products: of several parts each, that come again in others and but once in their own.

    What is no code may come again in another size as well: then it must in every group, or each group stands by itself.
    """
    if field == "sub_bom":
        return _is_shared(names, cells, parts.texts)
    pairs = {*zip(groups, parts.keys, strict=True)}
    if 10 * len(pairs) < 9 * len(groups) or not all(parts.texts) or min(Counter(groups).values()) < _LEAST:
        return False
    in_groups = Counter(part for _, part in pairs)
    if 2 * sum(in_groups[part] > 1 for part in parts.keys) < len(groups):
        return False
    is_apart = _runs(groups) == len({*groups})
    return is_apart or parts.are_codes or (not field and {*in_groups.values()} == {len({*groups})})


def _is_shared(names: Sequence[str], cells: Sequence[Cell], codes: Sequence[str]) -> bool:
    """Tell whether what should be the bill of a part itself is that of several parts, and no part is called by it."""
    parts: dict[str, set[str]] = {}
    for name, code in zip(names, codes, strict=True):
        parts.setdefault(name, set()).add(code)
    return None not in cells and all(len(each) > 1 for each in parts.values()) and parts.keys().isdisjoint(codes)
