"""Columns that tell of a parent what others, right of them, tell of its parts, by captions that do not say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from footprint.layouts.naming import headers
from footprint.layouts.naming.cells import text_at
from footprint.layouts.naming.designators import are_designators
from footprint.layouts.naming.headers import NOTHING, Meant
from footprint.layouts.naming.once import Row
from footprint.layouts.naming.relations import is_of_part

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
    parents = [at for at, meant in said.items() if meant.fields[:1] == ("parent",)]
    if parents:
        return _of_parent(min(parents), captions, said, below)
    for left, right in _couples(captions, said):
        each = {field: [at for at, meant in sorted(said.items()) if meant.fields[:1] == (field,)] for field in _BESIDE}
        both = {field: ats for field, ats in each.items() if len(ats) == _TWO and left < ats[0] < right < ats[1]}
        counted = {at for at, meant in said.items() if not _COUNTS.isdisjoint(meant.fields[:1])}
        if min(counted - {*both.get("quantity", ())[:1]}, default=-1) < right:
            continue
        rows = [(one, other, row) for row in below if (one := text_at(row, left)) and (other := text_at(row, right))]
        pairs = [(one, other) for one, other, _ in rows]
        named = both.get("name", (-1,))[0]
        names = {(one, text_at(row, named)) for one, _, row in rows}
        is_told = named >= 0 and _come_again(pairs) and _are_wholes(pairs, names)
        is_told = is_told or _is_of_parts(captions[left], captions[right], pairs)
        if headers.normal(captions[left]) == headers.normal(captions[right]):
            is_told = _come_again(pairs) or _stands_apart(left, right, said, both, pairs)
        if is_told:
            beside = {ats[0]: Meant(("base_quantity",) if field == "quantity" else ()) for field, ats in both.items()}
            names_ = {at: NOTHING for at in each["name"] if left < at < right and _is_of(at, left, below)}
            return {left: Meant(("parent",)), right: Meant(("code",)), **names_, **beside}
    return _beside_stuff(captions, said, below)


def _beside_stuff(captions: Mapping[int, str], said: Mapping[int, Meant], below: Sequence[Row]) -> dict[int, Meant]:
    """Return the only column of codes as that of what is made of the ingredients that another names, where it is one.

    One code stands for all rows.
    """
    codes = [at for at, meant in said.items() if meant.fields[:1] == ("code",) and not meant.is_stated]
    stuff = [at for at, meant in said.items() if meant.fields[:1] == ("name",) and is_of_part(captions[at])]
    if len(codes) != 1 or not stuff or is_of_part(captions[codes[0]]):
        return {}
    pairs = [(one, other) for row in below if (one := text_at(row, codes[0])) and (other := text_at(row, stuff[0]))]
    if len({one for one, _ in pairs}) != 1 or not _come_again(pairs):
        return {}
    names = [at for at, meant in said.items() if meant.fields[:1] == ("name",) and at not in stuff]
    return {codes[0]: Meant(("parent",)), **dict.fromkeys(names, NOTHING)}


def _of_parent(
    parent: int, captions: Mapping[int, str], said: Mapping[int, Meant], below: Sequence[Row]
) -> dict[int, Meant]:
    """Return the columns between a parent and the code of its parts that are called as others right of that code.

    A unit there is that of the parent where another stands right of the code, and so is a name that each has its own.
    """
    codes = [at for at, meant in said.items() if "code" in meant.fields and at > parent]
    after = {headers.normal(captions[at]) for at in said if codes and at > min(codes)}
    between = [at for at, meant in said.items() if codes and parent < at < min(codes) and not meant.is_stated
               and {*meant.fields[:1]} & {"name", "specification", "unit"}]  # fmt: skip
    units = [at for at, meant in said.items() if meant.fields[:1] == ("unit",) and codes and at > min(codes)]
    names = [at for at, meant in said.items() if meant.fields[:1] == ("name",) and codes and at > min(codes)]
    return {at: NOTHING for at in between
            if headers.normal(captions[at]) in after or (units and said[at].fields[:1] == ("unit",))
            or (names and said[at].fields[:1] == ("name",) and _is_of(at, parent, below))}  # fmt: skip


def _couples(captions: Mapping[int, str], said: Mapping[int, Meant]) -> Iterator[tuple[int, int]]:
    """Yield the first column of codes with each right of it, those of one caption before others."""
    firsts = {"code"} | ({"position"} if any(meant.fields == ("position",) for meant in said.values()) else set())
    codes = [at for at, meant in sorted(said.items())
             if "code" in meant.fields and meant.fields[0] in firsts and not meant.is_stated]  # fmt: skip
    stuff = [at for at, meant in said.items() if meant.fields[:1] == ("material",) and not meant.is_stated
             and is_of_part(captions[at])]  # fmt: skip
    every = (*codes[1:], *(at for at in stuff if codes and at > codes[0]))
    others = sorted(every, key=lambda at: headers.normal(captions[at]) != headers.normal(captions[codes[0]]))
    yield from ((codes[0], at) for at in others)


def _come_again(pairs: Sequence[tuple[str, str]]) -> bool:
    """Tell whether the first of pairs come again, with other seconds."""
    return len({one for one, _ in pairs}) < len({*pairs})


def _is_of_parts(one: str, other: str, pairs: Sequence[tuple[str, str]]) -> bool:
    """Tell whether the second of two captions says that of parts, the first does not, and its texts come again.

    One text for all rows, that the others tell apart, is no part whatever it is called.
    """
    parts = [caption for caption in (one, other) if is_of_part(caption)]
    if all(are_designators(text) for _, text in pairs):
        return False
    if parts == [other]:
        return _come_again(pairs)
    is_whole = len({own for own, _ in pairs}) == 1 < len(pairs) == len({*pairs})
    return is_whole and not parts


def _is_of(at: int, left: int, below: Sequence[Row]) -> bool:
    """Tell whether a column tells one text for each of another, and so what that is."""
    pairs = {(text_at(row, left), text_at(row, at)) for row in below} - {("", "")}
    return len(pairs) == len({one for one, _ in pairs}) and len(pairs) < len(below)


def _are_wholes(pairs: Sequence[tuple[str, str]], named: Collection[tuple[str, str]]) -> bool:
    """Tell whether the first of pairs are wholes of several parts each, in one piece, and each has one name.

    ``named``: each with what it is called.
    """
    owners = [one for one, _ in pairs]
    parts = Counter(one for one, _ in {*pairs})
    runs = sum(1 for _ in groupby(owners))
    return len(named) == len(parts) == runs and len({*pairs}) == len(pairs) and min(parts.values()) > 1


def _stands_apart(
    left: int, right: int, said: Mapping[int, Meant], both: Mapping[str, Sequence[int]],
    pairs: Sequence[tuple[str, str]],
) -> bool:  # fmt: skip
    """Tell whether the place of parts, or a name of each, parts two columns of one caption that say otherwise."""
    between = any(left < at < right and meant.fields[:1] == ("position",) for at, meant in said.items())
    is_open = any(one != other for one, other in pairs) and "quantity" not in both
    return is_open and (between or "name" in both)


def twice(columns: Mapping[str, tuple[int, ...]], captions: Mapping[int, str]) -> frozenset[int]:
    """Return the columns of a parent that are called as those of its parts, from the code of these on."""
    above, own = columns.get("parent", ())[:1], columns.get("code", ())[:1]
    if not above or not own:
        return frozenset()
    after = {headers.normal(caption) for at, caption in captions.items() if at >= own[0]}
    has_unit = columns.get("unit", (-1,))[0] > own[0]
    return frozenset(
        at for at, caption in captions.items() if at < own[0] and (headers.normal(caption) in after or (
            has_unit and at > above[0] and headers.meant(caption).fields[:1] == ("unit",))))  # fmt: skip
