"""Whether what is read as how much of each row there is can be that, beside columns of numbers that nobody knows.

A mass of one is no amount where another column may tell how many there are, and a price times a count is money.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise, permutations

from footprint import units
from footprint.errors import Problem, problem
from footprint.layouts.asking import told_besides
from footprint.layouts.locating.table import Table
from footprint.layouts.measuring.quantities import weighs
from footprint.layouts.naming import headers
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.measures import ITEM
from footprint.layouts.naming.sayings import words
from footprint.model.sheets import Cell

_PER_SET = re.compile(r"[每单一]套|\bper set\b|/\s*(?:sets?\b|套)|\b(?:je|pro) satz\b", re.IGNORECASE)
_OF_MONEY = re.compile(r"amount|value|betrag|summe|[额值价]", re.IGNORECASE)
_OF_ONE = re.compile(r"[单每]|\beach|\bper\b|\bunit\b|\bone\b|/\s*(?:pcs?|pieces?|ea)\b|einzel|stück", re.IGNORECASE)
_NO_COUNTS = re.compile(r"[%‰年]|year|jahr", re.IGNORECASE)
_LOST = re.compile(
    r"scrap|wast(?:e|age)|\bloss|reject|trim\b|overage|offcut|spoil|fallout|kerf|shrink|utili[sz]ation"
    r"|yield\b(?! str)|损|耗率|不良|余量|放量|放率|废|边角|[出成]材率|成型率|利用率"
    r"|ausschuss|verschnitt|abfall|verlust|nutzungsgrad|ausbeute",
    re.IGNORECASE,
)
"""Words of what may tell a loss in a caption that nobody knows."""
_MEASURED = re.compile(r"[-+<>≤≥~≈]?\s?[0-9][0-9.,]{0,15}\s?(?:[%‰]|[a-zA-Z]{1,4}|[个件套片支只根台])?")
"""A text that holds a number, and no more but a sign or a unit."""
_DECIMAL = re.compile(r"\d{0,15}[.,]\d{1,15}|\d{1,15}")
_CODE = re.compile(r"\D|\d{4}")
"""A text that names a row, and is no small number."""
_LINK = re.compile(r"\s*(?:https?:|www\.)", re.IGNORECASE)
_MOST, _SAMPLE, _ROUNDED, _STEPS = 12, 500, 0.005, (1.0, 10.0)
"""Columns of numbers that are tried with each other, rows that are, how far a product may be rounded, steps of rows."""


def asked(table: Table, layout: Layout) -> Iterator[Problem]:
    """Ask what a column of numbers is that may tell how many there are, where a mass or money is read for it."""
    unknown = [at for at in table.header.unused if not layout.settles(table.header.captions[at])]
    other = next(iter(_counts(table, unknown) if weighs(table, layout) else _priced(table, unknown)), None)
    if other is not None:
        code = "import-mass-or-count" if weighs(table, layout) else "import-money"
        names = {"caption": table.caption("quantity"), "other": table.header.captions[other]}
        yield problem(code, table.place(0, "quantity"), (), **names)
    yield from islice(_of_others(table, unknown), 1)
    yield from islice(_multiplying(table, unknown), 1) if not weighs(table, layout) else ()
    yield from told_besides.asked(table, layout)
    strange = (at for at in unknown if not layout.meant(table.header.captions[at]).fields)
    lost = (at for at in strange if _may_lose(table.header.captions[at]) and any(_numbers(table.column(at))))
    for at in islice(lost, 1):
        yield problem("import-may-lose", table.sheet.place(table.header.bottom, at), caption=table.header.captions[at])


def _may_lose(caption: str) -> bool:
    """Tell whether a caption has a word for a loss in it, and no unit of amounts."""
    kind = units.measures(headers.unit_in(caption).partition("/")[0])
    return _LOST.search(caption) is not None and kind not in {"mass", "length", "area", "volume"}


def _of_others(table: Table, unknown: Sequence[int]) -> Iterator[Problem]:
    """Ask about a column of the quantity of what another names, which is not what the rows are: ``总成, 总成数量``."""
    captions = {at: headers.normal(caption) for at, caption in table.header.captions.items()}
    own = {at for field in ("code", "name", "outline") for at in table.columns.get(field, ())}
    for at in unknown:
        for other, caption in captions.items():
            is_of = caption and other not in own and captions[at].startswith(caption) and other != at
            is_quantity = is_of and "quantity" in headers.meant(captions[at][len(caption) :]).fields
            if is_quantity and any(isinstance(cell, float) and cell != 1 for cell in table.column(at)):
                place, names = table.sheet.place(table.header.bottom, at), table.header.captions
                yield problem("import-quantity-of", place, caption=names[at], other=names[other])


def _multiplying(table: Table, unknown: Sequence[int]) -> Iterator[Problem]:
    """Ask about a column that may multiply the quantities: ``套数``, ``Factor``, ``Qty per set`` beside another.

    Where the quantity is already what the column and another come to, it does not.
    """
    field = "quantity" if table.has("quantity") else "total_quantity"
    captions, told = table.header.captions, table.field(field)
    numeric = [at for at in unknown if _numbers(table.column(at))]
    for at in numeric if table.has(field) else ():
        may = headers.normal(captions[at]) in words("multiplier") or (
            _PER_SET.search(captions[at]) and not _PER_SET.search(table.caption(field)))  # fmt: skip
        column = table.column(at)
        done = any(_is_product(told, column, table.column(other)) for other in numeric[:_MOST] if other != at)
        if may and not done and {*_numbers(column)} != {1.0}:
            place = table.sheet.place(table.header.bottom, at)
            yield problem("import-multiplies", place, caption=captions[at], other=table.caption(field))


def unknown_numbers(table: Table, layout: Layout) -> list[str]:
    """Return the captions of the columns nobody knows that hold numbers, or codes of other rows.

    Those that only number the rows, or name their own, are left aside.
    """
    strange = [(at, caption) for at in table.header.unused for caption in (table.header.captions[at],)
               if not (layout.settles(caption) or layout.meant(caption).fields)]  # fmt: skip
    codes = table.texts("code", range(len(table))) if strange and table.has("code") else []
    named = frozenset(code for code in codes if _CODE.search(code))
    return [caption for at, caption in strange
            if _tells_amounts(table.column(at)) or _names_others(table.column(at), codes, named)]  # fmt: skip


def unknown_texts(table: Table, layout: Layout) -> list[str]:
    """Return the captions of the columns that hold texts and are not read: neither stated, nor links only.

    A column without a caption is told by its letters, whatever it holds.
    """
    left, right = table.span
    bare = [at for at in range(left, right) if at not in table.header.captions and any(table.column(at))]
    strange = [at for at in table.header.unused if not layout.settles(table.header.captions[at])]
    return [table.called(at) for at in (*(at for at in strange if _says(table.column(at))), *bare)]


def _says(column: Sequence[Cell]) -> bool:
    return any(isinstance(cell, str) and any(map(str.isalpha, cell)) and not _LINK.match(cell) for cell in column)


def _tells_amounts(column: Sequence[Cell]) -> bool:
    """Tell whether most cells of a column are numbers or measures (``3 %``), no flags and no numbers of its rows."""
    cells = [cell for cell in islice(column, _SAMPLE) if cell is not None]
    numbers = _numbers(column)
    if not numbers:
        return 2 * sum(map(is_measured, cells)) > len(cells)
    return not {*numbers} <= {0.0, 1.0} and not _in_turn(numbers)


def is_measured(cell: Cell) -> bool:
    """Tell whether a cell is a number, or text of one with a unit or per cent."""
    return isinstance(cell, float) or (isinstance(cell, str) and _MEASURED.fullmatch(cell) is not None)


def _names_others(column: Sequence[Cell], codes: Sequence[str], named: frozenset[str]) -> bool:
    """Tell whether a cell is the code of another row."""
    return not named.isdisjoint(column) and any(
        cell in named and cell != own for cell, own in zip(column, codes, strict=True)
    )


def _numbers(column: Sequence[Cell]) -> list[float]:
    """Return the numbers of a column that holds nothing else, those in text as well: ``.00``, ``2,5``."""
    cells = [cell for cell in islice(column, _SAMPLE) if cell is not None and cell != ""]
    numbers = [number for cell in cells if (number := _number(cell)) is not None]
    return numbers if len(numbers) == len(cells) else []


def _number(cell: Cell) -> float | None:
    if isinstance(cell, float):
        return cell
    if not (isinstance(cell, str) and _DECIMAL.fullmatch(cell.strip())):
        return None
    return float(cell.strip().replace(",", "."))


def _in_turn(numbers: Sequence[float]) -> bool:
    """Tell whether numbers are those of rows: 1, 2, 3 or 10, 20, 30."""
    return len(numbers) > 1 and numbers[0] in _STEPS and {b - a for a, b in pairwise(numbers)} == {numbers[0]}


def _counts(table: Table, unknown: Sequence[int]) -> Iterator[int]:
    """Yield the columns of numbers that may count: of the masses of one any, of others whole ones but those in turn."""
    of_one = _OF_ONE.search(table.caption("quantity")) is not None
    for at in unknown:
        numbers = _numbers(table.column(at))
        may = of_one or (all(map(float.is_integer, numbers)) and not _in_turn(numbers))
        if numbers and min(numbers) > 0 and may and not _measures(table.header.captions[at]):
            yield at


def _measures(caption: str) -> bool:
    """Tell whether a caption carries a unit of anything but pieces, or says that its numbers are years."""
    kinds = {units.measures(each) for each in (headers.unit_in(caption), caption)}
    return bool(kinds - {"", ITEM}) or _NO_COUNTS.search(caption) is not None


def _priced(table: Table, unknown: Sequence[int]) -> Iterator[int]:
    """Yield the columns that give the quantity as it is read, times a price."""
    prices = table.columns.get("price", ())
    if not unknown or not (prices or _OF_MONEY.search(table.caption("quantity"))):
        return
    told = table.field("quantity")
    numeric = [at for at in unknown if any(isinstance(cell, float) for cell in islice(table.column(at), _SAMPLE))]
    pairs = [*((one, price) for one in numeric for price in prices), *permutations(numeric[:_MOST], 2)]
    yield from (one for one, other in pairs if _is_product(told, table.column(one), table.column(other)))


def _is_product(told: Sequence[Cell], one: Sequence[Cell], other: Sequence[Cell]) -> bool:
    """Tell whether numbers are the products of two others that are not all 1."""
    each = [(a, b, c) for a, b, c in islice(zip(told, one, other, strict=True), _SAMPLE)
            if isinstance(a, float) and isinstance(b, float) and isinstance(c, float) and a]  # fmt: skip
    if not each or any(all(row[at] == 1 for row in each) for at in (1, 2)):
        return False
    return all(math.isclose(a, b * c, rel_tol=_ROUNDED, abs_tol=_ROUNDED) for a, b, c in each)
