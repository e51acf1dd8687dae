"""``catena-x.json``: the aspect ``io.catenax.pcf`` 10.0.0, as a file or through a data space connector.

Rounding as in ``pact.json``: the parts add up exactly. Units: kg CO2e and kg C from cradle to gate per declared unit of
the product. Packaging, where it is counted, is inside the production stage; distribution stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from footprint.errors import Problem, problem
from footprint.messages import label
from footprint.provenance import Place
from footprint.publish.outgoing import catena_rules, pact, pcf
from footprint.publish.outgoing.statement import Stated, Statement

FORMAT = "catena-x.json"
LEAST = "public"
NEEDS = (
    *pact.NEEDS,
    "publication.valid_until",
    "publication.time_scope",
    "publication.waste_incineration",
    "publication.mass_balancing",
)
VERSION = "10.0.0"
_ADDED = {field: part for field, part in pact.ADDED.items() if part != "technological_removal"}
_TYPES = {
    "retrospective": "Retrospective PCF",
    "prospective": "Prospective PCF without forerunner",
    "prospective_forerunner": "Prospective PCF of further developed product with forerunner",
    "prospective_date": "Prospective PCF for current product for future production date",
    "progressive": "Progressive PCF",
}
_STATED = {**pact.STATED, "distributionStagePcfExcludingBiogenicUptake": "gate:outbound"}


def problems(statement: Statement) -> Iterator[Problem]:
    """Yield what Catena-X cannot state of this result, and each of its rules that the file would break."""
    return faults(statement, FORMAT, VERSION)


def render(statement: Statement, lang: str) -> bytes:
    """Return the aspect as JSON."""
    return written(statement, lang, VERSION)


def stated(content: bytes) -> Stated:
    """Return what the file says: unit, mass, period, country, id, and the footprint with its parts."""
    told = catena_rules.told(json.loads(content, parse_float=Decimal), FORMAT)
    rules = told.values["productOrSectorSpecificRules"][0].partition(" ")[0]
    return pact.read_back(told, _STATED) | {"gwp_set": told.values["ipccCharacterizationFactors"], "pcr": rules}


def faults(statement: Statement, file: str, version: str) -> Iterator[Problem]:
    """Yield what stands in the way of a file of ``version``."""
    found = [*pcf.standing(statement, file)]
    removal = pcf.parts(statement.gate).added["technological_removal"] if statement.gate.classes else None
    country = statement.document["product"]["country"]
    if removal:
        found.append(problem("exchange-removal", Place(file), value=pcf.plain(removal)))
    if country not in pcf.subregions():
        found.append(problem("exchange-country", pcf.DECLARATION, formats=file, country=country))
    limit = Decimal(catena_rules.table()["exemptedEmissionsPercent"].high)
    exempted = None if statement.gate.left_out is None else pcf.exempted(statement)
    if exempted is not None and exempted > limit:
        shown = pcf.plain(exempted)
        found.append(problem("exchange-exempted-limit", pcf.DECLARATION, formats=file, value=shown, limit=limit))
    if version.startswith("9") and _used(statement) and None in _balancing(statement):
        found.append(problem("exchange-mass-balance", pcf.PUBLICATION, key="mass_balance_scheme", formats=file))
    yield from found
    if not found and pcf.answered(statement, NEEDS):
        yield from catena_rules.faults(catena_rules.tree(_leaves(statement, "en", version)), file, version)


def written(statement: Statement, lang: str, version: str) -> bytes:
    """Return the aspect of ``version`` as JSON."""
    document = catena_rules.tree(_leaves(statement, lang, version))
    return json.dumps(document, ensure_ascii=False, indent=1, default=_number).encode("utf-8", "replace")


def _number(value: Decimal) -> float | int:
    return int(value) if value == value.to_integral_value() else float(value)


def _leaves(statement: Statement, lang: str, version: str) -> dict[str, Any]:
    found = {**_who(statement), **_study(statement, lang), **_method(statement, lang), **_emissions(statement, lang)}
    found["specVersion"] = catena_rules.SPEC.format(version)
    return {name: value for name, value in (found | _of_version(statement, version)).items() if value not in (None, "")}


def _who(statement: Statement) -> dict[str, Any]:
    told, product = statement.publication, statement.document["product"]
    return {
        "companyName": statement.company.get("name"),
        "companyIds": pact.listed(statement.company.get("ids")),
        "productNameCompany": product["name"] or product["model"],
        "productIds": pact.listed(told.get("product_ids")),
        "productDescription": told.get("description"),
        "productClassifications": pact.listed(told.get("classifications")) or None,
        "declaredUnitOfMeasurement": pcf.UNITS[statement.gate.unit],
        "declaredUnitAmount": 1,
        "productMassPerDeclaredUnit": pcf.significant(statement.gate.mass),
    }


def _study(statement: Statement, lang: str) -> dict[str, Any]:
    told, study = statement.publication, statement.document["study"]
    country = statement.document["product"]["country"]
    return {
        "partialFullPcf": "Cradle-to-gate",
        "id": statement.id,
        "version": len(statement.preceding),
        "status": pcf.status(statement),
        "retroOrProspectivePcfType": _TYPES[told["time_scope"]],
        "exemptedEmissionsPercent": pcf.exempted(statement),
        "exemptedEmissionsDescription": pcf.exemption(statement, lang),
        "ccsTechnologicalCO2CaptureIncluded": False,
        "boundaryProcessesDescription": pcf.boundary(statement, lang),
        "geographyRegionOrSubregion": pcf.subregions()[country],
        "geographyCountry": country,
        "referencePeriodStart": pcf.begins(study["reference_period"]["start"]),
        "referencePeriodEnd": pcf.ends(study["reference_period"]["end"]),
        "created": pcf.begins(study["issue_date"]),
        "validityPeriodStart": pact.validity(statement)[0],
        "validityPeriodEnd": pact.validity(statement)[1],
    }


def _method(statement: Statement, lang: str) -> dict[str, Any]:
    ratings = pact.ratings(statement) or {}
    databases = (f"{database['title'][lang]} {database['version']}" for database in statement.document["databases"])
    return {
        "productOrSectorSpecificRules": [pcf.rule_name(statement, lang)],
        "ipccCharacterizationFactors": statement.document["study"]["gwp_set"],
        "allocationRulesDescription": pcf.allocation(statement, lang),
        "allocationWasteIncineration": statement.publication["waste_incineration"],
        "massBalancingUsed": _used(statement),
        "primaryDataShare": pcf.primary(statement.gate),
        "secondaryEmissionFactorSources": list(dict.fromkeys(databases)),
        **{field: Decimal(value) for field, value in ratings.items()},
    }


def _emissions(statement: Statement, lang: str) -> dict[str, Any]:
    parts = pcf.parts(statement.gate)
    contents = {kind: pcf.carbon(statement, kind) for kind in ("fossil", "biogenic")}
    known = [value for value in contents.values() if value is not None]
    return {
        "pcfExcludingBiogenicUptake": parts.excluding,
        "pcfIncludingBiogenicUptake": parts.including,
        **{field: parts.added[part] for field, part in _ADDED.items()},
        "biogenicCO2Uptake": parts.uptake,
        "aircraftGhgEmissions": parts.aircraft,
        "packagingEmissionsIncluded": statement.publication["packaging"] == "yes",
        "distributionStageIncluded": parts.outbound is not None,
        "distributionStagePcfExcludingBiogenicUptake": parts.outbound,
        **{f"{kind}CarbonContent": value for kind, value in contents.items()},
        "carbonContentTotal": sum(known, Decimal()) if len(known) == len(contents) else None,
        "comment": _comment(statement, lang),
    }


def _comment(statement: Statement, lang: str) -> str:
    told = statement.publication
    verified = [told.get(key) for key in ("verifier", "verification_standard", "verified_on")]
    said = [label("exchange-verified", lang).format(by=", ".join(filter(None, verified)))] if verified[0] else []
    return "\n".join([pcf.comment(statement, lang), *said])


def _used(statement: Statement) -> bool:
    return statement.publication.get("mass_balancing") == "yes"


def _balancing(statement: Statement) -> tuple[str | None, str | None]:
    """Return whether attributes were assigned freely (yes or no), and by which scheme."""
    return statement.publication.get("mass_balance_free"), statement.publication.get("mass_balance_scheme")


def _of_version(statement: Statement, version: str) -> dict[str, Any]:
    """Return what stands in another form in each version."""
    standards = pcf.standards(statement, 1) or [pcf.OTHER]
    free, scheme = _balancing(statement) if _used(statement) else (None, None)
    if version.startswith("9"):
        return {
            "precedingPfIds": [{"id": each} for each in statement.preceding] or None,
            "crossSectoralStandards": list(dict.fromkeys(standards)),
            "freeAttributionInMassBalancing": {"yes": "true", "no": "false"}.get(free or "", "not applicable"),
            "massBalancingCertificateScheme": scheme or "not applicable",
        }
    return {
        "precedingPfIds": [*statement.preceding] or None,
        "crossSectoralStandards": next((each for each in reversed(standards) if each != pcf.OTHER), pcf.OTHER),
        "freeAttributionInMassBalancing": None if free is None else free == "yes",
        "massBalancingCertificateScheme": scheme,
    }
