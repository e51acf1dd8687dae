"""Exports of records, each with an id of its own: bills that name what they make, and lines that name their bill.

The id of a bill or line is no part. A bill stands in a row above its lines, or beside them in rows that name no part.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from footprint.layouts.naming import headers
from footprint.layouts.naming.cells import as_text, text_at
from footprint.layouts.naming.headers import NOTHING, Meant
from footprint.model.sheets import Cell

_IDS = frozenset({"id", "编号", "externalid", "databaseid"})
_OF_RECORD = re.compile(r"(?:product|item|material|article|component|part)_(?:\w{1,20}_)?id(?:/.*)?", re.IGNORECASE)
"""A column that leads from a record to what it makes or takes: ``product_id``, ``product_tmpl_id/id``."""

_OF_BILL = re.compile(r"(?<![a-z])(?:m?bom|stückliste|bill)(?![a-z])|物料清单", re.IGNORECASE)
"""What the id of a bill says that it is one: ``BOM-0001``, ``mrp_bom_12``."""
_SAYS_ID = re.compile(r"(?<![a-z])id(?![a-z])|编号", re.IGNORECASE)
_BILLS = re.compile(r"recipe|formula|rezept|receta|recette|ricetta|清单|配方", re.IGNORECASE)
"""What else captions call bills."""


class Bills(NamedTuple):
    """What bills make, by their ids; ``heads``: what parts name each by, of the rows that tell bills and no part.

    ``by_id``: each row says itself what it is part of, none for those below it.
    """

    made: Mapping[str, str] = MappingProxyType({})
    heads: Mapping[int, str] = MappingProxyType({})
    by_id: bool = False


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
    named = {text_at(row, parent) for row in rows for parent in parents} - {""}
    inner = [row for row in rows if any(text_at(row, parent) for parent in parents)]
    return {at: NOTHING for at in ids if named.isdisjoint(text_at(row, at) for row in inner)}


def is_of_bill(text: str) -> bool:
    """Tell whether the id of a record, or a caption of such ids, says that it is a bill, and no line of one."""
    return _OF_BILL.search(text) is not None and "line" not in text.casefold()


def bills(ids: Sequence[Sequence[Cell]], above: Sequence[Cell], codes: Sequence[Cell], caption: str) -> Bills:
    """Return the bills that rows are the heads of, where lines among the rows name these by an id, and no other part.

    ``ids``: the columns that may be of ids; ``above``: what each row is part of, under ``caption``; ``codes``: what it
    makes or takes.
    """
    named, parts = {as_text(cell) for cell in above} - {""}, {*map(as_text, codes)}
    if not named or named <= parts or not (named.isdisjoint(parts) or _SAYS_ID.search(caption)):
        return NONE
    for column in ids:
        if not are_of_bills(caption, [(as_text(each), as_text(up)) for each, up in zip(column, above, strict=True)]):
            continue
        told = [(at, as_text(each), as_text(code)) for at, (each, up, code) in enumerate(
            zip(column, above, codes, strict=True)) if as_text(each) and not as_text(up)]  # fmt: skip
        every = {each for _, each, _ in told}
        if not named.isdisjoint(every) and (named <= every or named.isdisjoint(parts)):
            often, again = Counter(code for *_, code in told), Counter(each for _, each, _ in told)
            made = {each: code for _, each, code in told if code and often[code] == again[each] == 1}
            return Bills(made, {at: made.get(each, each) for at, each, _ in told if each in named}, by_id=True)
    return NONE


def are_of_bills(caption: str, rows: Sequence[tuple[str, str]]) -> bool:
    """Tell whether rows name the bill they are in, and none of its lines: by its id, beside their own, in ``rows``."""
    named, lines = {up for _, up in rows} - {""}, {own for own, up in rows if up}
    may_be = is_of_bill(caption) or _BILLS.search(caption) is not None or all(map(is_of_bill, named))
    return may_be and named.isdisjoint(lines)


def unnamed(owners: Sequence[Cell], is_named: Sequence[bool], counts: Sequence[Cell]) -> Bills:
    """Return the bills whose heads name what others are part of and no part: above the parts of each, one of it.

    ``owners``: what each row itself names; ``counts``: how much it tells. Where the row below names the same or
    nothing, it is a part of it however much that tells; one that tells how much there is of it, and has no parts, is
    no head.
    """
    texts = [*map(as_text, owners), ""]
    made = {own for own, is_part in zip(_carried(texts), is_named, strict=False) if is_part}
    found = ((at, own) for at, own in enumerate(texts[:-1])
             if own and not is_named[at] and (not at or texts[at - 1] != own))  # fmt: skip
    below = zip(texts, texts[1:], [*is_named[1:], False], strict=False)
    stands_above = [other in {"", own} and is_part for own, other, is_part in below]
    return Bills(heads={at: own for at, own in found if (own in made or counts[at] is None)
                        and (counts[at] in {None, 1.0} or stands_above[at])})  # fmt: skip


def _carried(texts: Sequence[str]) -> Iterator[str]:
    """Yield what each row is part of, as above where it names nothing."""
    last = ""
    for text in texts:
        last = text or last
        yield last
