"""What words for units stand for in exported bills: names, short forms of trade, so many of a unit, one per another."""

from __future__ import annotations

import re
from functools import lru_cache

from footprint import units, words
from footprint.layouts.amounts import Amount, amount
from footprint.layouts.headers import many_of
from footprint.layouts.layout import Layout, Measure

ITEM = "item"
_IN_DOUBT = frozenset({"ML", "MT", "Mt", "mt"})
"""A millilitre where units are written in capitals, or a megalitre; tonnes, metres, or megatonnes."""
_MANY = re.compile(r"(100|1[ .,']?000|10[ .,']?000|百|千|万)\s*([^\W\d]{1,9})")
_TRADE = {"kgm": "kg", "grm": "g", "gm": "g", "gr": "g", "tne": "t", "mtr": "m", "mtk": "m2", "mtq": "m3", "ltr": "L",
          "lt": "L", "gross": "gross", "gro": "gross", "罗": "gross", "dz": "dozen", "dzn": "dozen",
          "pr": "pair", "prs": "pair", "to": "t"}  # fmt: skip
"""Codes of UN/ECE Recommendation 20 and short forms of trade that are no names of units elsewhere."""
_COUNTED = {"gross": Measure(144.0, ITEM)}
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
    return own or _of_mass(counted, per)


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


@lru_cache(4096)
def _known(written: str) -> Measure | None:
    """Return what a word for a unit stands for, or without its s in the plural: ``KGS``."""
    plain = written.strip().rstrip(".").translate(words.simplified())
    word = _TRADE.get(plain.casefold(), plain)
    if plain in _IN_DOUBT or word in _COUNTED:
        return _COUNTED.get(word)
    try:
        return Measure(1.0, units.unit(word).symbol)
    except units.UnknownUnitError as unknown:
        if unknown.named or len(plain) > _LONGEST:
            return None
        if len(plain) >= _PLURAL and plain[-1] in "sS":
            return _known(plain[:-1])
        many = _MANY.fullmatch(plain)
        one = _known(many[2]) if many else None
        return Measure(many_of(many[1]) * one.times, one.unit) if many and one else None
