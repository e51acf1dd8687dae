"""What stands above a table: the product or assembly it is the bill of, as pairs of caption and value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.locating import so_many
from footprint.layouts.locating.table import Table
from footprint.layouts.locating.titles import LONGEST, OF_PRODUCT, bare, captioned, is_of_product, texts, titled
from footprint.layouts.naming import headers
from footprint.layouts.naming.amounts import POINT, Amount, amount, decimal_mark
from footprint.layouts.naming.headers import many_of, per_in
from footprint.layouts.naming.layout import TOLD, Layout
from footprint.layouts.naming.once import Row, once
from footprint.layouts.naming.sayings import spelt, words
from footprint.model.sheets import Sheet
from footprint.provenance import Place
from footprint.tables.typed.grid import corners

_PARENT = ("parent", "code", "name", "base_quantity", "specification", "alternative", "yield", "lot_size",
           "sub_bom", OF_PRODUCT)  # fmt: skip
_NUMBERS = frozenset({"base_quantity", "yield", "lot_size"})
_ALL = 100
"""All of a thing in per cent."""
_MANY = re.compile(
    r"(每|(?:\b(?:per|je|pro|for|für)\b|/)\s{0,3}+)?\s{0,3}+"
    r"(?<![\d.,])(1[ .,']?000|100|10[ .,']?000|百|千|万|K(?![a-z]))"
    r"\s{0,3}+(?:pieces|pcs|pc|units?|items?|Stück|Stk|St|EA|件|个|台|套|片|只|支)(?![a-z])(?:产品|成品)?\s{0,3}+"
    r"(用料|用量|耗用|单耗|消耗|定额|材料|物料|清单|配料|BOM)?", re.IGNORECASE,
)  # fmt: skip
_COUNTS = re.compile(
    r"^\s*(?:per|je|pro|每|基数|底数)\s*$|"
    r"数量|台数|套数|产量|(?<![a-z])(?:qty|quantity|number of|no\. of|anzahl)(?![a-z])|menge|stückzahl",
    re.IGNORECASE,
)  # fmt: skip
_WITHOUT_COLON = re.compile(r"\s*+([^\W\d][^\d:：]{0,19}?)\s*+(\d[\d.,' ]{0,11}(?:\s?[^\W\d_]{1,5})?)\s*+")
_OF_PARTS = re.compile(
    r"零|料|元件|部件|子件|种类|行数|页|teile|positionen|"
    r"(?<![a-z])(?:parts?|items?|components?|lines?|rows?|pages?|sheets?|levels?)(?![a-z])", re.IGNORECASE,
)  # fmt: skip
"""What is counted above a table, and what of it are no products."""
_PER_ONE = re.compile(r"每|单[台件套位耗机车]|(?<![a-z])(?:per|each|unit|je|pro)(?![a-z])", re.IGNORECASE)
_OF_UNIT = re.compile(r"单位|unit", re.IGNORECASE)
_FOR_SO_MUCH = re.compile(
    r"(?<![a-z])(?:per|je|pro|for|für|yields?|makes?)\s{1,3}+(\d[\d.,' ]{0,11}?)\s{0,3}+([^\W\d_]{1,9})\W*$"
    r"|(?:每|生产|制造)\s{0,3}+(\d[\d.,' ]{0,11}?)\s{0,3}+([a-z]{1,3}|[^\W\d_])(?![a-z])", re.IGNORECASE,
)  # fmt: skip
_ORDER = re.compile(r"recipe|formula|order|batch|配方|生产|制造|rezept|ansatz|auftrag", re.IGNORECASE)
"""What a title says that it is for, and what makes it that of a bill besides the words for one."""
_MADE = re.compile(r"产[量出]|[收得产]率|batch|(?<![a-z])(?:yield|output|makes)|ansatz|ausbeute|ertrag", re.IGNORECASE)
_YIELD = re.compile(r"(?:(?<![a-z])yield|[收良得产]率|成品率|产出率|ausbeute)\W*$", re.IGNORECASE)
"""What says above a table how much of the product is made, and what is a yield by its last word."""
_INSIDE_TEXT = re.compile(r"([^\W\d][^\d:：\s]{0,19})\s?[:：]\s{0,3}+(\d[\d.,' ]{0,11}+[^\W\d_]{0,5})")
_WITH_NAME = re.compile(r"(\S*\d\S*)\s+(\D*[\u4e00-\u9fff]\D*)")
"""A code with the name behind it, without a digit of its own: ``2.01 机壳``."""
_EXTENTS = frozenset({"item", "mass", "volume"})


class Said(NamedTuple):
    """A value above a table, where it stands, and its number where that is no text."""

    text: str
    place: Place
    number: float | None = None


class Block(NamedTuple):
    """What is said above a table. ``code`` and ``name`` are those of what it is the bill of.

    ``numbers``: what it says in numbers; ``asked``: what must be told before these are known.
    """

    said: Mapping[str, Said]
    numbers: Mapping[str, float] = MappingProxyType({})
    asked: tuple[Problem, ...] = ()

    @property
    def code(self) -> str:
        """The code of what the table is the bill of, "" where none is said."""
        found = self.said.get("parent") or self.said.get("code")
        named = _with_name(found)
        return named[1] if named else found.text if found else ""

    @property
    def bill(self) -> str:
        """The number of the bill itself, by which others refer to it."""
        found = self.said.get("sub_bom")
        return found.text if found else ""

    @property
    def name(self) -> str:
        """The name of what the table is the bill of."""
        found, whole = self.said.get("name"), self.said.get("parent") or self.said.get("code")
        named = _with_name(whole)
        return found.text if found else named[2] if named else ""

    @property
    def product(self) -> str:
        """What the table is said to be the bill of, and what it calls the product: "" where it says neither."""
        found = self.said.get(OF_PRODUCT)
        return self.code or (found.text if found else "")

    @property
    def quantity(self) -> float | None:
        """How many of it the table is the bill of."""
        return self._number("base_quantity")

    @property
    def lot(self) -> float | None:
        """How many of it one order makes."""
        return self._number("lot_size")

    @property
    def yielded(self) -> float | None:
        """Which share of what is begun becomes it; a number above 1 is per cent."""
        found = self._number("yield")
        return found if found is None or found <= 1 else found / 100

    def _number(self, field: str) -> float | None:
        found = self.numbers.get(field)
        return found if found and found > 0 else None


def _with_name(said: Said | None) -> re.Match[str] | None:
    return _WITH_NAME.fullmatch(said.text) if said and len(said.text) <= LONGEST else None


def block(sheet: Sheet, layout: Layout, table: Table) -> Block:
    """Return what is said in the rows above the header of a table; the first of each field counts.

    Of tables beside each other, what stands above their own columns counts before the rest.
    Numbers are in the notation that is stated, in their own, or in that of the table. A yield is a share, or an amount
    that the quantities may be for.
    """
    above = table.above
    pairs = [pair for at in above for pair in pairs_in(sheet, at)]
    pairs.sort(key=lambda pair: not _is_over(pair[1], table))
    said = {field: found for field, found in reversed(pairs) if field != "yield" or _is_share(found.text, found.number)}
    asked = []
    stated = layout.constants.get("base_quantity", TOLD)
    if stated != TOLD:
        said["base_quantity"] = Said(stated, Place(layout.file, "", f"base_quantity = {stated}"))
    elif "base_quantity" not in said and not table.has("base_quantity") and per_in(table.caption("quantity")) == 1:
        asked = [*_headed(table)] or [*_titled(sheet, above, said)]
        mark = layout.constants.get("decimal") or table.decimal or POINT
        asked += [] if asked or "base_quantity" in said else [*_counted(sheet, above, table, mark)][:1]
    if asked and "base_quantity" in layout.constants:
        said["base_quantity"], asked = _answered(asked[0]), []
    numbers = {}
    for field in _NUMBERS & said.keys():
        read = _read(said[field], layout.constants.get("decimal", ""), table.decimal)
        if isinstance(read, Problem):
            asked.append(read)
        elif read is not None:
            numbers[field] = read
    return Block(said, numbers, tuple(asked))


def _is_over(said: Said, table: Table) -> bool:
    """Tell whether a value stands above the columns of a table."""
    return table.span[0] <= corners(said.place.cell)[1] < table.span[1]


def _answered(asked: Problem) -> Said:
    """Return the number of products that is asked about as one that is said."""
    place = asked.place if isinstance(asked.place, Place) else Place(asked.place)
    return Said(str(asked.facts["count"]), place)


def _is_share(text: str, number: float | None, most: float = 100) -> bool:
    """Tell whether a yield is one: per cent, or a number up to ``most``."""
    read = Amount(number) if number is not None else amount(text, decimal_mark([text]) or POINT)
    return read is not None and (read.unit in {"%", "‰"} or (not read.unit and read.value <= most))


def _read(said: Said, stated: str, beside: str | None) -> float | Problem | None:
    """Return the number that is said, or why nobody can read it; None where there is none."""
    if said.number is not None:
        return said.number
    mark = stated or decimal_mark([said.text]) or (beside if decimal_mark([said.text]) is None else POINT)
    if not mark:
        return problem("import-decimal", said.place, text=said.text)
    read = amount(said.text, mark)
    if read is None and any(map(str.isdecimal, said.text)):
        return problem("import-number", said.place, text=said.text)
    return read.value if read else None


def _titled(sheet: Sheet, above: range, said: dict[str, Said]) -> Iterator[Problem]:
    """Find a title that tells how many products the table is for (``每千只用料表``); ask where it may mean others."""
    titles = ((at, *title) for at in above for title in _of_many(sheet.rows[at]))
    for row, column, cell, many in titles:
        count, place = f"{many_of(many[2]):g}", sheet.place(row, column)
        told = any(word in headers.normal(cell) for word in words("bill"))
        if told and (many[1] or many[3]):
            said.setdefault("base_quantity", Said(count, place))
        elif many[1] or _OF_UNIT.search(cell):
            yield problem("import-for-many", place, text=cell.strip(), count=count)


@once
def _of_many(row: Row) -> list[tuple[int, str, re.Match[str]]]:
    """Return the texts of a row that name a number of products, and how."""
    found = ((column, cell, _MANY.search(unicodedata.normalize("NFKC", cell))) for column, cell in texts(row))
    return [(column, cell, many) for column, cell, many in found if many]


def _counted(sheet: Sheet, above: range, table: Table, mark: str) -> Iterator[Problem]:
    """Ask about a number of products above a table, as orders have it: the quantities may be for all of them.

    ``mark``: what marks the decimals of a number that does not tell it itself, as in the table: ``1,000`` may be one.
    The size of an order that something is taken once in is no question, nor are quantities that say they are for one.
    """
    caption = table.caption("quantity") or table.caption("total_quantity")
    if _PER_ONE.search(caption) or table.has("fixed_loss") or table.has("fixed_quantity"):
        return
    for at in above:
        for said, value, column in _counting(sheet.rows[at]):
            told = amount(value, decimal_mark([value]) or mark)
            if told and told.value > 1 and _counts(said, told):
                place = sheet.place(at, column)
                yield problem("import-for-many", place, text=f"{said}: {value}", count=f"{told.value:g}")
        for column, text, count in _for_so_many(sheet.rows[at]):
            yield problem("import-for-many", sheet.place(at, column), text=text, count=count)


def _headed(table: Table) -> Iterator[Problem]:
    """Ask about a number of pieces in the caption of the quantities: ``用量(100台)``."""
    field = "quantity" if table.has("quantity") else "total_quantity"
    caption = table.caption(field)
    if (many := so_many.count(caption)) != 1:
        place = table.sheet.place(table.header.bottom, table.columns[field][0])
        yield problem("import-for-many", place, text=caption, count=f"{many:g}")


def _counts(said: str, told: Amount) -> bool:
    """Tell whether an amount is that of products, or of the product: pieces, or so much of what is made."""
    kind = units.measures(told.unit or "item")
    if kind == "item" and _COUNTS.search(said) and not _OF_PARTS.search(said):
        return True
    is_amount = bool(told.unit) or (told.value > _ALL and _YIELD.search(said) is not None)
    return is_amount and kind in _EXTENTS and _MADE.search(said) is not None


@once
def _counting(row: Row) -> list[tuple[str, str, int]]:
    """Return the captions in a row of what may be a number of products, with the text and the column of that."""
    pairs = [(said, value, column) for said, value, column, _ in captioned(row)]
    return [pair for pair in [*pairs, *_within(row), *_bare(row)] if _COUNTS.search(pair[0]) or _MADE.search(pair[0])]


@once
def _for_so_many(row: Row) -> list[tuple[int, str, str]]:
    """Return titles that say how much their bills are for, and that: ``BOM for 10 units``, ``Recipe for 100 kg``."""
    found = ((column, cell, _so_many(cell)) for column, cell in texts(row))
    return [(column, cell.strip(), f"{many:g}") for column, cell, many in found if many != 1]


def _so_many(title: str) -> float:
    """Return how much of the product a title says that its bill is for; 1 where it says nothing."""
    found = _FOR_SO_MUCH.search(unicodedata.normalize("NFKC", title))
    if found and _is_of_bill(title):
        digits, unit = found[1] or found[3], found[2] or found[4]
        told = amount(digits, decimal_mark([digits]) or POINT)
        told = told and _in_kilograms(told.value, unit)
        if told and told.value > 1 and units.measures(unit) in _EXTENTS:
            return told.value
    return so_many.told(title)


def _is_of_bill(text: str) -> bool:
    return _ORDER.search(text) is not None or any(word in headers.normal(text) for word in words("bill"))


def _in_kilograms(value: float, unit: str) -> Amount:
    """Return an amount; one of a larger unit of mass in kilograms: a tonne is a thousand of them."""
    is_one = value == 1 and units.measures(unit) == "mass"
    return Amount(units.factor(unit, "kg")) if is_one else Amount(value)


def _within(row: Row) -> Iterator[tuple[str, str, int]]:
    """Yield captions with their numbers that stand behind others in a cell: ``产品：涂料 产量：2 t``."""
    for column, cell in texts(row):
        for one in _INSIDE_TEXT.finditer(cell):
            yield one[1], one[2].strip(), column


def _bare(row: Row) -> Iterator[tuple[str, str, int]]:
    """Yield the cells of a row that are a caption and its number without a colon: ``基数 1000``, ``per 1000``."""
    for column, cell in texts(row):
        if said := _WITHOUT_COLON.fullmatch(cell):
            yield said[1], said[2], column


def where_used(sheet: Sheet, above: range) -> Place | None:
    """Return where a title above a table says that it tells what a part is used in, not what it is made of."""
    said = (sheet.place(at, column) for at in above if (column := _upside_down(sheet.rows[at])) is not None)
    return next(said, None)


@once
def _upside_down(row: Row) -> int | None:
    """Return the column of a title that says what a part is used in; None where a row holds none."""
    titles = ((column, cell.casefold()) for column, cell in enumerate(row) if isinstance(cell, str))
    return next((column for column, title in titles if any(word in title for word in spelt("where-used"))), None)


def pairs_in(sheet: Sheet, at: int) -> Iterator[tuple[str, Said]]:
    """Yield the fields said in a row."""
    for field, text, column, number in _pairs(sheet.rows[at]):
        yield field, Said(text, sheet.place(at, column), number)


@once
def _pairs(row: Row) -> list[tuple[str, str, int, float | None]]:
    """Return the fields said in a row: the text, its column, and its number where it is one."""
    code = titled(row)
    pairs: list[tuple[str, str, int, float | None]] = [(OF_PRODUCT, code, 0, None)] if code else []
    for caption, value, column, number in captioned(row):
        fields, text = headers.meant(caption).fields, bare(value)
        field = _first(fields) or ("yield" if _YIELD.search(caption) and _is_share(text, number, most=1) else "")
        if field and not headers.meant(text).fields:
            pairs.append((field, text, column, number))
            if field != OF_PRODUCT and is_of_product(caption, fields):
                pairs.append((OF_PRODUCT, text, column, number))
    return pairs


def _first(fields: Sequence[str]) -> str:
    return next((field for field in fields if field in _PARENT), "")

