"""Exports of records, each with an id of its own: bills that name what they make, and lines that name their bill.

The id of a bill or line is no part. A bill stands in a row above its lines, or beside them in rows that name no part.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from footprint.layouts.naming import headers
from footprint.layouts.naming.headers import NOTHING, Meant
from footprint.model.sheets import Cell, digits

_IDS = frozenset({"id", "编号", "externalid", "databaseid"})
_OF_RECORD = re.compile(r"(?:product|item|material|article|component|part)_(?:\w{1,20}_)?id(?:/.*)?", re.IGNORECASE)
"""A column that leads from a record to what it makes or takes: ``product_id``, ``product_tmpl_id/id``."""


class Bills(NamedTuple):
    """What bills make, by their ids; ``heads``: what parts name each by, of the rows that tell bills and no part."""

    made: Mapping[str, str] = MappingProxyType({})
    heads: Mapping[int, str] = MappingProxyType({})


NONE = Bills()


def is_id(caption: str) -> bool:
    """Tell whether a column holds the ids of records, and nothing says of what."""
    return headers.normal(caption) in _IDS


def leads(caption: str) -> bool:
    """Tell whether a column leads from a record to what it makes or takes, and so names that."""
    return _OF_RECORD.fullmatch(caption.strip()) is not None


def of_ids(
    captions: Mapping[int, str], said: Mapping[int, Meant], rows: Sequence[Sequence[Cell]]
) -> Mapping[int, Meant]:
    """Return the columns of ids that name no part, as another leads to it: ``id, product_id/id``.

    They do where rows that are part of something name other rows by them.
    """
    ids = [at for at, caption in captions.items() if is_id(caption) and "code" in said.get(at, NOTHING).fields]
    if not ids or not any(leads(caption) for at, caption in captions.items() if at in said):
        return {}
    parents = [at for at, meant in said.items() if meant.fields[:1] == ("parent",)]
    named = {_text(row, parent) for row in rows for parent in parents} - {""}
    inner = [row for row in rows if any(_text(row, parent) for parent in parents)]
    return {at: NOTHING for at in ids if named.isdisjoint(_text(row, at) for row in inner)}


def bills(ids: Sequence[Sequence[Cell]], above: Sequence[Cell], codes: Sequence[Cell]) -> Bills:
    """Return the bills that rows are the heads of, where lines among the rows name these by an id, and no other part.

    ``ids``: the columns that may be of ids; ``above``: what each row is part of; ``codes``: what it makes or takes.
    """
    named = {_written(cell) for cell in above} - {""}
    if not named or not named.isdisjoint(map(_written, codes)):
        return NONE
    for column in ids:
        told = [(at, _written(each), _written(code)) for at, (each, up, code) in enumerate(
            zip(column, above, codes, strict=True)) if _written(each) and not _written(up)]  # fmt: skip
        if not named.isdisjoint(each for _, each, _ in told):
            often, again = Counter(code for *_, code in told), Counter(each for _, each, _ in told)
            made = {each: code for _, each, code in told if code and often[code] == again[each] == 1}
            return Bills(made, {at: made.get(each, each) for at, each, _ in told})
    return NONE


def unnamed(owners: Sequence[Cell], is_named: Sequence[bool], counts: Sequence[Cell]) -> Bills:
    """Return the bills whose heads name what others are part of and no part: above the parts of each, one of it.

    ``owners``: what each row itself names; ``counts``: how much it tells. Where the rows below name nothing, they are
    its parts however much it tells.
    """
    texts = [*map(_written, owners), ""]
    found = (at for at, own in enumerate(texts[:-1]) if own and not is_named[at] and (not at or texts[at - 1] != own))
    return Bills(heads={at: texts[at] for at in found if counts[at] in {None, 1.0} or (
        not texts[at + 1] and [*is_named[at + 1 : at + 2]] == [True])})  # fmt: skip


def _text(row: Sequence[Cell], at: int) -> str:
    return _written(row[at]) if at < len(row) else ""


def _written(cell: Cell) -> str:
    return digits(cell) if isinstance(cell, float) else "" if cell is None else " ".join(str(cell).split())
