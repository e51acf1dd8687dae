"""What words for units stand for in exported bills: names, short forms of trade, so many of a unit, one per another."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from footprint import units, words
from footprint.layouts.naming.amounts import Amount, amount
from footprint.layouts.naming.headers import many_of
from footprint.layouts.naming.layout import Layout, Measure

ITEM = "item"
_IN_DOUBT = frozenset({"ML", "MT", "Mt", "mt", "CT", "Ct", "ct"})
"""A millilitre where units are written in capitals, or a megalitre; tonnes, metres, or megatonnes; carats, cartons, or
a count."""
_MANY = re.compile(r"(100|1[ .,']?000|10[ .,']?000|百|千|万)\s*([^\W\d]{1,9})")
_TABLE = Path(__file__).parents[2] / "data" / "bom_units.csv"
"""Words for units that name none elsewhere, of trade and of systems: so many ``times`` a unit, and who says so."""
_OF_RECORD = re.compile(r"[a-z_]\w{0,60}\.(?=(?:product_)?uom_)", re.IGNORECASE | re.ASCII)
"""The module before the id of a unit in an export of records: ``uom.product_uom_kgm``."""
_TWICE = re.compile(r"([^()（）]{1,20}?)\s*[(（]([^()（）]{1,20})[)）]")
_PLURAL, _LONGEST = 3, 12
"""Letters of a word for a unit: of the least with an s behind, and of the longest that is looked at in parts."""


def measured(written: str, layout: Layout) -> Measure | None:
    """Return what a word for a unit stands for; None where neither the map nor the table of units knows it.

    Per item is said of every quantity of a bill: ``个/台`` are pieces, ``kg/pcs`` kilograms, ``kg/kpcs`` a thousandth.
    Mass per mass is per cent.
    """
    counted, _, per = written.rpartition("/")
    own = layout.units.get(written.strip().casefold()) or _known(written)
    if own is None and counted and (item := _known(per)) and units.measures(item.unit) == ITEM:
        one = layout.units.get(counted.strip().casefold()) or _known(counted)
        many = item.times * units.factor(item.unit, ITEM)
        return one and (one if many == 1 else Measure(one.times / many, one.unit))
    return own or _of_mass(counted, per) or _said_twice(written)


@lru_cache(4096)
def _said_twice(written: str) -> Measure | None:
    """Return what a word with another for the same unit in brackets stands for: ``EA (each)``; None for any other."""
    found = _TWICE.fullmatch(written.strip())
    both = (_known(found[1]), _known(found[2])) if found else (None, None)
    return both[0] if both[0] == both[1] else None


@lru_cache(4096)
def _of_mass(part: str, whole: str) -> Measure | None:
    """Return what a mass per mass is in per cent: ``g/kg``, ``kg/t``, ``mg/100 g``; None for anything else."""
    count = amount(whole) or Amount(1.0, whole.strip())
    one, all_ = _known(part), _known(count.unit)
    if one is None or all_ is None or not count.value:
        return None
    if {units.measures(one.unit), units.measures(all_.unit)} != {"mass"}:
        return None
    return Measure(100 * units.factor(one.unit, all_.unit) / count.value, "%")


@cache
def _listed() -> Mapping[str, Measure]:
    """Return what the words of ``data/bom_units.csv`` stand for."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {row["word"]: Measure(float(row["times"]), row["unit"]) for row in csv.DictReader(file)}


@lru_cache(4096)
def _known(written: str) -> Measure | None:
    """Return what a word for a unit stands for, or without its s in the plural: ``KGS``, ``Unit(s)``."""
    plain = written.strip().rstrip(".").translate(words.simplified()).removesuffix("(s)")
    listed = _listed().get(_OF_RECORD.sub("", plain, count=1).casefold())
    if plain in _IN_DOUBT:
        return None
    if listed:
        return listed
    try:
        return Measure(1.0, units.unit(plain).symbol)
    except units.UnknownUnitError as unknown:
        if unknown.named or len(plain) > _LONGEST:
            return None
        if len(plain) >= _PLURAL and plain[-1] in "sS":
            return _known(plain[:-1])
        many = _MANY.fullmatch(plain)
        one = _known(many[2]) if many else None
        return Measure(many_of(many[1]) * one.times, one.unit) if many and one else None
