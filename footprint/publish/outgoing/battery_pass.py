"""``battery-pass.json``: carbon footprint of a battery for its passport (BatteryPass data model CarbonFootprint 1.2.0).

Rounding: 6 significant digits. Units: kg CO2e per kWh of the total energy provided over the service life; the
absolute footprint in kg CO2e per battery. The performance class stays empty until a regulation sets its limits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from footprint.errors import Problem, problem
from footprint.publish.outgoing.statement import Stated, Statement, short
from footprint.publish.outgoing.written import draft_note, parsed, rounded

FORMAT = "battery-pass.json"
LEAST = "public"
NEEDS = ("publication.study",)
UNIT = "kwh-delivered"
STAGES = {"A1": "RawMaterialExtraction", "A3": "MainProduction", "A4": "Distribution", "C": "Recycling"}
"""Module of a stage -> stage of the data model."""
DIGITS = 6


def problems(statement: Statement) -> Iterator[Problem]:
    """Yield why this result has no place in a battery passport: another unit, or stages that the passport has not."""
    unit = statement.document["declared_unit"]
    if unit["id"] != UNIT:
        yield problem("battery-unit", FORMAT, unit=unit["id"], wanted=UNIT)
    for stage in statement.document["result"]["by_stage"]:
        if stage["value"] and _stage(statement, stage["id"]) is None:
            yield problem("battery-stage", FORMAT, stage=stage["id"])


def _stage(statement: Statement, id: str) -> str | None:  # noqa: A002  the word of the declaration
    modules = {each["id"]: each.get("module") or "" for each in statement.document["study"]["stages"]}
    return STAGES.get(short(modules.get(id, "")))


def render(statement: Statement, lang: str) -> bytes:
    """Return the passport's carbon footprint as JSON."""
    result = statement.document["result"]
    stages: dict[str, float] = {}
    for stage in result["by_stage"]:
        name = _stage(statement, stage["id"])
        if name is not None:
            stages[name] = stages.get(name, 0.0) + stage["value"]
    amount = statement.document["declared_unit"]["amount"]
    told: dict[str, Any] = {
        "batteryCarbonFootprint": rounded(result["total"] / amount, DIGITS),
        "carbonFootprintPerLifecycleStage": [
            {"lifecycleStage": name, "carbonFootprint": rounded(stages[name] / amount, DIGITS)}
            for name in STAGES.values()
            if name in stages
        ],
        "carbonFootprintPerformanceClass": "",
        "carbonFootprintStudy": statement.publication["study"],
        "absoluteCarbonFootprint": rounded(result["per_item"], DIGITS),
        **draft_note(statement, lang),
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def stated(content: bytes) -> Stated:
    """Return the footprint of a kilowatt hour, of each stage of it, and of one battery."""
    told = parsed(content, DIGITS)
    modules = {name: module for module, name in STAGES.items()}
    return {
        "per_unit": told["batteryCarbonFootprint"],
        "per_item": told["absoluteCarbonFootprint"],
        "draft": "yes" if "draft" in told else "no",
        **{
            f"module:{modules[stage['lifecycleStage']]}": stage["carbonFootprint"]
            for stage in told["carbonFootprintPerLifecycleStage"]
        },
    }
