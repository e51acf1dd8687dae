"""An uncertainty as stated beside the one drawn here: how near it must be, and what of it was not drawn."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from math import floor, isfinite, log10
from typing import Any

from footprint.elements import parts
from footprint.package import UNCERTAINTY

_DIGITS, _MOST_DIGITS = 4, 12
_NAMES = ("mean", "deviation", "median", "low", "high")
_MOMENT = re.compile(rf"(monte_carlo|whole_system(?:\.ordinary)?)\.(?:{'|'.join(_NAMES)})")
_OF_DRAWS = re.compile(r"(?:monte_carlo|whole_system(?:\.ordinary)?)\.errors\.\w+|variables\[.*\]\.share_drawn")
Document = Mapping[str, Any]


def is_near(made: bytes, stated: bytes) -> bool:
    """Tell whether what is drawn differs by no more than another processor may make of its last digit, the rest not.

    Moments are written to the fourth digit of their standard deviation, all else to four digits.
    """
    expected, found = parts(UNCERTAINTY, made), parts(UNCERTAINTY, stated)
    return expected.keys() == found.keys() and all(
        text == found[name] or _agree(text, found[name], _beside(name, expected)) for name, text in expected.items()
    )


def _beside(name: str, expected: Mapping[str, str]) -> str | None:
    """Return the number whose fourth digit is the last that is written of a value; None for what is not drawn."""
    moment = _MOMENT.fullmatch(name)
    if moment is not None:
        return expected.get(f"{moment[1]}.deviation")
    return expected[name] if _OF_DRAWS.fullmatch(name) else None


def _agree(one: str, other: str, beside: str | None) -> bool:
    """Tell whether two numbers differ by one unit of their last digit."""
    try:
        a, b, by = float(one), float(other), float(beside or "")
    except ValueError:
        return False
    if not all(map(isfinite, (a, b, by))) or not a or not by:
        return False
    finest = _place(a) - _MOST_DIGITS + 1
    return abs(a - b) <= 1.01 * 10.0 ** max(min(_place(a), _place(by)) - _DIGITS + 1, finest)


def _place(value: float) -> int:
    return floor(log10(abs(value)))


def whole_system(stated: bytes, databases: Iterable[str]) -> dict[str, Any] | None:
    """Return what an uncertainty states of ``databases`` drawn anew, None where that is nothing or of another form."""
    try:
        found = json.loads(stated)["whole_system"]
        of = found["databases"]
        is_one = _is_sample(found, {"databases", "ordinary"}) and isinstance(of, list) and set(of) <= {*databases}
        return found if is_one and ("ordinary" not in found or _is_sample(found["ordinary"], set())) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _is_sample(found: Any, more: set[str]) -> bool:
    """Tell whether something has the form of the moments of draws."""
    numbers = [*(found[name] for name in ("draws", *_NAMES)), *found["errors"].values()]
    known = {"draws", "errors", *_NAMES} | more
    return (
        found.keys() <= known
        and found["errors"].keys() == {*_NAMES}
        and type(found["draws"]) is int
        and found["draws"] > 0
        and all(type(value) in {int, float} and isfinite(value) for value in numbers)
    )
