"""What the choice of a dataset moves in the result: how much of a line there is, and how far its candidates differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import NamedTuple

from footprint import units
from footprint.model.matched import Choice, Wanted

DEEPEST = 1000


class Placed(NamedTuple):
    """A line in the bill: the line it is part of, "" for the product, and units of it per unit of that."""

    parent: str
    each: float | None


def amounts(lines: Mapping[str, Placed], items: float) -> dict[str, float | None]:
    """Return how much of each line is in one product [its unit], None where a quantity on the way up is not known."""
    found: dict[str, float | None] = {}
    for line in lines:
        amount, here, depth = 1.0 / items, line, 0
        while here in lines and depth < DEEPEST:
            each = lines[here].each
            if each is None:
                break
            amount, here, depth = amount * each, lines[here].parent, depth + 1
        found[line] = None if here in lines else amount
    return found


def per_unit(wanted: Wanted, unit: str) -> float | None:
    """Return how many ``unit`` of a dataset one unit of a line takes, through its mass if need be; None: unknown."""
    if not wanted.unit:
        return None
    if units.convertible(wanted.unit, unit):
        return units.factor(wanted.unit, unit)
    if wanted.mass is None or units.unit(unit).dimension != "mass":
        return None
    return wanted.mass * units.factor("kg", unit)


def lacks_mass(wanted: Wanted, unit: str) -> bool:
    """Tell whether a line could take a dataset counted in ``unit`` if only its mass were known."""
    if not wanted.unit or units.convertible(wanted.unit, unit):
        return False
    return units.unit(unit).dimension == "mass" and wanted.mass is None


def spread(choices: Sequence[Choice], factors: Mapping[str, float]) -> float | None:
    """Return by how much the likeliest candidate is off on average [kg CO2e/unit of the line], None if nobody can tell.

    That is its distance to each other one, times the chance that this is right; where none of them is, all that it
    says is wrong. ``factors``: by dataset, those that are known.
    """
    known = [choice for choice in choices if choice.key in factors]
    if not known:
        return None
    scale = max(1.0, fsum(choice.confidence for choice in known))
    first = factors[known[0].key]
    apart = fsum(choice.confidence * abs(factors[choice.key] - first) for choice in known)
    return apart / scale + (1 - fsum(choice.confidence for choice in known) / scale) * abs(first)
