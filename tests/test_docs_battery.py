"""What SOURCES.md of the example battery says comes out is what the demo declares."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from math import fsum
from pathlib import Path
from typing import Any

import pytest

from footprint import service

TEXT = (Path(__file__).parents[1] / "templates" / "examples" / "battery" / "SOURCES.md").read_text(encoding="utf-8")
COMES_OUT = TEXT.partition("## What comes out")[2]
NAMED = {
    "primary aluminium": "aluminium-primary-ingot", "LiFePO4": "lifepo4-hydrothermal", "NMP": "nmp",
    "electricity": "electricity-cn-grid-2024", "smelting of the cells": "battery-cell-recycling-pyro",
    "heat": "heat-natural-gas-cn", "synthetic graphite": "graphite-synthetic-cn", "binder": "polyvinyl-fluoride",
    "LiPF6": "lithium-hexafluorophosphate", "impact extrusion": "impact-extrusion-aluminium",
    "separator": "battery-separator", "salt (sodium sulfate)": "sodium-sulfate",
    "natural graphite": "graphite-natural-coated-cn",
}  # fmt: skip


class Gross:
    """Sums of a declaration per kWh of gross capacity [kg CO2e]."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.ledger, self.flows = document["ledger"], document["flows"]
        gross = next(also for also in document["result"]["also"] if also["id"] == "kwh-capacity")
        self.scale = gross["total"] / document["result"]["total"]

    def of(self, entries: Iterable[dict[str, Any]]) -> float:
        return float(self.scale * fsum(entry["value"] for entry in entries))

    def stages(self, *stages: str) -> list[dict[str, Any]]:
        return [entry for entry in self.ledger if entry["stage"] in stages]

    def below(self, root: str) -> set[str]:
        found = {root}
        while more := {flow["child"] for flow in self.flows if flow["parent"] in found} - found:
            found |= more
        return found


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("battery")
    service.demo("battery", folder, "en")
    found: dict[str, Any] = json.loads((folder / "declaration.json").read_text(encoding="utf-8"))
    return found


def test_the_table_is_the_result(document: dict[str, Any]) -> None:
    """By stage, of the cells alone, per kWh of gross capacity."""
    gross = Gross(document)
    gate, cells = gross.stages("raw_materials", "production"), gross.below("C")
    parts = [gross.stages("raw_materials"), gross.stages("production"), gate]
    parts += [[e for e in gate if e["activity"] in cells], gross.stages("distribution"), gross.stages("end_of_life")]
    shown = re.findall(r"^\|[^|]+\| (?:\*\*)?([\d.]+)(?:\*\*)? \|$", COMES_OUT, re.MULTILINE)
    assert shown == [f"{gross.of(part):.1f}" for part in parts]
    assert all(gross.of(part) > 69 for part in parts[2:4]), "rewrite how the example compares with what is published"


def test_the_main_contributions_are_the_largest(document: dict[str, Any]) -> None:
    """By dataset, largest first, and none of their size left unsaid; what recycling takes off."""
    gross = Gross(document)
    told = " ".join(COMES_OUT.partition("Main contributions: ")[2].partition(". The copper")[0].split())
    shown = [re.fullmatch(r"(.+) ([\d.]+)", part) for part in told.split(", ")]
    values: dict[str, float] = {}
    for entry in gross.ledger:
        code = entry["target"].rpartition(":")[2]
        values[code] = values.get(code, 0.0) + gross.of([entry])
    largest = sorted(values.items(), key=lambda pair: -abs(pair[1]))[: len(shown)]
    assert [(NAMED[m[1]], m[2]) for m in shown if m] == [(code, f"{value:.1f}") for code, value in largest]
    credit = gross.of(entry for entry in gross.ledger if entry["value"] < 0)
    assert f"takes off {-credit:.1f}." in " ".join(COMES_OUT.split())


def test_what_is_estimated_is_what_the_demo_declares(document: dict[str, Any]) -> None:
    """The share of the result, and the mass without a number of its own, in kg of the pack and as a share."""
    pieces = document["declared_unit"]["per_item"] / document["declared_unit"]["amount"]
    part = r"(?:Passive|Printed|Ribbon|Electric|Polyphenylene|Integrated)"
    lines = [e for e in document["ledger"] if "stands_in" in e and "base" not in e and re.match(part, e["name"])]
    mass = fsum(e["supply"] * e["coefficient"] * e["amount"] * pieces for e in lines)
    found = document["completeness"]
    assert document["result"]["complete"] is True
    assert f"({mass:.1f} kg of 513.7 kg of product, {100 * (1 - found['mass_share']):.1f} %)" in TEXT
    assert f"{100 * found['estimated']['impact_share']:.2g} % of the result" in TEXT
