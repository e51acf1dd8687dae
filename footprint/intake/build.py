"""Rows become the objects of a bill, once nothing is wrong with any of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from footprint.intake.allocation import stated_allocations
from footprint.intake.applies import applies_to
from footprint.intake.classes import classes
from footprint.intake.parameters import by_name, scaled_unit
from footprint.intake.uncertain import repeats
from footprint.model.amounts import Amount, Quantity
from footprint.model.bill import (
    BomLine,
    ElectricityRow,
    EndOfLifeRow,
    EstimateRow,
    EvidenceRow,
    FactorRow,
    InstrumentRow,
    ParameterRow,
    ProcessRow,
    TransportRow,
    UseRow,
    WhatIf,
)
from footprint.model.matched import How
from footprint.provenance import Basis
from footprint.tables.typed.table import Row, Table

T = TypeVar("T")


class Builder:
    """Makes the objects of one bill; rows are complete and checked, so that nothing here can fail."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._parameters = by_name(tables)
        self._methods = stated_allocations(tables.get("Processes"))
        self._basis = {basis.value: basis for basis in Basis}

    def all(self, sheet: str, make: Callable[[Row], T]) -> tuple[T, ...]:
        """Return what ``make`` makes of each row of ``sheet``, nothing when there is no such sheet."""
        table = self._tables.get(sheet)
        return tuple(make(row) for row in table.rows) if table else ()

    def amount(self, row: Row, key: str, unit: str) -> Amount:
        """Return the amount in cell ``key`` [``unit``], times the parameter the row names."""
        basis = self._basis.get(row.text("basis"), Basis.DEFAULT)
        entered = Quantity(known(row, key), unit)
        place = row.place(key)
        amount = Amount(entered, basis, place, unit, row.text("evidence"), (), (place,))
        parameter = self._parameters.get(row.text("parameter")) if "parameter" in row.values else None
        if parameter is None:
            return amount
        new_unit = scaled_unit(parameter.text("unit"), unit)
        value = parameter.place("value")
        return amount.times("parameter", known(parameter, "value"), value, new_unit).driven_by(value)

    def bom_line(self, row: Row) -> BomLine:
        """Return a line of the bill of materials; its quantity times the supplier's share."""
        quantity = self.amount(row, "quantity", row.text("unit"))
        places = row.places()
        share = row.number("supplier_share")
        if share is not None:
            quantity = quantity.times("supplier share", share, places["supplier_share"])
        mass = None
        if "net_mass" in places:
            entered = Quantity(known(row, "net_mass"), "kg")
            mass = Amount(entered, quantity.basis, places["net_mass"], "kg", quantity.evidence)
        text = row.text
        return BomLine(
            id=text("line"), parent=row.parent, name=text("name"), role=text("role"), quantity=quantity,
            place=row.place(), unit_mass=mass, loss=_stated_loss(row), loss_to=text("loss_to"),
            recycled_share=row.number("recycled_share"), secondary=text("secondary"), origin=text("origin"),
            supplier=text("supplier"), supplier_share=1.0 if share is None else share, dataset=text("dataset"),
            destination=text("destination"), component=text("component"), material=text("material"),
            quality_in=row.number("quality_in"), allocation_factor=row.number("allocation_factor"),
            cut_off=text("cut_off"), situation=text("situation"), places=places, **_matched(row),
        )  # fmt: skip

    def process_row(self, row: Row) -> ProcessRow:
        """Return a row of a process; a facility total times its share."""
        amount = self.amount(row, "amount", row.text("unit"))
        places = row.places()
        if row.text("covers") == "facility_total":
            amount = amount.times("share", known(row, "share"), places["share"]).driven_by(places["share"])
        text = row.text
        return ProcessRow(
            process=text("process"), stage=text("stage"), direction=text("direction"), flow=text("flow"), amount=amount,
            place=row.place(), site=text("site"), period=text("period"), fuel_use=text("fuel_use"),
            supply=text("supply"), allocation=self._allocation(row), allocation_value=row.number("allocation_value"),
            destination=text("destination"), component=text("component"), country=text("country"),
            output_share=row.number("output_share"), only_for=text("only_for"), price=row.number("price"),
            unit_mass=row.number("unit_mass"), energy_content=row.number("energy_content"),
            substitute=text("substitute"), cut_off=text("cut_off"), situation=text("situation"), places=places,
        )  # fmt: skip

    def _allocation(self, row: Row) -> str:
        """Return the method of a row; a co-product without its own takes that of the product row."""
        inherited = self._methods.get(row.text("process"), "") if row.text("direction") == "co-product" else ""
        return row.text("allocation") or inherited

    def electricity_row(self, row: Row) -> ElectricityRow:
        """Return one supply of electricity."""
        return ElectricityRow(
            id=row.text("supply"), type=row.text("type"), energy=self.amount(row, "kwh", "kWh"), place=row.place(),
            generator=row.text("generator"), period=row.text("period"), certificate=row.text("certificate"),
            cancelled_on=row.date("cancelled_on"), cancelled_for=row.text("cancelled_for"),
            attributes_sold=row.text("attributes_sold") == "yes", market=row.text("market"), places=row.places(),
        )  # fmt: skip

    def transport_row(self, row: Row) -> TransportRow:
        """Return one leg; its mass is None where it is to be calculated."""
        applies = applies_to(row.parts("applies_to"))
        distance = self.amount(row, "km", "km")
        mass = row.number("mass")
        stated = None
        if mass is not None:
            stated = Amount.of(Quantity(mass, "kg"), distance.basis, row.place("mass"), distance.evidence)
        return TransportRow(
            applies.named, applies.excepted, row.text("leg"), row.text("vehicle"), distance, stated, row.text("stage"),
            row.place(), row.text("scenario"), row.places(),
        )  # fmt: skip

    def use_row(self, row: Row) -> UseRow:
        """Return one consumption in use."""
        amount = self.amount(row, "amount", row.text("unit"))
        text = row.text
        return UseRow(
            text("flow"), amount, text("stage"), row.place(), text("scenario"), text("country"), row.places()
        )

    def end_of_life_row(self, row: Row) -> EndOfLifeRow:
        """Return one route of one part."""
        text, number = row.text, row.number
        return EndOfLifeRow(
            part=text("part"), route=text("route"), share=known(row, "share"), treatment=text("treatment"),
            place=row.place(), collection=number("collection"), recovery=number("recovery"), evidence=text("evidence"),
            disposal=text("disposal"), avoided=text("avoided"), quality_out=number("quality_out"),
            allocation_factor=number("allocation_factor"), lhv=number("lhv"),
            heat_efficiency=number("heat_efficiency"), electricity_efficiency=number("electricity_efficiency"),
            heat=text("heat"), electricity=text("electricity"), scenario=text("scenario"), places=row.places(),
        )  # fmt: skip

    def evidence_row(self, row: Row) -> EvidenceRow:
        """Return one document."""
        return EvidenceRow(
            id=row.text("id"), type=row.text("type"), document=row.text("document"), place=row.place(),
            file=row.text("file").replace("\\", "/"), sha256=row.text("sha256").lower(),
            issuer=row.text("issuer"), date=row.date("date"),
            note=row.text("note"), period_start=row.date("period_start"), period_end=row.date("period_end"),
            opening=row.number("opening"), closing=row.number("closing"), multiplier=_multiplier(row),
            unit=row.text("unit"), instrument=row.text("instrument"), places=row.places(),
            repeats=repeats(row.text("repeats")),
        )  # fmt: skip

    def instrument_row(self, row: Row) -> InstrumentRow:
        """Return one calibration of an instrument."""
        text = row.text
        return InstrumentRow(
            text("id"), text("what"), row.place(), text("accuracy_class"), text("certificate"), text("laboratory"),
            text("accreditation"), row.date("calibrated_on"), row.date("valid_until"), row.number("expanded"),
            text("expanded_unit"), row.number("k"), row.number("dof"), row.places(),
        )  # fmt: skip

    def factor_row(self, row: Row) -> FactorRow:
        """Return a supplier's factor."""
        text = row.text
        return FactorRow(
            text("code"), text("name"), text("unit"), known(row, "total"), text("gwp_set"), text("boundary"),
            text("region"), text("period"), text("status"), text("document"), row.place(), text("supplier"),
            text("includes_transport") == "yes", text("evidence"), text("note"), text("energy"),
            row.number("primary_share"), row.date("valid_until"), text("pcf_id"),
            tuple((classes(text("classes")) or {}).items()) if text("classes") else (), text("state"),
        )  # fmt: skip

    def estimate_row(self, row: Row) -> EstimateRow:
        """Return what stands in for one gap."""
        text = row.text
        places = {**row.places(), "ratio": row.place("ratio")}
        ratio = row.number("ratio")
        return EstimateRow(
            text("gap"), text("dataset"), text("reason"), row.place("gap"), ratio, text("source"), places
        )

    def what_if(self, row: Row) -> WhatIf:
        """Return one change of a scenario."""
        places = row.place("target"), row.place("value")
        return WhatIf(row.text("scenario"), row.text("target"), row.text("value"), *places)

    def parameter_row(self, row: Row) -> ParameterRow:
        """Return one parameter."""
        return ParameterRow(
            row.text("name"), known(row, "value"), row.text("unit"), row.place(), row.place("value"),
            row.text("distribution"), row.text("evidence"),
        )  # fmt: skip


def how(row: Row) -> How:
    """Return by what the dataset of a line was found: a person's, unless the workbook says otherwise of this one."""
    found = row.text("match_dataset")
    is_found = row.text("matched_by") and found in {"", row.text("dataset")}
    return How(row.text("matched_by")) if is_found else How.PERSON


def _matched(row: Row) -> dict[str, Any]:
    """Return what a line says of how its dataset was found, nothing where a person entered it."""
    if "matched_by" not in row.values or "dataset" not in row.values:
        return {}
    by = how(row)
    return {"matched": by, "confidence": None if by is How.PERSON else row.number("match_confidence")}


def known(row: Row, key: str) -> float:
    """Return a number that the checks have made sure of; KeyError is a bug."""
    value = row.number(key)
    if value is None:
        raise KeyError(key)
    return value


def _multiplier(row: Row) -> float:
    """Return what a reading is multiplied by [-]: an empty cell states that it counts as it is."""
    stated = row.number("multiplier")
    return 1.0 if stated is None else stated


def _stated_loss(row: Row) -> float:
    """Return the loss of a line [-]: an empty cell states that there is none, as the column says."""
    stated = row.number("loss")
    return 0.0 if stated is None else stated
