"""What numbers, units and formulas of one SimaPro file come to: by its decimal sign, its units and its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import NamedTuple

from footprint import units
from footprint.background.importers.formulas import Values
from footprint.background.importers.inventory import UNKNOWN, Spread
from footprint.background.importers.simapro_file import Block, Row
from footprint.background.importers.spelling import SIMAPRO, lognormal, scattered, scores, unit_of
from footprint.errors import UnfitError
from footprint.model.uncertain import NORMAL, TRIANGULAR, UNIFORM

_CLOSE = 0.01
"""How far the factor that a file gives to a unit may be from what the unit is: they are written with few digits."""
_PLAIN = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_FIRST = frozenset("+-.,0123456789")
_GROUPED = re.compile(r"[-+]?[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_SHAPES = {"triangle": TRIANGULAR}
_NO_DISTRIBUTION = {"", "undefined"}


class Unit(NamedTuple):
    """A unit of the file: what it is called here, and how many of these it is."""

    symbol: str
    factor: float


class _Defined(NamedTuple):
    base: units.Unit
    factor: float


class Amounts:
    """The numbers and units of one file. ``decimal``: its decimal sign."""

    def __init__(self, decimal: str, own: Mapping[str, Sequence[tuple[str, str]]], values: Values) -> None:
        self.decimal, self._own, self.values = decimal, own, values
        self._units: dict[str, Unit] = {}

    def inside(self, block: Block) -> Amounts:
        """Return the numbers of one process: its own parameters come first."""
        if not block.rows("input parameters") and not block.rows("calculated parameters"):
            return self
        found = Amounts(self.decimal, self._own, parameters(block, self.decimal, self.values))
        found._units = self._units
        return found

    def is_number(self, text: str) -> bool:
        """Tell whether a cell is a number, whatever its decimal sign is."""
        return text[:1] in _FIRST and _PLAIN.fullmatch(text.replace(",", ".", 1)) is not None

    def is_unit(self, text: str) -> bool:
        """Tell whether a cell is a unit that the file or the table of units knows."""
        return text in self._own or _known(text) is not None

    def is_stated(self, text: str) -> bool:
        """Tell whether a cell is a number, a formula that comes to one, or a unit."""
        try:
            return self.is_number(text) or self.is_unit(text) or isfinite(self.number(text))
        except UnfitError:
            return False

    def number(self, text: str) -> float:
        """Return what a cell comes to: a number or a formula; `UnfitError` for what is neither."""
        if not text:
            raise UnfitError("inventory-number", text=text)
        found = plain(text, self.decimal)
        return self.values.number(text) if found is None else found

    def unit(self, text: str) -> Unit:
        """Return a unit by the definition of the file, else by the table of units; unknown ones stay what they are."""
        if text not in self._units:
            self._units[text] = self._unit(text)
        return self._units[text]

    def _unit(self, text: str) -> Unit:
        known = _known(text)
        stated = [found for said in self._own.get(text, ()) if (found := self._defined(*said)) is not None]
        if not stated:
            return Unit(text if known is None else known.symbol, 1.0)
        alike = [unit for unit in stated if known is not None and unit.base.dimension == known.dimension]
        if known is None or not alike:
            return Unit(stated[0].base.symbol, stated[0].factor)
        return _agreed(text, known, alike)

    def _defined(self, said: str, reference: str) -> _Defined | None:
        """Return a definition of the file, None for one of no use."""
        base, factor = _known(reference), plain(said, self.decimal)
        return None if base is None or factor is None or factor <= 0 else _Defined(base, factor)


def _agreed(text: str, known: units.Unit, stated: Sequence[_Defined]) -> Unit:
    """Return a unit by the definition of the file that is near to what the unit is; others are of other units.

    Letters that are none where the file was written leave ``g`` of micrograms.
    """
    exact = [units.factor(known.symbol, each.base.symbol) for each in stated]
    for each, right in zip(stated, exact, strict=True):
        if abs(each.factor / right - 1) <= _CLOSE:
            return Unit(known.symbol, each.factor / right)
    told, found = (f"{each:g} {stated[0].base.symbol}" for each in (stated[0].factor, exact[0]))
    raise UnfitError("simapro-unit", name=text, told=told, found=found)


def plain(text: str, decimal: str) -> float | None:
    """Return a number by its decimal sign, None for what is none; `UnfitError` for what may be two numbers.

    The other sign is taken for one that parts decimals, too, unless it may part thousands.
    """
    is_other = ("," if decimal == "." else ".") in text
    if is_other and _GROUPED.fullmatch(text):
        raise UnfitError("simapro-decimal", text=text, decimal=decimal)
    if text.count(",") + text.count(".") > 1 or not _PLAIN.fullmatch(found := text.replace(",", ".")):
        return None
    number = float(found)
    if number in {float("inf"), float("-inf")}:
        raise UnfitError("inventory-number", text=text)
    return number


def own_units(blocks: Iterable[Block]) -> dict[str, list[tuple[str, str]]]:
    """Return unit -> factors as they are written, and reference units, as the file defines them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for block in blocks:
        for row in block.rows() if block.title == "units" else ():
            if len(row.cells) > 3:
                found.setdefault(row.cells[0], []).append((row.cells[2], row.cells[3]))
    return found


def parameters(block: Block, decimal: str, outer: Values | None) -> Values:
    """Return the parameters of a process, in front of those of its file."""
    return _values(block.rows("input parameters"), block.rows("calculated parameters"), decimal, outer)


def shared_parameters(blocks: Iterable[Block], decimal: str) -> Values:
    """Return the parameters of the database and in front of them those of the project."""
    found: dict[str, list[Row]] = {}
    for block in blocks:
        found.setdefault(block.title, []).extend(block.rows())
    outer: Values | None = None
    for kind in ("database", "project"):
        stated, worked_out = (found.get(f"{kind} {which} parameters", []) for which in ("input", "calculated"))
        outer = _values(stated, worked_out, decimal, outer)
    return outer or Values(decimal=decimal)


def _values(stated: Iterable[Row], worked_out: Iterable[Row], decimal: str, outer: Values | None) -> Values:
    """Return parameters; a stated one may be a formula, and a formula that is wrong matters to what rests on it."""
    formulas = {row.cells[0]: row.cells[1] for row in worked_out if len(row.cells) > 1}
    numbers: dict[str, float] = {}
    wrong: dict[str, UnfitError] = {}
    for row in stated:
        try:
            found = plain(row.cells[1], decimal) if len(row.cells) > 1 else None
        except UnfitError as exc:
            wrong[row.cells[0]] = exc
            continue
        if found is not None:
            numbers[row.cells[0]] = found
        elif len(row.cells) > 1:
            formulas[row.cells[0]] = row.cells[1]
    return Values(numbers, formulas, outer, decimal, wrong=wrong)


def spread(cells: tuple[str, ...], comment: str, decimal: str, amount: float) -> Spread:
    """Return how far an amount may be off: kind of distribution and its numbers.

    A lognormal one has the square of its deviation, a normal one has it doubled, others have their limits.
    """
    kind = cells[0].casefold() if cells else ""
    if kind in _NO_DISTRIBUTION:
        pedigree = scores(comment)
        return Spread(pedigree=pedigree) if pedigree else UNKNOWN
    said = " ".join(filter(None, cells[:4]))
    first, low, high = (_maybe(cells[at], decimal) if len(cells) > at else None for at in (1, 2, 3))
    if kind == "lognormal":
        return lognormal(first, comment, said)
    if kind == NORMAL:
        return scattered(NORMAL, amount, (None if first is None else first / 2,), scores(comment), said)
    limits = (low, high) if kind == UNIFORM else (low, amount, high)
    return scattered(_SHAPES.get(kind, kind), amount, limits, scores(comment), said)


def _maybe(text: str, decimal: str) -> float | None:
    try:
        return plain(text, decimal)
    except UnfitError:
        return None


def _known(text: str) -> units.Unit | None:
    """Return a unit of the table as SimaPro writes it, None for what is none."""
    try:
        return units.unit(unit_of(text, SIMAPRO))
    except units.UnknownUnitError:
        return None
