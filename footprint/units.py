"""Units: one closed table (``data/units.csv``) with exact rational factors to the base unit of each dimension.

Mass, energy, volume, length, item ... never convert into each other here; that takes a stated property of the goods.
Dimensions are kept apart wherever equal numbers would be a silent error: a normal cubic metre of gas (``Nm3``) is not a
cubic metre, a peak watt (``Wp``) is no watt, a kilogram of CO2 equivalent is no kilogram, and no currency converts.

Choices, where usage differs: 标准煤 (``kgce``) is energy, 29.3076 MJ exactly (7000 kcal_IT). A year has 8760 h, as
inventories count it (the Julian year has 8766 h). ``kcal`` is thermochemical, ``Btu`` International Table. 斤, 两, 里
are those of mainland China. A text that means several units is refused and all are named: ``ton`` (t, short ton, long
ton), ``MT``, ``gal``, ``fl oz``, 桶, 平方, 标准煤 without kilogram or tonne, ``$`` and ``¥``.

A text in square brackets that is none of these, ``[bed of roses]``, is a unit that one database knows: it is a
dimension of its own and converts to nothing but itself.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_DOTS = {ord(sign): "·" for sign in "*×⋅∙•・"} | {ord("^"): None}
_OWN = re.compile(r"\[[^\[\]|\s\x00-\x1f\ud800-\udfff][^\[\]|\x00-\x1f\ud800-\udfff]{0,59}\]")
_ROUND = str.maketrans("[]", "()")
_GOOD_MATCH = 0.75
_AS_GOOD = 0.08


class Unit(NamedTuple):
    """A unit of ``dimension`` worth ``numerator / denominator`` base units of it. ``symbol`` is how it is written."""

    symbol: str
    dimension: str
    numerator: int
    denominator: int
    note: str = ""


class UnknownUnitError(ValueError):
    """A text that names no unit, or more than one: ``named``."""

    def __init__(self, text: str, named: tuple[str, ...] = ()) -> None:
        super().__init__(f"unit {text!r} is not known")
        self.text = text
        self.named = named

    @property
    def near(self) -> tuple[str, ...]:
        """The symbols it may have meant, closest first; looked for only where they are told."""
        return self.named or _near(_written(self.text))


@cache
def _table() -> dict[str, tuple[Unit, ...]]:
    """Return the units by every name of theirs; several where a name is ambiguous (``ton``)."""
    table: dict[str, tuple[Unit, ...]] = {}
    with (Path(__file__).parent / "data" / "units.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for symbol, dimension, factor_, names, note in rows:
            found = (Unit(symbol, dimension, *_ratio(factor_), note),)
            for name in (symbol, *filter(None, names.split("|"))):
                table[name] = table[name] + found if name in table else found
    return table


def _ratio(text: str) -> tuple[int, int]:
    """Return an integer, decimal or fraction (``2000/3``) as numerator and denominator, exactly."""
    whole, _, denominator = text.partition("/")
    integer, _, decimals = whole.partition(".")
    return int(integer + decimals), int(denominator or 1) * 10 ** len(decimals)


@cache
def _folded() -> dict[str, tuple[Unit, ...]]:
    """Return the units by case-folded name; several when case decides (``Mg`` and ``mg``)."""
    folded: dict[str, tuple[Unit, ...]] = {}
    for name, found in _table().items():
        key = name.casefold()
        folded[key] = tuple(dict.fromkeys((*folded.get(key, ()), *found)))
    return folded


def _written(text: str) -> str:
    """Return ``text`` as the table writes names: half-width, one kind of dot, ``m3`` for ``m^3``, single blanks."""
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_DOTS).split())
    return "·".join(part.strip() for part in plain.split("·")).rstrip(".")


@cache
def unit(text: str) -> Unit:
    """Return the unit written as ``text``, in any spelling of the table; `UnknownUnitError` otherwise.

    Full-width letters, superscripts and outer blanks do not matter; case matters only where two units differ by it.
    """
    written = _written(text)
    found = _named(written)
    if len(found) == 1:
        return found[0]
    if _OWN.fullmatch(written) and len(_named(_written(written[1:-1]))) != 1:
        return Unit(written, written, 1, 1)
    raise UnknownUnitError(text, tuple(u.symbol for u in found))


def _named(written: str) -> tuple[Unit, ...]:
    return _table().get(written) or _folded().get(written.casefold(), ())


def own(text: str) -> Unit:
    """Return what ``text`` names; where it names no unit, or several, a unit of its own that converts to no other.

    Square brackets in its name become round ones. `UnknownUnitError` for what can be no name: nothing at all, nothing
    but brackets, more than 60 characters.
    """
    try:
        return unit(text)
    except UnknownUnitError:
        name = text.strip().translate(_ROUND)
        return unit(f"[{name if name.strip('() ') else ''}]")


@cache
def _spelt() -> tuple[tuple[str, tuple[Unit, ...], frozenset[str]], ...]:
    """Return each spelling of a unit with its letters."""
    return tuple((name, found, frozenset(name)) for name, found in _folded().items())


@lru_cache(maxsize=1024)
def _near(text: str) -> tuple[str, ...]:
    """Return up to three symbols spelt almost like ``text``: none rather than a far-fetched one."""
    from difflib import SequenceMatcher

    folded = text.casefold()
    letters, matcher = frozenset(folded), SequenceMatcher(b=folded, autojunk=False)
    scores: dict[str, float] = {}
    for name, found, own in _spelt():
        shorter, both = min(len(name), len(folded)), len(name) + len(folded)
        if 2 * shorter < _GOOD_MATCH * both or 2 * (len(name) - len(own - letters)) < _GOOD_MATCH * both:
            continue
        matcher.set_seq1(name)
        if (score := matcher.ratio()) >= _GOOD_MATCH:
            for candidate in found:
                scores[candidate.symbol] = max(score, scores.get(candidate.symbol, 0.0))
    best = sorted(scores, key=lambda symbol: -scores[symbol])
    return tuple(symbol for symbol in best if scores[symbol] >= scores[best[0]] - _AS_GOOD)[:3]


def is_own(symbol: str) -> bool:
    """Tell whether a symbol is that of a unit which converts to no other."""
    return symbol.startswith("[")


@cache
def factor(source: str, target: str) -> float:
    """Return how many ``target`` one ``source`` is [-], rounded once; ValueError when their dimensions differ."""
    a, b = unit(source), unit(target)
    if a.dimension != b.dimension:
        raise ValueError(f"{a.symbol} ({a.dimension}) does not convert to {b.symbol} ({b.dimension})")
    return (a.numerator * b.denominator) / (a.denominator * b.numerator)


def convertible(source: str, target: str) -> bool:
    """Tell whether two known units share a dimension."""
    return unit(source).dimension == unit(target).dimension


@lru_cache(maxsize=1024)
def measures(text: str) -> str:
    """Return the dimension of what ``text`` names, "" for no unit."""
    try:
        return unit(text).dimension
    except UnknownUnitError:
        return ""


def symbols() -> tuple[str, ...]:
    """Return the symbol of every unit once, in the table's order."""
    return tuple(name for name, found in _table().items() if found[0].symbol == name)
