"""The figures of a printed number: those that its uncertainty lets stand, else those of the rule file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Any

from footprint.publish.wording import number

Entry = Mapping[str, Any]
_FIGURES = 2
MOST = 4
"""Significant figures of a calculated number in a report, at most."""


def place(deviation: float) -> Decimal:
    """Return the unit of the second significant figure of a standard ``deviation``, which is not zero.

    References: JCGM 100:2008, 7.2.6.
    """
    return Decimal(1).scaleb(Decimal(f"{abs(deviation):.{_FIGURES - 1}e}").adjusted() - _FIGURES + 1)


def rounded(value: float, step: Decimal, way: str = ROUND_HALF_EVEN) -> str:
    """Return ``value`` as the nearest multiple of ``step``, a half to the even one.

    References: GB/T 8170-2008, 3.2.
    """
    units = (Decimal(repr(float(value))) / step).quantize(Decimal(1), way)
    return f"{units * step:f}" if step < 1 else f"{int(units * step)}"


def to_interval(value: float, deviation: float) -> str:
    """Return ``value`` to the figures that its standard ``deviation`` lets stand, with thousands separated."""
    text = rounded(value, place(deviation)) if deviation else repr(float(value))
    return f"{Decimal(text):,f}"


def printed(document: Entry) -> Entry:
    """Return ``document`` with declared numbers to no more figures than its uncertainty lets stand.

    Rounded from the unrounded number, never from the declared one; a lower bound is rounded down. ``by_rules``: the
    declared number where that has more figures. ``figures``: those of all other numbers of the result.
    """
    found, result = document.get("uncertainty"), document["result"]
    drawn = found and found["monte_carlo"]
    if not found or not drawn or not found["total"] or not drawn["deviation"] or "figures" in result:
        return document
    way = ROUND_FLOOR if result["lower_bound"] else ROUND_HALF_EVEN
    relative = abs(spread_of(found) / found["total"])

    def fit(text: str, value: float) -> str:
        step = place(relative * value) if value else Decimal(0)
        return rounded(value, step, way) if step > _unit(text) else text

    declared = fit(result["declared"], result["total"])
    told = {
        "declared": declared,
        "by_rules": "" if declared == result["declared"] else result["declared"],
        "location_declared": fit(result["location_declared"], result["location_based"]),
        "per_item_declared": fit(f"{result['per_item']:.4g}", result["per_item"]),
        "subtotals": [row | {"declared": fit(row["declared"], row["value"])} for row in result.get("subtotals", ())],
        "figures": figures(found["total"], spread_of(found)),
        "also": [row | {"declared": fit(row["declared"], row["total"])} for row in result["also"]],
    }
    return {**document, "result": {**result, **told}}


def figures(total: float, deviation: float) -> int:
    """Return how many significant figures the standard ``deviation`` of a total lets its parts have, one at least."""
    first = Decimal(repr(float(total))).adjusted()
    return max(1, min(MOST, first - place(deviation).adjusted() + 1))


def told(document: Entry, value: float | None, most: int = MOST, *, bound: bool = False) -> str:
    """Return a number of the result of ``document`` to the figures that stand, ``most`` of them.

    ``bound``: behind the sign of a lower bound, where there is one, and so rounded down.
    """
    result = document["result"]
    return number(value, min(most, result.get("figures", MOST)), down=bound and result["lower_bound"])


def spread_of(found: Entry) -> float:
    """Return the standard uncertainty that figures follow: u_c, that of the draws where there is no derivative."""
    return combined(found["first_order"]) or float(found["monte_carlo"]["deviation"])


def combined(analytic: Entry) -> float:
    """Return u_c, 0 where there is none; of older results the deviation."""
    return float(analytic.get("combined", analytic.get("deviation")) or 0.0)


def _unit(text: str) -> Decimal:
    """Return the unit of the last digit of a declared number."""
    exponent = Decimal(text).as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
