"""The asset administration shell: its codes are those of the template, and the official checker takes it."""

from __future__ import annotations

import csv
import json
import runpy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from footprint.publish import outgoing
from footprint.publish.outgoing.statement import Statement, gate

MAKE = runpy.run_path(str(Path(__file__).parent / "data" / "sample_declaration.py"))["sample"]
TEMPLATE = Path(__file__).parents[2] / "shared/data/aas/IDTA 02023-1-0-1 _Template_CarbonFootprint.json"
CODES = Path(__file__).parents[1] / "footprint" / "data" / "eclass.csv"
MODULES = {"raw_materials": "A1-A2", "production": "A3", "distribution": "A4", "use": "B1-B7", "end_of_life": "C1-C4"}
AAS = outgoing.module("aas.json")


def rendered(*, conforms: bool = False, **told: Any) -> dict[str, Any]:
    document = MAKE()
    document["conformity"]["conforms"] = conforms
    for stage in document["study"]["stages"]:
        stage["module"] = MODULES[stage["id"]]
    document["study"]["pcr"]["layers"] = ["iso-14067", "battery-sample"]
    publication = {"product_ids": "urn:example:product:1; urn:example:product:2", "valid_until": "2027-12-31", **told}
    number = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    statement = Statement(document, gate(document), {}, publication, number, "public", draft=True)
    shell: dict[str, Any] = json.loads(AAS.render(statement, "en"))
    return shell


def entries(shell: dict[str, Any]) -> list[dict[str, Any]]:
    return [AAS._read(entry) for entry in shell["submodels"][0]["submodelElements"][0]["value"]]


def test_the_stages_add_up_to_one_piece() -> None:
    whole, *parts = entries(rendered())
    summed = sum(Decimal(part["PcfCO2eq"]) for part in parts)
    assert summed == pytest.approx(Decimal(whole["PcfCO2eq"]), rel=Decimal("0.00001"))
    assert {p for part in parts for p in part["LifeCyclePhases"]} == set(whole["LifeCyclePhases"])
    assert whole["PcfCalculationMethods"] == ["battery-sample 0.3"]
    assert whole["ExpirationDate"] == "2027-12-31T23:59:59Z"
    told = rendered()["submodels"][0]["description"][0]["text"]
    assert "Draft" in told
    assert "no claim of conformity" in told


def test_a_method_is_named_where_the_result_conforms_to_it() -> None:
    whole, *_ = entries(rendered(conforms=True))
    assert whole["PcfCalculationMethods"] == ["0173-1#07-ABU218#003", "battery-sample 0.3"]


def test_codes_are_those_of_the_template() -> None:
    if not TEMPLATE.exists():
        pytest.skip("the template of IDTA 02023 is not here")
    known = {}
    for concept in json.loads(TEMPLATE.read_text(encoding="utf-8"))["conceptDescriptions"]:
        for data in concept.get("embeddedDataSpecifications", ()):
            for pair in data["dataSpecificationContent"].get("valueList", {}).get("valueReferencePairs", ()):
                known[pair["valueId"]["keys"][0]["value"].strip()] = pair["value"]
    with CODES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert known[row["code"]] == row["title"]


def test_the_elements_are_those_of_the_template() -> None:
    """Each element has the name, kind, type and meaning that the template gives it."""
    if not TEMPLATE.exists():
        pytest.skip("the template of IDTA 02023 is not here")

    def shape(element: dict[str, Any]) -> dict[str, Any]:
        keys = ("modelType", "semanticId", "semanticIdListElement", "valueType", "typeValueListElement")
        found: dict[str, Any] = {"": {key: element.get(key) for key in (*keys, "valueTypeListElement")}}
        for each in element["value"] if isinstance(element.get("value"), list) else ():
            if isinstance(each, dict) and "modelType" in each:
                found[each.get("idShort", "item")] = shape(each)
        return found

    def within(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
        for name, below in ours.items():
            if name:
                within(below, theirs[name])
        assert ours[""] == theirs[""]

    template = json.loads(TEMPLATE.read_text(encoding="utf-8"))["submodels"][0]
    submodel = rendered()["submodels"][0]
    assert submodel["semanticId"] == template["semanticId"]
    within(shape(submodel["submodelElements"][0]), shape(template["submodelElements"][0]))


def test_the_official_checker_takes_it(tmp_path: Path) -> None:
    engines = pytest.importorskip("aas_test_engines.file", reason="aas-test-engines is not installed")
    result = engines.check_json_data(rendered())
    assert result.ok(), "\n".join(result.to_lines())
    broken = rendered()
    del broken["submodels"][0]["id"]
    assert not engines.check_json_data(broken).ok()
