"""No way around the rules: electricity by code, supplies on other flows, vehicles that carry nothing, full returns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from footprint import service
from footprint.errors import CalculationError, FootprintError

Workbook = Callable[..., Path]
PLAIN = {
    "pcr": "battery-eu-2023-1542", "boundary": "cradle-to-gate", "declared_unit": "kwh-capacity", "gross_kwh": 1.0,
    "country": "CN",
}
STEEL = {"line": "L1", "name": "case", "role": "product", "quantity": 1.0, "unit": "kg", "basis": "measured"}


def process(direction: str, flow: str, amount: float, unit: str, **more: Any) -> dict[str, Any]:
    """Return a row of one process."""
    return {"process": "P", "stage": "production", "direction": direction, "flow": flow, "amount": amount, "unit": unit,
            "covers": "per_output", "basis": "measured", **more}


def told(path: Path) -> str:
    """Return what a calculation refuses."""
    with pytest.raises(FootprintError) as caught:
        service.calculate(service.Request(path))
    assert caught.value.text("zh") != caught.value.text("en")
    return str(caught.value)


def steel() -> str:
    """Return a material of the database, counted in kg."""
    from footprint.background.open import open_background

    found = open_background(("open-cn",)).databases[0].datasets()
    return next(d.code for d in found if d.category == "metals" and d.unit == "kg" and d.kind != "gap")


def bom() -> list[dict[str, Any]]:
    """Return a bill of one line."""
    return [{**STEEL, "dataset": steel()}]


def test_a_generator_is_not_reached_by_its_code(workbook: Workbook) -> None:
    """Wind power counts only through a supply that the rules accept."""
    rows = [process("product", "L1", 1.0, "kg"), process("input", "electricity-cn-wind-2024", 10.0, "kWh")]
    said = told(workbook(product=PLAIN, bom=bom(), processes=rows))
    assert "'electricity-cn-wind-2024' is electricity of one generator, which the rules must accept first." in said
    assert said.endswith("[electricity-by-code]")


def test_a_supply_belongs_to_electricity(workbook: Workbook) -> None:
    """A supply named beside a fuel does not turn the fuel into electricity."""
    supply = [{"supply": "E1", "type": "grid", "kwh": 10.0, "period": "2024", "attributes_sold": "no"}]
    rows = [process("product", "L1", 1.0, "kg"),
            process("input", "natural-gas-burned-cn", 1.0, "Nm3", fuel_use="burned", supply="E1")]
    said = told(workbook(product=PLAIN, bom=bom(), processes=rows, electricity=supply))
    assert "'natural-gas-burned-cn' is not electricity, but names the electricity supply 'E1'." in said


def test_a_vehicle_carries_mass_over_distance(workbook: Workbook) -> None:
    """A material is no vehicle, and that is said once, at its cell."""
    leg = [{"applies_to": "all inbound", "leg": "in", "vehicle": steel(), "km": 100.0, "mass": "auto",
            "stage": "raw_materials", "basis": "default"}]
    said = told(workbook(product=PLAIN, bom=bom(), transport=leg))
    assert said.count("[vehicle-not-freight]") == 1
    assert "is counted in kg, not in t·km: it carries nothing. Enter a freight dataset." in said


def test_a_process_cannot_take_back_all_it_makes(workbook: Workbook) -> None:
    """Also where a co-product bears a share of the return, so that the loop itself would not gain."""
    rows = [
        process("product", "L1", 10.0, "kg", allocation="mass", allocation_value=1.0),
        process("co-product", "offcut", 10.0, "kg", allocation="mass", allocation_value=1.0),
        process("internal_return", "L1", 10.5, "kg"),
    ]
    with pytest.raises(CalculationError, match="a loop consumes as much as it makes, or more: L1"):
        service.calculate(service.Request(workbook(product=PLAIN, bom=bom(), processes=rows)))


def test_the_workbook_that_is_calculated_is_never_written_over(workbook: Workbook, tmp_path: Path) -> None:
    """A workbook named report.xlsx keeps its content when results go to its folder."""
    path = workbook(product=PLAIN, bom=bom()).rename(tmp_path / "report.xlsx")
    before = path.read_bytes()
    calculated = service.calculate(service.Request(path))
    with pytest.raises(FootprintError, match="this is the workbook that is being calculated"):
        service.write(calculated, tmp_path, "en")
    assert path.read_bytes() == before
