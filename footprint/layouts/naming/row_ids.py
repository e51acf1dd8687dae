"""Rows with ids of their own that name the row above by its id: ``id, parent_id``, ``node_id, parent_node_id``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from footprint.layouts.naming import headers
from footprint.layouts.naming.cells import text_at
from footprint.layouts.naming.headers import NOTHING, Meant
from footprint.layouts.naming.records import are_of_bills, is_id
from footprint.model.sheets import Cell

ROW, ABOVE = "row_id", "parent_row"
_NONE = frozenset({"", "0", "-1", "-", "--", "/", "null", "none", "nil", "nan", "n/a", "root", "无"})
"""What stands for the row above where there is none."""
OF_PARTS = re.compile(r"(?:item|part|component|comp|material|article|product|物料|零件|存货|料)", re.IGNORECASE)
"""Words of a caption that number parts, which may come again, and not rows."""


def of_rows(
    captions: Mapping[int, str], said: Mapping[int, Meant], rows: Sequence[Sequence[Cell]]
) -> Mapping[int, Meant]:
    """Return the column of the ids of rows and that of the rows above, where the cells of ``rows`` bear that out.

    The second is called as the first is, but for a word for what is above. Each row has an id that no other has, and
    each that is named is that of a row. Lines that name the bill they are in are no such rows.
    """
    for above, own in _couples(captions, said):
        cells = ((text_at(row, own), text_at(row, above)) for row in rows)
        pairs = [each for each in cells if any(each)]
        if _lead(pairs) and not are_of_bills(captions[above], pairs):
            return {own: Meant((ROW,)), above: Meant((ABOVE,))}
    return {}


def _couples(captions: Mapping[int, str], said: Mapping[int, Meant]) -> Iterator[tuple[int, int]]:
    """Yield the columns that may lead from a row to the one above, each with that of the ids of rows."""
    ids = {at for at, caption in captions.items() if _may_be_ids(caption, said.get(at, NOTHING))}
    for above, caption in captions.items():
        written = headers.normal(caption)
        rest = without_upper(written)
        if rest == written or said.get(above, NOTHING).is_stated:
            continue
        called = [at for at in ids if at != above and headers.normal(captions[at]) == rest]
        yield from ((above, at) for at in called or (at for at in sorted(ids) if at != above))


def without_upper(spelling: str) -> str:
    """Return a header, as `headers.normal` leaves it, without a word for what is above; itself where it has none."""
    return re.sub(headers.pattern("upper").pattern, "", spelling, count=1)


def _may_be_ids(caption: str, meant: Meant) -> bool:
    if meant.is_stated:
        return False
    return is_id(caption) or (meant.fields[:1] in {(), ("position",)} and not OF_PARTS.search(caption))


def _lead(pairs: Sequence[tuple[str, str]]) -> bool:
    """Tell whether ids, each with that of the row above it, make trees."""
    ids = {own for own, _ in pairs}
    told = {up for _, up in pairs if up in ids or not stands_for_none(up)}
    return len(ids) == len(pairs) and "" not in ids and bool(told) and told <= ids and all(a != b for a, b in pairs)


def stands_for_none(text: str) -> bool:
    """Tell whether what may be the id of the row above says that there is none."""
    return text.casefold() in _NONE
