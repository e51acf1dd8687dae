"""An impact category of a package of openLCA, whose factors count in place of the table of gases.

``impact = amount x factor`` [kg CO2e], whatever the direction. Inputs and outputs of one and the same flow are of
opposite signs: the direction of the category decides which is the positive one, else that in which the flow is used
most. Factors for a location hold for exchanges there, others elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from footprint import units
from footprint.background.importers.formulas import Values
from footprint.background.importers.olca_flows import Flows
from footprint.background.importers.olca_package import Entity, Package, flag, id_in, id_of, number, part, parts, text
from footprint.background.importers.olca_values import values
from footprint.errors import DatabaseError, UnfitError, problem

GAS = "co2e-unsplit"


class Impacts:
    """The factors of one category [kg CO2e per unit of the flow] by flow and location."""

    def __init__(self, package: Package, flows: Flows, wanted: str, scope: Values) -> None:
        self.id, self.category = _category(package, wanted)
        self.flows = flows
        self.scale = self._scale(package)
        self.direction = text(self.category, "direction")
        self.outwards = Counter() if self.direction else _outwards(package)
        self.factors: dict[tuple[str, str], float | UnfitError] = {}
        own = values(parts(self.category, "parameters"), scope)
        for at, listed in enumerate(parts(self.category, "impactFactors")):
            key = id_of(part(listed, "flow")), id_of(part(listed, "location"))
            try:
                self.factors[key] = self._factor(listed, at, own)
            except UnfitError as exc:
                self.factors[key] = exc

    def _scale(self, package: Package) -> float:
        """Return what the unit of the category is [kg CO2e]; `DatabaseError` for one that is none of climate change."""
        unit = _unit(self.category)
        try:
            return units.factor(unit, "kg CO2e")
        except ValueError as exc:
            name = text(self.category, "name")
            raise DatabaseError(problem("olca-method-unit", package.bundle.place(""), name=name, unit=unit)) from exc

    def _factor(self, listed: Entity, at: int, scope: Values) -> float:
        """Return a factor per unit of its flow; what is amiss in it hurts only who uses it."""
        formula = text(listed, "formula")
        value = scope.number(formula) if formula else number(listed, "value", "impactFactors", str(at))
        if value is None:
            raise UnfitError("inventory-number", "impactFactors", str(at), text="-")
        known = self.flows.known(part(listed, "flow"), part(listed, "unit"))
        return value / self.flows.amount(known, 1.0, listed) * self.scale

    def factor(self, exchange: Entity, location: str) -> float | None:
        """Return what an exchange counts [kg CO2e per unit of its flow], if anything. ``location``: of its process."""
        flow = id_of(part(exchange, "flow"))
        place = id_of(part(exchange, "location")) or location
        factor = self.factors.get((flow, place), self.factors.get((flow, "")))
        if factor is None:
            return None
        if isinstance(factor, UnfitError):
            raise factor
        return self._sign(flow, exchange) * factor

    def _sign(self, flow: str, exchange: Entity) -> int:
        """Return the sign with which the direction of an exchange counts."""
        is_input = flag(exchange, "isInput", "input")
        if self.direction:
            return 1 if is_input == (self.direction == "INPUT") else -1
        is_mostly_output = self.outwards[flow] >= 0
        return 1 if is_input != is_mostly_output else -1


def _category(package: Package, wanted: str) -> tuple[str, Entity]:
    """Return id and content of the category called ``wanted``: by its name, its id, or ``method: name``.

    The name of a method alone will do where one of its categories counts CO2 equivalents.
    """
    found = {id_of(entity) or id_in(file): _Listed(file, text(entity, "name"), _unit(entity))
             for file, entity in package.read("ImpactCategory")}  # fmt: skip
    names = _names(package, found)
    ids = [wanted] if wanted in found else sorted(names.get(_folded(wanted), {}))
    if len(ids) != 1:
        called = {name for same in names.values() for name in same.values()}
        near = tuple(sorted(name for name in called if not ids or _folded(name).endswith(f": {_folded(wanted)}")))[:20]
        code = "olca-method-several" if ids else "olca-method"
        raise DatabaseError(problem(code, package.bundle.place(""), near=near, name=wanted))
    return ids[0], package.parsed(found[ids[0]].file)


class _Listed(NamedTuple):
    """An impact category without its factors, which may be larger than all processes together."""

    file: str
    name: str
    unit: str


def _names(package: Package, found: Mapping[str, _Listed]) -> dict[str, dict[str, str]]:
    """Return the ids of categories by every name that leads to them, each with that name as it is written."""
    names: dict[str, dict[str, str]] = {}
    for name, listed in found.items():
        names.setdefault(_folded(listed.name), {})[name] = listed.name
    for method in package.all("ImpactMethod").values():
        called = text(method, "name")
        for name in filter(found.__contains__, map(id_of, parts(method, "impactCategories"))):
            full = f"{called}: {found[name].name}"
            names.setdefault(_folded(full), {})[name] = full
            if _is_of_climate(found[name].unit):
                names.setdefault(_folded(called), {})[name] = full
    return names


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _is_of_climate(unit: str) -> bool:
    try:
        return units.convertible(unit, "kg CO2e")
    except ValueError:
        return False


def _unit(category: Entity) -> str:
    return text(category, "refUnit", "referenceUnitName")


def _outwards(package: Package) -> Counter[str]:
    """Return per flow how many exchanges give it off more than take it up."""
    counts: Counter[str] = Counter()
    for _, process in package.read("Process"):
        for exchange in parts(process, "exchanges"):
            counts[id_of(part(exchange, "flow"))] += -1 if flag(exchange, "isInput", "input") else 1
    return counts
