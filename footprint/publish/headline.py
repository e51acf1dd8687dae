"""How far the declared number may be off, in one sentence: y ± U where the draws bear it out, else their interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from footprint.publish.figures import combined, place, spread_of, to_interval
from footprint.publish.wording import Words, gas, number

Entry = Mapping[str, Any]
_MANY = 1000.0
_ERRORS = 3.0
"""Standard errors that the number of draws leaves in an end: what lies within them tells nothing of y ± U."""


class Borne(NamedTuple):
    """How far the ends of y ± U are from those of the draws, and what is tolerated [kg CO2e per declared amount]."""

    apart: float
    tolerance: float
    is_valid: bool


def borne(found: Entry) -> Borne | None:
    """Return what the draws say of y ± U; None where there is no U.

    It is valid where neither end is further from that of the draws than half a unit of the second figure of u, or than
    the number of draws can tell; and not where it alone reaches below zero.

    References: JCGM 101:2008, 7.9.2, 8.1; JJF 1059.2-2012.
    """
    drawn, analytic, y = found["monte_carlo"], found["first_order"], found["total"]
    if not analytic.get("expanded"):
        return None
    half, errors = float(place(combined(analytic))) / 2, drawn.get("errors", {})
    apart, tolerance, is_valid = 0.0, half, True
    for key, end in (("low", y - analytic["expanded"]), ("high", y + analytic["expanded"])):
        off, least = abs(end - drawn[key]), max(half, _ERRORS * (errors.get(key) or 0.0))
        is_valid &= off <= least
        if off - least > apart - tolerance:
            apart, tolerance = off, least
    is_alone = y - analytic["expanded"] < 0 <= min(drawn["low"], y)
    return Borne(apart, tolerance, is_valid and not is_alone)


def headline(found: Entry | None, words: Words, gaps: int = 0) -> str:
    """Return how far the result may be off; "" where nobody asked, or nothing scatters.

    y goes to the last figure of U. ``gaps``: what the result lacks is in no interval.

    References: JCGM 100:2008, 7.2.6; JJF 1059.1-2012, 5.3.8.
    """
    drawn = found and found["monte_carlo"]
    if not found or not drawn or not drawn["deviation"]:
        return ""
    code, facts = _told(found)
    said = words(f"headline-{code}", unit=gas(words.per(found["unit"])), **facts)
    return f"{said} {words('headline-gaps', n=gaps)}" if gaps else said


def _told(found: Entry) -> tuple[str, dict[str, object]]:
    drawn, analytic, y = found["monte_carlo"], found["first_order"], found["total"]
    width, of = spread_of(found), borne(found)
    facts: dict[str, object] = {key: _shown(drawn[key], width) for key in ("low", "high", "mean")}
    facts |= {"draws": f"{drawn['draws']:,}"}
    if of is None:
        return "kinks" if analytic.get("kinks") else "interval", facts
    if not of.is_valid:
        return "apart", {**facts, "apart": number(of.apart, 2), "tolerance": number(of.tolerance, 2)}
    reach = analytic["expanded"]
    facts |= {"y": to_interval(y, reach), "U": to_interval(reach, reach), "u": to_interval(width, width)}
    facts |= {"k": f"{analytic['k']:.2f}", "level": f"{analytic['level']:.0%}", "dof": freedom(analytic["dof"])}
    return "below-zero" if y - reach < 0 < y else "expanded", facts


def _shown(value: float, width: float) -> str:
    """Return what the draws say, to the figures of u, but to two of its own: a skewed interval ends near nothing."""
    return to_interval(value, min(width, abs(value)) or width)


def freedom(dof: float | None) -> str:
    """Return degrees of freedom; None are infinitely many."""
    return "\N{INFINITY}" if dof is None else "> 1,000" if dof > _MANY else number(dof, 3)
