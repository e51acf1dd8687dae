"""Words for units that mean one thing in one trade only: what stands beside them in their column tells which."""

from __future__ import annotations

import re
from collections.abc import Iterator

from footprint import units
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.pieces import in_bulk, of_bulk
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import Layout, Measure
from footprint.layouts.naming.measures import ITEM, measured

_RUNNING = frozenset({"rm", "rms", "r.m", "r.m."})
"""Running metres in bills of quantities, reams of paper elsewhere."""
_PARTS = frozenset({"part", "parts"})
"""Pieces in lists of parts, parts by weight in recipes."""
_FEW = 10
"""Parts of a row: as many or more may be by weight."""
_MIXED = re.compile(
    r"resin(?![a-z])|harden|epox|curing|catalyst|accelerat|polyol|isocyan|binder|filler|pigment|solvent|thinner|monomer"
    r"|(?<![a-z])(?:paint|glue|adhesive|mix|primer|ink|slurry)(?![a-z])|harz|härter|kleb|(?<![a-z])lack|résine|durcis|resina"
    r"|(?<![a-z])(?:part|component|comp\.?|komponente)[\s_-]?[ab12](?![a-z\d])|树脂|固化|硬化|环氧|组分|胶|漆|[AB]\s?料|[AB]剂"
    r"|催化|稀释|填料|颜料|溶剂", re.IGNORECASE)  # fmt: skip
"""Names of what is mixed of parts by weight: ``Resin A``, ``Hardener``, ``Part B``, 固化剂."""
_DRAWN = re.compile(r"wire|cable|(?<![a-z])(?:hose|tube|tubing|pipe|cord|rope|tape)|kabel|draht|schlauch|rohr|[线缆管]",
                    re.IGNORECASE)  # fmt: skip
"""Names of what comes by its length, and is in no recipe where parts are by weight."""
_LETTERED = re.compile(r"[\s_-]+[A-Za-z]\s*$")
"""A letter behind a name: ``Sand A``."""
_OF_WORKS = (frozenset({"m2"}), frozenset({"m3"}))
_OF_RECIPES = frozenset({"mass", "volume"})


def known(table: Table, layout: Layout) -> Layout:
    """Return a layout with the words of the unit column that its other words settle; what is stated counts first."""
    words = {text.casefold() for cell in {*table.field("unit")} if (text := as_text(cell))}
    found = dict(_settled(table, layout, words)) if words & (_RUNNING | _PARTS) else {}
    return layout._replace(units={**found, **layout.units}) if found else layout


def _settled(table: Table, layout: Layout, words: set[str]) -> Iterator[tuple[str, Measure]]:
    others = {one.unit for word in words if (one := measured(word, layout))}
    if all(not others.isdisjoint(each) for each in _OF_WORKS):
        yield from ((word, Measure(1.0, "m")) for word in words & _RUNNING)
    kinds = {units.measures(each) for each in others}
    if kinds - {""} and kinds.isdisjoint(_OF_RECIPES) and _are_whole(table):
        yield from ((word, Measure(1.0, ITEM)) for word in words & _PARTS)


def _are_whole(table: Table) -> bool:
    """Tell whether there are a few whole ones of each row in parts, and no row is called by what is weighed or poured.

    Of what is mixed, as of resins and hardeners, parts are by weight though brushes are counted beside them.
    """
    cells, every = table.field("quantity"), range(len(table))
    rows = {at for at, cell in enumerate(table.field("unit")) if as_text(cell).casefold() in _PARTS}
    named = {at: [table.texts(field, [at])[0] for field in ("name", "code")] for at in every}
    may = [at for at in every if at in rows or not any(map(_DRAWN.search, named[at]))]
    texts = [text for at in may for text in named[at]]
    if in_bulk(table, may) or any(_MIXED.search(text) or of_bulk(_LETTERED.sub("", text)) for text in texts):
        return False
    return all(isinstance(cell := cells[at], float) and cell.is_integer() and cell < _FEW for at in rows)
