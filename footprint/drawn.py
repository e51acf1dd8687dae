"""An uncertainty as stated beside the one drawn here: how near it must be, and what of it was not drawn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import floor, isfinite, log10
from typing import Any

from footprint.declare.declare import text

_DIGITS, _MOST_DIGITS = 4, 12
_NAMES = ("mean", "deviation", "median", "low", "high")
_SAMPLES = ({"monte_carlo"}, {"whole_system"}, {"whole_system", "ordinary"})
Document = Mapping[str, Any]
Path = tuple[Any, ...]


def is_near(made: bytes, stated: bytes) -> bool:
    """Tell whether what is drawn differs by no more than another processor may make of its last digit, the rest not.

    Moments are written to the fourth digit of their standard deviation, all else to four digits.
    """
    expected, found = json.loads(made), json.loads(stated)
    return text(found).encode() == stated and _is_same(expected, found, (), None)


def _is_same(made: Any, stated: Any, path: Path, deviation: object) -> bool:
    """Tell whether two documents have one form and values that agree; ``deviation``: of the sample they stand in."""
    if isinstance(made, dict):
        of = made.get("deviation") if set(path) in _SAMPLES else deviation
        same = isinstance(stated, dict) and made.keys() == stated.keys()
        return same and all(_is_same(value, stated[key], (*path, key), of) for key, value in made.items())
    if isinstance(made, list):
        if not isinstance(stated, list) or len(made) != len(stated):
            return False
        return all(_is_same(one, stated[at], (*path, at), deviation) for at, one in enumerate(made))
    return json.dumps(made) == json.dumps(stated) or _agree(made, stated, _beside(path, made, deviation))


def _beside(path: Path, made: object, deviation: object) -> object:
    """Return the number whose fourth digit is the last that is written of a value; None for what is not drawn."""
    *above, name = path
    if set(above) in _SAMPLES and name in _NAMES:
        return deviation
    is_error = above[-1:] == ["errors"] and set(above[:-1]) in _SAMPLES
    return made if is_error or (above[:1] == ["variables"] and name == "share_drawn") else None


def _agree(a: Any, b: Any, beside: Any) -> bool:
    """Tell whether two numbers differ by one unit of their last digit."""
    if not all(type(each) in {int, float} and isfinite(each) and each for each in (a, beside)):
        return False
    if type(b) not in {int, float} or not isfinite(b):
        return False
    finest = _place(a) - _MOST_DIGITS + 1
    return bool(abs(a - b) <= 1.01 * 10.0 ** max(min(_place(a), _place(beside)) - _DIGITS + 1, finest))


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
