"""What cannot be counted as its file states it, and keeps nothing else from being read.

A gas in a unit that is no mass, a number or a formula that is none, becomes an input that nobody supplies: in its own
unit where its amount is known, else one of its kind. Whether it stops the import or is a gap with its name is decided
for all formats in one place, `inventories.database`.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

from footprint import gwp
from footprint.background.importers.inventory import Emission, Flow, Input, Process
from footprint.background.importers.spelling import kilograms
from footprint.errors import Problem, UnfitError
from footprint.model.bill import Notice
from footprint.provenance import Place


class Moves:
    """What a process takes from others and gives off, under way."""

    def __init__(self) -> None:
        self.inputs: list[Input] = []
        self.emissions: list[Emission] = []

    def give(self, out: Emission, name: str, unit: str, sign: int) -> None:
        """Take in a gas, its amount [``unit``] times ``sign``; one in a unit that is no mass is left open."""
        try:
            factor = kilograms(unit)
        except ValueError:
            why = UnfitError("inventory-gas-unit", name=name, unit=unit)
            amount = out.amount * sign * (-1 if _is_uptake(out.gas) else 1)
            self.leave(out.number, name, why, out.at, amount, unit)
        else:
            self.emissions.append(out._replace(amount=out.amount * factor * sign))

    def leave(self, number: int, name: str, why: UnfitError, at: str, amount: float = nan, unit: str = "") -> None:
        """Leave an exchange open. ``amount`` [``unit``] as far as it is known, positive for what adds to a result."""
        flow = Flow(f"{why.code} {name} {unit}", name or at, unit)
        self.inputs.append(Input(number, flow, amount, at=at, why=why))


def found(process: Process) -> Iterator[Problem]:
    """Yield what cannot be counted of a process, each with its place."""
    for exc in process.why:
        at = " ".join(exc.at) or process.place.address
        yield Problem(exc.code, Place(process.place.file, at), exc.facts, exc.near)
    for need in process.inputs:
        if need.why is not None:
            at = need.at or process.place.address
            yield Problem(need.why.code, Place(process.place.file, at), need.why.facts, need.why.near)


def told(problem: Problem) -> Notice:
    """Return a problem as what is told of an import that goes on."""
    place = problem.place if isinstance(problem.place, Place) else Place(problem.place)
    return Notice(problem.code, place, problem.facts)


def _is_uptake(gas: str) -> bool:
    """Tell whether a gas counts below zero."""
    return not gas.startswith("co2e-") and min(gwp.gas(gas).factors.values()) < 0
