"""Rounding, done once: 12 significant digits in the document, the rule file's figures in the declared number."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from math import fsum

DIGITS = 12


def exact(value: float) -> float:
    """Return ``value`` at 12 significant digits; never a negative zero."""
    return float(f"{value:.{DIGITS}g}") + 0.0


def total(values: Iterable[float]) -> float:
    """Return the exactly rounded sum of ``values`` at 12 significant digits."""
    return exact(fsum(values))


def declared(value: float, figures: int, multiple: float = 0.0, *, bound: bool = False) -> str:
    """Return ``value`` at ``figures`` significant figures, written without an exponent (half to even).

    With ``multiple``, it is the nearest multiple of that instead, a rule's own rounding, unless that were nothing. A
    lower ``bound`` is rounded down: what is printed after ">=" must hold.
    """
    if value == 0:
        return "0"
    number, way = Decimal(repr(value)), ROUND_FLOOR if bound else ROUND_HALF_EVEN
    if multiple:
        step = Decimal(repr(multiple))
        whole = (number / step).quantize(Decimal(1), rounding=way)
        if whole:
            return f"{whole * step:f}".removesuffix(".0")
    step = Decimal(1).scaleb(number.adjusted() - figures + 1)
    rounded = number.quantize(step, rounding=way)
    if rounded.adjusted() > number.adjusted():  # 9.996 at three figures is 10.0, not 10.00
        rounded = rounded.quantize(step.scaleb(1))
    return f"{rounded:f}"


def is_rounding(stated: str, value: float, *, bound: bool = False) -> bool:
    """Tell whether a declared number is ``value`` rounded: to some number of figures, or to 1, 2 or 5 of some digit."""
    if any(declared(value, figures, bound=bound) == stated for figures in range(1, DIGITS + 1)):
        return True
    try:
        digits = range(Decimal(stated).adjusted(), Decimal(stated).adjusted() - DIGITS, -1)
    except ArithmeticError:
        return False
    steps = (float(Decimal(each).scaleb(digit)) for digit in digits for each in (1, 2, 5))
    return any(declared(value, DIGITS, step, bound=bound) == stated for step in steps)
