"""Whether quantities without a unit can be nothing but pieces, as CAD and EDA systems write them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache

from footprint import units
from footprint.layouts.locating.table import Table
from footprint.layouts.naming import headers
from footprint.layouts.naming.layout import Layout
from footprint.layouts.naming.measures import measured
from footprint.layouts.naming.sayings import spelt
from footprint.model.sheets import Cell

_OF_PIECES = frozenset({"mass", "total_mass", "gross_mass", "length", "width", "thickness", "wall_thickness",
                        "diameter", "inner_diameter", "package"})  # fmt: skip
_PART = re.compile(r"part|p/?n\b|drawing|teil|(?<!be)zeichnung|零件|部件|件号|图号", re.IGNORECASE)
_ITEMS = frozenset({"item"})
_COUNTED = re.compile(r"(?<![a-z])(?:quantity|quantities|qty|q'ty|counts?|anzahl)(?![a-z])|数量", re.IGNORECASE)
"""Captions of what is counted; an ``Amount``, a ``Menge`` or a ``用量`` may be of anything."""
_MEASURED = re.compile(
    r"[%‰]|percent|porcent|pourcent|peso|poids|vikt|gewicht|mass[ae]?(?![a-z])|masa(?![a-z])|gram|kilo|lit(?:er|re|ro)s?(?![a-z])|long"
    r"|larg|leng|läng|lungh|comprim|met(?:er|re|ro)s?(?![a-z])|mètre|volum|area|área|superfic|surface|fläche"
    r"|무게|중량|질량|길이|면적|부피|함량|비율|長さ|长度|вес|масса|длина|объ[её]м|(?<![a-z])(?:k?g|mm|cm|m|ml|l)(?![a-z])",
    re.IGNORECASE)  # fmt: skip
"""What captions that nobody knows may say that is no count, in the languages of bills that are met."""
_IN_BULK = re.compile(
    r"material|ingr[eé]dient|matière|materia|matéria|sustancia|sostanza|원료|재료|성분|배합|сырь[её]|"
    r"substance|chemical|composition|consum|raw(?![a-z])|usage|recipe|formul|(?<![a-z])mix"
    r"|stoff|zutat|bestandteil|rezept|料|物质|成分|配方|耗|投|添加|加入", re.IGNORECASE)  # fmt: skip
"""Captions of what may be weighed, measured or poured: materials and what goes into recipes."""
_OF_RECIPE = re.compile(r"recipe|formula|ingredient|mixture|配方|配料|rezept|zutaten", re.IGNORECASE)
_OF_RECIPES, _NAMING = frozenset({"cas", "inci"}), ("code", "name", "parent", "outline")
_AMOUNTS = frozenset({"quantity", "total_quantity", "other_quantity", "base_quantity"})
_NUMBERING = frozenset({"position", "code"})
_FEW, _MOST, _WHOLES = 10, 100, frozenset({100.0, 1000.0})
"""A list of parts without numbers of their own has a few of some of them; tens of each, or 100 in all, may be grams."""
_MOST_UNITS, _COUNTABLE = 30, frozenset({"item", "mass", "length", "area", "volume"})


def are_pieces(table: Table, values: Sequence[float | None], written: Sequence[str]) -> bool:
    """Tell whether numbers without a unit are of pieces: whole ones of parts, or of what is counted and no material.

    Parts have a number of their own, are measured or weighed; materials may be counted in anything but where other
    cells count pieces (``1 set``). ``written``: the unit in the cell of each number, "" for none.
    """
    if table.has("designator"):
        return True
    if _ITEMS & {*map(units.measures, {*written} - {""})}:
        bare = [value for value, unit in zip(values, written, strict=True) if value is not None and not unit]
        return all(map(float.is_integer, bare)) and not _tells_units(table)
    known = [value for value in values if value is not None]
    if not all(map(float.is_integer, known)) or not _may_count(_counting(table)):
        return False
    if headers.counts_pieces(table.caption("quantity")):
        return not _tells_units(table)
    are_parts = known and (_of_parts(table) or (not any(written) and _are_counted(table, known)))
    return bool(are_parts) and not _tells_units(table)


def _of_parts(table: Table) -> bool:
    if not _OF_PIECES.isdisjoint(table.columns):
        return True
    name = table.caption("name")
    is_said = _PART.search(table.caption("code")) or (_PART.search(name) and not _IN_BULK.search(name))
    return is_said is not None and (_are_numbered(table) or not _in_bulk(table))


def _are_counted(table: Table, known: Sequence[float]) -> bool:
    """Tell whether a column says that it counts, and nothing of its table says that materials or a recipe are told."""
    counted = _counting(table)
    is_said = _COUNTED.search(counted) or (not _says_amount(counted) and _are_few(known))
    captions = [*map(table.caption, _NAMING)]
    if not is_said or any(map(_IN_BULK.search, (counted, *captions))) or any(map(_bulk().search, captions)):
        return False
    titles = (table.sheet.name, *(cell for at in table.above for cell in table.sheet.rows[at] if isinstance(cell, str)))
    if not _OF_RECIPES.isdisjoint(table.columns) or any(map(_OF_RECIPE.search, titles)):
        return False
    in_bulk = _in_bulk(table)
    if not _are_numbered(table) and (in_bulk or min(known) >= _FEW):
        return False
    return 2 * in_bulk < len(table) and (len(known) == 1 or math.fsum(known) not in _WHOLES)


def _counting(table: Table) -> str:
    """Return the caption of quantities, "" where columns are called by their letters: these say nothing."""
    return "" if table.header.top < 0 else table.caption("quantity") or table.caption("total_quantity")


def _says_amount(caption: str) -> bool:
    return not _AMOUNTS.isdisjoint(headers.meant(caption).fields)


def _may_count(caption: str) -> bool:
    """Tell whether what is stated to be a quantity can be a count by its caption: that of a length or mass cannot."""
    fields = headers.meant(caption).fields
    if _COUNTED.search(caption):
        return True
    if fields and not _NUMBERING & {*fields[:1]}:
        return _says_amount(caption)
    return not (headers.mentions_mass(caption) or _MEASURED.search(caption))


def _are_few(known: Sequence[float]) -> bool:
    """Tell whether numbers of which no caption says that they count are those of a list of parts: one, and few of most.

    A recipe has rarely 1 of anything beside tens at most.
    """
    few = sum(value <= _FEW for value in known)
    return min(known) == 1 and max(known) < _MOST and 2 * few > len(known)


def _are_numbered(table: Table) -> bool:
    """Tell whether most parts have a number of their own: a code with a digit, beside what they are called."""
    codes = table.texts("code", range(len(table))) if table.has("name") else ()
    return 2 * sum(any(map(str.isdecimal, code)) for code in codes) > len(table)


def _in_bulk(table: Table) -> int:
    return in_bulk(table, range(len(table)))


def in_bulk(table: Table, rows: Sequence[int]) -> int:
    """Return how many rows are called by a word for what is weighed, poured or cut."""
    names = table.texts("name" if table.has("name") else "code", rows)
    return sum(map(of_bulk, names))


def of_bulk(name: str) -> bool:
    """Tell whether a name ends with a word for what is weighed, poured or cut."""
    return _bulk().search(name) is not None


@cache
def _bulk() -> re.Pattern[str]:
    """Return what finds names that end with a word for what is weighed, poured or cut, sizes and types aside.

    ``mild steel``, 不锈钢, ``Pipe DN50``, ``Kabel NYM``; but no ``cable tie``.
    """
    each = sorted(rf"(?<![^\W\d_]){word}" if word.isascii() else word for word in map(re.escape, spelt("bulk")))
    return re.compile(rf"(?:{'|'.join(each)})(?:[\s,]+(?:\S*\d\S*|(?-i:[A-Z]{{2,4}})))*\s*$", re.IGNORECASE)


def _tells_units(table: Table) -> bool:
    """Tell whether a column whose header nobody knows holds nothing but units."""
    return bool(of_units(table))


def of_units(table: Table, kinds: frozenset[str] = _COUNTABLE) -> list[str]:
    """Return the captions of the columns nobody knows that hold nothing but units of some kinds."""
    header = table.header
    return [header.captions[at] for at in header.unused if _are_units({*table.column(at)} - {None, ""}, kinds)]


def _are_units(cells: set[Cell], kinds: frozenset[str]) -> bool:
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
    told = [units.measures(one.unit) for text in texts if (one := measured(text, _PLAIN))]
    known = 0 < len(texts) == len(cells) <= _MOST_UNITS and len(told) == len(texts) and {*told} <= kinds
    return known and any(len(text) > 1 or not text.isascii() for text in texts)


_PLAIN = Layout()
