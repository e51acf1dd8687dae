"""Every filled cell reaches a term or a decision, or is listed as counting nowhere, with why."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from footprint import service
from footprint.background.open import Background
from footprint.publish.explain import explain
from footprint.rules.load import load
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
CITED = {"clause": "c. 3", "source": "by-hand", "status": "unverified"}
REASON = {"reason": {"en": "By share.", "zh": "按比例。"}, **CITED}
SPLIT = {
    "id": "split", "when": "known(line.recycled_share) and line.leads_to == \"dataset\" and known(line.material)",
    "derive": [
        {"coefficient": "1 - line.recycled_share", "dataset": "primary", "title": {"en": "new", "zh": "原生"}},
        {"coefficient": "line.recycled_share * line.quality_in", "dataset": "secondary",
         "title": {"en": "old", "zh": "再生"}},
    ], **REASON,
}  # fmt: skip
CREDIT = {
    "id": "credit", "when": "line.route == \"recycling\" and line.collected and known(line.recycled_share)",
    "derive": [{"coefficient": "-line.recycled_share", "dataset": "avoided", "title": {"en": "credit", "zh": "抵扣"}}],
    **REASON,
}  # fmt: skip
Told = Callable[..., dict[str, str]]


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def document(bill: Callable[..., Path], background: Background, tmp_path: Path) -> Callable[..., Any]:
    """Return what declares a compact text under the rules for arithmetic with ``rules`` before their own."""

    def made(text: str, *rules: dict[str, Any], **product: Any) -> Any:
        raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        own = [rule for rule in raw["rules"] if "recycled_share" not in json.dumps(rule)]
        raw |= {"rules": [*rules, *own], "materials": [{"id": "metal", "title": {"en": "metal", "zh": "金属"}}]}
        (tmp_path / "rules.yaml").write_text(json.dumps(raw), encoding="utf-8")
        path = bill(text, product=LINE.plain_product(**product))
        return LINE.document(read(path), background, load(str(tmp_path / "rules.yaml")))

    return made


def told(document: Any) -> dict[str, str]:
    """Return why cells count nowhere, by cell."""
    return {a["cell"]: a["text"]["en"] for a in document["assumptions"] if a["code"].endswith("-unused")}


PLATE = "L1 | plate | 1 kg | steel | recycled_share=0.5, secondary=copper, quality_in=0.8, material=metal\n"


def test_what_a_rule_turns_into_terms_is_not_listed(document: Callable[..., Any]) -> None:
    """Share, dataset and quality reach the result; so does a recycled share of zero, which is as an empty one."""
    assert told(document(PLATE, SPLIT)) == {}
    assert told(document("L1 | plate | 1 kg | steel | recycled_share=0")) == {}


def test_a_share_that_no_rule_turns_into_terms_is_told(document: Callable[..., Any]) -> None:
    """With the condition of the rule that would, or that none would; cells of one reason stand together."""
    found = told(document(PLATE.replace(", material=metal", ""), SPLIT))
    assert sorted(found) == ["BOM!K4", "BOM!L4", "BOM!W4"]
    assert found["BOM!K4"] == (
        "'Recycled share' counts nowhere, so the line counts as primary material alone: rule 'split' uses it where: is "
        "stated(“recycled share”) and “destination kind” is 'dataset' and is stated(“material”)."
    )
    assert "uses it where" in found["BOM!W4"]
    two = told(document(PLATE + PLATE.replace("L1", "L2")))
    assert two["BOM!L4, BOM!L5"] == (
        "'Dataset of the recycled material' counts nowhere: no rule of 'plain-goods' asks for it."
    )


END = "[End of life]\nL1 | recycling | 1 | treatment=landfill, {}\n"


def test_cells_of_ends_and_of_the_part_they_are_of(document: Callable[..., Any]) -> None:
    """A credit takes the share of the part and what it replaces; a heating value of recycling counts nowhere."""
    text = PLATE + END.format("avoided=stamping, lhv=3, disposal=landfill")
    found = told(document(text, CREDIT))
    assert sorted(found) == ["BOM!L4", "BOM!W4", "End of life!G4", "End of life!K4"]
    left = told(document(PLATE + END.format("recovery=0.5, disposal=landfill"), CREDIT))
    assert sorted(left) == ["BOM!L4", "BOM!W4"]


def test_cells_of_what_is_left_out_need_no_reason_of_their_own(document: Callable[..., Any]) -> None:
    """A row outside the boundary is excluded whole; its account says so."""
    text = PLATE + END.format("avoided=stamping")
    assert not any(cell.startswith("End") for cell in told(document(text, boundary="cradle-to-gate")))


SHARED = """L1 | plate | 1 kg | steel
[Processes]
press | product | PUMP | 1 item | price=60, {}
press | co-product | pulp | 3 kg | price=20, energy_content=2
press | input | electricity | 10 kWh
"""


def test_what_no_sharing_looked_at_is_told(bill: Callable[..., Path], background: Background) -> None:
    """Prices that a step asked for count, though masses decide; an energy counts in its balance; one shares nothing."""

    def found(text: str, *steps: str) -> dict[str, str]:
        pcr = LINE.sharing(*steps) if steps else LINE.rules()
        return told(LINE.document(read(bill(text, product=LINE.plain_product())), background, pcr))

    text = SHARED.format("note=-")
    mass = "'by-mass' decides how the outputs share without it."
    assert found(text, *LINE.GBA) == {}
    assert found(text, "mass | process.has_masses") == {
        "Processes!U4, Processes!U5": f"'Price per unit' counts nowhere: {mass}"
    }
    assert found(SHARED.format("allocation=economic")) == {}
    alone = "\n".join(line for line in text.splitlines() if "pulp" not in line)
    assert found(alone, *LINE.GBA) == {
        "Processes!U4": "'Price per unit' counts nowhere: the process has no outputs that share."
    }


KINDS = """L1 | plate | 1 kg | steel | {bom}
[Processes]
weld | product | PUMP | {made} | {product}
weld | input | {input}
weld | waste | sludge | 1 kg | destination=landfill
"""
HERE = "counts nowhere: it means nothing in a row of this kind."


@pytest.mark.parametrize(("filled", "cells"), [
    ({}, []),
    ({"bom": "destination=landfill"}, ["T4"]),
    ({"input": "steel | 1 kg | destination=evaporated, fuel_use=burned"}, ["L5"]),
    ({"input": "gas-burned | 1 MJ | destination=evaporated, fuel_use=burned"}, ["P5"]),
    ({"input": "electricity | 1 kWh | destination=evaporated"}, ["P5"]),
    ({"input": "resin | 1 kg | destination=evaporated"}, []),
    ({"input": "steel | 1 kg | destination=product"}, []),
    ({"input": "electricity | 1 kWh | price=3, unit_mass=1, allocation=mass"}, ["N5", "U5", "V5"]),
    ({"product": "destination=landfill, fuel_use=burned"}, ["L4", "P4"]),
    ({"made": "2 kg", "product": "unit_mass=1"}, ["V4"]),
    ({"made": "1 item", "product": "unit_mass=1"}, []),
])  # fmt: skip
def test_a_cell_in_a_row_of_another_kind_is_told(
    document: Callable[..., Any], filled: dict[str, str], cells: list[str]
) -> None:
    """Nothing that is filled in is passed over in silence."""
    plain = {"bom": "note=-", "made": "1 item", "product": "note=-", "input": "electricity | 1 kWh"}
    found = told(document(KINDS.format(**{**plain, **filled})))
    assert sorted(cell.rpartition("!")[2] for cell in found) == cells
    assert all(text.endswith(HERE) for text in found.values())


def test_a_share_that_counts_nowhere_is_seen_at_once(document: Callable[..., Any], tmp_path: Path) -> None:
    """On the terminal, and by who asks for the cell itself, which is not said to be used."""
    found = document(PLATE)
    shown = service.notices(service.Calculated(found, {}, tmp_path / "pump.xlsx"), "zh")
    assert "BOM!K4: “再生料比例”未计入，该行全部按原生材料计" in shown
    assert "再生料数据集" not in shown
    lines = explain(found, "BOM!K4", "en").splitlines()
    assert lines[1].split() == ["Row", "used"]
    assert lines[2].startswith("  Cell          not used · 'Recycled share' counts nowhere")
    assert not any(line.lstrip().startswith("Cell ") for line in explain(found, "BOM!D4", "en").splitlines())
