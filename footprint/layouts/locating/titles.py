"""What rows say in pairs of a caption and a value, as titles do: above all the product that is made of what follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footprint.layouts.naming import headers
from footprint.layouts.naming.once import Row, once
from footprint.model.sheets import Cell, Sheet, digits

_INSIDE = re.compile(r"\s*([^:：]{1,30})[:：]\s*+(\S(?:.*\S)?)\s*", re.DOTALL)
_FURTHER = re.compile(
    r"\s{2,}|\s[^\s:：]{1,20}[:：](?!\d)|\s[(（]?(?:第?\s?\d{1,4}\s?页|第\s?\d|(?:page|seite|sheet|blatt)\b)",
    re.IGNORECASE,
)
"""Where a value ends that more stands behind: ``P1  版本：A``, ``P1 第2页``."""
_WORD = r"(?:物料清单|材料清单|用料清单|产品清单|用料表|bom表?|bills? of materials?|stückliste)"
_NAME = r"([A-Za-z]{1,6}[-_]?[A-Za-z0-9./-]{0,20}\d[A-Za-z0-9./-]{0,20})"
_BEFORE = re.compile(rf"\s*{_NAME}\s{{0,3}}(?:产品|成品|整机|product)?\s{{0,3}}{_WORD}\s*", re.IGNORECASE)
_AFTER = re.compile(rf"\s*{_WORD}\s{{0,3}}(?:of|for|für|von|[:：-])?\s{{0,3}}{_NAME}\s*", re.IGNORECASE)
_NO_CODE = re.compile(r"(?:v|ver|rev|version|sheet|table|page|level|lv|no|nr)\.?\d", re.IGNORECASE)
_LONGEST = 60
"""Titles that tell whose bill follows; letters and digits that are no code; letters of a title."""
_NEXT = re.compile(r"\s{1,9}+(?=([^:：]{1,30})[:：])")
_MOST_SEVERAL = 200
"""Letters of a cell that several captions are looked for in."""
_COLON = re.compile("[:：]")
_ABOVE, _WITHIN, _PAIR = 30, 8, 2
"""Rows above a table, and from a title to its header; cells of a caption with its value."""
LONGEST = 200
"""Letters of a text above which it is a story and no caption."""
OF_PRODUCT = "of_product"
_NAMING = frozenset({"parent", "code", "version"})


class Named(NamedTuple):
    """What a row says that the rows below it are the parts of: in which field, by which text."""

    field: str
    text: str


def captioned(row: Row) -> Iterator[tuple[str, str, int, float | None]]:
    """Yield the captions in a row with what stands beside, the column of that, and the number that it is.

    What stands beside is the next filled cell, or what follows in the cell itself.
    """
    filled = _columns(row)
    for place, column in enumerate(filled):
        cell = row[column]
        inside = _INSIDE.fullmatch(cell) if isinstance(cell, str) else None
        if inside:
            yield from ((*said, column, None) for said in _several(*inside.groups()))
        elif isinstance(cell, str) and place + 1 < len(filled):
            following = filled[place + 1]
            value = row[following]
            if isinstance(value, str) and _INSIDE.fullmatch(value) and not value[0].isdecimal():
                continue
            number = value if type(value) is float else None
            yield cell.rstrip(":： "), _text(value), following, number


@once
def is_title(row: Row) -> bool:
    """Tell whether a row says something of a product beside its captions, and is no header: ``Batch size: 2 t``."""
    inside = (_INSIDE.fullmatch(cell) for _, cell in texts(row))
    return any(said and said[2].strip() and not headers.meant(said[2]).fields for said in inside)


@once
def _columns(row: Row) -> tuple[int, ...]:
    """Return the columns of a row that hold anything; tables beside each other look at the same rows above them."""
    return tuple(column for column, cell in enumerate(row) if cell is not None and str(cell).strip())


@once
def texts(row: Row) -> tuple[tuple[int, str], ...]:
    """Return the texts of a row that are no stories, with their columns."""
    return tuple((at, cell) for at, cell in enumerate(row) if isinstance(cell, str) and len(cell) <= LONGEST)


def _several(caption: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield a caption with its value, and known ones that follow in one cell: ``父项代码：2.01  批量：10``."""
    known = (each for each in _NEXT.finditer(value) if headers.meant(each[1]).fields)
    after = next(known, None) if len(value) <= _MOST_SEVERAL else None
    yield caption, value[: after.start()] if after else value
    inside = _INSIDE.fullmatch(value[after.end() :]) if after else None
    if inside:
        yield from _several(*inside.groups())


def bare(text: str) -> str:
    """Return a value without what else stands in its cell."""
    return _FURTHER.split(text.strip(), maxsplit=1)[0]


def is_of_product(caption: str, fields: Sequence[str]) -> bool:
    """Tell whether a caption with these meanings is of a product: ``产品``, ``Product name``."""
    return OF_PRODUCT in fields or ({"code", "name"} & {*fields[:1]} != set() and headers.rank(caption) == "product")


def titled(row: Row) -> str:
    """Return the code in a title that says no more than whose bill it is: ``XT-100 产品物料清单``; "" for none."""
    cells = [row[column] for column in _columns(row)]
    text = cells[0] if len(cells) == 1 and isinstance(cells[0], str) and len(cells[0]) <= _LONGEST else ""
    found = _BEFORE.fullmatch(text) or _AFTER.fullmatch(text)
    return found[1] if found and not _NO_CODE.match(found[1]) else ""


def named(sheet: Sheet, at: int) -> Named | None:
    """Return what a row names that is made of others, by its caption; None where it names none."""
    row = sheet.rows[at]
    if not any(isinstance(cell, str) for cell in row):
        return None
    if code := titled(row):
        return Named(OF_PRODUCT, code)
    for caption, value, _, number in captioned(row):
        fields = headers.meant(caption).fields
        of_product = is_of_product(caption, fields)
        if (of_product or _NAMING & {*fields[:1]}) and number is None and not headers.meant(bare(value)).fields:
            return Named(OF_PRODUCT if of_product else fields[0], bare(value))
    return None



class Stretch(NamedTuple):
    """Rows of a sheet under one header: those of their title, its header (or title), from ``start`` to ``end``."""

    above: range
    top: int
    bottom: int
    start: int
    end: int


def above(sheet: Sheet, least: int, top: int) -> range:
    """Return the rows of the title over a header at ``top``: from the last block that names something made.

    ``least``: the first row below the header before; where nothing is named, all that stands above counts.
    """
    rows = range(top - 1, least - 1, -1) if least else ()
    first = next((row for row in rows if _may_name(sheet, row) and (one := named(sheet, row))
                  and one.field != "version"), -1)  # fmt: skip
    return range(_begins(sheet, max(least, top - _ABOVE), first) if first >= 0 else max(0, top - _ABOVE), top)


def _begins(sheet: Sheet, least: int, row: int) -> int:
    """Return the first of the rows of captions that stand, without a blank one between, above a row of a title."""
    while row > least and _is_caption(_first(sheet.rows[row - 1])):
        row -= 1
    return row


def _is_caption(cell: Cell) -> bool:
    return isinstance(cell, str) and (_COLON.search(cell) is not None or bool(headers.meant(cell).fields))


def stretches(sheet: Sheet, title: range, top: int, bottom: int, end: int) -> list[Stretch]:
    """Return the rows below a header, parted where a title within them names another product or assembly."""
    found = [Stretch(title, top, bottom, bottom + 1, end)]
    known = {one.text for row in title if (one := named(sheet, row))}
    for row in range(bottom + 1, end):
        if row < found[-1].start or not _may_name(sheet, row) or not (one := named(sheet, row)) or one.text in known:
            continue
        again = next((at for at in range(row + 1, min(row + _WITHIN, end)) if sheet.rows[at] == sheet.rows[bottom]), -1)
        if again < 0 and not (one.field == OF_PRODUCT and _is_heading(sheet, row)):
            continue
        start = again + 1 if again > 0 else row + 1
        first = _begins(sheet, found[-1].start, row)
        own = range(first, again - bottom + top) if again > 0 else range(first, row + 1)
        found[-1] = found[-1]._replace(end=first)
        found.append(Stretch(own, own.stop if again > 0 else row, max(again, row), start, end))
        known = {other.text for at in own if (other := named(sheet, at))}
    return _filled(sheet, found)


def _filled(sheet: Sheet, found: list[Stretch]) -> list[Stretch]:
    """Return stretches without those that hold no rows: what is named below a list is no product of its own."""
    kept: list[Stretch] = []
    for one in found if len(found) > 1 else ():
        if any(_counts(sheet, row) for row in range(one.start, one.end)):
            kept.append(one)
        elif kept:
            kept[-1] = kept[-1]._replace(end=one.end)
    return kept or [found[0]._replace(end=found[-1].end)]


def _counts(sheet: Sheet, row: int) -> bool:
    """Tell whether a row holds several cells, the first of which is no caption."""
    return not _may_name(sheet, row) and sum(cell is not None for cell in sheet.rows[row]) > 1


def _is_heading(sheet: Sheet, row: int) -> bool:
    """Tell whether a row is no more than a caption and what it says."""
    cells = [cell for cell in sheet.rows[row] if cell is not None and str(cell).strip()]
    return len(cells) == 1 or (len(cells) == _PAIR and not any(isinstance(cell, float) for cell in cells)) or all(
        isinstance(cell, str) and _COLON.search(cell) for cell in cells)  # fmt: skip


def _first(row: Row) -> Cell:
    """Return the first filled cell of a row."""
    for cell in row:
        if cell is not None:
            return cell
    return None


def _may_name(sheet: Sheet, row: int) -> bool:
    """Tell whether the first text of a row is, or holds, a caption: looked at before what takes longer."""
    first = _first(sheet.rows[row])
    if not isinstance(first, str):
        return False
    folded = first.strip().casefold()
    return ":" in first or "：" in first or folded in headers.naming() or any(word in folded for word in _TITLES)


_TITLES = ("bom", "清单", "bill", "stückliste", "用料表")


def _text(cell: Cell) -> str:
    return digits(cell) if isinstance(cell, float) else str(cell)
