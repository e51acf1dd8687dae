"""The uncertainty of a number as people write it: one table of forms."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from footprint import units
from footprint.errors import UnfitError
from footprint.model.certificate import Worded, number, worded
from footprint.model.gum import standard
from footprint.model.uncertain import LOGNORMAL, MOST_GSD, NORMAL, TRIANGULAR, UNIFORM, Distribution, told_wide

_RELATIVE: Mapping[str | None, float] = {"%": 1e-2, "percent": 1e-2, "‰": 1e-3, "ppm": 1e-6, "1": 1.0}
_N = r"(\d+(?:\.\d+)?|\.\d+)"
_TO = r"\s*(?:\.{2,3}|~|～|–|至|to)\s*"
_UNIT = r"\s*([^\d\s,;=][^\s,;]*)?"


class _Form(NamedTuple):
    """One way of writing an uncertainty: what it looks like, and what it means for a number in a unit."""

    pattern: str
    read: Callable[[tuple[str | None, ...], float, str], Distribution]


def _measured(found: Worded, value: float, unit: str) -> Distribution:
    """Return what a measurement is said to be: an expanded uncertainty, a standard one, limits without a best guess."""
    width = _of(found.half, found.unit, value, unit)
    if found.shape == "limits":
        made = Distribution(UNIFORM, (1 - width, 1 + width))
    else:
        made = Distribution(NORMAL, (standard(width, found.k),), found.dof)
    if made.is_below_zero:
        raise UnfitError("uncertainty-wide", **told_wide(made))
    return made


def _lognormal(found: tuple[str | None, ...], *_: object) -> Distribution:
    """``lognormal 1.15``: the geometric standard deviation, not its square."""
    gsd = number(found[0] or "")
    if not 1 <= gsd <= MOST_GSD:
        raise UnfitError("uncertainty-gsd", gsd=found[0])
    return Distribution(LOGNORMAL, (math.log(gsd),))


def _between(found: tuple[str | None, ...], value: float, unit: str) -> Distribution:
    """``uniform 3..5``, ``triangular 3..4..5 kg``: limits, and the most likely number between them."""
    *limits, own = found
    ratios = tuple(_of(number(limit or ""), own or unit, value, unit) for limit in limits)
    if list(ratios) != sorted(ratios) or ratios[0] == ratios[-1]:
        raise UnfitError("uncertainty-order", limits="..".join(map(str, limits)))
    if not ratios[0] <= 1 <= ratios[-1]:
        raise UnfitError("uncertainty-outside", limits="..".join(map(str, limits)), value=f"{value:g}")
    return Distribution(UNIFORM if len(ratios) == 2 else TRIANGULAR, ratios)


_FORMS = (
    _Form(rf"(?:lognormal|对数正态)\s*(?:GSD\s*=?\s*)?{_N}", _lognormal),
    _Form(rf"(?:uniform|均匀)\s*{_N}{_TO}{_N}{_UNIT}", _between),
    _Form(rf"(?:triangular|三角)\s*{_N}{_TO}{_N}{_TO}{_N}{_UNIT}", _between),
)


def _of(width: float, own: str | None, value: float, unit: str) -> float:
    """Return a number in per cent, in a unit of its own or in that of ``value`` over ``value`` [-]."""
    if own in _RELATIVE:
        return width * _RELATIVE[own]
    if not own and unit:
        raise UnfitError("uncertainty-unit-missing", text=f"{width:g}", unit=unit)
    if not own or own == unit:
        return width / abs(value)
    try:
        return width * units.factor(own, unit) / abs(value)
    except ValueError as exc:
        raise UnfitError("uncertainty-unit", unit=own, wanted=unit or "%") from exc


@cache
def distribution(written: str, value: float, unit: str) -> Distribution:
    """Return the distribution that ``written`` states of ``value`` [``unit``]; `UnfitError` where it states none."""
    text = unicodedata.normalize("NFKC", written).replace("−", "-").strip()
    try:
        return _read(text, value, unit)
    except UnfitError as exc:
        if re.search(r"\d,\d", text):
            raise UnfitError("uncertainty-comma", text=written) from exc
        raise


def _read(text: str, value: float, unit: str) -> Distribution:
    measured = worded(text)
    if measured is not None:
        if not value:
            raise UnfitError("uncertainty-of-zero")
        return _measured(measured, value, unit)
    for form in _FORMS:
        match = re.fullmatch(form.pattern, text, re.ASCII | re.IGNORECASE)
        if match is not None:
            if not value:
                raise UnfitError("uncertainty-of-zero")
            return form.read(match.groups(), value, unit)
    raise UnfitError("uncertainty-form", text=text)


def factor_scatter(written: str, value: float | None) -> Distribution:
    """Return what a factor table states of a factor ``value`` [kg], None where that is known by gas alone.

    A bare number is a geometric standard deviation.
    """
    text = unicodedata.normalize("NFKC", written).strip()
    bare = f"lognormal {text}" if re.fullmatch(_N, text, re.ASCII) else written
    return distribution(bare, 1.0 if value is None else value, "" if value is None else "kg")
