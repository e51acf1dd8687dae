"""Rows that are a step of the work and no part: a test or a balancing that weighs 0 by the bill itself."""

from __future__ import annotations

import re
from functools import cache

from footprint.layouts.naming.sayings import spelt
from footprint.layouts.part import Part

_MASSES = ("mass", "total_mass")
_SAYING = ("name", "process", "category", "code")


def weighs_nothing(part: Part, at: int) -> bool:
    """Tell whether a row states a mass of 0 and is a step: by its words, or by a process without a material.

    A part of which a drawing knows no material weighs 0 there as well: its mass is not known.
    """
    if 0.0 not in [part.table.field(field)[at] for field in _MASSES]:
        return False
    said = " ".join(part.text(field, at) for field in _SAYING)
    has_none = part.table.has("material") and not part.text("material", at) and part.text("process", at) != ""
    return has_none or _words().search(said) is not None


@cache
def _words() -> re.Pattern[str]:
    each = (rf"(?<![^\W_]){re.escape(word)}(?![^\W_])" if word.isascii() else re.escape(word) for word in spelt("step"))
    return re.compile("|".join(each), re.IGNORECASE)
