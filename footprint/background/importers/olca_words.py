"""What openLCA says of a process and of its amounts beside numbers: documentation, uncertainty, data quality."""

from __future__ import annotations

import re
from collections.abc import Mapping

from footprint.background.importers.inventory import UNKNOWN, Spread
from footprint.background.importers.olca_package import NOTHING, Entity, Package, id_of, number, part, parts, text
from footprint.background.importers.spelling import scattered
from footprint.errors import UnfitError
from footprint.model.uncertain import NORMAL, TRIANGULAR, UNIFORM

_YEAR = re.compile(r"\d{4}")
_SCORE = re.compile(r"[1-5]")
_INDICATORS = ("reliab", "complete|data collection|sampl", "tempor|time", "geograph", "techno")
_DISTRIBUTIONS: Mapping[str, tuple[str, ...]] = {
    "NORMAL_DISTRIBUTION": ("mean", "sd"), "UNIFORM_DISTRIBUTION": ("minimum", "maximum"),
    "TRIANGLE_DISTRIBUTION": ("minimum", "mode", "maximum"), "LOG_NORMAL_DISTRIBUTION": ("geomMean", "geomSd"),
}  # fmt: skip

_SHAPES = {"NORMAL_DISTRIBUTION": NORMAL, "UNIFORM_DISTRIBUTION": UNIFORM, "TRIANGLE_DISTRIBUTION": TRIANGULAR}


def period(documentation: Entity) -> str:
    """Return the years that a process holds for."""
    years = [_YEAR.match(text(documentation, key)) for key in ("validFrom", "validUntil")]
    found = [year[0] for year in years if year]
    return "-".join(dict.fromkeys(found))


def note(process: Entity, documentation: Entity) -> str:
    """Return what a process says of itself, in the order of its own fields."""
    keys = ("timeDescription", "geographyDescription", "restrictionsDescription")
    said = (text(process, "description"), *(text(documentation, key) for key in keys))
    return " ".join(filter(None, said))


def citation(documentation: Entity) -> str:
    """Return the publication of a process, else its sources."""
    published = text(part(documentation, "publication"), "name")
    return published or "; ".join(filter(None, (text(each, "name") for each in parts(documentation, "sources"))))


def is_uncertain(parameter: Entity) -> bool:
    """Tell whether a parameter states how far it may be off."""
    return text(part(parameter, "uncertainty"), "distributionType") in _DISTRIBUTIONS


class Quality:
    """Scores of data quality as the five of the pedigree, by the names that a system gives its indicators."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._orders: dict[str, tuple[int, ...]] = {}
        self._scores: dict[tuple[str, str], tuple[str, str]] = {}

    def scores(self, entry: str, system: Entity) -> tuple[str, str]:
        """Return an entry as scores of the pedigree, or as words where its system has other indicators."""
        key = entry, id_of(system)
        if key not in self._scores:
            self._scores[key] = self._read(entry, id_of(system)) if entry else ("", "")
        return self._scores[key]

    def _read(self, entry: str, system: str) -> tuple[str, str]:
        given = [score.strip() for score in entry.strip("()").split(";")]
        order = self._order(system)
        if not order or len(given) < max(order) + 1:
            return "", f"data quality {entry}"
        found = [given[at] if _SCORE.fullmatch(given[at]) else "-" for at in order]
        return (";".join(found) if set(found) != {"-"} else ""), ""

    def _order(self, name: str) -> tuple[int, ...]:
        """Return where the scores of the pedigree stand in an entry of a system; nothing for other systems."""
        if name not in self._orders:
            indicators = parts(self.package.all("DQSystem").get(name, NOTHING), "indicators")
            called = [(int(number(each, "position") or 0) - 1, text(each, "name").casefold()) for each in indicators]
            at = [[place for place, words in called if re.search(wanted, words)] for wanted in _INDICATORS]
            is_pedigree = len(called) == len(at) and all(len(places) == 1 and places[0] >= 0 for places in at)
            self._orders[name] = tuple(places[0] for places in at) if is_pedigree else ()
        return self._orders[name]

    def spread(self, exchange: Entity, system: Entity) -> Spread:
        """Return how far an amount may be off. A deviation of openLCA holds the scores that stand beside it."""
        pedigree, words = self.scores(text(exchange, "dqEntry"), system)
        found = part(exchange, "uncertainty")
        kind = text(found, "distributionType")
        if kind not in _DISTRIBUTIONS:
            base = number(exchange, "baseUncertainty")
            said = " ".join(filter(None, (words, f"base uncertainty {base!r}" if base else "")))
            return Spread(pedigree=pedigree, said=said) if pedigree or said else UNKNOWN
        gsd = _deviation(found) if kind == "LOG_NORMAL_DISTRIBUTION" else None
        stated = "" if gsd is not None else " ".join([kind, *_stated(found, kind)])
        said = " ".join(filter(None, (words, stated)))
        if kind in _SHAPES:
            numbers = [_number(found, key) for key in _DISTRIBUTIONS[kind] if key != "mean"]
            return scattered(_SHAPES[kind], _number(exchange, "amount") or 0.0, numbers, pedigree, said)
        return Spread(gsd, pedigree, gsd is not None, said)


def _deviation(found: Entity) -> float | None:
    """Return the geometric standard deviation of a lognormal, None for a number that is none."""
    gsd = _number(found, "geomSd")
    return gsd if gsd is not None and 1 <= gsd < 1e6 else None


def _number(found: Entity, key: str) -> float | None:
    """Return a number, None for what is none."""
    try:
        return number(found, key)
    except UnfitError:
        return None


def _stated(found: Entity, kind: str) -> list[str]:
    return [f"{key}={found[key]}" for key in _DISTRIBUTIONS[kind] if isinstance(found.get(key), (int, float, str))]
