"""``aas.json``: an asset administration shell with the submodel Carbon Footprint (IDTA 02023 1.0.1, metamodel 3.0).

One entry of the list for the whole footprint of one piece, then one for each of its stages. Rounding: 6 significant
digits. Units: kg CO2e per piece. Codes of methods, units and life-cycle phases: ``data/eclass.csv``, from the template
of IDTA 02023.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from footprint.errors import Problem, problem
from footprint.messages import LANGUAGES, label
from footprint.publish.outgoing import pcf
from footprint.publish.outgoing.agreeing import CLAIMED
from footprint.publish.outgoing.statement import Stated, Statement
from footprint.publish.outgoing.written import needed

FORMAT = "aas.json"
LEAST = "public"
NEEDS = ("publication.product_ids", "product.issue_date")
DIGITS = 6
TEMPLATE = "https://admin-shell.io/idta/CarbonFootprint/"
_METHOD, _TOTAL, _UNIT, _AMOUNT, _PHASE = (f"0173-1#02-ABG85{n}#003" for n in range(4, 9))
_LONGEST = 1023
"""Characters of a description in the metamodel."""
_TABLE = Path(__file__).parents[2] / "data" / "eclass.csv"
Element = dict[str, Any]


@cache
def _codes(kind: str) -> dict[str, str]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {row["key"]: row["code"] for row in csv.DictReader(file) if row["kind"] == kind}


def problems(statement: Statement) -> Iterator[Problem]:
    """Yield the stages that are no phase of a life cycle: their module is none, or unknown."""
    modules = {stage["id"]: stage.get("module") or "" for stage in statement.document["study"]["stages"]}
    for stage in statement.document["result"]["by_stage"]:
        if stage.get("lines", 1) and not _phases(modules[stage["id"]]):
            yield problem("aas-module", FORMAT, stage=stage["id"], module=modules[stage["id"]])


def render(statement: Statement, lang: str) -> bytes:
    """Return the environment as JSON, checked against the rules of the metamodel."""
    needed("aas_core3", FORMAT, "aas")
    from aas_core3 import jsonization, verification

    environment = jsonization.environment_from_jsonable(_environment(statement, lang))
    faults = [f"{fault.path}: {fault.cause}" for fault in verification.verify(environment)]
    assert not faults, faults  # noqa: S101  what is written here follows the metamodel
    return json.dumps(jsonization.to_jsonable(environment), ensure_ascii=False, indent=1).encode()


def _environment(statement: Statement, lang: str) -> Element:
    submodel: Element = {
        "modelType": "Submodel",
        "id": f"urn:uuid:{statement.id}",
        "idShort": "CarbonFootprint",
        "administration": {"version": "1", "revision": "0", "templateId": "https://admin-shell.io/IDTA 02023-1-0"},
        "semanticId": _meant(f"{TEMPLATE}CarbonFootprint/1/0"),
        "submodelElements": [_list("ProductCarbonFootprints", "ProductCarbonFootprint", _entries(statement))],
    }
    said = [label("publish-draft", lang)] if statement.draft else []
    said += [label("publish-bound", lang)] if statement.document["result"]["lower_bound"] else []
    said.append(statement.document["conformity"]["wording"][lang])
    submodel["description"] = [{"language": lang, "text": " ".join(said)[:_LONGEST]}]
    product = statement.publication["product_ids"].partition("; ")[0]
    shell = {
        "modelType": "AssetAdministrationShell",
        "id": f"urn:uuid:{statement.id}#shell",
        "assetInformation": {"assetKind": "Type", "globalAssetId": product},
        "submodels": [{"type": "ModelReference", "keys": [{"type": "Submodel", "value": submodel["id"]}]}],
    }
    return {"assetAdministrationShells": [shell], "submodels": [submodel]}


def _entries(statement: Statement) -> list[Element]:
    """Return the footprint of one piece, and the part of each stage that holds lines."""
    document = statement.document
    unit = document["declared_unit"]
    modules = {stage["id"]: stage.get("module") or "" for stage in document["study"]["stages"]}
    scale = unit["per_item"] / unit["amount"]
    parts: dict[str, float] = {}
    for stage in document["result"]["by_stage"]:
        if stage.get("lines", 1):
            module = modules[stage["id"]]
            parts[module] = parts.get(module, 0.0) + stage["value"] * scale
    whole = _entry(statement, document["result"]["per_item"], parts)
    return [whole, *(_entry(statement, value, [module]) for module, value in parts.items())]


def _entry(statement: Statement, value: float, modules: Iterable[str]) -> Element:
    pcr = statement.document["study"]["pcr"]
    layers = pcr.get("layers", ()) if pcf.conforms(statement) else ()
    methods = [code for layer, code in _codes("method").items() if layer in layers]
    phases = dict.fromkeys(phase for module in modules for phase in _phases(module))
    dates = {"PublicationDate": f"{statement.document['study']['issue_date']}T00:00:00Z"}
    if statement.publication.get("valid_until"):
        dates["ExpirationDate"] = f"{statement.publication['valid_until']}T23:59:59Z"  # the last day is still valid
    return {
        "modelType": "SubmodelElementCollection",
        "semanticId": _meant(f"{TEMPLATE}ProductCarbonFootprint/1/0"),
        "value": [
            _texts("PcfCalculationMethods", _METHOD, [*methods, f"{pcr['id']} {pcr['version']}"]),
            _property("PcfCO2eq", _TOTAL, "xs:decimal", _decimal(value)),
            _property("ReferenceImpactUnitForCalculation", _UNIT, "xs:string", _codes("unit")["item"]),
            _property("QuantityOfMeasureForCalculation", _AMOUNT, "xs:double", "1.0"),
            _texts("LifeCyclePhases", _PHASE, phases),
            *(_property(key, f"{TEMPLATE}{key}/1/0", "xs:dateTime", instant) for key, instant in dates.items()),
        ],
    }


def _phases(module: str) -> list[str]:
    """Return the codes of a module or a span of them, that of the span where there is one; none where it is unknown."""
    codes = _codes("phase")
    if module in codes:
        return [codes[module]]
    single = [each for each in codes if "-" not in each]
    first, _, last = module.partition("-")
    if not {first, last} <= {*single}:
        return []
    return [codes[each] for each in single[single.index(first) : single.index(last) + 1]]


def _decimal(value: float) -> str:
    return f"{Decimal(f'{value:.{DIGITS - 1}e}'):f}"


def _meant(code: str) -> Element:
    return {"type": "ExternalReference", "keys": [{"type": "GlobalReference", "value": code}]}


def _property(name: str | None, code: str, kind: str, value: str) -> Element:
    named = {} if name is None else {"idShort": name}
    return {"modelType": "Property", **named, "semanticId": _meant(code), "valueType": kind, "value": value}


def _texts(name: str, code: str, values: Iterable[str]) -> Element:
    return {
        "modelType": "SubmodelElementList",
        "idShort": name,
        "semanticId": _meant(f"{TEMPLATE}{name}/1/0"),
        "semanticIdListElement": _meant(code),
        "typeValueListElement": "Property",
        "valueTypeListElement": "xs:string",
        "value": [_property(None, code, "xs:string", value) for value in values],
    }


def _list(name: str, each: str, values: list[Element]) -> Element:
    return {
        "modelType": "SubmodelElementList",
        "idShort": name,
        "semanticId": _meant(f"{TEMPLATE}{name}/1/0"),
        "semanticIdListElement": _meant(f"{TEMPLATE}{each}/1/0"),
        "typeValueListElement": "SubmodelElementCollection",
        "value": values,
    }


def stated(content: bytes) -> Stated:
    """Return the footprint of one piece, that of each module of its stages per declared unit, rules and id."""
    told = json.loads(content)
    submodel = told["submodels"][0]
    whole, *parts = (_read(entry) for entry in submodel["submodelElements"][0]["value"])
    names = {code: phase for phase, code in _codes("phase").items()}
    standards = {code: layer for layer, code in _codes("method").items()}
    *methods, rules = whole["PcfCalculationMethods"]
    said = " ".join(text["text"] for text in submodel["description"])
    found = {
        **{f"item:module:{_span(names, part)}": _rounded(part["PcfCO2eq"]) for part in parts},
        "per_item": _rounded(whole["PcfCO2eq"]),
        "pcr": rules.partition(" ")[0],
        **{f"standard:{standards[code]}": CLAIMED for code in methods},
        "id": submodel["id"].removeprefix("urn:uuid:"),
        "issued": whole["PublicationDate"].partition("T")[0],
        "draft": "yes" if any(label("publish-draft", lang) in said for lang in LANGUAGES) else "no",
    }
    return found | ({"valid_until": whole["ExpirationDate"].partition("T")[0]} if "ExpirationDate" in whole else {})


def _span(names: Mapping[str, str], part: Mapping[str, Any]) -> str:
    """Return the module or the span that the phases of an entry are."""
    first, last = names[part["LifeCyclePhases"][0]], names[part["LifeCyclePhases"][-1]]
    return first if first == last else f"{first}-{last}"


def _rounded(written: str) -> Decimal:
    """Return a number with no more digits than were told: the zeros of 1039960 tell nothing."""
    return Decimal(f"{Decimal(written):.{DIGITS - 1}e}")


def _read(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an entry by name."""
    return {
        element["idShort"]: [each["value"] for each in element["value"]]
        if element["modelType"] == "SubmodelElementList"
        else element["value"]
        for element in entry["value"]
    }
