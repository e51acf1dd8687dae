"""Which row of an exported bill is part of which: by level, dotted number, indentation, or pairs of parent and child.

Each way answers with the index of the parent in the same sequence of rows, `PRODUCT` for a part of the product itself,
or `LOST` where a row has no place; a lost row is rejected with its address, never put somewhere.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from footprint.model.sheets import Cell, Digits, digits

PRODUCT, LOST = -1, -2
LEVEL, DOTTED, INDENT, IDS, PAIRS, FLAT = "level", "dotted", "indent", "ids", "pairs", "flat"
_LEVEL = re.compile(r"[.\-+*·…_>|│├└─\s]*+(?:L|Lv|Level|第)?\s*+(\d{1,2})\s*+(?:级|层|阶)?", re.IGNORECASE)
_HAN = "零一二三四五六七八九"
_NAMED = re.compile(
    rf"(?=.*[^\d{_HAN}])(?:L|Lv|Lvl|Level|Ebene|Stufe|BOM层|层级|层次|层|阶|第)?\s*[.\-_]?\s*([\d{_HAN}])\s*(?:级|层|阶)?",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(\d{1,4}(?:[.\-]\d{1,4}){1,30}|\d{1,4})[.)、]?")
_RUN = re.compile(r"([+\-.·*>•=~])\1{0,29}(?=\s*\w)")
_INDENT = re.compile(r"(?:[\s\u3000·…>_|│├└─]|[.+-](?!\d))*")
_WIDE = {"\u3000": 2, "\t": 4}
"""Blanks that move a text further than one does."""
_DASHED = -1.0
"""What reads the first level of those written with dashes: ``-1``, ``--2``."""
_LEAST_DOTTED = _LEAST_MOVED = 2
"""Dotted numbers that are no accident, and blanks or signs before a text that are no slip."""
Dots = tuple[int, ...]


def kind(levels: Sequence[Cell], positions: Sequence[Cell], names: Sequence[Cell]) -> str:
    """Return how the rows of a table tell their structure, `FLAT` where they do not."""
    if _are_levels(levels):
        return LEVEL
    dotted = numbered(levels, positions)
    parted = [cell for cell in dotted if _is_dotted(cell)]
    if len(parted) >= _LEAST_DOTTED or (parted and _is_first(parted[0]) and LOST not in by_dots(dotted)):
        return DOTTED
    hyphened = [cell for cell in dotted if _is_hyphened(cell)]
    if len(hyphened) >= _LEAST_DOTTED and LOST not in by_dots(dotted):
        return DOTTED
    depths = {indent(name) for name in names if isinstance(name, str)} or {0}
    return INDENT if max(depths) - min(depths) >= _LEAST_MOVED else FLAT


def numbered(levels: Sequence[Cell], positions: Sequence[Cell]) -> Sequence[Cell]:
    """Return the cells that dotted numbers may stand in: levels where any does, else those of positions, if any."""
    return levels if any(map(_is_dotted, levels)) or not positions else positions


def tell_nothing(levels: Sequence[Cell]) -> bool:
    """Tell whether all rows are of one level."""
    return len(levels) > 1 and len({*levels}) == 1 and levels[0] is not None and level(levels[0]) is not None


def _are_levels(cells: Sequence[Cell]) -> bool:
    """Tell whether most cells are levels and none is a dotted number: what is neither has no place, and says so."""
    filled = [cell for cell in cells if cell is not None and cell != ""]
    none = {cell for cell in {*filled} if level(cell) is None}
    known = sum(cell not in none for cell in filled) if none else len(filled)
    return known * 2 > len(filled) and (known == len(filled) or not any(map(_is_dotted, filled)))


@lru_cache(4096)
def level(cell: Cell) -> int | None:
    """Return a level written as a number, ``..2``, ``L2``, ``2级`` or ``二级``; None for what is none."""
    if isinstance(cell, float):
        return 1 if cell == _DASHED else int(cell) if cell.is_integer() and 0 <= cell < 100 else None
    if not isinstance(cell, str):
        return None
    found = _LEVEL.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    return int(found[1]) if found else named(cell)


def by_signs(cells: Sequence[Cell]) -> Sequence[Cell]:
    """Return levels written as rows of one sign (``+``, ``++``) in numbers; others as they stand."""
    filled = {cell.strip() for cell in {*cells} if isinstance(cell, str)} - {""}
    signs = {sign for cell in filled for sign in cell}
    if len(signs) != 1 or len(filled) < _LEAST_DOTTED or signs.pop().isalnum():
        return cells
    return [float(len(cell.strip())) if isinstance(cell, str) and cell.strip() else None for cell in cells]


def by_runs(cells: Sequence[Cell]) -> Sequence[Cell]:
    """Return texts after as many of one sign as they are deep (``+ A``, ``++ B``) moved in by blanks; else none."""
    found = [_RUN.match(cell) if isinstance(cell, str) else None for cell in cells]
    runs = [(each[0] if each else "") for each in found]
    depths = [*map(len, runs)]
    is_told = len({*"".join(runs)}) == 1 and sum(map(bool, depths)) * 2 > len(cells)
    steps = all(b <= a + 1 for a, b in itertools.pairwise((min(depths, default=0), *depths)))
    is_told = is_told and steps and max(depths) >= _LEAST_MOVED and len({*depths}) > 1
    return [cell and f"{'  ' * depth}x" for cell, depth in zip(cells, depths, strict=True)] if is_told else ()


def named(caption: str) -> int | None:
    """Return the level that a caption names a column by: ``L1``, ``Level 2``, ``三级``; None for what names none."""
    found = _NAMED.fullmatch(unicodedata.normalize("NFKC", caption).strip())
    return _HAN.index(found[1]) if found and found[1] in _HAN else int(found[1]) if found else None


def _is_dotted(cell: Cell) -> bool:
    cell = cell.written if isinstance(cell, Digits) else cell
    if isinstance(cell, float):
        return not cell.is_integer()
    return isinstance(cell, str) and "." in cell and _DOTTED.fullmatch(cell.strip()) is not None


def _is_hyphened(cell: Cell) -> bool:
    return isinstance(cell, str) and "-" in cell and _DOTTED.fullmatch(cell.strip()) is not None


def _is_first(cell: Cell) -> bool:
    """Tell whether a dotted number is that of a first part: the only one of a list is no structure otherwise."""
    cell = digits(cell) if isinstance(cell, float) else cell
    return isinstance(cell, str) and re.search(r"\D0*1[.)、]?$", cell.strip()) is not None


def by_level(levels: Sequence[Cell]) -> list[int]:
    """Return the parent of each row by its level: the nearest row above that is one level higher."""
    read = {cell: level(cell) for cell in {*levels}}
    known = _by_tens([read[cell] for cell in levels])
    least = min((depth for depth in known if depth is not None), default=0)
    path: list[int] = []
    found = []
    for at, depth in enumerate(known):
        under = len(path) + 1 if depth is None else depth - least
        if under > len(path):
            found.append(LOST)
        else:
            del path[under:]
            found.append(path[-1] if path else PRODUCT)
            path.append(at)
    return found


def _by_tens(levels: Sequence[int | None]) -> Sequence[int | None]:
    """Return levels that are counted by tens by ones: 10, 20 and 30 are no levels of any bill otherwise."""
    known = {depth for depth in levels if depth is not None}
    if len(known) < 2 or any(depth % 10 for depth in known):
        return levels
    return [None if depth is None else depth // 10 for depth in levels]


def by_dots(positions: Sequence[Cell]) -> list[int]:
    """Return the parent of each row by its dotted number: the last row above with the number without its last part.

    A number that a spreadsheet made of ``3.10`` reads 3.1: it is taken for the next in its order where it is that, and
    is `LOST` where it would be a second 3.1. A number used twice begins anew.
    """
    last: dict[Dots, int] = {}
    children: dict[int, int] = {}
    found = []
    for at, cell in enumerate(positions):
        number = _number(cell, last, children)
        parent = LOST if number is None else _above(number, last)
        found.append(parent)
        if number is not None and parent != LOST:
            last[number] = at
            children[parent] = number[-1]
    return found


def by_ids(ids: Sequence[str], above: Sequence[str]) -> list[int]:
    """Return the parent of each row by the id of that, "" for none; without a place where no row has it.

    Nor has one a place that is part of itself, by whatever way.
    """
    rows = {each: at for at, each in reversed([*enumerate(ids)]) if each}
    parents = [rows.get(up, LOST) if up else PRODUCT for up in above]
    placed = {*parents_first(parents)}
    return [up if at in placed else LOST for at, up in enumerate(parents)]


def parents_first(parents: Sequence[int]) -> list[int]:
    """Return the rows that have a place, each behind the one it is part of, else in their order."""
    below: dict[int, list[int]] = {}
    for at, up in enumerate(parents):
        below.setdefault(up, []).append(at)
    found: list[int] = []
    waiting = below.get(PRODUCT, [])[::-1]
    while waiting:
        found.append(waiting.pop())
        waiting += below.get(found[-1], [])[::-1]
    return found


def in_order(kept: Sequence[int], parents: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    """Return rows and what each is part of so that each stands behind that; as they are where all do."""
    if all(up < at for at, up in enumerate(parents)):
        return kept, parents
    order = [*parents_first(parents), *(at for at, up in enumerate(parents) if up == LOST)]
    moved = {at: new for new, at in enumerate(order)}
    return [kept[at] for at in order], [moved.get(parents[at], parents[at]) for at in order]


def _above(number: Dots, last: Mapping[Dots, int]) -> int:
    """Return the last row with ``number`` less its last part, `LOST` if that is no part of the last row above it."""
    parent = number[:-1]
    if not parent:
        return PRODUCT
    at = last.get(parent, LOST)
    return at if at > _above(parent, last) != LOST else LOST


def _number(cell: Cell, last: Mapping[Dots, int], children: Mapping[int, int]) -> Dots | None:
    """Return the parts of a dotted number, 1.0 being 1; None for a date, or what is none."""
    if isinstance(cell, Digits):
        cell = cell.written
    if isinstance(cell, float):
        return _from_float(cell, last, children)
    if not isinstance(cell, str) or isinstance(cell, dt.date):
        return None
    match = _DOTTED.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    number = tuple(map(int, re.split(r"[.\-]", match[1]))) if match else ()
    return (number[:-1] if len(number) > 1 and not number[-1] else number) or None


def _from_float(value: float, last: Mapping[Dots, int], children: Mapping[int, int]) -> Dots | None:
    if value.is_integer():
        return (int(value),) if value >= 0 else None
    whole, _, decimals = f"{value:.15g}".partition(".")
    if not whole.isdecimal() or not decimals.isdecimal():
        return None
    parent, read = (int(whole),), int(decimals)
    before = children.get(last.get(parent, LOST), 0)
    if read > before:
        return (*parent, read)
    following = before + 1
    return (*parent, following) if str(following).rstrip("0") == decimals else None


@lru_cache(65536)
def indent(text: str) -> int:
    """Return how far a text is moved in: the blanks and signs before its first letter; some count for several.

    What belongs to a number, as in ``-20 C`` and ``.5 mm``, moves nothing.
    """
    found = _INDENT.match(text)
    return sum(_WIDE.get(sign, 1) for sign in found[0]) if found else 0


def by_indent(names: Sequence[Cell]) -> list[int]:
    """Return the parent of each row by how far its name is moved in: the nearest row above that is less so."""
    path: list[tuple[int, int]] = []
    found = []
    for at, name in enumerate(names):
        if not isinstance(name, str):
            found.append(LOST)
            continue
        depth = indent(name)
        while path and path[-1][0] >= depth:
            path.pop()
        found.append(path[-1][1] if path else PRODUCT)
        path.append((depth, at))
    return found
