"""Columns that tell of a parent what others, right of them, tell of its parts, by captions that do not say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.layouts.naming import headers
from footprint.layouts.naming.headers import Meant
from footprint.layouts.naming.once import Row
from footprint.model.sheets import Cell, digits

_BESIDE = ("name", "specification", "unit", "quantity")
"""Fields that a parent has as its parts do."""
_COUNTS = frozenset({"quantity", "total_quantity", "mass", "total_mass", "gross_mass"})
_TWO = 2


def of_twice(captions: Mapping[int, str], said: Mapping[int, Meant], below: Sequence[Row]) -> dict[int, Meant]:
    """Return the columns of a parent that are called as those of its parts right of them: ``Item, Name, Item, Name``.

    The first of two codes, left of all quantities of parts, is the parent's. It is called as the other, and the place
    of the part stands between both, names are told of both, or it comes again in the rows ``below`` with other parts;
    or it is called otherwise, ``Item, Name, Material, Material name``, and comes again, each with one name.
    """
    if any("parent" in meant.fields for meant in said.values()):
        return {}
    for left, right in _couples(captions, said):
        each = {field: [at for at, meant in sorted(said.items()) if meant.fields[:1] == (field,)] for field in _BESIDE}
        both = {field: ats for field, ats in each.items() if len(ats) == _TWO and left < ats[0] < right < ats[1]}
        counted = {at for at, meant in said.items() if not _COUNTS.isdisjoint(meant.fields[:1])}
        if min(counted - {*both.get("quantity", ())[:1]}, default=-1) < right:
            continue
        pairs = [(one, other) for row in below if (one := _text(row, left)) and (other := _text(row, right))]
        are_alike = headers.normal(captions[left]) == headers.normal(captions[right])
        names = [{(one, _text(row, both["name"][0])) for row in below if (one := _text(row, left))}
                 for _ in both.get("name", ())[:1]]  # fmt: skip
        if not _are_parents(pairs) and not (are_alike and _stands_apart(left, right, said, both, pairs)):
            continue
        if not are_alike and not (names and len(names[0]) == len({one for one, _ in pairs})):
            continue
        beside = {ats[0]: Meant(("base_quantity",) if field == "quantity" else ()) for field, ats in both.items()}
        return {left: Meant(("parent",)), right: Meant(("code",)), **beside}
    return {}


def _couples(captions: Mapping[int, str], said: Mapping[int, Meant]) -> Iterator[tuple[int, int]]:
    """Yield the first column of codes with each right of it, those of one caption before others."""
    firsts = {"code"} | ({"position"} if any(meant.fields == ("position",) for meant in said.values()) else set())
    codes = [at for at, meant in sorted(said.items())
             if "code" in meant.fields and meant.fields[0] in firsts and not meant.is_stated]  # fmt: skip
    others = sorted(codes[1:], key=lambda at: headers.normal(captions[at]) != headers.normal(captions[codes[0]]))
    yield from ((codes[0], at) for at in others)


def _are_parents(pairs: Sequence[tuple[str, str]]) -> bool:
    """Tell whether the first of pairs come again, with other seconds."""
    owners = {one for one, _ in pairs}
    return len(owners) < len({*pairs})


def _stands_apart(
    left: int, right: int, said: Mapping[int, Meant], both: Mapping[str, Sequence[int]],
    pairs: Sequence[tuple[str, str]],
) -> bool:  # fmt: skip
    """Tell whether the place of parts, or a name of each, parts two columns of one caption that say otherwise."""
    between = any(left < at < right and meant.fields[:1] == ("position",) for at, meant in said.items())
    is_open = any(one != other for one, other in pairs) and "quantity" not in both
    return is_open and (between or "name" in both)


def twice(columns: Mapping[str, tuple[int, ...]], captions: Mapping[int, str]) -> frozenset[int]:
    """Return the columns of a parent that is called as its parts right of it."""
    above, own = columns.get("parent", ())[:1], columns.get("code", ())[:1]
    is_same = above and own and headers.normal(captions[above[0]]) == headers.normal(captions[own[0]])
    return frozenset(range(above[0], own[0])) if is_same else frozenset()


def _text(row: Sequence[Cell], at: int) -> str:
    cell = row[at] if at < len(row) else None
    return digits(cell) if isinstance(cell, float) else "" if cell is None else str(cell).strip()
