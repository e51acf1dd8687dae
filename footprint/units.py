"""Units: one closed table (``data/units.csv``) with exact factors to the base unit of each dimension.

Mass, energy, volume, length, item ... never convert into each other here; that takes a stated property of the goods.
"""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of ``dimension`` worth ``factor`` base units of it. ``symbol`` is how it is written."""

    symbol: str
    dimension: str
    factor: Fraction


class UnknownUnitError(ValueError):
    """A text that names no unit; ``near`` holds the closest ones."""

    def __init__(self, text: str, near: tuple[str, ...]) -> None:
        super().__init__(f"unit {text!r} is not known")
        self.text = text
        self.near = near


@cache
def _table() -> dict[str, Unit]:
    table: dict[str, Unit] = {}
    with (Path(__file__).parent / "data" / "units.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            unit_ = Unit(row["symbol"], row["dimension"], Fraction(row["factor"]))
            for name in (row["symbol"], *filter(None, row["names"].split("|"))):
                table[name] = unit_
    return table


@cache
def _folded() -> dict[str, list[Unit]]:
    """Return the units by case-folded name; several when case decides (``Mg`` and ``mg``)."""
    folded: dict[str, list[Unit]] = {}
    for name, unit_ in _table().items():
        found = folded.setdefault(name.casefold(), [])
        if unit_ not in found:
            found.append(unit_)
    return folded


def _written(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


@cache
def unit(text: str) -> Unit:
    """Return the unit written as ``text``, in any spelling of the table; `UnknownUnitError` otherwise.

    Full-width letters and surrounding blanks do not matter; case matters only where two units differ by it.
    """
    written = _written(text)
    exact = _table().get(written)
    if exact is not None:
        return exact
    folded = _folded().get(written.casefold(), [])
    if len(folded) == 1:
        return folded[0]
    raise UnknownUnitError(text, tuple(u.symbol for u in folded) or _near(written))


def _near(text: str) -> tuple[str, ...]:
    from difflib import get_close_matches

    close = get_close_matches(text.casefold(), _folded(), n=3, cutoff=0.5)
    return tuple(dict.fromkeys(_folded()[name][0].symbol for name in close))


@cache
def factor(source: str, target: str) -> float:
    """Return how many ``target`` one ``source`` is [-]; ValueError when their dimensions differ."""
    a, b = unit(source), unit(target)
    if a.dimension != b.dimension:
        raise ValueError(f"{a.symbol} ({a.dimension}) does not convert to {b.symbol} ({b.dimension})")
    return float(a.factor / b.factor)


def convertible(source: str, target: str) -> bool:
    """Tell whether two known units share a dimension."""
    return unit(source).dimension == unit(target).dimension


def symbols() -> tuple[str, ...]:
    """Return the symbol of every unit once, in the table's order."""
    return tuple(dict.fromkeys(u.symbol for u in _table().values()))
