"""Pairs of parent and child that may as well be the codes and names of single rows: each parent has one child only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.errors import Problem, problem
from footprint.layouts.asking.owners import names_owner
from footprint.layouts.naming import levels
from footprint.layouts.nesting.structures import pairs
from footprint.layouts.part import Part

_LEAST = 2
"""Parents with one child each that may be codes."""
_TEXTS = ("name", "specification", "note")
"""What the texts beside codes may be, the first that no other column is."""


def asked(part: Part) -> Iterator[Problem]:
    """Ask whether a column read for parents by the one right of it tells what each row is, as codes and names do.

    Nobody says that it names parents or products, each of its texts has one child only, and none is a child: nothing
    there is told to have several parts.
    """
    table, layout = part.table, part.layout
    caption, other = table.caption("parent"), table.caption("code")
    if part.structure != levels.PAIRS or layout.structure or not (caption and other):
        return
    if layout.settles(caption) or "parent" in layout.meant(caption).fields or names_owner(caption):
        return
    children: dict[str, set[str]] = {}
    for above, code in zip(pairs(table, part.kept), table.texts("code", part.kept), strict=True):
        children.setdefault(above, set()).add(code)
    if len(children) >= _LEAST and "" not in children and not _tell_parts(children):
        field = next((each for each in _TEXTS if not table.has(each)), _TEXTS[-1])
        place = table.sheet.place(table.header.bottom, table.columns["parent"][0])
        yield problem("import-pairs-or-names", place, (), caption=caption, other=other, field=field)


def _tell_parts(children: Mapping[str, set[str]]) -> bool:
    """Tell whether anything has several parts, or is itself a part of another."""
    several = any(len(codes) > 1 for codes in children.values())
    return several or any(code in children for above, codes in children.items() for code in codes - {above})


def tops(parts: Sequence[Part]) -> tuple[str, ...]:
    """Return the parents that are part of nothing, of the rows that count: those of one product, where one is stated.

    None where a table tells in another way what is part of what.
    """
    above: dict[str, None] = {}
    children: set[str] = set()
    for part in parts:
        if part.structure != levels.PAIRS:
            return ()
        left = [at for at in part.kept if at not in part.out]
        above |= dict.fromkeys(filter(None, pairs(part.table, left)))
        children |= {*part.table.texts("code", left)}
    return tuple(code for code in above if code not in children)
