"""Which columns under a header are those of which fields: what is clear first, then what others or cells tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from footprint.layouts.locating import titles
from footprint.layouts.locating.children import NONE, children, of_inner
from footprint.layouts.locating.fitting import fitting
from footprint.layouts.locating.instead import is_after_mass, with_codes, with_mass_units, with_names
from footprint.layouts.locating.marks import marked_levels, with_levels
from footprint.layouts.locating.twins import of_twice
from footprint.layouts.locating.wholes import NAMES, of_counted, of_numbers, of_products, of_shares, of_wholes
from footprint.layouts.naming import headers
from footprint.layouts.naming.headers import Meant
from footprint.layouts.naming.namings import of_names
from footprint.layouts.naming.numbered import of_numbered
from footprint.layouts.naming.once import Row
from footprint.layouts.naming.records import of_ids
from footprint.layouts.naming.relations import of_children, of_codes, of_stuff
from footprint.layouts.naming.row_ids import of_rows

Lookup = Callable[[str], Meant]
Columns = Mapping[str, tuple[int, ...]]
"""Field -> its columns, from zero."""
SAMPLE = 60
"""Rows below a header that tell whether a column can be what its caption says."""
LONG = 2_000
"""Rows below a header among which a column of quantities has a number."""
_REPEATED = frozenset({
    "substitute", "disabled", "fitted", "note", "price", "personal", "dated", "category", "specification",
})  # fmt: skip
_MARKED = frozenset({"level", "outline", "parent", "code", "name"})
"""What columns that are levels may be stated to be."""


def assigned(texts: Mapping[int, list[str]], rows: Sequence[Row], meant: Lookup) -> tuple[Columns, dict[int, str]]:
    """Return the columns of each field and the units in their captions.

    ``texts``: those over each column, from the top; ``rows``: up to `LONG` below them; ``meant`` tells what a caption
    says.
    """
    captions, below = {at: texts[at][-1] for at in texts}, rows[:SAMPLE]
    every = {at: said_over(texts[at], meant) for at in texts}
    inner = children(captions, below)
    if inner is NONE and not any(each.fields for each in every.values()):
        return {}, {}
    stated = {at: each for at, each in every.items() if each.is_stated}
    outlined = tuple(at for at in sorted(stated) if stated[at].fields == ("outline",))
    marked = outlined if outlined[1:] else _marked(captions, every, below)
    said = {at: fits for at in texts if at not in marked
            and (fits := fitting(every[at], captions[at], rows, at, SAMPLE)).fields}  # fmt: skip
    said = _told(captions, said, rows)
    own = {at: fitting(meant(caption), caption, rows, at, SAMPLE) for at, caption in inner.columns.items()}
    said |= of_inner(inner, said, own) if own else {}
    said |= {at: each for at, each in stated.items() if at not in marked}
    said |= {at: said[at]._replace(unit=headers.unit_in(caption)) for at, caption in inner.columns.items()}
    columns = with_mass_units(with_names(with_codes(_shared_out(said))), captions, below)
    if marked:
        are_names = marked == outlined or not NAMES & columns.keys()
        columns = with_levels(columns, marked, below, are_names=are_names)
    return columns, {at: each.unit for at, each in said.items() if each.unit or at in own}


def said_over(texts: Sequence[str], meant: Lookup) -> Meant:
    """Return what the texts over a column mean: the lowest that means something, or all of them together.

    What names a product above it is a title.
    """
    for text in (*reversed(texts), "".join(texts), " ".join(texts)):
        found = meant(text)
        if found.is_stated or (found.fields and (text == texts[-1] or titles.OF_PRODUCT not in found.fields)):
            return found
    return headers.NOTHING


def _marked(captions: Mapping[int, str], every: Mapping[int, Meant], below: Sequence[Row]) -> tuple[int, ...]:
    """Return the columns side by side that mark levels."""
    named = {at for at, each in every.items() if not NAMES.isdisjoint(each.fields)}
    parents = frozenset(at for at, each in every.items() if "parent" in each.fields)
    open_ = {at: said for at, said in captions.items()
             if not every[at].is_stated or _MARKED & {*every[at].fields}}  # fmt: skip
    return marked_levels(open_, named, parents, below)


def _told(captions: Mapping[int, str], said: Mapping[int, Meant], rows: Sequence[Row]) -> dict[int, Meant]:
    """Return what columns mean beside each other and by the cells below them: each law sees what those before said."""
    said, below = {**said}, rows[:SAMPLE]
    said |= of_ids(captions, said, below)
    said |= of_children(captions, said, below)
    said |= of_codes(captions, said)
    said |= of_stuff(captions, said, below)
    said |= of_rows(captions, said, rows)
    said |= of_numbers(captions, said, below)
    said |= of_wholes(captions, said, below)
    said |= of_twice(captions, said, below)
    said |= of_products(said, below)
    said |= of_counted(captions, said, below)
    said |= of_shares(captions, said)
    said |= dict(of_names(captions, said, below))
    said |= of_numbered(captions, said, below)
    return said


def _shared_out(said: Mapping[int, Meant]) -> dict[str, tuple[int, ...]]:
    """Return the columns of each field: those that mean least else first, then the leftmost."""
    columns: dict[str, tuple[int, ...]] = {}
    for at in sorted(said, key=lambda at: (len(said[at].fields), at)):
        for field in said[at].fields:
            if field not in columns:
                columns[field] = (at,)
            elif field in _REPEATED:
                columns[field] += (at,)
            elif field == "unit" and "mass_unit" not in columns and is_after_mass(at, columns):
                columns["mass_unit"] = (at,)
            else:
                continue
            break
    return columns
