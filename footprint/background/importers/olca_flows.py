"""Flows of a package of openLCA with their own units: unit groups, flow properties, and what converts between them.

An amount of an exchange is in a unit of a property of its flow: ``amount x unit factor / property factor`` is what it
is in the reference unit of the flow. Where a file does not hold a flow, the reference to it says what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from footprint import units
from footprint.background.importers.elementary import Substance
from footprint.background.importers.inventory import Flow
from footprint.background.importers.olca_package import NOTHING, Entity, Package, flag, id_of, number, part, parts, text
from footprint.errors import UnfitError
from footprint.model.bill import Notice

PRODUCT, WASTE, ELEMENTARY = "PRODUCT_FLOW", "WASTE_FLOW", "ELEMENTARY_FLOW"
KINDS = frozenset((PRODUCT, WASTE, ELEMENTARY))
NOBODY, NO_UNIT = "?", "item"
"""What stands for the name and the unit of a flow of which a package says nothing but that it is there."""
_APART = 0.05
"""How far a unit of a file may be beside ours before it is told: files round some factors to two digits."""


class Group(NamedTuple):
    """A unit group: ``factors`` of its units [reference unit] by id and by name.

    ``unit``: one of its units that is one of ours, too, and is ``per`` reference units; "" where there is none.
    """

    reference: str
    factors: Mapping[str, float]
    unit: str
    per: float


NO_GROUP = Group("", {}, "", 1.0)


class Known:
    """One flow: its kind, how its amounts become amounts of `flow`, and what it is as an output and as an input."""

    def __init__(self, flow: Flow, kind: str, substances: tuple[Substance, Substance]) -> None:
        self.flow, self.kind, self.substances = flow, kind, substances
        self.reference = NO_GROUP
        self.properties: dict[str, tuple[float, Group]] = {}


class Flows:
    """The flows of a package."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._known: dict[str, Known] = {}
        self._bare: dict[tuple[str, str], Known] = {}

    def known(self, reference: Entity, unit: Entity) -> Known:
        """Return the flow that a reference leads to; ``unit``: in which it is stated, where nothing else says."""
        name = id_of(reference)
        if name in self._known:
            return self._known[name]
        stated = text(unit, "name") or text(reference, "refUnit")
        if (name, stated) in self._bare:
            return self._bare[name, stated]
        entity = self.package.all("Flow").get(name, NOTHING)
        found = self._of({**reference, **entity}, name, stated)
        self._measured(found, entity)
        if found.reference is NO_GROUP:
            found.properties = {}
            self._bare[name, stated] = found
        else:
            self._known[name] = found
        return found

    def _measured(self, found: Known, entity: Entity) -> None:
        """Give a flow its properties and the unit that it is counted in."""
        listed = parts(entity, "flowProperties")
        for each in listed:
            name = id_of(part(each, "flowProperty"))
            is_reference = len(listed) == 1 or flag(each, "isRefFlowProperty", "referenceFlowProperty")
            group = self.groups.get(self._group_of.get(name, ""), NO_GROUP)
            factor = _factor(each, found.flow.name, is_reference=is_reference)
            if factor:
                found.properties[name] = factor, group
            if is_reference:
                found.reference = group
        if found.reference is not NO_GROUP:
            unit = found.reference.unit or found.reference.reference
            found.flow = found.flow._replace(unit=unit)

    def _of(self, entity: Entity, name: str, unit: str) -> Known:
        called, kind = text(entity, "name") or name or NOBODY, text(entity, "flowType")
        location = self.package.code_of_place(part(entity, "location")) or text(entity, "location")
        synonyms = tuple(filter(None, map(str.strip, text(entity, "synonyms").split(";"))))
        out = Substance(called, self.package.path(entity), text(entity, "cas"), text(entity, "formula"), synonyms)
        return Known(Flow(name or called, called, unit or NO_UNIT, location), kind, (out, out._replace(is_input=True)))

    def amount(self, known: Known, amount: float, exchange: Entity) -> float:
        """Return an amount of an exchange in the unit of its flow."""
        if not known.properties:
            return amount
        return self._referred(known, amount, exchange) / known.reference.per

    def _referred(self, known: Known, amount: float, exchange: Entity) -> float:
        """Return an amount in the reference unit of its flow."""
        unit = part(exchange, "unit")
        factor, group = self._property(known, part(exchange, "flowProperty"), unit)
        return amount * self._unit(unit, group, known) / factor

    def _property(self, known: Known, stated: Entity, unit: Entity) -> tuple[float, Group]:
        """Return factor and units of the property that an amount is stated in, else of the one that has its unit."""
        if id_of(stated):
            if id_of(stated) not in known.properties:
                raise UnfitError("olca-property", name=known.flow.name, property=text(stated, "name"))
            return known.properties[id_of(stated)]
        keys = {id_of(unit), text(unit, "name")} - {""}
        fit = [each for each in known.properties.values() if not keys.isdisjoint(each[1].factors)]
        is_sure = len(fit) == 1 and known.reference is not fit[0][1]
        return fit[0] if is_sure else (1.0, known.reference)

    def _unit(self, unit: Entity, group: Group, known: Known) -> float:
        """Return what a unit is of the reference unit of a group: as the file says, else as ours does."""
        if not unit:
            return 1.0
        for key in (id_of(unit), text(unit, "name")):
            if key in group.factors:
                return group.factors[key]
        name = text(unit, "name")
        try:
            return units.factor(name, group.unit) * group.per
        except ValueError as exc:
            raise UnfitError("olca-unit", name=known.flow.name, unit=name, group=group.reference) from exc

    def mass(self, known: Known, amount: float) -> tuple[float, str]:
        """Return an amount in the unit of its flow, and that unit; in kg where one of its properties is a mass."""
        for factor, group in ((1.0, known.reference), *known.properties.values()):
            unit = group.unit or known.flow.unit
            if _is_mass(unit):
                return amount * known.reference.per * factor / group.per * units.factor(unit, "kg"), "kg"
        return amount, known.flow.unit

    @cached_property
    def _group_of(self) -> Mapping[str, str]:
        """Return the unit group of each flow property."""
        properties = self.package.all("FlowProperty").items()
        return {name: id_of(part(entity, "unitGroup")) for name, entity in properties}

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """Return every unit group by its id; what cannot be read joins the problems of the package."""
        found: dict[str, Group] = {}
        for file, entity in self.package.read("UnitGroup"):
            try:
                found.setdefault(id_of(entity), _group(entity))
            except UnfitError as exc:
                self.package.refuse(exc, file)
        return found

    def doubts(self) -> Iterator[Notice]:
        """Yield the units of the file that mean something else here."""
        for file, entity in self.package.read("UnitGroup"):
            group = self.groups.get(id_of(entity), NO_GROUP)
            for unit in parts(entity, "units") if group.unit else ():
                stated, ours = group.factors.get(id_of(unit)), _ours(text(unit, "name"), group.unit)
                if stated is not None and ours is not None and abs(stated / group.per / ours - 1) > _APART:
                    facts = {"unit": text(unit, "name"), "stated": stated / group.per, "ours": ours, "of": group.unit}
                    yield Notice("olca-unit-factor", self.package.bundle.place(file), facts)


def _group(entity: Entity) -> Group:
    """Return a unit group; of its units that we know the reference unit comes first."""
    listed = parts(entity, "units")
    reference = next((unit for unit in listed if flag(unit, "isRefUnit", "referenceUnit")), NOTHING)
    stated = [(unit, _factor(unit, text(unit, "name"), is_reference=unit is reference)) for unit in listed]
    usable = [(unit, factor) for unit, factor in stated if factor]
    factors = {key: factor for unit, factor in reversed(usable) for key in (id_of(unit), text(unit, "name"))}
    for unit, factor in usable:
        for name in _synonyms(unit):
            factors.setdefault(name, factor)
    first = sorted((unit for unit, _ in usable), key=lambda unit: unit is not reference)
    ours = next((unit for unit in first if _is_known(text(unit, "name"))), NOTHING)
    per = factors[text(ours, "name")] if ours else 1.0
    return Group(text(reference, "name"), factors, text(ours, "name"), per)


def _factor(entity: Entity, name: str, *, is_reference: bool) -> float:
    """Return the factor of a unit or of a flow property [-], 0 for one that nothing can be converted with.

    That of the reference is 1 where it is not stated.
    """
    found = number(entity, "conversionFactor", name)
    return float(is_reference) if found is None else found


def _synonyms(unit: Entity) -> list[str]:
    """Return the other names of a unit."""
    listed = unit.get("synonyms")
    more = listed.split(";") if isinstance(listed, str) else listed if isinstance(listed, list) else []
    return [" ".join(each.split()) for each in more if isinstance(each, str)]


def _is_known(unit: str) -> bool:
    try:
        return bool(units.unit(unit))
    except ValueError:
        return False


def _is_mass(unit: str) -> bool:
    return _is_known(unit) and units.convertible(unit, "kg")


def _ours(unit: str, other: str) -> float | None:
    """Return what a unit is of another as our table has it, None where it does not convert."""
    try:
        return units.factor(unit, other)
    except ValueError:
        return None
