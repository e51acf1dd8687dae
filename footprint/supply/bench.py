"""What the parts of the building share: the linked bill, the activities found so far, the problems collected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from footprint import units
from footprint.errors import Problem, problem
from footprint.model.allocation import Allocated, Decide, as_stated
from footprint.model.amounts import Amount, Quantity
from footprint.model.background import Dataset
from footprint.model.bill import Bill, BomLine, Notice, ProcessRow
from footprint.model.graph import Activity, Exchange
from footprint.model.linked import ElectricityPart, Linked
from footprint.provenance import Basis, Place

OUTPUTS = frozenset({"product", "co-product"})
"""The directions of what a process makes."""


@dataclass
class Bench:
    """The workbench of one `build`: mutable, and gone when it returns."""

    linked: Linked
    decide: Decide = as_stated
    allocated: list[Allocated] = field(default_factory=list)
    activities: dict[str, Activity] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def bill(self) -> Bill:
        """The bill under construction."""
        return self.linked.bill

    @cached_property
    def root(self) -> str:
        """The activity that makes the product."""
        return self.bill.product.text("id")

    @cached_property
    def delivered(self) -> str:
        """The activity that hands the product over: apart from ``root`` where products are made again.

        What is made again takes all that the first took, but it is not carried to anybody, used or thrown away twice.
        """
        taken = any(row.direction == "input" and row.flow == self.root for row in self.bill.processes)
        again = {row.process for row in self.bill.processes if row.direction == "internal_return"}
        taken = taken or bool(again & set(self.makers.get(self.root, ())))
        return f"{self.root} delivered" if taken else self.root

    @cached_property
    def items(self) -> float:
        """How many product items the bill is written for [item]."""
        return self.bill.product.needed("bom_quantity")

    @cached_property
    def children(self) -> dict[str, list[BomLine]]:
        """The lines under each parent; the product's stand under ``root``."""
        found: dict[str, list[BomLine]] = {}
        for line in self.bill.bom:
            found.setdefault(line.parent or self.root, []).append(line)
        return found

    @cached_property
    def lines(self) -> dict[str, BomLine]:
        """The lines of the bill of materials by id."""
        return {line.id: line for line in self.bill.bom}

    @cached_property
    def makers(self) -> dict[str, list[str]]:
        """The processes that make each product, by the product's name."""
        found: dict[str, list[str]] = {}
        for row in self.bill.processes:
            if row.direction in OUTPUTS:
                found.setdefault(row.flow, []).append(row.process)
        return found

    @cached_property
    def process_rows(self) -> dict[str, list[ProcessRow]]:
        """The rows of each process."""
        found: dict[str, list[ProcessRow]] = {}
        for row in self.bill.processes:
            found.setdefault(row.process, []).append(row)
        return found

    @cached_property
    def outputs(self) -> dict[str, dict[str, ProcessRow]]:
        """The rows of what each process makes, by process and flow; of a flow that stands twice, the first."""
        found: dict[str, dict[str, ProcessRow]] = {process: {} for process in self.process_rows}
        for row in self.bill.processes:
            if row.direction in OUTPUTS:
                found[row.process].setdefault(row.flow, row)
        return found

    @cached_property
    def pools(self) -> dict[str, list[ProcessRow]]:
        """The product rows of what several plants make, each with its share, by flow."""
        found: dict[str, list[ProcessRow]] = {}
        for row in self.bill.processes:
            if row.direction == "product" and row.output_share is not None:
                found.setdefault(row.flow, []).append(row)
        return found

    def in_bill(self, name: str) -> bool:
        """Tell whether a name is the product or a line of the bill of materials."""
        return name == self.root or name in self.lines

    def assembled(self, line: BomLine) -> bool:
        """Tell whether a line is an activity of the bill: it has children, or a process makes it."""
        return line.id in self.children or line.id in self.makers

    def electricity_of(self, row: ProcessRow) -> tuple[ElectricityPart, ...]:
        """Return the parts of the electricity a process row uses; none when it is not electricity."""
        return self.linked.electricity_of(row)

    def unit_mass(self, name: str) -> Amount | None:
        """Return the mass of one unit of a line, of the product or of what a process makes [kg], None: not known."""
        if name == self.root:
            stated = Quantity(self.bill.product.needed("net_mass"), "kg")
            return Amount.of(stated, Basis.CALCULATED, self.bill.product.entries["net_mass"].place)
        if name in self.lines:
            return self.lines[name].unit_mass
        made = (self.outputs[process][name] for process in self.makers.get(name, ()))
        return next((mass for row in made if (mass := made_mass(row)) is not None), None)

    def fail(self, code: str, place: Place, near: Iterable[str] = (), **facts: object) -> None:
        """Keep a problem for the end of the stage."""
        self.problems.append(problem(code, place, tuple(near), **facts))

    def in_unit_of(self, amount: Amount, unit: str, mass: Amount | None, place: Place) -> Amount | None:
        """Return ``amount`` in ``unit``, through the mass per unit [kg] where dimensions differ; else None."""
        if units.convertible(amount.unit, unit):
            return amount.to(unit)
        if mass is not None and units.unit(unit).dimension == "mass":
            return amount.times("unit_mass", mass.to("kg").value, mass.place, "kg").to(unit)
        if mass is not None and units.unit(amount.unit).dimension == "mass" and mass.value:
            return amount.to("kg").times("unit_mass", 1 / mass.to("kg").value, mass.place, unit)
        self.fail("unit-mismatch", place, unit=amount.unit, wanted=unit)
        return None

    def for_dataset(self, amount: Amount, dataset: Dataset, mass: Amount | None, place: Place) -> Amount | None:
        """Return ``amount`` in the unit of ``dataset``."""
        return self.in_unit_of(amount, dataset.unit, mass, place)


def mass_kg(amount: Amount, unit_mass: Amount | None) -> float | None:
    """Return the mass of an amount [kg], None when it is not known."""
    if units.unit(amount.unit).dimension == "mass":
        return amount.to("kg").value
    return None if unit_mass is None else amount.value * unit_mass.to("kg").value


def amount_like(like: Amount, value: float, unit: str, place: Place) -> Amount:
    """Return ``value`` [``unit``] at ``place`` with the basis and evidence of ``like``, from which it was derived."""
    return Amount.of(Quantity(value, unit), like.basis, place, like.evidence)


def amount_of(like: Amount, value: float, unit: str, place: Place) -> Amount:
    """Return ``value`` [``unit``] at ``place``, which is another property of what ``like`` is an amount of."""
    return amount_like(like, value, unit, place).driven_by(*like.cells)


def made_mass(row: ProcessRow) -> Amount | None:
    """Return the mass of one unit of an output [kg] as its row states it; None without, or where its unit is a mass."""
    if row.unit_mass is None or units.unit(row.amount.unit).dimension == "mass":
        return None
    place = row.places.get("unit_mass", row.place)
    return Amount.of(Quantity(row.unit_mass, "kg"), row.amount.basis, place, row.amount.evidence)
