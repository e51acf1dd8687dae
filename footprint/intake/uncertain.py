"""The uncertainty and the pedigree of the numbers of a workbook, and what is wrong with them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping

from footprint.errors import Problem, UnfitError, problem
from footprint.model.stated import distribution
from footprint.model.uncertain import WIDEST, Distribution, Spread, scores
from footprint.provenance import Place
from footprint.tables.typed.table import Row, Table

NUMBERS: Mapping[str, tuple[str, str]] = {
    "BOM": ("quantity", ""), "Processes": ("amount", ""), "Electricity": ("kwh", "kWh"), "Transport": ("km", "km"),
    "Use": ("amount", ""), "End of life": ("share", ""), "Parameters": ("value", ""), "Factors": ("total", "kg"),
}  # fmt: skip
"""Sheet -> the number a row says the uncertainty of, and its unit ("": that of the row)."""
WITHOUT_UNIT = frozenset({"End of life", "Parameters"})
_LEAST = 4
_N = r"(\d+(?:\.\d+)?|\.\d+)"


def misfits(table: Table) -> Iterator[Problem]:
    """Yield the uncertainties that cannot be read and the pedigrees that are none."""
    for row in table.rows if table.name == "Evidence" else ():
        try:
            repeats(row.text("repeats"))
        except UnfitError as exc:
            yield Problem(exc.code, row.place("repeats"), exc.facts)
    for row in _rows(table):
        try:
            _stated(row, table.name)
        except UnfitError as exc:
            yield Problem(exc.code, row.place("uncertainty"), exc.facts)
        if scores(row.text("pedigree")) is None:
            yield problem("factor-pedigree", row.place("pedigree"), text=row.text("pedigree"))


def repeats(written: str) -> tuple[float, ...]:
    """Return repeated readings; `UnfitError` where they are none, or too few for a standard deviation of their mean.

    References: JCGM 101:2008, 6.4.9.5: with three readings or less the deviation of their mean has no bound.
    """
    texts = [part.strip() for part in re.split("[;；]", unicodedata.normalize("NFKC", written)) if part.strip()]
    if not all(re.fullmatch(_N, text, re.ASCII) for text in texts) or 0 < len(texts) < _LEAST:
        raise UnfitError("repeats-form", text=written)
    found = tuple(map(float, texts))
    if found:
        mean = math.fsum(found) / len(found)
        squares = math.fsum((x - mean) ** 2 for x in found)
        if not mean or math.sqrt(squares / (len(found) - 1) / len(found)) >= WIDEST * mean:
            raise UnfitError("repeats-wide", text=written)
    return found


def spreads(tables: Mapping[str, Table]) -> dict[Place, Spread]:
    """Return what rows say of their numbers, by the cell of the number; rows are checked."""
    found = {}
    for table in tables.values():
        for row in _rows(table):
            place = row.place(NUMBERS[table.name][0])
            told = _stated(row, table.name), row.text("uncertainty"), scores(row.text("pedigree")) or ""
            found[place] = Spread(place, *told)
    return found


def _rows(table: Table) -> Iterator[Row]:
    """Yield the rows that say anything of their uncertainty."""
    if table.name in NUMBERS and not table.columns.keys().isdisjoint({"uncertainty", "pedigree"}):
        yield from (row for row in table.rows if "uncertainty" in row.values or "pedigree" in row.values)


def _stated(row: Row, sheet: str) -> Distribution | None:
    """Return the distribution a row states, None without one, or where its number or unit is wrong anyhow."""
    key, fixed = NUMBERS[sheet]
    value, unit = row.number(key), "" if sheet in WITHOUT_UNIT else fixed or row.text("unit")
    if "uncertainty" not in row.values or value is None or (not unit and sheet not in WITHOUT_UNIT):
        return None
    return distribution(row.text("uncertainty"), value, unit)
