"""Rows of an exported bill that are none: headers repeated, sums, headings, and texts that carry on the row above.

They have no place in the structure of the bill. The id of a rule is the word of the account; its caption stands in
``labels.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import takewhile
from typing import NamedTuple

from footprint import units
from footprint.layouts.locating.flags import Left
from footprint.layouts.locating.namesakes import title, unpaged
from footprint.layouts.locating.table import Table
from footprint.layouts.naming import headers
from footprint.layouts.naming.designators import are_designators, designators
from footprint.layouts.naming.sayings import spelt, word, words
from footprint.model.sheets import Cell
from footprint.tables.typed.grid import holds_one
from footprint.words import simplified

CONTINUED, TOTAL, OF_WHICH, HEADING, HEAD = "continued", "total-row", "of-which", "heading", "bill-head"
_LONGEST_TOTAL, _LONGEST_SUM = 15, 30
_SIGNED = re.compile(r"[^\w\s-]|\d|-*$")
_NUMBERED = 2
"""Cells of a heading with a number: that and its text."""
_AMOUNTS = ("quantity", "total_quantity", "mass", "total_mass")
_SPECIFYING = ("specification", "material", "finish", "note", "designator")


def noise(table: Table, left: Left) -> dict[int, str]:
    """Return the rows of ``left`` that are no row of the bill, each with the rule that says so."""
    out: dict[int, str] = {}
    for name, rule in _RULES:
        left = [i for i in left if i not in out] if out else left
        out |= dict.fromkeys(rule(table, left), name)
    return out


def _repeated_header(table: Table, left: Left) -> Iterator[int]:
    """Yield the rows of a header that is said again, as prints do on each page, and of titles said above it again."""
    again, rows = _again(table, left), table.sheet.rows
    yield from again
    yield from (i + 1 for i in again if i + 1 < len(table) and rows[table.at[i + 1]] == rows[table.header.bottom])
    titles = {unpaged(title(rows[at])) for at in table.above} | {""} if again else set()
    for at in again:
        yield from takewhile(lambda row: unpaged(_title(table, row)) in titles, _titles(table, at))


def _again(table: Table, left: Left) -> Sequence[int]:
    """Return the rows that say the header again."""
    fields = [field for field in ("quantity", "name", "code") if table.has(field)][:2]
    wanted = [headers.normal(table.caption(field)) for field in fields]
    columns = [table.field(field) for field in fields]
    first = columns[0] if columns else ()
    texts = [i for i in left if isinstance(first[i], str)] if columns else []
    return [i for i in texts if all(_is(cells[i], said) for cells, said in zip(columns, wanted, strict=True))]


def _titles(table: Table, at: int) -> Iterator[int]:
    """Yield the rows above one that hold a single text each, upwards, the first of them below a blank row or not."""
    row = at - 1
    while row >= 0 and _title(table, row):
        yield row
        if _is_below_blank(table, row):
            return
        row -= 1


def _title(table: Table, at: int) -> str:
    return title(table.sheet.rows[table.at[at]])


def _is_below_blank(table: Table, at: int) -> bool:
    return at > 0 and table.at[at - 1] < table.at[at] - 1


def _titled(table: Table, left: Left) -> Iterator[int]:
    """Yield the rows of a title between the parts and a header that is said again: those below a blank row, or one.

    That carries on no row above it, and is no part of a list in which a name alone is one.
    """
    own = {at for field in _SPECIFYING for at in table.columns.get(field, ())}
    is_counted, open_ = any(map(table.has, _AMOUNTS)), {*left}
    for at in _again(table, range(len(table))):
        rows = [*_titles(table, at)]
        if rows and not _is_below_blank(table, rows[-1]):
            row = table.sheet.rows[table.at[rows[0]]]
            carries_on = any(column < len(row) and row[column] is not None for column in own)
            rows = rows[:1] if is_counted and not carries_on else []
        yield from (row for row in rows if row in open_)


def _is(cell: Cell, said: str) -> bool:
    return isinstance(cell, str) and headers.normal(cell) == said


def _total(table: Table, left: Left) -> Iterator[int]:
    """Yield the rows that add up others: one that begins with such a word, and has no code of its own.

    Where nothing names a row, nor says how much of it there is, the word may stand in any column.
    """
    codes, rows = table.field("code"), table.sheet.rows
    first = [table.field(field) for field in ("position", "name", "code", "specification") if table.has(field)]
    telling = [table.field(field) for field in _TELLING if table.has(field)]
    for i in left:
        if codes[i] is None or _is_total(codes[i]):
            filled = [cell for cell in rows[table.at[i]][slice(*table.span)] if cell is not None and cell != ""]
            said = (_is_total(cell) for cell in (*filled[:1], *(column[i] for column in first)))
            is_bare = all(column[i] is None or column[i] == "" for column in telling)
            if any(said) or (is_bare and any(isinstance(cell, str) and _begins(cell) for cell in filled)):
                yield i


_TELLING = ("code", "name", "outline", "designator", "quantity", "total_quantity")
"""Fields of what a row is, and of how much of it there is."""


_ENDS = re.compile(r"\s*(?:[一二三四五六七八九十]{1,2}[、.．]\s*)?[^\W\d_]{1,8}(?:小计|合计|总计)\s*[:：]?\s*")
"""``一、金属小计``: a sum of what is named before."""


def _is_total(cell: Cell) -> bool:
    """Tell whether a cell is a word for a sum, and what it is of: ``合 计:``, ``Total (kg)``, ``总计金额``."""
    if not isinstance(cell, str) or cell[:1].isdecimal():  # no such word begins with a digit; most codes do
        return False
    cell = cell if cell.isascii() else cell.translate(simplified())
    if _ENDS.fullmatch(cell):
        return True
    if not (begins := _totals().match(cell)):
        return False
    rest = cell[begins.end() :].strip()
    return len(headers.normal(cell)) <= _LONGEST_TOTAL and (_SIGNED.match(rest) is not None or _is_summed(rest))


def _begins(text: str) -> bool:
    """Tell whether a short text begins with a word for a sum, whatever follows: ``合計参考``, ``Total incl. VAT``."""
    return len(text) <= _LONGEST_SUM and _totals().match(text.translate(simplified())) is not None


def _is_summed(text: str) -> bool:
    return headers.normal(text) in words("summed") or bool(headers.meant(text).fields) or text in _units()


@cache
def _units() -> frozenset[str]:
    return frozenset(units.symbols())


@cache
def _totals() -> re.Pattern[str]:
    spaced = sorted((r"\s*".join(map(re.escape, word)) for word in words("total")), key=len, reverse=True)
    return re.compile(rf"\s*(?:{'|'.join(spaced)})(?![a-z])", re.IGNORECASE)


def _of_which(table: Table, left: Left) -> Iterator[int]:
    """Yield the rows without a code that tell a share of the row above once more: ``其中：铜排``, no more than that."""
    codes, amounts, said = table.field("code"), table.field("quantity"), _shares()
    for cells in (table.field(field) for field in ("name", "outline") if table.has(field)):
        whole = -1
        for i in left:
            if not (codes[i] is None and isinstance(cell := cells[i], str) and said.match(cell)):
                whole = i if amounts[i] is not None else whole
            elif whole < 0 or not _is_more(table, i, whole):
                yield i


def _is_more(table: Table, at: int, other: int) -> bool:
    """Tell whether there is more of a row than of another, in the same unit: then it is no share of that."""
    amounts, units_ = table.field("quantity"), table.field("unit")
    one, whole = amounts[at], amounts[other]
    return isinstance(one, float) and isinstance(whole, float) and one > whole and units_[at] == units_[other]


def _other_maker(table: Table, left: Left) -> Iterator[int]:
    """Yield the rows that only name a further maker of the part above, and what that calls it."""
    makers = [table.column(at) for field in _MAKERS for at in table.columns.get(field, ())]
    left = [i for i in left if i] if makers else []
    specifying = {at for field in ("specification", "note", "package", *_MAKERS) for at in table.columns.get(field, ())}
    for column in (table.column(at) for ats in table.columns.values() for at in ats if at not in specifying):
        left = [i for i in left if column[i] is None or column[i] == ""]
    yield from (i for i in left if any(isinstance(cells[i], str) for cells in makers))


_MAKERS = ("manufacturer", "supplier")


@cache
def _shares() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{'|'.join(map(re.escape, spelt('share')))})(?![a-z])", re.IGNORECASE)


def _heading(table: Table, left: Left) -> Iterator[int]:
    """Yield the rows with a single text, or captions with what they say, and no amount: headings, notes, signatures.

    The number of a chapter may stand before it, in letters or Chinese numerals. An item of the category T is a text.
    Of an inner table, a row that only says something of its document, or of another table there, is none of it.
    """
    if whole := table.header.whole:
        inner = [table.column(at) for at in table.header.captions if at not in whole]
        yield from (i for i in left if all(column[i] is None or column[i] == "" for column in inner))
        return
    amounts = [table.field(field) for field in _AMOUNTS if table.has(field)]
    codes, rows, positions = table.field("code"), table.sheet.rows, table.field("position")
    left = [i for i in left if not are_designators(table.field("designator")[i])]
    kinds, written = table.field("category"), table.field("unit")
    bare = [i for i in left if not isinstance(amounts[0][i], float)] if amounts else left
    yield from (i for i in left if _is_ruled(rows[table.at[i]]))
    yield from (i for i in bare if _is_titled(rows[table.at[i]]) or _is_signed(rows[table.at[i]]))
    yield from _chapters(table, left)
    if not amounts and not table.has("designator"):  # each row is one: a name alone is that of a part
        own = [table.field(field) for field in ("name", "code")]
        left = [i for i in left if all(column[i] is None or _CAPTIONED.match(str(column[i])) for column in own)]
    for column in amounts:
        left = [i for i in left if column[i] is None]
    yield from (i for i in left if isinstance(unit := written[i], str) and unit.strip().casefold() in _HEADS)
    for i in left:
        if codes[i] is None or _is_said(codes[i]):
            filled = [cell for cell in rows[table.at[i]] if cell is not None and cell != ""]
            filled = filled[_is_lettered(positions[i]) :] if len(filled) == _NUMBERED else filled
            is_text = codes[i] is None and written[i] is None and kinds[i] == _TEXT_ITEM
            if is_text or len(filled) == 1 or all(isinstance(cell, str) and _CAPTIONED.match(cell) for cell in filled):
                yield i


def bare(table: Table, left: Left) -> Iterator[int]:
    """Yield the rows of a table with quantities that hold a text alone: a part without one, or a heading."""
    left = left if table.has("quantity") or table.has("total_quantity") else ()
    yield from (i for i in left if _title(table, i) and not are_designators(table.field("designator")[i]))


def _chapters(table: Table, left: Left) -> Iterator[int]:
    """Yield the rows of a bill of quantities with a code and a text alone, whose codes say that others are below them.

    ``02.1`` above ``02.1.3``, or ``02.1.0.0``: what is built of them is told with a quantity and a unit.
    """
    is_bill = all(map(table.has, ("code", "unit", "quantity")))
    if not is_bill or any(map(table.has, ("level", "parent", "position"))):
        return
    columns = [table.field(field) for field in (*_AMOUNTS, "unit")]
    rows, codes = table.sheet.rows, table.texts("code", range(len(table)))
    bare = [i for i in left if all(column[i] is None for column in columns) and "." in codes[i]
            and sum(cell is not None and cell != "" for cell in rows[table.at[i]]) <= _NUMBERED]  # fmt: skip
    fronts = {codes[i]: _ZEROS.sub("", codes[i]) for i in bare}
    known = {code[:at] for code in codes for at, sign in enumerate(code) if sign == "."} if bare else set()
    if any(front in known for front in fronts.values()):
        yield from (i for i in bare if fronts[codes[i]] in known or fronts[codes[i]] != codes[i])


_ZEROS = re.compile(r"(?:\.0+)+$")


def _is_ruled(row: Sequence[Cell]) -> bool:
    """Tell whether a row holds nothing but lines drawn with signs."""
    is_ruled = False
    for cell in row:
        if cell is not None and cell != "":
            if not _is_rule(cell):
                return False
            is_ruled = True
    return is_ruled


def _is_signed(row: Sequence[Cell]) -> bool:
    """Tell whether a row says who made and approved a list: captions of signatures, names and days beside them."""
    filled = [cell for cell in row if cell is not None and cell != ""]
    firsts = [word(_OF_SIGNATURE.split(cell[:_LONGEST_NOTE], 1)[0]) for cell in filled if isinstance(cell, str)]
    told = sum(each in words("signature") for each in firsts)
    return told >= _LEAST_SIGNED and 2 * told >= len(filled)


_OF_SIGNATURE = re.compile(r"[/:：]")
_LEAST_SIGNED, _LONGEST_NOTE = 2, 60


def _is_titled(row: Sequence[Cell]) -> bool:
    """Tell whether a row holds but a caption with what it says: ``Total parts: 11``."""
    if not holds_one(row):
        return False
    said = next(cell for cell in row if cell is not None and cell != "")
    return isinstance(said, str) and _TITLED.fullmatch(said) is not None


_TITLED = re.compile(r"\s*[^\W\d][^:：]{2,30}[:：]\s*\S.{0,60}")


def _is_rule(cell: Cell) -> bool:
    return isinstance(cell, str) and _RULE.fullmatch(cell.strip()) is not None


def _is_lettered(position: Cell) -> bool:
    """Tell whether a number is that of a chapter: ``一、``, ``A``, ``II``."""
    return isinstance(position, str) and position.strip() != "" and not any(map(str.isdigit, position))


def _is_said(cell: Cell) -> bool:
    """Tell whether a cell is no code but a sentence, or a caption and what it says: ``编制：``."""
    return isinstance(cell, str) and _SAID.search(cell) is not None


_TEXT_ITEM = "T"
_HEADS = frozenset({"head", "heading", "header"})
"""What bills of quantities write for a unit in the rows of their headings."""
_RULE = re.compile(r"([-_=*~─—═])\1{2,}")
_CAPTIONED = re.compile(r"[^:：]{1,20}[:：]")
_SAID = re.compile(r"[:：\u4e00-\u9fff]|\s\S+\s")


def _continued(table: Table, left: Left) -> Iterator[int]:
    """Yield the rows that only carry on what specifies the row above: nothing stands in any other column."""
    specifying = {at for field in _SPECIFYING for at in table.columns.get(field, ())}
    others = [table.column(at) for ats in table.columns.values() for at in ats if at not in specifying]
    candidates = left
    for column in others:
        candidates = [i for i in candidates if column[i] is None or column[i] == ""]
    is_bare, cells, amounts = len(candidates) == len(left), table.field("designator"), table.field("quantity")
    told, taken = _Told(), -1
    for i in candidates if specifying else ():
        row = table.sheet.rows[table.at[i]]
        filled = {at for at, cell in enumerate(row) if cell is not None and cell != ""}
        if not i or not filled <= specifying or not all(isinstance(row[at], str) for at in filled):
            continue
        told = (told if taken == i - 1 else _Told(amounts[i - 1])).and_(cells[i - 1])
        if not ((is_bare or len(filled) > 1) and told.is_complete_above(cells[i])):
            taken = i
            yield i


class _Told(NamedTuple):
    """What a row and those that carry it on tell: its quantity, how many designators, and the last text of these."""

    amount: Cell = None
    named: int = 0
    last: str = ""

    def and_(self, cell: Cell) -> _Told:
        """Return this with the designators of the next row."""
        if not isinstance(cell, str) or not cell.strip():
            return self
        return self._replace(named=self.named + designators(cell), last=cell)

    def is_complete_above(self, own: Cell) -> bool:
        """Tell whether a row below names parts by designators of its own: those of this one do not go on."""
        if not (isinstance(own, str) and own.strip()) or _OPEN.search(self.last):
            return False
        return not isinstance(self.amount, float) or self.amount <= self.named


_OPEN = re.compile(r"[,;，；、~-]\s*$")
"""The end of a list of designators that goes on."""


def _head(table: Table, left: Left) -> Iterator[int]:
    """Yield the rows that tell what is made of others, and are none of its parts."""
    yield from (i for i in left if i in table.bills.heads)


_RULES: tuple[tuple[str, Callable[[Table, Left], Iterable[int]]], ...] = (
    ("repeated-header", _repeated_header), (HEADING, _titled), (TOTAL, _total), (OF_WHICH, _of_which),
    (CONTINUED, _continued), ("same-place", _other_maker), (HEAD, _head), (HEADING, _heading),
)  # fmt: skip
"""The rules in their order."""
NOISE = frozenset(name for name, _ in _RULES)
"""The ids of the rules."""
