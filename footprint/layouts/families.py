"""Columns nobody reads that may name the product of each row: the same parts come again for each of their texts.

A bill tells a part once, or as often as it is used; a table of several products tells it once for each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import groupby

from footprint.errors import Problem, problem
from footprint.layouts import levels
from footprint.layouts.editions import some
from footprint.layouts.flags import Left
from footprint.layouts.layout import ALL, IGNORE, Layout
from footprint.layouts.sayings import are_flags
from footprint.layouts.table import Table, as_text
from footprint.model.sheets import Cell

_READ = ("sub_bom", "specification", "name")
"""Fields whose columns may as well name products, where rows have codes besides."""
_LIKE = "import-like-products"
_CODES = {"sub_bom": "import-like-bills"}
_LEAST, _MOST = 2, 200
"""Rows and groups, and groups that are looked at."""
_Groups = tuple[int, ...]


def asked(table: Table, left: Left, layout: Layout, above: Mapping[int, object]) -> Iterator[Problem]:
    """Ask about the first column that parts the rows into groups in which the same parts come again."""
    rows = _side_by_side(left, above)
    if layout.constants.get("product") == ALL or len(rows) < 2 * _LEAST:
        return
    settled: set[_Groups] = set()
    for at, field in _open(table):
        cells = [table.column(at)[row] for row in rows]
        names = _names(cells)
        if len({*names}) < _LEAST or len({*names}) > _MOST:
            continue
        groups = _numbered(names)
        if layout.settles(table.header.captions[at]):
            settled.add(groups)
        elif groups not in settled and _tells(table, rows, cells, names, field, above):
            first, *others = dict.fromkeys(names)
            place, code = table.sheet.place(table.at[rows[names.index(others[0])]], at), _CODES.get(field, _LIKE)
            caption, shown = table.header.captions[at], some([first, *others])
            yield problem(code, place, caption=caption, names=shown, first=first, field=field or IGNORE)
            return


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
    whole = all(cell is None or (cell.is_integer() if isinstance(cell, float) else type(cell) is str) for cell in cells)
    if not whole or cells[0] is None or are_flags(cells):
        return ()
    found: list[str] = []
    for cell in cells:
        found.append(as_text(cell) or found[-1])
    is_told = not any(isinstance(cell, float) for cell in cells) or _runs(found) == len({*found})
    return found if is_told else ()


def _runs(names: Sequence[Hashable]) -> int:
    return sum(1 for _ in groupby(names))


def _numbered(names: Sequence[str]) -> _Groups:
    """Return which group each row is of, by the order in which they begin."""
    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return tuple(order[name] for name in names)


def _tells(
    table: Table, rows: Sequence[int], cells: Sequence[Cell], names: Sequence[str], field: str,
    above: Mapping[int, object],
) -> bool:  # fmt: skip
    """Tell whether groups may be products: of several parts each, that come again in others and but once in their own.

    What is no code may come again in another size as well: then it must in every group, or each group stands by itself.
    """
    by = "code" if table.has("code") else "outline" if table.has("outline") else "name"
    texts = [as_text(table.field(by)[row]) for row in rows]
    if field == "sub_bom":
        return _is_shared(names, cells, texts)
    parts = [(str(above.get(row)), text) for row, text in zip(rows, texts, strict=True)]
    pairs = {*zip(names, parts, strict=True)}
    in_groups = Counter(part for _, part in pairs)
    again = sum(in_groups[part] > 1 for part in parts)
    is_once = 10 * len(pairs) >= 9 * len(parts) and all(texts)
    if not is_once or 2 * again < len(parts) or min(Counter(names).values()) < _LEAST:
        return False
    is_apart = _runs(names) == len({*names})
    are_codes = by == "code" and all(any(map(str.isdecimal, text)) for text in texts)
    return is_apart or are_codes or (not field and {*in_groups.values()} == {len({*names})})


def _is_shared(names: Sequence[str], cells: Sequence[Cell], codes: Sequence[str]) -> bool:
    """Tell whether what should be the bill of a part itself is that of several parts, and no part is called by it."""
    parts: dict[str, set[str]] = {}
    for name, code in zip(names, codes, strict=True):
        parts.setdefault(name, set()).add(code)
    return None not in cells and all(len(each) > 1 for each in parts.values()) and parts.keys().isdisjoint(codes)
