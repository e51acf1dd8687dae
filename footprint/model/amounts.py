"""A number with its unit, its basis and its place: the only form in which a number travels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from footprint import units
from footprint.model.dependent import real
from footprint.provenance import Basis, Place


def _real(value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a finite number")
    return real(value)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value [unit]. Raises ValueError on NaN, infinity, a bool or an unknown unit."""

    value: float
    unit: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _real(self.value))
        units.unit(self.unit)

    def to(self, unit: str) -> Quantity:
        """Return the same quantity in ``unit``; ValueError when the dimensions differ."""
        return Quantity(self.value * units.factor(self.unit, unit), unit)

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"


@dataclass(frozen=True, slots=True)
class Step:
    """One factor [-] or [new unit/old unit] between the entered number and the one used; ``what`` keys a label."""

    what: str
    factor: float
    place: Place

    def __post_init__(self) -> None:
        _real(self.factor)


class Amount(NamedTuple):
    """An entered quantity and the steps that led to the amount used, in the order in which they are multiplied.

    ``unit`` is the unit after the last step; ``value`` = entered x steps. ``cells``: the numbers of the workbook that
    the amount is proportional to: if one is off, the amount is off by as much.
    """

    entered: Quantity
    basis: Basis
    place: Place
    unit: str
    evidence: str = ""
    steps: tuple[Step, ...] = ()
    cells: tuple[Place, ...] = ()

    @classmethod
    def of(cls, entered: Quantity, basis: Basis, place: Place, evidence: str = "") -> Amount:
        """Return an amount as entered, before any step."""
        return cls(entered, basis, place, entered.unit, evidence)

    @property
    def value(self) -> float:
        """The amount [``unit``]."""
        result = self.entered.value
        for step in self.steps:
            result *= step.factor
        return result

    def times(self, what: str, factor: float, place: Place, unit: str | None = None) -> Amount:
        """Return this amount times ``factor``, remembering what did it and where it stands."""
        steps = (*self.steps, Step(what, factor, place))
        return Amount(self.entered, self.basis, self.place, unit or self.unit, self.evidence, steps, self.cells)

    def driven_by(self, *cells: Place) -> Amount:
        """Return this amount, proportional to the numbers in ``cells`` too."""
        return self._replace(cells=(*self.cells, *cells)) if cells else self

    def to(self, unit: str, place: Place | None = None) -> Amount:
        """Return this amount in ``unit``; ValueError when the dimensions differ."""
        if unit == self.unit:
            return self
        return self.times("unit", units.factor(self.unit, unit), place or self.place, unit)
