"""Numbers, units and UUIDs as the files of others write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from math import inf, isfinite, sqrt

from footprint import units
from footprint.background.importers.inventory import UNKNOWN, Spread
from footprint.errors import UnfitError
from footprint.model.uncertain import NORMAL, TRIANGULAR, UNIFORM, Distribution

SIMAPRO, BRIGHTWAY = "simapro", "brightway"
_MEANT: Mapping[str, Mapping[str, str]] = {
    "": {"p": "item", "my": "m·a", "ma": "m·a"},
    SIMAPRO: {"ton": "t", "tons": "t", "gal*": "gal (US)", "hour": "h", "T": "t"},
    BRIGHTWAY: {"ton": "t", "kilogram kilometer": "kg·km"},
}
"""Units by the tool that means something else by them than trade does, or something at all; "": inventories of any.

A piece; a metre and year. Brightway writes every ``t`` as ``ton`` and counts it as 1000 kg: bw2io 0.9.17, units.py.
"""
_NUMBERS = {NORMAL: 1, UNIFORM: 2, TRIANGULAR: 3}
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_SCORES = re.compile(r"\s*\(\s*((?:(?:[1-5]|na|n\.a\.|-)\s*,\s*){4}(?:[1-5]|na|n\.a\.|-))\s*[,;)]", re.IGNORECASE)
_SHOWN = 60
_WIDEST = 22026.0
"""A geometric standard deviation [-] above which nothing is known of an amount: e to the tenth."""


def finite(written: object) -> float | None:
    """Return the number that is written, as one or as a text with a decimal point; None for anything else.

    A truth value is none, nor is what is infinite, or has marks between thousands.
    """
    is_text = isinstance(written, str) and written.isascii() and "_" not in written
    if isinstance(written, bool) or not (is_text or isinstance(written, int | float)):
        return None
    try:
        found = float(written)  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        return None
    return found if isfinite(found) else None


def number(written: object, *at: str) -> float:
    """Return the number that is written; `UnfitError` for anything else, see `finite`."""
    found = finite(written)
    if found is None:
        text = "" if written is None else str(written)
        raise UnfitError("inventory-number", *at, text=text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
    return found


@lru_cache(maxsize=1 << 17)
def uuid_of(text: str) -> str:
    """Return a UUID in small letters, in which every file finds it; another id as it stands."""
    return text.lower() if _UUID.fullmatch(text) else text


def is_same(one: str, other: str) -> bool:
    """Tell whether two texts are one number, however they are written."""
    try:
        return number(one) == number(other)
    except UnfitError:
        return False


@cache
def unit_of(text: str, tool: str = "") -> str:
    """Return the unit that ``text`` means in an inventory of a tool, as the table of units knows it."""
    plain = " ".join(text.split())
    return _MEANT[tool].get(plain, _MEANT[""].get(plain, plain))


@cache
def dimension(text: str) -> str:
    """Return the dimension of a unit, or its text where it is none that is known."""
    try:
        return units.unit(unit_of(text)).dimension
    except units.UnknownUnitError:
        return text


@cache
def kilograms(unit: str) -> float:
    """Return how many kilograms one ``unit`` is; ValueError for what is no mass."""
    return units.factor(unit_of(unit), "kg")


def lognormal(squared: float | None, comment: str, said: str) -> Spread:
    """Return the spread of a lognormal amount: ``squared`` its geometric standard deviation squared [-].

    That of an amount with scores holds them already. What is no deviation stays as it is ``said``.
    """
    pedigree = scores(comment)
    if squared is None or not 1 <= squared <= _WIDEST**2:
        return Spread(pedigree=pedigree, said=said) if pedigree or said else UNKNOWN
    return Spread(sqrt(squared), pedigree, is_total=True)


def scattered(kind: str, amount: float, numbers: Sequence[float | None], pedigree: str, said: str) -> Spread:
    """Return the lognormal as wide as a normal, uniform or triangular distribution of ``amount``, as own factors do.

    ``numbers``: standard deviation; limits; limits and the most likely between them. A distribution that reaches an
    amount of the other sign, or does not hold ``amount``, stays as it is ``said``.
    """
    plain = Spread(pedigree=pedigree, said=said) if pedigree or said else UNKNOWN
    stated = [each for each in numbers if each is not None]
    if not amount or len(stated) != _NUMBERS.get(kind):
        return plain
    ratios = sorted(each / amount for each in stated)
    if kind == NORMAL:
        ratios = [abs(ratios[0])]
    elif not ratios[0] <= 1 <= ratios[-1]:
        return plain
    found = Distribution(kind, tuple(ratios))
    if found.is_below_zero or not 0 < found.deviation < inf:
        return plain
    return plain._replace(gsd=float(f"{found.gsd:.12g}"), is_total=True)


def scores(comment: str) -> str:
    """Return the five scores that a comment begins with, ``(2,3,1,1,na,...)``, as ``2;3;1;1;-``."""
    found = _SCORES.match(comment)
    if found is None:
        return ""
    return ";".join(part if part in "12345" else "-" for part in map(str.strip, found[1].split(",")))
