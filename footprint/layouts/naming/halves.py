"""Fractions in columns of amounts: ``1/2``, ``1 1/2 kg``, ``1½``. What may be a date as well is asked about.

A spreadsheet shows a range or a number of a part (``1-2``) as a date, which a text table may hold as ``1/2``. A whole
number beside a fraction, a unit behind it, and what is no day of a month leave no doubt, for the whole column. Parts
that are not in their lowest terms (``2/4``), or more than one (``3/2``), may be two amounts: they are left.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from footprint.layouts.naming.amounts import Amount
from footprint.layouts.naming.layout import COUNT, LEAVE

_SIGN = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")
_FRACTION = re.compile(
    r"(?:(?P<whole>\d{1,4})\s{1,3})?(?P<part>\d{1,4})\s?[/\u2044]\s?(?P<of>\d{1,4})"
    r"(?:\s{0,3}(?P<unit>[^\W\d_][\w²³]{0,11}))?"
)
_DAYS, _MONTHS = 31, 12


class Fraction(NamedTuple):
    """A fraction as it is written: its amount; whether it is less than one in lowest terms, and can be no date."""

    amount: Amount
    is_proper: bool
    is_sure: bool


@lru_cache(4096)
def fraction(text: str) -> Fraction | None:
    """Return the fraction that a text is; None for any other text."""
    found = _FRACTION.fullmatch(unicodedata.normalize("NFKC", _SIGN.sub(" ", text.strip())))
    if found is None or not int(found["of"]):
        return None
    part, of, unit = int(found["part"]), int(found["of"]), found["unit"] or ""
    is_date = max(part, of) <= _DAYS and min(part, of) <= _MONTHS
    value = int(found["whole"] or 0) + part / of
    is_sure = bool(found["whole"] or unit) or not is_date
    return Fraction(Amount(value, unit), 0 < part < of and math.gcd(part, of) == 1, is_sure)


def told(texts: Mapping[int, str], stated: str) -> tuple[dict[int, Amount], int | None]:
    """Return the amounts of the fractions among some texts by position, and the first of those that are asked about.

    ``stated``: `COUNT` where all are to be read, `LEAVE` where those in doubt are not.
    """
    found = {at: read for at, text in texts.items() if (read := fraction(text))}
    if stated == COUNT:
        return {at: read.amount for at, read in found.items()}, None
    if not all(read.is_proper for read in found.values()):
        return {}, None
    if any(read.is_sure for read in found.values()):
        return {at: read.amount for at, read in found.items()}, None
    return {}, None if stated == LEAVE else next(iter(found), None)
