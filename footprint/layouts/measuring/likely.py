"""The column that likeliest tells how much of each row there is, where none is known to: to be stated, never read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise

from footprint import units
from footprint.layouts.locating.table import Table
from footprint.layouts.naming.fits import is_number
from footprint.layouts.naming.layout import Layout
from footprint.model.sheets import Cell

_COUNTS = re.compile(
    r"qty|quant|count|amount|usage|consum|need|requir|pieces|pcs|(?<![a-z])(?:q|n|num|number|no)(?![a-z])|menge|anzahl"
    r"|stück|数|量|cant(?![a-z])|cantidad|qt[éeàd](?![a-z])|qtde|hoeveel|aantal|ilo[śs][ćc]|колич"
    r"|кол-во|antal|adet|수량", re.IGNORECASE)  # fmt: skip
_OTHER = re.compile(
    r"/\s?(?:[cdm]?m[2²]|sqm|h)(?![a-z])|pp[mb](?![a-z])|price|cost|factor|rate|date|year|emission|time|days|weeks|stock|margin|(?<![a-z])(?:id|code|rev|version|usd|eur|gbp)(?![a-z])|preis|jahr"
    r"|[价额元号编年率]", re.IGNORECASE)  # fmt: skip
_SAMPLE = 500


def likely(table: Table, layout: Layout) -> str:
    """Return the caption of the likeliest column of numbers that nobody knows, "" for none.

    Called after an order, it tells no lot where its rows differ: ``Planned Qty``.
    """
    orders = [at for at in table.columns.get("lot_size", ()) if len({*table.column(at)} - {None, ""}) > 1]
    captions = {at: table.header.captions[at] for at in (*table.header.unused, *orders)} | _below_titles(table, layout)
    may = [at for at, caption in captions.items() if not layout.settles(caption) and not _OTHER.search(caption)
           and _counts([*islice(table.column(at), _SAMPLE)], is_said=says_so(caption))]  # fmt: skip
    return captions[max(may, key=lambda at: (says_so(captions[at]), _weighs(captions[at]), at))] if may else ""


def _below_titles(table: Table, layout: Layout) -> dict[int, str]:
    """Return the lowest texts of captions that speak of how many there are, below others that tell what is read."""
    row = table.sheet.rows[table.header.bottom] if table.header.bottom > table.header.top >= 0 else ()
    lowest = {at: " ".join(str(row[at]).split()) for at in table.header.captions if at < len(row) and row[at]}
    return {at: text for at, text in lowest.items() if text != table.header.captions[at] and says_so(text)
            and not layout.meant(text).fields}  # fmt: skip


def _weighs(caption: str) -> bool:
    """Tell whether a caption is a unit of mass per something: ``g/Ah``."""
    return units.measures(caption.partition("/")[0].strip()) == "mass"


def says_so(caption: str) -> bool:
    """Tell whether a caption speaks of how many there are, in any of the languages of bills that are met."""
    return _COUNTS.search(caption) is not None


def _counts(cells: Sequence[Cell], *, is_said: bool) -> bool:
    """Tell whether most cells are numbers, and not those of the rows in turn, nor one for all without a word of it."""
    numbers = [cell for cell in cells if cell is not None and is_number(cell)]
    in_turn = len(numbers) > 1 and all(isinstance(cell, float) for cell in numbers) and _steps(numbers) == {1.0}
    in_turn = in_turn and not (is_said and numbers[0] not in {0.0, 1.0})
    differ = is_said or len({*numbers}) > 1
    return differ and bool(numbers) and 2 * len(numbers) > sum(cell is not None for cell in cells) and not in_turn


def _steps(numbers: Sequence[Cell]) -> set[float]:
    return {float(b) - float(a) for a, b in pairwise(numbers) if isinstance(a, float) and isinstance(b, float)}
