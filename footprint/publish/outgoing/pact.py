"""``pact.json``: a ProductFootprint of PACT 3.0, as a host serves it to customers.

Rounding: emissions to the decimal at which the largest has 6 significant digits, so that the parts add up exactly;
other numbers to 6 significant digits, shares to two decimals of a percent. Units: kg CO2e and kg C from cradle to gate
per piece, kilogram, litre, cubic metre, square metre, ton kilometre or hour of the product.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from footprint.errors import Problem, problem
from footprint.publish.outgoing import pact_rules, pcf
from footprint.publish.outgoing.agreeing import CLAIMED
from footprint.publish.outgoing.pcf import plain
from footprint.publish.outgoing.pcf_rules import Told
from footprint.publish.outgoing.statement import Stated, Statement

FORMAT = "pact.json"
LEAST = "public"
NEEDS = (
    "company.name",
    "company.ids",
    "product.fossil_carbon",
    "product.issue_date",
    "publication.description",
    "publication.product_ids",
    "publication.packaging",
)
VERSION = "3.0.3"
_INDICATORS = {"technologicalDQR": "technology", "geographicalDQR": "geography", "temporalDQR": "time"}
ADDED = {
    "fossilGhgEmissions": "fossil",
    "landUseChangeGhgEmissions": "land_use_change",
    "landManagementBiogenicCO2Emissions": "land_management_emission",
    "landManagementBiogenicCO2Removals": "land_management_removal",
    "technologicalCO2Removals": "technological_removal",
    "biogenicNonCO2Emissions": "biogenic_non_co2",
}
"""Field -> part of the footprint."""
STATED = {
    pact_rules.EXCLUDING: "gate:excluding",
    pact_rules.INCLUDING: "gate:including",
    "fossilGhgEmissions": "gate:fossil",
    "biogenicCO2Uptake": "gate:uptake",
    "outboundLogisticsGhgEmissions": "gate:outbound",
    "productMassPerDeclaredUnit": "gate:mass",
    "aircraftGhgEmissions": "gate:class:aircraft",
    **{field: f"gate:class:{part}" for field, part in ADDED.items() if part != "fossil"},
}
SHARES = {"primaryDataShare": "gate:primary", "exemptedEmissionsPercent": "gate:exempted"}
_ALONE = frozenset({"gate:mass", "gate:outbound"})
"""Numbers rounded by themselves."""
_TELLING = 3
"""Digits from which a rounded part tells something by itself; the smaller ones are told by the sum."""


def problems(statement: Statement) -> Iterator[Problem]:
    """Yield what PACT cannot state of this result, and each of its rules that the file would break."""
    found = [*pcf.standing(statement, FORMAT)]
    if _operator(statement) is None:
        pcr = statement.document["study"]["pcr"]["id"]
        found.append(problem("exchange-operator", pcf.PUBLICATION, key="rules_operator", formats=FORMAT, pcr=pcr))
    yield from found
    if not found and pcf.answered(statement, NEEDS):
        yield from pact_rules.faults(document(statement, "en"), FORMAT)


def render(statement: Statement, lang: str) -> bytes:
    """Return the footprint as JSON."""
    return json.dumps(document(statement, lang), ensure_ascii=False, indent=1).encode("utf-8", "replace")


def document(statement: Statement, lang: str) -> dict[str, Any]:
    """Return the ProductFootprint of a statement, without what nobody stated."""
    told, product = statement.publication, statement.document["product"]
    start, end = validity(statement)
    return _stated_only(
        id=statement.id,
        specVersion=VERSION,
        precedingPfIds=[*statement.preceding],
        created=pcf.begins(statement.document["study"]["issue_date"]),
        status=pcf.status(statement),
        validityPeriodStart=start,
        validityPeriodEnd=end,
        companyName=statement.company.get("name"),
        companyIds=listed(statement.company.get("ids")),
        productDescription=told.get("description"),
        productIds=listed(told.get("product_ids")),
        productClassifications=listed(told.get("classifications")),
        productNameCompany=product["name"] or product["model"],
        comment=pcf.comment(statement, lang),
        pcf=_footprint(statement, lang),
    )


def _footprint(statement: Statement, lang: str) -> dict[str, Any]:
    study, gate = statement.document["study"], statement.gate
    parts, period = pcf.parts(gate), study["reference_period"]
    exempted = pcf.exempted(statement)
    return _stated_only(
        declaredUnitOfMeasurement=pcf.UNITS[gate.unit],
        declaredUnitAmount="1",
        productMassPerDeclaredUnit=plain(pcf.significant(gate.mass)),
        referencePeriodStart=pcf.begins(period["start"]),
        referencePeriodEnd=pcf.begins(period["end"], 1),
        geographyCountry=statement.document["product"]["country"],
        boundaryProcessesDescription=pcf.boundary(statement, lang),
        pcfExcludingBiogenicUptake=plain(parts.excluding),
        pcfIncludingBiogenicUptake=plain(parts.including),
        fossilCarbonContent=_plain(pcf.carbon(statement, "fossil")),
        biogenicCarbonContent=_plain(pcf.carbon(statement, "biogenic")),
        **{field: _plain(parts.added[part]) for field, part in ADDED.items()},
        biogenicCO2Uptake=_plain(parts.uptake),
        aircraftGhgEmissions=_plain(parts.aircraft),
        packagingEmissionsIncluded=statement.publication.get("packaging") == "yes",
        outboundLogisticsGhgEmissions=_plain(parts.outbound),
        ccsTechnologicalCO2CaptureIncluded=parts.added["technological_removal"] is not None,
        ipccCharacterizationFactors=pcf.ipcc(statement),
        crossSectoralStandards=pcf.standards(statement, 0) or [pcf.rule_name(statement, lang)],
        productOrSectorSpecificRules=[_rules(statement, lang)] if pcf.is_sectoral(statement) else None,
        exemptedEmissionsPercent=_plain(exempted),
        exemptedEmissionsDescription=pcf.exemption(statement, lang),
        allocationRulesDescription=pcf.allocation(statement, lang),
        secondaryEmissionFactorSources=[
            {"name": database["title"][lang], "version": database["version"]}
            for database in statement.document["databases"]
        ],
        primaryDataShare=plain(pcf.primary(gate)),
        dqi=ratings(statement),
        verification=_verification(statement),
    )


def _stated_only(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def listed(value: str | list[str] | None) -> list[str]:
    """Return the entries of a list, or of a text with semicolons between them, each once."""
    parts = value.split(";") if isinstance(value, str) else value or ()
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def validity(statement: Statement) -> tuple[str | None, str | None]:
    """Return the period of validity, where its end was stated: from the day of issue, after the reference period."""
    until, study = statement.publication.get("valid_until"), statement.document["study"]
    if not until:
        return None, None
    first = pcf.begins(study["reference_period"]["end"], 1)
    return max(filter(None, [first, pcf.begins(study["issue_date"])]), default=None), pcf.ends(until)


def _operator(statement: Statement) -> str | None:
    """Return who issued the rules of the product category; empty where the rules are no such rules."""
    return statement.publication.get("rules_operator") if pcf.is_sectoral(statement) else ""


def _rules(statement: Statement, lang: str) -> dict[str, Any]:
    operator, names = _operator(statement), [pcf.rule_name(statement, lang)]
    if operator in {"PEF", "EPD International"}:
        return {"operator": operator, "ruleNames": names}
    return {"operator": "Other", "ruleNames": names, "otherOperatorName": operator}


def ratings(statement: Statement) -> dict[str, str] | None:
    """Return the ratings of the data where they were made by the scheme of PACT, all three."""
    gate = statement.gate
    if gate.scheme != "pact" or not {*_INDICATORS.values()} <= gate.scores.keys():
        return None
    return {field: plain(pcf.significant(gate.scores[name])) for field, name in _INDICATORS.items()}


def _verification(statement: Statement) -> dict[str, Any] | None:
    told = statement.publication
    if not told.get("verifier"):
        return None
    return _stated_only(
        coverage=told.get("verification_scope"),
        providerName=told["verifier"],
        completedAt=pcf.begins(told.get("verified_on")),
        standardName=told.get("verification_standard"),
    )


def stated(content: bytes) -> Stated:
    """Return what the file says: unit, mass, period, country, id, and the footprint with its parts."""
    told = pact_rules.told(json.loads(content), FORMAT)
    found = read_back(told, STATED)
    if "productOrSectorSpecificRules" in told.values:
        found["pcr"] = told.values["productOrSectorSpecificRules"][0]["ruleNames"][0].partition(" ")[0]
    return found | {"gate:gwp": ", ".join(told.values["ipccCharacterizationFactors"])}


def read_back(told: Told, names: Mapping[str, str]) -> dict[str, Decimal | str]:
    """Return what the fields of a file say, by the names under which the declaration is asked.

    Emissions of the product show the decimal to which all of them are written. A part of few digits tells nothing by
    itself: the sum, which is exact, tells it.
    """
    numbers = {name: value for field, name in names.items() if (value := told.number(field)) is not None}
    written = [_exponent(value) for name, value in numbers.items() if name not in _ALONE]
    found: dict[str, Decimal | str] = {"id": told.values["id"]}
    for name, value in numbers.items():
        shown = value if name in _ALONE else value.quantize(Decimal(1).scaleb(min(written)))
        if len(shown.as_tuple().digits) >= _TELLING or name == "gate:excluding":
            found[name] = shown
    units = {word: unit for unit, word in pcf.UNITS.items()}
    found["gate:unit"] = units[told.values["declaredUnitOfMeasurement"]]
    start, end = told.instant("referencePeriodStart"), told.instant("referencePeriodEnd")
    if start is not None and end is not None:
        found |= {"start": f"{start.date()}", "end": f"{(end - timedelta(seconds=1)).date()}"}
    return found | {"country": told.values["geographyCountry"]} | _said(told)


def _said(told: Told) -> dict[str, Decimal | str]:
    """Return shares, days, company, packaging, status and standards, as far as they stand in a file."""
    days = {"issued": told.instant("created"), "valid_until": told.instant("validityPeriodEnd")}
    shares = {name: told.number(field) for field, name in SHARES.items()}
    return {
        **{name: value.quantize(Decimal("0.01")) for name, value in shares.items() if value is not None},
        **{name: f"{day.date()}" for name, day in days.items() if day is not None},
        "company": told.values["companyName"],
        "packaging": "yes" if told.values["packagingEmissionsIncluded"] else "no",
        "draft": "no" if told.values["status"] == "Active" else "yes",
        **claimed(told.values["crossSectoralStandards"]),
    }


def claimed(named: str | list[str]) -> dict[str, str]:
    """Return which standards a file claims; another text in their place is the name of the rules."""
    layers = {word: layer for layer, words in pcf.STANDARDS.items() for word in words}
    said = [word for word in ([named] if isinstance(named, str) else named) if word != pcf.OTHER]
    keys = {word: f"standard:{layers[word]}" if word in layers else "pcr" for word in said}
    return {key: word.partition(" ")[0] if key == "pcr" else CLAIMED for word, key in keys.items()}


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return min(exponent, 0) if isinstance(exponent, int) else 0
