"""Guided workbooks of any length, for measuring."""

from __future__ import annotations

import random
from collections.abc import Sequence

Line = dict[str, str | float]


def lines(count: int, assemblies: int, datasets: Sequence[str], seed: int = 1) -> list[Line]:
    """Return ``count`` BOM lines: ``assemblies`` of one kilogram each, their parts on ``datasets`` by turns [kg]."""
    chance = random.Random(seed)
    parts = count - assemblies
    share = [parts // assemblies + (i < parts % assemblies) for i in range(assemblies)]
    found: list[Line] = []
    for i, size in enumerate(share):
        weights = [chance.random() + 0.1 for _ in range(size)]
        found.append(_line(f"A{i}", f"assembly {i}", 1.0))
        for j, weight in enumerate(weights):
            dataset = datasets[(i * 31 + j) % len(datasets)]
            more = {"parent": f"A{i}", "dataset": dataset}
            found.append(_line(f"A{i}-{j}", f"part {i}-{j} of {dataset}", weight / sum(weights), **more))
    return found


def _line(line: str, name: str, quantity: float, **more: str) -> Line:
    always = {"role": "product", "unit": "kg", "basis": "measured"}
    return {"line": line, "name": name, "quantity": quantity, **always, **more}


def battery(bom: Sequence[Line], database: str) -> bytes:
    """Return the workbook of a battery of one kilowatt-hour that consists of ``bom``."""
    from footprint.intake.template import filled
    from footprint.rules.load import load

    pcr = load("battery-eu-2023-1542")
    mass = sum(float(line["quantity"]) for line in bom if "parent" not in line)
    values = {
        "id": "BENCH", "name": "bench", "model": "B-1", "country": "CN", "province": "-", "pcr": pcr.id,
        "boundary": "cradle-to-gate", "declared_unit": "kwh-capacity", "declared_amount": 1.0, "bom_quantity": 1.0,
        "net_mass": mass, "period_start": "2024-01-01", "period_end": "2024-12-31", "quantities": "net",
        "databases": database, "gross_kwh": 1.0,
    }
    product = [{"key": key, "value": value} for key, value in values.items()]
    return filled({"Product": product, "BOM": list(bom)}, pcr.fields, pcr.id)
