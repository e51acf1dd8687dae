"""Columns that only say yes of alternatives: that a row is one, or that it has one elsewhere (``Second source: yes``).

Beside another row of its place it is one. Where none is there, a caption that says so tells that the part may be had
elsewhere, too; of any other nobody knows: it is asked about, wherever the row stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from footprint.errors import Problem, problem
from footprint.layouts.counting.repeats import place
from footprint.layouts.locating.flags import Left, flagged
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.cells import as_text
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.sayings import word, words

SUBSTITUTE, FLAG = "substitute", "substitute_flag"
_EXISTING = re.compile(
    r"second|2nd|source|(?:part|substitute|alternate|alternative)s$|replacement|可替代", re.IGNORECASE
)
"""Captions of columns that say whether there is another part, or supplier."""
_NO_NAMES = frozenset({"", "-", "--", "/", "na"})
_ALIKE = ("name", "specification", "material", "quantity", "total_quantity", "unit")
_Place = frozenset[str]
"""Designators, or the number of a position: what rows that stand for each other share."""


def names(cell: object) -> bool:
    """Tell whether a cell of substitutes names one: it says neither yes nor no."""
    return cell is not None and word(str(cell)) not in words("no") | words("yes") | _NO_NAMES | _instead()


@cache
def _instead() -> frozenset[str]:
    """Return the words for what stands for another that are no code of it."""
    return frozenset(each for each in words("alternate") if len(each) > 1 or not each.isascii())


def beside(table: Table, left: Left, above: Mapping[int, object]) -> set[int]:
    """Return the rows that are said to be substitutes and stand for another of their assembly: its place is theirs.

    Of rows of one place that all are, the first counts.
    """
    out: set[int] = set()
    taken: dict[object, set[str]] = {}
    said = _said(table, left)
    places = _places(table, left, said) if said else {}
    for at in sorted(places, key=lambda at: at in said):
        kept = taken.setdefault(above.get(at), set())
        if at in said and places[at] <= kept:
            out.add(at)
        kept |= places[at]
    return out


def asked(table: Table, left: Left, layout: Layout, above: Mapping[int, object]) -> Iterator[Problem]:
    """Ask about the first row that is said to be a substitute and stands for no other; ``left``: those that count."""
    caption = table.caption(SUBSTITUTE)
    if not table.has(SUBSTITUTE) or layout.settles(caption) or _EXISTING.search(caption):
        return
    every = [at for at in range(len(table)) if at in above]
    said, counts = _said(table, every), {*left}
    places = _places(table, every, said) if said else {}
    for at in sorted(said & counts):
        own = places.get(at, frozenset())
        if not any(each & own and other != at and above[other] == above[at] for other, each in places.items()):
            text = as_text(table.field(SUBSTITUTE)[at])
            yield problem("import-alternate-yes", table.place(at, SUBSTITUTE), caption=caption, text=text,
                          field=FLAG, other=SUBSTITUTE)  # fmt: skip
            return


def _said(table: Table, left: Left) -> set[int]:
    """Return the rows of which the column of substitutes says yes, where it names none."""
    if any(map(names, {*table.field(SUBSTITUTE)})):
        return set()
    return {*flagged(table, left, SUBSTITUTE, words("yes") | _instead())}


def _places(table: Table, left: Left, said: set[int]) -> dict[int, _Place]:
    """Return the place of each row that tells one; of a row that is said to be a substitute that above, if blank."""
    found: dict[int, _Place] = {}
    own = [_place(table, at) for at in left]
    is_told = all(each for at, each in zip(left, own, strict=True) if at not in said)
    last: _Place = frozenset()
    for at, each in zip(left, own, strict=True):
        last = each or (last if is_told and at in said else frozenset())
        found |= {at: last} if last else {}
    return found


def _place(table: Table, at: int) -> _Place:
    """Return the designators of a row, or its number; else what it is called and how much there is of it.

    The latter stands for no place where a caption says that a part may be had elsewhere, too: names come again.
    """
    if table.has("designator"):
        return place(table, at)
    number = word(table.field("position")[at])
    if number or not table.has("code") or _EXISTING.search(table.caption(SUBSTITUTE)):
        return frozenset({number} if number else ())
    name, *others = (word(table.field(field)[at]) for field in _ALIKE)
    return frozenset({"|".join((name, *others))} if name else ())
